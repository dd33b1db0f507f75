/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

/* --- the session between revisions (PostgreSQL) --- */

static const char *const look_sql =
    "SELECT current_user, session_user, pg_catalog.current_setting('search_path'),"
    " EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory'"
    "  AND l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.objsubid = 1"
    "  AND l.classid = $1::pg_catalog.oid AND l.objid = $2::pg_catalog.oid)";

typedef struct {
    const char *user, *login, *path;
    bool locked;
} Look;

typedef struct {
    AgPool *pool;
    Look look;
    bool had;
} Looking;

static bool keep_look(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    Looking *looking = data;
    (void)question, (void)diag;
    looking->had = rows->n_rows == 1;
    if (looking->had)
        looking->look = (Look){ag_pool_text(looking->pool, ag_rows_get(rows, 0, 0)),
                               ag_pool_text(looking->pool, ag_rows_get(rows, 0, 1)),
                               ag_pool_text(looking->pool, ag_rows_get(rows, 0, 2)),
                               strcmp(ag_rows_get(rows, 0, 3), "t") == 0};
    return true;
}

/* Looks by itself, or at the end of the transaction with its COMMIT. */
static bool look(AgRunner *runner, Looking *looking, bool commits, AgDiag *diag)
{
    const char *params[] = {runner->lock_high, runner->lock_low};
    AgQuestion question = {.sql = look_sql, .params = params, .n_params = 2, .often = true};
    return commits ? ag_db_commit_and_ask(runner->db, &question, keep_look, looking, diag)
                   : ag_db_ask(runner->db, &question, 1, keep_look, looking, diag);
}

static bool is_as_it_was(const AgRunner *runner, const Look *look)
{
    return strcmp(look->user, runner->user) == 0 && strcmp(look->login, runner->login) == 0 &&
           strcmp(look->path, runner->path) == 0;
}

bool ag_session_commit(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    Looking looking = {.pool = pool};
    bool good = look(runner, &looking, true, diag);
    runner->unchanged =
        good && looking.had && looking.look.locked && is_as_it_was(runner, &looking.look);
    return good;
}

/* What a transaction says of itself goes with it; version 18 lists it and refuses to reset it. */
static AgRows *read_settings(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    return ag_db_query(runner->db, pool,
                       "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'"
                       " AND name NOT IN ('role', 'session_authorization', 'search_path')"
                       " AND name !~ '^transaction_(isolation|read_only|deferrable)$'",
                       NULL, 0, diag);
}

bool ag_session_begin(AgRunner *runner, bool with_settings, AgDiag *diag)
{
    if (ag_runner_is_sqlite(runner))
        return true;
    if (!ag_db_set_search_path(runner->db, NULL, diag))
        return false;
    Looking looking = {.pool = runner->pool};
    if (!look(runner, &looking, false, diag))
        return false;
    runner->user = looking.look.user;
    runner->login = looking.look.login;
    runner->path = looking.look.path;
    if (!with_settings)
        return true;
    AgRows *rows = read_settings(runner, runner->pool, diag);
    if (rows == NULL)
        return false;
    runner->settings = ag_pool_table(runner->pool, g_str_hash, g_str_equal);
    for (guint i = 0; i < rows->n_rows; i++)
        g_hash_table_insert(runner->settings, (gpointer)(guintptr)ag_rows_get(rows, i, 0),
                            (gpointer)(guintptr)ag_rows_get(rows, i, 1));
    return true;
}

/* Parameters a revision has SET go back to what they were: RESET ALL would forget those that the
 * connection itself has pinned. */
static bool reset_settings(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_batch_new(pool);
    AgRows *rows = read_settings(runner, pool, diag);
    if (rows == NULL)
        return false;
    for (guint i = 0; i < rows->n_rows; i++) {
        const char *name = ag_rows_get(rows, i, 0), *value = ag_rows_get(rows, i, 1);
        const char *known = g_hash_table_lookup(runner->settings, name);
        if (known != NULL && strcmp(known, value) == 0)
            continue;
        if (known != NULL) {
            const char *params[] = {name, known};
            ag_batch_add(batch, "SELECT pg_catalog.set_config($1, $2, false)", -1, 2, params);
            continue;
        }
        g_autoptr(GString) sql = g_string_new("RESET ");
        g_auto(GStrv) parts = g_strsplit(name, ".", 2);
        ag_quote_qname(runner->dialect, sql, parts[1] == NULL ? NULL : parts[0],
                       parts[1] == NULL ? parts[0] : parts[1]);
        ag_batch_add(batch, sql->str, -1, 0, NULL);
    }
    return ag_batch_run(runner, batch, diag);
}

static bool reset_everything(AgRunner *runner, AgDiag *diag)
{
    static const AgQuestion questions[] = {
        {"RESET SESSION AUTHORIZATION", NULL, 0},
        {"RESET ROLE", NULL, 0},
        {"CLOSE ALL", NULL, 0},
        {"UNLISTEN *", NULL, 0},
        {"DISCARD TEMP", NULL, 0},
        {"DEALLOCATE ALL", NULL, 0},
    };
    ag_db_forget_plans(runner->db);
    return ag_db_ask(runner->db, questions, G_N_ELEMENTS(questions), NULL, NULL, diag) &&
           ag_db_set_search_path(runner->db, NULL, diag) &&
           (runner->settings == NULL || reset_settings(runner, diag));
}

static bool fail_role(const AgRunner *runner, const Look *look, AgDiag *diag)
{
    g_autofree char *now = ag_text_printable(look->user);
    g_autofree char *then = ag_text_printable(runner->user);
    ag_fail(diag, AG_PROBLEM_PERMISSION, AG_NOWHERE,
            "the session runs as '%s' after a revision, and began as '%s'", now, then);
    ag_hint(diag, "use SET LOCAL ROLE in the revision");
    return false;
}

/* A revision may have released our lock (DISCARD ALL, pg_advisory_unlock_all): then others may have
 * been at work. */
static bool take_lock_again(AgRunner *runner, AgDiag *diag)
{
    ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
            "a revision released the lock against other runners; it was taken again");
    return ag_lock_take(runner, diag) && ag_state_load(runner, diag);
}

bool ag_session_reset(AgRunner *runner, bool stirred, AgDiag *diag)
{
    bool unchanged = runner->unchanged;
    runner->unchanged = false;
    if (ag_runner_is_sqlite(runner) || (unchanged && !stirred))
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    Looking looking = {.pool = pool};
    ag_db_forget_plans(runner->db);
    if (!look(runner, &looking, false, diag))
        return false;
    if (stirred || !is_as_it_was(runner, &looking.look)) {
        if (!reset_everything(runner, diag) || !look(runner, &looking, false, diag))
            return false;
        if (!is_as_it_was(runner, &looking.look))
            return fail_role(runner, &looking.look, diag);
    }
    return looking.look.locked || take_lock_again(runner, diag);
}

/* --- parameters of steps --- */

/* What a step may change on SQLite: nothing that could damage the file or outlive the run. */
static const char *const pragmas[] = {"cache_size",
                                      "cache_spill",
                                      "defer_foreign_keys",
                                      "foreign_keys",
                                      "ignore_check_constraints",
                                      "legacy_alter_table",
                                      "recursive_triggers",
                                      NULL};

static const char *pragma_value(const char *written)
{
    static const char *const yes[] = {"on", "yes", "true", NULL};
    static const char *const no[] = {"off", "no", "false", NULL};
    g_autofree char *lower = g_ascii_strdown(written, -1);
    if (g_strv_contains(yes, lower))
        return "1";
    if (g_strv_contains(no, lower))
        return "0";
    const char *digits = *written == '-' ? written + 1 : written;
    bool number = *digits != '\0' && strspn(digits, "0123456789") == strlen(digits);
    return number ? written : NULL;
}

static const char *pragma_name(const char *written)
{
    for (const char *const *name = pragmas; *name != NULL; name++)
        if (g_ascii_strcasecmp(*name, written) == 0)
            return *name;
    return NULL;
}

static bool check_pragma(const AgSetting *setting, AgPlace place, AgDiag *diag)
{
    g_autofree char *name = ag_text_printable(setting->name);
    g_autofree char *value = ag_text_printable(setting->value);
    if (pragma_name(setting->name) == NULL) {
        ag_fail(diag, AG_PROBLEM_BAD_REVISION, place, "'%s' is no pragma that a step may set",
                name);
        g_autofree char *all = g_strjoinv(", ", (char **)(guintptr)pragmas);
        ag_hint(diag, "possible are: %s", all);
        return false;
    }
    if (pragma_value(setting->value) == NULL)
        return ag_fail(diag, AG_PROBLEM_BAD_REVISION, place, "pragma '%s' cannot be '%s'", name,
                       value);
    return true;
}

static const char *read_pragma(AgRunner *runner, AgPool *pool, const char *name, AgDiag *diag)
{
    g_autofree char *sql = g_strdup_printf("PRAGMA %s", name);
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return NULL;
    return rows->n_rows == 0 ? "" : ag_rows_get(rows, 0, 0);
}

/* Inside a transaction foreign_keys is a silent no-op, hence the reading back. */
static bool set_pragma(AgRunner *runner, const char *name, const char *value, AgPlace place,
                       AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autofree char *sql = g_strdup_printf("PRAGMA %s = %s", name, value);
    if (!ag_db_run_at(runner->db, sql, place, diag))
        return false;
    const char *now = read_pragma(runner, pool, name, diag);
    if (now == NULL)
        return false;
    if (strcmp(now, value) != 0)
        return ag_fail(diag, AG_PROBLEM_STATEMENT, place, "pragma '%s' stays %s and should be %s",
                       name, now, value);
    return true;
}

static bool apply_pragma(AgSettings *settings, const AgSetting *setting, AgPlace place,
                         AgDiag *diag)
{
    AgRunner *runner = settings->runner;
    g_autoptr(AgPool) pool = ag_pool_new();
    if (!check_pragma(setting, place, diag))
        return false;
    const char *name = pragma_name(setting->name), *value = pragma_value(setting->value);
    const char *before = read_pragma(runner, pool, name, diag);
    if (before == NULL)
        return false;
    if (strcmp(before, value) == 0)
        return true;
    AgSetting *saved = ag_pool_new0(runner->pool, AgSetting);
    saved->name = name;
    saved->value = ag_pool_text(runner->pool, before);
    g_ptr_array_add(settings->saved, saved);
    return set_pragma(runner, name, value, place, diag);
}

static bool apply_parameter(AgSettings *settings, const AgSetting *setting, AgDiag *diag)
{
    AgRunner *runner = settings->runner;
    const char *params[] = {setting->name, setting->value, settings->local ? "true" : "false"};
    AgRows *rows = ag_db_query(runner->db, runner->pool,
                               "SELECT pg_catalog.current_setting($1, true)", params, 1, diag);
    if (rows == NULL)
        return false;
    AgSetting *saved = ag_pool_new0(runner->pool, AgSetting);
    const char *before = ag_rows_get(rows, 0, 0);
    saved->name = setting->name;
    saved->value = before == NULL ? "" : before;
    g_ptr_array_add(settings->saved, saved);
    g_autoptr(AgPool) pool = ag_pool_new();
    return ag_db_query(runner->db, pool,
                       "SELECT pg_catalog.set_config($1, $2, $3::pg_catalog.bool)", params, 3,
                       diag) != NULL;
}

bool ag_settings_apply(AgSettings *settings, const GPtrArray *wanted, AgPlace place, AgDiag *diag)
{
    for (guint i = 0; i < wanted->len; i++) {
        const AgSetting *setting = g_ptr_array_index(wanted, i);
        bool good = ag_runner_is_sqlite(settings->runner)
                        ? apply_pragma(settings, setting, place, diag)
                        : apply_parameter(settings, setting, diag);
        if (!good) {
            g_autofree char *name = ag_text_printable(setting->name);
            ag_hint(diag, "from the directive `-- autogen:set %s`, above line %d", name,
                    place.line);
            return false;
        }
    }
    return true;
}

bool ag_settings_restore(AgSettings *settings, AgDiag *diag)
{
    AgRunner *runner = settings->runner;
    bool good = true;
    for (guint i = settings->saved->len; i-- > 0;) {
        const AgSetting *saved = g_ptr_array_index(settings->saved, i);
        if (ag_runner_is_sqlite(runner)) {
            good = set_pragma(runner, saved->name, saved->value, AG_NOWHERE, diag) && good;
            continue;
        }
        g_autoptr(AgPool) pool = ag_pool_new();
        const char *params[] = {saved->name, saved->value, settings->local ? "true" : "false"};
        good = good && ag_db_query(runner->db, pool,
                                   "SELECT pg_catalog.set_config($1, $2, $3::pg_catalog.bool)",
                                   params, 3, diag) != NULL;
    }
    g_ptr_array_set_size(settings->saved, 0);
    return good;
}

static bool is_inside_only(const AgSetting *setting)
{
    return g_ascii_strcasecmp(setting->name, "defer_foreign_keys") == 0;
}

/* Set before BEGIN it would be gone with the next commit, that of the PRAGMA itself. */
bool ag_settings_apply_inside(AgRunner *runner, const AgStep *step, AgPlace place, AgDiag *diag)
{
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (is_inside_only(setting) && (!check_pragma(setting, place, diag) ||
                                        !set_pragma(runner, pragma_name(setting->name),
                                                    pragma_value(setting->value), place, diag)))
            return false;
    }
    return true;
}

static const AgSetting *find_setting(const GPtrArray *settings, const char *name)
{
    for (guint i = 0; i < settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(settings, i);
        if (g_ascii_strcasecmp(setting->name, name) == 0)
            return setting;
    }
    return NULL;
}

static bool same_pragma_value(const char *a, const char *b)
{
    const char *first = pragma_value(a), *second = pragma_value(b);
    return g_strcmp0(first == NULL ? a : first, second == NULL ? b : second) == 0;
}

GPtrArray *ag_settings_union(AgRunner *runner, AgPool *pool, const GPtrArray *steps, AgDiag *diag)
{
    GPtrArray *all = ag_pool_array(pool);
    for (guint i = 0; i < steps->len && ag_runner_is_sqlite(runner); i++) {
        const AgStep *step = g_ptr_array_index(steps, i);
        for (guint s = 0; s < step->settings->len; s++) {
            AgSetting *setting = g_ptr_array_index(step->settings, s);
            const AgSetting *other = find_setting(all, setting->name);
            if (is_inside_only(setting))
                continue;
            if (other == NULL)
                g_ptr_array_add(all, setting);
            if (other == NULL || same_pragma_value(other->value, setting->value))
                continue;
            const AgStatement *first =
                step->statements->len == 0 ? NULL : g_ptr_array_index(step->statements, 0);
            g_autofree char *name = ag_text_printable(setting->name);
            ag_fail(diag, AG_PROBLEM_REVISION_TRANSACTION,
                    first == NULL ? AG_NOWHERE : first->place,
                    "steps of one transaction set pragma '%s' to different values", name);
            ag_hint(diag, "a pragma holds for the whole transaction: put the steps into different "
                          "revisions");
            return NULL;
        }
    }
    return all;
}

bool ag_settings_turn_off_foreign_keys(const GPtrArray *settings)
{
    const AgSetting *setting = find_setting(settings, "foreign_keys");
    return setting != NULL && g_strcmp0(pragma_value(setting->value), "0") == 0;
}
