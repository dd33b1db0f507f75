/* SPDX-License-Identifier: MIT */
/* A revision in the making: its header from the command line, its file at the end. */
#pragma once

#include "cli/pipeline.h"
#include "cli/standing.h"

/* A revision without blocks: id, parents, labels, dependencies and message, all checked against
 * the graph. NULL after a problem. */
AgRevision *ag_draft_new(AgRun *run, const AgDag *dag, const GPtrArray *current, AgDiag *diag);

/* One without blocks that joins the heads which the command's words name. NULL after a problem. */
AgRevision *ag_draft_merge(AgRun *run, const AgDag *dag, AgDiag *diag);

/* The file's text, which has been read back. NULL after a problem. */
char *ag_draft_text(AgRun *run, const AgRevision *revision, AgDiag *diag);

/* Writes it into the directory of --version-path, of its parent, or the first one, and runs the
 * after-revision hook. NULL after a problem; a failing hook leaves the file. */
const char *ag_draft_write(AgRun *run, const AgRevision *revision, const char *text, AgDiag *diag);
