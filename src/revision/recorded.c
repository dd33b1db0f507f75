/* SPDX-License-Identifier: MIT */
/* The recorded state: one row per newest applied revision. */
#include "revision/dag_private.h"

#include "base/text.h"

#include <string.h>

static bool is_in(const GPtrArray *ids, const char *id)
{
    for (guint i = 0; i < ids->len; i++)
        if (strcmp(g_ptr_array_index(ids, i), id) == 0)
            return true;
    return false;
}

static void add_id(GPtrArray *ids, const char *id)
{
    if (!is_in(ids, id))
        g_ptr_array_add(ids, (gpointer)(guintptr)id);
}

static void add_ids(GPtrArray *after, const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++)
        add_id(after, g_ptr_array_index(ids, i));
}

/* Leaves out those that another one of the state implies. */
static GPtrArray *without_implied(const AgDag *dag, const GPtrArray *state, AgPool *pool)
{
    g_autofree AgMarks implied = ag_marks_new(dag);
    for (guint i = 0; i < state->len; i++) {
        const AgRevision *revision = ag_dag_find(dag, g_ptr_array_index(state, i));
        if (revision == NULL)
            continue;
        for (guint j = 0; j < revision->parents->len; j++)
            implied[ag_dag_position(dag, g_ptr_array_index(revision->parents, j))] = 1;
        for (guint j = 0; j < revision->depends->len; j++)
            implied[ag_dag_position(dag, g_ptr_array_index(revision->depends, j))] = 1;
    }
    ag_marks_add_ancestors(dag, implied, AG_LINK_ALL);
    GPtrArray *left = ag_pool_array(pool);
    for (guint i = 0; i < state->len; i++) {
        const char *id = g_ptr_array_index(state, i);
        int position = ag_dag_position(dag, id);
        if (position < 0 || !implied[position])
            add_id(left, id);
    }
    return left;
}

GPtrArray *ag_dag_after(const AgDag *dag, const GPtrArray *current, const AgRevision *revision,
                        AgDirection direction, AgPool *pool)
{
    GPtrArray *after = ag_pool_array(pool);
    bool up = direction == AG_UPGRADE;
    for (guint i = 0; i < current->len; i++) {
        const char *id = g_ptr_array_index(current, i);
        /* Only a direct parent or need can be both recorded and implied by the new one: whatever is
         * recorded has nothing applied on top of it. */
        bool goes = up ? is_in(revision->parents, id) || is_in(revision->depends, id)
                       : strcmp(id, revision->id) == 0;
        if (!goes)
            add_id(after, id);
    }
    if (up) {
        add_id(after, revision->id);
        return after;
    }
    add_ids(after, revision->parents);
    add_ids(after, revision->depends);
    return after->len > 1 ? without_implied(dag, after, pool) : after;
}

/* --- stamping --- */

/* What a stamp names: revisions, and branches that go back to base. */
typedef struct {
    const AgDag *dag;
    AgMarks named;   /* becomes recorded */
    AgMarks related; /* whatever is recorded of these goes */
    bool base;       /* everything goes */
} Stamp;

/* Where a step leads down, or the branch of a `base` counts, the identifier is one of a downgrade.
 */
static AgDirection direction_of(const char *text)
{
    const char *at = strchr(text, '@');
    const char *word = at == NULL ? text : at + 1;
    return *word == '-' || strcmp(word, "base") == 0 ? AG_DOWNGRADE : AG_UPGRADE;
}

static void add_line(const Stamp *stamp, const char *id, AgLinks links)
{
    g_autofree AgMarks above = ag_marks_new(stamp->dag), below = ag_marks_new(stamp->dag);
    int position = ag_dag_position(stamp->dag, id);
    above[position] = below[position] = 1;
    ag_marks_add_ancestors(stamp->dag, above, links);
    ag_marks_add_descendants(stamp->dag, below, links);
    for (guint i = 0; i < stamp->dag->revisions->len; i++)
        stamp->related[i] |= above[i] | below[i];
}

static bool add_word(Stamp *stamp, const char *text, const GPtrArray *current, AgDiag *diag)
{
    GPtrArray *ids = ag_dag_resolve(stamp->dag, text, current, direction_of(text), diag);
    if (ids == NULL)
        return false;
    stamp->base = stamp->base || ids->len == 0;
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i), *at = strchr(id, '@');
        if (at != NULL && strcmp(at + 1, "base") == 0) {
            g_autofree char *branch = g_strndup(id, (gsize)(at - id));
            add_line(stamp, branch, AG_LINK_PARENTS);
            continue;
        }
        id = at == NULL ? id : at + 1;
        stamp->named[ag_dag_position(stamp->dag, id)] = 1;
        add_line(stamp, id, AG_LINK_ALL);
    }
    return true;
}

/* A state that names a revision and another one built on it would be none. */
static bool check_apart(const Stamp *stamp, AgDiag *diag)
{
    guint n = stamp->dag->revisions->len;
    g_autofree AgMarks implied = ag_marks_new(stamp->dag);
    for (guint i = 0; i < n; i++) {
        const AgRevision *revision = ag_dag_at(stamp->dag, i);
        for (guint j = 0; stamp->named[i] && j < revision->parents->len; j++)
            implied[ag_dag_position(stamp->dag, g_ptr_array_index(revision->parents, j))] = 1;
        for (guint j = 0; stamp->named[i] && j < revision->depends->len; j++)
            implied[ag_dag_position(stamp->dag, g_ptr_array_index(revision->depends, j))] = 1;
    }
    ag_marks_add_ancestors(stamp->dag, implied, AG_LINK_ALL);
    for (guint i = 0; i < n; i++) {
        if (!stamp->named[i] || (!implied[i] && !stamp->base))
            continue;
        ag_fail(diag, AG_PROBLEM_REVISION_AMBIGUOUS, AG_NOWHERE,
                "revision '%s' is named together with %s", ag_dag_at(stamp->dag, i)->id,
                stamp->base ? "base" : "one that is built on it");
        ag_hint(diag, "a database is at the newest revisions that are applied: name only those");
        return false;
    }
    return true;
}

GPtrArray *ag_dag_stamp(const AgDag *dag, const GPtrArray *words, const GPtrArray *current,
                        AgDiag *diag)
{
    g_autofree AgMarks named = ag_marks_new(dag), related = ag_marks_new(dag);
    Stamp stamp = {dag, named, related, false};
    for (guint i = 0; i < words->len; i++)
        if (!add_word(&stamp, g_ptr_array_index(words, i), current, diag))
            return NULL;
    if (!check_apart(&stamp, diag))
        return NULL;
    GPtrArray *after = ag_pool_array(dag->pool);
    for (guint i = 0; i < current->len; i++) {
        int position = ag_dag_position(dag, g_ptr_array_index(current, i));
        if (!stamp.base && position >= 0 && !related[position])
            add_id(after, g_ptr_array_index(current, i));
    }
    for (guint i = 0; i < dag->revisions->len; i++)
        if (named[i])
            add_id(after, ag_dag_at(dag, i)->id);
    g_ptr_array_sort(after, ag_text_order);
    return after;
}
