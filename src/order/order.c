/* SPDX-License-Identifier: MIT */
#include "order/order_private.h"

#include "model/enum.h"
#include "model/operator_class.h"
#include "model/table.h"

#include <string.h>

void ag_ordering_pair(AgOrdering *o, const AgChange *before, const AgChange *after)
{
    AgOrderPair *pair = ag_pool_new0(o->pool, AgOrderPair);
    *pair = (AgOrderPair){before, after};
    g_ptr_array_add(o->pairs, pair);
}

void ag_ordering_replace(AgOrdering *o, GHashTable *replaced)
{
    for (guint i = 0; i < o->pairs->len; i++) {
        AgOrderPair *pair = g_ptr_array_index(o->pairs, i);
        const AgChange *before = g_hash_table_lookup(replaced, pair->before);
        const AgChange *after = g_hash_table_lookup(replaced, pair->after);
        pair->before = before != NULL ? before : pair->before;
        pair->after = after != NULL ? after : pair->after;
    }
}

AgObject *ag_ordering_copy(AgOrdering *o, const AgObject *object)
{
    AgObject *copy = ag_pool_alloc(o->pool, object->info->size);
    memcpy(copy, object, object->info->size);
    return copy;
}

/* --- the order where nothing else decides --- */

/* What goes of tables first, the most dependent first; then renames, then what comes and changes;
 * what tables were made of goes last. */
static int group_of(const AgChange *change)
{
    switch (change->verb) {
    case AG_DROP:
        return change->old->info->kind >= AG_KIND_TABLE ? 0 : 3;
    case AG_RENAME:
        return 1;
    case AG_CREATE:
    case AG_ALTER:
        return 2;
    }
    g_assert_not_reached();
}

typedef struct {
    const AgChange *change;
    const AgObject *object;
    int group, rank;
    guint place; /* of a part in its table: tells unnamed ones apart */
} Sorted;

static int compare_objects(const AgObject *x, const AgObject *y)
{
    const AgObject *p = x->parent != NULL ? x->parent : x, *q = y->parent != NULL ? y->parent : y;
    int order = g_strcmp0(p->schema, q->schema);
    if (order == 0)
        order = g_strcmp0(p->name, q->name);
    return order;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const Sorted *x = a, *y = b;
    if (x->group != y->group)
        return x->group - y->group;
    if (x->rank != y->rank)
        return x->rank - y->rank;
    int order = compare_objects(x->object, y->object);
    if (order == 0 && x->object->info->kind != AG_KIND_COLUMN)
        order = g_strcmp0(x->object->name, y->object->name);
    if (order == 0 && x->place != y->place)
        order = x->place < y->place ? -1 : 1;
    if (order == 0)
        order = g_strcmp0(x->object->name, y->object->name);
    if (order == 0)
        order = g_strcmp0(x->object->signature, y->object->signature);
    if (order == 0)
        order = (int)x->change->verb - (int)y->change->verb;
    if (order == 0)
        order =
            x->change->changed < y->change->changed ? -1 : x->change->changed > y->change->changed;
    return order;
}

/* The place of each part in its table, filled for a whole table when one of its parts is asked
 * for. */
static guint place_of(GHashTable *places, const AgObject *object)
{
    if (object->parent == NULL || object->parent->parts == NULL)
        return 0;
    if (!g_hash_table_contains(places, object->parent)) {
        g_hash_table_add(places, object->parent);
        const GPtrArray *parts = object->parent->parts;
        for (guint i = 0; i < parts->len; i++)
            g_hash_table_insert(places, g_ptr_array_index(parts, i), GUINT_TO_POINTER(i + 1));
    }
    return GPOINTER_TO_UINT(g_hash_table_lookup(places, object));
}

static void sort_base(AgOrdering *o)
{
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(Sorted));
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        Sorted entry = {.change = change, .object = ag_change_object(change)};
        entry.group = group_of(change);
        entry.rank = (int)entry.object->info->kind;
        if (change->verb == AG_DROP)
            entry.rank = -entry.rank;
        entry.place = place_of(places, entry.object);
        g_array_append_val(sorted, entry);
    }
    g_array_sort(sorted, compare);
    GPtrArray *out = ag_pool_array(o->pool);
    for (guint i = 0; i < sorted->len; i++)
        g_ptr_array_add(out, (gpointer)(guintptr)g_array_index(sorted, Sorted, i).change);
    o->changes = out;
}

/* --- loops --- */

static bool report_loop(AgOrdering *o, const GPtrArray *loop)
{
    g_autoptr(GString) path = g_string_new(NULL);
    const AgChange *first = NULL;
    for (guint i = 0; i < loop->len; i++) {
        const AgEdge *edge = g_ptr_array_index(loop, i);
        const AgChange *change = g_ptr_array_index(o->changes, edge->before);
        first = first != NULL ? first : change;
        g_string_append_printf(path, "'%s' -> ", ag_change_text(o->pool, change));
    }
    g_string_append_printf(path, "'%s'", ag_change_text(o->pool, first));
    ag_fail(o->diag, AG_PROBLEM_CYCLE, ag_change_object(first)->place,
            "these changes wait for each other: %s", path->str);
    ag_hint(o->diag, "make one of them in a revision of its own first");
    return false;
}

/* Orders o->changes. Each repair of a loop makes the list longer, so the rounds come to an end. */
static bool arrange(AgOrdering *o)
{
    for (;;) {
        sort_base(o);
        AgGraph *graph = ag_ordering_graph(o);
        g_autoptr(GArray) order = ag_graph_sort(graph);
        if (order->len < o->changes->len) {
            g_autoptr(GArray) components = ag_graph_components(graph);
            if (!o->sqlite && ag_ordering_unfold(o, components))
                continue;
            GPtrArray *loop = NULL;
            if (!ag_graph_break(graph, &loop)) {
                bool again = ag_ordering_split_rename(o, loop) || report_loop(o, loop);
                g_ptr_array_free(loop, TRUE);
                if (again)
                    continue;
                return false;
            }
            g_array_free(g_steal_pointer(&order), TRUE);
            order = ag_graph_sort(graph);
        }
        GPtrArray *out = ag_pool_array(o->pool);
        for (guint i = 0; i < order->len; i++)
            g_ptr_array_add(out, g_ptr_array_index(o->changes, g_array_index(order, guint, i)));
        o->changes = out;
        return true;
    }
}

static GPtrArray *order(AgOrdering *o, const GPtrArray *changes)
{
    o->sqlite = o->to->dialect == AG_DIALECT_SQLITE;
    o->pairs = ag_pool_array(o->pool);
    o->finals = ag_pool_table(o->pool, NULL, NULL);
    o->returning = ag_pool_table(o->pool, NULL, NULL);
    o->between = ag_pool_table(o->pool, NULL, NULL);
    o->changes = ag_pool_array(o->pool);
    for (guint i = 0; i < changes->len; i++)
        g_ptr_array_add(o->changes, g_ptr_array_index(changes, i));
    if (o->sqlite) {
        ag_ordering_renew_texts(o);
    } else {
        ag_ordering_nest_domains(o);
        ag_ordering_recreate(o);
        ag_ordering_split_sequences(o);
        ag_ordering_split_partitions(o);
        ag_ordering_split_inherits(o);
    }
    ag_ordering_fold(o);
    if (!o->sqlite)
        ag_ordering_tie_parents(o);
    if (!arrange(o))
        return NULL;
    if (o->sqlite)
        ag_ordering_part_texts(o);
    return o->changes;
}

GPtrArray *ag_order(AgPool *pool, const AgSchema *from, const AgSchema *to,
                    const GPtrArray *changes, AgDiag *diag)
{
    AgOrdering o = {.pool = pool, .from = from, .to = to, .diag = diag};
    return order(&o, changes);
}

/* What is set at a child's column comes after what is set at its parent's, there and back. */
static bool sets_own_column(const AgChange *change)
{
    const AgObject *table = change->new->parent;
    return change->new->info->kind == AG_KIND_COLUMN &&table != NULL &&
           table->info->kind == AG_KIND_TABLE &&ag_table_has_parents(table);
}

/* Whether the way back needs another treatment of this change than the way there. What uses a value
 * of an enum comes behind the change of the enum in both directions. */
static bool is_lopsided(AgPool *pool, const AgChange *change)
{
    if (change->verb != AG_ALTER)
        return false;
    if (change->new->info->kind == AG_KIND_ENUM &&
        (change->changed & AG_FIELD_BIT(AG_ENUM_VALUES)) != 0)
        return true;
    if (sets_own_column(change))
        return true;
    const AgChange *back = ag_change_reverse(pool, change);
    return ag_change_in_place(change) != ag_change_in_place(back);
}

static bool says_text_anew(const AgChange *change)
{
    for (unsigned i = 0; change->verb == AG_ALTER && i < change->new->info->n_fields; i++) {
        AgFieldType type = change->new->info->fields[i].type;
        if ((change->changed & AG_FIELD_BIT(i)) != 0 &&
            (type == AG_FIELD_EXPR || type == AG_FIELD_BODY || type == AG_FIELD_TYPE))
            return true;
    }
    return false;
}

/* `in_text`: only where a text does. */
static bool names(const GPtrArray *needs, const AgObject *object, bool in_text)
{
    for (guint i = 0; i < needs->len; i++) {
        const AgNeed *need = g_ptr_array_index(needs, i);
        const char *name = need->part != NULL && object->parent != NULL ? need->part : need->name;
        bool in_schema =
            object->info->kind == AG_KIND_NAMESPACE && g_strcmp0(need->schema, object->name) == 0;
        if ((in_schema || strcmp(name, object->name) == 0) && (need->any || !in_text))
            return true;
    }
    return false;
}

/* Whether an ALTER says again what names something that is renamed. It comes behind the new name,
 * there and back. */
static bool follows_rename(AgOrdering *o, const AgChange *change, const GPtrArray *renamed)
{
    if (renamed->len == 0 || !says_text_anew(change))
        return false;
    const GPtrArray *needs = ag_ordering_needs(o, change->old);
    for (guint i = 0; i < renamed->len; i++) {
        const AgObject *object = g_ptr_array_index(renamed, i);
        /* Its table is reached by the name of the time; the text of a rule may name it, too. */
        if (names(needs, object, object == change->old->parent))
            return true;
    }
    return false;
}

static GPtrArray *renamed_by(AgPool *pool, const GPtrArray *changes)
{
    GPtrArray *renamed = ag_pool_array(pool);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_RENAME && change->old->name != NULL)
            g_ptr_array_add(renamed, (gpointer)(guintptr)change->old);
    }
    return renamed;
}

/* An operator class takes an operator, and does not give it back (recreate.c). */
static bool joins_class(const AgChange *change)
{
    return change->verb != AG_ALTER && change->verb != AG_RENAME &&
           ag_class_member_is_bound(ag_change_object(change));
}

/* What a domain or an operator class gets may need more than what it loses. */
static bool gets_more(const GPtrArray *changes, const AgChange *change)
{
    const AgObject *parent = ag_change_object(change)->parent;
    if (!ag_change_constrains_domain(change) && !joins_class(change))
        return false;
    for (guint i = 0; parent != NULL && i < changes->len; i++) {
        const AgChange *other = g_ptr_array_index(changes, i);
        if ((other->verb == AG_CREATE || other->verb == AG_DROP) &&
            ag_change_object(other) == parent)
            return false;
    }
    return true;
}

GPtrArray *ag_order_back(AgPool *pool, const AgSchema *from, const AgSchema *to,
                         const GPtrArray *changes, const GPtrArray *ordered, AgDiag *diag)
{
    AgOrdering o = {.pool = pool, .from = to, .to = from, .diag = diag, .back = true};
    const GPtrArray *renamed = renamed_by(pool, changes);
    bool lopsided = false;
    for (guint i = 0; i < changes->len && to->dialect != AG_DIALECT_SQLITE; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        lopsided = lopsided || is_lopsided(pool, change) || gets_more(changes, change) ||
                   follows_rename(&o, change, renamed);
    }
    if (!lopsided)
        return ag_changes_reverse(pool, ordered);
    return order(&o, ag_changes_reverse(pool, changes));
}
