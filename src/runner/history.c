/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

GPtrArray *ag_history_current(AgDb *db, AgPool *pool, const AgRunnerOptions *options, AgDiag *diag)
{
    AgRunner *runner = ag_runner_new(pool, db, NULL, options);
    return ag_tables_find(runner, diag) ? ag_state_read(runner, pool, diag) : NULL;
}

/* --- edited files --- */

static bool report_unreadable(const AgRevision *revision, const char *recorded, AgDiag *diag)
{
    g_autofree char *shown = ag_text_printable(recorded);
    ag_fail(diag, AG_PROBLEM_UNSUPPORTED, (AgPlace){revision->file, 0, 0},
            "the checksum recorded for revision '%s' is of a kind this version does not know: '%s'",
            revision->id, shown);
    ag_hint(diag, "a newer autogen wrote it; upgrade autogen");
    return false;
}

static bool report_edited(const AgRevision *revision, const AgRows *rows, guint row,
                          const char *found, bool strict, AgDiag *diag)
{
    AgPlace place = {revision->file, 0, 0};
    g_autofree char *recorded = ag_text_printable(ag_rows_get(rows, row, 1));
    g_autofree char *when = ag_text_printable(ag_rows_get(rows, row, 2));
    const char *who = ag_rows_get(rows, row, 3);
    g_autofree char *user = ag_text_printable(who == NULL ? "?" : who);
    g_autofree char *message = g_strdup_printf(
        "revision '%s' was edited after it was applied: recorded %s, the file has %s", revision->id,
        recorded, found);
    if (strict)
        ag_fail(diag, AG_PROBLEM_EDITED_REVISION, place, "%s", message);
    else
        ag_warn(diag, AG_PROBLEM_EDITED_REVISION, place, "%s", message);
    ag_hint(diag, "it was recorded at %s by %s", when, user);
    ag_hint(diag, "restore the file from version control and put the change into a new revision, "
                  "or accept it with `autogen stamp --rehash`");
    return !strict;
}

static bool verify_one(const AgRunner *runner, const AgRevision *revision, const AgRows *rows,
                       guint row, bool strict, AgDiag *diag)
{
    const char *recorded = ag_rows_get(rows, row, 1);
    if (!g_str_has_prefix(recorded, "v1:sha256:"))
        return report_unreadable(revision, recorded, diag);
    const char *found = ag_revision_checksum(runner->pool, revision, runner->dialect->id);
    if (found == NULL)
        found = "no block for this database";
    return strcmp(found, recorded) == 0 || report_edited(revision, rows, row, found, strict, diag);
}

bool ag_history_verify_run(AgRunner *runner, bool strict, AgDiag *diag)
{
    if (!runner->log.exists || runner->current->len == 0)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *sql =
        ag_pool_printf(pool,
                       "SELECT revision, checksum, started, user_name FROM %s WHERE step IS NULL"
                       " AND checksum IS NOT NULL AND status IN ('done', 'stamp') ORDER BY id",
                       runner->log.sql);
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return false;
    /* The newest row of a revision counts: number of the row, plus one. */
    g_autoptr(GHashTable) newest = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < rows->n_rows; i++)
        g_hash_table_insert(newest, (gpointer)(guintptr)ag_rows_get(rows, i, 0),
                            GUINT_TO_POINTER(i + 1));
    bool good = true;
    for (guint i = 0; i < runner->dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(runner->dag->revisions, i);
        guint row = GPOINTER_TO_UINT(g_hash_table_lookup(newest, revision->id));
        if (row == 0 || !ag_state_is_applied(runner, revision->id))
            continue;
        good = verify_one(runner, revision, rows, row - 1, strict, diag) && good;
    }
    return good;
}

bool ag_history_verify(AgDb *db, AgPool *pool, const AgDag *dag, const AgRunnerOptions *options,
                       bool strict, AgDiag *diag)
{
    AgRunner *runner = ag_runner_new(pool, db, dag, options);
    return ag_tables_find(runner, diag) && ag_state_load(runner, diag) &&
           ag_history_verify_run(runner, strict, diag);
}

/* --- the log --- */

static const char *const log_names[] = {"revision",  "direction", "step",         "status",
                                        "checksum",  "started",   "finished",     "duration_ms",
                                        "user_name", "host",      "tool_version", "error",
                                        "tag"};

AgRows *ag_history_log(AgDb *db, AgPool *pool, const AgRunnerOptions *options, AgDiag *diag)
{
    AgRunner *runner = ag_runner_new(pool, db, NULL, options);
    if (!ag_tables_find(runner, diag))
        return NULL;
    if (!runner->log.exists) {
        AgRows *none = ag_pool_new0(pool, AgRows);
        none->names = log_names;
        none->n_columns = G_N_ELEMENTS(log_names);
        none->tag = "";
        return none;
    }
    const char *started = "started", *finished = "finished";
    if (!ag_runner_is_sqlite(runner)) {
        started = "pg_catalog.to_char(started, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS started";
        finished = "pg_catalog.to_char(finished, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS finished";
    }
    const char *sql =
        ag_pool_printf(pool,
                       "SELECT revision, direction, step, status, checksum, %s, %s, duration_ms,"
                       " user_name, host, tool_version, error, tag FROM %s ORDER BY id",
                       started, finished, runner->log.sql);
    return ag_db_query(db, pool, sql, NULL, 0, diag);
}
