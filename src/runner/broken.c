/* SPDX-License-Identifier: MIT */
/* SQLite takes any text for a view or trigger and looks into it when it is read or fires. So what
 * a revision leaves behind is compiled before it is committed. What was broken before stays so, and
 * what needs a function or module that only programs have is none of our business. Only what says a
 * name that the revision takes away or gives anew is looked at, by way of views too: nothing else
 * can be broken by it. */
#include "runner/runner_private.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* --- what a revision touches --- */

static void add_name(AgPool *pool, GPtrArray *names, AgToken token)
{
    char *name = NULL;
    if (token.type == AG_TOKEN_STRING && token.length >= 2)
        name = ag_pool_text_n(pool, token.text + 1, token.length - 2);
    else if (token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED)
        name = ag_sql_token_name(pool, AG_DIALECT_SQLITE, token.text, token.length);
    if (name != NULL)
        g_ptr_array_add(names, name);
}

/* [IF [NOT] EXISTS] [schema.]name: the name, and the schema as well. */
static AgToken add_head(AgPool *pool, GPtrArray *names, AgLexer *lexer)
{
    AgToken token = ag_lexer_next_solid(lexer);
    while (ag_token_is(token, "IF") || ag_token_is(token, "NOT") || ag_token_is(token, "EXISTS"))
        token = ag_lexer_next_solid(lexer);
    add_name(pool, names, token);
    token = ag_lexer_next_solid(lexer);
    if (!ag_token_is(token, "."))
        return token;
    add_name(pool, names, ag_lexer_next_solid(lexer));
    return ag_lexer_next_solid(lexer);
}

/* ALTER TABLE t ADD takes nothing away; RENAME TO brings a name that texts say from then on. */
static void add_altered(AgPool *pool, GPtrArray *names, AgLexer *lexer)
{
    guint before = names->len;
    AgToken token = add_head(pool, names, lexer);
    if (ag_token_is(token, "ADD"))
        g_ptr_array_set_size(names, (gint)before);
    while (token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD && names->len > before) {
        bool to = ag_token_is(token, "TO");
        token = ag_lexer_next_solid(lexer);
        if (to)
            add_name(pool, names, token);
    }
}

/* Its table as well: all that fires there is compiled with it, and what was broken there before is
 * to be known. */
static void add_trigger(AgPool *pool, GPtrArray *names, AgLexer *lexer)
{
    AgToken token = add_head(pool, names, lexer);
    while (token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD && !ag_token_is(token, "ON"))
        token = ag_lexer_next_solid(lexer);
    if (ag_token_is(token, "ON"))
        add_head(pool, names, lexer);
}

/* Only what takes a name away, or brings a text. */
static void add_touched(AgPool *pool, GPtrArray *names, const char *text)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, strlen(text));
    AgToken first = ag_lexer_next_solid(&lexer), second = ag_lexer_next_solid(&lexer);
    bool view = ag_token_is(second, "VIEW"), table = ag_token_is(second, "TABLE");
    if (ag_token_is(first, "CREATE") && ag_token_is(second, "TRIGGER"))
        add_trigger(pool, names, &lexer);
    else if ((ag_token_is(first, "CREATE") && view) ||
             (ag_token_is(first, "DROP") && (view || table)))
        add_head(pool, names, &lexer);
    else if (ag_token_is(first, "ALTER") && table)
        add_altered(pool, names, &lexer);
}

GPtrArray *ag_texts_touched(AgPool *pool, const AgStep *step)
{
    GPtrArray *names = ag_pool_array(pool);
    for (guint i = 0; i < step->statements->len; i++)
        add_touched(pool, names,
                    ((const AgStatement *)g_ptr_array_index(step->statements, i))->sql);
    return names;
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

/* --- whom it may concern --- */

/* A view, or a trigger with the table or view it is on. */
typedef struct {
    const char *name, *on, *sql;
    bool view, concerned;
} Text;

static GArray *read_texts(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    AgRows *rows = ag_db_query(runner->db, pool,
                               "SELECT name, tbl_name, sql, type = 'view' FROM main.sqlite_master "
                               "WHERE type IN ('view', 'trigger')",
                               NULL, 0, diag);
    if (rows == NULL)
        return NULL;
    GArray *texts = g_array_sized_new(FALSE, FALSE, sizeof(Text), rows->n_rows);
    ag_pool_keep(pool, texts, (GDestroyNotify)g_array_unref);
    for (guint i = 0; i < rows->n_rows; i++) {
        Text text = {.name = ag_rows_get(rows, i, 0),
                     .on = ag_rows_get(rows, i, 1),
                     .sql = ag_rows_get(rows, i, 2),
                     .view = strcmp(ag_rows_get(rows, i, 3), "1") == 0};
        g_array_append_val(texts, text);
    }
    return texts;
}

static bool goes_on(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Whether the text may say the name, quoted or not; too often rather than too seldom: it may stand
 * in a comment, and a name with quotes in it, which are doubled there, is said everywhere. */
static bool may_say(const char *text, const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || strpbrk(name, "\"'`]") != NULL)
        return true;
    char both[] = {g_ascii_tolower(name[0]), g_ascii_toupper(name[0]), '\0'};
    for (const char *at = strpbrk(text, both); at != NULL; at = strpbrk(at + 1, both))
        if (g_ascii_strncasecmp(at, name, length) == 0 && !goes_on(at[length]) &&
            (at == text || !goes_on(at[-1])))
            return true;
    return false;
}

/* Marks what says one of the names, and what says a view that does, and so on. `touched` grows. */
static void mark_concerned(GArray *texts, GPtrArray *touched)
{
    for (guint done = 0; done < touched->len; done++) {
        const char *name = g_ptr_array_index(touched, done);
        for (guint i = 0; i < texts->len; i++) {
            Text *text = &g_array_index(texts, Text, i);
            if (text->concerned || !may_say(text->sql, name))
                continue;
            text->concerned = true;
            if (text->view)
                g_ptr_array_add(touched, (gpointer)(guintptr)text->name);
        }
    }
}

/* --- compiling --- */

/* A table or view with triggers, and the columns to be set so that all of them fire. */
static const char *setter(AgRunner *runner, AgPool *pool, const char *table)
{
    g_autoptr(AgDiag) ignored = ag_diag_new();
    AgRows *rows = ag_db_query(runner->db, pool,
                               "SELECT group_concat('\"' || replace(name, '\"', '\"\"') || "
                               "'\" = NULL') FROM pragma_table_info(?1, 'main')",
                               &table, 1, ignored);
    return rows == NULL || rows->n_rows == 0 ? NULL : ag_rows_get(rows, 0, 0);
}

static void compile(AgRunner *runner, GHashTable *broken, AgPool *pool, const char *type,
                    const char *name)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    const char *columns = strcmp(type, "update") == 0 ? setter(runner, pool, name) : "";
    if (columns == NULL ||
        ag_db_query(runner->db, pool, question(pool, runner, type, name, columns), NULL, 0,
                    found) != NULL)
        return;
    const char *message = ag_diag_last(found)->message;
    if (strstr(message, "no such table: ") != NULL || strstr(message, "no such column: ") != NULL)
        g_hash_table_insert(broken, ag_pool_printf(pool, "%s %s", type, name),
                            ag_pool_text(pool, message));
}

/* "view v" or "insert t" -> why it cannot be compiled. */
GHashTable *ag_texts_broken(AgRunner *runner, AgPool *pool, const GPtrArray *touched, AgDiag *diag)
{
    static const char *const events[] = {"insert", "update", "delete"};
    GArray *texts = read_texts(runner, pool, diag);
    if (texts == NULL)
        return NULL;
    GPtrArray *names = ag_pool_array(pool);
    for (guint i = 0; i < touched->len; i++)
        g_ptr_array_add(names, g_ptr_array_index(touched, i));
    mark_concerned(texts, names);
    GHashTable *broken = ag_pool_table(pool, g_str_hash, g_str_equal);
    g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < texts->len; i++) {
        const Text *text = &g_array_index(texts, Text, i);
        if (!text->concerned)
            continue;
        if (text->view)
            compile(runner, broken, pool, "view", text->name);
        else if (g_hash_table_add(asked, (gpointer)(guintptr)text->on))
            for (size_t k = 0; k < G_N_ELEMENTS(events); k++)
                compile(runner, broken, pool, events[k], text->on);
    }
    return broken;
}

bool ag_texts_compare(AgRunner *runner, AgPool *pool, const AgTextsBefore *before, AgPlace place,
                      AgDiag *diag)
{
    GHashTable *after = ag_texts_broken(runner, pool, before->touched, diag);
    if (after == NULL)
        return false;
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, after);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(before->broken, key))
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
