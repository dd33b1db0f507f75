/* SPDX-License-Identifier: MIT */
/* What an Alembic project says of itself: alembic.ini, the revision files, env.py. All of it is
 * read as text; no Python runs. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

/* A value with its place; text NULL: not set. */
typedef struct {
    const char *text;
    AgPlace place;
} AgAlembicValue;

typedef struct {
    const char *file, *directory; /* of alembic.ini; "." for the working directory */
    AgAlembicValue url;           /* as written; the template's placeholder counts as not set */
    AgAlembicValue script_location;
    AgAlembicValue file_template; /* in autogen's words: {year}_{rev}_{slug}.sql */
    AgAlembicValue truncate_slug_length, timezone;
    AgAlembicValue version_table, version_table_schema; /* from the file, else from env.py */
    GPtrArray *locations; /* of const char *: the directories of revision files */
} AgAlembic;

/* Reads alembic.ini (`%(here)s`, `%(key)s` and `%%` replaced) and looks into env.py for the version
 * table. Keys that autogen has no use for are named in notices. NULL after a problem, with the line
 * it stands in. */
AgAlembic *ag_alembic_read(AgPool *pool, const char *file, AgDiag *diag);

typedef struct {
    const char *id;
    GPtrArray *down, *depends, *labels; /* of const char * */
    AgPlace place;
} AgAlembicRevision;

/* The revisions of all directories: of AgAlembicRevision *. NULL after a problem. */
GPtrArray *ag_alembic_revisions(AgPool *pool, const AgAlembic *alembic, AgDiag *diag);
const AgAlembicRevision *ag_alembic_find(const GPtrArray *revisions, const char *id);
/* The revisions on which no other one is built, sorted; of const char *. `implied`: those too that
 * others only depend on, whose row Alembic does not keep. */
GPtrArray *ag_alembic_heads(AgPool *pool, const GPtrArray *revisions, bool implied);
/* The branch labels of a revision and of everything below it; of const char *. */
GPtrArray *ag_alembic_labels(AgPool *pool, const GPtrArray *revisions, const char *id);

/* `name = "text"` in a Python text from `text` on: the literal, or NULL with `*computed` set when
 * something else is assigned. Its line is put into `place`. */
const char *ag_alembic_literal(AgPool *pool, const char *text, const char *name, AgPlace *place,
                               bool *computed);
