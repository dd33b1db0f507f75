/* SPDX-License-Identifier: MIT */
#include "cli/project.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/config_private.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "parser/parser.h"

AgUrl *ag_project_url(AgRun *run, AgDiag *diag)
{
    AgConfigValue value;
    if (!ag_config_get(run->config, AG_CONFIG_URL, &value, diag))
        return NULL;
    AgUrl *url = ag_url_parse(run->pool, value.text,
                              *value.directory == '\0' ? NULL : value.directory, diag);
    if (url == NULL) {
        ag_hint(diag, "the URL comes from: %s", value.origin);
        return NULL;
    }
    if (url->password != NULL && g_str_has_prefix(value.origin, "option")) {
        ag_note(diag, AG_PROBLEM_INSECURE, AG_NOWHERE,
                "a password on the command line can be seen by other users for a moment");
        ag_hint(diag, "use .pgpass, a service file, password-command or the environment");
    }
    return url;
}

/* The first line that the password-command prints. */
bool ag_project_password(AgRun *run, const char **password, AgDiag *diag)
{
    AgConfigValue value;
    if (!ag_config_get(run->config, AG_CONFIG_PASSWORD_COMMAND, &value, diag))
        return false;
    if (value.text == NULL)
        return true;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) argv = NULL;
    g_autofree char *output = NULL;
    int status = 0;
    if (!g_shell_parse_argv(value.text, NULL, &argv, &error) ||
        !g_spawn_sync(*value.directory == '\0' ? NULL : value.directory, argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, &output, NULL,
                      &status, &error))
        return ag_fail(diag, AG_PROBLEM_BAD_CONFIG, value.place,
                       "the password-command cannot be run: %s", error->message);
    if (status != 0)
        return ag_fail(diag, AG_PROBLEM_BAD_CONFIG, value.place,
                       "the password-command ended with status %d",
                       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    output[strcspn(output, "\r\n")] = '\0';
    *password = ag_pool_text(run->pool, output);
    return true;
}

/* Only what revisions do is worth seeing, not what is asked before and after. */
static void echo_statement(const char *sql, void *data)
{
    const AgRun *run = data;
    if (run->echoing)
        ag_note_text("%s;\n", sql);
}

static const char *application_name(const AgRun *run)
{
    return ag_pool_printf(run->pool, "autogen/%s", run->command->name);
}

/* A busy_timeout of 0 would not wait at all; PostgreSQL's lock_timeout of 0 waits for ever. */
static int lock_timeout(AgRun *run, const AgUrl *url)
{
    int ms = ag_config_ms(run->config, AG_CONFIG_LOCK_TIMEOUT);
    return ms == 0 && url->dialect == AG_DIALECT_SQLITE ? INT_MAX : ms;
}

/* --wait in seconds; 0 when it was not given. */
static int wait_of(AgRun *run)
{
    int ms = 0;
    const char *text = ag_options_text(run->options, "wait");
    return text != NULL && ag_duration_parse(text, &ms) ? (ms + 999) / 1000 : 0;
}

static bool check_wait(AgRun *run, AgDiag *diag)
{
    int ms;
    const char *text = ag_options_text(run->options, "wait");
    return text == NULL || ag_duration_parse(text, &ms) ||
           ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                   "option '--wait' takes a time such as 30 or 2min");
}

/* "FROM=TO"; false when it is FROM alone, or nothing. */
static bool schema_map(AgRun *run, const char **from, const char **to)
{
    const char *text = ag_config_text(run->config, AG_CONFIG_SCHEMA_MAP);
    const char *equals = text == NULL ? NULL : strchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0')
        return false;
    *from = ag_pool_text_n(run->pool, text, (size_t)(equals - text));
    *to = equals + 1;
    return true;
}

/* Only what runs revisions can put one schema in the place of another. */
static bool check_schema_map(AgRun *run, const AgUrl *url, AgDiag *diag)
{
    const char *from, *to;
    if (!schema_map(run, &from, &to))
        return true;
    if (url->dialect == AG_DIALECT_SQLITE)
        return ag_fail(diag, AG_PROBLEM_BAD_CONFIG, AG_NOWHERE,
                       "schema-map is for PostgreSQL: SQLite has no schemas");
    if (run->command->many)
        return true;
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
            "'%s' does not look at schema '%s' in the place of '%s' (schema-map)",
            run->command->name, to, from);
    ag_hint(diag, "commands that compare work on the schema that the models name");
    return false;
}

AgDb *ag_project_start(AgRun *run, const AgUrl *url, AgDbMode mode, bool create, AgDiag *diag)
{
    AgDbOptions options = {
        .mode = mode,
        .create = create && url->dialect == AG_DIALECT_SQLITE,
        .application = application_name(run),
        .wait = wait_of(run),
        .lock_timeout_ms = lock_timeout(run, url),
        .ends = ag_console()->ends,
        .statement_timeout_ms = ag_config_ms(run->config, AG_CONFIG_STATEMENT_TIMEOUT),
        .echo = ag_options_has(run->options, "echo"),
        .echo_to = echo_statement,
        .echo_data = run,
    };
    if (!check_wait(run, diag) || !check_schema_map(run, url, diag))
        return NULL;
    if (url->dialect == AG_DIALECT_POSTGRESQL && url->password == NULL &&
        !ag_project_password(run, &options.password, diag))
        return NULL;
    return ag_db_start(url, &options);
}

bool ag_project_finish(AgDb *db, AgDiag *diag)
{
    if (!ag_db_finish(db, diag))
        return false;
    ag_signals_watch(db);
    return true;
}

AgDb *ag_project_open(AgRun *run, const AgUrl *url, AgDbMode mode, bool create, AgDiag *diag)
{
    AgDb *db = ag_project_start(run, url, mode, create, diag);
    if (db == NULL || ag_project_finish(db, diag))
        return db;
    ag_db_close(db);
    return NULL;
}

bool ag_project_is_new(const AgUrl *url)
{
    return url->dialect == AG_DIALECT_SQLITE && strcmp(url->path, ":memory:") != 0 &&
           !g_file_test(url->path, G_FILE_TEST_EXISTS);
}

void ag_project_close(AgDb *db)
{
    ag_signals_watch(NULL);
    if (db != NULL)
        ag_db_close(db);
}

static bool find_models(AgRun *run, GPtrArray *directories, AgDiag *diag)
{
    for (guint i = 0; i < directories->len; i++) {
        const char *path = g_ptr_array_index(directories, i);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            continue;
        ag_fail(diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE, "there is no directory '%s' of models",
                path);
        if (ag_config_file(run->config) == NULL)
            ag_hint(diag, "`autogen init` starts a project here");
        else
            ag_hint(diag, "make it, or name another with 'models' in %s",
                    ag_config_file(run->config));
        return false;
    }
    return true;
}

/* Every file is read for this, so it is done once, and what the real reading says is not said
 * twice. 0: none, or a problem. */
static unsigned spoken_dialects(AgRun *run, GPtrArray *directories, AgDiag *diag)
{
    g_autoptr(AgDiag) scratch = ag_diag_new();
    if (run->spoken == 0)
        run->spoken = ag_models_dialects(run->pool, directories, scratch);
    if (ag_diag_errors(scratch) > 0)
        ag_models_dialects(run->pool, directories, diag);
    return run->spoken;
}

unsigned ag_project_dialects(AgRun *run, AgDiag *diag)
{
    GPtrArray *directories = ag_config_paths(run->config, AG_CONFIG_MODELS);
    GPtrArray *names = ag_config_names(run->config, AG_CONFIG_DIALECTS);
    unsigned dialects = 0;
    for (guint i = 0; names != NULL && i < names->len; i++) {
        AgDialectId id;
        if (ag_dialect_id_parse(g_ptr_array_index(names, i), &id))
            dialects |= 1u << id;
    }
    if (dialects != 0)
        return dialects;
    return find_models(run, directories, diag) ? spoken_dialects(run, directories, diag) : 0;
}

static bool check_wanted(AgRun *run, AgDialectId dialect, AgDiag *diag)
{
    GPtrArray *names = ag_config_names(run->config, AG_CONFIG_DIALECTS);
    const char *name = ag_dialect_id_name(dialect);
    if (names == NULL || g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        return true;
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){ag_config_file(run->config), 0, 0},
            "the database is %s, which 'dialects' does not name", ag_dialect(dialect)->name);
    ag_hint(diag, "add %s to 'dialects', or name another database with 'url'", name);
    return false;
}

/* Models that are for another database would look like no models at all. */
static bool check_spoken(AgRun *run, GPtrArray *directories, AgDialectId dialect, AgDiag *diag)
{
    guint before = ag_diag_errors(diag);
    unsigned spoken = spoken_dialects(run, directories, diag);
    if (ag_diag_errors(diag) > before)
        return false;
    if (spoken == 0 || (spoken & (1u << dialect)) != 0)
        return true;
    ag_fail(diag, AG_PROBLEM_NOT_IN_DIALECT, AG_NOWHERE,
            "the database is %s and no model is for it", ag_dialect(dialect)->name);
    ag_hint(diag, "write <model ... dialects=\"%s\">, or name another database with 'url'",
            ag_dialect_id_name(dialect));
    return false;
}

AgModels *ag_project_read_models(AgRun *run, AgDialectId dialect, AgDiag *diag)
{
    GPtrArray *directories = ag_config_paths(run->config, AG_CONFIG_MODELS);
    if (!find_models(run, directories, diag) || !check_wanted(run, dialect, diag))
        return NULL;
    AgModels *models = ag_models_read(run->pool, directories, dialect);
    if (ag_models_are_read(models))
        run->spoken = ag_models_spoken(models);
    return models;
}

AgSchema *ag_project_build_models(AgRun *run, AgModels *models, AgDialectId dialect, AgDiag *diag)
{
    AgSchema *schema = ag_models_build(models, diag);
    if (schema != NULL && schema->objects->len == 0 &&
        !check_spoken(run, ag_config_paths(run->config, AG_CONFIG_MODELS), dialect, diag))
        return NULL;
    return schema;
}

AgSchema *ag_project_models(AgRun *run, AgDialectId dialect, AgDiag *diag)
{
    g_autoptr(AgModels) models = ag_project_read_models(run, dialect, diag);
    return models == NULL ? NULL : ag_project_build_models(run, models, dialect, diag);
}

/* What this very program has judged before. NULL: there is no place to keep it. */
static AgKnown *known_revisions(AgRun *run, const GPtrArray *directories)
{
    struct stat program;
    const char *cache = ag_project_cache(run);
    if (cache == NULL || stat("/proc/self/exe", &program) != 0)
        return NULL;
    g_autofree char *first = g_canonicalize_filename(g_ptr_array_index(directories, 0), NULL);
    g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, first, -1);
    const char *path = ag_pool_printf(run->pool, "%s/revisions-%.16s", cache, name);
    const char *key =
        ag_pool_printf(run->pool, "%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT ".%09ld",
                       AUTOGEN_VERSION, (guint64)program.st_size, (guint64)program.st_mtim.tv_sec,
                       program.st_mtim.tv_nsec);
    return ag_known_load(run->pool, path, key);
}

AgDag *ag_project_dag(AgRun *run, AgDiag *diag)
{
    GPtrArray *directories = ag_config_paths(run->config, AG_CONFIG_REVISIONS);
    if (run->dag == NULL)
        run->dag =
            ag_dag_load_known(run->pool, directories, known_revisions(run, directories), diag);
    return run->dag;
}

AgFilter ag_project_filter(AgRun *run, const AgSchema *models)
{
    AgFilter filter = {
        .own_schema = ag_config_text(run->config, AG_CONFIG_VERSION_TABLE_SCHEMA),
        .version_table = ag_config_text(run->config, AG_CONFIG_VERSION_TABLE),
        .log_table = "autogen_log",
        .models = models,
    };
    GPtrArray *names = ag_config_names(run->config, AG_CONFIG_SCHEMAS);
    bool all = names != NULL && strcmp(g_ptr_array_index(names, 0), "*") == 0;
    if (names != NULL)
        filter.schemas = all ? NULL : names;
    else
        filter.schemas = models == NULL ? NULL : models->namespaces;
    filter.extensions = all || models == NULL;
    return filter;
}

AgRunnerOptions ag_project_runner(AgRun *run)
{
    enum { LOCK_WAIT_MS = 60000 };
    const char *wait = ag_options_text(run->options, "wait");
    const char *retries = ag_options_text(run->options, "retry");
    AgRunnerOptions options = {
        .version_schema = ag_config_text(run->config, AG_CONFIG_VERSION_TABLE_SCHEMA),
        .version_table = ag_config_text(run->config, AG_CONFIG_VERSION_TABLE),
        .log_table = "autogen_log",
        .all_in_one = strcmp(ag_config_text(run->config, AG_CONFIG_TRANSACTION), "all") == 0,
        .lock_wait_ms = wait == NULL ? LOCK_WAIT_MS : wait_of(run) * 1000,
        .retries = retries == NULL ? 0 : atoi(retries),
        .dry_run = ag_options_has(run->options, "dry-run"),
        .allow = ag_pool_array(run->pool),
        .allow_destructive = ag_options_has(run->options, "allow-destructive"),
        .review = ag_config_text(run->config, AG_CONFIG_REVIEW),
        .tag = ag_options_text(run->options, "tag"),
    };
    if (schema_map(run, &options.schema_from, &options.schema_to))
        options.version_schema = options.schema_to;
    const GPtrArray *allowed = ag_options_list(run->options, "allow");
    for (guint i = 0; i < allowed->len; i++)
        g_ptr_array_add(options.allow, g_ptr_array_index(allowed, i));
    return options;
}

const char *ag_project_cache(AgRun *run)
{
    const char *base = g_get_user_cache_dir();
    char *path = ag_pool_printf(run->pool, "%s/autogen", base);
    if (!g_path_is_absolute(path) || g_mkdir_with_parents(path, 0700) != 0 ||
        access(path, W_OK | X_OK) != 0)
        return NULL;
    return path;
}
