/* SPDX-License-Identifier: MIT */
/* One command line, from its words to the exit code. */
#pragma once

#include "cli/command.h"

/* Runs it in an empty `run` with a pool. What it says goes to this thread's console, problems to
 * `diag` as well. argv may be rearranged. Returns the exit code. */
int ag_run_line(AgRun *run, int argc, char **argv, AgDiag *diag);

/* The option of that name that any command has, or NULL. */
const AgOptionInfo *ag_command_option(const char *name);
