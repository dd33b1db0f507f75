/* SPDX-License-Identifier: MIT */
/* Expressions and types as people write them against what PostgreSQL keeps of them. */
#include "pg_live.h"

#include <glib/gstdio.h>

#include "base/file.h"
#include "introspect/canonical.h"
#include "model/check.h"
#include "model/column.h"
#include "model/index.h"
#include "model/sequence.h"
#include "model/table.h"

static AgDb *db;
static AgPool *pool;
static AgDiag *diag;
static AgSchema *now, *wanted;

static const char schema_sql[] =
    "CREATE SCHEMA shop;"
    "CREATE EXTENSION citext SCHEMA public;"
    "CREATE TYPE shop.state AS ENUM ('new', 'paid');"
    "CREATE FUNCTION shop.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';"
    "CREATE SEQUENCE shop.numbers;"
    "CREATE TABLE shop.orders ("
    " id bigint GENERATED ALWAYS AS IDENTITY,"
    " price numeric(12,2) NOT NULL DEFAULT 0,"
    " code varchar(8) NOT NULL DEFAULT 'x',"
    " state shop.state NOT NULL DEFAULT 'new',"
    " email public.citext,"
    " at timestamptz NOT NULL DEFAULT now(),"
    " n integer DEFAULT shop.twice(2),"
    " number integer DEFAULT nextval('shop.numbers'),"
    " total numeric GENERATED ALWAYS AS (price * 2) STORED,"
    " bare integer,"
    " CONSTRAINT price_check CHECK (price > 0),"
    " CONSTRAINT code_check CHECK (code IN ('a', 'b')),"
    " CONSTRAINT state_check CHECK (state <> 'paid' OR price > 1));"
    "CREATE INDEX orders_code ON shop.orders (lower(code), (n + 1) DESC) WHERE at IS NOT NULL;";

static int set_up(void **state)
{
    (void)state;
    pool = ag_pool_new();
    diag = ag_diag_new();
    db = live_open(live.url, AG_DB_READ);
    live_script(db, schema_sql);
    now = ag_introspect(db, pool, NULL, diag);
    wanted = ag_introspect(db, pool, NULL, diag);
    assert_non_null(wanted);
    g_ptr_array_add(wanted->search_path, (gpointer)(guintptr) "public");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    live_script(db, "DROP SCHEMA shop CASCADE; DROP EXTENSION citext;");
    ag_db_close(db);
    ag_diag_free(diag);
    ag_pool_free(pool);
    return 0;
}

static AgObject *table_of(const AgSchema *schema)
{
    AgObject *table = ag_schema_find(schema, AG_KIND_TABLE, "shop", "orders");
    assert_non_null(table);
    return table;
}

static void *part_of(const AgSchema *schema, AgKind kind, const char *name)
{
    AgObject *part = ag_object_part(table_of(schema), kind, name);
    assert_non_null(part);
    return part;
}

static AgColumn *column_of(const AgSchema *schema, const char *name)
{
    return part_of(schema, AG_KIND_COLUMN, name);
}

static AgSql written(const char *text)
{
    return (AgSql){.written = text};
}

static void canonicalize(const char *cache)
{
    AgCanonicalOptions options = {.cache_directory = cache};
    if (!ag_canonicalize(db, wanted, now, &options, diag))
        show_problems(diag);
    assert_int_equal(ag_diag_errors(diag), 0);
}

/* Byte for byte, as the contract has it. */
static void assert_same(AgSql a, AgSql b)
{
    assert_non_null(a.canonical);
    assert_string_equal(a.canonical, b.canonical);
}

static void write_as_people_do(void)
{
    column_of(wanted, "price")->type = written("decimal(12, 2)");
    column_of(wanted, "price")->default_sql = written("0");
    column_of(wanted, "code")->type = written("varchar(8)");
    column_of(wanted, "code")->default_sql = written("'x'");
    column_of(wanted, "state")->type = written("state");
    column_of(wanted, "state")->default_sql = written("'new'");
    column_of(wanted, "email")->type = written("citext");
    column_of(wanted, "at")->type = written("timestamptz");
    column_of(wanted, "at")->default_sql = written("NOW( )");
    column_of(wanted, "n")->type = written("int");
    column_of(wanted, "n")->default_sql = written("twice(2)");
    column_of(wanted, "number")->default_sql = written("nextval('numbers')");
    column_of(wanted, "total")->generated = written("price /* doubled */ *2");
    ((AgCheck *)part_of(wanted, AG_KIND_CHECK, "price_check"))->expression = written("price > 0");
    ((AgCheck *)part_of(wanted, AG_KIND_CHECK, "code_check"))->expression =
        written("code in ('a','b')");
    ((AgCheck *)part_of(wanted, AG_KIND_CHECK, "state_check"))->expression =
        written("orders.state != 'paid' or orders.price > 1");
    AgIndex *index = part_of(wanted, AG_KIND_INDEX, "orders_code");
    ((AgPart *)g_ptr_array_index(index->parts, 0))->expression = written("lower(code)");
    ((AgPart *)g_ptr_array_index(index->parts, 1))->expression = written("n+1");
    index->where = written("\"at\" is not null");
}

static void assert_all_same(void)
{
    static const char *const columns[] = {"id", "price", "code",   "state", "email",
                                          "at", "n",     "number", "total", "bare"};
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
        const AgColumn *a = column_of(wanted, columns[i]), *b = column_of(now, columns[i]);
        assert_same(a->type, b->type);
        assert_int_equal(ag_object_differences(&b->object, &a->object, AG_DIALECT_POSTGRESQL), 0);
        if (b->default_sql.written != NULL)
            assert_same(a->default_sql, b->default_sql);
    }
    static const char *const checks[] = {"price_check", "code_check", "state_check"};
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
        assert_same(((AgCheck *)part_of(wanted, AG_KIND_CHECK, checks[i]))->expression,
                    ((AgCheck *)part_of(now, AG_KIND_CHECK, checks[i]))->expression);
    assert_int_equal(ag_object_differences(part_of(now, AG_KIND_INDEX, "orders_code"),
                                           part_of(wanted, AG_KIND_INDEX, "orders_code"),
                                           AG_DIALECT_POSTGRESQL),
                     0);
}

static void test_as_people_write(void **state)
{
    (void)state;
    write_as_people_do();
    canonicalize(NULL);
    assert_all_same();
    assert_string_equal(column_of(wanted, "price")->default_sql.written, "0");
}

static void test_differences_stay(void **state)
{
    (void)state;
    write_as_people_do();
    column_of(wanted, "price")->default_sql = written("1");
    column_of(wanted, "code")->default_sql = written("no_such_function()");
    column_of(wanted, "n")->default_sql = written("twice(3)");
    column_of(wanted, "bare")->default_sql = written("NULL");
    ((AgCheck *)part_of(wanted, AG_KIND_CHECK, "price_check"))->expression = written("price >= 0");
    ((AgCheck *)part_of(wanted, AG_KIND_CHECK, "code_check"))->expression =
        written("code in ('a','b','c')");
    AgIndex *index = part_of(wanted, AG_KIND_INDEX, "orders_code");
    ((AgPart *)g_ptr_array_index(index->parts, 0))->expression = written("upper(code)");
    canonicalize(NULL);
    assert_false(
        ag_sql_same(column_of(wanted, "price")->default_sql, column_of(now, "price")->default_sql));
    assert_string_equal(column_of(wanted, "code")->default_sql.canonical, "no_such_function()");
    assert_string_equal(column_of(wanted, "n")->default_sql.canonical, "shop.twice(3)");
    assert_null(column_of(wanted, "bare")->default_sql.written);
    assert_string_equal(
        ((AgCheck *)part_of(wanted, AG_KIND_CHECK, "price_check"))->expression.canonical,
        "(price >= (0)::numeric)");
    assert_false(ag_sql_same(((AgCheck *)part_of(wanted, AG_KIND_CHECK, "code_check"))->expression,
                             ((AgCheck *)part_of(now, AG_KIND_CHECK, "code_check"))->expression));
    assert_false(
        ag_sql_same(((AgPart *)g_ptr_array_index(index->parts, 0))->expression,
                    ((AgPart *)g_ptr_array_index(
                         ((AgIndex *)part_of(now, AG_KIND_INDEX, "orders_code"))->parts, 0))
                        ->expression));
    /* What did not change is still the same beside what did. */
    assert_same(((AgCheck *)part_of(wanted, AG_KIND_CHECK, "state_check"))->expression,
                ((AgCheck *)part_of(now, AG_KIND_CHECK, "state_check"))->expression);
    assert_same(column_of(wanted, "at")->default_sql, column_of(now, "at")->default_sql);
}

/* A dump that was loaded again prints `IN` in another way than a fresh table does. */
static void test_print_that_is_no_fixpoint(void **state)
{
    (void)state;
    AgCheck *check = part_of(now, AG_KIND_CHECK, "code_check");
    AgPool *own = ag_pool_new();
    char *sql = ag_pool_printf(own,
                               "ALTER TABLE shop.orders DROP CONSTRAINT code_check,"
                               " ADD CONSTRAINT code_check CHECK (%s)",
                               check->expression.canonical);
    const char *before = check->expression.canonical;
    live_script(db, sql);
    now = ag_introspect(db, pool, NULL, diag);
    check = part_of(now, AG_KIND_CHECK, "code_check");
    assert_string_not_equal(check->expression.canonical, before);
    write_as_people_do();
    canonicalize(NULL);
    assert_all_same();
    ag_pool_free(own);
}

static void add_former(AgObject *object, const char *name)
{
    AgQname *former = ag_pool_new0(pool, AgQname);
    former->name = name;
    object->former = ag_pool_array(pool);
    g_ptr_array_add(object->former, former);
}

static void test_renamed_table_and_column(void **state)
{
    (void)state;
    AgSchema *renamed = ag_schema_new(pool, AG_DIALECT_POSTGRESQL);
    AgTable *table = (AgTable *)table_of(wanted);
    write_as_people_do();
    table->object.name = "purchases";
    add_former(&table->object, "orders");
    AgColumn *column = (AgColumn *)ag_object_part(&table->object, AG_KIND_COLUMN, "price");
    column->object.name = "net price";
    add_former(&column->object, "price");
    AgCheck *check = (AgCheck *)ag_object_part(&table->object, AG_KIND_CHECK, "price_check");
    check->expression = written("\"net price\" > 0");
    check = (AgCheck *)ag_object_part(&table->object, AG_KIND_CHECK, "state_check");
    check->expression = written("state <> 'paid' or \"net price\" > 2");
    AgColumn *total = (AgColumn *)ag_object_part(&table->object, AG_KIND_COLUMN, "total");
    total->generated = written("\"net price\"*2");
    ag_schema_add(renamed, &table->object);
    g_ptr_array_add(renamed->search_path, (gpointer)(guintptr) "public");
    AgObject *type = ag_schema_find(wanted, AG_KIND_ENUM, "shop", "state");
    ag_schema_add(renamed, type);
    wanted = renamed;
    canonicalize(NULL);
    check = (AgCheck *)ag_object_part(&table->object, AG_KIND_CHECK, "price_check");
    assert_string_equal(check->expression.canonical, "(\"net price\" > (0)::numeric)");
    assert_string_equal(total->generated.canonical, "(\"net price\" * (2)::numeric)");
    check = (AgCheck *)ag_object_part(&table->object, AG_KIND_CHECK, "state_check");
    assert_non_null(strstr(check->expression.canonical, "(2)::numeric"));
}

static void test_retyped_column(void **state)
{
    (void)state;
    write_as_people_do();
    column_of(wanted, "code")->type = written("text");
    canonicalize(NULL);
    /* As it will be: the default and the list are printed for text. */
    assert_string_equal(column_of(wanted, "code")->type.canonical, "text");
    assert_string_equal(column_of(wanted, "code")->default_sql.canonical, "'x'::text");
}

static void test_unknown_type(void **state)
{
    (void)state;
    AgColumn *column = column_of(wanted, "at");
    column->type = written("timestampz");
    column->type.place = (AgPlace){"models/a.xml", 7, 3};
    AgCanonicalOptions options = {0};
    assert_false(ag_canonicalize(db, wanted, now, &options, diag));
    const AgProblem *problem = ag_diag_last(diag);
    assert_int_equal(problem->id, AG_PROBLEM_UNKNOWN_TYPE);
    assert_string_equal(problem->place.file, "models/a.xml");
    assert_int_equal(problem->place.line, 7);
    assert_non_null(strstr(problem->hint, "did you mean 'timestamp"));
}

static void test_defaults_are_dropped(void **state)
{
    (void)state;
    live_script(db, "CREATE INDEX orders_plain ON shop.orders (code, at DESC)");
    now = ag_introspect(db, pool, NULL, diag);
    wanted = ag_introspect(db, pool, NULL, diag);
    AgIndex *index = part_of(wanted, AG_KIND_INDEX, "orders_plain");
    AgPart *code = g_ptr_array_index(index->parts, 0), *at = g_ptr_array_index(index->parts, 1);
    index->method = "btree";
    code->order = "asc";
    code->nulls = "last";
    code->opclass = (AgQname){"pg_catalog", "text_ops"};
    code->collation = (AgQname){"pg_catalog", "default"};
    at->nulls = "first";
    at->opclass = (AgQname){NULL, "timestamptz_ops"};
    AgSequence *sequence =
        (AgSequence *)ag_schema_find(wanted, AG_KIND_SEQUENCE, "shop", "numbers");
    sequence->type = written("int8");
    sequence->start = sequence->increment = sequence->min = sequence->cache = 1;
    sequence->max = INT64_MAX;
    column_of(wanted, "id")->identity_start = 1;
    column_of(wanted, "code")->collation = (AgQname){"pg_catalog", "default"};
    canonicalize(NULL);
    assert_int_equal(ag_object_differences(part_of(now, AG_KIND_INDEX, "orders_plain"),
                                           &index->object, AG_DIALECT_POSTGRESQL),
                     0);
    assert_int_equal(ag_object_differences(ag_schema_find(now, AG_KIND_SEQUENCE, "shop", "numbers"),
                                           &sequence->object, AG_DIALECT_POSTGRESQL),
                     0);
    assert_int_equal(column_of(wanted, "id")->identity_start, AG_INT_UNSET);
    /* What is not the default stays. */
    wanted = ag_introspect(db, pool, NULL, diag);
    index = part_of(wanted, AG_KIND_INDEX, "orders_plain");
    code = g_ptr_array_index(index->parts, 0);
    code->opclass = (AgQname){NULL, "text_pattern_ops"};
    code->collation = (AgQname){NULL, "C"};
    canonicalize(NULL);
    assert_string_equal(code->opclass.name, "text_pattern_ops");
    assert_string_equal(code->collation.name, "C");
}

static guint questions;

static void count_questions(const char *sql, void *data)
{
    (void)data;
    if (strstr(sql, "CREATE TEMPORARY TABLE") != NULL)
        questions++;
}

static void reopen_with_echo(void)
{
    AgDbOptions options = {.mode = AG_DB_READ,
                           .lock_timeout_ms = -1,
                           .echo = true,
                           .echo_to = count_questions};
    ag_db_close(db);
    db = ag_db_open(live.url, &options, diag);
    assert_non_null(db);
    questions = 0;
}

static void test_cache(void **state)
{
    (void)state;
    g_autofree char *directory = g_dir_make_tmp("autogen-cache-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "expressions.cache", NULL);
    reopen_with_echo();
    write_as_people_do();
    canonicalize(directory);
    assert_all_same();
    assert_true(questions > 0);
    assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));

    /* Warm: the server is not asked. */
    questions = 0;
    write_as_people_do();
    canonicalize(directory);
    assert_all_same();
    assert_int_equal(questions, 0);

    /* The database changed: the cached answer says "different", so it is asked again. */
    live_script(db, "ALTER TABLE shop.orders DROP CONSTRAINT price_check,"
                    " ADD CONSTRAINT price_check CHECK (price > 1)");
    now = ag_introspect(db, pool, NULL, diag);
    questions = 0;
    write_as_people_do();
    canonicalize(directory);
    assert_true(questions > 0);
    assert_false(ag_sql_same(((AgCheck *)part_of(wanted, AG_KIND_CHECK, "price_check"))->expression,
                             ((AgCheck *)part_of(now, AG_KIND_CHECK, "price_check"))->expression));

    /* Damaged answers do not count. */
    g_autofree char *text = NULL;
    gsize length = 0;
    assert_true(g_file_get_contents(file, &text, &length, NULL));
    char *zero = strstr(text, "(0)::numeric");
    assert_non_null(zero);
    zero[1] = '1';
    assert_true(g_file_set_contents(file, text, (gssize)length, NULL));
    write_as_people_do();
    canonicalize(directory);
    assert_false(ag_sql_same(((AgCheck *)part_of(wanted, AG_KIND_CHECK, "price_check"))->expression,
                             ((AgCheck *)part_of(now, AG_KIND_CHECK, "price_check"))->expression));
    g_remove(file);
    g_rmdir(directory);
}

static guint user_locks(void)
{
    AgRows *rows =
        ag_db_query(db, pool,
                    "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'shop'",
                    NULL, 0, diag);
    assert_non_null(rows);
    return (guint)atoi(ag_rows_get(rows, 0, 0));
}

static void test_nothing_is_left(void **state)
{
    (void)state;
    write_as_people_do();
    canonicalize(NULL);
    assert_int_equal(user_locks(), 0);
    AgRows *rows = ag_db_query(db, pool,
                               "SELECT count(*) FROM pg_class WHERE relname LIKE 'ag\\_%'"
                               " OR relpersistence = 't'",
                               NULL, 0, diag);
    assert_string_equal(ag_rows_get(rows, 0, 0), "0");
}

static void test_without_temp(void **state)
{
    (void)state;
    live_script(db, "CREATE ROLE autogen_test_plain LOGIN");
    char sql[256];
    snprintf(sql, sizeof sql, "REVOKE TEMP ON DATABASE %s FROM PUBLIC", live.name);
    live_script(db, sql);
    live_script(db, "SET SESSION AUTHORIZATION autogen_test_plain");
    write_as_people_do();
    column_of(wanted, "email")->type = column_of(now, "email")->type;
    canonicalize(NULL);
    assert_int_equal(ag_diag_last(diag)->severity, AG_SEVERITY_NOTICE);
    assert_non_null(strstr(ag_diag_last(diag)->message, "word by word"));
    /* Spelling alone is seen through. */
    assert_same(column_of(wanted, "price")->default_sql, column_of(now, "price")->default_sql);
    assert_same(column_of(wanted, "at")->default_sql, column_of(now, "at")->default_sql);
    live_script(db, "RESET SESSION AUTHORIZATION");
    snprintf(sql, sizeof sql, "GRANT TEMP ON DATABASE %s TO PUBLIC", live.name);
    live_script(db, sql);
    live_script(db, "DROP ROLE autogen_test_plain");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_people_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_differences_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_print_that_is_no_fixpoint, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_renamed_table_and_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_retyped_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_defaults_are_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cache, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_temp, set_up, tear_down),
    };
    LIVE_MAIN(tests);
}
