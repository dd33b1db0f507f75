/* SPDX-License-Identifier: MIT */
/* What emission produces, revision files hold and the runner runs: steps of statements with their
 * remarks and hazards. */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "base/pool.h"

typedef struct {
    AgProblemId id;     /* AG_PROBLEM_HAZARD_... */
    const char *object; /* "column shop.customers.phone" */
} AgHazard;

typedef struct {
    const char
        *what; /* "+ column shop.customers.phone", or NULL: the remark line above the statement */
    const char *sql;    /* one statement without the closing semicolon */
    GPtrArray *hazards; /* of AgHazard *; never NULL */
    GPtrArray *allows;  /* of AgSetting *: lint rule and reason (autogen:allow); never NULL */
    AgPlace place;      /* in the revision file; AG_NOWHERE when made in memory */
} AgStatement;

typedef enum {
    AG_STEP_TRANSACTIONAL,
    AG_STEP_NO_TRANSACTION, /* what must run alone: CREATE INDEX CONCURRENTLY */
    AG_STEP_BATCHED, /* each statement repeated, a transaction each, until it touches no row */
} AgStepMode;

typedef struct {
    AgStepMode mode;
    GPtrArray
        *settings; /* of AgSetting *: local parameters of the step (autogen:set); never NULL */
    GPtrArray *statements; /* of AgStatement *; never NULL */
} AgStep;

typedef struct {
    const char *name, *value;
} AgSetting;

typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    GPtrArray *steps;         /* of AgStep *; never NULL */
    const char *irreversible; /* why this direction cannot exist; NULL when it can */
} AgScript;

AgScript *ag_script_new(AgPool *pool, AgDialectId dialect);
AgStep *ag_script_add_step(AgScript *script, AgStepMode mode);
/* Appends to the last step when it has that mode, else to a new one. `what` may be NULL. */
AgStatement *ag_script_add(AgScript *script, AgStepMode mode, const char *what, const char *sql);
void ag_statement_add_hazard(AgScript *script, AgStatement *statement, AgProblemId id,
                             const char *object);
bool ag_script_is_empty(const AgScript *script);
