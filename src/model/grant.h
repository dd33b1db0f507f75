/* SPDX-License-Identifier: MIT */
/* What roles may do with an object. An object's list of grants says how its privileges differ from
 * those the server gives by itself: everything to the owner, the use of functions and types to
 * everybody. A grant is one privilege of one role. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

#include <stdbool.h>

/* Kinds of object by the privileges they know (AgKindInfo.grants). */
typedef enum {
    AG_GRANTS_NONE, /* nothing can be granted */
    AG_GRANTS_TABLE,
    AG_GRANTS_COLUMN,
    AG_GRANTS_SEQUENCE,
    AG_GRANTS_SCHEMA,
    AG_GRANTS_TYPE,
    AG_GRANTS_ROUTINE,
    AG_GRANTS_SERVER,
    AG_GRANTS_WRAPPER,
} AgGrantClass;

/* Everybody, and the owner of the object whatever his name. */
#define AG_ROLE_PUBLIC "public"
#define AG_ROLE_OWNER "{owner}"

typedef struct {
    const char *role;
    const char *privilege; /* one of ag_privileges */
    const char *column; /* that column only, where columns are no objects of their own; or NULL */
    bool option;        /* may be passed on */
    bool all;           /* written as one of all: counts where the server knows it */
    bool revoked;       /* taken away from what the server gives by itself */
    AgPlace place;
} AgGrant;

/* The privileges of a class on that version (0: the newest), in the server's order. */
const char *const *ag_privileges(AgGrantClass grants, long version);
/* Whether the server gives it by itself. `is_public_schema`: schema public gives everybody some. */
bool ag_privilege_is_given(AgGrantClass grants, const char *role, const char *privilege,
                           bool is_public_schema, long version);
/* The grant of the same role, privilege and column, or NULL. The list may be NULL. */
const AgGrant *ag_grants_find(const GPtrArray *grants, const AgGrant *like);
/* Whether two lists say the same, in whatever order; NULL is an empty list. */
bool ag_grants_same(const GPtrArray *a, const GPtrArray *b);
/* By role, column and privilege. */
void ag_grants_sort(GPtrArray *grants);
AgGrant *ag_grant_copy(AgPool *pool, const AgGrant *grant);
