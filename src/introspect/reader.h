/* SPDX-License-Identifier: MIT */
/* How one database tells about its kinds: what introspect.c and canonical.c ask of each dialect's
 * folder. */
#pragma once

#include "introspect/canonical.h"
#include "introspect/introspect.h"

/* Opens a snapshot and hands all questions over; NULL after a problem. */
typedef struct AgPgAsked AgPgAsked;
AgPgAsked *ag_postgres_ask(AgDb *db, AgPool *pool, const GPtrArray *schemas, AgDiag *diag);
/* Drops the answers and closes the snapshot. */
bool ag_postgres_forget(AgDb *db, const AgPgAsked *asked, AgDiag *diag);

/* Fill `schema` with everything the filter lets through, of what was asked for. */
bool ag_postgres_read(AgDb *db, const AgPgAsked *asked, AgSchema *schema, const AgFilter *filter,
                      AgDiag *diag);
bool ag_sqlite_read(AgDb *db, AgSchema *schema, const AgFilter *filter, AgDiag *diag);

bool ag_postgres_canonicalize(AgDb *db, AgSchema *desired, AgSchema *live,
                              const AgCanonicalOptions *options, AgDiag *diag);
/* Needs no database: token comparison and type spelling only. */
bool ag_sqlite_canonicalize(AgSchema *desired, AgSchema *live, AgDiag *diag);
