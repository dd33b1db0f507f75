/* SPDX-License-Identifier: MIT */
/* The live half of a case: real databases, real files. */
#include "introspect/canonical.h"
#include "introspect/introspect.h"
#include "parser/parser.h"
#include "support/play.h"
#include "support/witness.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    Case *play;
    const char *server; /* PostgreSQL superuser's URL */
    const char *name;   /* database name, or the file's path */
    const char *url;
    AgDb *db;
} Live;

static const AgDbOptions write_options = {.mode = AG_DB_WRITE,
                                          .create = true,
                                          .application = "autogen/test",
                                          .lock_timeout_ms = -1};

static AgDb *connect_to(AgPool *pool, const char *text, AgDiag *diag)
{
    AgUrl *url = ag_url_parse(pool, text, NULL, diag);
    return url == NULL ? NULL : ag_db_open(url, &write_options, diag);
}

static bool run_on_server(Live *live, const char *sql, AgDiag *diag)
{
    g_autoptr(AgDb) db = connect_to(live->play->pool, live->server, diag);
    return db != NULL && ag_db_run(db, sql, diag);
}

/* "postgresql://postgres@/postgres?host=..." with another database. */
static char *url_of_database(AgPool *pool, const char *server, const char *name)
{
    const char *query = strchr(server, '?');
    size_t end = query == NULL ? strlen(server) : (size_t)(query - server);
    while (end > 0 && server[end - 1] != '/')
        end--;
    return ag_pool_printf(pool, "%.*s%s%s", (int)end, server, name, query == NULL ? "" : query);
}

static bool create_database(Live *live, const char *tag, AgDiag *diag)
{
    AgPool *pool = live->play->pool;
    if (live->play->dialect == AG_DIALECT_POSTGRESQL) {
        live->name = ag_pool_printf(pool, "case_%d_%s", (int)getpid(), tag);
        char *sql = ag_pool_printf(pool, "DROP DATABASE IF EXISTS %s WITH (FORCE)", live->name);
        char *create = ag_pool_printf(pool, "CREATE DATABASE %s TEMPLATE template0", live->name);
        if (!run_on_server(live, sql, diag) || !run_on_server(live, create, diag))
            return false;
        live->url = url_of_database(pool, live->server, live->name);
    } else {
        live->name = ag_pool_printf(pool, "%s/case_%d_%s.db", g_get_tmp_dir(), (int)getpid(), tag);
        g_unlink(live->name);
        live->url = ag_pool_printf(pool, "sqlite:///%s", live->name);
    }
    live->db = connect_to(pool, live->url, diag);
    return live->db != NULL;
}

static void remove_database(Live *live)
{
    ag_db_close(live->db);
    live->db = NULL;
    if (live->name == NULL)
        return;
    if (live->play->dialect == AG_DIALECT_POSTGRESQL) {
        g_autoptr(AgDiag) ignored = ag_diag_new();
        run_on_server(live,
                      ag_pool_printf(live->play->pool, "DROP DATABASE IF EXISTS %s WITH (FORCE)",
                                     live->name),
                      ignored);
    } else {
        g_unlink(live->name);
    }
}

static AgSchema *read_live(Live *live, AgDiag *diag)
{
    AgFilter filter = {.version_table = "autogen_version",
                       .log_table = "autogen_log",
                       .extensions = true};
    return ag_introspect(live->db, live->play->pool, &filter, diag);
}

/* The plan from what the database holds to the model of a section. */
static bool plan_to(Live *live, const char *section, CasePlan *plan, AgDiag *diag)
{
    Case *play = live->play;
    AgCanonicalOptions canonical = {0};
    AgSchema *now = read_live(live, diag);
    AgSchema *desired = now == NULL ? NULL
                                    : ag_models_parse(play->pool, case_model(play, section),
                                                      section, play->dialect, diag);
    return desired != NULL && ag_canonicalize(live->db, desired, now, &canonical, diag) &&
           case_plan(play, now, desired, plan, diag);
}

static bool apply_settings(Live *live, const AgStep *step, AgDiag *diag)
{
    AgPool *pool = live->play->pool;
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (live->play->dialect == AG_DIALECT_SQLITE) {
            if (!ag_db_run(live->db,
                           ag_pool_printf(pool, "PRAGMA %s = %s", setting->name, setting->value),
                           diag))
                return false;
            continue;
        }
        const char *params[] = {setting->name, setting->value};
        if (ag_db_query(live->db, pool, "SELECT set_config($1, $2, true)", params, 2, diag) == NULL)
            return false;
    }
    return true;
}

static bool apply_step(Live *live, const AgStep *step, AgDiag *diag)
{
    bool transaction = step->mode == AG_STEP_TRANSACTIONAL;
    bool sqlite = live->play->dialect == AG_DIALECT_SQLITE;
    if (sqlite && !apply_settings(live, step, diag))
        return false;
    if (transaction && !ag_db_begin(live->db, false, diag))
        return false;
    bool good = sqlite || apply_settings(live, step, diag);
    for (guint i = 0; good && i < step->statements->len; i++) {
        const AgStatement *statement = g_ptr_array_index(step->statements, i);
        good = ag_db_run(live->db, statement->sql, diag);
        if (!good)
            ag_hint(diag, "%s", statement->sql);
    }
    if (transaction && good)
        good = ag_db_commit(live->db, diag);
    if (transaction && !good)
        ag_db_rollback(live->db);
    if (sqlite) {
        g_autoptr(AgDiag) ignored = ag_diag_new();
        ag_db_run(live->db, "PRAGMA foreign_keys = on", ignored);
        ag_db_run(live->db, "PRAGMA legacy_alter_table = off", ignored);
    }
    return good;
}

static bool apply(Live *live, const AgScript *script, AgDiag *diag)
{
    for (guint i = 0; i < script->steps->len; i++) {
        if (!apply_step(live, g_ptr_array_index(script->steps, i), diag))
            return false;
    }
    return true;
}

static void expect_no_difference(Live *live, const char *section, const char *when)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    CasePlan plan = {0};
    if (!plan_to(live, section, &plan, diag))
        case_fail_diag(live->play, when, diag);
    else if (plan.changes->len > 0)
        case_fail(live->play, "%s: not equal to %s: %s\n%s", when, section,
                  ag_change_text(live->play->pool, g_ptr_array_index(plan.changes, 0)),
                  case_script_text(live->play->pool, plan.upgrade));
}

static char *facts_of(Live *live, AgDiag *diag)
{
    return witness_facts(live->play->pool, live->play->dialect,
                         live->play->dialect == AG_DIALECT_SQLITE ? live->name : live->url, diag);
}

/* A second database, built directly from a section's model, and what the witness says of it. */
static char *facts_of_fresh(Live *live, const char *section, AgDiag *diag)
{
    Live fresh = {.play = live->play, .server = live->server};
    CasePlan plan = {0};
    char *facts = NULL;
    if (create_database(&fresh, "fresh", diag) && plan_to(&fresh, section, &plan, diag) &&
        apply(&fresh, plan.upgrade, diag))
        facts = facts_of(&fresh, diag);
    remove_database(&fresh);
    return facts;
}

static void expect_same_facts(Live *live, const char *a, const char *b, const char *when)
{
    if (a == NULL || b == NULL)
        return;
    const char *difference = witness_difference(live->play->pool, a, b);
    if (difference[0] != '\0')
        case_fail(live->play, "%s: the witness disagrees\n%s", when, difference);
}

/* Sections `rows.sql` (filled in before the upgrade), `query.sql` and `answer` (asked after it). */
static bool fill_rows(Live *live, AgDiag *diag)
{
    const char *sql = case_file_section(live->play->file, "rows.sql");
    if (sql == NULL)
        return true;
    g_auto(GStrv) statements = g_strsplit(sql, ";\n", -1);
    for (int i = 0; statements[i] != NULL; i++) {
        if (statements[i][0] != '\0' && !ag_db_run(live->db, statements[i], diag))
            return false;
    }
    return true;
}

static void check_answer(Live *live, AgDiag *diag)
{
    const char *sql = case_file_section(live->play->file, "query.sql");
    if (sql == NULL)
        return;
    AgRows *rows = ag_db_query(live->db, live->play->pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return;
    g_autoptr(GString) answer = g_string_new(NULL);
    for (guint row = 0; row < rows->n_rows; row++) {
        for (guint column = 0; column < rows->n_columns; column++) {
            const char *cell = ag_rows_get(rows, row, (int)column);
            g_string_append_printf(answer, "%s%s", column > 0 ? "|" : "", cell == NULL ? "" : cell);
        }
        g_string_append_c(answer, '\n');
    }
    const char *expected = case_file_section(live->play->file, "answer");
    if (strcmp(expected == NULL ? "" : expected, answer->str) != 0)
        case_fail(live->play, "the rows differ; got:\n%s", answer->str);
}

static bool play_stages(Live *live, AgDiag *diag)
{
    CasePlan create = {0}, change = {0};
    if (!create_database(live, "main", diag) || !plan_to(live, "before.xml", &create, diag) ||
        !apply(live, create.upgrade, diag))
        return false;
    expect_no_difference(live, "before.xml", "after creating before.xml");
    char *old_facts = facts_of(live, diag);
    if (!fill_rows(live, diag))
        return false;
    if (!plan_to(live, "after.xml", &change, diag) || !apply(live, change.upgrade, diag))
        return false;
    expect_no_difference(live, "after.xml", "after the upgrade");
    check_answer(live, diag);
    /* Names that the model leaves open stay as the database has them; a fresh one has others. */
    if (case_file_option(live->play->pool, live->play->file, "names-kept") == NULL)
        expect_same_facts(live, facts_of_fresh(live, "after.xml", diag), facts_of(live, diag),
                          "after the upgrade");
    if (!apply(live, change.downgrade, diag))
        return false;
    expect_no_difference(live, "before.xml", "after the downgrade");
    expect_same_facts(live, old_facts, facts_of(live, diag), "after the downgrade");
    return apply(live, change.upgrade, diag);
}

void case_play_live(Case *play, const char *server)
{
    if (case_file_section(play->file, "problems") != NULL)
        return;
    g_autoptr(AgDiag) diag = ag_diag_new();
    Live live = {.play = play, .server = server};
    play_stages(&live, diag);
    case_fail_diag(play, "live", diag);
    if (ag_diag_errors(diag) > 0 && ag_diag_last(diag)->hint != NULL)
        case_fail(play, "%s", ag_diag_last(diag)->hint);
    remove_database(&live);
}
