/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* The whole program: returns the exit code. The memory is handed back when `tidy`; otherwise the
 * process ends sooner. */
int ag_program(int argc, char **argv, bool tidy);
