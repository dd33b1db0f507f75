/* SPDX-License-Identifier: MIT */
/* Tables that have parents: partitions, and those that inherit. What they have from them changes
 * with them. */
#include "diff/diff_private.h"

#include "model/check.h"
#include "model/column.h"
#include "model/foreign_data.h"
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

/* The pair of an object that stands on its own, of whichever side. */
static const AgPair *pair_of(AgDiffing *d, const AgObject *object)
{
    if (d->by_object == NULL) {
        d->by_object = ag_pool_table(d->pool, NULL, NULL);
        for (guint i = 0; i < d->pairs->len; i++) {
            AgPair *pair = g_ptr_array_index(d->pairs, i);
            if (pair->old != NULL)
                g_hash_table_insert(d->by_object, (gpointer)(guintptr)pair->old, pair);
            if (pair->new != NULL)
                g_hash_table_insert(d->by_object, (gpointer)(guintptr)pair->new, pair);
        }
    }
    return object == NULL ? NULL : g_hash_table_lookup(d->by_object, object);
}

static bool is_child_of(AgDiffing *d, const AgSchema *side, const AgObject *table,
                        const AgObject *parent)
{
    return g_ptr_array_find(ag_table_parents(d->pool, side, table), parent, NULL);
}

/* Whether the part has the same fate as one of that parent's: there on the same sides. */
static bool shares_fate(const AgPair *parent, const AgPair *part)
{
    bool old = part->old != NULL;
    const AgObject *object = old ? part->old : part->new;
    for (guint i = 0; parent->parts != NULL && i < parent->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(parent->parts, i);
        const AgObject *above = old ? pair->old : pair->new;
        if (above != NULL && above->info == object->info && above->name != NULL &&
            strcmp(above->name, object->name) == 0 && (pair->new != NULL) == (part->new != NULL))
            return true;
    }
    return false;
}

/* Of a table that gets other parents: whether it has the part from one that it keeps. */
static bool comes_from_kept(AgDiffing *d, const AgPair *table, const AgPair *part)
{
    AgKind kind = (part->new != NULL ? part->new : part->old)->info->kind;
    if (table->old->info->kind != AG_KIND_TABLE ||
        ((const AgTable *)table->new)->inherits == NULL ||
        (kind != AG_KIND_COLUMN && kind != AG_KIND_CHECK))
        return false;
    GPtrArray *parents = ag_table_parents(d->pool, d->to, table->new);
    for (guint i = 0; i < parents->len; i++) {
        const AgPair *parent = pair_of(d, g_ptr_array_index(parents, i));
        if (parent != NULL && parent->old != NULL &&
            is_child_of(d, d->from, table->old, parent->old) && shares_fate(parent, part))
            return true;
    }
    return false;
}

bool ag_diff_follows(AgDiffing *d, const AgPair *table, const AgPair *part)
{
    if (table->new->info->kind != AG_KIND_TABLE)
        return false;
    bool keeps = keeps_parents(table) || comes_from_kept(d, table, part);
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

/* --- what is set at a child's own column --- */

static const AgPair *part_pair(const AgPair *table, AgKind kind, const char *name)
{
    for (guint i = 0; table != NULL && table->parts != NULL && i < table->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(table->parts, i);
        if (pair->new != NULL && pair->new->info->kind == kind &&
            pair->new->name != NULL &&strcmp(pair->new->name, name) == 0)
            return pair;
    }
    return NULL;
}

static const AgPair *column_pair(const AgPair *table, const char *name)
{
    return part_pair(table, AG_KIND_COLUMN, name);
}

/* --- columns and checks that get another name with their parent's --- */

/* The parent's pair that is renamed so, and what the child says as well as it is. */
static const AgPair *renamed_above(AgDiffing *d, const AgPair *table, const AgObject *part)
{
    GPtrArray *parents = ag_table_parents(d->pool, d->to, table->new);
    for (guint i = 0; i < parents->len; i++) {
        const AgPair *above =
            part_pair(pair_of(d, g_ptr_array_index(parents, i)), part->info->kind, part->name);
        if (above != NULL && above->old != NULL && above->renamed &&
            is_child_of(d, d->from, table->old, above->old->parent))
            return above;
    }
    return NULL;
}

static bool keeps_to_itself(const AgObject *part)
{
    return part->info->kind == AG_KIND_CHECK && ((const AgCheck *)part)->no_inherit;
}

bool ag_diff_is_renamed_above(AgDiffing *d, const AgPair *table, const AgPair *part)
{
    AgKind kind = part->new->info->kind;
    if (table->new->info->kind != AG_KIND_TABLE || !ag_table_has_parents(table->new) ||
        (kind != AG_KIND_COLUMN && kind != AG_KIND_CHECK))
        return false;
    const AgPair *above = renamed_above(d, table, part->new);
    return above != NULL && !keeps_to_itself(above->old) &&
           strcmp(above->old->name, part->old->name) == 0;
}

static bool follow_rename(AgDiffing *d, const AgPair *table, AgPair *column)
{
    const AgPair *above = renamed_above(d, table, column->new);
    for (guint i = 0; above != NULL && i < table->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(table->parts, i);
        if (pair->new != NULL || strcmp(pair->old->name, above->old->name) != 0)
            continue;
        column->old = pair->old;
        column->renamed = true;
        g_ptr_array_remove_index(table->parts, i);
        return true;
    }
    return false;
}

bool ag_diff_follow_renames(AgDiffing *d, const AgPair *table)
{
    bool any = false;
    if (table->old == NULL || table->new == NULL || table->new->info->kind != AG_KIND_TABLE ||
        !ag_table_has_parents(table->new))
        return false;
    for (guint i = 0; i < table->parts->len; i++) {
        AgPair *column = g_ptr_array_index(table->parts, i);
        if (column->old == NULL && follow_rename(d, table, column)) {
            any = true;
            i = 0;
        }
    }
    return any;
}

/* The pair of the parent's column, and in `table` that of the parent. NULL: there is none, or it is
 * new, or the parent is another. */
static const AgPair *column_above(AgDiffing *d, const AgPair **table, const char *name)
{
    if ((*table)->old == NULL || !ag_table_has_parents((*table)->new))
        return NULL;
    bool keeps = keeps_parents(*table);
    GPtrArray *parents = ag_table_parents(d->pool, d->to, (*table)->new);
    for (guint i = 0; i < parents->len; i++) {
        const AgPair *parent = pair_of(d, g_ptr_array_index(parents, i));
        const AgPair *column = column_pair(parent, name);
        if (column != NULL && column->old != NULL &&
            (keeps || is_child_of(d, d->from, (*table)->old, parent->old))) {
            *table = parent;
            return column;
        }
    }
    return NULL;
}

/* Of a NOT NULL that a parent keeps to itself its children know nothing. */
static bool same_null(const AgObject *column, const AgObject *above)
{
    const AgColumn *child = (const AgColumn *)column, *parent = (const AgColumn *)above;
    return child->null == (parent->null || parent->not_null_no_inherit);
}

static bool is_own(const AgPair *column, const AgPair *above, const AgColumnOwn *own)
{
    const AgField *field = &ag_kind_column.fields[own->field];
    if (!own->copied)
        return ag_field_is_set(column->old, field) || ag_field_is_set(column->new, field);
    if (own->field == AG_COLUMN_NULL)
        return !same_null(column->respelled, above->respelled) ||
               !same_null(column->new, above->new);
    return !ag_field_same(column->respelled, above->respelled, field, false) ||
           !ag_field_same(column->new, above->new, field, false);
}

/* A field of which the model says nothing stays as it is, whatever that is. */
static bool is_free(const AgPair *column, unsigned number)
{
    const AgField *field = &ag_kind_column.fields[number];
    return (field->flags & AG_FIELD_IF_WRITTEN) != 0 && !ag_field_is_set(column->new, field);
}

/* What is set at a column, and what becomes another one there, by that or by what is set above. */
typedef struct {
    AgFieldSet at, reached;
} Setting;

#define RETYPED (AG_FIELD_BIT(AG_COLUMN_TYPE) | AG_FIELD_BIT(AG_COLUMN_COLLATION))

/* What goes down to the children with it. A type takes storage and compression along, and the
 * default is dropped before and set again behind it. */
static AgFieldSet going_down(AgFieldSet fields)
{
    AgFieldSet set = fields & RETYPED;
    if (set != 0)
        set |= AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL) | AG_FIELD_BIT(AG_COLUMN_STORAGE) |
               AG_FIELD_BIT(AG_COLUMN_COMPRESSION);
    for (guint i = 0; i < ag_n_column_own_fields; i++)
        if (ag_column_own_fields[i].recurses)
            set |= fields & AG_FIELD_BIT(ag_column_own_fields[i].field);
    return set;
}

/* The type of a column that a child shares with its parent changes there. */
static Setting setting_below(AgDiffing *d, const AgPair *column, const AgPair *above,
                             AgFieldSet reached)
{
    AgFieldSet differs = ag_diff_differences(d, column);
    Setting s = {.at = column->new->inherited ? differs &AG_FIELD_COMMON
                                              : differs & ~(reached & RETYPED)};
    for (guint i = 0; i < ag_n_column_own_fields; i++) {
        const AgColumnOwn *own = &ag_column_own_fields[i];
        AgFieldSet bit = AG_FIELD_BIT(own->field);
        bool mine = !own->recurses || is_own(column, above, own);
        if (mine && !is_free(column, own->field) && ((reached | differs) & bit) != 0)
            s.at |= bit;
    }
    s.reached = going_down(s.at) | reached;
    return s;
}

static Setting setting_of(AgDiffing *d, const AgPair *table, const AgPair *column)
{
    const AgPair *parent = table;
    const AgPair *above = column_above(d, &parent, column->new->name);
    if (above == NULL) {
        /* Of a parent that is not managed nothing is known; new parents bring nothing along. */
        bool known = !column->new->inherited || !keeps_parents(table);
        AgFieldSet all = known ? ag_diff_differences(d, column) : 0;
        return (Setting){all, going_down(all)};
    }
    Setting *kept = g_hash_table_lookup(d->set, column);
    if (kept == NULL) {
        kept = ag_pool_new0(d->pool, Setting);
        *kept = setting_below(d, column, above, setting_of(d, parent, above).reached);
        g_hash_table_insert(d->set, (gpointer)(guintptr)column, kept);
    }
    return *kept;
}

AgFieldSet ag_diff_set_at(AgDiffing *d, const AgPair *table, const AgPair *column)
{
    return setting_of(d, table, column).at;
}

/* --- what cannot stay --- */

static const AgObject *parent_of(const AgSchema *schema, const AgObject *object)
{
    AgQname name = ((const AgTable *)object)->partition_of;
    return name.name == NULL ? NULL : ag_schema_find(schema, AG_KIND_TABLE, name.schema, name.name);
}

/* Whether the server is another one, or made anew. */
static bool changes_server(const AgDiffing *d, const AgPair *pair)
{
    const char *old = ((const AgTable *)pair->old)->server;
    const char *new = ((const AgTable *)pair->new)->server;
    if (old == NULL || new == NULL)
        return old != new;
    const AgObject *before = ag_schema_find(d->from, AG_KIND_SERVER, NULL, old);
    const AgObject *after = ag_schema_find(d->to, AG_KIND_SERVER, NULL, new);
    if ((ag_diff_differences(d, pair) & AG_FIELD_BIT(AG_TABLE_SERVER)) != 0)
        return true;
    return before != NULL && after != NULL &&
           ag_server_is_replaced(ag_diff_respell(d, before), after);
}

static bool is_another(const AgDiffing *d, const AgPair *pair)
{
    return changes_server(d, pair) ||
           (ag_diff_differences(d, pair) & AG_FIELD_BIT(AG_TABLE_PARTITION_BY)) != 0;
}

bool ag_diff_is_replaced(AgDiffing *d, const AgPair *table)
{
    enum { MOST_LEVELS = 100 };
    const AgPair *pair = table;
    for (guint level = 0; level < MOST_LEVELS; level++) {
        if (pair == NULL || pair->old == NULL || pair->new == NULL ||
            pair->old->info->kind != AG_KIND_TABLE)
            return false;
        if (pair == table
                ? is_another(d, pair)
                : (ag_diff_differences(d, pair) & AG_FIELD_BIT(AG_TABLE_PARTITION_BY)) != 0)
            return true;
        const AgObject *old_parent = parent_of(d->from, pair->old);
        const AgPair *above = pair_of(d, old_parent);
        if (above == NULL || above->new != parent_of(d->to, pair->new))
            return false;
        pair = above;
    }
    return false;
}

/* --- what is somebody else's --- */

bool ag_diff_is_left(AgDiffing *d, const AgObject *old)
{
    if (old->info->kind != AG_KIND_TABLE)
        return false;
    const AgPair *above = pair_of(d, parent_of(d->from, old));
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
