/* SPDX-License-Identifier: MIT */
/* One spelling for what SQLite takes as the same. */
#pragma once

#include "model/table.h"
#include "model/view.h"
#include "model/virtual_table.h"

/* What is known already: the same few types and defaults stand in thousands of columns. */
typedef struct {
    AgPool *pool;
    GHashTable *types, *expressions; /* as written -> canonical */
} AgSettling;

/* In the pool. */
AgSettling ag_sqlite_settling(AgPool *pool);

/* Gives every type and expression of the table its canonical text and drops what says nothing:
 * the collation BINARY, collations of key parts that the column has anyway, ON
 * CONFLICT ABORT. Both sides of a comparison go through it. */
void ag_sqlite_settle_table(const AgSettling *known, AgTable *table);

/* Likewise of a view with its triggers. */
void ag_sqlite_settle_view(const AgSettling *known, AgView *view);

/* Likewise of a virtual table: the arguments are compared token by token. */
void ag_sqlite_settle_virtual_table(AgPool *pool, AgVirtualTable *table);

/* The normal form of an expression, without parentheses around the whole. In the pool. */
const char *ag_sqlite_normal_expression(AgPool *pool, const char *text);
