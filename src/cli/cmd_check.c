/* SPDX-License-Identifier: MIT */
#include "cli/report.h"
#include "cli/standing.h"
#include "cli/trial.h"
#include "diff/diff.h"

/* What models cannot say is counted, and listed with -v; it is never a finding. */
static void note_unmanaged(const AgRun *run, const AgSchema *live, AgDiag *diag)
{
    for (guint i = 0; run->verbose && i < live->unmanaged->len; i++) {
        const AgUnmanaged *object = g_ptr_array_index(live->unmanaged, i);
        ag_note(diag, AG_PROBLEM_NOT_EXPRESSIBLE, AG_NOWHERE, "%s '%s' cannot be expressed%s%s",
                object->noun, object->label, object->why == NULL ? "" : ": ",
                object->why == NULL ? "" : object->why);
    }
    if (!run->verbose && live->unmanaged->len > 0) {
        ag_note(diag, AG_PROBLEM_NOT_EXPRESSIBLE, AG_NOWHERE,
                "%u object%s of the database cannot be expressed by models and %s left alone",
                live->unmanaged->len, live->unmanaged->len == 1 ? "" : "s",
                live->unmanaged->len == 1 ? "is" : "are");
        ag_hint(diag, "-v lists them");
    }
}

static void note_unmodelled(AgRun *run, const AgComparison *comparison, AgDiag *diag)
{
    for (guint i = 0; i < comparison->unmodelled->len; i++) {
        const AgChange *change = g_ptr_array_index(comparison->unmodelled, i);
        ag_note(diag, AG_PROBLEM_IGNORED, AG_NOWHERE, "%s '%s' is in the database and in no model",
                change->old->info->noun, ag_object_label(run->pool, change->old));
    }
}

/* Worth knowing where rows are written without a list of columns; never a finding. */
static void note_moved_columns(AgRun *run, const AgComparison *comparison, AgDiag *diag)
{
    GPtrArray *tables =
        run->verbose ? ag_diff_moved_columns(run->pool, comparison->from, comparison->to) : NULL;
    for (guint i = 0; tables != NULL && i < tables->len; i++) {
        const AgObject *table = g_ptr_array_index(tables, i);
        ag_note(diag, AG_PROBLEM_REMARK, table->place,
                "the columns of table '%s' stand in another order in the database",
                ag_object_label(run->pool, table));
    }
}

/* Revisions that one of the databases which autogen.ini names could not run; of const char *. */
static GPtrArray *find_lacking(AgRun *run, const AgDag *dag, AgDiag *diag)
{
    GPtrArray *lacking = ag_pool_array(run->pool);
    unsigned dialects = ag_config_names(run->config, AG_CONFIG_DIALECTS) == NULL
                            ? 0
                            : ag_project_dialects(run, diag);
    for (guint i = 0; i < dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(dag->revisions, i);
        for (int d = 0; d < AG_N_DIALECTS; d++)
            if ((dialects & (1u << d)) != 0 && ag_revision_lacks(revision, (AgDialectId)d))
                g_ptr_array_add(lacking,
                                ag_pool_printf(run->pool,
                                               "revision %s has no block for %s: `autogen fill %s`",
                                               revision->id, ag_dialect((AgDialectId)d)->name,
                                               revision->id));
    }
    return lacking;
}

static bool wants_sql(const AgRun *run)
{
    bool wanted = run->look.format == AG_FORMAT_SQL;
    for (guint i = 0; i < run->copies->len; i++) {
        const AgCopy *copy = g_ptr_array_index(run->copies, i);
        wanted = wanted || copy->format == AG_FORMAT_SQL;
    }
    return wanted;
}

static bool compare(AgRun *run, AgDb *db, const AgDag *dag, AgReport *report, AgDiag *diag)
{
    AgComparison *comparison = report->comparison;
    AgPlan *plan = ag_pool_new0(run->pool, AgPlan);
    AgStart start = {0};
    if (!ag_start_load(run, db, dag, &start, diag))
        return false;
    comparison->to = start.models;
    comparison->live = start.live;
    if (!ag_compare(run, db, true, comparison, diag))
        return false;
    report->edited = ag_standing_edited(run, db, dag, &start.standing, diag);
    if (report->edited == NULL)
        return false;
    report->current = start.standing.current;
    report->heads = start.standing.heads;
    report->pending = start.standing.pending;
    report->lacking = find_lacking(run, dag, diag);
    if (!wants_sql(run))
        return true;
    report->plan = plan;
    return ag_plan(run, comparison, plan, diag);
}

/* The revisions in an empty database instead of what is recorded anywhere: a revision that was
 * forgotten is found without a server. */
static bool compare_replayed(AgRun *run, const AgUrl *url, const AgDag *dag, AgReport *report,
                             AgDiag *diag)
{
    AgComparison *comparison = report->comparison;
    AgTrial trial = {0};
    AgPlan *plan = ag_pool_new0(run->pool, AgPlan);
    report->heads = ag_dag_heads(dag);
    report->lacking = find_lacking(run, dag, diag);
    comparison->to = ag_project_models(run, url->dialect, diag);
    GPtrArray *path =
        comparison->to == NULL
            ? NULL
            : ag_dag_path(dag, ag_pool_array(run->pool), ag_revision_ids(run->pool, report->heads),
                          AG_UPGRADE, diag);
    bool good = path != NULL && ag_trial_open(run, url, &trial, diag) &&
                ag_trial_run(run, &trial, dag, path, AG_UPGRADE, diag) &&
                ag_compare(run, trial.db, true, comparison, diag);
    report->plan = plan;
    good = good && (!wants_sql(run) || ag_plan(run, comparison, plan, diag));
    ag_trial_close(run, &trial, diag);
    return good;
}

static bool compare_database(AgRun *run, const AgUrl *url, const AgDag *dag, AgReport *report,
                             AgDiag *diag)
{
    g_autoptr(AgProjectDb) db = ag_project_start(run, url, AG_DB_READ, true, diag);
    return db != NULL && compare(run, db, dag, report, diag);
}

static bool run_check(AgRun *run, AgDiag *diag)
{
    AgReport report = {.pool = run->pool,
                       .to = "model",
                       .from = "database",
                       .comparison = ag_pool_new0(run->pool, AgComparison),
                       .replayed = ag_options_has(run->options, "replay"),
                       .why = ag_options_has(run->options, "why")};
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    if (report.replayed)
        report.from = "revisions";
    if (dag == NULL ||
        !(report.replayed ? compare_replayed : compare_database)(run, url, dag, &report, diag) ||
        !ag_output(run, ag_report_render, &report, diag))
        return false;
    note_unmanaged(run, report.comparison->from, diag);
    note_unmodelled(run, report.comparison, diag);
    note_moved_columns(run, report.comparison, diag);
    run->findings = ag_report_findings(&report) > 0;
    return true;
}

static const AgOptionInfo options[] = {
    {"replay", 0, AG_OPTION_FLAG, false, NULL,
     "compare with what the revisions make in an empty database"},
    {"why", 0, AG_OPTION_FLAG, false, NULL,
     "written form, canonical form and origin of both sides"},
    {0},
};

const AgCommand ag_command_check = {
    .name = "check",
    .words = "",
    .summary = "exit 0 when models, revisions and database agree, 2 when not",
    .about =
        "Lists every difference between the models and the database: + is missing in the "
        "database,\n"
        "~ differs, - is in the database only, > is renamed. Pending revisions, several heads and\n"
        "applied revisions that were edited are findings too. Nothing is written anywhere. With "
        "--replay the\n"
        "revisions themselves are compared, run in an empty database: a forgotten one is found "
        "before any\n"
        "database has it. SQLite needs no file for that, PostgreSQL the right CREATEDB.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON) | AG_CAN(SQL) | AG_CAN(MARKDOWN) | AG_CAN(GITHUB),
    .configured = true,
    .run = run_check,
};
