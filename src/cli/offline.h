/* SPDX-License-Identifier: MIT */
/* Scripts for psql and sqlite3 instead of runs: --sql. No database is asked. */
#pragma once

#include "cli/project.h"

/* `upgrade --sql [FROM:]TO`, `downgrade --sql FROM:TO`: prints the script. */
bool ag_offline_migrate(AgRun *run, AgDirection direction, AgDiag *diag);
/* `stamp --sql [FROM:]TO...`. */
bool ag_offline_print_stamp(AgRun *run, AgDiag *diag);
/* `ensure-version --sql`. */
bool ag_offline_print_tables(AgRun *run, AgDiag *diag);
/* Refuses a range where a database is at work: only it says where that is. */
bool ag_offline_check_word(const char *word, AgDiag *diag);
