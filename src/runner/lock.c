/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/digest.h"
#include "runner/runner_private.h"

#include <string.h>

enum { FIRST_PAUSE_MS = 20, LONGEST_PAUSE_MS = 400 };

void ag_lock_sleep(int ms)
{
    int third = MAX(ms / 3, 1);
    g_usleep((gulong)g_random_int_range(ms - third, ms + third + 1) * 1000);
}

/* The key: 64 bits of a hash over database and version table, as two halves the way pg_locks
 * shows them. */
static bool make_key(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRows *rows =
        ag_db_query(runner->db, pool, "SELECT pg_catalog.current_database()", NULL, 0, diag);
    if (rows == NULL)
        return false;
    const char *text = ag_pool_printf(pool, "autogen/%s/%s/%s", ag_rows_get(rows, 0, 0),
                                      runner->version.schema, runner->version.name);
    g_autofree char *digits = g_strndup(ag_digest_sha256(pool, text, strlen(text)), 16);
    guint64 key = g_ascii_strtoull(digits, NULL, 16);
    runner->lock_high = ag_pool_printf(runner->pool, "%u", (guint)(key >> 32));
    runner->lock_low = ag_pool_printf(runner->pool, "%u", (guint)(key & 0xffffffffu));
    return true;
}

/* 1: taken, 0: somebody else has it, -1: a problem. */
static int try_lock(AgRunner *runner, const char *function, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *params[] = {runner->lock_high, runner->lock_low};
    const char *sql = ag_pool_printf(pool,
                                     "SELECT pg_catalog.%s(($1::pg_catalog.int8"
                                     " OPERATOR(pg_catalog.<<) 32)"
                                     " OPERATOR(pg_catalog.|) $2::pg_catalog.int8)",
                                     function);
    AgRows *rows = ag_db_query(runner->db, pool, sql, params, 2, diag);
    if (rows == NULL)
        return -1;
    return strcmp(ag_rows_get(rows, 0, 0), "t") == 0;
}

static const char *cell_or(const AgRows *rows, guint row, int column, const char *other)
{
    const char *cell = ag_rows_get(rows, row, column);
    return cell == NULL || *cell == '\0' ? other : cell;
}

static bool fail_locked(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *params[] = {runner->lock_high, runner->lock_low};
    AgRows *rows = ag_db_query(
        runner->db, pool,
        "SELECT l.pid, a.application_name, a.client_hostname, pg_catalog.host(a.client_addr),"
        " pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS \"UTC\"'), a.usename"
        " FROM pg_catalog.pg_locks l"
        " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
        " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d"
        "  WHERE d.datname = pg_catalog.current_database())"
        " AND l.classid = $1::pg_catalog.oid AND l.objid = $2::pg_catalog.oid",
        params, 2, diag);
    if (rows == NULL)
        return false;
    if (rows->n_rows == 0)
        return ag_fail(diag, AG_PROBLEM_LOCK_TIMEOUT, AG_NOWHERE,
                       "other runners took turns with the lock and none was left for this one");
    const char *host = cell_or(rows, 0, 2, cell_or(rows, 0, 3, "the server itself"));
    g_autofree char *shown = ag_text_printable(cell_or(rows, 0, 1, "unknown"));
    g_autofree char *user = ag_text_printable(cell_or(rows, 0, 5, "unknown"));
    ag_fail(diag, AG_PROBLEM_LOCK_TIMEOUT, AG_NOWHERE,
            "another runner is at work on this database: process %s ('%s', user '%s') from %s, "
            "connected since %s",
            cell_or(rows, 0, 0, "?"), shown, user, host, cell_or(rows, 0, 4, "unknown"));
    ag_hint(diag,
            "wait for it to end; if its machine is gone, "
            "`SELECT pg_terminate_backend(%s)` frees the lock",
            cell_or(rows, 0, 0, "PID"));
    return false;
}

/* By polling: a session blocked in pg_advisory_lock() has a snapshot, and CREATE INDEX CONCURRENTLY
 * of the holder would wait for it, for ever. */
bool ag_lock_take(AgRunner *runner, AgDiag *diag)
{
    if (ag_runner_is_sqlite(runner)) /* BEGIN IMMEDIATE is the lock, revision by revision */
        return ag_turn_take(runner, diag);
    if (runner->lock_high == NULL && !make_key(runner, diag))
        return false;
    int64_t give_up = ag_clock_monotonic_ms() + MAX(runner->options->lock_wait_ms, 0);
    for (int pause = FIRST_PAUSE_MS;; pause = MIN(pause * 2, LONGEST_PAUSE_MS)) {
        int taken = try_lock(runner, "pg_try_advisory_lock", diag);
        if (taken != 0)
            return taken > 0;
        int64_t left = give_up - ag_clock_monotonic_ms();
        if (left <= 0)
            return fail_locked(runner, diag);
        ag_lock_sleep((int)MIN(pause, MAX(left, 2)));
    }
}

void ag_lock_release(AgRunner *runner)
{
    if (ag_runner_is_sqlite(runner)) {
        ag_turn_give(runner);
        return;
    }
    g_autoptr(AgDiag) quiet = ag_diag_new(); /* a dead session holds no lock */
    try_lock(runner, "pg_advisory_unlock", quiet);
}

void ag_lock_hint_blockers(AgRunner *runner, AgDiag *diag)
{
    if (ag_runner_is_sqlite(runner)) {
        g_autofree char *path = ag_text_printable(ag_db_url(runner->db)->path);
        ag_hint(diag, "find out who has the file open: fuser '%s'", path);
        return;
    }
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) quiet = ag_diag_new();
    AgRows *rows = ag_db_query(
        runner->db, pool,
        "SELECT pid, application_name, usename, state,"
        " pg_catalog.to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS \"UTC\"')"
        " FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database()"
        " AND pid <> pg_catalog.pg_backend_pid() AND xact_start IS NOT NULL"
        " ORDER BY xact_start LIMIT 3",
        NULL, 0, quiet);
    for (guint i = 0; rows != NULL && i < rows->n_rows; i++) {
        g_autofree char *name = ag_text_printable(cell_or(rows, i, 1, "unknown"));
        g_autofree char *user = ag_text_printable(cell_or(rows, i, 2, "unknown"));
        ag_hint(diag, "process %s ('%s', user '%s', %s) has a transaction open since %s",
                cell_or(rows, i, 0, "?"), name, user, cell_or(rows, i, 3, "state unknown"),
                cell_or(rows, i, 4, "unknown"));
    }
}
