/* SPDX-License-Identifier: MIT */
/* What a star in the text of a view's query means: told from the text alone, since the server
 * cannot be asked about columns that are not there yet. */
#include "introspect/postgres/canonical_private.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct {
    AgToken token;
    int depth; /* of parentheses */
} Piece;

typedef struct {
    AgPool *pool;
    const GArray *pieces; /* of Piece */
    guint from, end;      /* the tokens behind FROM, up to WHERE and the like */
} Reading;

static GArray *pieces_of(const char *text)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    AgLexer lexer;
    int depth = 0;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    for (AgToken token = ag_lexer_next_solid(&lexer);
         token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD;
         token = ag_lexer_next_solid(&lexer)) {
        depth -= ag_token_is(token, ")");
        Piece piece = {token, depth};
        g_array_append_val(pieces, piece);
        depth += ag_token_is(token, "(");
    }
    return pieces;
}

static bool is_at(const GArray *pieces, guint i, const char *word)
{
    return i < pieces->len && ag_token_is(g_array_index(pieces, Piece, i).token, word);
}

static bool is_one_of(const GArray *pieces, guint i, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (is_at(pieces, i, *words))
            return true;
    }
    return false;
}

/* Not that of count(*), and no product, behind which a value stands. */
static bool is_star(const GArray *pieces, guint i)
{
    static const char *const before[] = {"select", "all", "distinct", ",", ".", NULL};
    static const char *const behind[] = {",", ")", "from", "union", "intersect", "except", NULL};
    return i > 0 && is_at(pieces, i, "*") && !is_at(pieces, i - 1, "(") &&
           (is_one_of(pieces, i - 1, before) || i + 1 == pieces->len ||
            is_one_of(pieces, i + 1, behind));
}

static guint count_stars(const GArray *pieces)
{
    guint n = 0;
    for (guint i = 0; i < pieces->len; i++)
        n += is_star(pieces, i) || is_at(pieces, i, "natural");
    return n;
}

bool ag_canonical_has_star(const char *text)
{
    g_autoptr(GArray) pieces = pieces_of(text);
    return count_stars(pieces) > 0;
}

/* The one FROM of one SELECT; false: there is another word that joins queries. */
static bool find_from(Reading *r)
{
    static const char *const others[] = {"union", "intersect", "except", "into", "natural", NULL};
    static const char *const behind[] = {"where", "group",  "having", "window", "order",
                                         "limit", "offset", "fetch",  "for",    NULL};
    r->from = r->end = 0;
    for (guint i = 0; i < r->pieces->len; i++) {
        if (g_array_index(r->pieces, Piece, i).depth != 0)
            continue;
        if (is_one_of(r->pieces, i, others))
            return false;
        if (r->from == 0 && is_at(r->pieces, i, "from"))
            r->from = i + 1;
        else if (r->from > 0 && r->end == 0 && is_one_of(r->pieces, i, behind))
            r->end = i;
    }
    if (r->end == 0)
        r->end = r->pieces->len;
    return is_at(r->pieces, 0, "select") && r->from > 1;
}

static bool is_name(const Reading *r, guint i, const char *name)
{
    if (i >= r->pieces->len || name == NULL)
        return false;
    AgToken token = g_array_index(r->pieces, Piece, i).token;
    return (token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED) &&
           strcmp(ag_sql_token_name(r->pool, AG_DIALECT_POSTGRESQL, token.text, token.length),
                  name) == 0;
}

/* Where the relation stands among the items of FROM; 0: nowhere, or more than once. */
static guint find_relation(const Reading *r, const AgObject *relation)
{
    static const char *const before[] = {"from", "join", "only", ",", NULL};
    guint found = 0;
    for (guint i = r->from; i < r->end; i++) {
        bool qualified = is_at(r->pieces, i - 1, ".");
        guint start = qualified ? i - 2 : i;
        if (g_array_index(r->pieces, Piece, i).depth != 0 || !is_name(r, i, relation->name) ||
            !is_one_of(r->pieces, start - 1, before) ||
            (qualified && !is_name(r, start, relation->schema)))
            continue;
        if (found > 0)
            return 0;
        found = i;
    }
    return found;
}

/* Whether the name, which stands before ".*", is that of the item at `place`. */
static bool names_item(const Reading *r, guint qualifier, guint place, const AgObject *relation)
{
    static const char *const behind[] = {"join",  "left", "right", "full",        "inner", "cross",
                                         "where", "on",   "using", "tablesample", ",",     NULL};
    guint alias = place + 1 + (is_at(r->pieces, place + 1, "as") ? 1 : 0);
    if (alias >= r->end || is_one_of(r->pieces, alias, behind))
        return is_name(r, qualifier, relation->name);
    AgToken token = g_array_index(r->pieces, Piece, alias).token;
    char *name = ag_sql_token_name(r->pool, AG_DIALECT_POSTGRESQL, token.text, token.length);
    return !is_at(r->pieces, alias + 1, "(") && is_name(r, qualifier, name);
}

bool ag_canonical_star_is_last(AgPool *pool, const char *text, const AgObject *relation)
{
    static const char *const more[] = {",", "join", NULL};
    g_autoptr(GArray) pieces = pieces_of(text);
    Reading r = {.pool = pool, .pieces = pieces};
    if (count_stars(pieces) != 1 || !find_from(&r) || !is_star(pieces, r.from - 2) ||
        g_array_index(pieces, Piece, r.from - 2).depth != 0)
        return false;
    guint place = find_relation(&r, relation), star = r.from - 2;
    if (place == 0)
        return false;
    if (is_at(pieces, star - 1, "."))
        return names_item(&r, star - 2, place, relation);
    for (guint i = r.from; i < r.end; i++) {
        if (g_array_index(pieces, Piece, i).depth == 0 && is_one_of(pieces, i, more))
            return false;
    }
    return true;
}
