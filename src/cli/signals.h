/* SPDX-License-Identifier: MIT */
/* What may be stopped. With nothing at stake signals end the program (program.c); with a
 * database open they cancel the statement, which then fails and rolls back; while files are written
 * they wait. */
#pragma once

#include "db/db.h"

/* The connection to cancel; NULL: none any more. */
void ag_signals_watch(AgDb *db);
/* While true, a signal is only noted. */
void ag_signals_hold(bool hold);
/* The signal caught, or 0. */
int ag_signals_caught(void);
/* False after recording INTERRUPTED when a signal was caught. */
bool ag_signals_pass(AgDiag *diag);
