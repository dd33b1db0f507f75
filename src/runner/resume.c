/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "runner/runner_private.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 100 };

static bool is_status(const AgProgressRow *row, const char *status)
{
    return strcmp(row->status, status) == 0;
}

const AgStatement *ag_resume_statement(const AgScript *script, const char *step, AgStepMode *mode)
{
    char *end;
    unsigned long first = strtoul(step, &end, 10);
    if (script == NULL || *end != '.' || first == 0 || first > script->steps->len)
        return NULL;
    const AgStep *found = g_ptr_array_index(script->steps, first - 1);
    unsigned long second = strtoul(end + 1, &end, 10);
    if (*end != '\0' || second == 0 || second > found->statements->len)
        return NULL;
    *mode = found->mode;
    return g_ptr_array_index(found->statements, second - 1);
}

bool ag_resume_is_repeatable(AgRunner *runner, AgStepMode mode, const AgStatement *statement)
{
    static const char *const words[] = {"analyze", "checkpoint", "cluster", "pragma",
                                        "refresh", "reindex",    "vacuum",  NULL};
    g_autoptr(AgPool) pool = ag_pool_new();
    AgDialectId dialect = runner->dialect->id;
    AgConcurrent index = ag_concurrent_parse(pool, dialect, statement->sql);
    char word[16];
    ag_danger_first_word(dialect, statement->sql, word, sizeof word);
    if (mode == AG_STEP_BATCHED || index.create || index.drop || g_strv_contains(words, word) ||
        ag_detach_is(runner, statement->sql))
        return true;
    bool guarded =
        strcmp(word, "create") == 0 || strcmp(word, "drop") == 0 || strcmp(word, "alter") == 0;
    return (guarded && ag_danger_has_word(dialect, statement->sql, "exists")) ||
           (strcmp(word, "alter") == 0 && ag_danger_has_word(dialect, statement->sql, "validate"));
}

/* --- judging one statement --- */

static AgResume stop_edited(const AgRevision *revision, AgPlace place, const char *step,
                            AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_PARTIAL, place,
            "step %s of revision '%s' has run, and was edited before the revision was complete",
            step, revision->id);
    ag_hint(diag, "restore that part of the file; what comes after it may be edited");
    return AG_RESUME_STOP;
}

static AgResume stop_unknown(const AgRevision *revision, const AgStatement *statement,
                             const AgProgressRow *row, AgDiag *diag)
{
    g_autofree char *when = ag_text_printable(row->started);
    g_autofree char *host = ag_text_printable(row->host);
    ag_fail(diag, AG_PROBLEM_PARTIAL, statement->place,
            "step %s of revision '%s' was interrupted (begun %s from %s); whether it took effect "
            "is not known",
            row->step, revision->id, when, host);
    ag_hint(diag, "look whether this statement took effect, then tell `autogen repair`");
    return AG_RESUME_STOP;
}

static AgResume judge_index(AgRunner *runner, const AgConcurrent *index, const AgProgressRow *row,
                            bool act, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    bool open = is_status(row, "applying");
    switch (ag_concurrent_look(runner, pool, index, NULL, diag)) {
    case AG_INDEX_UNKNOWN:
        return AG_RESUME_STOP;
    case AG_INDEX_NONE:
        return index->drop && open ? AG_RESUME_DONE : AG_RESUME_RUN;
    case AG_INDEX_VALID:
        return index->create && open ? AG_RESUME_DONE : AG_RESUME_RUN;
    case AG_INDEX_INVALID:
        if (index->create && act && !ag_concurrent_clean(runner, index, diag))
            return AG_RESUME_STOP;
        return AG_RESUME_RUN;
    }
    g_assert_not_reached();
}

AgResume ag_resume_judge(AgRunner *runner, const AgRevision *revision, AgStepMode mode,
                         const AgStatement *statement, const AgProgressRow *row, bool act,
                         AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgDialectId dialect = runner->dialect->id;
    bool same = strcmp(ag_statement_checksum(pool, dialect, statement), row->checksum) == 0;
    if (is_status(row, "done"))
        return same ? AG_RESUME_DONE : stop_edited(revision, statement->place, row->step, diag);
    AgConcurrent index = ag_concurrent_parse(pool, dialect, statement->sql);
    if (!ag_runner_is_sqlite(runner) && (index.create || index.drop) &&
        (same || is_status(row, "failed")))
        return judge_index(runner, &index, row, act, diag);
    if (!same && !is_status(row, "failed"))
        return stop_edited(revision, statement->place, row->step, diag);
    if (ag_detach_is(runner, statement->sql))
        return ag_detach_judge(runner, statement->sql, is_status(row, "applying"), act, diag);
    if (act && !ag_reindex_clean(runner, statement->sql, diag))
        return AG_RESUME_STOP;
    /* Any other statement that the database refused has no effect. */
    if (is_status(row, "failed"))
        return AG_RESUME_RUN;
    if (ag_resume_is_repeatable(runner, mode, statement))
        return AG_RESUME_RUN;
    bool is_there = false;
    switch (ag_enum_value_look(runner, statement->sql, &is_there, diag)) {
    case AG_LOOK_FAILED:
        return AG_RESUME_STOP;
    case AG_LOOK_DONE:
        return is_there ? AG_RESUME_DONE : AG_RESUME_RUN;
    case AG_LOOK_OTHER:
        break;
    }
    return stop_unknown(revision, statement, row, diag);
}

/* --- what stands in the way of a path --- */

static const AgRevision *find_in_path(const AgRunner *runner, const GPtrArray *path,
                                      const AgProgress *progress)
{
    for (guint i = 0; i < path->len && progress->direction == runner->direction; i++) {
        const AgRevision *revision = g_ptr_array_index(path, i);
        if (strcmp(revision->id, progress->revision) == 0)
            return revision;
    }
    return NULL;
}

/* A revision whose only tries failed at their first statement has left nothing. */
static bool has_effect(const AgProgress *progress)
{
    for (guint i = 0; i < progress->order->len; i++)
        if (!is_status(g_ptr_array_index(progress->order, i), "failed"))
            return true;
    return false;
}

static bool fail_in_the_way(const AgProgress *progress, AgDiag *diag)
{
    const AgProgressRow *row = g_ptr_array_index(progress->order, progress->order->len - 1);
    const char *word = ag_direction_word(progress->direction);
    g_autofree char *id = ag_text_printable(progress->revision);
    g_autofree char *when = ag_text_printable(row->started);
    g_autofree char *host = ag_text_printable(row->host);
    ag_fail(diag, AG_PROBLEM_PARTIAL, AG_NOWHERE,
            "the %s of revision '%s' is not complete: it stopped at step %s (begun %s from %s)",
            word, id, row->step, when, host);
    ag_hint(diag, "finish it first: autogen %s %s%s", word, id,
            progress->direction == AG_DOWNGRADE ? "-1" : "");
    return false;
}

/* A row "2" stands for a whole transactional step. */
static bool check_whole_step(AgRunner *runner, const AgRevision *revision, const AgProgressRow *row,
                             AgDiag *diag)
{
    const AgScript *script = ag_runner_script(runner, revision);
    AgPlace place = {revision->file, 0, 0};
    g_autoptr(AgPool) pool = ag_pool_new();
    char *end;
    unsigned long number = strtoul(row->step, &end, 10);
    if (!is_status(row, "done"))
        return true;
    if (script == NULL || *end != '\0' || number == 0 || number > script->steps->len)
        return stop_edited(revision, place, row->step, diag) != AG_RESUME_STOP;
    const AgStep *step = g_ptr_array_index(script->steps, number - 1);
    return strcmp(ag_step_checksum(pool, runner->dialect->id, step), row->checksum) == 0 ||
           stop_edited(revision, place, row->step, diag) != AG_RESUME_STOP;
}

static bool check_row(AgRunner *runner, const AgRevision *revision, const AgProgressRow *row,
                      AgDiag *diag)
{
    AgStepMode mode;
    if (strchr(row->step, '.') == NULL)
        return check_whole_step(runner, revision, row, diag);
    const AgStatement *statement =
        ag_resume_statement(ag_runner_script(runner, revision), row->step, &mode);
    if (statement != NULL && mode != AG_STEP_TRANSACTIONAL)
        return ag_resume_judge(runner, revision, mode, statement, row, false, diag) !=
               AG_RESUME_STOP;
    return is_status(row, "failed") || stop_edited(revision, (AgPlace){revision->file, 0, 0},
                                                   row->step, diag) != AG_RESUME_STOP;
}

/* False: something stands in the way; `open` tells that somebody may be at work on it. */
static bool check_once(AgRunner *runner, const GPtrArray *path, bool *open, AgDiag *diag)
{
    bool good = true;
    *open = false;
    for (guint i = 0; i < runner->progress->len; i++) {
        const AgProgress *progress = g_ptr_array_index(runner->progress, i);
        const AgRevision *revision = find_in_path(runner, path, progress);
        bool fine = revision != NULL || !has_effect(progress) || fail_in_the_way(progress, diag);
        for (guint r = 0; r < progress->order->len; r++) {
            const AgProgressRow *row = g_ptr_array_index(progress->order, r);
            if (g_hash_table_lookup(progress->rows, row->step) != row)
                continue;
            if (revision != NULL && !check_row(runner, revision, row, diag))
                fine = false;
            if (!fine && is_status(row, "applying"))
                *open = true;
        }
        good = good && fine;
    }
    return good;
}

/* Under PostgreSQL's lock whoever wrote "applying" is dead. On SQLite, where no lock outlives a
 * transaction, he may be at work: he is given the time another runner is given. */
bool ag_resume_check(AgRunner *runner, const GPtrArray *path, AgDiag *diag)
{
    int64_t give_up = ag_clock_monotonic_ms() + runner->options->lock_wait_ms;
    for (;;) {
        bool open;
        guint mark = ag_diag_count(diag);
        if (!ag_progress_load(runner, diag))
            return false;
        if (check_once(runner, path, &open, diag))
            return true;
        if (!open || !ag_runner_is_sqlite(runner) || ag_clock_monotonic_ms() >= give_up)
            return false;
        ag_diag_rewind(diag, mark);
        ag_lock_sleep(LOOK_AGAIN_MS);
        if (!ag_state_load(runner, diag))
            return false;
    }
}
