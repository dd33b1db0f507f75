/* SPDX-License-Identifier: MIT */
/* Which lock a PostgreSQL statement takes, judged by its words: for people who review. */
#pragma once

#include "base/pool.h"

/* "ACCESS EXCLUSIVE", "SHARE (writers wait)", ...; NULL when the words are not known. */
const char *ag_lock_of(AgPool *pool, const char *sql);
