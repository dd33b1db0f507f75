/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

static bool refuse_rows(const AgRunner *runner, const char *what, AgDiag *diag)
{
    g_autofree char *shown = ag_text_printable(runner->version.sql);
    ag_fail(diag, AG_PROBLEM_VERSION_TABLE, AG_NOWHERE, "'%s' holds %s", shown, what);
    ag_hint(diag, "it must hold one row per head; `autogen stamp --purge REV` writes it anew");
    return false;
}

/* The rows sorted; NULLs, empty texts and doubles are nobody's state. */
static GPtrArray *check_rows(AgRunner *runner, AgPool *pool, const AgRows *rows, AgDiag *diag)
{
    GPtrArray *ids = ag_pool_array(pool);
    for (guint i = 0; i < rows->n_rows; i++) {
        const char *id = ag_rows_get(rows, i, 0);
        if (id == NULL || *id == '\0') {
            refuse_rows(runner,
                        id == NULL ? "a row without a revision (NULL)" : "an empty revision", diag);
            return NULL;
        }
        g_ptr_array_add(ids, (gpointer)(guintptr)id);
    }
    g_ptr_array_sort(ids, ag_text_order);
    for (guint i = 1; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        if (strcmp(id, g_ptr_array_index(ids, i - 1)) == 0) {
            g_autofree char *shown = ag_text_printable(id);
            g_autofree char *what = g_strdup_printf("revision '%s' more than once", shown);
            refuse_rows(runner, what, diag);
            return NULL;
        }
    }
    return ids;
}

GPtrArray *ag_state_read(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    if (!runner->version.exists)
        return ag_pool_array(pool);
    g_autofree char *sql = g_strdup_printf("SELECT version_num FROM %s", runner->version.sql);
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    return rows == NULL ? NULL : check_rows(runner, pool, rows, diag);
}

static bool same_ids(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++)
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return false;
    return true;
}

static AgApplied *note_applied(AgRunner *runner, const char *id, bool *is_new)
{
    AgApplied *applied = g_hash_table_lookup(runner->applied, id);
    *is_new = applied == NULL;
    if (applied == NULL) {
        applied = ag_pool_new0(runner->pool, AgApplied);
        g_hash_table_insert(runner->applied, (gpointer)(guintptr)id, applied);
    }
    return applied;
}

/* Counts the parents' children, and puts those seen for the first time on the stack. */
static void visit_parents(AgRunner *runner, const AgRevision *revision, GPtrArray *stack)
{
    bool is_new;
    for (guint i = 0; i < revision->parents->len; i++) {
        const char *id = g_ptr_array_index(revision->parents, i);
        note_applied(runner, id, &is_new)->children++;
        if (is_new)
            g_ptr_array_add(stack, (gpointer)(guintptr)id);
    }
    for (guint i = 0; i < revision->depends->len; i++) {
        const AgRevision *needed =
            ag_dag_find(runner->dag, g_ptr_array_index(revision->depends, i));
        if (needed == NULL)
            continue;
        note_applied(runner, needed->id, &is_new)->dependants++;
        if (is_new)
            g_ptr_array_add(stack, (gpointer)(guintptr)needed->id);
    }
}

static bool work_out_applied(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    bool is_new, good = true;
    g_hash_table_remove_all(runner->applied);
    for (guint i = 0; i < runner->current->len; i++) {
        const char *id = g_ptr_array_index(runner->current, i);
        note_applied(runner, id, &is_new);
        if (is_new)
            g_ptr_array_add(stack, (gpointer)(guintptr)id);
    }
    while (stack->len > 0) {
        const char *id = g_ptr_array_steal_index(stack, stack->len - 1);
        const AgRevision *revision = ag_dag_find(runner->dag, id);
        if (revision != NULL)
            visit_parents(runner, revision, stack);
    }
    for (guint i = 0; i < runner->current->len; i++) {
        const char *id = g_ptr_array_index(runner->current, i);
        const AgApplied *applied = g_hash_table_lookup(runner->applied, id);
        if (applied->children > 0) {
            g_autofree char *what =
                g_strdup_printf("revision '%s' beside one that is built on it", id);
            good = refuse_rows(runner, what, diag);
        }
    }
    return good;
}

static bool check_known(AgRunner *runner, const GPtrArray *ids, AgDiag *diag)
{
    bool good = true;
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        if (ag_dag_find(runner->dag, id) != NULL)
            continue;
        g_autofree char *shown = ag_text_printable(id);
        good = ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
                       "the database records revision '%s', which is not among the revision files",
                       shown);
        ag_hint(diag, "the database is ahead of this checkout: get the missing file from version "
                      "control, or correct the record with `autogen stamp --purge REV`");
    }
    return good;
}

bool ag_state_load(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    GPtrArray *ids = ag_state_read(runner, pool, diag);
    if (ids == NULL)
        return false;
    if (same_ids(ids, runner->current))
        return true;
    if (!check_known(runner, ids, diag))
        return false;
    GPtrArray *known = ag_pool_array(runner->pool);
    for (guint i = 0; i < ids->len; i++) {
        const AgRevision *revision = ag_dag_find(runner->dag, g_ptr_array_index(ids, i));
        g_ptr_array_add(known, (gpointer)(guintptr)revision->id);
    }
    runner->current = known;
    return work_out_applied(runner, diag);
}

bool ag_state_is_applied(const AgRunner *runner, const char *id)
{
    return g_hash_table_contains(runner->applied, id);
}

static AgOutcome fail_changed(const AgRunner *runner, const AgRevision *revision, const char *why,
                              const char *other, AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_STATE_CHANGED, AG_NOWHERE, "%s of revision '%s': revision '%s' %s",
            ag_direction_word(runner->direction), revision->id, other, why);
    ag_hint(diag, "the recorded state was changed by somebody else meanwhile; run again");
    return AG_OUTCOME_FAILED;
}

static AgOutcome upgrade_turn(const AgRunner *runner, const AgRevision *revision, AgDiag *diag)
{
    if (ag_state_is_applied(runner, revision->id))
        return AG_OUTCOME_SKIPPED;
    for (guint i = 0; i < revision->parents->len; i++) {
        const char *parent = g_ptr_array_index(revision->parents, i);
        if (!ag_state_is_applied(runner, parent))
            return fail_changed(runner, revision, "is not applied", parent, diag);
    }
    for (guint i = 0; i < revision->depends->len; i++) {
        const char *name = g_ptr_array_index(revision->depends, i);
        const AgRevision *needed = ag_dag_find(runner->dag, name);
        if (needed == NULL || !ag_state_is_applied(runner, needed->id))
            return fail_changed(runner, revision, "is not applied", name, diag);
    }
    return AG_OUTCOME_DONE;
}

AgOutcome ag_state_turn(const AgRunner *runner, const AgRevision *revision, AgDiag *diag)
{
    const AgApplied *applied;
    switch (runner->direction) {
    case AG_UPGRADE:
        return upgrade_turn(runner, revision, diag);
    case AG_DOWNGRADE:
        applied = g_hash_table_lookup(runner->applied, revision->id);
        if (applied == NULL)
            return AG_OUTCOME_SKIPPED;
        if (applied->children > 0 || applied->dependants > 0)
            return fail_changed(runner, revision, "is still needed by an applied one", revision->id,
                                diag);
        return AG_OUTCOME_DONE;
    }
    g_assert_not_reached();
}

static void lean(AgRunner *runner, const char *id, int step, bool child)
{
    AgApplied *applied = g_hash_table_lookup(runner->applied, id);
    if (applied == NULL)
        return;
    guint *count = child ? &applied->children : &applied->dependants;
    *count = (guint)((int)*count + step);
}

void ag_state_advance(AgRunner *runner, const AgRevision *revision, GPtrArray *after)
{
    bool up = runner->direction == AG_UPGRADE, is_new;
    runner->current = after;
    g_ptr_array_sort(runner->current, ag_text_order);
    if (up)
        note_applied(runner, revision->id, &is_new);
    else
        g_hash_table_remove(runner->applied, revision->id);
    for (guint i = 0; i < revision->parents->len; i++)
        lean(runner, g_ptr_array_index(revision->parents, i), up ? 1 : -1, true);
    for (guint i = 0; i < revision->depends->len; i++) {
        const AgRevision *needed =
            ag_dag_find(runner->dag, g_ptr_array_index(revision->depends, i));
        if (needed != NULL)
            lean(runner, needed->id, up ? 1 : -1, false);
    }
}
