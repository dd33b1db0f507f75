/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/listing.h"

static GPtrArray *select_range(const AgDag *dag, const char *range, const GPtrArray *current,
                               AgDiag *diag)
{
    if (strchr(range, ':') != NULL)
        return ag_dag_range(dag, range, current, diag);
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '--rev-range' takes A:B, A: or :B");
    return NULL;
}

static bool needs_database(AgRun *run, const char *range)
{
    return ag_options_has(run->options, "indicate-current") ||
           (range != NULL && (strstr(range, "current") != NULL || *range == '+'));
}

static bool read_current(AgRun *run, const AgDag *dag, AgStanding *state, AgDiag *diag)
{
    const AgUrl *url = ag_project_url(run, diag);
    g_autoptr(AgProjectDb) db =
        url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, true, diag);
    return db != NULL && ag_standing_load(run, db, dag, state, diag);
}

static bool run_history(AgRun *run, AgDiag *diag)
{
    const char *range = ag_options_text(run->options, "rev-range");
    const AgDag *dag = ag_project_dag(run, diag);
    AgStanding state = {.current = ag_pool_array(run->pool)};
    bool asked = needs_database(run, range);
    if (dag == NULL || (asked && !read_current(run, dag, &state, diag)))
        return false;
    GPtrArray *selected =
        range == NULL ? dag->revisions : select_range(dag, range, state.current, diag);
    if (selected == NULL)
        return false;
    AgListing listing = {.pool = run->pool,
                         .dag = dag,
                         .revisions = ag_pool_array(run->pool),
                         .current = asked ? state.current : NULL};
    for (guint i = selected->len; i > 0; i--)
        g_ptr_array_add(listing.revisions, g_ptr_array_index(selected, i - 1));
    if (dag->revisions->len == 0)
        ag_say(run, "there are no revisions");
    return ag_output(run, ag_listing_render, &listing, diag);
}

static const AgOptionInfo options[] = {
    {"rev-range", 'r', AG_OPTION_TEXT, false, "A:B",
     "only these: A:B, A:, :B; A:+N counts from A, -N:B from B; or current"},
    {"indicate-current", 'i', AG_OPTION_FLAG, false, NULL, "mark where the database is"},
    {0},
};

const AgCommand ag_command_history = {
    .name = "history",
    .words = "",
    .summary = "list the revisions, newest first",
    .about = "Lists all revisions, or a range of them with both ends. The database is asked only "
             "with -i or\n"
             "when the range says current or begins with +N. With -v also parents and files.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_history,
};
