/* SPDX-License-Identifier: MIT */
/* libautogen as a program that embeds it sees it: autogen.h and nothing else. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "autogen.h"

static char directory[] = "/tmp/autogen-library.XXXXXX";

static void put(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int enter(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        return -1;
    setenv("XDG_CACHE_HOME", directory, 1);
    put("autogen.ini", "[autogen]\nurl = sqlite:///shop.db\nmodels = .\nrevisions = .\n");
    put("a.sql", "-- autogen revision\n-- id: aaaa00000001\n-- message: one\n"
                 "-- created: 2026-01-01T00:00:00Z\n\n-- autogen:upgrade sqlite\n"
                 "CREATE TABLE t (id integer);\nCREATE TABLE u (id integer);\n\n"
                 "-- autogen:downgrade sqlite\nDROP TABLE u;\nDROP TABLE t;\n\n-- autogen:end\n");
    put("b.sql", "-- autogen revision\n-- id: bbbb00000002\n-- parent: aaaa00000001\n"
                 "-- message: two\n-- created: 2026-01-01T00:00:00Z\n\n-- autogen:upgrade sqlite\n"
                 "-- autogen:hazard deletes-data table u\nDROP TABLE u;\n\n"
                 "-- autogen:downgrade sqlite\nCREATE TABLE u (id integer);\n\n-- autogen:end\n");
    return 0;
}

static int leave(void **state)
{
    (void)state;
    char command[sizeof directory + 16];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return chdir("/") == 0 ? system(command) : -1;
}

static Autogen *shop(void **state)
{
    (void)state;
    Autogen *autogen = autogen_new();
    unlink("shop.db");
    autogen_set(autogen, "config", "autogen.ini");
    return autogen;
}

typedef struct {
    char text[2000];
} Heard;

static void on_event(const AutogenEvent *event, void *data)
{
    static const char *const kinds[] = {"(", "<", ">", ")"};
    Heard *heard = data;
    size_t length = strlen(heard->text);
    snprintf(heard->text + length, sizeof heard->text - length, "%s%c%u/%u", kinds[event->kind],
             event->revision[0], event->statement, event->n_statements);
}

static bool on_output(AutogenStream stream, const char *text, size_t length, void *data)
{
    Heard *heard = data;
    if (text != NULL && stream == AUTOGEN_RESULTS)
        strncat(heard->text, text, length);
    return true;
}

static void test_upgrade_tells_each_step(void **state)
{
    Autogen *autogen = shop(state);
    Heard heard = {""};
    autogen_on_event(autogen, on_event, &heard);
    assert_int_equal(autogen_upgrade(autogen, "+1"), AUTOGEN_DONE);
    assert_int_equal(autogen_applied(autogen), 1);
    assert_string_equal(autogen_explain(autogen), "");
    assert_string_equal(heard.text, "(a0/2<a1/2>a1/2<a2/2>a2/2)a0/2");
    assert_int_equal(autogen_upgrade(autogen, "aaaa"), AUTOGEN_DONE);
    assert_int_equal(autogen_applied(autogen), 0);
    autogen_free(autogen);
}

static bool say_yes(const char *question, void *data)
{
    int *asked = data;
    assert_non_null(strstr(question, "?"));
    (*asked)++;
    return true;
}

static void test_consent_is_asked_for(void **state)
{
    Autogen *autogen = shop(state);
    AutogenProblem problem;
    int asked = 0;
    assert_int_equal(autogen_upgrade(autogen, "head"), AUTOGEN_REFUSED);
    assert_true(autogen_problem(autogen, 0, &problem));
    assert_string_equal(problem.id, "destructive");
    assert_int_equal(problem.severity, AUTOGEN_ERROR);
    assert_non_null(strstr(problem.file, "b.sql"));
    assert_int_equal(problem.line, 9);
    assert_non_null(problem.hint);
    assert_non_null(strstr(autogen_explain(autogen), "b.sql:9"));
    assert_false(autogen_problem(autogen, 1, &problem));
    autogen_on_question(autogen, say_yes, &asked);
    assert_int_equal(autogen_upgrade(autogen, "head"), AUTOGEN_DONE);
    assert_int_equal(asked, 1);
    assert_int_equal(autogen_applied(autogen), 2);
    autogen_on_question(autogen, NULL, NULL);
    assert_int_equal(autogen_downgrade(autogen, "-1"), AUTOGEN_DONE);
    autogen_set(autogen, "allow-destructive", NULL);
    assert_int_equal(autogen_upgrade(autogen, "head"), AUTOGEN_DONE);
    assert_int_equal(asked, 1);
    autogen_free(autogen);
}

static void test_status_and_check(void **state)
{
    Autogen *autogen = shop(state);
    AutogenStatus status;
    put("shop.xml",
        "<model xmlns=\"urn:autogen:model:1\" dialects=\"sqlite\">"
        "<table name=\"t\"><column name=\"id\" type=\"integer\" null=\"true\"/></table></model>");
    autogen_set(autogen, "exit-code", NULL);
    assert_int_equal(autogen_status(autogen, &status), AUTOGEN_DIFFERENT);
    assert_true(status.connected);
    assert_string_equal(status.current, "base");
    assert_string_equal(status.heads, "bbbb00000002");
    assert_int_equal(status.pending, 2);
    assert_null(status.last_applied);
    autogen_set(autogen, "allow", "deletes-data:u");
    assert_int_equal(autogen_upgrade(autogen, "head"), AUTOGEN_DONE);
    assert_int_equal(autogen_status(autogen, &status), AUTOGEN_DONE);
    assert_string_equal(status.current, "bbbb00000002");
    assert_string_equal(status.last_applied, "bbbb00000002");
    assert_non_null(status.last_applied_at);
    if (autogen_check(autogen) != AUTOGEN_DONE)
        fail_msg("%s", autogen_explain(autogen));
    unlink("shop.xml");
    autogen_free(autogen);
}

static void test_mistakes_are_told(void **state)
{
    Autogen *autogen = shop(state);
    AutogenProblem problem;
    AutogenStatus status;
    autogen_set(autogen, "no-such-option", "1");
    assert_int_equal(autogen_upgrade(autogen, "head"), AUTOGEN_USAGE);
    assert_non_null(strstr(autogen_explain(autogen), "no-such-option"));
    autogen_free(autogen);

    autogen = shop(state);
    assert_int_equal(autogen_upgrade(autogen, "cccc"), AUTOGEN_INVALID);
    assert_true(autogen_problem(autogen, 0, &problem));
    autogen_set(autogen, "config", "nowhere.ini");
    assert_int_equal(autogen_status(autogen, &status), AUTOGEN_MISSING);
    assert_false(status.connected);
    assert_null(status.current);
    autogen_set(autogen, "config", "autogen.ini");
    autogen_set(autogen, "url", "postgresql://u:hunter2@localhost:1/none");
    assert_int_equal(autogen_status(autogen, &status), AUTOGEN_UNREACHABLE);
    assert_null(strstr(autogen_explain(autogen), "hunter2"));
    autogen_free(autogen);
}

static void test_a_command_line(void **state)
{
    Autogen *autogen = shop(state);
    Heard heard = {""};
    char words[5][20] = {"autogen", "heads", "--format", "json", "--quiet"};
    char *argv[] = {words[0], words[1], words[2], words[3], words[4], NULL};
    autogen_on_output(autogen, on_output, 0, &heard);
    assert_int_equal(autogen_run(autogen, 5, argv), 0);
    assert_non_null(strstr(heard.text, "\"bbbb00000002\""));
    autogen_free(autogen);
}

static void cancel_at_second(const AutogenEvent *event, void *data)
{
    if (event->kind == AUTOGEN_STATEMENT_BEGINS && event->statement == 2)
        assert_true(autogen_cancel(data, 15));
}

static void test_cancel(void **state)
{
    Autogen *autogen = shop(state);
    AutogenStatus status;
    autogen_on_event(autogen, cancel_at_second, autogen);
    assert_int_equal(autogen_upgrade(autogen, "+1"), 128 + 15);
    assert_false(autogen_cancel(autogen, 15));
    autogen_free(autogen);
    autogen = autogen_new();
    autogen_set(autogen, "config", "autogen.ini");
    assert_int_equal(autogen_status(autogen, &status), AUTOGEN_DONE);
    assert_string_equal(status.current, "base");
    autogen_free(autogen);
}

static void *upgrade_in_thread(void *data)
{
    Autogen *autogen = autogen_new();
    (void)data;
    autogen_set(autogen, "config", "autogen.ini");
    autogen_set(autogen, "wait", "30");
    autogen_set(autogen, "lock-timeout", "30s");
    autogen_set(autogen, "allow-destructive", NULL);
    AutogenCode code = autogen_upgrade(autogen, "head");
    unsigned applied = autogen_applied(autogen);
    if (code != AUTOGEN_DONE)
        print_error("%s", autogen_explain(autogen));
    autogen_free(autogen);
    return (void *)(intptr_t)(code == AUTOGEN_DONE ? (int)applied : 1000);
}

static void test_threads_at_once(void **state)
{
    enum { N = 6 };
    pthread_t threads[N];
    intptr_t sum = 0;
    autogen_free(shop(state));
    for (int i = 0; i < N; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, upgrade_in_thread, NULL), 0);
    for (int i = 0; i < N; i++) {
        void *applied;
        assert_int_equal(pthread_join(threads[i], &applied), 0);
        sum += (intptr_t)applied;
    }
    assert_int_equal(sum, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_upgrade_tells_each_step), cmocka_unit_test(test_consent_is_asked_for),
        cmocka_unit_test(test_status_and_check),        cmocka_unit_test(test_mistakes_are_told),
        cmocka_unit_test(test_a_command_line),          cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_threads_at_once),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
