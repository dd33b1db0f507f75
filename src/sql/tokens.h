/* SPDX-License-Identifier: MIT */
/* Questions about whole pieces of SQL text that the lexer answers. */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "base/pool.h"

/* The text token by token with one blank between, comments dropped, unquoted words in lower case,
 * quoted names unquoted where that does not change them, operators and numbers as they are: two
 * texts that differ only in spacing, comments and case of words give the same. */
char *ag_sql_normal(AgPool *pool, AgDialectId dialect, const char *text);

/* Refuses what cannot be an expression wrapped in parentheses: text that does not tokenise,
 * unbalanced parentheses, a top-level semicolon, a comment up to the end of the last line
 * (reliability X28). `place` is that of the text's first character. */
bool ag_sql_check_expression(AgDialectId dialect, const char *text, AgPlace place, AgDiag *diag);

/* Likewise for statements, which may have semicolons between that are in no parentheses. */
bool ag_sql_check_statements(AgDialectId dialect, const char *text, AgPlace place, AgDiag *diag);

/* The name a WORD or QUOTED token spells: quotes removed and doubled ones halved; an unquoted word
 * is folded to lower case for PostgreSQL and kept for SQLite. In the pool. */
char *ag_sql_token_name(AgPool *pool, AgDialectId dialect, const char *text, size_t length);

/* All names (words and quoted names, not strings) of the text, each once, in order of appearance,
 * spelled as ag_sql_token_name does. Also the names inside a string that is cast to regclass. */
GPtrArray *ag_sql_names(AgPool *pool, AgDialectId dialect, const char *text);

/* 'text' as an SQL string literal, quotes doubled; never E''. In the pool. */
char *ag_sql_literal(AgPool *pool, const char *text);
