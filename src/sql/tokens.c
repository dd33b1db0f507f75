/* SPDX-License-Identifier: MIT */
#include "sql/tokens.h"

#include "base/limits.h"
#include "sql/lexer.h"
#include "sql/split.h"
#include "sql/words.h"

#include <string.h>

/* --- names --- */

static bool is_continued(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The character that `\XXXX` or `\+XXXXXX` spells in U&"", 0 when it spells none. */
static gunichar unicode_escape(const char *text, size_t length, size_t *used)
{
    size_t start = length > 1 && text[1] == '+' ? 2 : 1;
    size_t digits = start == 2 ? 6 : 4;
    if (length < start + digits)
        return 0;
    gunichar c = 0;
    for (size_t i = start; i < start + digits; i++) {
        if (!g_ascii_isxdigit(text[i]))
            return 0;
        c = c * 16 + (gunichar)g_ascii_xdigit_value(text[i]);
    }
    if (!g_unichar_validate(c))
        return 0;
    *used = start + digits;
    return c;
}

static void append_unicode(GString *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t used = 1;
        if (text[i] != '\\') {
            g_string_append_c(out, text[i]);
        } else if (i + 1 < length && text[i + 1] == '\\') {
            g_string_append_c(out, '\\');
            used = 2;
        } else {
            gunichar c = unicode_escape(text + i, length - i, &used);
            if (c != 0)
                g_string_append_unichar(out, c);
            else
                g_string_append_c(out, '\\');
        }
        i += used;
    }
}

/* What stands between quotes, doubled closing quotes halved. */
static void append_unquoted(GString *out, const char *text, size_t length, char quote)
{
    for (size_t i = 0; i < length; i++) {
        g_string_append_c(out, text[i]);
        if (text[i] == quote && i + 1 < length && text[i + 1] == quote)
            i++;
    }
}

static void append_word(GString *out, AgDialectId dialect, const char *text, size_t length)
{
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        for (size_t i = 0; i < length; i++)
            g_string_append_c(out, g_ascii_tolower(text[i]));
        return;
    case AG_DIALECT_SQLITE:
        g_string_append_len(out, text, (gssize)length);
        return;
    }
}

static void append_name(GString *out, AgDialectId dialect, const char *text, size_t length)
{
    if (length >= 4 && g_ascii_tolower(text[0]) == 'u' && text[1] == '&' && text[2] == '"') {
        g_autoptr(GString) raw = g_string_new(NULL);
        append_unquoted(raw, text + 3, length - 4, '"');
        append_unicode(out, raw->str, raw->len);
    } else if (length >= 2 && strchr("\"`[", text[0]) != NULL && text[0] != '\0') {
        append_unquoted(out, text + 1, length - 2, text[0] == '[' ? '\0' : text[0]);
    } else {
        append_word(out, dialect, text, length);
    }
}

char *ag_sql_token_name(AgPool *pool, AgDialectId dialect, const char *text, size_t length)
{
    if (dialect == AG_DIALECT_SQLITE && length > 0 && strchr("\"`[uU", text[0]) == NULL)
        return ag_pool_text_n(pool, text, length);
    g_autoptr(GString) name = g_string_new(NULL);
    append_name(name, dialect, text, length);
    return ag_pool_text_n(pool, name->str, name->len);
}

/* --- the normal form --- */

/* Whether a quoted name means the same without its quotes. SQLite does not look at the case. */
static bool can_unquote(AgDialectId dialect, const GString *name)
{
    if (name->len == 0 || g_ascii_isdigit(name->str[0]) || name->str[0] == '$')
        return false;
    for (size_t i = 0; i < name->len; i++) {
        char c = name->str[i];
        if (!is_continued(c) || (dialect == AG_DIALECT_POSTGRESQL && g_ascii_isupper(c)))
            return false;
    }
    return !ag_sql_is_special_word(dialect, name->str, name->len);
}

static void append_normal_quoted(GString *out, AgDialectId dialect, AgToken token)
{
    /* The escape character of U&"" may be another (UESCAPE follows): such names stay as written. */
    bool escapes =
        g_ascii_tolower(token.text[0]) == 'u' && memchr(token.text, '\\', token.length) != NULL;
    g_autoptr(GString) name = g_string_new(NULL);
    append_name(name, dialect, token.text, token.length);
    if (!escapes && can_unquote(dialect, name)) {
        g_string_ascii_down(name);
        g_string_append_len(out, name->str, (gssize)name->len);
    } else if (token.text[0] == '`' || token.text[0] == '[') {
        g_string_ascii_down(name);
        g_string_append_c(out, '"');
        for (size_t i = 0; i < name->len; i++)
            g_string_append(out, name->str[i] == '"' ? "\"\"" : (char[]){name->str[i], '\0'});
        g_string_append_c(out, '"');
    } else {
        /* "Text" of SQLite is a string where no column has that name: its case counts. */
        g_string_append_len(out, token.text, (gssize)token.length);
    }
}

char *ag_sql_normal(AgPool *pool, AgDialectId dialect, const char *text)
{
    g_autoptr(GString) out = g_string_sized_new(strlen(text) * 2);
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, strlen(text));
    for (;;) {
        AgToken token = ag_lexer_next_solid(&lexer);
        if (token.type == AG_TOKEN_END)
            break;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        if (token.type == AG_TOKEN_QUOTED) {
            append_normal_quoted(out, dialect, token);
        } else if (token.type == AG_TOKEN_WORD) {
            for (size_t i = 0; i < token.length; i++)
                g_string_append_c(out, g_ascii_tolower(token.text[i]));
        } else {
            g_string_append_len(out, token.text, (gssize)token.length);
        }
    }
    return ag_pool_text_n(pool, out->str, out->len);
}

/* --- expressions --- */

typedef struct {
    const char *text;
    AgPlace start;
    char open[AG_LIMIT_SQL_DEPTH]; /* the brackets that are open */
    size_t depth;
    bool statements; /* semicolons are allowed outside of all brackets */
    AgDiag *diag;
} Brackets;

static bool fail_expression(const Brackets *brackets, AgToken token, const char *what)
{
    return ag_fail(brackets->diag, AG_PROBLEM_BAD_EXPRESSION,
                   ag_sql_place(brackets->text, token.offset, brackets->start), "%s", what);
}

static bool read_bracket(Brackets *brackets, AgToken token)
{
    char c = token.text[0];
    if (c == '(' || c == '[') {
        if (brackets->depth == AG_LIMIT_SQL_DEPTH)
            return fail_expression(brackets, token, "parentheses are nested too deeply");
        brackets->open[brackets->depth++] = c;
    } else if (c == ')' || c == ']') {
        char wanted = c == ')' ? '(' : '[';
        if (brackets->depth == 0 || brackets->open[brackets->depth - 1] != wanted)
            return fail_expression(brackets, token,
                                   c == ')' ? "a parenthesis is closed but not open"
                                            : "a bracket is closed but not open");
        brackets->depth--;
    } else if (c == ';' && !(brackets->statements && brackets->depth == 0)) {
        fail_expression(brackets, token, "an expression cannot hold a semicolon");
        ag_hint(brackets->diag, "write one expression; statements have no place here");
        return false;
    }
    return true;
}

static bool check_token(Brackets *brackets, AgToken token, size_t length)
{
    if (token.type == AG_TOKEN_BAD)
        return fail_expression(brackets, token, ag_token_fault(token));
    if (token.type == AG_TOKEN_PUNCT)
        return read_bracket(brackets, token);
    if (token.type == AG_TOKEN_COMMENT && token.text[0] == '-' &&
        token.offset + token.length == length) {
        fail_expression(brackets, token, "the comment would hide what follows the expression");
        ag_hint(brackets->diag, "write it as /* ... */ or leave it out");
        return false;
    }
    return true;
}

static bool check_text(AgDialectId dialect, Brackets brackets)
{
    size_t length = strlen(brackets.text), solid = 0;
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, brackets.text, length);
    for (;;) {
        AgToken token = ag_lexer_next(&lexer);
        if (token.type == AG_TOKEN_END) {
            if (brackets.depth > 0)
                return fail_expression(&brackets, token,
                                       brackets.open[brackets.depth - 1] == '('
                                           ? "a parenthesis is never closed"
                                           : "a bracket is never closed");
            return solid > 0 ||
                   fail_expression(&brackets, (AgToken){.offset = 0}, "the expression is empty");
        }
        if (!check_token(&brackets, token, length))
            return false;
        solid += token.type != AG_TOKEN_SPACE && token.type != AG_TOKEN_COMMENT;
    }
}

bool ag_sql_check_expression(AgDialectId dialect, const char *text, AgPlace place, AgDiag *diag)
{
    return check_text(dialect, (Brackets){.text = text, .start = place, .diag = diag});
}

bool ag_sql_check_statements(AgDialectId dialect, const char *text, AgPlace place, AgDiag *diag)
{
    return check_text(dialect,
                      (Brackets){.text = text, .start = place, .statements = true, .diag = diag});
}

/* --- all names of a text --- */

typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    GPtrArray *names;
    GHashTable *seen;
} Names;

static void add_name(Names *names, AgToken token)
{
    if (token.type != AG_TOKEN_WORD && token.type != AG_TOKEN_QUOTED)
        return;
    char *name = ag_sql_token_name(names->pool, names->dialect, token.text, token.length);
    if (g_hash_table_add(names->seen, name))
        g_ptr_array_add(names->names, name);
}

/* regclass or pg_catalog.regclass is what comes next. */
static bool is_regclass_next(AgLexer lexer)
{
    AgToken token = ag_lexer_next_solid(&lexer);
    if (ag_token_is(token, "pg_catalog")) {
        if (!ag_token_is(ag_lexer_next_solid(&lexer), "."))
            return false;
        token = ag_lexer_next_solid(&lexer);
    }
    return ag_token_is(token, "regclass");
}

/* Whether the string that was just read is the name of a relation: 'x'::regclass,
 * CAST('x' AS regclass), regclass 'x', or the argument of a function that takes a regclass. */
static bool is_relation_string(AgLexer after, AgToken last, AgToken before_last)
{
    if (ag_token_is(last, "regclass"))
        return true;
    if (ag_token_is(last, "(") &&
        (ag_token_is(before_last, "nextval") || ag_token_is(before_last, "currval") ||
         ag_token_is(before_last, "setval")))
        return true;
    AgToken next = ag_lexer_next_solid(&after);
    return (ag_token_is(next, "::") || ag_token_is(next, "as")) && is_regclass_next(after);
}

static void add_names_in_string(Names *names, AgToken string)
{
    const char *quote = memchr(string.text, '\'', string.length);
    if (quote == NULL)
        return;
    size_t skip = (size_t)(quote - string.text) + 1;
    g_autoptr(GString) content = g_string_new(NULL);
    append_unquoted(content, string.text + skip, string.length - skip - 1, '\'');
    AgLexer lexer;
    ag_lexer_init(&lexer, names->dialect, content->str, content->len);
    for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;)
        add_name(names, token);
}

GPtrArray *ag_sql_names(AgPool *pool, AgDialectId dialect, const char *text)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Names names = {pool, dialect, ag_pool_array(pool), seen};
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, strlen(text));
    AgToken last = {.type = AG_TOKEN_END}, before_last = last;
    for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;) {
        if (token.type == AG_TOKEN_STRING && dialect == AG_DIALECT_POSTGRESQL &&
            is_relation_string(lexer, last, before_last))
            add_names_in_string(&names, token);
        else
            add_name(&names, token);
        before_last = last;
        last = token;
    }
    return names.names;
}

char *ag_sql_literal(AgPool *pool, const char *text)
{
    g_autoptr(GString) out = g_string_new("'");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            g_string_append_c(out, '\'');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '\'');
    return ag_pool_text_n(pool, out->str, out->len);
}
