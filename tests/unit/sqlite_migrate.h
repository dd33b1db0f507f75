/* SPDX-License-Identifier: MIT */
/* Leads a live SQLite database to the schema of a script and back, by the real stages. */
#pragma once

#include "sqlite_support.h"

#include "diff/diff.h"
#include "emit/emit.h"
#include "introspect/canonical.h"
#include "order/order.h"
#include "sql/split.h"

typedef struct {
    AgSchema *live, *desired; /* before, and as the model wants it */
    AgScript *up, *down;
} Plan;

static inline void run_statements(Fixture *f, AgDb *db, const char *text)
{
    GPtrArray *pieces = ag_sql_split(f->pool, AG_DIALECT_SQLITE, text, AG_NOWHERE, f->diag);
    assert_non_null(pieces);
    for (guint i = 0; i < pieces->len; i++)
        run_sql(f, db, ((const AgSqlPiece *)g_ptr_array_index(pieces, i))->text);
}

/* A schema as models give it: nothing in it comes from a database. */
static inline AgSchema *model_of(Fixture *f, const char *text)
{
    AgDb *db = open_sqlite(f, ":memory:", AG_DB_WRITE, true);
    run_statements(f, db, text);
    AgSchema *schema = read_schema(f, db);
    schema->server_version = 0;
    schema->version = NULL;
    schema->unmanaged = ag_pool_array(f->pool);
    ag_db_close(db);
    return schema;
}

static inline GPtrArray *differences(Fixture *f, const AgSchema *from, const AgSchema *to)
{
    AgDiffOptions options = {.drop_unmanaged = true, .suspects_allowed = true};
    GPtrArray *changes = ag_diff(f->pool, from, to, &options, f->diag);
    if (changes == NULL)
        print_problems(f->diag);
    assert_non_null(changes);
    return changes;
}

static inline void assert_same_schema(Fixture *f, const AgSchema *a, const AgSchema *b)
{
    GPtrArray *left = differences(f, a, b);
    for (guint i = 0; i < left->len; i++)
        print_message("left: %s\n", ag_change_text(f->pool, g_ptr_array_index(left, i)));
    assert_int_equal(left->len, 0);
}

static inline void print_script(const AgScript *script)
{
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *s = g_ptr_array_index(step->statements, j);
            if (s->what != NULL)
                print_message("-- %s\n", s->what);
            print_message("%s;\n", s->sql);
        }
    }
}

/* Plans with what the caller makes of the desired schema before (renames, mostly). */
static inline bool try_plan(Fixture *f, AgDb *db, AgSchema *desired, Plan *plan)
{
    AgEmitOptions options = {0};
    plan->live = read_schema(f, db);
    plan->desired = desired;
    GPtrArray *changes = differences(f, plan->live, desired);
    changes = ag_order(f->pool, plan->live, desired, changes, f->diag);
    assert_non_null(changes);
    plan->up = ag_emit(f->pool, plan->live, desired, changes, false, &options, f->diag);
    plan->down = ag_emit(f->pool, desired, plan->live, ag_changes_reverse(f->pool, changes), true,
                         &options, f->diag);
    return plan->up != NULL && plan->down != NULL;
}

static inline Plan make_plan(Fixture *f, AgDb *db, AgSchema *desired)
{
    Plan plan;
    bool made = try_plan(f, db, desired, &plan);
    if (!made)
        print_problems(f->diag);
    assert_true(made);
    return plan;
}

/* As the runner does it: all settings before, one transaction. */
static inline bool try_script(Fixture *f, AgDb *db, const AgScript *script)
{
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        for (guint j = 0; j < step->settings->len; j++) {
            const AgSetting *setting = g_ptr_array_index(step->settings, j);
            run_sql(f, db,
                    ag_pool_printf(f->pool, "PRAGMA %s = %s", setting->name, setting->value));
        }
    }
    assert_true(ag_db_begin(db, false, f->diag));
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *s = g_ptr_array_index(step->statements, j);
            if (!ag_db_run(db, s->sql, f->diag)) {
                ag_db_rollback(db);
                return false;
            }
        }
    }
    bool done = ag_db_commit(db, f->diag);
    run_sql(f, db, "PRAGMA foreign_keys = on");
    return done;
}

static inline void run_script_of(Fixture *f, AgDb *db, const AgScript *script)
{
    if (try_script(f, db, script))
        return;
    print_script(script);
    print_problems(f->diag);
    fail();
}

/* The catalogue as it compares: no blanks, no case, no quotes. */
static inline char *catalog_text(Fixture *f, AgDb *db)
{
    return table_text(f, db,
                      "SELECT type, lower(name), lower(tbl_name) FROM sqlite_master "
                      "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1, 2, 3");
}
