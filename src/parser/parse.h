/* SPDX-License-Identifier: MIT */
/* Private to the parser: what its stages hand on. One AgParse is one reading of a set of model
 * files for one dialect. Stages: load, expand, bind, name, resolve, validate. */
#pragma once

#include "dialect/dialect.h"
#include "model/cast.h"
#include "model/check.h"
#include "model/column.h"
#include "model/default_privileges.h"
#include "model/domain.h"
#include "model/enum.h"
#include "model/extension.h"
#include "model/foreign_data.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/namespace.h"
#include "model/operator.h"
#include "model/operator_class.h"
#include "model/publication.h"
#include "model/sequence.h"
#include "model/statistics.h"
#include "model/table.h"
#include "model/text_search.h"
#include "model/trigger.h"
#include "model/view.h"
#include "parser/element.h"

typedef struct {
    const char *file;
    AgElement *root;
    unsigned dialects;          /* AG_IN of those it names */
    const char *schema, *owner; /* defaults for its objects; NULL: none */
} AgDocument;

/* A column of type serial and the sequence it stands for. */
typedef struct {
    AgColumn *column;
    AgSequence *sequence;
} AgSerial;

/* What a written type is by itself. */
typedef struct {
    bool safe;             /* it cannot break out of a statement */
    const char *canonical; /* NULL: no built-in type */
} AgTypeText;

typedef struct {
    AgPool *pool;  /* keeps the schema */
    AgPool *trees; /* keeps elements and what is only needed while there are any */
    AgDiag *diag;
    AgDialectId id;
    const AgDialect *dialect;
    bool sqlite;
    bool partial;         /* a file could not be read: dangling references mean nothing */
    GPtrArray *documents; /* of AgDocument *: those that name the dialect */
    GHashTable *mixins;   /* name -> AgElement * */
    GHashTable *used;     /* names of mixins that are used */
    AgElement *naming;    /* <naming>, or NULL */
    AgElement *roles;     /* <managed-roles>, or NULL */
    AgSchema *schema;
    GPtrArray *enums;      /* of AgEnum *, with the schema of the model even on SQLite */
    GPtrArray *tables;     /* of AgObject * (tables), in the order of the files */
    GPtrArray *sequences;  /* of AgSerial * */
    GHashTable *types;     /* text of a type -> AgTypeText *: few are written many times */
    GHashTable *enum_of;   /* AgColumn * -> AgEnum * */
    GPtrArray *domains;    /* SQLite: of AgDomain *, which are no objects of the schema there */
    GHashTable *domain_of; /* SQLite: AgColumn * -> AgDomain * */
    GHashTable *elements;  /* AgObject * -> AgElement * */
    GHashTable *homes;     /* AgObject * (table) -> AgDocument * */
    GHashTable *columns;   /* AgObject * (table) -> GHashTable of name -> AgColumn * */
    bool has_extensions;
    AgElement *ignored; /* the first index option that SQLite ignores, or NULL */
} AgParse;

/* --- loader.c --- */

/* A set of files as read. */
typedef struct {
    AgPool *names;        /* keeps the paths of files, which places name */
    AgPool *trees;        /* keeps the rest */
    GPtrArray *documents; /* of AgDocument * */
    bool roots_only;      /* only the root elements are wanted (and the includes followed) */
} AgFiles;

/* Reads the files of the directories (sorted, includes followed), all of them, whatever dialect
 * they name. False when something could not be read. */
bool ag_load_directories(const AgFiles *files, const GPtrArray *directories, AgDiag *diag);
bool ag_load_text(const AgFiles *files, const char *text, const char *file, AgDiag *diag);

/* --- expand.c, mixin.c --- */

/* Takes out what is not meant for the dialect, notes on each element whom it is for, applies
 * variants; expands mixins into tables. */
void ag_expand(AgParse *parse);
/* Whether the element is meant for the wanted dialect. Sets `dialects` of it and of those below it
 * (they inherit `inherited`) and takes out the children that are not. */
bool ag_expand_limit(AgParse *parse, AgElement *element, unsigned inherited);
void ag_expand_variants(AgParse *parse, AgElement *column);
void ag_mixins_collect(AgParse *parse, const AgDocument *document);
void ag_mixins_expand(AgParse *parse, AgElement *table, const AgDocument *document);
/* Mixins that no table uses, each as a table element to look for mistakes in. */
GPtrArray *ag_mixins_unused(AgParse *parse);

/* --- bind*.c --- */

/* Makes objects of all elements. */
void ag_bind(AgParse *parse);
/* Sets the fields of `object` from attributes and children of `element`. */
void ag_bind_fields(AgParse *parse, const AgElement *element, AgObject *object);
/* The name of an object: complains when it is missing or not usable. NULL: none. */
const char *ag_bind_name(AgParse *parse, const AgElement *element, const AgKindInfo *info);
/* PARTS, VALUES and OPTIONS from one child element each. */
void ag_bind_child(AgParse *parse, const AgElement *child, AgObject *object, const AgField *field);
/* Arguments, types and bodies of functions, and what follows from them (bind_routine.c). */
void ag_bind_argument(AgParse *parse, const AgElement *child, AgObject *object, GPtrArray *list);
void ag_bind_routine_type(AgParse *parse, AgSql *type, const char *what);
void ag_bind_body(AgParse *parse, const AgElement *child, AgObject *object, AgSql *slot);
void ag_bind_routine_end(AgParse *parse, AgObject *object);
void ag_bind_aggregate_end(AgParse *parse, AgObject *object);
/* The short form columns="a b" of an index. */
void ag_bind_index_columns(AgParse *parse, const AgElement *element, AgIndex *index);
/* What a column says beyond its fields: type, defaults, identity. */
void ag_bind_column(AgParse *parse, const AgElement *element, AgColumn *column);
/* The default of a column whose type is known; without one it waits for that of its parent. */
void ag_bind_default(AgParse *parse, const AgElement *element, AgColumn *column);
/* Keys from primary-key="true", checks of columns of enums and domains on SQLite. */
void ag_bind_table_end(AgParse *parse, const AgElement *element, AgObject *table);

/* --- partition.c --- */

/* Makes the table of a <partition> element. */
typedef void (*AgBindPartition)(AgParse *parse, const AgElement *element, AgTable *parent);
/* The key and the partitions of a partitioned table. */
void ag_bind_partition_by(AgParse *parse, const AgElement *element, AgTable *table,
                          AgBindPartition bind);
/* The bound in the attributes of a partition. */
void ag_bind_bound(AgParse *parse, const AgElement *element, AgTable *table);

/* bind_grant.c: <grant> and <revoke> of an object. */
bool ag_bind_is_grant(const AgElement *element);
void ag_bind_grant(AgParse *parse, const AgElement *element, AgObject *object);
/* Gives the columns of a table their share. */
void ag_resolve_grants(AgParse *parse, AgObject *table);

/* The element an object was made of, or NULL. */
const AgElement *ag_parse_element(const AgParse *parse, const AgObject *object);
/* The place of one of its attributes; of the element where it has none. */
AgPlace ag_parse_place(const AgParse *parse, const AgObject *object, const char *attribute);

/* --- bind_text.c --- */

/* The SQL expression in an element (its text or src="file") or an attribute, checked. False when
 * there is a mistake. */
bool ag_bind_element_sql(AgParse *parse, const AgElement *element, AgSql *out);
/* Likewise the statements of a trigger of SQLite: BEGIN ...; END. */
bool ag_bind_trigger_body(AgParse *parse, const AgElement *element, AgSql *out);
bool ag_bind_attribute_sql(AgParse *parse, const AgAttribute *attribute, AgSql *out);
/* Likewise statements in an element. */
bool ag_bind_element_statements(AgParse *parse, const AgElement *element, AgSql *out);
/* The text of an element, or of the file its src names, as it stands there; NULL after a mistake.
 */
const char *ag_bind_text(AgParse *parse, const AgElement *element);

/* --- words.c --- */

/* Whether an attribute is "true"; complains when it is neither "true" nor "false". */
bool ag_word_bool(AgParse *parse, const AgElement *element, const char *name);
/* One of the NULL-terminated words; NULL after a problem. */
const char *ag_word_of(AgParse *parse, const AgAttribute *attribute, const char *const *words);
/* Complains about attributes and children that are not in the NULL-terminated lists. */
void ag_word_attributes(AgParse *parse, const AgElement *element, const char *const *known);
void ag_word_no_children(AgParse *parse, const AgElement *element);
/* Complains about an attribute or child that is not known here; `known` for the nearest word. */
void ag_word_unknown_attribute(AgParse *parse, const AgElement *element,
                               const AgAttribute *attribute, const char *const *known);
void ag_word_unknown_element(AgParse *parse, const AgElement *element, const char *const *known);
/* Text between the tags of an element that takes none. */
void ag_word_no_text(AgParse *parse, const AgElement *element);
/* A word that one of the databases the element is meant for does not have. */
void ag_word_not_in(AgParse *parse, const AgElement *element, const AgAttribute *attribute,
                    unsigned missing);
/* Refuses names that no database should have; `what` is "table" or the like. */
bool ag_word_name(AgParse *parse, const char *name, const char *what, AgPlace place);

/* --- types.c --- */

/* Whether the text can be a type, and nothing but a type. */
bool ag_types_is_safe(AgParse *parse, const char *text);
/* Settles the type of a column; notes the enum it is of; makes the sequence of a serial one. */
void ag_types_column(AgParse *parse, const AgElement *element, AgColumn *column);
/* Likewise for everything that stands on its own but tables, which must be there already. */
void ag_types_settle(AgParse *parse);
/* The enum that is a column's type (not of its elements), or NULL. */
const AgEnum *ag_types_enum_of(const AgParse *parse, const AgColumn *column);

/* Whether there is a type of that name in the models, as one of the object could be of. NULL:
 * none. */
const AgObject *ag_types_find(AgParse *parse, const char *text, const AgObject *top);

/* --- domain.c --- */

/* SQLite: what a domain comes down to, through the domains it is based on: the text of a type, and
 * the enum when that is one. NULL after a problem. */
const char *ag_domain_base(AgParse *parse, const AgDomain *domain, const AgEnum **base);
/* SQLite: gives a column the default, NOT NULL and checks of its domain. */
void ag_domain_column(AgParse *parse, AgObject *table, AgColumn *column);

/* --- naming.c --- */

/* Gives every unnamed part its name. */
void ag_naming_apply(AgParse *parse);

/* --- inherit.c --- */

/* Gives tables what they have from their parents. */
void ag_inherit_all(AgParse *parse);

/* --- resolve.c --- */

/* The table that a name written for `from` means, or NULL. An unqualified one is looked for in the
 * schema of `from`, that of its file, and public. */
AgObject *ag_resolve_table(const AgParse *parse, const AgObject *from, AgQname name);
/* Complains about the name of a table that is none. */
void ag_resolve_report(AgParse *parse, const AgObject *part, AgQname name, const char *attribute);

/* Adds the tables to the schema; fills in what foreign keys and sequences refer to; schemas that
 * nobody declares. */
void ag_resolve(AgParse *parse);
/* The column of that name, or NULL. */
AgColumn *ag_parse_column(AgParse *parse, const AgObject *table, const char *name);

/* --- validate.c, validate_table.c, validate_key.c --- */

/* What only the whole can tell. Records every mistake. */
void ag_validate(AgParse *parse);
void ag_validate_table(AgParse *parse, const AgObject *table);
/* Parts of one object that cannot have one name. */
void ag_validate_duplicates(AgParse *parse, const AgObject *holder);
void ag_validate_foreign_key(AgParse *parse, const AgForeignKey *key);
void ag_validate_generated(AgParse *parse, const AgObject *table);
void ag_validate_renames(AgParse *parse);
/* Complains about names that the table does not have as columns, or has twice in the list. */
bool ag_validate_columns(AgParse *parse, const AgObject *part, const GPtrArray *names,
                         const char *attribute);
