/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

static bool run_branches(AgRun *run, AgDiag *diag)
{
    const AgDag *dag = ag_project_dag(run, diag);
    AgListing listing = {.pool = run->pool,
                         .dag = dag,
                         .revisions = ag_pool_array(run->pool),
                         .children = true};
    for (guint i = 0; dag != NULL && i < dag->revisions->len; i++) {
        AgRevision *revision = g_ptr_array_index(dag->revisions, i);
        const GPtrArray *children = ag_dag_children(dag, revision->id);
        if (children != NULL && children->len > 1)
            g_ptr_array_add(listing.revisions, revision);
    }
    if (dag != NULL && listing.revisions->len == 0)
        ag_say(run, "the history has no branches");
    return dag != NULL && ag_output(run, ag_listing_render, &listing, diag);
}

const AgCommand ag_command_branches = {
    .name = "branches",
    .words = "",
    .summary = "print where the history forks",
    .about = "Prints every revision that several others have as their parent, and those; no "
             "database is needed.",
    .options = ag_no_options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_branches,
};
