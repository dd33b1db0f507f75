/* SPDX-License-Identifier: MIT */
#include "model/policy.h"

#include "introspect/postgres/catalog.h"

/* Role 0 among polroles is PUBLIC, which has no row: no names, then. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT p.oid, p.polrelid, p.polname,"
           " ARRAY(SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)),"
           " CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'"
           " WHEN 'd' THEN 'delete' ELSE 'all' END AS command,"
           " NOT p.polpermissive AS restrictive,"
           " pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS \"using\","
           " pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS \"with-check\""
           " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid"
           " WHERE " AG_PG_MANAGED("c.relnamespace") " AND " AG_PG_NOT_MEMBER("p.oid",
                                                                              AG_PG_POLICY);
}

enum { OID, TABLE, NAME, ROLES };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_policy, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        const char *wrong;
        if (table == NULL || table->table == NULL)
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_policy, NULL, table->schema,
                                         ag_rows_get(rows, row, NAME));
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ag_set_sort(catalog->pool, ag_pg_array(catalog->pool, ag_rows_get(rows, row, ROLES)), NULL,
                    &((AgPolicy *)object)->roles, &wrong);
        object->comment =
            ag_catalog_comment(catalog, 3256, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_catalog_add_part(catalog, table, object);
    }
    return true;
}

const AgPgReader ag_pg_read_policies = {.sql = sql_of, .take = take};
