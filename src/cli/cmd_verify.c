/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/pipeline.h"
#include "cli/standing.h"
#include "cli/trial.h"
#include "diff/diff.h"

/* Something that should have been the same and is not. */
typedef struct {
    const AgRevision *revision; /* NULL: the models */
    const char *what;           /* "downgrade", "upgrade again", "models" */
    GPtrArray *changes;         /* of const char *: what leads from what is to what should be */
} Finding;

typedef struct {
    AgRun *run;
    const AgDag *dag;
    AgTrial trial;
    const char *database; /* for people */
    guint n_revisions;
    GPtrArray *irreversible; /* of const AgRevision * */
    GPtrArray *findings;     /* of Finding * */
} Verification;

static AgSchema *look(Verification *verification, AgPool *pool, AgDiag *diag)
{
    AgFilter filter = ag_project_filter(verification->run, NULL);
    return ag_introspect(verification->trial.db, pool, &filter, diag);
}

static void add_finding(Verification *verification, const AgRevision *revision, const char *what,
                        const GPtrArray *changes)
{
    AgPool *pool = verification->run->pool;
    Finding *finding = ag_pool_new0(pool, Finding);
    finding->revision = revision;
    finding->what = what;
    finding->changes = ag_pool_array(pool);
    for (guint i = 0; i < changes->len; i++)
        g_ptr_array_add(finding->changes, ag_change_text(pool, g_ptr_array_index(changes, i)));
    g_ptr_array_add(verification->findings, finding);
}

/* Holds what is there now against what should be. */
static bool expect(Verification *verification, const AgRevision *revision, const char *what,
                   const AgSchema *wanted, AgDiag *diag)
{
    static const AgDiffOptions everything = {.drop_unmanaged = true,
                                             .compare_comments = true,
                                             .suspects_allowed = true};
    g_autoptr(AgPool) pool = ag_pool_new();
    AgSchema *found = look(verification, pool, diag);
    GPtrArray *changes = found == NULL ? NULL : ag_diff(pool, found, wanted, &everything, diag);
    if (changes != NULL && changes->len > 0)
        add_finding(verification, revision, what, changes);
    return changes != NULL;
}

static bool step(Verification *verification, const AgRevision *revision, AgDirection direction,
                 AgDiag *diag)
{
    GPtrArray *path = ag_pool_array(verification->run->pool);
    g_ptr_array_add(path, (gpointer)(guintptr)revision);
    return ag_trial_run(verification->run, &verification->trial, verification->dag, path, direction,
                        diag);
}

static bool is_irreversible(const Verification *verification, const AgRevision *revision)
{
    AgDialectId dialect = ag_db_dialect(verification->trial.db);
    const AgScript *down = ag_revision_block(revision, dialect, AG_DOWNGRADE);
    return down == NULL ? ag_revision_has_blocks(revision) : down->irreversible != NULL;
}

/* Up, down and up again; what is there afterwards becomes `*before` of the next. */
static bool verify_one(Verification *verification, const AgRevision *revision, AgPool **kept,
                       AgSchema **before, AgDiag *diag)
{
    if (!step(verification, revision, AG_UPGRADE, diag))
        return false;
    AgPool *pool = ag_pool_new();
    AgSchema *after = look(verification, pool, diag);
    bool good = after != NULL;
    if (good && is_irreversible(verification, revision))
        g_ptr_array_add(verification->irreversible, (gpointer)(guintptr)revision);
    else
        good = good && step(verification, revision, AG_DOWNGRADE, diag) &&
               expect(verification, revision, "downgrade", *before, diag) &&
               step(verification, revision, AG_UPGRADE, diag) &&
               expect(verification, revision, "upgrade again", after, diag);
    ag_pool_free(*kept);
    *kept = pool;
    *before = after;
    return good;
}

static bool verify_path(Verification *verification, const GPtrArray *path, AgDiag *diag)
{
    AgPool *kept = ag_pool_new();
    AgSchema *before = look(verification, kept, diag);
    bool good = before != NULL;
    for (guint i = 0; good && i < path->len; i++) {
        good = verify_one(verification, g_ptr_array_index(path, i), &kept, &before, diag);
        verification->n_revisions++;
    }
    ag_pool_free(kept);
    return good;
}

static bool verify_models(Verification *verification, AgDiag *diag)
{
    AgRun *run = verification->run;
    AgDb *db = verification->trial.db;
    AgComparison comparison = {.to = ag_project_models(run, ag_db_dialect(db), diag)};
    if (comparison.to == NULL || !ag_compare(run, db, true, &comparison, diag))
        return false;
    GPtrArray *changes = ag_pool_array(run->pool);
    for (guint i = 0; i < comparison.changes->len; i++)
        g_ptr_array_add(changes, g_ptr_array_index(comparison.changes, i));
    if (changes->len > 0)
        add_finding(verification, NULL, "models", changes);
    return true;
}

/* --- what people and machines read --- */

static void human_finding(GString *out, const AgLook *look, AgPool *pool, const Finding *finding)
{
    if (finding->revision == NULL)
        g_string_append(out, "! the revisions do not make what the models say; it would take:\n");
    else
        g_string_append_printf(out, "! %s: %s; it would take:\n",
                               ag_revision_title(pool, finding->revision),
                               *finding->what == 'd'
                                   ? "its downgrade does not bring back what was before"
                                   : "its upgrade does something else the second time");
    for (guint i = 0; i < finding->changes->len; i++) {
        const char *text = g_ptr_array_index(finding->changes, i);
        g_string_append(out, "    ");
        ag_paint(out, look->color,
                 *text == '+'   ? AG_PAINT_PLUS
                 : *text == '-' ? AG_PAINT_MINUS
                                : AG_PAINT_CHANGE,
                 text);
        g_string_append_c(out, '\n');
    }
}

static void render_human(GString *out, const AgLook *look, const Verification *verification)
{
    AgPool *pool = verification->run->pool;
    for (guint i = 0; i < verification->findings->len; i++)
        human_finding(out, look, pool, g_ptr_array_index(verification->findings, i));
    for (guint i = 0; i < verification->irreversible->len; i++)
        g_string_append_printf(out, "  %s has no way back: not tried\n",
                               ag_revision_title(pool,
                                                 g_ptr_array_index(verification->irreversible, i)));
    g_string_append_printf(out, "%u revision%s tried %s; %s\n", verification->n_revisions,
                           verification->n_revisions == 1 ? "" : "s", verification->database,
                           verification->findings->len == 0 ? "all is as it should be"
                                                            : "this is not as it should be");
}

static void render_json(GString *out, const Verification *verification)
{
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_bool(&json, "proven", verification->findings->len == 0);
    ag_json_int(&json, "revisions", verification->n_revisions);
    ag_json_texts(&json, "irreversible",
                  ag_revision_ids(verification->run->pool, verification->irreversible));
    ag_json_begin_array(&json, "findings");
    for (guint i = 0; i < verification->findings->len; i++) {
        const Finding *finding = g_ptr_array_index(verification->findings, i);
        ag_json_begin_object(&json, NULL);
        ag_json_text(&json, "revision", finding->revision == NULL ? NULL : finding->revision->id);
        ag_json_text(&json, "what", finding->what);
        ag_json_texts(&json, "changes", finding->changes);
        ag_json_end_object(&json);
    }
    ag_json_end_array(&json);
    ag_json_end_object(&json);
}

static void render(GString *out, const AgLook *look, const void *data)
{
    if (look->format == AG_FORMAT_JSON)
        render_json(out, data);
    else
        render_human(out, look, data);
}

/* --- the command --- */

static bool verify(Verification *verification, const GPtrArray *path, bool whole, AgDiag *diag)
{
    AgRun *run = verification->run;
    bool sqlite = ag_db_dialect(verification->trial.db) == AG_DIALECT_SQLITE;
    verification->database = sqlite ? "in an SQLite database in memory"
                                    : ag_pool_printf(run->pool, "in a scratch database beside %s",
                                                     verification->trial.home->shown);
    if (!verify_path(verification, path, diag) || (whole && !verify_models(verification, diag)) ||
        !ag_output(run, render, verification, diag))
        return false;
    run->findings = verification->findings->len > 0;
    return true;
}

static bool run_verify(AgRun *run, AgDiag *diag)
{
    const char *word = ag_run_word(run, 0);
    const AgUrl *url = ag_project_url(run, diag);
    const AgDag *dag = url == NULL ? NULL : ag_project_dag(run, diag);
    GPtrArray *nothing = ag_pool_array(run->pool);
    GPtrArray *target =
        dag == NULL ? NULL
                    : ag_dag_resolve(dag, word == NULL ? "heads" : word, nothing, AG_UPGRADE, diag);
    GPtrArray *path = target == NULL ? NULL : ag_dag_path(dag, nothing, target, AG_UPGRADE, diag);
    if (path == NULL || !ag_dag_open(dag, path, diag))
        return false;
    Verification verification = {.run = run,
                                 .dag = dag,
                                 .irreversible = ag_pool_array(run->pool),
                                 .findings = ag_pool_array(run->pool)};
    bool whole = path->len == dag->revisions->len;
    bool good = ag_trial_open(run, url, &verification.trial, diag) &&
                verify(&verification, path, whole, diag);
    ag_trial_close(run, &verification.trial, diag);
    return good;
}

const AgCommand ag_command_verify = {
    .name = "verify",
    .words = "[REV]",
    .max_words = 1,
    .summary = "prove the revisions in a scratch database",
    .about =
        "Every revision up to REV (all, unless it is given) is applied to an empty database, taken "
        "back and\n"
        "applied again; each time the schema has to be what it was before. At the end it has to be "
        "what the\n"
        "models say. SQLite is tried in memory; on PostgreSQL a database is made beside the "
        "configured one\n"
        "and dropped again, which needs the right CREATEDB. The configured database is not "
        "touched.",
    .options = ag_no_options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_verify,
};
