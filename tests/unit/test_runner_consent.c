/* SPDX-License-Identifier: MIT */
#include "runner_rig.h"

#include "revision/review.h"

static Rig rig;

RIG_ON_SQLITE(rig)

/* A table `t` with columns, and a second revision with that body. */
static void base_and(const char *body)
{
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT, other TEXT);\n"
                "CREATE TABLE \"Big T\" (id INTEGER);\n");
    rig_file(&rig, "a002", "a001", body);
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
}

static void words_that_destroy(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *flag;
    } cases[] = {
        {"DROP TABLE t", "--allow 'deletes-data:t'"},
        {"/* no */ drop /* x */ table if exists main.t", "--allow 'deletes-data:main.t'"},
        {"DROP TABLE \"Big T\"", "--allow 'deletes-data:Big T'"},
        {"ALTER TABLE t DROP COLUMN note", "--allow 'deletes-data:t.note'"},
        {"ALTER TABLE t DROP note", "--allow 'deletes-data:t.note'"},
    };
    base_and(UP);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *body = g_strdup_printf(UP "CREATE TABLE fresh (x);\n%s;\n", cases[i].sql);
        rig_file(&rig, "a002", "a001", body);
        g_free(body);
        bool done = rig_up(&rig);
        assert_true(rig_says(&rig, cases[i].flag));
        assert_int_equal(ag_diag_problem(rig.diag, 0)->place.line, 8);
        rig_expect(&rig, done, AG_PROBLEM_DESTRUCTIVE);
        assert_string_equal(rig_heads(&rig), "a001");
    }
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master WHERE name = 'fresh'"),
                        "0");
}

/* The hint is the shortest that says which one: nouns may have several words, and names blanks. */
static void hints_without_the_noun(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"virtual table big find", "--allow 'deletes-data:big find'"},
        {"foreign table shop.t", "--allow 'deletes-data:shop.t'"},
        {"text search configuration s.c", "--allow 'deletes-data:s.c'"},
        {"table big t", "--allow 'deletes-data:big t'"},
        {"view v", "--allow 'deletes-data:v'"},
    };
    base_and(UP);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *body =
            g_strdup_printf(UP
                            "-- autogen:hazard deletes-data %s\nALTER TABLE t DROP COLUMN note;\n",
                            cases[i][0]);
        rig_file(&rig, "a002", "a001", body);
        g_free(body);
        bool done = rig_up(&rig);
        assert_true(rig_says(&rig, cases[i][1]));
        rig_expect(&rig, done, AG_PROBLEM_DESTRUCTIVE);
    }
}

static void words_that_do_not(void **state)
{
    (void)state;
    base_and(UP "DROP VIEW IF EXISTS v;\nDROP INDEX IF EXISTS i;\n"
                "INSERT INTO t (note) VALUES ('DROP TABLE t; DROP COLUMN x');\n"
                "CREATE TABLE helper (x); DROP TABLE helper;\n"
                "CREATE TABLE new_t (id INTEGER PRIMARY KEY, note TEXT, other TEXT);\n"
                "INSERT INTO new_t SELECT * FROM t;\nDROP TABLE t;\n"
                "ALTER TABLE new_t RENAME TO t;\nALTER TABLE t RENAME COLUMN other TO drop_it;\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t"), "1");
}

/* A rebuild that never filled the new table is a loss like any other. */
static void rebuild_without_copy(void **state)
{
    (void)state;
    base_and(UP "CREATE TABLE new_t (id INTEGER PRIMARY KEY);\nDROP TABLE t;\n"
                "ALTER TABLE new_t RENAME TO t;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_DESTRUCTIVE);
    base_and(UP "CREATE TABLE IF NOT EXISTS t (x);\nDROP TABLE t;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_DESTRUCTIVE);
}

#define MARKED                                                                                     \
    UP "-- - column t.note\n-- autogen:hazard deletes-data column t.note\n"                        \
       "ALTER TABLE t DROP COLUMN note;\n"

static void ways_to_consent(void **state)
{
    (void)state;
    static const char *const good[] = {"deletes-data", "deletes-data:t.note",
                                       "deletes-data:column t.note", "deletes-data:T.Note"};
    static const char *const bad[] = {"deletes",         "deletes-data:t",
                                      "deletes-data:",   "deletes-data:note",
                                      "drops-extension", "deletes-data:t.note2"};
    base_and(MARKED);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        rig.options.allow = NULL;
        rig_allow(&rig, bad[i]);
        rig_expect(&rig, rig_up(&rig), AG_PROBLEM_DESTRUCTIVE);
    }
    rig.options.dry_run = true;
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        rig.options.allow = NULL;
        rig_allow(&rig, good[i]);
        rig_must(&rig, rig_up(&rig));
    }
    rig.options.allow = NULL;
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_up(&rig));
    rig.options.allow_destructive = false;
    rig.options.review = "none";
    rig_must(&rig, rig_up(&rig));
}

/* A mark knows the object by its whole name; the words of the statement do not count then. */
static void marks_before_words(void **state)
{
    (void)state;
    base_and(UP "-- autogen:hazard deletes-data column shop.t.note\n"
                "ALTER TABLE t DROP COLUMN note;\n");
    rig_allow(&rig, "deletes-data:shop.t.note");
    rig_must(&rig, rig_up(&rig));
}

static void one_problem_a_statement(void **state)
{
    (void)state;
    base_and(UP "-- autogen:allow deletes-data nobody reads it any more\n"
                "ALTER TABLE t DROP COLUMN note;\nALTER TABLE t DROP COLUMN other;\n"
                "DROP TABLE \"Big T\";\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_DESTRUCTIVE);
    bool done = rig_up(&rig);
    assert_int_equal(ag_diag_errors(rig.diag), 2);
    assert_false(rig_says(&rig, "t.note"));
    rig_expect(&rig, done, AG_PROBLEM_DESTRUCTIVE);
    rig_allow(&rig, "deletes-data:t.other");
    rig_allow(&rig, "deletes-data:Big T");
    rig_must(&rig, rig_up(&rig));
}

static void seal(const char *id)
{
    char *path = g_strdup_printf("%s/%s.sql", rig.directory, id);
    rig_must(&rig, ag_revision_seal(path, "A. Reviewer", rig.diag));
    g_free(path);
    rig.dag = NULL;
}

static void seals(void **state)
{
    (void)state;
    base_and(MARKED);
    seal("a002");
    rig.options.dry_run = true;
    rig_must(&rig, rig_up(&rig));
    rig.options.review = "all";
    rig_must(&rig, rig_up(&rig));
    /* An edit breaks the seal, whatever is allowed. */
    char *path = g_strdup_printf("%s/a002.sql", rig.directory), *text;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    GString *edited = g_string_new(text);
    g_string_replace(edited, "DROP COLUMN note", "DROP COLUMN other", 0);
    assert_true(g_file_set_contents(path, edited->str, -1, NULL));
    g_string_free(edited, TRUE);
    g_free(text);
    g_free(path);
    rig.dag = NULL;
    rig.options.allow_destructive = true;
    for (int i = 0; i < 3; i++) {
        static const char *const reviews[] = {"none", "destructive", "all"};
        rig.options.review = reviews[i];
        rig_expect(&rig, rig_up(&rig), AG_PROBLEM_SEAL_BROKEN);
    }
    assert_string_equal(rig_heads(&rig), "a001");
}

static void review_of_all(void **state)
{
    (void)state;
    base_and(UP "CREATE TABLE u (x);\n");
    rig.options.review = "all";
    rig.options.allow_destructive = true;
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_NOT_REVIEWED);
    seal("a002");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a002");
}

/* Everything is asked before anything runs. */
static void asked_before_the_first(void **state)
{
    (void)state;
    base_and(UP "CREATE TABLE u (x);\n");
    rig_file(&rig, "a003", "a002", UP "DROP TABLE t;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_DESTRUCTIVE);
    assert_string_equal(rig_heads(&rig), "a001");
}

static void batches_that_never_end(void **state)
{
    (void)state;
    base_and(UP "-- autogen:step batched\nUPDATE t SET note = 'x';\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BAD_REVISION);
    base_and(UP "-- autogen:step batched\nCREATE TABLE u (x);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BAD_REVISION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_that_destroy),     TEST(hints_without_the_noun),  TEST(words_that_do_not),
        TEST(rebuild_without_copy),   TEST(ways_to_consent),         TEST(seals),
        TEST(review_of_all),          TEST(one_problem_a_statement), TEST(asked_before_the_first),
        TEST(batches_that_never_end), TEST(marks_before_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
