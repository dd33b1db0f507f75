/* SPDX-License-Identifier: MIT */
/* The copy of a database that --backup makes before revisions run. */
#pragma once

#include "cli/project.h"

/* Writes the backup to `path`, which must not exist yet: SQLite by the online backup API,
 * PostgreSQL by pg_dump (custom format) where it is installed. The file is complete or not there,
 * and its owner's only. Says where it is and how to go back. False after a problem: nothing may run
 * then. */
bool ag_backup(AgRun *run, AgDb *db, const char *path, AgDiag *diag);
