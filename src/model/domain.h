/* SPDX-License-Identifier: MIT */
/* A domain (CREATE DOMAIN): a type with a default, NOT NULL and checks of its own, which are its
 * parts. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql type;       /* what it is based on; may be another domain */
    const char *null; /* NULL or "true": accepts NULL; "false": does not */
    AgSql default_sql;
    AgQname collation; /* name NULL: the base type's */
} AgDomain;
enum { AG_DOMAIN_TYPE, AG_DOMAIN_NULL, AG_DOMAIN_DEFAULT_SQL, AG_DOMAIN_COLLATION };

/* A check constraint of a domain; its expression calls the value VALUE. */
typedef struct {
    AgObject object;
    AgSql expression;
    bool not_valid;
} AgDomainCheck;
enum { AG_DOMAIN_CHECK_EXPRESSION, AG_DOMAIN_CHECK_NOT_VALID };
