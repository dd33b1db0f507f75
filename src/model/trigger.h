/* SPDX-License-Identifier: MIT */
/* A trigger of a table or view (CREATE TRIGGER). PostgreSQL: it calls a function, which is an
 * object of its own. SQLite: it has statements of its own, and is for one event. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *timing; /* NULL or "before", "after", "instead-of" */
    GPtrArray *events;  /* "insert", "update", "delete", "truncate", in that order */
    const char *level;  /* XML `for-each`; NULL or "row", "statement" */
    GPtrArray *update_of;
    AgSql when;
    AgQname function;
    GPtrArray *arguments; /* of const char *: any texts */
    bool constraint;
    const char *deferrable; /* NULL: no; "initially-immediate", "initially-deferred" */
    AgQname references;     /* a constraint trigger's other table */
    const char *old_table;  /* names of the transition tables; NULL: none */
    const char *new_table;
    const char *enabled;        /* NULL or "origin", "disabled", "replica", "always" */
    GPtrArray *with_extensions; /* XML `depends-on-extension`: it goes when one of these goes */
    AgSql body;                 /* SQLite: "BEGIN ...; END" */
} AgTrigger;
enum {
    AG_TRIGGER_TIMING,
    AG_TRIGGER_EVENTS,
    AG_TRIGGER_FOR_EACH,
    AG_TRIGGER_UPDATE_OF,
    AG_TRIGGER_WHEN,
    AG_TRIGGER_FUNCTION,
    AG_TRIGGER_ARGUMENTS,
    AG_TRIGGER_CONSTRAINT,
    AG_TRIGGER_DEFERRABLE,
    AG_TRIGGER_REFERENCES,
    AG_TRIGGER_OLD_TABLE,
    AG_TRIGGER_NEW_TABLE,
    AG_TRIGGER_ENABLED,
    AG_TRIGGER_WITH_EXTENSIONS,
    AG_TRIGGER_BODY,
};

/* Whether the word is among the trigger's events. */
bool ag_trigger_has_event(const AgTrigger *trigger, const char *event);
