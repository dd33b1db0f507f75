/* SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/standing.h"

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
    GPtrArray *ids = dag == NULL ? NULL : ag_standing_resolve(run, dag, word, diag);
    if (ids == NULL)
        return false;
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
             "one, head, heads, a label, current, or a step from where the database is (+1, -1).",
    .options = ag_no_options,
    .configured = true,
    .run = run_show,
};
