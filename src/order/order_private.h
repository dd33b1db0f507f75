/* SPDX-License-Identifier: MIT */
/* What the files of order share. The steps, in this order: recreate (dependants of what cannot be
 * changed in place), split (sequences from their owners), fold (parts into their tables), edges and
 * graph (what must come first), and repairs of loops. */
#pragma once

#include "order/graph.h"
#include "order/order.h"

#include "model/foreign_key.h"
#include "model/needs.h"

/* One change must come before another, whatever their names say. */
typedef struct {
    const AgChange *before, *after;
} AgOrderPair;

typedef struct {
    AgPool *pool;
    const AgSchema *from, *to;
    AgDiag *diag;
    bool sqlite;
    bool back;               /* to a side that was left before: names that were kept are its own */
    GPtrArray *changes;      /* of AgChange *: the list as it stands */
    GPtrArray *pairs;        /* of AgOrderPair * */
    GHashTable *returning;   /* ATTACH of partitions that only get another bound */
    GHashTable *between;     /* tables as they are between their old and their new parents */
    GHashTable *children[2]; /* of the new and the old side: table -> GPtrArray * of its children;
                              * made when first asked for */
    GPtrArray *classes[2];   /* likewise: default operator classes (default_class.c) */
    GHashTable *finals;      /* object under a temporary name -> const AgObject * it becomes */
} AgOrdering;

void ag_ordering_pair(AgOrdering *o, const AgChange *before, const AgChange *after);
/* Who waits for a change waits for what has taken its place: change -> AgChange *. */
void ag_ordering_replace(AgOrdering *o, GHashTable *replaced);
/* A copy of an object that shares everything with it, to be changed in a field or two. */
AgObject *ag_ordering_copy(AgOrdering *o, const AgObject *object);

/* --- keys.c: names as keys of hash tables --- */

typedef enum {
    AG_SPACE_OBJECT = 100, /* below: the kinds; a: schema, b: name, c: part */
    AG_SPACE_RELATION,     /* tables, sequences, indexes and the indexes behind keys of a schema */
    AG_SPACE_TYPE,         /* enums, and the row types of tables */
    AG_SPACE_ROUTINE,      /* functions, procedures and aggregates; c: the signature */
    AG_SPACE_CONSTRAINT,   /* a: schema, b: table, c: name */
    AG_SPACE_PRIMARY_KEY,  /* a: schema, b: table: there is but one */
    AG_SPACE_COLUMN,       /* b: the name of a column that has a change of its own, or "*" */
    AG_SPACE_ANY,          /* a: schema, b: name of what stands on its own, whatever its kind */
    AG_SPACE_UNIQUE,       /* c: the columns of a key, sorted: what a foreign key can refer to */
} AgNameSpace;

typedef struct {
    int space; /* an AgKind or an AgNameSpace */
    const char *a, *b, *c;
} AgNameKey;

/* Key -> any number of node numbers. */
typedef struct AgNameTable AgNameTable;
typedef struct AgNameEntry AgNameEntry;
struct AgNameEntry {
    guint node;
    const AgNameEntry *next;
};

AgNameTable *ag_name_table_new(AgPool *pool, bool fold);
void ag_name_table_add(AgNameTable *table, AgNameKey key, guint node);
const AgNameEntry *ag_name_table_find(const AgNameTable *table, AgNameKey key);
/* Whether any key has that space and that last of its names, in whatever schema. */
bool ag_name_table_has(const AgNameTable *table, int space, const char *name);

/* The key of a standing object or a part as others refer to it. */
AgNameKey ag_object_key(const AgObject *object);
/* The columns of a key, sorted, as one text. In the pool. */
char *ag_columns_text(AgPool *pool, const GPtrArray *columns);
/* The columns in which a key or a unique index makes rows unique, so that a foreign key may refer
 * to them; NULL when it does not. */
const GPtrArray *ag_unique_columns(AgPool *pool, const AgObject *object);

/* Adds the default operator classes that an index or key may use without naming them
 * (default_class.c). */
void ag_ordering_needs_class(AgOrdering *o, const AgObject *object, AgNeeds *needs);

/* --- inherit.c --- */

/* The tables below that of the new or the old side, one level down; NULL: none. */
const GPtrArray *ag_ordering_children(AgOrdering *o, const AgObject *table, bool old);

/* --- edges.c --- */

/* What the object needs: its kind's needs, its schema or table, and what it is owned by. */
GPtrArray *ag_ordering_needs(AgOrdering *o, const AgObject *object);
/* The graph over o->changes, whose places are the nodes. */
AgGraph *ag_ordering_graph(AgOrdering *o);

/* --- recreate.c --- */

/* Adds DROP and CREATE around changes their dependants would not survive, and in place of changes
 * that no ALTER can make. */
void ag_ordering_recreate(AgOrdering *o);
/* Whether the object (a column, an attribute, a domain) is of that type, or of an array of it, or
 * of that collation, rather than naming it elsewhere. */
bool ag_ordering_is_of_type(AgOrdering *o, const AgObject *object, const AgObject *type);

/* --- nested.c --- */

/* Makes domains anew to which nothing can be added where they are. Before recreation. */
void ag_ordering_nest_domains(AgOrdering *o);
/* Whether the change is about what values of a domain have to fit. */
bool ag_change_constrains_domain(const AgChange *change);

/* --- in_place.c --- */

/* Whether an ALTER can make this change (PostgreSQL). */
bool ag_change_in_place(const AgChange *change);
/* Whether an ALTER makes a generated column a plain one that keeps its values. */
bool ag_change_drops_expression(const AgChange *change);
/* Whether the change of an enum needs a new type: values removed or in another order. */
bool ag_change_rebuilds_enum(const AgChange *change);

/* --- texts.c: views and triggers of SQLite --- */

/* Adds DROP and CREATE in place of what changes in them, and around changes of tables that they
 * would not survive. */
void ag_ordering_renew_texts(AgOrdering *o);
/* Puts all that is dropped of them to the front, and all that is made to the end. When the list is
 * in order. */
void ag_ordering_part_texts(AgOrdering *o);

/* --- mentions.c: who names whom --- */

/* The names in one schema: for each name the objects and parts that need something called so,
 * bodies aside. */
typedef struct AgMentions AgMentions;
AgMentions *ag_mentions_new(AgOrdering *o, const AgSchema *schema);
/* Of const AgObject *: what needs the object, which stands on its own; NULL: nothing. A name in SQL
 * text may mean something else, so there may be too many. */
const GPtrArray *ag_mentions_of(AgMentions *mentions, const AgObject *object);
/* Whether a holder that mentions the column's table may use the column. */
bool ag_mentions_column(AgMentions *mentions, const AgObject *holder, const AgObject *column);
/* Whether one of the needs (of AgNeed *) may be the object, or a column of it. */
bool ag_needs_mean(const GPtrArray *needs, const AgObject *object);
/* Whether the object needs something that may be the other one. */
bool ag_object_mentions(AgOrdering *o, const AgObject *holder, const AgObject *object);

/* --- twins.c: which new object an old one is --- */

typedef struct AgTwins AgTwins;
AgTwins *ag_twins_new(AgOrdering *o);
/* The counterpart in the new schema; NULL for what is dropped. */
const AgObject *ag_twins_find(AgTwins *twins, const AgObject *old);

/* --- split.c --- */

void ag_ordering_split_sequences(AgOrdering *o);
/* Splits one rename of the loop in two, by way of a temporary name; false when it has none. `loop`:
 * of AgEdge *. */
bool ag_ordering_split_rename(AgOrdering *o, const GPtrArray *loop);

/* --- inherit.c: partitions and tables that inherit --- */

/* Makes DETACH and ATTACH of one partition two changes. Before folding. */
void ag_ordering_split_partitions(AgOrdering *o);
/* Makes NO INHERIT and INHERIT of a table two changes, if changes of its own come in between. */
void ag_ordering_split_inherits(AgOrdering *o);
/* Ties changes of children to those of their parents. After folding. */
void ag_ordering_tie_parents(AgOrdering *o);

/* --- fold.c --- */

void ag_ordering_fold(AgOrdering *o);
/* Takes foreign keys between tables of one component out of their tables, and triggers and
 * policies whose table is in one; false when there were none. */
bool ag_ordering_unfold(AgOrdering *o, const GArray *components);
