/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include <string.h>

/* Operator classes, all of them: two hundred or so, and indexes name only those that are not the
 * default for their column. */

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT o.oid, o.opcmethod, o.opcintype, n.nspname, o.opcname, o.opcdefault"
           " FROM pg_catalog.pg_opclass o"
           " JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace"
           " WHERE $1::pg_catalog.oid[] IS NULL OR true";
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgOpclass *opclass = ag_pool_new0(catalog->scratch, AgPgOpclass);
        const char *schema = ag_rows_get(rows, row, 3);
        opclass->oid = ag_pg_oid(ag_rows_get(rows, row, 0));
        opclass->method = ag_pg_oid(ag_rows_get(rows, row, 1));
        opclass->type = ag_pg_oid(ag_rows_get(rows, row, 2));
        if (strcmp(schema, "pg_catalog") != 0)
            opclass->schema = ag_pool_name(catalog->pool, schema);
        opclass->name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, 4));
        opclass->is_default = ag_pg_true(ag_rows_get(rows, row, 5));
        g_hash_table_insert(catalog->opclasses, GUINT_TO_POINTER(opclass->oid), opclass);
        if (!opclass->is_default)
            continue;
        gint64 *key = ag_pool_new0(catalog->scratch, gint64);
        *key = (gint64)(((guint64)opclass->method << 32) | opclass->type);
        g_hash_table_insert(catalog->default_opclasses, key, opclass);
    }
    return true;
}

const AgPgReader ag_pg_read_opclasses = {.sql = sql_of, .take = take};
