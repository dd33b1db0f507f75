/* SPDX-License-Identifier: MIT */
#include "sql/script.h"

AgScript *ag_script_new(AgPool *pool, AgDialectId dialect)
{
    AgScript *script = ag_pool_new0(pool, AgScript);
    script->pool = pool;
    script->dialect = dialect;
    script->steps = ag_pool_array(pool);
    return script;
}

AgStep *ag_script_add_step(AgScript *script, AgStepMode mode)
{
    AgStep *step = ag_pool_new0(script->pool, AgStep);
    step->mode = mode;
    step->settings = ag_pool_array(script->pool);
    step->statements = ag_pool_array(script->pool);
    g_ptr_array_add(script->steps, step);
    return step;
}

static AgStep *last_step(const AgScript *script)
{
    guint n = script->steps->len;
    return n == 0 ? NULL : g_ptr_array_index(script->steps, n - 1);
}

AgStatement *ag_script_add(AgScript *script, AgStepMode mode, const char *what, const char *sql)
{
    AgStep *step = last_step(script);
    if (step == NULL || step->mode != mode)
        step = ag_script_add_step(script, mode);
    AgStatement *statement = ag_pool_new0(script->pool, AgStatement);
    statement->what = ag_pool_text(script->pool, what);
    statement->sql = ag_pool_text(script->pool, sql);
    statement->hazards = ag_pool_array(script->pool);
    statement->allows = ag_pool_array(script->pool);
    g_ptr_array_add(step->statements, statement);
    return statement;
}

void ag_statement_add_hazard(AgScript *script, AgStatement *statement, AgProblemId id,
                             const char *object)
{
    AgHazard *hazard = ag_pool_new0(script->pool, AgHazard);
    hazard->id = id;
    hazard->object = ag_pool_text(script->pool, object);
    g_ptr_array_add(statement->hazards, hazard);
}

bool ag_script_is_empty(const AgScript *script)
{
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        if (step->statements->len > 0)
            return false;
    }
    return true;
}
