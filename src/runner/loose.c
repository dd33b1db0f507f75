/* SPDX-License-Identifier: MIT */
/* What cannot be undone by a rollback is written down before and after. */
#include "base/clock.h"
#include "runner/runner_private.h"

#include <string.h>

typedef struct {
    const AgOngoing *ongoing;
    const AgStep *step;
    const AgStatement *statement;
    const char *word; /* "2.1": step and statement */
    guint number;     /* among all of the revision */
} Loose;

/* ag_db_query knows no place: what it reports is reported again where the statement stands. */
static void relocate(const AgStatement *statement, guint mark, AgDiag *diag)
{
    const AgProblem *problem = ag_diag_last(diag);
    if (ag_diag_count(diag) == mark || problem->severity != AG_SEVERITY_ERROR)
        return;
    AgProblemId id = problem->id;
    g_autofree char *message = g_strdup(problem->message);
    g_autofree char *hint = g_strdup(problem->hint);
    g_autofree char *state = g_strdup(problem->sqlstate);
    g_autofree char *detail = g_strdup(problem->detail);
    ag_diag_rewind(diag, ag_diag_count(diag) - 1);
    ag_fail(diag, id, statement->place, "%s", message);
    if (hint != NULL)
        ag_hint(diag, "%s", hint);
    ag_sqlstate(diag, state, detail);
}

bool ag_loose_affected(AgRunner *runner, const AgStatement *statement, int64_t *affected,
                       AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    guint mark = ag_diag_count(diag);
    AgRows *rows = ag_db_query(runner->db, pool, statement->sql, NULL, 0, diag);
    if (rows == NULL) {
        relocate(statement, mark, diag);
        return false;
    }
    *affected = rows->affected;
    return true;
}

/* --- batches --- */

typedef struct {
    const AgStatement *statement;
    int64_t affected;
} BatchTurn;

static AgOutcome run_batch(AgRunner *runner, void *data, AgDiag *diag)
{
    BatchTurn *batch = data;
    if (!ag_transaction_begin(runner, diag))
        return AG_OUTCOME_FAILED;
    runner->begun = true;
    if (ag_loose_affected(runner, batch->statement, &batch->affected, diag) &&
        ag_db_transaction_is_ours(runner->db, diag) && ag_transaction_commit(runner, diag))
        return AG_OUTCOME_DONE;
    ag_db_rollback(runner->db);
    return AG_OUTCOME_FAILED;
}

static bool run_batches(AgRunner *runner, const AgStatement *statement, AgDiag *diag)
{
    BatchTurn batch = {statement, 1};
    while (batch.affected > 0)
        if (ag_transaction_retry(runner, run_batch, &batch, diag) == AG_OUTCOME_FAILED)
            return false;
    return true;
}

/* --- statements outside a transaction --- */

static bool sets(const AgStep *step, const char *name)
{
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (g_ascii_strcasecmp(setting->name, name) == 0)
            return true;
    }
    return false;
}

/* lock_timeout also ends the waiting phases of CREATE INDEX CONCURRENTLY and leaves an invalid
 * index; waiting there is in nobody's way. */
static bool run_concurrent(AgRunner *runner, const Loose *loose, AgDiag *diag)
{
    static AgSetting no_timeout = {"lock_timeout", "0"};
    g_autoptr(AgPool) pool = ag_pool_new();
    GPtrArray *wanted = ag_pool_array(pool);
    AgSettings settings = {runner, ag_pool_array(pool), false};
    if (!sets(loose->step, "lock_timeout"))
        g_ptr_array_add(wanted, &no_timeout);
    const AgStatement *statement = loose->statement;
    bool good = ag_settings_apply(&settings, wanted, statement->place, diag) &&
                ag_db_run_at(runner->db, statement->sql, statement->place, diag);
    good = ag_settings_restore(&settings, diag) && good;
    return good && ag_concurrent_check(runner, statement, diag);
}

static bool run_by_kind(AgRunner *runner, const Loose *loose, AgDiag *diag)
{
    const AgStatement *statement = loose->statement;
    if (loose->step->mode == AG_STEP_BATCHED)
        return run_batches(runner, statement, diag);
    if (!ag_runner_is_sqlite(runner) &&
        ag_danger_has_word(runner->dialect->id, statement->sql, "concurrently"))
        return run_concurrent(runner, loose, diag);
    return ag_db_run_at(runner->db, statement->sql, statement->place, diag);
}

/* The settings of the step are for its statements alone: the record is written as the role, and
 * with the parameters, of the run. */
static bool run_alone(AgRunner *runner, const Loose *loose, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgSettings settings = {runner, ag_pool_array(pool), false};
    bool good =
        ag_settings_apply(&settings, loose->step->settings, loose->statement->place, diag) &&
        run_by_kind(runner, loose, diag);
    /* After an error they are brought back quietly: what went wrong first is what counts. */
    guint mark = ag_diag_count(diag);
    bool restored = ag_settings_restore(&settings, diag);
    if (!good)
        ag_diag_rewind(diag, mark);
    return good && restored;
}

static const char *write_applying(AgRunner *runner, AgPool *pool, const Loose *loose, AgDiag *diag)
{
    AgLogEntry entry = {.revision = loose->ongoing->revision->id,
                        .direction = ag_direction_word(runner->direction),
                        .step = loose->word,
                        .status = "applying"};
    entry.checksum = ag_statement_checksum(pool, runner->dialect->id, loose->statement);
    if (!ag_runner_is_sqlite(runner))
        return ag_log_insert(runner, pool, &entry, diag);
    if (!ag_transaction_begin(runner, diag))
        return NULL;
    const char *id = ag_log_insert(runner, pool, &entry, diag);
    if (id != NULL && ag_transaction_commit(runner, diag))
        return id;
    ag_db_rollback(runner->db);
    return NULL;
}

static void explain_failure(AgRunner *runner, const Loose *loose, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    ag_ongoing_hint(runner, loose->ongoing, loose->number, diag);
    AgConcurrent index = ag_concurrent_parse(pool, runner->dialect->id, loose->statement->sql);
    if (index.create) {
        g_autofree char *name = ag_text_printable(index.name);
        ag_hint(diag,
                "an invalid index '%s' may be left behind; the next run removes it and tries again",
                name);
    } else {
        ag_hint(diag, "what ran before it is kept and recorded; the next run goes on here");
    }
}

/* The row of a statement whose outcome nobody knows stays "applying". */
static void write_failed(AgRunner *runner, const char *id, int64_t started, guint mark,
                         AgDiag *diag)
{
    const AgProblem *problem = ag_log_first_error(mark, diag);
    if (problem == NULL || problem->id == AG_PROBLEM_CONNECTION_LOST ||
        problem->id == AG_PROBLEM_OUTCOME_UNKNOWN)
        return;
    g_autoptr(AgPool) pool = ag_pool_new();
    guint before = ag_diag_count(diag);
    ag_log_finish(runner, id, "failed", ag_clock_monotonic_ms() - started,
                  ag_log_error_text(runner, pool, mark, diag), diag);
    ag_diag_rewind(diag, before);
}

static bool run_recorded(AgRunner *runner, const Loose *loose, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    guint mark = ag_diag_count(diag);
    int64_t started = ag_clock_monotonic_ms();
    const char *id = write_applying(runner, pool, loose, diag);
    if (id == NULL)
        return false;
    if (!run_alone(runner, loose, diag)) {
        explain_failure(runner, loose, diag);
        write_failed(runner, id, started, mark, diag);
        return false;
    }
    return ag_log_finish(runner, id, "done", ag_clock_monotonic_ms() - started, NULL, diag);
}

/* --- a statement, perhaps of an earlier attempt --- */

static bool run_or_resume(AgRunner *runner, const Loose *loose, AgDiag *diag)
{
    const AgProgress *progress = ag_progress_of(runner, loose->ongoing->revision);
    const AgProgressRow *row =
        progress == NULL ? NULL : g_hash_table_lookup(progress->rows, loose->word);
    if (row == NULL)
        return run_recorded(runner, loose, diag);
    switch (ag_resume_judge(runner, loose->ongoing->revision, loose->step->mode, loose->statement,
                            row, true, diag)) {
    case AG_RESUME_RUN:
        return run_recorded(runner, loose, diag);
    case AG_RESUME_DONE:
        return strcmp(row->status, "done") == 0 ||
               ag_log_finish(runner, row->id, "done", 0, "found done by the next run", diag);
    case AG_RESUME_STOP:
        return false;
    }
    g_assert_not_reached();
}

static AgOutcome loose_turn(AgRunner *runner, const AgOngoing *ongoing, AgDiag *diag)
{
    if (!ag_runner_is_sqlite(runner))
        return AG_OUTCOME_DONE;
    if (!ag_state_load(runner, diag) || !ag_progress_load(runner, diag))
        return AG_OUTCOME_FAILED;
    return ag_state_turn(runner, ongoing->revision, diag);
}

static bool run_statements(AgRunner *runner, const AgOngoing *ongoing, guint index, AgDiag *diag)
{
    const AgStep *step = ag_ongoing_step(ongoing, index);
    guint number = ag_ongoing_first(ongoing, index);
    for (guint i = 0; i < step->statements->len; i++, number++) {
        char word[32];
        g_snprintf(word, sizeof word, "%u.%u", index + 1, i + 1);
        Loose loose = {ongoing, step, g_ptr_array_index(step->statements, i), word, number};
        ag_ongoing_tell(runner, ongoing, number, false);
        if (!run_or_resume(runner, &loose, diag))
            return false;
        ag_ongoing_tell(runner, ongoing, number, true);
    }
    return true;
}

AgOutcome ag_loose_step(AgRunner *runner, const AgOngoing *ongoing, guint index, AgDiag *diag)
{
    const AgStep *step = ag_ongoing_step(ongoing, index);
    AgOutcome turn = loose_turn(runner, ongoing, diag);
    if (turn != AG_OUTCOME_DONE || step->statements->len == 0)
        return turn;
    return run_statements(runner, ongoing, index, diag) ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}
