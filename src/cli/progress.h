/* SPDX-License-Identifier: MIT */
/* What a run of revisions shows of itself. On a terminal: one line that goes on with the statement,
 * the time it takes and, while an index is built, the percentage. In a log: one line per revision
 * when it is done, and one now and then for a statement that takes long. As JSON: a line for each
 * event on the results. And the events for who asked for them (autogen_on_event). */
#pragma once

#include "cli/command.h"
#include "db/db.h"
#include "runner/runner.h"

typedef struct AgProgressShow AgProgressShow;

/* `db` must stay open until the end. */
AgProgressShow *ag_progress_begin(AgRun *run, const AgDb *db, AgDirection direction);
/* AgRunnerOptions.progress; `show` is an AgProgressShow. */
void ag_progress_step(const AgRevision *revision, AgDirection direction, guint statement,
                      guint n_statements, bool done, void *show);
void ag_progress_end(AgProgressShow *show);

/* The last event of a run as JSON: how many revisions it ran, where the database is (NULL: not
 * known), and the errors of `diag`, if any. */
void ag_progress_print_result(const AgRun *run, guint applied, const GPtrArray *current,
                              const AgDiag *diag);
