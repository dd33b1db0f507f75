/* SPDX-License-Identifier: MIT */
/* Random rows in the tables of a random schema of SQLite, and whether they are still there after
 * a change. */
#pragma once

#include "db/db.h"
#include "support/random_schema.h"

/* The tables and columns of a schema by their ids, as they are called now. */
GPtrArray *random_rows_map(const RandomSchema *schema);

/* Fills all of it; rows that do not fit are left out, and what refers to nothing goes again. */
bool random_rows_fill(AgDb *db, AgPool *pool, const GPtrArray *map, guint32 seed, AgDiag *diag);
/* Takes out what refers to nothing, and tells indexes of it; `any`: whether there was such. */
bool random_rows_settle(AgDb *db, AgPool *pool, const GPtrArray *map, bool *any, AgDiag *diag);
bool random_rows_clear(AgDb *db, AgPool *pool, const GPtrArray *map, AgDiag *diag);

/* What stands in the tables of the map, and what each column is. */
GHashTable *random_rows_read(AgDb *db, AgPool *pool, const GPtrArray *map, AgDiag *diag);

/* Compares `got` with `old` in the tables and columns that are the same in `old` and `new`, with
 * rowids. "" when they agree. */
char *random_rows_difference(AgPool *pool, GHashTable *old, GHashTable *new, GHashTable *got);
/* Whether each column of `old` is in `new`, and the same there. */
bool random_rows_all_kept(GHashTable *old, GHashTable *new);
