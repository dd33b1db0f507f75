/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include <string.h>

/* The second and last round: what is worth printing once instead of once per row. */

typedef struct {
    const char *text;
    guint32 collation;
    char storage;
} TypeFacts;

typedef struct {
    AgCatalog *catalog;
    GHashTable *types;      /* (type, modifier) -> TypeFacts * */
    GHashTable *collations; /* oid -> AgQname * */
    GHashTable *tables;     /* oid -> AgPgTable * */
    GString *type_list, *modifier_list, *collation_list, *table_list, *acl_list; /* "{1,2,3" */
} Resolving;

static const char types_sql[] =
    "SELECT u.t, u.m, pg_catalog.format_type(u.t, u.m), y.typcollation, y.typstorage"
    " FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]),"
    " pg_catalog.unnest($2::pg_catalog.int4[])) AS u(t, m)"
    " JOIN pg_catalog.pg_type y ON y.oid = u.t";
static const char collations_sql[] =
    "SELECT c.oid, n.nspname, c.collname FROM pg_catalog.pg_collation c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace"
    " WHERE c.oid = ANY ($1::pg_catalog.oid[])";
static const char tables_sql[] =
    "SELECT c.oid, n.nspname, c.relname, a.attnum, a.attname, c.relnatts"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
    " WHERE c.oid = ANY ($1::pg_catalog.oid[])";

static gint64 type_key(guint32 type, int modifier)
{
    return (gint64)(((guint64)type << 32) | (guint32)modifier);
}

static gint64 *keep_key(AgPool *pool, gint64 value)
{
    gint64 *key = ag_pool_new0(pool, gint64);
    *key = value;
    return key;
}

static bool take_types(Resolving *r, const AgRows *rows)
{
    AgPool *scratch = r->catalog->scratch;
    for (guint row = 0; row < rows->n_rows; row++) {
        TypeFacts *facts = ag_pool_new0(scratch, TypeFacts);
        int modifier = (int)g_ascii_strtoll(ag_rows_get(rows, row, 1), NULL, 10);
        facts->text = ag_pool_text(r->catalog->pool, ag_rows_get(rows, row, 2));
        facts->collation = ag_pg_oid(ag_rows_get(rows, row, 3));
        facts->storage = *ag_rows_get(rows, row, 4);
        gint64 key = type_key(ag_pg_oid(ag_rows_get(rows, row, 0)), modifier);
        g_hash_table_insert(r->types, keep_key(scratch, key), facts);
    }
    return true;
}

static bool take_collations(Resolving *r, const AgRows *rows)
{
    for (guint row = 0; row < rows->n_rows; row++) {
        AgQname *name = ag_pool_new0(r->catalog->scratch, AgQname);
        const char *schema = ag_rows_get(rows, row, 1);
        /* pg_catalog is always searched, so its names stand alone. */
        if (strcmp(schema, "pg_catalog") != 0)
            name->schema = ag_pool_name(r->catalog->pool, schema);
        name->name = ag_pool_name(r->catalog->pool, ag_rows_get(rows, row, 2));
        g_hash_table_insert(r->collations, GUINT_TO_POINTER(ag_pg_oid(ag_rows_get(rows, row, 0))),
                            name);
    }
    return true;
}

static bool take_tables(Resolving *r, const AgRows *rows)
{
    AgPool *scratch = r->catalog->scratch;
    for (guint row = 0; row < rows->n_rows; row++) {
        guint32 oid = ag_pg_oid(ag_rows_get(rows, row, 0));
        guint32 number = ag_pg_oid(ag_rows_get(rows, row, 3));
        AgPgTable *table = g_hash_table_lookup(r->tables, GUINT_TO_POINTER(oid));
        if (table == NULL) {
            table = ag_pool_new0(scratch, AgPgTable);
            table->schema = ag_pool_name(r->catalog->pool, ag_rows_get(rows, row, 1));
            table->name = ag_pool_name(r->catalog->pool, ag_rows_get(rows, row, 2));
            table->n_columns = MIN(ag_pg_oid(ag_rows_get(rows, row, 5)), 65535u);
            table->columns =
                ag_pool_alloc(scratch, sizeof(AgPgColumn) * ((size_t)table->n_columns + 1));
            g_hash_table_insert(r->tables, GUINT_TO_POINTER(oid), table);
        }
        if (number <= table->n_columns)
            table->columns[number].name = ag_pool_name(r->catalog->pool, ag_rows_get(rows, row, 4));
    }
    return true;
}

static bool take_rows(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    (void)diag;
    switch (question) {
    case 0:
        return take_types(data, rows);
    case 1:
        return take_collations(data, rows);
    case 2:
        return take_tables(data, rows);
    default:
        ag_catalog_take_privileges(((Resolving *)data)->catalog, rows);
        return true;
    }
}

static void append_number(GString *out, gint64 number)
{
    g_string_append_printf(out, "%s%" G_GINT64_FORMAT, out->len == 0 ? "{" : ",", number);
}

/* Few distinct ones, so a table; NULL until the answer comes. */
static void list_collation(Resolving *r, guint32 oid)
{
    gpointer key = GUINT_TO_POINTER(oid);
    if (oid == 0 || g_hash_table_contains(r->collations, key))
        return;
    g_hash_table_insert(r->collations, key, NULL);
    append_number(r->collation_list, oid);
}

typedef void (*OnColumn)(Resolving *r, const AgPgTable *table, const AgPgColumn *found);

static void each_column(Resolving *r, OnColumn on_column)
{
    for (guint i = 0; i < r->catalog->table_list->len; i++) {
        const AgPgTable *table = g_ptr_array_index(r->catalog->table_list, i);
        for (guint number = 1; table->table != NULL && number <= table->n_columns; number++)
            if (table->columns[number].column != NULL)
                on_column(r, table, &table->columns[number]);
    }
}

/* Each distinct type and collation once. */
static void list_column(Resolving *r, const AgPgTable *table, const AgPgColumn *found)
{
    (void)table;
    gint64 key = type_key(found->type, found->modifier);
    if (!g_hash_table_contains(r->types, &key)) {
        g_hash_table_insert(r->types, keep_key(r->catalog->scratch, key), NULL);
        append_number(r->type_list, found->type);
        append_number(r->modifier_list, found->modifier);
    }
    list_collation(r, found->collation);
}

static bool ask_names(Resolving *r, AgDiag *diag)
{
    const char *const types[] = {r->type_list->str, r->modifier_list->str};
    const char *collations = r->collation_list->str, *tables = r->table_list->str;
    const char *privileged = r->acl_list->str;
    AgQuestion questions[] = {{types_sql, types, 2},
                              {collations_sql, &collations, 1},
                              {tables_sql, &tables, 1},
                              {ag_pg_column_privileges_sql, &privileged, 1}};
    return ag_db_ask(r->catalog->db, questions, G_N_ELEMENTS(questions), take_rows, r, diag);
}

static void fill_collations(Resolving *r)
{
    const GArray *wanted = r->catalog->wanted_collations;
    for (guint i = 0; i < wanted->len; i++) {
        const AgPgWanted *want = &g_array_index(wanted, AgPgWanted, i);
        const AgQname *name = g_hash_table_lookup(r->collations, GUINT_TO_POINTER(want->oid));
        if (name != NULL)
            *want->slot = *name;
    }
}

static void fill_tables(Resolving *r)
{
    for (guint i = 0; i < r->catalog->wanted_tables->len; i++) {
        AgPgWantedTable *want = g_ptr_array_index(r->catalog->wanted_tables, i);
        const AgPgTable *table = g_hash_table_lookup(r->tables, GUINT_TO_POINTER(want->oid));
        guint32 numbers[AG_PG_MOST_KEYS];
        if (table == NULL)
            continue;
        *want->table = (AgQname){.schema = table->schema, .name = table->name};
        guint n = ag_pg_numbers(want->numbers, numbers, AG_PG_MOST_KEYS);
        for (guint j = 0; j < n; j++) {
            const char *name = ag_catalog_column(table, numbers[j]);
            if (name != NULL)
                g_ptr_array_add(want->columns, (gpointer)(guintptr)name);
        }
    }
}

static const char *storage_word(char letter)
{
    return letter == 'p'   ? "plain"
           : letter == 'e' ? "external"
           : letter == 'x' ? "extended"
                           : "main";
}

/* A column's collation and storage are told only where they are not the type's own. */
static void fill_column(Resolving *r, const AgPgTable *table, const AgPgColumn *found)
{
    (void)table;
    gint64 key = type_key(found->type, found->modifier);
    const TypeFacts *facts = g_hash_table_lookup(r->types, &key);
    if (facts == NULL)
        return;
    found->column->type = (AgSql){.written = facts->text, .canonical = facts->text};
    if (found->collation != 0 && found->collation != facts->collation) {
        const AgQname *name =
            g_hash_table_lookup(r->collations, GUINT_TO_POINTER(found->collation));
        if (name != NULL)
            found->column->collation = *name;
    }
    found->column->type_storage = storage_word(facts->storage);
    if (found->storage != facts->storage)
        found->column->storage = storage_word(found->storage);
}

static void close_list(GString *out)
{
    g_string_append(out, out->len == 0 ? "{}" : "}");
}

/* All questions of the round as lists of numbers. */
static void list_all(Resolving *r)
{
    const AgCatalog *catalog = r->catalog;
    each_column(r, list_column);
    for (guint i = 0; i < catalog->wanted_collations->len; i++)
        list_collation(r, g_array_index(catalog->wanted_collations, AgPgWanted, i).oid);
    for (guint i = 0; i < catalog->wanted_tables->len; i++) {
        const AgPgWantedTable *want = g_ptr_array_index(catalog->wanted_tables, i);
        append_number(r->table_list, want->oid);
    }
    for (guint i = 0; i < catalog->wanted_privileges->len; i++) {
        const AgPgColumnAcl *want = g_ptr_array_index(catalog->wanted_privileges, i);
        append_number(r->acl_list, want->table);
    }
    close_list(r->type_list);
    close_list(r->modifier_list);
    close_list(r->collation_list);
    close_list(r->table_list);
    close_list(r->acl_list);
}

bool ag_catalog_resolve(AgCatalog *catalog, AgDiag *diag)
{
    g_autoptr(GString) types = g_string_new(NULL), modifiers = g_string_new(NULL);
    g_autoptr(GString) collations = g_string_new(NULL), tables = g_string_new(NULL);
    g_autoptr(GString) privileged = g_string_new(NULL);
    Resolving r = {.catalog = catalog,
                   .type_list = types,
                   .modifier_list = modifiers,
                   .collation_list = collations,
                   .table_list = tables,
                   .acl_list = privileged};
    r.types = ag_pool_table(catalog->scratch, g_int64_hash, g_int64_equal);
    r.collations = ag_pool_table(catalog->scratch, g_direct_hash, g_direct_equal);
    r.tables = ag_pool_table(catalog->scratch, g_direct_hash, g_direct_equal);
    list_all(&r);
    if (!ask_names(&r, diag))
        return false;
    each_column(&r, fill_column);
    fill_collations(&r);
    fill_tables(&r);
    ag_catalog_fill_privileges(catalog);
    return true;
}
