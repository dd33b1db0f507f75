/* SPDX-License-Identifier: MIT */
/* Reads the CREATE texts that SQLite keeps: a cursor over their tokens, and one reader per kind of
 * object on top of it. The grammar is that of SQLite's parse.y, odd corners included (constraints
 * without commas between them, strings as names), because everything in a database was accepted by
 * it. Readers return false when a text is not of that grammar; the object is then unmanaged. */
#pragma once

#include "model/index.h"
#include "model/key.h"
#include "model/table.h"
#include "model/trigger.h"
#include "model/view.h"
#include "model/virtual_table.h"
#include "sql/lexer.h"

typedef struct {
    AgPool *pool;
    const char *text;
    AgToken *tokens; /* without spaces and comments; END closes them, or BAD */
    guint n_tokens;
    guint at;
    const char *constraint_name; /* of the CONSTRAINT clause before; spent by the next constraint */
} AgCreateText;

/* False when the text does not tokenise. To be cleared in any case. */
bool ag_create_init(AgCreateText *create, AgPool *pool, const char *text);
void ag_create_clear(AgCreateText *create);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AgCreateText, ag_create_clear)

/* The token `ahead` places further on. */
AgToken ag_create_peek(const AgCreateText *create, guint ahead);
/* Whether the next token is that word or punctuation; `accept` takes it. The cursor never passes
 * the last one. */
static inline bool ag_create_is(const AgCreateText *create, const char *word)
{
    return ag_token_is(create->tokens[MIN(create->at, create->n_tokens - 1)], word);
}
bool ag_create_accept(AgCreateText *create, const char *word);
/* Takes two words or none. */
bool ag_create_accept_two(AgCreateText *create, const char *first, const char *second);
/* Takes a name: a word, a quoted name or a string; NULL when none is next. In the pool. */
const char *ag_create_name(AgCreateText *create);
/* Takes "[IF NOT EXISTS] [schema.]name". */
bool ag_create_head(AgCreateText *create);
/* Takes "( ... )" and gives what is between, from the first token to the last; NULL when the next
 * token is no parenthesis or it is never closed. */
const char *ag_create_parentheses(AgCreateText *create);
/* The place after the parenthesis that closes the one at `at`; 0 when none does. */
guint ag_create_closing(const AgCreateText *create, guint at);
/* The text from token `from` up to before token `end`. In the pool. */
const char *ag_create_span(const AgCreateText *create, guint from, guint end);
/* The name that the token spells. In the pool. */
const char *ag_create_token_name(const AgCreateText *create, AgToken token);
/* Takes "ON CONFLICT word" when it is next. False: it is mangled. `out` stays NULL for ABORT, which
 * is what happens without the clause. */
bool ag_create_conflict(AgCreateText *create, const char **out);
/* The constraint's name noted before, which is spent. */
const char *ag_create_take_constraint_name(AgCreateText *create);

/* A table with its parts, but without indexes. NULL when the text cannot be read. */
AgTable *ag_create_read_table(AgPool *pool, const char *name, const char *text);
/* An index, appended to its table. */
bool ag_create_read_index(AgPool *pool, AgTable *table, const char *name, const char *text);
/* A view; NULL when the text cannot be read. */
AgView *ag_create_read_view(AgPool *pool, const char *name, const char *text);
/* A virtual table; NULL when the text cannot be read. */
AgVirtualTable *ag_create_read_virtual_table(AgPool *pool, const char *name, const char *text);
/* A trigger, appended to its table or view. */
bool ag_create_read_trigger(AgPool *pool, AgObject *holder, const char *name, const char *text);

/* The readers of parts; the cursor stands at the first word of the clause. */
bool ag_create_read_column(AgCreateText *create, AgTable *table);
bool ag_create_read_primary_key(AgCreateText *create, AgTable *table, AgObject *column);
bool ag_create_read_unique(AgCreateText *create, AgTable *table, AgObject *column);
bool ag_create_read_check(AgCreateText *create, AgTable *table, bool in_column);
/* FOREIGN KEY (...) REFERENCES ..., or REFERENCES ... of a column. */
bool ag_create_read_foreign_key(AgCreateText *create, AgTable *table, AgObject *column);
/* [NOT] DEFERRABLE ... of a column: belongs to the foreign key read last. */
bool ag_create_read_deferrable(AgCreateText *create, AgTable *table);
/* One part of a key or index up to the comma or parenthesis; NULL when it is mangled. A name that
 * is no column of the table stays an expression. */
AgPart *ag_create_read_part(AgCreateText *create, const AgTable *table);

/* The column of that name, ASCII case aside, or NULL. */
AgObject *ag_create_column(const AgTable *table, const char *name);
