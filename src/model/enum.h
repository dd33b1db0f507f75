/* SPDX-License-Identifier: MIT */
/* An enumeration type (CREATE TYPE ... AS ENUM). On SQLite it has no object of its own: the parser
 * turns columns of the type into TEXT with a generated check. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    GPtrArray *values; /* of AgEnumValue *, in order */
} AgEnum;
enum { AG_ENUM_VALUES };
