/* SPDX-License-Identifier: MIT */
/* One step from a schema to another. It holds both ends whole, so that it can be turned round: the
 * downgrade is the reversed list of reversed changes. */
#pragma once

#include "model/schema.h"

typedef enum { AG_CREATE, AG_ALTER, AG_RENAME, AG_DROP } AgVerb;

typedef struct AgChange AgChange;
struct AgChange {
    AgVerb verb;
    const AgObject *old; /* NULL when created */
    const AgObject *new; /* NULL when dropped */
    AgFieldSet changed;  /* ALTER: which fields differ. RENAME: none; name or schema differ */
    bool recreate;     /* one half (DROP or CREATE) of making an object anew; never deletes data by
                          itself */
    bool own_only;     /* of an inherited column, which comes, goes and gets its name with its
                          parent's: CREATE and DROP are nothing but what it has of its own */
    GPtrArray *folded; /* of AgChange *: changes of parts written inside this statement; or NULL */
};

AgChange *ag_change_new(AgPool *pool, AgVerb verb, const AgObject *old_object,
                        const AgObject *new_object);
/* CREATE <-> DROP, old <-> new, folded reversed likewise. */
AgChange *ag_change_reverse(AgPool *pool, const AgChange *change);
/* The reversed list of reversed changes. */
GPtrArray *ag_changes_reverse(AgPool *pool, const GPtrArray *changes);
/* new where there is one, else old: what the change is about. */
const AgObject *ag_change_object(const AgChange *change);
/* "+ column shop.customers.phone", "~ ...", "- ...", "~ table a renamed to b". In the pool. */
char *ag_change_text(AgPool *pool, const AgChange *change);
