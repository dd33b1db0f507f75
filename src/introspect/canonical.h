/* SPDX-License-Identifier: MIT */
/* Makes a desired schema comparable with a live one (commands.md section 6). */
#pragma once

#include "db/db.h"
#include "model/schema.h"

typedef struct {
    const char *cache_directory; /* NULL: no cache on disk */
} AgCanonicalOptions;

/* Sets `canonical` of every type and expression of `desired` so that ag_sql_same(desired, live)
 * says whether the two mean the same to this server. Where a live object corresponds (the same
 * name, or by renamed-from) and the texts mean the same, desired's canonical is the live one's, to
 * the byte. Types: resolved to the server's spelling, user types schema-qualified (those of the
 * models and those of the database). Unknown types are problems (UNKNOWN_TYPE). Also drops from
 * index parts the opclass and collation that are the default anyway, and fills in sequence bounds.
 * Runs in a transaction that is rolled back; takes at most ACCESS SHARE locks. */
bool ag_canonicalize(AgDb *db, AgSchema *desired, AgSchema *live, const AgCanonicalOptions *options,
                     AgDiag *diag);
