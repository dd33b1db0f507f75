/* SPDX-License-Identifier: MIT */
/* Source: gram.y "Typename" for what can be written, format_type.c for what is printed, and the
 * typmodin functions for the modifiers. Looked up in pg_catalog as the server does it first. */
#include "dialect/postgres/postgres.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* What may stand in parentheses behind the name. */
typedef enum {
    TAKES_NOTHING,
    TAKES_LENGTH,
    TAKES_NUMERIC,
    TAKES_PRECISION,
    TAKES_FIELDS, /* interval: fields, then a precision */
} Takes;

typedef struct {
    const char *name;  /* pg_type.typname */
    const char *print; /* before the modifiers */
    const char *after; /* behind the modifiers; NULL: nothing */
    Takes takes;
} BuiltIn;

/* clang-format off */
#define SAME(name) {name, name, NULL, TAKES_NOTHING}
static const BuiltIn built_in[] = {
    SAME("aclitem"),
    {"bit", "bit", NULL, TAKES_LENGTH},
    {"bool", "boolean", NULL, TAKES_NOTHING},
    SAME("box"),
    {"bpchar", "character", NULL, TAKES_LENGTH},
    SAME("bytea"),
    {"char", "\"char\"", NULL, TAKES_NOTHING},
    SAME("cid"), SAME("cidr"), SAME("circle"), SAME("date"), SAME("datemultirange"),
    SAME("daterange"),
    {"float4", "real", NULL, TAKES_NOTHING},
    {"float8", "double precision", NULL, TAKES_NOTHING},
    SAME("gtsvector"), SAME("inet"),
    {"int2", "smallint", NULL, TAKES_NOTHING},
    SAME("int2vector"),
    {"int4", "integer", NULL, TAKES_NOTHING},
    SAME("int4multirange"), SAME("int4range"),
    {"int8", "bigint", NULL, TAKES_NOTHING},
    SAME("int8multirange"), SAME("int8range"),
    {"interval", "interval", NULL, TAKES_FIELDS},
    SAME("json"), SAME("jsonb"), SAME("jsonpath"), SAME("line"), SAME("lseg"), SAME("macaddr"),
    SAME("macaddr8"), SAME("money"), SAME("name"),
    {"numeric", "numeric", NULL, TAKES_NUMERIC},
    SAME("nummultirange"), SAME("numrange"), SAME("oid"), SAME("oidvector"), SAME("path"),
    SAME("pg_lsn"), SAME("pg_node_tree"), SAME("pg_snapshot"), SAME("point"), SAME("polygon"),
    SAME("refcursor"), SAME("regclass"), SAME("regcollation"), SAME("regconfig"),
    SAME("regdictionary"), SAME("regnamespace"), SAME("regoper"), SAME("regoperator"),
    SAME("regproc"), SAME("regprocedure"), SAME("regrole"), SAME("regtype"), SAME("text"),
    SAME("tid"),
    {"time", "time", " without time zone", TAKES_PRECISION},
    {"timestamp", "timestamp", " without time zone", TAKES_PRECISION},
    {"timestamptz", "timestamp", " with time zone", TAKES_PRECISION},
    {"timetz", "time", " with time zone", TAKES_PRECISION},
    SAME("tsmultirange"), SAME("tsquery"), SAME("tsrange"), SAME("tstzmultirange"),
    SAME("tstzrange"), SAME("tsvector"), SAME("txid_snapshot"), SAME("uuid"),
    {"varbit", "bit varying", NULL, TAKES_LENGTH},
    {"varchar", "character varying", NULL, TAKES_LENGTH},
    SAME("xid"), SAME("xid8"), SAME("xml"),
};

const char *const ag_postgres_type_names[] = {
    "bigint", "bit", "bit varying", "boolean", "box", "bytea", "char", "character",
    "character varying", "cidr", "circle", "date", "datemultirange", "daterange", "decimal",
    "double precision", "float4", "float8", "inet", "int", "int2", "int4", "int4multirange",
    "int4range", "int8", "int8multirange", "int8range", "integer", "interval", "json", "jsonb",
    "jsonpath", "line", "lseg", "macaddr", "macaddr8", "money", "name", "numeric",
    "nummultirange", "numrange", "oid", "path", "pg_lsn", "point", "polygon", "real", "regclass",
    "smallint", "text", "time", "timestamp", "timestamptz", "timetz", "tsmultirange", "tsquery",
    "tsrange", "tstzmultirange", "tstzrange", "tsvector", "uuid", "varbit", "varchar", "xml", NULL,
};

/* Keywords of the grammar that stand for a type of the catalogue. */
static const struct {
    const char *word, *name;
} spellings[] = {
    {"bigint", "int8"}, {"boolean", "bool"}, {"dec", "numeric"}, {"decimal", "numeric"},
    {"int", "int4"}, {"integer", "int4"}, {"real", "float4"}, {"smallint", "int2"},
};

static const char *const interval_fields[] = {
    "year", "month", "day", "hour", "minute", "second", "year to month", "day to hour",
    "day to minute", "day to second", "hour to minute", "hour to second", "minute to second",
};
/* clang-format on */

typedef struct {
    AgPool *pool;
    AgLexer lexer;
    AgToken token;
    const BuiltIn *type;
    int n_modifiers;
    int modifiers[2];
    const char *fields; /* of an interval; NULL: none */
    bool array;
} Typename;

static void advance(Typename *t)
{
    t->token = ag_lexer_next_solid(&t->lexer);
}

static bool accept(Typename *t, const char *word)
{
    if (!ag_token_is(t->token, word))
        return false;
    advance(t);
    return true;
}

static char *token_name(Typename *t)
{
    return ag_sql_token_name(t->pool, AG_DIALECT_POSTGRESQL, t->token.text, t->token.length);
}

static const BuiltIn *find_built_in(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++)
        if (strcmp(built_in[i].name, name) == 0)
            return &built_in[i];
    return NULL;
}

/* By the name of the catalogue; "_int4" is what integer[] is called there. */
static bool set_type(Typename *t, const char *name)
{
    t->type = find_built_in(name);
    if (t->type == NULL && name[0] == '_') {
        t->type = find_built_in(name + 1);
        t->array = t->type != NULL;
    }
    return t->type != NULL;
}

/* "(n)" or "(n, m)", at most `most` numbers; nothing is fine too. */
static bool parse_modifiers(Typename *t, int most)
{
    if (!accept(t, "("))
        return true;
    do {
        bool negative = t->token.length == 1 && t->token.text[0] == '-';
        if (negative)
            advance(t);
        if (t->n_modifiers == most || t->token.type != AG_TOKEN_NUMBER || t->token.length > 8)
            return false;
        int value = 0;
        for (size_t i = 0; i < t->token.length; i++) {
            if (!g_ascii_isdigit(t->token.text[i]))
                return false;
            value = value * 10 + (t->token.text[i] - '0');
        }
        t->modifiers[t->n_modifiers++] = negative ? -value : value;
        advance(t);
    } while (accept(t, ","));
    return accept(t, ")");
}

/* The server lowers a precision beyond six digits to six with a warning. */
static bool parse_precision(Typename *t)
{
    if (!parse_modifiers(t, 1) || (t->n_modifiers == 1 && t->modifiers[0] < 0))
        return false;
    if (t->n_modifiers == 1)
        t->modifiers[0] = MIN(t->modifiers[0], 6);
    return true;
}

static bool parse_length(Typename *t)
{
    enum { MOST_CHARACTERS = 10485760, MOST_BITS = 83886080 };
    if (!parse_modifiers(t, 1))
        return false;
    int most = g_str_has_suffix(t->type->name, "bit") ? MOST_BITS : MOST_CHARACTERS;
    return t->n_modifiers == 0 || (t->modifiers[0] > 0 && t->modifiers[0] <= most);
}

static bool parse_numeric(Typename *t)
{
    if (!parse_modifiers(t, 2))
        return false;
    if (t->n_modifiers == 0)
        return true;
    if (t->n_modifiers == 1)
        t->modifiers[t->n_modifiers++] = 0;
    return t->modifiers[0] >= 1 && t->modifiers[0] <= 1000 && ABS(t->modifiers[1]) <= 1000;
}

static bool parse_interval(Typename *t)
{
    g_autoptr(GString) fields = g_string_new(NULL);
    while (t->token.type == AG_TOKEN_WORD && !ag_token_is(t->token, "array")) {
        if (fields->len > 0)
            g_string_append_c(fields, ' ');
        g_string_append(fields, token_name(t));
        advance(t);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(interval_fields); i++)
        if (strcmp(fields->str, interval_fields[i]) == 0)
            t->fields = interval_fields[i];
    if (fields->len > 0 && t->fields == NULL)
        return false;
    if (t->fields != NULL && !g_str_has_suffix(t->fields, "second"))
        return !ag_token_is(t->token, "(");
    return parse_precision(t);
}

static bool parse_what_it_takes(Typename *t)
{
    switch (t->type->takes) {
    case TAKES_NOTHING:
        return true;
    case TAKES_LENGTH:
        return parse_length(t);
    case TAKES_NUMERIC:
        return parse_numeric(t);
    case TAKES_PRECISION:
        return parse_precision(t);
    case TAKES_FIELDS:
        return parse_interval(t);
    }
    g_assert_not_reached();
}

/* A name as the catalogue has it, quoted or behind "pg_catalog.". */
static bool parse_catalogue_name(Typename *t)
{
    const char *name = token_name(t);
    advance(t);
    if (!set_type(t, name))
        return false;
    /* Fields are grammar; a quoted interval takes a bit mask in their place. */
    if (t->type->takes == TAKES_FIELDS)
        return !ag_token_is(t->token, "(");
    return t->array || parse_what_it_takes(t);
}

/* char, character, nchar, national char: one character unless said otherwise. */
static bool parse_character(Typename *t)
{
    bool varying = accept(t, "varying");
    set_type(t, varying ? "varchar" : "bpchar");
    if (!parse_length(t))
        return false;
    if (!varying && t->n_modifiers == 0)
        t->modifiers[t->n_modifiers++] = 1;
    return true;
}

static bool parse_bit(Typename *t)
{
    bool varying = accept(t, "varying");
    set_type(t, varying ? "varbit" : "bit");
    if (!parse_length(t))
        return false;
    if (!varying && t->n_modifiers == 0)
        t->modifiers[t->n_modifiers++] = 1;
    return true;
}

static bool parse_float(Typename *t)
{
    if (!parse_modifiers(t, 1))
        return false;
    int bits = t->n_modifiers == 0 ? 53 : t->modifiers[0];
    t->n_modifiers = 0;
    set_type(t, bits <= 24 ? "float4" : "float8");
    return bits >= 1 && bits <= 53;
}

static bool parse_time(Typename *t, bool stamp)
{
    if (!parse_precision(t))
        return false;
    bool zone = accept(t, "with");
    set_type(t, stamp ? (zone ? "timestamptz" : "timestamp") : (zone ? "timetz" : "time"));
    if (zone || accept(t, "without"))
        return accept(t, "time") && accept(t, "zone");
    return true;
}

static bool parse_word(Typename *t)
{
    const char *word = token_name(t);
    AgToken first = t->token;
    advance(t);
    if (accept(t, ".")) {
        if (strcmp(word, "pg_catalog") != 0)
            return false;
        return (t->token.type == AG_TOKEN_WORD || t->token.type == AG_TOKEN_QUOTED) &&
               parse_catalogue_name(t);
    }
    if (strcmp(word, "char") == 0 || strcmp(word, "character") == 0 || strcmp(word, "nchar") == 0)
        return parse_character(t);
    if (strcmp(word, "national") == 0)
        return (accept(t, "char") || accept(t, "character")) && parse_character(t);
    if (strcmp(word, "bit") == 0)
        return parse_bit(t);
    if (strcmp(word, "float") == 0)
        return parse_float(t);
    if (strcmp(word, "double") == 0)
        return accept(t, "precision") && set_type(t, "float8");
    if (strcmp(word, "time") == 0 || strcmp(word, "timestamp") == 0)
        return parse_time(t, word[4] != '\0');
    if (strcmp(word, "interval") == 0)
        return set_type(t, "interval") && parse_interval(t);
    for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++)
        if (strcmp(word, spellings[i].word) == 0)
            return set_type(t, spellings[i].name) && parse_what_it_takes(t);
    /* The rest is looked up like any name: step back to it. */
    t->lexer.offset = (size_t)(first.text - t->lexer.text) + first.length;
    t->token = first;
    return parse_catalogue_name(t);
}

static bool parse_quoted(Typename *t)
{
    const char *name = token_name(t);
    AgToken first = t->token;
    advance(t);
    if (accept(t, "."))
        return strcmp(name, "pg_catalog") == 0 &&
               (t->token.type == AG_TOKEN_WORD || t->token.type == AG_TOKEN_QUOTED) &&
               parse_catalogue_name(t);
    t->lexer.offset = (size_t)(first.text - t->lexer.text) + first.length;
    t->token = first;
    return parse_catalogue_name(t);
}

static bool parse_bounds(Typename *t)
{
    if (!accept(t, "["))
        return false;
    if (t->token.type == AG_TOKEN_NUMBER)
        advance(t);
    t->array = true;
    return accept(t, "]");
}

/* The catalogue keeps neither the number of dimensions nor their bounds. */
static bool parse_array(Typename *t)
{
    if (accept(t, "array")) {
        t->array = true;
        return !ag_token_is(t->token, "[") || parse_bounds(t);
    }
    while (ag_token_is(t->token, "["))
        if (!parse_bounds(t))
            return false;
    return true;
}

static char *print_type(const Typename *t)
{
    g_autoptr(GString) out = g_string_new(t->type->print);
    /* Without a length these two are not what their names in SQL mean: char(1) and bit(1). */
    if (t->n_modifiers == 0 && strcmp(t->type->name, "bpchar") == 0)
        g_string_assign(out, "bpchar");
    if (t->n_modifiers == 0 && strcmp(t->type->name, "bit") == 0)
        g_string_assign(out, "\"bit\"");
    if (t->fields != NULL)
        g_string_append_printf(out, " %s", t->fields);
    if (t->n_modifiers == 1)
        g_string_append_printf(out, "(%d)", t->modifiers[0]);
    else if (t->n_modifiers == 2)
        g_string_append_printf(out, "(%d,%d)", t->modifiers[0], t->modifiers[1]);
    if (t->type->after != NULL)
        g_string_append(out, t->type->after);
    if (t->array)
        g_string_append(out, "[]");
    return ag_pool_text(t->pool, out->str);
}

char *ag_postgres_canonical_type(AgPool *pool, const char *written)
{
    Typename t = {.pool = pool};
    ag_lexer_init(&t.lexer, AG_DIALECT_POSTGRESQL, written, strlen(written));
    advance(&t);
    bool known = t.token.type == AG_TOKEN_WORD     ? parse_word(&t)
                 : t.token.type == AG_TOKEN_QUOTED ? parse_quoted(&t)
                                                   : false;
    if (!known || !parse_array(&t) || t.token.type != AG_TOKEN_END)
        return NULL;
    return print_type(&t);
}
