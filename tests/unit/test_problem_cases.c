/* SPDX-License-Identifier: MIT */
/* Plays tests/cases/problems: a model with mistakes and exactly what is said about them. With
 * AUTOGEN_UPDATE_CASES=1 the expectations are rewritten; a reviewer sees the difference. */
#include "parser/parser.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
    const char *name;
    GString *text;
} Section;

static GPtrArray *paths;
static char *start_directory;

static void free_section(void *data)
{
    Section *section = data;
    g_string_free(section->text, TRUE);
    g_free(section);
}

static bool is_heading(const char *line)
{
    return g_str_has_prefix(line, "-- ") && g_str_has_suffix(line, " --") && strlen(line) > 6;
}

/* The sections behind the title and the paragraph; the head goes to `head`. The blank line before
 * a heading belongs to the layout. */
static GPtrArray *sections_of(AgPool *pool, const char *text, GString *head)
{
    GPtrArray *sections = g_ptr_array_new_with_free_func(free_section);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *now = head;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (is_heading(lines[i])) {
            Section *section = g_new0(Section, 1);
            section->name = ag_pool_text_n(pool, lines[i] + 3, strlen(lines[i]) - 6);
            section->text = g_string_new(NULL);
            g_ptr_array_add(sections, section);
            now = section->text;
        } else if (lines[i + 1] != NULL && !(lines[i][0] == '\0' && is_heading(lines[i + 1]))) {
            g_string_append_printf(now, "%s\n", lines[i]);
        }
    }
    return sections;
}

static Section *find(const GPtrArray *sections, const char *name)
{
    for (guint i = 0; i < sections->len; i++) {
        Section *section = g_ptr_array_index(sections, i);
        if (strcmp(section->name, name) == 0)
            return section;
    }
    return NULL;
}

static void append_place(GString *out, AgPlace place)
{
    if (place.file == NULL)
        return;
    g_string_append(out, place.file);
    if (place.line > 0)
        g_string_append_printf(out, ":%d", place.line);
    if (place.line > 0 && place.column > 0)
        g_string_append_printf(out, ":%d", place.column);
    g_string_append(out, ": ");
}

static void append_problem(GString *out, const AgProblem *problem)
{
    static const char *const severities[] = {"error", "warning", "notice"};
    append_place(out, problem->place);
    g_string_append_printf(out, "%s: %s [%s]\n", severities[problem->severity], problem->message,
                           ag_problem_word(problem->id));
    if (problem->other.file != NULL) {
        g_string_append(out, "  ");
        append_place(out, problem->other);
        g_string_append(out, "the other place\n");
    }
    g_auto(GStrv) hints = g_strsplit(problem->hint == NULL ? "" : problem->hint, "\n", -1);
    for (size_t i = 0; hints[i] != NULL; i++)
        g_string_append_printf(out, "  hint: %s\n", hints[i]);
}

static void write_files(const char *directory, const GPtrArray *sections)
{
    for (guint i = 0; i < sections->len; i++) {
        const Section *section = g_ptr_array_index(sections, i);
        if (strchr(section->name, '/') == NULL)
            continue;
        g_autofree char *path = g_build_filename(directory, section->name, NULL);
        g_autofree char *parent = g_path_get_dirname(path);
        assert_int_equal(g_mkdir_with_parents(parent, 0755), 0);
        assert_true(g_file_set_contents(path, section->text->str, -1, NULL));
    }
}

static void remove_files(const char *directory)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

/* A case of one model is parsed from memory; one of several files is loaded from a directory. */
static AgSchema *play(AgPool *pool, const GPtrArray *sections, AgDialectId dialect, AgDiag *diag)
{
    const Section *model = find(sections, "model.xml");
    if (model != NULL)
        return ag_models_parse(pool, model->text->str, "model.xml", dialect, diag);
    g_autofree char *directory = g_dir_make_tmp("autogen-case-XXXXXX", NULL);
    write_files(directory, sections);
    assert_int_equal(chdir(directory), 0);
    GPtrArray *directories = ag_pool_array(pool);
    g_ptr_array_add(directories, (char *)(uintptr_t) "models");
    AgSchema *schema = ag_models_load(pool, directories, dialect, diag);
    assert_int_equal(chdir(start_directory), 0);
    remove_files(directory);
    return schema;
}

static void rewrite(const char *path, const GString *head, const GPtrArray *sections,
                    const char *actual)
{
    g_autoptr(GString) out = g_string_new(head->str);
    for (guint i = 0; i < sections->len; i++) {
        const Section *section = g_ptr_array_index(sections, i);
        bool problems = strcmp(section->name, "problems") == 0;
        g_string_append_printf(out, "\n-- %s --\n%s", section->name,
                               problems ? actual : section->text->str);
    }
    assert_true(g_file_set_contents(path, out->str, -1, NULL));
}

static void test_case(void **state)
{
    const char *path = *state;
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    g_autoptr(GString) head = g_string_new(NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(GPtrArray) sections = sections_of(pool, text, head);
    Section *expected = find(sections, "problems"), *wanted = find(sections, "dialect");
    AgDialectId dialect = AG_DIALECT_POSTGRESQL;
    if (wanted != NULL)
        assert_true(ag_dialect_id_parse(g_strstrip(wanted->text->str), &dialect));
    if (wanted != NULL)
        g_string_assign(wanted->text, ag_dialect_id_name(dialect));
    if (wanted != NULL)
        g_string_append_c(wanted->text, '\n');
    assert_non_null(expected);
    AgSchema *schema = play(pool, sections, dialect, diag);
    assert_int_equal(schema == NULL, ag_diag_errors(diag) > 0);
    g_autoptr(GString) actual = g_string_new(NULL);
    for (guint i = 0; i < ag_diag_count(diag); i++)
        append_problem(actual, ag_diag_problem(diag, i));
    if (g_getenv("AUTOGEN_UPDATE_CASES") != NULL)
        rewrite(path, head, sections, actual->str);
    else
        assert_string_equal(actual->str, expected->text->str);
}

int main(void)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    start_directory = g_get_current_dir();
    paths = ag_file_list(pool, TEST_SOURCE_DIR "/tests/cases/problems", ".case", 1000, diag);
    if (paths == NULL || paths->len == 0) {
        fprintf(stderr, "no cases found\n");
        return 1;
    }
    g_autofree struct CMUnitTest *tests = g_new0(struct CMUnitTest, paths->len);
    for (guint i = 0; i < paths->len; i++) {
        char *path = g_ptr_array_index(paths, i);
        tests[i] = (struct CMUnitTest){.name = strrchr(path, '/') + 1,
                                       .test_func = test_case,
                                       .initial_state = path};
    }
    int failed = _cmocka_run_group_tests("problem cases", tests, paths->len, NULL, NULL);
    g_free(start_directory);
    return failed;
}
