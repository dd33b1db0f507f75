/* SPDX-License-Identifier: MIT */
/* What has to be true of a model file's bytes before an XML parser may see them. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

#include <stddef.h>

/* The text without byte order mark and with LF line ends, in the pool, `length` set; NULL after a
 * problem: compressed, not UTF-8 (real or declared), or with control characters. */
char *ag_xml_bytes(AgPool *pool, const char *bytes, size_t *length, const char *file, AgDiag *diag);
