/* SPDX-License-Identifier: MIT */
/* A rewrite rule of a table or view (CREATE RULE). The rule that makes a view a view is its query.
 */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *event; /* NULL or "insert", "update", "delete" */
    bool instead;
    AgSql where;
    AgSql commands;      /* several with semicolons between; absent: NOTHING */
    const char *enabled; /* NULL or "origin", "disabled", "replica", "always" */
} AgRule;
enum {
    AG_RULE_EVENT,
    AG_RULE_INSTEAD,
    AG_RULE_WHERE,
    AG_RULE_COMMANDS,
    AG_RULE_ENABLED,
};
