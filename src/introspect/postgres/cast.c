/* SPDX-License-Identifier: MIT */
#include "model/cast.h"

#include "introspect/postgres/catalog.h"

/* A range type brings its own cast. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, n.nspname, p.proname, s.typnamespace = ANY ($1::pg_catalog.oid[])"
           " OR t.typnamespace = ANY ($1::pg_catalog.oid[])"
           " OR coalesce(p.pronamespace = ANY ($1::pg_catalog.oid[]), false),"
           " pg_catalog.format_type(c.castsource, NULL) AS source,"
           " pg_catalog.format_type(c.casttarget, NULL) AS target, c.castmethod = 'i' AS inout,"
           " CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS as"
           " FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_type s ON s.oid = c.castsource"
           " JOIN pg_catalog.pg_type t ON t.oid = c.casttarget"
           " LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc"
           " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
           " WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
           " WHERE d.classid = " AG_PG_CAST " AND d.objid = c.oid AND d.deptype = 'i')"
           " AND " AG_PG_NOT_MEMBER("c.oid", AG_PG_CAST);
}

enum { OID, FUNCTION_SCHEMA, FUNCTION, MANAGED };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    bool all = ag_filter_wants(catalog->filter, AG_KIND_CAST);
    ag_binding_init(&binding, &ag_kind_cast, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = ag_object_new(pool, &ag_kind_cast, NULL, NULL, "cast");
        AgTypeCast *cast = (AgTypeCast *)object;
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        object->signature = ag_pool_name(pool, ag_type_cast_signature(catalog->scratch, cast));
        if (ag_filter_ignores_object(catalog->filter, object))
            continue;
        if (!all && !ag_pg_true(ag_rows_get(rows, row, MANAGED))) {
            ag_schema_add_unmanaged(catalog->schema, "cast", object->signature, NULL);
            continue;
        }
        if (ag_rows_get(rows, row, FUNCTION) != NULL)
            cast->function = (AgQname){ag_pool_name(pool, ag_rows_get(rows, row, FUNCTION_SCHEMA)),
                                       ag_pool_name(pool, ag_rows_get(rows, row, FUNCTION))};
        ag_catalog_describe(catalog, object, 2605, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_casts = {.sql = sql_of, .take = take};
