/* SPDX-License-Identifier: MIT */
#include "runner_rig.h"

static Rig rig;

RIG_ON_SQLITE(rig)

static void write_three(void)
{
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE a (x);\n");
    rig_file(&rig, "a002", "a001", UP "CREATE TABLE b (x);\n");
    rig_file(&rig, "a003", "a002", UP "CREATE TABLE c (x);\n");
}

/* --- the version table --- */

static void reading_creates_nothing(void **state)
{
    (void)state;
    write_three();
    assert_string_equal(rig_heads(&rig), "");
    rig_must(&rig,
             ag_history_verify(rig.db, rig.pool, rig_dag(&rig), &rig.options, true, rig.diag));
    AgRows *log = ag_history_log(rig.db, rig.pool, &rig.options, rig.diag);
    assert_int_equal(log->n_rows, 0);
    assert_int_equal(ag_rows_column(log, "error"), 11);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master"), "0");
}

static void table_of_alembic(void **state)
{
    (void)state;
    write_three();
    rig_sql(&rig, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT"
                  " alembic_version_pkc PRIMARY KEY (version_num))");
    rig_sql(&rig, "INSERT INTO alembic_version VALUES ('a001')");
    rig.options.version_table = "alembic_version";
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 2);
    assert_string_equal(rig_ask(&rig, "SELECT version_num FROM alembic_version"), "a003");
    assert_string_equal(
        rig_ask(&rig, "SELECT count(*) FROM sqlite_master WHERE name = 'autogen_version'"), "0");
}

static void tables_that_are_not_ours(void **state)
{
    (void)state;
    static const char *const makings[][3] = {
        {"CREATE VIEW autogen_version AS SELECT 'a001' AS version_num", NULL},
        {"CREATE TABLE autogen_version (version TEXT)", NULL},
        {"CREATE TABLE Autogen_Version (version_num TEXT)",
         "CREATE TRIGGER g AFTER UPDATE ON autogen_version BEGIN SELECT 1; END", NULL},
        {"CREATE VIRTUAL TABLE autogen_version USING fts5(version_num)", NULL},
        {"CREATE TABLE autogen_log (id INTEGER PRIMARY KEY)", NULL},
    };
    write_three();
    for (size_t i = 0; i < G_N_ELEMENTS(makings); i++) {
        for (int s = 0; makings[i][s] != NULL; s++)
            rig_sql(&rig, makings[i][s]);
        GPtrArray *ids = ag_history_current(rig.db, rig.pool, &rig.options, rig.diag);
        rig_expect(&rig, ids != NULL, AG_PROBLEM_VERSION_TABLE);
        GPtrArray *path = ag_pool_array(rig.pool);
        g_ptr_array_add(path, (gpointer)(guintptr)ag_dag_find(rig_dag(&rig), "a001"));
        rig_expect(&rig,
                   ag_runner_run(rig.db, rig.dag, path, AG_UPGRADE, &rig.options, NULL, rig.diag),
                   AG_PROBLEM_VERSION_TABLE);
        rig_sql(&rig,
                i == 0 ? "DROP VIEW autogen_version" : "DROP TABLE IF EXISTS autogen_version");
        rig_sql(&rig, "DROP TABLE IF EXISTS autogen_log");
    }
    /* A temporary table of that name shadows nothing. */
    rig_sql(&rig, "CREATE TEMP TABLE autogen_version (version_num TEXT)");
    rig_sql(&rig, "INSERT INTO temp.autogen_version VALUES ('zzz')");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT version_num FROM main.autogen_version"), "a003");
}

static bool upgrade_from(const char *rows)
{
    char *sql = g_strdup_printf("INSERT INTO autogen_version VALUES %s", rows);
    rig_sql(&rig, "DELETE FROM autogen_version");
    rig_sql(&rig, sql);
    g_free(sql);
    GPtrArray *path = ag_pool_array(rig.pool);
    g_ptr_array_add(path, (gpointer)(guintptr)ag_dag_find(rig_dag(&rig), "a003"));
    return ag_runner_run(rig.db, rig.dag, path, AG_UPGRADE, &rig.options, NULL, rig.diag);
}

static void rows_that_are_no_state(void **state)
{
    (void)state;
    write_three();
    rig_sql(&rig, "CREATE TABLE autogen_version (version_num TEXT)");
    rig_expect(&rig, upgrade_from("(NULL)"), AG_PROBLEM_VERSION_TABLE);
    rig_expect(&rig, upgrade_from("('')"), AG_PROBLEM_VERSION_TABLE);
    rig_expect(&rig, upgrade_from("('a001'), ('a001')"), AG_PROBLEM_VERSION_TABLE);
    rig_expect(&rig, upgrade_from("('a001'), ('a002')"), AG_PROBLEM_VERSION_TABLE);
    rig_expect(&rig, upgrade_from("('ffff')"), AG_PROBLEM_REVISION_UNKNOWN);
    /* The path was made for another state: a002 is missing under a003. */
    rig_expect(&rig, upgrade_from("('a001')"), AG_PROBLEM_STATE_CHANGED);
    assert_string_equal(rig_schema(&rig), "NULL");
    GPtrArray *ids = ag_pool_array(rig.pool);
    g_ptr_array_add(ids, (gpointer)(guintptr) "a002");
    rig_sql(&rig, "INSERT INTO autogen_version VALUES (NULL), ('a001')");
    rig_must(&rig, ag_runner_stamp(rig.db, rig.dag, ids, false, &rig.options, rig.diag));
    assert_string_equal(rig_heads(&rig), "a002");
}

/* --- edited files --- */

static void edited_files_stop(void **state)
{
    (void)state;
    write_three();
    rig_must(&rig, rig_run(&rig, "a002", AG_UPGRADE));
    rig_file(&rig, "a001", NULL, UP "CREATE  TABLE a (x); -- only a comment\n");
    rig_must(&rig, rig_run(&rig, "a003", AG_UPGRADE));
    rig_file(&rig, "a004", "a003", UP "CREATE TABLE d (x);\n");
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE a (y);\n");
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "stamp --rehash"));
    const char *recorded =
        rig_ask(&rig, "SELECT checksum FROM autogen_log WHERE revision = 'a001'");
    assert_true(rig_says(&rig, recorded));
    assert_true(g_str_has_suffix(ag_diag_problem(rig.diag, 0)->place.file, "a001.sql"));
    rig_expect(&rig, done, AG_PROBLEM_EDITED_REVISION);
    assert_string_equal(rig_heads(&rig), "a003");
    /* Those who only look are warned. */
    rig_must(&rig,
             ag_history_verify(rig.db, rig.pool, rig_dag(&rig), &rig.options, false, rig.diag));
    assert_int_equal(ag_diag_last(rig.diag)->id, AG_PROBLEM_EDITED_REVISION);
    GPtrArray *ids = ag_history_current(rig.db, rig.pool, &rig.options, rig.diag);
    rig_must(&rig, ag_runner_stamp(rig.db, rig_dag(&rig), ids, true, &rig.options, rig.diag));
    assert_string_equal(rig_heads(&rig), "a003");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a004");
}

/* A revision not applied (or taken back) may be edited. */
static void unapplied_files_may_change(void **state)
{
    (void)state;
    rig_file(&rig, "a000", NULL, UP);
    rig_file(&rig, "a001", "a000", UP "CREATE TABLE a (x);\n" DOWN "DROP TABLE a;\n");
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_up(&rig));
    rig_must(&rig, rig_run(&rig, "a000", AG_DOWNGRADE));
    rig_file(&rig, "a001", "a000", UP "CREATE TABLE a (y);\n" DOWN "DROP TABLE a;\n");
    rig_must(&rig, rig_up(&rig));
    rig_must(&rig, rig_up(&rig));
}

static void checksum_of_the_future(void **state)
{
    (void)state;
    write_three();
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    rig_sql(&rig, "UPDATE autogen_log SET checksum = 'v9:blake3:00'");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_UNSUPPORTED);
}

/* --- stamp --- */

static bool stamp(const char *id)
{
    GPtrArray *ids = ag_pool_array(rig.pool);
    if (id != NULL)
        g_ptr_array_add(ids, (gpointer)(guintptr)id);
    return ag_runner_stamp(rig.db, rig_dag(&rig), ids, false, &rig.options, rig.diag);
}

static void stamping(void **state)
{
    (void)state;
    write_three();
    rig_expect(&rig, stamp("ffff"), AG_PROBLEM_REVISION_UNKNOWN);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master"), "0");
    rig.options.dry_run = true;
    rig_must(&rig, stamp("a002"));
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master"), "0");
    rig.options.dry_run = false;
    rig_must(&rig, stamp("a002"));
    assert_string_equal(rig_heads(&rig), "a002");
    assert_string_equal(rig_schema(&rig), "NULL");
    assert_string_equal(rig_ask(&rig, "SELECT revision, direction, status FROM autogen_log"),
                        "a001 stamp stamp; a002 stamp stamp");
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 1);
    rig_must(&rig, stamp(NULL));
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_ask(&rig, "SELECT revision, status FROM autogen_log ORDER BY id DESC"
                                      " LIMIT 1"),
                        "base stamp");
    /* Files edited under a stamp are found too. */
    rig_must(&rig, stamp("a003"));
    rig_file(&rig, "a002", "a001", UP "CREATE TABLE bb (x);\n");
    rig_file(&rig, "a004", "a003", UP "CREATE TABLE d (x);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_EDITED_REVISION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reading_creates_nothing), TEST(table_of_alembic),  TEST(tables_that_are_not_ours),
        TEST(rows_that_are_no_state),  TEST(edited_files_stop), TEST(unapplied_files_may_change),
        TEST(checksum_of_the_future),  TEST(stamping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
