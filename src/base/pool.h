/* SPDX-License-Identifier: MIT */
/* Memory of one run. Whatever you can reach from a schema, a change or a script belongs to the
 * run's pool and is never freed by itself; whatever belongs to a foreign library is held by
 * exactly one local variable that cleans up after itself. */
#pragma once

#include <glib.h>
#include <stddef.h>

/* 1 in sanitizer builds: then every block is its own, so that overruns and use after free are
 * seen, and everything is freed in the end, so that leaks are. */
#if defined(__SANITIZE_ADDRESS__)
#define AG_POOL_CHECKED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AG_POOL_CHECKED 1
#endif
#endif
#ifndef AG_POOL_CHECKED
#define AG_POOL_CHECKED 0
#endif

typedef struct AgPool AgPool;

AgPool *ag_pool_new(void);
/* Releases everything taken from the pool. NULL is allowed. */
void ag_pool_free(AgPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgPool, ag_pool_free)

/* `size` bytes, zeroed, aligned for pointers, 64-bit integers and doubles. */
void *ag_pool_alloc(AgPool *pool, size_t size);
#define ag_pool_new0(pool, Type) ((Type *)ag_pool_alloc((pool), sizeof(Type)))

/* Copies of text; NULL gives NULL. */
char *ag_pool_text(AgPool *pool, const char *text);
char *ag_pool_text_n(AgPool *pool, const char *text, size_t length);
char *ag_pool_printf(AgPool *pool, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The pieces one behind the other; the last argument is NULL. Much cheaper than printf. */
char *ag_pool_concat(AgPool *pool, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* The pool's one copy of that text: two equal names of one pool are the same pointer. NULL gives
 * NULL. */
const char *ag_pool_name(AgPool *pool, const char *text);
const char *ag_pool_name_n(AgPool *pool, const char *text, size_t length);

/* Containers that are released with the pool. The array does not own its elements. */
GPtrArray *ag_pool_array(AgPool *pool);
GHashTable *ag_pool_table(AgPool *pool, GHashFunc hash, GEqualFunc equal);

/* Has `free_func(block)` called when the pool is released, last kept first. */
void ag_pool_keep(AgPool *pool, void *block, GDestroyNotify free_func);
