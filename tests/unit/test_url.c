/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "db/url.h"

static AgPool *pool;
static AgDiag *diag;

static int set_up(void **state)
{
    (void)state;
    pool = ag_pool_new();
    diag = ag_diag_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ag_diag_free(diag);
    ag_pool_free(pool);
    return 0;
}

static const char *get(const AgUrl *url, const char *name)
{
    const char *value = NULL;
    for (guint i = 0; i < url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(url->keywords, i);
        if (strcmp(keyword->name, name) == 0) {
            assert_null(value);
            value = keyword->value;
        }
    }
    return value;
}

static AgUrl *parse(const char *text)
{
    AgUrl *url = ag_url_parse(pool, text, "/project", diag);
    if (url == NULL)
        print_error("%s: %s\n", text, ag_diag_last(diag)->message);
    assert_non_null(url);
    assert_int_equal(ag_diag_errors(diag), 0);
    return url;
}

static void assert_no_secret(const char *text)
{
    if (text != NULL && strstr(text, "SEC") != NULL)
        fail_msg("a secret in '%s'", text);
}

static void test_parts_of_a_url(void **state)
{
    (void)state;
    AgUrl *url = parse("postgresql://ann:p%40ss%2Fw@db.example:6543/shop%20one"
                       "?sslmode=verify-full&connect_timeout=3");
    assert_int_equal(url->dialect, AG_DIALECT_POSTGRESQL);
    assert_string_equal(get(url, "user"), "ann");
    assert_string_equal(get(url, "password"), "p@ss/w");
    assert_string_equal(url->password, "p@ss/w");
    assert_string_equal(get(url, "host"), "db.example");
    assert_string_equal(get(url, "port"), "6543");
    assert_string_equal(get(url, "dbname"), "shop one");
    assert_string_equal(get(url, "sslmode"), "verify-full");
    assert_string_equal(get(url, "connect_timeout"), "3");
    assert_string_equal(url->shown, "postgresql://ann@db.example:6543/shop one");
}

static void test_hosts(void **state)
{
    (void)state;
    AgUrl *url = parse("postgres://%2Fvar%2Frun/db");
    assert_string_equal(get(url, "host"), "/var/run");
    assert_null(get(url, "port"));
    url = parse("postgres://[::1]:5433/db");
    assert_string_equal(get(url, "host"), "::1");
    assert_string_equal(get(url, "port"), "5433");
    url = parse("postgres://one:1,[fe80::2]:2,three/db");
    assert_string_equal(get(url, "host"), "one,fe80::2,three");
    assert_string_equal(get(url, "port"), "1,2,");
    url = parse("postgresql:///db?host=/tmp&port=5499&user=x");
    assert_string_equal(get(url, "host"), "/tmp");
    assert_string_equal(get(url, "dbname"), "db");
    url = parse("postgresql://");
    assert_int_equal(url->keywords->len, 0);
}

static void test_driver_keys_are_dropped_with_a_note(void **state)
{
    (void)state;
    AgUrl *url = parse("postgresql+asyncpg://u:p@h/d?ssl=require&prepared_whatever=5");
    assert_string_equal(get(url, "sslmode"), "require");
    assert_null(get(url, "ssl"));
    assert_null(get(url, "prepared_whatever"));
    assert_int_equal(ag_diag_count(diag), 1);
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_IGNORED);
    assert_int_equal(ag_diag_last(diag)->severity, AG_SEVERITY_NOTICE);
    assert_non_null(strstr(ag_diag_last(diag)->message, "'prepared_whatever'"));
    assert_string_equal(get(parse("postgres://h/d?ssl=false"), "sslmode"), "disable");
}

static void test_unknown_key_without_driver(void **state)
{
    (void)state;
    assert_null(ag_url_parse(pool, "postgres://h/d?sslmod=require", NULL, diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_BAD_URL);
    assert_non_null(strstr(ag_diag_last(diag)->message, "'sslmod'"));
    assert_non_null(strstr(ag_diag_last(diag)->hint, "sslmode"));
}

static void test_keyword_strings(void **state)
{
    (void)state;
    AgUrl *url = parse(" host=h  password = 'a b\\'c\\\\' dbname=x\\ y port=1 host=later");
    assert_string_equal(get(url, "host"), "later");
    assert_string_equal(get(url, "password"), "a b'c\\");
    assert_string_equal(get(url, "dbname"), "x y");
    assert_string_equal(url->shown, "postgresql://later:1/x y");
    url = parse("service=prod");
    assert_string_equal(url->shown, "postgresql:///?service=prod");
    assert_null(url->password);
}

static void test_sqlite(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path, *shown;
    } cases[] = {
        {"sqlite:///rel.db", "/project/rel.db", "sqlite:///rel.db"},
        {"sqlite:////abs/x.db", "/abs/x.db", "sqlite:////abs/x.db"},
        {"sqlite+aiosqlite:///./x.db", "/project/./x.db", "sqlite:///./x.db"},
        {"sqlite://", ":memory:", "sqlite://"},
        {"sqlite:///:memory:", ":memory:", "sqlite://"},
        {"data/app.sqlite3", "/project/data/app.sqlite3", "sqlite:///data/app.sqlite3"},
        {"a=b.db", "/project/a=b.db", "sqlite:///a=b.db"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        AgUrl *url = parse(cases[i].text);
        assert_int_equal(url->dialect, AG_DIALECT_SQLITE);
        assert_string_equal(url->path, cases[i].path);
        assert_string_equal(url->shown, cases[i].shown);
    }
    assert_null(ag_url_parse(pool, "sqlite://rel.db", NULL, diag));
}

/* Everything that libpq would echo, or would take for another host (reliability C1, C2). */
static const char *const refused[] = {
    "",
    "SECRET",
    "mysql://u:SECRET@h/db",
    "SECRET://h/db",
    "postgresql://u:SEC/RET@h/db",
    "postgresql://u:SEC@RET@h/db",
    "postgresql://u:SEC?RET@h/db",
    "postgresql://u:SEC?SECRET=1@h/db",
    "postgresql://u:SEC#RET@h/db",
    "postgresql://u:SEC@h#SECRET",
    "postgresql://u:SEC%zzRET@h/db",
    "postgresql://u:SEC%4",
    "postgresql://u:SECRET%00x@h/db",
    "postgresql://u:SECRET@[::1/db",
    "postgresql://u:SECRET@[::1]x/db",
    "postgresql://u:SECRET@[]/db",
    "postgresql://u:SECRET RET@h/db",
    "postgresql://u:SEC\tRET@h/db",
    "postgresql://u:SEC:RET@h/db",
    "postgresql://u:SECRET/db",
    "postgresql://u:SECRET",
    "postgresql://u:p@h:SECRET/db",
    "postgresql://u:p@h:99999/db?password=SECRET",
    "postgresql://u:p@h:0/db?password=SECRET",
    "postgresql://u:p@h/db/SECRET",
    "postgresql://u:p@h/db?SECRET",
    "postgresql://u:p@h/db?sslmode=SECRET",
    "postgresql://u:p@h/db?port=SECRET",
    "postgresql://u:p@h/db?connect_timeout=SECRET",
    "postgresql://u:\xffSECRET@h/db",
    "postgresql://u:SEC%ffRET@h/db",
    "sqlite://u:SECRET@/x.db",
    "host=h password=SEC SECRET",
    "host=h password=SEC SECRET=1",
    "host=h password='SECRET",
    "host=h password='SEC'RET",
    "password=SEC RET host=h",
    "host=h port=SECRET",
    "=SECRET",
    "password SECRET host=h",
};

static void test_refused_without_leaking(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(AgDiag) own = ag_diag_new();
        if (ag_url_parse(pool, refused[i], NULL, own) != NULL)
            fail_msg("accepted: %s", refused[i]);
        assert_int_equal(ag_diag_errors(own), 1);
        assert_int_equal(ag_diag_exit_code(own), 78);
        for (guint j = 0; j < ag_diag_count(own); j++) {
            assert_no_secret(ag_diag_problem(own, j)->message);
            assert_no_secret(ag_diag_problem(own, j)->hint);
        }
    }
}

static void test_accepted_without_leaking(void **state)
{
    (void)state;
    static const char *const accepted[] = {
        "postgresql://u:SECRET@h/db",
        "postgresql://u:SECRET@h1,h2:5/db?sslmode=prefer",
        "postgresql://h/db?password=SECRET&sslpassword=SECRET&passfile=SECRET",
        "postgresql+psycopg://u:SECRET@h/db?unheard_of=SECRET",
        "postgresql://u:SEC%2FRET@h/db",
        "host=h password=SECRET",
        "service=s password='SEC RET'",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(accepted); i++) {
        AgUrl *url = parse(accepted[i]);
        assert_no_secret(url->shown);
        for (guint j = 0; j < ag_diag_count(diag); j++)
            assert_no_secret(ag_diag_problem(diag, j)->message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parts_of_a_url, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hosts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_driver_keys_are_dropped_with_a_note, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_key_without_driver, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keyword_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sqlite, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_without_leaking, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_accepted_without_leaking, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
