/* SPDX-License-Identifier: MIT */
/* Scripts for PostgreSQL, from models to text. With AUTOGEN_TEST_PG each is also run on the server:
 * the old state made, upgraded and downgraded again. */
#include "db/db.h"
#include "diff/diff.h"
#include "emit/emit.h"
#include "model/table.h"
#include "order/order.h"
#include "parser/parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    AgSchema *empty, *old, *new;
    AgEmitOptions options;
    AgScript *create, *upgrade, *downgrade;
} Play;

#define MODEL(text)                                                                                \
    "<model xmlns=\"urn:autogen:model:1\" schema=\"ag_test\"><schema name=\"ag_test\"/>" text      \
    "</model>"

static AgSchema *parse(Play *p, const char *text)
{
    AgSchema *schema = ag_models_parse(p->pool, text, "test.xml", AG_DIALECT_POSTGRESQL, p->diag);
    if (schema == NULL)
        print_message("%s\n", ag_diag_last(p->diag)->message);
    assert_non_null(schema);
    return schema;
}

static AgScript *lead(Play *p, const AgSchema *from, const AgSchema *to, AgScript **back)
{
    AgDiffOptions options = {.drop_unmanaged = true,
                             .compare_comments = true,
                             .compare_owners = true,
                             .suspects_allowed = true};
    GPtrArray *changes = ag_diff(p->pool, from, to, &options, p->diag);
    assert_non_null(changes);
    GPtrArray *ordered = ag_order(p->pool, from, to, changes, p->diag);
    assert_non_null(ordered);
    if (back != NULL) {
        GPtrArray *reversed = ag_order_back(p->pool, from, to, changes, ordered, p->diag);
        assert_non_null(reversed);
        *back = ag_emit(p->pool, to, from, reversed, true, &p->options, p->diag);
    }
    return ag_emit(p->pool, from, to, ordered, false, &p->options, p->diag);
}

static char *show(AgPool *pool, const AgScript *script)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        if (step->mode == AG_STEP_NO_TRANSACTION)
            g_string_append(out, "-- alone\n");
        else if (i > 0)
            g_string_append(out, "-- together\n");
        for (guint k = 0; k < step->settings->len; k++) {
            const AgSetting *setting = g_ptr_array_index(step->settings, k);
            g_string_append_printf(out, "-- set %s %s\n", setting->name, setting->value);
        }
        for (guint k = 0; k < step->statements->len; k++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, k);
            if (statement->what != NULL)
                g_string_append_printf(out, "-- %s\n", statement->what);
            for (guint h = 0; h < statement->hazards->len; h++) {
                const AgHazard *hazard = g_ptr_array_index(statement->hazards, h);
                g_string_append_printf(out, "-- hazard %s %s\n", ag_problem_word(hazard->id),
                                       hazard->object);
            }
            g_string_append_printf(out, "%s;\n", statement->sql);
        }
    }
    return ag_pool_text(pool, out->str);
}

static void assert_script(Play *p, const AgScript *script, const char *expected)
{
    if (script == NULL)
        print_message("%s\n", ag_diag_last(p->diag)->message);
    assert_non_null(script);
    assert_string_equal(show(p->pool, script), expected);
}

/* --- the server --- */

static void run_script(AgDb *db, const AgScript *script, AgDiag *diag)
{
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        bool together = step->mode == AG_STEP_TRANSACTIONAL;
        assert_true(!together || ag_db_begin(db, false, diag));
        for (guint k = 0; k < step->settings->len; k++) {
            const AgSetting *setting = g_ptr_array_index(step->settings, k);
            assert_string_equal(setting->name, "search_path");
            assert_true(ag_db_set_search_path(db, setting->value, diag));
        }
        for (guint k = 0; k < step->statements->len; k++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, k);
            if (!ag_db_run(db, statement->sql, diag))
                print_message("%s\n%s\n", ag_diag_last(diag)->message, statement->sql);
            assert_int_equal(ag_diag_errors(diag), 0);
        }
        assert_true(!together || ag_db_commit(db, diag));
        assert_true(ag_db_set_search_path(db, NULL, diag));
    }
}

static void run_on_server(Play *p)
{
    const char *text = getenv("AUTOGEN_TEST_PG");
    if (text == NULL)
        return;
    AgUrl *url = ag_url_parse(p->pool, text, NULL, p->diag);
    assert_non_null(url);
    AgDbOptions options = {.mode = AG_DB_WRITE, .lock_timeout_ms = -1};
    g_autoptr(AgDb) db = ag_db_open(url, &options, p->diag);
    assert_non_null(db);
    assert_true(ag_db_run(db, "DROP SCHEMA IF EXISTS ag_test CASCADE", p->diag));
    run_script(db, p->create, p->diag);
    run_script(db, p->upgrade, p->diag);
    run_script(db, p->downgrade, p->diag);
    assert_true(ag_db_run(db, "DROP SCHEMA ag_test CASCADE", p->diag));
}

static Play begin(const char *before, const char *after)
{
    Play p = {.pool = ag_pool_new(), .diag = ag_diag_new()};
    p.options.server_version = 150000;
    p.empty = ag_schema_new(p.pool, AG_DIALECT_POSTGRESQL);
    p.old = parse(&p, before);
    p.new = parse(&p, after);
    return p;
}

static void end(Play *p)
{
    ag_diag_free(p->diag);
    ag_pool_free(p->pool);
}

static void play(Play *p, const char *upgrade, const char *downgrade)
{
    p->create = lead(p, p->empty, p->old, NULL);
    assert_non_null(p->create);
    p->upgrade = lead(p, p->old, p->new, &p->downgrade);
    assert_script(p, p->upgrade, upgrade);
    assert_script(p, p->downgrade, downgrade);
    run_on_server(p);
    end(p);
}

/* --- the cases --- */

static void a_table_with_everything(void **state)
{
    (void)state;
    Play p = begin(MODEL(""),
                   MODEL("<table name=\"order\" comment=\"it's one\" unlogged=\"true\">"
                         "<column name=\"id\" type=\"bigint\" primary-key=\"true\" "
                         "identity=\"always\"/>"
                         "<column name=\"Full Name\" type=\"varchar(80)\" default=\"x'y\" "
                         "comment=\"c\"/>"
                         "<column name=\"n\" type=\"integer\" null=\"true\" "
                         "default-sql=\"1 in (1, 2) is null\"/>"
                         "<column name=\"twice\" type=\"integer\" null=\"true\">"
                         "<generated>id::integer * 2</generated></column>"
                         "<unique columns=\"n\" include=\"id\" deferrable=\"initially-deferred\"/>"
                         "<check name=\"later\" not-valid=\"true\">n > 0</check>"
                         "<check name=\"now\">(n) > (1)</check>"
                         "<foreign-key columns=\"n\" references=\"order\" ref-columns=\"n\" "
                         "on-delete=\"set-null\"/>"
                         "<index name=\"i\" unique=\"true\"><column name=\"n\" order=\"desc\" "
                         "nulls=\"last\"/><expression>lower(\"Full Name\")</expression>"
                         "<expression>n + 1</expression><where>n > 1</where></index>"
                         "<param name=\"toast.autovacuum_enabled\" value=\"false\"/>"
                         "</table>"));
    /* The default of n is a boolean: only its text matters here. */
    AgScript *script = lead(&p, p.old, p.new, NULL);
    assert_script(&p, script,
                  "-- + table ag_test.order\n"
                  "CREATE UNLOGGED TABLE ag_test.\"order\" (\n"
                  "    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,\n"
                  "    \"Full Name\" varchar(80) NOT NULL DEFAULT 'x''y',\n"
                  "    n integer DEFAULT (1 in (1, 2) is null),\n"
                  "    twice integer GENERATED ALWAYS AS (id::integer * 2) STORED,\n"
                  "    CONSTRAINT order_n_id_key UNIQUE (n) INCLUDE (id) DEFERRABLE INITIALLY "
                  "DEFERRED,\n"
                  "    CONSTRAINT now CHECK ((n) > (1)),\n"
                  "    CONSTRAINT order_n_fkey FOREIGN KEY (n) REFERENCES ag_test.\"order\" (n) "
                  "ON DELETE SET NULL,\n"
                  "    CONSTRAINT order_pkey PRIMARY KEY (id)\n"
                  ")\n"
                  "WITH (toast.autovacuum_enabled = false);\n"
                  "-- + check ag_test.order.later\n"
                  "ALTER TABLE ag_test.\"order\"\n"
                  "    ADD CONSTRAINT later CHECK (n > 0) NOT VALID;\n"
                  "-- + index ag_test.i\n"
                  "CREATE UNIQUE INDEX i ON ag_test.\"order\" (n DESC NULLS LAST, "
                  "lower(\"Full Name\"), (n + 1)) WHERE n > 1;\n"
                  "-- + table ag_test.order\n"
                  "COMMENT ON TABLE ag_test.\"order\" IS 'it''s one';\n"
                  "-- + column ag_test.order.Full Name\n"
                  "COMMENT ON COLUMN ag_test.\"order\".\"Full Name\" IS 'c';\n");
    end(&p);
}

static void names_in_force(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"a\"><column name=\"x\" type=\"integer\"/>"
                         "<column name=\"y\" type=\"text\" null=\"true\"/></table>"),
                   MODEL("<table name=\"b\" renamed-from=\"a\">"
                         "<column name=\"z\" type=\"bigint\" renamed-from=\"x\"/>"
                         "<column name=\"w\" type=\"text\" null=\"true\"/>"
                         "<check name=\"c\">z > 0</check></table>"));
    play(&p,
         "-- - column ag_test.a.y\n"
         "-- hazard deletes-data column ag_test.a.y\n"
         "ALTER TABLE ag_test.a DROP COLUMN y;\n"
         "-- ~ table ag_test.a renamed to ag_test.b\n"
         "ALTER TABLE ag_test.a RENAME TO b;\n"
         "-- ~ column ag_test.a.x renamed to ag_test.b.z\n"
         "ALTER TABLE ag_test.b RENAME COLUMN x TO z;\n"
         "-- ~ column ag_test.b.z\n"
         "-- hazard rewrites-table table ag_test.b\n"
         "ALTER TABLE ag_test.b ALTER COLUMN z TYPE bigint;\n"
         "-- + column ag_test.b.w\n"
         "ALTER TABLE ag_test.b ADD COLUMN w text;\n"
         "-- + check ag_test.b.c\n"
         "-- hazard may-fail check ag_test.b.c\n"
         "-- hazard locks-table table ag_test.b\n"
         "ALTER TABLE ag_test.b\n"
         "    ADD CONSTRAINT c CHECK (z > 0);\n",
         "-- - check ag_test.b.c\n"
         "ALTER TABLE ag_test.b DROP CONSTRAINT c;\n"
         "-- - column ag_test.b.w\n"
         "-- hazard deletes-data column ag_test.b.w\n"
         "ALTER TABLE ag_test.b DROP COLUMN w;\n"
         "-- ~ column ag_test.a.x\n"
         "-- hazard changes-data column ag_test.a.x\n"
         "-- hazard may-fail column ag_test.a.x\n"
         "-- hazard rewrites-table table ag_test.a\n"
         "ALTER TABLE ag_test.b ALTER COLUMN z TYPE integer;\n"
         "-- ~ column ag_test.b.z renamed to ag_test.a.x\n"
         "ALTER TABLE ag_test.b RENAME COLUMN z TO x;\n"
         "-- ~ table ag_test.b renamed to ag_test.a\n"
         "ALTER TABLE ag_test.b RENAME TO a;\n"
         "-- + column ag_test.a.y\n"
         "ALTER TABLE ag_test.a ADD COLUMN y text;\n");
}

static void a_label_used_at_once_goes_first(void **state)
{
    (void)state;
    Play p = begin(MODEL("<enum name=\"e\"><value name=\"a\"/></enum><table name=\"t\">"
                         "<column name=\"c\" type=\"e\" default=\"a\"/></table>"),
                   MODEL("<enum name=\"e\"><value name=\"0\"/><value name=\"a\"/>"
                         "<value name=\"b\"/></enum><table name=\"t\">"
                         "<column name=\"c\" type=\"e\" default=\"b\"/></table>"));
    play(&p,
         "-- alone\n"
         "-- ~ enum ag_test.e\n"
         "ALTER TYPE ag_test.e ADD VALUE IF NOT EXISTS '0' BEFORE 'a';\n"
         "-- alone\n"
         "-- ~ enum ag_test.e\n"
         "ALTER TYPE ag_test.e ADD VALUE IF NOT EXISTS 'b' AFTER 'a';\n"
         "-- together\n"
         "-- ~ column ag_test.t.c\n"
         "ALTER TABLE ag_test.t ALTER COLUMN c SET DEFAULT 'b';\n",
         "-- ~ enum ag_test.e\n"
         "ALTER TYPE ag_test.e RENAME TO __ag_old_e;\n"
         "CREATE TYPE ag_test.e AS ENUM (\n"
         "    'a'\n"
         ");\n"
         "ALTER TABLE ag_test.t ALTER COLUMN c DROP DEFAULT;\n"
         "-- hazard changes-data column ag_test.t.c\n"
         "-- hazard may-fail column ag_test.t.c\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN c TYPE ag_test.e USING c::text::ag_test.e;\n"
         "DROP TYPE ag_test.__ag_old_e;\n"
         "-- ~ column ag_test.t.c\n"
         "ALTER TABLE ag_test.t ALTER COLUMN c SET DEFAULT 'a';\n");
}

static void a_label_not_used_stays(void **state)
{
    (void)state;
    Play p = begin(MODEL("<enum name=\"e\"><value name=\"a\"/><value name=\"b\"/></enum>"),
                   MODEL("<enum name=\"e\"><value name=\"a\"/><value name=\"mid\"/>"
                         "<value name=\"c\" renamed-from=\"b\"/></enum>"));
    play(&p,
         "-- ~ enum ag_test.e\n"
         "ALTER TYPE ag_test.e ADD VALUE 'mid' AFTER 'a';\n"
         "ALTER TYPE ag_test.e RENAME VALUE 'b' TO 'c';\n",
         "-- ~ enum ag_test.e\n"
         "ALTER TYPE ag_test.e RENAME VALUE 'c' TO 'b';\n"
         "ALTER TYPE ag_test.e RENAME TO __ag_old_e;\n"
         "CREATE TYPE ag_test.e AS ENUM (\n"
         "    'a',\n"
         "    'b'\n"
         ");\n"
         "DROP TYPE ag_test.__ag_old_e;\n");
}

static void serial_to_identity_and_back(void **state)
{
    (void)state;
    Play p = begin(MODEL("<sequence name=\"s\" owned-by=\"ag_test.t.id\"/><table name=\"t\">"
                         "<column name=\"id\" type=\"bigint\" "
                         "default-sql=\"nextval('ag_test.s')\"/></table>"),
                   MODEL("<sequence name=\"s\"/><table name=\"t\">"
                         "<column name=\"id\" type=\"bigint\" identity=\"by-default\">"
                         "<identity start=\"10\" cache=\"5\"/></column></table>"));
    play(&p,
         "-- ~ sequence ag_test.s\n"
         "ALTER SEQUENCE ag_test.s\n"
         "    OWNED BY NONE;\n"
         "-- ~ column ag_test.t.id\n"
         "ALTER TABLE ag_test.t ALTER COLUMN id DROP DEFAULT;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH "
         "10 CACHE 5);\n"
         "SELECT setval((\n"
         "        SELECT d.objid::regclass\n"
         "        FROM pg_depend AS d\n"
         "        JOIN pg_attribute AS a\n"
         "            ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid\n"
         "        WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i'\n"
         "            AND a.attrelid = 'ag_test.t'::regclass AND a.attname = 'id'\n"
         "    ), greatest(max(id) + 1, 10), false)\n"
         "FROM ag_test.t;\n",
         "-- ~ column ag_test.t.id\n"
         "ALTER TABLE ag_test.t ALTER COLUMN id DROP IDENTITY;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN id SET DEFAULT nextval('ag_test.s');\n"
         "SELECT setval('ag_test.s', max(id) + 1, false)\n"
         "FROM ag_test.t\n"
         "HAVING max(id) >= (SELECT last_value FROM ag_test.s);\n"
         "-- ~ sequence ag_test.s\n"
         "ALTER SEQUENCE ag_test.s\n"
         "    OWNED BY ag_test.t.id;\n");
}

static void type_with_default_using_and_null(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"t\"><column name=\"a\" type=\"text\" default=\"1\" "
                         "null=\"true\"/><column name=\"b\" type=\"text\"/></table>"),
                   MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\" default=\"1\"/>"
                         "<column name=\"b\" type=\"integer\"><using>length(b)</using></column>"
                         "</table>"));
    play(&p,
         "-- ~ column ag_test.t.a\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a DROP DEFAULT;\n"
         "-- hazard changes-data column ag_test.t.a\n"
         "-- hazard may-fail column ag_test.t.a\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a TYPE integer USING a::integer;\n"
         "-- hazard may-fail column ag_test.t.a\n"
         "-- hazard locks-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a SET NOT NULL;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a SET DEFAULT 1;\n"
         "-- ~ column ag_test.t.b\n"
         "-- hazard changes-data column ag_test.t.b\n"
         "-- hazard may-fail column ag_test.t.b\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN b TYPE integer USING length(b);\n",
         "-- ~ column ag_test.t.b\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN b TYPE text;\n"
         "-- ~ column ag_test.t.a\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a DROP DEFAULT;\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a TYPE text;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a DROP NOT NULL;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN a SET DEFAULT '1';\n");
}

/* Only what locks for long leaves the transaction, and only around it. */
static void online_steps_stand_around_the_transaction(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/>"
                         "<index name=\"old\" columns=\"a\"/></table>"),
                   MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/>"
                         "<column name=\"b\" type=\"integer\" null=\"true\"/>"
                         "<check name=\"c\">a > 0</check>"
                         "<index name=\"new\" columns=\"b\"/></table>"
                         "<table name=\"u\"><column name=\"x\" type=\"integer\"/>"
                         "<index name=\"ux\" columns=\"x\" concurrently=\"true\"/></table>"));
    p.options.concurrent_indexes = p.options.not_valid = true;
    play(&p,
         "-- alone\n"
         "-- - index ag_test.old\n"
         "DROP INDEX CONCURRENTLY ag_test.old;\n"
         "-- together\n"
         "-- + table ag_test.u\n"
         "CREATE TABLE ag_test.u (\n"
         "    x integer NOT NULL\n"
         ");\n"
         "-- + index ag_test.ux\n"
         "CREATE INDEX ux ON ag_test.u (x);\n"
         "-- + column ag_test.t.b\n"
         "ALTER TABLE ag_test.t ADD COLUMN b integer;\n"
         "-- + check ag_test.t.c\n"
         "ALTER TABLE ag_test.t\n"
         "    ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
         "-- alone\n"
         "-- + index ag_test.new\n"
         "CREATE INDEX CONCURRENTLY new ON ag_test.t (b);\n"
         "-- alone\n"
         "-- + check ag_test.t.c\n"
         "-- hazard may-fail check ag_test.t.c\n"
         "ALTER TABLE ag_test.t VALIDATE CONSTRAINT c;\n",
         "-- alone\n"
         "-- - index ag_test.new\n"
         "DROP INDEX CONCURRENTLY ag_test.new;\n"
         "-- together\n"
         "-- - check ag_test.t.c\n"
         "ALTER TABLE ag_test.t DROP CONSTRAINT c;\n"
         "-- - column ag_test.t.b\n"
         "-- hazard deletes-data column ag_test.t.b\n"
         "ALTER TABLE ag_test.t DROP COLUMN b;\n"
         "-- - table ag_test.u\n"
         "-- hazard deletes-data table ag_test.u\n"
         "DROP TABLE ag_test.u;\n"
         "-- alone\n"
         "-- + index ag_test.old\n"
         "CREATE INDEX CONCURRENTLY old ON ag_test.t (a);\n");
}

/* What wants NOT NULL at once (an identity here) does not wait. */
static void not_null_waits_for_a_check(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\" null=\"true\"/>"
                         "<column name=\"b\" type=\"integer\" null=\"true\"/>"
                         "<column name=\"i\" type=\"integer\" null=\"true\"/></table>"),
                   MODEL("<table name=\"t\">"
                         "<column name=\"A\" type=\"bigint\" renamed-from=\"a\"/>"
                         "<column name=\"b\" type=\"integer\" null=\"true\"/>"
                         "<column name=\"i\" type=\"integer\" identity=\"always\"/></table>"));
    p.options.not_valid = true;
    play(&p,
         "-- ~ column ag_test.t.a renamed to ag_test.t.A\n"
         "ALTER TABLE ag_test.t RENAME COLUMN a TO \"A\";\n"
         "-- ~ column ag_test.t.A\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN \"A\" TYPE bigint;\n"
         "ALTER TABLE ag_test.t\n"
         "    ADD CONSTRAINT \"__ag_A_not_null\" CHECK (\"A\" IS NOT NULL) NOT VALID;\n"
         "-- ~ column ag_test.t.i\n"
         "-- hazard may-fail column ag_test.t.i\n"
         "-- hazard locks-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN i SET NOT NULL;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN i ADD GENERATED ALWAYS AS IDENTITY;\n"
         "SELECT setval(pg_get_serial_sequence('ag_test.t', 'i'), greatest(max(i) + 1, 1), false)\n"
         "FROM ag_test.t;\n"
         "-- alone\n"
         "-- ~ column ag_test.t.A\n"
         "-- hazard may-fail column ag_test.t.A\n"
         "ALTER TABLE ag_test.t VALIDATE CONSTRAINT \"__ag_A_not_null\";\n"
         "-- together\n"
         "-- ~ column ag_test.t.A\n"
         "ALTER TABLE ag_test.t ALTER COLUMN \"A\" SET NOT NULL;\n"
         "ALTER TABLE ag_test.t DROP CONSTRAINT \"__ag_A_not_null\";\n",
         "-- ~ column ag_test.t.i\n"
         "ALTER TABLE ag_test.t ALTER COLUMN i DROP IDENTITY;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN i DROP NOT NULL;\n"
         "-- ~ column ag_test.t.a\n"
         "-- hazard changes-data column ag_test.t.a\n"
         "-- hazard may-fail column ag_test.t.a\n"
         "-- hazard rewrites-table table ag_test.t\n"
         "ALTER TABLE ag_test.t ALTER COLUMN \"A\" TYPE integer;\n"
         "ALTER TABLE ag_test.t ALTER COLUMN \"A\" DROP NOT NULL;\n"
         "-- ~ column ag_test.t.A renamed to ag_test.t.a\n"
         "ALTER TABLE ag_test.t RENAME COLUMN \"A\" TO a;\n");
}

static void open_names_get_the_models_path(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/></table>"),
                   MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/>"
                         "<check name=\"c\">own_rule(a)</check></table>"));
    AgScript *upgrade = lead(&p, p.old, p.new, NULL);
    assert_script(&p, upgrade,
                  "-- set search_path ag_test, public\n"
                  "-- + check ag_test.t.c\n"
                  "-- hazard may-fail check ag_test.t.c\n"
                  "-- hazard locks-table table ag_test.t\n"
                  "ALTER TABLE ag_test.t\n"
                  "    ADD CONSTRAINT c CHECK (own_rule(a));\n");
    end(&p);
}

static void versions_are_gates(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        long too_old;
        const char *says;
    } gates[] = {
        {MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/>"
               "<unique columns=\"a\" nulls-not-distinct=\"true\"/></table>"),
         140000, "NULLS NOT DISTINCT needs PostgreSQL 15, the target is PostgreSQL 14"},
        {MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/>"
               "<index name=\"i\" unique=\"true\" columns=\"a\" "
               "nulls-not-distinct=\"true\"/></table>"),
         0, "NULLS NOT DISTINCT needs PostgreSQL 15, the target is PostgreSQL 13"},
        {MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\" primary-key=\"true\"/>"
               "<column name=\"b\" type=\"integer\" null=\"true\"/><foreign-key columns=\"b\" "
               "references=\"t\" on-delete=\"set-null\" on-delete-columns=\"b\"/></table>"),
         140011, "ON DELETE with a list of columns needs PostgreSQL 15"},
        {MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/><column name=\"b\" "
               "type=\"integer\" null=\"true\"><generated kind=\"virtual\">a + 1</generated>"
               "</column></table>"),
         170004, "a virtual generated column needs PostgreSQL 18, the target is PostgreSQL 17"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(gates); i++) {
        Play p = begin(MODEL(""), gates[i].model);
        p.options.server_version = gates[i].too_old;
        assert_null(lead(&p, p.old, p.new, NULL));
        assert_int_equal(ag_diag_last(p.diag)->id, AG_PROBLEM_UNSUPPORTED);
        assert_non_null(strstr(ag_diag_last(p.diag)->message, gates[i].says));
        assert_non_null(ag_diag_last(p.diag)->hint);
        end(&p);
        p = begin(MODEL(""), gates[i].model);
        p.options.server_version = 180000;
        assert_non_null(lead(&p, p.old, p.new, NULL));
        end(&p);
    }
}

static void what_is_altered_in_place(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\"/>"
                         "<column name=\"g\" type=\"integer\" null=\"true\">"
                         "<generated>a * 2</generated></column>"
                         "<check name=\"c\" not-valid=\"true\">a > 0</check>"
                         "<index name=\"i\" columns=\"a\"><param name=\"fillfactor\" value=\"50\"/>"
                         "</index></table>"),
                   MODEL("<table name=\"t\"><column name=\"a\" type=\"integer\" default=\"3\"/>"
                         "<column name=\"g\" type=\"integer\" null=\"true\"/>"
                         "<check name=\"c\">a > 0</check>"
                         "<index name=\"i\" columns=\"a\"><param name=\"deduplicate_items\" "
                         "value=\"off\"/></index><param name=\"fillfactor\" value=\"90\"/>"
                         "</table>"));
    AgScript *upgrade = lead(&p, p.old, p.new, NULL);
    assert_script(&p, upgrade,
                  "-- ~ table ag_test.t\n"
                  "ALTER TABLE ag_test.t SET (fillfactor = 90);\n"
                  "-- ~ column ag_test.t.a\n"
                  "ALTER TABLE ag_test.t ALTER COLUMN a SET DEFAULT 3;\n"
                  "-- ~ column ag_test.t.g\n"
                  "ALTER TABLE ag_test.t ALTER COLUMN g DROP EXPRESSION;\n"
                  "-- ~ check ag_test.t.c\n"
                  "-- hazard may-fail check ag_test.t.c\n"
                  "ALTER TABLE ag_test.t VALIDATE CONSTRAINT c;\n"
                  "-- ~ index ag_test.i\n"
                  "ALTER INDEX ag_test.i SET (deduplicate_items = off);\n"
                  "ALTER INDEX ag_test.i RESET (fillfactor);\n");
    end(&p);
}

static void moves_between_schemas(void **state)
{
    (void)state;
    Play p =
        begin(MODEL("<enum name=\"e\"><value name=\"a\"/></enum><table name=\"t\">"
                    "<column name=\"c\" type=\"e\"/><index name=\"i\" columns=\"c\"/></table>"),
              MODEL("<schema name=\"other\"/><enum name=\"f\" schema=\"other\" "
                    "renamed-from=\"ag_test.e\"><value name=\"a\"/></enum>"
                    "<table name=\"t\" schema=\"other\" renamed-from=\"ag_test.t\">"
                    "<column name=\"c\" type=\"other.f\" comment=\"x\"/>"
                    "<index name=\"i\" columns=\"c\"/></table>"));
    play(&p,
         "-- + schema other\n"
         "CREATE SCHEMA other;\n"
         "-- ~ enum ag_test.e renamed to other.f\n"
         "ALTER TYPE ag_test.e RENAME TO f;\n"
         "ALTER TYPE ag_test.f SET SCHEMA other;\n"
         "-- ~ table ag_test.t renamed to other.t\n"
         "ALTER TABLE ag_test.t SET SCHEMA other;\n"
         "-- ~ column other.t.c\n"
         "COMMENT ON COLUMN other.t.c IS 'x';\n",
         "-- ~ column ag_test.t.c\n"
         "COMMENT ON COLUMN other.t.c IS NULL;\n"
         "-- ~ table other.t renamed to ag_test.t\n"
         "ALTER TABLE other.t SET SCHEMA ag_test;\n"
         "-- ~ enum other.f renamed to ag_test.e\n"
         "ALTER TYPE other.f RENAME TO e;\n"
         "ALTER TYPE other.e SET SCHEMA ag_test;\n"
         "-- - schema other\n"
         "DROP SCHEMA other;\n");
}

/* Two tables change their names by way of a third one. */
static void exchanged_names(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"a\"><column name=\"x\" type=\"integer\"/></table>"
                         "<table name=\"b\"><column name=\"y\" type=\"integer\"/></table>"),
                   MODEL("<table name=\"a\"><column name=\"y\" type=\"integer\"/></table>"
                         "<table name=\"b\"><column name=\"x\" type=\"integer\"/></table>"));
    const AgObject *old_a = ag_schema_find(p.old, AG_KIND_TABLE, "ag_test", "a");
    const AgObject *old_b = ag_schema_find(p.old, AG_KIND_TABLE, "ag_test", "b");
    const AgObject *new_a = ag_schema_find(p.new, AG_KIND_TABLE, "ag_test", "a");
    const AgObject *new_b = ag_schema_find(p.new, AG_KIND_TABLE, "ag_test", "b");
    AgTable *between = ag_pool_new0(p.pool, AgTable);
    *between = *(const AgTable *)old_a;
    between->object.name = "__ag_1";
    AgChange *comment =
        ag_change_new(p.pool, AG_DROP, ag_object_first(old_a, AG_KIND_COLUMN), NULL);
    GPtrArray *changes = ag_pool_array(p.pool);
    g_ptr_array_add(changes, ag_change_new(p.pool, AG_RENAME, old_a, &between->object));
    g_ptr_array_add(changes, comment);
    g_ptr_array_add(changes, ag_change_new(p.pool, AG_RENAME, old_b, new_a));
    g_ptr_array_add(changes, ag_change_new(p.pool, AG_RENAME, &between->object, new_b));
    AgScript *script = ag_emit(p.pool, p.old, p.new, changes, false, &p.options, p.diag);
    assert_script(&p, script,
                  "-- ~ table ag_test.a renamed to ag_test.__ag_1\n"
                  "ALTER TABLE ag_test.a RENAME TO __ag_1;\n"
                  "-- - column ag_test.a.x\n"
                  "-- hazard deletes-data column ag_test.a.x\n"
                  "ALTER TABLE ag_test.__ag_1 DROP COLUMN x;\n"
                  "-- ~ table ag_test.b renamed to ag_test.a\n"
                  "ALTER TABLE ag_test.b RENAME TO a;\n"
                  "-- ~ table ag_test.__ag_1 renamed to ag_test.b\n"
                  "ALTER TABLE ag_test.__ag_1 RENAME TO b;\n");
    end(&p);
}

/* What holds the old type in its text goes before and comes back after, by whomever it is asked. */
static void a_rebuilt_enum_takes_its_users_along(void **state)
{
    (void)state;
    static const char *const users =
        "<table name=\"t\"><column name=\"c\" type=\"e\" primary-key=\"true\"/>"
        "<column name=\"d\" type=\"e\" null=\"true\"/><check name=\"k\">d = 'a'</check>"
        "<foreign-key columns=\"d\" references=\"t\"/>"
        "<index name=\"i\" columns=\"c\"><where>c = 'a'</where></index>"
        "<index name=\"plain\" columns=\"d\"/></table></model>";
    static const char *const head =
        "<model xmlns=\"urn:autogen:model:1\" schema=\"ag_test\"><schema name=\"ag_test\"/>";
    g_autofree char *before =
        g_strconcat(head, "<enum name=\"e\"><value name=\"a\"/><value name=\"b\"/></enum>", users,
                    NULL);
    g_autofree char *after =
        g_strconcat(head, "<enum name=\"e\"><value name=\"a\"/></enum>", users, NULL);
    Play p = begin(before, after);
    AgChange *change =
        ag_change_new(p.pool, AG_ALTER, ag_schema_find(p.old, AG_KIND_ENUM, "ag_test", "e"),
                      ag_schema_find(p.new, AG_KIND_ENUM, "ag_test", "e"));
    change->changed = AG_FIELD_BIT(0);
    GPtrArray *changes = ag_pool_array(p.pool);
    g_ptr_array_add(changes, change);
    p.create = lead(&p, p.empty, p.old, NULL);
    p.options.concurrent_indexes = p.options.not_valid = true;
    p.upgrade = ag_emit(p.pool, p.old, p.new, changes, false, &p.options, p.diag);
    GPtrArray *back = ag_changes_reverse(p.pool, changes);
    p.downgrade = ag_emit(p.pool, p.new, p.old, back, true, &p.options, p.diag);
    assert_script(&p, p.downgrade,
                  "-- ~ enum ag_test.e\nALTER TYPE ag_test.e ADD VALUE 'b' AFTER 'a';\n");
    assert_non_null(p.upgrade);
    assert_int_equal(p.upgrade->steps->len, 1);
    const char *text = show(p.pool, p.upgrade);
    static const char *const order[] = {
        "DROP INDEX ag_test.i;",     "DROP CONSTRAINT k;",
        "DROP CONSTRAINT t_d_fkey;", "RENAME TO __ag_old_e;",
        "CREATE TYPE ag_test.e",     "COLUMN c TYPE ag_test.e",
        "COLUMN d TYPE ag_test.e",   "DROP TYPE ag_test.__ag_old_e;",
        "CREATE INDEX i ON",         "ADD CONSTRAINT k CHECK",
        "ADD CONSTRAINT t_d_fkey",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        const char *found = strstr(text, order[i]);
        if (found == NULL)
            print_message("'%s' is not there, or too early, in\n%s\n", order[i], text);
        assert_non_null(found);
        text = found;
    }
    assert_null(strstr(show(p.pool, p.upgrade), "plain"));
    run_on_server(&p);
    end(&p);
}

/* Expressions of the old side that are written while a rename is in force. */
static void texts_follow_renames(void **state)
{
    (void)state;
    Play p = begin(MODEL("<table name=\"t\"><column name=\"old\" type=\"integer\"/>"
                         "<check name=\"c\">old > 0 and length('old') > 0</check></table>"),
                   MODEL("<table name=\"t\"><column name=\"New\" type=\"integer\" "
                         "renamed-from=\"old\"/></table>"));
    const AgObject *old = ag_schema_find(p.old, AG_KIND_TABLE, "ag_test", "t");
    const AgObject *new = ag_schema_find(p.new, AG_KIND_TABLE, "ag_test", "t");
    GPtrArray *changes = ag_pool_array(p.pool);
    AgChange *rename = ag_change_new(p.pool, AG_RENAME, ag_object_first(old, AG_KIND_COLUMN),
                                     ag_object_first(new, AG_KIND_COLUMN));
    AgChange *drop = ag_change_new(p.pool, AG_DROP, ag_object_first(old, AG_KIND_CHECK), NULL);
    g_ptr_array_add(changes, rename);
    g_ptr_array_add(changes, drop);
    GPtrArray *back = ag_changes_reverse(p.pool, changes);
    AgScript *script = ag_emit(p.pool, p.new, p.old, back, true, &p.options, p.diag);
    assert_script(&p, script,
                  "-- + check ag_test.t.c\n"
                  "-- hazard may-fail check ag_test.t.c\n"
                  "-- hazard locks-table table ag_test.t\n"
                  "ALTER TABLE ag_test.t\n"
                  "    ADD CONSTRAINT c CHECK (\"New\" > 0 and length('old') > 0);\n"
                  "-- ~ column ag_test.t.New renamed to ag_test.t.old\n"
                  "ALTER TABLE ag_test.t RENAME COLUMN \"New\" TO old;\n");
    end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_with_everything),
        cmocka_unit_test(names_in_force),
        cmocka_unit_test(a_label_used_at_once_goes_first),
        cmocka_unit_test(a_label_not_used_stays),
        cmocka_unit_test(serial_to_identity_and_back),
        cmocka_unit_test(type_with_default_using_and_null),
        cmocka_unit_test(online_steps_stand_around_the_transaction),
        cmocka_unit_test(not_null_waits_for_a_check),
        cmocka_unit_test(open_names_get_the_models_path),
        cmocka_unit_test(versions_are_gates),
        cmocka_unit_test(what_is_altered_in_place),
        cmocka_unit_test(moves_between_schemas),
        cmocka_unit_test(exchanged_names),
        cmocka_unit_test(a_rebuilt_enum_takes_its_users_along),
        cmocka_unit_test(texts_follow_renames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
