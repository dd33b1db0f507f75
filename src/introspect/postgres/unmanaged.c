/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include <string.h>

/* What a database can hold and a model cannot say (yet): named one by one, so that nothing is
 * passed over in silence. */

/* Something that stands in a schema of its own. The SQL pieces see the catalogue's row as `x`. */
typedef struct {
    const char *noun; /* SQL: a literal, or a CASE over the row */
    const char *from;
    const char *catalogue; /* oid of that catalogue, for pg_depend */
    const char *name, *namespace;
    const char *condition; /* NULL: every row */
} Standing;

#define ROUTINE_NOUN "CASE x.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END"
#define ROUTINE_NAME                                                                               \
    "x.proname || '(' || pg_catalog.pg_get_function_identity_arguments(x.oid) || ')'"

static const Standing standing[] = {
    {"'transforms of ' || " ROUTINE_NOUN, "pg_proc", AG_PG_PROC, ROUTINE_NAME, "x.pronamespace",
     "x.protrftypes IS NOT NULL"},
    {"'base type'", "pg_type", AG_PG_TYPE, "x.typname", "x.typnamespace",
     "x.typtype IN ('b', 'p') AND NOT EXISTS (SELECT"
     " FROM pg_catalog.pg_type e WHERE e.typarray = x.oid)"},
    {"'text search parser'", "pg_ts_parser", "3601", "x.prsname", "x.prsnamespace", NULL},
    {"'text search template'", "pg_ts_template", "3764", "x.tmplname", "x.tmplnamespace", NULL},
    /* From 17 on NOT NULL of a domain is a constraint; a name of its own and a comment are lost. */
    {"'NOT NULL of domain'", "pg_constraint", "2606",
     "(SELECT t.typname FROM pg_catalog.pg_type t WHERE t.oid = x.contypid) || '.' || x.conname",
     "x.connamespace",
     "x.contype = 'n' AND x.contypid <> 0 AND x.contypid NOT IN (SELECT m.objid"
     " FROM pg_catalog.pg_depend m WHERE m.refclassid = " AG_PG_EXTENSION
     " AND m.deptype = 'e' AND m.classid = " AG_PG_TYPE ")"
     " AND (pg_catalog.obj_description(x.oid, 'pg_constraint') IS NOT NULL OR x.conname <>"
     " (SELECT pg_catalog.left(t.typname::pg_catalog.text, 54) || '_not_null'"
     " FROM pg_catalog.pg_type t WHERE t.oid = x.contypid))"},
};

static void append_standing(GString *sql, const Standing *s)
{
    g_string_append_printf(sql,
                           "SELECT %s, %s, (%s)::pg_catalog.text"
                           " FROM pg_catalog.%s x WHERE %s" AG_PG_MANAGED(
                               "") " AND"
                                   " x.oid NOT IN (SELECT m.objid FROM pg_catalog.pg_depend m"
                                   " WHERE m.refclassid = " AG_PG_EXTENSION
                                   " AND m.deptype = 'e' AND m.classid = %s)",
                           s->noun, s->namespace, s->name, s->from, s->namespace, s->catalogue);
    if (s->condition != NULL)
        g_string_append_printf(sql, " AND %s", s->condition);
}

static const char *sql_of(AgPool *pool, long version)
{
    (void)version;
    g_autoptr(GString) sql = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(standing); i++) {
        g_string_append(sql, i > 0 ? " UNION ALL " : "");
        append_standing(sql, &standing[i]);
    }
    return ag_pool_text(pool, sql->str);
}

enum { NOUN, NAMESPACE, NAME };

/* The element that an <ignore> would name: "materialized view" is written materialized-view. */
static bool is_ignored(const AgCatalog *catalog, const char *noun, const char *schema,
                       const char *name)
{
    g_autofree char *element = g_strdelimit(g_strdup(noun), " ", '-');
    return ag_filter_ignores(catalog->filter, element, schema, name);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *noun = ag_rows_get(rows, row, NOUN), *name = ag_rows_get(rows, row, NAME);
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        if (schema != NULL && !is_ignored(catalog, noun, schema, name)) {
            g_autofree char *label = g_strdup_printf("%s.%s", schema, name);
            ag_schema_add_unmanaged(catalog->schema, noun, label, NULL);
        }
    }
    return true;
}

const AgPgReader ag_pg_read_unmanaged = {.sql = sql_of, .take = take};

/* --- what stands in no schema, or is said of one --- */

static const Standing global[] = {
    {"language", "pg_language", "2612", "x.lanname", NULL, NULL},
    {"access method", "pg_am", "2601", "x.amname", NULL, NULL},
};

/* Of pg_subscription everybody may read the names only. */
static const char rest_sql[] =
    " UNION ALL SELECT 'subscription', x.subname::pg_catalog.text"
    " FROM pg_catalog.pg_subscription x WHERE ($1::pg_catalog.oid[] IS NULL OR true)"
    " AND x.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b"
    " WHERE b.datname = pg_catalog.current_database())";

static const char *global_sql_of(AgPool *pool, long version)
{
    (void)version;
    g_autoptr(GString) sql = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(global); i++) {
        g_string_append_printf(sql,
                               "%sSELECT '%s', (%s)::pg_catalog.text FROM pg_catalog.%s x"
                               " WHERE x.oid >= 16384 AND x.oid NOT IN (SELECT m.objid"
                               " FROM pg_catalog.pg_depend m WHERE m.refclassid = " AG_PG_EXTENSION
                               " AND m.deptype = 'e' AND m.classid = %s)",
                               i > 0 ? " UNION ALL " : "", global[i].noun, global[i].name,
                               global[i].from, global[i].catalogue);
        if (global[i].condition != NULL)
            g_string_append_printf(sql, " AND %s", global[i].condition);
    }
    g_string_append(sql, rest_sql);
    return ag_pool_text(pool, sql->str);
}

static bool take_global(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *noun = ag_rows_get(rows, row, 0), *name = ag_rows_get(rows, row, 1);
        if (!is_ignored(catalog, noun, NULL, name))
            ag_schema_add_unmanaged(catalog->schema, noun, name, NULL);
    }
    return true;
}

const AgPgReader ag_pg_read_global_unmanaged = {.sql = global_sql_of, .take = take_global};
