/* SPDX-License-Identifier: MIT */
#include "cli/draft.h"
#include "cli/json.h"
#include "cli/output.h"

typedef struct {
    const AgRevision *revision;
    const char *path;
} Merge;

static void render(GString *out, const AgLook *look, const void *data)
{
    const Merge *merge = data;
    AgJson json;
    if (look->format != AG_FORMAT_JSON) {
        g_string_append_printf(out, "%s\n", merge->path);
        return;
    }
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_text(&json, "file", merge->path);
    ag_json_text(&json, "id", merge->revision->id);
    ag_json_texts(&json, "parents", merge->revision->parents);
    ag_json_text(&json, "message", merge->revision->message);
    ag_json_end_object(&json);
}

static bool run_merge(AgRun *run, AgDiag *diag)
{
    const AgDag *dag = ag_project_dag(run, diag);
    Merge merge = {.revision = dag == NULL ? NULL : ag_draft_merge(run, dag, diag)};
    char *text = merge.revision == NULL ? NULL : ag_draft_text(run, merge.revision, diag);
    merge.path = text == NULL ? NULL : ag_draft_write(run, merge.revision, text, diag);
    return merge.path != NULL && ag_output(run, render, &merge, diag);
}

static const AgOptionInfo options[] = {
    {"message", 'm', AG_OPTION_TEXT, false, "MESSAGE", "why the branches are joined"},
    {"rev-id", 0, AG_OPTION_TEXT, false, "ID", "the id instead of a random one"},
    {"splice", 0, AG_OPTION_FLAG, false, NULL, "join revisions that are no heads, too"},
    {"version-path", 0, AG_OPTION_TEXT, false, "DIR", "which of several directories it goes to"},
    {"branch-label", 0, AG_OPTION_LIST, false, "LABEL", "name the branch that begins here"},
    {0},
};

const AgCommand ag_command_merge = {
    .name = "merge",
    .words = "REV...",
    .min_words = 1,
    .max_words = 100,
    .example = "heads -m \"merge heads\"",
    .summary = "join several heads by a revision without SQL",
    .about =
        "Two people who write a revision at the same time leave two heads. This writes a revision\n"
        "that has both as parents; `autogen merge heads -m MESSAGE` joins all there are. No "
        "database\n"
        "is needed.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_merge,
};
