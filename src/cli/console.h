/* SPDX-License-Identifier: MIT */
/* What surrounds a run: who hears what it says, who answers its questions, who may stop it. Each
 * thread has the one of the run it is in. */
#pragma once

#include <stdatomic.h>

#include "autogen.h"
#include "db/db.h"

typedef struct {
    bool (*write)(AutogenStream stream, const char *text, size_t length, void *data); /* or NULL */
    void *write_data;
    unsigned terminals;                            /* of AutogenStream */
    bool (*ask)(const char *question, void *data); /* NULL: nobody can be asked */
    void *ask_data;
    void (*event)(const AutogenEvent *event, void *data); /* or NULL */
    void *event_data;
    atomic_int caught;       /* the signal that is to stop the run; 0: none */
    atomic_bool held;        /* files are being written: it stops after them */
    atomic_int stopping;     /* how many are at `watched` to cancel */
    _Atomic(AgDb *) watched; /* the open connection */
    Autogen *const *targets; /* the runs that this one has begun; to be stopped with it */
    atomic_uint n_targets;
    bool alone; /* other runs share the environment at the same time */
    bool ends;  /* the process ends with the run, and gives back what it has */
} AgConsole;

/* That of a handle. */
AgConsole *ag_console_of(Autogen *autogen);

/* Enters a run: from now on this thread's is `console`. Returns the one before (NULL: none). */
AgConsole *ag_console_enter(AgConsole *console);
/* This thread's; one that nobody hears outside of a run. */
AgConsole *ag_console(void);

/* Asks the run to stop (autogen_cancel): only what a signal handler may do. */
bool ag_console_stop(AgConsole *console, int number);

/* Writes to one of the streams. */
void ag_console_write(AutogenStream stream, const char *text, size_t length);
