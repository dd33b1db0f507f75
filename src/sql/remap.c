/* SPDX-License-Identifier: MIT */
#include "sql/remap.h"

#include <string.h>

#include "sql/lexer.h"
#include "sql/tokens.h"

enum { DEEPEST = 3 }; /* a body in a body in a body */

typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    const AgRemap *remap;
    GString *out;
    guint depth, doubts;
    const GArray *tokens; /* of AgToken, the solid ones */
} Remapping;

static char *remap_text(const Remapping *outer, const char *text, size_t length, guint *doubts);

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static bool is_schema(const Remapping *remapping, AgToken token)
{
    return is_name(token) &&
           strcmp(ag_sql_token_name(remapping->pool, remapping->dialect, token.text, token.length),
                  remapping->remap->from) == 0;
}

static AgToken before(const Remapping *remapping, guint i, guint n)
{
    return i < n ? (AgToken){.type = AG_TOKEN_END} : ag_token_at(remapping->tokens, i - n);
}

static bool is_one_of(AgToken token, const char *const *words)
{
    for (; *words != NULL; words++)
        if (ag_token_is(token, *words))
            return true;
    return false;
}

/* Back over a list of names to the word that it belongs to. */
static AgToken list_head(const Remapping *remapping, guint i)
{
    while (i >= 2 && ag_token_is(ag_token_at(remapping->tokens, i - 1), ","))
        i -= 2;
    return before(remapping, i, 1);
}

static bool is_in_path(const Remapping *remapping, guint i)
{
    while (i >= 2 && ag_token_is(ag_token_at(remapping->tokens, i - 1), ","))
        i -= 2;
    AgToken sign = before(remapping, i, 1);
    return (ag_token_is(sign, "to") || ag_token_is(sign, "=")) &&
           ag_token_is(before(remapping, i, 2), "search_path");
}

/* Whether the name at i stands where only a schema can. */
static bool is_place_of_schema(const Remapping *remapping, guint i)
{
    AgToken previous = before(remapping, i, 1);
    if (ag_token_is(ag_token_at(remapping->tokens, i + 1), "."))
        return !ag_token_is(previous, ".");
    if (ag_token_is(previous, "exists"))
        i -= ag_token_is(before(remapping, i, 2), "not") ? 3 : 2;
    return ag_token_is(list_head(remapping, i), "schema") || is_in_path(remapping, i);
}

/* Whether the string at i holds one name: cast to a type for names, or given to one of the
 * functions that take them so. */
static bool is_name_string(const Remapping *remapping, guint i)
{
    static const char *const types[] = {"regclass",     "regtype",     "regproc",   "regprocedure",
                                        "regnamespace", "regoperator", "regconfig", "regdictionary",
                                        "regcollation", NULL};
    static const char *const functions[] = {"nextval",
                                            "setval",
                                            "currval",
                                            "to_regclass",
                                            "to_regtype",
                                            "to_regproc",
                                            "to_regprocedure",
                                            "to_regnamespace",
                                            "pg_get_serial_sequence",
                                            NULL};
    AgToken cast = ag_token_at(remapping->tokens, i + 1),
            type = ag_token_at(remapping->tokens, i + 2);
    if (ag_token_is(type, "pg_catalog"))
        type = ag_token_at(remapping->tokens, i + 4);
    if (ag_token_is(cast, "::") && is_one_of(type, types))
        return true;
    return ag_token_is(before(remapping, i, 1), "(") &&
           is_one_of(before(remapping, i, 2), functions);
}

/* Whether the string at i is the body of a function or of DO. */
static bool is_body(const Remapping *remapping, guint i)
{
    return remapping->depth < DEEPEST && (ag_token_is(before(remapping, i, 1), "as") ||
                                          ag_token_is(before(remapping, i, 1), "do"));
}

/* The quote at the beginning of a string, which its end repeats: 1 for '...', more for $tag$; 0 for
 * a string with escapes. */
static size_t quote_length(AgToken token)
{
    if (token.text[0] == '\'')
        return 1;
    if (token.text[0] != '$')
        return 0;
    const char *end = memchr(token.text + 1, '$', token.length - 1);
    return (size_t)(end - token.text) + 1;
}

/* Whether the string's text has the schema in it: alone, or where remapping has changed it. What is
 * a comment on something only talks. */
static bool names_schema(const Remapping *remapping, guint i, const char *text, const char *written,
                         size_t length)
{
    if (ag_token_is(before(remapping, i, 1), "is"))
        return false;
    return strcmp(text, remapping->remap->from) == 0 || strlen(text) != length ||
           memcmp(text, written, length) != 0;
}

/* What stands between the quotes; a string with escapes is only looked at. */
static void append_string(Remapping *remapping, guint i, AgToken token)
{
    size_t quote = quote_length(token);
    const char *mark = memchr(token.text, '\'', token.length);
    size_t begin = quote > 0 ? quote : (size_t)(mark - token.text) + 1;
    size_t length = token.length - begin - MAX(quote, 1);
    bool inside = quote > 0 && (is_body(remapping, i) || is_name_string(remapping, i) ||
                                (quote > 1 && remapping->depth < DEEPEST));
    guint doubts = 0;
    char *text = remap_text(remapping, token.text + begin, length, &doubts);
    g_string_append_len(remapping->out, token.text, (gssize)begin);
    if (inside)
        g_string_append(remapping->out, text);
    else
        g_string_append_len(remapping->out, token.text + begin, (gssize)length);
    g_string_append_len(remapping->out, token.text + begin + length, (gssize)MAX(quote, 1));
    remapping->doubts +=
        inside ? doubts : names_schema(remapping, i, text, token.text + begin, length);
}

static void append_token(Remapping *remapping, guint i, AgToken token)
{
    if (token.type == AG_TOKEN_STRING && token.length >= 2)
        append_string(remapping, i, token);
    else if (is_schema(remapping, token) && is_place_of_schema(remapping, i))
        g_string_append(remapping->out, remapping->remap->to);
    else
        g_string_append_len(remapping->out, token.text, (gssize)token.length);
}

/* Between the tokens everything stays as it is, comments too. */
static char *remap_text(const Remapping *outer, const char *text, size_t length, guint *doubts)
{
    char *whole = ag_pool_text_n(outer->pool, text, length);
    if (outer->depth >= DEEPEST)
        return whole;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(outer->dialect, whole);
    Remapping remapping = *outer;
    size_t end = 0;
    remapping.out = out;
    remapping.tokens = tokens;
    remapping.depth++;
    remapping.doubts = 0;
    for (guint i = 0; ag_token_at(tokens, i).type != AG_TOKEN_END; i++) {
        AgToken token = ag_token_at(tokens, i);
        g_string_append_len(out, whole + end, (gssize)(token.offset - end));
        append_token(&remapping, i, token);
        end = token.offset + token.length;
    }
    g_string_append(out, whole + end);
    *doubts = remapping.doubts;
    return ag_pool_text(outer->pool, out->str);
}

/* CREATE or DROP SCHEMA of the schema itself; NULL: it is another statement. */
static const char *own_schema(const Remapping *remapping, const char *sql)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(remapping->dialect, sql);
    guint i = 2;
    if (!ag_token_is(ag_token_at(tokens, 1), "schema"))
        return NULL;
    while (ag_token_is(ag_token_at(tokens, i), "if") ||
           ag_token_is(ag_token_at(tokens, i), "not") ||
           ag_token_is(ag_token_at(tokens, i), "exists"))
        i++;
    AgToken after = ag_token_at(tokens, i + 1);
    if (!is_schema(remapping, ag_token_at(tokens, i)))
        return NULL;
    if (ag_token_is(ag_token_at(tokens, 0), "drop"))
        return after.type == AG_TOKEN_END ? "SELECT" : NULL;
    if (!ag_token_is(ag_token_at(tokens, 0), "create") ||
        (after.type != AG_TOKEN_END && !ag_token_is(after, "authorization")))
        return NULL;
    return ag_pool_printf(remapping->pool, "CREATE SCHEMA IF NOT EXISTS %s", remapping->remap->to);
}

char *ag_sql_remap(AgPool *pool, AgDialectId dialect, const char *sql, const AgRemap *remap,
                   guint *doubts)
{
    Remapping remapping = {.pool = pool, .dialect = dialect, .remap = remap};
    const char *own = own_schema(&remapping, sql);
    *doubts = 0;
    return own != NULL ? ag_pool_text(pool, own) : remap_text(&remapping, sql, strlen(sql), doubts);
}

static AgStatement *remap_statement(const AgScript *script, AgPool *pool,
                                    const AgStatement *statement, const AgRemap *remap,
                                    AgDiag *diag)
{
    guint doubts = 0;
    AgStatement *copy = ag_pool_new0(pool, AgStatement);
    *copy = *statement;
    copy->sql = ag_sql_remap(pool, script->dialect, statement->sql, remap, &doubts);
    if (doubts > 0) {
        ag_warn(diag, AG_PROBLEM_REMAP_DOUBT, statement->place,
                "a string names schema '%s' and stays as it is", remap->from);
        ag_hint(diag, "in SQL that is put together at run time, take the schema from "
                      "current_schema() or TG_TABLE_SCHEMA");
    }
    return copy;
}

AgScript *ag_script_remap(const AgScript *script, AgPool *pool, const AgRemap *remap, AgDiag *diag)
{
    AgScript *copy = ag_script_new(pool, script->dialect);
    copy->irreversible = script->irreversible;
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        AgStep *target = ag_script_add_step(copy, step->mode);
        target->settings = step->settings;
        for (guint j = 0; j < step->statements->len; j++)
            g_ptr_array_add(target->statements,
                            remap_statement(script, pool, g_ptr_array_index(step->statements, j),
                                            remap, diag));
    }
    return copy;
}
