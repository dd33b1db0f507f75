/* SPDX-License-Identifier: MIT */
/* autogen.ini: lines, places, variables, layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/config.h"
#include "cli/config_private.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    char *directory, *before;
} Fixture;

static int set_up(void **state)
{
    static const char *const names[] = {"DATABASE_URL",   "AUTOGEN_URL",    "AUTOGEN_ENV",
                                        "AUTOGEN_CONFIG", "AUTOGEN_REVIEW", "T_HOST",
                                        "T_ENVFILE",      "AUTOGEN_MODELS", NULL};
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->pool = ag_pool_new();
    fixture->diag = ag_diag_new();
    fixture->before = g_get_current_dir();
    fixture->directory = g_dir_make_tmp("autogen-config-XXXXXX", NULL);
    for (int i = 0; names[i] != NULL; i++)
        g_unsetenv(names[i]);
    assert_int_equal(chdir(fixture->directory), 0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    assert_int_equal(chdir(fixture->before), 0);
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", fixture->directory);
    assert_int_equal(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL), TRUE);
    ag_diag_free(fixture->diag);
    ag_pool_free(fixture->pool);
    g_free(fixture->directory);
    g_free(fixture->before);
    g_free(fixture);
    return 0;
}

static void put(const char *name, const char *text)
{
    assert_true(g_file_set_contents(name, text, -1, NULL));
}

static AgConfig *load(Fixture *fixture, const char *env)
{
    AgConfigSources sources = {.env = env};
    return ag_config_load(fixture->pool, &sources, fixture->diag);
}

static void expect_problem(Fixture *fixture, int line, int column, const char *words)
{
    const AgProblem *problem = ag_diag_last(fixture->diag);
    assert_non_null(problem);
    assert_int_equal(problem->id, AG_PROBLEM_BAD_CONFIG);
    assert_int_equal(problem->place.line, line);
    assert_int_equal(problem->place.column, column);
    if (strstr(problem->message, words) == NULL)
        fail_msg("'%s' does not say '%s'", problem->message, words);
}

static const char *url_of(Fixture *fixture, AgConfig *config, const char **origin)
{
    AgConfigValue value;
    assert_true(ag_config_get(config, AG_CONFIG_URL, &value, fixture->diag));
    if (origin != NULL)
        *origin = value.origin;
    return value.text;
}

static void test_without_a_file_built_in_values_hold(void **state)
{
    Fixture *fixture = *state;
    const char *origin;
    AgConfig *config = load(fixture, NULL);
    assert_non_null(config);
    assert_null(ag_config_file(config));
    assert_string_equal(url_of(fixture, config, &origin), "sqlite:///autogen.db");
    assert_string_equal(origin, "built-in");
    assert_string_equal(ag_config_text(config, AG_CONFIG_VERSION_TABLE), "autogen_version");
    assert_int_equal(ag_config_ms(config, AG_CONFIG_LOCK_TIMEOUT), 5000);
    assert_string_equal(g_ptr_array_index(ag_config_paths(config, AG_CONFIG_MODELS), 0), "models");
    assert_true(ag_config_bool(config, AG_CONFIG_COMPARE_COMMENTS));
}

static void test_layers_stand_above_each_other(void **state)
{
    Fixture *fixture = *state;
    const char *origin;
    put("autogen.ini", "[autogen]\nurl = sqlite:///base.db\n[env:prod]\nurl = sqlite:///prod.db\n");
    g_setenv("DATABASE_URL", "sqlite:///env.db", TRUE);
    assert_string_equal(url_of(fixture, load(fixture, NULL), &origin), "sqlite:///base.db");
    assert_string_equal(origin, "autogen.ini:2 [autogen]");
    assert_string_equal(url_of(fixture, load(fixture, "prod"), &origin), "sqlite:///prod.db");
    assert_string_equal(origin, "autogen.ini:4 [env:prod]");
    g_setenv("AUTOGEN_URL", "sqlite:///forced.db", TRUE);
    assert_string_equal(url_of(fixture, load(fixture, "prod"), &origin), "sqlite:///forced.db");
    assert_string_equal(origin, "environment AUTOGEN_URL");
}

static void test_database_url_is_only_a_default(void **state)
{
    Fixture *fixture = *state;
    const char *origin;
    g_setenv("DATABASE_URL", "sqlite:///env.db", TRUE);
    assert_string_equal(url_of(fixture, load(fixture, NULL), &origin), "sqlite:///env.db");
    assert_string_equal(origin, "environment DATABASE_URL");
    put("autogen.ini", "[autogen]\nurl = sqlite:///base.db\n");
    assert_string_equal(url_of(fixture, load(fixture, NULL), NULL), "sqlite:///base.db");
}

static const char *give_option(const char *key, void *data)
{
    (void)data;
    return strcmp(key, "lock-timeout") == 0 ? "250ms" : NULL;
}

static void test_options_win(void **state)
{
    Fixture *fixture = *state;
    AgConfigSources sources = {.option = give_option};
    put("autogen.ini", "[autogen]\nlock-timeout = 2min\n");
    AgConfig *config = ag_config_load(fixture->pool, &sources, fixture->diag);
    assert_non_null(config);
    assert_int_equal(ag_config_ms(config, AG_CONFIG_LOCK_TIMEOUT), 250);
}

static void test_the_file_is_found_upwards(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[autogen]\nmodels = m \"two words\" /abs\n");
    assert_int_equal(g_mkdir_with_parents("a/b", 0700), 0);
    assert_int_equal(chdir("a/b"), 0);
    AgConfig *config = load(fixture, NULL);
    assert_non_null(config);
    assert_string_equal(ag_config_file(config), "../../autogen.ini");
    assert_string_equal(ag_config_directory(config), "../..");
    GPtrArray *paths = ag_config_paths(config, AG_CONFIG_MODELS);
    assert_int_equal(paths->len, 3);
    assert_string_equal(g_ptr_array_index(paths, 0), "../../m");
    assert_string_equal(g_ptr_array_index(paths, 1), "../../two words");
    assert_string_equal(g_ptr_array_index(paths, 2), "/abs");
}

static void test_unknown_key_is_located(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "# comment\n[autogen]\n\n  revisons = x\n");
    assert_null(load(fixture, NULL));
    expect_problem(fixture, 4, 3, "'revisons'");
    assert_non_null(strstr(ag_diag_last(fixture->diag)->hint, "did you mean 'revisions'?"));
}

static void test_all_mistakes_are_reported(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[autogen]\nfoo = 1\n[nonsense]\n[env:x]\nbar = 2\n[hooks]\nbefore = 3\n");
    assert_null(load(fixture, NULL));
    assert_int_equal(ag_diag_errors(fixture->diag), 4);
}

static void test_keys_of_later_versions_are_refused(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[lint]\nrules = s\n");
    assert_null(load(fixture, NULL));
    expect_problem(fixture, 2, 1, "does not have key 'rules'");
}

static void test_duplicate_key_names_both_places(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[autogen]\nurl = a\nmodels = m\nurl = b\n");
    assert_null(load(fixture, NULL));
    expect_problem(fixture, 4, 1, "'url' stands twice");
    assert_int_equal(ag_diag_last(fixture->diag)->other.line, 2);
}

static void test_values_are_checked(void **state)
{
    static const char *const bad[] = {"lock-timeout = soon",     "lock-timeout = -1s",
                                      "review = sometimes",      "not-valid = perhaps",
                                      "dialects = mysql",        "truncate-slug-length = many",
                                      "timezone = Mars/Olympus", "unmanaged = delete",
                                      "models = \"open",         "statement-timeout = 25h"};
    Fixture *fixture = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strdup_printf("[autogen]\n%s\n", bad[i]);
        put("autogen.ini", text);
        guint before = ag_diag_errors(fixture->diag);
        if (load(fixture, NULL) != NULL)
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(ag_diag_errors(fixture->diag), before + 1);
        expect_problem(fixture, 2, 1, "is no value for");
    }
}

static void test_environment_must_exist(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[env:production]\nurl = x\n");
    assert_null(load(fixture, "prodction"));
    assert_non_null(strstr(ag_diag_last(fixture->diag)->hint, "'production'"));
}

static void test_variables(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) assign = g_ptr_array_new();
    g_ptr_array_add(assign, (gpointer)(guintptr) "T_NAME=given");
    AgConfigSources sources = {.assign = assign};
    put("autogen.ini", "[autogen]\nurl = sqlite:///${T_HOST}-${T_NAME}-${T_NONE:-d}-$${x}-100%\n");
    g_setenv("T_HOST", "h%41", TRUE);
    AgConfig *config = ag_config_load(fixture->pool, &sources, fixture->diag);
    assert_non_null(config);
    assert_int_equal(ag_config_unused(config)->len, 1);
    assert_string_equal(url_of(fixture, config, NULL), "sqlite:///h%41-given-d-${x}-100%");
    assert_int_equal(ag_config_unused(config)->len, 0);
}

static void test_missing_variable_fails_only_when_needed(void **state)
{
    Fixture *fixture = *state;
    AgConfigValue value;
    put("autogen.ini", "[autogen]\nurl = ${T_HOST}\n");
    AgConfig *config = load(fixture, NULL);
    assert_non_null(config);
    assert_false(ag_config_get(config, AG_CONFIG_URL, &value, fixture->diag));
    expect_problem(fixture, 2, 1, "'T_HOST' is not set");
    put("autogen.ini", "[autogen]\nreview = ${T_HOST}\n");
    assert_null(load(fixture, NULL));
}

static void test_unclosed_variable(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[autogen]\nmodels = ${T_HOST\n");
    assert_null(load(fixture, NULL));
    expect_problem(fixture, 2, 1, "'${' without its '}'");
}

static void test_env_file_fills_what_is_not_set(void **state)
{
    Fixture *fixture = *state;
    const char *origin;
    put(".env",
        "# x\nexport DATABASE_URL=sqlite:///dotenv.db # tail\nT_ENVFILE='a b'\nT_HOST=no\n");
    put("autogen.ini", "[autogen]\nenv-file = .env\n");
    g_setenv("T_HOST", "yes", TRUE);
    AgConfig *config = load(fixture, NULL);
    assert_non_null(config);
    assert_string_equal(url_of(fixture, config, &origin), "sqlite:///dotenv.db");
    assert_string_equal(origin, ".env:2 DATABASE_URL");
    assert_string_equal(g_getenv("T_ENVFILE"), "a b");
    assert_string_equal(g_getenv("T_HOST"), "yes");
    g_unsetenv("DATABASE_URL");
}

static void test_env_lines(void **state)
{
    Fixture *fixture = *state;
    char text[] = "A=1\r\nB=\"x\\ny \\\"q\\\"\" # c\nC='$HOME'\nD=\n";
    GPtrArray *lines = ag_env_lines(fixture->pool, text, ".env", fixture->diag);
    static const char *const wanted[] = {"1", "x\ny \"q\"", "$HOME", ""};
    assert_non_null(lines);
    assert_int_equal(lines->len, 4);
    for (guint i = 0; i < lines->len; i++)
        assert_string_equal(((AgConfigLine *)g_ptr_array_index(lines, i))->value, wanted[i]);
    char open[] = "A=1\nB='x\n1C=2\n";
    assert_null(ag_env_lines(fixture->pool, open, ".env", fixture->diag));
    assert_int_equal(ag_diag_errors(fixture->diag), 2);
}

static void test_ini_forms(void **state)
{
    Fixture *fixture = *state;
    char text[] = "\xef\xbb\xbf[ autogen ]\r\n; c\r\nschemas = a\r\n   b c\r\nurl=x#y;z\r\n";
    GPtrArray *lines = ag_config_lines(fixture->pool, text, "f.ini", fixture->diag);
    assert_non_null(lines);
    assert_int_equal(lines->len, 3);
    const AgConfigLine *schemas = g_ptr_array_index(lines, 1), *url = g_ptr_array_index(lines, 2);
    assert_string_equal(schemas->section, "autogen");
    assert_string_equal(schemas->value, "a b c");
    assert_string_equal(url->value, "x#y;z");
    assert_int_equal(url->place.line, 5);
    char bad[] = "key = 1\n[x\nnonsense\n= 2\n";
    assert_null(ag_config_lines(fixture->pool, bad, "f.ini", fixture->diag));
    assert_int_equal(ag_diag_errors(fixture->diag), 4);
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        int ms;
    } good[] = {{"0", 0},      {"5", 5000},      {"500ms", 500},
                {"5 s", 5000}, {"2min", 120000}, {"24h", 86400000}};
    static const char *const bad[] = {
        "", "s", "5 days", "1.5s", "-1", "25h", "99999999999999999999s"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        int ms = -1;
        assert_true(ag_duration_parse(good[i].text, &ms));
        assert_int_equal(ms, good[i].ms);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        int ms = -1;
        assert_false(ag_duration_parse(bad[i], &ms));
        assert_int_equal(ms, -1);
    }
}

static void test_named_file_must_exist(void **state)
{
    Fixture *fixture = *state;
    AgConfigSources sources = {.file = "nowhere/autogen.ini"};
    assert_null(ag_config_load(fixture->pool, &sources, fixture->diag));
    assert_int_equal(ag_diag_last(fixture->diag)->id, AG_PROBLEM_FILE_MISSING);
}

static void test_foreign_file_above_is_refused(void **state)
{
    Fixture *fixture = *state;
    put("autogen.ini", "[autogen]\n");
    if (geteuid() != 0 || chown("autogen.ini", 12345, 12345) != 0)
        skip();
    assert_non_null(load(fixture, NULL));
    assert_int_equal(g_mkdir_with_parents("below", 0700), 0);
    assert_int_equal(chdir("below"), 0);
    assert_null(load(fixture, NULL));
    assert_non_null(strstr(ag_diag_last(fixture->diag)->message, "another user"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_without_a_file_built_in_values_hold),
        TEST(test_layers_stand_above_each_other),
        TEST(test_database_url_is_only_a_default),
        TEST(test_options_win),
        TEST(test_the_file_is_found_upwards),
        TEST(test_unknown_key_is_located),
        TEST(test_all_mistakes_are_reported),
        TEST(test_keys_of_later_versions_are_refused),
        TEST(test_duplicate_key_names_both_places),
        TEST(test_values_are_checked),
        TEST(test_environment_must_exist),
        TEST(test_variables),
        TEST(test_missing_variable_fails_only_when_needed),
        TEST(test_unclosed_variable),
        TEST(test_env_file_fills_what_is_not_set),
        TEST(test_env_lines),
        TEST(test_ini_forms),
        TEST(test_durations),
        TEST(test_named_file_must_exist),
        TEST(test_foreign_file_above_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
