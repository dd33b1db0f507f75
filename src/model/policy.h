/* SPDX-License-Identifier: MIT */
/* A policy of row security on a table (CREATE POLICY). */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *command; /* NULL or "all", "select", "insert", "update", "delete" */
    GPtrArray *roles;    /* XML `to`; NULL: PUBLIC */
    bool restrictive;
    AgSql using_rows; /* XML `using`: which rows are seen */
    AgSql with_check; /* which rows may be written */
} AgPolicy;
enum {
    AG_POLICY_COMMAND,
    AG_POLICY_TO,
    AG_POLICY_RESTRICTIVE,
    AG_POLICY_USING,
    AG_POLICY_WITH_CHECK,
};
