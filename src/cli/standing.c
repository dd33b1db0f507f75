/* SPDX-License-Identifier: MIT */
#include "cli/standing.h"

#include <string.h>

#include "base/text.h"

GPtrArray *ag_revision_ids(AgPool *pool, const GPtrArray *revisions)
{
    GPtrArray *ids = ag_pool_array(pool);
    for (guint i = 0; i < revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(revisions, i);
        g_ptr_array_add(ids, (gpointer)(guintptr)revision->id);
    }
    return ids;
}

char *ag_revision_title(AgPool *pool, const AgRevision *revision)
{
    g_autofree char *message =
        ag_text_printable(revision->message == NULL ? "" : revision->message);
    return ag_pool_printf(pool, "%s%s%s", revision->id, *message == '\0' ? "" : " ", message);
}

char *ag_standing_ids(AgPool *pool, const GPtrArray *ids)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++) {
        g_autofree char *id = ag_text_printable(g_ptr_array_index(ids, i));
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ", id);
    }
    return ag_pool_text(pool, ids->len == 0 ? "base" : out->str);
}

static bool check_known(AgRun *run, const AgDag *dag, const GPtrArray *current, AgDiag *diag)
{
    for (guint i = 0; i < current->len; i++) {
        const char *id = g_ptr_array_index(current, i);
        if (ag_dag_find(dag, id) != NULL)
            continue;
        g_autofree char *shown = ag_text_printable(id);
        ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
                "the database records revision '%s', which no revision file has", shown);
        ag_hint(diag,
                "get the missing file, or look whether 'revisions' names the right directory");
        ag_hint(diag, "`autogen stamp --purge REV` records another state without running anything");
        (void)run;
        return false;
    }
    return true;
}

bool ag_standing_load(AgRun *run, AgDb *db, const AgDag *dag, AgStanding *out, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    out->current = ag_history_current(db, run->pool, &options, diag);
    if (out->current == NULL || !check_known(run, dag, out->current, diag))
        return false;
    out->heads = ag_dag_heads(dag);
    out->pending =
        ag_dag_path(dag, out->current, ag_revision_ids(run->pool, out->heads), AG_UPGRADE, diag);
    return out->pending != NULL;
}

static bool counts_from_database(const char *text)
{
    const char *at = strchr(text, '@'), *word = at == NULL ? text : at + 1;
    return *word == '+' || *word == '-' || g_str_has_prefix(word, "current");
}

GPtrArray *ag_standing_resolve(AgRun *run, const AgDag *dag, const char *text, AgDiag *diag)
{
    AgStanding state = {.current = ag_pool_array(run->pool)};
    if (counts_from_database(text)) {
        const AgUrl *url = ag_project_url(run, diag);
        g_autoptr(AgProjectDb) db =
            url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, true, diag);
        if (db == NULL || !ag_standing_load(run, db, dag, &state, diag))
            return NULL;
    }
    const char *at = strchr(text, '@'), *word = at == NULL ? text : at + 1;
    GPtrArray *ids =
        ag_dag_resolve(dag, text, state.current, *word == '-' ? AG_DOWNGRADE : AG_UPGRADE, diag);
    if (ids != NULL && ids->len == 0) {
        ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE, "'%s' names no revision", text);
        if (g_str_has_prefix(word, "current"))
            ag_hint(diag, "the database records no revision at all");
        return NULL;
    }
    /* BRANCH@ID, for ways down. */
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i), *behind = strchr(id, '@');
        if (behind != NULL)
            ids->pdata[i] = (gpointer)(guintptr)(behind + 1);
    }
    return ids;
}

/* Only schemas that are known before the models are made can be asked about. */
static bool start_database(AgRun *run, AgDb *db, const AgDag *dag, const AgModels *models,
                           AgStart *out, AgDiag *diag)
{
    AgFilter filter = ag_project_filter(run, NULL);
    bool named = ag_config_names(run->config, AG_CONFIG_SCHEMAS) != NULL;
    if (!ag_project_finish(db, diag) || !ag_standing_load(run, db, dag, &out->standing, diag))
        return false;
    if (!named)
        filter.schemas = ag_models_schemas(models);
    out->live = ag_introspect_start(db, run->pool, &filter, diag);
    return out->live != NULL;
}

bool ag_start_load(AgRun *run, AgDb *db, const AgDag *dag, AgStart *out, AgDiag *diag)
{
    AgDialectId dialect = ag_db_dialect(db);
    g_autoptr(AgDiag) later = ag_diag_new();
    g_autoptr(AgModels) models = ag_project_read_models(run, dialect, diag);
    if (models == NULL)
        return false;
    bool started = ag_models_are_read(models) && start_database(run, db, dag, models, out, later);
    out->models = ag_project_build_models(run, models, dialect, diag);
    for (guint i = 0; out->models != NULL && i < ag_diag_count(later); i++)
        ag_diag_copy(diag, ag_diag_problem(later, i));
    return started && out->models != NULL;
}

GPtrArray *ag_standing_edited(AgRun *run, AgDb *db, const AgDag *dag, const AgStanding *state,
                              AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    GPtrArray *edited = ag_pool_array(run->pool);
    guint first = ag_diag_count(diag);
    if (state->current->len > 0 && !ag_history_verify(db, run->pool, dag, &options, false, diag))
        return NULL;
    bool others = false;
    for (guint i = first; i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (problem->id == AG_PROBLEM_EDITED_REVISION)
            g_ptr_array_add(edited, ag_pool_text(run->pool, problem->message));
        else
            others = true;
    }
    if (!others)
        ag_diag_rewind(diag, first);
    return edited;
}

bool ag_standing_at_head(const AgStanding *state, AgDiag *diag)
{
    if (state->pending->len == 0)
        return true;
    const AgRevision *first = g_ptr_array_index(state->pending, 0);
    ag_fail(diag, AG_PROBLEM_NOT_AT_HEAD, AG_NOWHERE, "%u revision%s not applied yet, first '%s'",
            state->pending->len, state->pending->len == 1 ? " is" : "s are", first->id);
    ag_hint(diag, "run `autogen upgrade %s` first", state->heads->len > 1 ? "heads" : "head");
    return false;
}
