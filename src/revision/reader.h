/* SPDX-License-Identifier: MIT */
/* The state of reading one revision file, shared by the files that do it. Private to revision. */
#pragma once

#include "revision/directive.h"
#include "revision/revision.h"
#include "sql/split.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    const char *file;
    const char *text; /* without byte order mark; CRLF files with LF */
    size_t end;       /* where the closing line begins: what is read ends there */
    size_t header;    /* where the first block begins, or `end` */
    size_t placed;    /* up to here the line ends are counted */
    AgPlace place;    /* of `placed` */
    AgRevision *revision;
} AgRevisionReader;

/* The caller of these three sets pool and file, of the first also diag; reader->text is good as
 * long as `text` is. The whole of a file; NULL after a problem. Only its header, of a text that is
 * known to be in order: the blocks are read when ag_revision_block asks for them. And of a text
 * that was a file's header: the file is read by ag_revision_open. NULL when it was not in order. */
AgRevision *ag_reader_whole(AgRevisionReader *reader, const char *text, size_t length);
AgRevision *ag_reader_outline(AgRevisionReader *reader, const char *text, size_t length);
AgRevision *ag_reader_head(AgRevisionReader *reader, const char *text, size_t length);

/* The place of a byte of the text. Cheap when the offsets grow. */
AgPlace ag_reader_place(AgRevisionReader *reader, size_t offset);

/* Reads the lines before the first block; `offset` is then where that block begins. False after a
 * problem that makes the rest unreadable. */
bool ag_reader_header(AgRevisionReader *reader, size_t *offset);

/* Reads all blocks. False likewise. */
bool ag_reader_blocks(AgRevisionReader *reader, size_t offset);

/* Likewise a text without header and blocks: its statements become the upgrade of the dialect. */
bool ag_reader_script(AgRevisionReader *reader, AgDialectId dialect);

/* Reports what no statement of a revision may be or hold (commands of psql and sqlite3, COPY from
 * the client, transaction control, what cannot run in a transaction). False when it did. */
bool ag_reader_check_statement(AgRevisionReader *reader, AgDialectId dialect, AgStepMode mode,
                               const AgSqlPiece *piece);

/* Reports characters that one cannot see, outside strings, and comments that end at another place
 * than they seem to, between two bytes of the text. False when it did. */
bool ag_reader_check_characters(AgRevisionReader *reader, AgDialectId dialect, size_t from,
                                size_t to);
