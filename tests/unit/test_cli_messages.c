/* SPDX-License-Identifier: MIT */
/* Whatever a message or a page recommends to type must exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib.h>
#include <string.h>

#include "cli/command.h"

/* Words that follow the program's name in plain sentences. */
static const char *const prose[] = {"and",    "creates", "does", "expressions", "has",
                                    "itself", "keeps",   "or",   "wrote",       NULL};

static guint n_found, n_wrong;

static bool is_known(const char *word)
{
    return g_strv_contains(prose, word) || ag_command_find(word) != NULL;
}

/* Adjacent literals are one text. */
static char *joined(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("\"\\s*\\n\\s*\"", 0, 0, NULL);
    return g_regex_replace_literal(regex, text, -1, 0, "", 0, NULL);
}

static void check_text(const char *path, const char *text, const char *pattern)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    assert_non_null(regex);
    g_regex_match(regex, text, 0, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
        g_autofree char *word = g_match_info_fetch(match, 1);
        n_found++;
        if (is_known(word))
            continue;
        n_wrong++;
        print_error("%s says 'autogen %s', which is no command\n", path, word);
    }
}

static void check_file(const char *path)
{
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    if (g_str_has_suffix(path, ".md")) {
        check_text(path, text, "`autogen ([a-z][a-z-]*)");
        check_text(path, text, "(?m)^ *autogen ([a-z][a-z-]*)");
        return;
    }
    g_autofree char *whole = joined(text);
    g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (strchr(*line, '"') != NULL)
            check_text(path, *line, "(?<!-- )autogen ([a-z][a-z-]*)");
}

static void check_directory(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;
    assert_non_null(directory);
    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            check_directory(child);
        else if (g_str_has_suffix(name, ".c") || g_str_has_suffix(name, ".md") ||
                 strcmp(name, "problems.def") == 0)
            check_file(child);
    }
}

static void messages_name_commands(void **state)
{
    (void)state;
    n_found = n_wrong = 0;
    check_directory(TEST_SOURCE_DIR "/src");
    assert_int_equal(n_wrong, 0);
    assert_true(n_found > 40);
}

static void pages_name_commands(void **state)
{
    (void)state;
    n_found = n_wrong = 0;
    check_directory(TEST_SOURCE_DIR "/docs");
    check_file(TEST_SOURCE_DIR "/README.md");
    assert_int_equal(n_wrong, 0);
    assert_true(n_found > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_name_commands),
        cmocka_unit_test(pages_name_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
