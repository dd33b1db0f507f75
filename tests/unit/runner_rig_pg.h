/* SPDX-License-Identifier: MIT */
/* The rig on PostgreSQL. Needs AUTOGEN_TEST_PG: the URL (or libpq string) of a superuser; each test
 * has a database of its own. Included once by a test program. */
#pragma once

#include "runner_rig.h"

static Rig rig;
static char *database;

#define UP_PG "-- autogen:upgrade postgresql\n"
#define DOWN_PG "-- autogen:downgrade postgresql\n"
#define ALONE "-- autogen:step no-transaction\n"
#define TOGETHER "-- autogen:step\n"

static const char *server(void)
{
    return g_getenv("AUTOGEN_TEST_PG");
}

/* The server's URL with another database: as a libpq string the last dbname counts. */
static char *url_of(const char *name)
{
    AgPool *pool = ag_pool_new();
    AgDiag *diag = ag_diag_new();
    AgUrl *url = ag_url_parse(pool, server(), NULL, diag);
    assert_non_null(url);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(url->keywords, i);
        if (strcmp(keyword->name, "dbname") != 0)
            g_string_append_printf(text, "%s='%s' ", keyword->name, keyword->value);
    }
    g_string_append_printf(text, "dbname='%s'", name);
    ag_diag_free(diag);
    ag_pool_free(pool);
    return g_string_free(text, FALSE);
}

static void on_server(const char *format)
{
    AgPool *pool = ag_pool_new();
    AgDiag *diag = ag_diag_new();
    AgUrl *url = ag_url_parse(pool, server(), NULL, diag);
    AgDbOptions options = {.mode = AG_DB_WRITE, .lock_timeout_ms = 10000};
    AgDb *db = ag_db_open(url, &options, diag);
    char *sql = g_strdup_printf("%s %s", format, database);
    assert_non_null(db);
    assert_true(ag_db_run(db, sql, diag));
    g_free(sql);
    ag_db_close(db);
    ag_diag_free(diag);
    ag_pool_free(pool);
}

static int set_up(void **state)
{
    (void)state;
    database = g_strdup_printf("autogen_runner_%d_%u", (int)getpid(), g_random_int());
    on_server("CREATE DATABASE");
    char *url = url_of(database);
    rig_open(&rig, url);
    g_free(url);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    on_server("DROP DATABASE IF EXISTS");
    g_free(database);
    return 0;
}

/* Tables, columns and indexes of the schema public, without autogen's own. */
G_GNUC_UNUSED static const char *schema(void)
{
    return rig_ask(&rig,
                   "SELECT string_agg(c.relname || ' ' || coalesce(a.attname, ''), ',' ORDER BY"
                   " c.relname, a.attnum) FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid ="
                   " c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace ="
                   " 'public'::regnamespace AND c.relname NOT LIKE 'autogen%'");
}

/* Opens the connection anew, under another name and with more of libpq's parameters. */
G_GNUC_UNUSED static void reopen(const char *application, const char *parameters)
{
    char *url = g_strconcat(rig.url, " ", parameters, NULL);
    ag_db_close(rig.db);
    g_free(rig.url);
    rig.url = url;
    rig.db_options.application = application;
    rig.db = rig_connect(&rig);
}

/* A role of this process' own, made anew; its name in the pool. */
G_GNUC_UNUSED static const char *make_role(const char *name)
{
    const char *role = ag_pool_printf(rig.pool, "autogen_%s_%d", name, (int)getpid());
    rig_sql(&rig, ag_pool_printf(rig.pool, "CREATE ROLE %s", role));
    return role;
}

G_GNUC_UNUSED static void drop_role(const char *role)
{
    rig_sql(&rig, ag_pool_printf(rig.pool, "DROP OWNED BY %s", role));
    rig_sql(&rig, ag_pool_printf(rig.pool, "DROP ROLE %s", role));
}

/* The program's end: without a server nothing was tested. */
#define RUN_ON_PG(tests)                                                                           \
    do {                                                                                           \
        if (server() == NULL) {                                                                    \
            print_message("AUTOGEN_TEST_PG is not set: skipped\n");                                \
            return 77;                                                                             \
        }                                                                                          \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    } while (0)
