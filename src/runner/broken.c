/* SPDX-License-Identifier: MIT */
/* SQLite takes any text for a view or trigger and looks into it when it is read or fires. So what
 * a revision leaves behind is compiled before it is committed. What was broken before stays so, and
 * what needs a function or module that only programs have is none of our business. */
#include "runner/runner_private.h"

#include "sql/lexer.h"

#include <string.h>

/* Only what takes a name away, or brings a text. */
static bool may_break(const char *text)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, strlen(text));
    AgToken first = ag_lexer_next_solid(&lexer), second = ag_lexer_next_solid(&lexer);
    if (ag_token_is(first, "CREATE"))
        return ag_token_is(second, "VIEW") || ag_token_is(second, "TRIGGER");
    if (ag_token_is(first, "DROP"))
        return ag_token_is(second, "TABLE") || ag_token_is(second, "VIEW");
    if (!ag_token_is(first, "ALTER"))
        return false;
    for (int i = 0; i < 4; i++) /* [schema.]name ADD */
        if (ag_token_is(ag_lexer_next_solid(&lexer), "ADD"))
            return false;
    return true;
}

bool ag_texts_may_break(const AgStep *step)
{
    for (guint i = 0; i < step->statements->len; i++)
        if (may_break(((const AgStatement *)g_ptr_array_index(step->statements, i))->sql))
            return true;
    return false;
}

/* A view is asked for its rows, a trigger's table or view for the change that fires it. */
static const char *question(AgPool *pool, const AgRunner *runner, const char *type,
                            const char *name, const char *event)
{
    g_autoptr(GString) out = g_string_new("EXPLAIN ");
    bool inserts = strcmp(type, "insert") == 0, updates = strcmp(type, "update") == 0;
    g_string_append(out, inserts                       ? "INSERT INTO main."
                         : updates                     ? "UPDATE main."
                         : strcmp(type, "delete") == 0 ? "DELETE FROM main."
                                                       : "SELECT * FROM main.");
    ag_quote_name(runner->dialect, out, name);
    if (inserts)
        g_string_append(out, " DEFAULT VALUES");
    if (updates)
        g_string_append_printf(out, " SET %s", event);
    return ag_pool_text(pool, out->str);
}

/* The views, and for each table or view that has triggers the columns to be set so that all of them
 * fire. */
static const char sql[] =
    "SELECT 'view', name, NULL, name FROM main.sqlite_master WHERE type = 'view' UNION ALL "
    "SELECT e.column1, t.tbl_name, (SELECT group_concat('\"' || replace(c.name, '\"', '\"\"') || "
    "'\" = NULL') FROM pragma_table_info(t.tbl_name, 'main') c), group_concat(DISTINCT t.name) "
    "FROM main.sqlite_master t, (VALUES ('insert'), ('update'), ('delete')) e "
    "WHERE t.type = 'trigger' GROUP BY 1, 2";

/* "view v" or "insert t" -> why it cannot be compiled. */
GHashTable *ag_texts_broken(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return NULL;
    GHashTable *broken = ag_pool_table(pool, g_str_hash, g_str_equal);
    for (guint i = 0; i < rows->n_rows; i++) {
        const char *type = ag_rows_get(rows, i, 0), *name = ag_rows_get(rows, i, 1);
        const char *columns = ag_rows_get(rows, i, 2);
        g_autoptr(AgDiag) found = ag_diag_new();
        if ((strcmp(type, "update") == 0 && columns == NULL) ||
            ag_db_query(runner->db, pool, question(pool, runner, type, name, columns), NULL, 0,
                        found) != NULL)
            continue;
        const char *message = ag_diag_last(found)->message;
        if (strstr(message, "no such table: ") != NULL ||
            strstr(message, "no such column: ") != NULL)
            g_hash_table_insert(broken, ag_pool_printf(pool, "%s %s", type, name),
                                ag_pool_text(pool, message));
    }
    return broken;
}

bool ag_texts_compare(AgRunner *runner, AgPool *pool, GHashTable *before, AgPlace place,
                      AgDiag *diag)
{
    GHashTable *after = ag_texts_broken(runner, pool, diag);
    if (after == NULL)
        return false;
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, after);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(before, key))
            g_ptr_array_add(added, key);
    g_ptr_array_sort(added, ag_text_order);
    for (guint i = 0; i < added->len; i++) {
        const char *what = g_ptr_array_index(added, i);
        const char *name = strchr(what, ' ') + 1;
        g_autofree char *shown = ag_text_printable(name);
        g_autofree char *why = ag_text_printable(g_hash_table_lookup(after, what));
        if (g_str_has_prefix(what, "view "))
            ag_fail(diag, AG_PROBLEM_BROKEN_TEXT, place, "view '%s' would be broken: %s", shown,
                    why);
        else
            ag_fail(diag, AG_PROBLEM_BROKEN_TEXT, place,
                    "a trigger for %.6s of '%s' would be "
                    "broken: %s",
                    what, shown, why);
        ag_hint(diag, "it was not before this revision: change or drop it there");
    }
    return added->len == 0;
}
