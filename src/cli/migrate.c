/* SPDX-License-Identifier: MIT */
#include "cli/migrate.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/backup.h"
#include "cli/json.h"
#include "cli/offline.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scripts.h"

const AgOptionInfo ag_migrate_options[] = {
    {"sql", 0, AG_OPTION_FLAG, false, NULL,
     "print a script for psql or sqlite3 instead; REV may be FROM:TO"},
    {"dry-run", 0, AG_OPTION_FLAG, false, NULL, "run everything and roll it back"},
    {"tag", 0, AG_OPTION_TEXT, false, "TEXT", "words for the log"},
    {"allow", 0, AG_OPTION_LIST, false, "HAZARD[:OBJECT]", "let such statements run"},
    {"allow-destructive", 0, AG_OPTION_FLAG, false, NULL,
     "let all statements run that delete data"},
    {"lock-timeout", 0, AG_OPTION_TEXT, false, "TIME", "longest wait of a statement for a lock"},
    {"statement-timeout", 0, AG_OPTION_TEXT, false, "TIME", "longest time of a statement"},
    {"retry", 0, AG_OPTION_TEXT, false, "N",
     "try a revision again that many times after a lock timeout"},
    {"wait", 0, AG_OPTION_TEXT, false, "TIME",
     "wait for the server to come up, and for another runner"},
    {"no-scripts", 0, AG_OPTION_FLAG, false, NULL, "leave changed repeatable scripts alone"},
    {"backup", 0, AG_OPTION_TEXT, false, "FILE", "copy the database there before anything runs"},
    {"echo", 0, AG_OPTION_FLAG, false, NULL, "print every statement before it runs"},
    {0},
};

typedef struct {
    AgRun *run;
    AgDirection direction;
    const AgDag *dag;
    AgDb *db;
    GPtrArray *path;
    gint64 started;
    bool is_new; /* there was no file when the run began: it is open for reading only */
} Migration;

static bool check_allowed(const AgRun *run, AgDiag *diag)
{
    const GPtrArray *allowed = ag_options_list(run->options, "allow");
    static const AgProblemId hazards[] = {AG_PROBLEM_HAZARD_DELETES_DATA,
                                          AG_PROBLEM_HAZARD_CHANGES_DATA,
                                          AG_PROBLEM_HAZARD_MAY_FAIL,
                                          AG_PROBLEM_HAZARD_REWRITES_TABLE,
                                          AG_PROBLEM_HAZARD_REBUILDS_INDEX,
                                          AG_PROBLEM_HAZARD_LOCKS_TABLE,
                                          AG_PROBLEM_HAZARD_DROPS_EXTENSION};
    const char *words[G_N_ELEMENTS(hazards) + 1] = {NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(hazards); i++)
        words[i] = ag_problem_word(hazards[i]);
    for (guint i = 0; i < allowed->len; i++) {
        const char *text = g_ptr_array_index(allowed, i);
        g_autofree char *word = g_strndup(text, strcspn(text, ":"));
        if (g_strv_contains(words, word))
            continue;
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' is no hazard that --allow could name",
                word);
        ag_hint_nearest(diag, word, words);
        return false;
    }
    return true;
}

static bool check_options(const AgRun *run, AgDiag *diag)
{
    const char *retry = ag_options_text(run->options, "retry");
    if (retry != NULL &&
        (strlen(retry) > 4 || *retry == '\0' || strspn(retry, "0123456789") != strlen(retry)))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '--retry' takes a number");
    if (ag_options_has(run->options, "backup") && ag_options_has(run->options, "dry-run"))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--dry-run' changes nothing, so there is nothing to back up");
    if (ag_options_has(run->options, "sql") && run->look.format == AG_FORMAT_JSON)
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--sql' prints a script; '--format json' is for what runs");
    return check_allowed(run, diag);
}

static bool run_path(Migration *migration, AgRunnerOptions *options, guint *applied, AgDiag *diag)
{
    AgRun *run = migration->run;
    AgProgressShow *show = ag_progress_begin(run, migration->db, migration->direction);
    options->progress = ag_progress_step;
    options->progress_data = show;
    *applied = 0;
    bool good = ag_runner_run(migration->db, migration->dag, migration->path, migration->direction,
                              options, applied, diag);
    run->applied = options->dry_run ? 0 : *applied;
    ag_progress_end(show);
    return good;
}

/* Where a run that broke off has left the database; silent when that cannot be read. */
static void say_where(Migration *migration, const AgRunnerOptions *options, guint applied,
                      AgDiag *diag)
{
    AgRun *run = migration->run;
    g_autoptr(AgDiag) quiet = ag_diag_new();
    AgProblemClass class =
        ag_diag_errors(diag) == 0 ? AG_CLASS_NOTICE : ag_problem_class(ag_diag_last(diag)->id);
    if (class != AG_CLASS_FAILED)
        return;
    if (g_strcmp0(ag_diag_last(diag)->sqlstate, "42P07") == 0 ||
        strstr(ag_diag_last(diag)->message, "already exists") != NULL)
        ag_hint(diag, "if the database has got it in another way, `autogen stamp REV` records the "
                      "revision without running it");
    ag_tell(run, diag);
    GPtrArray *current = ag_history_current(migration->db, run->pool, options, quiet);
    if (current != NULL && !options->dry_run)
        ag_say(run, "stopped after %u revision%s; the database is at %s", applied,
               applied == 1 ? "" : "s", ag_standing_ids(run->pool, current));
}

/* Whether all errors from the `first` problem on are about data that would be deleted. */
static bool only_destructive(const AgDiag *diag, guint first)
{
    bool any = false;
    for (guint i = first; i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (problem->severity != AG_SEVERITY_ERROR)
            continue;
        if (problem->id != AG_PROBLEM_DESTRUCTIVE)
            return false;
        any = true;
    }
    return any;
}

/* On a terminal a person may decide about data that would be deleted; --yes never does. */
static bool run_with_consent(Migration *migration, AgRunnerOptions *options, guint *applied,
                             AgDiag *diag)
{
    guint first = ag_diag_count(diag);
    if (run_path(migration, options, applied, diag))
        return true;
    if (*applied > 0 || !ag_can_ask() || !only_destructive(diag, first))
        return false;
    for (guint i = first; i < ag_diag_count(diag); i++)
        if (ag_diag_problem(diag, i)->severity == AG_SEVERITY_ERROR)
            ag_note_text("! %s\n", ag_diag_problem(diag, i)->message);
    if (!ag_ask("Delete this data?"))
        return false;
    ag_diag_rewind(diag, first);
    options->allow_destructive = true;
    return run_path(migration, options, applied, diag);
}

/* "; the database is at REVS". When the connection broke at the last COMMIT, the server has
 * confirmed it over another one and this one cannot be asked any more: that takes nothing away from
 * what was done. NULL after a problem. */
static const char *where_now(Migration *migration, const AgRunnerOptions *options, AgDiag *diag)
{
    AgPool *pool = migration->run->pool;
    guint mark = ag_diag_count(diag);
    GPtrArray *current = ag_history_current(migration->db, pool, options, diag);
    if (current != NULL)
        return ag_pool_printf(pool, "; the database is at %s", ag_standing_ids(pool, current));
    if (ag_diag_last(diag)->id != AG_PROBLEM_CONNECTION_LOST)
        return NULL;
    ag_diag_rewind(diag, mark);
    return "";
}

/* Whether the result is for people and somebody wants it. */
static bool tells_people(const AgRun *run)
{
    return !run->quiet && run->look.format != AG_FORMAT_JSON;
}

static bool report(Migration *migration, const AgRunnerOptions *options, guint applied,
                   AgDiag *diag)
{
    AgRun *run = migration->run;
    if (options->dry_run && run->look.format == AG_FORMAT_JSON)
        return true;
    if (options->dry_run) {
        ag_print("dry run: %u revision%s would run; everything was rolled back\n", applied,
                 applied == 1 ? "" : "s");
        return true;
    }
    const char *where = where_now(migration, options, diag);
    if (where == NULL)
        return false;
    gint64 ms = ag_clock_monotonic_ms() - migration->started;
    if (!tells_people(run))
        return true;
    if (applied == 0)
        ag_print("nothing to do any more: another runner was first%s\n", where);
    else
        ag_print("%u revision%s %s in %.3f s%s\n", applied, applied == 1 ? "" : "s",
                 migration->direction == AG_UPGRADE ? "applied" : "taken back", (double)ms / 1000,
                 where);
    return true;
}

/* Reads where the database is and finds the way to REV. */
static bool find_path(Migration *migration, const AgRunnerOptions *options, AgStanding *state,
                      AgDiag *diag)
{
    AgRun *run = migration->run;
    if (!ag_standing_load(run, migration->db, migration->dag, state, diag) ||
        !ag_history_verify(migration->db, run->pool, migration->dag, options,
                           migration->direction == AG_UPGRADE, diag))
        return false;
    GPtrArray *target = ag_dag_resolve(migration->dag, ag_run_word(run, 0), state->current,
                                       migration->direction, diag);
    migration->path = target == NULL ? NULL
                                     : ag_dag_path(migration->dag, state->current, target,
                                                   migration->direction, diag);
    return migration->path != NULL;
}

/* A SQLite file that is not there is made only when revisions really run on it; a dry run works in
 * memory. */
static bool make_file(Migration *migration, const AgUrl *url, const AgRunnerOptions *options,
                      AgDiag *diag)
{
    if (options->dry_run)
        url = ag_url_parse(migration->run->pool, "sqlite://", NULL, diag);
    ag_project_close(migration->db);
    migration->db =
        url == NULL ? NULL : ag_project_open(migration->run, url, AG_DB_WRITE, true, diag);
    return migration->db != NULL;
}

static bool back_up(Migration *migration, AgDiag *diag)
{
    AgRun *run = migration->run;
    const char *path = ag_options_text(run->options, "backup");
    if (path == NULL)
        return true;
    if (migration->is_new || strcmp(ag_db_url(migration->db)->shown, "sqlite://") == 0) {
        ag_say(run, "no backup: there is no database yet");
        return true;
    }
    return ag_backup(run, migration->db, path, diag);
}

/* Scripts may name what the newest revision makes: they run when no other one is pending. */
static bool run_scripts(Migration *migration, const GPtrArray *scripts, AgDiag *diag)
{
    AgRun *run = migration->run;
    AgStanding state;
    if (scripts->len == 0)
        return true;
    if (!ag_standing_load(run, migration->db, migration->dag, &state, diag))
        return false;
    return state.pending->len > 0 || ag_scripts_run(run, migration->db, scripts, diag);
}

static void say_nothing_to_do(const Migration *migration, const AgStanding *state)
{
    AgRun *run = migration->run;
    GPtrArray *directories = ag_config_paths(run->config, AG_CONFIG_REVISIONS);
    if (!tells_people(run))
        return;
    if (migration->dag->revisions->len == 0)
        ag_print("nothing to do: there are no revisions in '%s'\n",
                 (const char *)g_ptr_array_index(directories, 0));
    else
        ag_print("nothing to do: the database is at %s\n",
                 ag_standing_ids(run->pool, state->current));
}

static bool run_revisions(Migration *migration, const AgUrl *url, AgRunnerOptions *options,
                          AgDiag *diag)
{
    guint applied = 0;
    if (!back_up(migration, diag) ||
        (migration->is_new && !make_file(migration, url, options, diag)))
        return false;
    if (run_with_consent(migration, options, &applied, diag))
        return report(migration, options, applied, diag);
    say_where(migration, options, applied, diag);
    return false;
}

static bool migrate(Migration *migration, const AgUrl *url, const GPtrArray *scripts, AgDiag *diag)
{
    AgRun *run = migration->run;
    AgRunnerOptions options = ag_project_runner(run);
    migration->is_new = ag_project_is_new(url);
    bool reads = migration->is_new || migration->dag->revisions->len == 0;
    AgDbMode mode = reads ? AG_DB_READ : AG_DB_WRITE;
    migration->db = ag_project_open(run, url, mode, true, diag);
    AgStanding state;
    if (migration->db == NULL || !find_path(migration, &options, &state, diag))
        return false;
    ag_tell(run, diag);
    if (migration->path->len == 0)
        say_nothing_to_do(migration, &state);
    else if (!run_revisions(migration, url, &options, diag))
        return false;
    return (reads && migration->path->len == 0) || run_scripts(migration, scripts, diag);
}

static void print_result(const Migration *migration, const AgDiag *diag)
{
    AgRun *run = migration->run;
    AgRunnerOptions options = ag_project_runner(run);
    g_autoptr(AgDiag) unheard = ag_diag_new();
    GPtrArray *current = migration->db == NULL
                             ? NULL
                             : ag_history_current(migration->db, run->pool, &options, unheard);
    ag_progress_print_result(run, run->applied, current, diag);
}

bool ag_migrate(AgRun *run, AgDirection direction, AgDiag *diag)
{
    Migration migration = {.run = run, .direction = direction, .started = ag_clock_monotonic_ms()};
    if (!check_options(run, diag))
        return false;
    if (ag_options_has(run->options, "sql"))
        return ag_offline_migrate(run, direction, diag);
    if (!ag_offline_check_word(ag_run_word(run, 0), diag))
        return false;
    const AgUrl *url = ag_project_url(run, diag);
    migration.dag = url == NULL ? NULL : ag_project_dag(run, diag);
    bool wanted = direction == AG_UPGRADE && !ag_options_has(run->options, "no-scripts") &&
                  !ag_options_has(run->options, "dry-run");
    GPtrArray *scripts = migration.dag == NULL ? NULL
                         : wanted              ? ag_project_scripts(run, url->dialect, diag)
                                               : ag_pool_array(run->pool);
    bool good = scripts != NULL && migrate(&migration, url, scripts, diag);
    if (run->look.format == AG_FORMAT_JSON)
        print_result(&migration, diag);
    ag_project_close(migration.db);
    return good;
}
