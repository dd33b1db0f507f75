/* SPDX-License-Identifier: MIT */
/* Normal forms, names and the checks of expressions. */
#include "sql/tokens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

typedef struct {
    AgPool *pool;
    AgDiag *diag;
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->pool = ag_pool_new();
    fixture->diag = ag_diag_new();
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    ag_pool_free(fixture->pool);
    ag_diag_free(fixture->diag);
    g_free(fixture);
    return 0;
}

static const AgDialectId pg = AG_DIALECT_POSTGRESQL, lite = AG_DIALECT_SQLITE;

static void same(Fixture *fixture, AgDialectId dialect, const char *a, const char *b)
{
    assert_string_equal(ag_sql_normal(fixture->pool, dialect, a),
                        ag_sql_normal(fixture->pool, dialect, b));
}

static void different(Fixture *fixture, AgDialectId dialect, const char *a, const char *b)
{
    assert_string_not_equal(ag_sql_normal(fixture->pool, dialect, a),
                            ag_sql_normal(fixture->pool, dialect, b));
}

static void test_normal_pg(void **state)
{
    assert_string_equal(ag_sql_normal(((Fixture *)*state)->pool, pg, " A  -- c\n =-1::TEXT"),
                        "a = - 1 :: text");
    same(*state, pg, "price>0", "PRICE /* x */ > 0");
    same(*state, pg, "x::text", "x :: TEXT");
    same(*state, pg, "\"price\" > 0", "price > 0");
    same(*state, pg, "U&\"price\" > 0", "price > 0");
    same(*state, pg, "a", "a");
    different(*state, pg, "\"Price\"", "price");
    different(*state, pg, "\"Price\"", "\"price\"");
    different(*state, pg, "x::\"char\"", "x::char");
    different(*state, pg, "\"user\"", "user");
    different(*state, pg, "\"current_date\"", "current_date");
    different(*state, pg, "\"a b\"", "a b");
    different(*state, pg, "'A'", "'a'");
    different(*state, pg, "'a  b'", "'a b'");
    different(*state, pg, "'a'", "E'a'");
    different(*state, pg, "a <= b", "a < = b");
    different(*state, pg, "'--'", "''");
    different(*state, pg, "\"1a\"", "1a");
    different(*state, pg, "\"\"", "");
    different(*state, pg, "$$A$$", "$$a$$");
    different(*state, pg, "\"\xc3\x84\"", "\"\xc3\xa4\"");
}

static void test_normal_sqlite(void **state)
{
    same(*state, lite, "[Name] = 1", "name=1");
    same(*state, lite, "`Name`", "\"NAME\"");
    same(*state, lite, "[my col]", "`My Col`");
    same(*state, lite, "[select]", "`SELECT`");
    different(*state, lite, "\"true\"", "true");
    different(*state, lite, "[order]", "order");
    different(*state, lite, "'Name'", "name");
    different(*state, lite, "[a\"b]", "[a b]");
    different(*state, lite, "\"My Text\"", "\"my text\"");
    different(*state, lite, "-- a\rb\nc", "b c");
    assert_string_equal(ag_sql_normal(((Fixture *)*state)->pool, lite, "[a\"b c]"), "\"a\"\"b c\"");
}

/* The normal form of a normal form is itself: nothing gets another meaning on the way. */
static void test_normal_is_stable(void **state)
{
    Fixture *fixture = *state;
    static const char *const words[] = {
        "a",     "A",   "\"a\"", "\"A b\"", "\"user\"", "'x''Y'", "E'\\''", "U&\"d\\0061\"",
        "$$q$$", "1.5", "::",    "=",       "-",        "+",      "(",      ")",
        ".",     ",",   "/*c*/", "--c\n",   "[a]",      "`B`",    "?1",     "@>",
        "*",     "<",   "1e5",   "x'0F'",   " ",        "\n",
    };
    g_autoptr(GRand) rand = g_rand_new_with_seed(99);
    for (int round = 0; round < 5000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int i = g_rand_int_range(rand, 0, 10); i > 0; i--)
            g_string_append(text, words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
        for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++) {
            char *once = ag_sql_normal(fixture->pool, (AgDialectId)dialect, text->str);
            char *twice = ag_sql_normal(fixture->pool, (AgDialectId)dialect, once);
            assert_string_equal(once, twice);
        }
    }
}

static void refuse(Fixture *fixture, AgDialectId dialect, const char *text, const char *message,
                   int line, int column)
{
    AgPlace place = {"m.xml", 10, 5};
    assert_false(ag_sql_check_expression(dialect, text, place, fixture->diag));
    const AgProblem *problem = ag_diag_last(fixture->diag);
    assert_int_equal(problem->id, AG_PROBLEM_BAD_EXPRESSION);
    assert_string_equal(problem->message, message);
    assert_string_equal(problem->place.file, "m.xml");
    assert_int_equal(problem->place.line, line);
    assert_int_equal(problem->place.column, column);
}

static void accept(Fixture *fixture, AgDialectId dialect, const char *text)
{
    assert_true(ag_sql_check_expression(dialect, text, AG_NOWHERE, fixture->diag));
    assert_int_equal(ag_diag_count(fixture->diag), 0);
}

static void test_expressions_accepted(void **state)
{
    accept(*state, pg, "price > 0");
    accept(*state, pg, "a[b[1]] = ARRAY[(1)] -- why\n");
    accept(*state, pg, "x <> ';--)'");
    accept(*state, pg, "x /* ) ; */ + 1");
    accept(*state, pg, "$$;$$");
    accept(*state, lite, "[;)] > 0");
    accept(*state, lite, "a -- b\n");
}

static void test_expressions_refused(void **state)
{
    refuse(*state, pg, "1); DROP TABLE y; --", "a parenthesis is closed but not open", 10, 6);
    refuse(*state, pg, "1; DROP TABLE y", "an expression cannot hold a semicolon", 10, 6);
    refuse(*state, pg, "(1;2)", "an expression cannot hold a semicolon", 10, 7);
    refuse(*state, pg, "1 -- c", "the comment would hide what follows the expression", 10, 7);
    refuse(*state, lite, "1 -- c\r", "the comment would hide what follows the expression", 10, 7);
    refuse(*state, pg, "a\n(b", "a parenthesis is never closed", 11, 3);
    refuse(*state, pg, "(a]", "a bracket is closed but not open", 10, 7);
    refuse(*state, pg, "a[1", "a bracket is never closed", 10, 8);
    refuse(*state, pg, "'a", "a string is never closed", 10, 5);
    refuse(*state, pg, "  /* */ ", "the expression is empty", 10, 5);
    refuse(*state, pg, "\\echo", "a character that begins nothing in SQL", 10, 5);
    g_autofree char *deep = g_strnfill(1001, '(');
    refuse(*state, pg, deep, "parentheses are nested too deeply", 10, 1005);
}

static void test_comment_up_to_cr(void **state)
{
    /* For PostgreSQL the CR ends the comment. */
    accept(*state, pg, "1 -- c\r");
}

static void name(Fixture *fixture, AgDialectId dialect, const char *token, const char *expected)
{
    assert_string_equal(ag_sql_token_name(fixture->pool, dialect, token, strlen(token)), expected);
}

static void test_token_names(void **state)
{
    name(*state, pg, "Customers", "customers");
    name(*state, lite, "Customers", "Customers");
    name(*state, pg, "\"Cust\"\"omers\"", "Cust\"omers");
    name(*state, lite, "`a``b`", "a`b");
    name(*state, lite, "[a]", "a");
    name(*state, pg, "U&\"d\\0061t\\+000061\\\\ \"\"\"", "data\\ \"");
    name(*state, pg, "u&\"\\d800\"", "\\d800");
    name(*state, pg, "\xc3\x84X", "\xc3\x84x");
    name(*state, pg, "\"\"", "");
}

static void names(Fixture *fixture, AgDialectId dialect, const char *text, const char *expected)
{
    GPtrArray *found = ag_sql_names(fixture->pool, dialect, text);
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++)
        g_string_append_printf(joined, "%s%s", i > 0 ? " " : "",
                               (const char *)g_ptr_array_index(found, i));
    assert_string_equal(joined->str, expected);
}

static void test_names(void **state)
{
    names(*state, pg, "A.b + \"C\" * a -- d\n > 'e' || $$f$$", "a b C");
    names(*state, pg, "nextval('shop.Seq'::regclass)", "nextval shop seq regclass");
    names(*state, pg, "f('shop.\"My Seq\"'::pg_catalog.regclass)",
          "f shop My Seq pg_catalog regclass");
    names(*state, pg, "CAST('s.q' AS regclass)", "cast s q as regclass");
    names(*state, pg, "regclass 's.q'", "regclass s q");
    names(*state, pg, "nextval('s.q')", "nextval s q");
    names(*state, pg, "lower('s.q')", "lower");
    names(*state, pg, "'s.q'::text", "text");
    names(*state, lite, "[A b] + a + A", "A b a A");
    names(*state, pg, "", "");
}

static void test_literal(void **state)
{
    Fixture *fixture = *state;
    assert_string_equal(ag_sql_literal(fixture->pool, ""), "''");
    assert_string_equal(ag_sql_literal(fixture->pool, "it's \\ '"), "'it''s \\ '''");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_normal_pg, setup, teardown),
        cmocka_unit_test_setup_teardown(test_normal_sqlite, setup, teardown),
        cmocka_unit_test_setup_teardown(test_normal_is_stable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_expressions_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_expressions_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_comment_up_to_cr, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_literal, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
