/* SPDX-License-Identifier: MIT */
#include "support/play.h"

#include "model/routine.h"
#include "parser/parser.h"
#include "parser/write.h"
#include "sql/tokens.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void case_fail(Case *play, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_string_append_printf(play->failures, "  %s\n", text);
}

void case_fail_diag(Case *play, const char *what, const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (problem->severity == AG_SEVERITY_ERROR)
            case_fail(play, "%s: %s [%s] %s", what, problem->message, ag_problem_word(problem->id),
                      problem->detail == NULL ? "" : problem->detail);
    }
}

const char *case_model(Case *play, const char *section)
{
    const char *text = case_file_section(play->file, section);
    if (text == NULL)
        text = "";
    if (strstr(text, "<model") != NULL)
        return text;
    const char *schema = case_file_option(play->pool, play->file, "schema");
    const char *dialects = case_file_option(play->pool, play->file, "dialects");
    return ag_pool_printf(
        play->pool, "<model xmlns=\"urn:autogen:model:1\" dialects=\"%s\"%s%s%s>\n%s</model>\n",
        dialects != NULL ? dialects : ag_dialect_id_name(play->dialect),
        schema != NULL ? " schema=\"" : "", schema != NULL ? schema : "",
        schema != NULL ? "\"" : "", text);
}

TestPlanOptions case_plan_options(const Case *play)
{
    const char *suspects = case_file_option(play->pool, play->file, "suspects");
    const char *online = case_file_option(play->pool, play->file, "online");
    return (TestPlanOptions){.suspects_allowed = g_strcmp0(suspects, "allowed") == 0,
                             .online = g_strcmp0(online, "true") == 0,
                             .server_version = case_needs_version(play)};
}

long case_needs_version(const Case *play)
{
    const char *major = case_file_option(play->pool, play->file, "postgresql");
    const char *minor = case_file_option(play->pool, play->file, "sqlite");
    if (play->dialect == AG_DIALECT_POSTGRESQL)
        return major != NULL ? strtol(major, NULL, 10) * 10000 : 0;
    return minor != NULL ? 3000000 + strtol(minor, NULL, 10) * 1000 : 0;
}

static bool plan_between(const Case *play, const AgSchema *from, const AgSchema *to, TestPlan *plan,
                         AgDiag *diag)
{
    TestPlanOptions options = case_plan_options(play);
    return test_plan(play->pool, from, to, &options, plan, diag);
}

static void append_step_head(GString *out, const AgStep *step, bool first)
{
    switch (step->mode) {
    case AG_STEP_TRANSACTIONAL:
        if (!first)
            g_string_append(out, "-- autogen:step\n");
        break;
    case AG_STEP_NO_TRANSACTION:
        g_string_append(out, "-- autogen:step no-transaction\n");
        break;
    case AG_STEP_BATCHED:
        g_string_append(out, "-- autogen:step batched\n");
        break;
    }
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        g_string_append_printf(out, "-- autogen:set %s %s\n", setting->name, setting->value);
    }
}

char *case_script_text(AgPool *pool, const AgScript *script)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        append_step_head(out, step, i == 0);
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, j);
            g_string_append_printf(out, "%s;\n", statement->sql);
        }
    }
    return ag_pool_text(pool, out->str);
}

static char *hazards_text(AgPool *pool, const AgScript *script)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, j);
            for (guint k = 0; k < statement->hazards->len; k++) {
                const AgHazard *hazard = g_ptr_array_index(statement->hazards, k);
                g_string_append_printf(out, "%s %s\n", ag_problem_word(hazard->id), hazard->object);
            }
        }
    }
    return ag_pool_text(pool, out->str);
}

/* What the server would do to spelling, as far as it can be known without one. */
static void canonicalize_offline(AgSchema *schema, const AgObject *object)
{
    const AgDialect *dialect = ag_dialect(schema->dialect);
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        AgSql *sql = (AgSql *)(guintptr)ag_field_at(object, field);
        if ((field->type != AG_FIELD_TYPE && field->type != AG_FIELD_EXPR) ||
            sql->written == NULL || ag_routine_set_of(sql->canonical) != NULL)
            continue;
        if (field->type == AG_FIELD_TYPE)
            sql->canonical = dialect->canonical_type(schema->pool, sql->written);
        if (sql->canonical == NULL)
            sql->canonical = ag_sql_normal(schema->pool, schema->dialect, sql->written);
    }
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++)
        canonicalize_offline(schema, g_ptr_array_index(object->parts, i));
}

static AgSchema *offline_schema(Case *play, const char *section, AgDiag *diag)
{
    AgSchema *schema =
        ag_models_parse(play->pool, case_model(play, section), section, play->dialect, diag);
    for (guint i = 0; schema != NULL && i < schema->objects->len; i++)
        canonicalize_offline(schema, g_ptr_array_index(schema->objects, i));
    return schema;
}

static const char *const verb_words[] = {"create", "alter", "rename", "drop"};

static void note_coverage(Case *play, const GPtrArray *changes)
{
    for (guint i = 0; play->coverage != NULL && i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        const AgKindInfo *info = ag_change_object(change)->info;
        g_autofree char *head = g_strdup_printf("%s %s %s", ag_dialect_id_name(play->dialect),
                                                info->element, verb_words[change->verb]);
        g_hash_table_add(play->coverage, g_strdup(head));
        for (unsigned f = 0; f < info->n_fields; f++) {
            bool altered = change->verb == AG_ALTER && (change->changed & AG_FIELD_BIT(f)) != 0;
            /* A property may also change by dropping and making the object anew. */
            if (altered ||
                (change->verb == AG_CREATE && ag_field_is_set(change->new, &info->fields[f])))
                g_hash_table_add(play->coverage,
                                 g_strdup_printf("%s %s", head, info->fields[f].name));
        }
        if (change->folded != NULL)
            note_coverage(play, change->folded);
    }
}

static void expect(Case *play, const char *section, const char *actual)
{
    const char *expected = case_file_section(play->file, section);
    if (play->update) {
        if (expected != NULL || actual[0] != '\0')
            case_file_set(play->pool, play->file, section, actual);
        return;
    }
    if (g_strcmp0(expected == NULL ? "" : expected, actual) != 0)
        case_fail(play, "section '%s' differs; got:\n%s", section, actual);
}

/* Errors that the case demands: one "word message" a line. */
static char *problems_text(AgPool *pool, const AgDiag *diag)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (problem->severity == AG_SEVERITY_ERROR)
            g_string_append_printf(out, "%s [%s]\n", problem->message,
                                   ag_problem_word(problem->id));
    }
    return ag_pool_text(pool, out->str);
}

static void check_nothing(Case *play, const char *section, const AgSchema *schema)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    TestPlan plan = {0};
    AgSchema *again = offline_schema(play, section, diag);
    if (again == NULL || !plan_between(play, schema, again, &plan, diag))
        case_fail_diag(play, "a model against itself", diag);
    else if (plan.changes->len > 0)
        case_fail(play, "%s against itself differs: %s", section,
                  ag_change_text(play->pool, g_ptr_array_index(plan.changes, 0)));
}

void case_play_offline(Case *play)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    TestPlan plan = {0};
    AgSchema *before = offline_schema(play, "before.xml", diag);
    AgSchema *after = before == NULL ? NULL : offline_schema(play, "after.xml", diag);
    bool planned = after != NULL && plan_between(play, before, after, &plan, diag);
    bool common = strstr(play->file->path, "/common/") != NULL;
    if (!planned && case_file_section(play->file, "problems") == NULL && !play->update) {
        case_fail_diag(play, "offline", diag);
        return;
    }
    if (!common)
        expect(play, "problems", problems_text(play->pool, diag));
    if (!planned)
        return;
    note_coverage(play, plan.changes);
    note_coverage(play, ag_changes_reverse(play->pool, plan.changes));
    if (!common) {
        expect(play, "upgrade.sql", case_script_text(play->pool, plan.upgrade));
        expect(play, "downgrade.sql", case_script_text(play->pool, plan.downgrade));
        expect(play, "hazards", hazards_text(play->pool, plan.upgrade));
    }
    check_nothing(play, "before.xml", before);
    check_nothing(play, "after.xml", after);
}
