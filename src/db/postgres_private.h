/* SPDX-License-Identifier: MIT */
/* The PostgreSQL driver's own state: postgres_connect.c makes connections, postgres_open.c pins the
 * session, postgres_fail.c words what goes wrong, postgres.c runs statements, postgres_library.c
 * loads the library. The only files that know libpq. */
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

/* Words the failure of a statement by its SQLSTATE. `result` NULL: the connection broke. Returns
 * false. */
bool ag_pg_fail(AgDb *db, const PGresult *result, const char *sql, AgPlace place, AgDiag *diag);
/* The warnings collected since the last call become notices of the diag. */
void ag_pg_tell_notices(AgDb *db, AgDiag *diag);
/* PQnoticeReceiver; `data` is an AgPg. */
void ag_pg_on_notice(void *data, const PGresult *result);
/* One line without control characters, without line ends at its end. Caller frees. */
char *ag_pg_one_line(const char *text);
