/* SPDX-License-Identifier: MIT */
/* Statements that look like SQL and cannot be part of a revision. Only the first words of a
 * statement are looked at; what hides in functions is the runner's to find. */
#include "revision/reader.h"

#include <string.h>

enum { MOST_WORDS = 6 };

/* The beginning of a statement. */
typedef struct {
    AgRevisionReader *reader;
    AgStepMode mode;
    const AgSqlPiece *piece;
    AgLexer rest; /* behind the words */
    AgToken words[MOST_WORDS];
} Opening;

static void read_opening(Opening *opening, AgDialectId dialect)
{
    ag_lexer_init(&opening->rest, dialect, opening->piece->text, opening->piece->length);
    for (int i = 0; i < MOST_WORDS; i++)
        opening->words[i] = ag_lexer_next_solid(&opening->rest);
}

/* Whether the statement begins with these words ("drop index"). */
static bool begins(const Opening *opening, const char *text)
{
    for (int i = 0; i < MOST_WORDS; i++) {
        size_t length = strcspn(text, " ");
        AgToken token = opening->words[i];
        if (token.type != AG_TOKEN_WORD || token.length != length ||
            g_ascii_strncasecmp(token.text, text, length) != 0)
            return false;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
    return false;
}

/* Whether the statement holds this word followed by that one (NULL: by anything). */
static bool holds(const Opening *opening, const char *word, const char *next)
{
    AgLexer lexer = opening->rest;
    lexer.offset = 0;
    AgToken last = {.type = AG_TOKEN_END};
    for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END; last = token) {
        if (next == NULL && ag_token_is(token, word))
            return true;
        if (next != NULL && ag_token_is(last, word) && ag_token_is(token, next))
            return true;
    }
    return false;
}

static bool refuse(const Opening *opening, AgProblemId id, const char *message, const char *hint)
{
    ag_fail(opening->reader->diag, id, opening->piece->place, "%s", message);
    ag_hint(opening->reader->diag, "%s", hint);
    return false;
}

/* --- transaction control --- */

static bool controls_transaction(const Opening *opening)
{
    static const char *const openings[] = {
        "begin",           "start transaction",   "commit",          "end",
        "abort",           "prepare transaction", "commit prepared", "rollback prepared",
        "set transaction",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(openings); i++)
        if (begins(opening, openings[i]))
            return true;
    /* ROLLBACK [WORK] [TRANSACTION] TO a savepoint stays inside the transaction. */
    if (!begins(opening, "rollback"))
        return false;
    for (int i = 1; i < MOST_WORDS; i++)
        if (ag_token_is(opening->words[i], "to"))
            return false;
    return true;
}

/* --- what cannot run in a transaction --- */

static bool reindexes_alone(const Opening *opening)
{
    return begins(opening, "reindex") &&
           (holds(opening, "concurrently", NULL) || begins(opening, "reindex database") ||
            begins(opening, "reindex system") || begins(opening, "reindex schema"));
}

/* CLUSTER without a table clusters all of them. */
static bool clusters_all(const Opening *opening)
{
    return begins(opening, "cluster") &&
           (opening->words[1].type == AG_TOKEN_END ||
            (ag_token_is(opening->words[1], "verbose") && opening->words[2].type == AG_TOKEN_END));
}

/* The slot is made unless the options say no; those that name no option about it are sure. */
static bool subscribes_with_slot(const Opening *opening)
{
    return begins(opening, "create subscription") && !holds(opening, "create_slot", NULL) &&
           !holds(opening, "connect", NULL) && !holds(opening, "slot_name", NULL);
}

static bool runs_alone_pg(const Opening *opening)
{
    static const char *const openings[] = {
        "create index concurrently",
        "create unique index concurrently",
        "drop index concurrently",
        "vacuum",
        "alter system",
        "create database",
        "drop database",
        "create tablespace",
        "drop tablespace",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(openings); i++)
        if (begins(opening, openings[i]))
            return true;
    if (begins(opening, "alter table"))
        return holds(opening, "detach", "partition") && holds(opening, "concurrently", NULL);
    if (begins(opening, "alter database"))
        return holds(opening, "set", "tablespace");
    return reindexes_alone(opening) || clusters_all(opening) || subscribes_with_slot(opening);
}

/* A run that is resumed behind it would go on without it. */
static bool check_alone_pg(const Opening *opening)
{
    if (!begins(opening, "set") && !begins(opening, "reset") && !begins(opening, "discard"))
        return true;
    return refuse(opening, AG_PROBLEM_REVISION_TRANSACTION,
                  "the statement changes the session, in a step whose statements run one by one",
                  "put '-- autogen:set NAME VALUE' behind '-- autogen:step': it holds for each of "
                  "them");
}

static bool check_transaction_pg(const Opening *opening)
{
    if (opening->mode != AG_STEP_TRANSACTIONAL)
        return check_alone_pg(opening);
    if (!runs_alone_pg(opening))
        return true;
    return refuse(opening, AG_PROBLEM_REVISION_TRANSACTION,
                  "the statement cannot run in a transaction",
                  "put '-- autogen:step no-transaction' before it");
}

static bool check_transaction_sqlite(const Opening *opening)
{
    if (opening->mode != AG_STEP_TRANSACTIONAL)
        return true;
    if (begins(opening, "vacuum") || begins(opening, "detach") ||
        begins(opening, "pragma journal_mode"))
        return refuse(opening, AG_PROBLEM_REVISION_TRANSACTION,
                      "the statement cannot run in a transaction",
                      "put '-- autogen:step no-transaction' before it");
    /* SQLite passes over it in silence there. */
    if (begins(opening, "pragma foreign_keys") && opening->words[2].type != AG_TOKEN_END)
        return refuse(opening, AG_PROBLEM_REVISION_TRANSACTION,
                      "PRAGMA foreign_keys does nothing in a transaction",
                      "put '-- autogen:set foreign_keys off' at the beginning of the step");
    return true;
}

/* --- what only a client understands --- */

static bool check_client_pg(const Opening *opening)
{
    if (begins(opening, "copy") &&
        (holds(opening, "from", "stdin") || holds(opening, "to", "stdout")))
        return refuse(opening, AG_PROBLEM_BAD_REVISION,
                      "COPY with the client's stdin or stdout is for psql",
                      "write INSERT statements, or COPY from a file of the server");
    if (begins(opening, "set") && holds(opening, "standard_conforming_strings", NULL))
        return refuse(opening, AG_PROBLEM_BAD_REVISION,
                      "standard_conforming_strings decides how the file is read",
                      "write E'' strings where backslashes are meant");
    return true;
}

static bool check_client_sqlite(const Opening *opening)
{
    if (ag_token_is(opening->words[0], "."))
        return refuse(opening, AG_PROBLEM_BAD_REVISION, "a command of the sqlite3 shell, not SQL",
                      "write the SQL itself; the shell's commands are known to it alone");
    return true;
}

bool ag_reader_check_statement(AgRevisionReader *reader, AgDialectId dialect, AgStepMode mode,
                               const AgSqlPiece *piece)
{
    Opening opening = {.reader = reader, .mode = mode, .piece = piece};
    read_opening(&opening, dialect);
    if (controls_transaction(&opening))
        return refuse(&opening, AG_PROBLEM_REVISION_TRANSACTION,
                      "the statement begins or ends a transaction",
                      "the runner does that; savepoints are allowed, and '-- autogen:step "
                      "no-transaction' runs statements outside");
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        return check_client_pg(&opening) && check_transaction_pg(&opening);
    case AG_DIALECT_SQLITE:
        return check_client_sqlite(&opening) && check_transaction_sqlite(&opening);
    }
    g_assert_not_reached();
}

/* --- characters --- */

static bool is_invisible(gunichar c)
{
    return c == 0xa0 || c == 0xad || c == 0x1680 || c == 0x180e || (c >= 0x2000 && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x2064) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x3000 || c == 0xfeff;
}

/* Marks that make text look as if it stood in another order. */
static bool is_reordering(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool check_visible(AgRevisionReader *reader, AgToken token)
{
    const char *end = token.text + token.length;
    for (const char *p = token.text; p < end; p += g_utf8_skip[(unsigned char)*p]) {
        if ((unsigned char)*p < 0x80)
            continue;
        gunichar c = g_utf8_get_char(p);
        if (token.type == AG_TOKEN_COMMENT ? !is_reordering(c) : !is_invisible(c))
            continue;
        ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION,
                ag_reader_place(reader, token.offset + (size_t)(p - token.text)),
                "an invisible character, U+%04X", c);
        ag_hint(reader->diag, "replace it by a blank or remove it; strings may hold it");
        return false;
    }
    return true;
}

/* PostgreSQL ends a `--` comment at a carriage return, SQLite does not. */
static bool check_comment_end(AgRevisionReader *reader, AgToken token, size_t to)
{
    if (token.text[0] != '-')
        return true;
    size_t end = MIN(token.offset + token.length + 1, to);
    for (size_t i = token.offset; i < end; i++) {
        if (reader->text[i] != '\r' || reader->text[i + 1] == '\n')
            continue;
        ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION, ag_reader_place(reader, i),
                "a carriage return stands alone inside a comment");
        ag_hint(reader->diag, "databases disagree where such a comment ends; use whole line ends");
        return false;
    }
    return true;
}

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80 || text[i] == '\r')
            return false;
    return true;
}

bool ag_reader_check_characters(AgRevisionReader *reader, AgDialectId dialect, size_t from,
                                size_t to)
{
    /* The byte behind decides whether a comment ends with a carriage return. */
    size_t behind = MIN(to + 1, reader->end);
    if (is_plain(reader->text + from, behind - from))
        return true;
    bool fine = true;
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, reader->text, to);
    lexer.offset = from;
    for (AgToken token; (token = ag_lexer_next(&lexer)).type != AG_TOKEN_END;) {
        if (token.type == AG_TOKEN_COMMENT)
            fine = check_comment_end(reader, token, behind) && fine;
        if (token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_COMMENT ||
            token.type == AG_TOKEN_SPACE)
            fine = check_visible(reader, token) && fine;
    }
    return fine;
}
