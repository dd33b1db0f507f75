/* SPDX-License-Identifier: MIT */
/* Collects what an object needs to exist before it: hard needs from its fields, soft ones from
 * names found in SQL text. A soft need may be cut to break a loop. */
#pragma once

#include "model/schema.h"

typedef struct {
    AgKind kind;
    const char *schema, *name; /* of an object that stands on its own, or of the table of a part */
    const char *part;          /* COLUMN: the column's name; otherwise NULL */
    bool soft;
} AgNeed;

struct AgNeeds {
    AgPool *pool;
    GPtrArray *list; /* of AgNeed * */
};

void ag_needs_init(AgNeeds *needs, AgPool *pool);
void ag_needs_object(AgNeeds *needs, AgKind kind, const char *schema, const char *name);
void ag_needs_column(AgNeeds *needs, const char *schema, const char *table, const char *column);
/* Notes every name of the SQL text as something it may mean (type, sequence, column of `table`):
 * the resolver keeps those that exist. `sql` may be absent. */
void ag_needs_sql(AgNeeds *needs, const AgObject *object, AgSql sql);
