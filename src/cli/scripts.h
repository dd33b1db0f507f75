/* SPDX-License-Identifier: MIT */
/* The repeatable scripts of the project. */
#pragma once

#include "cli/project.h"

/* Those of a dialect, in the order of their names: of AgRevision *. "x.sqlite.sql" and
 * "x.postgresql.sql" are for one database, every other *.sql below the directories is for both. A
 * missing directory has none. NULL after a problem. */
GPtrArray *ag_project_scripts(AgRun *run, AgDialectId dialect, AgDiag *diag);

/* Runs the changed ones and says which. False after a problem. */
bool ag_scripts_run(AgRun *run, AgDb *db, const GPtrArray *scripts, AgDiag *diag);
