/* SPDX-License-Identifier: MIT */
/* The catalogue of PostgreSQL as it is being read: what the readers of this folder share. They run
 * in the order of ag_pg_readers, each with one query of a whole catalogue, and find each other's
 * objects by oid. Only pg_catalog is asked, and never about a name: information_schema hides what a
 * role may not touch, and casts of names to regclass need rights. */
#pragma once

#include "introspect/binder.h"
#include "introspect/filter.h"
#include "introspect/reader.h"
#include "model/column.h"
#include "model/key.h"
#include "model/table.h"

/* Oids of catalogues; fixed by PostgreSQL's bootstrap data since before version 13. */
#define AG_PG_TYPE "1247"
#define AG_PG_SERVER "1417"
#define AG_PG_WRAPPER "2328"
#define AG_PG_PROC "1255"
#define AG_PG_CAST "2605"
#define AG_PG_CLASS "1259"
#define AG_PG_CONSTRAINT "2606"
#define AG_PG_NAMESPACE "2615"
#define AG_PG_RULE "2618"
#define AG_PG_TRIGGER "2620"
#define AG_PG_POLICY "3256"
#define AG_PG_DEFAULT_ACL "826"
#define AG_PG_OPERATOR "2617"
#define AG_PG_CONVERSION "2607"
#define AG_PG_OPCLASS "2616"
#define AG_PG_OPFAMILY "2753"
#define AG_PG_TS_DICT "3600"
#define AG_PG_TS_CONFIG "3602"
#define AG_PG_EXTENSION "3079"
#define AG_PG_STATISTICS "3381"
#define AG_PG_COLLATION "3456"
#define AG_PG_EVENT_TRIGGER "3466"
#define AG_PG_PUBLICATION "6104"

/* $1 is the list of the managed schemas' oids: found once, since the planner would otherwise join
 * pg_namespace in every branch of every query. */
#define AG_PG_MANAGED(column) column " = ANY ($1::pg_catalog.oid[])"
/* Not a member of an extension. */
#define AG_PG_NOT_MEMBER(column, catalogue)                                                        \
    column " NOT IN (SELECT m.objid FROM pg_catalog.pg_depend m WHERE m.refclassid"                \
           " = " AG_PG_EXTENSION " AND m.deptype = 'e' AND m.classid = " catalogue ")"

/* "schema.name" of the function or operator with that oid, quoted; operators never are. */
#define AG_PG_FUNCTION_NAME(oid)                                                                   \
    "(SELECT pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.',"                            \
    " pg_catalog.quote_ident(p.proname)) FROM pg_catalog.pg_proc p"                                \
    " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = " oid ")"
#define AG_PG_OPERATOR_NAME(oid)                                                                   \
    "(SELECT pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', p.oprname)"                 \
    " FROM pg_catalog.pg_operator p"                                                               \
    " JOIN pg_catalog.pg_namespace n ON n.oid = p.oprnamespace WHERE p.oid = " oid ")"

/* Whether a column has options that somebody wrote. The minor releases of November 2026 keep a mark
 * of their own among them, which pg_dump passes over as well. */
#define AG_PG_HAS_OPTIONS                                                                          \
    "(pg_catalog.left(a.attoptions[1], 10) <> 'pg_attver=' OR a.attoptions[2] IS NOT NULL)"

/* The columns of view `c` as one text, for ag_pg_shape. */
#define AG_PG_SHAPE                                                                                \
    "pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.concat(a.attname, E'\\x01',"               \
    " pg_catalog.format_type(a.atttypid, a.atttypmod), E'\\x01' || nullif(a.attcollation,"         \
    " t.typcollation)) FROM pg_catalog.pg_attribute a"                                             \
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"                                             \
    " WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum), E'\\x02')"

typedef struct {
    const char *name; /* NULL: dropped */
    AgColumn *column; /* NULL: the table is not managed */
    guint32 type, collation;
    int modifier;
    char storage;
} AgPgColumn;

typedef struct {
    guint32 oid;
    const char *schema, *name;
    GPtrArray *parents; /* of oids as text: partitions and INHERITS; NULL: none */
    bool partition;
    guint place;      /* in table_list */
    AgTable *table;   /* NULL: not managed, or its columns are only wanted for their names */
    AgObject *holder; /* what parts hang on: the table, or a view; NULL: not managed */
    GPtrArray *parts; /* of AgObject *: keys and the like, not sorted yet */
    guint n_columns;
    AgPgColumn *columns; /* by number; [0] is not used */
} AgPgTable;

typedef struct {
    guint32 oid, method, type;
    const char *schema, *name;
    bool is_default;
} AgPgOpclass;

/* What only some key columns of indexes have. */
typedef struct {
    guint32 index, number;
    const char *params;
    const char *statistics; /* NULL: the usual */
} AgPgIndexPart;

typedef struct {
    AgDb *db;
    AgSchema *schema;
    const AgFilter *filter;
    AgPool *pool;            /* the schema's */
    AgPool *scratch;         /* gone when reading is over */
    GHashTable *namespaces;  /* oid -> name */
    GHashTable *tables;      /* oid -> AgPgTable * */
    GHashTable *types;       /* oid -> AgObject *: domains, composite and range types */
    GPtrArray *table_list;   /* the same, in order of arrival */
    GHashTable *privileges;  /* private to privileges.c */
    GHashTable *comments;    /* AgPgAddress -> text */
    GHashTable *keys;        /* oid of the index -> AgKey *, or the catalog itself: not an index of
                              * its own, but behind something that is not managed */
    GHashTable *index_parts; /* of AgPgIndexPart * */
    GHashTable *opclasses;   /* oid -> AgPgOpclass * */
    GHashTable *default_opclasses; /* method and type -> AgPgOpclass * */
    GArray *wanted_collations;     /* of AgPgWanted: named in the second round */
    GPtrArray *wanted_privileges;  /* of AgPgColumnAcl *: read in the second round */
    GPtrArray *wanted_tables;      /* of AgPgWantedTable * */
} AgCatalog;

typedef struct {
    guint32 oid;
    AgQname *slot;
} AgPgWanted;

/* A column that has a list of privileges. */
typedef struct {
    AgObject *object;
    guint32 table, number;
} AgPgColumnAcl;

/* A foreign key into a schema that is not managed. */
typedef struct {
    guint32 oid;
    AgQname *table;
    GPtrArray *columns;
    const char *numbers; /* "{1,2}" */
} AgPgWantedTable;

/* One query and what becomes of its rows. `sql` chooses by server version; it must use $1 (the
 * managed schemas' oids) somewhere. */
typedef struct {
    const char *(*sql)(AgPool *pool, long version);
    /* Called several times with some of the rows each, but for `whole`. */
    bool (*take)(AgCatalog *catalog, const AgRows *rows, AgDiag *diag);
    bool whole;
} AgPgReader;

extern const AgPgReader ag_pg_read_comments, ag_pg_read_privileges, ag_pg_read_namespaces,
    ag_pg_read_extensions, ag_pg_read_collations, ag_pg_read_enums, ag_pg_read_domains,
    ag_pg_read_domain_checks, ag_pg_read_composites, ag_pg_read_composite_fields, ag_pg_read_ranges,
    ag_pg_read_routines, ag_pg_read_aggregates, ag_pg_read_tables, ag_pg_read_views,
    ag_pg_read_columns, ag_pg_read_defaults, ag_pg_read_sequences, ag_pg_read_keys,
    ag_pg_read_not_nulls, ag_pg_read_checks, ag_pg_read_foreign_keys, ag_pg_read_opclasses,
    ag_pg_read_indexes, ag_pg_read_triggers, ag_pg_read_disabled_triggers, ag_pg_read_policies,
    ag_pg_read_rules, ag_pg_read_statistics, ag_pg_read_event_triggers, ag_pg_read_publications,
    ag_pg_read_published_tables, ag_pg_read_operators, ag_pg_read_operator_families,
    ag_pg_read_operator_classes, ag_pg_read_class_operators, ag_pg_read_class_functions,
    ag_pg_read_dictionaries, ag_pg_read_configurations, ag_pg_read_mappings, ag_pg_read_casts,
    ag_pg_read_conversions, ag_pg_read_default_privileges, ag_pg_read_wrappers, ag_pg_read_servers,
    ag_pg_read_user_mappings, ag_pg_read_unmanaged, ag_pg_read_global_unmanaged;

/* --- what arrived --- */

AgPgTable *ag_catalog_table(const AgCatalog *catalog, const char *oid);
/* A new one from a row that begins with oid, namespace, name and number of columns; NULL when its
 * schema is not managed. */
AgPgTable *ag_catalog_new_table(AgCatalog *catalog, const AgRows *rows, guint row);
/* A new object of a type's row that begins with oid, schema, name; NULL when it is not managed.
 * Once it is filled, add_type puts it into the schema with its comment. */
AgObject *ag_catalog_new_type(AgCatalog *catalog, const AgKindInfo *info, const AgRows *rows,
                              guint row);
void ag_catalog_add_type(AgCatalog *catalog, AgObject *object, const AgRows *rows, guint row);
/* The domain, composite or range type, or NULL. */
AgObject *ag_catalog_type(const AgCatalog *catalog, const char *oid);
const char *ag_catalog_namespace(const AgCatalog *catalog, const char *oid);
/* The name of a column, or NULL (a number of a system column, or out of range). */
const char *ag_catalog_column(const AgPgTable *table, guint number);
const char *ag_catalog_comment(const AgCatalog *catalog, guint32 class_oid, guint32 oid,
                               guint32 number);
GPtrArray *ag_catalog_grants(const AgCatalog *catalog, guint32 class_oid, guint32 oid,
                             guint32 number);
/* Sets comment and grants of the object at that address. */
void ag_catalog_describe(AgCatalog *catalog, AgObject *object, guint32 class_oid, guint32 oid,
                         guint32 number);
/* Adds a part to a managed table or view (its holder); false when the models ignore it. */
bool ag_catalog_add_part(AgCatalog *catalog, AgPgTable *table, AgObject *part);
/* Asks for the privileges of a column, which ag_catalog_describe then sets. */
void ag_catalog_want_privileges(AgCatalog *catalog, AgObject *column, guint32 table,
                                guint32 number);
/* That question ($1: the tables' oids), and its answer, which may come in several pieces. */
extern const char ag_pg_column_privileges_sql[];
void ag_catalog_take_privileges(AgCatalog *catalog, const AgRows *rows);
/* Describes the columns anew when all of it is there. */
void ag_catalog_fill_privileges(AgCatalog *catalog);
/* Notes what a key column of an index has beside the usual: `params` as an array's text. */
void ag_catalog_index_part(AgCatalog *catalog, AgPgIndexPart part, const char *params);
guint ag_pg_index_part_hash(gconstpointer part);
gboolean ag_pg_index_part_equal(gconstpointer a, gconstpointer b);
/* Notes what models cannot say. `table` may be NULL. `name` NULL: the table itself. */
void ag_catalog_unmanaged(AgCatalog *catalog, const char *noun, const AgPgTable *table,
                          const char *name, const char *why);
/* Asks for the name of a collation in the second round. */
void ag_catalog_want_collation(AgCatalog *catalog, guint32 oid, AgQname *slot);

/* resolve.c: the second round. */
bool ag_catalog_resolve(AgCatalog *catalog, AgDiag *diag);

/* inherit.c: what is told of columns that differ from their parent's. */
void ag_catalog_note_own_columns(AgCatalog *catalog);

/* --- decoding --- */

guint32 ag_pg_oid(const char *text);
bool ag_pg_true(const char *text);
/* The numbers of an int2vector, oidvector or array: "1 2 3" or "{1,2,3}". At most `size`; the
 * number of them. NULL text: 0. */
guint ag_pg_numbers(const char *text, guint32 *out, guint size);
/* The elements of a one-dimensional array of text; NULL elements are NULL. Empty when NULL. */
GPtrArray *ag_pg_array(AgPool *pool, const char *text);
/* '{"a","b"}' of names, the inverse. */
char *ag_pg_array_text(AgPool *pool, const GPtrArray *list);
/* reloptions: "{fillfactor=70,...}" as AgOption list; NULL when there are none. `prefix` goes
 * before each name. Appended to `options` when that is not NULL. */
GPtrArray *ag_pg_options(AgPool *pool, GPtrArray *options, const char *prefix, const char *text);
/* Options of foreign data likewise, without passwords and the like, which are only named: `noun`
 * and `label` are of the object that has them. `secrets` is set where there are any. */
GPtrArray *ag_pg_foreign_options(AgCatalog *catalog, const char *text, const char *noun,
                                 const char *label, bool *secrets);
/* The columns in what AG_PG_SHAPE printed, of const AgShapeColumn *. */
GPtrArray *ag_pg_shape(AgPool *pool, const char *text);
/* What pg_get_viewdef prints, without the semicolon and the blanks round it. */
const char *ag_pg_query_text(AgPool *pool, const char *definition);
/* Names of the columns with these numbers, interned; NULL when there are none. */
GPtrArray *ag_pg_column_names(AgPool *pool, const AgPgTable *table, const guint32 *numbers,
                              guint n);

enum { AG_PG_MOST_KEYS = 64 };
