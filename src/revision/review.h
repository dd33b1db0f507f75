/* SPDX-License-Identifier: MIT */
/* Review of revision files: a seal over the statements, written into the file. */
#pragma once

#include "revision/revision.h"

/* Puts `-- autogen:reviewed sha256:... by NAME at TIME` into the file's header, in place of an
 * older one. Nothing else of the file changes. `by` is the reviewer's name; the time is the
 * clock's. */
bool ag_revision_seal(const char *file, const char *by, AgDiag *diag);

/* The seal the statements deserve, "sha256:<hex>". */
char *ag_revision_seal_text(AgPool *pool, const AgRevision *revision);

/* Whether the file is sealed and its statements are those that were reviewed. */
bool ag_revision_seal_is_valid(const AgRevision *revision);
