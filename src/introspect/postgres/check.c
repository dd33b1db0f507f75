/* SPDX-License-Identifier: MIT */
#include "model/check.h"

#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    /* What is not enforced is never valid. */
    const char *enforced = version >= 180000 ? "k.conenforced" : "true";
    return ag_pool_printf(
        pool,
        "SELECT k.oid, k.conrelid, k.conname,"
        " pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression,"
        " NOT k.convalidated AND %s AS \"not-valid\", k.connoinherit AS \"no-inherit\","
        " NOT %s AS \"not-enforced\", NOT k.conislocal, k.coninhcount > 0"
        " FROM pg_catalog.pg_constraint k WHERE k.conrelid <> 0"
        " AND k.contype = 'c' AND %s",
        enforced, enforced, AG_PG_MANAGED("k.connamespace"));
}

enum { OID, TABLE, NAME, NOT_LOCAL = 7, COUNTED };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_check, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        const char *name = ag_rows_get(rows, row, NAME);
        if (table == NULL || table->table == NULL)
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_check, NULL, table->schema, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        object->inherited =
            ag_pg_true(ag_rows_get(rows, row, table->partition ? COUNTED : NOT_LOCAL));
        object->comment =
            ag_catalog_comment(catalog, 2606, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_catalog_add_part(catalog, table, object);
    }
    return true;
}

const AgPgReader ag_pg_read_checks = {.sql = sql_of, .take = take};
