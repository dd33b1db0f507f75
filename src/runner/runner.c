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
 * whether it did the revision, or only this part of it. */
static AgOutcome run_parts(AgRun *run, const AgOngoing *ongoing, AgDiag *diag)
{
    guint step = 0;
    while (step < ongoing->n_steps) {
        guint to = group_end(ongoing, step);
        bool last = to == ongoing->n_steps;
        AgOutcome outcome = to > step ? ag_transaction_group(run, ongoing, step, to, diag)
                                      : ag_loose_step(run, ongoing, step, diag);
        if (outcome == AG_OUTCOME_FAILED || last)
            return outcome;
        if (outcome == AG_OUTCOME_SKIPPED) {
            AgOutcome turn = ag_state_turn(run, ongoing->revision, diag);
            if (turn != AG_OUTCOME_DONE)
                return turn;
        }
        step = to > step ? to : step + 1;
    }
    return ag_transaction_group(run, ongoing, ongoing->n_steps, ongoing->n_steps, diag);
}

static AgOutcome run_revision(AgRun *run, const AgRevision *revision, AgDiag *diag)
{
    AgOutcome turn = ag_state_turn(run, revision, diag);
    if (turn != AG_OUTCOME_DONE)
        return turn;
    AgOngoing ongoing = ag_ongoing(run, revision);
    ag_ongoing_tell(run, &ongoing, 0, false);
    AgOutcome outcome = run_parts(run, &ongoing, diag);
    if (outcome == AG_OUTCOME_DONE)
        ag_ongoing_tell(run, &ongoing, 0, true);
    return outcome;
}

static bool has_stirred(const AgRun *run, const AgRevision *revision)
{
    return g_hash_table_contains(run->stirring, revision->id);
}

static bool run_each(AgRun *run, const GPtrArray *path, guint *applied, AgDiag *diag)
{
    bool stirred = false;
    for (guint i = 0; i < path->len; i++) {
        const AgRevision *revision = g_ptr_array_index(path, i);
        if (i > 0 && !ag_session_reset(run, stirred, diag))
            return false;
        AgOutcome outcome = run_revision(run, revision, diag);
        if (outcome == AG_OUTCOME_FAILED)
            return false;
        *applied += outcome == AG_OUTCOME_DONE;
        stirred = has_stirred(run, revision) && outcome == AG_OUTCOME_DONE;
    }
    return !stirred || ag_session_reset(run, true, diag);
}

/* --- all revisions in one transaction --- */

typedef struct {
    const GPtrArray *path;
    guint applied;
    bool check_orphans;
    const AgRevision *failed; /* the one that did not work out */
} Together;

static GPtrArray *all_steps(const AgRun *run, AgPool *pool, const GPtrArray *path)
{
    GPtrArray *steps = ag_pool_array(pool);
    for (guint i = 0; i < path->len; i++) {
        const AgScript *script = ag_run_script(run, g_ptr_array_index(path, i));
        for (guint s = 0; script != NULL && s < script->steps->len; s++)
            g_ptr_array_add(steps, g_ptr_array_index(script->steps, s));
    }
    return steps;
}

static bool run_one_of_many(AgRun *run, Together *together, const AgRevision *revision,
                            AgDiag *diag)
{
    AgOutcome turn = ag_state_turn(run, revision, diag);
    if (turn != AG_OUTCOME_DONE)
        return turn == AG_OUTCOME_SKIPPED;
    AgOngoing ongoing = ag_ongoing(run, revision);
    together->failed = revision;
    ag_ongoing_tell(run, &ongoing, 0, false);
    if (!ag_transaction_steps(run, &ongoing, 0, ongoing.n_steps, together->check_orphans, diag))
        return false;
    GPtrArray *after = ag_transaction_record(run, &ongoing, diag);
    if (after == NULL)
        return false;
    ag_state_advance(run, revision, after);
    ag_ongoing_tell(run, &ongoing, 0, true);
    together->applied++;
    together->failed = NULL;
    return !has_stirred(run, revision) || ag_session_reset(run, true, diag);
}

static bool run_all_inside(AgRun *run, Together *together, AgDiag *diag)
{
    together->applied = 0;
    if ((ag_run_is_sqlite(run) && !ag_tables_find(run, diag)) || !ag_tables_create(run, diag) ||
        !ag_state_load(run, diag))
        return false;
    for (guint i = 0; i < together->path->len; i++)
        if (!run_one_of_many(run, together, g_ptr_array_index(together->path, i), diag))
            return false;
    return true;
}

static AgOutcome try_together(AgRun *run, void *data, AgDiag *diag)
{
    Together *together = data;
    g_autoptr(AgPool) pool = ag_pool_new();
    bool version_existed = run->version.exists, log_existed = run->log.exists;
    GPtrArray *steps = all_steps(run, pool, together->path);
    GPtrArray *wanted = ag_settings_union(run, pool, steps, diag);
    AgSettings settings = {run, ag_pool_array(pool), false};
    bool good = wanted != NULL && ag_settings_apply(&settings, wanted, AG_NOWHERE, diag) &&
                ag_transaction_begin(run, diag);
    bool begun = good;
    if (good) {
        run->begun = true;
        together->check_orphans =
            ag_run_is_sqlite(run) &&
            (ag_settings_turn_off_foreign_keys(wanted) || ag_orphans_may_come(run, steps));
        good = run_all_inside(run, together, diag) &&
               (run->options->dry_run || ag_transaction_commit(run, diag));
    }
    if (begun && (!good || run->options->dry_run)) {
        ag_db_rollback(run->db);
        run->version.exists = version_existed;
        run->log.exists = log_existed;
    }
    good = ag_settings_restore(&settings, diag) && good;
    return good ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}

static bool run_together(AgRun *run, const GPtrArray *path, guint *applied, AgDiag *diag)
{
    Together together = {.path = path};
    int64_t started = ag_clock_monotonic_ms();
    guint mark = ag_diag_count(diag);
    if (ag_transaction_retry(run, try_together, &together, diag) == AG_OUTCOME_DONE) {
        *applied = together.applied;
        return true;
    }
    if (!run->options->dry_run && together.failed != NULL)
        ag_log_failure(run, together.failed, NULL, started, mark, diag);
    return false;
}

/* --- the run --- */

static bool run_locked(AgRun *run, const GPtrArray *path, guint *applied, AgDiag *diag)
{
    bool stirring = g_hash_table_size(run->stirring) > 0;
    if (!ag_session_begin(run, stirring, diag) || !ag_tables_find(run, diag) ||
        !ag_tables_check_writable(run, diag) || !ag_state_load(run, diag) ||
        !ag_history_verify_run(run, true, diag) || !ag_resume_check(run, path, diag))
        return false;
    if (run->options->dry_run)
        return run_together(run, path, applied, diag);
    if (!ag_tables_ensure(run, diag))
        return false;
    return run->options->all_in_one ? run_together(run, path, applied, diag)
                                    : run_each(run, path, applied, diag);
}

bool ag_runner_run(AgDb *db, const AgDag *dag, const GPtrArray *path, AgDirection direction,
                   const AgRunnerOptions *options, guint *applied, AgDiag *diag)
{
    guint ignored;
    guint *count = applied == NULL ? &ignored : applied;
    *count = 0;
    if (path->len == 0)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRun *run = ag_run_new(pool, db, dag, options);
    run->direction = direction;
    if (!ag_consent_check(run, path, diag) || !ag_lock_take(run, diag))
        return false;
    bool good = run_locked(run, path, count, diag);
    ag_lock_release(run);
    return good;
}
