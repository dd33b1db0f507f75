/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include "introspect/postgres/catalog.h"
#include "model/index.h"

#include <string.h>

static const char *sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(pool,
                          "SELECT k.oid, k.conrelid, k.conname, k.contype, k.conindid, k.conkey,"
                          " CASE WHEN k.condeferred THEN 'initially-deferred'"
                          " WHEN k.condeferrable THEN 'initially-immediate' END AS deferrable,"
                          " %s AS \"without-overlaps\","
                          " CASE WHEN k.contype = 'x' THEN ARRAY(SELECT CASE n.nspname WHEN"
                          " 'pg_catalog' THEN '' ELSE n.nspname || '.' END || o.oprname FROM"
                          " pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS x(operator, place)"
                          " JOIN pg_catalog.pg_operator o ON o.oid = x.operator"
                          " JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace"
                          " ORDER BY x.place) END, k.conparentid <> 0"
                          " FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x')"
                          " AND k.conrelid <> 0 AND %s",
                          version >= 180000 ? "k.conperiod" : "false",
                          AG_PG_MANAGED("k.connamespace"));
}

enum { OID, TABLE, NAME, TYPE, INDEX, COLUMNS, OPERATORS = 8, INHERITED };

static bool add_key(AgCatalog *catalog, AgPgTable *table, const AgBinding *binding,
                    const AgRows *rows, guint row, AgDiag *diag)
{
    const AgKindInfo *info =
        *ag_rows_get(rows, row, TYPE) == 'p' ? &ag_kind_primary_key : &ag_kind_unique;
    AgObject *object =
        ag_object_new(catalog->pool, info, NULL, table->schema, ag_rows_get(rows, row, NAME));
    AgKey *key = (AgKey *)object;
    guint32 numbers[AG_PG_MOST_KEYS];
    guint n = ag_pg_numbers(ag_rows_get(rows, row, COLUMNS), numbers, AG_PG_MOST_KEYS);
    if (!ag_bind_row(binding, catalog->pool, object, rows, row, diag))
        return false;
    object->inherited = ag_pg_true(ag_rows_get(rows, row, INHERITED));
    key->columns = ag_pg_column_names(catalog->pool, table, numbers, n);
    object->comment = ag_catalog_comment(catalog, 2606, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
    guint32 index = ag_pg_oid(ag_rows_get(rows, row, INDEX));
    if (ag_catalog_add_part(catalog, table, object))
        g_hash_table_insert(catalog->keys, GUINT_TO_POINTER(index), key);
    return true;
}

/* The index behind it, which is read later, tells all but the operators. */
static bool add_exclude(AgCatalog *catalog, AgPgTable *table, const AgBinding *binding,
                        const AgRows *rows, guint row, AgDiag *diag)
{
    AgObject *object = ag_object_new(catalog->pool, &ag_kind_exclude, NULL, table->schema,
                                     ag_rows_get(rows, row, NAME));
    AgIndex *exclude = (AgIndex *)object;
    if (!ag_bind_row(binding, catalog->pool, object, rows, row, diag))
        return false;
    object->inherited = ag_pg_true(ag_rows_get(rows, row, INHERITED));
    const GPtrArray *operators = ag_pg_array(catalog->pool, ag_rows_get(rows, row, OPERATORS));
    exclude->parts = ag_pool_array(catalog->pool);
    for (guint i = 0; i < operators->len; i++) {
        AgPart *part = ag_pool_new0(catalog->pool, AgPart);
        part->with = g_ptr_array_index(operators, i);
        g_ptr_array_add(exclude->parts, part);
    }
    object->comment = ag_catalog_comment(catalog, 2606, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
    guint32 index = ag_pg_oid(ag_rows_get(rows, row, INDEX));
    if (ag_catalog_add_part(catalog, table, object))
        g_hash_table_insert(catalog->keys, GUINT_TO_POINTER(index), exclude);
    return true;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding, of_exclude;
    /* The columns both kinds share have the same fields in both. */
    ag_binding_init(&binding, &ag_kind_primary_key, rows);
    ag_binding_init(&of_exclude, &ag_kind_exclude, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (table == NULL || table->table == NULL)
            continue;
        guint32 index = ag_pg_oid(ag_rows_get(rows, row, INDEX));
        g_hash_table_insert(catalog->keys, GUINT_TO_POINTER(index), catalog);
        bool added = true;
        if (*ag_rows_get(rows, row, TYPE) == 'x')
            added = add_exclude(catalog, table, &of_exclude, rows, row, diag);
        else
            added = add_key(catalog, table, &binding, rows, row, diag);
        if (!added)
            return false;
    }
    return true;
}

const AgPgReader ag_pg_read_keys = {.sql = sql_of, .take = take};
