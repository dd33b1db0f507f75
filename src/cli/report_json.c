/* SPDX-License-Identifier: MIT */
#include "cli/json.h"
#include "cli/report.h"

static void json_place(AgJson *json, AgPlace place)
{
    if (place.file == NULL) {
        ag_json_text(json, "place", NULL);
        return;
    }
    ag_json_begin_object(json, "place");
    ag_json_text(json, "file", place.file);
    ag_json_int(json, "line", place.line);
    ag_json_int(json, "column", place.column);
    ag_json_end_object(json);
}

static void json_sql(AgJson *json, AgPool *pool, const char *side, const AgSql *sql)
{
    ag_json_begin_object(json, ag_pool_printf(pool, "%s_sql", side));
    ag_json_text(json, "written", sql->written);
    ag_json_text(json, "canonical", sql->canonical);
    json_place(json, sql->place);
    ag_json_end_object(json);
}

/* What a created or dropped object is made of, for --why. */
static void json_self(AgJson *json, const AgReport *report, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    const char *side = change->new == NULL ? report->from : report->to;
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        if (!ag_field_is_set(object, field))
            continue;
        ag_json_begin_object(json, NULL);
        ag_json_text(json, "field", field->name);
        ag_json_text(json, side, ag_field_text(report->pool, object, field));
        ag_json_end_object(json);
    }
}

static void json_fields(AgJson *json, const AgReport *report, const AgChange *change)
{
    GPtrArray *fields = ag_change_fields(report->pool, change);
    ag_json_begin_array(json, "fields");
    for (guint i = 0; i < fields->len; i++) {
        const AgFieldReport *field = g_ptr_array_index(fields, i);
        ag_json_begin_object(json, NULL);
        ag_json_text(json, "field", field->name);
        ag_json_text(json, report->to, *field->to == '\0' ? NULL : field->to);
        ag_json_text(json, report->from, *field->from == '\0' ? NULL : field->from);
        if (report->why && field->to_sql != NULL) {
            json_sql(json, report->pool, report->to, field->to_sql);
            json_sql(json, report->pool, report->from, field->from_sql);
        }
        ag_json_end_object(json);
    }
    if (report->why && (change->verb == AG_CREATE || change->verb == AG_DROP))
        json_self(json, report, change);
    ag_json_end_array(json);
}

static void json_change(AgJson *json, const AgReport *report, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    ag_json_begin_object(json, NULL);
    ag_json_text(json, "verb", ag_verb_name(change->verb));
    ag_json_text(json, "kind", ag_object_element(object));
    ag_json_text(json, "schema", object->parent == NULL ? object->schema : object->parent->schema);
    if (object->parent != NULL)
        ag_json_text(json, "table", object->parent->name);
    ag_json_text(json, "name", object->name);
    ag_json_text(json, "object", ag_object_label(report->pool, object));
    if (change->verb == AG_RENAME)
        ag_json_text(json, "former", ag_object_label(report->pool, change->old));
    json_place(json, object->place);
    json_fields(json, report, change);
    ag_json_end_object(json);
}

static void json_revisions(AgJson *json, const char *key, const GPtrArray *revisions)
{
    ag_json_begin_array(json, key);
    for (guint i = 0; i < revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(revisions, i);
        ag_json_text(json, NULL, revision->id);
    }
    ag_json_end_array(json);
}

void ag_report_json(GString *out, const AgReport *report)
{
    const AgComparison *comparison = report->comparison;
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_text(&json, "database", comparison->shown);
    ag_json_bool(&json, "agree", ag_report_findings(report) == 0);
    ag_json_begin_array(&json, "differences");
    for (guint i = 0; i < comparison->changes->len; i++)
        json_change(&json, report, g_ptr_array_index(comparison->changes, i));
    ag_json_end_array(&json);
    ag_json_int(&json, "not_expressible", comparison->from->unmanaged->len);
    if (report->heads != NULL)
        json_revisions(&json, "heads", report->heads);
    if (report->lacking != NULL)
        ag_json_texts(&json, "lacking", report->lacking);
    if (report->pending != NULL) {
        ag_json_texts(&json, "current", report->current);
        json_revisions(&json, "pending", report->pending);
        ag_json_texts(&json, "edited", report->edited);
    }
    ag_json_end_object(&json);
}
