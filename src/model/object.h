/* SPDX-License-Identifier: MIT */
/* What every object of a schema begins with. Objects are filled once (by parser or binder) and then
 * const. */
#pragma once

#include "model/kind.h"

struct AgObject {
    const AgKindInfo *info;
    AgObject *parent;      /* the table of a column; NULL for what stands on its own */
    GPtrArray *parts;      /* of AgObject *: children in order; NULL when there are none */
    const char *schema;    /* interned; NULL where the database or the kind has no schemas */
    const char *name;      /* interned; NULL for an unnamed constraint of SQLite */
    const char *signature; /* functions and the like: the types of their input arguments, which are
                            * part of their identity; else NULL */
    const char *comment;   /* NULL: none */
    const char *owner;     /* NULL: not written */
    GPtrArray *grants;     /* of AgGrant *: privileges beyond those it has by itself; or NULL */
    GPtrArray *former;     /* of AgQname *: renamed-from, newest first; NULL when none */
    bool inherited;        /* a part that a table has from its parents (partitions, INHERITS): it
                            * comes, changes and goes with theirs */
    bool name_given;       /* false: the name came from a naming template, not from the model */
    const char *mixin;     /* the mixin it came from, or NULL */
    AgPlace place;         /* file, line, column; AG_NOWHERE for what lives in a database */
};

/* A new object of that kind with every field absent (ints AG_INT_UNSET), appended to the parent's
 * parts when there is one. `schema` and `name` are interned in the pool. */
AgObject *ag_object_new(AgPool *pool, const AgKindInfo *info, AgObject *parent, const char *schema,
                        const char *name);
/* The part of that kind and name, or NULL. Linear; for many look-ups use the schema's index. */
AgObject *ag_object_part(const AgObject *object, AgKind kind, const char *name);
/* The XML element that says it: that of its kind, or <foreign-table>. */
const char *ag_object_element(const AgObject *object);
/* The privileges it knows: those of its kind, but default privileges know those of what they are
 * for.
 */
AgGrantClass ag_object_grants(const AgObject *object);
/* Whether the server gives the privilege by itself on that version (0: the newest). */
bool ag_object_gives(const AgObject *object, const char *role, const char *privilege, long version);
/* The first part of that kind, or NULL: the primary key of a table. */
AgObject *ag_object_first(const AgObject *object, AgKind kind);
/* "shop.customers.phone", for an index "shop.customers_phone_idx", for a function
 * "shop.touch(integer)": for messages, hazards and
 * revision comments; in the pool. Names stand as they are, control characters escaped. An unnamed
 * constraint is called by its columns or expression. */
char *ag_object_label(AgPool *pool, const AgObject *object);
/* Marks the fields in which two objects of one kind differ, comment and owner included. Follows the
 * flags: IF_WRITTEN fields count only where `to` (the model) says something. */
AgFieldSet ag_object_differences(const AgObject *from, const AgObject *to, AgDialectId dialect);
