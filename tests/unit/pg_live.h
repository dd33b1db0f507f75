/* SPDX-License-Identifier: MIT */
/* A database of its own for each live test program, on the server that AUTOGEN_TEST_PG names (URL
 * or conninfo of a superuser). Without the variable the program says so and exits 77. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db.h"
#include "introspect/introspect.h"
#include "sql/split.h"

typedef struct {
    AgPool *pool;
    AgUrl *admin, *url;
    char name[64];
} PgLive;

static PgLive live;

G_GNUC_UNUSED static AgUrl *live_url(AgPool *pool, const char *database)
{
    AgDiag *diag = ag_diag_new();
    AgUrl *url = ag_url_parse(pool, getenv("AUTOGEN_TEST_PG"), NULL, diag);
    assert_non_null(url);
    ag_diag_free(diag);
    for (guint i = 0; i < url->keywords->len; i++) {
        AgUrlKeyword *keyword = g_ptr_array_index(url->keywords, i);
        if (strcmp(keyword->name, "dbname") == 0)
            g_ptr_array_remove_index(url->keywords, i--);
    }
    AgUrlKeyword *keyword = ag_pool_new0(pool, AgUrlKeyword);
    *keyword = (AgUrlKeyword){"dbname", ag_pool_text(pool, database)};
    g_ptr_array_add(url->keywords, keyword);
    return url;
}

/* Adds or replaces a keyword of a URL. */
G_GNUC_UNUSED static void live_set(AgPool *pool, AgUrl *url, const char *name, const char *value)
{
    AgUrlKeyword *keyword = ag_pool_new0(pool, AgUrlKeyword);
    *keyword = (AgUrlKeyword){name, value};
    g_ptr_array_add(url->keywords, keyword);
}

G_GNUC_UNUSED static void show_problems(const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        print_error("%s: %s [%s]\n", ag_problem_word(problem->id), problem->message,
                    problem->hint == NULL ? "" : problem->hint);
    }
}

G_GNUC_UNUSED static AgDb *live_open(const AgUrl *url, AgDbMode mode)
{
    AgDiag *diag = ag_diag_new();
    AgDbOptions options = {.mode = mode, .lock_timeout_ms = -1};
    AgDb *db = ag_db_open(url, &options, diag);
    if (db == NULL)
        show_problems(diag);
    assert_non_null(db);
    ag_diag_free(diag);
    return db;
}

/* Runs statements divided by semicolons. */
G_GNUC_UNUSED static void live_script(AgDb *db, const char *sql)
{
    AgDiag *diag = ag_diag_new();
    AgPool *pool = ag_pool_new();
    GPtrArray *pieces = ag_sql_split(pool, AG_DIALECT_POSTGRESQL, sql, AG_NOWHERE, diag);
    for (guint i = 0; pieces != NULL && i < pieces->len; i++) {
        const AgSqlPiece *piece = g_ptr_array_index(pieces, i);
        if (!ag_db_run(db, piece->text, diag))
            print_error("%s\n", piece->text);
    }
    if (ag_diag_errors(diag) > 0)
        show_problems(diag);
    assert_int_equal(ag_diag_errors(diag), 0);
    ag_pool_free(pool);
    ag_diag_free(diag);
}

static int live_set_up(void **state)
{
    (void)state;
    live.pool = ag_pool_new();
    live.admin = live_url(live.pool, "postgres");
    snprintf(live.name, sizeof live.name, "autogen_test_%ld", (long)getpid());
    live.url = live_url(live.pool, live.name);
    AgDb *db = live_open(live.admin, AG_DB_READ);
    char sql[256];
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
             live.name);
    live_script(db, sql);
    ag_db_close(db);
    return 0;
}

static int live_tear_down(void **state)
{
    (void)state;
    AgDb *db = live_open(live.admin, AG_DB_READ);
    char sql[256];
    snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", live.name);
    live_script(db, sql);
    ag_db_close(db);
    ag_pool_free(live.pool);
    return 0;
}

#define LIVE_MAIN(tests)                                                                           \
    do {                                                                                           \
        if (getenv("AUTOGEN_TEST_PG") == NULL) {                                                   \
            puts("skipped: AUTOGEN_TEST_PG is not set");                                           \
            return 77;                                                                             \
        }                                                                                          \
        return cmocka_run_group_tests(tests, live_set_up, live_tear_down);                         \
    } while (0)
