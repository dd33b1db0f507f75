/* SPDX-License-Identifier: MIT */
/* Ranges A:B of the history. */
#include "revision/dag_private.h"

#include <string.h>

typedef struct {
    const AgDag *dag;
    const GPtrArray *current;
    AgDiag *diag;
} Asking;

static GPtrArray *resolve(const Asking *asking, const char *text, const GPtrArray *from)
{
    return ag_dag_resolve(asking->dag, text, from, AG_UPGRADE, asking->diag);
}

/* -N counts down from the other end, and stops at the first revision: a list may begin there. */
static GPtrArray *count_down(const Asking *asking, const char *text, const GPtrArray *high)
{
    guint64 steps = g_ascii_strtoull(text + 1, NULL, 10), most = 0;
    const AgRevision *at = high->len == 1 ? ag_dag_find(asking->dag, high->pdata[0]) : NULL;
    for (; at != NULL && at->parents->len == 1 && most < steps; most++)
        at = ag_dag_find(asking->dag, at->parents->pdata[0]);
    bool first = at != NULL && at->parents->len == 0;
    g_autofree char *clamped = g_strdup_printf("-%" G_GUINT64_FORMAT, first ? most : steps);
    return ag_dag_resolve(asking->dag, clamped, high, AG_DOWNGRADE, asking->diag);
}

static bool is_count(const char *text, char sign)
{
    return *text == sign && text[1] != '\0' && strspn(text + 1, "0123456789") == strlen(text + 1);
}

static GPtrArray *all_heads(const AgDag *dag)
{
    GPtrArray *heads = ag_dag_heads(dag), *ids = ag_pool_array(dag->pool);
    for (guint i = 0; i < heads->len; i++)
        g_ptr_array_add(ids, (gpointer)(guintptr)((const AgRevision *)heads->pdata[i])->id);
    return ids;
}

static bool resolve_ends(const Asking *asking, const char *range, GPtrArray **low, GPtrArray **high)
{
    const char *colon = strchr(range, ':'), *last = colon + 1;
    g_autofree char *first = g_strndup(range, (gsize)(colon - range));
    bool down = is_count(first, '-');
    *low = *first == '\0' || down ? ag_pool_array(asking->dag->pool)
                                  : resolve(asking, first, asking->current);
    if (*low == NULL)
        return false;
    if (*last == '\0')
        *high = all_heads(asking->dag);
    else
        *high = resolve(asking, last, is_count(last, '+') ? *low : asking->current);
    if (*high != NULL && down)
        *low = count_down(asking, first, *high);
    return *high != NULL && *low != NULL;
}

static AgMarks mark(const AgDag *dag, const GPtrArray *ids)
{
    AgMarks marks = ag_marks_new(dag);
    for (guint i = 0; i < ids->len; i++) {
        int position = ag_dag_position(dag, g_ptr_array_index(ids, i));
        if (position >= 0)
            marks[position] = 1;
    }
    return marks;
}

static bool check_below(const Asking *asking, const GPtrArray *low, const AgMarks below_high,
                        const char *range)
{
    for (guint i = 0; i < low->len; i++) {
        const char *id = g_ptr_array_index(low, i);
        if (below_high[ag_dag_position(asking->dag, id)])
            continue;
        ag_fail(asking->diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
                "'%s' is no range: revision '%s' does not come before its end", range, id);
        ag_hint(asking->diag, "write OLDER:NEWER, both of one line; `autogen history` shows them");
        return false;
    }
    return true;
}

GPtrArray *ag_dag_range(const AgDag *dag, const char *range, const GPtrArray *current, AgDiag *diag)
{
    Asking asking = {dag, current, diag};
    GPtrArray *low, *high;
    if (!resolve_ends(&asking, range, &low, &high))
        return NULL;
    g_autofree AgMarks below = mark(dag, high), above = mark(dag, low);
    ag_marks_add_ancestors(dag, below, AG_LINK_ALL);
    if (!check_below(&asking, low, below, range))
        return NULL;
    ag_marks_add_descendants(dag, above, AG_LINK_ALL);
    GPtrArray *selected = ag_pool_array(dag->pool);
    for (guint i = 0; i < dag->revisions->len; i++)
        if (below[i] && (above[i] || low->len == 0))
            g_ptr_array_add(selected, ag_dag_at(dag, i));
    return selected;
}
