/* SPDX-License-Identifier: MIT */
/* An independent witness of what a database holds. PostgreSQL: the server's own printed
 * definitions, and pg_dump where it is new enough for the server; SQLite: pragmas and stored text.
 * Never autogen's own reading. */
#pragma once

#include "db/db.h"

/* The facts of a database, one a line, sorted; the order of columns is left out. `with_dump`: those
 * of pg_dump, too, which cost as much as all else. In the pool; NULL
 * after a problem. `db` is open on it; `url` is a libpq URL or the path of a SQLite file. */
char *witness_facts(AgPool *pool, AgDb *db, const char *url, bool with_dump, AgDiag *diag);

/* AUTOGEN_TEST_DUMPS is "all" (scripts/test --dumps all): pg_dump is asked everywhere; otherwise
 * whoever asks for facts may leave it out of a share of them. */
bool witness_dumps_all(void);

/* The lines that only one of two fact texts has, as "- line" and "+ line"; "" when they agree. */
char *witness_difference(AgPool *pool, const char *a, const char *b);
