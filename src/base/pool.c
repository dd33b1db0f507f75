/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
    void *block;
    GDestroyNotify free_func;
} Kept;

/* Blocks are cut from chunks; a request over a quarter of a chunk gets one of its own. In sanitizer
 * builds every block is its own, so that overruns and use after free are seen. */
enum { CHUNK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct AgPool {
    GPtrArray *chunks;
    char *next;
    size_t left;
    GStringChunk *names;
    GHashTable *interned;
    GArray *kept;
};

#if defined(__SANITIZE_ADDRESS__)
#define SEPARATE_BLOCKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SEPARATE_BLOCKS 1
#endif
#endif
#ifndef SEPARATE_BLOCKS
#define SEPARATE_BLOCKS 0
#endif

AgPool *ag_pool_new(void)
{
    AgPool *pool = g_new0(AgPool, 1);
    pool->chunks = g_ptr_array_new_with_free_func(g_free);
    pool->names = g_string_chunk_new(4096);
    pool->interned = g_hash_table_new(g_str_hash, g_str_equal);
    pool->kept = g_array_new(FALSE, FALSE, sizeof(Kept));
    return pool;
}

void ag_pool_free(AgPool *pool)
{
    if (pool == NULL)
        return;
    for (guint i = pool->kept->len; i > 0; i--) {
        Kept *kept = &g_array_index(pool->kept, Kept, i - 1);
        kept->free_func(kept->block);
    }
    g_array_free(pool->kept, TRUE);
    g_hash_table_destroy(pool->interned);
    g_string_chunk_free(pool->names);
    g_ptr_array_free(pool->chunks, TRUE);
    g_free(pool);
}

void *ag_pool_alloc(AgPool *pool, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (SEPARATE_BLOCKS || size > CHUNK_SIZE / 4) {
        void *block = g_malloc0(size);
        g_ptr_array_add(pool->chunks, block);
        return block;
    }
    if (pool->left < size) {
        pool->next = g_malloc0(CHUNK_SIZE);
        pool->left = CHUNK_SIZE;
        g_ptr_array_add(pool->chunks, pool->next);
    }
    void *block = pool->next;
    pool->next += size;
    pool->left -= size;
    return block;
}

char *ag_pool_text_n(AgPool *pool, const char *text, size_t length)
{
    if (text == NULL)
        return NULL;
    char *copy = ag_pool_alloc(pool, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *ag_pool_text(AgPool *pool, const char *text)
{
    return text == NULL ? NULL : ag_pool_text_n(pool, text, strlen(text));
}

char *ag_pool_printf(AgPool *pool, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return ag_pool_text(pool, text);
}

const char *ag_pool_name(AgPool *pool, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *known = g_hash_table_lookup(pool->interned, text);
    if (known == NULL) {
        known = g_string_chunk_insert(pool->names, text);
        g_hash_table_add(pool->interned, (gpointer)(guintptr)known);
    }
    return known;
}

const char *ag_pool_name_n(AgPool *pool, const char *text, size_t length)
{
    if (text == NULL)
        return NULL;
    g_autofree char *copy = g_strndup(text, length);
    return ag_pool_name(pool, copy);
}

static void release_array(void *array)
{
    g_ptr_array_free(array, TRUE);
}

GPtrArray *ag_pool_array(AgPool *pool)
{
    GPtrArray *array = g_ptr_array_new();
    ag_pool_keep(pool, array, release_array);
    return array;
}

static void release_table(void *table)
{
    g_hash_table_destroy(table);
}

GHashTable *ag_pool_table(AgPool *pool, GHashFunc hash, GEqualFunc equal)
{
    GHashTable *table = g_hash_table_new(hash, equal);
    ag_pool_keep(pool, table, release_table);
    return table;
}

void ag_pool_keep(AgPool *pool, void *block, GDestroyNotify free_func)
{
    Kept kept = {.block = block, .free_func = free_func};
    g_array_append_val(pool->kept, kept);
}
