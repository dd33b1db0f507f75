/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "dialect/dialect.h"
#include "dialect/sqlite/words.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

const char *const ag_sqlite_type_names[] = {
    "ANY",
    "BIGINT",
    "BLOB",
    "BOOLEAN",
    "CHAR",
    "CLOB",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "DOUBLE",
    "FLOAT",
    "INT",
    "INTEGER",
    "JSON",
    "NUMERIC",
    "REAL",
    "SMALLINT",
    "TEXT",
    "TIME",
    "TIMESTAMP",
    "UUID",
    "VARCHAR",
    "DOUBLE PRECISION",
    NULL,
};

/* --- declared types --- */

static bool is_word_like(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED ||
           token.type == AG_TOKEN_STRING || token.type == AG_TOKEN_NUMBER;
}

/* Upper case, one blank between words, none around parentheses and commas, quotes removed. Caller
 * frees. */
static char *fold_type(AgPool *pool, const char *written)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, written, strlen(written));
    g_autoptr(GString) out = g_string_new(NULL);
    bool last_was_word = false;
    for (;;) {
        AgToken token = ag_lexer_next_solid(&lexer);
        if (token.type == AG_TOKEN_END)
            break;
        bool word = is_word_like(token);
        if (word && last_was_word)
            g_string_append_c(out, ' ');
        if (token.type == AG_TOKEN_STRING && token.length >= 2)
            g_string_append_len(out, token.text + 1, (gssize)token.length - 2);
        else if (token.type == AG_TOKEN_QUOTED)
            g_string_append(out,
                            ag_sql_token_name(pool, AG_DIALECT_SQLITE, token.text, token.length));
        else
            g_string_append_len(out, token.text, (gssize)token.length);
        last_was_word = word;
    }
    return g_ascii_strup(out->str, -1);
}

static char *canonical_type(AgPool *pool, const char *written)
{
    g_autofree char *type = fold_type(pool, written);
    return ag_pool_text(pool, type);
}

/* --- portable types --- */

/* `declared` NULL: the type's own name in upper case with its modifiers. */
typedef struct {
    const char *name, *declared, *strict;
} Portable;

/* Model format section 5. Sorted by sense, not by name: the list is short. */
static const Portable portables[] = {
    {"smallint", "SMALLINT", "INTEGER"},
    {"int2", "SMALLINT", "INTEGER"},
    {"integer", "INTEGER", "INTEGER"},
    {"int", "INTEGER", "INTEGER"},
    {"int4", "INTEGER", "INTEGER"},
    {"bigint", "BIGINT", "INTEGER"},
    {"int8", "BIGINT", "INTEGER"},
    {"text", "TEXT", "TEXT"},
    {"varchar", NULL, "TEXT"},
    {"character varying", "VARCHAR", "TEXT"},
    {"char", NULL, "TEXT"},
    {"character", "CHAR", "TEXT"},
    {"bpchar", "CHAR", "TEXT"},
    {"boolean", "BOOLEAN", "INTEGER"},
    {"bool", "BOOLEAN", "INTEGER"},
    {"numeric", NULL, "TEXT"},
    {"decimal", "NUMERIC", "TEXT"},
    {"real", "REAL", "REAL"},
    {"float4", "REAL", "REAL"},
    {"float8", "REAL", "REAL"},
    {"float", "REAL", "REAL"},
    {"double precision", "REAL", "REAL"},
    {"date", "TEXT", "TEXT"},
    {"time", "TEXT", "TEXT"},
    {"time without time zone", "TEXT", "TEXT"},
    {"time with time zone", "TEXT", "TEXT"},
    {"timetz", "TEXT", "TEXT"},
    {"timestamp", "TEXT", "TEXT"},
    {"timestamp without time zone", "TEXT", "TEXT"},
    {"timestamp with time zone", "TEXT", "TEXT"},
    {"timestamptz", "TEXT", "TEXT"},
    {"uuid", "TEXT", "TEXT"},
    {"json", "TEXT", "TEXT"},
    {"jsonb", "TEXT", "TEXT"},
    {"bytea", "BLOB", "BLOB"},
};

/* Splits "VARCHAR(80)" or "TIMESTAMP(3)WITH TIME ZONE" (canonical form) into the name without and
 * the modifiers with their parentheses. False: an array or something stranger. */
static bool split_modifiers(const char *type, char **name, char **modifiers)
{
    const char *open = strchr(type, '(');
    if (open == NULL) {
        *name = g_ascii_strdown(type, -1);
        *modifiers = g_strdup("");
        return strpbrk(type, "[]\"'.;") == NULL;
    }
    const char *close = strchr(open, ')');
    if (close == NULL || strspn(open + 1, "0123456789,") != (size_t)(close - open - 1))
        return false;
    g_autofree char *head = g_ascii_strdown(type, open - type);
    g_autofree char *rest = g_ascii_strdown(close + 1, -1);
    *name = g_strstrip(g_strjoin(rest[0] == '\0' ? "" : " ", head, g_strstrip(rest), NULL));
    *modifiers = g_strndup(open, (gsize)(close - open + 1));
    return true;
}

static bool keeps_modifiers(const char *declared)
{
    return strcmp(declared, "VARCHAR") == 0 || strcmp(declared, "CHAR") == 0 ||
           strcmp(declared, "NUMERIC") == 0;
}

char *ag_sqlite_portable_type(AgPool *pool, const char *written, bool strict)
{
    g_autofree char *type = fold_type(pool, written);
    g_autofree char *name = NULL;
    g_autofree char *modifiers = NULL;
    if (!split_modifiers(type, &name, &modifiers))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(portables); i++) {
        const Portable *p = &portables[i];
        if (strcmp(p->name, name) != 0)
            continue;
        if (strict)
            return ag_pool_text(pool, p->strict);
        g_autofree char *upper = g_ascii_strup(p->declared != NULL ? p->declared : name, -1);
        return ag_pool_printf(pool, "%s%s", upper, keeps_modifiers(upper) ? modifiers : "");
    }
    return NULL;
}

/* SQLITE_MAX_COLUMN limits both numbers; names have no limit but the length of a statement. */
const AgDialect ag_dialect_sqlite = {
    .id = AG_DIALECT_SQLITE,
    .name = "SQLite",
    .default_schema = NULL,
    .folds_names = true,
    .name_bytes = 0,
    .max_columns = 2000,
    .max_index_keys = 2000,
    .is_keyword = ag_sqlite_is_keyword,
    .canonical_type = canonical_type,
    .type_names = ag_sqlite_type_names,
};
