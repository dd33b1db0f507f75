/* SPDX-License-Identifier: MIT */
/* What the configuration names, opened: database, models, revisions, and the options of the layers
 * below. */
#pragma once

#include "cli/command.h"
#include "db/db.h"
#include "dialect/dialect.h"
#include "introspect/introspect.h"
#include "parser/parser.h"
#include "revision/dag.h"
#include "runner/runner.h"

/* The configured database. NULL after a problem. */
AgUrl *ag_project_url(AgRun *run, AgDiag *diag);
/* Opens it. A signal then cancels what runs on it until ag_project_close. `create`: a SQLite file
 * that does not exist counts as empty (AG_DB_READ) or is made (AG_DB_WRITE). NULL after a problem.
 */
AgDb *ag_project_open(AgRun *run, const AgUrl *url, AgDbMode mode, bool create, AgDiag *diag);
/* The same in two steps (ag_db_start): what takes time beside the database is done between them. */
AgDb *ag_project_start(AgRun *run, const AgUrl *url, AgDbMode mode, bool create, AgDiag *diag);
bool ag_project_finish(AgDb *db, AgDiag *diag);
/* What the password-command prints; NULL when there is none. */
bool ag_project_password(AgRun *run, const char **password, AgDiag *diag);
/* Whether it is a SQLite file that does not exist yet. */
bool ag_project_is_new(const AgUrl *url);
void ag_project_close(AgDb *db);

/* A connection that is closed, and no longer watched, at the end of its scope. */
typedef AgDb AgProjectDb;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgProjectDb, ag_project_close)

/* The databases that the project's revisions are for (bit set of AG_IN). 0 after a problem. */
unsigned ag_project_dialects(AgRun *run, AgDiag *diag);
/* The models for one of them; a dialect no model speaks is a problem. NULL after a problem. */
AgSchema *ag_project_models(AgRun *run, AgDialectId dialect, AgDiag *diag);
/* The same in two steps (ag_models_read). */
AgModels *ag_project_read_models(AgRun *run, AgDialectId dialect, AgDiag *diag);
AgSchema *ag_project_build_models(AgRun *run, AgModels *models, AgDialectId dialect, AgDiag *diag);

/* The revision files, read once; those that are known are closed (ag_dag_load_known), and opened by
 * what runs or writes out their blocks. NULL after a problem. */
AgDag *ag_project_dag(AgRun *run, AgDiag *diag);

/* `models` NULL: everything that is not a system object. */
AgFilter ag_project_filter(AgRun *run, const AgSchema *models);
/* Options of the runner from configuration and command line; progress is left empty. */
AgRunnerOptions ag_project_runner(AgRun *run);

/* Where canonical expressions are kept; NULL when no directory can be written. */
const char *ag_project_cache(AgRun *run);
