/* SPDX-License-Identifier: MIT */
/* A sequence (CREATE SEQUENCE). Sequences behind identity columns are part of the column. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql type; /* absent: bigint */
    int64_t start, increment, min, max,
        cache; /* AG_INT_UNSET: the database's default for type and direction */
    bool cycle;
    AgColumnName owned_by;
} AgSequence;
enum {
    AG_SEQUENCE_TYPE,
    AG_SEQUENCE_START,
    AG_SEQUENCE_INCREMENT,
    AG_SEQUENCE_MIN,
    AG_SEQUENCE_MAX,
    AG_SEQUENCE_CACHE,
    AG_SEQUENCE_CYCLE,
    AG_SEQUENCE_OWNED_BY,
};
