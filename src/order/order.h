/* SPDX-License-Identifier: MIT */
/* Puts changes into an order in which each step leads from one valid schema to the next; then the
 * reversed steps in reverse order are the downgrade. */
#pragma once

#include "model/change.h"

/* Orders, adds the drop-and-make-again of dependants around changes that need it
 * (order/recreate.c), and folds parts into the CREATE or DROP of their table where no loop forbids
 * it. Does not depend on the order of the input. A loop that cannot be broken is AG_PROBLEM_CYCLE
 * with its members. NULL after a problem.
 *
 * What the result holds beyond the input's changes:
 * - CREATE and DROP of a table hold the changes of its parts in `folded`, in the table's order.
 *   Folded indexes vanish with the table; the writer of CREATE TABLE writes them as statements of
 *   their own right behind it. A foreign key in a loop of tables is a change of its own.
 * - `recreate` marks DROP and CREATE pairs that stand for one object. The CREATE may hold a copy of
 *   the new object under the name that the database keeps.
 * - A sequence owned by a column of a table that changes is made without its owner and gets it by
 *   an ALTER of owned-by when the column is there; likewise it is let go before it is dropped or
 *   moved to another schema. The object in between is a copy.
 * - Objects that exchange names are renamed by way of a temporary name (a copy, "__ag_1"). */
GPtrArray *ag_order(AgPool *pool, const AgSchema *from, const AgSchema *to,
                    const GPtrArray *changes, AgDiag *diag);

/* The way back from `to` to `from`. `changes` is what ag_order was given, `ordered` what it
 * returned. It is ag_changes_reverse of `ordered`, unless a change can be made in place in one
 * direction only (VALIDATE CONSTRAINT, DROP EXPRESSION, ADD VALUE of an enum): then the reversed
 * changes are ordered anew, with the recreation that their direction needs. NULL after a problem.
 */
GPtrArray *ag_order_back(AgPool *pool, const AgSchema *from, const AgSchema *to,
                         const GPtrArray *changes, const GPtrArray *ordered, AgDiag *diag);
