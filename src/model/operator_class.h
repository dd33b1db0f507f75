/* SPDX-License-Identifier: MIT */
/* How an index method orders or searches values of a type: operator families, operator classes, and
 * what belongs to them. An operator or function that has the type of a class on its left belongs to
 * that class, any other one to the family itself; the server draws the same line for what it keeps
 * (pg_amop and pg_amproc know families only). */
#pragma once

#include "model/schema.h"

typedef struct {
    AgObject object;
    const char *method; /* XML `using` */
} AgOperatorFamily;
enum { AG_OPERATOR_FAMILY_USING };

typedef struct {
    AgObject object;
    const char *method; /* XML `using` */
    AgSql type;
    AgQname family; /* the parser gives one of its own name, as the server does */
    bool is_default;
    AgSql storage; /* written NULL: the type itself */
} AgOperatorClass;
enum {
    AG_OPERATOR_CLASS_USING,
    AG_OPERATOR_CLASS_TYPE,
    AG_OPERATOR_CLASS_FAMILY,
    AG_OPERATOR_CLASS_DEFAULT,
    AG_OPERATOR_CLASS_STORAGE,
};

/* The types of both begin alike. */
typedef struct {
    AgObject object;
    int64_t number;
    AgSql left, right;     /* the parser gives those that are not written */
    AgQname member;        /* XML `operator` or `function` */
    AgQname order_by;      /* an operator's: family that orders its results; name NULL: none */
    const char *arguments; /* a function's; NULL: there is but one of its name */
} AgClassMember;
enum {
    AG_CLASS_MEMBER_NUMBER,
    AG_CLASS_MEMBER_LEFT,
    AG_CLASS_MEMBER_RIGHT,
    AG_CLASS_OPERATOR_OPERATOR,
    AG_CLASS_OPERATOR_ORDER_BY,
};
enum { AG_CLASS_FUNCTION_FUNCTION = AG_CLASS_OPERATOR_OPERATOR, AG_CLASS_FUNCTION_ARGUMENTS };

/* "1 (integer, integer)", the types as canonical as they are. In the pool. */
const char *ag_class_member_name(AgPool *pool, const AgClassMember *member);
bool ag_object_is_class_member(const AgObject *object);
/* Whether the server binds the member to its class, so that the class has to be made anew to lose
 * it; the others can be added to the family and dropped from it. False for a family's own. */
bool ag_class_member_is_bound(const AgObject *member);
/* The family or class by name and index method; NULL: it is not in the schema. */
AgObject *ag_operator_family_find(const AgSchema *schema, const AgOperatorClass *operator_class);
