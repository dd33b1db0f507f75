/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, c.relnamespace, c.relname, c.relnatts,"
           " CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS "
           "\"of\","
           " e.srvname AS server, f.ftoptions,"
           " CASE WHEN c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i) THEN"
           " ARRAY(SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid"
           " ORDER BY i.inhseqno) END AS parents, c.relispartition,"
           " CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END"
           " AS \"partition-by\","
           " CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END"
           " AS bound,"
           " pg_catalog.pg_get_userbyid(c.relowner) AS owner,"
           " c.relpersistence = 'u' AS unlogged, s.spcname AS tablespace, c.reloptions,"
           " t.reloptions AS toast,"
           " CASE WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'forced'"
           " WHEN c.relrowsecurity THEN 'on' WHEN c.relforcerowsecurity THEN 'off-forced' END"
           " AS \"row-security\","
           " CASE WHEN c.relkind <> 'f' THEN CASE c.relreplident WHEN 'f' THEN 'full'"
           " WHEN 'n' THEN 'nothing' END END"
           " AS \"replica-identity\","
           " CASE WHEN c.relam NOT IN (0, 2) THEN (SELECT a.amname FROM pg_catalog.pg_am a"
           " WHERE a.oid = c.relam) END AS \"access-method\""
           " FROM pg_catalog.pg_class c"
           " LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace"
           " LEFT JOIN (SELECT w.oid, w.reloptions FROM pg_catalog.pg_class w"
           " WHERE w.relkind = 't' AND w.reloptions IS NOT NULL) t ON t.oid = c.reltoastrelid"
           " LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid"
           " LEFT JOIN pg_catalog.pg_foreign_server e ON e.oid = f.ftserver"
           " WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'"
           " AND " AG_PG_MANAGED("c.relnamespace") " AND " AG_PG_NOT_MEMBER("c.oid", AG_PG_CLASS);
}

typedef struct {
    AgBinding binding;
    int reloptions, toast, parents, partition, server, options;
} Columns;

static void find_columns(Columns *columns, const AgRows *rows)
{
    ag_binding_init(&columns->binding, &ag_kind_table, rows);
    columns->reloptions = ag_rows_column(rows, "reloptions");
    columns->toast = ag_rows_column(rows, "toast");
    columns->server = ag_rows_column(rows, "server");
    columns->options = ag_rows_column(rows, "ftoptions");
    columns->parents = ag_rows_column(rows, "parents");
    columns->partition = ag_rows_column(rows, "relispartition");
}

static void name_parents(AgCatalog *catalog, AgPgTable *table)
{
    AgTable *object = table->table;
    for (guint i = 0; table->parents != NULL && i < table->parents->len; i++) {
        const AgPgTable *parent = ag_catalog_table(catalog, g_ptr_array_index(table->parents, i));
        AgQname name = {parent->schema, parent->name};
        if (table->partition) {
            object->partition_of = name;
            continue;
        }
        if (object->inherits == NULL)
            object->inherits = ag_pool_array(catalog->pool);
        g_ptr_array_add(object->inherits, ag_qname_text(catalog->pool, name));
    }
}

static bool add_table(AgCatalog *catalog, AgPgTable *table, const Columns *columns,
                      const AgRows *rows, guint row, AgDiag *diag)
{
    AgPool *pool = catalog->pool;
    AgObject *object = ag_object_new(pool, &ag_kind_table, NULL, table->schema, table->name);
    if (!ag_bind_row(&columns->binding, pool, object, rows, row, diag))
        return false;
    table->table = (AgTable *)object;
    table->holder = object;
    table->parts = ag_pool_array(catalog->scratch);
    GPtrArray *params = ag_pg_options(pool, NULL, "", ag_rows_get(rows, row, columns->reloptions));
    table->table->params =
        ag_pg_options(pool, params, "toast.", ag_rows_get(rows, row, columns->toast));
    const char *options = ag_rows_get(rows, row, columns->options);
    if (options != NULL) {
        g_autofree char *label = g_strdup_printf("%s.%s", table->schema, table->name);
        table->table->options =
            ag_pg_foreign_options(catalog, options, "foreign table", label, &table->table->secrets);
    }
    ag_catalog_describe(catalog, object, 1259, table->oid, 0);
    name_parents(catalog, table);
    ag_schema_add(catalog->schema, object);
    return true;
}

static const char left_out[] = "";

/* What a table without a parent in the models is called; NULL: its parents are there. */
static const char *orphan_noun(const AgCatalog *catalog, const AgPgTable *table, const char **nouns)
{
    for (guint i = 0; table->parents != NULL && i < table->parents->len; i++) {
        const AgPgTable *parent = ag_catalog_table(catalog, g_ptr_array_index(table->parents, i));
        if (parent != NULL && parent->schema != NULL && nouns[parent->place] == left_out)
            return left_out;
        if (parent == NULL || parent->schema == NULL || nouns[parent->place] != NULL)
            return table->partition ? "partition" : "inheriting table";
    }
    return NULL;
}

/* What has a parent that nobody manages is not managed either. */
static void leave_orphans(const AgCatalog *catalog, const char **nouns)
{
    for (bool more = true; more;) {
        more = false;
        for (guint i = 0; i < catalog->table_list->len; i++) {
            if (nouns[i] != NULL)
                continue;
            nouns[i] = orphan_noun(catalog, g_ptr_array_index(catalog->table_list, i), nouns);
            more = more || nouns[i] != NULL;
        }
    }
}

static bool is_left_out(const AgCatalog *catalog, const AgPgTable *table, bool foreign)
{
    return ag_filter_is_own(catalog->filter, "public", table->schema, table->name) ||
           ag_filter_ignores(catalog->filter, foreign ? ag_kind_table.also : ag_kind_table.element,
                             table->schema, table->name);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    Columns columns;
    g_autofree const char **nouns = g_new0(const char *, rows->n_rows + 1);
    g_autofree guint *places = g_new0(guint, rows->n_rows + 1);
    find_columns(&columns, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_new_table(catalog, rows, row);
        if (table == NULL)
            continue;
        const char *parents = ag_rows_get(rows, row, columns.parents);
        table->parents = parents == NULL ? NULL : ag_pg_array(catalog->scratch, parents);
        table->partition = ag_pg_true(ag_rows_get(rows, row, columns.partition));
        places[table->place] = row;
        bool foreign = ag_rows_get(rows, row, columns.server) != NULL;
        nouns[table->place] = is_left_out(catalog, table, foreign) ? left_out : NULL;
    }
    leave_orphans(catalog, nouns);
    for (guint i = 0; i < catalog->table_list->len; i++) {
        AgPgTable *table = g_ptr_array_index(catalog->table_list, i);
        if (nouns[i] == NULL) {
            if (!add_table(catalog, table, &columns, rows, places[i], diag))
                return false;
        } else if (nouns[i] != left_out) {
            ag_catalog_unmanaged(catalog, nouns[i], table, NULL, NULL);
        }
    }
    return true;
}

const AgPgReader ag_pg_read_tables = {.sql = sql_of, .take = take, .whole = true};
