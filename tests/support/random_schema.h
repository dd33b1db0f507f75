/* SPDX-License-Identifier: MIT */
/* Random schemas and random changes of them, from a seed. What refers to something does so by
 * number, so that a rename reaches every mention by itself. The result is a model text. */
#pragma once

#include "dialect/dialect.h"

enum { NO_ID = -1, MOST_COLUMNS_OF_A_LIST = 3 };

typedef struct {
    int id;
    const char *name, *former; /* former: renamed-from; NULL */
    const char *comment;
    unsigned grants; /* bits: which privileges are given or taken; 0: none */
    int owner;       /* which of random_owners, from 1 on; 0: not said */
    int schema;      /* place in RandomSchema.schemas; 0 is the default one */
    int former_schema;
} RandomName;

/* Superusers, so that they may own everything; property_play makes them. */
enum { N_RANDOM_OWNERS = 2 };
extern const char *const random_owners[N_RANDOM_OWNERS];

typedef struct {
    const char *name, *former;
} RandomLabel;

typedef struct {
    RandomName name;
    GPtrArray *labels; /* of RandomLabel * */
} RandomEnum;

typedef struct {
    RandomName name;
    int type;                              /* 0 bigint, 1 integer, 2 smallint */
    int start, increment, min, max, cache; /* 0: not said */
    bool cycle;
    int owner_table, owner_column; /* NO_ID: none */
} RandomSequence;

typedef enum { DEFAULT_NONE, DEFAULT_VALUE, DEFAULT_SEQUENCE, DEFAULT_FUNCTION } RandomDefault;

typedef struct {
    RandomName name;
    int type;       /* place in the table of types */
    int enum_id;    /* of an enum or of a RandomThing that is a type; NO_ID: a built-in one */
    bool enum_list; /* an array of it */
    bool null;
    RandomDefault default_kind;
    unsigned default_choice; /* which value; or the id of the sequence or function */
    int identity;            /* 0 none, 1 always, 2 by default */
    int start, increment, min, max, cache;
    bool cycle;
    int generated_from; /* id of the column it is computed from, or NO_ID */
    bool is_virtual;
    int collation;    /* 0: the type's own; an id where it is greater than COLLATIONS_BUILT_IN */
    int function;     /* id of a function in the expression, or NO_ID */
    unsigned storage; /* bits of chance: storage, compression, statistics, n_distinct */
} RandomColumn;

enum { COLLATIONS_BUILT_IN = 3 };

typedef enum {
    PART_KEY,
    PART_CHECK,
    PART_FOREIGN_KEY,
    PART_INDEX,
    PART_STATISTICS,
    PART_TRIGGER,
    PART_POLICY,
    PART_RULE,
    N_PART_KINDS,
} RandomPartKind;

typedef struct {
    RandomName name;
    RandomPartKind kind;
    bool primary, unique;
    bool exclude;                        /* key: as an exclusion constraint over equality */
    int columns[MOST_COLUMNS_OF_A_LIST]; /* ids */
    int n_columns;
    unsigned choice; /* which expression, for checks, predicates and expression indexes */
    int about;       /* id of the column that the expression is about, or NO_ID */
    bool expression; /* index: over an expression of `about` rather than columns */
    bool predicate;  /* index: WHERE about `about` */
    bool descending; /* index: its first column */
    int include;     /* id of a column, or NO_ID */
    int deferrable;  /* 0 no, 1 immediate, 2 deferred */
    int fillfactor;  /* 0: not said */
    bool flag;       /* check: no-inherit; key and index: nulls-not-distinct */
    int method;      /* index: 0 the default one, 1 hash, 2 brin */
    int target;      /* foreign key: id of the table */
    int target_columns[MOST_COLUMNS_OF_A_LIST];
    int on_delete, on_update;
    bool match_full, not_valid;
    int function;     /* id of a function in the expression or of the trigger, or NO_ID */
    unsigned options; /* bits of chance for what is seldom said */
} RandomPart;

typedef enum { FORM_TABLE, FORM_VIEW, FORM_MATERIALIZED } RandomForm;

/* Or a view of PostgreSQL, whose columns are generated from those of what it reads. */
enum { MOST_QUERY_CHOICES = 8 };
typedef struct {
    RandomName name;
    RandomForm form;
    int source, other; /* view: ids of what it reads; `other` NO_ID: nothing else */
    unsigned choices[MOST_QUERY_CHOICES];
    GPtrArray *columns; /* of RandomColumn * */
    GPtrArray *parts;   /* of RandomPart * */
    bool unlogged, strict, without_rowid;
    int row_security; /* 0 off, 1 on, 2 forced, 3 off but forced */
    int fillfactor;
    int parent;     /* id of what it inherits from, or is a partition of; NO_ID */
    bool partition; /* then its columns are its parent's */
    int slot;       /* of a partition: which rows; 0: what no other one takes */
    int key;        /* of a partitioned table: id of the column that decides; NO_ID: it is none */
    int strategy;   /* 0 range, 1 list, 2 hash */
    int own_column; /* child: id of a parent's column that has something of its own; NO_ID */
    unsigned own_choice;
    unsigned marks; /* bits of chance: replica identity, cluster on, parameters */
} RandomTable;

typedef enum {
    THING_COLLATION,
    THING_DOMAIN,
    THING_COMPOSITE,
    THING_RANGE,
    THING_FUNCTION,
    THING_PROCEDURE,
    THING_AGGREGATE,
    THING_DICTIONARY,
    THING_CONFIGURATION,
    THING_OPERATOR,       /* of two numbers */
    THING_OPERATOR_CLASS, /* of numbers */
    THING_FOREIGN_TABLE,
    THING_TYPED_TABLE, /* of a composite type */
    THING_CONVERSION,
    THING_PUBLICATION, /* from here on: in no schema */
    THING_EVENT_TRIGGER,
    THING_WRAPPER,
    THING_SERVER, /* with a user mapping */
    THING_CAST,   /* of a type of the schema */
    THING_DEFAULTS,
    N_THING_KINDS,
} RandomThingKind;

/* What a function is for; that never changes. */
typedef enum {
    SHAPE_NUMBER, /* from a number to a number */
    SHAPE_TEXT,   /* from a text to a text */
    SHAPE_VALUE,  /* a number from nothing, for defaults */
    SHAPE_TYPED,  /* from a value of a type of the schema to another */
    SHAPE_ROW,    /* of a row of a table */
    SHAPE_READER, /* reads a column of a table */
    SHAPE_CALLER, /* calls a function from a number to a number */
    SHAPE_STATE,  /* the step of an aggregate */
    SHAPE_TRIGGER,
    SHAPE_EVENT,
    N_SHAPES,
} RandomShape;

/* An object of PostgreSQL that stands on its own and is said with a few choices: each is a random
 * number, and the text takes from it what it has to choose from. A change throws one of them
 * anew. */
enum { MOST_CHOICES = 14 };
typedef struct {
    RandomName name;
    RandomThingKind kind;
    RandomShape shape; /* functions */
    unsigned choices[MOST_CHOICES];
    RandomColumn base;  /* domain, range: what it is based on */
    GPtrArray *columns; /* composite: fields, of RandomColumn *; else empty */
    GPtrArray *parts;   /* domain: checks, of RandomPart * */
    int about, column;  /* ids of what a function is about; NO_ID */
} RandomThing;

/* SQLite only. */
typedef struct {
    RandomName name;
    int source; /* id of a table, or of an older view, which is read as it is */
    int columns[MOST_COLUMNS_OF_A_LIST];
    int n_columns; /* 0: all of them */
    unsigned choice;
    bool writable; /* has a trigger */
} RandomView;

/* SQLite only: full-text search, FTS4, R-Tree. */
typedef enum { MODULE_SEARCH, MODULE_OLD_SEARCH, MODULE_TREE } RandomModule;

typedef struct {
    RandomName name;
    RandomModule module;
    GPtrArray *columns;                     /* of RandomName *: of its own */
    int content;                            /* id of the table that it indexes; NO_ID */
    int of_content[MOST_COLUMNS_OF_A_LIST]; /* ids: then its columns are these */
    int n_columns;
    unsigned choice;
} RandomVirtual;

typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    long server_version; /* what is newer is not written; 0: everything is */
    GRand *random;
    int last_id;
    int last_old;       /* ids above belong to what the changes made */
    GPtrArray *schemas; /* of RandomName *; the first is the default one (its name is not said) */
    GPtrArray *enums, *sequences, *tables, *views;
    GPtrArray *virtuals; /* of RandomVirtual * */
    GPtrArray *queries;  /* views of PostgreSQL, of RandomTable *; each reads only older ones */
    GPtrArray *things;   /* of RandomThing *; an older one never mentions a newer one */
} RandomSchema;

/* Equal seeds give equal schemas. `random` goes on to be used by the changes; the pool frees it. */
RandomSchema *random_schema_new(AgPool *pool, AgDialectId dialect, guint32 seed);
/* One to five changes, renames told. */
void random_schema_change(RandomSchema *schema);
/* The schema as a model file. */
char *random_schema_text(const RandomSchema *schema);

/* --- shared by the generator's files --- */

typedef enum {
    CLASS_NUMBER,
    CLASS_TEXT,
    CLASS_BOOLEAN,
    CLASS_DATE,
    CLASS_JSON, /* what has no equality */
    CLASS_ENUM,
    CLASS_OTHER,
} RandomClass;

typedef struct {
    const char *name;
    RandomClass type_class;
    bool whole;              /* integers: sequences and identity */
    bool strict;             /* SQLite: allowed in STRICT tables */
    const char *defaults[4]; /* SQL expressions */
} RandomType;

const RandomType *random_types(AgDialectId dialect, int *count);
RandomClass random_class_of(const RandomSchema *schema, const RandomColumn *column);
bool random_is_whole(const RandomSchema *schema, const RandomColumn *column);

/* A number below `limit`; whether something of `percent` happens. */
int random_below(RandomSchema *schema, int limit);
bool random_chance(RandomSchema *schema, int percent);
/* One of a list; NULL of none. */
void *random_pick(RandomSchema *schema, const GPtrArray *list);
void random_name(RandomSchema *schema, RandomName *name, const char *stem);
/* With comment, privileges and schema. */
void random_name_fill(RandomSchema *schema, RandomName *name, const char *stem);
RandomTable *random_table_add(RandomSchema *schema);
/* Of no list yet; `table` NULL: of no table. */
RandomColumn *random_column_new(RandomSchema *schema, RandomTable *table);
RandomColumn *random_column_add(RandomSchema *schema, RandomTable *table);
void random_column_type(RandomSchema *schema, RandomTable *table, RandomColumn *column);
void random_part_add(RandomSchema *schema, RandomTable *table);
/* Gives it other properties. */
void random_part_fill(RandomSchema *schema, RandomTable *table, RandomPart *part);
RandomPart *random_part_new(RandomSchema *schema, RandomPartKind kind);
RandomEnum *random_enum_add(RandomSchema *schema);
RandomSequence *random_sequence_add(RandomSchema *schema);
/* Belongs to no column any more. Its owner was that of the table, so now the model says one. */
void random_sequence_free(RandomSequence *sequence);
RandomView *random_view_add(RandomSchema *schema);
/* Gives it another query. */
void random_view_fill(RandomSchema *schema, RandomView *view);
void random_view_text(const RandomSchema *schema, GString *out, const RandomView *view);
/* random_virtual.c */
RandomVirtual *random_virtual_add(RandomSchema *schema);
void random_virtual_change(RandomSchema *schema, RandomVirtual *virtual);
void random_virtual_repair(const RandomSchema *schema, RandomVirtual *virtual);
RandomVirtual *random_virtual_of(const RandomSchema *schema, int id);
/* A trigger of SQLite. */
void random_trigger_text(const RandomSchema *schema, GString *out, const RandomTable *table,
                         const RandomPart *part);
/* Takes out what cannot be: lists with columns that are gone, foreign keys without their keys. */
void random_schema_repair(RandomSchema *schema);

RandomTable *random_table_of(const RandomSchema *schema, int id);
RandomColumn *random_column_of(const RandomTable *table, int id);
RandomEnum *random_enum_of(const RandomSchema *schema, int id);
RandomSequence *random_sequence_of(const RandomSchema *schema, int id);
RandomThing *random_thing_of(const RandomSchema *schema, int id);
/* A table or a view of PostgreSQL. */
RandomTable *random_relation_of(const RandomSchema *schema, int id);

/* random_family.c: partitions and children */
RandomTable *random_partition_add(RandomSchema *schema, RandomTable *parent);
/* Makes a table and partitions of it, or makes a table the child of another. */
void random_family_add(RandomSchema *schema);
void random_family_change(RandomSchema *schema);
/* Whether all tables could stay. */
bool random_families_repair(RandomSchema *schema);
bool random_has_children(const RandomSchema *schema, const RandomTable *table);
/* Whether the column decides in which partition a row is. */
bool random_is_key(const RandomSchema *schema, const RandomColumn *column);

/* random_query.c: views of PostgreSQL */
RandomTable *random_query_add(RandomSchema *schema);
void random_query_change(RandomSchema *schema, RandomTable *query);
/* Whether it can stay; its columns follow those of what it reads. */
bool random_query_repair(RandomSchema *schema, RandomTable *query);
/* Of a view: whether a column is more than one of what the view reads. */
bool random_is_computed(const RandomSchema *schema, const RandomTable *query,
                        const RandomColumn *column);
/* Whether the part can stay where it is, after it has lost what cannot be. */
bool random_part_stands(const RandomSchema *schema, const RandomTable *table, RandomPart *part);

/* random_thing.c: what only PostgreSQL has */
RandomThing *random_thing_add(RandomSchema *schema);
/* Takes out what refers to something that is gone; whether all could stay. */
bool random_things_repair(RandomSchema *schema);
/* One change of one thing; a thing that is not among the old ones may change more. */
void random_thing_change(RandomSchema *schema, RandomThing *thing);
/* The id of one of the kind, or NO_ID. */
int random_thing_id(RandomSchema *schema, RandomThingKind kind);
/* The id of a function of that shape, or NO_ID. */
int random_function(RandomSchema *schema, RandomShape shape);
/* Whether the function can be called with the column. */
bool random_function_fits(const RandomSchema *schema, const RandomThing *function,
                          const RandomColumn *column);
/* All that comments, privileges and new names may be given to, of RandomName *. */
GPtrArray *random_names(const RandomSchema *schema);
