/* SPDX-License-Identifier: MIT */
/* What of a database is looked at, beyond what a query can decide by itself. */
#pragma once

#include "introspect/introspect.h"

/* autogen's own tables, which nobody sees. `default_schema`: where they are unless the filter says
 * otherwise (NULL on SQLite). */
bool ag_filter_is_own(const AgFilter *filter, const char *default_schema, const char *schema,
                      const char *name);
/* Whether the models say <ignore> to it. For a part, `schema` is its table's name. */
bool ag_filter_ignores(const AgFilter *filter, const char *element, const char *schema,
                       const char *name);
/* Likewise for an object that stands on its own. */
bool ag_filter_ignores_object(const AgFilter *filter, const AgObject *object);
/* Whether objects of a kind that stands in no schema are compared: the models name one, or
 * everything is managed. */
bool ag_filter_wants(const AgFilter *filter, AgKind kind);
