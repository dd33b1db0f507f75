/* SPDX-License-Identifier: MIT */
/* Differences as people and machines read them. */
#pragma once

#include "cli/output.h"
#include "cli/pipeline.h"

typedef struct {
    AgPool *pool;
    AgComparison *comparison;
    const AgPlan *plan;    /* for the format sql; NULL when it cannot be had */
    const char *to, *from; /* what the two sides are called: "model" and "database" */
    bool replayed;         /* `from` is what the revisions make in an empty database */
    bool why;              /* written and canonical form and origin of both sides */
    /* What `check` adds; all NULL for `diff`. */
    GPtrArray *current; /* of const char * */
    GPtrArray *heads;   /* of AgRevision * */
    GPtrArray *pending; /* of AgRevision * */
    GPtrArray *edited;  /* of const char *: messages */
    GPtrArray *lacking; /* likewise: revisions without a block for a database of the project */
} AgReport;

/* An AgRender over an AgReport: human, json, sql, markdown, github. */
void ag_report_render(GString *out, const AgLook *look, const void *data);

/* "1 table, 3 columns to create; 1 index to drop", counted by verb and kind. In the pool. */
char *ag_changes_summary(AgPool *pool, const GPtrArray *changes);

/* Whether the change is said by that of its table: a part of one that is created or dropped. */
bool ag_change_is_detail(const AgComparison *comparison, const AgChange *change);

/* One differing field of an ALTER, as texts. */
typedef struct {
    const char *name;
    const char *to, *from;          /* as ag_field_text gives them; "" when not set */
    const AgSql *to_sql, *from_sql; /* of types and expressions; else NULL */
} AgFieldReport;
/* The differing fields; of AgFieldReport *. */
GPtrArray *ag_change_fields(AgPool *pool, const AgChange *change);

/* Number of findings: what makes `check` exit with 2. */
guint ag_report_findings(const AgReport *report);

/* Between report.c and report_json.c. */
void ag_report_json(GString *out, const AgReport *report);
const char *ag_verb_name(AgVerb verb);
