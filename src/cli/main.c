/* SPDX-License-Identifier: MIT */
#include "base/pool.h"
#include "cli/program.h"

#ifdef __GLIBC__
#include <malloc.h>

/* A thread that reads a database meanwhile has an arena of its own, or the two would wait for each
 * other at every allocation; more than those are of no use. An arena grows in few large steps, not
 * by a page and a system call at a time, and keeps what it has. */
static void tune_malloc(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TOP_PAD, 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
}
#else
static void tune_malloc(void)
{
}
#endif

int main(int argc, char **argv)
{
    tune_malloc();
    return ag_program(argc, argv, AG_POOL_CHECKED);
}
