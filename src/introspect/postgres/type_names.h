/* SPDX-License-Identifier: MIT */
/* Names of types inside SQL text. */
#pragma once

#include "base/pool.h"
#include "model/field.h"

/* What one mention of a type becomes. */
typedef struct {
    AgQname name;        /* as the text has it */
    const char *literal; /* the string before the cast, without its quotes; NULL: none */
    bool is_array;
    /* to be set: */
    const char *new_name;    /* SQL text instead of the name; NULL: stays */
    const char *new_literal; /* likewise */
} AgTypeMention;

typedef void (*AgTypeMap)(AgTypeMention *mention, const void *data);

/* The text with its types as `map` wants them: behind "::" and the AS of a CAST, and before a
 * string (`mood 'sad'`); `is_type`: the whole text is one. The text itself when nothing changes. */
const char *ag_pg_map_types(AgPool *pool, const char *text, bool is_type, AgTypeMap map,
                            const void *data);
