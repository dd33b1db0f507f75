/* SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/standing.h"

/* The state is asked for only where REV counts from it. */
static const GPtrArray *current_for(AgRun *run, const AgDag *dag, const char *text, AgDiag *diag)
{
    if (*text != '+' && *text != '-')
        return ag_pool_array(run->pool);
    const AgUrl *url = ag_project_url(run, diag);
    g_autoptr(AgProjectDb) db =
        url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, true, diag);
    AgStanding state;
    return db != NULL && ag_standing_load(run, db, dag, &state, diag) ? state.current : NULL;
}

static bool show_file(AgRun *run, const AgRevision *revision, AgDiag *diag)
{
    char *text = ag_file_read(run->pool, revision->file, AG_LIMIT_REVISION_BYTES, NULL, diag);
    if (text == NULL)
        return false;
    g_autofree char *file = ag_text_printable(revision->file);
    ag_say(run, "%s", file);
    ag_print_text(text);
    return true;
}

static bool run_show(AgRun *run, AgDiag *diag)
{
    const char *word = ag_run_word(run, 0);
    const AgDag *dag = ag_project_dag(run, diag);
    const GPtrArray *current = dag == NULL ? NULL : current_for(run, dag, word, diag);
    GPtrArray *ids = current == NULL ? NULL : ag_dag_resolve(dag, word, current, AG_UPGRADE, diag);
    if (ids == NULL)
        return false;
    if (ids->len == 0)
        return ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE, "'%s' names no revision",
                       word);
    for (guint i = 0; i < ids->len; i++)
        if (!show_file(run, ag_dag_find(dag, g_ptr_array_index(ids, i)), diag))
            return false;
    return true;
}

const AgCommand ag_command_show = {
    .name = "show",
    .words = "REV",
    .min_words = 1,
    .max_words = 1,
    .example = "head",
    .summary = "print a revision file",
    .about = "Prints the file of the revision, and its path on stderr. REV is an id, the first "
             "characters of\n"
             "one, head, heads, or a step from where the database is (+1, -1).",
    .options = ag_no_options,
    .configured = true,
    .run = run_show,
};
