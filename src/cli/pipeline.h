/* SPDX-License-Identifier: MIT */
/* From models and database to scripts: introspect, canonicalize, diff, order, emit. */
#pragma once

#include "cli/project.h"
#include "model/change.h"
#include "sql/script.h"

/* Two schemas of one dialect, made comparable, and what leads from one to the other. */
typedef struct {
    const char *shown;     /* the database, for messages */
    AgIntrospection *live; /* begun already; NULL: not yet */
    AgSchema *from, *to;   /* live and desired */
    GPtrArray *changes;    /* of AgChange *, every part its own, not in order */
    GHashTable *whole;     /* the objects without parent that are created or dropped; a set */
    GPtrArray *unmodelled; /* unmanaged = report: changes that would drop what no model has */
    bool any_owner;        /* owners are not compared, whatever the configuration says */
    long server_version;
} AgComparison;

/* Compares the open database with the models, which stand in out->to. `suspects`: suspected renames
 * are not refused. */
bool ag_compare(AgRun *run, AgDb *db, bool suspects, AgComparison *out, AgDiag *diag);
/* Compares two schemas that are comparable already. */
bool ag_compare_schemas(AgRun *run, AgSchema *from, AgSchema *to, bool suspects, AgComparison *out,
                        AgDiag *diag);

/* Refuses models without any object beside a database that has some. */
bool ag_compare_refuse_empty(const AgComparison *comparison, AgDiag *diag);

/* The comparison's changes in order, and their SQL in both directions. */
typedef struct {
    GPtrArray *steps; /* of AgChange *, ordered and folded */
    AgScript *upgrade, *downgrade;
} AgPlan;
bool ag_plan(AgRun *run, const AgComparison *comparison, AgPlan *out, AgDiag *diag);

/* A script as SQL for the database's own shell: remarks, settings, BEGIN and COMMIT. */
void ag_script_render(GString *out, const AgScript *script);
