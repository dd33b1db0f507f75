/* SPDX-License-Identifier: MIT */
#include "cli/derive.h"

#include <string.h>

#include "cli/output.h"
#include "cli/trial.h"

/* --- a database --- */

bool ag_derive_start(AgRun *run, AgUrl *url, const AgDag *dag, AgDerivation *out, AgDiag *diag)
{
    *out = (AgDerivation){.url = url};
    AgStart start = {0};
    out->db = ag_project_start(run, url, AG_DB_READ, true, diag);
    if (out->db == NULL || !ag_start_load(run, out->db, dag, &start, diag))
        return false;
    out->standing = start.standing;
    out->comparison.to = start.models;
    out->comparison.live = start.live;
    return true;
}

bool ag_derive_plan(AgRun *run, const AgDag *dag, AgDerivation *derivation, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    return ag_compare(run, derivation->db, false, &derivation->comparison, diag) &&
           ag_history_verify(derivation->db, run->pool, dag, &options, false, diag) &&
           ag_compare_refuse_empty(&derivation->comparison, diag) &&
           ag_plan(run, &derivation->comparison, &derivation->plan, diag);
}

void ag_derivation_close(AgDerivation *derivation)
{
    ag_project_close(derivation->db);
    derivation->db = NULL;
}

/* --- SQLite, in memory --- */

static bool derive_in_memory(AgRun *run, const AgDag *dag, const GPtrArray *before, AgPlan *out,
                             AgDiag *diag)
{
    AgUrl *url = ag_url_parse(run->pool, "sqlite://", NULL, diag);
    if (url == NULL)
        return false;
    AgComparison comparison = {.to = ag_project_models(run, AG_DIALECT_SQLITE, diag)};
    if (comparison.to == NULL)
        return false;
    AgTrial trial = {0};
    GPtrArray *path = ag_dag_path(dag, ag_pool_array(run->pool), before, AG_UPGRADE, diag);
    bool good = path != NULL && ag_trial_open(run, url, &trial, diag) &&
                ag_trial_run(run, &trial, dag, path, AG_UPGRADE, diag) &&
                ag_compare(run, trial.db, false, &comparison, diag) &&
                ag_plan(run, &comparison, out, diag);
    ag_trial_close(run, &trial, diag);
    return good;
}

/* --- a server of another section --- */

/* The run as it would be with the first section whose URL is of the dialect; its URL, or NULL. */
static AgUrl *find_other(const AgRun *run, AgDialectId dialect, AgRun *other, AgDiag *diag)
{
    GPtrArray *envs = ag_config_envs_with(run->config, AG_CONFIG_URL);
    g_autoptr(AgDiag) ignored = ag_diag_new();
    for (guint i = 0; i < envs->len; i++) {
        const char *env = g_ptr_array_index(envs, i);
        *other = *run;
        other->config = ag_config_of_env(run->config, env, ignored);
        AgUrl *url = other->config == NULL ? NULL : ag_project_url(other, ignored);
        if (url != NULL && url->dialect == dialect)
            return url;
    }
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){ag_config_file(run->config), 0, 0},
            "no section has the 'url' of a %s database", ag_dialect(dialect)->name);
    /* What made a section useless, such as a variable that is not set. */
    if (ag_diag_count(ignored) > 0)
        ag_hint(diag, "%s", ag_diag_last(ignored)->message);
    return NULL;
}

static bool same_ids(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; i < a->len; i++)
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)b, g_ptr_array_index(a, i),
                                              g_str_equal, NULL))
            return false;
    return a->len == b->len;
}

static bool check_standing(AgPool *pool, const AgDerivation *derivation, const GPtrArray *before,
                           AgDiag *diag)
{
    if (same_ids(derivation->standing.current, before))
        return true;
    ag_fail(diag, AG_PROBLEM_NOT_AT_HEAD, AG_NOWHERE, "%s is at %s, not at %s",
            derivation->url->shown, ag_standing_ids(pool, derivation->standing.current),
            ag_standing_ids(pool, before));
    return false;
}

static bool derive_from_server(AgRun *run, const AgDag *dag, AgDialectId dialect,
                               const GPtrArray *before, AgPlan *out, AgDiag *diag)
{
    AgRun other;
    AgUrl *url = find_other(run, dialect, &other, diag);
    if (url == NULL)
        return false;
    AgDerivation derivation;
    bool good = ag_derive_start(&other, url, dag, &derivation, diag) &&
                check_standing(run->pool, &derivation, before, diag) &&
                ag_derive_plan(&other, dag, &derivation, diag);
    if (good)
        ag_say(run, "  %s: compared with %s", ag_dialect(dialect)->name, url->shown);
    ag_derivation_close(&derivation);
    *out = derivation.plan;
    return good;
}

bool ag_derive_other(AgRun *run, const AgDag *dag, AgDialectId dialect, const GPtrArray *before,
                     AgPlan *out, AgDiag *diag)
{
    switch (dialect) {
    case AG_DIALECT_SQLITE:
        return derive_in_memory(run, dag, before, out, diag);
    case AG_DIALECT_POSTGRESQL:
        return derive_from_server(run, dag, dialect, before, out, diag);
    }
    g_assert_not_reached();
}
