/* SPDX-License-Identifier: MIT */
#include "model/enum.h"

#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT t.oid, t.typnamespace, t.typname,"
           " pg_catalog.pg_get_userbyid(t.typowner) AS owner,"
           " ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid"
           " ORDER BY e.enumsortorder)"
           " FROM pg_catalog.pg_type t WHERE t.typtype = 'e' AND " AG_PG_MANAGED(
               "t.typnamespace") " AND " AG_PG_NOT_MEMBER("t.oid", AG_PG_TYPE);
}

static GPtrArray *values_of(AgPool *pool, const char *text)
{
    GPtrArray *labels = ag_pg_array(pool, text), *values = ag_pool_array(pool);
    for (guint i = 0; i < labels->len; i++) {
        AgEnumValue *value = ag_pool_new0(pool, AgEnumValue);
        value->name = g_ptr_array_index(labels, i);
        if (value->name == NULL)
            continue;
        g_ptr_array_add(values, value);
    }
    return values;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_enum, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, 1));
        const char *name = ag_rows_get(rows, row, 2);
        if (schema == NULL || ag_filter_ignores(catalog->filter, "enum", schema, name))
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_enum, NULL, schema, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ((AgEnum *)object)->values = values_of(catalog->pool, ag_rows_get(rows, row, 4));
        ag_catalog_describe(catalog, object, 1247, ag_pg_oid(ag_rows_get(rows, row, 0)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_enums = {.sql = sql_of, .take = take};
