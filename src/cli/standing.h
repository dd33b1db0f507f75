/* SPDX-License-Identifier: MIT */
/* Where a database stands among the revisions. */
#pragma once

#include "cli/project.h"

typedef struct {
    GPtrArray *current; /* of const char *: ids recorded in the database */
    GPtrArray *heads;   /* of AgRevision * */
    GPtrArray *pending; /* of AgRevision *, in the order they would run */
} AgStanding;

/* Reads it. A recorded revision that no file has is REVISION_UNKNOWN. */
bool ag_standing_load(AgRun *run, AgDb *db, const AgDag *dag, AgStanding *out, AgDiag *diag);

/* Models and database at the same time: finishes the started `db`, finds where it stands and asks
 * it what it has, and makes the models while it is at work. What goes wrong with the database is
 * told when the models are right. Until ag_compare has used `live`, nothing else may be asked. */
typedef struct {
    AgStanding standing;
    AgSchema *models;
    AgIntrospection *live;
} AgStart;
bool ag_start_load(AgRun *run, AgDb *db, const AgDag *dag, AgStart *out, AgDiag *diag);

/* The revisions that REV means, of const char *, as for ag_dag_resolve upwards. The database is
 * asked only where REV counts from it. NULL after a problem. */
GPtrArray *ag_standing_resolve(AgRun *run, const AgDag *dag, const char *text, AgDiag *diag);

/* Applied revisions whose files were edited: of const char *, the messages. They are moved out of
 * the diag. NULL after a problem of another kind. */
GPtrArray *ag_standing_edited(AgRun *run, AgDb *db, const AgDag *dag, const AgStanding *state,
                              AgDiag *diag);

/* Refuses with NOT_AT_HEAD when revisions are pending. */
bool ag_standing_at_head(const AgStanding *state, AgDiag *diag);

/* "9a0b1c2d3e4f, 4f1c2a9be07d", or "base". In the pool. */
char *ag_standing_ids(AgPool *pool, const GPtrArray *ids);
/* The ids of revisions; of const char *. */
GPtrArray *ag_revision_ids(AgPool *pool, const GPtrArray *revisions);
/* "4f1c2a9be07d add phone", escaped for one line. In the pool. */
char *ag_revision_title(AgPool *pool, const AgRevision *revision);
