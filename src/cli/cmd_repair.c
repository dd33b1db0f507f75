/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/project.h"

typedef struct {
    AgRun *run;
    GPtrArray *found; /* of const AgInterrupted * */
} Repair;

static bool was_cut_off(const AgInterrupted *part)
{
    return strcmp(part->status, "applying") == 0;
}

/* What makes the runner go on where it stopped. */
static const char *next_command(AgPool *pool, const AgInterrupted *part)
{
    return ag_pool_printf(pool, "autogen %s %s%s", ag_direction_word(part->direction),
                          part->revision, part->direction == AG_DOWNGRADE ? "-1" : "");
}

static void append_statement(GString *out, const AgInterrupted *part)
{
    if (part->statement == NULL) {
        g_string_append(out, "  the file no longer has that step\n");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(part->statement->sql, "\n", -1);
    if (part->statement->place.file != NULL) {
        g_autofree char *file = ag_text_printable(part->statement->place.file);
        g_string_append_printf(out, "  %s:%d:\n", file, part->statement->place.line);
    }
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *shown = ag_text_printable(*line);
        g_string_append_printf(out, "    %s\n", shown);
    }
}

static void append_choices(GString *out, AgPool *pool, const AgInterrupted *part)
{
    const char *next = next_command(pool, part);
    if (part->resumes) {
        g_string_append_printf(out, "  nothing has to be decided; go on with: %s\n", next);
    } else {
        g_string_append_printf(
            out,
            "  look in the database whether it took effect, then say so:\n"
            "    autogen repair %s --mark-done      it did: the next run goes on behind it\n"
            "    autogen repair %s --mark-undone    it did not: the next run runs it again\n"
            "  and go on with: %s\n",
            part->revision, part->revision, next);
    }
    g_string_append(out, "  or undo by hand what was done of it and forget it: autogen stamp "
                         "--purge REV\n");
}

static void append_part(GString *out, AgPool *pool, const AgInterrupted *part)
{
    g_autofree char *started = ag_text_printable(part->started == NULL ? "?" : part->started);
    g_autofree char *user = ag_text_printable(part->user_name == NULL ? "?" : part->user_name);
    g_autofree char *host = ag_text_printable(part->host == NULL ? "?" : part->host);
    g_autofree char *id = ag_text_printable(part->revision);
    const char *how = was_cut_off(part)                     ? "was cut off in"
                      : strcmp(part->status, "failed") == 0 ? "failed at"
                                                            : "is complete only up to";
    g_string_append_printf(out, "%s of revision %s %s step %s, begun %s by %s from %s\n",
                           ag_direction_word(part->direction), id, how, part->step, started, user,
                           host);
    append_statement(out, part);
    append_choices(out, pool, part);
}

static void render_json(GString *out, const Repair *repair)
{
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_begin_array(&json, "interrupted");
    for (guint i = 0; i < repair->found->len; i++) {
        const AgInterrupted *part = g_ptr_array_index(repair->found, i);
        ag_json_begin_object(&json, NULL);
        ag_json_text(&json, "revision", part->revision);
        ag_json_text(&json, "direction", ag_direction_word(part->direction));
        ag_json_text(&json, "step", part->step);
        ag_json_text(&json, "status", part->status);
        ag_json_text(&json, "started", part->started);
        ag_json_text(&json, "user_name", part->user_name);
        ag_json_text(&json, "host", part->host);
        ag_json_text(&json, "statement", part->statement == NULL ? NULL : part->statement->sql);
        ag_json_bool(&json, "needs_answer", !part->resumes);
        ag_json_text(&json, "next", next_command(repair->run->pool, part));
        ag_json_end_object(&json);
    }
    ag_json_end_array(&json);
    ag_json_end_object(&json);
}

static void render(GString *out, const AgLook *look, const void *data)
{
    const Repair *repair = data;
    if (look->format == AG_FORMAT_JSON) {
        render_json(out, repair);
        return;
    }
    for (guint i = 0; i < repair->found->len; i++)
        append_part(out, repair->run->pool, g_ptr_array_index(repair->found, i));
    if (repair->found->len == 0)
        g_string_append(out, "nothing was interrupted\n");
}

/* The one that is meant: of the revision named, by its id or the beginning of it, or the only one
 * that waits for an answer. */
static const AgInterrupted *choose(const Repair *repair, AgDiag *diag)
{
    const char *word = ag_run_word(repair->run, 0);
    const AgInterrupted *chosen = NULL;
    for (guint i = 0; i < repair->found->len; i++) {
        const AgInterrupted *part = g_ptr_array_index(repair->found, i);
        if (word == NULL ? part->resumes : !g_str_has_prefix(part->revision, word))
            continue;
        if (chosen != NULL) {
            ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "several revisions were interrupted");
            ag_hint(diag, "name the one that is meant; `autogen repair` lists them");
            return NULL;
        }
        chosen = part;
    }
    if (chosen != NULL)
        return chosen;
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "%s%s%s",
            word == NULL ? "no interrupted step waits for an answer" : "revision '",
            word == NULL ? "" : word, word == NULL ? "" : "' was not interrupted");
    ag_hint(diag, "`autogen repair` shows what is left");
    return NULL;
}

static bool settle(const Repair *repair, AgDb *db, const AgDag *dag, bool done, AgDiag *diag)
{
    AgRun *run = repair->run;
    AgRunnerOptions options = ag_project_runner(run);
    const AgInterrupted *part = choose(repair, diag);
    if (part == NULL)
        return false;
    if (part->resumes) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                "step %s of revision '%s' waits for no answer: the next run finds out by itself",
                part->step, part->revision);
        ag_hint(diag, "%s", next_command(run->pool, part));
        return false;
    }
    if (!ag_runner_settle(db, dag, part->revision, done, &options, diag))
        return false;
    if (!run->quiet)
        ag_print("step %s of revision %s is recorded as %s; go on with: %s\n", part->step,
                 part->revision, done ? "done" : "to be run again", next_command(run->pool, part));
    return true;
}

static bool repair_on(AgRun *run, AgDb *db, const AgDag *dag, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    Repair repair = {.run = run,
                     .found = ag_runner_interrupted(db, run->pool, dag, &options, diag)};
    bool done = ag_options_has(run->options, "mark-done");
    bool undone = ag_options_has(run->options, "mark-undone");
    if (repair.found == NULL)
        return false;
    if (done || undone)
        return settle(&repair, db, dag, done, diag);
    run->findings = repair.found->len > 0;
    return ag_output(run, render, &repair, diag);
}

static bool run_repair(AgRun *run, AgDiag *diag)
{
    bool done = ag_options_has(run->options, "mark-done");
    bool undone = ag_options_has(run->options, "mark-undone");
    if (done && undone)
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--mark-done' and '--mark-undone' exclude each other");
    if (ag_run_word(run, 0) != NULL && !done && !undone) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'repair REV' needs an answer");
        ag_hint(diag, "--mark-done or --mark-undone; without REV it explains what is left");
        return false;
    }
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    AgDbMode mode = done || undone ? AG_DB_WRITE : AG_DB_READ;
    g_autoptr(AgProjectDb) db =
        dag == NULL ? NULL : ag_project_open(run, url, mode, mode == AG_DB_READ, diag);
    return db != NULL && repair_on(run, db, dag, diag);
}

static const AgOptionInfo options[] = {
    {"mark-done", 0, AG_OPTION_FLAG, false, NULL, "the interrupted statement took effect"},
    {"mark-undone", 0, AG_OPTION_FLAG, false, NULL, "it did not; the next run runs it again"},
    {"wait", 0, AG_OPTION_TEXT, false, "TIME",
     "wait for the server to come up, and for another runner"},
    {0},
};

const AgCommand ag_command_repair = {
    .name = "repair",
    .words = "[REV]",
    .max_words = 1,
    .summary = "explain what an interrupted step has left, and clear it",
    .about =
        "A statement outside a transaction that was cut off leaves a question: did it take "
        "effect?\n"
        "Often the next run finds out by itself. Where it cannot, this command shows the "
        "statement,\n"
        "and --mark-done or --mark-undone tells what you have found. Exit 2: something is left.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_repair,
};
