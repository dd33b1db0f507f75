/* SPDX-License-Identifier: MIT */
#include "model/view.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* Read between tables and columns: what is an index of a materialized view or says something of a
 * view's column finds it as it finds a table. Views have no dropped columns. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)version;
    return ag_pool_printf(
        pool,
        "SELECT c.oid, c.relnamespace, c.relname, c.relnatts, c.relkind, c.reloptions,"
        " pg_catalog.pg_get_userbyid(c.relowner) AS owner,"
        " pg_catalog.pg_get_viewdef(c.oid),"
        " " AG_PG_SHAPE ","
        " CASE WHEN c.relkind = 'm' THEN m.amname END AS \"access-method\","
        " s.spcname AS tablespace, NOT c.relispopulated AS \"with-no-data\""
        " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam"
        " LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace"
        " WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND %s AND %s",
        AG_PG_MANAGED("c.relnamespace"), AG_PG_NOT_MEMBER("c.oid", AG_PG_CLASS));
}

enum { OID, NAMESPACE, NAME, COLUMN_COUNT, RELKIND, RELOPTIONS, OWNER, QUERY, SHAPE, METHOD };

/* reloptions hold the two flags and the check option. */
static void set_view_options(AgView *view, const GPtrArray *options)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        bool on = strcmp(option->value, "true") == 0 || strcmp(option->value, "on") == 0 ||
                  strcmp(option->value, "1") == 0 || strcmp(option->value, "yes") == 0;
        if (strcmp(option->name, "security_barrier") == 0)
            view->security_barrier = on;
        else if (strcmp(option->name, "security_invoker") == 0)
            view->security_invoker = on;
        else if (strcmp(option->name, "check_option") == 0)
            view->check_option = strcmp(option->value, "local") == 0 ? "local" : "cascaded";
    }
}

static bool add_view(AgCatalog *catalog, AgPgTable *table, const AgBinding *binding,
                     const AgRows *rows, guint row, AgDiag *diag)
{
    AgPool *pool = catalog->pool;
    bool materialized = *ag_rows_get(rows, row, RELKIND) == 'm';
    AgObject *object =
        ag_object_new(pool, materialized ? &ag_kind_materialized_view : &ag_kind_view, NULL,
                      table->schema, table->name);
    AgView *view = (AgView *)object;
    if (!ag_bind_row(binding, pool, object, rows, row, diag))
        return false;
    GPtrArray *options = ag_pg_options(pool, NULL, "", ag_rows_get(rows, row, RELOPTIONS));
    if (materialized)
        view->params = options;
    else
        set_view_options(view, options);
    view->query = ag_bind_sql(pool, ag_pg_query_text(pool, ag_rows_get(rows, row, QUERY)));
    view->shape = ag_pg_shape(pool, ag_rows_get(rows, row, SHAPE));
    ag_catalog_describe(catalog, object, 1259, table->oid, 0);
    table->holder = object;
    table->parts = ag_pool_array(catalog->scratch);
    ag_schema_add(catalog->schema, object);
    return true;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding views, materialized;
    ag_binding_init(&views, &ag_kind_view, rows);
    ag_binding_init(&materialized, &ag_kind_materialized_view, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        bool is_materialized = *ag_rows_get(rows, row, RELKIND) == 'm';
        AgPgTable *table = ag_catalog_new_table(catalog, rows, row);
        if (table == NULL ||
            ag_filter_ignores(catalog->filter, is_materialized ? "materialized-view" : "view",
                              table->schema, table->name))
            continue;
        if (!add_view(catalog, table, is_materialized ? &materialized : &views, rows, row, diag))
            return false;
    }
    return true;
}

const AgPgReader ag_pg_read_views = {.sql = sql_of, .take = take};

const char *ag_pg_query_text(AgPool *pool, const char *definition)
{
    size_t length = strlen(definition), start = strspn(definition, " \n");
    while (length > start && strchr("; \n", definition[length - 1]) != NULL)
        length--;
    return ag_pool_text_n(pool, definition + start, length - start);
}

GPtrArray *ag_pg_shape(AgPool *pool, const char *text)
{
    GPtrArray *shape = ag_pool_array(pool);
    g_auto(GStrv) columns = g_strsplit(text, "\002", -1);
    for (int i = 0; columns[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(columns[i], "\001", 3);
        if (parts[0] == NULL || parts[1] == NULL)
            continue;
        AgShapeColumn *column = ag_pool_new0(pool, AgShapeColumn);
        column->name = ag_pool_name(pool, parts[0]);
        column->type = ag_pool_text(pool, parts[1]);
        column->collation = ag_pool_text(pool, parts[2]);
        g_ptr_array_add(shape, column);
    }
    return shape;
}
