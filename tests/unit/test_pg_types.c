/* SPDX-License-Identifier: MIT */
/* Type names of PostgreSQL: the spelling the server would print. With AUTOGEN_TEST_PG (a URL of a
 * server where temporary tables may be made) the server is asked as well. */
#include "db/db.h"
#include "dialect/dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

static const struct {
    const char *written, *canonical;
} known[] = {
    {"int", "integer"},
    {"INTEGER", "integer"},
    {"int4", "integer"},
    {"pg_catalog.int4", "integer"},
    {"\"pg_catalog\".\"int4\"", "integer"},
    {"\"int4\"", "integer"},
    {"int8", "bigint"},
    {"bigint", "bigint"},
    {"int2", "smallint"},
    {"smallint", "smallint"},
    {"float", "double precision"},
    {"float(1)", "real"},
    {"float(24)", "real"},
    {"float(25)", "double precision"},
    {"float4", "real"},
    {"float8", "double precision"},
    {"real", "real"},
    {"Double  Precision", "double precision"},
    {"double/* twice */precision", "double precision"},
    {"numeric", "numeric"},
    {"numeric(10)", "numeric(10,0)"},
    {"numeric(10, 2)", "numeric(10,2)"},
    {"decimal(10,2)", "numeric(10,2)"},
    {"dec(4)", "numeric(4,0)"},
    {"pg_catalog.numeric(5,1)", "numeric(5,1)"},
    {"bool", "boolean"},
    {"boolean", "boolean"},
    {"char", "character(1)"},
    {"char(3)", "character(3)"},
    {"character", "character(1)"},
    {"character(7)", "character(7)"},
    {"nchar(2)", "character(2)"},
    {"national char(2)", "character(2)"},
    {"national character varying(9)", "character varying(9)"},
    {"nchar varying(9)", "character varying(9)"},
    {"bpchar", "bpchar"},
    {"bpchar(4)", "character(4)"},
    {"\"char\"", "\"char\""},
    {"pg_catalog.\"char\"", "\"char\""},
    {"pg_catalog.char", "\"char\""},
    {"varchar", "character varying"},
    {"varchar(80)", "character varying(80)"},
    {"VARCHAR ( 80 )", "character varying(80)"},
    {"character varying(80)", "character varying(80)"},
    {"char varying (80)", "character varying(80)"},
    {"\"varchar\"(80)", "character varying(80)"},
    {"text", "text"},
    {"name", "name"},
    {"bit", "bit(1)"},
    {"bit(8)", "bit(8)"},
    {"bit varying", "bit varying"},
    {"bit varying(8)", "bit varying(8)"},
    {"varbit(8)", "bit varying(8)"},
    {"pg_catalog.bit", "\"bit\""},
    {"timestamp", "timestamp without time zone"},
    {"timestamp(3)", "timestamp(3) without time zone"},
    {"timestamp with time zone", "timestamp with time zone"},
    {"timestamp(0) with time zone", "timestamp(0) with time zone"},
    {"timestamp (3) without time zone", "timestamp(3) without time zone"},
    {"timestamptz", "timestamp with time zone"},
    {"timestamptz(3)", "timestamp(3) with time zone"},
    {"pg_catalog.timestamptz(3)", "timestamp(3) with time zone"},
    {"\"timestamp\"", "timestamp without time zone"},
    {"time", "time without time zone"},
    {"time(2)", "time(2) without time zone"},
    {"timetz(2)", "time(2) with time zone"},
    {"time with time zone", "time with time zone"},
    {"timestamp(9)", "timestamp(6) without time zone"},
    {"interval", "interval"},
    {"interval(3)", "interval(3)"},
    {"interval year", "interval year"},
    {"interval YEAR to MONTH", "interval year to month"},
    {"interval day to second(3)", "interval day to second(3)"},
    {"interval second(2)", "interval second(2)"},
    {"interval hour to minute", "interval hour to minute"},
    {"date", "date"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"uuid", "uuid"},
    {"bytea", "bytea"},
    {"inet", "inet"},
    {"xml", "xml"},
    {"money", "money"},
    {"oid", "oid"},
    {"regclass", "regclass"},
    {"tsvector", "tsvector"},
    {"int4range", "int4range"},
    {"point", "point"},
    {"pg_lsn", "pg_lsn"},
    {"int2vector", "int2vector"},
    {"int[]", "integer[]"},
    {"int[3]", "integer[]"},
    {"int [3][ ]", "integer[]"},
    {"int array", "integer[]"},
    {"int ARRAY[4]", "integer[]"},
    {"text[][]", "text[]"},
    {"varchar(10)[]", "character varying(10)[]"},
    {"timestamp(3) with time zone[]", "timestamp(3) with time zone[]"},
    {"numeric(4,2)[]", "numeric(4,2)[]"},
    {"interval day to second(3)[]", "interval day to second(3)[]"},
    {"bpchar[]", "bpchar[]"},
    {"char[]", "character(1)[]"},
    {"\"char\"[]", "\"char\"[]"},
    {"_int4", "integer[]"},
    {"_text", "text[]"},
};

static const char *const unknown[] = {
    "order_status",
    "public.int4",
    "\"int\"",
    "\"Text\"",
    "timestampz",
    "serial",
    "citext",
    "geometry(Point)",
    "int(4)",
    "text(5)",
    "varchar(0)",
    "varchar(a)",
    "varchar(1",
    "numeric(1001)",
    "numeric(0,0)",
    "numeric(1,2,3)",
    "float(54)",
    "float(0)",
    "double",
    "interval week",
    "interval year(3)",
    "interval day to second to",
    "time with zone",
    "timestamp with time",
    "int[",
    "int[]]",
    "int; drop table t",
    "int)",
    "",
    "setof int",
    "'text'",
    "int array array",
    "national",
    "pg_catalog.",
    "pg_catalog.int",
    "int4.x",
    "bit varying varying",
    "pg_catalog.interval(3)",
    "int not null",
};

static void the_servers_spelling(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        char *found = ag_dialect_postgres.canonical_type(pool, known[i].written);
        if (found == NULL)
            print_message("%s is not known\n", known[i].written);
        assert_non_null(found);
        assert_string_equal(found, known[i].canonical);
    }
}

/* What the server prints is itself a spelling, and stays what it is. */
static void canonical_is_a_fixpoint(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        /* "bit" in quotes is what pg_catalog.bit prints as. */
        char *again = ag_dialect_postgres.canonical_type(pool, known[i].canonical);
        assert_non_null(again);
        assert_string_equal(again, known[i].canonical);
    }
}

static void other_types_are_unknown(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        char *found = ag_dialect_postgres.canonical_type(pool, unknown[i]);
        if (found != NULL)
            print_message("'%s' is taken for %s\n", unknown[i], found);
        assert_null(found);
    }
}

static void every_suggestion_is_a_type(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    for (const char *const *name = ag_dialect_postgres.type_names; *name != NULL; name++)
        assert_non_null(ag_dialect_postgres.canonical_type(pool, *name));
}

static char *ask_server(AgDb *db, AgPool *pool, const char *type, AgDiag *diag)
{
    static const char question[] =
        "SELECT pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute WHERE "
        "attrelid = 'pg_temp.t'::regclass AND attnum = 1";
    if (!ag_db_run(db, ag_pool_printf(pool, "CREATE TEMPORARY TABLE t (c %s)", type), diag))
        return NULL;
    AgRows *rows = ag_db_query(db, pool, question, NULL, 0, diag);
    assert_non_null(rows);
    assert_true(ag_db_run(db, "DROP TABLE pg_temp.t", diag));
    return ag_pool_text(pool, ag_rows_get(rows, 0, 0));
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
    assert_true(ag_db_set_search_path(db, "", diag));
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        char *printed = ask_server(db, pool, known[i].written, diag);
        if (printed == NULL)
            print_message("the server refuses %s\n", known[i].written);
        assert_non_null(printed);
        assert_string_equal(printed, known[i].canonical);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        /* CAST takes a set of integers; no column has such a type. */
        if (g_str_has_prefix(unknown[i], "setof"))
            continue;
        const char *sql = ag_pool_printf(pool, "SELECT CAST(NULL AS %s)", unknown[i]);
        if (ag_db_run(db, sql, diag))
            print_message("the server knows '%s'\n", unknown[i]);
        assert_string_not_equal(ag_db_last_state(db), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_servers_spelling),    cmocka_unit_test(canonical_is_a_fixpoint),
        cmocka_unit_test(other_types_are_unknown), cmocka_unit_test(every_suggestion_is_a_type),
        cmocka_unit_test(the_server_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
