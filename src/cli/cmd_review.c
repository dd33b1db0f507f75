/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "cli/locks.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/standing.h"
#include "revision/review.h"

typedef struct {
    AgRun *run;
    AgDialectId dialect;
    guint number;
} Showing;

/* The first line of the statement; all of it with -v. */
static void show_sql(const Showing *showing, const char *sql)
{
    g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        bool last = !showing->run->verbose || line[1] == NULL;
        g_autofree char *shown = ag_text_printable(*line);
        ag_print("       %s%s\n", shown, last && line[1] != NULL ? " ..." : "");
        if (last)
            return;
    }
}

static void show_statement(Showing *showing, const AgStatement *statement, AgStepMode mode)
{
    g_autofree char *what = ag_text_printable(statement->what == NULL ? "" : statement->what);
    showing->number++;
    ag_print("  %3u. %s\n", showing->number, *what == '\0' ? "(no remark)" : what);
    show_sql(showing, statement->sql);
    if (mode == AG_STEP_NO_TRANSACTION)
        ag_print("       runs outside a transaction\n");
    if (mode == AG_STEP_BATCHED)
        ag_print("       runs in batches, a transaction each\n");
    const char *lock = showing->dialect == AG_DIALECT_POSTGRESQL
                           ? ag_lock_of(showing->run->pool, statement->sql)
                           : "the whole database, for writers";
    ag_print("       lock: %s\n", lock == NULL ? "not known" : lock);
    for (guint i = 0; i < statement->hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(statement->hazards, i);
        g_autofree char *object = ag_text_printable(hazard->object == NULL ? "" : hazard->object);
        ag_print("       ! %s %s: %s\n", ag_problem_word(hazard->id), object,
                 ag_problem_explanation(hazard->id));
    }
}

static void show_block(Showing *showing, const char *title, const AgScript *script)
{
    showing->number = 0;
    if (script == NULL)
        return;
    ag_print("%s\n", title);
    if (script->irreversible != NULL) {
        g_autofree char *why = ag_text_printable(script->irreversible);
        ag_print("  cannot be undone: %s\n", why);
    }
    for (guint s = 0; s < script->steps->len; s++) {
        const AgStep *step = g_ptr_array_index(script->steps, s);
        for (guint i = 0; i < step->statements->len; i++)
            show_statement(showing, g_ptr_array_index(step->statements, i), step->mode);
    }
    if (showing->number == 0 && script->irreversible == NULL)
        ag_print("  no statements\n");
}

static void show_dialect(AgRun *run, const AgRevision *revision, AgDialectId dialect)
{
    const AgScript *blocks[] = {[AG_UPGRADE] = ag_revision_block(revision, dialect, AG_UPGRADE),
                                [AG_DOWNGRADE] =
                                    ag_revision_block(revision, dialect, AG_DOWNGRADE)};
    Showing showing = {.run = run, .dialect = dialect};
    if (blocks[AG_UPGRADE] == NULL && blocks[AG_DOWNGRADE] == NULL)
        return;
    bool back = blocks[AG_DOWNGRADE] != NULL && blocks[AG_DOWNGRADE]->irreversible == NULL;
    show_block(&showing,
               ag_pool_printf(run->pool, "%s, upgrade (%s):", ag_dialect_id_name(dialect),
                              back ? "reversible" : "no way back"),
               blocks[AG_UPGRADE]);
    show_block(&showing, ag_pool_printf(run->pool, "%s, downgrade:", ag_dialect_id_name(dialect)),
               blocks[AG_DOWNGRADE]);
}

static bool review(AgRun *run, const AgRevision *revision, AgDiag *diag)
{
    bool approve = ag_options_has(run->options, "approve");
    const char *by = ag_options_text(run->options, "by");
    g_autofree char *sealer =
        ag_text_printable(revision->sealed_by == NULL ? "somebody" : revision->sealed_by);
    ag_print("revision %s\n", ag_revision_title(run->pool, revision));
    for (int i = 0; i < AG_N_DIALECTS; i++)
        show_dialect(run, revision, (AgDialectId)i);
    if (approve) {
        ag_signals_hold(true);
        bool sealed = ag_revision_seal(revision->file, by == NULL ? g_get_user_name() : by, diag);
        ag_signals_hold(false);
        if (sealed && !run->quiet)
            ag_print("approved: the seal is in %s\n", revision->file);
        return sealed;
    }
    if (revision->seal == NULL) {
        ag_print("not reviewed; `autogen review %s --approve` seals the file\n", revision->id);
    } else if (ag_revision_seal_is_valid(revision)) {
        ag_print("reviewed by %s\n", sealer);
    } else {
        ag_fail(diag, AG_PROBLEM_SEAL_BROKEN, (AgPlace){revision->file, 0, 0},
                "revision '%s' was edited after its review by %s", revision->id, sealer);
        ag_hint(diag, "read it again, then: autogen review %s --approve", revision->id);
        return false;
    }
    return true;
}

static bool run_review(AgRun *run, AgDiag *diag)
{
    const char *word = ag_run_word(run, 0);
    const AgDag *dag = ag_project_dag(run, diag);
    if (dag == NULL || !ag_dag_open(dag, NULL, diag))
        return false;
    if (word == NULL && dag->revisions->len == 0) {
        ag_say(run, "there are no revisions");
        return true;
    }
    GPtrArray *ids = ag_dag_resolve(dag, word == NULL ? "heads" : word, ag_pool_array(run->pool),
                                    AG_UPGRADE, diag);
    bool good = ids != NULL;
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        good = review(run, ag_dag_find(dag, g_ptr_array_index(ids, i)), diag) && good;
    return good;
}

static const AgOptionInfo options[] = {
    {"approve", 0, AG_OPTION_FLAG, false, NULL, "seal the file: its statements have been read"},
    {"by", 0, AG_OPTION_TEXT, false, "NAME", "the reviewer's name; default: the user's"},
    {0},
};

const AgCommand ag_command_review = {
    .name = "review",
    .words = "[REV]",
    .max_words = 1,
    .summary = "show what a revision does, and approve it",
    .about = "Shows every statement with its lock, its hazards and whether there is a way back; "
             "the newest\n"
             "revision unless REV is given. --approve writes a seal over the statements into the "
             "file: a\n"
             "sealed revision may delete data, and is refused when it was edited afterwards. With "
             "-v the\n"
             "statements are shown in full.",
    .options = options,
    .configured = true,
    .run = run_review,
};
