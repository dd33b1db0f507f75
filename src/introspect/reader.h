/* SPDX-License-Identifier: MIT */
/* How one database tells about its kinds: what introspect.c and canonical.c ask of each dialect's
 * folder. */
#pragma once

#include "introspect/canonical.h"
#include "introspect/introspect.h"

/* Fill `schema` with everything the filter lets through. */
bool ag_postgres_read(AgDb *db, AgSchema *schema, const AgFilter *filter, AgDiag *diag);
bool ag_sqlite_read(AgDb *db, AgSchema *schema, const AgFilter *filter, AgDiag *diag);

bool ag_postgres_canonicalize(AgDb *db, AgSchema *desired, AgSchema *live,
                              const AgCanonicalOptions *options, AgDiag *diag);
/* Needs no database: token comparison and type spelling only. */
bool ag_sqlite_canonicalize(AgSchema *desired, AgSchema *live, AgDiag *diag);
