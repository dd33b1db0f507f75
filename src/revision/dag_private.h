/* SPDX-License-Identifier: MIT */
/* Sets of revisions, for the files of the graph. A set is an array of one byte per revision, in the
 * order of dag->revisions; parents come before children there, so that one pass over it closes a
 * set. Free with g_free. */
#pragma once

#include "revision/dag.h"

typedef guint8 *AgMarks;

/* Which links between revisions a walk follows. */
typedef enum { AG_LINK_PARENTS, AG_LINK_ALL } AgLinks;

AgRevision *ag_dag_at(const AgDag *dag, guint position);
/* The position of that id, or -1. */
int ag_dag_position(const AgDag *dag, const char *id);

AgMarks ag_marks_new(const AgDag *dag);
/* Adds to the set all ancestors of its members. */
void ag_marks_add_ancestors(const AgDag *dag, AgMarks marks, AgLinks links);
/* Adds to the set all descendants of its members. */
void ag_marks_add_descendants(const AgDag *dag, AgMarks marks, AgLinks links);

/* What is applied where `current` is recorded. NULL after a problem: an id that no file has. */
AgMarks ag_marks_applied(const AgDag *dag, const GPtrArray *current, AgDiag *diag);
/* A revision with its ancestors and descendants by parents. */
AgMarks ag_marks_line(const AgDag *dag, const AgRevision *revision);

/* A revision as a line of advice: id, message and file. */
void ag_hint_revision(AgDiag *diag, const AgRevision *revision);
