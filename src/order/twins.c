/* SPDX-License-Identifier: MIT */
/* Which new object an old one is. Changes say it for what changes; what does not change is found by
 * name, and unnamed parts by what they are. */
#include "order/order_private.h"

#include <string.h>

struct AgTwins {
    AgOrdering *o;
    GHashTable *known;     /* old object -> new object, or NULL for what is dropped */
    GHashTable *new_taken; /* new objects that are created or have their twin */
    GHashTable *schemas;   /* old name of a renamed schema -> new one */
    GHashTable *columns;   /* old column that is renamed -> new column */
    GHashTable *done;      /* old tables whose parts have been matched */
};

static void note_change(AgTwins *twins, const AgChange *change)
{
    gpointer old = (gpointer)(guintptr)change->old, new_object = (gpointer)(guintptr)change->new;
    switch (change->verb) {
    case AG_CREATE:
        g_hash_table_add(twins->new_taken, new_object);
        break;
    case AG_DROP:
        g_hash_table_insert(twins->known, old, NULL);
        break;
    case AG_RENAME:
    case AG_ALTER:
        g_hash_table_insert(twins->known, old, new_object);
        g_hash_table_add(twins->new_taken, new_object);
        break;
    }
    if (change->verb == AG_RENAME && change->old->info->kind == AG_KIND_NAMESPACE)
        g_hash_table_insert(twins->schemas, (gpointer)(guintptr)change->old->name,
                            (gpointer)(guintptr)change->new->name);
    if (change->verb == AG_RENAME && change->old->info->kind == AG_KIND_COLUMN)
        g_hash_table_insert(twins->columns, old, new_object);
}

AgTwins *ag_twins_new(AgOrdering *o)
{
    AgTwins *twins = ag_pool_new0(o->pool, AgTwins);
    twins->o = o;
    twins->known = ag_pool_table(o->pool, NULL, NULL);
    twins->new_taken = ag_pool_table(o->pool, NULL, NULL);
    twins->schemas = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    twins->columns = ag_pool_table(o->pool, NULL, NULL);
    twins->done = ag_pool_table(o->pool, NULL, NULL);
    for (guint i = 0; i < o->changes->len; i++)
        note_change(twins, g_ptr_array_index(o->changes, i));
    return twins;
}

static void pair_up(AgTwins *twins, const AgObject *old, const AgObject *new_object)
{
    g_hash_table_insert(twins->known, (gpointer)(guintptr)old, (gpointer)(guintptr)new_object);
    g_hash_table_add(twins->new_taken, (gpointer)(guintptr)new_object);
}

static const AgObject *find_standing(AgTwins *twins, const AgObject *old)
{
    const char *schema =
        old->schema == NULL ? NULL : g_hash_table_lookup(twins->schemas, old->schema);
    return ag_schema_find_signed(twins->o->to, old->info->kind,
                                 schema != NULL ? schema : old->schema, old->name, old->signature);
}

/* --- parts --- */

/* The columns of a key, a foreign key or an index under their new names, as one text. */
static char *columns_now(AgTwins *twins, const AgObject *part, bool old)
{
    g_autoptr(GString) out = g_string_new(NULL);
    GPtrArray *needs = ag_ordering_needs(twins->o, part);
    for (guint i = 0; i < needs->len; i++) {
        const AgNeed *need = g_ptr_array_index(needs, i);
        if (need->kind != AG_KIND_COLUMN || strcmp(need->name, part->parent->name) != 0)
            continue;
        const AgObject *column = ag_object_part(part->parent, AG_KIND_COLUMN, need->part);
        const AgObject *now =
            old && column != NULL ? g_hash_table_lookup(twins->columns, column) : NULL;
        g_string_append_printf(out, "%s\1", now != NULL ? now->name : need->part);
    }
    return ag_pool_text(twins->o->pool, out->str);
}

/* The rounds, from sure to bold: what is left to match did not change, so each part has a twin. */
typedef enum { BY_NAME, BY_SHAPE, BY_COLUMNS, BY_PLACE, N_ROUNDS } Round;

static bool fits(AgTwins *twins, const AgObject *old, const AgObject *new_object, Round round)
{
    if (old->info->kind != new_object->info->kind)
        return false;
    switch (round) {
    case BY_NAME:
        return old->name != NULL && g_strcmp0(old->name, new_object->name) == 0;
    case BY_SHAPE:
        return (ag_object_differences(old, new_object, twins->o->to->dialect) & ~AG_FIELD_COMMON) ==
               0;
    case BY_COLUMNS:
        return strcmp(columns_now(twins, old, true), columns_now(twins, new_object, false)) == 0;
    case BY_PLACE:
        return true;
    case N_ROUNDS:
        break;
    }
    g_assert_not_reached();
}

static void match_round(AgTwins *twins, const AgObject *old, const AgObject *new_object,
                        Round round)
{
    for (guint i = 0; i < old->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(old->parts, i);
        if (g_hash_table_contains(twins->known, part))
            continue;
        for (guint j = 0; j < new_object->parts->len; j++) {
            const AgObject *other = g_ptr_array_index(new_object->parts, j);
            if (g_hash_table_contains(twins->new_taken, other) || !fits(twins, part, other, round))
                continue;
            pair_up(twins, part, other);
            break;
        }
    }
}

static void match_parts(AgTwins *twins, const AgObject *old)
{
    if (!g_hash_table_add(twins->done, (gpointer)(guintptr)old))
        return;
    const AgObject *new_object = ag_twins_find(twins, old);
    if (new_object == NULL || old->parts == NULL || new_object->parts == NULL)
        return;
    for (Round round = BY_NAME; round < N_ROUNDS; round++)
        match_round(twins, old, new_object, round);
}

const AgObject *ag_twins_find(AgTwins *twins, const AgObject *old)
{
    if (!g_hash_table_contains(twins->known, old)) {
        if (old->parent != NULL) {
            match_parts(twins, old->parent);
        } else {
            const AgObject *found = find_standing(twins, old);
            if (found != NULL)
                pair_up(twins, old, found);
        }
    }
    return g_hash_table_lookup(twins->known, old);
}
