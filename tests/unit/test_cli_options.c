/* SPDX-License-Identifier: MIT */
/* The command line reader, and rules that hold for all commands' tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/options.h"

static const AgOptionInfo table[] = {
    {"message", 'm', AG_OPTION_TEXT, false, "TEXT", ""},
    {"allow", 'a', AG_OPTION_LIST, false, "WHAT", ""},
    {"verbose", 'v', AG_OPTION_FLAG, false, NULL, ""},
    {"url", 0, AG_OPTION_TEXT, true, "URL", ""},
    {0},
};
static const AgOptionInfo *const tables[] = {table, NULL};

static AgPool *pool;
static AgDiag *diag;
static char *argv[16];

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

static int split(const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    int n = 0;
    for (char **word = words; *word != NULL; word++)
        argv[n++] = ag_pool_text(pool, *word);
    return n;
}

static AgOptions *parse(const char *line)
{
    AgOptions *options = ag_options_new(pool, tables);
    int n = split(line);
    return ag_options_parse(options, n, argv, diag) ? options : NULL;
}

static void test_forms_of_values(void **state)
{
    static const char *const lines[] = {"p --message=x y", "p --message x y",
                                        "p -m x y",        "p y -mx",
                                        "p -vm x y",       "p -m first --message x y"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        AgOptions *options = parse(lines[i]);
        assert_non_null(options);
        assert_string_equal(ag_options_text(options, "message"), "x");
        assert_int_equal(ag_options_words(options)->len, 1);
        assert_string_equal(g_ptr_array_index(ag_options_words(options), 0), "y");
    }
}

static void test_steps_are_words(void **state)
{
    (void)state;
    AgOptions *options = parse("p -1 +2 - -- -m");
    assert_non_null(options);
    assert_int_equal(ag_options_words(options)->len, 4);
    assert_string_equal(g_ptr_array_index(ag_options_words(options), 0), "-1");
    assert_string_equal(g_ptr_array_index(ag_options_words(options), 3), "-m");
    assert_false(ag_options_has(options, "message"));
}

static void test_lists_keep_all(void **state)
{
    (void)state;
    AgOptions *options = parse("p -a1 --allow=2 -a 3");
    assert_non_null(options);
    assert_int_equal(ag_options_list(options, "allow")->len, 3);
    assert_int_equal(ag_options_list(options, "message")->len, 0);
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *line, *message, *hint;
    } bad[] = {
        {"p --mesage x", "unknown option '--mesage'", "did you mean '--message'?"},
        {"p --mesage=secret", "unknown option '--mesage'", "did you mean '--message'?"},
        {"p -z", "unknown option '-z' in '-z'", NULL},
        {"p -m", "option '--message' needs a value", "--message=TEXT"},
        {"p -m --verbose", "option '--message' needs a value", "--message=TEXT"},
        {"p --verbose=yes", "option '--verbose' takes no value", NULL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_null(parse(bad[i].line));
        guint first = ag_diag_count(diag) - ag_diag_errors(diag);
        const AgProblem *problem = ag_diag_problem(diag, first);
        assert_int_equal(problem->id, AG_PROBLEM_USAGE);
        assert_string_equal(problem->message, bad[i].message);
        if (bad[i].hint != NULL)
            assert_non_null(strstr(problem->hint, bad[i].hint));
        ag_diag_rewind(diag, 0);
    }
}

static void test_all_mistakes_are_reported(void **state)
{
    (void)state;
    assert_null(parse("p --one -v --two word --three"));
    assert_int_equal(ag_diag_errors(diag), 3);
}

static void test_secrets_leave_the_process_title(void **state)
{
    (void)state;
    AgOptions *options = parse("p --url=postgresql://u:pw@h/d -m keep");
    assert_non_null(options);
    assert_string_equal(ag_options_text(options, "url"), "postgresql://u:pw@h/d");
    assert_null(strstr(argv[1], "pw"));
    assert_string_equal(argv[3], "keep");
    assert_non_null(parse("p --url postgresql://u:pw@h/d"));
    assert_null(strstr(argv[2], "pw"));
}

static void test_unused_options_are_known(void **state)
{
    (void)state;
    AgOptions *options = parse("p -v -m x");
    assert_true(ag_options_has(options, "verbose"));
    GPtrArray *unused = ag_options_unused(options);
    assert_int_equal(unused->len, 1);
    assert_string_equal(g_ptr_array_index(unused, 0), "message");
}

static void test_first_word_passes_over_values(void **state)
{
    (void)state;
    assert_int_equal(ag_options_first_word(tables, split("p -v -m check upgrade"), argv), 4);
    assert_int_equal(ag_options_first_word(tables, split("p --message=x upgrade"), argv), 2);
    assert_int_equal(ag_options_first_word(tables, split("p -mx upgrade"), argv), 2);
    assert_int_equal(ag_options_first_word(tables, split("p -v -m upgrade"), argv), 0);
    assert_int_equal(ag_options_first_word(tables, split("p --unknown upgrade"), argv), 2);
}

static bool same_shape(const AgOptionInfo *a, const AgOptionInfo *b)
{
    return (a->type == AG_OPTION_FLAG) == (b->type == AG_OPTION_FLAG);
}

/* The command word is found by the options of all commands together, so one name may not take a
 * value here and none there, and no command may hide a global option. */
static void test_tables_of_all_commands_agree(void **state)
{
    (void)state;
    for (const AgCommand *const *c = ag_commands(); *c != NULL; c++) {
        assert_non_null((*c)->run);
        assert_non_null((*c)->about);
        assert_true((*c)->min_words <= (*c)->max_words);
        assert_true((*c)->formats == 0 || ((*c)->formats & (1u << (*c)->format)) != 0);
        for (const AgOptionInfo *own = (*c)->options; own->name != NULL; own++) {
            assert_true((own->value == NULL) == (own->type == AG_OPTION_FLAG));
            for (const AgOptionInfo *global = ag_global_options; global->name != NULL; global++) {
                assert_string_not_equal(own->name, global->name);
                assert_true(own->letter == 0 || own->letter != global->letter);
            }
            for (const AgCommand *const *d = ag_commands(); *d != NULL; d++)
                for (const AgOptionInfo *other = (*d)->options; other->name != NULL; other++)
                    if (strcmp(own->name, other->name) == 0 ||
                        (own->letter != 0 && own->letter == other->letter))
                        assert_true(same_shape(own, other));
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_forms_of_values),
        TEST(test_steps_are_words),
        TEST(test_lists_keep_all),
        TEST(test_mistakes),
        TEST(test_all_mistakes_are_reported),
        TEST(test_secrets_leave_the_process_title),
        TEST(test_unused_options_are_known),
        TEST(test_first_word_passes_over_values),
        TEST(test_tables_of_all_commands_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
