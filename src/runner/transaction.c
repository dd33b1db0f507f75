/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "runner/runner_private.h"

#include <string.h>

enum { FIRST_BACK_OFF_MS = 100, LONGEST_BACK_OFF_MS = 5000, BUSY_PAUSE_MS = 30 };

/* --- one revision on its way --- */

AgOngoing ag_ongoing(AgRunner *runner, const AgRevision *revision)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgOngoing ongoing = {.revision = revision,
                         .script = ag_runner_script(runner, revision),
                         .started_ms = ag_clock_monotonic_ms()};
    ongoing.checksum =
        ag_pool_text(runner->pool, ag_revision_checksum(pool, revision, runner->dialect->id));
    ongoing.n_steps = ongoing.script == NULL ? 0 : ongoing.script->steps->len;
    ongoing.n_statements = ag_ongoing_first(&ongoing, ongoing.n_steps) - 1;
    return ongoing;
}

const AgStep *ag_ongoing_step(const AgOngoing *ongoing, guint step)
{
    return g_ptr_array_index(ongoing->script->steps, step);
}

guint ag_ongoing_first(const AgOngoing *ongoing, guint step)
{
    guint first = 1;
    for (guint i = 0; i < step; i++)
        first += ag_ongoing_step(ongoing, i)->statements->len;
    return first;
}

void ag_ongoing_tell(const AgRunner *runner, const AgOngoing *ongoing, guint statement, bool done)
{
    if (runner->options->progress != NULL)
        runner->options->progress(ongoing->revision, runner->direction, statement,
                                  ongoing->n_statements, done, runner->options->progress_data);
}

void ag_ongoing_hint(const AgRunner *runner, const AgOngoing *ongoing, guint statement,
                     AgDiag *diag)
{
    ag_hint(diag, "in the %s of revision '%s', statement %u of %u",
            ag_direction_word(runner->direction), ongoing->revision->id, statement,
            ongoing->n_statements);
}

/* --- BEGIN and COMMIT --- */

static bool is_locked(guint mark, const AgDiag *diag)
{
    const AgProblem *problem = ag_log_first_error(mark, diag);
    return problem != NULL && problem->id == AG_PROBLEM_LOCK_TIMEOUT;
}

bool ag_transaction_begin(AgRunner *runner, AgDiag *diag)
{
    int64_t give_up = ag_clock_monotonic_ms() + runner->options->lock_wait_ms;
    for (;;) {
        guint mark = ag_diag_count(diag);
        if (ag_db_begin(runner->db, false, diag))
            return true;
        bool locked = ag_runner_is_sqlite(runner) && is_locked(mark, diag);
        if (!locked)
            return false;
        if (ag_clock_monotonic_ms() >= give_up) {
            ag_lock_hint_blockers(runner, diag);
            return false;
        }
        ag_diag_rewind(diag, mark);
        ag_lock_sleep(BUSY_PAUSE_MS);
    }
}

bool ag_transaction_commit(AgRunner *runner, AgDiag *diag)
{
    int64_t give_up = ag_clock_monotonic_ms() + runner->options->lock_wait_ms;
    for (;;) {
        guint mark = ag_diag_count(diag);
        if (ag_session_commit(runner, diag))
            return true;
        if (!ag_runner_is_sqlite(runner) || !is_locked(mark, diag) ||
            ag_clock_monotonic_ms() >= give_up)
            return false;
        g_autoptr(AgDiag) quiet = ag_diag_new();
        if (!ag_db_transaction_is_ours(runner->db, quiet))
            return false; /* nothing is left to commit */
        ag_diag_rewind(diag, mark);
        ag_lock_sleep(BUSY_PAUSE_MS);
    }
}

/* --- statements --- */

static bool is_still_ours(AgRunner *runner, const AgOngoing *ongoing, guint number,
                          const AgStatement *statement, AgDiag *diag)
{
    if (ag_db_transaction_is_ours(runner->db, diag))
        return true;
    if (statement != NULL)
        ag_hint(diag, "it is the one at %s:%d",
                statement->place.file == NULL ? "?" : statement->place.file, statement->place.line);
    ag_ongoing_hint(runner, ongoing, number, diag);
    return false;
}

static bool run_once(AgRunner *runner, AgStepMode mode, const AgStatement *statement, AgDiag *diag)
{
    if (mode != AG_STEP_BATCHED)
        return ag_db_run_at(runner->db, statement->sql, statement->place, diag);
    /* A batched step that is only tried: all batches in this one transaction. */
    for (int64_t affected = 1; affected > 0;)
        if (!ag_loose_affected(runner, statement, &affected, diag))
            return false;
    return true;
}

/* SQLite ends transactions on its own (ON CONFLICT ROLLBACK, a full disk), and asking is cheap:
 * every statement is checked there; on PostgreSQL the last one is, with the record. */
static bool run_statement(AgRunner *runner, const AgOngoing *ongoing, guint number, AgStepMode mode,
                          const AgStatement *statement, AgDiag *diag)
{
    ag_ongoing_tell(runner, ongoing, number, false);
    if (!run_once(runner, mode, statement, diag)) {
        if (ag_runner_is_sqlite(runner))
            ag_unfit_hint(runner, statement, diag);
        ag_ongoing_hint(runner, ongoing, number, diag);
        return false;
    }
    if (ag_runner_is_sqlite(runner) && !is_still_ours(runner, ongoing, number, statement, diag))
        return false;
    ag_ongoing_tell(runner, ongoing, number, true);
    return true;
}

static AgPlace place_of_step(const AgStep *step)
{
    if (step->statements->len == 0)
        return AG_NOWHERE;
    const AgStatement *first = g_ptr_array_index(step->statements, 0);
    return first->place;
}

static bool run_step(AgRunner *runner, const AgOngoing *ongoing, guint index, AgDiag *diag)
{
    const AgStep *step = ag_ongoing_step(ongoing, index);
    AgPlace place = place_of_step(step);
    g_autoptr(AgPool) pool = ag_pool_new();
    AgSettings settings = {runner, ag_pool_array(pool), true};
    bool sqlite = ag_runner_is_sqlite(runner);
    if (sqlite ? !ag_settings_apply_inside(runner, step, place, diag)
               : !ag_settings_apply(&settings, step->settings, place, diag))
        return false;
    guint number = ag_ongoing_first(ongoing, index);
    for (guint i = 0; i < step->statements->len; i++, number++)
        if (!run_statement(runner, ongoing, number, step->mode,
                           g_ptr_array_index(step->statements, i), diag))
            return false;
    return sqlite || ag_settings_restore(&settings, diag);
}

static GPtrArray *touched_by(AgRunner *runner, AgPool *pool, const AgOngoing *ongoing, guint from,
                             guint to)
{
    GPtrArray *all = ag_pool_array(pool);
    for (guint i = from; i < to && ag_runner_is_sqlite(runner); i++) {
        const GPtrArray *names = ag_texts_touched(pool, ag_ongoing_step(ongoing, i));
        for (guint k = 0; k < names->len; k++)
            if (!g_ptr_array_find_with_equal_func(all, names->pdata[k], g_str_equal, NULL))
                g_ptr_array_add(all, names->pdata[k]);
    }
    return all;
}

bool ag_transaction_steps(AgRunner *runner, const AgOngoing *ongoing, guint from, guint to,
                          bool check_orphans, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgTextsBefore texts = {.touched = touched_by(runner, pool, ongoing, from, to)};
    bool check_texts = texts.touched->len > 0;
    texts.broken = check_texts ? ag_texts_broken(runner, pool, texts.touched, diag) : NULL;
    if (check_texts && texts.broken == NULL)
        return false;
    GHashTable *before = check_orphans ? ag_orphans_read(runner, pool, diag) : NULL;
    if (check_orphans && before == NULL)
        return false;
    GPtrArray *rebuilt = ag_runner_is_sqlite(runner) ? ag_statistics_of(pool, ongoing, from, to)
                                                     : ag_pool_array(pool);
    if (!ag_statistics_keep(runner, pool, rebuilt, diag))
        return false;
    for (guint i = from; i < to; i++) {
        if (!run_step(runner, ongoing, i, diag))
            return false;
        if (check_orphans)
            ag_orphans_follow(pool, before, ag_ongoing_step(ongoing, i));
    }
    if (!ag_statistics_restore(runner, pool, rebuilt, diag))
        return false;
    AgPlace place = from < to ? place_of_step(ag_ongoing_step(ongoing, from)) : AG_NOWHERE;
    if (check_orphans && !ag_orphans_compare(runner, pool, before, place, diag))
        return false;
    if (check_texts && !ag_texts_compare(runner, pool, &texts, place, diag))
        return false;
    return true;
}

/* --- the record --- */

AgBatch *ag_transaction_batch(AgRunner *runner, const AgOngoing *ongoing, AgPool *pool)
{
    AgBatch *batch = ag_batch_new(pool);
    if (!ag_runner_is_sqlite(runner) && ag_runner_stirs(runner, ongoing->revision)) {
        ag_batch_add(batch, "RESET SESSION AUTHORIZATION", -1, 0, NULL);
        ag_batch_add(batch, "RESET ROLE", -1, 0, NULL);
    }
    return batch;
}

bool ag_transaction_write(AgRunner *runner, const AgOngoing *ongoing, AgBatch *batch, AgDiag *diag)
{
    guint mark = ag_diag_count(diag);
    if (!ag_runner_stirs(runner, ongoing->revision))
        ag_batch_comes_often(batch);
    if (ag_batch_run_inside(runner, batch, diag))
        return true;
    const AgProblem *problem = ag_log_first_error(mark, diag);
    if (problem != NULL && problem->id == AG_PROBLEM_TRANSACTION_LEFT && ongoing->n_statements > 0)
        ag_ongoing_hint(runner, ongoing, ongoing->n_statements, diag);
    return false;
}

static bool holds(const GPtrArray *ids, const char *id)
{
    for (guint i = 0; i < ids->len; i++)
        if (strcmp(g_ptr_array_index(ids, i), id) == 0)
            return true;
    return false;
}

static GPtrArray *without(AgPool *pool, const GPtrArray *ids, const GPtrArray *others)
{
    GPtrArray *rest = ag_pool_array(pool);
    for (guint i = 0; i < ids->len; i++)
        if (!holds(others, g_ptr_array_index(ids, i)))
            g_ptr_array_add(rest, g_ptr_array_index(ids, i));
    return rest;
}

/* Casts and operator are spelled out, so that no operator of another schema can stand in. */
static const char *where_version(const AgRunner *runner, AgPool *pool, int param)
{
    return ag_runner_is_sqlite(runner)
               ? ag_pool_printf(pool, "version_num = ?%d", param)
               : ag_pool_printf(pool,
                                "version_num::pg_catalog.text OPERATOR(pg_catalog.=)"
                                " $%d::pg_catalog.text",
                                param);
}

/* A move from one revision to the next is an UPDATE of one row, as in Alembic. */
static void add_state_change(AgRunner *runner, AgBatch *batch, const GPtrArray *after)
{
    AgPool *pool = batch->pool;
    GPtrArray *gone = without(pool, runner->current, after);
    GPtrArray *come = without(pool, after, runner->current);
    char sign = ag_runner_is_sqlite(runner) ? '?' : '$';
    guint common = MIN(gone->len, come->len);
    for (guint i = 0; i < common; i++) {
        const char *both[] = {g_ptr_array_index(come, i), g_ptr_array_index(gone, i)};
        const char *sql = ag_pool_printf(pool, "UPDATE %s SET version_num = %c1 WHERE %s",
                                         runner->version.sql, sign, where_version(runner, pool, 2));
        ag_batch_add(batch, sql, 1, 2, both);
    }
    for (guint i = common; i < gone->len; i++) {
        const char *id = g_ptr_array_index(gone, i);
        const char *sql = ag_pool_printf(pool, "DELETE FROM %s WHERE %s", runner->version.sql,
                                         where_version(runner, pool, 1));
        ag_batch_add(batch, sql, 1, 1, &id);
    }
    for (guint i = common; i < come->len; i++) {
        const char *id = g_ptr_array_index(come, i);
        const char *sql = ag_pool_printf(pool, "INSERT INTO %s (version_num) VALUES (%c1)",
                                         runner->version.sql, sign);
        ag_batch_add(batch, sql, 1, 1, &id);
    }
}

static bool check_width(const AgRunner *runner, const GPtrArray *after, AgDiag *diag)
{
    for (guint i = 0; i < after->len; i++) {
        const char *id = g_ptr_array_index(after, i);
        if (runner->version.width == 0 || g_utf8_strlen(id, -1) <= runner->version.width)
            continue;
        g_autofree char *shown = ag_text_printable(runner->version.sql);
        ag_fail(diag, AG_PROBLEM_VERSION_TABLE, AG_NOWHERE,
                "the revision id '%s' is longer than '%s' can hold (%d characters)", id, shown,
                runner->version.width);
        ag_hint(diag, "ALTER TABLE %s ALTER COLUMN version_num TYPE varchar(255)", shown);
        return false;
    }
    return true;
}

GPtrArray *ag_transaction_record(AgRunner *runner, const AgOngoing *ongoing, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_transaction_batch(runner, ongoing, pool);
    GPtrArray *after = ag_dag_after(runner->dag, runner->current, ongoing->revision,
                                    runner->direction, runner->pool);
    AgLogEntry entry = {.revision = ongoing->revision->id,
                        .direction = ag_direction_word(runner->direction),
                        .status = "done",
                        .checksum = ongoing->checksum,
                        .duration_ms = ag_clock_monotonic_ms() - ongoing->started_ms};
    if (!check_width(runner, after, diag))
        return NULL;
    add_state_change(runner, batch, after);
    ag_log_add(runner, batch, &entry);
    return ag_transaction_write(runner, ongoing, batch, diag) ? after : NULL;
}

/* A part of a revision that commits before the rest: its steps are noted as done. */
static bool record_steps(AgRunner *runner, const AgOngoing *ongoing, guint from, guint to,
                         AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_transaction_batch(runner, ongoing, pool);
    for (guint i = from; i < to; i++) {
        AgLogEntry entry = {.revision = ongoing->revision->id,
                            .direction = ag_direction_word(runner->direction),
                            .step = ag_pool_printf(pool, "%u", i + 1),
                            .status = "done",
                            .duration_ms = ag_clock_monotonic_ms() - ongoing->started_ms};
        entry.checksum = ag_step_checksum(pool, runner->dialect->id, ag_ongoing_step(ongoing, i));
        ag_log_add(runner, batch, &entry);
    }
    return ag_transaction_write(runner, ongoing, batch, diag);
}

/* --- retrying --- */

/* A statement did away with our prepared ones, by ways its words do not show. */
static bool has_lost_plans(const AgProblem *problem)
{
    return g_strcmp0(problem->sqlstate, "26000") == 0 && problem->place.file == NULL;
}

static bool may_retry(const AgRunner *runner, guint mark, const AgDiag *diag)
{
    const AgProblem *problem = ag_log_first_error(mark, diag);
    if (problem == NULL || (!runner->begun && !has_lost_plans(problem)))
        return false;
    return problem->id == AG_PROBLEM_LOCK_TIMEOUT || g_strcmp0(problem->sqlstate, "40P01") == 0 ||
           g_strcmp0(problem->sqlstate, "40001") == 0 || has_lost_plans(problem);
}

static void tell_retry(bool lost_plans, int tried, int most, AgDiag *diag)
{
    const char *why =
        lost_plans ? "a statement ended what the session had prepared" : "a lock was in the way";
    ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE, "%s; trying again (%d of %d)", why, tried, most);
}

AgOutcome ag_transaction_retry(AgRunner *runner, AgAttempt attempt, void *data, AgDiag *diag)
{
    enum { LOST_PLANS = 2 }; /* a revision can lose those of its BEGIN and those of its record */
    int pause = FIRST_BACK_OFF_MS;
    for (int tried = 1;; tried++) {
        guint mark = ag_diag_count(diag);
        runner->begun = false;
        AgOutcome outcome = attempt(runner, data, diag);
        if (outcome != AG_OUTCOME_FAILED || !may_retry(runner, mark, diag))
            return outcome;
        bool lost_plans = has_lost_plans(ag_log_first_error(mark, diag));
        int retries = runner->options->retries,
            most = lost_plans ? MAX(retries, LOST_PLANS) : retries;
        if (tried > most) {
            if (is_locked(mark, diag))
                ag_lock_hint_blockers(runner, diag);
            if (tried > 1)
                ag_hint(diag, "it was tried %d times", tried);
            return outcome;
        }
        ag_diag_rewind(diag, mark);
        tell_retry(lost_plans, tried, most, diag);
        ag_lock_sleep(pause);
        pause = MIN(pause * 2, LONGEST_BACK_OFF_MS);
    }
}

/* --- a group of steps --- */

typedef struct {
    const AgOngoing *ongoing;
    guint from, to;
} Group;

/* An earlier attempt, or another runner, has come past this group. */
static bool has_run(const AgRunner *runner, const Group *group)
{
    const AgProgress *progress = ag_progress_of(runner, group->ongoing->revision);
    if (progress == NULL)
        return false;
    g_autofree char *step = g_strdup_printf("%u", group->from + 1);
    const AgProgressRow *row = g_hash_table_lookup(progress->rows, step);
    return row != NULL && strcmp(row->status, "done") == 0;
}

/* On SQLite another runner may have been here between our transactions. */
static AgOutcome group_turn(AgRunner *runner, const Group *group, AgDiag *diag)
{
    bool last = group->to == group->ongoing->n_steps;
    if (ag_runner_is_sqlite(runner)) {
        if (!ag_state_load(runner, diag))
            return AG_OUTCOME_FAILED;
        AgOutcome turn = ag_state_turn(runner, group->ongoing->revision, diag);
        if (turn != AG_OUTCOME_DONE)
            return turn;
        if (!last && !ag_progress_load(runner, diag))
            return AG_OUTCOME_FAILED;
    }
    return !last && has_run(runner, group) ? AG_OUTCOME_SKIPPED : AG_OUTCOME_DONE;
}

static AgOutcome run_inside(AgRunner *runner, const Group *group, bool check_orphans, AgDiag *diag)
{
    const AgOngoing *ongoing = group->ongoing;
    bool last = group->to == ongoing->n_steps;
    AgOutcome turn = group_turn(runner, group, diag);
    if (turn != AG_OUTCOME_DONE)
        return turn;
    if (!ag_transaction_steps(runner, ongoing, group->from, group->to, check_orphans, diag))
        return AG_OUTCOME_FAILED;
    GPtrArray *after = NULL;
    if (last) {
        after = ag_transaction_record(runner, ongoing, diag);
        if (after == NULL)
            return AG_OUTCOME_FAILED;
    } else if (!record_steps(runner, ongoing, group->from, group->to, diag)) {
        return AG_OUTCOME_FAILED;
    }
    if (!ag_transaction_commit(runner, diag))
        return AG_OUTCOME_FAILED;
    if (last)
        ag_state_advance(runner, ongoing->revision, after);
    return AG_OUTCOME_DONE;
}

static AgOutcome try_group(AgRunner *runner, void *data, AgDiag *diag)
{
    const Group *group = data;
    g_autoptr(AgPool) pool = ag_pool_new();
    GPtrArray *steps = ag_pool_array(pool);
    for (guint i = group->from; i < group->to; i++)
        g_ptr_array_add(steps, g_ptr_array_index(group->ongoing->script->steps, i));
    AgPlace place =
        steps->len == 0 ? AG_NOWHERE : place_of_step(ag_ongoing_step(group->ongoing, group->from));
    AgSettings settings = {runner, ag_pool_array(pool), false};
    GPtrArray *wanted = ag_settings_union(runner, pool, steps, diag);
    AgOutcome outcome = AG_OUTCOME_FAILED;
    if (wanted != NULL && ag_settings_apply(&settings, wanted, place, diag) &&
        ag_transaction_begin(runner, diag)) {
        runner->begun = true;
        bool check_orphans = ag_orphans_may_come(runner, steps, wanted);
        outcome = run_inside(runner, group, check_orphans, diag);
        if (outcome != AG_OUTCOME_DONE)
            ag_db_rollback(runner->db);
    }
    return ag_settings_restore(&settings, diag) ? outcome : AG_OUTCOME_FAILED;
}

AgOutcome ag_transaction_group(AgRunner *runner, const AgOngoing *ongoing, guint from, guint to,
                               AgDiag *diag)
{
    Group group = {ongoing, from, to};
    guint mark = ag_diag_count(diag);
    AgOutcome outcome = ag_transaction_retry(runner, try_group, &group, diag);
    if (outcome == AG_OUTCOME_FAILED) {
        g_autofree char *step =
            from == 0 && to == ongoing->n_steps ? NULL : g_strdup_printf("%u", from + 1);
        ag_log_failure(runner, ongoing->revision, step, ongoing->started_ms, mark, diag);
    }
    return outcome;
}
