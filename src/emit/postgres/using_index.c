/* SPDX-License-Identifier: MIT */
/* A unique index that goes and a key over the same columns that comes are one index: the key takes
 * it over, and nothing is built. */
#include "emit/postgres/postgres.h"
#include "model/index.h"
#include "model/key.h"
#include "model/table.h"

#include <string.h>

static bool same_names(const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    for (guint i = 0; n == m && i < n; i++)
        if (!g_str_equal(g_ptr_array_index(a, i), g_ptr_array_index(b, i)))
            return false;
    return n == m;
}

static bool is_some(const GPtrArray *list)
{
    return list != NULL && list->len > 0;
}

/* What a key could have said as well. */
static bool is_plain(const AgIndex *index)
{
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column == NULL || g_strcmp0(part->order, "desc") == 0 || part->nulls != NULL ||
            part->opclass.name != NULL || part->collation.name != NULL)
            return false;
    }
    return index->unique && !index->invalid && g_str_equal(ag_index_method(index), "btree") &&
           index->where.written == NULL && !is_some(index->params);
}

static bool has_columns(const AgIndex *index, const GPtrArray *columns)
{
    guint n = index->parts == NULL ? 0 : index->parts->len;
    for (guint i = 0; columns != NULL && n == columns->len && i < n; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (!g_str_equal(part->column, g_ptr_array_index(columns, i)))
            return false;
    }
    return columns != NULL && n == columns->len;
}

/* The server takes no index over for a partitioned table. */
static bool is_whole(const AgObject *table)
{
    return table->info->kind == AG_KIND_TABLE &&
           ((const AgTable *)table)->partition_by.written == NULL &&
           ((const AgTable *)table)->partition_of.name == NULL;
}

static bool fits(AgWriting *w, const AgObject *old, const AgObject *new_object)
{
    const AgIndex *index = (const AgIndex *)old;
    const AgKey *key = (const AgKey *)new_object;
    return is_plain(index) && has_columns(index, key->columns) &&
           same_names(index->include, key->include) && !is_some(key->params) &&
           !key->without_overlaps && index->nulls_not_distinct == key->nulls_not_distinct &&
           g_strcmp0(index->tablespace, key->tablespace) == 0 &&
           g_strcmp0(old->comment, key->index_comment) == 0 && is_whole(new_object->parent) &&
           ag_writing_twin(w, old->parent) == new_object->parent;
}

static bool is_dropped_index(const AgChange *change)
{
    return change->verb == AG_DROP && !change->recreate &&
           change->old->info->kind == AG_KIND_INDEX && change->old->name != NULL;
}

static bool is_new_key(const AgChange *change)
{
    return change->verb == AG_CREATE && !change->recreate &&
           (change->new->info->kind == AG_KIND_PRIMARY_KEY ||
            change->new->info->kind == AG_KIND_UNIQUE);
}

static void note_going(AgWriting *w)
{
    w->state->going = ag_pool_table(w->pool, g_direct_hash, g_direct_equal);
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        if (!is_dropped_index(change) || !is_plain((const AgIndex *)change->old))
            continue;
        const AgObject *table = ag_writing_twin(w, change->old->parent);
        GPtrArray *list = table == NULL ? NULL : g_hash_table_lookup(w->state->going, table);
        if (table != NULL && list == NULL)
            g_hash_table_insert(w->state->going, ag_as_key(table), list = ag_pool_array(w->pool));
        if (list != NULL)
            g_ptr_array_add(list, ag_as_key(change->old));
    }
}

const AgObject *ag_postgres_key_of_index(AgWriting *w, const AgObject *index)
{
    const AgObject *table =
        is_plain((const AgIndex *)index) ? ag_writing_twin(w, index->parent) : NULL;
    const GPtrArray *changes = table == NULL ? NULL : ag_writing_changes_of(w, table);
    for (guint i = 0; changes != NULL && i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (is_new_key(change) && fits(w, index, change->new))
            return change->new;
    }
    return NULL;
}

const AgObject *ag_postgres_index_of_key(AgWriting *w, const AgObject *key)
{
    if (w->state->going == NULL)
        note_going(w);
    const GPtrArray *list = g_hash_table_lookup(w->state->going, key->parent);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const AgObject *index = g_ptr_array_index(list, i);
        if (fits(w, index, key))
            return ag_postgres_key_of_index(w, index) == key ? index : NULL;
    }
    return NULL;
}
