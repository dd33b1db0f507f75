/* SPDX-License-Identifier: MIT */
/* Views and triggers as SQLite keeps them: whatever it accepts is read, written and read again. */
#include "introspect/sqlite/create_text.h"
#include "model/trigger.h"
#include "model/view.h"
#include "sql/tokens.h"
#include "sqlite_migrate.h"

#define TABLE                                                                                      \
    "CREATE TABLE t(a, b INT, \"begin\" INT, \"odd name\" INT); CREATE TABLE log(line TEXT);"

/* --- odd texts --- */

static const char *const odd[] = {
    "CREATE VIEW v AS SELECT 1",
    "create view[v](a,'b',\"c\",`d`)as select 1,2,3,4",
    "CREATE VIEW IF NOT EXISTS main.v AS SELECT * FROM t /* and */ WHERE a = ';' -- ;",
    "CREATE VIEW \"a \"\"v\"\"\" (\"x y\", z) AS VALUES (1, 2), (3, 4)",
    "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) "
    "SELECT * FROM n",
    "CREATE VIEW v AS SELECT(a)AS \"as\" FROM(t)",
    "CREATE VIEW\n--\nv/**/AS/**/SELECT[a]FROM[t]",
    "CREATE TRIGGER g INSERT ON t BEGIN SELECT 1; END",
    "create trigger if not exists main . g before delete on t for each row begin delete from log; "
    "end",
    "CREATE TRIGGER 'g' AFTER UPDATE OF a, \"odd name\", [begin], `b` ON 't' WHEN (new.a IS NOT "
    "old.a) BEGIN UPDATE t SET b = 1 WHERE a = new.a; INSERT INTO log VALUES ('END;'); END",
    "CREATE TRIGGER g AFTER UPDATE OF begin ON t WHEN begin(new.begin) > old.begin BEGIN "
    "REPLACE INTO log VALUES (CASE WHEN new.begin THEN 'x' ELSE 'y' END); END",
    "CREATE TRIGGER g AFTER INSERT ON t WHEN CASE new.a WHEN 1 THEN 1 END BEGIN WITH x AS (SELECT "
    "1) SELECT * FROM x; SELECT RAISE(IGNORE) -- BEGIN SELECT\n; END",
    "CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER g INSTEAD OF UPDATE OF a ON v FOR EACH ROW "
    "WHEN new.a BEGIN UPDATE OR IGNORE t SET a = new.a WHERE a = old.a; END",
    "CREATE TRIGGER \"when\"AFTER DELETE ON\"t\"WHEN\"old\".\"a\"BEGIN SELECT\"a\"FROM t;END",
};

/* No function of SQLite, but nothing looks before the trigger fires. */
static void odd_texts_go_there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        Fixture f;
        fixture_init(&f);
        run_statements(&f, f.db, TABLE);
        const AgSchema *empty = read_schema(&f, f.db);
        AgSchema *desired = model_of(&f, ag_pool_printf(f.pool, "%s %s", TABLE, odd[i]));
        Plan plan = make_plan(&f, f.db, desired);
        run_script_of(&f, f.db, plan.up);
        const AgSchema *after = read_schema(&f, f.db);
        assert_same_schema(&f, after, desired);
        assert_int_equal(after->unmanaged->len, 0);
        assert_string_not_equal(catalog_text(&f, f.db), "");
        run_script_of(&f, f.db, plan.down);
        assert_same_schema(&f, read_schema(&f, f.db), empty);
        fixture_clear(&f);
    }
}

/* --- texts that end too early --- */

static void cut_texts_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        for (size_t n = 0; n < strlen(odd[i]); n++) {
            g_autoptr(AgPool) pool = ag_pool_new();
            char *text = ag_pool_text_n(pool, odd[i], n);
            AgObject *table = ag_object_new(pool, &ag_kind_table, NULL, NULL, "t");
            ag_create_read_view(pool, "v", text);
            bool read = ag_create_read_trigger(pool, table, "g", text);
            assert_int_equal(read, table->parts != NULL && table->parts->len == 1);
        }
    }
}

/* --- random triggers --- */

#define PICK(rand, list) list[g_rand_int_range(rand, 0, G_N_ELEMENTS(list))]

typedef struct {
    const char *written, *means;
} Piece;

static const Piece heads[] = {{"CREATE TRIGGER g", ""},
                              {"create trigger if not exists \"g\"", ""},
                              {"CREATE/*x*/TRIGGER main.[g]", ""}};
static const Piece timings[] = {{"", "before"}, {"BEFORE", "before"}, {"after", "after"}};
static const Piece events[] = {{"INSERT", "insert:"},
                               {"delete", "delete:"},
                               {"UPDATE", "update:"},
                               {"update of a", "update:a"},
                               {"UPDATE OF[a],\"b\"", "update:a b"}};
static const Piece tables[] = {{"ON t", ""}, {"ON [t] FOR EACH ROW", ""}, {"on 't'", ""}};
static const Piece conditions[] = {{"", ""},
                                   {"WHEN 1", "1"},
                                   {"when ( ( A = 'x' ) )", "a = 'x'"},
                                   {"WHEN CASE WHEN 1 THEN 2 END", "case when 1 then 2 end"},
                                   {"WHEN EXISTS (SELECT 1 FROM t WHERE \"begin\" = 1)",
                                    "exists ( select 1 from t where \"begin\" = 1 )"}};
static const Piece bodies[] = {
    {"BEGIN SELECT 1; END", "begin select 1 ; end"},
    {"begin/* ; */select/**/CASE 1 WHEN 2 THEN 3 END; delete from [log]; end",
     "begin select case 1 when 2 then 3 end ; delete from log ; end"},
    {"BEGIN INSERT INTO log VALUES('a;b'); END", "begin insert into log values ( 'a;b' ) ; end"}};

static const char *add(GRand *rand, GString *out, Piece piece)
{
    static const char *const blanks[] = {" ", "\n", " /* ; BEGIN SELECT */ ", " -- END\n\t"};
    g_string_append_printf(out, "%s%s", piece.written, PICK(rand, blanks));
    return piece.means;
}

static void play_random(Fixture *f, GRand *rand)
{
    g_autoptr(GString) text = g_string_new(NULL);
    add(rand, text, PICK(rand, heads));
    const char *timing = add(rand, text, PICK(rand, timings));
    const char *event = add(rand, text, PICK(rand, events));
    add(rand, text, PICK(rand, tables));
    const char *when = add(rand, text, PICK(rand, conditions));
    const char *body = add(rand, text, PICK(rand, bodies));
    run_sql(f, f->db, text->str);
    const AgSchema *schema = read_schema(f, f->db);
    const AgTrigger *trigger =
        (const AgTrigger *)ag_object_part(ag_schema_find(schema, AG_KIND_TABLE, NULL, "t"),
                                          AG_KIND_TRIGGER, "g");
    if (trigger == NULL)
        print_message("not read: %s\n", text->str);
    assert_non_null(trigger);
    assert_string_equal(trigger->timing, timing);
    g_autofree char *got =
        g_strdup_printf("%s:%s", (const char *)g_ptr_array_index(trigger->events, 0),
                        trigger->update_of == NULL ? ""
                                                   : ag_names_join(f->pool, trigger->update_of));
    assert_string_equal(got, event);
    assert_string_equal(trigger->when.canonical == NULL ? "" : trigger->when.canonical, when);
    assert_string_equal(trigger->body.canonical, body);
    run_sql(f, f->db, "DROP TRIGGER g");
}

static void random_texts_say_what_they_say(void **state)
{
    (void)state;
    GRand *rand = g_rand_new_with_seed(7);
    Fixture f;
    fixture_init(&f);
    run_statements(&f, f.db, TABLE);
    for (int i = 0; i < 500; i++)
        play_random(&f, rand);
    fixture_clear(&f);
    g_rand_free(rand);
}

/* --- what is not seen --- */

static void temporary_ones_are_invisible(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    run_statements(&f, f.db,
                   TABLE "CREATE TEMP VIEW v AS SELECT * FROM t;"
                         "CREATE TEMP TRIGGER g AFTER INSERT ON main.t BEGIN SELECT 1; END;");
    const AgSchema *schema = read_schema(&f, f.db);
    assert_int_equal(schema->objects->len, 2);
    assert_int_equal(schema->unmanaged->len, 0);
    assert_null(ag_object_first(ag_schema_find(schema, AG_KIND_TABLE, NULL, "t"), AG_KIND_TRIGGER));
    fixture_clear(&f);
}

/* The rows of all tables, and the line that each trigger would write if it fired. */
static void rebuilding_fires_nothing(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const char *triggers =
        "CREATE TRIGGER i AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('i'); END;"
        "CREATE TRIGGER u BEFORE UPDATE ON t BEGIN INSERT INTO log VALUES ('u'); END;"
        "CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('d'); END;"
        "CREATE VIEW v AS SELECT a FROM t;"
        "CREATE TRIGGER o INSTEAD OF INSERT ON v BEGIN INSERT INTO t(a) VALUES (new.a); END;";
    run_statements(&f, f.db,
                   ag_pool_printf(f.pool, "CREATE TABLE t(a INT); CREATE TABLE log(line TEXT); %s",
                                  triggers));
    run_statements(&f, f.db, "INSERT INTO t VALUES (1), (2); DELETE FROM log;");
    Plan plan = make_plan(
        &f, f.db,
        model_of(&f, ag_pool_printf(f.pool,
                                    "CREATE TABLE t(a INT NOT NULL CHECK (a > 0), b TEXT UNIQUE);"
                                    "CREATE TABLE log(line TEXT NOT NULL); %s",
                                    triggers)));
    run_script_of(&f, f.db, plan.up);
    assert_string_equal(table_text(&f, f.db, "SELECT * FROM log"), "");
    assert_string_equal(table_text(&f, f.db, "SELECT a FROM v"), "1\n2\n");
    run_script_of(&f, f.db, plan.down);
    assert_string_equal(table_text(&f, f.db, "SELECT * FROM log"), "");
    run_sql(&f, f.db, "INSERT INTO v VALUES (3)");
    assert_string_equal(table_text(&f, f.db, "SELECT * FROM log"), "i\n");
    fixture_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_texts_go_there_and_back),
        cmocka_unit_test(cut_texts_are_refused),
        cmocka_unit_test(random_texts_say_what_they_say),
        cmocka_unit_test(temporary_ones_are_invisible),
        cmocka_unit_test(rebuilding_fires_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
