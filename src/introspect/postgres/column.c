/* SPDX-License-Identifier: MIT */
#include "model/column.h"

#include "introspect/postgres/catalog.h"
#include "model/view.h"

#include <stdlib.h>
#include <string.h>

/* By far the most rows: 120,000 for 10,000 tables. Types are not printed here but once for each
 * pair of type and modifier, in the second round; most cells are NULL. To read this catalogue is
 * what takes longest, so that it is done once: the few key columns of indexes that have something
 * to tell come along. Where nobody set a statistics target, older servers have 0 for those. */
static const char *sql_of(AgPool *pool, long version)
{
    const char *target = version >= 170000 ? "a.attstattarget >= 0" : "a.attstattarget > 0";
    const char *compression =
        version >= 140000 ? "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END"
                          : "NULL";
    return ag_pool_printf(
        pool,
        "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation,"
        " a.attstorage, CASE WHEN c.relispartition OR NOT a.attislocal THEN 't' END,"
        " CASE WHEN " AG_PG_HAS_OPTIONS " THEN a.attoptions END,"
        " CASE WHEN a.attacl IS NOT NULL THEN 't' END,"
        " CASE WHEN c.relkind IN ('i', 'I') THEN coalesce(%s, false) END,"
        " CASE WHEN c.relkind = 'f' THEN a.attfdwoptions END, %s AS compression,"
        " CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,"
        " CASE WHEN NOT a.attnotnull THEN 't' END AS \"null\","
        " CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by-default' END AS identity,"
        " CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END"
        " AS \"generated/kind\""
        " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
        " WHERE a.attnum > 0 AND NOT a.attisdropped AND (c.relkind IN ('r', 'p', 'm', 'v', 'f')"
        " OR c.relkind IN ('i', 'I') AND (" AG_PG_HAS_OPTIONS " OR %s))"
        " AND c.relpersistence <> 't'"
        " AND " AG_PG_MANAGED("c.relnamespace"),
        target, compression, target);
}

enum {
    OID,
    NUMBER,
    NAME,
    TYPE,
    MODIFIER,
    COLLATION,
    STORAGE,
    INHERITED,
    PARAMS,
    HAS_PRIVILEGES,
    OF_INDEX,
    OPTIONS,
    COMPRESSION,
    STATISTICS
};

static bool has_privileges(const AgRows *rows, guint row)
{
    return ag_rows_get(rows, row, HAS_PRIVILEGES) != NULL;
}

static void take_options(AgCatalog *catalog, AgColumn *column, const char *text)
{
    bool secrets;
    if (text != NULL)
        column->options =
            ag_pg_foreign_options(catalog, text, "column",
                                  ag_object_label(catalog->scratch, &column->object), &secrets);
}

/* Since version 18 there is a constraint, which keeps its name when the table gets another; one
 * that is not as usual comes with not_null.c. */
static void name_not_null(AgCatalog *catalog, AgColumn *column)
{
    if (ag_db_version(catalog->db) >= 180000 && !column->null && !column->object.inherited)
        column->not_null_name = ag_column_not_null(catalog->pool, column);
}

static bool add_column(AgCatalog *catalog, AgPgTable *table, AgPgColumn *found,
                       const AgBinding *binding, const AgRows *rows, guint row, AgDiag *diag)
{
    AgObject *object =
        ag_object_new(catalog->pool, &ag_kind_column, NULL, table->schema, found->name);
    object->parent = &table->table->object;
    object->inherited = ag_rows_get(rows, row, INHERITED) != NULL;
    if (!ag_bind_row(binding, catalog->pool, object, rows, row, diag))
        return false;
    guint32 number = ag_pg_oid(ag_rows_get(rows, row, NUMBER));
    ag_catalog_describe(catalog, object, 1259, table->oid, number);
    if (has_privileges(rows, row))
        ag_catalog_want_privileges(catalog, object, table->oid, number);
    found->column = (AgColumn *)object;
    found->column->params = ag_pg_options(catalog->pool, NULL, "", ag_rows_get(rows, row, PARAMS));
    name_not_null(catalog, found->column);
    take_options(catalog, found->column, ag_rows_get(rows, row, OPTIONS));
    return true;
}

static AgViewColumn *view_column(AgCatalog *catalog, AgPgTable *table, guint32 number)
{
    const char *name = table->columns[number].name;
    for (guint i = 0; i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info == &ag_kind_view_column && strcmp(part->name, name) == 0)
            return (AgViewColumn *)part;
    }
    AgObject *object =
        ag_object_new(catalog->pool, &ag_kind_view_column, NULL, table->schema, name);
    return ag_catalog_add_part(catalog, table, object) ? (AgViewColumn *)object : NULL;
}

/* A view's column is an object only where something is said of it alone. */
static void describe_view_column(AgCatalog *catalog, AgPgTable *table, guint32 number,
                                 bool privileges)
{
    bool said = ag_catalog_comment(catalog, 1259, table->oid, number) != NULL || privileges;
    AgViewColumn *column = said ? view_column(catalog, table, number) : NULL;
    if (column == NULL)
        return;
    ag_catalog_describe(catalog, &column->object, 1259, table->oid, number);
    if (privileges)
        ag_catalog_want_privileges(catalog, &column->object, table->oid, number);
}

static void take_index_part(AgCatalog *catalog, const AgRows *rows, guint row)
{
    AgPgIndexPart part = {.index = ag_pg_oid(ag_rows_get(rows, row, OID)),
                          .number = ag_pg_oid(ag_rows_get(rows, row, NUMBER)),
                          .statistics = NULL};
    if (ag_pg_true(ag_rows_get(rows, row, OF_INDEX)))
        part.statistics = ag_pool_text(catalog->pool, ag_rows_get(rows, row, STATISTICS));
    ag_catalog_index_part(catalog, part, ag_rows_get(rows, row, PARAMS));
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPgTable *table = NULL;
    ag_binding_init(&binding, &ag_kind_column, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        guint32 oid = ag_pg_oid(ag_rows_get(rows, row, OID));
        guint32 number = ag_pg_oid(ag_rows_get(rows, row, NUMBER));
        if (ag_rows_get(rows, row, OF_INDEX) != NULL) {
            take_index_part(catalog, rows, row);
            continue;
        }
        if (table == NULL || table->oid != oid)
            table = g_hash_table_lookup(catalog->tables, GUINT_TO_POINTER(oid));
        if (table == NULL || number > table->n_columns)
            continue;
        AgPgColumn *found = &table->columns[number];
        found->name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, NAME));
        found->type = ag_pg_oid(ag_rows_get(rows, row, TYPE));
        found->modifier = (int)strtol(ag_rows_get(rows, row, MODIFIER), NULL, 10);
        found->collation = ag_pg_oid(ag_rows_get(rows, row, COLLATION));
        found->storage = *ag_rows_get(rows, row, STORAGE);
        if (table->table == NULL && table->holder != NULL)
            describe_view_column(catalog, table, number, has_privileges(rows, row));
        if (table->table != NULL && !add_column(catalog, table, found, &binding, rows, row, diag))
            return false;
    }
    return true;
}

const AgPgReader ag_pg_read_columns = {.sql = sql_of, .take = take};

/* --- defaults and generated columns: the same catalogue --- */

/* To print an expression that names columns, the server opens the table, which costs more than the
 * rest of what is asked about it; one without columns (in its tree: VAR) needs no table
 * (PostgreSQL docs, 9.27 pg_get_expr). */
static const char *defaults_sql(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT d.adrelid, d.adnum, pg_catalog.pg_get_expr(d.adbin, CASE WHEN"
           " pg_catalog.strpos(d.adbin::pg_catalog.text, '{VAR ') > 0 THEN d.adrelid ELSE 0 END)"
           " FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid"
           " WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relpersistence <> 't'"
           " AND " AG_PG_MANAGED("c.relnamespace");
}

static void add_view_default(AgCatalog *catalog, AgPgTable *table, guint32 number, AgSql sql)
{
    AgViewColumn *column =
        table->table != NULL || table->holder == NULL ? NULL : view_column(catalog, table, number);
    if (column != NULL)
        column->default_sql = sql;
}

static bool take_defaults(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, 0));
        guint32 number = ag_pg_oid(ag_rows_get(rows, row, 1));
        if (table == NULL || number > table->n_columns)
            continue;
        AgColumn *column = table->columns[number].column;
        AgSql sql = ag_bind_sql(catalog->pool, ag_rows_get(rows, row, 2));
        if (column == NULL) {
            add_view_default(catalog, table, number, sql);
            continue;
        }
        if (column->generated_kind != NULL)
            column->generated = sql;
        else
            column->default_sql = sql;
    }
    return true;
}

const AgPgReader ag_pg_read_defaults = {.sql = defaults_sql, .take = take_defaults};
