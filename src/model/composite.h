/* SPDX-License-Identifier: MIT */
/* A composite type (CREATE TYPE ... AS (...)). Its attributes are its parts. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
} AgComposite;

/* One attribute; <field> in XML. */
typedef struct {
    AgObject object;
    AgSql type;
    AgQname collation; /* name NULL: the type's own */
} AgCompositeField;
enum { AG_COMPOSITE_FIELD_TYPE, AG_COMPOSITE_FIELD_COLLATION };
