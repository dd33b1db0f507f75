/* SPDX-License-Identifier: MIT */
#include "cli/pipeline.h"

#include <string.h>

#include "cli/output.h"
#include "cli/signals.h"
#include "diff/diff.h"
#include "emit/emit.h"
#include "introspect/canonical.h"
#include "order/order.h"

static AgDiffOptions diff_options(AgRun *run, bool suspects)
{
    const char *unmanaged = ag_config_text(run->config, AG_CONFIG_UNMANAGED);
    return (AgDiffOptions){
        .drop_unmanaged = strcmp(unmanaged, "drop") == 0,
        .compare_comments = ag_config_bool(run->config, AG_CONFIG_COMPARE_COMMENTS),
        .compare_owners = ag_config_bool(run->config, AG_CONFIG_COMPARE_OWNERS),
        .suspects_allowed = suspects,
    };
}

/* Under unmanaged = report: what a diff that drops has over one that does not. */
static GPtrArray *find_unmodelled(AgRun *run, const AgSchema *from, const AgSchema *to)
{
    GPtrArray *found = ag_pool_array(run->pool);
    if (strcmp(ag_config_text(run->config, AG_CONFIG_UNMANAGED), "report") != 0)
        return found;
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgDiffOptions options = diff_options(run, true);
    options.drop_unmanaged = true;
    GPtrArray *changes = ag_diff(run->pool, from, to, &options, diag);
    for (guint i = 0; changes != NULL && i < changes->len; i++) {
        AgChange *change = g_ptr_array_index(changes, i);
        const AgObject *parent = change->verb == AG_DROP ? change->old->parent : NULL;
        bool with_table = parent != NULL && ag_schema_find(to, parent->info->kind, parent->schema,
                                                           parent->name) == NULL;
        if (change->verb == AG_DROP && !with_table)
            g_ptr_array_add(found, change);
    }
    return found;
}

static GHashTable *find_whole(AgPool *pool, const GPtrArray *changes)
{
    GHashTable *whole = ag_pool_table(pool, g_direct_hash, g_direct_equal);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        const AgObject *object = ag_change_object(change);
        if (object->parent == NULL && (change->verb == AG_CREATE || change->verb == AG_DROP))
            g_hash_table_add(whole, (gpointer)(guintptr)object);
    }
    return whole;
}

/* The layers below do not know the flag that answers. */
static bool hint_suspected(AgDiag *diag)
{
    if (ag_diag_last(diag) != NULL && ag_diag_last(diag)->id == AG_PROBLEM_SUSPECTED_RENAME)
        ag_hint(diag, "--not-renamed says so for all of them");
    return false;
}

bool ag_compare_schemas(AgRun *run, AgSchema *from, AgSchema *to, bool suspects, AgComparison *out,
                        AgDiag *diag)
{
    bool answered = ag_options_has(run->options, "not-renamed");
    AgDiffOptions options = diff_options(run, suspects || answered);
    options.compare_owners = options.compare_owners && !out->any_owner;
    out->from = from;
    out->to = to;
    out->changes = ag_diff(run->pool, from, to, &options, diag);
    if (out->changes == NULL)
        return hint_suspected(diag);
    out->whole = find_whole(run->pool, out->changes);
    out->unmodelled = find_unmodelled(run, from, to);
    return ag_signals_pass(diag);
}

bool ag_compare(AgRun *run, AgDb *db, bool suspects, AgComparison *out, AgDiag *diag)
{
    AgSchema *models = out->to;
    AgFilter filter = ag_project_filter(run, models);
    AgSchema *live = out->live != NULL ? ag_introspect_finish(out->live, &filter, diag)
                                       : ag_introspect(db, run->pool, &filter, diag);
    AgCanonicalOptions canonical = {.cache_directory = ag_project_cache(run)};
    if (live == NULL || !ag_canonicalize(db, models, live, &canonical, diag))
        return false;
    out->shown = ag_pool_text(run->pool, ag_db_url(db)->shown);
    out->server_version = ag_db_version(db);
    return ag_compare_schemas(run, live, models, suspects, out, diag);
}

bool ag_compare_refuse_empty(const AgComparison *comparison, AgDiag *diag)
{
    /* Files that exist and describe nothing are taken at their word: every drop asks for consent.
     */
    if (comparison->to->n_files > 0 || comparison->from->objects->len == 0)
        return true;
    ag_fail(diag, AG_PROBLEM_EMPTY_MODELS, AG_NOWHERE,
            "there is no model file and the database has %u object%s",
            comparison->from->objects->len, comparison->from->objects->len == 1 ? "" : "s");
    ag_hint(diag, "`autogen inspect` writes models of what the database has");
    return false;
}

static AgEmitOptions emit_options(AgRun *run, const AgComparison *comparison)
{
    return (AgEmitOptions){
        .server_version = comparison->server_version,
        .concurrent_indexes = ag_config_bool(run->config, AG_CONFIG_CONCURRENT_INDEXES),
        .not_valid = ag_config_bool(run->config, AG_CONFIG_NOT_VALID),
    };
}

bool ag_plan(AgRun *run, const AgComparison *comparison, AgPlan *out, AgDiag *diag)
{
    AgEmitOptions options = emit_options(run, comparison);
    const AgSchema *from = comparison->from, *to = comparison->to;
    out->steps = ag_order(run->pool, from, to, comparison->changes, diag);
    if (out->steps == NULL)
        return false;
    out->upgrade = ag_emit(run->pool, from, to, out->steps, false, &options, diag);
    if (out->upgrade == NULL)
        return false;
    GPtrArray *back = ag_order_back(run->pool, from, to, comparison->changes, out->steps, diag);
    if (back == NULL)
        return false;
    out->downgrade = ag_emit(run->pool, to, from, back, true, &options, diag);
    return out->downgrade != NULL && ag_signals_pass(diag);
}
