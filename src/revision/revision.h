/* SPDX-License-Identifier: MIT */
/* A revision file in memory, and the file's text.
 *
 *     -- autogen revision
 *     -- id: 4f1c2a9be07d
 *     -- parent: 9a0b1c2d3e4f              several for a merge, separated by commas
 *     -- depends: ...  -- labels: ...  -- message: ...  -- created: ...
 *     -- autogen:reviewed sha256:... by NAME at TIME
 *
 *     -- free comment
 *
 *     -- autogen:upgrade DIALECT           a block: one direction, one dialect
 *     -- autogen:step [no-transaction|batched]
 *     -- autogen:set NAME VALUE            before the step's statements
 *     -- autogen:hazard WORD OBJECT        these three before a statement;
 *     -- autogen:allow RULE REASON         allow also inside or behind it
 *     -- + column shop.customers.phone     remark
 *     ALTER TABLE ...;
 *     -- autogen:downgrade DIALECT
 *     -- autogen:irreversible REASON
 *
 *     -- autogen:end                       the last line: a file without it was cut short
 */
#pragma once

#include "sql/script.h"

typedef enum { AG_UPGRADE, AG_DOWNGRADE } AgDirection;
/* "upgrade", "downgrade". */
const char *ag_direction_word(AgDirection direction);

typedef struct {
    const char *id;
    GPtrArray *parents, *depends, *labels; /* of const char *; never NULL */
    const char *message;
    const char *created;                  /* ISO 8601 as in the file, or NULL */
    const char *note;                     /* free comment after the header, or NULL */
    const char *file;                     /* path; NULL when not written yet */
    const char *seal;                     /* "sha256:..." of autogen:reviewed, or NULL */
    const char *sealed_by;                /* "NAME at TIME" */
    AgScript *blocks[AG_N_DIALECTS][2];   /* for writing only, reading is ag_revision_block */
    bool is_closed;                       /* the file is not read: see ag_dag_open */
    const char *unread;                   /* the file's text while the blocks wait in it, or NULL */
    AgPool *pool;                         /* of `unread` */
    bool known_blocks;                    /* what is known of waiting blocks: whether there are */
    const char *checksums[AG_N_DIALECTS]; /* any, and ag_revision_checksum */
    int parent_line, depends_line;        /* of the header, for messages; 0 when there is none */
} AgRevision;

AgRevision *ag_revision_new(AgPool *pool);

/* Reads one file, or one text under a file's name. Everything wrong is reported with
 * file:line:column. NULL after a problem. */
AgRevision *ag_revision_read(AgPool *pool, const char *file, AgDiag *diag);
AgRevision *ag_revision_parse(AgPool *pool, const char *text, const char *file, AgDiag *diag);

/* Reads a repeatable script: plain SQL, with the directives that stand inside a block (step, set,
 * hazard, allow). Its statements are the upgrade of the dialect; `name` becomes the id. NULL after
 * a problem. */
AgRevision *ag_revision_read_script(AgPool *pool, const char *file, const char *name,
                                    AgDialectId dialect, AgDiag *diag);

/* Whether the text may be an id or a label: letters, digits, `_` and `.`, at most 64 bytes, and
 * none of the words head, heads, base, current. */
bool ag_revision_is_id(const char *text);

/* The file's text; deterministic; ag_revision_parse gives the same back. */
char *ag_revision_text(AgPool *pool, const AgRevision *revision);

/* Adds blocks of a dialect that the file does not have (by direction; NULL: no such block) in front
 * of its last line; every other byte stays. False after a problem, with the file as it was. */
bool ag_revision_fill(const char *file, AgScript *const blocks[2], AgDiag *diag);

/* The block of that dialect and direction; NULL: there is none. Not for a closed one. */
AgScript *ag_revision_block(const AgRevision *revision, AgDialectId dialect, AgDirection direction);
/* Whether there is any block; a merge may have none. */
bool ag_revision_has_blocks(const AgRevision *revision);
/* Whether it does something for another database and says nothing for this one. */
bool ag_revision_lacks(const AgRevision *revision, AgDialectId dialect);

/* "v1:sha256:<hex>" over the statements of one dialect's blocks: their tokens, with the modes and
 * settings of their steps; spacing, comments, hazards and line ends do not count. Blocks of other
 * dialects do not count: a block that is added later leaves databases alone which do not run it.
 * NULL for a revision that lacks the dialect. */
char *ag_revision_checksum(AgPool *pool, const AgRevision *revision, AgDialectId dialect);

/* The file name for a template ({rev} {slug} {year} ...), e.g.
 * "202611201403_4f1c2a9be07d_add_phone.sql". `created` in seconds, UTC; the slug is cut to
 * `slug_length` (0: 40). In the pool. */
char *ag_revision_file_name(AgPool *pool, const AgRevision *revision, const char *name_template,
                            int64_t created, int slug_length);
