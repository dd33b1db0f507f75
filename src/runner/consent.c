/* SPDX-License-Identifier: MIT */
#include "revision/review.h"
#include "runner/runner_private.h"

#include <string.h>

typedef struct {
    AgRunner *runner;
    AgPool *pool; /* of one revision's check */
    const AgRevision *revision;
    const AgScript *script;
    bool sealed, ask;
    AgDiag *diag;
} Asking;

/* --- blocks --- */

/* A merge needs no SQL, and so no block. */
static bool is_bare_merge(const AgRevision *revision)
{
    return revision->parents->len > 1 && !ag_revision_has_blocks(revision);
}

static bool fail_block(const Asking *asking)
{
    const AgRunner *runner = asking->runner;
    const AgRevision *revision = asking->revision;
    const char *word = ag_direction_word(runner->direction);
    const char *dialect = ag_dialect_id_name(runner->dialect->id);
    ag_fail(asking->diag, AG_PROBLEM_REVISION_DIALECT, (AgPlace){revision->file, 0, 0},
            "revision '%s' has no %s block for %s", revision->id, word, dialect);
    if (runner->direction == AG_DOWNGRADE &&
        ag_revision_block(revision, runner->dialect->id, AG_UPGRADE) != NULL)
        ag_hint(asking->diag,
                "write `-- autogen:downgrade %s` and its statements, or "
                "`-- autogen:irreversible REASON` below it",
                dialect);
    else
        ag_hint(asking->diag,
                "`autogen fill %s --url URL` adds what leads from this database to the models, or "
                "write `-- autogen:upgrade %s` and its statements by hand",
                revision->id, dialect);
    return false;
}

static bool fail_irreversible(const Asking *asking)
{
    const AgRevision *revision = asking->revision;
    g_autofree char *why = ag_text_printable(asking->script->irreversible);
    ag_fail(asking->diag, AG_PROBLEM_IRREVERSIBLE, (AgPlace){revision->file, 0, 0},
            "revision '%s' cannot be undone: %s", revision->id, why);
    ag_hint(asking->diag, "downgrade to '%s' or a later revision, or restore a backup",
            revision->id);
    return false;
}

/* --- seals --- */

static bool check_seal(Asking *asking)
{
    const AgRevision *revision = asking->revision;
    const char *review = asking->runner->options->review;
    AgPlace place = {revision->file, 0, 0};
    if (revision->seal != NULL) {
        asking->sealed = ag_revision_seal_is_valid(revision);
        if (asking->sealed)
            return true;
        g_autofree char *who =
            ag_text_printable(revision->sealed_by == NULL ? "somebody" : revision->sealed_by);
        ag_fail(asking->diag, AG_PROBLEM_SEAL_BROKEN, place,
                "revision '%s' was edited after its review by %s", revision->id, who);
        ag_hint(asking->diag, "read it again: autogen review %s --approve", revision->id);
        return false;
    }
    if (g_strcmp0(review, "all") != 0)
        return true;
    ag_fail(asking->diag, AG_PROBLEM_NOT_REVIEWED, place, "revision '%s' has not been reviewed",
            revision->id);
    ag_hint(asking->diag, "autogen review %s --approve", revision->id);
    return false;
}

/* --- hazards --- */

static bool needs_consent(AgProblemId id)
{
    return id == AG_PROBLEM_HAZARD_DELETES_DATA || id == AG_PROBLEM_HAZARD_DROPS_EXTENSION;
}

static bool is_label(const Asking *asking, const char *given, const char *label)
{
    return asking->runner->dialect->folds_names ? g_ascii_strcasecmp(given, label) == 0
                                                : strcmp(given, label) == 0;
}

/* "shop.t" of "foreign table shop.t": the object without its noun. Names may have blanks, too. */
static const char *label_of(const char *object)
{
    static const char *const nouns[] = {"composite type ",
                                        "default privileges ",
                                        "domain constraint ",
                                        "event trigger ",
                                        "exclusion constraint ",
                                        "foreign key ",
                                        "foreign server ",
                                        "foreign table ",
                                        "foreign-data wrapper ",
                                        "materialized view ",
                                        "primary key ",
                                        "published table ",
                                        "range type ",
                                        "statistics object ",
                                        "text search configuration ",
                                        "text search dictionary ",
                                        "unique constraint ",
                                        "user mapping ",
                                        "view column ",
                                        "virtual table "};
    for (size_t i = 0; i < G_N_ELEMENTS(nouns); i++)
        if (g_str_has_prefix(object, nouns[i]))
            return object + strlen(nouns[i]);
    const char *blank = strchr(object, ' ');
    return blank == NULL ? object : blank + 1;
}

/* "deletes-data", "deletes-data:shop.customers.phone", "deletes-data:column shop.customers.phone"
 */
static bool entry_allows(const Asking *asking, const char *entry, const AgHazard *hazard)
{
    const char *word = ag_problem_word(hazard->id);
    if (!g_str_has_prefix(entry, word))
        return false;
    const char *rest = entry + strlen(word);
    if (*rest != ':')
        return *rest == '\0';
    rest++;
    if (hazard->object == NULL)
        return false;
    const char *name = strrchr(hazard->object, ' ');
    return is_label(asking, rest, hazard->object) ||
           is_label(asking, rest, label_of(hazard->object)) ||
           (name != NULL && is_label(asking, rest, name + 1));
}

static bool is_allowed(const Asking *asking, const AgStatement *statement, const AgHazard *hazard)
{
    const AgRunnerOptions *options = asking->runner->options;
    if (options->allow_destructive)
        return true;
    for (guint i = 0; i < statement->allows->len; i++) {
        const AgSetting *allow = g_ptr_array_index(statement->allows, i);
        if (entry_allows(asking, allow->name, hazard))
            return true;
    }
    for (guint i = 0; options->allow != NULL && i < options->allow->len; i++)
        if (entry_allows(asking, g_ptr_array_index(options->allow, i), hazard))
            return true;
    return false;
}

static void collect(const Asking *asking, const AgStatement *statement, const GPtrArray *hazards,
                    GPtrArray *out)
{
    for (guint i = 0; hazards != NULL && i < hazards->len; i++) {
        AgHazard *hazard = g_ptr_array_index(hazards, i);
        if (needs_consent(hazard->id) && !is_allowed(asking, statement, hazard))
            g_ptr_array_add(out, hazard);
    }
}

static bool is_marked(const AgStatement *statement)
{
    for (guint i = 0; i < statement->hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(statement->hazards, i);
        if (needs_consent(hazard->id))
            return true;
    }
    return false;
}

static bool fail_destructive(const Asking *asking, const AgStatement *statement,
                             const GPtrArray *hazards)
{
    const AgHazard *first = g_ptr_array_index(hazards, 0);
    g_autofree char *object = ag_text_printable(first->object == NULL ? "?" : first->object);
    g_autofree char *more =
        hazards->len == 1 ? g_strdup("") : g_strdup_printf(" and %u more", hazards->len - 1);
    ag_fail(asking->diag, AG_PROBLEM_DESTRUCTIVE, statement->place, "%s of revision '%s' %s: %s%s",
            ag_direction_word(asking->runner->direction), asking->revision->id,
            first->id == AG_PROBLEM_HAZARD_DELETES_DATA ? "deletes data" : "drops an extension",
            object, more);
    for (guint i = 0; i < hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(hazards, i);
        const char *label = hazard->object == NULL ? NULL : label_of(hazard->object);
        g_autofree char *shown = label == NULL ? NULL : ag_text_printable(label);
        ag_hint(asking->diag, "if that is meant: --allow '%s%s%s'", ag_problem_word(hazard->id),
                shown == NULL ? "" : ":", shown == NULL ? "" : shown);
    }
    return false;
}

static bool check_statement(const Asking *asking, const AgStatement *statement,
                            const GPtrArray *dangers)
{
    g_autoptr(GPtrArray) objections = g_ptr_array_new();
    /* Marked statements are known better by their marks than by their words. */
    if (is_marked(statement))
        dangers = NULL;
    collect(asking, statement, statement->hazards, objections);
    collect(asking, statement, dangers, objections);
    return objections->len == 0 || fail_destructive(asking, statement, objections);
}

static bool check_statements(const Asking *asking)
{
    if (!asking->ask || asking->sealed)
        return true;
    const GPtrArray *dangers = ag_danger_find(asking->pool, asking->script);
    bool good = true;
    guint n = 0;
    for (guint s = 0; s < asking->script->steps->len; s++) {
        const AgStep *step = g_ptr_array_index(asking->script->steps, s);
        for (guint i = 0; i < step->statements->len; i++, n++)
            good = check_statement(asking, g_ptr_array_index(step->statements, i),
                                   g_ptr_array_index(dangers, n)) &&
                   good;
    }
    return good;
}

/* --- modes --- */

/* Repeated until it touches no row, a statement must have a condition that becomes false. */
static bool check_batched(const Asking *asking, const AgStatement *statement)
{
    AgDialectId dialect = asking->runner->dialect->id;
    char word[16];
    ag_danger_first_word(dialect, statement->sql, word, sizeof word);
    bool writes = strcmp(word, "update") == 0 || strcmp(word, "delete") == 0 ||
                  strcmp(word, "insert") == 0 || strcmp(word, "with") == 0;
    if (writes &&
        (strcmp(word, "delete") == 0 || ag_danger_has_word(dialect, statement->sql, "where")))
        return true;
    ag_fail(asking->diag, AG_PROBLEM_BAD_REVISION, statement->place,
            "a batched statement is repeated until it touches no row, and this one never ends");
    ag_hint(asking->diag,
            "write an UPDATE, INSERT or DELETE whose WHERE leaves out the rows that are done");
    return false;
}

static bool check_mode(const Asking *asking, const AgStep *step, const AgStatement *statement)
{
    const AgRunnerOptions *options = asking->runner->options;
    bool together = options->all_in_one || options->dry_run;
    switch (step->mode) {
    case AG_STEP_TRANSACTIONAL:
        return true;
    case AG_STEP_BATCHED:
        if (!check_batched(asking, statement))
            return false;
        break;
    case AG_STEP_NO_TRANSACTION:
        break;
    }
    if (!together || (step->mode == AG_STEP_BATCHED && options->dry_run))
        return true;
    ag_fail(asking->diag, AG_PROBLEM_REVISION_TRANSACTION, statement->place,
            "revision '%s' has a statement that must run alone, which cannot be %s",
            asking->revision->id,
            options->dry_run ? "tried in a transaction that is rolled back"
                             : "part of one transaction over all revisions");
    ag_hint(asking->diag, options->dry_run ? "run up to the revision before it, or without "
                                             "--dry-run in a copy of the database"
                                           : "use transaction = per-revision");
    return false;
}

static bool check_modes(const Asking *asking)
{
    bool good = true, stirs = false;
    AgRunner *runner = asking->runner;
    for (guint s = 0; s < asking->script->steps->len; s++) {
        const AgStep *step = g_ptr_array_index(asking->script->steps, s);
        for (guint i = 0; i < step->statements->len; i++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, i);
            good = check_mode(asking, step, statement) && good;
            stirs = stirs || ag_danger_stirs_session(runner->dialect->id, statement->sql);
        }
    }
    if (stirs)
        g_hash_table_add(runner->stirring, (gpointer)(guintptr)asking->revision->id);
    return good;
}

static bool check_revision(Asking *asking)
{
    if (asking->script == NULL && !is_bare_merge(asking->revision))
        return fail_block(asking);
    if (!check_seal(asking))
        return false;
    if (asking->script == NULL)
        return true;
    if (asking->script->irreversible != NULL)
        return fail_irreversible(asking);
    bool modes = check_modes(asking);
    return check_statements(asking) && modes;
}

bool ag_consent_check(AgRunner *runner, const GPtrArray *path, AgDiag *diag)
{
    bool good = true;
    bool ask = g_strcmp0(runner->options->review, "none") != 0;
    for (guint i = 0; i < path->len; i++) {
        g_autoptr(AgPool) pool = ag_pool_new();
        const AgRevision *revision = g_ptr_array_index(path, i);
        Asking asking = {.runner = runner,
                         .pool = pool,
                         .revision = revision,
                         .script = ag_runner_script(runner, revision),
                         .ask = ask,
                         .diag = diag};
        good = check_revision(&asking) && good;
    }
    return good;
}
