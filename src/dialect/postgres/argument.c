/* SPDX-License-Identifier: MIT */
/* Types of arguments and results: pseudo-types are among them, and modifiers are not kept. */
#include "dialect/dialect.h"
#include "dialect/postgres/postgres.h"

#include <string.h>

static const char *const pseudo_types[] = {
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anyelement",
    "anyenum",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anymultirange",
    "anynonarray",
    "anycompatiblerange",
    "anyrange",
    "cstring",
    "event_trigger",
    "fdw_handler",
    "index_am_handler",
    "internal",
    "language_handler",
    "pg_ddl_command",
    "record",
    "trigger",
    "table_am_handler",
    "tsm_handler",
    "void",
    NULL,
};

/* A quoted name may hold parentheses of its own: such a type is left as it is. */
static char *without_modifiers(AgPool *pool, const char *type)
{
    const char *open = strchr(type, '('), *close = strchr(type, ')');
    if (open == NULL || close == NULL || strchr(type, '"') != NULL)
        return ag_pool_text(pool, type);
    return ag_pool_printf(pool, "%.*s%s", (int)(open - type), type, close + 1);
}

static char *pseudo_type(AgPool *pool, const char *written)
{
    g_autofree char *word = g_ascii_strdown(written, -1);
    g_strstrip(word);
    if (strcmp(word, "any") == 0 || strcmp(word, "\"any\"") == 0)
        return ag_pool_text(pool, "\"any\"");
    bool array = strcmp(word, "record[]") == 0 || strcmp(word, "cstring[]") == 0;
    return array || g_strv_contains(pseudo_types, word) ? ag_pool_text(pool, word) : NULL;
}

char *ag_postgres_argument_type(AgPool *pool, const char *written)
{
    const char *known = ag_dialect_postgres.canonical_type(pool, written);
    return known != NULL ? without_modifiers(pool, known) : pseudo_type(pool, written);
}
