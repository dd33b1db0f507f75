/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

/* Every id, in the order of problems.def. */
static const AgProblemId ids[] = {
#define AG_PROBLEM(ID, word, CLASS, explanation) AG_PROBLEM_##ID,
#include "base/problems.def"
#undef AG_PROBLEM
};

static int exit_code_of(AgProblemId id)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    ag_fail(diag, id, AG_NOWHERE, "%s", "");
    return ag_diag_exit_code(diag);
}

static bool run_explain(AgRun *run, AgDiag *diag)
{
    const char *word = ag_run_word(run, 0);
    AgProblemId id;
    for (size_t i = 0; word == NULL && i < G_N_ELEMENTS(ids); i++)
        ag_print("%-22s exit %-3d %s\n", ag_problem_word(ids[i]), exit_code_of(ids[i]),
                 ag_problem_explanation(ids[i]));
    if (word == NULL)
        return true;
    if (!ag_problem_parse(word, &id)) {
        const char *words[G_N_ELEMENTS(ids) + 1] = {NULL};
        for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
            words[i] = ag_problem_word(ids[i]);
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "no message has the code '%s'", word);
        ag_hint_nearest(diag, word, words);
        ag_hint(diag, "`autogen explain` lists them all");
        return false;
    }
    ag_print("%s\n", ag_problem_word(id));
    ag_print("  %s\n", ag_problem_explanation(id));
    if (exit_code_of(id) == 0)
        ag_print("  It never changes the exit code.\n");
    else
        ag_print("  As an error it ends the run with exit code %d.\n", exit_code_of(id));
    return true;
}

const AgCommand ag_command_explain = {
    .name = "explain",
    .words = "[CODE]",
    .max_words = 1,
    .summary = "explain the [code] of a message or hazard",
    .about =
        "Every message ends with a code in brackets; this command says what it means and what to\n"
        "do. Without a code it lists them all.",
    .options = ag_no_options,
    .run = run_explain,
};
