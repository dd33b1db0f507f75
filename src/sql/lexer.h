/* SPDX-License-Identifier: MIT */
/* Cuts SQL text into tokens, for both databases. Knows quotes, E'' and U&'' strings, dollar quotes,
 * comments (nested in PostgreSQL, not in SQLite), [names] and `names` of SQLite. Never allocates.
 * Source: PostgreSQL documentation 4.1 "Lexical Structure"; sqlite.org/lang.html and tokenize.c's
 * rules. */
#pragma once

#include "base/dialect_id.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    AG_TOKEN_END,
    AG_TOKEN_WORD,   /* unquoted identifier or keyword */
    AG_TOKEN_QUOTED, /* "name", `name`, [name]; U&"name" too */
    AG_TOKEN_STRING, /* 'text', E'text', U&'text', B'..', X'..', $tag$text$tag$ */
    AG_TOKEN_NUMBER,
    AG_TOKEN_PARAM,    /* $1, ?1, :name, @name */
    AG_TOKEN_OPERATOR, /* one operator, cut as the database cuts it: `=-1` is `=` `-` `1` */
    AG_TOKEN_PUNCT,    /* one of ( ) [ ] , ; . : (`::`, `:=`, `..` are operators) */
    AG_TOKEN_SPACE,    /* blanks and line ends */
    AG_TOKEN_COMMENT,
    AG_TOKEN_BAD, /* unterminated quote or comment, or a byte that no token begins with */
} AgTokenType;

typedef struct {
    AgTokenType type;
    const char *text; /* into the source; not NUL-terminated */
    size_t length;
    size_t offset; /* bytes from the start of the source */
} AgToken;

typedef struct {
    AgDialectId dialect;
    const char *text;
    size_t length, offset;
} AgLexer;

void ag_lexer_init(AgLexer *lexer, AgDialectId dialect, const char *text, size_t length);
/* The next token, spaces and comments included; AG_TOKEN_END for ever at the end. */
AgToken ag_lexer_next(AgLexer *lexer);
/* The next token that is neither space nor comment. */
AgToken ag_lexer_next_solid(AgLexer *lexer);
/* All of them up to the end or the first BAD one, of AgToken; the caller frees the array. And the
 * i-th, or END. */
GArray *ag_lexer_solid_tokens(AgDialectId dialect, const char *text);
AgToken ag_token_at(const GArray *tokens, guint i);
/* Whether the token is that keyword or punctuation, ASCII case aside. */
bool ag_token_spells(const AgToken *token, const char *word);
/* Likewise; most words differ at their beginning, and then nothing is called. */
static inline bool ag_token_is(AgToken token, const char *word)
{
    return token.length > 0 && ((token.text[0] ^ word[0]) & ~0x20) == 0 &&
           ag_token_spells(&token, word);
}

/* What is wrong with a BAD token, e.g. "a string is never closed". Static text. */
const char *ag_token_fault(AgToken token);
