/* SPDX-License-Identifier: MIT */
/* Puts changes into an order in which each step leads from one valid schema to the next; then the
 * reversed steps in reverse order are the downgrade. */
#pragma once

#include "model/change.h"

/* Orders, adds the drop-and-make-again of dependants around changes that need it
 * (order/recreate.c), and folds parts into the CREATE or DROP of their table where no loop forbids
 * it. Does not depend on the order of the input. A loop that cannot be broken is AG_PROBLEM_CYCLE
 * with its members. NULL after a problem. */
GPtrArray *ag_order(AgPool *pool, const AgSchema *from, const AgSchema *to,
                    const GPtrArray *changes, AgDiag *diag);
