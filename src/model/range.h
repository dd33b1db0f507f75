/* SPDX-License-Identifier: MIT */
/* A range type (CREATE TYPE ... AS RANGE). Its constructors and its multirange type come and go
 * with it. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql subtype;
    AgQname opclass;                 /* name NULL: the default for btree */
    AgQname collation;               /* name NULL: the subtype's own */
    AgQname canonical, subtype_diff; /* functions; name NULL: none */
    bool constructors_apart;         /* in a database: they are not called as the type is */
    const char *multirange;          /* NULL: the name that the server makes of the range's */
} AgRange;
enum {
    AG_RANGE_SUBTYPE,
    AG_RANGE_OPCLASS,
    AG_RANGE_COLLATION,
    AG_RANGE_CANONICAL,
    AG_RANGE_SUBTYPE_DIFF,
    AG_RANGE_MULTIRANGE,
};

/* The name of the multirange type; that of the server where the model gives none. In the pool. */
const char *ag_range_multirange(AgPool *pool, const AgRange *range);
