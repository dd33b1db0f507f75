/* SPDX-License-Identifier: MIT */
/* One schema's statements for another: what is a name of it is changed, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sql/remap.h"

typedef struct {
    const char *sql, *wanted; /* wanted NULL: as it is */
    guint doubts;
} Case;

static const Case cases[] = {
    {"CREATE TABLE app.t (x app.kind)", "CREATE TABLE \"T 1\".t (x \"T 1\".kind)", 0},
    {"ALTER TABLE APP . t ADD x int", "ALTER TABLE \"T 1\" . t ADD x int", 0},
    {"SELECT \"app\".\"x\", \"App\".x, other.app.x", "SELECT \"T 1\".\"x\", \"App\".x, other.app.x",
     0},
    {"SELECT app FROM t AS app", NULL, 0},
    {"CREATE TABLE t (app int) -- app.t\n/* app.t */", NULL, 0},
    {"CREATE SCHEMA app", "CREATE SCHEMA IF NOT EXISTS \"T 1\"", 0},
    {"CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION bob", "CREATE SCHEMA IF NOT EXISTS \"T 1\"", 0},
    {"CREATE SCHEMA apple", NULL, 0},
    {"DROP SCHEMA app", "SELECT", 0},
    {"DROP SCHEMA IF EXISTS app CASCADE", "DROP SCHEMA IF EXISTS \"T 1\" CASCADE", 0},
    {"GRANT USAGE ON SCHEMA a, app, b TO app", "GRANT USAGE ON SCHEMA a, \"T 1\", b TO app", 0},
    {"ALTER TABLE x SET SCHEMA app", "ALTER TABLE x SET SCHEMA \"T 1\"", 0},
    {"COMMENT ON SCHEMA app IS 'app.t and app'", "COMMENT ON SCHEMA \"T 1\" IS 'app.t and app'", 0},
    {"SET search_path TO pg_catalog, app", "SET search_path TO pg_catalog, \"T 1\"", 0},
    {"ALTER FUNCTION f() SET search_path = app, public",
     "ALTER FUNCTION f() SET search_path = \"T 1\", public", 0},
    {"SELECT nextval('app.s'), nextval('app.s'::regclass)",
     "SELECT nextval('\"T 1\".s'), nextval('\"T 1\".s'::regclass)", 0},
    {"SELECT 'app.t'::pg_catalog.regclass", "SELECT '\"T 1\".t'::pg_catalog.regclass", 0},
    {"SELECT 'app.t', 'x'", NULL, 1},
    {"SELECT 1 WHERE schema_name = 'app'", NULL, 1},
    {"SELECT E'app.t', 'an app'", NULL, 1},
    {"DO $$ BEGIN UPDATE app.t SET x = 'app.y'; END $$",
     "DO $$ BEGIN UPDATE \"T 1\".t SET x = 'app.y'; END $$", 1},
    {"CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT count(*) FROM app.t'",
     "CREATE FUNCTION \"T 1\".f() RETURNS int LANGUAGE sql AS 'SELECT count(*) FROM \"T 1\".t'", 0},
    {"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $q$ TRUNCATE app.t "
     "$q$; END $f$",
     "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $q$ TRUNCATE \"T "
     "1\".t $q$; END $f$",
     0},
};

static void test_names_only(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    const AgRemap remap = {.from = "app", .to = "\"T 1\""};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint doubts = 0;
        const char *got = ag_sql_remap(pool, AG_DIALECT_POSTGRESQL, cases[i].sql, &remap, &doubts);
        assert_string_equal(got, cases[i].wanted == NULL ? cases[i].sql : cases[i].wanted);
        if (doubts != cases[i].doubts)
            fail_msg("%s: %u in doubt, not %u", cases[i].sql, doubts, cases[i].doubts);
    }
}

static void test_a_script_keeps_its_shape(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    const AgRemap remap = {.from = "app", .to = "t1"};
    AgScript *script = ag_script_new(pool, AG_DIALECT_POSTGRESQL);
    ag_script_add(script, AG_STEP_TRANSACTIONAL, NULL, "CREATE SCHEMA app");
    AgStatement *second = ag_script_add(script, AG_STEP_NO_TRANSACTION, "+ index app.i",
                                        "CREATE INDEX CONCURRENTLY i ON app.t (x)");
    second->place = (AgPlace){"a.sql", 9, 1};
    AgScript *copy = ag_script_remap(script, pool, &remap, diag);
    assert_int_equal(copy->steps->len, 2);
    const AgStep *step = g_ptr_array_index(copy->steps, 1);
    const AgStatement *statement = g_ptr_array_index(step->statements, 0);
    assert_int_equal(step->mode, AG_STEP_NO_TRANSACTION);
    assert_string_equal(statement->sql, "CREATE INDEX CONCURRENTLY i ON t1.t (x)");
    assert_int_equal(statement->place.line, 9);
    assert_string_equal(second->sql, "CREATE INDEX CONCURRENTLY i ON app.t (x)");
    assert_int_equal(ag_diag_count(diag), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names_only),
                                       cmocka_unit_test(test_a_script_keeps_its_shape)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
