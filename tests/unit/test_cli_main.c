/* SPDX-License-Identifier: MIT */
/* Whole runs of the program in this process: exit code, stdout and stderr. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/program.h"

static char *directory, *before;
static char *out, *err;

static int set_up(void **state)
{
    static const char *const names[] = {"DATABASE_URL", "AUTOGEN_URL", "AUTOGEN_ENV",
                                        "AUTOGEN_CONFIG", NULL};
    (void)state;
    for (int i = 0; names[i] != NULL; i++)
        g_unsetenv(names[i]);
    before = g_get_current_dir();
    directory = g_dir_make_tmp("autogen-cli-XXXXXX", NULL);
    assert_int_equal(chdir(directory), 0);
    g_setenv("XDG_CACHE_HOME", directory, TRUE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(chdir(before), 0);
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
    assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_clear_pointer(&directory, g_free);
    g_clear_pointer(&before, g_free);
    g_clear_pointer(&out, g_free);
    g_clear_pointer(&err, g_free);
    return 0;
}

static char *take(FILE *file)
{
    long size = ftell(file);
    char *text = g_malloc0((gsize)size + 1);
    rewind(file);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return text;
}

/* Runs `autogen` with the words of a shell-like line; fills `out` and `err`. */
static int autogen(const char *line)
{
    g_auto(GStrv) argv = NULL;
    g_autofree char *whole = g_strconcat("autogen ", line, NULL);
    int argc = 0, saved[2] = {dup(1), dup(2)};
    FILE *files[2] = {tmpfile(), tmpfile()};
    assert_true(g_shell_parse_argv(whole, &argc, &argv, NULL));
    fflush(stdout);
    fflush(stderr);
    dup2(fileno(files[0]), 1);
    dup2(fileno(files[1]), 2);
    g_autofree char **words = g_memdup2(argv, sizeof *argv * (gsize)(argc + 1));
    int code = ag_program(argc, words, true);
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < 2; i++) {
        fseek(files[i], 0, SEEK_END);
        dup2(saved[i], i + 1);
        close(saved[i]);
    }
    g_free(out);
    g_free(err);
    out = take(files[0]);
    err = take(files[1]);
    return code;
}

static void says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\n%s\n--- does not say: %s", text, words);
}

/* Runs a line and demands the code. */
#define RUN(code, line)                                                                            \
    do {                                                                                           \
        int got = autogen(line);                                                                   \
        if (got != (code))                                                                         \
            fail_msg("%s: exit %d, not %d\n%s%s", (line), got, (code), out, err);                  \
    } while (0)

static void put(const char *name, const char *text)
{
    assert_true(g_file_set_contents(name, text, -1, NULL));
}

static char *only_revision(const char *part)
{
    g_autoptr(GDir) dir = g_dir_open("revisions", 0, NULL);
    assert_non_null(dir);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        if (strstr(name, part) != NULL)
            return g_strdup_printf("revisions/%s", name);
    fail_msg("no revision file has '%s' in its name", part);
    return NULL;
}

static void test_help(void **state)
{
    (void)state;
    RUN(0, "help");
    for (const AgCommand *const *command = ag_commands(); *command != NULL; command++)
        says(out, (*command)->name);
    assert_null(strstr(out, "partitions"));
    RUN(0, "--help");
    RUN(0, "upgrade --help");
    says(out, "--allow-destructive");
    RUN(0, "help import");
    says(out, "usage: autogen inspect");
    RUN(0, "help exit-codes");
    says(out, "143");
    RUN(64, "help chek");
    says(err, "did you mean 'autogen check'?");
}

static void test_version(void **state)
{
    (void)state;
    RUN(0, "--version");
    says(out, "autogen " AUTOGEN_VERSION "\n");
    says(out, "libpq ");
    says(out, "SQLite 3.");
    says(out, "libxml2 2.");
}

static void test_usage_mistakes(void **state)
{
    (void)state;
    RUN(64, "");
    RUN(64, "upgrad head");
    says(err, "did you mean 'autogen upgrade'?");
    RUN(64, "lint");
    says(err, "unknown command 'lint'");
    RUN(64, "upgrade");
    says(err, "'upgrade' needs REV");
    RUN(64, "heads extra");
    says(err, "no use for 'extra'");
    RUN(64, "check --wy");
    says(err, "did you mean '--why'?");
    RUN(64, "xsd --format json");
    RUN(64, "check --format yaml");
    says(err, "its formats are: human json sql markdown github");
    RUN(64, "check --output json");
    RUN(64, "check --color blue");
    RUN(64, "check -m x");
    RUN(64, "upgrade head --allow delete-data");
    says(err, "did you mean 'deletes-data'?");
    RUN(64, "upgrade head --retry many");
    RUN(64, "stamp");
    assert_string_equal(out, "");
}

static void test_explain(void **state)
{
    (void)state;
    RUN(0, "explain not-at-head");
    says(out, "exit code 3");
    RUN(0, "explain");
    says(out, "deletes-data");
    RUN(64, "explain not-at-hed");
    says(err, "not-at-head");
}

static void test_options_without_effect_are_named(void **state)
{
    (void)state;
    RUN(0, "heads --yes");
    says(err, "option '--yes' had no effect on 'heads'");
    RUN(0, "-x a=b heads");
    says(err, "'a'");
    RUN(0, "-q heads");
    assert_string_equal(err, "");
}

static void test_models_missing(void **state)
{
    (void)state;
    RUN(66, "check");
    says(err, "autogen init");
    RUN(66, "-m first");
    assert_int_equal(access("autogen.db", F_OK), -1);
}

static void test_passwords_stay_hidden(void **state)
{
    (void)state;
    put("autogen.ini", "[autogen]\nurl = postgresql://joe:s3cr3t@127.0.0.1:1/x\n");
    RUN(0, "config --show-origin -v --format json");
    assert_null(strstr(out, "s3cr3t"));
    RUN(0, "config");
    assert_null(strstr(out, "s3cr3t"));
    says(out, "joe");
    RUN(69, "status");
    assert_null(strstr(err, "s3cr3t"));
    says(out, "connected  no");
    RUN(69, "status --format json");
    says(out, "\"connected\": false");
}

static void test_stdout_that_is_full(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    int saved = dup(1), full = open("/dev/full", O_WRONLY);
    char *argv[] = {(char[]){"autogen"}, (char[]){"xsd"}, NULL};
    fflush(stdout);
    dup2(full, 1);
    int code = ag_program(2, argv, true);
    clearerr(stdout);
    dup2(saved, 1);
    close(saved);
    close(full);
    assert_int_equal(code, 73);
}

static const char model[] =
    "<model xmlns=\"urn:autogen:model:1\" dialects=\"sqlite\">\n"
    "  <table name=\"customers\">\n"
    "    <column name=\"id\" type=\"integer\" primary-key=\"true\" identity=\"by-default\"/>\n"
    "    <column name=\"email\" type=\"text\"/>\n"
    "  </table>\n"
    "</model>\n";

static void start_project(void)
{
    RUN(0, "init");
    put("models/shop.xml", model);
}

static void test_first_minute(void **state)
{
    (void)state;
    start_project();
    RUN(0, "validate");
    RUN(2, "check");
    says(out, "+ table customers (2 columns, 1 primary key)");
    says(out, "models/shop.xml:2:");
    assert_int_equal(access("autogen.db", F_OK), -1);
    RUN(0, "-m first");
    says(out, "revisions/");
    assert_int_equal(access("autogen.db", F_OK), -1);
    RUN(2, "check");
    says(out, "pending");
    RUN(3, "-m again");
    says(err, "autogen upgrade head");
    RUN(0, "upgrade head");
    says(out, "1 revision applied");
    RUN(0, "check");
    says(out, "no differences");
    RUN(0, "upgrade head");
    says(out, "nothing to do");
    RUN(0, "-m nothing");
    says(err, "no differences");
    assert_string_equal(out, "");
    RUN(3, "downgrade -1");
    says(err, "deletes-data");
    RUN(0, "downgrade -1 --allow-destructive");
    says(out, "base");
    RUN(0, "upgrade +1");
    RUN(0, "current --check-heads");
    says(out, "(head)");
}

static void test_differences_are_shown_with_both_sides(void **state)
{
    (void)state;
    start_project();
    RUN(0, "-m first");
    RUN(0, "upgrade head");
    put("models/shop.xml",
        "<model xmlns=\"urn:autogen:model:1\" dialects=\"sqlite\">\n"
        "  <table name=\"customers\">\n"
        "    <column name=\"id\" type=\"integer\" primary-key=\"true\" identity=\"by-default\"/>\n"
        "    <column name=\"email\" type=\"varchar(80)\" null=\"true\"/>\n"
        "    <column name=\"phone\" type=\"text\" null=\"true\"/>\n"
        "  </table>\n"
        "</model>\n");
    RUN(2, "check");
    says(out, "~ column customers.email  models/shop.xml:4:");
    says(out, "    type: model varchar(80), database text");
    says(out, "    null: model true, database false");
    says(out, "+ column customers.phone  models/shop.xml:5:");
    RUN(2, "check --why");
    says(out, "model written:");
    says(out, "database canonical:");
    RUN(2, "check --format github");
    says(out, "::error file=models/shop.xml,line=4,col=");
    RUN(2, "check --format markdown");
    says(out, "| alter | column customers.email | type |");
    RUN(2, "check --format sql");
    says(out, "BEGIN;");
    RUN(2, "check --format json --output markdown=report.md");
    says(out, "\"agree\": false");
    says(out, "\"verb\": \"alter\"");
    assert_int_equal(access("report.md", R_OK), 0);
    RUN(0, "diff");
    says(out, "BEGIN;");
    says(out, "COMMIT;");
    RUN(2, "diff --exit-code --format human");
    RUN(0, "diff --from models --to empty");
    says(out, "DROP TABLE");
}

static void test_edited_revision_is_a_finding_and_stops_upgrade(void **state)
{
    (void)state;
    start_project();
    RUN(0, "-m first");
    RUN(0, "upgrade head");
    g_autofree char *path = only_revision("first");
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(text, "CREATE TABLE", 2);
    assert_non_null(parts[1]);
    g_autofree char *edited =
        g_strconcat(parts[0], "CREATE TABLE x (y INTEGER);\nCREATE TABLE", parts[1], NULL);
    put(path, edited);
    RUN(2, "check");
    RUN(3, "upgrade head");
    says(err, "edited-revision");
    RUN(0, "stamp --rehash");
    RUN(0, "check");
}

static void test_review_seals(void **state)
{
    (void)state;
    start_project();
    RUN(0, "-m first");
    RUN(0, "upgrade head");
    RUN(0, "review");
    says(out, "not reviewed");
    says(out, "deletes-data");
    RUN(0, "review head --approve --by Ann");
    RUN(0, "review");
    says(out, "reviewed by Ann");
    RUN(0, "downgrade base");
}

static void test_empty_models_do_not_drop_everything(void **state)
{
    (void)state;
    start_project();
    RUN(0, "-m first");
    RUN(0, "upgrade head");
    put("models/shop.xml", "<model xmlns=\"urn:autogen:model:1\"/>\n");
    RUN(65, "-m gone");
    says(err, "dialects=\"sqlite\"");
    assert_int_equal(unlink("models/shop.xml"), 0);
    RUN(3, "-m gone");
    says(err, "empty-models");
    /* A file that describes nothing says so on purpose; what goes is marked. */
    put("models/shop.xml", "<model xmlns=\"urn:autogen:model:1\" dialects=\"sqlite\"/>\n");
    RUN(0, "-m gone");
    says(err, "deletes-data");
    RUN(3, "upgrade head");
}

static void test_inspect_round_trip(void **state)
{
    (void)state;
    start_project();
    RUN(0, "-m first");
    RUN(0, "upgrade head");
    RUN(3, "inspect");
    says(err, "--force");
    RUN(0, "inspect -o out");
    says(out, "out/");
    put("autogen.ini", "[autogen]\nmodels = out\n");
    RUN(0, "check");
    RUN(0, "import -o out --force");
    RUN(0, "check");
}

static void test_revision_options(void **state)
{
    (void)state;
    start_project();
    RUN(0, "-m first --rev-id aaaa1111 --branch-label shop");
    RUN(0, "upgrade aaaa");
    RUN(0, "revision --empty -m hand --rev-id bbbb2222 --depends-on aaaa1111");
    RUN(64, "revision --empty -m x --rev-id head");
    RUN(65, "revision --empty -m x --rev-id bbbb2222");
    RUN(65, "revision --empty -m x --head aaaa1111");
    says(err, "--splice");
    RUN(0, "revision --empty -m side --head aaaa1111 --splice --rev-id cccc3333");
    RUN(0, "heads --format json");
    says(out, "\"bbbb2222\"");
    says(out, "\"cccc3333\"");
    RUN(65, "upgrade head");
    RUN(2, "check");
    says(out, "2 heads");
    RUN(0, "upgrade heads");
    RUN(0, "history -i -v");
    says(out, "cccc3333 (current) (head) side");
    RUN(0, "history -r aaaa1111:bbbb2222");
    says(out, "aaaa1111");
    assert_null(strstr(out, "cccc3333"));
    RUN(0, "show aaaa");
    says(out, "CREATE TABLE");
    RUN(0, "log");
    says(out, "aaaa1111");
    RUN(0, "status --exit-code --format json");
    says(out, "\"pending\": 0");
}

static void test_hook_sees_the_file(void **state)
{
    (void)state;
    start_project();
    put("autogen.ini", "[autogen]\nfile-template = {slug}.sql\n[hooks]\n"
                       "after-revision = cp {file} copy.sql\n");
    RUN(0, "-m first");
    assert_string_equal(out, "revisions/first.sql\n");
    assert_int_equal(access("copy.sql", R_OK), 0);
    put("autogen.ini", "[hooks]\nafter-revision = false\n");
    RUN(1, "revision --empty -m second");
    says(err, "status 1");
}

static void test_same_name_is_never_overwritten(void **state)
{
    (void)state;
    start_project();
    put("autogen.ini", "[autogen]\nfile-template = {slug}.sql\n");
    RUN(0, "revision --empty -m same");
    g_autofree char *text = NULL, *again = NULL;
    assert_true(g_file_get_contents("revisions/same.sql", &text, NULL, NULL));
    RUN(3, "revision --empty -m same");
    assert_true(g_file_get_contents("revisions/same.sql", &again, NULL, NULL));
    assert_string_equal(text, again);
}

static void test_init_never_overwrites(void **state)
{
    (void)state;
    put("autogen.ini", "# mine\n");
    RUN(0, "init");
    says(err, "stays as it is");
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents("autogen.ini", &text, NULL, NULL));
    assert_string_equal(text, "# mine\n");
    RUN(0, "init");
    says(err, "nothing to do");
    RUN(0, "init sub/project");
    assert_int_equal(access("sub/project/models/.schema/autogen-model-1.xsd", R_OK), 0);
    assert_int_equal(access("sub/project/.vscode/settings.json", R_OK), 0);
}

static void test_two_dialects_give_two_blocks(void **state)
{
    (void)state;
    start_project();
    put("models/shop.xml",
        "<model xmlns=\"urn:autogen:model:1\" dialects=\"postgresql sqlite\">\n"
        "  <table name=\"t\"><column name=\"id\" type=\"bigint\" primary-key=\"true\"/></table>\n"
        "</model>\n");
    RUN(0, "-m first");
    says(err, "the block for PostgreSQL is left out");
    RUN(0, "upgrade head");
    RUN(0, "check");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_help),
        TEST(test_version),
        TEST(test_usage_mistakes),
        TEST(test_explain),
        TEST(test_options_without_effect_are_named),
        TEST(test_models_missing),
        TEST(test_passwords_stay_hidden),
        TEST(test_stdout_that_is_full),
        TEST(test_first_minute),
        TEST(test_differences_are_shown_with_both_sides),
        TEST(test_edited_revision_is_a_finding_and_stops_upgrade),
        TEST(test_review_seals),
        TEST(test_empty_models_do_not_drop_everything),
        TEST(test_inspect_round_trip),
        TEST(test_revision_options),
        TEST(test_hook_sees_the_file),
        TEST(test_same_name_is_never_overwritten),
        TEST(test_init_never_overwrites),
        TEST(test_two_dialects_give_two_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
