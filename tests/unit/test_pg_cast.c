/* SPDX-License-Identifier: MIT */
/* What changing a column's type means. With AUTOGEN_TEST_PG every pair of a long list of types is
 * tried on the server: what is said to need no USING must do without, and what is said to leave the
 * table alone must not rewrite it. */
#include "db/db.h"
#include "emit/postgres/postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = AG_CAST_REWRITES | AG_CAST_CHANGES,
    NARROWS = AG_CAST_REWRITES | AG_CAST_CHANGES | AG_CAST_MAY_FAIL,
};

static const struct {
    const char *from, *to;
    unsigned cast;
} known[] = {
    {"integer", "integer", AG_CAST_FREE},
    {"character varying(10)", "character varying(20)", AG_CAST_FREE},
    {"character varying(10)", "character varying", AG_CAST_FREE},
    {"character varying(10)", "text", AG_CAST_FREE},
    {"text", "character varying", AG_CAST_FREE},
    {"character varying(20)", "character varying(10)", NARROWS},
    {"text", "character varying(10)", NARROWS},
    {"character(3)", "text", ROUNDS},
    {"numeric(10,2)", "numeric(12,2)", AG_CAST_FREE},
    {"numeric(10,2)", "numeric", AG_CAST_FREE},
    {"numeric(10,2)", "numeric(12,3)", AG_CAST_REWRITES},
    {"numeric(10,2)", "numeric(10,3)", NARROWS},
    {"numeric(10,2)", "numeric(10,1)", NARROWS},
    {"integer", "bigint", AG_CAST_REWRITES},
    {"bigint", "integer", NARROWS},
    {"integer", "numeric", AG_CAST_REWRITES},
    {"integer", "numeric(9,2)", NARROWS},
    {"integer", "numeric(12,2)", AG_CAST_REWRITES},
    {"numeric(4,0)", "integer", AG_CAST_REWRITES},
    {"numeric(10,0)", "integer", NARROWS},
    {"bigint", "double precision", ROUNDS},
    {"smallint", "real", AG_CAST_REWRITES},
    {"double precision", "real", NARROWS},
    {"timestamp(3) without time zone", "timestamp without time zone", AG_CAST_FREE},
    {"timestamp without time zone", "timestamp(3) without time zone", ROUNDS},
    {"timestamp without time zone", "timestamp with time zone",
     AG_CAST_CHANGES | AG_CAST_REBUILDS | AG_CAST_IN_ZONE},
    {"timestamp without time zone", "date", ROUNDS},
    {"date", "timestamp without time zone", AG_CAST_REWRITES},
    {"interval day to second(3)", "interval", AG_CAST_FREE},
    {"interval", "interval year", ROUNDS},
    {"text", "integer", NARROWS | AG_CAST_EXPLICIT},
    {"text", "shop.status", NARROWS | AG_CAST_EXPLICIT},
    {"shop.status", "text", AG_CAST_REWRITES},
    {"shop.status", "shop.state", NARROWS | AG_CAST_THROUGH_TEXT},
    {"boolean", "integer", NARROWS | AG_CAST_EXPLICIT},
    {"uuid", "integer", NARROWS | AG_CAST_THROUGH_TEXT},
    {"json", "jsonb", NARROWS},
    {"cidr", "inet", AG_CAST_FREE},
    {"integer[]", "bigint[]", AG_CAST_REWRITES},
    {"shop.status[]", "shop.state[]", NARROWS | AG_CAST_THROUGH_TEXT},
    {"integer", "integer[]", NARROWS | AG_CAST_THROUGH_TEXT},
    {"integer[]", "text", AG_CAST_REWRITES},
    {"public.geometry(Point,4326)", "public.geometry(Polygon,4326)", NARROWS},
};

static void the_table(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        unsigned cast = ag_postgres_cast(pool, known[i].from, known[i].to);
        if (cast != known[i].cast)
            print_message("%s to %s\n", known[i].from, known[i].to);
        assert_int_equal(cast, known[i].cast);
    }
}

/* --- the server --- */

static const char *const types[] = {
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "numeric(10,2)",
    "numeric(5,0)",
    "numeric(12,4)",
    "real",
    "double precision",
    "money",
    "boolean",
    "text",
    "character varying",
    "character varying(10)",
    "character varying(20)",
    "character(5)",
    "character(9)",
    "name",
    "bytea",
    "date",
    "time without time zone",
    "time(3) without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp(3) without time zone",
    "timestamp with time zone",
    "timestamp(0) with time zone",
    "interval",
    "interval(3)",
    "interval year to month",
    "interval day to second(2)",
    "uuid",
    "json",
    "jsonb",
    "xml",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit(4)",
    "bit(8)",
    "bit varying",
    "bit varying(8)",
    "bit varying(16)",
    "int4range",
    "tsvector",
    "integer[]",
    "bigint[]",
    "text[]",
    "character varying(10)[]",
    "character varying(20)[]",
};

static const char *filenode(AgDb *db, AgPool *pool, AgDiag *diag)
{
    AgRows *rows =
        ag_db_query(db, pool, "SELECT pg_relation_filenode('pg_temp.cast_test')", NULL, 0, diag);
    assert_non_null(rows);
    return ag_pool_text(pool, ag_rows_get(rows, 0, 0));
}

static const char *using_of(AgPool *pool, unsigned cast, const char *from, const char *to)
{
    bool arrays = g_str_has_suffix(from, "[]") && g_str_has_suffix(to, "[]");
    if ((cast & AG_CAST_THROUGH_TEXT) != 0)
        return ag_pool_printf(pool, " USING c::%s::%s", arrays ? "text[]" : "text", to);
    return (cast & AG_CAST_EXPLICIT) != 0 ? ag_pool_printf(pool, " USING c::%s", to) : "";
}

static void try_pair(AgDb *db, AgPool *pool, const char *from, const char *to)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    unsigned cast = ag_postgres_cast(pool, from, to);
    assert_true(
        ag_db_run(db, ag_pool_printf(pool, "CREATE TEMPORARY TABLE cast_test (c %s)", from), diag));
    const char *before = filenode(db, pool, diag);
    const char *sql = ag_pool_printf(pool, "ALTER TABLE cast_test ALTER COLUMN c TYPE %s%s", to,
                                     using_of(pool, cast, from, to));
    if (!ag_db_run(db, sql, diag))
        print_message("%s to %s: %s\n", from, to, ag_diag_last(diag)->message);
    assert_int_equal(ag_diag_errors(diag), 0);
    bool rewritten = strcmp(before, filenode(db, pool, diag)) != 0;
    if (rewritten && (cast & AG_CAST_REWRITES) == 0)
        print_message("%s to %s rewrites\n", from, to);
    assert_true(!rewritten || (cast & AG_CAST_REWRITES) != 0);
    assert_true(ag_db_run(db, "DROP TABLE cast_test", diag));
}

static void the_server_agrees(void **state)
{
    (void)state;
    const char *text = getenv("AUTOGEN_TEST_PG");
    if (text == NULL)
        skip();
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgUrl *url = ag_url_parse(pool, text, NULL, diag);
    assert_non_null(url);
    AgDbOptions options = {.mode = AG_DB_WRITE, .lock_timeout_ms = -1};
    g_autoptr(AgDb) db = ag_db_open(url, &options, diag);
    assert_non_null(db);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(types); k++)
            if (i != k)
                try_pair(db, pool, types[i], types[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table),
        cmocka_unit_test(the_server_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
