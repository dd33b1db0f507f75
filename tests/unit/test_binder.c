/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "introspect/binder.h"
#include "introspect/postgres/catalog.h"
#include "model/column.h"
#include "model/foreign_key.h"
#include "model/index.h"

static AgPool *pool;
static AgDiag *diag;

static int set_up(void **state)
{
    (void)state;
    pool = ag_pool_new();
    diag = ag_diag_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ag_diag_free(diag);
    ag_pool_free(pool);
    return 0;
}

static const char *const names[] = {"attrelid",  "type",           "null",
                                    "identity",  "identity/start", "default-sql",
                                    "collation", "comment",        "owner"};
enum { N = G_N_ELEMENTS(names) };

static AgRows rows_of(const char **cells, guint n_rows)
{
    return (AgRows){.n_rows = n_rows, .n_columns = N, .names = names, .cells = cells};
}

static void test_fields_by_name(void **state)
{
    (void)state;
    const char *cells[] = {"4711", "integer", "t",    "by-default", "-7", "now()", "app.\"de DE\"",
                           "note", "ann",     "4712", "text",       NULL, NULL,    NULL,
                           NULL,   NULL,      NULL,   NULL};
    AgRows rows = rows_of(cells, 2);
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_column, &rows);
    assert_int_equal(binding.n, 6);
    AgObject *object = ag_object_new(pool, &ag_kind_column, NULL, NULL, "c");
    AgColumn *column = (AgColumn *)object;
    assert_true(ag_bind_row(&binding, pool, object, &rows, 0, diag));
    assert_string_equal(column->type.written, "integer");
    assert_ptr_equal(column->type.written, column->type.canonical);
    assert_true(column->null);
    assert_string_equal(column->identity, "by-default");
    assert_int_equal(column->identity_start, -7);
    assert_int_equal(column->identity_increment, AG_INT_UNSET);
    assert_string_equal(column->default_sql.canonical, "now()");
    assert_string_equal(column->collation.schema, "app");
    assert_string_equal(column->collation.name, "de DE");
    assert_string_equal(object->comment, "note");
    assert_string_equal(object->owner, "ann");
    /* The cells may go; NULL says nothing. */
    object = ag_object_new(pool, &ag_kind_column, NULL, NULL, "d");
    column = (AgColumn *)object;
    assert_true(ag_bind_row(&binding, pool, object, &rows, 1, diag));
    assert_string_equal(column->type.written, "text");
    assert_false(column->null);
    assert_null(column->identity);
    assert_int_equal(column->identity_start, AG_INT_UNSET);
    assert_null(column->default_sql.written);
    assert_null(column->collation.name);
    assert_null(object->comment);
}

static void test_values_that_no_field_holds(void **state)
{
    (void)state;
    const char *cells[] = {"1", "integer", NULL, "sometimes", NULL,   NULL, NULL, NULL, NULL,
                           "1", "integer", NULL, NULL,        "many", NULL, NULL, NULL, NULL};
    AgRows rows = rows_of(cells, 2);
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_column, &rows);
    for (guint row = 0; row < 2; row++) {
        AgObject *object = ag_object_new(pool, &ag_kind_column, NULL, NULL, "c");
        assert_false(ag_bind_row(&binding, pool, object, &rows, row, diag));
        assert_int_equal(ag_diag_errors(diag), row + 1);
        assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_INTERNAL);
    }
}

/* PARTS, VALUES and OPTIONS are the readers' own: a column of that name is passed over. */
static void test_structured_fields_are_left_alone(void **state)
{
    (void)state;
    const char *const columns[] = {"columns", "param", "unique"};
    const char *cells[] = {"a b", "fillfactor=70", "t"};
    AgRows rows = {.n_rows = 1, .n_columns = 3, .names = columns, .cells = cells};
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_index, &rows);
    assert_int_equal(binding.n, 1);
    AgObject *object = ag_object_new(pool, &ag_kind_index, NULL, NULL, "i");
    assert_true(ag_bind_row(&binding, pool, object, &rows, 0, diag));
    assert_null(((AgIndex *)object)->parts);
    assert_true(((AgIndex *)object)->unique);
}

/* --- the text forms of catalogue values --- */

static void assert_array(const char *text, const char *expected)
{
    GPtrArray *list = ag_pg_array(pool, text);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++) {
        const char *element = g_ptr_array_index(list, i);
        g_string_append_printf(out, "<%s>", element == NULL ? "null" : element);
    }
    assert_string_equal(out->str, expected);
}

static void test_arrays(void **state)
{
    (void)state;
    assert_array(NULL, "");
    assert_array("{}", "");
    assert_array("{a}", "<a>");
    assert_array("{a,b,c}", "<a><b><c>");
    assert_array("{\"a,b\",\"c\\\"d\",\"e\\\\f\"}", "<a,b><c\"d><e\\f>");
    assert_array("{NULL,\"NULL\",\"\"}", "<null><NULL><>");
    /* A server that lies must not make us read on. */
    assert_array("{", "");
    assert_array("{\"a", "<a>");
    assert_array("{a,", "<a>");
    assert_array("{a\\", "<a\\>");
    assert_array("nonsense", "");
}

static void test_array_text(void **state)
{
    (void)state;
    GPtrArray *list = ag_pool_array(pool);
    assert_string_equal(ag_pg_array_text(pool, list), "{}");
    g_ptr_array_add(list, (gpointer)(guintptr) "plain");
    g_ptr_array_add(list, (gpointer)(guintptr) "a\"b\\c,d");
    char *text = ag_pg_array_text(pool, list);
    assert_string_equal(text, "{\"plain\",\"a\\\"b\\\\c,d\"}");
    assert_array(text, "<plain><a\"b\\c,d>");
}

static void test_numbers(void **state)
{
    (void)state;
    guint32 out[4] = {0};
    assert_int_equal(ag_pg_numbers("1 22 333", out, 4), 3);
    assert_int_equal(out[2], 333);
    assert_int_equal(ag_pg_numbers("{4,5}", out, 4), 2);
    assert_int_equal(out[1], 5);
    assert_int_equal(ag_pg_numbers("1 2 3 4 5 6", out, 4), 4);
    assert_int_equal(ag_pg_numbers("", out, 4), 0);
    assert_int_equal(ag_pg_numbers(NULL, out, 4), 0);
    assert_int_equal(ag_pg_numbers("x-y", out, 4), 1);
}

static void test_options(void **state)
{
    (void)state;
    GPtrArray *options =
        ag_pg_options(pool, NULL, "", "{fillfactor=70,\"x=a=b\",pg_attver=12,broken}");
    assert_int_equal(options->len, 2);
    const AgOption *option = g_ptr_array_index(options, 1);
    assert_string_equal(option->name, "x");
    assert_string_equal(option->value, "a=b");
    options = ag_pg_options(pool, options, "toast.", "{autovacuum_enabled=off}");
    option = g_ptr_array_index(options, 2);
    assert_string_equal(option->name, "toast.autovacuum_enabled");
    assert_null(ag_pg_options(pool, NULL, "", NULL));
    assert_null(ag_pg_options(pool, NULL, "", "{pg_attver=12}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fields_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_that_no_field_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_structured_fields_are_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arrays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_array_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_options, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
