/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

typedef struct {
    void *block;
    GDestroyNotify free_func;
} Kept;

/* An interned text; NULL: a free slot. */
typedef struct {
    const char *text;
    guint32 hash, length;
} Name;

/* Blocks are cut from chunks: one for the many pools that hold next to nothing, a small one, and
 * then large ones, each the huge page of x86-64 and arm64. A larger request gets a block of its
 * own. */
enum {
    FIRST_CHUNK = 2 * 1024,
    SMALL_CHUNK = 64 * 1024,
    LARGEST_CHUNK = 2048 * 1024,
    LARGEST_SHARE = SMALL_CHUNK / 4,
    ALIGNMENT = 8,
    FIRST_SLOTS = 256
};

struct AgPool {
    GPtrArray *chunks, *large; /* from the heap, and mapped */
    char *next;                /* objects are cut from the front of what is left of a chunk, */
    char *behind;              /* texts, which need no alignment, from its end */
    size_t chunk_size;
    Name *names; /* open addressing, `n_slots` of them, a power of two; NULL: none yet */
    guint n_names, n_slots;
    GArray *kept;
};

static void unmap_large(gpointer chunk)
{
    munmap(chunk, LARGEST_CHUNK);
}

AgPool *ag_pool_new(void)
{
    AgPool *pool = g_new0(AgPool, 1);
    pool->chunks = g_ptr_array_new_with_free_func(g_free);
    pool->large = g_ptr_array_new_with_free_func(unmap_large);
    pool->chunk_size = FIRST_CHUNK;
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
    g_free(pool->names);
    g_ptr_array_free(pool->chunks, TRUE);
    g_ptr_array_free(pool->large, TRUE);
    g_free(pool);
}

/* The first touch of a page is a trap into the kernel, and hundreds of them in a row cost more than
 * what is done with the memory: a chunk that is large enough asks to be one page. NULL: the system
 * has no room for it. */
static void *map_large(AgPool *pool)
{
    char *block =
        mmap(NULL, 2 * LARGEST_CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
    size_t skipped = LARGEST_CHUNK - ((uintptr_t)block & (LARGEST_CHUNK - 1));
    char *chunk = block + skipped;
    munmap(block, skipped);
    if (skipped < LARGEST_CHUNK)
        munmap(chunk + LARGEST_CHUNK, LARGEST_CHUNK - skipped);
#ifdef MADV_HUGEPAGE
    (void)madvise(chunk, LARGEST_CHUNK, MADV_HUGEPAGE);
#endif
    g_ptr_array_add(pool->large, chunk);
    return chunk;
}

static void *new_chunk(AgPool *pool)
{
    void *chunk = pool->chunk_size < LARGEST_CHUNK ? NULL : map_large(pool);
    if (chunk != NULL)
        return chunk;
    chunk = g_malloc0(pool->chunk_size);
    g_ptr_array_add(pool->chunks, chunk);
    return chunk;
}

/* A block of its own where one has to be, else NULL; then a chunk has `size` bytes left. */
static void *make_room(AgPool *pool, size_t size)
{
    if (AG_POOL_CHECKED || size > LARGEST_SHARE) {
        void *block = g_malloc0(size);
        g_ptr_array_add(pool->chunks, block);
        return block;
    }
    if (size > pool->chunk_size)
        pool->chunk_size = SMALL_CHUNK;
    pool->next = new_chunk(pool);
    pool->behind = pool->next + pool->chunk_size;
    pool->chunk_size = pool->chunk_size == FIRST_CHUNK ? SMALL_CHUNK : LARGEST_CHUNK;
    return NULL;
}

static size_t left(const AgPool *pool)
{
    return (size_t)(pool->behind - pool->next);
}

void *ag_pool_alloc(AgPool *pool, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *block = left(pool) >= size ? NULL : make_room(pool, size);
    if (block != NULL)
        return block;
    block = pool->next;
    pool->next += size;
    return block;
}

static char *alloc_text(AgPool *pool, size_t size)
{
    char *block = left(pool) >= size ? NULL : make_room(pool, size);
    if (block != NULL)
        return block;
    pool->behind -= size;
    return pool->behind;
}

char *ag_pool_text_n(AgPool *pool, const char *text, size_t length)
{
    if (text == NULL)
        return NULL;
    char *copy = alloc_text(pool, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *ag_pool_text(AgPool *pool, const char *text)
{
    return text == NULL ? NULL : ag_pool_text_n(pool, text, strlen(text));
}

char *ag_pool_concat(AgPool *pool, const char *first, ...)
{
    va_list pieces, again;
    va_start(pieces, first);
    va_copy(again, pieces);
    size_t length = 0;
    for (const char *piece = first; piece != NULL; piece = va_arg(pieces, const char *))
        length += strlen(piece);
    va_end(pieces);
    char *text = alloc_text(pool, length + 1), *end = text;
    for (const char *piece = first; piece != NULL; piece = va_arg(again, const char *))
        end = g_stpcpy(end, piece);
    va_end(again);
    *end = '\0';
    return text;
}

char *ag_pool_printf(AgPool *pool, const char *format, ...)
{
    char buffer[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = g_vsnprintf(buffer, sizeof(buffer), format, args);
    va_end(args);
    char *text = alloc_text(pool, (size_t)length + 1);
    if ((size_t)length < sizeof(buffer))
        memcpy(text, buffer, (size_t)length + 1);
    else
        g_vsnprintf(text, (gulong)length + 1, format, again);
    va_end(again);
    return text;
}

/* FNV-1a */
static guint32 hash_of(const char *text, size_t length)
{
    guint32 hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* The slot of the text, or the free one where it belongs. */
static Name *find_name(const AgPool *pool, const char *text, size_t length, guint32 hash)
{
    for (guint i = hash;; i++) {
        Name *name = &pool->names[i & (pool->n_slots - 1)];
        if (name->text == NULL ||
            (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0))
            return name;
    }
}

static void grow_names(AgPool *pool)
{
    g_autofree Name *old = pool->names;
    guint n = pool->n_slots;
    pool->n_slots = n * 2;
    pool->names = g_new0(Name, pool->n_slots);
    for (guint i = 0; i < n; i++) {
        if (old[i].text != NULL)
            *find_name(pool, old[i].text, old[i].length, old[i].hash) = old[i];
    }
}

const char *ag_pool_name_n(AgPool *pool, const char *text, size_t length)
{
    if (text == NULL)
        return NULL;
    if (pool->names == NULL) {
        pool->n_slots = FIRST_SLOTS;
        pool->names = g_new0(Name, FIRST_SLOTS);
    }
    guint32 hash = hash_of(text, length);
    Name *name = find_name(pool, text, length, hash);
    if (name->text != NULL)
        return name->text;
    *name = (Name){ag_pool_text_n(pool, text, length), hash, (guint32)length};
    const char *known = name->text;
    if (++pool->n_names > pool->n_slots / 2)
        grow_names(pool);
    return known;
}

const char *ag_pool_name(AgPool *pool, const char *text)
{
    return text == NULL ? NULL : ag_pool_name_n(pool, text, strlen(text));
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
