/* SPDX-License-Identifier: MIT */
/* The tables of docs/ say what the program says. With --update they are written anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib.h>
#include <string.h>

#include "cli/command.h"

static bool update;

/* A cell of a table: a bar would end it. */
static void append_cell(GString *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '|')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *p);
    }
}

/* Compares what stands between the marker and <!-- end --> with `wanted`, or writes it there. */
static void check_section(const char *file, const char *marker, const char *wanted)
{
    g_autofree char *path = g_build_filename(TEST_SOURCE_DIR, "docs", file, NULL);
    g_autofree char *begin =
        g_strdup_printf("<!-- %s: written by test_cli_docs --update -->\n", marker);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    char *start = strstr(text, begin);
    assert_non_null(start);
    start += strlen(begin);
    char *end = strstr(start, "<!-- end -->");
    assert_non_null(end);
    g_autofree char *found = g_strndup(start, (gsize)(end - start));
    if (!update) {
        assert_string_equal(found, wanted);
        return;
    }
    g_autoptr(GString) whole = g_string_new_len(text, start - text);
    g_string_append(whole, wanted);
    g_string_append(whole, end);
    assert_true(g_file_set_contents(path, whole->str, -1, NULL));
}

static void configuration(void **state)
{
    (void)state;
    g_autoptr(GString) out = g_string_new("| key | built-in value | what it does |\n"
                                          "| --- | --- | --- |\n");
    for (int i = 0; i < AG_N_CONFIG_KEYS; i++) {
        const char *builtin = ag_config_key_builtin((AgConfigKey)i);
        g_string_append_printf(out, "| `%s` | ", ag_config_key_name((AgConfigKey)i));
        if (builtin != NULL)
            g_string_append_printf(out, "`%s` ", builtin);
        g_string_append(out, "| ");
        append_cell(out, ag_config_key_about((AgConfigKey)i));
        g_string_append(out, " |\n");
    }
    check_section("configuration.md", "keys", out->str);
}

static void commands(void **state)
{
    (void)state;
    g_autoptr(GString) out = g_string_new("| command | what it does |\n| --- | --- |\n");
    for (const AgCommand *const *command = ag_commands(); *command != NULL; command++) {
        g_string_append_printf(out, "| `%s%s", (*command)->name,
                               *(*command)->words == '\0' ? "" : " ");
        append_cell(out, (*command)->words);
        g_string_append_c(out, '`');
        if ((*command)->alias != NULL)
            g_string_append_printf(out, ", `%s`", (*command)->alias);
        g_string_append(out, " | ");
        append_cell(out, (*command)->summary);
        g_string_append(out, " |\n");
    }
    check_section("commands.md", "commands", out->str);
}

static void exit_codes(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) out = g_string_new("| code | meaning |\n| --- | --- |\n");
    ag_help_exit_codes(text);
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        char *code = g_strstrip(*line);
        size_t length = strcspn(code, " ");
        g_string_append_printf(out, "| %.*s | %s |\n", (int)length, code, g_strchug(code + length));
    }
    check_section("commands.md", "exit-codes", out->str);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configuration),
        cmocka_unit_test(commands),
        cmocka_unit_test(exit_codes),
    };
    update = argc > 1 && strcmp(argv[1], "--update") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
