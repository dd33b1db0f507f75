/* SPDX-License-Identifier: MIT */
/* What new objects of a role are granted when they are made (ALTER DEFAULT PRIVILEGES): in one
 * schema, in addition to the rest, or everywhere. The grants are the object's; known by all three
 * fields together. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *role;      /* who makes the objects */
    const char *in_schema; /* XML `in-schema`; NULL: wherever they are made */
    const char *objects;   /* "tables", "sequences", "functions", "types", "schemas" */
} AgDefaultPrivileges;
enum {
    AG_DEFAULT_PRIVILEGES_ROLE,
    AG_DEFAULT_PRIVILEGES_IN_SCHEMA,
    AG_DEFAULT_PRIVILEGES_OBJECTS,
};

/* "tables of app in shop". In the pool. */
const char *ag_default_privileges_name(AgPool *pool, const char *role, const char *in_schema,
                                       const char *objects);
