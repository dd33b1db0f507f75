/* SPDX-License-Identifier: MIT */
/* What is known of revision files by their content: that they can be read, and the checksums of
 * their blocks. The statements of a file with the same bytes need no second reading before somebody
 * wants them, and a file that nobody has written to since (AgFileStamp; as git's index has it) need
 * not even be opened. Kept in the user's cache; a file of another version, or a damaged one, counts
 * as none. */
#pragma once

#include "revision/revision.h"

typedef struct AgKnown AgKnown;

/* Reads the cache `path`. `key` tells apart what may judge files differently (versions). Never
 * fails. In the pool. */
AgKnown *ag_known_load(AgPool *pool, const char *path, const char *key);

/* Like ag_revision_read; the blocks of a known content are read on demand, and the revision of a
 * known file is closed. */
AgRevision *ag_known_read(AgKnown *known, const char *file, AgDiag *diag);

/* Reads the file of a closed revision. False after a problem: it is gone, or another one now. */
bool ag_known_open(AgKnown *known, AgRevision *revision, AgDiag *diag);

/* Writes what was read since when it is worth it; whatever goes wrong with that is forgotten. */
void ag_known_save(AgKnown *known);
