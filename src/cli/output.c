/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/console.h"

static const char *const paints[] = {
    [AG_PAINT_PLUS] = "\033[32m", [AG_PAINT_CHANGE] = "\033[33m", [AG_PAINT_MINUS] = "\033[31m",
    [AG_PAINT_DIM] = "\033[2m",   [AG_PAINT_BOLD] = "\033[1m",
};

void ag_paint(GString *out, bool color, AgPaint paint, const char *text)
{
    if (color)
        g_string_append_printf(out, "%s%s\033[0m", paints[paint], text);
    else
        g_string_append(out, text);
}

bool ag_color_wanted(const char *choice, AutogenStream stream)
{
    if (g_strcmp0(choice, "always") == 0)
        return true;
    if (g_strcmp0(choice, "never") == 0)
        return false;
    const char *off = g_getenv("NO_COLOR"), *force = g_getenv("CLICOLOR_FORCE");
    if (off != NULL && *off != '\0')
        return false;
    if (force != NULL && *force != '\0' && strcmp(force, "0") != 0)
        return true;
    return (ag_console()->terminals & stream) != 0 && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

void ag_print_text(const char *text)
{
    ag_console_write(AUTOGEN_RESULTS, text, strlen(text));
}

void ag_print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    ag_print_text(text);
}

void ag_note_text(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    ag_console_write(AUTOGEN_NOTES, text, strlen(text));
}

bool ag_notes_are_live(void)
{
    return (ag_console()->terminals & AUTOGEN_NOTES) != 0;
}

void ag_say(const AgRun *run, const char *format, ...)
{
    if (run->quiet)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *line = g_strdup_vprintf(format, args);
    va_end(args);
    ag_note_text("%s\n", line);
}

bool ag_output(const AgRun *run, AgRender render, const void *data, AgDiag *diag)
{
    g_autoptr(GString) out = g_string_new(NULL);
    render(out, &run->look, data);
    ag_console_write(AUTOGEN_RESULTS, out->str, out->len);
    for (guint i = 0; i < run->copies->len; i++) {
        const AgCopy *copy = g_ptr_array_index(run->copies, i);
        AgLook look = {.format = copy->format, .verbose = run->look.verbose};
        g_string_truncate(out, 0);
        render(out, &look, data);
        if (!ag_file_write(copy->path, out->str, true, diag))
            return false;
    }
    return true;
}

/* Adds the lines of a hint or detail, each under the same lead. */
static void append_lines(GString *out, const char *lead, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        /* The server's details say themselves what they are. */
        bool told = g_str_has_prefix(*line, "DETAIL: ");
        g_autofree char *shown = ag_text_printable(told ? *line + strlen("DETAIL: ") : *line);
        g_string_append_printf(out, "  %s: %s\n", lead, shown);
    }
}

static void append_place(GString *out, AgPlace place)
{
    if (place.file == NULL)
        return;
    g_autofree char *file = ag_text_printable(place.file);
    g_string_append(out, file);
    if (place.line > 0)
        g_string_append_printf(out, ":%d", place.line);
    if (place.line > 0 && place.column > 0)
        g_string_append_printf(out, ":%d", place.column);
    g_string_append(out, ": ");
}

static void append_severity(GString *out, AgSeverity severity, bool color)
{
    switch (severity) {
    case AG_SEVERITY_ERROR:
        ag_paint(out, color, AG_PAINT_MINUS, "error:");
        return;
    case AG_SEVERITY_WARNING:
        ag_paint(out, color, AG_PAINT_CHANGE, "warning:");
        return;
    case AG_SEVERITY_NOTICE:
        ag_paint(out, color, AG_PAINT_DIM, "notice:");
        return;
    }
}

void ag_problem_render(GString *out, const AgProblem *problem, bool color)
{
    append_place(out, problem->place);
    append_severity(out, problem->severity, color);
    g_autofree char *message = ag_text_printable(problem->message);
    g_string_append_printf(out, " %s", message);
    if (problem->sqlstate != NULL && *problem->sqlstate != '\0')
        g_string_append_printf(out, " (SQLSTATE %s)", problem->sqlstate);
    g_string_append_printf(out, " [%s]\n", ag_problem_word(problem->id));
    if (problem->other.file != NULL) {
        g_string_append(out, "  ");
        append_place(out, problem->other);
        g_string_append(out, "the other place\n");
    }
    if (problem->detail != NULL && *problem->detail != '\0')
        append_lines(out, "detail", problem->detail);
    if (problem->hint != NULL)
        append_lines(out, "hint", problem->hint);
}

/* A mistake of a model is found once for every database it is for; it is told once. */
static bool is_repeated(GHashTable *told, const AgProblem *problem)
{
    const AgPlace place = problem->place;
    return place.file != NULL && place.line > 0 &&
           !g_hash_table_add(told,
                             g_strdup_printf("%s:%d:%d:%d:%s", place.file, place.line, place.column,
                                             (int)problem->id, problem->message));
}

void ag_tell(AgRun *run, const AgDiag *diag)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = MIN(run->n_told, ag_diag_count(diag)); i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (is_repeated(told, problem))
            continue;
        if (!run->quiet || problem->severity != AG_SEVERITY_NOTICE)
            ag_problem_render(out, problem, run->color_errors);
    }
    run->n_told = ag_diag_count(diag);
    ag_console_write(AUTOGEN_NOTES, out->str, out->len);
}

bool ag_can_ask(void)
{
    return ag_console()->ask != NULL;
}

bool ag_ask(const char *question)
{
    const AgConsole *console = ag_console();
    return console->ask != NULL && console->ask(question, console->ask_data);
}

bool ag_output_flush(AgDiag *diag)
{
    const AgConsole *console = ag_console();
    if (console->write == NULL || console->write(AUTOGEN_RESULTS, NULL, 0, console->write_data))
        return true;
    if (errno == EPIPE)
        return ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE,
                       "the reader of standard output has gone");
    return ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE,
                   "standard output cannot be written to the end");
}
