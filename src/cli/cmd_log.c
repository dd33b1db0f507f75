/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/project.h"

/* The columns of the human form; JSON has them all. */
static const char *const shown[] = {"started",     "direction", "revision", "step", "status",
                                    "duration_ms", "user_name", "tag",      "error"};

static char *cell(const AgRows *rows, guint row, const char *name)
{
    int column = ag_rows_column(rows, name);
    const char *text = column < 0 ? NULL : ag_rows_get(rows, row, column);
    return ag_text_printable(text == NULL ? "" : text);
}

/* Most logs have no tags. */
static bool is_empty(const AgRows *rows, const char *name)
{
    for (guint r = 0; r < rows->n_rows; r++) {
        g_autofree char *text = cell(rows, r, name);
        if (*text != '\0')
            return false;
    }
    return strcmp(name, "tag") == 0;
}

static void render_human(GString *out, const AgRows *rows)
{
    glong widths[G_N_ELEMENTS(shown)] = {0};
    for (size_t c = 0; c < G_N_ELEMENTS(shown); c++) {
        widths[c] = is_empty(rows, shown[c]) ? -1 : g_utf8_strlen(shown[c], -1);
        for (guint r = 0; widths[c] > 0 && r < rows->n_rows; r++) {
            g_autofree char *text = cell(rows, r, shown[c]);
            widths[c] = MAX(widths[c], g_utf8_strlen(text, -1));
        }
    }
    for (guint line = 0; line <= rows->n_rows; line++) {
        gsize last = out->len;
        for (size_t c = 0; c < G_N_ELEMENTS(shown); c++) {
            if (widths[c] < 0)
                continue;
            g_autofree char *text = line == 0 ? g_strdup(shown[c]) : cell(rows, line - 1, shown[c]);
            g_string_append(out, text);
            if (*text != '\0')
                last = out->len;
            for (glong n = g_utf8_strlen(text, -1); n < widths[c] + 2; n++)
                g_string_append_c(out, ' ');
        }
        g_string_truncate(out, last);
        g_string_append_c(out, '\n');
    }
}

static void render_json(GString *out, const AgRows *rows)
{
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_begin_array(&json, "log");
    for (guint r = 0; r < rows->n_rows; r++) {
        ag_json_begin_object(&json, NULL);
        for (guint c = 0; c < rows->n_columns; c++)
            ag_json_text(&json, rows->names[c], ag_rows_get(rows, r, (int)c));
        ag_json_end_object(&json);
    }
    ag_json_end_array(&json);
    ag_json_end_object(&json);
}

static void render(GString *out, const AgLook *look, const void *data)
{
    if (look->format == AG_FORMAT_JSON)
        render_json(out, data);
    else
        render_human(out, data);
}

static bool run_log(AgRun *run, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    const AgUrl *url = ag_project_url(run, diag);
    g_autoptr(AgProjectDb) db =
        url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, true, diag);
    AgRows *rows = db == NULL ? NULL : ag_history_log(db, run->pool, &options, diag);
    if (rows == NULL)
        return false;
    if (rows->n_rows == 0 && run->look.format == AG_FORMAT_HUMAN)
        ag_say(run, "the log is empty");
    else
        return ag_output(run, render, rows, diag);
    return true;
}

const AgCommand ag_command_log = {
    .name = "log",
    .words = "",
    .summary = "print what autogen has run on the database",
    .about = "Prints the audit table, newest last: every revision and step with its outcome, time "
             "and user.",
    .options = ag_no_options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .many = true,
    .run = run_log,
};
