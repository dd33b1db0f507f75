/* SPDX-License-Identifier: MIT */
/* One spelling for what SQLite takes as the same. */
#pragma once

#include "model/table.h"
#include "model/view.h"

/* Gives every type and expression of the table its canonical text and drops what says nothing:
 * the collation BINARY, collations of key parts that the column has anyway, ON
 * CONFLICT ABORT. Both sides of a comparison go through it. */
void ag_sqlite_settle_table(AgPool *pool, AgTable *table);

/* Likewise of a view with its triggers. */
void ag_sqlite_settle_view(AgPool *pool, AgView *view);

/* The normal form of an expression, without parentheses around the whole. In the pool. */
const char *ag_sqlite_normal_expression(AgPool *pool, const char *text);
