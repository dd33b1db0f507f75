/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include "base/text.h"

#include <stdarg.h>
#include <string.h>

struct AgDiag {
    GPtrArray *problems;
};

typedef struct {
    const char *word;
    AgProblemClass problem_class;
    const char *explanation;
} ProblemInfo;

static const ProblemInfo infos[] = {
#define AG_PROBLEM(ID, word, CLASS, explanation)                                                   \
    [AG_PROBLEM_##ID] = {word, AG_CLASS_##CLASS, explanation},
#include "base/problems.def"
#undef AG_PROBLEM
};

static void free_problem(void *data)
{
    AgProblem *problem = data;
    g_free((char *)(guintptr)problem->message);
    g_free((char *)(guintptr)problem->hint);
    g_free((char *)(guintptr)problem->sqlstate);
    g_free((char *)(guintptr)problem->detail);
    g_free(problem);
}

AgDiag *ag_diag_new(void)
{
    AgDiag *diag = g_new0(AgDiag, 1);
    diag->problems = g_ptr_array_new_with_free_func(free_problem);
    return diag;
}

void ag_diag_free(AgDiag *diag)
{
    if (diag == NULL)
        return;
    g_ptr_array_free(diag->problems, TRUE);
    g_free(diag);
}

G_GNUC_PRINTF(3, 0)
static void record(AgDiag *diag, AgProblem problem, const char *format, va_list args)
{
    AgProblem *copy = g_new0(AgProblem, 1);
    *copy = problem;
    copy->message = g_strdup_vprintf(format, args);
    g_ptr_array_add(diag->problems, copy);
}

bool ag_fail(AgDiag *diag, AgProblemId id, AgPlace place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(diag, (AgProblem){.id = id, .severity = AG_SEVERITY_ERROR, .place = place}, format,
           args);
    va_end(args);
    return false;
}

void ag_warn(AgDiag *diag, AgProblemId id, AgPlace place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(diag, (AgProblem){.id = id, .severity = AG_SEVERITY_WARNING, .place = place}, format,
           args);
    va_end(args);
}

void ag_note(AgDiag *diag, AgProblemId id, AgPlace place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(diag, (AgProblem){.id = id, .severity = AG_SEVERITY_NOTICE, .place = place}, format,
           args);
    va_end(args);
}

void ag_diag_copy(AgDiag *diag, const AgProblem *problem)
{
    AgProblem *copy = g_new0(AgProblem, 1);
    *copy = *problem;
    copy->message = g_strdup(problem->message);
    copy->hint = g_strdup(problem->hint);
    copy->sqlstate = g_strdup(problem->sqlstate);
    copy->detail = g_strdup(problem->detail);
    g_ptr_array_add(diag->problems, copy);
}

static AgProblem *last_of(AgDiag *diag)
{
    g_assert(diag->problems->len > 0);
    return g_ptr_array_index(diag->problems, diag->problems->len - 1);
}

void ag_hint(AgDiag *diag, const char *format, ...)
{
    AgProblem *problem = last_of(diag);
    va_list args;
    va_start(args, format);
    g_autofree char *line = g_strdup_vprintf(format, args);
    va_end(args);
    char *old = (char *)(guintptr)problem->hint;
    problem->hint = old == NULL ? g_strdup(line) : g_strconcat(old, "\n", line, NULL);
    g_free(old);
}

void ag_also(AgDiag *diag, AgPlace other)
{
    last_of(diag)->other = other;
}

void ag_sqlstate(AgDiag *diag, const char *sqlstate, const char *detail)
{
    AgProblem *problem = last_of(diag);
    g_free((char *)(guintptr)problem->sqlstate);
    g_free((char *)(guintptr)problem->detail);
    problem->sqlstate = g_strdup(sqlstate);
    problem->detail = g_strdup(detail);
}

void ag_hint_nearest(AgDiag *diag, const char *word, const char *const *words)
{
    const char *near = ag_text_nearest(word, words);
    if (near != NULL)
        ag_hint(diag, "did you mean '%s'?", near);
}

guint ag_diag_count(const AgDiag *diag)
{
    return diag->problems->len;
}

guint ag_diag_errors(const AgDiag *diag)
{
    guint errors = 0;
    for (guint i = 0; i < diag->problems->len; i++)
        errors += ag_diag_problem(diag, i)->severity == AG_SEVERITY_ERROR;
    return errors;
}

const AgProblem *ag_diag_problem(const AgDiag *diag, guint i)
{
    return g_ptr_array_index(diag->problems, i);
}

const AgProblem *ag_diag_last(const AgDiag *diag)
{
    return diag->problems->len == 0 ? NULL : ag_diag_problem(diag, diag->problems->len - 1);
}

void ag_diag_rewind(AgDiag *diag, guint count)
{
    if (count < diag->problems->len)
        g_ptr_array_set_size(diag->problems, (gint)count);
}

const char *ag_problem_word(AgProblemId id)
{
    return infos[id].word;
}

AgProblemClass ag_problem_class(AgProblemId id)
{
    return infos[id].problem_class;
}

const char *ag_problem_explanation(AgProblemId id)
{
    return infos[id].explanation;
}

bool ag_problem_parse(const char *word, AgProblemId *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(infos); i++) {
        if (strcmp(infos[i].word, word) == 0) {
            *out = (AgProblemId)i;
            return true;
        }
    }
    return false;
}

static int exit_code_of(AgProblemClass problem_class)
{
    switch (problem_class) {
    case AG_CLASS_NOTICE:
        return 0;
    case AG_CLASS_FAILED:
        return 1;
    case AG_CLASS_DIFFERENT:
        return 2;
    case AG_CLASS_REFUSED:
        return 3;
    case AG_CLASS_WRONG_USAGE:
        return 64;
    case AG_CLASS_INVALID:
        return 65;
    case AG_CLASS_MISSING:
        return 66;
    case AG_CLASS_UNREACHABLE:
        return 69;
    case AG_CLASS_BUG:
        return 70;
    case AG_CLASS_UNWRITABLE:
        return 73;
    case AG_CLASS_LOCKED:
        return 75;
    case AG_CLASS_DENIED:
        return 77;
    case AG_CLASS_CONFIGURATION:
        return 78;
    case AG_CLASS_STOPPED:
        return 130;
    }
    g_assert_not_reached();
}

int ag_diag_exit_code(const AgDiag *diag)
{
    for (guint i = 0; i < diag->problems->len; i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (problem->severity == AG_SEVERITY_ERROR)
            return exit_code_of(infos[problem->id].problem_class);
    }
    return 0;
}
