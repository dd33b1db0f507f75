/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

typedef struct {
    const GPtrArray *ids;
    bool rehash;
} Stamp;

/* "base" for none: the log needs a revision in every row. */
static const char *const no_revision = "base";

static void add_row(AgRun *run, AgBatch *batch, const char *direction, const char *id)
{
    const AgRevision *revision = ag_dag_find(run->dag, id);
    AgLogEntry entry = {.revision = id, .direction = direction, .status = "stamp"};
    if (revision != NULL)
        entry.checksum = ag_revision_checksum(batch->pool, revision);
    ag_log_add(run, batch, &entry);
}

/* A stamp replaces whatever stands there, rows that are no state included. */
static void add_state(AgRun *run, AgBatch *batch, const GPtrArray *ids)
{
    char sign = ag_run_is_sqlite(run) ? '?' : '$';
    const char *sql = ag_pool_printf(batch->pool, "DELETE FROM %s", run->version.sql);
    ag_batch_add(batch, sql, -1, 0, NULL);
    sql = ag_pool_printf(batch->pool, "INSERT INTO %s (version_num) VALUES (%c1)", run->version.sql,
                         sign);
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        ag_batch_add(batch, sql, 1, 1, &id);
    }
}

/* The applied revisions of a state; ids of the graph. */
static GHashTable *closure(AgRun *run, const GPtrArray *ids)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    for (guint i = 0; i < ids->len; i++)
        g_ptr_array_add(stack, g_ptr_array_index(ids, i));
    while (stack->len > 0) {
        const char *id = g_ptr_array_steal_index(stack, stack->len - 1);
        const AgRevision *revision = ag_dag_find(run->dag, id);
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
static const GPtrArray *read_before(AgRun *run, AgPool *pool, AgDiag *diag)
{
    guint mark = ag_diag_count(diag);
    const GPtrArray *before = ag_state_read(run, pool, diag);
    if (before == NULL && ag_diag_last(diag)->id == AG_PROBLEM_VERSION_TABLE) {
        ag_diag_rewind(diag, mark);
        before = ag_pool_array(pool);
    }
    return before;
}

/* Revisions that become applied by the stamp are known from now on as their files are; those that
 * were applied before keep their checksums, so that edits are still found. */
static void add_rows(AgRun *run, AgBatch *batch, const Stamp *stamp, const GPtrArray *before)
{
    g_autoptr(GHashTable) now = closure(run, stamp->ids);
    g_autoptr(GHashTable) then = closure(run, before);
    if (stamp->ids->len == 0)
        add_row(run, batch, "stamp", no_revision);
    for (guint i = 0; i < run->dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(run->dag->revisions, i);
        if (!g_hash_table_contains(now, revision->id))
            continue;
        if (holds(stamp->ids, revision->id) || !g_hash_table_contains(then, revision->id))
            add_row(run, batch, "stamp", revision->id);
        else if (stamp->rehash)
            add_row(run, batch, "rehash", revision->id);
    }
}

static void add_rehash(AgRun *run, AgBatch *batch, const GPtrArray *ids)
{
    g_autoptr(GHashTable) now = closure(run, ids);
    for (guint i = 0; i < run->dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(run->dag->revisions, i);
        if (g_hash_table_contains(now, revision->id))
            add_row(run, batch, "rehash", revision->id);
    }
}

static bool same_set(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; i < a->len; i++)
        if (!holds(b, g_ptr_array_index(a, i)))
            return false;
    return a->len == b->len;
}

static AgOutcome stamp_inside(AgRun *run, const Stamp *stamp, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_batch_new(pool);
    if ((ag_run_is_sqlite(run) && !ag_tables_find(run, diag)) || !ag_tables_create(run, diag))
        return AG_OUTCOME_FAILED;
    const GPtrArray *before = read_before(run, pool, diag);
    if (before == NULL)
        return AG_OUTCOME_FAILED;
    if (stamp->rehash && same_set(before, stamp->ids)) {
        add_rehash(run, batch, stamp->ids);
    } else {
        add_state(run, batch, stamp->ids);
        add_rows(run, batch, stamp, before);
    }
    return ag_batch_run(run, batch, diag) ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
}

static AgOutcome try_stamp(AgRun *run, void *data, AgDiag *diag)
{
    bool version_existed = run->version.exists, log_existed = run->log.exists;
    if (!ag_transaction_begin(run, diag))
        return AG_OUTCOME_FAILED;
    run->begun = true;
    bool good = stamp_inside(run, data, diag) == AG_OUTCOME_DONE;
    if (good && !run->options->dry_run && ag_transaction_commit(run, diag))
        return AG_OUTCOME_DONE;
    ag_db_rollback(run->db);
    run->version.exists = version_existed;
    run->log.exists = log_existed;
    return good && run->options->dry_run ? AG_OUTCOME_DONE : AG_OUTCOME_FAILED;
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
    AgRun *run = ag_run_new(pool, db, dag, options);
    Stamp stamp = {ids, rehash};
    if (!check_ids(dag, ids, diag) || !ag_lock_take(run, diag))
        return false;
    bool good = ag_session_begin(run, false, diag) && ag_tables_find(run, diag) &&
                ag_tables_check_writable(run, diag) &&
                ag_transaction_retry(run, try_stamp, &stamp, diag) == AG_OUTCOME_DONE;
    ag_lock_release(run);
    return good;
}
