/* SPDX-License-Identifier: MIT */
/* Pieces of scripts for psql and sqlite3. Private to the offline files. */
#pragma once

#include "runner/runner_private.h"

typedef struct {
    GString *out;
    const AgOffline *offline;
    AgRunner *runner;
    AgPool *pool;
    AgDiag *diag;
} AgScripting;

/* What the whole script needs: shell settings, session parameters, the lock against runners. */
void ag_scripting_open(AgScripting *scripting, const char *title);
void ag_scripting_close(AgScripting *scripting);
/* The runner's own tables, where they are missing. */
void ag_scripting_tables(AgScripting *scripting, bool version);
/* Session parameters of the runner (PostgreSQL). */
void ag_scripting_pins(AgScripting *scripting);

/* A statement that fails with the message unless the condition holds. */
void ag_scripting_expect(AgScripting *scripting, const char *condition, const char *message);

void ag_scripting_begin(AgScripting *scripting);
void ag_scripting_commit(AgScripting *scripting);

/* Parameters of a step, and back again; `local` is for the transaction only (PostgreSQL). */
void ag_scripting_settings(AgScripting *scripting, const GPtrArray *settings, bool local);
void ag_scripting_unset(AgScripting *scripting, const GPtrArray *settings, bool local);

/* SQLite: notes which rows miss their parents, and fails when there are more of them than then. */
void ag_scripting_orphans_before(AgScripting *scripting);
void ag_scripting_orphans_after(AgScripting *scripting);

/* A statement with its remark and hazards. */
void ag_scripting_statement(AgScripting *scripting, const AgStatement *statement);
/* A statement repeated until it touches no row. */
bool ag_scripting_batch(AgScripting *scripting, const AgStatement *statement);

/* Rows of the log. */
void ag_scripting_log(AgScripting *scripting, const AgLogEntry *entry);
void ag_scripting_log_done(AgScripting *scripting, const AgLogEntry *entry);
/* The version table: what is recorded goes from one set of ids to another. */
void ag_scripting_move(AgScripting *scripting, const GPtrArray *before, const GPtrArray *after);
/* 'text' or NULL. In the pool. */
const char *ag_scripting_text(const AgScripting *scripting, const char *text);
/* 'a', 'b'; of const char *. In the pool. */
const char *ag_scripting_list(const AgScripting *scripting, const GPtrArray *ids);
