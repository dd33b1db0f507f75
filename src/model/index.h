/* SPDX-License-Identifier: MIT */
/* An index that is not behind a key. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    bool unique;
    const char *method; /* XML `using`; NULL: btree */
    GPtrArray
        *parts; /* of AgPart *; XML: columns="a b", or column and expression children in order */
    GPtrArray *include; /* names; NULL: none */
    AgSql where;        /* predicate */
    bool nulls_not_distinct;
    const char *tablespace;
    GPtrArray *params; /* of AgOption * */
    bool concurrently; /* how revisions build it; never compared */
    bool invalid;      /* introspection: a broken CREATE INDEX CONCURRENTLY left it */
} AgIndex;
enum {
    AG_INDEX_UNIQUE,
    AG_INDEX_USING,
    AG_INDEX_PARTS,
    AG_INDEX_INCLUDE,
    AG_INDEX_WHERE,
    AG_INDEX_NULLS_NOT_DISTINCT,
    AG_INDEX_TABLESPACE,
    AG_INDEX_PARAMS,
    AG_INDEX_CONCURRENTLY,
};
