/* SPDX-License-Identifier: MIT */
/* Rows that stop a revision on SQLite are named; those that were broken before do not. What the
 * planner knows of a table outlives its being rebuilt. */
#include "runner_rig.h"

static Rig rig;

RIG_ON_SQLITE(rig)

static void start_with(const char *statements)
{
    rig_file(&rig, "a001", NULL, ag_pool_printf(rig.pool, UP "%s", statements));
    rig_must(&rig, rig_up(&rig));
    rig.options.allow_destructive = true;
}

static void expect_unfit(const char *upgrade, const char *said)
{
    const char *before = rig_schema(&rig);
    rig_file(&rig, "a002", "a001", ag_pool_printf(rig.pool, UP "%s", upgrade));
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, said));
    rig_expect(&rig, done, AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(rig_schema(&rig), before);
}

/* --- rows that do not fit --- */

static void equal_rows_are_named(void **state)
{
    (void)state;
    start_with("CREATE TABLE t (a TEXT COLLATE NOCASE, b, c);\n"
               "INSERT INTO t VALUES ('x', 1, 1), ('y', 1, 1), ('X', 1, 1), (NULL, 1, 1),\n"
               " (NULL, 1, 1), ('x', 1, 0), ('y', 2, 1);\n");
    expect_unfit("CREATE UNIQUE INDEX t_u ON \"t\" (a DESC, (b + 0) ASC) WHERE c;\n",
                 "rows of \"t\" that are not unique there: 2; rowid 1, 3");
}

static void rows_of_another_type_are_named(void **state)
{
    (void)state;
    start_with("CREATE TABLE t (id INTEGER PRIMARY KEY, a);\n"
               "INSERT INTO t VALUES (1, 1), (2, 'two'), (3, '3'), (4, x'00'), (5, NULL);\n");
    expect_unfit("CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER) STRICT;\n"
                 "INSERT OR ABORT INTO n (id, a)\nSELECT id, a\nFROM t;\nDROP TABLE t;\n",
                 "rows of t that do not fit: 2; rowid 2, 4");
}

static void rows_that_get_other_numbers_are_named(void **state)
{
    (void)state;
    start_with("CREATE TABLE t (rowid, a INTEGER);\n"
               "INSERT INTO t VALUES ('r', 5), ('s', 6), ('t', 5), ('u', NULL);\n");
    expect_unfit("CREATE TABLE n (a INTEGER PRIMARY KEY, rowid NOT NULL);\n"
                 "INSERT OR ABORT INTO n (a, rowid)\nSELECT a, rowid\nFROM t;\nDROP TABLE t;\n",
                 "rows of t that do not fit: 1; _rowid_ 3");
}

/* --- foreign keys that were broken before --- */

static void old_orphans_go_with_their_table(void **state)
{
    (void)state;
    start_with("CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
               "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);\n");
    rig_sql(&rig, "INSERT INTO c VALUES (3, 99)");
    rig_file(&rig, "a002", "a001",
             UP "-- autogen:step\n-- autogen:set foreign_keys off\n"
                "ALTER TABLE p RENAME TO \"Q\";\nALTER TABLE c RENAME TO d;\n"
                "CREATE TABLE __ag_new_d (id INTEGER PRIMARY KEY, p INTEGER REFERENCES Q, x);\n"
                "INSERT OR ABORT INTO __ag_new_d (id, p) SELECT id, p FROM d;\nDROP TABLE d;\n"
                "ALTER TABLE __ag_new_d RENAME TO d;\n");
    rig_must(&rig, rig_up(&rig));
}

#define COVERED(index, back)                                                                       \
    UP "-- autogen:step\n-- autogen:set foreign_keys off\n" index                                  \
       "INSERT INTO p VALUES (7);\n" DOWN                                                          \
       "-- autogen:step\n-- autogen:set foreign_keys off\n" back "DELETE FROM p WHERE a = 7;\n"

/* SQLite takes a foreign key to columns without a key. */
static void a_mismatch_comes_back(void **state)
{
    (void)state;
    start_with("CREATE TABLE p (a);\nCREATE TABLE c (a REFERENCES p (a));\n");
    rig_file(&rig, "a002", "a001",
             COVERED("CREATE UNIQUE INDEX p_a ON p (a);\n", "DROP INDEX p_a;\n"));
    rig_must(&rig, rig_up(&rig));
    rig_must(&rig, rig_run(&rig, "a001", AG_DOWNGRADE));
    assert_true(rig_says(&rig, "'c'"));
    rig_file(&rig, "a002", "a001", COVERED("CREATE UNIQUE INDEX p_a ON p (a);\n", ""));
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a003", "a002", COVERED("DROP INDEX p_a;\n", ""));
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "\"c\" referencing \"p\": no primary key or unique index"));
    rig_expect(&rig, done, AG_PROBLEM_STATEMENT);
}

/* --- statistics --- */

static void statistics_outlive_a_rebuild(void **state)
{
    (void)state;
    start_with("CREATE TABLE t (a UNIQUE, b);\nCREATE INDEX t_b ON t(b) WHERE b > 0;\n"
               "CREATE INDEX t_ab ON t (a, b);\nCREATE TABLE w (k PRIMARY KEY) WITHOUT ROWID;\n"
               "INSERT INTO t VALUES (1, 1), (2, 1);\nINSERT INTO w VALUES (1);\nANALYZE;\n");
    const char *kept = "SELECT group_concat(tbl || ' ' || idx || ' ' || stat, '; ') FROM "
                       "(SELECT * FROM sqlite_stat1 WHERE idx <> 't_ab' ORDER BY tbl, idx)";
    const char *before = rig_ask(&rig, kept);
    rig_file(&rig, "a002", "a001",
             UP "-- autogen:step\n-- autogen:set foreign_keys off\n"
                "CREATE TABLE __ag_new_t (a UNIQUE, b, c);\n"
                "INSERT OR ABORT INTO __ag_new_t (rowid, a, b) SELECT rowid, a, b FROM t;\n"
                "DROP TABLE t;\nALTER TABLE __ag_new_t RENAME TO t;\n"
                "CREATE INDEX t_b ON \"t\" (b)\nWHERE b > 0;\nCREATE INDEX t_ab ON t (b, a);\n"
                "CREATE TABLE __ag_new_w (k PRIMARY KEY, v) WITHOUT ROWID;\n"
                "INSERT OR ABORT INTO __ag_new_w (k) SELECT k FROM w;\nDROP TABLE w;\n"
                "ALTER TABLE __ag_new_w RENAME TO w;\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, kept), before);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_stat1 WHERE idx = 't_ab'"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(equal_rows_are_named),
        TEST(rows_of_another_type_are_named),
        TEST(rows_that_get_other_numbers_are_named),
        TEST(old_orphans_go_with_their_table),
        TEST(a_mismatch_comes_back),
        TEST(statistics_outlive_a_rebuild),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
