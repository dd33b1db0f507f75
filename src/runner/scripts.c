/* SPDX-License-Identifier: MIT */
/* Repeatable scripts: run whenever their statements are not the ones that ran last, and again after
 * a downgrade, which may have taken what they had put in. */
#include "base/clock.h"
#include "runner/runner_private.h"

#include <string.h>

static const char *const direction_word = "script";

/* The checksums recorded since the last downgrade; name -> text, in the pool. NULL after a problem.
 */
static GHashTable *read_recorded(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    GHashTable *recorded = ag_pool_table(pool, g_str_hash, g_str_equal);
    if (!runner->log.exists)
        return recorded;
    const char *sql = ag_pool_printf(pool,
                                     "SELECT revision, checksum FROM %s WHERE direction = '%s'"
                                     " AND status = 'done' AND id > (SELECT coalesce(max(id), 0)"
                                     " FROM %s WHERE direction = 'downgrade'"
                                     " AND status <> 'failed') ORDER BY id",
                                     runner->log.sql, direction_word, runner->log.sql);
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return NULL;
    for (guint i = 0; i < rows->n_rows; i++)
        g_hash_table_insert(recorded, (gpointer)(guintptr)ag_rows_get(rows, i, 0),
                            (gpointer)(guintptr)ag_rows_get(rows, i, 1));
    return recorded;
}

static GPtrArray *find_changed(AgRunner *runner, const GPtrArray *scripts, AgDiag *diag)
{
    GHashTable *recorded = read_recorded(runner, runner->pool, diag);
    if (recorded == NULL)
        return NULL;
    GPtrArray *changed = ag_pool_array(runner->pool);
    for (guint i = 0; i < scripts->len; i++) {
        const AgRevision *script = g_ptr_array_index(scripts, i);
        const char *sum = ag_revision_checksum(runner->pool, script, runner->dialect->id);
        if (g_strcmp0(sum, g_hash_table_lookup(recorded, script->id)) != 0)
            g_ptr_array_add(changed, (gpointer)(guintptr)script);
    }
    return changed;
}

/* What happens outside a transaction could neither be taken back nor recorded with the script. */
static bool check_steps(const AgRunner *runner, const GPtrArray *scripts, AgDiag *diag)
{
    for (guint i = 0; i < scripts->len; i++) {
        const AgRevision *revision = g_ptr_array_index(scripts, i);
        const AgScript *script = ag_runner_script(runner, revision);
        for (guint s = 0; s < script->steps->len; s++) {
            const AgStep *step = g_ptr_array_index(script->steps, s);
            if (step->mode == AG_STEP_TRANSACTIONAL)
                continue;
            ag_fail(diag, AG_PROBLEM_UNSUPPORTED, (AgPlace){revision->file, 0, 0},
                    "script '%s' has a step outside its transaction", revision->id);
            ag_hint(diag, "what has to run alone belongs into a revision");
            return false;
        }
    }
    return true;
}

static bool record(AgRunner *runner, const AgOngoing *ongoing, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_transaction_batch(runner, ongoing, pool);
    AgLogEntry entry = {.revision = ongoing->revision->id,
                        .direction = direction_word,
                        .status = "done",
                        .checksum = ongoing->checksum,
                        .duration_ms = ag_clock_monotonic_ms() - ongoing->started_ms};
    ag_log_add(runner, batch, &entry);
    return ag_transaction_write(runner, ongoing, batch, diag);
}

static bool run_inside(AgRunner *runner, const AgOngoing *ongoing, const GPtrArray *wanted,
                       AgDiag *diag)
{
    bool check_orphans = ag_orphans_may_come(runner, ongoing->script->steps, wanted);
    if (!ag_transaction_steps(runner, ongoing, 0, ongoing->n_steps, check_orphans, diag))
        return false;
    if (runner->options->dry_run)
        return ag_db_transaction_is_ours(runner->db, diag);
    return (record(runner, ongoing, diag) && ag_transaction_commit(runner, diag));
}

static AgOutcome try_script(AgRunner *runner, void *data, AgDiag *diag)
{
    const AgOngoing *ongoing = data;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgSettings settings = {runner, ag_pool_array(pool), false};
    GPtrArray *wanted = ag_settings_union(runner, pool, ongoing->script->steps, diag);
    bool good = wanted != NULL && ag_settings_apply(&settings, wanted, AG_NOWHERE, diag) &&
                ag_transaction_begin(runner, diag);
    if (good) {
        runner->begun = true;
        good = run_inside(runner, ongoing, wanted, diag);
        if (!good || runner->options->dry_run)
            ag_db_rollback(runner->db);
    }
    good = ag_settings_restore(&settings, diag) && good;
    return good ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}

static bool run_script(AgRunner *runner, const AgRevision *script, AgDiag *diag)
{
    AgOngoing ongoing = ag_ongoing(runner, script);
    guint mark = ag_diag_count(diag);
    if (ag_transaction_retry(runner, try_script, &ongoing, diag) == AG_OUTCOME_DONE)
        return true;
    if (!runner->options->dry_run)
        ag_log_failure(runner, script, NULL, ongoing.started_ms, mark, diag);
    return false;
}

static bool run_changed(AgRunner *runner, const GPtrArray *changed, GPtrArray *ran, AgDiag *diag)
{
    bool stirred = false;
    for (guint i = 0; i < changed->len; i++) {
        const AgRevision *script = g_ptr_array_index(changed, i);
        if (i > 0 && !ag_session_reset(runner, stirred, diag))
            return false;
        if (!run_script(runner, script, diag))
            return false;
        g_ptr_array_add(ran, (gpointer)(guintptr)script);
        stirred = ag_runner_stirs(runner, script);
    }
    return !stirred || ag_session_reset(runner, true, diag);
}

static bool run_locked(AgRunner *runner, const GPtrArray *scripts, GPtrArray *ran, AgDiag *diag)
{
    if (!ag_tables_find(runner, diag) || !ag_tables_check_writable(runner, diag))
        return false;
    GPtrArray *changed = find_changed(runner, scripts, diag);
    if (changed == NULL || !check_steps(runner, changed, diag) ||
        !ag_consent_check(runner, changed, diag))
        return false;
    if (changed->len == 0)
        return true;
    bool stirring = g_hash_table_size(runner->stirring) > 0;
    return ag_session_begin(runner, stirring, diag) &&
           (runner->options->dry_run || ag_tables_ensure(runner, diag)) &&
           run_changed(runner, changed, ran, diag);
}

bool ag_runner_scripts(AgDb *db, const GPtrArray *scripts, const AgRunnerOptions *options,
                       GPtrArray *ran, AgDiag *diag)
{
    if (scripts->len == 0)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRunnerOptions own = *options;
    own.progress = NULL;
    /* Scripts carry no seal. */
    own.review = g_strcmp0(options->review, "none") == 0 ? "none" : NULL;
    AgRunner *runner = ag_runner_new(pool, db, NULL, &own);
    runner->direction = AG_UPGRADE;
    runner->scripts = true;
    if (!ag_lock_take(runner, diag))
        return false;
    bool good = run_locked(runner, scripts, ran, diag);
    ag_lock_release(runner);
    return good;
}
