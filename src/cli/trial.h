/* SPDX-License-Identifier: MIT */
/* An empty database to try revisions in, gone afterwards: SQLite in memory; on PostgreSQL one of
 * its own beside the configured database, with that one's encoding and locale (which needs the
 * right CREATEDB). */
#pragma once

#include "cli/project.h"

typedef struct {
    const AgUrl *home; /* PostgreSQL: the database beside which it stands */
    const char *name;  /* its name there; NULL while there is none */
    AgDb *db;
} AgTrial;

/* Makes and opens one for the dialect of `url`. False after a problem. Either way ag_trial_close
 * has to follow. */
bool ag_trial_open(AgRun *run, const AgUrl *url, AgTrial *out, AgDiag *diag);
/* Closes and drops it; warns when it stays. */
void ag_trial_close(AgRun *run, AgTrial *trial, AgDiag *diag);

/* Runs the revisions of `path`: nobody's data can be lost here, so no consent and no review is
 * asked for. A revision without a block for the dialect is REVISION_DIALECT. */
bool ag_trial_run(AgRun *run, AgTrial *trial, const AgDag *dag, const GPtrArray *path,
                  AgDirection direction, AgDiag *diag);
