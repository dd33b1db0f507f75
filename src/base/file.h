/* SPDX-License-Identifier: MIT */
/* Files: bounded reading of regular files, and writing that leaves a whole file or none. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

#include <stdbool.h>
#include <stddef.h>

/* The whole of a regular file, NUL-terminated, in the pool; `length` may be NULL. FIFOs, devices
 * and directories are refused without blocking; a file over `limit` bytes is AG_PROBLEM_TOO_LARGE;
 * a missing one AG_PROBLEM_FILE_MISSING. */
char *ag_file_read(AgPool *pool, const char *path, size_t limit, size_t *length, AgDiag *diag);

/* Which file it is, whatever its path, and which of its states. Whoever writes to a file changes
 * `changed` (st_ctime), which no program can set; two states within one tick of the file system's
 * clock (2 s on FAT) look alike. Nanoseconds. */
typedef struct {
    guint64 device, inode, size;
    gint64 modified, changed;
} AgFileStamp;

/* Likewise into `out`, whose former text is lost, for a caller that keeps only a part of each of
 * many files. `stamp` may be NULL; it is taken before the file is read. */
bool ag_file_read_into(GString *out, const char *path, size_t limit, AgFileStamp *stamp,
                       AgDiag *diag);

/* False: there is no such regular file. */
bool ag_file_stamp(const char *path, AgFileStamp *stamp);

/* Writes `text` under `path`: temporary file beside it, fsync, rename, fsync of the directory. When
 * it fails (AG_PROBLEM_CANNOT_WRITE) nothing has changed under `path` and no temporary file is
 * left. Unless `replace`, an existing file is left alone and AG_PROBLEM_OVERWRITE recorded. */
bool ag_file_write(const char *path, const char *text, bool replace, AgDiag *diag);

/* Likewise, but nothing waits for the disk: readers see the old file or the new one, and after a
 * power failure it may be empty or the old one. For files that can be made again. */
bool ag_file_write_unsynced(const char *path, const char *text, bool replace, AgDiag *diag);

/* Makes a directory and those above it; existing ones are fine. */
bool ag_file_make_directory(const char *path, AgDiag *diag);

/* The paths below `directory` (recursive) whose name ends with `suffix`, sorted bytewise; hidden
 * files and directories (leading dot) are passed over. Depth at most 16, at most `limit` files.
 * NULL after a problem. In the pool. */
GPtrArray *ag_file_list(AgPool *pool, const char *directory, const char *suffix, guint limit,
                        AgDiag *diag);
