/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

/* What another revision depends on is implied by that one. */
static void drop_needed(AgListing *listing)
{
    for (guint i = listing->revisions->len; i > 0; i--) {
        const AgRevision *head = g_ptr_array_index(listing->revisions, i - 1);
        if (ag_dag_is_needed(listing->dag, head->id))
            g_ptr_array_remove_index(listing->revisions, i - 1);
    }
}

static bool run_heads(AgRun *run, AgDiag *diag)
{
    AgListing listing = {.pool = run->pool, .dag = ag_project_dag(run, diag)};
    if (listing.dag == NULL)
        return false;
    listing.revisions = ag_dag_heads(listing.dag);
    if (ag_options_has(run->options, "resolve-dependencies"))
        drop_needed(&listing);
    if (listing.revisions->len == 0)
        ag_say(run, "there are no revisions");
    return ag_output(run, ag_listing_render, &listing, diag);
}

static const AgOptionInfo options[] = {
    {"resolve-dependencies", 0, AG_OPTION_FLAG, false, NULL,
     "leave out heads that other revisions depend on"},
    {0},
};

const AgCommand ag_command_heads = {
    .name = "heads",
    .words = "",
    .summary = "print the newest revisions",
    .about = "Prints the revisions that no other has as its parent; no database is needed.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_heads,
};
