/* SPDX-License-Identifier: MIT */
/* What hangs on a type at one step of the script. */
#pragma once

#include "emit/postgres/postgres.h"

/* A type (or a collation) that is made anew: the one that changes, or one that is made of it. */
typedef struct {
    const AgObject *object; /* as the database has it at this step */
    const char *old_name;   /* qualified: what it is called while the new one takes its place */
} AgTypeMember;

typedef struct {
    AgWriting *w;
    GPtrArray *members;    /* of AgTypeMember *: what others are made of comes first */
    GHashTable *by_name;   /* name in force -> AgTypeMember * */
    GPtrArray *columns;    /* of AgColumn *: those that hold values of a member */
    GPtrArray *dependants; /* of AgObject *: parts of their tables whose texts name them */
} AgTypeUsers;

void ag_postgres_type_users(AgWriting *w, const AgObject *type, AgTypeUsers *users);
/* The member that is the type, or that a type or collation of the object (a column, an attribute, a
 * domain) names. NULL: none. */
AgTypeMember *ag_postgres_member(const AgTypeUsers *users, const AgObject *type);
AgTypeMember *ag_postgres_member_in(const AgTypeUsers *users, const AgObject *object);

/* Whether the database has the object as that side describes it. */
bool ag_postgres_is_there(AgWriting *w, const AgObject *object, bool old_side);
/* The parts of a standing object that the database has, as they are now. */
GPtrArray *ag_postgres_parts_there(AgWriting *w, const AgObject *object);
