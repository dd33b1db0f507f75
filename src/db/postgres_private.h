/* SPDX-License-Identifier: MIT */
/* The PostgreSQL driver's own state: postgres_connect.c makes connections, postgres_open.c pins the
 * session, postgres_fail.c words what goes wrong, postgres.c runs statements,
 * postgres_transaction.c begins and ends transactions, postgres_library.c loads the library. The
 * only files that know libpq. */
#pragma once

#include "db/db_private.h"

#include <libpq-fe.h>
#include <signal.h>

typedef struct {
    PGconn *conn;
    PGconn *starting;                 /* begun by ag_pg_start and not waited for yet; NULL: none */
    PostgresPollingStatusType wanted; /* what `starting` waits for */
    PGcancel *cancel;                 /* made in advance: a signal handler cannot allocate */
    volatile sig_atomic_t interrupted;
    char *xid; /* of the transaction begun last; NULL when it cannot write or none is open */
    GPtrArray *notices; /* of char *: what the server said beside the results */
    guint n_notices;    /* all of them; only the first few are kept */
    bool pooled;        /* another server session may answer each transaction */
    bool one_by_one;    /* the statement sent last was in single-row mode */
    GHashTable *plans;  /* of the questions asked often: SQL -> name of the prepared statement */
    guint n_plans;      /* ever made, so that no name comes twice */
    PGresult *alone;    /* the answer to the first of the questions sent, had before the others */
} AgPg;

/* The session's own search_path without pg_catalog: where that is not named it comes first, so that
 * what strangers call like the catalogue's does not stand before it. */
#define AG_PG_OWN_PATH                                                                             \
    "pg_catalog.ltrim(pg_catalog.regexp_replace(pg_catalog.current_setting('search_path'),"        \
    " '(^|, *)\"?pg_catalog\"?(?=,|$)', '', 'g'), ', ')"

static inline AgPg *ag_pg(const AgDb *db)
{
    return db->handle;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGconn, PQfinish)

/* Must have succeeded before any function of libpq is called; CONNECTION. */
bool ag_libpq_load(AgDiag *diag);
/* Connects as db->url and db->options say; NULL after a problem (CONNECTION). */
PGconn *ag_pg_connect(AgDb *db, AgDiag *diag);
/* Makes db->handle; the server is told who comes, and what it answers is read by ag_pg_open. */
void ag_pg_start(AgDb *db);
bool ag_pg_open(AgDb *db, AgDiag *diag);
/* Pins the settings of the session; behind a transaction pooler, of the transaction only. */
bool ag_pg_pin(AgDb *db, AgDiag *diag);

/* What one statement left: its last good result, or its first error. */
typedef struct {
    PGresult *result; /* NULL: the connection broke */
    bool failed, copied;
} AgPgOutcome;

/* --- postgres.c: statements --- */

/* Sends one statement alone; false: the connection is broken. */
bool ag_pg_send_alone(AgPg *pg, const char *sql, const char *const *params, int n_params);
/* Takes every result of the statement sent. */
AgPgOutcome ag_pg_drain(PGconn *conn);
/* Records the problem when there is one. */
bool ag_pg_judge(AgDb *db, const AgPgOutcome *outcome, const char *sql, AgPlace place,
                 AgDiag *diag);
/* One statement with its result, which is the caller's; NULL after a problem. */
PGresult *ag_pg_fetch(AgDb *db, const char *sql, const char *const *params, int n_params,
                      AgDiag *diag);
/* What the driver's functions of these names promise. */
AgRows *ag_pg_query(AgDb *db, AgPool *pool, const char *sql, const char *const *params,
                    int n_params, AgDiag *diag);
bool ag_pg_send(AgDb *db, const AgQuestion *questions, guint n, AgDiag *diag);
bool ag_pg_receive(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                   AgDiag *diag);
/* Sends one question, by its plan when there is one; false: the connection is broken. */
bool ag_pg_send_question(AgPg *pg, const AgQuestion *question);
/* Hands all the rows of a result over in one call. */
bool ag_pg_hand_over(const PGresult *result, AgOnRows on_rows, void *data, AgDiag *diag);

/* --- postgres_transaction.c: likewise --- */
bool ag_pg_begin(AgDb *db, bool read_only_snapshot, AgDiag *diag);
bool ag_pg_commit(AgDb *db, AgDiag *diag);
bool ag_pg_commit_and_ask(AgDb *db, const AgQuestion *question, AgOnRows on_rows, void *data,
                          AgDiag *diag);
bool ag_pg_ask_inside(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                      AgDiag *diag);
void ag_pg_rollback(AgDb *db);
bool ag_pg_transaction_is_ours(AgDb *db, AgDiag *diag);

/* --- postgres_fail.c --- */

/* Words the failure of a statement by its SQLSTATE. `result` NULL: the connection broke. Returns
 * false. */
bool ag_pg_fail(AgDb *db, const PGresult *result, const char *sql, AgPlace place, AgDiag *diag);
/* The warnings collected since the last call become notices of the diag. */
void ag_pg_tell_notices(AgDb *db, AgDiag *diag);
/* PQnoticeReceiver; `data` is an AgPg. */
void ag_pg_on_notice(void *data, const PGresult *result);
/* One line without control characters, without line ends at its end. Caller frees. */
char *ag_pg_one_line(const char *text);
