/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

static bool run_heads(AgRun *run, AgDiag *diag)
{
    AgListing listing = {.pool = run->pool, .dag = ag_project_dag(run, diag)};
    if (listing.dag == NULL)
        return false;
    listing.revisions = ag_dag_heads(listing.dag);
    if (listing.revisions->len == 0)
        ag_say(run, "there are no revisions");
    return ag_output(run, ag_listing_render, &listing, diag);
}

const AgCommand ag_command_heads = {
    .name = "heads",
    .words = "",
    .summary = "print the newest revisions",
    .about = "Prints the revisions that no other has as its parent; no database is needed.",
    .options = ag_no_options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_heads,
};
