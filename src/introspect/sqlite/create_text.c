/* SPDX-License-Identifier: MIT */
#include "introspect/sqlite/create_text.h"

#include <string.h>

#include "base/limits.h"
#include "model/column.h"
#include "sql/tokens.h"

/* Most texts have fewer. */
enum { FIRST_TOKENS = 128 };

bool ag_create_init(AgCreateText *create, AgPool *pool, const char *text)
{
    *create = (AgCreateText){.pool = pool, .text = text};
    guint room = 0;
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, strlen(text));
    for (bool more = true; more;) {
        if (create->n_tokens == room) {
            room = room == 0 ? FIRST_TOKENS : room * 2;
            create->tokens = g_renew(AgToken, create->tokens, room);
        }
        AgToken *token = &create->tokens[create->n_tokens++];
        *token = ag_lexer_next_solid(&lexer);
        more = token->type != AG_TOKEN_END && token->type != AG_TOKEN_BAD;
    }
    return create->tokens[create->n_tokens - 1].type == AG_TOKEN_END;
}

void ag_create_clear(AgCreateText *create)
{
    g_clear_pointer(&create->tokens, g_free);
}

static AgToken token_at(const AgCreateText *create, guint at)
{
    return create->tokens[MIN(at, create->n_tokens - 1)];
}

AgToken ag_create_peek(const AgCreateText *create, guint ahead)
{
    return token_at(create, create->at + ahead);
}

bool ag_create_accept(AgCreateText *create, const char *word)
{
    if (!ag_create_is(create, word))
        return false;
    create->at++;
    return true;
}

bool ag_create_accept_two(AgCreateText *create, const char *first, const char *second)
{
    if (!ag_create_is(create, first) || !ag_token_is(ag_create_peek(create, 1), second))
        return false;
    create->at += 2;
    return true;
}

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED ||
           (token.type == AG_TOKEN_STRING && token.text[0] == '\'');
}

/* 'text' where a name is wanted is a name. */
static char *unquoted_string(AgToken token)
{
    g_autofree char *inner = g_strndup(token.text + 1, token.length - 2);
    g_auto(GStrv) pieces = g_strsplit(inner, "''", -1);
    return g_strjoinv("'", pieces);
}

const char *ag_create_token_name(const AgCreateText *create, AgToken token)
{
    if (token.type == AG_TOKEN_STRING) {
        g_autofree char *name = unquoted_string(token);
        return ag_pool_name(create->pool, name);
    }
    if (token.type == AG_TOKEN_WORD) /* stands for itself */
        return ag_pool_name_n(create->pool, token.text, token.length);
    const char *name = ag_sql_token_name(create->pool, AG_DIALECT_SQLITE, token.text, token.length);
    return ag_pool_name(create->pool, name);
}

const char *ag_create_name(AgCreateText *create)
{
    AgToken token = ag_create_peek(create, 0);
    if (!is_name(token))
        return NULL;
    create->at++;
    return ag_create_token_name(create, token);
}

bool ag_create_head(AgCreateText *create)
{
    if (ag_create_accept_two(create, "IF", "NOT") && !ag_create_accept(create, "EXISTS"))
        return false;
    return ag_create_name(create) != NULL &&
           (!ag_create_accept(create, ".") || ag_create_name(create) != NULL);
}

guint ag_create_closing(const AgCreateText *create, guint at)
{
    guint depth = 0;
    for (guint i = at; i < create->n_tokens; i++) {
        AgToken token = token_at(create, i);
        if (ag_token_is(token, "(") && ++depth > AG_LIMIT_SQL_DEPTH)
            return 0;
        if (ag_token_is(token, ")") && --depth == 0)
            return i + 1;
        if (depth == 0)
            return 0;
    }
    return 0;
}

const char *ag_create_span(const AgCreateText *create, guint from, guint end)
{
    if (from >= end)
        return ag_pool_text(create->pool, "");
    AgToken first = token_at(create, from), last = token_at(create, end - 1);
    return ag_pool_text_n(create->pool, create->text + first.offset,
                          last.offset + last.length - first.offset);
}

const char *ag_create_parentheses(AgCreateText *create)
{
    guint end = ag_create_closing(create, create->at);
    if (end == 0)
        return NULL;
    const char *inner = ag_create_span(create, create->at + 1, end - 1);
    create->at = end;
    return inner;
}

bool ag_create_conflict(AgCreateText *create, const char **out)
{
    static const char *const words[] = {"rollback", "fail", "ignore", "replace"};
    if (!ag_create_accept_two(create, "ON", "CONFLICT"))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (ag_create_accept(create, words[i])) {
            *out = words[i];
            return true;
        }
    }
    return ag_create_accept(create, "ABORT");
}

const char *ag_create_take_constraint_name(AgCreateText *create)
{
    const char *name = create->constraint_name;
    create->constraint_name = NULL;
    return name;
}

AgObject *ag_create_column(const AgTable *table, const char *name)
{
    for (guint i = 0; table->object.parts != NULL && i < table->object.parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->object.parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ag_name_same(part->name, name, true))
            return part;
    }
    return NULL;
}

/* --- parts of keys and indexes --- */

/* A range of tokens that shrinks while what belongs to the part's own syntax is taken off. */
typedef struct {
    const AgCreateText *create;
    guint from, end;
} Range;

static bool ends_with(Range range, guint back, const char *word)
{
    return range.end - range.from > back &&
           ag_token_is(token_at(range.create, range.end - back), word);
}

/* A name, a literal, a call or something in parentheses, with or without collations behind it. */
static bool is_operand(Range range)
{
    while (ends_with(range, 2, "COLLATE"))
        range.end -= 2;
    guint length = range.end - range.from;
    if (length <= 1)
        return length == 1;
    bool call = token_at(range.create, range.from).type == AG_TOKEN_WORD;
    return ag_create_closing(range.create, range.from + (call ? 1 : 0)) == range.end;
}

/* The collation written outermost is the one that counts; behind an operator it belongs to the last
 * operand and not to the whole. */
static bool strip_collation(Range *range, AgPart *part)
{
    if (!ends_with(*range, 2, "COLLATE") || !is_name(token_at(range->create, range->end - 1)) ||
        !is_operand(*range))
        return false;
    if (part->collation.name == NULL)
        part->collation.name =
            ag_create_token_name(range->create, token_at(range->create, range->end - 1));
    range->end -= 2;
    return true;
}

static bool strip_parentheses(Range *range)
{
    if (ag_create_closing(range->create, range->from) != range->end)
        return false;
    range->from++;
    range->end--;
    return range->from < range->end;
}

static void strip_order(Range *range, AgPart *part)
{
    if (ends_with(*range, 2, "NULLS"))
        range->end -= 2;
    if (ends_with(*range, 1, "DESC"))
        part->order = "desc";
    else if (ends_with(*range, 1, "ASC"))
        part->order = "asc";
    if (ends_with(*range, 1, "DESC") || ends_with(*range, 1, "ASC"))
        range->end--;
}

/* The end of the part that begins here: a comma or the closing parenthesis. */
static guint part_end(const AgCreateText *create)
{
    guint i = create->at;
    while (i < create->n_tokens) {
        AgToken token = token_at(create, i);
        if (ag_token_is(token, ",") || ag_token_is(token, ")") || token.type == AG_TOKEN_END ||
            (ag_token_is(token, "AUTOINCREMENT") && i > create->at))
            return i;
        i = ag_token_is(token, "(") ? ag_create_closing(create, i) : i + 1;
        if (i == 0)
            return 0;
    }
    return 0;
}

AgPart *ag_create_read_part(AgCreateText *create, const AgTable *table)
{
    Range range = {.create = create, .from = create->at, .end = part_end(create)};
    if (range.end <= range.from)
        return NULL;
    create->at = range.end;
    AgPart *part = ag_pool_new0(create->pool, AgPart);
    strip_order(&range, part);
    while (strip_collation(&range, part))
        ;
    /* An expression keeps its parentheses, unless a collation of the part hides in them. */
    Range written = range;
    while (strip_parentheses(&range)) {
        while (strip_collation(&range, part))
            written = range;
    }
    if (range.end <= range.from)
        return NULL;
    AgToken token = token_at(create, range.from);
    if (range.end - range.from == 1 && is_name(token)) {
        AgObject *column = ag_create_column(table, ag_create_token_name(create, token));
        if (column != NULL) {
            part->column = column->name;
            return part;
        }
    }
    part->expression.written = ag_create_span(create, written.from, written.end);
    return part;
}
