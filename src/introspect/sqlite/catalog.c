/* SPDX-License-Identifier: MIT */
/* Reads sqlite_master, which is all that has to be read: everything else stands in the texts. */
#include <string.h>

#include "introspect/reader.h"
#include "introspect/sqlite/canonical.h"
#include "introspect/sqlite/create_text.h"
#include "model/foreign_key.h"

typedef struct {
    AgDb *db;
    AgSchema *schema;
    const AgFilter *filter;
    const AgRows *rows;  /* type, name, tbl_name, sql */
    GHashTable *shadows; /* names of shadow tables, in lower case */
    GHashTable *modules; /* names of modules the library has, in lower case */
    GPtrArray *virtuals; /* names of virtual tables */
} Catalog;

enum { COLUMN_TYPE, COLUMN_NAME, COLUMN_TABLE, COLUMN_SQL };

static const char *cell(const Catalog *catalog, guint row, int column)
{
    return ag_rows_get(catalog->rows, row, column);
}

static bool is_row_of(const Catalog *catalog, guint row, const char *type)
{
    const char *text = cell(catalog, row, COLUMN_TYPE);
    return text != NULL && strcmp(text, type) == 0;
}

static bool begins_with(const char *text, const char *prefix)
{
    return g_ascii_strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* --- what is not seen --- */

static bool is_own(const AgFilter *filter, const char *name)
{
    const char *version = filter != NULL ? filter->version_table : NULL;
    const char *log = filter != NULL ? filter->log_table : NULL;
    return ag_name_same(name, version != NULL ? version : "autogen_version", true) ||
           ag_name_same(name, log != NULL ? log : "autogen_log", true);
}

static bool is_invisible(const Catalog *catalog, const char *table)
{
    return begins_with(table, "sqlite_") || begins_with(table, "__ag_") ||
           is_own(catalog->filter, table);
}

/* `table` NULL: it stands on its own. */
static bool is_ignored(const Catalog *catalog, const char *element, const char *table,
                       const char *name)
{
    return catalog->filter != NULL && catalog->filter->models != NULL &&
           ag_schema_ignores(catalog->filter->models, element, table, name);
}

static AgUnmanaged *add_unmanaged(Catalog *catalog, guint row, const char *noun, const char *label,
                                  const char *why)
{
    AgSchema *schema = catalog->schema;
    ag_schema_add_unmanaged(schema, noun, label, why);
    AgUnmanaged *unmanaged = g_ptr_array_index(schema->unmanaged, schema->unmanaged->len - 1);
    unmanaged->text = ag_pool_text(schema->pool, cell(catalog, row, COLUMN_SQL));
    return unmanaged;
}

static AgUnmanaged *add_unmanaged_part(Catalog *catalog, guint row, const char *noun,
                                       const char *why)
{
    const char *table = cell(catalog, row, COLUMN_TABLE);
    const char *label =
        ag_pool_printf(catalog->schema->pool, "%s.%s", table, cell(catalog, row, COLUMN_NAME));
    AgUnmanaged *unmanaged = add_unmanaged(catalog, row, noun, label, why);
    unmanaged->table.name = ag_pool_name(catalog->schema->pool, table);
    return unmanaged;
}

/* --- virtual tables and their shadows --- */

static bool is_virtual(const char *sql)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, sql, strlen(sql));
    return ag_token_is(ag_lexer_next_solid(&lexer), "CREATE") &&
           ag_token_is(ag_lexer_next_solid(&lexer), "VIRTUAL");
}

/* The suffixes of FTS3 to 5 and R-Tree, for libraries that cannot tell (before 3.37, or without the
 * module). */
static bool has_shadow_suffix(const char *suffix)
{
    static const char *const suffixes[] = {"_content", "_segments", "_segdir", "_docsize",
                                           "_stat",    "_data",     "_idx",    "_config",
                                           "_node",    "_rowid",    "_parent"};
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_ascii_strcasecmp(suffix, suffixes[i]) == 0)
            return true;
    }
    return false;
}

static bool is_shadow(const Catalog *catalog, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    if (g_hash_table_contains(catalog->shadows, lower))
        return true;
    for (guint i = 0; i < catalog->virtuals->len; i++) {
        const char *owner = g_ptr_array_index(catalog->virtuals, i);
        if (begins_with(name, owner) && has_shadow_suffix(name + strlen(owner)))
            return true;
    }
    return false;
}

static bool ask_names(Catalog *catalog, const char *sql, GHashTable *names, AgDiag *diag)
{
    const AgRows *rows = ag_db_query(catalog->db, catalog->schema->pool, sql, NULL, 0, diag);
    for (guint i = 0; rows != NULL && i < rows->n_rows; i++)
        g_hash_table_add(names, (gpointer)(guintptr)ag_rows_get(rows, i, 0));
    return rows != NULL;
}

/* PRAGMA table_list makes SQLite look at every view and module, so it is asked only where there is
 * a virtual table at all. */
static bool find_shadows(Catalog *catalog, AgDiag *diag)
{
    for (guint i = 0; i < catalog->rows->n_rows; i++) {
        const char *sql = cell(catalog, i, COLUMN_SQL);
        if (is_row_of(catalog, i, "table") && sql != NULL && is_virtual(sql))
            g_ptr_array_add(catalog->virtuals, (gpointer)(guintptr)cell(catalog, i, COLUMN_NAME));
    }
    if (catalog->virtuals->len == 0)
        return true;
    if (!ask_names(catalog, "SELECT lower(name) FROM pragma_module_list", catalog->modules, diag))
        return false;
    return ag_db_version(catalog->db) < 3037000 ||
           ask_names(catalog,
                     "SELECT lower(name) FROM pragma_table_list "
                     "WHERE schema = 'main' AND type = 'shadow'",
                     catalog->shadows, diag);
}

/* --- objects --- */

/* A module that only other programs have can be compared but not dropped: unless models have the
 * table, it is left alone. */
static bool is_out_of_reach(const Catalog *catalog, const AgVirtualTable *table)
{
    const AgFilter *filter = catalog->filter;
    g_autofree char *lower = g_ascii_strdown(table->module, -1);
    if (g_hash_table_contains(catalog->modules, lower))
        return false;
    return filter == NULL || filter->models == NULL ||
           ag_schema_find(filter->models, AG_KIND_VIRTUAL_TABLE, NULL, table->object.name) == NULL;
}

static void read_virtual_table(Catalog *catalog, guint row)
{
    AgPool *pool = catalog->schema->pool;
    const char *name = cell(catalog, row, COLUMN_NAME);
    if (is_ignored(catalog, "virtual-table", NULL, name)) {
        add_unmanaged(catalog, row, "virtual table", name, "ignored");
        return;
    }
    AgVirtualTable *table =
        ag_create_read_virtual_table(pool, name, cell(catalog, row, COLUMN_SQL));
    if (table != NULL && is_out_of_reach(catalog, table))
        add_unmanaged(catalog, row, "virtual table", name,
                      ag_pool_printf(pool, "SQLite here has no module '%s'", table->module));
    else if (table == NULL || !ag_schema_add(catalog->schema, &table->object))
        add_unmanaged(catalog, row, "virtual table", name,
                      "its CREATE VIRTUAL TABLE cannot be read");
}

static void read_table(Catalog *catalog, guint row)
{
    AgPool *pool = catalog->schema->pool;
    const char *name = cell(catalog, row, COLUMN_NAME), *sql = cell(catalog, row, COLUMN_SQL);
    if (is_invisible(catalog, name) || is_ignored(catalog, "table", NULL, name))
        return;
    if (sql != NULL && is_virtual(sql)) {
        read_virtual_table(catalog, row);
        return;
    }
    if (is_shadow(catalog, name))
        return;
    AgTable *table = sql == NULL ? NULL : ag_create_read_table(pool, name, sql);
    if (table == NULL || !ag_schema_add(catalog->schema, &table->object))
        add_unmanaged(catalog, row, "table", name, "its CREATE TABLE cannot be read");
}

static void read_index(Catalog *catalog, guint row)
{
    const char *name = cell(catalog, row, COLUMN_NAME), *sql = cell(catalog, row, COLUMN_SQL);
    AgTable *table = (AgTable *)ag_schema_find(catalog->schema, AG_KIND_TABLE, NULL,
                                               cell(catalog, row, COLUMN_TABLE));
    /* Indexes behind keys have no text. */
    if (table == NULL || sql == NULL)
        return;
    if (is_ignored(catalog, "index", table->object.name, name))
        add_unmanaged_part(catalog, row, "index", "ignored");
    else if (!ag_create_read_index(catalog->schema->pool, table, name, sql))
        add_unmanaged_part(catalog, row, "index", "its CREATE INDEX cannot be read");
}

static void read_view(Catalog *catalog, guint row)
{
    const char *name = cell(catalog, row, COLUMN_NAME), *sql = cell(catalog, row, COLUMN_SQL);
    if (is_ignored(catalog, "view", NULL, name)) {
        add_unmanaged(catalog, row, "view", name, "ignored");
        return;
    }
    AgView *view = sql == NULL ? NULL : ag_create_read_view(catalog->schema->pool, name, sql);
    if (view == NULL || !ag_schema_add(catalog->schema, &view->object))
        add_unmanaged(catalog, row, "view", name, "its CREATE VIEW cannot be read");
}

/* Ignored triggers are noted all the same: a rebuild of their table has to restore them. */
static void read_trigger(Catalog *catalog, guint row)
{
    const char *name = cell(catalog, row, COLUMN_NAME), *sql = cell(catalog, row, COLUMN_SQL);
    const char *table = cell(catalog, row, COLUMN_TABLE);
    if (is_invisible(catalog, table))
        return;
    AgObject *holder = ag_schema_find(catalog->schema, AG_KIND_TABLE, NULL, table);
    if (holder == NULL)
        holder = ag_schema_find(catalog->schema, AG_KIND_VIEW, NULL, table);
    if (is_ignored(catalog, "trigger", table, name))
        add_unmanaged_part(catalog, row, "trigger", "ignored");
    else if (holder == NULL)
        add_unmanaged_part(catalog, row, "trigger", "what it belongs to is not managed");
    else if (sql == NULL || !ag_create_read_trigger(catalog->schema->pool, holder, name, sql))
        add_unmanaged_part(catalog, row, "trigger", "its CREATE TRIGGER cannot be read");
}

/* --- what one text does not say --- */

/* REFERENCES without columns means the other table's primary key. */
static void resolve_foreign_key(const AgSchema *schema, AgForeignKey *key)
{
    const AgObject *table = ag_schema_find(schema, AG_KIND_TABLE, NULL, key->references.name);
    if (table == NULL)
        return;
    const AgKey *primary = (const AgKey *)ag_object_first(table, AG_KIND_PRIMARY_KEY);
    if (key->ref_columns == NULL && primary != NULL && primary->columns->len == key->columns->len) {
        key->ref_columns = primary->columns;
        key->ref_columns_implied = true;
    }
}

static void settle(const Catalog *catalog)
{
    const AgSchema *schema = catalog->schema;
    AgSettling known = ag_sqlite_settling(schema->pool);
    for (guint i = 0; i < schema->objects->len; i++) {
        AgObject *object = g_ptr_array_index(schema->objects, i);
        if (object->info->kind == AG_KIND_VIEW) {
            ag_sqlite_settle_view(&known, (AgView *)object);
            continue;
        }
        if (object->info->kind == AG_KIND_VIRTUAL_TABLE) {
            ag_sqlite_settle_virtual_table(schema->pool, (AgVirtualTable *)object);
            continue;
        }
        ag_sqlite_settle_table(&known, (AgTable *)object);
        for (guint j = 0; j < object->parts->len; j++) {
            AgObject *part = g_ptr_array_index(object->parts, j);
            if (part->info->kind == AG_KIND_FOREIGN_KEY)
                resolve_foreign_key(schema, (AgForeignKey *)part);
        }
    }
}

static bool read_catalog(Catalog *catalog, AgDiag *diag)
{
    if (!find_shadows(catalog, diag))
        return false;
    for (guint i = 0; i < catalog->rows->n_rows; i++) {
        if (is_row_of(catalog, i, "table"))
            read_table(catalog, i);
    }
    for (guint i = 0; i < catalog->rows->n_rows; i++) {
        if (is_row_of(catalog, i, "index"))
            read_index(catalog, i);
        else if (is_row_of(catalog, i, "view"))
            read_view(catalog, i);
    }
    for (guint i = 0; i < catalog->rows->n_rows; i++) {
        if (is_row_of(catalog, i, "trigger"))
            read_trigger(catalog, i);
    }
    settle(catalog);
    return true;
}

bool ag_sqlite_read(AgDb *db, AgSchema *schema, const AgFilter *filter, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(GHashTable) shadows = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) modules = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) virtuals = g_ptr_array_new();
    Catalog catalog = {.db = db,
                       .schema = schema,
                       .filter = filter,
                       .shadows = shadows,
                       .modules = modules,
                       .virtuals = virtuals};
    catalog.rows =
        ag_db_query(db, pool, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid",
                    NULL, 0, diag);
    if (catalog.rows == NULL)
        return false;
    long version = ag_db_version(db);
    schema->server_version = version;
    if (schema->version == NULL)
        schema->version = ag_pool_printf(schema->pool, "%ld.%ld.%ld", version / 1000000,
                                         version / 1000 % 1000, version % 1000);
    return read_catalog(&catalog, diag);
}
