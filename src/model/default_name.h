/* SPDX-License-Identifier: MIT */
/* How PostgreSQL makes names of other names. */
#pragma once

#include "base/pool.h"

/* NAMEDATALEN - 1 (PostgreSQL docs, 4.1.1). */
enum { AG_NAME_BYTES = 63 };

/* As pg_mbcliplen: the number of bytes, at most `bytes`, that hold whole characters only. */
size_t ag_name_clip(const char *text, size_t bytes);

/* makeObjectName: "name1_name2_label", the two names cut so that the whole fits. `name2` and
 * `label` may be NULL. In the pool. */
char *ag_default_name(AgPool *pool, const char *name1, const char *name2, const char *label);
