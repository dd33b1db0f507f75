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
        {.sql = "SELECT pg_catalog.pg_current_xact_id()", .often = true},
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

/* COMMIT and the question in one pipeline; what answers the question goes into `looked`. */
static AgPgOutcome end_and_look(AgPg *pg, const AgQuestion *question, PGresult **looked)
{
    AgPgOutcome committed = {0};
    static const AgQuestion commit = {.sql = "COMMIT"};
    bool sent = PQenterPipelineMode(pg->conn) == 1 && ag_pg_send_question(pg, &commit) &&
                ag_pg_send_question(pg, question) && PQpipelineSync(pg->conn) == 1;
    if (sent) {
        committed = ag_pg_drain(pg->conn);
        AgPgOutcome answer = ag_pg_drain(pg->conn);
        *looked = answer.result;
        PQclear(PQgetResult(pg->conn));
    }
    PQexitPipelineMode(pg->conn);
    return committed;
}

/* The server may say goodbye (57P01 to 57P03) in place of an answer, before the socket breaks. */
static bool is_broken(const AgPg *pg, const AgPgOutcome *outcome)
{
    const char *state =
        outcome->result == NULL ? NULL : PQresultErrorField(outcome->result, PG_DIAG_SQLSTATE);
    return PQstatus(pg->conn) == CONNECTION_BAD || outcome->result == NULL ||
           (state != NULL && g_str_has_prefix(state, "57P"));
}

static bool is_committed(const AgPgOutcome *outcome)
{
    return !outcome->failed && outcome->result != NULL &&
           strcmp(PQcmdStatus(outcome->result), "COMMIT") == 0;
}

bool ag_pg_commit_and_ask(AgDb *db, const AgQuestion *question, AgOnRows on_rows, void *data,
                          AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    g_autofree char *xid = g_steal_pointer(&pg->xid);
    g_autoptr(PGresult) looked = NULL;
    AgPgOutcome outcome = {0};
    if (question != NULL)
        outcome = end_and_look(pg, question, &looked);
    else if (ag_pg_send_alone(pg, "COMMIT", NULL, 0))
        outcome = ag_pg_drain(pg->conn);
    g_autoptr(PGresult) result = outcome.result;
    if (is_committed(&outcome)) {
        ag_pg_tell_notices(db, diag);
        if (looked != NULL && PQresultStatus(looked) == PGRES_TUPLES_OK)
            ag_pg_hand_over(looked, on_rows, data, diag);
        return true;
    }
    if (is_broken(pg, &outcome)) {
        g_strlcpy(db->state, "08006", sizeof db->state);
        return settle_commit(db, xid, diag);
    }
    return ag_pg_judge(db, &outcome, NULL, AG_NOWHERE, diag) &&
           ag_fail(diag, AG_PROBLEM_STATEMENT, AG_NOWHERE,
                   "the server answered COMMIT with %s: the transaction had failed before and was "
                   "rolled back",
                   PQcmdStatus(result));
}

bool ag_pg_commit(AgDb *db, AgDiag *diag)
{
    return ag_pg_commit_and_ask(db, NULL, NULL, NULL, diag);
}

static bool fail_left(AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_TRANSACTION_LEFT, AG_NOWHERE,
            "a statement ended the transaction it ran in");
    ag_hint(diag, "take COMMIT, ROLLBACK and procedures that use them out of the revision, or put "
                  "them in a step marked no-transaction");
    return false;
}

static bool is_open(AgPg *pg, AgDiag *diag)
{
    if (PQtransactionStatus(pg->conn) == PQTRANS_INERROR)
        return ag_fail(diag, AG_PROBLEM_STATEMENT, AG_NOWHERE, "the transaction has failed");
    return PQtransactionStatus(pg->conn) == PQTRANS_INTRANS || fail_left(diag);
}

static bool is_same(const AgPg *pg, const AgRows *rows, AgDiag *diag)
{
    const char *xid = rows->n_rows == 1 ? ag_rows_get(rows, 0, 0) : NULL;
    return (xid != NULL && strcmp(xid, pg->xid) == 0) || fail_left(diag);
}

static const char *const xid_sql = "SELECT pg_catalog.pg_current_xact_id_if_assigned()";

bool ag_pg_transaction_is_ours(AgDb *db, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    if (!is_open(pg, diag))
        return false;
    if (pg->xid == NULL)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRows *rows = ag_pg_query(db, pool, xid_sql, NULL, 0, diag);
    return rows != NULL && is_same(pg, rows, diag);
}

typedef struct {
    AgDb *db;
    AgOnRows on_rows;
    void *data;
} Inside;

static bool judge_first(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    const Inside *inside = data;
    if (question == 0)
        return is_same(ag_pg(inside->db), rows, diag);
    return inside->on_rows == NULL || inside->on_rows(question - 1, rows, inside->data, diag);
}

bool ag_pg_ask_inside(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                      AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    Inside inside = {db, on_rows, data};
    if (!is_open(pg, diag))
        return false;
    if (pg->xid == NULL)
        return ag_pg_send(db, questions, n, diag) &&
               ag_pg_receive(db, questions, n, on_rows, data, diag);
    g_autofree AgQuestion *all = g_new0(AgQuestion, n + 1);
    all[0].sql = xid_sql;
    all[0].often = n > 0 && questions[0].often;
    if (n > 0)
        memcpy(all + 1, questions, n * sizeof *all);
    return ag_pg_send(db, all, n + 1, diag) &&
           ag_pg_receive(db, all, n + 1, judge_first, &inside, diag);
}
