/* SPDX-License-Identifier: MIT */
#include "order/order_private.h"

#include <string.h>

struct AgMentions {
    AgOrdering *o;
    GHashTable *by_name; /* name -> GPtrArray * of const AgObject *: each holder once */
    GHashTable *needs;   /* holder -> GPtrArray * of AgNeed *, of those that were asked about */
};

static void note(AgMentions *mentions, const char *name, const AgObject *holder)
{
    GPtrArray *holders = g_hash_table_lookup(mentions->by_name, name);
    if (holders == NULL) {
        holders = ag_pool_array(mentions->o->pool);
        g_hash_table_insert(mentions->by_name, (gpointer)(guintptr)name, holders);
    }
    if (holders->len == 0 || g_ptr_array_index(holders, holders->len - 1) != holder)
        g_ptr_array_add(holders, (gpointer)(guintptr)holder);
}

/* That a part stands below its own table goes without saying. */
static bool is_tie(const AgObject *holder, const AgNeed *need)
{
    if (need->weak || (!need->any && need->kind == AG_KIND_NAMESPACE))
        return false;
    return need->any || holder->parent == NULL || strcmp(need->name, holder->parent->name) != 0;
}

static void note_holder(AgMentions *mentions, const AgObject *holder)
{
    GPtrArray *needs = ag_ordering_needs(mentions->o, holder);
    for (guint i = 0; i < needs->len; i++) {
        const AgNeed *need = g_ptr_array_index(needs, i);
        if (is_tie(holder, need))
            note(mentions, need->name, holder);
    }
}

AgMentions *ag_mentions_new(AgOrdering *o, const AgSchema *schema)
{
    AgMentions *mentions = ag_pool_new0(o->pool, AgMentions);
    mentions->o = o;
    mentions->by_name = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    mentions->needs = ag_pool_table(o->pool, NULL, NULL);
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        note_holder(mentions, object);
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++)
            note_holder(mentions, g_ptr_array_index(object->parts, j));
    }
    return mentions;
}

static GPtrArray *needs_of(AgMentions *mentions, const AgObject *holder)
{
    GPtrArray *needs = g_hash_table_lookup(mentions->needs, holder);
    if (needs == NULL) {
        needs = ag_ordering_needs(mentions->o, holder);
        g_hash_table_insert(mentions->needs, (gpointer)(guintptr)holder, needs);
    }
    return needs;
}

/* A column of a table stands for its table. */
static bool means(const AgNeed *need, const AgObject *object)
{
    AgNeed table = *need;
    if (!need->any && need->kind == AG_KIND_COLUMN)
        table = (AgNeed){.kind = AG_KIND_TABLE, .schema = need->schema, .name = need->name};
    return !need->weak && ag_need_means(&table, object);
}

bool ag_needs_mean(const GPtrArray *needs, const AgObject *object)
{
    for (guint i = 0; i < needs->len; i++) {
        if (means(g_ptr_array_index(needs, i), object))
            return true;
    }
    return false;
}

const GPtrArray *ag_mentions_of(AgMentions *mentions, const AgObject *object)
{
    const GPtrArray *named = g_hash_table_lookup(mentions->by_name, object->name);
    if (named == NULL)
        return NULL;
    GPtrArray *holders = ag_pool_array(mentions->o->pool);
    for (guint i = 0; i < named->len; i++) {
        const AgObject *holder = g_ptr_array_index(named, i);
        if (ag_needs_mean(needs_of(mentions, holder), object))
            g_ptr_array_add(holders, (gpointer)(guintptr)holder);
    }
    return holders;
}

/* A star is every column; so is the table's name by itself, but that stands in every query. */
bool ag_mentions_column(AgMentions *mentions, const AgObject *holder, const AgObject *column)
{
    const GPtrArray *needs = needs_of(mentions, holder);
    for (guint i = 0; i < needs->len; i++) {
        const AgNeed *need = g_ptr_array_index(needs, i);
        if (need->weak)
            continue;
        if (need->any ? strcmp(need->name, column->name) == 0 || strcmp(need->name, "*") == 0
                      : need->part != NULL && strcmp(need->part, column->name) == 0)
            return true;
    }
    return false;
}

bool ag_object_mentions(AgOrdering *o, const AgObject *holder, const AgObject *object)
{
    return ag_needs_mean(ag_ordering_needs(o, holder), object);
}
