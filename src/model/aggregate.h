/* SPDX-License-Identifier: MIT */
/* Aggregates (CREATE AGGREGATE): plain, ordered-set and hypothetical-set ones. Known like functions
 * by their name and argument types. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    GPtrArray *arguments; /* of AgArgument *; NULL: (*) */
    const char *set;      /* NULL: a plain one */
    int64_t direct;       /* ordered-set and hypothetical-set: arguments before ORDER BY */
    AgQname sfunc;
    AgSql stype;
    int64_t sspace;
    AgQname finalfunc;
    bool finalfunc_extra;
    const char *finalfunc_modify; /* NULL: the default of the kind */
    AgQname combinefunc, serialfunc, deserialfunc;
    const char *initcond; /* may be empty */
    AgQname msfunc, minvfunc;
    AgSql mstype;
    int64_t msspace;
    AgQname mfinalfunc;
    bool mfinalfunc_extra;
    const char *mfinalfunc_modify;
    const char *minitcond;
    AgQname sortop; /* the name of an operator */
    const char *parallel;
} AgAggregate;
enum {
    AG_AGGREGATE_ARGUMENTS,
    AG_AGGREGATE_SET,
    AG_AGGREGATE_DIRECT,
    AG_AGGREGATE_SFUNC,
    AG_AGGREGATE_STYPE,
    AG_AGGREGATE_SSPACE,
    AG_AGGREGATE_FINALFUNC,
    AG_AGGREGATE_FINALFUNC_EXTRA,
    AG_AGGREGATE_FINALFUNC_MODIFY,
    AG_AGGREGATE_COMBINEFUNC,
    AG_AGGREGATE_SERIALFUNC,
    AG_AGGREGATE_DESERIALFUNC,
    AG_AGGREGATE_INITCOND,
    AG_AGGREGATE_MSFUNC,
    AG_AGGREGATE_MINVFUNC,
    AG_AGGREGATE_MSTYPE,
    AG_AGGREGATE_MSSPACE,
    AG_AGGREGATE_MFINALFUNC,
    AG_AGGREGATE_MFINALFUNC_EXTRA,
    AG_AGGREGATE_MFINALFUNC_MODIFY,
    AG_AGGREGATE_MINITCOND,
    AG_AGGREGATE_SORTOP,
    AG_AGGREGATE_PARALLEL,
};

/* What a final function may do where the aggregate does not say it: "read-only" for plain ones,
 * "read-write" for the others. */
const char *ag_aggregate_usual_modify(const AgAggregate *aggregate);
/* Writes what goes without saying as absent. */
void ag_aggregate_settle(AgAggregate *aggregate);
/* Whether CREATE OR REPLACE can lead from one to the other. */
bool ag_aggregate_can_replace(const AgAggregate *old, const AgAggregate *new_aggregate);
