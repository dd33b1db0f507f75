/* SPDX-License-Identifier: MIT */
#include "base/pool.h"
#include "cli/program.h"

#ifdef __GLIBC__
#include <malloc.h>

/* Memory for a thread (db/sqlite_open.c) would come from an arena of its own, which grows by a page
 * and a system call at a time; and a command takes what it needs in few large steps. */
static void tune_malloc(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 1024 * 1024);
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
