/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "runner/runner_private.h"

/* --- one revision --- */

static bool is_transactional(const AgOngoing *ongoing, guint step)
{
    return ag_ongoing_step(ongoing, step)->mode == AG_STEP_TRANSACTIONAL;
}

/* The end of the group that begins with that step: steps of transactions that follow each other. */
static guint group_end(const AgOngoing *ongoing, guint from)
{
    guint to = from;
    while (to < ongoing->n_steps && is_transactional(ongoing, to))
        to++;
    return to;
}

/* Groups and loose steps in turn. What another runner did meanwhile ends it: the version row tells
 * whether it did the revision, or only this part of it. Each begins with the session as a run that
 * resumes there has it. */
static AgOutcome run_parts(AgRunner *runner, const AgOngoing *ongoing, AgDiag *diag)
{
    bool stirs = ag_runner_stirs(runner, ongoing->revision);
    guint step = 0;
    while (step < ongoing->n_steps) {
        guint to = group_end(ongoing, step);
        bool last = to == ongoing->n_steps;
        AgOutcome outcome = to > step ? ag_transaction_group(runner, ongoing, step, to, diag)
                                      : ag_loose_step(runner, ongoing, step, diag);
        if (outcome == AG_OUTCOME_FAILED || last)
            return outcome;
        if (stirs && !ag_session_reset(runner, true, diag))
            return AG_OUTCOME_FAILED;
        if (outcome == AG_OUTCOME_SKIPPED) {
            AgOutcome turn = ag_state_turn(runner, ongoing->revision, diag);
            if (turn != AG_OUTCOME_DONE)
                return turn;
        }
        step = to > step ? to : step + 1;
    }
    return ag_transaction_group(runner, ongoing, ongoing->n_steps, ongoing->n_steps, diag);
}

static AgOutcome run_revision(AgRunner *runner, const AgRevision *revision, AgDiag *diag)
{
    AgOutcome turn = ag_state_turn(runner, revision, diag);
    if (turn != AG_OUTCOME_DONE)
        return turn;
    AgOngoing ongoing = ag_ongoing(runner, revision);
    ag_ongoing_tell(runner, &ongoing, 0, false);
    AgOutcome outcome = run_parts(runner, &ongoing, diag);
    if (outcome == AG_OUTCOME_DONE)
        ag_ongoing_tell(runner, &ongoing, 0, true);
    return outcome;
}

static bool run_each(AgRunner *runner, const GPtrArray *path, guint *applied, AgDiag *diag)
{
    bool stirred = false;
    for (guint i = 0; i < path->len; i++) {
        const AgRevision *revision = g_ptr_array_index(path, i);
        if (i > 0 && !ag_session_reset(runner, stirred, diag))
            return false;
        AgOutcome outcome = run_revision(runner, revision, diag);
        if (outcome == AG_OUTCOME_FAILED)
            return false;
        *applied += outcome == AG_OUTCOME_DONE;
        stirred = ag_runner_stirs(runner, revision) && outcome == AG_OUTCOME_DONE;
    }
    return !stirred || ag_session_reset(runner, true, diag);
}

/* --- all revisions in one transaction --- */

typedef struct {
    const GPtrArray *path;
    guint applied;
    bool check_orphans;
    const AgRevision *failed; /* the one that did not work out */
} Together;

static GPtrArray *all_steps(const AgRunner *runner, AgPool *pool, const GPtrArray *path)
{
    GPtrArray *steps = ag_pool_array(pool);
    for (guint i = 0; i < path->len; i++) {
        const AgScript *script = ag_runner_script(runner, g_ptr_array_index(path, i));
        for (guint s = 0; script != NULL && s < script->steps->len; s++)
            g_ptr_array_add(steps, g_ptr_array_index(script->steps, s));
    }
    return steps;
}

static bool run_one_of_many(AgRunner *runner, Together *together, const AgRevision *revision,
                            AgDiag *diag)
{
    AgOutcome turn = ag_state_turn(runner, revision, diag);
    if (turn != AG_OUTCOME_DONE)
        return turn == AG_OUTCOME_SKIPPED;
    AgOngoing ongoing = ag_ongoing(runner, revision);
    together->failed = revision;
    ag_ongoing_tell(runner, &ongoing, 0, false);
    if (!ag_transaction_steps(runner, &ongoing, 0, ongoing.n_steps, together->check_orphans, diag))
        return false;
    GPtrArray *after = ag_transaction_record(runner, &ongoing, diag);
    if (after == NULL)
        return false;
    ag_state_advance(runner, revision, after);
    ag_ongoing_tell(runner, &ongoing, 0, true);
    together->applied++;
    together->failed = NULL;
    return !ag_runner_stirs(runner, revision) || ag_session_reset(runner, true, diag);
}

static bool run_all_inside(AgRunner *runner, Together *together, AgDiag *diag)
{
    together->applied = 0;
    if ((ag_runner_is_sqlite(runner) && !ag_tables_find(runner, diag)) ||
        !ag_tables_create(runner, diag) || !ag_state_load(runner, diag))
        return false;
    for (guint i = 0; i < together->path->len; i++)
        if (!run_one_of_many(runner, together, g_ptr_array_index(together->path, i), diag))
            return false;
    return true;
}

static AgOutcome try_together(AgRunner *runner, void *data, AgDiag *diag)
{
    Together *together = data;
    g_autoptr(AgPool) pool = ag_pool_new();
    bool version_existed = runner->version.exists, log_existed = runner->log.exists;
    GPtrArray *steps = all_steps(runner, pool, together->path);
    GPtrArray *wanted = ag_settings_union(runner, pool, steps, diag);
    AgSettings settings = {runner, ag_pool_array(pool), false};
    bool good = wanted != NULL && ag_settings_apply(&settings, wanted, AG_NOWHERE, diag) &&
                ag_transaction_begin(runner, diag);
    bool begun = good;
    if (good) {
        runner->begun = true;
        together->check_orphans = ag_orphans_may_come(runner, steps, wanted);
        good = run_all_inside(runner, together, diag) &&
               (runner->options->dry_run || ag_transaction_commit(runner, diag));
    }
    if (begun && (!good || runner->options->dry_run)) {
        ag_db_rollback(runner->db);
        runner->version.exists = version_existed;
        runner->log.exists = log_existed;
    }
    good = ag_settings_restore(&settings, diag) && good;
    return good ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}

static bool run_together(AgRunner *runner, const GPtrArray *path, guint *applied, AgDiag *diag)
{
    Together together = {.path = path};
    int64_t started = ag_clock_monotonic_ms();
    guint mark = ag_diag_count(diag);
    if (ag_transaction_retry(runner, try_together, &together, diag) == AG_OUTCOME_DONE) {
        *applied = together.applied;
        return true;
    }
    if (!runner->options->dry_run && together.failed != NULL)
        ag_log_failure(runner, together.failed, NULL, started, mark, diag);
    return false;
}

/* --- the run --- */

static bool run_locked(AgRunner *runner, const GPtrArray *path, guint *applied, AgDiag *diag)
{
    bool stirring = g_hash_table_size(runner->stirring) > 0;
    if (!ag_session_begin(runner, stirring, diag) || !ag_tables_find(runner, diag) ||
        !ag_tables_check_writable(runner, diag) || !ag_state_load(runner, diag) ||
        !ag_history_verify_run(runner, true, diag) || !ag_resume_check(runner, path, diag) ||
        !ag_health_check(runner, diag))
        return false;
    if (runner->options->dry_run)
        return run_together(runner, path, applied, diag);
    if (!ag_tables_ensure(runner, diag))
        return false;
    return runner->options->all_in_one ? run_together(runner, path, applied, diag)
                                       : run_each(runner, path, applied, diag);
}

bool ag_runner_run(AgDb *db, const AgDag *dag, const GPtrArray *path, AgDirection direction,
                   const AgRunnerOptions *options, guint *applied, AgDiag *diag)
{
    guint ignored;
    guint *count = applied == NULL ? &ignored : applied;
    *count = 0;
    if (path->len == 0)
        return true;
    if (!ag_dag_open(dag, path, diag))
        return false;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRunner *runner = ag_runner_new(pool, db, dag, options);
    runner->direction = direction;
    ag_runner_tell_doubts(runner, path, diag);
    if (!ag_consent_check(runner, path, diag) || !ag_lock_take(runner, diag))
        return false;
    bool good = run_locked(runner, path, count, diag);
    ag_lock_release(runner);
    return good;
}
