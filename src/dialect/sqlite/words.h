/* SPDX-License-Identifier: MIT */
/* SQLite's keywords and the names of its types. */
#pragma once

#include <stdbool.h>

/* Whether `word` (lower case) is a keyword of SQLite. Many may stand as names unquoted; quoting
 * them all the same is right in every version and every place. */
bool ag_sqlite_is_keyword(const char *word);

/* Type names for "did you mean"; NULL-terminated. */
extern const char *const ag_sqlite_type_names[];
