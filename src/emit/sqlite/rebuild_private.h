/* SPDX-License-Identifier: MIT */
/* What the files of a rebuild share. */
#pragma once

#include "emit/sqlite/sqlite.h"

typedef struct {
    AgWriting *w;
    const AgChange *change;
    const AgTable *old, *new;
    GPtrArray *parts;      /* of const AgObject *: what the table will have */
    const char *name;      /* quoted */
    const char *temporary; /* the other name, as it is */
    GHashTable *touched;   /* AgObject * (either side) -> AgChange *: the folded changes */
} AgRebuild;

/* The folded change of a part, of either side; NULL: none. */
const AgChange *ag_rebuild_change(const AgRebuild *r, const AgObject *part);
/* The part of `parts` that is the same as `part` although no change says so; or NULL. */
const AgObject *ag_rebuild_twin(const AgRebuild *r, const GPtrArray *parts, const AgObject *part);

/* What INSERT names and SELECT asks for, so that the new table holds the rows of the old one. */
void ag_rebuild_copied(const AgRebuild *r, GString *names, GString *values);
/* The hazards of copying, and of dropping the old table. */
void ag_rebuild_mark_copy(const AgRebuild *r, AgStatement *statement);
void ag_rebuild_mark_drop(const AgRebuild *r, AgStatement *statement);
