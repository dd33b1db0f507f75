/* SPDX-License-Identifier: MIT */
/* The constraints behind NOT NULL, which have rows of their own since version 18. */
#include "introspect/postgres/catalog.h"
#include "model/column.h"

/* One for nearly every column, so that the server leaves out those of which nothing is to be said.
 * An inherited one has its parent's name and is altered there; a column that is inherited as well
 * tells only of what it has beside it. */
static const char *sql_of(AgPool *pool, long version)
{
    if (version < 180000)
        return "SELECT NULL WHERE ($1::pg_catalog.oid[] IS NULL)";
    return ag_pool_printf(
        pool,
        "SELECT k.conrelid, k.conkey[1], k.conname, NOT k.convalidated, k.connoinherit,"
        " k.coninhcount > 0, d.description"
        " FROM pg_catalog.pg_constraint k"
        " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " LEFT JOIN pg_catalog.pg_description d ON d.objoid = k.oid"
        " AND d.classoid = " AG_PG_CONSTRAINT " AND d.objsubid = 0"
        " WHERE k.contype = 'n' AND %s AND (NOT k.convalidated AND k.coninhcount = 0"
        " OR k.connoinherit OR d.description IS NOT NULL"
        " OR k.coninhcount > 0 AND a.attislocal AND NOT c.relispartition"
        " OR k.coninhcount = 0"
        " AND k.conname <> c.relname || '_' || a.attname || '_not_null')",
        AG_PG_MANAGED("k.connamespace"));
}

enum { TABLE, NUMBER, NAME, NOT_VALID, NO_INHERIT, INHERITED, COMMENT };

/* Where the constraint is inherited, its name cannot be changed here, nor can it be spared. */
static void fill(AgCatalog *catalog, AgColumn *column, const AgRows *rows, guint row)
{
    if (ag_pg_true(ag_rows_get(rows, row, INHERITED))) {
        column->not_null_name = NULL;
    } else {
        column->not_null_name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, NAME));
        column->not_null_not_valid = ag_pg_true(ag_rows_get(rows, row, NOT_VALID));
        column->not_null_no_inherit = ag_pg_true(ag_rows_get(rows, row, NO_INHERIT));
        if (column->object.inherited && ag_column_has_usual_not_null(column))
            column->not_null_name = NULL;
    }
    column->not_null_comment = ag_pool_text(catalog->pool, ag_rows_get(rows, row, COMMENT));
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        guint32 number = ag_pg_oid(ag_rows_get(rows, row, NUMBER));
        AgColumn *column =
            table == NULL || number > table->n_columns ? NULL : table->columns[number].column;
        if (column != NULL)
            fill(catalog, column, rows, row);
    }
    return true;
}

const AgPgReader ag_pg_read_not_nulls = {.sql = sql_of, .take = take};
