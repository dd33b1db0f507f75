/* SPDX-License-Identifier: MIT */
/* One connection to one database: open, execute, query, transactions, a pipeline. The only place
 * that knows libpq and SQLite. Statements go one by one by the extended protocol (SQLite:
 * sqlite3_prepare_v3), so that a wrong split can never run two. */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "base/pool.h"
#include "db/url.h"

#include <stdint.h>

typedef struct AgDb AgDb;

typedef enum {
    AG_DB_READ,  /* check, inspect: never creates a file, never writes */
    AG_DB_WRITE, /* upgrade: refuses standbys, poolers, read-only databases, unsafe journals */
} AgDbMode;

typedef struct {
    AgDbMode mode;
    bool create;              /* SQLite: the file may be made */
    const char *application;  /* "autogen/check" */
    int connect_timeout;      /* seconds; 0: 10 */
    int wait;                 /* seconds to go on trying while the server is not up; 0: once */
    int lock_timeout_ms;      /* -1: the default 5000. SQLite: busy_timeout */
    int statement_timeout_ms; /* 0: none */
    const char *password;     /* from password-command; NULL: URL, .pgpass, environment */
    bool ends;                /* the process ends with the run: a connection that has only read
                               * need not give back what it has */
    bool echo;                /* statements are handed to `echo_to` before they run */
    void (*echo_to)(const char *sql, void *data);
    void *echo_data;
} AgDbOptions;

/* Opens and pins the session: client_encoding UTF8, DateStyle ISO, IntervalStyle postgres, TimeZone
 * UTC, extra_float_digits 3, bytea_output hex, quote_all_identifiers off,
 * standard_conforming_strings on, row_security off, jit off, timeouts. search_path stays the
 * session's own (pg_catalog before all of it) until ag_db_set_search_path. NULL after a problem:
 * CONNECTION, PERMISSION, READ_ONLY, POOLED_CONNECTION, UNSAFE_DATABASE. */
AgDb *ag_db_open(const AgUrl *url, const AgDbOptions *options, AgDiag *diag);
/* The same in two steps, so that a server gets a session ready while the caller reads files: the
 * first does not wait for it and never fails (only the look-up of a host's name may take time); the
 * second waits, pins and records what went wrong in either. Between them, and when the second
 * returns false, the connection is good for nothing but ag_db_close. */
AgDb *ag_db_start(const AgUrl *url, const AgDbOptions *options);
bool ag_db_finish(AgDb *db, AgDiag *diag);
void ag_db_close(AgDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgDb, ag_db_close)
/* Until ag_db_take_back, which waits for its end, that thread alone uses the connection. Closing it
 * waits too. */
void ag_db_lend(AgDb *db, GThread *thread);
void ag_db_take_back(AgDb *db);

/* PostgreSQL only: another session on the same database as the same role, which only reads; NULL
 * when there is none to be had. And how far the index is that `db`'s session is building now, in
 * percent; -1: it builds none, or is in a phase without a measure. Both may be called while another
 * thread runs a statement on `db`. */
AgDb *ag_db_beside(const AgDb *db);
int ag_db_percent(AgDb *beside, const AgDb *db);

AgDialectId ag_db_dialect(const AgDb *db);
const AgUrl *ag_db_url(const AgDb *db);
/* 150018, 3040001. */
long ag_db_version(const AgDb *db);

/* One result: rows of text, NULL for SQL NULL. Lives in the pool it was asked for with. */
typedef struct {
    guint n_rows, n_columns;
    const char *const *names;
    const char **cells; /* row by row */
    int64_t affected;   /* rows touched by INSERT, UPDATE, DELETE; 0 otherwise */
    const char *tag;    /* PostgreSQL's command tag; "" for SQLite */
} AgRows;

/* Column number by name, or -1; one cell. */
int ag_rows_column(const AgRows *rows, const char *name);
const char *ag_rows_get(const AgRows *rows, guint row, int column);

/* Runs one statement and drops its rows. `place` is the statement's in a revision file (AG_NOWHERE
 * otherwise): the problem then points at the character the server names. Records STATEMENT,
 * PERMISSION (42501), LOCK_TIMEOUT (55P03, SQLITE_BUSY), CONNECTION_LOST, INTERRUPTED, ROWS_UNFIT
 * (23xxx). */
bool ag_db_run_at(AgDb *db, const char *sql, AgPlace place, AgDiag *diag);
bool ag_db_run(AgDb *db, const char *sql, AgDiag *diag);
/* Runs one statement with text parameters ($1.. or ?1..; NULL elements are SQL NULL), result in the
 * pool. NULL after a problem. */
AgRows *ag_db_query(AgDb *db, AgPool *pool, const char *sql, const char *const *params,
                    int n_params, AgDiag *diag);

/* Several statements in one round trip (PostgreSQL's pipeline mode; SQLite runs them in turn).
 * Results are handed to `on_rows` as they arrive, so that only one is in memory, a long one in
 * several calls with the rows in order; cells point into the library's buffer and are gone when
 * on_rows returns. Stops at the first problem or when
 * on_rows returns false. */
typedef struct {
    const char *sql;
    const char *const *params;
    int n_params;
    bool whole; /* all its rows come in one call */
    bool often; /* asked again and again in this session with the same text: worth a plan */
} AgQuestion;
typedef bool (*AgOnRows)(guint question, const AgRows *rows, void *data, AgDiag *diag);
bool ag_db_ask(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
               AgDiag *diag);
/* The same, and only in the transaction begun last: fails with TRANSACTION_LEFT when a statement
 * has ended it (law 3). What was asked then waits for the caller's rollback. */
bool ag_db_ask_inside(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                      AgDiag *diag);
/* The same in two steps, so that the server is at work while the caller does something else: the
 * first hands the questions over, the second (with the same ones, and only after the first) takes
 * the answers. Between them nothing may be asked, only closed. */
bool ag_db_send(AgDb *db, const AgQuestion *questions, guint n, AgDiag *diag);
bool ag_db_receive(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                   AgDiag *diag);

/* Transactions. Commit requires the server's tag COMMIT (law 2); when the connection breaks at
 * COMMIT the outcome is asked for over a new one (law 4). Rollback never fails loudly. */
bool ag_db_begin(AgDb *db, bool read_only_snapshot, AgDiag *diag);
bool ag_db_commit(AgDb *db, AgDiag *diag);
/* The same and a question after it in one round trip. Its one part of rows is handed to `on_rows`
 * when there was an answer; none, and what on_rows returns, is no failure of the commit. SQLite
 * does not ask. */
bool ag_db_commit_and_ask(AgDb *db, const AgQuestion *question, AgOnRows on_rows, void *data,
                          AgDiag *diag);
/* Plans kept for questions asked often are no longer there (DEALLOCATE ALL). */
void ag_db_forget_plans(AgDb *db);
void ag_db_rollback(AgDb *db);
/* Whether the transaction begun last is still ours: open, and (PostgreSQL) with the same xid as at
 * its first write (law 3). */
bool ag_db_transaction_is_ours(AgDb *db, AgDiag *diag);

/* SQLite only: a copy of the whole database into the empty file `path`, by the online backup API
 * (sqlite.org/backup.html): readers and writers go on, the copy is one moment of the database. What
 * is in the file after a problem is worth nothing. Records CANNOT_WRITE, LOCK_TIMEOUT, INTERRUPTED.
 */
bool ag_db_backup(AgDb *db, const char *path, AgDiag *diag);

/* set_config('search_path', ..., false); NULL resets to the session's own. No-op on SQLite. */
bool ag_db_set_search_path(AgDb *db, const char *path, AgDiag *diag);

/* The SQLSTATE of the statement that failed last ("42P01"), or "" . SQLite: the result code in
 * decimal. */
const char *ag_db_last_state(const AgDb *db);

/* Cancels what runs, from a signal handler (async-signal-safe). Statements then fail with
 * INTERRUPTED. */
void ag_db_interrupt(AgDb *db);
