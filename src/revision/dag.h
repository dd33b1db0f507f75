/* SPDX-License-Identifier: MIT */
/* The revision graph: loading, heads, identifiers, the way from here to there. */
#pragma once

#include "revision/known.h"

typedef struct {
    AgPool *pool;
    AgKnown *known;       /* private: of ag_dag_load_known, or NULL */
    GPtrArray *revisions; /* of AgRevision *, parents before children; ties by id */
    GHashTable *by_id;    /* private: id -> AgRevision */
    GHashTable *labels;   /* private: label -> AgRevision */
    GHashTable *children; /* private: id -> array of those that name it as parent, by id */
    GHashTable *needed;   /* private: id -> array of those that name it in depends, by id */
    GHashTable *order;    /* private: id -> position in `revisions` */
} AgDag;

/* Reads every *.sql below the directories (a missing directory counts as empty). Reports unreadable
 * files, duplicate ids, missing parents and cycles with the files' names. NULL after a problem.
 * Labels in `depends` are replaced by ids. */
AgDag *ag_dag_load(AgPool *pool, const GPtrArray *directories, AgDiag *diag);
/* The same with what is known of the files already. Revisions may be closed then: ids, links,
 * messages and checksums are there, the blocks are not. */
AgDag *ag_dag_load_known(AgPool *pool, const GPtrArray *directories, AgKnown *known, AgDiag *diag);

/* Opens those of the revisions (of const AgRevision *; all of the graph's when NULL) that are
 * closed, so that their blocks can be had. False after a problem. */
bool ag_dag_open(const AgDag *dag, const GPtrArray *revisions, AgDiag *diag);

/* The revision of that full id, or NULL. */
const AgRevision *ag_dag_find(const AgDag *dag, const char *id);
/* Revisions no other has as parent, sorted by id; of AgRevision *. */
GPtrArray *ag_dag_heads(const AgDag *dag);

/* Those that name the revision as parent, by id, of AgRevision *; NULL when there are none. */
const GPtrArray *ag_dag_children(const AgDag *dag, const char *id);
/* Whether another revision depends on it. */
bool ag_dag_is_needed(const AgDag *dag, const char *id);

/* Resolves one identifier against the graph and the recorded state `current` (of const char *:
 * ids): full id, prefix of 4 or more, head, heads, base, current, +N, -N, REV+N, REV-N, LABEL, and
 * BRANCH@ before any of them, where BRANCH is a label or an id. The result is a set of ids (empty:
 * base). For a downgrade with BRANCH@ it is the one text "ID@ID" or "ID@base", which ag_dag_path
 * understands: the way down is then limited to the branch of the first id. NULL after a problem:
 * REVISION_UNKNOWN, REVISION_AMBIGUOUS with candidates, REVISION_HEADS with the merge command. */
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

/* The recorded state after a stamp: what the words name (as for ag_dag_resolve) takes the place of
 * the recorded revisions before and behind it, BRANCH@base of those of the branch, base of all;
 * others stay. Of const char *, sorted. NULL after a problem. */
GPtrArray *ag_dag_stamp(const AgDag *dag, const GPtrArray *words, const GPtrArray *current,
                        AgDiag *diag);

/* The revisions of "A:B" with both ends, parents first; an empty end is base or all heads; +N as an
 * end counts from the beginning, -N as a beginning from the end. Only revisions that lie between
 * the two: of a merge the side A is on. Of AgRevision *. NULL after a problem. */
GPtrArray *ag_dag_range(const AgDag *dag, const char *range, const GPtrArray *current,
                        AgDiag *diag);
