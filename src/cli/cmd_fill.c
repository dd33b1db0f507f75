/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/derive.h"
#include "cli/output.h"
#include "cli/signals.h"

typedef struct {
    AgRun *run;
    const AgDag *dag;
    const AgRevision *revision;
    AgUrl *url; /* of the option --url; NULL: every dialect that is lacking */
    bool empty;
} Filling;

static bool fail_not_head(const Filling *filling, AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_REVISION_HEADS, (AgPlace){filling->revision->file, 0, 0},
            "revision '%s' is no head, and models describe what the newest one makes",
            filling->revision->id);
    ag_hint(diag,
            "`autogen fill %s --empty` says that it does nothing there; the next one that is "
            "filled then does the whole work",
            filling->revision->id);
    return false;
}

/* What stands before the revision: its parents and the other heads. NULL when it is no head. */
static GPtrArray *find_before(const Filling *filling, AgDiag *diag)
{
    GPtrArray *before = ag_revision_ids(filling->run->pool, ag_dag_heads(filling->dag));
    guint at;
    if (!g_ptr_array_find_with_equal_func(before, filling->revision->id, g_str_equal, &at)) {
        fail_not_head(filling, diag);
        return NULL;
    }
    g_ptr_array_remove_index(before, at);
    const GPtrArray *parents = filling->revision->parents;
    for (guint i = 0; i < parents->len; i++)
        g_ptr_array_add(before, g_ptr_array_index(parents, i));
    return before;
}

/* The database has to have everything but this revision. */
static bool check_pending(const Filling *filling, const AgDerivation *derivation, AgDiag *diag)
{
    const GPtrArray *pending = derivation->standing.pending;
    if (pending->len == 1 && g_ptr_array_index(pending, 0) == filling->revision)
        return true;
    const AgRevision *first = pending->len == 0 ? NULL : g_ptr_array_index(pending, 0);
    const char *current = ag_standing_ids(filling->run->pool, derivation->standing.current);
    if (first == NULL)
        return ag_fail(diag, AG_PROBLEM_NOT_AT_HEAD, AG_NOWHERE,
                       "%s has revision '%s' already: what it does cannot be found there",
                       derivation->url->shown, filling->revision->id);
    ag_fail(diag, AG_PROBLEM_NOT_AT_HEAD, AG_NOWHERE,
            "%s is at %s, and '%s' has to run before '%s' can be filled", derivation->url->shown,
            current, first->id, filling->revision->id);
    if (ag_revision_lacks(first, derivation->url->dialect))
        ag_hint(diag,
                "that one has no block for it either: `autogen fill %s --empty`, then "
                "`autogen upgrade %s`",
                first->id, first->id);
    else
        ag_hint(diag, "run `autogen upgrade %s-1` first", filling->revision->id);
    return false;
}

static bool plan_from(const Filling *filling, AgPlan *plan, AgDiag *diag)
{
    AgDerivation derivation;
    bool good = ag_derive_start(filling->run, filling->url, filling->dag, &derivation, diag) &&
                check_pending(filling, &derivation, diag) &&
                ag_derive_plan(filling->run, filling->dag, &derivation, diag);
    ag_derivation_close(&derivation);
    *plan = derivation.plan;
    return good;
}

static bool make_plan(const Filling *filling, AgDialectId dialect, AgPlan *plan, AgDiag *diag)
{
    AgPool *pool = filling->run->pool;
    if (filling->empty) {
        *plan = (AgPlan){.upgrade = ag_script_new(pool, dialect),
                         .downgrade = ag_script_new(pool, dialect)};
        return true;
    }
    GPtrArray *before = find_before(filling, diag);
    if (before == NULL)
        return false;
    return filling->url != NULL
               ? plan_from(filling, plan, diag)
               : ag_derive_other(filling->run, filling->dag, dialect, before, plan, diag);
}

static bool fill(const Filling *filling, AgDialectId dialect, AgDiag *diag)
{
    const AgRevision *revision = filling->revision;
    AgPlan plan = {0};
    if (!make_plan(filling, dialect, &plan, diag))
        return false;
    AgScript *blocks[2] = {[AG_UPGRADE] = plan.upgrade, [AG_DOWNGRADE] = plan.downgrade};
    ag_signals_hold(true);
    bool good = ag_signals_pass(diag) && ag_revision_fill(revision->file, blocks, diag);
    ag_signals_hold(false);
    if (!good)
        return false;
    ag_print("%s: %s\n", revision->file, ag_dialect(dialect)->name);
    if (revision->seal != NULL) {
        ag_note(diag, AG_PROBLEM_REMARK, (AgPlace){revision->file, 0, 0},
                "the seal of its review is for less than the file has now");
        ag_hint(diag, "read the new block, then: autogen review %s --approve", revision->id);
    }
    return true;
}

/* The one revision that the word names. */
static const AgRevision *find_revision(AgRun *run, const AgDag *dag, AgDiag *diag)
{
    const char *word = ag_run_word(run, 0);
    GPtrArray *ids = ag_dag_resolve(dag, word, ag_pool_array(run->pool), AG_UPGRADE, diag);
    if (ids == NULL)
        return NULL;
    if (ids->len == 1)
        return ag_dag_find(dag, g_ptr_array_index(ids, 0));
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' names %u revisions, not one", word, ids->len);
    return NULL;
}

/* Bit set of what is to be filled. 0 after a problem. */
static unsigned find_wanted(const Filling *filling, AgDiag *diag)
{
    const AgRevision *revision = filling->revision;
    unsigned dialects = filling->url != NULL ? 1u << filling->url->dialect
                                             : ag_project_dialects(filling->run, diag);
    unsigned wanted = 0;
    for (int i = 0; i < AG_N_DIALECTS; i++)
        if ((dialects & (1u << i)) != 0 && ag_revision_lacks(revision, (AgDialectId)i))
            wanted |= 1u << i;
    if (wanted != 0 || dialects == 0)
        return wanted;
    ag_fail(diag, AG_PROBLEM_USAGE, (AgPlace){revision->file, 0, 0},
            "revision '%s' lacks no block%s%s", revision->id, filling->url == NULL ? "" : " for ",
            filling->url == NULL ? "" : ag_dialect(filling->url->dialect)->name);
    if (ag_revision_has_blocks(revision))
        ag_hint(diag, "take the block out of the file to have it written again");
    else
        ag_hint(diag, "a merge without blocks needs none");
    return 0;
}

static bool run_fill(AgRun *run, AgDiag *diag)
{
    Filling filling = {.run = run,
                       .dag = ag_project_dag(run, diag),
                       .empty = ag_options_has(run->options, "empty")};
    filling.revision = filling.dag == NULL ? NULL : find_revision(run, filling.dag, diag);
    if (filling.revision == NULL)
        return false;
    if (ag_options_text(run->options, "url") != NULL &&
        (filling.url = ag_project_url(run, diag)) == NULL)
        return false;
    unsigned wanted = find_wanted(&filling, diag);
    bool good = wanted != 0;
    for (int i = 0; i < AG_N_DIALECTS; i++)
        if ((wanted & (1u << i)) != 0)
            good = fill(&filling, (AgDialectId)i, diag) && good;
    return good;
}

static const AgOptionInfo options[] = {
    {"empty", 0, AG_OPTION_FLAG, false, NULL, "the blocks do nothing: no database is asked"},
    {0},
};

const AgCommand ag_command_fill = {
    .name = "fill",
    .words = "REV",
    .min_words = 1,
    .max_words = 1,
    .example = "head",
    .summary = "add the blocks of another database to a revision",
    .about =
        "For a revision that was written while only one of the project's databases was at hand. "
        "What leads\n"
        "from the other one to the models is added to the file; nothing else in it changes. With "
        "--url that\n"
        "database is asked: it must have every revision but this one. Without, SQLite is replayed "
        "in memory,\n"
        "and PostgreSQL is the first 'url' of autogen.ini that names one.",
    .options = options,
    .configured = true,
    .run = run_fill,
};
