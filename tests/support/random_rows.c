/* SPDX-License-Identifier: MIT */
#include "support/random_rows.h"

#include "base/text.h"
#include "support/witness.h"

#include <string.h>

typedef struct {
    int id;
    const char *name;
} MapColumn;

typedef struct {
    int id;
    const char *plain; /* its name; and quoted: */
    const char *name;
    bool search; /* rows have a rowid beside their columns */
    bool index;  /* over the rows of another table: has none */
    bool tree;
    GPtrArray *columns; /* of MapColumn * */
} MapTable;

typedef struct {
    const char *type;
    bool plain, not_null, key;
    guint place; /* in the rows; behind the rowid */
} Column;

typedef struct {
    bool has_rowid, alias; /* alias: a column is the rowid */
    GHashTable *columns;   /* id + 1 -> Column * */
    const AgRows *rows;    /* rowid or '', then all columns as literals */
} Table;

/* --- the map --- */

static const char *quoted(AgPool *pool, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_name(ag_dialect(AG_DIALECT_SQLITE), out, name);
    return ag_pool_text(pool, out->str);
}

static void map_column(AgPool *pool, MapTable *table, int id, const char *name)
{
    MapColumn *column = ag_pool_new0(pool, MapColumn);
    *column = (MapColumn){id, name};
    g_ptr_array_add(table->columns, column);
}

static MapTable *map_table(AgPool *pool, GPtrArray *map, const RandomName *name)
{
    MapTable *table = ag_pool_new0(pool, MapTable);
    table->id = name->id;
    table->plain = name->name;
    table->name = quoted(pool, name->name);
    table->columns = ag_pool_array(pool);
    g_ptr_array_add(map, table);
    return table;
}

static void map_virtual(AgPool *pool, GPtrArray *map, const RandomVirtual *virtual)
{
    MapTable *table = map_table(pool, map, &virtual->name);
    table->tree = virtual->module == MODULE_TREE;
    table->search = !table->tree;
    table->index = virtual->content != NO_ID;
    if (table->tree) {
        map_column(pool, table, -2, "id");
        for (int i = 0; i <= (int)(virtual->choice % 3); i++) {
            map_column(pool, table, -3 - 2 * i, ag_pool_printf(pool, "low%d", i));
            map_column(pool, table, -4 - 2 * i, ag_pool_printf(pool, "high%d", i));
        }
    }
    for (guint i = 0; i < virtual->columns->len; i++) {
        const RandomName *name = g_ptr_array_index(virtual->columns, i);
        map_column(pool, table, name->id, name->name);
    }
}

GPtrArray *random_rows_map(const RandomSchema *schema)
{
    AgPool *pool = schema->pool;
    GPtrArray *map = ag_pool_array(pool);
    for (guint i = 0; i < schema->tables->len; i++) {
        const RandomTable *table = g_ptr_array_index(schema->tables, i);
        MapTable *mapped = map_table(pool, map, &table->name);
        for (guint k = 0; k < table->columns->len; k++) {
            const RandomColumn *column = g_ptr_array_index(table->columns, k);
            map_column(pool, mapped, column->name.id, column->name.name);
        }
    }
    for (guint i = 0; i < schema->virtuals->len; i++)
        map_virtual(pool, map, g_ptr_array_index(schema->virtuals, i));
    return map;
}

/* --- filling --- */

static const char *some_value(GRand *random, const char *type)
{
    static const char *const values[] = {"1",          "2",    "3",       "7",   "-3",
                                         "9000000000", "0.5",  "2.5",     "'a'", "'it''s'",
                                         "'b c d'",    "'12'", "x'00ff'", "NULL"};
    enum { INTEGERS = 6, NUMBERS = 8, TEXTS = 12, ALL = G_N_ELEMENTS(values) };
    g_autofree char *upper = g_ascii_strup(type, -1);
    int from = 0, to = ALL;
    if (g_rand_int_range(random, 0, 100) < 75) {
        bool text = strstr(upper, "CHAR") != NULL || strstr(upper, "TEXT") != NULL;
        from = text ? NUMBERS : 0;
        to = text ? TEXTS : strstr(upper, "INT") != NULL ? INTEGERS : NUMBERS;
    }
    return values[g_rand_int_range(random, from, to)];
}

static const char *tree_value(AgPool *pool, GRand *random, guint place)
{
    static int low;
    if (place % 2 == 1)
        return ag_pool_printf(pool, "%d.5", low = g_rand_int_range(random, -50, 50));
    return ag_pool_printf(pool, "%d", low + 3);
}

/* What can be written to: hidden and computed columns cannot. */
static AgRows *columns_of(AgDb *db, AgPool *pool, const MapTable *table, AgDiag *diag)
{
    const char *sql = "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1)";
    return ag_db_query(db, pool, sql, &table->plain, 1, diag);
}

static const MapColumn *mapped(const MapTable *table, const char *name)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MapColumn *column = g_ptr_array_index(table->columns, i);
        if (strcmp(column->name, name) == 0)
            return column;
    }
    return NULL;
}

static void fill_table(AgDb *db, AgPool *pool, const MapTable *table, GRand *random)
{
    enum { MOST_ROWS = 8 };
    g_autoptr(AgDiag) ignored = ag_diag_new();
    const AgRows *columns = columns_of(db, pool, table, ignored);
    for (int n = g_rand_int_range(random, 0, MOST_ROWS); n > 0 && columns != NULL; n--) {
        g_autoptr(GString) names = g_string_new(NULL);
        g_autoptr(GString) values = g_string_new(NULL);
        for (guint i = 0; i < columns->n_rows; i++) {
            const char *name = ag_rows_get(columns, i, 0), *type = ag_rows_get(columns, i, 1);
            if (strcmp(ag_rows_get(columns, i, 4), "0") != 0 || mapped(table, name) == NULL)
                continue;
            bool bound = table->tree && mapped(table, name)->id < -2;
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", quoted(pool, name));
            g_string_append_printf(values, "%s%s", values->len > 0 ? ", " : "",
                                   bound ? tree_value(pool, random, i)
                                         : some_value(random, table->search ? "TEXT" : type));
        }
        if (names->len > 0)
            ag_db_run(db,
                      ag_pool_printf(pool, "INSERT OR IGNORE INTO %s (%s) VALUES (%s)", table->name,
                                     names->str, values->str),
                      ignored);
    }
}

/* An index over a table knows of rows what it is told. */
static bool rebuild_indexes(AgDb *db, AgPool *pool, const GPtrArray *map, AgDiag *diag)
{
    for (guint i = 0; i < map->len; i++) {
        const MapTable *table = g_ptr_array_index(map, i);
        if (table->index &&
            !ag_db_run(db,
                       ag_pool_printf(pool, "INSERT INTO %s (%s) VALUES ('rebuild')", table->name,
                                      table->name),
                       diag))
            return false;
    }
    return true;
}

bool random_rows_settle(AgDb *db, AgPool *pool, const GPtrArray *map, bool *any, AgDiag *diag)
{
    for (*any = false;; *any = true) {
        const AgRows *orphans =
            ag_db_query(db, pool, "SELECT \"table\", rowid FROM pragma_foreign_key_check", NULL, 0,
                        diag);
        if (orphans == NULL || orphans->n_rows == 0)
            return orphans != NULL && rebuild_indexes(db, pool, map, diag);
        for (guint i = 0; i < orphans->n_rows; i++) {
            const char *rowid = ag_rows_get(orphans, i, 1);
            if (!ag_db_run(db,
                           ag_pool_printf(
                               pool, "DELETE FROM %s%s%s", quoted(pool, ag_rows_get(orphans, i, 0)),
                               rowid == NULL ? "" : " WHERE rowid = ", rowid == NULL ? "" : rowid),
                           diag))
                return false;
        }
    }
}

bool random_rows_fill(AgDb *db, AgPool *pool, const GPtrArray *map, guint32 seed, AgDiag *diag)
{
    GRand *random = g_rand_new_with_seed(seed);
    bool any,
        good = ag_db_run(db, "PRAGMA foreign_keys = off", diag) && ag_db_run(db, "BEGIN", diag);
    for (guint i = 0; good && i < map->len; i++) {
        const MapTable *table = g_ptr_array_index(map, i);
        if (!table->index)
            fill_table(db, pool, table, random);
    }
    g_rand_free(random);
    return good && random_rows_settle(db, pool, map, &any, diag) && ag_db_run(db, "COMMIT", diag) &&
           ag_db_run(db, "PRAGMA foreign_keys = on", diag);
}

bool random_rows_clear(AgDb *db, AgPool *pool, const GPtrArray *map, AgDiag *diag)
{
    bool good = ag_db_run(db, "PRAGMA foreign_keys = off", diag);
    for (guint i = 0; good && i < map->len; i++) {
        const MapTable *table = g_ptr_array_index(map, i);
        good = table->index ||
               ag_db_run(db, ag_pool_printf(pool, "DELETE FROM %s", table->name), diag);
    }
    return good && rebuild_indexes(db, pool, map, diag) &&
           ag_db_run(db, "PRAGMA foreign_keys = on", diag);
}

/* --- reading --- */

static const AgRows *rows_of(AgDb *db, AgPool *pool, const MapTable *table, bool rowid,
                             AgDiag *diag)
{
    g_autoptr(GString) sql = g_string_new(rowid ? "SELECT rowid" : "SELECT ''");
    for (guint i = 0; i < table->columns->len; i++) {
        const MapColumn *column = g_ptr_array_index(table->columns, i);
        g_string_append_printf(sql, ", quote(%s)", quoted(pool, column->name));
    }
    g_string_append_printf(sql, " FROM %s", table->name);
    return ag_db_query(db, pool, sql->str, NULL, 0, diag);
}

static Table *read_table(AgDb *db, AgPool *pool, const MapTable *map, AgDiag *diag)
{
    g_autoptr(AgDiag) without = ag_diag_new();
    Table *table = ag_pool_new0(pool, Table);
    const AgRows *columns = columns_of(db, pool, map, diag);
    table->columns = ag_pool_table(pool, g_direct_hash, g_direct_equal);
    table->rows = rows_of(db, pool, map, true, without);
    table->has_rowid = table->rows != NULL && !map->tree;
    if (table->rows == NULL)
        table->rows = rows_of(db, pool, map, false, diag);
    if (columns == NULL || table->rows == NULL)
        return NULL;
    guint n_keys = 0;
    for (guint i = 0; i < columns->n_rows; i++)
        n_keys += strcmp(ag_rows_get(columns, i, 3), "0") != 0;
    for (guint i = 0; i < columns->n_rows; i++) {
        const MapColumn *mapping = mapped(map, ag_rows_get(columns, i, 0));
        if (mapping == NULL)
            continue;
        Column *column = ag_pool_new0(pool, Column);
        guint place = 0;
        g_ptr_array_find(map->columns, mapping, &place);
        *column = (Column){.type = ag_rows_get(columns, i, 1),
                           .not_null = strcmp(ag_rows_get(columns, i, 2), "0") != 0,
                           .plain = strcmp(ag_rows_get(columns, i, 4), "0") == 0,
                           .place = place + 1};
        column->key = n_keys == 1 && table->has_rowid && !map->search &&
                      strcmp(ag_rows_get(columns, i, 3), "0") != 0 &&
                      g_ascii_strcasecmp(column->type, "INTEGER") == 0;
        table->alias = table->alias || column->key;
        g_hash_table_insert(table->columns, GINT_TO_POINTER(mapping->id), column);
    }
    return table;
}

/* What is said to be consistent is so: with rank 1 the rows of the other table are looked at. */
static bool is_whole(AgDb *db, AgPool *pool, const MapTable *table, AgDiag *diag)
{
    return ag_db_run(db,
                     ag_pool_printf(pool, "INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)",
                                    table->name, table->name),
                     diag);
}

GHashTable *random_rows_read(AgDb *db, AgPool *pool, const GPtrArray *map, AgDiag *diag)
{
    GHashTable *tables = ag_pool_table(pool, g_direct_hash, g_direct_equal);
    for (guint i = 0; i < map->len; i++) {
        const MapTable *mapping = g_ptr_array_index(map, i);
        if (mapping->index && !is_whole(db, pool, mapping, diag))
            return NULL;
        Table *table = mapping->index ? NULL : read_table(db, pool, mapping, diag);
        if (table == NULL && !mapping->index)
            return NULL;
        if (table != NULL)
            g_hash_table_insert(tables, GINT_TO_POINTER(mapping->id), table);
    }
    return tables;
}

/* --- comparing --- */

static bool is_same(const Column *a, const Column *b)
{
    return a != NULL && b != NULL && a->plain && b->plain && a->not_null == b->not_null &&
           a->key == b->key && g_ascii_strcasecmp(a->type, b->type) == 0;
}

/* The rows in the columns whose ids are given, a line each. */
static char *lines_of(AgPool *pool, const Table *table, const GPtrArray *ids, bool rowid)
{
    GPtrArray *lines = ag_pool_array(pool);
    for (guint row = 0; row < table->rows->n_rows; row++) {
        g_autoptr(GString) line = g_string_new(rowid ? ag_rows_get(table->rows, row, 0) : "");
        for (guint i = 0; i < ids->len; i++) {
            const Column *column = g_hash_table_lookup(table->columns, g_ptr_array_index(ids, i));
            g_string_append_printf(line, " | %s",
                                   ag_rows_get(table->rows, row, (int)column->place));
        }
        g_string_replace(line, "\n", "\\n", 0);
        g_ptr_array_add(lines, ag_pool_text(pool, line->str));
    }
    g_ptr_array_sort(lines, ag_text_order);
    g_ptr_array_add(lines, NULL);
    g_autofree char *text = g_strjoinv("\n", (char **)lines->pdata);
    return ag_pool_text(pool, text);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    int x = GPOINTER_TO_INT(*(const gpointer *)a), y = GPOINTER_TO_INT(*(const gpointer *)b);
    return x < y ? -1 : x > y;
}

static GPtrArray *sorted_keys(AgPool *pool, GHashTable *table)
{
    GPtrArray *keys = ag_pool_array(pool);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(keys, key);
    g_ptr_array_sort(keys, by_number);
    return keys;
}

char *random_rows_difference(AgPool *pool, GHashTable *old, GHashTable *new, GHashTable *got)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const GPtrArray *tables = sorted_keys(pool, old);
    for (guint i = 0; i < tables->len; i++) {
        gpointer id = g_ptr_array_index(tables, i);
        const Table *was = g_hash_table_lookup(old, id), *will = g_hash_table_lookup(new, id);
        const Table *is = g_hash_table_lookup(got, id);
        if (will == NULL || is == NULL)
            continue;
        GPtrArray *ids = sorted_keys(pool, was->columns);
        for (guint k = ids->len; k > 0; k--) {
            gpointer column = g_ptr_array_index(ids, k - 1);
            if (!is_same(g_hash_table_lookup(was->columns, column),
                         g_hash_table_lookup(will->columns, column)))
                g_ptr_array_remove_index(ids, k - 1);
        }
        bool rowid = was->has_rowid && will->has_rowid && was->alias == will->alias;
        char *difference = witness_difference(pool, lines_of(pool, was, ids, rowid),
                                              lines_of(pool, is, ids, rowid));
        if (difference[0] != '\0')
            g_string_append_printf(out, "rows of table %d\n%s", GPOINTER_TO_INT(id), difference);
    }
    return ag_pool_text(pool, out->str);
}

bool random_rows_all_kept(GHashTable *old, GHashTable *new)
{
    GHashTableIter tables;
    gpointer id, value;
    g_hash_table_iter_init(&tables, old);
    while (g_hash_table_iter_next(&tables, &id, &value)) {
        const Table *was = value, *will = g_hash_table_lookup(new, id);
        GHashTableIter columns;
        if (will == NULL || was->has_rowid != will->has_rowid || was->alias != will->alias)
            return false;
        g_hash_table_iter_init(&columns, was->columns);
        while (g_hash_table_iter_next(&columns, &id, &value))
            if (((const Column *)value)->plain &&
                !is_same(value, g_hash_table_lookup(will->columns, id)))
                return false;
    }
    return true;
}
