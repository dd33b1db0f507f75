/* SPDX-License-Identifier: MIT */
/* The only place that prints. Results go to stdout, everything else to stderr. */
#pragma once

#include "cli/command.h"

/* Renders a result in one format. */
typedef void (*AgRender)(GString *out, const AgLook *look, const void *data);

/* The result to stdout in the chosen format and to every --output file. */
bool ag_output(const AgRun *run, AgRender render, const void *data, AgDiag *diag);

/* Text to stdout as it is. */
void ag_print(const char *format, ...) G_GNUC_PRINTF(1, 2);
void ag_print_text(const char *text);
/* One line to stderr; nothing with -q. */
void ag_say(const AgRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Prints the problems recorded since the last call; with -q only errors and warnings. */
void ag_tell(AgRun *run, const AgDiag *diag);
/* One problem as text, with its hints and its line end. */
void ag_problem_render(GString *out, const AgProblem *problem, bool color);

/* Whether a question may be asked: both ends are terminals and nobody has set CI. */
bool ag_can_ask(void);
/* Asks on stderr; true when the answer is "y" or "yes". */
bool ag_ask(const char *question);

/* False when stdout could not be written. */
bool ag_output_flush(AgDiag *diag);

/* Whether the file descriptor takes colours under that choice (auto, always, never). */
bool ag_color_wanted(const char *choice, int fd);

typedef enum {
    AG_PAINT_PLUS,
    AG_PAINT_CHANGE,
    AG_PAINT_MINUS,
    AG_PAINT_DIM,
    AG_PAINT_BOLD
} AgPaint;
/* The text, in colour when `color`. */
void ag_paint(GString *out, bool color, AgPaint paint, const char *text);
