/* SPDX-License-Identifier: MIT */
/* An index that is not behind a key, and an exclusion constraint, which is an index with operators.
 */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    bool unique;
    const char *method; /* XML `using`; NULL: btree, of an exclusion gist */
    GPtrArray
        *parts; /* of AgPart *; XML: columns="a b", or column and expression children in order */
    GPtrArray *include; /* names; NULL: none */
    AgSql where;        /* predicate */
    bool nulls_not_distinct;
    const char *tablespace;
    const char
        *deferrable;   /* exclusion: "no" (NULL), "initially-immediate", "initially-deferred" */
    GPtrArray *params; /* of AgOption * */
    const char *index_comment; /* exclusion: the comment of the index behind it */
    bool concurrently;         /* how revisions build it; never compared */
    bool invalid;              /* introspection: a broken CREATE INDEX CONCURRENTLY left it */
} AgIndex;
enum {
    AG_INDEX_UNIQUE,
    AG_INDEX_USING,
    AG_INDEX_PARTS,
    AG_INDEX_INCLUDE,
    AG_INDEX_WHERE,
    AG_INDEX_NULLS_NOT_DISTINCT,
    AG_INDEX_TABLESPACE,
    AG_INDEX_PARAMS,
    AG_INDEX_CONCURRENTLY,
};
enum {
    AG_EXCLUDE_USING,
    AG_EXCLUDE_PARTS,
    AG_EXCLUDE_INCLUDE,
    AG_EXCLUDE_WHERE,
    AG_EXCLUDE_DEFERRABLE,
    AG_EXCLUDE_TABLESPACE,
    AG_EXCLUDE_PARAMS,
    AG_EXCLUDE_INDEX_COMMENT,
};

/* Whether the object is an AgIndex. */
bool ag_has_index_parts(const AgObject *object);
/* Whether the parts of the two differ in nothing but the statistics targets of expressions, which
 * can be altered. */
bool ag_index_keeps_parts(const AgIndex *old, const AgIndex *new_index);
/* What an absent access method means. */
const char *ag_index_usual_method(const AgKindInfo *info);
const char *ag_index_method(const AgIndex *index);
/* What an AgIndex depends on. */
void ag_index_needs(const AgObject *object, AgNeeds *needs);
