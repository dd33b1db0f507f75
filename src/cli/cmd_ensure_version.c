/* SPDX-License-Identifier: MIT */
#include "cli/offline.h"
#include "cli/output.h"

static bool run_ensure_version(AgRun *run, AgDiag *diag)
{
    if (ag_options_has(run->options, "sql"))
        return ag_offline_print_tables(run, diag);
    const AgUrl *url = ag_project_url(run, diag);
    g_autoptr(AgProjectDb) db =
        url == NULL ? NULL : ag_project_open(run, url, AG_DB_WRITE, true, diag);
    AgRunnerOptions options = ag_project_runner(run);
    bool made = false;
    if (db == NULL || !ag_runner_ensure(db, &options, &made, diag))
        return false;
    if (!run->quiet)
        ag_print(made ? "the tables of the record were made\n"
                      : "nothing to do: the tables of the record exist\n");
    return true;
}

static const AgOptionInfo options[] = {
    {"sql", 0, AG_OPTION_FLAG, false, NULL, "print the statements instead"},
    {0},
};

const AgCommand ag_command_ensure_version = {
    .name = "ensure-version",
    .alias = "ensure_version",
    .words = "",
    .summary = "make the tables of the record, when they are missing",
    .about =
        "Makes the version table and the log without recording anything. `upgrade` and `stamp` "
        "do so by\n"
        "themselves; this is for whoever sets up a database with other rights than later "
        "runs have.",
    .options = options,
    .configured = true,
    .many = true,
    .run = run_ensure_version,
};
