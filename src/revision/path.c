/* SPDX-License-Identifier: MIT */
#include "revision/dag_private.h"

#include <string.h>

/* --- up --- */

static GPtrArray *collect(const AgDag *dag, const AgMarks marks, AgDirection direction)
{
    GPtrArray *path = ag_pool_array(dag->pool);
    guint n = dag->revisions->len;
    for (guint i = 0; i < n; i++) {
        guint position = direction == AG_UPGRADE ? i : n - 1 - i;
        if (marks[position])
            g_ptr_array_add(path, ag_dag_at(dag, position));
    }
    return path;
}

static int known_position(const AgDag *dag, const char *id, AgDiag *diag)
{
    int position = ag_dag_position(dag, id);
    if (position < 0) {
        ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE, "no revision '%s'", id);
        ag_hint(diag, "`autogen history` lists the revisions");
    }
    return position;
}

static GPtrArray *path_up(const AgDag *dag, const AgMarks applied, const GPtrArray *target,
                          AgDiag *diag)
{
    g_autofree AgMarks wanted = ag_marks_new(dag);
    for (guint i = 0; i < target->len; i++) {
        int position = known_position(dag, g_ptr_array_index(target, i), diag);
        if (position < 0)
            return NULL;
        wanted[position] = 1;
    }
    ag_marks_add_ancestors(dag, wanted, AG_LINK_ALL);
    for (guint i = 0; i < dag->revisions->len; i++)
        wanted[i] = wanted[i] && !applied[i];
    return collect(dag, wanted, AG_UPGRADE);
}

/* --- down --- */

/* The revisions behind `id`, itself not; all of them for base. */
static AgMarks behind(const AgDag *dag, const char *id)
{
    AgMarks marks = ag_marks_new(dag);
    if (strcmp(id, "base") == 0) {
        memset(marks, 1, dag->revisions->len);
        return marks;
    }
    int position = ag_dag_position(dag, id);
    marks[position] = 1;
    ag_marks_add_descendants(dag, marks, AG_LINK_PARENTS);
    marks[position] = 0;
    return marks;
}

static bool check_applied(const AgDag *dag, const AgMarks applied, const char *id,
                          const GPtrArray *current, AgDiag *diag)
{
    if (strcmp(id, "base") == 0)
        return true;
    int position = known_position(dag, id, diag);
    if (position < 0)
        return false;
    if (applied[position])
        return true;
    ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
            "revision '%s' is not applied, so there is no way down to it", id);
    if (current->len == 0)
        ag_hint(diag, "the database records no revision at all");
    for (guint i = 0; i < current->len; i++)
        ag_hint(diag, "the database is at '%s'", (const char *)g_ptr_array_index(current, i));
    return false;
}

/* What the recorded revisions outside the branch stand on. */
static AgMarks kept_by_others(const AgDag *dag, const GPtrArray *current, const AgMarks line)
{
    AgMarks kept = ag_marks_new(dag);
    for (guint i = 0; i < current->len; i++) {
        int position = ag_dag_position(dag, g_ptr_array_index(current, i));
        if (!line[position])
            kept[position] = 1;
    }
    ag_marks_add_ancestors(dag, kept, AG_LINK_PARENTS);
    return kept;
}

/* "ID@ID" and "ID@base": only what belongs to the branch of the first id. */
static AgMarks behind_in_branch(const AgDag *dag, const char *text, const GPtrArray *current,
                                AgDiag *diag)
{
    const char *id = strchr(text, '@') + 1;
    g_autofree char *branch = g_strndup(text, (gsize)(id - text - 1));
    const AgRevision *revision = ag_dag_find(dag, branch);
    g_assert(revision != NULL);
    g_autofree AgMarks line = ag_marks_line(dag, revision);
    g_autofree AgMarks kept = kept_by_others(dag, current, line);
    g_autofree AgMarks marks = behind(dag, id);
    g_autofree AgMarks above = ag_marks_new(dag);
    above[ag_dag_position(dag, branch)] = 1;
    ag_marks_add_ancestors(dag, above, AG_LINK_PARENTS);
    for (guint i = 0; i < dag->revisions->len; i++) {
        bool stays = marks[i] && kept[i];
        if (stays && above[i] && strcmp(id, "base") != 0) {
            ag_fail(diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE,
                    "the way down to '%s' passes revision '%s', which other branches need", id,
                    ag_dag_at(dag, i)->id);
            ag_hint(diag, "`autogen downgrade %s` takes all branches down", id);
            return NULL;
        }
        marks[i] = marks[i] && line[i] && !stays;
    }
    return g_steal_pointer(&marks);
}

static bool add_way_down(const AgDag *dag, const char *text, const GPtrArray *current,
                         const AgMarks applied, AgMarks removed, AgDiag *diag)
{
    const char *at = strchr(text, '@');
    if (!check_applied(dag, applied, at != NULL ? at + 1 : text, current, diag))
        return false;
    g_autofree AgMarks marks =
        at != NULL ? behind_in_branch(dag, text, current, diag) : behind(dag, text);
    if (marks == NULL)
        return false;
    for (guint i = 0; i < dag->revisions->len; i++)
        removed[i] = removed[i] || (marks[i] && applied[i]);
    return true;
}

static bool check_no_overlap(const AgDag *dag, const GPtrArray *target, const AgMarks removed,
                             AgDiag *diag)
{
    for (guint i = 0; i < target->len; i++) {
        const char *id = g_ptr_array_index(target, i);
        int position = ag_dag_position(dag, id);
        if (position >= 0 && removed[position]) {
            ag_fail(diag, AG_PROBLEM_REVISION_AMBIGUOUS, AG_NOWHERE,
                    "revision '%s' is named together with one it is built on", id);
            ag_hint(diag, "name the older one alone");
            return false;
        }
    }
    return true;
}

static GPtrArray *path_down(const AgDag *dag, const AgMarks applied, const GPtrArray *current,
                            const GPtrArray *target, AgDiag *diag)
{
    g_autofree AgMarks removed = ag_marks_new(dag);
    if (target->len == 0)
        memcpy(removed, applied, dag->revisions->len);
    for (guint i = 0; i < target->len; i++)
        if (!add_way_down(dag, g_ptr_array_index(target, i), current, applied, removed, diag))
            return NULL;
    if (!check_no_overlap(dag, target, removed, diag))
        return NULL;
    /* Whoever needs what goes has to go before it. */
    ag_marks_add_descendants(dag, removed, AG_LINK_ALL);
    for (guint i = 0; i < dag->revisions->len; i++)
        removed[i] = removed[i] && applied[i];
    return collect(dag, removed, AG_DOWNGRADE);
}

GPtrArray *ag_dag_path(const AgDag *dag, const GPtrArray *current, const GPtrArray *target,
                       AgDirection direction, AgDiag *diag)
{
    g_autofree AgMarks applied = ag_marks_applied(dag, current, diag);
    if (applied == NULL)
        return NULL;
    switch (direction) {
    case AG_UPGRADE:
        return path_up(dag, applied, target, diag);
    case AG_DOWNGRADE:
        return path_down(dag, applied, current, target, diag);
    }
    g_assert_not_reached();
}
