/* SPDX-License-Identifier: MIT */
/* SHA-256, for checksums of revisions and keys of the expression cache. */
#pragma once

#include "base/pool.h"

#include <stddef.h>

/* 64 lower-case hexadecimal digits. */
char *ag_digest_sha256(AgPool *pool, const char *data, size_t length);
