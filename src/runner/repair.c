/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

static AgInterrupted *describe(AgRunner *runner, AgPool *pool, const AgProgress *progress,
                               const AgProgressRow *row)
{
    AgInterrupted *found = ag_pool_new0(pool, AgInterrupted);
    const AgRevision *revision = ag_dag_find(runner->dag, progress->revision);
    AgStepMode mode = AG_STEP_TRANSACTIONAL;
    found->revision = progress->revision;
    found->direction = progress->direction;
    found->step = row->step;
    found->status = row->status;
    found->started = row->started;
    found->user_name = row->user_name;
    found->host = row->host;
    runner->direction = progress->direction;
    if (revision != NULL)
        found->statement =
            ag_resume_statement(ag_runner_script(runner, revision), row->step, &mode);
    found->resumes =
        strcmp(row->status, "applying") != 0 ||
        (found->statement != NULL && ag_resume_is_repeatable(runner, mode, found->statement));
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
    AgRunner *runner = ag_runner_new(pool, db, dag, options);
    if (!ag_tables_find(runner, diag) || !ag_progress_load(runner, diag) ||
        (runner->progress->len > 0 && !ag_dag_open(dag, NULL, diag)))
        return NULL;
    GPtrArray *found = ag_pool_array(pool);
    for (guint i = 0; i < runner->progress->len; i++) {
        const AgProgress *progress = g_ptr_array_index(runner->progress, i);
        g_ptr_array_add(found, describe(runner, pool, progress, tell_tale(progress)));
    }
    return found;
}

static bool settle(AgRunner *runner, const char *revision, bool took_effect, AgDiag *diag)
{
    bool any = false;
    if (!ag_tables_find(runner, diag) || !ag_tables_check_writable(runner, diag) ||
        !ag_progress_load(runner, diag))
        return false;
    for (guint i = 0; i < runner->progress->len; i++) {
        const AgProgress *progress = g_ptr_array_index(runner->progress, i);
        if (strcmp(progress->revision, revision) != 0)
            continue;
        for (guint r = 0; r < progress->order->len; r++) {
            const AgProgressRow *row = g_ptr_array_index(progress->order, r);
            if (strcmp(row->status, "applying") != 0)
                continue;
            any = true;
            if (!ag_log_finish(runner, row->id, took_effect ? "done" : "failed", 0,
                               "settled by hand", diag))
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
    AgRunner *runner = ag_runner_new(pool, db, dag, options);
    if (!ag_lock_take(runner, diag))
        return false;
    bool good = settle(runner, revision, took_effect, diag);
    ag_lock_release(runner);
    return good;
}
