/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include "sql/tokens.h"

#include <string.h>

enum { SHOWN = 5 };

static bool writes_rows(const AgRunner *runner, const GPtrArray *steps)
{
    static const char *const writing[] = {"delete", "insert", "replace", "update", "with", NULL};
    for (guint s = 0; s < steps->len; s++) {
        const AgStep *step = g_ptr_array_index(steps, s);
        for (guint i = 0; i < step->statements->len; i++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, i);
            char word[16];
            ag_danger_first_word(runner->dialect->id, statement->sql, word, sizeof word);
            if (g_strv_contains(writing, word))
                return true;
        }
    }
    return false;
}

bool ag_orphans_may_come(const AgRunner *runner, const GPtrArray *steps, const GPtrArray *settings)
{
    return ag_runner_is_sqlite(runner) &&
           (ag_settings_turn_off_foreign_keys(settings) || writes_rows(runner, steps));
}

/* One key per row of the check: table, rowid, parent table. The number of the foreign key is left
 * out, because a rebuild may number them anew. */
static char *orphan_key(const AgRows *rows, guint row)
{
    const char *rowid = ag_rows_get(rows, row, 1);
    return g_strdup_printf("%s\n%s\n%s", ag_rows_get(rows, row, 0), rowid == NULL ? "?" : rowid,
                           ag_rows_get(rows, row, 2));
}

static void count_orphans(GHashTable *counts, const AgRows *rows)
{
    for (guint i = 0; i < rows->n_rows; i++) {
        char *key = orphan_key(rows, i);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
        g_hash_table_replace(counts, key, GUINT_TO_POINTER(count + 1));
    }
}

/* The list of tables that cannot be looked at, quoted: "'t', 'u'". */
static const char unfounded[] = "\n";

static AgRows *check(AgRunner *runner, AgPool *pool, const char *without, AgDiag *diag)
{
    const char *sql = "PRAGMA main.foreign_key_check";
    if (without != NULL)
        sql = ag_pool_printf(pool,
                             "SELECT f.* FROM main.sqlite_master m, "
                             "pragma_foreign_key_check(m.name, 'main') f "
                             "WHERE m.type = 'table' AND m.name NOT IN (%s)",
                             without);
    return ag_db_query(runner->db, pool, sql, NULL, 0, diag);
}

/* SQLite takes a foreign key to columns that no key covers, and complains of it whenever it is
 * looked at ("foreign key mismatch"). What was so before is none of our business. */
static char *find_unfounded(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    AgRows *tables =
        ag_db_query(runner->db, pool, "SELECT name FROM main.sqlite_master WHERE type = 'table'",
                    NULL, 0, diag);
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; tables != NULL && i < tables->n_rows; i++) {
        g_autoptr(AgDiag) found = ag_diag_new();
        const char *name = ag_rows_get(tables, i, 0);
        if (ag_db_query(runner->db, pool,
                        "SELECT 1 FROM pragma_foreign_key_check(?1, 'main') LIMIT 1", &name, 1,
                        found) == NULL)
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "",
                                   ag_sql_literal(pool, name));
    }
    return tables == NULL ? NULL : g_strdup(list->str);
}

static bool is_mismatch(const AgDiag *diag)
{
    return strstr(ag_diag_last(diag)->message, "foreign key mismatch") != NULL;
}

GHashTable *ag_orphans_read(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    g_autoptr(AgPool) scratch = ag_pool_new();
    g_autofree char *without = NULL;
    guint mark = ag_diag_count(diag);
    AgRows *rows = check(runner, scratch, NULL, diag);
    if (rows == NULL && is_mismatch(diag)) {
        ag_diag_rewind(diag, mark);
        without = find_unfounded(runner, scratch, diag);
        rows = without == NULL ? NULL : check(runner, scratch, without, diag);
    }
    if (rows == NULL)
        return NULL;
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ag_pool_keep(pool, counts, (GDestroyNotify)g_hash_table_unref);
    count_orphans(counts, rows);
    if (without != NULL)
        g_hash_table_replace(counts, g_strdup(unfounded), ag_pool_text(pool, without));
    return counts;
}

static bool fail_orphans(const AgRows *rows, const GPtrArray *added, AgPlace place, AgDiag *diag)
{
    guint row = GPOINTER_TO_UINT(g_ptr_array_index(added, 0));
    const char *first = ag_rows_get(rows, row, 0);
    g_autofree char *table = ag_text_printable(first);
    g_autofree char *parent = ag_text_printable(ag_rows_get(rows, row, 2));
    g_autoptr(GString) ids = g_string_new(NULL);
    guint shown = 0;
    for (guint i = 0; i < added->len && shown < SHOWN; i++) {
        guint other = GPOINTER_TO_UINT(g_ptr_array_index(added, i));
        const char *rowid = ag_rows_get(rows, other, 1);
        if (strcmp(ag_rows_get(rows, other, 0), first) != 0 || rowid == NULL)
            continue;
        g_string_append_printf(ids, "%s%s", shown++ == 0 ? "" : ", ", rowid);
    }
    ag_fail(diag, AG_PROBLEM_ROWS_UNFIT, place,
            "%u rows refer to rows that do not exist; the first are in table '%s', referring to "
            "'%s'%s%s",
            added->len, table, parent, ids->len > 0 ? ": rowid " : "", ids->str);
    ag_hint(diag, "they did fit before this revision; `PRAGMA foreign_key_check` lists such rows");
    ag_hint(diag, "where ON DELETE and ON UPDATE actions are wanted, write "
                  "`-- autogen:set foreign_keys on` into the step");
    return false;
}

/* --- tables that are called otherwise now --- */

/* The key as it reads with the other name; NULL: it does not say the old one. */
static char *renamed_key(const char *key, const char *old, const char *name)
{
    g_auto(GStrv) pieces = g_strsplit(key, "\n", 3);
    if (g_strv_length(pieces) != 3)
        return NULL;
    bool table = g_ascii_strcasecmp(pieces[0], old) == 0;
    bool parent = g_ascii_strcasecmp(pieces[2], old) == 0;
    return !table && !parent ? NULL
                             : g_strjoin("\n", table ? name : pieces[0], pieces[1],
                                         parent ? name : pieces[2], NULL);
}

/* The old names are known as well: a table may stand there again. */
void ag_orphans_follow(AgPool *pool, GHashTable *before, const AgStep *step)
{
    for (guint i = 0; i < step->statements->len; i++) {
        const AgStatement *statement = g_ptr_array_index(step->statements, i);
        const char *old, *name;
        if (!ag_statement_renames(pool, statement->sql, &old, &name))
            continue;
        guint n = 0;
        g_autofree gpointer *keys = g_hash_table_get_keys_as_array(before, &n);
        for (guint k = 0; k < n; k++) {
            char *key = renamed_key(keys[k], old, name);
            if (key != NULL)
                g_hash_table_replace(before, key, g_hash_table_lookup(before, keys[k]));
        }
    }
}

/* --- afterwards --- */

/* A way back may lead to a foreign key that no key covers; a way there is refused. */
static AgRows *check_again(AgRunner *runner, AgPool *pool, GHashTable *before, AgPlace place,
                           AgDiag *diag)
{
    guint mark = ag_diag_count(diag);
    AgRows *rows = check(runner, pool, g_hash_table_lookup(before, unfounded), diag);
    if (rows != NULL || !is_mismatch(diag))
        return rows;
    const char *message = ag_pool_text(pool, ag_diag_last(diag)->message);
    ag_diag_rewind(diag, mark);
    if (runner->direction == AG_UPGRADE) {
        ag_fail(diag, AG_PROBLEM_STATEMENT, place,
                "%s: no primary key or unique index is over these columns", message);
        ag_hint(diag, "SQLite would refuse every change of rows there; add the key, or drop the "
                      "foreign key");
        return NULL;
    }
    g_autofree char *without = find_unfounded(runner, pool, diag);
    if (without == NULL)
        return NULL;
    ag_note(diag, AG_PROBLEM_REMARK, place,
            "again no key is over the columns that foreign keys of %s refer to, as SQLite allows; "
            "their rows were not looked at",
            without);
    return check(runner, pool, without, diag);
}

bool ag_orphans_compare(AgRunner *runner, AgPool *pool, GHashTable *before, AgPlace place,
                        AgDiag *diag)
{
    AgRows *rows = check_again(runner, pool, before, place, diag);
    if (rows == NULL)
        return false;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    for (guint i = 0; i < rows->n_rows; i++) {
        char *key = orphan_key(rows, i);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key)) + 1;
        if (count > GPOINTER_TO_UINT(g_hash_table_lookup(before, key)))
            g_ptr_array_add(added, GUINT_TO_POINTER(i));
        g_hash_table_replace(seen, key, GUINT_TO_POINTER(count));
    }
    return added->len == 0 || fail_orphans(rows, added, place, diag);
}
