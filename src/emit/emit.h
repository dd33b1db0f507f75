/* SPDX-License-Identifier: MIT */
/* Writes changes as SQL. */
#pragma once

#include "model/change.h"
#include "sql/script.h"

typedef struct {
    long server_version;     /* of the target; gates what is emitted. 0: the oldest supported */
    bool concurrent_indexes; /* CREATE INDEX CONCURRENTLY on existing tables */
    bool not_valid; /* checks, foreign keys and NOT NULL on existing tables: NOT VALID, then
                       VALIDATE */
} AgEmitOptions;

/* The script for ordered changes that lead from `from` to `to`. For the downgrade:
 * ag_changes_reverse, `from` and `to` exchanged, `reversed` true. A field no writer dealt with is
 * an internal error naming kind and field: nothing is silently not emitted. NULL after a problem.
 */
AgScript *ag_emit(AgPool *pool, const AgSchema *from, const AgSchema *to, const GPtrArray *changes,
                  bool reversed, const AgEmitOptions *options, AgDiag *diag);
