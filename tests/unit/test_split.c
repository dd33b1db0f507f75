/* SPDX-License-Identifier: MIT */
/* Where statements end, and where they stand. */
#include "sql/split.h"

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

static const AgPlace start = {.file = "x.sql", .line = 1, .column = 1};

static GPtrArray *split(Fixture *fixture, AgDialectId dialect, const char *text)
{
    guint before = ag_diag_errors(fixture->diag);
    GPtrArray *pieces = ag_sql_split(fixture->pool, dialect, text, start, fixture->diag);
    assert_int_equal(pieces == NULL, ag_diag_errors(fixture->diag) > before);
    return pieces;
}

/* `expected`: the pieces with '|' between. Each piece splits into itself. */
static void expect(Fixture *fixture, AgDialectId dialect, const char *text, const char *expected)
{
    GPtrArray *pieces = split(fixture, dialect, text);
    assert_non_null(pieces);
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < pieces->len; i++) {
        const AgSqlPiece *piece = g_ptr_array_index(pieces, i);
        if (i > 0)
            g_string_append_c(joined, '|');
        g_string_append(joined, piece->text);
        assert_int_equal(piece->length, strlen(piece->text));
        assert_memory_equal(text + piece->offset, piece->text, piece->length);
        AgPlace place = ag_sql_place(text, piece->offset, start);
        assert_int_equal(place.line, piece->place.line);
        assert_int_equal(place.column, piece->place.column);
        GPtrArray *again = split(fixture, dialect, piece->text);
        assert_int_equal(again->len, 1);
        assert_string_equal(((AgSqlPiece *)g_ptr_array_index(again, 0))->text, piece->text);
    }
    assert_string_equal(joined->str, expected);
}

static void expect_problem(Fixture *fixture, AgDialectId dialect, const char *text,
                           const char *message, int line, int column)
{
    assert_null(split(fixture, dialect, text));
    const AgProblem *problem = ag_diag_last(fixture->diag);
    assert_string_equal(problem->message, message);
    assert_int_equal(problem->place.line, line);
    assert_int_equal(problem->place.column, column);
}

static void test_semicolons(void **state)
{
    const AgDialectId pg = AG_DIALECT_POSTGRESQL;
    expect(*state, pg, "", "");
    expect(*state, pg, " ;; -- c\n /* d */ ;", "");
    expect(*state, pg, "a;b ; c", "a|b|c");
    expect(*state, pg, "-- why\na -- because\n; b /* end */", "a|b");
    expect(*state, pg, "a ';' b; \"c;\"; $$;$$; E'\\';'", "a ';' b|\"c;\"|$$;$$|E'\\';'");
    expect(*state, pg, "a /* ; */ b; c -- ;\nd", "a /* ; */ b|c -- ;\nd");
    expect(*state, pg,
           "create rule r as on insert to t do also (insert into u values (1); notify n); b",
           "create rule r as on insert to t do also (insert into u values (1); notify n)|b");
}

static void test_atomic_bodies(void **state)
{
    const AgDialectId pg = AG_DIALECT_POSTGRESQL;
    static const char *const bodies[] = {
        "create function f() returns int begin atomic select 1; select 2; end",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC\n"
        "  SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END; DELETE FROM t; END",
        "create function f() returns int language sql begin atomic select 1 as end; select t.case "
        "from t; end",
        "create function f() returns int begin atomic; end",
        "create function f(a int default (case when true then 1 end)) returns int return 1",
        "create function f() returns int begin atomic select \"end\"; end cost 10",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *two = g_strdup_printf("%s; select 1", bodies[i]);
        g_autofree char *expected = g_strdup_printf("%s|select 1", bodies[i]);
        expect(*state, pg, two, expected);
    }
    expect(*state, pg, "begin atomic; a; end", "begin atomic|a|end");
    expect(*state, pg, "create table t (begin int); insert into atomic values (1); end",
           "create table t (begin int)|insert into atomic values (1)|end");
    expect(*state, pg, "create function begin_atomic() returns int as 'x'; b",
           "create function begin_atomic() returns int as 'x'|b");
    expect(*state, pg, "create function f() returns s.begin atomic; b",
           "create function f() returns s.begin atomic|b");
    expect(*state, pg, "create function f() returns \"begin\" \"atomic\"; b",
           "create function f() returns \"begin\" \"atomic\"|b");
    expect_problem(*state, pg, "select 1;\n create function f() begin atomic select 1;",
                   "the body after BEGIN ATOMIC is never closed by END", 2, 22);
}

static void test_trigger_bodies(void **state)
{
    const AgDialectId lite = AG_DIALECT_SQLITE;
    static const char *const triggers[] = {
        "create trigger t after insert on a begin select 1; end",
        "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n"
        " UPDATE b SET c = CASE WHEN d THEN 1 ELSE 2 END; DELETE FROM e; END",
        "create temporary trigger if not exists t before update of c on a for each row when case 1 "
        "when 1 then 1 end "
        "begin insert into b values (case 2 when 2 then 3 end); -- ; end\n /* x */ end",
        "create trigger \"end\" after insert on a begin select [end]; select 1 end; end",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(triggers); i++) {
        g_autofree char *two = g_strdup_printf("%s ; select 1", triggers[i]);
        g_autofree char *expected = g_strdup_printf("%s|select 1", triggers[i]);
        expect(*state, lite, two, expected);
        expect(*state, lite, triggers[i], triggers[i]);
    }
    expect(*state, lite, "create table trigger_log (a); b", "create table trigger_log (a)|b");
    expect(*state, lite, "create table t (\"trigger\"); begin; a; end",
           "create table t (\"trigger\")|begin|a|end");
    expect(*state, lite, "drop trigger t; b", "drop trigger t|b");
    expect_problem(*state, lite,
                   "a;\ncreate trigger t after insert on a begin select 1; select 2 end;",
                   "the body of the trigger is never closed by END", 2, 1);
    expect(*state, AG_DIALECT_POSTGRESQL,
           "create trigger t after insert on a execute function f(); b",
           "create trigger t after insert on a execute function f()|b");
}

static void test_places(void **state)
{
    Fixture *fixture = *state;
    GPtrArray *pieces =
        split(fixture, AG_DIALECT_POSTGRESQL, "a;\r\n\xc3\xa4 '\xe2\x82\xac'; b;\n\n  c");
    static const int places[][2] = {{1, 1}, {2, 1}, {2, 8}, {4, 3}};
    assert_int_equal(pieces->len, 4);
    for (guint i = 0; i < 4; i++) {
        const AgSqlPiece *piece = g_ptr_array_index(pieces, i);
        assert_int_equal(piece->place.line, places[i][0]);
        assert_int_equal(piece->place.column, places[i][1]);
        assert_string_equal(piece->place.file, "x.sql");
    }
    AgPlace place = ag_sql_place("\xc3\xa4\nbc", 4, (AgPlace){"f", 7, 3});
    assert_int_equal(place.line, 8);
    assert_int_equal(place.column, 2);
    place = ag_sql_place("\xc3\xa4\xc3\xa4", 4, (AgPlace){"f", 7, 3});
    assert_int_equal(place.line, 7);
    assert_int_equal(place.column, 5);
}

static void test_problems(void **state)
{
    const AgDialectId pg = AG_DIALECT_POSTGRESQL;
    expect_problem(*state, pg, "a;\nb 'c", "a string is never closed", 2, 3);
    expect_problem(*state, pg, "a;\n /* b", "a comment is never closed", 2, 2);
    expect_problem(*state, pg, "a (b;\nc", "a parenthesis is never closed", 1, 3);
    expect_problem(*state, pg, "a;\nb)", "a parenthesis is closed but not open", 2, 2);
    expect_problem(*state, pg, "a;\n\\connect other", "'\\connect' is a command of psql, not SQL",
                   2, 1);
    assert_non_null(ag_diag_last(((Fixture *)*state)->diag)->hint);
}

static void test_depth_limit(void **state)
{
    Fixture *fixture = *state;
    for (int n = 1000; n <= 1001; n++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int i = 0; i < n; i++)
            g_string_append_c(text, '(');
        for (int i = 0; i < n; i++)
            g_string_append_c(text, ')');
        GPtrArray *pieces = split(fixture, AG_DIALECT_POSTGRESQL, text->str);
        assert_int_equal(pieces == NULL, n > 1000);
    }
    assert_int_equal(ag_diag_last(fixture->diag)->id, AG_PROBLEM_TOO_LARGE);
    /* Comments nest without a stack. */
    g_autoptr(GString) comments = g_string_new(NULL);
    for (int i = 0; i < 100000; i++)
        g_string_append(comments, "/*");
    for (int i = 0; i < 100000; i++)
        g_string_append(comments, "*/");
    g_string_append(comments, "a");
    expect(fixture, AG_DIALECT_POSTGRESQL, comments->str, "a");
}

/* Whatever is cut, the pieces come in order, do not overlap, and only blanks, comments and
 * semicolons lie between them. */
static void test_random_texts(void **state)
{
    Fixture *fixture = *state;
    static const char *const words[] = {
        "create", "function", "trigger", "temp", "begin",   "atomic", "case",    "end",
        ";",      ";",        "(",       ")",    "'a;b'",   "$$;$$",  "/*;*/",   "--;\n",
        "x",      "as",       ".",       "or",   "replace", "\n",     "\"end\"",
    };
    g_autoptr(GRand) rand = g_rand_new_with_seed(4711);
    guint accepted = 0;
    for (int round = 0; round < 10000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int i = g_rand_int_range(rand, 0, 14); i > 0; i--) {
            g_string_append(text, words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
            g_string_append_c(text, ' ');
        }
        AgDialectId dialect = (AgDialectId)g_rand_int_range(rand, 0, AG_N_DIALECTS);
        GPtrArray *pieces = split(fixture, dialect, text->str);
        ag_diag_rewind(fixture->diag, 0);
        if (pieces == NULL)
            continue;
        accepted++;
        size_t at = 0;
        for (guint i = 0; i <= pieces->len; i++) {
            const AgSqlPiece *piece = i < pieces->len ? g_ptr_array_index(pieces, i) : NULL;
            size_t next = piece != NULL ? piece->offset : text->len;
            AgLexer lexer;
            ag_lexer_init(&lexer, dialect, text->str + at, next - at);
            for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;)
                assert_true(ag_token_is(token, ";"));
            at = piece != NULL ? piece->offset + piece->length : text->len;
        }
    }
    assert_true(accepted > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_semicolons, setup, teardown),
        cmocka_unit_test_setup_teardown(test_atomic_bodies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trigger_bodies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(test_depth_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_random_texts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
