/* SPDX-License-Identifier: MIT */
/* What ALTER TABLE cannot do: everything that hangs on the table survives, in both directions. */
#include "sqlite_migrate.h"

#include "model/column.h"

static int set_up(void **state)
{
    Fixture *f = g_new0(Fixture, 1);
    fixture_init(f);
    run_sql(f, f->db, "PRAGMA foreign_keys = on");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture_clear(*state);
    g_free(*state);
    return 0;
}

static guint count_statements(const AgScript *script, const char *words)
{
    guint count = 0;
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *s = g_ptr_array_index(step->statements, j);
            count += strstr(s->sql, words) != NULL;
        }
    }
    return count;
}

static bool has_hazard(const AgScript *script, AgProblemId id, const char *object)
{
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *s = g_ptr_array_index(step->statements, j);
            for (guint k = 0; k < s->hazards->len; k++) {
                const AgHazard *hazard = g_ptr_array_index(s->hazards, k);
                if (hazard->id == id && strcmp(hazard->object, object) == 0)
                    return true;
            }
        }
    }
    return false;
}

/* There and back; both ends are compared as schemas. */
static void there(Fixture *f, const Plan *plan)
{
    run_script_of(f, f->db, plan->up);
    assert_same_schema(f, read_schema(f, f->db), plan->desired);
    assert_string_equal(table_text(f, f->db, "PRAGMA integrity_check"), "ok\n");
    assert_string_equal(table_text(f, f->db, "PRAGMA legacy_alter_table"), "0\n");
}

static void back(Fixture *f, const Plan *plan)
{
    run_script_of(f, f->db, plan->down);
    assert_same_schema(f, read_schema(f, f->db), plan->live);
    assert_string_equal(table_text(f, f->db, "PRAGMA integrity_check"), "ok\n");
}

static void assert_rows(Fixture *f, const char *sql, const char *rows)
{
    assert_string_equal(table_text(f, f->db, sql), rows);
}

static const char shop[] =
    "CREATE TABLE customers(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE "
    "nocase, up INTEGER REFERENCES customers(id));"
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES "
    "customers(id) "
    "ON DELETE CASCADE, note TEXT, twice GENERATED ALWAYS AS (customer * 2) STORED);"
    "CREATE TABLE log(line TEXT);"
    "CREATE INDEX customers_name ON customers(name DESC) WHERE name <> '';"
    "CREATE VIEW names AS SELECT name FROM customers;"
    "CREATE TRIGGER on_customer AFTER UPDATE ON customers BEGIN INSERT INTO log VALUES "
    "('c' || new.id); UPDATE orders SET note = 'u' WHERE customer = new.id; END;"
    "CREATE TRIGGER on_order AFTER INSERT ON orders BEGIN UPDATE customers SET name = name "
    "WHERE id = new.customer; END;";

static void fill_shop(Fixture *f)
{
    run_statements(f, f->db, shop);
    run_statements(f, f->db,
                   "INSERT INTO customers(id, name, up) VALUES (1, 'Ann', NULL), (2, 'Bob', 1), "
                   "(7, 'Eve', 2); DELETE FROM customers WHERE id = 7;"
                   "INSERT INTO orders(id, customer, note) VALUES (10, 1, 'a'), (11, 2, NULL);"
                   "DELETE FROM log;");
}

static char *with(Fixture *f, const char *text, const char *old, const char *new_text)
{
    g_auto(GStrv) pieces = g_strsplit(text, old, 2);
    assert_int_equal(g_strv_length(pieces), 2);
    return ag_pool_printf(f->pool, "%s%s%s", pieces[0], new_text, pieces[1]);
}

static void everything_survives_a_rebuild(void **state)
{
    Fixture *f = *state;
    fill_shop(f);
    char *before = catalog_text(f, f->db);
    const char *wanted = with(f, shop, "REFERENCES customers(id))",
                              "REFERENCES customers(id), CONSTRAINT u UNIQUE (name), "
                              "CONSTRAINT named CHECK (name <> 'x'))");
    Plan plan = make_plan(f, f->db, model_of(f, wanted));
    there(f, &plan);
    const char *unique = ag_pool_printf(f->pool, "%s customers.u", ag_kind_unique.noun);
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_MAY_FAIL, unique));
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_REWRITES_TABLE, "table customers"));
    assert_int_equal(count_statements(plan.up, "CREATE TABLE"), 1);
    assert_string_equal(catalog_text(f, f->db), before);
    assert_rows(f, "SELECT * FROM customers", "1|Ann|NULL\n2|Bob|1\n");
    assert_rows(f, "SELECT * FROM orders", "10|1|u|2\n11|2|u|4\n");
    assert_rows(f, "SELECT * FROM names ORDER BY 1", "Ann\nBob\n");
    assert_rows(f, "SELECT seq FROM sqlite_sequence WHERE name = 'customers'", "7\n");
    assert_rows(f, "SELECT count(*) FROM sqlite_sequence", "1\n");
    /* The triggers of both tables work, and the foreign keys still name the table. */
    run_sql(f, f->db, "INSERT INTO orders(customer) VALUES (1)");
    assert_rows(f, "SELECT * FROM log", "c1\n");
    run_sql(f, f->db, "INSERT INTO customers(name) VALUES ('new')");
    assert_rows(f, "SELECT max(id) FROM customers", "8\n");
    back(f, &plan);
    assert_string_equal(catalog_text(f, f->db), before);
    assert_rows(f, "SELECT seq FROM sqlite_sequence WHERE name = 'customers'", "8\n");
    assert_false(ag_db_run(f->db, "INSERT INTO orders(customer) VALUES (99)", f->diag));
    run_sql(f, f->db, "DELETE FROM customers WHERE id = 8");
}

/* Rowids that no column shows, one more name for them taken by a column. */
static void hidden_rowids_are_kept(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(rowid TEXT, b INT); INSERT INTO t(_rowid_, rowid, b) VALUES "
                   "(5, 'x', 1), (900, 'y', 2);");
    Plan plan = make_plan(f, f->db, model_of(f, "CREATE TABLE t(rowid TEXT, b INT NOT NULL)"));
    there(f, &plan);
    assert_rows(f, "SELECT _rowid_, rowid, b FROM t", "5|x|1\n900|y|2\n");
    back(f, &plan);
    assert_rows(f, "SELECT _rowid_, rowid, b FROM t", "5|x|1\n900|y|2\n");
}

static void the_counter_of_an_empty_table_is_kept(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a);"
                   "INSERT INTO t(id) VALUES (41); DELETE FROM t");
    Plan plan =
        make_plan(f, f->db,
                  model_of(f, "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE)"));
    there(f, &plan);
    run_sql(f, f->db, "INSERT INTO t(a) VALUES (1)");
    assert_rows(f, "SELECT id FROM t", "42\n");
    back(f, &plan);
    run_sql(f, f->db, "INSERT INTO t(a) VALUES (1)");
    assert_rows(f, "SELECT max(id) FROM t", "43\n");
}

static void several_changes_are_one_rebuild(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c INT DEFAULT 3);"
                   "CREATE INDEX i ON t(a); INSERT INTO t VALUES (1, '007', NULL, 4)");
    Plan plan = make_plan(
        f, f->db,
        model_of(f,
                 "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b INT NOT NULL DEFAULT 5, d TEXT "
                 "NOT NULL DEFAULT (lower('X')), UNIQUE (b)); CREATE INDEX j ON t(b, d)"));
    assert_int_equal(count_statements(plan.up, "RENAME TO"), 1);
    assert_int_equal(count_statements(plan.down, "RENAME TO"), 1);
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_DELETES_DATA, "column t.c"));
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_CHANGES_DATA, "column t.a"));
    assert_true(has_hazard(plan.down, AG_PROBLEM_HAZARD_DELETES_DATA, "column t.d"));
    there(f, &plan);
    assert_rows(f, "SELECT id, a, typeof(a), b, d FROM t", "1|7|integer|5|x\n");
    back(f, &plan);
    assert_rows(f, "SELECT id, a, typeof(a), b, c FROM t", "1|7|text|5|3\n");
}

/* Rows that do not fit leave everything as it was, also where the table would drop them. */
static void unfit_rows_are_refused_not_dropped(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db, "CREATE TABLE t(a INT, b INT); INSERT INTO t VALUES (1, 1), (1, 2)");
    Plan plan =
        make_plan(f, f->db,
                  model_of(f, "CREATE TABLE t(a INT, b INT, UNIQUE (a) ON CONFLICT REPLACE)"));
    char *before = catalog_text(f, f->db);
    assert_false(try_script(f, f->db, plan.up));
    assert_int_equal(ag_diag_last(f->diag)->id, AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(catalog_text(f, f->db), before);
    assert_rows(f, "SELECT * FROM t", "1|1\n1|2\n");
}

/* With foreign keys on, DROP TABLE would delete the children's rows. */
static void dropping_a_table_deletes_no_children(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE p(id INTEGER PRIMARY KEY);"
                   "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES p ON DELETE CASCADE);"
                   "INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1)");
    Plan plan = make_plan(f, f->db, model_of(f, "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT)"));
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_DELETES_DATA, "table p"));
    there(f, &plan);
    assert_rows(f, "SELECT * FROM c", "5|1\n");
    back(f, &plan);
    assert_rows(f, "SELECT * FROM c", "5|1\n");
}

static void columns_are_added_and_dropped_in_place(void **state)
{
    Fixture *f = *state;
    if (ag_db_version(f->db) < 3037000)
        skip(); /* the check makes it a rebuild */
    run_statements(f, f->db,
                   "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a INT);"
                   "INSERT INTO t VALUES (1), (2)");
    Plan plan = make_plan(
        f, f->db,
        model_of(f,
                 "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a INT, b TEXT, c INT NOT "
                 "NULL DEFAULT -5, d AS (a + 1), e INT REFERENCES p(id) ON DELETE SET NULL, f "
                 "TEXT CHECK (f IN ('x', 'y')) COLLATE nocase)"));
    assert_int_equal(count_statements(plan.up, "ADD COLUMN"), 5);
    assert_int_equal(count_statements(plan.up, "CREATE TABLE"), 0);
    there(f, &plan);
    assert_rows(f, "SELECT * FROM t", "1|NULL|-5|2|NULL|NULL\n2|NULL|-5|3|NULL|NULL\n");
    back(f, &plan);
    plan = make_plan(f, f->db,
                     model_of(f, "CREATE TABLE p(id INTEGER PRIMARY KEY);"
                                 "CREATE TABLE t(a INT, b TEXT)"));
    there(f, &plan);
    assert_int_equal(count_statements(plan.down, "DROP COLUMN b"), 1);
    back(f, &plan);
}

/* Each of these succeeds on an empty table only, or leaves a broken view behind. */
static void what_fails_on_filled_tables_is_a_rebuild(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a INT, b TEXT DEFAULT CURRENT_TIMESTAMP)"},
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a INT, b INT DEFAULT (1 + 1) NOT NULL)"},
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a INT, b INT AS (a) STORED)"},
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a INT, b INT UNIQUE)"},
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a INT, id INTEGER PRIMARY KEY)"},
        {"CREATE TABLE t(a INT, b INT UNIQUE)", "CREATE TABLE t(a INT)"},
        {"CREATE TABLE t(a INT, b INT CHECK (b > a))", "CREATE TABLE t(a INT)"},
        {"CREATE TABLE t(a INT, b INT, c AS (b))", "CREATE TABLE t(a INT)"},
        {"CREATE TABLE t(a INT) STRICT", "CREATE TABLE t(a INT)"},
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a INT) STRICT"},
        {"CREATE TABLE t(a INT PRIMARY KEY) WITHOUT ROWID", "CREATE TABLE t(a INT PRIMARY KEY)"},
        {"CREATE TABLE t(a TEXT)", "CREATE TABLE t(a TEXT COLLATE nocase)"},
        {"CREATE TABLE t(a INT, b INT)", "CREATE TABLE t(a INT, b INT, PRIMARY KEY (a DESC, b))"},
        {"CREATE TABLE t(id INTEGER PRIMARY KEY, a)",
         "CREATE TABLE t(id INTEGER PRIMARY KEY DESC, a)"},
        {"CREATE TABLE t(id INTEGER PRIMARY KEY, a)",
         "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a)"},
        {"CREATE TABLE t(a INT NOT NULL ON CONFLICT IGNORE)", "CREATE TABLE t(a INT NOT NULL)"},
        {"CREATE TABLE t(a INT UNIQUE ON CONFLICT IGNORE)", "CREATE TABLE t(a INT UNIQUE)"},
        {"CREATE TABLE t(a INT REFERENCES t(a) ON DELETE CASCADE UNIQUE)",
         "CREATE TABLE t(a INT REFERENCES t(a) DEFERRABLE INITIALLY DEFERRED UNIQUE)"},
        {"CREATE TABLE t(a INT)", "CREATE TABLE t(a)"},
        {"CREATE TABLE \"T x\"(\"a\"\"b\" INT, \"select\" TEXT)",
         "CREATE TABLE \"T x\"(\"a\"\"b\" INT NOT NULL, \"select\" TEXT DEFAULT 'it''s')"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        fixture_init(&f);
        print_message("%s -> %s\n", cases[i][0], cases[i][1]);
        if (is_too_new(&f, cases[i][0]) || is_too_new(&f, cases[i][1])) {
            fixture_clear(&f);
            continue;
        }
        run_statements(&f, f.db, cases[i][0]);
        const AgRows *names =
            ask_sql(&f, f.db, "SELECT name FROM sqlite_master WHERE type = 'table'");
        const char *name = ag_rows_get(names, 0, 0);
        const char *count = ag_pool_printf(f.pool, "SELECT count(*) FROM \"%s\"", name);
        run_sql(&f, f.db,
                ag_pool_printf(f.pool, "INSERT OR IGNORE INTO \"%s\" DEFAULT VALUES", name));
        const char *rows = table_text(&f, f.db, count);
        Plan plan = make_plan(&f, f.db, model_of(&f, cases[i][1]));
        if (try_script(&f, f.db, plan.up)) {
            assert_same_schema(&f, read_schema(&f, f.db), plan.desired);
            assert_rows(&f, count, rows);
            back(&f, &plan);
        } else { /* NULL does not fit, and nothing else may be wrong */
            assert_int_equal(ag_diag_last(f.diag)->id, AG_PROBLEM_ROWS_UNFIT);
            run_sql(&f, f.db, ag_pool_printf(f.pool, "DELETE FROM \"%s\"", name));
            ag_diag_rewind(f.diag, 0);
            there(&f, &plan);
            back(&f, &plan);
        }
        fixture_clear(&f);
    }
}

static void renamed_from(Fixture *f, AgObject *object, const char *name)
{
    AgQname *former = ag_pool_new0(f->pool, AgQname);
    former->name = name;
    object->former = ag_pool_array(f->pool);
    g_ptr_array_add(object->former, former);
}

static AgObject *find_part(const AgSchema *schema, const char *table, const char *column)
{
    return ag_object_part(ag_schema_find(schema, AG_KIND_TABLE, NULL, table), AG_KIND_COLUMN,
                          column);
}

static void ignore(Fixture *f, AgSchema *schema, const char *pattern)
{
    AgIgnore *item = ag_pool_new0(f->pool, AgIgnore);
    item->kinds = ag_pool_array(f->pool);
    g_ptr_array_add(item->kinds, (gpointer)(guintptr) "any");
    item->pattern = pattern;
    g_ptr_array_add(schema->ignores, item);
}

/* The database without what these models leave alone. */
static AgSchema *read_filtered(Fixture *f, const AgSchema *models)
{
    AgFilter filter = {.models = models};
    AgSchema *live = ag_schema_new(f->pool, AG_DIALECT_SQLITE);
    assert_true(ag_sqlite_read(f->db, live, &filter, f->diag));
    return live;
}

/* SQLite rewrites what mentions the names; the rebuild after it must not undo that. */
static void renames_and_a_rebuild_meet(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE a(id INTEGER PRIMARY KEY, x INT, y INT);"
                   "CREATE TABLE c(a INT REFERENCES a(id));"
                   "CREATE INDEX i ON a(x); CREATE VIEW v AS SELECT x FROM a;"
                   "INSERT INTO a VALUES (1, 5, 6); INSERT INTO c VALUES (1);"
                   "CREATE TRIGGER other AFTER INSERT ON c BEGIN UPDATE a SET x = 1; END;");
    AgSchema *desired = model_of(f, "CREATE TABLE b(id INTEGER PRIMARY KEY, z INT NOT NULL, y INT);"
                                    "CREATE TABLE c(a INT REFERENCES b(id));"
                                    "CREATE INDEX i ON b(z); CREATE VIEW v AS SELECT z FROM b;"
                                    "CREATE TRIGGER other AFTER INSERT ON c BEGIN UPDATE b SET z = "
                                    "1; END");
    renamed_from(f, ag_schema_find(desired, AG_KIND_TABLE, NULL, "b"), "a");
    renamed_from(f, find_part(desired, "b", "z"), "x");
    Plan plan = make_plan(f, f->db, desired);
    assert_int_equal(count_statements(plan.up, "RENAME COLUMN"), 1);
    there(f, &plan);
    assert_rows(f, "SELECT * FROM v", "5\n");
    run_sql(f, f->db, "INSERT INTO c VALUES (1)");
    assert_rows(f, "SELECT z FROM b", "1\n");
    back(f, &plan);
    assert_rows(f, "SELECT * FROM v", "1\n");
    assert_rows(f, "SELECT * FROM a", "1|1|6\n");
    run_sql(f, f->db, "INSERT INTO c VALUES (1)");
}

/* The trigger, which models leave alone, was read before the rename: restoring it would break the
 * table. */
static void a_stale_trigger_is_refused(void **state)
{
    Fixture *f = *state;
    run_statements(
        f, f->db,
        "CREATE TABLE a(id INTEGER PRIMARY KEY, x INT); CREATE TRIGGER g AFTER INSERT ON "
        "a BEGIN UPDATE a SET x = 1; END");
    AgSchema *desired = model_of(f, "CREATE TABLE a(id INTEGER PRIMARY KEY, z INT NOT NULL)");
    renamed_from(f, find_part(desired, "a", "z"), "x");
    ignore(f, desired, "a.g");
    AgSchema *live = read_filtered(f, desired);
    AgEmitOptions options = {0};
    GPtrArray *changes = ag_order(f->pool, live, desired, differences(f, live, desired), f->diag);
    assert_null(ag_emit(f->pool, live, desired, changes, false, &options, f->diag));
    assert_int_equal(ag_diag_last(f->diag)->id, AG_PROBLEM_UNSUPPORTED);
    assert_non_null(ag_diag_last(f->diag)->hint);
}

/* --- changes that comparing does not make by itself --- */

static void add_change(Fixture *f, GPtrArray *changes, AgVerb verb, AgObject *old,
                       AgObject *new_object)
{
    assert_true(old != NULL || new_object != NULL);
    AgChange *change = ag_change_new(f->pool, verb, old, new_object);
    if (verb == AG_ALTER)
        change->changed = ag_object_differences(old, new_object, AG_DIALECT_SQLITE);
    g_ptr_array_add(changes, change);
}

static Plan plan_of(Fixture *f, AgSchema *live, AgSchema *desired, GPtrArray *changes)
{
    AgEmitOptions options = {0};
    Plan plan = {.live = live, .desired = desired};
    changes = ag_order(f->pool, live, desired, changes, f->diag);
    assert_non_null(changes);
    plan.up = ag_emit(f->pool, live, desired, changes, false, &options, f->diag);
    plan.down = ag_emit(f->pool, desired, live, ag_changes_reverse(f->pool, changes), true,
                        &options, f->diag);
    if (plan.up == NULL || plan.down == NULL)
        print_problems(f->diag);
    assert_non_null(plan.up);
    assert_non_null(plan.down);
    return plan;
}

/* By way of a third name, while the table is rebuilt for another reason. */
static void names_are_exchanged(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(a INT, b TEXT); INSERT INTO t VALUES (1, 'x');"
                   "CREATE VIEW v AS SELECT a FROM t");
    AgSchema *live = read_schema(f, f->db);
    AgSchema *desired = model_of(f, "CREATE TABLE t(b INT NOT NULL, a TEXT);"
                                    "CREATE VIEW v AS SELECT b FROM t");
    GPtrArray *changes = ag_pool_array(f->pool);
    add_change(f, changes, AG_RENAME, find_part(live, "t", "a"), find_part(desired, "t", "b"));
    add_change(f, changes, AG_RENAME, find_part(live, "t", "b"), find_part(desired, "t", "a"));
    add_change(f, changes, AG_ALTER, find_part(live, "t", "a"), find_part(desired, "t", "b"));
    add_change(f, changes, AG_ALTER, ag_schema_find(live, AG_KIND_VIEW, NULL, "v"),
               ag_schema_find(desired, AG_KIND_VIEW, NULL, "v"));
    Plan plan = plan_of(f, live, desired, changes);
    there(f, &plan);
    assert_rows(f, "SELECT b, a FROM t", "1|x\n");
    assert_rows(f, "SELECT * FROM v", "1\n");
    back(f, &plan);
    assert_rows(f, "SELECT a, b FROM t", "1|x\n");
    assert_rows(f, "SELECT * FROM v", "1\n");
}

/* The name is that of a column which only a rebuild can drop. */
static void a_column_takes_the_name_of_a_dropped_one(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b INT UNIQUE);"
                   "CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES (1, 5, 6)");
    AgSchema *live = read_schema(f, f->db);
    AgSchema *desired = model_of(f, "CREATE TABLE t(id INTEGER PRIMARY KEY, b INT);"
                                    "CREATE VIEW v AS SELECT b FROM t");
    GPtrArray *changes = ag_pool_array(f->pool);
    const AgObject *table = ag_schema_find(live, AG_KIND_TABLE, NULL, "t");
    add_change(f, changes, AG_DROP, ag_object_first(table, AG_KIND_UNIQUE), NULL);
    add_change(f, changes, AG_DROP, find_part(live, "t", "b"), NULL);
    add_change(f, changes, AG_RENAME, find_part(live, "t", "a"), find_part(desired, "t", "b"));
    add_change(f, changes, AG_ALTER, ag_schema_find(live, AG_KIND_VIEW, NULL, "v"),
               ag_schema_find(desired, AG_KIND_VIEW, NULL, "v"));
    Plan plan = plan_of(f, live, desired, changes);
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_DELETES_DATA, "column t.b"));
    there(f, &plan);
    assert_rows(f, "SELECT * FROM t", "1|5\n");
    assert_rows(f, "SELECT * FROM v", "5\n");
    back(f, &plan);
    assert_rows(f, "SELECT * FROM t", "1|5|NULL\n");
}

static void conversions_are_used(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(a TEXT, b BLOB); INSERT INTO t VALUES ('12 kg', x'6869')");
    static const char wanted[] = "CREATE TABLE t(a INTEGER, b TEXT) STRICT";
    if (is_too_new(f, wanted))
        skip();
    AgSchema *desired = model_of(f, wanted);
    AgColumn *column = (AgColumn *)find_part(desired, "t", "a");
    column->using.written = "CAST(replace(a, ' kg', '') AS INTEGER) * 1000";
    Plan plan = make_plan(f, f->db, desired);
    assert_true(has_hazard(plan.up, AG_PROBLEM_HAZARD_CHANGES_DATA, "column t.a"));
    there(f, &plan);
    assert_rows(f, "SELECT a, typeof(a), b, typeof(b) FROM t", "12000|integer|hi|text\n");
    back(f, &plan);
}

/* What the library does not have is said before anything is written. */
static void strict_needs_its_version(void **state)
{
    Fixture *f = *state;
    static const char wanted[] = "CREATE TABLE t(a INTEGER) STRICT";
    if (is_too_new(f, wanted))
        skip();
    run_statements(f, f->db, "CREATE TABLE t(a INTEGER)");
    AgEmitOptions options = {.server_version = 3036000};
    AgSchema *live = read_schema(f, f->db), *desired = model_of(f, wanted);
    GPtrArray *changes = ag_order(f->pool, live, desired, differences(f, live, desired), f->diag);
    assert_null(ag_emit(f->pool, live, desired, changes, false, &options, f->diag));
    assert_string_equal(ag_diag_last(f->diag)->message,
                        "table 't': STRICT needs SQLite 3.37, this is SQLite 3.36.0");
    options.server_version = 3037000;
    assert_non_null(ag_emit(f->pool, live, desired, changes, false, &options, f->diag));
}

/* What the models leave alone stays when the table is made anew. */
static void what_nobody_drops_is_kept(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(a INT, extra TEXT, CONSTRAINT theirs UNIQUE (a), CONSTRAINT "
                   "positive CHECK (a > 0));"
                   "CREATE INDEX more ON t(extra); INSERT INTO t VALUES (1, 'x')");
    AgSchema *live = read_schema(f, f->db);
    AgSchema *desired = model_of(f, "CREATE TABLE t(a INT NOT NULL, UNIQUE (a))");
    AgDiffOptions options = {.drop_unmanaged = true, .suspects_allowed = true};
    ignore(f, desired, "t.extra");
    ignore(f, desired, "more");
    ignore(f, desired, "t.positive");
    AgEmitOptions emit = {0};
    GPtrArray *changes = ag_diff(f->pool, live, desired, &options, f->diag);
    changes = ag_order(f->pool, live, desired, changes, f->diag);
    AgScript *script = ag_emit(f->pool, live, desired, changes, false, &emit, f->diag);
    run_script_of(f, f->db, script);
    AgSchema *after = read_schema(f, f->db);
    const AgObject *table = ag_schema_find(after, AG_KIND_TABLE, NULL, "t");
    assert_false(((const AgColumn *)find_part(after, "t", "a"))->null);
    assert_non_null(find_part(after, "t", "extra"));
    assert_non_null(ag_object_part(table, AG_KIND_UNIQUE, "theirs"));
    assert_non_null(ag_object_part(table, AG_KIND_INDEX, "more"));
    assert_non_null(ag_object_first(table, AG_KIND_CHECK));
    assert_rows(f, "SELECT * FROM t", "1|x\n");
}

/* Of a view that the models leave alone. */
static void a_broken_view_is_announced(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(a INT, b INT UNIQUE); CREATE VIEW v AS SELECT b FROM t");
    AgSchema *desired = model_of(f, "CREATE TABLE t(a INT)");
    ignore(f, desired, "v");
    AgSchema *live = read_filtered(f, desired);
    plan_of(f, live, desired, differences(f, live, desired));
    const AgProblem *last = ag_diag_last(f->diag);
    assert_non_null(last);
    assert_int_equal(last->severity, AG_SEVERITY_WARNING);
    assert_non_null(strstr(last->message, "view 'v' mentions column 'b'"));
}

/* Ignored triggers of a view that is made again, and a broken view that nobody wants or drops. */
static void what_is_ignored_stays_with_its_view(void **state)
{
    Fixture *f = *state;
    run_statements(f, f->db,
                   "CREATE TABLE t(a INT, b INT); CREATE VIEW v AS SELECT a FROM t;"
                   "CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t(b) VALUES (1); END;"
                   "CREATE VIEW lost AS SELECT * FROM nowhere");
    AgSchema *desired =
        model_of(f, "CREATE TABLE t(c INT, b INT); CREATE VIEW v AS SELECT c FROM t");
    renamed_from(f, find_part(desired, "t", "c"), "a");
    ignore(f, desired, "v.g");
    AgSchema *live = read_filtered(f, desired);
    AgDiffOptions options = {0};
    GPtrArray *changes = ag_diff(f->pool, live, desired, &options, f->diag);
    Plan plan = plan_of(f, live, desired, changes);
    const char *before = catalog_text(f, f->db);
    run_script_of(f, f->db, plan.up);
    assert_string_equal(catalog_text(f, f->db), before);
    run_sql(f, f->db, "INSERT INTO v VALUES (7)");
    assert_rows(f, "SELECT * FROM t", "NULL|1\n");
    run_script_of(f, f->db, plan.down);
    assert_string_equal(catalog_text(f, f->db), before);
    run_sql(f, f->db, "INSERT INTO v VALUES (7)");
    assert_rows(f, "SELECT * FROM t", "NULL|1\nNULL|1\n");
}

/* --- schemas that others wrote, where they are at hand --- */

static char *corpus_file(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static bool runs(Fixture *f, AgDb *db, const char *text)
{
    GPtrArray *pieces = ag_sql_split(f->pool, AG_DIALECT_SQLITE, text, AG_NOWHERE, f->diag);
    for (guint i = 0; pieces != NULL && i < pieces->len; i++) {
        if (!ag_db_run(db, ((const AgSqlPiece *)g_ptr_array_index(pieces, i))->text, f->diag))
            return false;
    }
    return pieces != NULL;
}

static void play_pair(const char *name, const char *old, const char *new_text)
{
    Fixture f;
    fixture_init(&f);
    AgDb *scratch = open_sqlite(&f, ":memory:", AG_DB_WRITE, true);
    bool good = runs(&f, f.db, old) && runs(&f, scratch, new_text);
    ag_db_close(scratch);
    if (good) {
        print_message("%s\n", name);
        Plan plan = make_plan(&f, f.db, model_of(&f, new_text));
        there(&f, &plan);
        back(&f, &plan);
    }
    fixture_clear(&f);
}

static void play_directory(const char *directory)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *below = g_build_filename(directory, name, NULL);
        if (!g_file_test(below, G_FILE_TEST_IS_DIR))
            continue;
        g_autofree char *old = corpus_file(below, "old.sql");
        g_autofree char *new_text = corpus_file(below, "new.sql");
        if (old != NULL && new_text != NULL)
            play_pair(below, old, new_text);
        else
            play_directory(below);
    }
    if (dir != NULL)
        g_dir_close(dir);
}

static void schemas_of_others_go_there_and_back(void **state)
{
    (void)state;
    const char *corpus = g_getenv("AUTOGEN_CORPUS");
    g_autofree char *pairs =
        g_build_filename(corpus != NULL ? corpus : TEST_SOURCE_DIR "/../shared/corpus", "pairs",
                         "sqlite", NULL);
    if (!g_file_test(pairs, G_FILE_TEST_IS_DIR))
        skip();
    play_directory(pairs);
}

/* Whole schemas are made from nothing, and read back as they were. */
static void whole_schemas_are_made_and_unmade(void **state)
{
    (void)state;
    const char *corpus = g_getenv("AUTOGEN_CORPUS");
    g_autofree char *real =
        g_build_filename(corpus != NULL ? corpus : TEST_SOURCE_DIR "/../shared/corpus", "real",
                         "sqlite", NULL);
    GDir *dir = g_dir_open(real, 0, NULL);
    if (dir == NULL)
        skip();
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *text = corpus_file(real, name);
        play_pair(name, "", text);
        play_pair(name, text, "");
    }
    g_dir_close(dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_survives_a_rebuild),
        TEST(hidden_rowids_are_kept),
        TEST(the_counter_of_an_empty_table_is_kept),
        TEST(several_changes_are_one_rebuild),
        TEST(unfit_rows_are_refused_not_dropped),
        TEST(dropping_a_table_deletes_no_children),
        TEST(columns_are_added_and_dropped_in_place),
        cmocka_unit_test(what_fails_on_filled_tables_is_a_rebuild),
        TEST(renames_and_a_rebuild_meet),
        TEST(a_stale_trigger_is_refused),
        TEST(names_are_exchanged),
        TEST(a_column_takes_the_name_of_a_dropped_one),
        TEST(conversions_are_used),
        TEST(strict_needs_its_version),
        TEST(what_nobody_drops_is_kept),
        TEST(a_broken_view_is_announced),
        TEST(what_is_ignored_stays_with_its_view),
        cmocka_unit_test(schemas_of_others_go_there_and_back),
        cmocka_unit_test(whole_schemas_are_made_and_unmade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
