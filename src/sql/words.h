/* SPDX-License-Identifier: MIT */
/* The words that mean something else in quotes than without them: `"user"` is a column, `user` the
 * role. Private to sql; what emission must quote is the dialect's to say. */
#pragma once

#include "base/dialect_id.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the word, in any case, is one of them in that database. */
bool ag_sql_is_special_word(AgDialectId dialect, const char *text, size_t length);
