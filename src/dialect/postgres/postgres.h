/* SPDX-License-Identifier: MIT */
/* What the files of PostgreSQL's lexicon share. */
#pragma once

#include "base/pool.h"

#include <stdbool.h>

/* Whether a name spelled like this lower-case word must be quoted in some place where a name may
 * stand: everything but the unreserved keywords of any version from 13 to 18, which is also what
 * the server's quote_ident() quotes. */
bool ag_postgres_is_keyword(const char *word);

/* See AgDialect.canonical_type. */
char *ag_postgres_canonical_type(AgPool *pool, const char *written);

extern const char *const ag_postgres_type_names[];
