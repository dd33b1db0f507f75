/* SPDX-License-Identifier: MIT */
#include "base/heap.h"
#include "base/pool.h"
#include "cli/program.h"

int main(int argc, char **argv)
{
    ag_heap_tune();
    ag_heap_expect();
    return ag_program(argc, argv, AG_POOL_CHECKED);
}
