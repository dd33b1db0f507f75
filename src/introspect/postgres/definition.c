/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/definition.h"

#include "sql/lexer.h"

#include <string.h>

/* Passes the text up to the keyword outside of all parentheses; names that are spelled like one are
 * printed in quotes. */
static bool pass_keyword(AgLexer *lexer, const char *keyword)
{
    int depth = 0;
    for (AgToken token = ag_lexer_next_solid(lexer);
         token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD;
         token = ag_lexer_next_solid(lexer)) {
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
        else if (depth == 0 && token.type == AG_TOKEN_WORD && ag_token_is(token, keyword))
            return true;
    }
    return false;
}

static void begin(AgLexer *lexer, const char *definition)
{
    ag_lexer_init(lexer, AG_DIALECT_POSTGRESQL, definition, strlen(definition));
}

/* What stands between the parenthesis that comes next and the one that closes it. */
static char *take_parentheses(AgPool *pool, AgLexer *lexer, const char *definition)
{
    AgToken token = ag_lexer_next_solid(lexer);
    if (!ag_token_is(token, "("))
        return NULL;
    size_t start = token.offset + token.length;
    for (int depth = 1; depth > 0;) {
        token = ag_lexer_next_solid(lexer);
        if (token.type == AG_TOKEN_END || token.type == AG_TOKEN_BAD)
            return NULL;
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
    }
    return ag_pool_text_n(pool, definition + start, token.offset - start);
}

char *ag_pg_trigger_condition(AgPool *pool, const char *definition)
{
    AgLexer lexer;
    begin(&lexer, definition);
    return pass_keyword(&lexer, "when") ? take_parentheses(pool, &lexer, definition) : NULL;
}

static char *string_value(AgPool *pool, AgToken token)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 1; i + 1 < token.length; i++) {
        g_string_append_c(out, token.text[i]);
        if (token.text[i] == '\'' && i + 2 < token.length)
            i++;
    }
    return ag_pool_text(pool, out->str);
}

GPtrArray *ag_pg_trigger_arguments(AgPool *pool, const char *definition)
{
    AgLexer lexer;
    begin(&lexer, definition);
    GPtrArray *arguments = ag_pool_array(pool);
    if (!pass_keyword(&lexer, "execute"))
        return NULL;
    for (AgToken token = ag_lexer_next_solid(&lexer);
         token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD;
         token = ag_lexer_next_solid(&lexer)) {
        if (token.type == AG_TOKEN_STRING)
            g_ptr_array_add(arguments, string_value(pool, token));
    }
    return arguments->len == 0 ? NULL : arguments;
}

/* --- rules: ... TO shop.orders WHERE condition DO [INSTEAD] commands; --- */

/* DO and WHERE are reserved: names that are spelled so stand in quotes. */
static bool is_word(AgToken token, const char *word)
{
    return token.type == AG_TOKEN_WORD && ag_token_is(token, word);
}

/* Passes DO, which stands outside of all parentheses; `where`: the offset behind WHERE, or 0. */
static bool pass_do(AgLexer *lexer, size_t *where, size_t *end)
{
    *where = 0;
    int depth = 0;
    for (AgToken token = ag_lexer_next_solid(lexer);
         token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD;
         token = ag_lexer_next_solid(lexer)) {
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
        else if (depth == 0 && *where == 0 && is_word(token, "where"))
            *where = token.offset + token.length;
        *end = token.offset;
        if (depth == 0 && is_word(token, "do"))
            return true;
    }
    return false;
}

static char *trimmed(AgPool *pool, const char *text, size_t start, size_t end)
{
    while (start < end && strchr(" \t\n;", text[start]) != NULL)
        start++;
    while (end > start && strchr(" \t\n;", text[end - 1]) != NULL)
        end--;
    return ag_pool_text_n(pool, text + start, end - start);
}

char *ag_pg_rule_condition(AgPool *pool, const char *definition)
{
    AgLexer lexer;
    size_t where, end;
    begin(&lexer, definition);
    return pass_do(&lexer, &where, &end) && where > 0 ? trimmed(pool, definition, where, end)
                                                      : NULL;
}

/* Several commands stand in parentheses, each with a semicolon behind it. */
char *ag_pg_rule_commands(AgPool *pool, const char *definition)
{
    AgLexer lexer;
    size_t where, start, length = strlen(definition);
    begin(&lexer, definition);
    if (!pass_do(&lexer, &where, &start))
        return NULL;
    AgLexer ahead = lexer;
    if (is_word(ag_lexer_next_solid(&ahead), "instead"))
        lexer = ahead;
    ahead = lexer;
    AgToken first = ag_lexer_next_solid(&ahead);
    if (is_word(first, "nothing"))
        return NULL;
    char *text = trimmed(pool, definition, first.offset, length);
    size_t end = strlen(text);
    const char *last = end == 0 ? text : text + end - 1;
    for (const char *p = last; *last == ')' && p > text;) {
        p--;
        if (*p == ';')
            return trimmed(pool, text, 1, (size_t)(last - text));
        if (strchr(" \t\n", *p) == NULL)
            break;
    }
    return text;
}
