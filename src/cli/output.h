/* SPDX-License-Identifier: MIT */
/* The only place from which words go to the console: results to the one stream, everything else to
 * the other. */
#pragma once

#include "autogen.h"
#include "cli/command.h"

/* Renders a result in one format. */
typedef void (*AgRender)(GString *out, const AgLook *look, const void *data);

/* The result to stdout in the chosen format and to every --output file. */
bool ag_output(const AgRun *run, AgRender render, const void *data, AgDiag *diag);

/* A result as it is. */
void ag_print(const char *format, ...) G_GNUC_PRINTF(1, 2);
void ag_print_text(const char *text);
/* One line of note; nothing with -q. */
void ag_say(const AgRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Part of a line of note, whatever -q says. */
void ag_note_text(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Whether notes go to a terminal, where a line can be begun before its end is known. */
bool ag_notes_are_live(void);

/* Prints the problems recorded since the last call; with -q only errors and warnings. */
void ag_tell(AgRun *run, const AgDiag *diag);
/* One problem as text, with its hints and its line end. */
void ag_problem_render(GString *out, const AgProblem *problem, bool color);

/* Whether there is somebody to ask. */
bool ag_can_ask(void);
bool ag_ask(const char *question);

/* False when the results could not all be written. */
bool ag_output_flush(AgDiag *diag);

/* Whether the stream takes colours under that choice (auto, always, never). */
bool ag_color_wanted(const char *choice, AutogenStream stream);

typedef enum {
    AG_PAINT_PLUS,
    AG_PAINT_CHANGE,
    AG_PAINT_MINUS,
    AG_PAINT_DIM,
    AG_PAINT_BOLD
} AgPaint;
/* The text, in colour when `color`. */
void ag_paint(GString *out, bool color, AgPaint paint, const char *text);
