/* SPDX-License-Identifier: MIT */
#include "parser/literal.h"

#include "sql/tokens.h"

#include <stdlib.h>
#include <string.h>

static const char *const function_names[] = {"now", "today", "uuid", NULL};
/* Version 4 of RFC 4122 from SQLite's random bytes; parenthesised, as a DEFAULT there wants it. */
#define SQLITE_UUID                                                                                \
    "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "                           \
    "substr(hex(randomblob(2)), 2) || '-' || substr('89AB', (random() & 3) + 1, 1) || "            \
    "substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"
static const char *const functions[AG_N_DIALECTS][3] = {
    [AG_DIALECT_POSTGRESQL] = {"now()", "CURRENT_DATE", "gen_random_uuid()"},
    [AG_DIALECT_SQLITE] = {"CURRENT_TIMESTAMP", "CURRENT_DATE", SQLITE_UUID},
};

const char *ag_literal_function(AgDialectId dialect, const char *name)
{
    for (size_t i = 0; function_names[i] != NULL; i++) {
        if (strcmp(function_names[i], name) == 0)
            return functions[dialect][i];
    }
    return NULL;
}

const char *ag_literal_function_name(AgDialectId dialect, const char *expression)
{
    for (size_t i = 0; function_names[i] != NULL; i++) {
        if (strcmp(functions[dialect][i], expression) == 0)
            return function_names[i];
    }
    return NULL;
}

/* --- classes --- */

/* "character varying(80)" -> "character varying", "timestamp(3) with time zone" -> "timestamp with
 * time zone". */
static char *without_modifiers(const char *type)
{
    const char *open = strchr(type, '(');
    const char *close = open == NULL ? NULL : strchr(open, ')');
    if (close == NULL)
        return g_strdup(type);
    return g_strdup_printf("%.*s%s", (int)(open - type), type, close + 1);
}

static bool is_one_of(const char *type, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(type, names[i]) == 0)
            return true;
    }
    return false;
}

static AgLiteralClass postgres_class(const char *type)
{
    static const char *const whole[] = {"smallint", "integer", "bigint", "oid", NULL};
    static const char *const numbers[] = {"numeric", "real", "double precision", NULL};
    static const char *const texts[] = {"text", "character varying", "character", "bpchar", "name",
                                        NULL};
    static const char *const moments[] = {"date",
                                          "time without time zone",
                                          "time with time zone",
                                          "timestamp without time zone",
                                          "timestamp with time zone",
                                          "uuid",
                                          NULL};
    g_autofree char *plain = without_modifiers(type);
    if (is_one_of(plain, whole))
        return AG_LITERAL_WHOLE;
    if (is_one_of(plain, numbers))
        return AG_LITERAL_NUMBER;
    if (strcmp(plain, "boolean") == 0)
        return AG_LITERAL_BOOLEAN;
    if (is_one_of(plain, texts))
        return AG_LITERAL_TEXT;
    return is_one_of(plain, moments) ? AG_LITERAL_MOMENT : AG_LITERAL_OTHER;
}

/* By affinity, sqlite.org/datatype3.html section 3.1; the order of the questions counts. */
static AgLiteralClass sqlite_class(const char *type)
{
    if (strstr(type, "INT") != NULL)
        return AG_LITERAL_WHOLE;
    if (strstr(type, "CHAR") != NULL || strstr(type, "CLOB") != NULL ||
        strstr(type, "TEXT") != NULL)
        return AG_LITERAL_TEXT;
    if (strstr(type, "BLOB") != NULL || type[0] == '\0' || strcmp(type, "ANY") == 0)
        return AG_LITERAL_OTHER;
    return strncmp(type, "BOOL", 4) == 0 ? AG_LITERAL_BOOLEAN : AG_LITERAL_NUMBER;
}

AgLiteralClass ag_literal_class(AgDialectId dialect, const char *type)
{
    if (type == NULL)
        return AG_LITERAL_OTHER;
    return dialect == AG_DIALECT_SQLITE ? sqlite_class(type) : postgres_class(type);
}

/* --- shapes of numbers --- */

static const char *skip_digits(const char *p)
{
    return p + strspn(p, "0123456789");
}

static bool is_whole(const char *text)
{
    const char *p = text + (text[0] == '-');
    return *p != '\0' && *skip_digits(p) == '\0';
}

static bool is_number(const char *text)
{
    const char *p = text + (text[0] == '-');
    const char *q = skip_digits(p);
    size_t digits = (size_t)(q - p);
    if (*q == '.') {
        p = skip_digits(q + 1);
        digits += (size_t)(p - q - 1);
        q = p;
    }
    if (digits > 0 && (*q == 'e' || *q == 'E')) {
        q += 1 + (q[1] == '+' || q[1] == '-');
        p = skip_digits(q);
        if (p == q)
            return false;
        q = p;
    }
    return digits > 0 && *q == '\0';
}

static bool is_boolean_word(const char *text)
{
    static const char *const words[] = {"true", "false", "t",   "f", "yes", "no", "y",
                                        "n",    "on",    "off", "1", "0",   NULL};
    for (size_t i = 0; words[i] != NULL; i++) {
        if (g_ascii_strcasecmp(words[i], text) == 0)
            return true;
    }
    return false;
}

static bool is_special_number(const char *text)
{
    static const char *const words[] = {"nan", "infinity", "-infinity", "inf", "-inf", NULL};
    for (size_t i = 0; words[i] != NULL; i++) {
        if (g_ascii_strcasecmp(words[i], text) == 0)
            return true;
    }
    return false;
}

bool ag_literal_fits(AgLiteralClass kind, const char *text)
{
    switch (kind) {
    case AG_LITERAL_WHOLE:
        return is_whole(text);
    case AG_LITERAL_NUMBER:
        return is_number(text) || is_special_number(text);
    case AG_LITERAL_BOOLEAN:
        return is_boolean_word(text);
    case AG_LITERAL_MOMENT:
        return !g_str_has_suffix(text, ")");
    case AG_LITERAL_TEXT:
    case AG_LITERAL_OTHER:
        return true;
    }
    g_assert_not_reached();
}

/* --- to SQL --- */

static bool is_true_or_false(const char *text)
{
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static bool is_bare(AgDialectId dialect, AgLiteralClass kind, const char *text)
{
    switch (kind) {
    case AG_LITERAL_WHOLE:
    case AG_LITERAL_NUMBER:
        return is_number(text) || (dialect == AG_DIALECT_SQLITE && is_true_or_false(text));
    case AG_LITERAL_BOOLEAN:
        return is_true_or_false(text) || (dialect == AG_DIALECT_SQLITE && is_number(text));
    case AG_LITERAL_TEXT:
    case AG_LITERAL_MOMENT:
    case AG_LITERAL_OTHER:
        return false;
    }
    g_assert_not_reached();
}

/* ruleutils.c, get_const_expr: what PostgreSQL prints for a bare number. NULL where its spelling
 * may differ (exponents, leading zeros, sizes beyond four bytes). */
static char *number_print(AgPool *pool, const char *text)
{
    bool negative = text[0] == '-';
    const char *digits = text + negative;
    bool leading_zero = digits[0] == '0' && g_ascii_isdigit(digits[1]);
    if (leading_zero || !g_ascii_isdigit(digits[0]))
        return NULL;
    if (is_whole(text)) {
        if (strlen(digits) > 9)
            return NULL;
        return negative ? ag_pool_printf(pool, "'%s'::integer", text) : ag_pool_text(pool, text);
    }
    const char *point = strchr(digits, '.');
    if (point == NULL || point[1] == '\0' || strpbrk(digits, "eE") != NULL)
        return NULL;
    return negative ? ag_pool_printf(pool, "'%s'::numeric", text) : ag_pool_text(pool, text);
}

static char *string_print(AgPool *pool, const char *type, bool user_type, const char *text)
{
    if (type == NULL || strchr(text, '\\') != NULL)
        return NULL;
    g_autofree char *plain = without_modifiers(type);
    bool is_array = g_str_has_suffix(plain, "[]");
    bool certain = user_type || strcmp(plain, "text") == 0 ||
                   strcmp(plain, "character varying") == 0 || strcmp(plain, "character") == 0;
    bool empty_json =
        strcmp(plain, "jsonb") == 0 && (strcmp(text, "{}") == 0 || strcmp(text, "[]") == 0);
    bool empty_array = is_array && strcmp(text, "{}") == 0;
    if ((is_array || !certain) && !empty_json && !empty_array)
        return NULL;
    if (strcmp(plain, "character") == 0)
        return ag_pool_printf(pool, "%s::bpchar", ag_sql_literal(pool, text));
    return ag_pool_printf(pool, "%s::%s", ag_sql_literal(pool, text), plain);
}

AgSql ag_literal_sql(AgPool *pool, AgDialectId dialect, const char *type, bool user_type,
                     const char *text)
{
    AgLiteralClass kind = user_type ? AG_LITERAL_OTHER : ag_literal_class(dialect, type);
    bool bare = is_bare(dialect, kind, text);
    AgSql sql = {.written = bare ? ag_pool_text(pool, text) : ag_sql_literal(pool, text)};
    if (dialect == AG_DIALECT_SQLITE)
        sql.canonical = sql.written;
    else if (bare && kind == AG_LITERAL_BOOLEAN)
        sql.canonical = sql.written;
    else if (bare)
        sql.canonical = number_print(pool, text);
    else
        sql.canonical = string_print(pool, type, user_type, text);
    return sql;
}

/* --- and back --- */

/* The contents of a plain string literal at the start of `sql`; `rest` is what follows it. */
static char *string_value(AgPool *pool, const char *sql, const char **rest)
{
    if (sql[0] != '\'')
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = sql + 1; *p != '\0'; p++) {
        if (*p != '\'') {
            g_string_append_c(out, *p);
        } else if (p[1] == '\'') {
            g_string_append_c(out, *p++);
        } else {
            *rest = p + 1;
            return ag_pool_text(pool, out->str);
        }
    }
    return NULL;
}

char *ag_literal_text(AgPool *pool, AgDialectId dialect, const char *type, bool user_type,
                      const char *expression)
{
    const char *rest = "";
    char *text = string_value(pool, expression, &rest);
    if (text == NULL)
        text = ag_pool_text(pool, expression);
    else if (rest[0] != '\0' && strncmp(rest, "::", 2) != 0)
        return NULL;
    if (!is_number(text) && !is_true_or_false(text) && expression[0] != '\'')
        return NULL;
    if (text[0] != '\0' && !ag_literal_fits(ag_literal_class(dialect, type), text))
        return NULL;
    AgSql again = ag_literal_sql(pool, dialect, type, user_type, text);
    const char *printed = again.canonical != NULL ? again.canonical : again.written;
    return strcmp(printed, expression) == 0 ? text : NULL;
}
