/* SPDX-License-Identifier: MIT */
#include "base/heap.h"

#include "base/pool.h"

#include <sys/mman.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE) && !AG_POOL_CHECKED

#include <glib.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>

/* Larger blocks than LARGEST glibc never takes from a heap, and a thread's ends at twice that; HEAD
 * is what it has before a block; the huge page is that of x86-64 and arm64. */
enum { LARGEST = 32 * 1024 * 1024, HUGE_PAGE = 2 * 1024 * 1024, HEAD = 16 };
enum { N_ROOMS = 3, ROOM = LARGEST / 2 };
enum { ARENAS = 2 };

static bool tuned;
static gint n_expected; /* atomic */

/* A thread that reads a database meanwhile has an arena of its own, or the two would wait for each
 * other at every allocation; more than those are of no use. An arena grows in few large steps, not
 * by a page and a system call at a time, and keeps what it has. */
void ag_heap_tune(void)
{
    mallopt(M_ARENA_MAX, ARENAS);
    mallopt(M_TOP_PAD, 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 2 * LARGEST);
    mallopt(M_MMAP_THRESHOLD, LARGEST);
    tuned = true;
}

/* What is freed at the end of a heap stays there for what comes. What lies before its first huge
 * page would be small ones: it is held for good, and so never touched. GLib's calls: the compiler
 * leaves out blocks of malloc that nobody uses. */
void ag_heap_expect(void)
{
    /* What is held must not be held for every database that a long process opens. */
    if (!tuned || g_atomic_int_add(&n_expected, 1) >= ARENAS)
        return;
    char *rooms[N_ROOMS] = {g_try_malloc(ROOM)};
    if (rooms[0] == NULL)
        return;
    size_t before = HUGE_PAGE - ((uintptr_t)rooms[0] & (HUGE_PAGE - 1));
    g_free(rooms[0]);
    char *held = g_try_malloc(before - MIN(before, HEAD));
    char *first = held == NULL ? NULL : held + before;
    for (int i = 0; i < N_ROOMS; i++)
        rooms[i] = g_try_malloc(ROOM);
    char *last = rooms[N_ROOMS - 1];
    if (first != NULL && last > first && last - first < N_ROOMS * ROOM)
        (void)madvise(first, N_ROOMS * ROOM - HUGE_PAGE, MADV_HUGEPAGE);
    for (int i = 0; i < N_ROOMS; i++)
        g_free(rooms[i]);
}

#else

void ag_heap_tune(void)
{
}

void ag_heap_expect(void)
{
}

#endif
