/* SPDX-License-Identifier: MIT */
/* Splits a script into statements. Knows quotes, dollar quotes, comments, parentheses, BEGIN ATOMIC
 * bodies (PostgreSQL) and trigger bodies (SQLite). */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "base/pool.h"
#include "sql/lexer.h"

typedef struct {
    const char *text; /* without the closing semicolon and the blanks around it; in the pool */
    size_t offset;    /* bytes from the start of the script to the statement's first token */
    size_t length;    /* bytes of `text` */
    AgPlace place;    /* of that token */
} AgSqlPiece;

/* The statements of `text`, of AgSqlPiece *. Pieces that hold only blanks and comments are left
 * out; comments before and after a statement are not part of it. `start` is the place of the text's
 * first character. NULL after a problem (an unterminated quote, comment, parenthesis or body: the
 * place where it began; a command of psql). */
GPtrArray *ag_sql_split(AgPool *pool, AgDialectId dialect, const char *text, AgPlace start,
                        AgDiag *diag);

/* The place `offset` bytes into a text whose first character stands at `start`. Columns count
 * characters. */
AgPlace ag_sql_place(const char *text, size_t offset, AgPlace start);

/* The same, one statement at a time, for callers that look at each before the rest is cut. */
typedef struct {
    AgPool *pool;
    AgLexer lexer;
    AgPlace place; /* of `placed` */
    size_t placed; /* bytes whose line ends are counted already */
} AgSplitter;

void ag_splitter_init(AgSplitter *splitter, AgPool *pool, AgDialectId dialect, const char *text,
                      size_t length, AgPlace start);
/* The next statement in `piece`; its text NULL at the end. False after a problem. */
bool ag_splitter_next(AgSplitter *splitter, AgSqlPiece *piece, AgDiag *diag);
