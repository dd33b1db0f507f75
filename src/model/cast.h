/* SPDX-License-Identifier: MIT */
/* How values of one type become those of another (CREATE CAST). It stands in no schema and is told
 * from others by the two types, which are its signature. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql source, target;
    AgQname function; /* name NULL: none, the values are the same or go through text */
    bool inout;       /* through text, by the types' own functions */
    const char *as;   /* NULL or "explicit", "assignment", "implicit" */
} AgTypeCast;
enum {
    AG_TYPE_CAST_SOURCE,
    AG_TYPE_CAST_TARGET,
    AG_TYPE_CAST_FUNCTION,
    AG_TYPE_CAST_INOUT,
    AG_TYPE_CAST_AS,
};

/* "json as text", the types as canonical as they are. In the pool. */
const char *ag_type_cast_signature(AgPool *pool, const AgTypeCast *cast);
