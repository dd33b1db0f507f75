/* SPDX-License-Identifier: MIT */
/* What the driver remembers while it writes one script. */
#pragma once

#include "emit/writer.h"

/* Containers of GLib take pointers without const, and leave what they point to alone. */
static inline void *ag_as_key(const void *object)
{
    return (void *)(uintptr_t)object;
}

struct AgEmitState {
    const GPtrArray *changes; /* of AgChange *, in the order in which they are written */
    GHashTable *sides;        /* AgObject * -> AgSchema *: the side an object belongs to */
    GHashTable *done;         /* set of AgChange *: what is written already */
    GHashTable *created;      /* set of AgObject *: the tables this script makes */
    GPtrArray *moves;         /* of AgChange *: the renames of namespaces */
    const AgChange *remarked; /* what the last remark line was about */
    const AgSchema *path;     /* the next statement looks names up as this schema says */
    bool together;            /* nothing may leave the transaction of what is being written */
    GPtrArray *late;          /* of AgChange *: constraints to validate at the end */
    GPtrArray *labels;        /* of AgEnumLabel *: see emit/postgres/enum.c */
    GHashTable *of;       /* AgObject * -> GPtrArray *: see ag_writing_changes_of; NULL: not made */
    GPtrArray *named[2];  /* types and sequences of `from` and `to`, which texts name; NULL: not
                             made (emit/postgres/text.c) */
    GHashTable *going;    /* table of `to` -> GPtrArray * of AgObject *: unique indexes of it that
                             are dropped; NULL: not made (emit/postgres/using_index.c) */
    GHashTable *children; /* table of `from` -> GPtrArray * of those that inherit from it; NULL:
                             nobody asked yet (emit/postgres/inherited.c) */
};

/* The schema an object belongs to: `from` or `to`. */
const AgSchema *ag_writing_side(const AgWriting *w, const AgObject *object);
/* What the object becomes on the `to` side, by its name and by renames; NULL when it goes. */
const AgObject *ag_writing_twin(const AgWriting *w, const AgObject *object);
/* The name a namespace has at this step, given as objects of that side call it. */
const char *ag_writing_schema(const AgWriting *w, const AgSchema *side, const char *schema);
/* Whether the table (or that of a part) is made by this script, so that it holds no rows yet. */
bool ag_writing_is_new(const AgWriting *w, const AgObject *object);
/* Whether this script drops the object, or the table it is a part of, for good. */
bool ag_writing_drops(const AgWriting *w, const AgObject *object);
/* The changes of the object or of a part of it, it being of either side, in their order; of
 * AgChange *, never NULL. */
const GPtrArray *ag_writing_changes_of(const AgWriting *w, const AgObject *object);
/* Whether the change is written already. */
bool ag_writing_is_done(const AgWriting *w, const AgChange *change);
/* Fills `current`, `sides` and `created`; `reversed` says which twin's name the database has where
 * names differ although nothing is renamed. */
void ag_writing_begin(AgWriting *w, const GPtrArray *changes, bool reversed);
/* From here on the names of the rename's new side are in force. */
void ag_writing_renamed(AgWriting *w, const AgChange *change);
/* Sets a local parameter for the step of the statement written last. */
void ag_writing_set(AgWriting *w, const char *name, const char *value);
