/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/listing.h"

/* Every revision that has to be there before the set `ids` is, itself included: of AgRevision *. */
static GPtrArray *all_up_to(AgRun *run, const AgDag *dag, const GPtrArray *ids, AgDiag *diag)
{
    return ag_dag_path(dag, ag_pool_array(run->pool), ids, AG_UPGRADE, diag);
}

/* One end of A:B; an empty one gives all heads, or base. */
static GPtrArray *resolve_end(AgRun *run, const AgDag *dag, const char *text, bool last,
                              const GPtrArray *current, AgDiag *diag)
{
    if (strcmp(text, "current") == 0) {
        GPtrArray *ids = ag_pool_array(run->pool);
        for (guint i = 0; i < current->len; i++)
            g_ptr_array_add(ids, g_ptr_array_index(current, i));
        return ids;
    }
    if (*text == '\0')
        return last ? ag_revision_ids(run->pool, ag_dag_heads(dag)) : ag_pool_array(run->pool);
    return ag_dag_resolve(dag, text, current, last ? AG_UPGRADE : AG_DOWNGRADE, diag);
}

/* The revisions of A:B, both ends included, as Alembic does: those B needs without those that A
 * needs, A itself kept. */
static GPtrArray *select_range(AgRun *run, const AgDag *dag, const char *range,
                               const GPtrArray *current, AgDiag *diag)
{
    const char *colon = strchr(range, ':');
    if (colon == NULL) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '--rev-range' takes A:B, A: or :B");
        return NULL;
    }
    const char *a = ag_pool_text_n(run->pool, range, (size_t)(colon - range));
    GPtrArray *low = resolve_end(run, dag, a, false, current, diag);
    GPtrArray *high = low == NULL ? NULL : resolve_end(run, dag, colon + 1, true, current, diag);
    GPtrArray *below = high == NULL ? NULL : all_up_to(run, dag, low, diag);
    GPtrArray *all = below == NULL ? NULL : all_up_to(run, dag, high, diag);
    if (all == NULL)
        return NULL;
    GPtrArray *selected = ag_pool_array(run->pool);
    for (guint i = 0; i < all->len; i++) {
        AgRevision *revision = g_ptr_array_index(all, i);
        if (!g_ptr_array_find(below, revision, NULL) ||
            g_ptr_array_find_with_equal_func(low, revision->id, g_str_equal, NULL))
            g_ptr_array_add(selected, revision);
    }
    return selected;
}

static bool needs_database(AgRun *run, const char *range)
{
    return ag_options_has(run->options, "indicate-current") ||
           (range != NULL && (strstr(range, "current") != NULL || strpbrk(range, "+-") != NULL));
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
        range == NULL ? dag->revisions : select_range(run, dag, range, state.current, diag);
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
     "only these: A:B, A:, :B; ends as for upgrade, or current"},
    {"indicate-current", 'i', AG_OPTION_FLAG, false, NULL, "mark where the database is"},
    {0},
};

const AgCommand ag_command_history = {
    .name = "history",
    .words = "",
    .summary = "list the revisions, newest first",
    .about = "Lists all revisions, or a range of them with both ends. The database is asked only "
             "with -i or\n"
             "when the range says current, +N or -N. With -v also parents and files.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_history,
};
