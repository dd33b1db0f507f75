/* SPDX-License-Identifier: MIT */
/* An event trigger (CREATE EVENT TRIGGER): a function that is called for commands of the whole
 * database. It stands in no schema. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *event; /* XML `on`: "ddl-command-start" and the like */
    GPtrArray *tags;   /* the commands it fires for, "create-table"; NULL: all */
    AgQname function;
    const char *enabled; /* NULL or "origin", "disabled", "replica", "always" */
} AgEventTrigger;
enum {
    AG_EVENT_TRIGGER_ON,
    AG_EVENT_TRIGGER_TAGS,
    AG_EVENT_TRIGGER_FUNCTION,
    AG_EVENT_TRIGGER_ENABLED,
};
