/* SPDX-License-Identifier: MIT */
/* A table. Columns, keys, checks, foreign keys and indexes are its parts. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    bool unlogged;
    const char *tablespace;
    GPtrArray *params;            /* of AgOption *: storage parameters */
    const char *access_method;    /* NULL: heap */
    const char *replica_identity; /* "default" (NULL), full, nothing */
    const char *replica_index;    /* REPLICA IDENTITY USING INDEX: an index or key of the table */
    const char *cluster_on;       /* CLUSTER ON: likewise */
    bool strict;                  /* SQLite: STRICT */
    bool without_rowid;           /* SQLite: WITHOUT ROWID */
} AgTable;
enum {
    AG_TABLE_UNLOGGED,
    AG_TABLE_TABLESPACE,
    AG_TABLE_PARAMS,
    AG_TABLE_ACCESS_METHOD,
    AG_TABLE_REPLICA_IDENTITY,
    AG_TABLE_REPLICA_INDEX,
    AG_TABLE_CLUSTER_ON,
    AG_TABLE_STRICT,
    AG_TABLE_WITHOUT_ROWID,
};
