/* SPDX-License-Identifier: MIT */
/* The blocks of a revision: what leads from a database of their dialect to the models. */
#pragma once

#include "cli/pipeline.h"
#include "cli/standing.h"

typedef struct {
    AgUrl *url;
    AgDb *db; /* NULL once it is closed */
    AgStanding standing;
    AgComparison comparison;
    AgPlan plan;
} AgDerivation;

/* Opens the database for reading, finds where it stands and reads the models. False after a
 * problem. Either way ag_derivation_close has to follow. */
bool ag_derive_start(AgRun *run, AgUrl *url, const AgDag *dag, AgDerivation *out, AgDiag *diag);
/* Compares, checks that no applied revision was edited, and makes the scripts. */
bool ag_derive_plan(AgRun *run, const AgDag *dag, AgDerivation *derivation, AgDiag *diag);
void ag_derivation_close(AgDerivation *derivation);

/* The scripts of a dialect whose database is not the one of this run. `before` are the revisions
 * (of const char *, the ids) on which the new blocks build. SQLite needs no server: they are
 * replayed in memory. Else the first section of the configuration with a URL of that dialect is
 * asked; its database has to be at `before`. False after a problem, which the caller may take back
 * and which says why there is no block. */
bool ag_derive_other(AgRun *run, const AgDag *dag, AgDialectId dialect, const GPtrArray *before,
                     AgPlan *out, AgDiag *diag);
