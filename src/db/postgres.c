/* SPDX-License-Identifier: MIT */
#include "db/postgres_private.h"

#include <string.h>

static void close_connection(AgDb *db)
{
    AgPg *pg = ag_pg(db);
    if (pg == NULL)
        return;
    if (pg->conn != NULL || pg->starting != NULL) { /* else there may be no libpq */
        PQfreeCancel(pg->cancel);
        PQfinish(pg->conn);
        PQfinish(pg->starting);
        PQclear(pg->alone);
    }
    g_ptr_array_free(pg->notices, TRUE);
    g_clear_pointer(&pg->plans, g_hash_table_unref);
    g_free(pg->xid);
    g_free(pg);
    db->handle = NULL;
}

static bool fail_interrupted(AgPlace place, AgDiag *diag)
{
    return ag_fail(diag, AG_PROBLEM_INTERRUPTED, place, "interrupted");
}

/* --- one statement --- */

/* Nobody feeds or reads a COPY here: it is ended, and the statement fails. */
static void end_copy(PGconn *conn, ExecStatusType status)
{
    if (status == PGRES_COPY_IN) {
        PQputCopyEnd(conn, "COPY FROM STDIN has no data here");
        return;
    }
    char *row = NULL;
    while (PQgetCopyData(conn, &row, 0) > 0)
        PQfreemem(row);
}

/* Takes every result there is. PQexec would keep only the last message, and with it lose why the
 * server went away (57P01). */
AgPgOutcome ag_pg_drain(PGconn *conn)
{
    AgPgOutcome outcome = {0};
    for (PGresult *next; (next = PQgetResult(conn)) != NULL;) {
        ExecStatusType status = PQresultStatus(next);
        bool bad = status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
        bool has_state = bad && PQresultErrorField(next, PG_DIAG_SQLSTATE) != NULL;
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            end_copy(conn, status);
            outcome.copied = true;
        }
        bool keep = !outcome.failed || (has_state && outcome.result != NULL &&
                                        !PQresultErrorField(outcome.result, PG_DIAG_SQLSTATE));
        if (keep && status != PGRES_SINGLE_TUPLE) {
            PQclear(outcome.result);
            outcome.result = g_steal_pointer(&next);
        }
        outcome.failed = outcome.failed || bad;
        PQclear(next);
        if (PQstatus(conn) == CONNECTION_BAD && status == PGRES_COPY_BOTH)
            break;
    }
    return outcome;
}

/* Judges what ag_pg_drain found: records the problem when there is one. */
bool ag_pg_judge(AgDb *db, const AgPgOutcome *outcome, const char *sql, AgPlace place, AgDiag *diag)
{
    ag_pg_tell_notices(db, diag);
    if (outcome->failed || outcome->result == NULL)
        return ag_pg_fail(db, outcome->result, sql, place, diag);
    if (outcome->copied) {
        g_strlcpy(db->state, "0A000", sizeof db->state);
        ag_fail(diag, AG_PROBLEM_STATEMENT, place, "COPY to or from the client is not possible");
        ag_sqlstate(diag, db->state, NULL);
        ag_hint(diag, "use INSERT, or load the data with psql");
        return false;
    }
    return true;
}

/* Sends one statement alone; false: the connection is broken. */
bool ag_pg_send_alone(AgPg *pg, const char *sql, const char *const *params, int n_params)
{
    pg->one_by_one = false;
    return PQsendQueryParams(pg->conn, sql, n_params, NULL, params, NULL, NULL, 0) == 1;
}

/* Rows are taken one by one and dropped, however many a SELECT in a revision gives. */
static bool run(AgDb *db, const char *sql, AgPlace place, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    if (pg->interrupted)
        return fail_interrupted(place, diag);
    if (!ag_pg_send_alone(pg, sql, NULL, 0))
        return ag_pg_fail(db, NULL, sql, place, diag);
    pg->one_by_one = PQsetSingleRowMode(pg->conn) == 1;
    AgPgOutcome outcome = ag_pg_drain(pg->conn);
    bool good = ag_pg_judge(db, &outcome, sql, place, diag);
    PQclear(outcome.result);
    return good;
}

/* --- rows --- */

/* `rows->n_rows` rows from `first` on; cells point into the result. */
static void point_into(AgRows *rows, const PGresult *result, int first, const char **cells)
{
    size_t n = 0;
    for (int row = first; row < first + (int)rows->n_rows; row++)
        for (int column = 0; column < PQnfields(result); column++)
            cells[n++] = PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
    rows->cells = cells;
}

static void describe(AgRows *rows, const PGresult *result, const char **names)
{
    rows->n_rows = (guint)PQntuples(result);
    rows->n_columns = (guint)PQnfields(result);
    for (guint i = 0; i < rows->n_columns; i++)
        names[i] = PQfname(result, (int)i);
    rows->names = names;
    rows->affected = g_ascii_strtoll(PQcmdTuples((PGresult *)(guintptr)result), NULL, 10);
    rows->tag = PQcmdStatus((PGresult *)(guintptr)result);
    if (PQresultStatus(result) == PGRES_TUPLES_OK && g_str_has_prefix(rows->tag, "SELECT"))
        rows->affected = 0;
}

static size_t cell_count(const PGresult *result)
{
    return (size_t)PQntuples(result) * (size_t)PQnfields(result);
}

static AgRows *copy_rows(AgPool *pool, const PGresult *result)
{
    AgRows *rows = ag_pool_new0(pool, AgRows);
    const char **names = ag_pool_alloc(pool, sizeof *names * ((size_t)PQnfields(result) + 1));
    const char **cells = ag_pool_alloc(pool, sizeof *cells * (cell_count(result) + 1));
    describe(rows, result, names);
    point_into(rows, result, 0, cells);
    for (guint i = 0; i < rows->n_columns; i++)
        names[i] = ag_pool_text(pool, names[i]);
    for (size_t i = 0; i < cell_count(result); i++)
        cells[i] = ag_pool_text(pool, cells[i]);
    rows->tag = ag_pool_text(pool, rows->tag);
    return rows;
}

/* One statement with its result. NULL after a problem; the caller clears it. */
PGresult *ag_pg_fetch(AgDb *db, const char *sql, const char *const *params, int n_params,
                      AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    if (pg->interrupted) {
        fail_interrupted(AG_NOWHERE, diag);
        return NULL;
    }
    if (!ag_pg_send_alone(pg, sql, params, n_params)) {
        ag_pg_fail(db, NULL, sql, AG_NOWHERE, diag);
        return NULL;
    }
    AgPgOutcome outcome = ag_pg_drain(pg->conn);
    if (ag_pg_judge(db, &outcome, sql, AG_NOWHERE, diag))
        return outcome.result;
    PQclear(outcome.result);
    return NULL;
}

AgRows *ag_pg_query(AgDb *db, AgPool *pool, const char *sql, const char *const *params,
                    int n_params, AgDiag *diag)
{
    g_autoptr(PGresult) result = ag_pg_fetch(db, sql, params, n_params, diag);
    return result == NULL ? NULL : copy_rows(pool, result);
}

/* --- plans of questions that are asked often --- */

static void forget_plans(AgDb *db)
{
    g_clear_pointer(&ag_pg(db)->plans, g_hash_table_unref);
}

static const char *plan_of(const AgPg *pg, const AgQuestion *question)
{
    return pg->plans == NULL || !question->often ? NULL
                                                 : g_hash_table_lookup(pg->plans, question->sql);
}

static bool make_plan(AgDb *db, const char *sql, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    g_autofree char *name = g_strdup_printf("autogen_%u", ++pg->n_plans);
    pg->one_by_one = false;
    if (PQsendPrepare(pg->conn, name, sql, 0, NULL) != 1)
        return ag_pg_fail(db, NULL, sql, AG_NOWHERE, diag);
    AgPgOutcome outcome = ag_pg_drain(pg->conn);
    bool good = ag_pg_judge(db, &outcome, sql, AG_NOWHERE, diag);
    PQclear(outcome.result);
    if (!good)
        return false;
    if (pg->plans == NULL)
        pg->plans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(pg->plans, g_strdup(sql), g_steal_pointer(&name));
    return true;
}

/* Behind a pooler the next statement may reach a session that has never heard of them. */
static bool make_plans(AgDb *db, const AgQuestion *questions, guint n, AgDiag *diag)
{
    const AgPg *pg = ag_pg(db);
    for (guint i = 0; i < n && !pg->pooled; i++)
        if (questions[i].often && plan_of(pg, &questions[i]) == NULL &&
            !make_plan(db, questions[i].sql, diag))
            return false;
    return true;
}

bool ag_pg_send_question(AgPg *pg, const AgQuestion *question)
{
    const char *plan = plan_of(pg, question);
    if (plan != NULL)
        return PQsendQueryPrepared(pg->conn, plan, question->n_params, question->params, NULL, NULL,
                                   0) == 1;
    return PQsendQueryParams(pg->conn, question->sql, question->n_params, NULL, question->params,
                             NULL, NULL, 0) == 1;
}

/* --- many statements in one round trip --- */

typedef struct {
    const AgQuestion *questions;
    guint n;
    AgOnRows on_rows;
    void *data;
    bool failed; /* what still comes is dropped */
} Asking;

/* In parts, because the cells of a whole catalogue would take as much room again as its result. In
 * sanitizer builds they are small, so that every test sees whether its reader can do with parts. */
static bool hand_over(const Asking *asking, const PGresult *result, guint question, AgDiag *diag)
{
    enum { MOST_ROWS = AG_POOL_CHECKED ? 3 : 4096 };
    AgRows rows = {0};
    int n_rows = PQntuples(result);
    bool whole = question < asking->n && asking->questions[question].whole;
    int part = whole ? MAX(n_rows, 1) : MOST_ROWS;
    size_t most = (size_t)MIN(n_rows, part) * (size_t)PQnfields(result);
    g_autofree const char **names = g_new0(const char *, (gsize)PQnfields(result) + 1);
    g_autofree const char **cells = g_new(const char *, most + 1);
    bool good = true;
    describe(&rows, result, names);
    for (int first = 0; good && (first == 0 || first < n_rows); first += part) {
        rows.n_rows = (guint)MIN(n_rows - first, part);
        point_into(&rows, result, first, cells);
        good = asking->on_rows == NULL || asking->on_rows(question, &rows, asking->data, diag);
    }
    return good;
}

bool ag_pg_hand_over(const PGresult *result, AgOnRows on_rows, void *data, AgDiag *diag)
{
    static const AgQuestion whole = {.whole = true};
    Asking asking = {.questions = &whole, .n = 1, .on_rows = on_rows, .data = data};
    return hand_over(&asking, result, 0, diag);
}

/* One result of a question; `single`: the last was one row of a question whose rows come one by
 * one, whose end then tells nothing new. */
static bool take_answer(AgDb *db, const Asking *asking, const PGresult *result, guint question,
                        bool single, AgDiag *diag)
{
    ExecStatusType status = PQresultStatus(result);
    if (single && status == PGRES_TUPLES_OK && PQntuples(result) == 0)
        return true;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_SINGLE_TUPLE)
        return hand_over(asking, result, question, diag);
    if (status == PGRES_PIPELINE_SYNC || status == PGRES_PIPELINE_ABORTED)
        return true;
    ag_pg_fail(db, result, question < asking->n ? asking->questions[question].sql : NULL,
               AG_NOWHERE, diag);
    if (strcmp(db->state, "26000") == 0) /* a statement has done away with the plans */
        forget_plans(db);
    return false;
}

/* Reads the results up to the sync point. After a failure the rest is read and dropped, so that
 * the connection can be used again. NULL ends the results of a question; twice in a row means that
 * nothing is left to come, as when the server said goodbye (57P01, 57P02) between two questions:
 * the connection then counts as good until somebody writes to it. */
static bool read_answers(AgDb *db, const Asking *asking, guint first, AgDiag *diag)
{
    PGconn *conn = ag_pg(db)->conn;
    bool good = !asking->failed, synced = false, ended = false, single = false;
    guint question = first;
    while (!synced && PQstatus(conn) == CONNECTION_OK) {
        PGresult *result = PQgetResult(conn);
        if (result == NULL && ended)
            break;
        ended = result == NULL;
        if (ended) {
            question++;
            continue;
        }
        synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        good = good && take_answer(db, asking, result, question, single, diag);
        single = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
        PQclear(result);
    }
    if (good && !synced)
        good = ag_pg_fail(db, NULL, NULL, AG_NOWHERE, diag);
    return good;
}

static bool end_pipeline(AgDb *db, bool good, AgDiag *diag)
{
    PQexitPipelineMode(ag_pg(db)->conn);
    ag_pg_tell_notices(db, diag);
    return good;
}

/* A COPY cannot be refused inside a pipeline; nobody sends one here. libpq reads while the server
 * takes nothing, so that two full buffers do not wait for each other. */
static bool send_from(AgDb *db, const AgQuestion *questions, guint first, guint n, AgDiag *diag)
{
    PGconn *conn = ag_pg(db)->conn;
    bool sent = PQenterPipelineMode(conn) == 1;
    for (guint i = first; sent && i < n; i++)
        sent = ag_pg_send_question(ag_pg(db), &questions[i]);
    sent = sent && PQpipelineSync(conn) == 1;
    return sent || end_pipeline(db, ag_pg_fail(db, NULL, NULL, AG_NOWHERE, diag), diag);
}

/* libpq 15 carries single-row mode over into the first statement of a pipeline, and only a
 * statement outside one resets it: a first question that wants its rows at once then goes alone. */
bool ag_pg_send(AgDb *db, const AgQuestion *questions, guint n, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    if (pg->interrupted)
        return fail_interrupted(AG_NOWHERE, diag);
    if (!make_plans(db, questions, n, diag))
        return false;
    if (pg->one_by_one && questions[0].whole) {
        pg->alone =
            ag_pg_fetch(db, questions[0].sql, questions[0].params, questions[0].n_params, diag);
        if (pg->alone == NULL)
            return false;
    }
    pg->one_by_one = false;
    guint first = pg->alone == NULL ? 0 : 1;
    return first == n || send_from(db, questions, first, n, diag);
}

/* Once something was sent all answers are read, whatever becomes of the first. */
bool ag_pg_receive(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                   AgDiag *diag)
{
    Asking asking = {.questions = questions, .n = n, .on_rows = on_rows, .data = data};
    g_autoptr(PGresult) alone = g_steal_pointer(&ag_pg(db)->alone);
    guint first = alone == NULL ? 0 : 1;
    bool good = alone == NULL || hand_over(&asking, alone, 0, diag);
    if (first == n)
        return good;
    asking.failed = !good;
    return end_pipeline(db, read_answers(db, &asking, first, diag), diag);
}

static bool set_search_path(AgDb *db, const char *path, AgDiag *diag)
{
    bool pooled = ag_pg(db)->pooled;
    if (path == NULL && (pooled || !run(db, "RESET search_path", AG_NOWHERE, diag)))
        return pooled;
    if (path == NULL) {
        g_autoptr(PGresult) own =
            ag_pg_fetch(db,
                        "SELECT pg_catalog.set_config('search_path', " AG_PG_OWN_PATH ", false)",
                        NULL, 0, diag);
        return own != NULL;
    }
    const char *const params[] = {path, pooled ? "true" : "false"};
    g_autoptr(PGresult) result =
        ag_pg_fetch(db, "SELECT pg_catalog.set_config('search_path', $1, $2)", params, 2, diag);
    return result != NULL;
}

static void interrupt(AgDb *db)
{
    AgPg *pg = ag_pg(db);
    char ignored[256];
    if (pg == NULL)
        return;
    pg->interrupted = 1;
    if (pg->cancel != NULL)
        PQcancel(pg->cancel, ignored, sizeof ignored);
}

const AgDriver ag_driver_postgres = {
    .start = ag_pg_start,
    .open = ag_pg_open,
    .close = close_connection,
    .run = run,
    .query = ag_pg_query,
    .send = ag_pg_send,
    .receive = ag_pg_receive,
    .begin = ag_pg_begin,
    .commit = ag_pg_commit,
    .ask_inside = ag_pg_ask_inside,
    .commit_and_ask = ag_pg_commit_and_ask,
    .forget_plans = forget_plans,
    .rollback = ag_pg_rollback,
    .transaction_is_ours = ag_pg_transaction_is_ours,
    .set_search_path = set_search_path,
    .interrupt = interrupt,
};
