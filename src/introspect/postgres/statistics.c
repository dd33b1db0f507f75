/* SPDX-License-Identifier: MIT */
#include "model/statistics.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* -1 was the default of the target before version 17 made it NULL. */
static const char *sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(
        pool,
        "SELECT s.oid, s.stxnamespace, s.stxname, s.stxrelid, s.stxkeys, s.stxkind, %s,"
        " NULLIF(s.stxstattarget, -1) AS target,"
        " pg_catalog.pg_get_userbyid(s.stxowner) AS owner"
        " FROM pg_catalog.pg_statistic_ext s WHERE " AG_PG_MANAGED(
            "s.stxnamespace") " AND " AG_PG_NOT_MEMBER("s.oid", AG_PG_STATISTICS),
        version >= 140000 ? "pg_catalog.pg_get_statisticsobjdef_expressions(s.oid)" : "NULL");
}

enum { OID, NAMESPACE, NAME, TABLE, KEYS, MEASURES, EXPRESSIONS };

/* Statistics on expressions themselves (e) come by themselves. */
static GPtrArray *measures_of(AgPool *pool, const char *text)
{
    static const char letters[] = "dfm";
    GPtrArray *measures = ag_pool_array(pool);
    for (size_t i = 0; letters[i] != '\0'; i++) {
        if (strchr(text, letters[i]) != NULL)
            g_ptr_array_add(measures, (gpointer)(guintptr)ag_statistics_measures[i]);
    }
    return ag_statistics_settle(measures);
}

static GPtrArray *expressions_of(AgCatalog *catalog, const char *text)
{
    if (text == NULL)
        return NULL;
    GPtrArray *texts = ag_pg_array(catalog->scratch, text);
    GPtrArray *parts = ag_pool_array(catalog->pool);
    for (guint i = 0; i < texts->len; i++) {
        AgPart *part = ag_pool_new0(catalog->pool, AgPart);
        part->expression = ag_bind_sql(catalog->pool, g_ptr_array_index(texts, i));
        g_ptr_array_add(parts, part);
    }
    return parts;
}

static void fill(AgCatalog *catalog, AgStatistics *statistics, const AgPgTable *table,
                 const AgRows *rows, guint row)
{
    guint32 numbers[AG_PG_MOST_KEYS];
    guint n = ag_pg_numbers(ag_rows_get(rows, row, KEYS), numbers, AG_PG_MOST_KEYS);
    statistics->table = (AgQname){table->schema, table->name};
    statistics->columns = ag_pg_column_names(catalog->pool, table, numbers, n);
    statistics->expressions = expressions_of(catalog, ag_rows_get(rows, row, EXPRESSIONS));
    statistics->measures = measures_of(catalog->pool, ag_rows_get(rows, row, MEASURES));
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_statistics, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        const char *name = ag_rows_get(rows, row, NAME);
        const AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (schema == NULL || ag_filter_ignores(catalog->filter, "statistics", schema, name))
            continue;
        if (table == NULL || table->holder == NULL) {
            g_autofree char *label = g_strdup_printf("%s.%s", schema, name);
            ag_schema_add_unmanaged(catalog->schema, ag_kind_statistics.noun, label,
                                    "what it looks at is not in the models");
            continue;
        }
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_statistics, NULL, schema, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        fill(catalog, (AgStatistics *)object, table, rows, row);
        object->comment =
            ag_catalog_comment(catalog, 3381, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_statistics = {.sql = sql_of, .take = take};
