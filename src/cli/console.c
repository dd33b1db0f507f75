/* SPDX-License-Identifier: MIT */
#include "cli/console.h"

#include <sched.h>

#include "cli/signals.h"

static _Thread_local AgConsole *entered;

AgConsole *ag_console_enter(AgConsole *console)
{
    AgConsole *before = entered;
    entered = console;
    return before;
}

AgConsole *ag_console(void)
{
    static AgConsole deaf;
    return entered != NULL ? entered : &deaf;
}

void ag_console_write(AutogenStream stream, const char *text, size_t length)
{
    const AgConsole *console = ag_console();
    if (console->write != NULL && length > 0)
        console->write(stream, text, length, console->write_data);
}

bool ag_console_stop(AgConsole *console, int number)
{
    int none = 0;
    atomic_fetch_add(&console->stopping, 1);
    AgDb *db = console->watched;
    bool at_stake = db != NULL || console->held;
    bool first = atomic_compare_exchange_strong(&console->caught, &none, number);
    if (first && db != NULL)
        ag_db_interrupt(db);
    for (guint i = 0; first && i < console->n_targets; i++)
        autogen_cancel(console->targets[i], number);
    atomic_fetch_sub(&console->stopping, 1);
    return first && at_stake;
}

void ag_signals_watch(AgDb *db)
{
    AgConsole *console = ag_console();
    console->watched = db;
    while (console->stopping > 0) /* another thread is at the one that is closed next */
        sched_yield();
}

void ag_signals_hold(bool hold)
{
    ag_console()->held = hold;
}

int ag_signals_caught(void)
{
    return ag_console()->caught;
}

bool ag_signals_pass(AgDiag *diag)
{
    int caught = ag_signals_caught();
    return caught == 0 ||
           ag_fail(diag, AG_PROBLEM_INTERRUPTED, AG_NOWHERE, "stopped by signal %d", caught);
}
