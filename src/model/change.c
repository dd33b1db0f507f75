/* SPDX-License-Identifier: MIT */
#include "model/change.h"

AgChange *ag_change_new(AgPool *pool, AgVerb verb, const AgObject *old_object,
                        const AgObject *new_object)
{
    AgChange *change = ag_pool_new0(pool, AgChange);
    change->verb = verb;
    change->old = old_object;
    change->new = new_object;
    return change;
}

static AgVerb reverse_verb(AgVerb verb)
{
    switch (verb) {
    case AG_CREATE:
        return AG_DROP;
    case AG_DROP:
        return AG_CREATE;
    case AG_ALTER:
    case AG_RENAME:
        return verb;
    }
    g_assert_not_reached();
}

AgChange *ag_change_reverse(AgPool *pool, const AgChange *change)
{
    AgChange *reversed = ag_change_new(pool, reverse_verb(change->verb), change->new, change->old);
    reversed->changed = change->changed;
    reversed->recreate = change->recreate;
    reversed->own_only = change->own_only;
    /* Folded parts keep their order: they are written inside one statement, columns in the table's
     * order. */
    if (change->folded != NULL) {
        reversed->folded = ag_pool_array(pool);
        for (guint i = 0; i < change->folded->len; i++)
            g_ptr_array_add(reversed->folded,
                            ag_change_reverse(pool, g_ptr_array_index(change->folded, i)));
    }
    return reversed;
}

GPtrArray *ag_changes_reverse(AgPool *pool, const GPtrArray *changes)
{
    GPtrArray *reversed = ag_pool_array(pool);
    for (guint i = changes->len; i > 0; i--)
        g_ptr_array_add(reversed, ag_change_reverse(pool, g_ptr_array_index(changes, i - 1)));
    return reversed;
}

const AgObject *ag_change_object(const AgChange *change)
{
    return change->new != NULL ? change->new : change->old;
}

char *ag_change_text(AgPool *pool, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    const char *label = ag_object_label(pool, object);
    const char *noun = object->info->noun;
    switch (change->verb) {
    case AG_CREATE:
        return ag_pool_printf(pool, "+ %s %s", noun, label);
    case AG_DROP:
        return ag_pool_printf(pool, "- %s %s", noun, label);
    case AG_ALTER:
        return ag_pool_printf(pool, "~ %s %s", noun, label);
    case AG_RENAME:
        return ag_pool_printf(pool, "~ %s %s renamed to %s", noun,
                              ag_object_label(pool, change->old), label);
    }
    g_assert_not_reached();
}
