/* SPDX-License-Identifier: MIT */
/* What statements destroy by their own words, for SQL that nobody has marked with hazards. */
#include "runner/runner_private.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

enum { HEAD_TOKENS = 24 };

/* The solid tokens of one statement, the last one END. */
typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    const AgScript *script;
    GArray *tokens;
} Words;

static AgToken at(const Words *words, guint i)
{
    return g_array_index(words->tokens, AgToken, MIN(i, words->tokens->len - 1));
}

static bool is(const Words *words, guint i, const char *word)
{
    return ag_token_is(at(words, i), word);
}

static bool is_name(const Words *words, guint i)
{
    return at(words, i).type == AG_TOKEN_WORD || at(words, i).type == AG_TOKEN_QUOTED;
}

/* Only statements that may matter are read to their end. */
static void read_tokens(Words *words, const char *sql)
{
    AgLexer lexer;
    AgToken token;
    guint limit = HEAD_TOKENS;
    g_array_set_size(words->tokens, 0);
    ag_lexer_init(&lexer, words->dialect, sql, strlen(sql));
    do {
        token = ag_lexer_next_solid(&lexer);
        g_array_append_val(words->tokens, token);
        if (words->tokens->len == 1 && (ag_token_is(token, "drop") || ag_token_is(token, "alter") ||
                                        ag_token_is(token, "truncate")))
            limit = G_MAXUINT;
    } while (token.type != AG_TOKEN_END && words->tokens->len < limit);
    AgToken end = {.type = AG_TOKEN_END};
    g_array_append_val(words->tokens, end);
}

/* "schema.name" at token i, which moves behind it; NULL when there is no name. */
static const char *take_name(const Words *words, guint *i)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (;; *i += 2) {
        if (!is_name(words, *i))
            return NULL;
        AgToken token = at(words, *i);
        g_string_append(name,
                        ag_sql_token_name(words->pool, words->dialect, token.text, token.length));
        if (!is(words, *i + 1, "."))
            break;
        g_string_append_c(name, '.');
    }
    *i += 1;
    return ag_pool_text(words->pool, name->str);
}

static void skip_if_exists(const Words *words, guint *i)
{
    if (is(words, *i, "if") && is(words, *i + 1, "exists"))
        *i += 2;
    if (is(words, *i, "only"))
        *i += 1;
}

static void add(const Words *words, GPtrArray **found, AgProblemId id, const char *noun,
                const char *name)
{
    if (*found == NULL)
        *found = ag_pool_array(words->pool);
    AgHazard *hazard = ag_pool_new0(words->pool, AgHazard);
    hazard->id = id;
    hazard->object = ag_pool_printf(words->pool, "%s %s", noun, name == NULL ? "?" : name);
    g_ptr_array_add(*found, hazard);
}

/* --- tables that come and go within the script --- */

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot == NULL ? name : dot + 1;
}

static bool same_name(const char *a, const char *b)
{
    return g_ascii_strcasecmp(a, b) == 0;
}

/* What the statements before and after say about tables, so that the DROP of a rebuild (create
 * anew, copy, drop, rename), of a helper table, and of a virtual table that is made and filled
 * again are not taken for a loss. */
typedef struct {
    GPtrArray *created, *filled; /* of const char *: names so far */
    GPtrArray *renamed_from, *renamed_to;
    GPtrArray *virtuals, *refilled; /* names of virtual tables that are made, and filled then */
} Story;

static bool holds(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (same_name(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

static bool is_rebuilt(const Story *story, const char *table)
{
    if (holds(story->refilled, table))
        return true;
    for (guint i = 0; i < story->renamed_to->len; i++)
        if (same_name(last_part(g_ptr_array_index(story->renamed_to, i)), last_part(table)) &&
            holds(story->filled, g_ptr_array_index(story->renamed_from, i)))
            return true;
    return false;
}

/* CREATE VIRTUAL TABLE name, and INSERT INTO name behind it. */
static void note_virtual(const Words *words, Story *story)
{
    bool made = is(words, 0, "create") && is(words, 1, "virtual");
    guint i = made ? 3 : 2;
    const char *name = made || is(words, 1, "into") ? take_name(words, &i) : NULL;
    if (name != NULL && (made || holds(story->virtuals, name)))
        g_ptr_array_add(made ? story->virtuals : story->refilled, (gpointer)(guintptr)name);
}

static void note_created(const Words *words, Story *story)
{
    guint i = 1;
    while (is(words, i, "temp") || is(words, i, "temporary") || is(words, i, "unlogged") ||
           is(words, i, "local") || is(words, i, "global"))
        i++;
    if (!is(words, i, "table"))
        return;
    i++;
    if (is(words, i, "if")) /* it may have been there before */
        return;
    const char *name = take_name(words, &i);
    if (name != NULL)
        g_ptr_array_add(story->created, (gpointer)(guintptr)name);
}

static void note_filled(const Words *words, Story *story)
{
    guint i = 1;
    if (is(words, i, "or"))
        i += 2;
    if (!is(words, i, "into"))
        return;
    i++;
    const char *name = take_name(words, &i);
    if (name != NULL)
        g_ptr_array_add(story->filled, (gpointer)(guintptr)name);
}

static void note_renamed(const Words *words, Story *story)
{
    guint i = 2;
    if (!is(words, 1, "table"))
        return;
    skip_if_exists(words, &i);
    const char *from = take_name(words, &i);
    if (from == NULL || !is(words, i, "rename") || !is(words, i + 1, "to"))
        return;
    i += 2;
    const char *to = take_name(words, &i);
    if (to == NULL)
        return;
    g_ptr_array_add(story->renamed_from, (gpointer)(guintptr)from);
    g_ptr_array_add(story->renamed_to, (gpointer)(guintptr)to);
}

/* --- statements that destroy --- */

static bool ends_with_cascade(const Words *words)
{
    for (guint i = 0; i < words->tokens->len; i++)
        if (is(words, i, "cascade"))
            return true;
    return false;
}

static void look_at_drop_list(const Words *words, guint i, AgProblemId id, const char *noun,
                              const Story *story, GPtrArray **found)
{
    for (;;) {
        skip_if_exists(words, &i);
        const char *name = take_name(words, &i);
        if (name == NULL)
            return;
        bool harmless = story != NULL && (is_rebuilt(story, name) || holds(story->created, name));
        if (!harmless)
            add(words, found, id, noun, name);
        if (!is(words, i, ","))
            return;
        i++;
    }
}

/* Without CASCADE a schema, type or domain that holds or carries anything is not dropped. */
static void look_at_drop(const Words *words, const Story *story, GPtrArray **found)
{
    static const char *const carriers[] = {"schema", "type", "domain", "collation", NULL};
    if (is(words, 1, "table")) {
        look_at_drop_list(words, 2, AG_PROBLEM_HAZARD_DELETES_DATA, "table", story, found);
    } else if (is(words, 1, "extension")) {
        look_at_drop_list(words, 2, AG_PROBLEM_HAZARD_DROPS_EXTENSION, "extension", NULL, found);
    } else if (is(words, 1, "database")) {
        look_at_drop_list(words, 2, AG_PROBLEM_HAZARD_DELETES_DATA, "database", NULL, found);
    } else if (is(words, 1, "owned")) {
        guint i = 3;
        add(words, found, AG_PROBLEM_HAZARD_DELETES_DATA, "owner", take_name(words, &i));
    } else if (ends_with_cascade(words)) {
        for (const char *const *noun = carriers; *noun != NULL; noun++)
            if (is(words, 1, *noun))
                look_at_drop_list(words, 2, AG_PROBLEM_HAZARD_DELETES_DATA, *noun, NULL, found);
    }
}

static void look_at_truncate(const Words *words, const Story *story, GPtrArray **found)
{
    look_at_drop_list(words, is(words, 1, "table") ? 2 : 1, AG_PROBLEM_HAZARD_DELETES_DATA, "table",
                      story, found);
}

static bool is_not_a_column(const Words *words, guint i)
{
    static const char *const others[] = {"constraint", "default",  "not",
                                         "expression", "identity", NULL};
    for (const char *const *word = others; *word != NULL; word++)
        if (is(words, i, *word))
            return true;
    return false;
}

/* ALTER TABLE t ..., DROP [COLUMN] [IF EXISTS] c, ... : an action begins after the table's name and
 * after each comma outside parentheses. */
static void look_at_alter(const Words *words, const Story *story, GPtrArray **found)
{
    bool type = is(words, 1, "type");
    guint i = 2, depth = 0;
    if (!type && !is(words, 1, "table"))
        return;
    skip_if_exists(words, &i);
    const char *table = take_name(words, &i);
    if (table == NULL || holds(story->created, table))
        return;
    for (bool begins = true; at(words, i).type != AG_TOKEN_END; i++) {
        if (begins && depth == 0 && is(words, i, "drop") && !is_not_a_column(words, i + 1)) {
            guint name = i + 1;
            name += is(words, name, "column") || is(words, name, "attribute");
            skip_if_exists(words, &name);
            const char *column = take_name(words, &name);
            if (column != NULL)
                add(words, found, AG_PROBLEM_HAZARD_DELETES_DATA, type ? "attribute" : "column",
                    ag_pool_printf(words->pool, "%s.%s", table, column));
        }
        depth += is(words, i, "(");
        depth -= depth > 0 && is(words, i, ")");
        begins = is(words, i, ",") || (begins && is(words, i, "*"));
    }
}

static GPtrArray *look_at(const Words *words, Story *story)
{
    GPtrArray *found = NULL;
    if (is(words, 0, "drop"))
        look_at_drop(words, story, &found);
    else if (is(words, 0, "truncate"))
        look_at_truncate(words, story, &found);
    else if (is(words, 0, "alter"))
        look_at_alter(words, story, &found);
    else if (is(words, 0, "create"))
        note_created(words, story);
    else if (is(words, 0, "insert"))
        note_filled(words, story);
    return found;
}

typedef void (*OnStatement)(Words *words, Story *story, GPtrArray *out);

static void collect_ends(Words *words, Story *story, GPtrArray *out)
{
    (void)out;
    if (is(words, 0, "alter"))
        note_renamed(words, story);
    else if (is(words, 0, "create") || is(words, 0, "insert"))
        note_virtual(words, story);
}

static void collect_dangers(Words *words, Story *story, GPtrArray *out)
{
    g_ptr_array_add(out, look_at(words, story));
}

static void for_all(Words *words, OnStatement on_statement, Story *story, GPtrArray *out)
{
    for (guint s = 0; s < words->script->steps->len; s++) {
        const AgStep *step = g_ptr_array_index(words->script->steps, s);
        for (guint i = 0; i < step->statements->len; i++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, i);
            read_tokens(words, statement->sql);
            on_statement(words, story, out);
        }
    }
}

GPtrArray *ag_danger_find(AgPool *pool, const AgScript *script)
{
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(AgToken));
    Words words = {pool, script->dialect, script, tokens};
    Story story = {ag_pool_array(pool), ag_pool_array(pool), ag_pool_array(pool),
                   ag_pool_array(pool), ag_pool_array(pool), ag_pool_array(pool)};
    GPtrArray *out = ag_pool_array(pool);
    for_all(&words, collect_ends, &story, NULL);
    for_all(&words, collect_dangers, &story, out);
    return out;
}

/* --- small questions --- */

void ag_danger_first_word(AgDialectId dialect, const char *sql, char *word, size_t n)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, sql, strlen(sql));
    AgToken token = ag_lexer_next_solid(&lexer);
    word[0] = '\0';
    if (token.type != AG_TOKEN_WORD || token.length >= n)
        return;
    for (size_t i = 0; i < token.length; i++)
        word[i] = g_ascii_tolower(token.text[i]);
    word[token.length] = '\0';
}

bool ag_danger_has_word(AgDialectId dialect, const char *sql, const char *word)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, sql, strlen(sql));
    for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;) {
        if (token.type == AG_TOKEN_WORD && ag_token_is(token, word))
            return true;
        if (token.type == AG_TOKEN_BAD)
            return false;
    }
    return false;
}

bool ag_danger_stirs_session(AgDialectId dialect, const char *sql)
{
    static const char *const calm[] = {"alter", "analyze", "comment", "create",   "delete", "drop",
                                       "grant", "insert",  "revoke",  "truncate", "update", NULL};
    static const char *const stirring[] = {"temp", "temporary", "pg_temp", "set_config", NULL};
    char word[16];
    ag_danger_first_word(dialect, sql, word, sizeof word);
    if (!g_strv_contains(calm, word))
        return true;
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, sql, strlen(sql));
    for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;) {
        if (token.type == AG_TOKEN_BAD)
            return true;
        for (const char *const *other = stirring; token.type == AG_TOKEN_WORD && *other != NULL;
             other++)
            if (ag_token_is(token, *other))
                return true;
    }
    return false;
}
