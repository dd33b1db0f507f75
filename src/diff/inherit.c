/* SPDX-License-Identifier: MIT */
/* Tables that have parents: partitions, and those that inherit. What they have from them changes
 * with them. */
#include "diff/diff_private.h"

#include "model/column.h"
#include "model/table.h"

#include <string.h>

static bool has_changed(const AgPair *pair, unsigned field)
{
    return !ag_field_same(pair->respelled, pair->new, &pair->new->info->fields[field], false);
}

static bool keeps_parents(const AgPair *table)
{
    return !has_changed(table, AG_TABLE_PARTITION_OF) && !has_changed(table, AG_TABLE_INHERITS);
}

static const AgPair *pair_of(const AgDiffing *d, const AgObject *object, bool old)
{
    for (guint i = 0; object != NULL && i < d->pairs->len; i++) {
        const AgPair *pair = g_ptr_array_index(d->pairs, i);
        if ((old ? pair->old : pair->new) == object)
            return pair;
    }
    return NULL;
}

bool ag_diff_follows(const AgPair *table, const AgPair *part)
{
    if (table->new->info->kind != AG_KIND_TABLE)
        return false;
    bool keeps = keeps_parents(table);
    AgKind kind = (part->new != NULL ? part->new : part->old)->info->kind;
    /* ATTACH makes keys and indexes, but wants columns and checks to be there. */
    if (part->old == NULL)
        return part->new->inherited && (keeps || (kind != AG_KIND_COLUMN && kind != AG_KIND_CHECK));
    if (part->new == NULL)
        return part->old->inherited && keeps;
    return (part->new->inherited || part->old->inherited) && keeps;
}

bool ag_diff_is_in_the_way(const AgDiffing *d, const AgPair *part)
{
    AgKind kind = part->new->info->kind;
    return part->new->inherited &&
           !part->old->inherited &&kind != AG_KIND_COLUMN &&kind != AG_KIND_CHECK &&
           !ag_diff_same_shape(d, part->respelled, part->new);
}

/* --- what cannot stay --- */

static const AgObject *parent_of(const AgSchema *schema, const AgObject *object)
{
    AgQname name = ((const AgTable *)object)->partition_of;
    return name.name == NULL ? NULL : ag_schema_find(schema, AG_KIND_TABLE, name.schema, name.name);
}

static bool changes_key(const AgDiffing *d, const AgPair *pair)
{
    return (ag_diff_differences(d, pair) & AG_FIELD_BIT(AG_TABLE_PARTITION_BY)) != 0;
}

bool ag_diff_is_replaced(const AgDiffing *d, const AgPair *table)
{
    enum { MOST_LEVELS = 100 };
    const AgPair *pair = table;
    for (guint level = 0; level < MOST_LEVELS; level++) {
        if (pair == NULL || pair->old == NULL || pair->new == NULL ||
            pair->old->info->kind != AG_KIND_TABLE)
            return false;
        if (changes_key(d, pair))
            return true;
        const AgObject *old_parent = parent_of(d->from, pair->old);
        const AgPair *above = pair_of(d, old_parent, true);
        if (above == NULL || above->new != parent_of(d->to, pair->new))
            return false;
        pair = above;
    }
    return false;
}

/* --- what is somebody else's --- */

bool ag_diff_is_left(const AgDiffing *d, const AgObject *old)
{
    if (old->info->kind != AG_KIND_TABLE)
        return false;
    const AgPair *above = pair_of(d, parent_of(d->from, old), true);
    if (above == NULL)
        return false;
    if (above->new == NULL)
        return ag_diff_is_left(d, above->old);
    const AgTable *parent = (const AgTable *)above->new;
    if (parent->partitions_ignored)
        return true;
    for (guint i = 0; parent->series != NULL && i < parent->series->len; i++) {
        const AgSeries *series = g_ptr_array_index(parent->series, i);
        if (g_strcmp0(series->schema, old->schema) == 0 && ag_series_fits(series, old->name))
            return !ag_diff_is_replaced(d, above);
    }
    return false;
}
