/* SPDX-License-Identifier: MIT */
#include "base/heap.h"

#include "base/pool.h"

#include <sys/mman.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE) && !AG_POOL_CHECKED

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

/* Larger blocks than LARGEST glibc never takes from a heap; HEAD is what it has before a block;
 * the huge page is that of x86-64 and arm64. */
enum { LARGEST = 32 * 1024 * 1024, ROOM = LARGEST / 2, HUGE_PAGE = 2 * 1024 * 1024, HEAD = 16 };

/* A thread that reads a database meanwhile has an arena of its own, or the two would wait for each
 * other at every allocation; more than those are of no use. An arena grows in few large steps, not
 * by a page and a system call at a time, and keeps what it has. */
void ag_heap_tune(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TOP_PAD, 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 2 * LARGEST);
    mallopt(M_MMAP_THRESHOLD, LARGEST);
}

/* What is freed at the end of a heap stays there for what comes. What lies before its first huge
 * page would be small ones: it is held for good, and so never touched. */
void ag_heap_expect(void)
{
    char *room = malloc(ROOM);
    if (room == NULL)
        return;
    size_t before = HUGE_PAGE - ((uintptr_t)room & (HUGE_PAGE - 1));
    free(room);
    char *held = malloc(before - MIN(before, HEAD));
    room = malloc(ROOM);
    if (held != NULL && held + before <= room + HEAD)
        (void)madvise(held + before, ROOM - HUGE_PAGE, MADV_HUGEPAGE);
    free(room);
}

#else

void ag_heap_tune(void)
{
}

void ag_heap_expect(void)
{
}

#endif
