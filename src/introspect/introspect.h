/* SPDX-License-Identifier: MIT */
/* Reads a live database into a schema. */
#pragma once

#include "db/db.h"
#include "model/schema.h"

/* Which part of a database is looked at. */
typedef struct {
    GPtrArray *schemas;     /* of const char *: managed schemas; NULL: all but system ones (and all
                               extensions) */
    const char *own_schema; /* schema of autogen's own tables; NULL: the default schema */
    const char *version_table; /* their names: never seen */
    const char *log_table;
    bool extensions;        /* PostgreSQL: whether extensions not named by models are differences */
    const AgSchema *models; /* for its <ignore>s; NULL: none */
} AgFilter;

/* One snapshot, a fixed number of queries, pipelined. Every sql text is canonical as the database
 * prints it with an empty search_path. Objects owned by extensions and system objects are
 * invisible; what models cannot say is listed in schema->unmanaged. Leaves no transaction open.
 * NULL after a problem. The result is sorted. */
AgSchema *ag_introspect(AgDb *db, AgPool *pool, const AgFilter *filter, AgDiag *diag);

/* The same in two steps, so that the catalogue is looked into while the caller makes the models:
 * the first begins with what is known of the filter (its `models` are not yet; its `schemas` may be
 * guessed), the second takes what was found, or reads again where the whole filter would have found
 * other things. Nothing else may be asked of the database between them. NULL after a problem. */
typedef struct AgIntrospection AgIntrospection;
AgIntrospection *ag_introspect_start(AgDb *db, AgPool *pool, const AgFilter *known, AgDiag *diag);
AgSchema *ag_introspect_finish(AgIntrospection *started, const AgFilter *filter, AgDiag *diag);
