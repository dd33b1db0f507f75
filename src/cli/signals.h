/* SPDX-License-Identifier: MIT */
/* SIGINT and SIGTERM. With nothing at stake the first one ends the process; with a database open it
 * cancels the statement, which then fails and rolls back; while files are written it waits. The
 * second one ends the process at once. SIGPIPE is ignored. */
#pragma once

#include "db/db.h"

void ag_signals_install(void);
/* The connection to cancel; NULL: none any more. */
void ag_signals_watch(AgDb *db);
/* While true, a signal is only noted. */
void ag_signals_hold(bool hold);
/* The signal caught, or 0. */
int ag_signals_caught(void);
/* False after recording INTERRUPTED when a signal was caught. */
bool ag_signals_pass(AgDiag *diag);
