/* SPDX-License-Identifier: MIT */
/* How one database is told about one kind. */
#pragma once

#include "dialect/dialect.h"
#include "emit/emit.h"

typedef enum {
    AG_IN_PLACE,      /* an ALTER does it */
    AG_RECREATE,      /* DROP and CREATE of the object */
    AG_REBUILD_TABLE, /* SQLite: the whole table is made anew */
    AG_REFUSE,        /* cannot be done; the writer's alter words the problem */
} AgStrategy;

typedef struct AgEmitState AgEmitState;

/* What writers write into. */
typedef struct {
    AgPool *pool;
    const AgDialect *dialect;
    const AgEmitOptions *options;
    const AgSchema *from, *to;
    AgScript *script;
    GHashTable *current; /* AgObject * -> AgObject *: the twin whose name is in force at this step
                            (renames) */
    AgDiag *diag;
    AgEmitState *state; /* of emit's own: which changes are done, what is still to be written */
} AgWriting;

/* No member is optional. `alter` returns the fields it dealt with. */
typedef struct {
    AgStrategy (*strategy)(const AgChange *change);
    bool (*create)(AgWriting *w, const AgChange *change);
    AgFieldSet (*alter)(AgWriting *w, const AgChange *change);
    bool (*rename)(AgWriting *w, const AgChange *change);
    bool (*drop)(AgWriting *w, const AgChange *change);
} AgKindWriter;

/* Adds one statement with the change's remark line ("+ column ..."); formats like printf. */
AgStatement *ag_write(AgWriting *w, const AgChange *change, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Likewise, outside a transaction. */
AgStatement *ag_write_alone(AgWriting *w, const AgChange *change, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Marks the statement. The object's text is "noun label". */
void ag_write_hazard(AgWriting *w, AgStatement *statement, AgProblemId id, const AgObject *object);
/* The object itself, or its twin when a rename is in force (or not yet): the one whose schema and
 * name the database knows at this step. */
const AgObject *ag_writing_current(const AgWriting *w, const AgObject *object);
/* [schema.]name of an object that stands on its own, quoted, under its current name; a part's: of
 * its table. In the pool. */
const char *ag_writing_qname(AgWriting *w, const AgObject *object);
/* One name, quoted; in the pool. */
const char *ag_writing_name(AgWriting *w, const char *name);

/* The writer of a kind, or NULL where the database has no such thing. Switches without default. */
const AgKindWriter *ag_postgres_writer(AgKind kind);
const AgKindWriter *ag_sqlite_writer(AgKind kind);

/* SQLite: the changes as its writers want them. All changes of a table that needs a rebuild become
 * one ALTER of the table (strategy AG_REBUILD_TABLE, written by `alter`) whose `folded` are those
 * changes (`old` and `new` are the whole tables); it stands at the place of the first of them, or
 * after the last rename of the table or its columns, which stay changes of their own. Constraints
 * of tables that are created or dropped in the same list are taken into that change, and so are
 * constraints that an ADD COLUMN can carry. Changes of other tables stay as they are. Called by
 * ag_emit, for both directions, before anything is written and after the renames are known. */
GPtrArray *ag_sqlite_fold_rebuilds(AgPool *pool, const AgSchema *from, const AgSchema *to,
                                   const GPtrArray *changes);
