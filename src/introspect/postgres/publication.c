/* SPDX-License-Identifier: MIT */
#include "model/publication.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

static const char *sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(
        pool,
        "SELECT p.oid, p.pubname, %s, pg_catalog.pg_get_userbyid(p.pubowner) AS owner,"
        " p.puballtables AS \"all-tables\", p.pubviaroot AS \"via-root\","
        " p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,"
        " %s AS \"generated-columns\""
        " FROM pg_catalog.pg_publication p WHERE ($1::pg_catalog.oid[] IS NULL OR true)"
        " AND " AG_PG_NOT_MEMBER("p.oid", AG_PG_PUBLICATION),
        version >= 150000
            ? "ARRAY(SELECT n.nspname FROM pg_catalog.pg_publication_namespace m"
              " JOIN pg_catalog.pg_namespace n ON n.oid = m.pnnspid WHERE m.pnpubid = p.oid)"
            : "NULL",
        version >= 180000 ? "CASE p.pubgencols WHEN 's' THEN 'stored' END" : "NULL");
}

enum { OID, NAME, SCHEMAS, OWNER, ALL_TABLES, VIA_ROOT, INSERT, UPDATE, DELETE, TRUNCATE };

static GPtrArray *events_of(AgPool *pool, const AgRows *rows, guint row)
{
    static const char *const words[] = {"insert", "update", "delete", "truncate"};
    GPtrArray *list = ag_pool_array(pool);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (ag_pg_true(ag_rows_get(rows, row, INSERT + i)))
            g_ptr_array_add(list, (gpointer)(guintptr)words[i]);
    if (list->len == 0)
        g_ptr_array_add(list, (gpointer)(guintptr) "none");
    return list->len == G_N_ELEMENTS(words) ? NULL : list;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    /* Somebody's replication is nobody's business until a model speaks of one. */
    bool wanted = ag_filter_wants(catalog->filter, AG_KIND_PUBLICATION);
    ag_binding_init(&binding, &ag_kind_publication, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, NAME), *wrong;
        if (ag_filter_ignores(catalog->filter, "publication", NULL, name))
            continue;
        if (!wanted) {
            ag_schema_add_unmanaged(catalog->schema, "publication", name, NULL);
            continue;
        }
        AgObject *object = ag_object_new(pool, &ag_kind_publication, NULL, NULL, name);
        AgPublication *publication = (AgPublication *)object;
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        publication->publish = events_of(pool, rows, row);
        ag_set_sort(pool, ag_pg_array(pool, ag_rows_get(rows, row, SCHEMAS)), NULL,
                    &publication->schemas, &wrong);
        ag_catalog_describe(catalog, object, 6104, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_publications = {.sql = sql_of, .take = take};

/* --- tables --- */

static const char *tables_sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(
        pool,
        "SELECT p.pubname, n.nspname, c.relname, %s FROM pg_catalog.pg_publication_rel r"
        " JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid"
        " JOIN pg_catalog.pg_class c ON c.oid = r.prrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE ($1::pg_catalog.oid[] IS NULL OR true) ORDER BY 1, 2, 3",
        version >= 150000
            ? "CASE WHEN r.prattrs IS NOT NULL THEN ARRAY(SELECT a.attname"
              " FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid"
              " AND a.attnum = ANY (r.prattrs::pg_catalog.int2[]) ORDER BY a.attnum) END,"
              " pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS where"
            : "NULL, NULL AS where");
}

enum { PUBLICATION, TABLE_SCHEMA, TABLE, COLUMNS };

static bool take_tables(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, &ag_kind_published_table, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *publication =
            (AgObject *)(guintptr)ag_schema_find(catalog->schema, AG_KIND_PUBLICATION, NULL,
                                                 ag_rows_get(rows, row, PUBLICATION));
        if (publication == NULL)
            continue;
        AgQname table = {ag_pool_name(pool, ag_rows_get(rows, row, TABLE_SCHEMA)),
                         ag_pool_name(pool, ag_rows_get(rows, row, TABLE))};
        AgObject *object = ag_object_new(pool, &ag_kind_published_table, publication, NULL,
                                         ag_qname_text(pool, table));
        AgPublishedTable *published = (AgPublishedTable *)object;
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        published->table = table;
        const char *columns = ag_rows_get(rows, row, COLUMNS);
        if (columns == NULL)
            continue;
        published->columns = ag_pool_array(pool);
        GPtrArray *names = ag_pg_array(pool, columns);
        for (guint i = 0; i < names->len; i++)
            g_ptr_array_add(published->columns,
                            (gpointer)(guintptr)ag_pool_name(pool, g_ptr_array_index(names, i)));
    }
    return true;
}

const AgPgReader ag_pg_read_published_tables = {.sql = tables_sql_of, .take = take_tables};
