/* SPDX-License-Identifier: MIT */
/* Statements written for one schema, for another of the same shape: tenants. */
#pragma once

#include "sql/script.h"

typedef struct {
    const char *from; /* the schema's name as it is */
    const char *to;   /* the other's, quoted where that is needed */
} AgRemap;

/* A copy of the script in the pool in which the names in schema `from` are in `to`: what is
 * qualified with it, what follows SCHEMA, the search_path, names cast to regclass and the like or
 * given to nextval() and its kin, and the same in the bodies of functions. CREATE SCHEMA of it
 * makes nothing of one that is there; DROP SCHEMA of it does nothing, for the record of the
 * revisions is in it. Steps and statements keep their numbers and places. Strings elsewhere stay,
 * and those that name the schema are told of as REMAP_DOUBT. */
AgScript *ag_script_remap(const AgScript *script, AgPool *pool, const AgRemap *remap, AgDiag *diag);

/* The same for one text; `doubts` counts the strings that stay and name the schema. */
char *ag_sql_remap(AgPool *pool, AgDialectId dialect, const char *sql, const AgRemap *remap,
                   guint *doubts);
