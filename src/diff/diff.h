/* SPDX-License-Identifier: MIT */
/* Compares two schemas of one dialect. Pure: no database, no files. */
#pragma once

#include "model/change.h"

typedef struct {
    bool drop_unmanaged; /* objects of `from` that `to` does not have: DROP (else left alone) */
    bool compare_comments;
    bool compare_owners;
    bool suspects_allowed; /* suspected renames are not refused: taken as drop and add */
} AgDiffOptions;

/* The changes that lead from one schema to the other, not yet in order: of AgChange *, every part a
 * change of its own (nothing folded). Unnamed keys and indexes are matched by shape and keep the
 * database's name. Renames follow renamed-from. Suspected renames are recorded as
 * AG_PROBLEM_SUSPECTED_RENAME errors with the attribute to paste. NULL after a problem. */
GPtrArray *ag_diff(AgPool *pool, const AgSchema *from, const AgSchema *to,
                   const AgDiffOptions *options, AgDiag *diag);

/* The tables of the models whose columns stand in another order in the database: of AgObject *.
 * That is no difference; PostgreSQL cannot move columns. Those of partitions and children are their
 * parents'. */
GPtrArray *ag_diff_moved_columns(AgPool *pool, const AgSchema *live, const AgSchema *models);
