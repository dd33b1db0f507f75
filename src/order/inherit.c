/* SPDX-License-Identifier: MIT */
/* Partitions and tables that inherit: their bounds may be in each other's way, and what they have
 * from their parents comes and goes with the parents' own changes. */
#include "order/order_private.h"

#include "model/column.h"
#include "model/table.h"

#include <string.h>

static bool is_table(const AgObject *object)
{
    return object != NULL && object->info->kind == AG_KIND_TABLE;
}

static const AgTable *as_table(const AgObject *object)
{
    return (const AgTable *)object;
}

#define BOUND_FIELDS (AG_FIELD_BIT(AG_TABLE_PARTITION_OF) | AG_FIELD_BIT(AG_TABLE_BOUND))
#define PARENT_FIELDS (BOUND_FIELDS | AG_FIELD_BIT(AG_TABLE_INHERITS))

/* --- who is below whom --- */

static void note_child(AgOrdering *o, const AgObject *table, bool old)
{
    GPtrArray *parents = ag_table_parents(o->pool, old ? o->from : o->to, table);
    for (guint i = 0; i < parents->len; i++) {
        gpointer parent = g_ptr_array_index(parents, i);
        GPtrArray *children = g_hash_table_lookup(o->children[old], parent);
        if (children == NULL) {
            children = ag_pool_array(o->pool);
            g_hash_table_insert(o->children[old], parent, children);
        }
        g_ptr_array_add(children, (gpointer)(guintptr)table);
    }
}

const GPtrArray *ag_ordering_children(AgOrdering *o, const AgObject *table, bool old)
{
    const AgSchema *side = old ? o->from : o->to;
    if (o->children[old] == NULL) {
        o->children[old] = ag_pool_table(o->pool, NULL, NULL);
        for (guint i = 0; i < side->objects->len; i++) {
            const AgObject *object = g_ptr_array_index(side->objects, i);
            if (is_table(object) && ag_table_has_parents(object))
                note_child(o, object, old);
        }
    }
    return g_hash_table_lookup(o->children[old], table);
}

/* --- DETACH and ATTACH as changes of their own --- */

static bool is_moved(const AgChange *change)
{
    return change->verb == AG_ALTER && is_table(change->new) &&
           (change->changed & BOUND_FIELDS) != 0 &&
           as_table(change->old)->partition_of.name != NULL &&
           as_table(change->new)->partition_of.name != NULL;
}

/* A partition that is moved is none in between, so that all bounds can change at once. */
void ag_ordering_split_partitions(AgOrdering *o)
{
    GPtrArray *out = ag_pool_array(o->pool);
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        if (!is_moved(change)) {
            g_ptr_array_add(out, change);
            continue;
        }
        AgObject *between = ag_ordering_copy(o, change->old);
        ((AgTable *)(void *)between)->partition_of = (AgQname){NULL, NULL};
        ((AgTable *)(void *)between)->bound = (AgSql){NULL, NULL, AG_NOWHERE};
        AgChange *detach = ag_change_new(o->pool, AG_ALTER, change->old, between);
        AgChange *attach = ag_change_new(o->pool, AG_ALTER, between, change->new);
        detach->changed = BOUND_FIELDS;
        attach->changed = change->changed | BOUND_FIELDS;
        ag_ordering_pair(o, detach, attach);
        if ((change->changed & AG_FIELD_BIT(AG_TABLE_PARTITION_OF)) == 0)
            g_hash_table_add(o->returning, attach);
        g_ptr_array_add(out, detach);
        g_ptr_array_add(out, attach);
    }
    o->changes = out;
}

/* --- NO INHERIT and INHERIT as changes of their own --- */

static bool is_of_table(const AgObject *part, const AgObject *table)
{
    return part != NULL && is_table(part->parent) && strcmp(part->parent->name, table->name) == 0 &&
           g_strcmp0(part->parent->schema, table->schema) == 0;
}

#define FITTED_FIELDS                                                                              \
    (AG_FIELD_BIT(AG_COLUMN_TYPE) | AG_FIELD_BIT(AG_COLUMN_COLLATION) |                            \
     AG_FIELD_BIT(AG_COLUMN_GENERATED) | AG_FIELD_BIT(AG_COLUMN_NULL))

/* Whether columns or checks become others that neither the old parents nor the new ones let in. */
static bool is_refitted(AgOrdering *o, const AgChange *table)
{
    g_autoptr(GHashTable) gone = g_hash_table_new(g_str_hash, g_str_equal);
    bool refitted = false;
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        if (change->verb == AG_DROP && is_of_table(change->old, table->old))
            g_hash_table_add(gone, (gpointer)(guintptr)change->old->name);
        if (change->verb == AG_ALTER && is_of_table(change->old, table->old) &&
            (change->old->info->kind == AG_KIND_CHECK ||
             (change->old->info->kind == AG_KIND_COLUMN && (change->changed & FITTED_FIELDS) != 0)))
            refitted = true;
    }
    for (guint i = 0; !refitted && i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        refitted = change->verb == AG_CREATE && is_of_table(change->new, table->new) &&
                   change->new->name != NULL &&g_hash_table_contains(gone, change->new->name);
    }
    return refitted;
}

static GPtrArray *kept_parents(AgOrdering *o, const AgTable *old, const AgTable *new)
{
    GPtrArray *kept = ag_pool_array(o->pool);
    for (guint i = 0; i < old->inherits->len; i++)
        if (g_ptr_array_find_with_equal_func(new->inherits, g_ptr_array_index(old->inherits, i),
                                             g_str_equal, NULL))
            g_ptr_array_add(kept, g_ptr_array_index(old->inherits, i));
    return kept->len > 0 ? kept : NULL;
}

static bool is_swapped(const AgChange *change)
{
    return change->verb == AG_ALTER && is_table(change->new) &&
           (change->changed & AG_FIELD_BIT(AG_TABLE_INHERITS)) != 0 &&
           as_table(change->old)->inherits != NULL && as_table(change->new)->inherits != NULL;
}

/* A table that gets other parents is without them in between if its columns or checks have to
 * become others. */
void ag_ordering_split_inherits(AgOrdering *o)
{
    GPtrArray *out = ag_pool_array(o->pool);
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        if (!is_swapped(change) || !is_refitted(o, change)) {
            g_ptr_array_add(out, change);
            continue;
        }
        AgObject *between = ag_ordering_copy(o, change->old);
        ((AgTable *)(void *)between)->inherits =
            kept_parents(o, as_table(change->old), as_table(change->new));
        AgChange *leave = ag_change_new(o->pool, AG_ALTER, change->old, between);
        AgChange *join = ag_change_new(o->pool, AG_ALTER, between, change->new);
        leave->changed = AG_FIELD_BIT(AG_TABLE_INHERITS);
        join->changed = change->changed;
        ag_ordering_pair(o, leave, join);
        g_hash_table_add(o->between, between);
        g_ptr_array_add(out, leave);
        g_ptr_array_add(out, join);
    }
    o->changes = out;
}

/* --- what waits for what --- */

typedef struct {
    AgOrdering *o;
    GHashTable *parts[2]; /* table's key, by old and new names -> GPtrArray of its parts' changes */
    GHashTable *leaving;  /* parent's key -> GPtrArray of changes that free a bound */
} Tying;

static char *key_of(AgOrdering *o, const char *schema, const char *name)
{
    return ag_pool_concat(o->pool, schema == NULL ? "" : schema, "\1", name, NULL);
}

static void note(GHashTable *table, char *key, AgOrdering *o, AgChange *change)
{
    GPtrArray *list = g_hash_table_lookup(table, key);
    if (list == NULL) {
        list = ag_pool_array(o->pool);
        g_hash_table_insert(table, key, list);
    }
    g_ptr_array_add(list, change);
}

/* What no child has from its parent. */
static bool is_never_inherited(const AgObject *part)
{
    return part->info->kind == AG_KIND_RULE || part->info->kind == AG_KIND_POLICY;
}

static void note_change(Tying *t, AgChange *change)
{
    const AgObject *sides[2] = {change->old, change->new};
    for (int side = 0; side < 2; side++) {
        const AgObject *object = sides[side];
        if (object != NULL && is_table(object->parent) && !is_never_inherited(object))
            note(t->parts[side], key_of(t->o, object->parent->schema, object->parent->name), t->o,
                 change);
    }
    bool leaves = change->verb == AG_DROP ||
                  (change->verb == AG_ALTER && (change->changed & BOUND_FIELDS) != 0);
    if (leaves && is_table(change->old) && as_table(change->old)->partition_of.name != NULL) {
        AgQname parent = as_table(change->old)->partition_of;
        note(t->leaving, key_of(t->o, parent.schema, parent.name), t->o, change);
    }
}

static const GPtrArray *parts_of(Tying *t, const AgObject *table, int side)
{
    return g_hash_table_lookup(t->parts[side], key_of(t->o, table->schema, table->name));
}

/* `change` before or after all of the list. */
static void tie_all(Tying *t, const AgChange *change, const GPtrArray *list, bool before)
{
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const AgChange *other = g_ptr_array_index(list, i);
        if (other == change)
            continue;
        if (before)
            ag_ordering_pair(t->o, change, other);
        else
            ag_ordering_pair(t->o, other, change);
    }
}

/* Whether a child's column or check comes or goes with that of a parent and is its own as well. */
static bool is_said_twice(const AgChange *change, const AgChange *above)
{
    const AgObject *part = change->new != NULL ? change->new : change->old;
    const AgObject *other = above->new != NULL ? above->new : above->old;
    return change->verb == above->verb && !change->own_only && part->info == other->info &&
           (part->info->kind == AG_KIND_COLUMN || part->info->kind == AG_KIND_CHECK) &&
           as_table(part->parent)->inherits != NULL && strcmp(part->name, other->name) == 0;
}

/* Whether one of the changes of a child's parts is so. */
static bool any_said_twice(const GPtrArray *parts, const AgChange *above)
{
    for (guint i = 0; parts != NULL && i < parts->len; i++)
        if (is_said_twice(g_ptr_array_index(parts, i), above))
            return true;
    return false;
}

/* The server lets a child's own go only when the parent's is gone, and joins them only if the
 * child's is there when the parent's comes. Whether there is such a parent. */
static bool tie_said_twice(Tying *t, const AgChange *change, const GPtrArray *above, int side)
{
    bool any = false;
    for (guint i = 0; i < above->len; i++) {
        const GPtrArray *list = parts_of(t, g_ptr_array_index(above, i), side);
        for (guint j = 0; list != NULL && j < list->len; j++) {
            const AgChange *other = g_ptr_array_index(list, j);
            if (other == change || !is_said_twice(change, other))
                continue;
            ag_ordering_pair(t->o, side == 0 ? other : change, side == 0 ? change : other);
            any = true;
        }
    }
    return any;
}

/* The part of a child before or after the parts of a parent. Where the child has its own of these
 * it is that which the part waits for. */
static void tie_part_to(Tying *t, const AgChange *change, const GPtrArray *above, int side)
{
    const AgObject *part = side == 0 ? change->old : change->new;
    const GPtrArray *parts = parts_of(t, part->parent, side);
    for (guint i = 0; above != NULL && i < above->len; i++) {
        const AgChange *other = g_ptr_array_index(above, i);
        if (!any_said_twice(parts, other))
            ag_ordering_pair(t->o, side == 0 ? change : other, side == 0 ? other : change);
    }
}

/* Other parents in place of the old ones: what goes waits, and what comes is waited for. */
static const GPtrArray *only(Tying *t, const GPtrArray *list, bool both, AgVerb verb)
{
    if (!both || list == NULL)
        return list;
    GPtrArray *chosen = ag_pool_array(t->o->pool);
    for (guint i = 0; i < list->len; i++)
        if (((const AgChange *)g_ptr_array_index(list, i))->verb == verb)
            g_ptr_array_add(chosen, g_ptr_array_index(list, i));
    return chosen;
}

/* Whether the table is above it on the other side as well. */
static bool is_above(const GPtrArray *above, const AgObject *table)
{
    for (guint i = 0; above != NULL && i < above->len; i++) {
        const AgObject *one = g_ptr_array_index(above, i);
        if (strcmp(one->name, table->name) == 0 && g_strcmp0(one->schema, table->schema) == 0)
            return true;
    }
    return false;
}

/* What is there comes after the parents' changes on the way in, and goes before them on the way
 * out; the old side is the new one's mirror. The parents that a table keeps change with it. */
static void tie_to_parents(Tying *t, const AgChange *change, const AgObject *table, int side)
{
    const AgSchema *schema[2] = {t->o->from, t->o->to};
    const AgObject *other = table == change->old ? change->new : change->old;
    if (!ag_table_has_parents(table))
        return;
    GPtrArray *above = ag_table_ancestors(t->o->pool, schema[side], table);
    GPtrArray *kept = other == NULL || !is_table(other) || !ag_table_has_parents(other)
                          ? NULL
                          : ag_table_ancestors(t->o->pool, schema[1 - side], other);
    bool part = !is_table(side == 0 ? change->old : change->new);
    if (part && tie_said_twice(t, change, above, side))
        return;
    for (guint i = 0; i < above->len; i++) {
        const AgObject *one = g_ptr_array_index(above, i);
        if (is_above(kept, one))
            continue;
        if (!part)
            tie_all(t, change, parts_of(t, one, side), side == 0);
        else
            tie_part_to(t, change, parts_of(t, one, side), side);
    }
}

/* What comes back to its parent is there when the parent changes, and changes with it. */
static void tie_returning(Tying *t, const AgChange *change)
{
    GPtrArray *above = ag_table_ancestors(t->o->pool, t->o->to, change->new);
    for (guint i = 0; i < above->len; i++) {
        tie_all(t, change, parts_of(t, g_ptr_array_index(above, i), 0), true);
        tie_all(t, change, parts_of(t, g_ptr_array_index(above, i), 1), true);
    }
}

static void tie_bound(Tying *t, const AgChange *change)
{
    if (change->new == NULL || as_table(change->new)->partition_of.name == NULL)
        return;
    AgQname parent = as_table(change->new)->partition_of;
    tie_all(t, change, g_hash_table_lookup(t->leaving, key_of(t->o, parent.schema, parent.name)),
            false);
}

static void tie_table(Tying *t, const AgChange *change)
{
    bool moves = change->verb == AG_ALTER && (change->changed & PARENT_FIELDS) != 0;
    if (change->verb != AG_CREATE && change->verb != AG_DROP && !moves)
        return;
    tie_bound(t, change);
    if (g_hash_table_contains(t->o->returning, change)) {
        tie_returning(t, change);
        return;
    }
    bool leaves = g_hash_table_contains(t->o->between, change->new);
    bool joins = g_hash_table_contains(t->o->between, change->old);
    if (change->old != NULL && !joins)
        tie_to_parents(t, change, change->old, 0);
    if (change->new != NULL && !leaves)
        tie_to_parents(t, change, change->new, 1);
    /* A table that leaves its parents is free for changes of its own; one that gets some has to
     * fit before. */
    bool old = moves && ag_table_has_parents(change->old) && !joins;
    bool new = moves &&ag_table_has_parents(change->new) && !leaves;
    bool both = old && new;
    if (old)
        tie_all(t, change, only(t, parts_of(t, change->old, 0), both, AG_DROP), true);
    if (new)
        tie_all(t, change, only(t, parts_of(t, change->new, 1), both, AG_CREATE), false);
}

/* What is set at a parent's column goes down to the children's; theirs is set after it. So do the
 * names of columns and checks. */
static void tie_below(Tying *t, const AgChange *change)
{
    if (!is_table(change->new->parent) || !ag_table_has_parents(change->new->parent))
        return;
    GPtrArray *above = ag_table_ancestors(t->o->pool, t->o->to, change->new->parent);
    for (guint i = 0; i < above->len; i++) {
        const GPtrArray *list = parts_of(t, g_ptr_array_index(above, i), 1);
        for (guint j = 0; list != NULL && j < list->len; j++) {
            const AgChange *other = g_ptr_array_index(list, j);
            if (other->verb == change->verb &&
                other->new->info ==
                    change->new->info &&strcmp(other->new->name, change->new->name) == 0)
                ag_ordering_pair(t->o, other, change);
        }
    }
}

static void tie_part(Tying *t, const AgChange *change)
{
    if (change->verb == AG_DROP && is_table(change->old->parent))
        tie_to_parents(t, change, change->old->parent, 0);
    if (change->verb == AG_CREATE && is_table(change->new->parent))
        tie_to_parents(t, change, change->new->parent, 1);
    if ((change->verb == AG_RENAME && change->own_only) ||
        (change->verb == AG_ALTER && change->new->info->kind == AG_KIND_COLUMN))
        tie_below(t, change);
}

void ag_ordering_tie_parents(AgOrdering *o)
{
    Tying t = {.o = o};
    t.parts[0] = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    t.parts[1] = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    t.leaving = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    for (guint i = 0; i < o->changes->len; i++)
        note_change(&t, g_ptr_array_index(o->changes, i));
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        const AgObject *object = change->new != NULL ? change->new : change->old;
        if (is_table(object))
            tie_table(&t, change);
        else if (object->parent != NULL)
            tie_part(&t, change);
    }
}
