/* SPDX-License-Identifier: MIT */
/* A check constraint of a table. In XML the expression is the element's own text. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql expression;
    bool not_valid;
    bool no_inherit;
    bool not_enforced; /* PostgreSQL 18: written down, never checked */
} AgCheck;
enum { AG_CHECK_EXPRESSION, AG_CHECK_NOT_VALID, AG_CHECK_NO_INHERIT, AG_CHECK_NOT_ENFORCED };
