/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

static AgInterrupted *describe(AgRun *run, AgPool *pool, const AgProgress *progress,
                               const AgProgressRow *row)
{
    AgInterrupted *found = ag_pool_new0(pool, AgInterrupted);
    const AgRevision *revision = ag_dag_find(run->dag, progress->revision);
    AgStepMode mode = AG_STEP_TRANSACTIONAL;
    found->revision = progress->revision;
    found->direction = progress->direction;
    found->step = row->step;
    found->status = row->status;
    found->started = row->started;
    found->user_name = row->user_name;
    found->host = row->host;
    run->direction = progress->direction;
    if (revision != NULL)
        found->statement = ag_resume_statement(ag_run_script(run, revision), row->step, &mode);
    found->resumes =
        strcmp(row->status, "applying") != 0 ||
        (found->statement != NULL && ag_resume_is_repeatable(run, mode, found->statement));
    return found;
}

/* One entry per revision: the statement nobody knows about, or the last thing that happened. */
static const AgProgressRow *tell_tale(const AgProgress *progress)
{
    const AgProgressRow *last = NULL;
    for (guint i = 0; i < progress->order->len; i++) {
        const AgProgressRow *row = g_ptr_array_index(progress->order, i);
        if (g_hash_table_lookup(progress->rows, row->step) != row)
            continue;
        last = row;
        if (strcmp(row->status, "applying") == 0)
            return row;
    }
    return last;
}

GPtrArray *ag_runner_interrupted(AgDb *db, AgPool *pool, const AgDag *dag,
                                 const AgRunnerOptions *options, AgDiag *diag)
{
    AgRun *run = ag_run_new(pool, db, dag, options);
    if (!ag_tables_find(run, diag) || !ag_progress_load(run, diag))
        return NULL;
    GPtrArray *found = ag_pool_array(pool);
    for (guint i = 0; i < run->progress->len; i++) {
        const AgProgress *progress = g_ptr_array_index(run->progress, i);
        g_ptr_array_add(found, describe(run, pool, progress, tell_tale(progress)));
    }
    return found;
}

static bool settle(AgRun *run, const char *revision, bool took_effect, AgDiag *diag)
{
    bool any = false;
    if (!ag_tables_find(run, diag) || !ag_tables_check_writable(run, diag) ||
        !ag_progress_load(run, diag))
        return false;
    for (guint i = 0; i < run->progress->len; i++) {
        const AgProgress *progress = g_ptr_array_index(run->progress, i);
        if (strcmp(progress->revision, revision) != 0)
            continue;
        for (guint r = 0; r < progress->order->len; r++) {
            const AgProgressRow *row = g_ptr_array_index(progress->order, r);
            if (strcmp(row->status, "applying") != 0)
                continue;
            any = true;
            if (!ag_log_finish(run, row->id, took_effect ? "done" : "failed", 0, "settled by hand",
                               diag))
                return false;
        }
    }
    g_autofree char *shown = ag_text_printable(revision);
    return any || ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                          "revision '%s' has no interrupted statement", shown);
}

bool ag_runner_settle(AgDb *db, const AgDag *dag, const char *revision, bool took_effect,
                      const AgRunnerOptions *options, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRun *run = ag_run_new(pool, db, dag, options);
    if (!ag_lock_take(run, diag))
        return false;
    bool good = settle(run, revision, took_effect, diag);
    ag_lock_release(run);
    return good;
}
