/* SPDX-License-Identifier: MIT */
/* What upgrade and downgrade share. */
#pragma once

#include "cli/standing.h"

/* Runs the revisions from where the database is to the command's REV. */
bool ag_migrate(AgRun *run, AgDirection direction, AgDiag *diag);

/* The options of both. */
extern const AgOptionInfo ag_migrate_options[];
