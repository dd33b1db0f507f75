/* SPDX-License-Identifier: MIT */
/* Parts go into the CREATE or DROP of their table or view. Indexes too: they vanish with the table,
 * and the writer of CREATE TABLE adds them behind it. A foreign key stays outside when its table
 * and the one it refers to need each other. */
#include "order/order_private.h"

#include <string.h>

/* Whether a foreign key refers to its own table by a unique index, which exists only after it. */
static bool waits_for_index(AgOrdering *o, const AgObject *object)
{
    const AgForeignKey *key = (const AgForeignKey *)object;
    const AgObject *table = object->parent;
    if (key->ref_columns == NULL || !ag_name_same(key->references.name, table->name, false) ||
        g_strcmp0(key->references.schema, table->schema) != 0)
        return false;
    const char *wanted = ag_columns_text(o->pool, key->ref_columns);
    for (guint i = 0; i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_INDEX)
            continue;
        const GPtrArray *columns = ag_unique_columns(o->pool, part);
        if (columns != NULL && strcmp(ag_columns_text(o->pool, columns), wanted) == 0)
            return false;
    }
    return true;
}

/* SQLite: texts.c says where triggers of tables go. */
static bool is_foldable(AgOrdering *o, const AgObject *part)
{
    if (o->sqlite)
        return part->info->kind != AG_KIND_TRIGGER || part->parent->info->kind != AG_KIND_TABLE;
    return part->info->kind != AG_KIND_FOREIGN_KEY || !waits_for_index(o, part);
}

/* The change that makes or drops the table of this part, when it is made or dropped with it. */
static AgChange *table_change(GHashTable *tables, const AgChange *change)
{
    if (change->verb != AG_CREATE && change->verb != AG_DROP)
        return NULL;
    const AgObject *object = ag_change_object(change);
    AgChange *owner = object->parent == NULL ? NULL : g_hash_table_lookup(tables, object->parent);
    return owner != NULL && owner->verb == change->verb ? owner : NULL;
}

typedef struct {
    GHashTable *places; /* part -> its place in the table, from 1 */
} PartOrder;

static gint by_place(gconstpointer a, gconstpointer b, gpointer data)
{
    const PartOrder *order = data;
    const AgChange *x = *(AgChange *const *)a, *y = *(AgChange *const *)b;
    guint i = GPOINTER_TO_UINT(g_hash_table_lookup(order->places, ag_change_object(x)));
    guint j = GPOINTER_TO_UINT(g_hash_table_lookup(order->places, ag_change_object(y)));
    return i < j ? -1 : i > j;
}

static void sort_folded(AgChange *change)
{
    const GPtrArray *parts = ag_change_object(change)->parts;
    if (change->folded == NULL || parts == NULL)
        return;
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < parts->len; i++)
        g_hash_table_insert(places, g_ptr_array_index(parts, i), GUINT_TO_POINTER(i + 1));
    PartOrder order = {places};
    g_ptr_array_sort_with_data(change->folded, by_place, &order);
}

/* Changes are shared with the caller's list, so a table gets a change of its own to fold into. */
static AgChange *own_change(AgOrdering *o, const AgChange *change)
{
    AgChange *copy = ag_pool_new0(o->pool, AgChange);
    *copy = *change;
    return copy;
}

static bool is_table_end(const AgChange *change)
{
    return (change->verb == AG_CREATE || change->verb == AG_DROP) &&
           ag_kind_has_parts(ag_change_object(change)->info);
}

void ag_ordering_fold(AgOrdering *o)
{
    g_autoptr(GHashTable) tables = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) replaced = g_hash_table_new(NULL, NULL);
    GPtrArray *kept = ag_pool_array(o->pool);
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        if (!is_table_end(change))
            continue;
        AgChange *own = own_change(o, change);
        g_hash_table_insert(replaced, change, own);
        change = own;
        g_ptr_array_add(kept, change);
        g_hash_table_insert(tables, (gpointer)(guintptr)ag_change_object(change), change);
    }
    ag_ordering_replace(o, replaced);
    guint n_tables = kept->len;
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        if (is_table_end(change))
            continue;
        AgChange *owner = table_change(tables, change);
        if (owner == NULL || !is_foldable(o, ag_change_object(change))) {
            g_ptr_array_add(kept, change);
            continue;
        }
        if (owner->folded == NULL)
            owner->folded = ag_pool_array(o->pool);
        g_ptr_array_add(owner->folded, change);
    }
    for (guint i = 0; i < n_tables; i++)
        sort_folded(g_ptr_array_index(kept, i));
    o->changes = kept;
}

/* --- loops --- */

typedef struct {
    AgVerb verb;
    const char *schema, *name;
} TableEnd;

static guint hash_end(gconstpointer data)
{
    const TableEnd *end = data;
    return g_str_hash(end->name) + (guint)end->verb +
           (end->schema == NULL ? 0 : g_str_hash(end->schema));
}

static gboolean same_end(gconstpointer a, gconstpointer b)
{
    const TableEnd *x = a, *y = b;
    return x->verb == y->verb && strcmp(x->name, y->name) == 0 &&
           g_strcmp0(x->schema, y->schema) == 0;
}

static GHashTable *index_ends(const AgOrdering *o, TableEnd *ends)
{
    GHashTable *table = g_hash_table_new(hash_end, same_end);
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        if (!is_table_end(change))
            continue;
        const AgObject *object = ag_change_object(change);
        ends[i] = (TableEnd){change->verb, object->schema, object->name};
        g_hash_table_insert(table, &ends[i], GUINT_TO_POINTER(i + 1));
    }
    return table;
}

static bool is_in_loop(const GArray *components, guint node)
{
    guint own = g_array_index(components, guint, node);
    for (guint i = 0; i < components->len; i++) {
        if (i != node && g_array_index(components, guint, i) == own)
            return true;
    }
    return false;
}

/* What stands behind CREATE TABLE and may name anything: outside of its table it binds less. */
static bool reaches_out(AgKind kind)
{
    return kind == AG_KIND_TRIGGER || kind == AG_KIND_POLICY || kind == AG_KIND_RULE;
}

static bool leads_into_loop(const AgChange *part, GHashTable *ends, const GArray *components,
                            guint node)
{
    const AgObject *object = ag_change_object(part);
    if (reaches_out(object->info->kind))
        return is_in_loop(components, node);
    if (object->info->kind != AG_KIND_FOREIGN_KEY)
        return false;
    AgQname target = ((const AgForeignKey *)object)->references;
    TableEnd end = {part->verb, target.schema, target.name};
    guint other = GPOINTER_TO_UINT(g_hash_table_lookup(ends, &end));
    return other != 0 && other - 1 != node &&
           g_array_index(components, guint, other - 1) == g_array_index(components, guint, node);
}

bool ag_ordering_unfold(AgOrdering *o, const GArray *components)
{
    guint n = o->changes->len;
    g_autofree TableEnd *places = g_new0(TableEnd, n + 1);
    g_autoptr(GHashTable) ends = index_ends(o, places);
    for (guint node = 0; node < n; node++) {
        AgChange *change = g_ptr_array_index(o->changes, node);
        if (change->folded == NULL)
            continue;
        GPtrArray *stay = ag_pool_array(o->pool);
        for (guint i = 0; i < change->folded->len; i++) {
            AgChange *part = g_ptr_array_index(change->folded, i);
            bool out = leads_into_loop(part, ends, components, node);
            g_ptr_array_add(out ? o->changes : stay, part);
        }
        change->folded = stay;
    }
    return o->changes->len > n;
}
