/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/json.h"
#include "cli/output.h"
#include "cli/status.h"

static bool is(const AgRows *rows, guint row, const char *column, const char *value)
{
    int number = ag_rows_column(rows, column);
    return number >= 0 && g_strcmp0(ag_rows_get(rows, row, number), value) == 0;
}

static void find_last(const AgRows *rows, AgStatus *status)
{
    int revision = ag_rows_column(rows, "revision"), when = ag_rows_column(rows, "finished");
    for (guint row = rows->n_rows; row > 0 && revision >= 0 && when >= 0; row--) {
        if (!is(rows, row - 1, "status", "done") || !is(rows, row - 1, "direction", "upgrade") ||
            !is(rows, row - 1, "step", NULL))
            continue;
        status->last = ag_rows_get(rows, row - 1, revision);
        status->when = ag_rows_get(rows, row - 1, when);
        return;
    }
}

static bool gather(AgRun *run, const AgUrl *url, const AgDag *dag, AgStatus *status, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    status->state.heads = ag_dag_heads(dag);
    g_autoptr(AgProjectDb) db = ag_project_open(run, url, AG_DB_READ, true, diag);
    if (db == NULL)
        return false;
    status->connected = true;
    AgRows *log = ag_history_log(db, run->pool, &options, diag);
    if (log == NULL || !ag_standing_load(run, db, dag, &status->state, diag))
        return false;
    find_last(log, status);
    return true;
}

static void render_json(GString *out, const AgStatus *status)
{
    const AgStanding *state = &status->state;
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_text(&json, "database", status->database);
    ag_json_bool(&json, "connected", status->connected);
    if (state->current == NULL)
        ag_json_text(&json, "current", NULL);
    else
        ag_json_texts(&json, "current", state->current);
    ag_json_texts(&json, "heads", ag_revision_ids(status->pool, state->heads));
    if (state->pending == NULL)
        ag_json_text(&json, "pending", NULL);
    else
        ag_json_int(&json, "pending", state->pending->len);
    ag_json_text(&json, "last_applied", status->last);
    ag_json_text(&json, "last_applied_at", status->when);
    ag_json_end_object(&json);
}

static void render(GString *out, const AgLook *look, const void *data)
{
    const AgStatus *status = data;
    const AgStanding *state = &status->state;
    if (look->format == AG_FORMAT_JSON) {
        render_json(out, status);
        return;
    }
    g_string_append_printf(out, "database   %s\n", status->database);
    g_string_append_printf(out, "connected  %s\n", status->connected ? "yes" : "no");
    if (state->current != NULL)
        g_string_append_printf(out, "current    %s\n",
                               ag_standing_ids(status->pool, state->current));
    g_string_append_printf(out, "heads      %s\n",
                           ag_standing_ids(status->pool,
                                           ag_revision_ids(status->pool, state->heads)));
    if (state->pending != NULL)
        g_string_append_printf(out, "pending    %u\n", state->pending->len);
    if (status->last != NULL)
        g_string_append_printf(out, "last       %s at %s\n", status->last, status->when);
}

static bool run_status(AgRun *run, AgDiag *diag)
{
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    if (dag == NULL)
        return false;
    AgStatus *status = run->status = ag_pool_new0(run->pool, AgStatus);
    *status = (AgStatus){.pool = run->pool, .database = url->shown};
    bool good = gather(run, url, dag, status, diag);
    if (ag_options_has(run->options, "exit-code") && good)
        run->findings = status->state.pending->len > 0;
    return ag_output(run, render, status, diag) && good;
}

static const AgOptionInfo options[] = {
    {"exit-code", 0, AG_OPTION_FLAG, false, NULL, "exit 2 when revisions are pending"},
    {0},
};

const AgCommand ag_command_status = {
    .name = "status",
    .words = "",
    .summary = "print where the database stands, for health checks",
    .about =
        "Prints whether the database answers, where it is, the heads, and how many revisions are\n"
        "pending. Models and tables are not looked at: that is what `check` does.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .many = true,
    .run = run_status,
};
