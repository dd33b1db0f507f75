/* SPDX-License-Identifier: MIT */
/* `init --from-alembic`: the configuration, and the revision with which the history goes on. */
#pragma once

#include "cli/alembic.h"
#include "cli/command.h"

typedef struct {
    const AgAlembic *alembic;
    const GPtrArray *revisions; /* of AgAlembicRevision * */
    const char *directory;      /* of the project; "" for the working directory */
    const char *url;            /* what autogen.ini says of the database */
    bool secret;                /* alembic.ini has a password, which autogen.ini does not get */
} AgTakeOver;

/* Reads alembic.ini and the revision files beside it. False after a problem. */
bool ag_take_over_read(AgRun *run, const char *file, const char *directory, AgTakeOver *out,
                       AgDiag *diag);
/* The text of autogen.ini. */
char *ag_take_over_config(AgRun *run, const AgTakeOver *over);
/* Asks the database where it is and writes a baseline for each recorded revision: under Alembic's
 * id, with everything the database has. False after a problem; the same command may then be run
 * again. */
bool ag_take_over_history(AgRun *run, const AgTakeOver *over, AgDiag *diag);
