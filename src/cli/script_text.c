/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/pipeline.h"
#include "sql/tokens.h"

static void append_hazards(GString *out, const AgStatement *statement)
{
    for (guint i = 0; i < statement->hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(statement->hazards, i);
        g_string_append_printf(out, "-- hazard: %s %s\n", ag_problem_word(hazard->id),
                               hazard->object);
    }
}

static void append_statements(GString *out, const AgStep *step)
{
    for (guint i = 0; i < step->statements->len; i++) {
        const AgStatement *statement = g_ptr_array_index(step->statements, i);
        if (statement->what != NULL)
            g_string_append_printf(out, "-- %s\n", statement->what);
        append_hazards(out, statement);
        g_string_append_printf(out, "%s;\n", statement->sql);
    }
}

/* SQLite's settings are pragmas that work only outside a transaction; PostgreSQL's are local to
 * one, or of the session where there is none. */
static void append_settings(GString *out, const AgScript *script, const AgStep *step)
{
    bool local = step->mode == AG_STEP_TRANSACTIONAL;
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (script->dialect == AG_DIALECT_SQLITE)
            g_string_append_printf(out, "PRAGMA %s = %s;\n", setting->name, setting->value);
        else
            g_string_append_printf(out, "SELECT pg_catalog.set_config(%s, %s, %s);\n",
                                   ag_sql_literal(script->pool, setting->name),
                                   ag_sql_literal(script->pool, setting->value),
                                   local ? "true" : "false");
    }
}

static bool same_settings(const AgStep *a, const AgStep *b)
{
    if (a->settings->len != b->settings->len)
        return false;
    for (guint i = 0; i < a->settings->len; i++) {
        const AgSetting *x = g_ptr_array_index(a->settings, i);
        const AgSetting *y = g_ptr_array_index(b->settings, i);
        if (strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0)
            return false;
    }
    return true;
}

static void append_step(GString *out, const AgScript *script, const AgStep *step)
{
    bool sqlite = script->dialect == AG_DIALECT_SQLITE;
    if (sqlite)
        append_settings(out, script, step);
    if (step->mode == AG_STEP_TRANSACTIONAL)
        g_string_append(out, "BEGIN;\n");
    if (!sqlite)
        append_settings(out, script, step);
    append_statements(out, step);
}

void ag_script_render(GString *out, const AgScript *script)
{
    const AgStep *last = NULL;
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        bool goes_on = last != NULL && last->mode == AG_STEP_TRANSACTIONAL &&
                       step->mode == AG_STEP_TRANSACTIONAL && same_settings(last, step);
        if (last != NULL && last->mode == AG_STEP_TRANSACTIONAL && !goes_on)
            g_string_append(out, "COMMIT;\n");
        if (goes_on)
            append_statements(out, step);
        else
            append_step(out, script, step);
        last = step;
    }
    if (last != NULL && last->mode == AG_STEP_TRANSACTIONAL)
        g_string_append(out, "COMMIT;\n");
    if (script->irreversible != NULL)
        g_string_append_printf(out, "-- irreversible: %s\n", script->irreversible);
}
