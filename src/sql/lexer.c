/* SPDX-License-Identifier: MIT */
#include "sql/lexer.h"

#include <glib.h>
#include <string.h>

/* Everything below works on what is left of the text: a pointer and its end. The length functions
 * return how many bytes the token has. */
typedef struct {
    const char *at, *end;
} Rest;

void ag_lexer_init(AgLexer *lexer, AgDialectId dialect, const char *text, size_t length)
{
    *lexer = (AgLexer){.dialect = dialect, .text = text, .length = length};
}

/* The i-th byte of the rest; NUL beyond its end. */
static char peek(Rest rest, size_t i)
{
    return i < (size_t)(rest.end - rest.at) ? rest.at[i] : '\0';
}

static size_t left(Rest rest)
{
    return (size_t)(rest.end - rest.at);
}

static bool starts(Rest rest, const char *with)
{
    size_t length = strlen(with);
    return left(rest) >= length && memcmp(rest.at, with, length) == 0;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_word_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word_part(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static size_t word_length(Rest rest)
{
    const char *at = rest.at;
    while (at < rest.end && is_word_part(*at))
        at++;
    return (size_t)(at - rest.at);
}

static AgToken token_of(Rest rest, AgTokenType type, size_t length)
{
    return (AgToken){.type = type, .text = rest.at, .length = length};
}

/* A quote runs to the end of the text when it is never closed. */
static AgToken bad_to_end(Rest rest)
{
    return token_of(rest, AG_TOKEN_BAD, left(rest));
}

/* --- spaces and comments --- */

static size_t space_length(AgDialectId dialect, Rest rest)
{
    /* PostgreSQL takes the vertical tab as a blank from version 16 on only; SQLite never. SQLite
     * passes over a byte order mark wherever a token may begin. */
    size_t n = 0;
    for (;;) {
        if (is_blank(peek(rest, n))) {
            n++;
        } else if (dialect == AG_DIALECT_SQLITE && peek(rest, n) == '\xef' &&
                   starts((Rest){rest.at + n, rest.end}, "\xef\xbb\xbf")) {
            n += 3;
        } else {
            return n;
        }
    }
}

/* `--` up to the end of the line, which is not part of it. A lone CR ends a line for PostgreSQL. */
static size_t line_comment_length(AgDialectId dialect, Rest rest)
{
    size_t n = 2;
    while (n < left(rest) && rest.at[n] != '\n' &&
           !(rest.at[n] == '\r' && dialect == AG_DIALECT_POSTGRESQL))
        n++;
    return n;
}

static AgToken lex_block_comment(AgDialectId dialect, Rest rest)
{
    size_t depth = 1, n = 2;
    while (n < left(rest) && depth > 0) {
        Rest here = {rest.at + n, rest.end};
        if (starts(here, "*/")) {
            depth--;
            n += 2;
        } else if (dialect == AG_DIALECT_POSTGRESQL && starts(here, "/*")) {
            depth++;
            n += 2;
        } else {
            n++;
        }
    }
    return depth > 0 ? bad_to_end(rest) : token_of(rest, AG_TOKEN_COMMENT, n);
}

/* --- quotes --- */

/* The length of a quoted piece whose opening quote stands `start` bytes in; the quote is doubled
 * inside; 0 when it is never closed. */
static size_t quoted_length(Rest rest, size_t start, bool backslashes)
{
    char quote = rest.at[start];
    for (size_t n = start + 1; n < left(rest); n++) {
        if (backslashes && rest.at[n] == '\\') {
            n++;
        } else if (rest.at[n] == quote) {
            if (peek(rest, n + 1) != quote)
                return n + 1;
            n++;
        }
    }
    return 0;
}

static AgToken lex_quoted(Rest rest, AgTokenType type, size_t start)
{
    size_t n = quoted_length(rest, start, false);
    return n == 0 ? bad_to_end(rest) : token_of(rest, type, n);
}

/* Where a string goes on on a later line ('a' newline 'b' is 'ab' in PostgreSQL): the offset of
 * the quote that resumes it, or 0. Comments of one line may stand between. */
static size_t continuation(Rest rest, size_t n)
{
    bool new_line = false;
    while (n < left(rest)) {
        if (is_one_of(rest.at[n], "\n\r")) {
            new_line = true;
            n++;
        } else if (is_one_of(rest.at[n], " \t\f")) {
            n++;
        } else if (starts((Rest){rest.at + n, rest.end}, "--")) {
            n += line_comment_length(AG_DIALECT_POSTGRESQL, (Rest){rest.at + n, rest.end});
        } else {
            break;
        }
    }
    return new_line && peek(rest, n) == '\'' ? n : 0;
}

/* E'' strings: the pieces on later lines are read by the same rules, so that they cannot be tokens
 * of their own as those of plain strings are. */
static AgToken lex_escape_string(Rest rest)
{
    size_t start = 1, n;
    do {
        n = quoted_length(rest, start, true);
        if (n == 0)
            return bad_to_end(rest);
        start = continuation(rest, n);
    } while (start > 0);
    return token_of(rest, AG_TOKEN_STRING, n);
}

/* The length of `$tag$`, or 0 when the text does not begin with one. */
static size_t dollar_tag_length(Rest rest)
{
    size_t n = 1;
    if (is_word_start(peek(rest, n)))
        while (is_word_part(peek(rest, n)) && rest.at[n] != '$')
            n++;
    return peek(rest, n) == '$' ? n + 1 : 0;
}

static AgToken lex_dollar(Rest rest)
{
    size_t n = 1;
    while (g_ascii_isdigit(peek(rest, n)))
        n++;
    if (n > 1)
        return token_of(rest, AG_TOKEN_PARAM, n);
    size_t tag = dollar_tag_length(rest);
    if (tag == 0)
        return token_of(rest, AG_TOKEN_BAD, 1);
    const char *close = memmem(rest.at + tag, left(rest) - tag, rest.at, tag);
    if (close == NULL)
        return bad_to_end(rest);
    return token_of(rest, AG_TOKEN_STRING, (size_t)(close - rest.at) + tag);
}

/* --- numbers --- */

static size_t digits_length(Rest rest, size_t n, bool hexadecimal)
{
    size_t start = n;
    for (;;) {
        char c = peek(rest, n);
        /* 1_000 is a number in PostgreSQL 16 and SQLite 3.46. */
        if (c == '_' && n > start)
            c = peek(rest, n + 1);
        if (!(hexadecimal ? g_ascii_isxdigit(c) : g_ascii_isdigit(c)))
            return n;
        n += rest.at[n] == '_' ? 2 : 1;
    }
}

/* 0x1f, 0o17, 0b01; the bad digits of the last two are the server's to refuse. */
static size_t based_number_length(Rest rest)
{
    char base = g_ascii_tolower(peek(rest, 1));
    if (rest.at[0] != '0' || !is_one_of(base, "xob"))
        return 0;
    size_t n = digits_length(rest, 2, base == 'x');
    return n > 2 ? n : 0;
}

static size_t number_length(Rest rest)
{
    size_t n = based_number_length(rest);
    if (n > 0)
        return n;
    n = digits_length(rest, 0, false);
    /* `1..2` is a range of PL/pgSQL, not `1.` and `.2`. */
    if (peek(rest, n) == '.' && peek(rest, n + 1) != '.')
        n = digits_length(rest, n + 1, false);
    if (is_one_of(peek(rest, n), "eE")) {
        size_t sign = is_one_of(peek(rest, n + 1), "+-") ? 1 : 0;
        if (g_ascii_isdigit(peek(rest, n + 1 + sign)))
            n = digits_length(rest, n + 1 + sign, false);
    }
    return n;
}

static bool is_number_start(Rest rest)
{
    return g_ascii_isdigit(peek(rest, 0)) ||
           (peek(rest, 0) == '.' && g_ascii_isdigit(peek(rest, 1)));
}

/* --- PostgreSQL --- */

static bool is_pg_operator(char c)
{
    return is_one_of(c, "~!@#^&|`?+-*/%<>=");
}

static size_t pg_operator_length(Rest rest)
{
    size_t n = 0;
    while (is_pg_operator(peek(rest, n)) && !starts((Rest){rest.at + n, rest.end}, "--") &&
           !starts((Rest){rest.at + n, rest.end}, "/*"))
        n++;
    /* An operator of the standard's characters alone does not end with a sign: `=-1` compares with
     * minus one. */
    for (size_t i = 0; i < n; i++)
        if (is_one_of(rest.at[i], "~!@#^&|`?%"))
            return n;
    while (n > 1 && is_one_of(rest.at[n - 1], "+-"))
        n--;
    return n;
}

/* Strings and names that begin with letters: E'', B'', X'', U&'' and U&"". N'' is left as a word
 * and a string, which it means. */
static bool lex_pg_prefixed(Rest rest, AgToken *token)
{
    char c = g_ascii_tolower(peek(rest, 0));
    if (c == 'e' && peek(rest, 1) == '\'') {
        *token = lex_escape_string(rest);
        return true;
    }
    if ((c == 'b' || c == 'x') && peek(rest, 1) == '\'') {
        *token = lex_quoted(rest, AG_TOKEN_STRING, 1);
        return true;
    }
    if (c == 'u' && peek(rest, 1) == '&' && is_one_of(peek(rest, 2), "'\"")) {
        *token = lex_quoted(rest, rest.at[2] == '"' ? AG_TOKEN_QUOTED : AG_TOKEN_STRING, 2);
        return true;
    }
    return false;
}

static AgToken lex_pg(Rest rest)
{
    AgToken token;
    char c = *rest.at;
    if (lex_pg_prefixed(rest, &token))
        return token;
    if (is_word_start(c))
        return token_of(rest, AG_TOKEN_WORD, word_length(rest));
    if (c == '"')
        return lex_quoted(rest, AG_TOKEN_QUOTED, 0);
    if (c == '$')
        return lex_dollar(rest);
    if (starts(rest, "::") || starts(rest, ":=") || starts(rest, ".."))
        return token_of(rest, AG_TOKEN_OPERATOR, 2);
    if (is_one_of(c, "()[],;.:"))
        return token_of(rest, AG_TOKEN_PUNCT, 1);
    if (is_pg_operator(c))
        return token_of(rest, AG_TOKEN_OPERATOR, pg_operator_length(rest));
    return token_of(rest, AG_TOKEN_BAD, 1);
}

/* --- SQLite --- */

static size_t sqlite_operator_length(Rest rest)
{
    static const char *const operators[] = {"->>", "->", "==", "<=", "<>", "<<", ">=",
                                            ">>",  "!=", "||", "+",  "-",  "*",  "/",
                                            "%",   "=",  "<",  ">",  "|",  "&",  "~"};
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++)
        if (starts(rest, operators[i]))
            return strlen(operators[i]);
    return 0;
}

/* ?, ?1, :name, @name, $name, with the `::` that names of Tcl variables may hold. */
static AgToken lex_sqlite_param(Rest rest)
{
    size_t n = 1;
    if (*rest.at == '?') {
        while (g_ascii_isdigit(peek(rest, n)))
            n++;
        return token_of(rest, AG_TOKEN_PARAM, n);
    }
    bool named = false;
    for (;;) {
        if (is_word_part(peek(rest, n))) {
            named = true;
            n++;
        } else if (peek(rest, n) == ':' && peek(rest, n + 1) == ':') {
            n += 2;
        } else {
            break;
        }
    }
    return named ? token_of(rest, AG_TOKEN_PARAM, n) : token_of(rest, AG_TOKEN_BAD, 1);
}

static AgToken lex_sqlite(Rest rest)
{
    char c = *rest.at;
    if ((c == 'x' || c == 'X') && peek(rest, 1) == '\'')
        return lex_quoted(rest, AG_TOKEN_STRING, 1);
    if (is_word_start(c))
        return token_of(rest, AG_TOKEN_WORD, word_length(rest));
    if (is_one_of(c, "(),;."))
        return token_of(rest, AG_TOKEN_PUNCT, 1);
    if (c == '"' || c == '`')
        return lex_quoted(rest, AG_TOKEN_QUOTED, 0);
    if (c == '[') {
        const char *close = memchr(rest.at, ']', left(rest));
        return close == NULL ? bad_to_end(rest)
                             : token_of(rest, AG_TOKEN_QUOTED, (size_t)(close - rest.at) + 1);
    }
    if (is_one_of(c, "?:@$"))
        return lex_sqlite_param(rest);
    size_t length = sqlite_operator_length(rest);
    return length > 0 ? token_of(rest, AG_TOKEN_OPERATOR, length) : token_of(rest, AG_TOKEN_BAD, 1);
}

/* --- both --- */

static AgToken lex(AgDialectId dialect, Rest rest)
{
    if (left(rest) == 0)
        return token_of(rest, AG_TOKEN_END, 0);
    /* Most tokens are words; those that may begin a string are looked at below. */
    if (g_ascii_isalpha(*rest.at) && !is_one_of(*rest.at, "BEUXbeux"))
        return token_of(rest, AG_TOKEN_WORD, word_length(rest));
    size_t space = space_length(dialect, rest);
    if (space > 0)
        return token_of(rest, AG_TOKEN_SPACE, space);
    if (is_number_start(rest))
        return token_of(rest, AG_TOKEN_NUMBER, number_length(rest));
    if (starts(rest, "--"))
        return token_of(rest, AG_TOKEN_COMMENT, line_comment_length(dialect, rest));
    if (starts(rest, "/*"))
        return lex_block_comment(dialect, rest);
    if (*rest.at == '\'')
        return lex_quoted(rest, AG_TOKEN_STRING, 0);
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        return lex_pg(rest);
    case AG_DIALECT_SQLITE:
        return lex_sqlite(rest);
    }
    g_assert_not_reached();
}

AgToken ag_lexer_next(AgLexer *lexer)
{
    Rest rest = {lexer->text + lexer->offset, lexer->text + lexer->length};
    AgToken token = lex(lexer->dialect, rest);
    token.offset = lexer->offset;
    lexer->offset += token.length;
    return token;
}

AgToken ag_lexer_next_solid(AgLexer *lexer)
{
    AgToken token;
    do {
        while (lexer->offset < lexer->length && lexer->text[lexer->offset] == ' ')
            lexer->offset++;
        token = ag_lexer_next(lexer);
    } while (token.type == AG_TOKEN_SPACE || token.type == AG_TOKEN_COMMENT);
    return token;
}

GArray *ag_lexer_solid_tokens(AgDialectId dialect, const char *text)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(AgToken));
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, strlen(text));
    for (AgToken token = ag_lexer_next_solid(&lexer);
         token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD;
         token = ag_lexer_next_solid(&lexer))
        g_array_append_val(tokens, token);
    return tokens;
}

AgToken ag_token_at(const GArray *tokens, guint i)
{
    if (i < tokens->len)
        return g_array_index(tokens, AgToken, i);
    return (AgToken){.type = AG_TOKEN_END, .text = ""};
}

bool ag_token_spells(const AgToken *token, const char *word)
{
    if (token->type != AG_TOKEN_WORD && token->type != AG_TOKEN_PUNCT &&
        token->type != AG_TOKEN_OPERATOR)
        return false;
    for (size_t i = 0; i < token->length; i++) {
        if (token->text[i] != word[i] &&
            g_ascii_tolower(token->text[i]) != g_ascii_tolower(word[i]))
            return false;
    }
    return word[token->length] == '\0';
}

const char *ag_token_fault(AgToken token)
{
    if (token.length <= 1 && !is_one_of(*token.text, "'\"`["))
        return *token.text == '$' ? "a dollar sign begins neither a parameter nor a quote"
                                  : "a character that begins nothing in SQL";
    switch (*token.text) {
    case '/':
        return "a comment is never closed";
    case '$':
        return "a dollar-quoted string is never closed";
    case '"':
    case '`':
    case '[':
        return "a quoted name is never closed";
    case 'u':
    case 'U':
        return token.length > 2 && token.text[2] == '"' ? "a quoted name is never closed"
                                                        : "a string is never closed";
    default:
        return "a string is never closed";
    }
}
