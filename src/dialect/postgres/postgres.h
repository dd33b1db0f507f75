/* SPDX-License-Identifier: MIT */
/* PostgreSQL's lexicon, beyond what AgDialect offers for every database. */
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

/* The value of an enum, or of an array of it, with its labels called as the table says (old name ->
 * new one), in the server's spelling of arrays. In the pool. */
char *ag_postgres_respell_labels(AgPool *pool, const char *text, GHashTable *labels, bool is_array);

/* The type of an argument or a result as the catalogue keeps it: a built-in one without its
 * modifiers, or a pseudo-type; NULL for what the server must be asked about. In the pool. */
char *ag_postgres_argument_type(AgPool *pool, const char *written);

/* What the server itself says of schema public. */
extern const char *const ag_postgres_public_comment;
