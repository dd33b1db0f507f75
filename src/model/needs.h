/* SPDX-License-Identifier: MIT */
/* Collects what an object needs to exist before it: hard needs from its fields, soft ones from
 * names found in SQL text. A soft need may be cut to break a loop. */
#pragma once

#include "model/schema.h"

typedef struct {
    AgKind kind;
    const char *schema, *name; /* of an object that stands on its own, or of the table of a part */
    const char *part;          /* COLUMN: the column's name; otherwise NULL */
    bool any;  /* of whatever kind it is that goes by the name; `kind` says nothing */
    bool soft; /* found in SQL text, where a name may mean something else */
    bool weak; /* soft, and in a body that nobody looks into before it runs: a nicety only */
} AgNeed;

struct AgNeeds {
    AgPool *pool;
    GPtrArray *list; /* of AgNeed * */
};

void ag_needs_init(AgNeeds *needs, AgPool *pool);
void ag_needs_object(AgNeeds *needs, AgKind kind, const char *schema, const char *name);
/* Whatever stands under that name, which may be found by the search path; it counts as in SQL text.
 */
void ag_needs_named(AgNeeds *needs, const char *schema, const char *name);
void ag_needs_column(AgNeeds *needs, const char *schema, const char *table, const char *column);
/* Notes every name of the SQL text as something it may mean (a column of the object's own table,
 * else any object that stands on its own): the resolver keeps those that exist. "*" is noted as a
 * name. `sql` may be absent. */
void ag_needs_sql(AgNeeds *needs, const AgObject *object, AgSql sql);
/* Likewise for a body that the database keeps as text and does not look into. */
void ag_needs_body(AgNeeds *needs, const AgObject *object, const char *body);
/* Notes "[schema.]name", of whatever kind, as a hard need. */
void ag_needs_name(AgNeeds *needs, const char *name);
/* Whether that need may mean the object, which stands on its own. */
bool ag_need_means(const AgNeed *need, const AgObject *object);
