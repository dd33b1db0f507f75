/* SPDX-License-Identifier: MIT */
/* The same command on many databases or tenant schemas: --env all, or --targets FILE with a URL or
 * a schema a line. Each target is a run of its own; a failing one does not stop the others. */
#pragma once

#include "cli/command.h"

/* Whether the run is for many; whether for all environments. */
bool ag_targets_wanted(const AgRun *run);
bool ag_targets_all(const AgRun *run);

/* Runs the command on each, up to --jobs at once, and tells of each as it ends. The exit code is
 * that of the first target in their order that failed; else 2 when any has findings. */
bool ag_targets_run(AgRun *run, AgDiag *diag);
