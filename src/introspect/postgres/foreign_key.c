/* SPDX-License-Identifier: MIT */
#include "model/foreign_key.h"

#include "introspect/postgres/catalog.h"

#define ACTION(column)                                                                             \
    "CASE " column " WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set-null'"    \
    " WHEN 'd' THEN 'set-default' END"

/* A row with a parent is what the server made for a partition: of the table that refers, which has
 * it from its parent, or of the table referred to, which is its own business. */
static const char *sql_of(AgPool *pool, long version)
{
    /* What is not enforced is never valid. */
    const char *enforced = version >= 180000 ? "k.conenforced" : "true";
    return ag_pool_printf(
        pool,
        "SELECT k.oid, k.conrelid, k.conname, k.confrelid, k.conkey, k.confkey, %s,"
        " %s AS \"on-delete\", %s AS \"on-update\","
        " CASE k.confmatchtype WHEN 'f' THEN 'full' END AS match,"
        " CASE WHEN k.condeferred THEN 'initially-deferred'"
        " WHEN k.condeferrable THEN 'initially-immediate' END AS deferrable,"
        " NOT k.convalidated AND %s AS \"not-valid\", NOT %s AS \"not-enforced\", %s AS period,"
        " k.conparentid <> 0"
        " FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND NOT EXISTS (SELECT FROM"
        " pg_catalog.pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid) AND "
        "%s",
        version >= 150000 ? "k.confdelsetcols" : "NULL", ACTION("k.confdeltype"),
        ACTION("k.confupdtype"), enforced, enforced, version >= 180000 ? "k.conperiod" : "false",
        AG_PG_MANAGED("k.connamespace"));
}

enum { OID, TABLE, NAME, REFERENCES, COLUMNS, REF_COLUMNS, DELETE_COLUMNS, INHERITED = 14 };

/* The table referred to; when it is in a schema that is not managed, its name comes with the
 * second round. */
static void refer(AgCatalog *catalog, AgForeignKey *key, const AgRows *rows, guint row)
{
    const AgPgTable *target = ag_catalog_table(catalog, ag_rows_get(rows, row, REFERENCES));
    const char *text = ag_rows_get(rows, row, REF_COLUMNS);
    guint32 numbers[AG_PG_MOST_KEYS];
    guint n = ag_pg_numbers(text, numbers, AG_PG_MOST_KEYS);
    if (target != NULL) {
        key->references = (AgQname){.schema = target->schema, .name = target->name};
        key->ref_columns = ag_pg_column_names(catalog->pool, target, numbers, n);
    }
    if (key->ref_columns != NULL)
        return;
    AgPgWantedTable *want = ag_pool_new0(catalog->scratch, AgPgWantedTable);
    key->ref_columns = ag_pool_array(catalog->pool);
    want->oid = ag_pg_oid(ag_rows_get(rows, row, REFERENCES));
    want->table = &key->references;
    want->columns = key->ref_columns;
    want->numbers = ag_pool_text(catalog->scratch, text);
    g_ptr_array_add(catalog->wanted_tables, want);
}

static bool add_key(AgCatalog *catalog, AgPgTable *table, const AgBinding *binding,
                    const AgRows *rows, guint row, AgDiag *diag)
{
    AgObject *object = ag_object_new(catalog->pool, &ag_kind_foreign_key, NULL, table->schema,
                                     ag_rows_get(rows, row, NAME));
    AgForeignKey *key = (AgForeignKey *)object;
    guint32 numbers[AG_PG_MOST_KEYS];
    if (!ag_bind_row(binding, catalog->pool, object, rows, row, diag))
        return false;
    object->inherited = ag_pg_true(ag_rows_get(rows, row, INHERITED));
    guint n = ag_pg_numbers(ag_rows_get(rows, row, COLUMNS), numbers, AG_PG_MOST_KEYS);
    key->columns = ag_pg_column_names(catalog->pool, table, numbers, n);
    n = ag_pg_numbers(ag_rows_get(rows, row, DELETE_COLUMNS), numbers, AG_PG_MOST_KEYS);
    key->on_delete_columns = ag_pg_column_names(catalog->pool, table, numbers, n);
    object->comment = ag_catalog_comment(catalog, 2606, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
    if (ag_catalog_add_part(catalog, table, object))
        refer(catalog, key, rows, row);
    return true;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_foreign_key, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (table == NULL || table->table == NULL)
            continue;
        if (!add_key(catalog, table, &binding, rows, row, diag))
            return false;
    }
    return true;
}

const AgPgReader ag_pg_read_foreign_keys = {.sql = sql_of, .take = take};
