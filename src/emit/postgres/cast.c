/* SPDX-License-Identifier: MIT */
/* Source: pg_cast of PostgreSQL 15 for what is an assignment cast; measured with
 * pg_relation_filenode for what rewrites the table (13 to 18 agree). */
#include "emit/postgres/postgres.h"
#include "model/domain.h"

#include <stdio.h>
#include <string.h>

enum {
    REWRITES = AG_CAST_REWRITES,
    ROUNDS = AG_CAST_REWRITES | AG_CAST_CHANGES,
    NARROWS = AG_CAST_REWRITES | AG_CAST_CHANGES | AG_CAST_MAY_FAIL,
    OTHER_ZONE = AG_CAST_CHANGES | AG_CAST_REBUILDS | AG_CAST_IN_ZONE,
};

/* "character varying(80)[]" taken apart. */
typedef struct {
    const char *base; /* without modifiers and brackets */
    int n, m[2];      /* numeric modifiers */
    bool array;
} Type;

static Type take_apart(AgPool *pool, const char *text)
{
    Type type = {.array = g_str_has_suffix(text, "[]")};
    size_t length = strlen(text) - (type.array ? 2 : 0);
    const char *open = memchr(text, '(', length);
    const char *close = open == NULL ? NULL : memchr(open, ')', length - (size_t)(open - text));
    if (close == NULL) {
        type.base = ag_pool_text_n(pool, text, length);
    } else {
        type.base = ag_pool_printf(pool, "%.*s%.*s", (int)(open - text), text,
                                   (int)(length - (size_t)(close + 1 - text)), close + 1);
        type.n = sscanf(open, "(%d,%d)", &type.m[0], &type.m[1]);
        type.n = MAX(type.n, 0);
    }
    if (g_str_equal(type.base, "bpchar"))
        type.base = "character";
    if (g_str_has_prefix(type.base, "interval "))
        type.n = 1;
    return type;
}

static bool is(Type type, const char *base)
{
    return g_str_equal(type.base, base);
}

static bool is_varying(Type type)
{
    return is(type, "text") || is(type, "character varying");
}

static bool is_text(Type type)
{
    return is_varying(type) || is(type, "character") || is(type, "name");
}

/* The greatest number of decimal digits of an integer type; 0: not one. */
static int integer_digits(Type type)
{
    return is(type, "smallint") ? 5 : is(type, "integer") ? 10 : is(type, "bigint") ? 19 : 0;
}

static bool is_float(Type type)
{
    return is(type, "real") || is(type, "double precision");
}

static bool is_number(Type type)
{
    return integer_digits(type) > 0 || is_float(type) || is(type, "numeric");
}

/* Whether the limit (length, precision) of `to` lets everything of `from` through. */
static bool is_wider(Type from, Type to)
{
    return to.n == 0 || (from.n > 0 && to.m[0] >= from.m[0]);
}

static unsigned cast_numeric(Type from, Type to)
{
    if (to.n == 0)
        return AG_CAST_FREE;
    if (from.n == 0)
        return NARROWS;
    if (to.m[1] == from.m[1] && to.m[0] >= from.m[0])
        return AG_CAST_FREE;
    bool fits = to.m[1] >= from.m[1] && to.m[0] - to.m[1] >= from.m[0] - from.m[1];
    return fits ? REWRITES : NARROWS;
}

static unsigned cast_same(Type from, Type to)
{
    if (is(from, "numeric"))
        return cast_numeric(from, to);
    if (is(from, "character"))
        return is_wider(from, to) ? REWRITES : NARROWS;
    if (is(from, "bit"))
        return NARROWS;
    if (is(from, "character varying") || is(from, "bit varying"))
        return is_wider(from, to) ? AG_CAST_FREE : NARROWS;
    if (g_str_has_prefix(from.base, "time"))
        return is_wider(from, to) ? AG_CAST_FREE : ROUNDS;
    return NARROWS;
}

static unsigned cast_text(Type from, Type to)
{
    if (is(to, "name"))
        return NARROWS;
    /* Blanks at the end are padding in one and text in the other. */
    unsigned padding = is(from, "character") || is(to, "character") ? ROUNDS : AG_CAST_FREE;
    if (is(from, "name"))
        padding = REWRITES;
    return is_wider(from, to) ? padding : NARROWS;
}

static unsigned cast_number(Type from, Type to)
{
    int have = integer_digits(from), want = integer_digits(to);
    if (have > 0 && want > 0)
        return want >= have ? REWRITES : NARROWS;
    if (have > 0 && is(to, "numeric"))
        return to.n == 0 || to.m[0] - to.m[1] >= have ? REWRITES : NARROWS;
    if (have > 0) {
        int exact = is(to, "real") ? 6 : 15;
        return have <= exact ? REWRITES : ROUNDS;
    }
    if (is(from, "numeric") && want > 0)
        return from.n == 2 && from.m[1] <= 0 && from.m[0] - from.m[1] < want ? REWRITES : NARROWS;
    if (is(from, "real") && is(to, "double precision"))
        return REWRITES;
    return NARROWS;
}

/* Casts between types of different kinds that the server makes by itself on assignment. Sessions
 * run in UTC, where the two kinds of timestamps have the same bytes: their meaning changes. */
static const struct {
    const char *from, *to;
    unsigned cast;
} assignments[] = {
    {"cidr", "inet", AG_CAST_FREE},
    {"date", "timestamp with time zone", ROUNDS | AG_CAST_IN_ZONE},
    {"date", "timestamp without time zone", REWRITES},
    {"inet", "cidr", NARROWS},
    {"integer", "money", ROUNDS},
    {"bigint", "money", ROUNDS},
    {"numeric", "money", ROUNDS},
    {"money", "numeric", REWRITES},
    {"interval", "time without time zone", ROUNDS},
    {"json", "jsonb", NARROWS},
    {"jsonb", "json", REWRITES},
    {"macaddr", "macaddr8", REWRITES},
    {"macaddr8", "macaddr", NARROWS},
    {"time without time zone", "interval", REWRITES},
    {"time without time zone", "time with time zone", ROUNDS | AG_CAST_IN_ZONE},
    {"time with time zone", "time without time zone", ROUNDS},
    {"timestamp without time zone", "date", ROUNDS},
    {"timestamp without time zone", "time without time zone", ROUNDS},
    {"timestamp without time zone", "timestamp with time zone", OTHER_ZONE},
    {"timestamp with time zone", "date", ROUNDS | AG_CAST_IN_ZONE},
    {"timestamp with time zone", "time without time zone", ROUNDS | AG_CAST_IN_ZONE},
    {"timestamp with time zone", "time with time zone", ROUNDS | AG_CAST_IN_ZONE},
    {"timestamp with time zone", "timestamp without time zone", OTHER_ZONE},
    {"bit", "bit varying", REWRITES},
    {"bit varying", "bit", NARROWS},
};

/* Casts that have to be asked for and mean something else than going through text. */
static const struct {
    const char *from, *to;
} explicits[] = {
    {"boolean", "integer"},
    {"integer", "boolean"},
    {"integer", "bit"},
    {"bigint", "bit"},
    {"bit", "integer"},
    {"bit", "bigint"},
    {"jsonb", "boolean"},
    {"jsonb", "smallint"},
    {"jsonb", "integer"},
    {"jsonb", "bigint"},
    {"jsonb", "numeric"},
    {"jsonb", "real"},
    {"jsonb", "double precision"},
};

static unsigned cast_other(Type from, Type to)
{
    for (size_t i = 0; i < G_N_ELEMENTS(assignments); i++) {
        if (!is(from, assignments[i].from) || !is(to, assignments[i].to))
            continue;
        /* A precision is looked at anew, however wide it is. */
        bool cut = g_str_has_prefix(to.base, "time") && to.n > 0;
        return assignments[i].cast | (cut ? (unsigned)ROUNDS : 0);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(explicits); i++)
        if (is(from, explicits[i].from) && is(to, explicits[i].to))
            return NARROWS | AG_CAST_EXPLICIT;
    return NARROWS | AG_CAST_THROUGH_TEXT;
}

static bool is_interval(Type type)
{
    return is(type, "interval") || g_str_has_prefix(type.base, "interval ");
}

static unsigned cast_element(Type from, Type to)
{
    if (is_interval(from) && is_interval(to))
        return to.n == 0 ? AG_CAST_FREE : ROUNDS;
    if (is(from, to.base))
        return cast_same(from, to);
    if (is_text(from) && is_text(to))
        return cast_text(from, to);
    if (is_text(to))
        return to.n == 0 && !is(to, "name") ? REWRITES : NARROWS;
    if (is_text(from))
        return NARROWS | AG_CAST_EXPLICIT;
    if (is_number(from) && is_number(to))
        return cast_number(from, to);
    return cast_other(from, to);
}

unsigned ag_postgres_cast(AgPool *pool, const char *from_text, const char *to_text)
{
    if (g_str_equal(from_text, to_text))
        return AG_CAST_FREE;
    Type from = take_apart(pool, from_text), to = take_apart(pool, to_text);
    if (from.array && to.array)
        return cast_element(from, to) | AG_CAST_REWRITES;
    if (from.array || to.array)
        return is_text(to) && !to.array ? REWRITES : NARROWS | AG_CAST_THROUGH_TEXT;
    return cast_element(from, to);
}

/* --- domains --- */

typedef struct {
    const char *type; /* what values are of in the end */
    bool constrained; /* values are looked at when they enter */
} Base;

static bool is_constrained(const AgObject *domain)
{
    return (domain->parts != NULL && domain->parts->len > 0) ||
           g_strcmp0(((const AgDomain *)domain)->null, "false") == 0;
}

static Base base_of(AgWriting *w, const AgObject *object, AgSql type)
{
    enum { DEEPEST = 64 };
    Base base = {.type = ag_postgres_print(w, type)};
    bool array = false;
    for (int depth = 0; depth < DEEPEST && !array; depth++) {
        const char *rest;
        const AgObject *domain = ag_postgres_type_of(w, object, type, &rest);
        if (domain == NULL || domain->info->kind != AG_KIND_DOMAIN)
            break;
        base.constrained = base.constrained || is_constrained(domain);
        array = *rest != '\0';
        object = domain;
        type = ((const AgDomain *)domain)->type;
        base.type = ag_postgres_print(w, type);
    }
    if (array)
        base.type = ag_pool_printf(w->pool, "%s[]", base.type);
    return base;
}

unsigned ag_postgres_cast_between(AgWriting *w, const AgObject *old, AgSql from,
                                  const AgObject *new_object, AgSql to)
{
    Base before = base_of(w, old, from), after = base_of(w, new_object, to);
    unsigned cast = ag_postgres_cast(w->pool, before.type, after.type);
    return cast | (after.constrained ? (unsigned)(AG_CAST_REWRITES | AG_CAST_MAY_FAIL) : 0);
}
