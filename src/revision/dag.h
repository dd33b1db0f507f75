/* SPDX-License-Identifier: MIT */
/* The revision graph: loading, heads, identifiers, the way from here to there. */
#pragma once

#include "revision/revision.h"

typedef struct {
    AgPool *pool;
    GPtrArray *revisions; /* of AgRevision *, parents before children; ties by id */
    GHashTable *by_id;    /* private */
    GHashTable *children; /* private */
} AgDag;

/* Reads every *.sql below the directories (a missing directory counts as empty). Reports unreadable
 * files, duplicate ids, missing parents and cycles with the files' names. NULL after a problem. */
AgDag *ag_dag_load(AgPool *pool, const GPtrArray *directories, AgDiag *diag);

const AgRevision *ag_dag_find(const AgDag *dag, const char *id);
/* Revisions no other has as parent; of AgRevision *. */
GPtrArray *ag_dag_heads(const AgDag *dag);

/* Resolves one identifier against the graph and the recorded state `current` (of const char *:
 * ids): full id, prefix of 4 or more, head, heads, base, +N, -N, REV+N, REV-N, LABEL, LABEL@head.
 * The result is a set of ids (empty: base). NULL after a problem: REVISION_UNKNOWN,
 * REVISION_AMBIGUOUS with candidates, REVISION_HEADS with the merge command. */
GPtrArray *ag_dag_resolve(const AgDag *dag, const char *text, const GPtrArray *current,
                          AgDirection direction, AgDiag *diag);

/* The revisions to run, in order, to come from the state `current` to `target`: upgrades parents
 * first, downgrades children first. Of const AgRevision *. Empty: nothing to do. NULL after a
 * problem. */
GPtrArray *ag_dag_path(const AgDag *dag, const GPtrArray *current, const GPtrArray *target,
                       AgDirection direction, AgDiag *diag);

/* The recorded state after running `revision` in that direction from state `current`; of const char
 * *. */
GPtrArray *ag_dag_after(const AgDag *dag, const GPtrArray *current, const AgRevision *revision,
                        AgDirection direction, AgPool *pool);
