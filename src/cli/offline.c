/* SPDX-License-Identifier: MIT */
#include "cli/offline.h"

#include <string.h>

#include "cli/output.h"
#include "cli/standing.h"

bool ag_offline_check_word(const char *word, AgDiag *diag)
{
    if (strchr(word, ':') == NULL)
        return true;
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' says where the database is", word);
    ag_hint(diag, "only with --sql, which asks no database; otherwise name the end alone");
    return false;
}

/* "FROM:TO", cut. `from` NULL: none was given. */
static bool split(AgRun *run, const char *word, const char **from, const char **to, AgDiag *diag)
{
    const char *colon = strchr(word, ':');
    *from = colon == NULL ? NULL : ag_pool_text_n(run->pool, word, (size_t)(colon - word));
    *to = colon == NULL ? word : colon + 1;
    if (colon != NULL && (**from == '\0' || **to == '\0' || strchr(*to, ':') != NULL))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' is not FROM:TO", word);
    return true;
}

/* Where the script begins: nobody is asked, so it cannot count from there. */
static GPtrArray *resolve_from(AgRun *run, const AgDag *dag, const char *from, AgDiag *diag)
{
    GPtrArray *nothing = ag_pool_array(run->pool);
    if (from == NULL)
        return nothing;
    if (strcmp(from, "current") == 0) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'current' would have to be asked for");
        ag_hint(diag, "`autogen current` prints it; a script names it as FROM:TO");
        return NULL;
    }
    return ag_dag_resolve(dag, from, nothing, AG_UPGRADE, diag);
}

static AgOffline offline_of(AgRun *run, AgDialectId dialect, const AgDag *dag,
                            const AgRunnerOptions *options)
{
    return (AgOffline){dialect, dag, options, ag_config_ms(run->config, AG_CONFIG_LOCK_TIMEOUT),
                       ag_config_ms(run->config, AG_CONFIG_STATEMENT_TIMEOUT)};
}

bool ag_offline_migrate(AgRun *run, AgDirection direction, AgDiag *diag)
{
    const char *from, *to, *word = ag_run_word(run, 0);
    if (!split(run, word, &from, &to, diag))
        return false;
    if (from == NULL && direction == AG_DOWNGRADE) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "a script downwards begins somewhere");
        ag_hint(diag, "write FROM:TO, for example autogen downgrade --sql head:%s", to);
        return false;
    }
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    GPtrArray *start = dag == NULL ? NULL : resolve_from(run, dag, from, diag);
    GPtrArray *target = start == NULL ? NULL : ag_dag_resolve(dag, to, start, direction, diag);
    GPtrArray *path = target == NULL ? NULL : ag_dag_path(dag, start, target, direction, diag);
    if (path == NULL)
        return false;
    AgRunnerOptions options = ag_project_runner(run);
    AgOffline offline = offline_of(run, url->dialect, dag, &options);
    g_autoptr(GString) script = g_string_new(NULL);
    if (!ag_offline_run(script, &offline, start, path, direction, diag))
        return false;
    ag_print_text(script->str);
    return true;
}

/* All words have one beginning; those without say base. */
static bool cut_words(AgRun *run, const char **from, GPtrArray *targets, AgDiag *diag)
{
    const GPtrArray *words = ag_options_words(run->options);
    for (guint i = 0; i < words->len; i++) {
        const char *start, *to;
        if (!split(run, g_ptr_array_index(words, i), &start, &to, diag))
            return false;
        if (i > 0 && g_strcmp0(start, *from) != 0)
            return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                           "the ranges of a stamp begin at different revisions");
        *from = start;
        g_ptr_array_add(targets, (gpointer)(guintptr)to);
    }
    return true;
}

bool ag_offline_print_stamp(AgRun *run, AgDiag *diag)
{
    const char *from = NULL;
    GPtrArray *targets = ag_pool_array(run->pool);
    if (!cut_words(run, &from, targets, diag))
        return false;
    if (ag_options_has(run->options, "purge") || ag_options_has(run->options, "rehash"))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--purge' and '--rehash' look into the database, '--sql' does not");
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    GPtrArray *start = dag == NULL ? NULL : resolve_from(run, dag, from, diag);
    GPtrArray *ids = start == NULL ? NULL : ag_dag_stamp(dag, targets, start, diag);
    if (ids == NULL)
        return false;
    AgRunnerOptions options = ag_project_runner(run);
    AgOffline offline = offline_of(run, url->dialect, dag, &options);
    g_autoptr(GString) script = g_string_new(NULL);
    ag_offline_stamp(script, &offline, start, ids);
    ag_print_text(script->str);
    return true;
}

bool ag_offline_print_tables(AgRun *run, AgDiag *diag)
{
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    if (dag == NULL)
        return false;
    AgRunnerOptions options = ag_project_runner(run);
    AgOffline offline = offline_of(run, url->dialect, dag, &options);
    g_autoptr(GString) script = g_string_new(NULL);
    ag_offline_tables(script, &offline);
    ag_print_text(script->str);
    return true;
}
