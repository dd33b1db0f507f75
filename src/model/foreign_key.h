/* SPDX-License-Identifier: MIT */
/* A foreign key. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    GPtrArray *columns; /* names */
    AgQname references; /* the table; its schema is filled in by the parser */
    GPtrArray *
        ref_columns; /* names; the parser fills in the primary key when they are absent. SQLite
                      * keeps NULL where the database has no list and no primary key can be found */
    /* Nobody wrote ref_columns: they are the referenced table's primary key. Never compared;
     * SQLite's text then leaves them out. */
    bool ref_columns_implied;
    const char *on_delete,
        *on_update;               /* "no-action" (NULL), restrict, cascade, set-null, set-default */
    GPtrArray *on_delete_columns; /* SET NULL/DEFAULT (columns), PostgreSQL 15; NULL: all */
    const char *match;            /* "simple" (NULL), full */
    const char *deferrable;       /* "no" (NULL), "initially-immediate", "initially-deferred" */
    bool not_valid;
    bool not_enforced; /* PostgreSQL 18: written down, never checked */
    bool period;       /* PostgreSQL 18: the last columns are ranges that must be covered */
} AgForeignKey;
enum {
    AG_FOREIGN_KEY_COLUMNS,
    AG_FOREIGN_KEY_REFERENCES,
    AG_FOREIGN_KEY_REF_COLUMNS,
    AG_FOREIGN_KEY_ON_DELETE,
    AG_FOREIGN_KEY_ON_UPDATE,
    AG_FOREIGN_KEY_ON_DELETE_COLUMNS,
    AG_FOREIGN_KEY_MATCH,
    AG_FOREIGN_KEY_DEFERRABLE,
    AG_FOREIGN_KEY_NOT_VALID,
    AG_FOREIGN_KEY_NOT_ENFORCED,
    AG_FOREIGN_KEY_PERIOD,
};
