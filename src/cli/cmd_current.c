/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

static bool run_current(AgRun *run, AgDiag *diag)
{
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    g_autoptr(AgProjectDb) db =
        dag == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, true, diag);
    AgStanding state;
    if (db == NULL || !ag_standing_load(run, db, dag, &state, diag) ||
        ag_standing_edited(run, db, dag, &state, diag) == NULL)
        return false;
    AgListing listing = {.pool = run->pool, .dag = dag, .none = "base"};
    listing.revisions = ag_pool_array(run->pool);
    for (guint i = 0; i < state.current->len; i++)
        g_ptr_array_add(listing.revisions,
                        (gpointer)(guintptr)ag_dag_find(dag, g_ptr_array_index(state.current, i)));
    if (ag_options_has(run->options, "check-heads") && state.pending->len > 0) {
        ag_say(run, "%u revision%s pending", state.pending->len,
               state.pending->len == 1 ? " is" : "s are");
        run->findings = true;
    }
    return ag_output(run, ag_listing_render, &listing, diag);
}

static const AgOptionInfo options[] = {
    {"check-heads", 0, AG_OPTION_FLAG, false, NULL, "exit 2 when the database is not at all heads"},
    {0},
};

const AgCommand ag_command_current = {
    .name = "current",
    .words = "",
    .summary = "print the revisions the database is at",
    .about = "Prints what the database records; `base` when that is nothing. With -v also parents "
             "and files.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .many = true,
    .run = run_current,
};
