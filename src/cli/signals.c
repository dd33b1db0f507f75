/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t caught, held;
static AgDb *volatile watched;

static void on_signal(int number)
{
    if (caught != 0 || (watched == NULL && !held))
        _exit(128 + number);
    caught = number;
    AgDb *db = watched;
    if (db != NULL)
        ag_db_interrupt(db);
}

void ag_signals_install(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

void ag_signals_watch(AgDb *db)
{
    watched = db;
}

void ag_signals_hold(bool hold)
{
    held = hold;
}

int ag_signals_caught(void)
{
    return caught;
}

bool ag_signals_pass(AgDiag *diag)
{
    return caught == 0 ||
           ag_fail(diag, AG_PROBLEM_INTERRUPTED, AG_NOWHERE, "stopped by signal %d", (int)caught);
}
