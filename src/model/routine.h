/* SPDX-License-Identifier: MIT */
/* Functions (CREATE FUNCTION) and procedures (CREATE PROCEDURE). Both are known by their name and
 * the types of their input arguments. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    GPtrArray *arguments; /* of AgArgument * */
    const char *language; /* NULL: sql */
    bool security_definer;
    const char *object_file, *link_symbol; /* of a function in C */
    AgSql body;                            /* absent: of a function in C */
    bool standard;     /* the body is parsed when the function is made: BEGIN ATOMIC, RETURN */
    GPtrArray *params; /* of AgOption *: SET; lists as the server keeps them */
    /* only of functions */
    AgSql returns; /* may begin with "setof"; absent: the arguments say it */
    const char *volatility;
    bool strict, leakproof;
    const char *parallel;
    const char *cost, *rows; /* numbers; NULL: the server's default */
    AgQname support;
    bool window;
} AgRoutine;
enum {
    AG_ROUTINE_ARGUMENTS,
    AG_ROUTINE_LANGUAGE,
    AG_ROUTINE_SECURITY_DEFINER,
    AG_ROUTINE_OBJECT_FILE,
    AG_ROUTINE_LINK_SYMBOL,
    AG_ROUTINE_BODY,
    AG_ROUTINE_BODY_STANDARD,
    AG_ROUTINE_PARAMS,
    AG_FUNCTION_RETURNS,
    AG_FUNCTION_VOLATILITY,
    AG_FUNCTION_STRICT,
    AG_FUNCTION_LEAKPROOF,
    AG_FUNCTION_PARALLEL,
    AG_FUNCTION_COST,
    AG_FUNCTION_ROWS,
    AG_FUNCTION_SUPPORT,
    AG_FUNCTION_WINDOW,
};

/* Whether the object is a function or a procedure. */
bool ag_is_routine(const AgObject *object);
/* Whether a caller gives the argument: it counts for the signature. */
bool ag_argument_is_input(const AgArgument *argument);
bool ag_argument_is_output(const AgArgument *argument);
/* What follows "setof " in the type of a result, or NULL when it returns no set. */
const char *ag_routine_set_of(const char *type);
/* The signature that the arguments make: their canonical types, or what is written. In the pool. */
char *ag_routine_signature(AgPool *pool, const GPtrArray *arguments);
/* Writes what goes without saying as absent: language sql, the default cost and number of rows, a
 * result that the arguments tell; numbers as the server prints them. */
void ag_routine_settle(AgPool *pool, AgRoutine *routine);
/* The text as the database keeps it of a body that models write indented: several lines stand on
 * lines of their own. In the pool. */
char *ag_routine_body_text(AgPool *pool, const char *dedented);
/* Whether CREATE OR REPLACE can lead from one to the other. */
bool ag_routine_can_replace(const AgRoutine *old, const AgRoutine *new_routine);
