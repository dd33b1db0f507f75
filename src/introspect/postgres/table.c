/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, c.relnamespace, c.relname, c.relnatts,"
           " CASE WHEN c.relkind = 'p' THEN 'partitioned table'"
           " WHEN c.relispartition THEN 'partition'"
           " WHEN c.relkind = 'f' THEN 'foreign table'"
           " WHEN c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i)"
           " THEN 'inheriting table'"
           " WHEN c.reloftype <> 0 THEN 'typed table' END AS noun,"
           " pg_catalog.pg_get_userbyid(c.relowner) AS owner,"
           " c.relpersistence = 'u' AS unlogged, s.spcname AS tablespace, c.reloptions,"
           " t.reloptions AS toast, c.relrowsecurity, c.relforcerowsecurity, c.relacl IS NOT NULL "
           "AS privileges,"
           " CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' END"
           " AS \"replica-identity\","
           " CASE WHEN c.relam NOT IN (0, 2) THEN (SELECT a.amname FROM pg_catalog.pg_am a"
           " WHERE a.oid = c.relam) END AS \"access-method\""
           " FROM pg_catalog.pg_class c"
           " LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace"
           " LEFT JOIN (SELECT w.oid, w.reloptions FROM pg_catalog.pg_class w"
           " WHERE w.relkind = 't' AND w.reloptions IS NOT NULL) t ON t.oid = c.reltoastrelid"
           " WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'"
           " AND " AG_PG_MANAGED("c.relnamespace") " AND " AG_PG_NOT_MEMBER("c.oid", AG_PG_CLASS);
}

typedef struct {
    AgBinding binding;
    int noun, reloptions, toast, security, forced, privileges;
} Columns;

static void find_columns(Columns *columns, const AgRows *rows)
{
    ag_binding_init(&columns->binding, &ag_kind_table, rows);
    columns->noun = ag_rows_column(rows, "noun");
    columns->reloptions = ag_rows_column(rows, "reloptions");
    columns->toast = ag_rows_column(rows, "toast");
    columns->security = ag_rows_column(rows, "relrowsecurity");
    columns->forced = ag_rows_column(rows, "relforcerowsecurity");
    columns->privileges = ag_rows_column(rows, "privileges");
}

static AgPgTable *new_table(AgCatalog *catalog, const AgRows *rows, guint row)
{
    AgPgTable *table = ag_pool_new0(catalog->scratch, AgPgTable);
    table->oid = ag_pg_oid(ag_rows_get(rows, row, 0));
    table->schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, 1));
    table->name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, 2));
    table->n_columns = MIN(ag_pg_oid(ag_rows_get(rows, row, 3)), 65535u);
    table->columns =
        ag_pool_alloc(catalog->scratch, sizeof(AgPgColumn) * ((size_t)table->n_columns + 1));
    return table;
}

/* What hangs on a managed table and has no word in a model. */
static void note_rest(AgCatalog *catalog, const AgPgTable *table, const Columns *columns,
                      const AgRows *rows, guint row)
{
    if (ag_pg_true(ag_rows_get(rows, row, columns->security)))
        ag_catalog_unmanaged(catalog, "row security", table, NULL, NULL);
    if (ag_pg_true(ag_rows_get(rows, row, columns->forced)))
        ag_catalog_unmanaged(catalog, "forced row security", table, NULL, NULL);
    if (ag_pg_true(ag_rows_get(rows, row, columns->privileges)))
        ag_catalog_unmanaged(catalog, "privileges", table, NULL, NULL);
}

static bool add_table(AgCatalog *catalog, AgPgTable *table, const Columns *columns,
                      const AgRows *rows, guint row, AgDiag *diag)
{
    AgPool *pool = catalog->pool;
    AgObject *object = ag_object_new(pool, &ag_kind_table, NULL, table->schema, table->name);
    if (!ag_bind_row(&columns->binding, pool, object, rows, row, diag))
        return false;
    table->table = (AgTable *)object;
    table->parts = ag_pool_array(catalog->scratch);
    GPtrArray *params = ag_pg_options(pool, NULL, "", ag_rows_get(rows, row, columns->reloptions));
    table->table->params =
        ag_pg_options(pool, params, "toast.", ag_rows_get(rows, row, columns->toast));
    object->comment = ag_catalog_comment(catalog, 1259, table->oid, 0);
    ag_schema_add(catalog->schema, object);
    note_rest(catalog, table, columns, rows, row);
    return true;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    Columns columns;
    find_columns(&columns, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = new_table(catalog, rows, row);
        const char *noun = ag_rows_get(rows, row, columns.noun);
        if (table->schema == NULL)
            continue;
        g_hash_table_insert(catalog->tables, GUINT_TO_POINTER(table->oid), table);
        g_ptr_array_add(catalog->table_list, table);
        if (ag_filter_is_own(catalog->filter, "public", table->schema, table->name) ||
            ag_filter_ignores(catalog->filter, "table", table->schema, table->name))
            continue;
        if (noun != NULL)
            ag_catalog_unmanaged(catalog, noun, table, NULL, NULL);
        else if (!add_table(catalog, table, &columns, rows, row, diag))
            return false;
    }
    return true;
}

const AgPgReader ag_pg_read_tables = {.sql = sql_of, .take = take};
