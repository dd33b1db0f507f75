/* SPDX-License-Identifier: MIT */
/* A table. Columns, keys, checks, foreign keys and indexes are its parts. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    bool unlogged;
    const char *tablespace;
    GPtrArray *params;  /* of AgOption *: storage parameters */
    bool strict;        /* SQLite: STRICT */
    bool without_rowid; /* SQLite: WITHOUT ROWID */
} AgTable;
enum {
    AG_TABLE_UNLOGGED,
    AG_TABLE_TABLESPACE,
    AG_TABLE_PARAMS,
    AG_TABLE_STRICT,
    AG_TABLE_WITHOUT_ROWID,
};
