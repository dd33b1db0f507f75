/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/type_names.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct {
    AgPool *pool;
    const char *text;
    GArray *tokens; /* of AgToken, solid ones */
    GString *out;
    size_t copied; /* bytes of the text that are in `out` */
    AgTypeMap map;
    const void *data;
} Mapping;

static AgToken token_at(const Mapping *m, guint i)
{
    return ag_token_at(m->tokens, i);
}

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static const char *name_at(const Mapping *m, guint i)
{
    AgToken token = token_at(m, i);
    return ag_sql_token_name(m->pool, AG_DIALECT_POSTGRESQL, token.text, token.length);
}

/* The string at i without its quotes; NULL where that is none, or one with escapes. */
static const char *literal_at(const Mapping *m, guint i)
{
    AgToken token = token_at(m, i);
    if (token.type != AG_TOKEN_STRING || token.length < 2 || token.text[0] != '\'')
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t k = 1; k + 1 < token.length; k++) {
        g_string_append_c(out, token.text[k]);
        if (token.text[k] == '\'')
            k++;
    }
    return ag_pool_text(m->pool, out->str);
}

static void replace(Mapping *m, guint first, guint last, const char *text)
{
    AgToken from = token_at(m, first), to = token_at(m, last);
    g_string_append_len(m->out, m->text + m->copied, (gssize)(from.offset - m->copied));
    g_string_append(m->out, text);
    m->copied = to.offset + to.length;
}

/* A type whose name begins at i; `literal` is the place of its string. Returns the place behind. */
static guint map_type(Mapping *m, guint i, guint literal, bool has_literal)
{
    bool dotted = ag_token_is(token_at(m, i + 1), ".") && is_name(token_at(m, i + 2));
    guint last = dotted ? i + 2 : i;
    AgTypeMention mention = {.name = {dotted ? name_at(m, i) : NULL, name_at(m, last)},
                             .literal = has_literal ? literal_at(m, literal) : NULL,
                             .is_array = ag_token_is(token_at(m, last + 1), "[")};
    m->map(&mention, m->data);
    bool before = has_literal && literal < i;
    const char *value = mention.new_literal == NULL || mention.literal == NULL
                            ? NULL
                            : ag_sql_literal(m->pool, mention.new_literal);
    if (value != NULL && before)
        replace(m, literal, literal, value);
    if (mention.new_name != NULL)
        replace(m, i, last, mention.new_name);
    if (value != NULL && !before)
        replace(m, literal, literal, value);
    return last + 1;
}

/* Takes what begins at i; returns the place behind it. */
static guint map_at(Mapping *m, guint i)
{
    AgToken token = token_at(m, i);
    bool string = token.type == AG_TOKEN_STRING;
    guint cast = string ? i + 1 : i;
    if (ag_token_is(token_at(m, cast), "::") && is_name(token_at(m, cast + 1)))
        return map_type(m, cast + 1, i, string);
    if (ag_token_is(token, "as") && is_name(token_at(m, i + 1)))
        return map_type(m, i + 1, i, false);
    if (!is_name(token))
        return i + 1;
    guint behind =
        ag_token_is(token_at(m, i + 1), ".") && is_name(token_at(m, i + 2)) ? i + 3 : i + 1;
    return token_at(m, behind).type == AG_TOKEN_STRING ? map_type(m, i, behind, true) : behind;
}

const char *ag_pg_map_types(AgPool *pool, const char *text, bool is_type, AgTypeMap map,
                            const void *data)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_POSTGRESQL, text);
    g_autoptr(GString) out = g_string_new(NULL);
    Mapping m = {.pool = pool, .text = text, .tokens = tokens, .out = out};
    m.map = map;
    m.data = data;
    guint i = is_type && is_name(token_at(&m, 0)) ? map_type(&m, 0, 0, false) : 0;
    while (i < tokens->len)
        i = map_at(&m, i);
    if (m.copied == 0)
        return text;
    g_string_append(out, text + m.copied);
    return ag_pool_text(pool, out->str);
}
