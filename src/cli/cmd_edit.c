/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>

#include "cli/output.h"
#include "cli/standing.h"

/* The words of the command that edits; NULL after a problem. */
static char **find_editor(AgDiag *diag)
{
    static const char *const usual[] = {"sensible-editor", "editor", "nano", "vim", "vi"};
    const char *command = g_getenv("EDITOR");
    if (command == NULL || *command == '\0')
        command = g_getenv("VISUAL");
    g_autofree char *found = NULL;
    for (size_t i = 0; (command == NULL || *command == '\0') && i < G_N_ELEMENTS(usual); i++) {
        g_free(found);
        found = g_find_program_in_path(usual[i]);
        command = found;
    }
    g_autoptr(GError) error = NULL;
    char **argv = NULL;
    if (command == NULL || *command == '\0') {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "there is no editor");
        ag_hint(diag, "name one in the environment variable EDITOR");
    } else if (!g_shell_parse_argv(command, NULL, &argv, &error)) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "EDITOR cannot be understood: %s",
                error->message);
    }
    return argv;
}

static bool edit_files(char **editor, const GPtrArray *files, AgDiag *diag)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    for (char **word = editor; *word != NULL; word++)
        g_ptr_array_add(argv, *word);
    for (guint i = 0; i <= files->len; i++)
        g_ptr_array_add(argv, i < files->len ? files->pdata[i] : NULL);
    g_autoptr(GError) error = NULL;
    int status = 0;
    if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
                      &status, &error))
        return ag_fail(diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE, "the editor cannot be run: %s",
                       error->message);
    return status == 0 ||
           ag_fail(diag, AG_PROBLEM_HOOK, AG_NOWHERE, "the editor '%s' ended with status %d",
                   editor[0], WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static bool run_edit(AgRun *run, AgDiag *diag)
{
    const AgDag *dag = ag_project_dag(run, diag);
    GPtrArray *ids = dag == NULL ? NULL : ag_standing_resolve(run, dag, ag_run_word(run, 0), diag);
    if (ids == NULL)
        return false;
    GPtrArray *files = ag_pool_array(run->pool);
    for (guint i = 0; i < ids->len; i++) {
        const AgRevision *revision = ag_dag_find(dag, g_ptr_array_index(ids, i));
        g_ptr_array_add(files, (gpointer)(guintptr)revision->file);
    }
    g_auto(GStrv) editor = find_editor(diag);
    if (editor == NULL || !edit_files(editor, files, diag))
        return false;
    /* What was written is read at once, so that a slip is seen here and not at the next upgrade. */
    run->dag = NULL;
    return ag_project_dag(run, diag) != NULL;
}

const AgCommand ag_command_edit = {
    .name = "edit",
    .words = "REV",
    .min_words = 1,
    .max_words = 1,
    .example = "head",
    .summary = "open a revision file in the editor",
    .about = "Runs $EDITOR (or $VISUAL, or the first usual editor there is) on the file of REV, "
             "which is named\n"
             "as for `show`, and checks it afterwards.",
    .options = ag_no_options,
    .configured = true,
    .run = run_edit,
};
