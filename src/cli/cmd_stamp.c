/* SPDX-License-Identifier: MIT */
#include "cli/offline.h"
#include "cli/output.h"
#include "cli/standing.h"

/* With --purge what is recorded does not count; else a recorded revision without a file stops. */
static GPtrArray *find_current(AgRun *run, AgDb *db, const AgDag *dag, AgDiag *diag)
{
    AgStanding state;
    if (ag_options_has(run->options, "purge"))
        return ag_pool_array(run->pool);
    return ag_standing_load(run, db, dag, &state, diag) ? state.current : NULL;
}

static bool stamp(AgRun *run, AgDb *db, const AgDag *dag, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    const GPtrArray *words = ag_options_words(run->options);
    bool rehash = ag_options_has(run->options, "rehash");
    GPtrArray *current = find_current(run, db, dag, diag);
    GPtrArray *ids = current;
    if (words->len > 0 && current != NULL)
        ids = ag_dag_stamp(dag, words, current, diag);
    if (ids == NULL || !ag_runner_stamp(db, dag, ids, rehash, &options, diag))
        return false;
    if (!run->quiet)
        ag_print("the database is recorded to be at %s%s; nothing was run\n",
                 ag_standing_ids(run->pool, ids), rehash ? ", checksums were taken anew" : "");
    return true;
}

static bool run_stamp(AgRun *run, AgDiag *diag)
{
    if (ag_run_word(run, 0) == NULL && !ag_options_has(run->options, "rehash")) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'stamp' needs REV or --rehash");
        ag_hint(diag, "usage: autogen stamp REV..., or autogen stamp --rehash");
        return false;
    }
    if (ag_run_word(run, 0) == NULL && ag_options_has(run->options, "purge"))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'--purge' needs REV");
    if (ag_options_has(run->options, "sql"))
        return ag_offline_print_stamp(run, diag);
    for (guint i = 0; ag_run_word(run, i) != NULL; i++)
        if (!ag_offline_check_word(ag_run_word(run, i), diag))
            return false;
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    /* No file is made for a revision that does not exist. */
    if (dag != NULL && ag_run_word(run, 0) != NULL && ag_project_is_new(url) &&
        ag_dag_stamp(dag, ag_options_words(run->options), ag_pool_array(run->pool), diag) == NULL)
        return false;
    g_autoptr(AgProjectDb) db =
        dag == NULL ? NULL : ag_project_open(run, url, AG_DB_WRITE, true, diag);
    return db != NULL && stamp(run, db, dag, diag);
}

static const AgOptionInfo options[] = {
    {"purge", 0, AG_OPTION_FLAG, false, NULL,
     "forget what is recorded, even revisions without a file"},
    {"sql", 0, AG_OPTION_FLAG, false, NULL,
     "print a script for psql or sqlite3 instead; REV may be FROM:TO"},
    {"rehash", 0, AG_OPTION_FLAG, false, NULL, "accept the applied files as they are now"},
    {0},
};

const AgCommand ag_command_stamp = {
    .name = "stamp",
    .words = "[REV...]",
    .max_words = 100,
    .summary = "record that the database is at REV, without running anything",
    .about = "For a database that has got its schema in another way, and for one whose applied "
             "revision files\n"
             "were edited on purpose (--rehash; REV may then be left out). REV takes the place of "
             "what is\n"
             "recorded of its own branch, LABEL@base clears that branch; other branches stay "
             "unless --purge\n"
             "is given.",
    .options = options,
    .configured = true,
    .many = true,
    .run = run_stamp,
};
