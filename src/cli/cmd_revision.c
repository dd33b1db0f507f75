/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/derive.h"
#include "cli/draft.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/signals.h"

typedef struct {
    AgRun *run;
    const AgDag *dag;
    AgRevision *revision;
    AgComparison comparison;
    AgPlan plan;
    const char *path; /* NULL: not written */
} Making;

static void put_blocks(AgRevision *revision, AgDialectId dialect, const AgPlan *plan)
{
    revision->blocks[dialect][AG_UPGRADE] = plan->upgrade;
    revision->blocks[dialect][AG_DOWNGRADE] = plan->downgrade;
}

/* The block of a dialect that is not connected. Without it the revision is still written. */
static bool make_other(Making *making, AgDialectId dialect, AgDiag *diag)
{
    AgRun *run = making->run;
    AgPlan plan = {0};
    guint before = ag_diag_count(diag);
    GPtrArray *heads = ag_revision_ids(run->pool, ag_dag_heads(making->dag));
    if (ag_derive_other(run, making->dag, dialect, heads, &plan, diag)) {
        put_blocks(making->revision, dialect, &plan);
        return true;
    }
    if (ag_signals_caught() != 0)
        return false;
    /* The texts outlive the rewound diag. */
    AgPlace place = ag_diag_last(diag)->place;
    const char *reason = ag_pool_text(run->pool, ag_diag_last(diag)->message);
    const char *hint = ag_pool_text(run->pool, ag_diag_last(diag)->hint);
    ag_diag_rewind(diag, before);
    ag_note(diag, AG_PROBLEM_REMARK, place, "the block for %s is left out: %s",
            ag_dialect(dialect)->name, reason);
    if (hint != NULL)
        ag_hint(diag, "%s", hint);
    ag_hint(diag, "`autogen fill %s --url URL` adds it; %s refuses the revision until then",
            making->revision->id, ag_dialect(dialect)->name);
    return true;
}

static bool make_others(Making *making, AgDialectId connected, AgDiag *diag)
{
    unsigned dialects = ag_project_dialects(making->run, diag);
    if (dialects == 0)
        return false;
    for (int i = 0; i < AG_N_DIALECTS; i++)
        if ((AgDialectId)i != connected && (dialects & (1u << i)) != 0 &&
            !make_other(making, (AgDialectId)i, diag))
            return false;
    return true;
}

/* Whether any block has a statement. */
static bool has_statements(const AgRevision *revision)
{
    for (int i = 0; i < AG_N_DIALECTS; i++) {
        const AgScript *upgrade = revision->blocks[i][AG_UPGRADE];
        if (upgrade != NULL && !ag_script_is_empty(upgrade))
            return true;
    }
    return false;
}

static bool make_connected(Making *making, AgDerivation *derivation, AgDiag *diag)
{
    AgRun *run = making->run;
    AgUrl *url = ag_project_url(run, diag);
    if (url == NULL || !ag_derive_start(run, url, making->dag, derivation, diag) ||
        !ag_standing_at_head(&derivation->standing, diag))
        return false;
    making->revision = ag_draft_new(run, making->dag, derivation->standing.current, diag);
    if (making->revision == NULL || !ag_derive_plan(run, making->dag, derivation, diag))
        return false;
    making->comparison = derivation->comparison;
    making->plan = derivation->plan;
    put_blocks(making->revision, url->dialect, &making->plan);
    return true;
}

static bool make_from_database(Making *making, AgDiag *diag)
{
    AgDerivation derivation = {0};
    bool good = make_connected(making, &derivation, diag);
    ag_derivation_close(&derivation);
    return good && make_others(making, derivation.url->dialect, diag);
}

/* A file for SQL written by hand: empty blocks for every dialect of the project. */
static bool make_empty(Making *making, AgDiag *diag)
{
    AgRun *run = making->run;
    making->revision = ag_draft_new(run, making->dag, ag_pool_array(run->pool), diag);
    unsigned dialects = making->revision == NULL ? 0 : ag_project_dialects(run, diag);
    if (dialects == 0 && ag_diag_errors(diag) == 0) {
        const AgUrl *url = ag_project_url(run, diag);
        dialects = url == NULL ? 0 : 1u << url->dialect;
    }
    for (int i = 0; i < AG_N_DIALECTS; i++) {
        if ((dialects & (1u << i)) == 0)
            continue;
        AgPlan plan = {.upgrade = ag_script_new(run->pool, (AgDialectId)i),
                       .downgrade = ag_script_new(run->pool, (AgDialectId)i)};
        put_blocks(making->revision, (AgDialectId)i, &plan);
    }
    return dialects != 0;
}

static void for_hazards(const AgScript *script, void (*each)(const AgHazard *hazard, void *data),
                        void *data)
{
    for (guint s = 0; script != NULL && s < script->steps->len; s++) {
        const AgStep *step = g_ptr_array_index(script->steps, s);
        for (guint i = 0; i < step->statements->len; i++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, i);
            for (guint h = 0; h < statement->hazards->len; h++)
                each(g_ptr_array_index(statement->hazards, h), data);
        }
    }
}

static void say_hazard(const AgHazard *hazard, void *data)
{
    ag_say(data, "  hazard: %s %s", ag_problem_word(hazard->id), hazard->object);
}

static void json_hazard(const AgHazard *hazard, void *data)
{
    AgJson *json = data;
    ag_json_begin_object(json, NULL);
    ag_json_text(json, "hazard", ag_problem_word(hazard->id));
    ag_json_text(json, "object", hazard->object);
    ag_json_end_object(json);
}

static void render_json(GString *out, const Making *making)
{
    const AgRevision *revision = making->revision;
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_bool(&json, "written", making->path != NULL);
    ag_json_text(&json, "file", making->path);
    ag_json_text(&json, "id", making->path == NULL ? NULL : revision->id);
    ag_json_texts(&json, "parents", revision->parents);
    ag_json_text(&json, "message", revision->message);
    ag_json_text(&json, "summary",
                 making->comparison.changes == NULL
                     ? ""
                     : ag_changes_summary(making->run->pool, making->comparison.changes));
    ag_json_begin_array(&json, "hazards");
    for_hazards(making->plan.upgrade, json_hazard, &json);
    ag_json_end_array(&json);
    ag_json_end_object(&json);
}

static void render(GString *out, const AgLook *look, const void *data)
{
    const Making *making = data;
    if (look->format == AG_FORMAT_JSON)
        render_json(out, making);
    else if (making->path != NULL)
        g_string_append_printf(out, "%s\n", making->path);
}

static bool finish(Making *making, AgDiag *diag)
{
    AgRun *run = making->run;
    char *text = ag_draft_text(run, making->revision, diag);
    if (text == NULL)
        return false;
    if (ag_options_has(run->options, "sql")) {
        ag_print_text(text);
        return true;
    }
    making->path = ag_draft_write(run, making->revision, text, diag);
    if (making->path == NULL || !ag_output(run, render, making, diag))
        return false;
    if (making->comparison.changes != NULL && making->comparison.changes->len > 0)
        ag_say(run, "  %s", ag_changes_summary(run->pool, making->comparison.changes));
    for_hazards(making->plan.upgrade, say_hazard, run);
    return true;
}

static bool run_revision(AgRun *run, AgDiag *diag)
{
    Making making = {.run = run, .dag = ag_project_dag(run, diag)};
    bool empty = ag_options_has(run->options, "empty");
    if (making.dag == NULL)
        return false;
    if (ag_options_has(run->options, "sql") &&
        (run->look.format != AG_FORMAT_HUMAN || run->copies->len > 0))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--sql' prints the file itself and has no other format");
    if (!(empty ? make_empty(&making, diag) : make_from_database(&making, diag)))
        return false;
    if (empty || has_statements(making.revision))
        return finish(&making, diag);
    ag_say(run, "no differences: models and database agree, nothing was written");
    return run->look.format == AG_FORMAT_HUMAN || ag_output(run, render, &making, diag);
}

static const AgOptionInfo options[] = {
    {"message", 'm', AG_OPTION_TEXT, false, "MESSAGE", "what the revision does"},
    {"empty", 0, AG_OPTION_FLAG, false, NULL, "a blank file for SQL written by hand"},
    {"head", 0, AG_OPTION_TEXT, false, "REV", "the parent, when there are several heads"},
    {"splice", 0, AG_OPTION_FLAG, false, NULL, "the parent may have children already"},
    {"rev-id", 0, AG_OPTION_TEXT, false, "ID", "the id instead of a random one"},
    {"branch-label", 0, AG_OPTION_LIST, false, "LABEL", "name the branch that begins here"},
    {"depends-on", 0, AG_OPTION_LIST, false, "REV", "a revision that has to run before"},
    {"version-path", 0, AG_OPTION_TEXT, false, "DIR", "which of several directories it goes to"},
    {"not-renamed", 0, AG_OPTION_FLAG, false, NULL, "suspected renames are none: drop and add"},
    {"sql", 0, AG_OPTION_FLAG, false, NULL, "print the file instead of writing it"},
    {0},
};

const AgCommand ag_command_revision = {
    .name = "revision",
    .words = "",
    .summary = "compare models and database and write a revision",
    .about =
        "Compares the live database with the models and writes one file of SQL with the way there\n"
        "and the way back. Nothing is written when nothing differs. The database has to be at the\n"
        "newest revision. A column that seems to be renamed stops the run until the model says so.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_revision,
};
