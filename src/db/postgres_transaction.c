/* SPDX-License-Identifier: MIT */
/* Transactions of PostgreSQL: their end is made sure of, whatever becomes of the connection. */
#include "db/postgres_private.h"

#include <string.h>

static bool keep_xid(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    (void)diag;
    if (question == 1 && rows->n_rows == 1)
        ag_pg(data)->xid = g_strdup(ag_rows_get(rows, 0, 0));
    return true;
}

static bool begin_snapshot(AgDb *db, AgDiag *diag)
{
    g_autoptr(PGresult) result =
        ag_pg_fetch(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, 0, diag);
    return result != NULL;
}

static bool begin_writing(AgDb *db, AgDiag *diag)
{
    static const AgQuestion questions[] = {
        {"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", NULL, 0},
        {"SELECT pg_catalog.pg_current_xact_id()", NULL, 0},
    };
    guint n = G_N_ELEMENTS(questions);
    return ag_pg_send(db, questions, n, diag) &&
           ag_pg_receive(db, questions, n, keep_xid, db, diag);
}

bool ag_pg_begin(AgDb *db, bool read_only_snapshot, AgDiag *diag)
{
    g_clear_pointer(&ag_pg(db)->xid, g_free);
    bool good = read_only_snapshot ? begin_snapshot(db, diag) : begin_writing(db, diag);
    if (good && (!ag_pg(db)->pooled || ag_pg_pin(db, diag)))
        return true;
    ag_pg_rollback(db);
    return false;
}

void ag_pg_rollback(AgDb *db)
{
    AgPg *pg = ag_pg(db);
    g_clear_pointer(&pg->xid, g_free);
    if (PQstatus(pg->conn) == CONNECTION_OK && PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
        PQclear(PQexec(pg->conn, "ROLLBACK"));
}

/* Law 4. "committed", "aborted", "in progress", or NULL when it cannot be learnt. */
static char *ask_status(AgDb *db, const char *xid)
{
    g_autoptr(AgDiag) quiet = ag_diag_new();
    g_autoptr(PGconn) conn = ag_pg_connect(db, quiet);
    if (conn == NULL)
        return NULL;
    g_autoptr(PGresult) result =
        PQexecParams(conn, "SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8)", 1, NULL, &xid,
                     NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQgetisnull(result, 0, 0))
        return NULL;
    return g_strdup(PQgetvalue(result, 0, 0));
}

/* The connection broke while COMMIT was on its way: not a failure but a question. The session and
 * its locks are gone in any case, so the handle stays broken and the next statement says so. */
static bool settle_commit(AgDb *db, const char *xid, AgDiag *diag)
{
    enum { TRIES = 60, PAUSE_US = 500 * 1000 };
    for (int i = 0; i < TRIES && xid != NULL; i++) {
        g_autofree char *status = ask_status(db, xid);
        if (status != NULL && strcmp(status, "committed") == 0) {
            ag_warn(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                    "the connection broke at COMMIT; the server confirms that it was committed");
            return true;
        }
        if (status != NULL && strcmp(status, "aborted") == 0) {
            ag_fail(diag, AG_PROBLEM_CONNECTION_LOST, AG_NOWHERE,
                    "the connection broke at COMMIT and the transaction was rolled back");
            ag_hint(diag, "nothing of it was kept; run again");
            return false;
        }
        g_usleep(PAUSE_US);
    }
    ag_fail(diag, AG_PROBLEM_OUTCOME_UNKNOWN, AG_NOWHERE,
            "the connection broke at COMMIT and the server cannot be asked what became of it");
    ag_hint(diag, "look with `autogen current` before running again");
    return false;
}

bool ag_pg_commit(AgDb *db, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    g_autofree char *xid = g_steal_pointer(&pg->xid);
    bool sent = ag_pg_send_alone(pg, "COMMIT", NULL, 0);
    AgPgOutcome outcome = sent ? ag_pg_drain(pg->conn) : (AgPgOutcome){0};
    g_autoptr(PGresult) result = outcome.result;
    if (PQstatus(pg->conn) == CONNECTION_BAD) {
        g_strlcpy(db->state, "08006", sizeof db->state);
        return settle_commit(db, xid, diag);
    }
    if (!ag_pg_judge(db, &outcome, NULL, AG_NOWHERE, diag))
        return false;
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        ag_fail(diag, AG_PROBLEM_STATEMENT, AG_NOWHERE,
                "the server answered COMMIT with %s: the transaction had failed before and was "
                "rolled back",
                PQcmdStatus(result));
        return false;
    }
    return true;
}

static bool fail_left(AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_TRANSACTION_LEFT, AG_NOWHERE,
            "a statement ended the transaction it ran in");
    ag_hint(diag, "take COMMIT, ROLLBACK and procedures that use them out of the revision, or put "
                  "them in a step marked no-transaction");
    return false;
}

bool ag_pg_transaction_is_ours(AgDb *db, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    if (PQtransactionStatus(pg->conn) == PQTRANS_INERROR)
        return ag_fail(diag, AG_PROBLEM_STATEMENT, AG_NOWHERE, "the transaction has failed");
    if (PQtransactionStatus(pg->conn) != PQTRANS_INTRANS)
        return fail_left(diag);
    if (pg->xid == NULL)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRows *rows =
        ag_pg_query(db, pool, "SELECT pg_catalog.pg_current_xact_id_if_assigned()", NULL, 0, diag);
    if (rows == NULL)
        return false;
    const char *xid = ag_rows_get(rows, 0, 0);
    return (xid != NULL && strcmp(xid, pg->xid) == 0) || fail_left(diag);
}
