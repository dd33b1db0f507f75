/* SPDX-License-Identifier: MIT */
/* Primary keys and unique constraints: one struct, two kinds. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    GPtrArray *columns;        /* names */
    GPtrArray *include;        /* names; NULL: none */
    const char *deferrable;    /* "no" (NULL), "initially-immediate", "initially-deferred" */
    GPtrArray *params;         /* of AgOption *: storage parameters of the index behind it */
    const char *tablespace;    /* of the index behind it; NULL: not written */
    const char *index_comment; /* the comment of the index behind it, which has one of its own */
    const char
        *on_conflict; /* SQLite: rollback abort fail ignore replace; NULL: not written (abort) */
    bool nulls_not_distinct; /* unique only */
    bool without_overlaps;   /* PostgreSQL 18: the last column is a range, and ranges of one key do
                              * not overlap */
    GPtrArray *parts; /* SQLite: AgPart * with collation or order, when columns alone do not say it;
                       * else NULL, and `columns` is the whole truth */
} AgKey;
enum {
    AG_KEY_COLUMNS,
    AG_KEY_INCLUDE,
    AG_KEY_DEFERRABLE,
    AG_KEY_PARAMS,
    AG_KEY_TABLESPACE,
    AG_KEY_INDEX_COMMENT,
    AG_KEY_ON_CONFLICT,
    AG_KEY_PARTS,
    AG_KEY_WITHOUT_OVERLAPS,
    AG_KEY_NULLS_NOT_DISTINCT,
};
