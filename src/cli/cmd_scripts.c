/* SPDX-License-Identifier: MIT */
#include "cli/output.h"
#include "cli/scripts.h"

static bool run_all(AgRun *run, const AgUrl *url, const GPtrArray *scripts, AgDiag *diag)
{
    g_autoptr(AgProjectDb) db = ag_project_open(run, url, AG_DB_WRITE, true, diag);
    if (db == NULL)
        return false;
    return ag_scripts_run(run, db, scripts, diag);
}

static bool run_scripts(AgRun *run, AgDiag *diag)
{
    const AgUrl *url = ag_project_url(run, diag);
    GPtrArray *scripts = url == NULL ? NULL : ag_project_scripts(run, url->dialect, diag);
    if (scripts == NULL)
        return false;
    if (scripts->len > 0)
        return run_all(run, url, scripts, diag);
    ag_say(run, "there are no scripts in '%s'",
           (const char *)g_ptr_array_index(ag_config_paths(run->config, AG_CONFIG_SCRIPTS), 0));
    return true;
}

static const AgOptionInfo options[] = {
    {"dry-run", 0, AG_OPTION_FLAG, false, NULL, "run each and roll it back"},
    {"tag", 0, AG_OPTION_TEXT, false, "TEXT", "words for the log"},
    {"allow", 0, AG_OPTION_LIST, false, "HAZARD[:OBJECT]", "let such statements run"},
    {"allow-destructive", 0, AG_OPTION_FLAG, false, NULL,
     "let all statements run that delete data"},
    {"lock-timeout", 0, AG_OPTION_TEXT, false, "TIME", "longest wait of a statement for a lock"},
    {"statement-timeout", 0, AG_OPTION_TEXT, false, "TIME", "longest time of a statement"},
    {"echo", 0, AG_OPTION_FLAG, false, NULL, "print every statement before it runs"},
    {0},
};

const AgCommand ag_command_scripts = {
    .name = "scripts",
    .words = "",
    .summary = "run repeatable scripts whose content changed",
    .about =
        "Files *.sql below 'scripts' are plain SQL for refreshes, grants, seed data and whatever "
        "has no place\n"
        "in the models. Each runs in the order of the names when its statements are not the ones "
        "that ran\n"
        "last, or when a revision was taken back since, in a transaction together with the record "
        "of it.\n"
        "`autogen upgrade` does the same once no revision is pending. NAME.postgresql.sql and\n"
        "NAME.sqlite.sql are for one database only.",
    .options = options,
    .configured = true,
    .many = true,
    .run = run_scripts,
};
