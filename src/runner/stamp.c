/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

typedef struct {
    const GPtrArray *ids;
    bool rehash;
} Stamp;

/* "base" for none: the log needs a revision in every row. */
static const char *const no_revision = "base";

static void add_row(AgRunner *runner, AgBatch *batch, const char *direction, const char *id)
{
    const AgRevision *revision = ag_dag_find(runner->dag, id);
    AgLogEntry entry = {.revision = id, .direction = direction, .status = "stamp"};
    if (revision != NULL)
        entry.checksum = ag_revision_checksum(batch->pool, revision, runner->dialect->id);
    ag_log_add(runner, batch, &entry);
}

/* A stamp replaces whatever stands there, rows that are no state included. */
static void add_state(AgRunner *runner, AgBatch *batch, const GPtrArray *ids)
{
    char sign = ag_runner_is_sqlite(runner) ? '?' : '$';
    const char *sql = ag_pool_printf(batch->pool, "DELETE FROM %s", runner->version.sql);
    ag_batch_add(batch, sql, -1, 0, NULL);
    sql = ag_pool_printf(batch->pool, "INSERT INTO %s (version_num) VALUES (%c1)",
                         runner->version.sql, sign);
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        ag_batch_add(batch, sql, 1, 1, &id);
    }
}

/* The applied revisions of a state; ids of the graph. */
static GHashTable *closure(AgRunner *runner, const GPtrArray *ids)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    for (guint i = 0; i < ids->len; i++)
        g_ptr_array_add(stack, g_ptr_array_index(ids, i));
    while (stack->len > 0) {
        const char *id = g_ptr_array_steal_index(stack, stack->len - 1);
        const AgRevision *revision = ag_dag_find(runner->dag, id);
        if (revision == NULL || !g_hash_table_add(seen, (gpointer)(guintptr)revision->id))
            continue;
        for (guint i = 0; i < revision->parents->len; i++)
            g_ptr_array_add(stack, g_ptr_array_index(revision->parents, i));
        for (guint i = 0; i < revision->depends->len; i++)
            g_ptr_array_add(stack, g_ptr_array_index(revision->depends, i));
    }
    return seen;
}

static bool holds(const GPtrArray *ids, const char *id)
{
    for (guint i = 0; i < ids->len; i++)
        if (strcmp(g_ptr_array_index(ids, i), id) == 0)
            return true;
    return false;
}

/* What the table says now, or nothing when it says nonsense. */
static const GPtrArray *read_before(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    guint mark = ag_diag_count(diag);
    const GPtrArray *before = ag_state_read(runner, pool, diag);
    if (before == NULL && ag_diag_last(diag)->id == AG_PROBLEM_VERSION_TABLE) {
        ag_diag_rewind(diag, mark);
        before = ag_pool_array(pool);
    }
    return before;
}

/* Revisions that become applied by the stamp are known from now on as their files are; those that
 * were applied before keep their checksums, so that edits are still found. */
static void add_rows(AgRunner *runner, AgBatch *batch, const Stamp *stamp, const GPtrArray *before)
{
    g_autoptr(GHashTable) now = closure(runner, stamp->ids);
    g_autoptr(GHashTable) then = closure(runner, before);
    if (stamp->ids->len == 0)
        add_row(runner, batch, "stamp", no_revision);
    for (guint i = 0; i < runner->dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(runner->dag->revisions, i);
        if (!g_hash_table_contains(now, revision->id))
            continue;
        if (holds(stamp->ids, revision->id) || !g_hash_table_contains(then, revision->id))
            add_row(runner, batch, "stamp", revision->id);
        else if (stamp->rehash)
            add_row(runner, batch, "rehash", revision->id);
    }
}

static void add_rehash(AgRunner *runner, AgBatch *batch, const GPtrArray *ids)
{
    g_autoptr(GHashTable) now = closure(runner, ids);
    for (guint i = 0; i < runner->dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(runner->dag->revisions, i);
        if (g_hash_table_contains(now, revision->id))
            add_row(runner, batch, "rehash", revision->id);
    }
}

static bool same_set(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; i < a->len; i++)
        if (!holds(b, g_ptr_array_index(a, i)))
            return false;
    return a->len == b->len;
}

static AgOutcome stamp_inside(AgRunner *runner, const Stamp *stamp, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_batch_new(pool);
    if ((ag_runner_is_sqlite(runner) && !ag_tables_find(runner, diag)) ||
        !ag_tables_create(runner, diag))
        return AG_OUTCOME_FAILED;
    const GPtrArray *before = read_before(runner, pool, diag);
    if (before == NULL)
        return AG_OUTCOME_FAILED;
    if (stamp->rehash && same_set(before, stamp->ids)) {
        add_rehash(runner, batch, stamp->ids);
    } else {
        add_state(runner, batch, stamp->ids);
        add_rows(runner, batch, stamp, before);
    }
    return ag_batch_run(runner, batch, diag) ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}

static AgOutcome try_stamp(AgRunner *runner, void *data, AgDiag *diag)
{
    bool version_existed = runner->version.exists, log_existed = runner->log.exists;
    if (!ag_transaction_begin(runner, diag))
        return AG_OUTCOME_FAILED;
    runner->begun = true;
    bool good = stamp_inside(runner, data, diag) == AG_OUTCOME_DONE;
    if (good && !runner->options->dry_run && ag_transaction_commit(runner, diag))
        return AG_OUTCOME_DONE;
    ag_db_rollback(runner->db);
    runner->version.exists = version_existed;
    runner->log.exists = log_existed;
    return good && runner->options->dry_run ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}

static bool check_ids(const AgDag *dag, const GPtrArray *ids, AgDiag *diag)
{
    bool good = true;
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        if (ag_dag_find(dag, id) != NULL)
            continue;
        g_autofree char *shown = ag_text_printable(id);
        good = ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
                       "no revision file has the id '%s'", shown);
    }
    return good;
}

bool ag_runner_stamp(AgDb *db, const AgDag *dag, const GPtrArray *ids, bool rehash,
                     const AgRunnerOptions *options, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRunner *runner = ag_runner_new(pool, db, dag, options);
    Stamp stamp = {ids, rehash};
    if (!check_ids(dag, ids, diag) || !ag_lock_take(runner, diag))
        return false;
    bool good = ag_session_begin(runner, false, diag) && ag_tables_find(runner, diag) &&
                ag_tables_check_writable(runner, diag) &&
                ag_transaction_retry(runner, try_stamp, &stamp, diag) == AG_OUTCOME_DONE;
    ag_lock_release(runner);
    return good;
}

bool ag_runner_ensure(AgDb *db, const AgRunnerOptions *options, bool *made, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRunner *runner = ag_runner_new(pool, db, NULL, options);
    *made = false;
    if (!ag_lock_take(runner, diag))
        return false;
    bool good = ag_session_begin(runner, false, diag) && ag_tables_find(runner, diag);
    *made = good && (!runner->version.exists || !runner->log.exists);
    good = good && ag_tables_ensure(runner, diag);
    ag_lock_release(runner);
    return good;
}
