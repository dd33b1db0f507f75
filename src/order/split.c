/* SPDX-License-Identifier: MIT */
/* Changes that only work in two steps: a sequence that is owned by a column whose default uses it,
 * and objects that exchange names. */
#include "order/order_private.h"

#include "model/sequence.h"

#include <string.h>

/* --- sequences --- */

typedef struct {
    AgOrdering *o;
    AgNameTable *touched[2]; /* tables that change, by old and by new name */
    GHashTable *alters;      /* new sequence -> its ALTER */
    GPtrArray *out;
} Splitting;

static const AgColumnName *owner_of(const AgObject *object)
{
    return &((const AgSequence *)object)->owned_by;
}

static const AgObject *unowned(AgOrdering *o, const AgObject *object)
{
    AgObject *copy = ag_ordering_copy(o, object);
    ((AgSequence *)(void *)copy)->owned_by = (AgColumnName){{NULL, NULL}, NULL};
    return copy;
}

static void note_touched(Splitting *s, const AgObject *object, int side)
{
    if (object == NULL || object->info->kind == AG_KIND_SEQUENCE)
        return;
    const AgObject *table = object->parent != NULL ? object->parent : object;
    if (table->info->kind == AG_KIND_TABLE)
        ag_name_table_add(s->touched[side], ag_object_key(table), 0);
}

static bool is_touched(const Splitting *s, const AgObject *sequence, int side)
{
    const AgColumnName *owner = owner_of(sequence);
    AgNameKey key = {AG_KIND_TABLE, owner->table.schema, owner->table.name, NULL};
    return owner->column != NULL && ag_name_table_find(s->touched[side], key) != NULL;
}

static AgChange *add(Splitting *s, AgVerb verb, const AgObject *old, const AgObject *new_object)
{
    AgChange *change = ag_change_new(s->o->pool, verb, old, new_object);
    if (verb == AG_ALTER)
        change->changed = AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY);
    g_ptr_array_add(s->out, change);
    return change;
}

static void split_create(Splitting *s, const AgChange *change)
{
    const AgObject *bare = unowned(s->o, change->new);
    AgChange *create = add(s, AG_CREATE, NULL, bare);
    create->recreate = change->recreate;
    ag_ordering_pair(s->o, create, add(s, AG_ALTER, bare, change->new));
}

/* The table it hangs on would take it along into another schema. */
static void release_before_move(Splitting *s, const AgObject *sequence, const AgChange *release)
{
    AgQname table = owner_of(sequence)->table;
    for (guint i = 0; i < s->o->changes->len; i++) {
        const AgChange *move = g_ptr_array_index(s->o->changes, i);
        if (move->verb == AG_RENAME && move->old->info->kind == AG_KIND_TABLE &&
            g_strcmp0(move->old->name, table.name) == 0 &&
            g_strcmp0(move->old->schema, table.schema) == 0)
            ag_ordering_pair(s->o, release, move);
    }
}

static void split_drop(Splitting *s, const AgChange *change)
{
    const AgObject *bare = unowned(s->o, change->old);
    const AgChange *release = add(s, AG_ALTER, change->old, bare);
    AgChange *drop = add(s, AG_DROP, bare, NULL);
    drop->recreate = change->recreate;
    ag_ordering_pair(s->o, release, drop);
    release_before_move(s, change->old, release);
}

/* An owned sequence must stay in the schema of its table, and follows it there by itself: it is
 * let go before it moves. */
static void split_move(Splitting *s, const AgChange *change)
{
    const AgObject *old_bare = unowned(s->o, change->old);
    const AgObject *new_bare = unowned(s->o, change->new);
    const AgChange *release = add(s, AG_ALTER, change->old, old_bare);
    const AgChange *move = add(s, AG_RENAME, old_bare, new_bare);
    AgChange *alter = g_hash_table_lookup(s->alters, change->new);
    if (alter == NULL) {
        alter = add(s, AG_ALTER, new_bare, change->new);
    } else {
        alter->old = old_bare;
        alter->changed |= AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY);
    }
    release_before_move(s, change->old, release);
    ag_ordering_pair(s->o, release, move);
    ag_ordering_pair(s->o, move, alter);
}

static bool moves_owned(const AgChange *change)
{
    return g_strcmp0(change->old->schema, change->new->schema) != 0 &&
           owner_of(change->old)->column != NULL && owner_of(change->new)->column != NULL;
}

static void split_sequence(Splitting *s, AgChange *change)
{
    if (change->verb == AG_CREATE && is_touched(s, change->new, 1))
        split_create(s, change);
    else if (change->verb == AG_DROP && is_touched(s, change->old, 0))
        split_drop(s, change);
    else if (change->verb == AG_RENAME && moves_owned(change))
        split_move(s, change);
    else
        g_ptr_array_add(s->out, change);
}

void ag_ordering_split_sequences(AgOrdering *o)
{
    Splitting s = {.o = o, .out = ag_pool_array(o->pool)};
    s.touched[0] = ag_name_table_new(o->pool, o->sqlite);
    s.touched[1] = ag_name_table_new(o->pool, o->sqlite);
    s.alters = ag_pool_table(o->pool, NULL, NULL);
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        note_touched(&s, change->old, 0);
        note_touched(&s, change->new, 1);
        if (change->verb != AG_ALTER || change->new->info->kind != AG_KIND_SEQUENCE)
            continue;
        /* It may be changed here, and the caller's list is not ours. */
        AgChange *copy = ag_pool_new0(o->pool, AgChange);
        *copy = *change;
        g_ptr_array_index(o->changes, i) = copy;
        g_hash_table_insert(s.alters, (gpointer)(guintptr)copy->new, copy);
    }
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        if (ag_change_object(change)->info->kind == AG_KIND_SEQUENCE)
            split_sequence(&s, change);
        else
            g_ptr_array_add(s.out, change);
    }
    o->changes = s.out;
}

/* --- exchanges of names --- */

static bool name_is_used(const AgOrdering *o, const AgObject *object, const char *name)
{
    if (object->parent != NULL)
        return ag_object_part(object->parent, object->info->kind, name) != NULL;
    AgObject called = *object;
    called.name = name;
    return ag_schema_find_like(o->from, &called) != NULL ||
           ag_schema_find_like(o->to, &called) != NULL;
}

static const AgObject *under_temporary_name(AgOrdering *o, const AgObject *object)
{
    AgObject *copy = ag_ordering_copy(o, object);
    guint number = g_hash_table_size(o->finals);
    do
        copy->name = ag_pool_name(o->pool, ag_pool_printf(o->pool, "__ag_%u", ++number));
    while (name_is_used(o, object, copy->name));
    return copy;
}

bool ag_ordering_split_rename(AgOrdering *o, const GPtrArray *loop)
{
    for (guint i = 0; i < loop->len; i++) {
        const AgEdge *edge = g_ptr_array_index(loop, i);
        AgChange *change = g_ptr_array_index(o->changes, edge->before);
        if (change->verb != AG_RENAME || g_hash_table_contains(o->finals, change->old) ||
            g_hash_table_contains(o->finals, change->new))
            continue;
        const AgObject *between = under_temporary_name(o, change->old);
        g_hash_table_insert(o->finals, (gpointer)(guintptr)between,
                            (gpointer)(guintptr)change->new);
        AgChange *first = ag_change_new(o->pool, AG_RENAME, change->old, between);
        AgChange *second = ag_change_new(o->pool, AG_RENAME, between, change->new);
        g_ptr_array_index(o->changes, edge->before) = first;
        g_ptr_array_add(o->changes, second);
        ag_ordering_pair(o, first, second);
        return true;
    }
    return false;
}
