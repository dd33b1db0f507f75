/* SPDX-License-Identifier: MIT */
#include "sql/split.h"

#include "base/limits.h"

#include <string.h>

/* What kind of statement is being read, as far as it decides where the statement ends. */
typedef enum {
    STATEMENT_OPENING, /* CREATE, OR REPLACE, TEMP have been seen, or nothing yet */
    STATEMENT_PLAIN,   /* ends at the next semicolon */
    STATEMENT_ROUTINE, /* PostgreSQL function or procedure: may have a BEGIN ATOMIC body */
    STATEMENT_ATOMIC,  /* inside such a body */
    STATEMENT_TRIGGER, /* SQLite trigger: ends at `; END ;` only */
} StatementKind;

typedef struct {
    StatementKind kind;
    size_t n_tokens, start, end; /* `end`: after the last token; bytes from the script's start */
    size_t parens, paren_start;  /* how deep, and where the outermost one stands */
    size_t blocks, block_start;  /* BEGIN ATOMIC and the CASEs open inside it */
    AgToken last, before_last;   /* solid tokens */
    bool created;                /* CREATE was the first word */
    bool body_ended;             /* SQLite trigger: `; END` has been read */
} Statement;

static void count_place(AgPlace *place, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            place->line++;
            place->column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            place->column++;
        }
    }
}

AgPlace ag_sql_place(const char *text, size_t offset, AgPlace start)
{
    count_place(&start, text, offset);
    return start;
}

void ag_splitter_init(AgSplitter *splitter, AgPool *pool, AgDialectId dialect, const char *text,
                      size_t length, AgPlace start)
{
    *splitter = (AgSplitter){.pool = pool, .place = start};
    ag_lexer_init(&splitter->lexer, dialect, text, length);
}

/* Statements come in order, so that counting goes on from the last place; places of problems may
 * lie before it and are counted from a copy. */
static AgPlace place_at(const AgSplitter *splitter, size_t offset)
{
    g_assert(offset >= splitter->placed);
    return ag_sql_place(splitter->lexer.text + splitter->placed, offset - splitter->placed,
                        splitter->place);
}

static bool fail_at(const AgSplitter *splitter, size_t offset, AgDiag *diag, const char *what)
{
    ag_fail(diag, AG_PROBLEM_BAD_REVISION, place_at(splitter, offset), "%s", what);
    ag_hint(diag, strstr(what, "never closed") != NULL
                      ? "all the text behind it was read as part of it; close it where it ends"
                      : "remove it, or quote it where it belongs to a text");
    return false;
}

static bool fail_bad_token(const AgSplitter *splitter, AgToken token, AgDiag *diag)
{
    if (*token.text != '\\')
        return fail_at(splitter, token.offset, diag, ag_token_fault(token));
    size_t length = 1;
    size_t room = splitter->lexer.length - token.offset;
    while (length < room && g_ascii_isalpha(token.text[length]))
        length++;
    ag_fail(diag, AG_PROBLEM_BAD_REVISION, place_at(splitter, token.offset),
            "'%.*s' is a command of psql, not SQL", (int)MIN(length, 40), token.text);
    ag_hint(diag, "write the SQL itself; psql's commands are known to psql alone");
    return false;
}

/* --- what the words say about the statement --- */

static void open_statement(AgDialectId dialect, Statement *statement, AgToken token)
{
    if (ag_token_is(token, "create")) {
        statement->created = true;
        return;
    }
    if (!statement->created) {
        /* SQLite can explain a CREATE TRIGGER, body and all. */
        bool explains = dialect == AG_DIALECT_SQLITE &&
                        (ag_token_is(token, "explain") || ag_token_is(token, "query") ||
                         ag_token_is(token, "plan"));
        if (!explains)
            statement->kind = STATEMENT_PLAIN;
        return;
    }
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        if (ag_token_is(token, "function") || ag_token_is(token, "procedure"))
            statement->kind = STATEMENT_ROUTINE;
        else if (!ag_token_is(token, "or") && !ag_token_is(token, "replace"))
            statement->kind = STATEMENT_PLAIN;
        return;
    case AG_DIALECT_SQLITE:
        if (ag_token_is(token, "trigger"))
            statement->kind = STATEMENT_TRIGGER;
        else if (!ag_token_is(token, "temp") && !ag_token_is(token, "temporary"))
            statement->kind = STATEMENT_PLAIN;
        return;
    }
}

/* After AS and after a dot any word is a name: `SELECT 1 AS end`. */
static bool is_label(const Statement *statement)
{
    return ag_token_is(statement->last, "as") || ag_token_is(statement->last, ".");
}

static void read_routine_word(Statement *statement, AgToken token)
{
    if (statement->parens == 0 && ag_token_is(token, "atomic") &&
        ag_token_is(statement->last, "begin") && !ag_token_is(statement->before_last, ".")) {
        statement->kind = STATEMENT_ATOMIC;
        statement->blocks = 1;
        statement->block_start = statement->last.offset;
    }
}

static void read_atomic_word(Statement *statement, AgToken token)
{
    if (is_label(statement))
        return;
    if (ag_token_is(token, "case"))
        statement->blocks++;
    else if (ag_token_is(token, "end") && --statement->blocks == 0)
        statement->kind = STATEMENT_PLAIN;
}

static void read_trigger_word(Statement *statement, AgToken token)
{
    /* SQLite's own rule (sqlite3_complete): the END of the body is the one after a semicolon. */
    if (ag_token_is(token, "end") && ag_token_is(statement->last, ";"))
        statement->body_ended = true;
}

static void read_word(AgDialectId dialect, Statement *statement, AgToken token)
{
    switch (statement->kind) {
    case STATEMENT_OPENING:
        open_statement(dialect, statement, token);
        return;
    case STATEMENT_PLAIN:
        return;
    case STATEMENT_ROUTINE:
        read_routine_word(statement, token);
        return;
    case STATEMENT_ATOMIC:
        read_atomic_word(statement, token);
        return;
    case STATEMENT_TRIGGER:
        read_trigger_word(statement, token);
        return;
    }
}

/* --- tokens --- */

static bool read_paren(const AgSplitter *splitter, Statement *statement, AgToken token,
                       AgDiag *diag)
{
    if (ag_token_is(token, "(")) {
        if (statement->parens++ == 0)
            statement->paren_start = token.offset;
        if (statement->parens > AG_LIMIT_SQL_DEPTH)
            return ag_fail(diag, AG_PROBLEM_TOO_LARGE, place_at(splitter, token.offset),
                           "parentheses are nested more than %d deep", AG_LIMIT_SQL_DEPTH);
    } else if (ag_token_is(token, ")")) {
        if (statement->parens == 0)
            return fail_at(splitter, token.offset, diag, "a parenthesis is closed but not open");
        statement->parens--;
    }
    return true;
}

static bool read_token(const AgSplitter *splitter, Statement *statement, AgToken token,
                       AgDiag *diag)
{
    if (statement->n_tokens++ == 0)
        statement->start = token.offset;
    else if (statement->body_ended)
        /* Something follows the END of a trigger: that was no END then. The server will say. */
        statement->body_ended = false;
    statement->end = token.offset + token.length;
    if (token.type == AG_TOKEN_WORD)
        read_word(splitter->lexer.dialect, statement, token);
    else if (statement->kind == STATEMENT_OPENING)
        statement->kind = STATEMENT_PLAIN;
    if (token.type == AG_TOKEN_PUNCT && !read_paren(splitter, statement, token, diag))
        return false;
    statement->before_last = statement->last;
    statement->last = token;
    return true;
}

/* Whether a semicolon here ends the statement. */
static bool ends_statement(const Statement *statement)
{
    if (statement->parens > 0 || statement->kind == STATEMENT_ATOMIC)
        return false;
    return statement->kind != STATEMENT_TRIGGER || statement->body_ended;
}

static bool check_ended(const AgSplitter *splitter, const Statement *statement, AgDiag *diag)
{
    if (statement->parens > 0)
        return fail_at(splitter, statement->paren_start, diag, "a parenthesis is never closed");
    if (statement->kind == STATEMENT_ATOMIC)
        return fail_at(splitter, statement->block_start, diag,
                       "the body after BEGIN ATOMIC is never closed by END");
    if (statement->kind == STATEMENT_TRIGGER && !statement->body_ended)
        return fail_at(splitter, statement->start, diag,
                       "the body of the trigger is never closed by END");
    return true;
}

static void finish(AgSplitter *splitter, const Statement *statement, AgSqlPiece *piece)
{
    splitter->place = place_at(splitter, statement->start);
    splitter->placed = statement->start;
    piece->length = statement->end - statement->start;
    piece->text =
        ag_pool_text_n(splitter->pool, splitter->lexer.text + statement->start, piece->length);
    piece->offset = statement->start;
    piece->place = splitter->place;
}

bool ag_splitter_next(AgSplitter *splitter, AgSqlPiece *piece, AgDiag *diag)
{
    *piece = (AgSqlPiece){.text = NULL};
    Statement statement = {.kind = STATEMENT_OPENING};
    for (;;) {
        AgToken token = ag_lexer_next_solid(&splitter->lexer);
        if (token.type == AG_TOKEN_BAD)
            return fail_bad_token(splitter, token, diag);
        if (token.type == AG_TOKEN_END) {
            if (statement.n_tokens > 0) {
                if (!check_ended(splitter, &statement, diag))
                    return false;
                finish(splitter, &statement, piece);
            }
            return true;
        }
        if (ag_token_is(token, ";")) {
            if (statement.n_tokens == 0)
                continue;
            if (ends_statement(&statement)) {
                finish(splitter, &statement, piece);
                return true;
            }
        }
        if (!read_token(splitter, &statement, token, diag))
            return false;
    }
}

GPtrArray *ag_sql_split(AgPool *pool, AgDialectId dialect, const char *text, AgPlace start,
                        AgDiag *diag)
{
    GPtrArray *pieces = ag_pool_array(pool);
    AgSplitter splitter;
    ag_splitter_init(&splitter, pool, dialect, text, strlen(text), start);
    for (;;) {
        AgSqlPiece piece;
        if (!ag_splitter_next(&splitter, &piece, diag))
            return NULL;
        if (piece.text == NULL)
            return pieces;
        AgSqlPiece *copy = ag_pool_new0(pool, AgSqlPiece);
        *copy = piece;
        g_ptr_array_add(pieces, copy);
    }
}
