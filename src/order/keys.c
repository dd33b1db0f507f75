/* SPDX-License-Identifier: MIT */
#include "order/order_private.h"

#include "base/text.h"
#include "model/index.h"
#include "model/key.h"

#include <string.h>

struct AgNameTable {
    AgPool *pool;
    GHashTable *entries; /* AgNameKey * -> AgNameEntry *, the newest first */
    GHashTable *names;   /* AgNameKey * with but space and name */
};

static guint hash_text(guint hash, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        hash = hash * 33 + (guchar)g_ascii_tolower(*text);
    return hash * 33 + 1;
}

static guint hash_key(gconstpointer data)
{
    const AgNameKey *key = data;
    return hash_text(hash_text(hash_text((guint)key->space, key->a), key->b), key->c);
}

static gboolean same_exactly(gconstpointer a, gconstpointer b)
{
    const AgNameKey *x = a, *y = b;
    return x->space == y->space && g_strcmp0(x->a, y->a) == 0 && g_strcmp0(x->b, y->b) == 0 &&
           g_strcmp0(x->c, y->c) == 0;
}

static gboolean same_folded(gconstpointer a, gconstpointer b)
{
    const AgNameKey *x = a, *y = b;
    return x->space == y->space && ag_name_same(x->a, y->a, true) &&
           ag_name_same(x->b, y->b, true) && ag_name_same(x->c, y->c, true);
}

AgNameTable *ag_name_table_new(AgPool *pool, bool fold)
{
    AgNameTable *table = ag_pool_new0(pool, AgNameTable);
    table->pool = pool;
    table->entries = ag_pool_table(pool, hash_key, fold ? same_folded : same_exactly);
    table->names = ag_pool_table(pool, hash_key, fold ? same_folded : same_exactly);
    return table;
}

static AgNameKey *keep_key(AgNameTable *table, AgNameKey key)
{
    AgNameKey *copy = ag_pool_new0(table->pool, AgNameKey);
    *copy = key;
    return copy;
}

void ag_name_table_add(AgNameTable *table, AgNameKey key, guint node)
{
    AgNameEntry *entry = ag_pool_new0(table->pool, AgNameEntry);
    entry->node = node;
    entry->next = g_hash_table_lookup(table->entries, &key);
    g_hash_table_insert(table->entries, keep_key(table, key), entry);
    g_hash_table_add(table->names,
                     keep_key(table, (AgNameKey){key.space, NULL, key.c != NULL ? key.c : key.b}));
}

const AgNameEntry *ag_name_table_find(const AgNameTable *table, AgNameKey key)
{
    return g_hash_table_lookup(table->entries, &key);
}

bool ag_name_table_has(const AgNameTable *table, int space, const char *name)
{
    AgNameKey key = {space, NULL, name};
    return g_hash_table_contains(table->names, &key);
}

AgNameKey ag_object_key(const AgObject *object)
{
    int kind = (int)object->info->kind;
    if (object->parent != NULL)
        return (AgNameKey){kind, object->parent->schema, object->parent->name, object->name};
    return (AgNameKey){kind, object->schema, object->name, object->signature};
}

char *ag_columns_text(AgPool *pool, const GPtrArray *columns)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(columns, i));
    g_ptr_array_sort(sorted, ag_text_order);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < sorted->len; i++)
        g_string_append_printf(out, "%s\1", (const char *)g_ptr_array_index(sorted, i));
    return ag_pool_text(pool, out->str);
}

const GPtrArray *ag_unique_columns(AgPool *pool, const AgObject *object)
{
    AgKind kind = object->info->kind;
    if (kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE)
        return ((const AgKey *)object)->columns;
    if (kind != AG_KIND_INDEX)
        return NULL;
    const AgIndex *index = (const AgIndex *)object;
    if (!index->unique || index->where.written != NULL || index->parts == NULL)
        return NULL;
    GPtrArray *columns = ag_pool_array(pool);
    for (guint i = 0; i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column == NULL)
            return NULL;
        g_ptr_array_add(columns, (gpointer)(guintptr)part->column);
    }
    return columns;
}
