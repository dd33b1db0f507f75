/* SPDX-License-Identifier: MIT */
/* Steps outside a transaction, and what is left when they are cut off. */
#include "runner_rig.h"

static Rig rig;

RIG_ON_SQLITE(rig)

#define ALONE "-- autogen:step no-transaction\n"
#define TOGETHER "-- autogen:step\n"
#define BATCHED "-- autogen:step batched\n"

static const char *rows(void)
{
    return rig_ask(&rig, "SELECT revision, step, status FROM autogen_log ORDER BY id");
}

static void batches(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (id INTEGER PRIMARY KEY, done INTEGER DEFAULT 0);\n"
                "INSERT INTO t (id) VALUES (1), (2), (3), (4), (5);\n" BATCHED
                "UPDATE t SET done = done + 1 WHERE id IN (SELECT id FROM t WHERE done = 0 LIMIT"
                " 2);\nDELETE FROM t WHERE id > 4;\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT count(*), sum(done) FROM t"), "4 4");
    assert_string_equal(rows(), "a001 1 done; a001 2.1 done; a001 2.2 done; a001 NULL done");
    assert_string_equal(rig_heads(&rig), "a001");
}

/* What is done is not done again; what failed may be corrected in the file. */
static void failure_and_resumption(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE t (x);\n");
    rig_must(&rig, rig_up(&rig));
    rig_sql(&rig, "DELETE FROM autogen_log");
    rig_file(&rig, "a002", "a001",
             UP "INSERT INTO t VALUES (1);\n" ALONE "INSERT INTO t VALUES (2);\n"
                "INSERT INTO missing VALUES (3);\nINSERT INTO t VALUES (4);\n");
    bool done = rig_up(&rig);
    assert_int_equal(ag_diag_problem(rig.diag, 0)->place.line, 10);
    assert_true(rig_says(&rig, "the next run goes on here"));
    rig_expect(&rig, done, AG_PROBLEM_STATEMENT);
    assert_string_equal(rows(), "a002 1 done; a002 2.1 done; a002 2.2 failed");
    assert_string_equal(rig_heads(&rig), "a001");
    rig_file(&rig, "a002", "a001",
             UP "INSERT INTO t VALUES (1); -- a comment\n" ALONE "INSERT INTO t VALUES (2);\n"
                "INSERT INTO t VALUES (3);\nINSERT INTO t VALUES (4);\n" TOGETHER
                "INSERT INTO t VALUES (5);\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT group_concat(x) FROM t"), "1,2,3,4,5");
    assert_string_equal(rows(), "a002 1 done; a002 2.1 done; a002 2.2 failed; a002 2.2 done;"
                                " a002 2.3 done; a002 NULL done");
    assert_string_equal(rig_heads(&rig), "a002");
}

static void done_parts_must_not_change(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (x);\n" ALONE "INSERT INTO t VALUES (2);\n"
                "INSERT INTO missing VALUES (3);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (x);\n" ALONE "INSERT INTO t VALUES (22);\n"
                "INSERT INTO t VALUES (3);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_PARTIAL);
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (x, y);\n" ALONE "INSERT INTO t VALUES (2);\n"
                "INSERT INTO t VALUES (3);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_PARTIAL);
    assert_string_equal(rig_ask(&rig, "SELECT group_concat(x) FROM t"), "2");
}

/* What a killed runner leaves: a row "applying". */
static void cut_off(const char *statement)
{
    rig_file(&rig, "a000", NULL, UP "CREATE TABLE t (x);\n");
    rig_must(&rig, rig_run(&rig, "a000", AG_UPGRADE));
    char *body = g_strdup_printf(UP ALONE "%s;\n", statement);
    rig_file(&rig, "a001", "a000", body);
    g_free(body);
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    rig_sql(&rig, "DELETE FROM autogen_log WHERE revision = 'a001' AND step IS NULL");
    rig_sql(&rig, "UPDATE autogen_log SET status = 'applying', finished = NULL WHERE step = '1.1'");
    rig_sql(&rig, "UPDATE autogen_version SET version_num = 'a000'");
}

static void cut_off_and_repeated(void **state)
{
    (void)state;
    cut_off("VACUUM");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a001");
}

static void cut_off_and_edited(void **state)
{
    (void)state;
    cut_off("VACUUM");
    rig_file(&rig, "a001", "a000", UP ALONE "ANALYZE;\n");
    rig.options.lock_wait_ms = 0;
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "was edited"));
    rig_expect(&rig, done, AG_PROBLEM_PARTIAL);
}

static AgInterrupted *interrupted(void)
{
    GPtrArray *all = ag_runner_interrupted(rig.db, rig.pool, rig_dag(&rig), &rig.options, rig.diag);
    rig_must(&rig, all != NULL);
    return all->len == 0 ? NULL : g_ptr_array_index(all, 0);
}

static void cut_off_and_settled(void **state)
{
    (void)state;
    for (int took_effect = 0; took_effect < 2; took_effect++) {
        if (took_effect > 0) {
            tear_down(NULL);
            set_up(NULL);
        }
        cut_off("INSERT INTO t VALUES (1)");
        rig_file(&rig, "a002", "a001", UP "CREATE TABLE u (x);\n");
        rig.options.lock_wait_ms = 0;
        bool done = rig_up(&rig);
        assert_true(rig_says(&rig, "autogen repair"));
        rig_expect(&rig, done, AG_PROBLEM_PARTIAL);
        const AgInterrupted *found = interrupted();
        assert_non_null(found);
        assert_string_equal(found->step, "1.1");
        assert_string_equal(found->statement->sql, "INSERT INTO t VALUES (1)");
        assert_false(found->resumes);
        rig_expect(&rig, ag_runner_settle(rig.db, rig.dag, "a002", true, &rig.options, rig.diag),
                   AG_PROBLEM_USAGE);
        rig_must(&rig, ag_runner_settle(rig.db, rig.dag, "a001", took_effect > 0, &rig.options,
                                        rig.diag));
        assert_true(interrupted()->resumes);
        rig_must(&rig, rig_up(&rig));
        assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t"), took_effect > 0 ? "1" : "2");
        assert_string_equal(rig_heads(&rig), "a002");
        assert_null(interrupted());
    }
}

/* Another branch must wait until the interrupted revision is complete, or the state is stamped. */
static void cut_off_elsewhere(void **state)
{
    (void)state;
    cut_off("VACUUM");
    rig_file(&rig, "b001", "a000", UP "CREATE TABLE b (x);\n");
    rig.options.lock_wait_ms = 0;
    bool done = rig_run(&rig, "b001", AG_UPGRADE);
    assert_true(rig_says(&rig, "autogen upgrade a001"));
    rig_expect(&rig, done, AG_PROBLEM_PARTIAL);
    GPtrArray *ids = ag_pool_array(rig.pool);
    g_ptr_array_add(ids, (gpointer)(guintptr) "a000");
    rig_must(&rig, ag_runner_stamp(rig.db, rig.dag, ids, false, &rig.options, rig.diag));
    rig_must(&rig, rig_run(&rig, "b001", AG_UPGRADE));
}

/* A runner that is at work, not dead, is waited for. */
static void another_is_at_work(void **state)
{
    (void)state;
    cut_off("INSERT INTO t VALUES (1)");
    rig.options.lock_wait_ms = 20000;
    ag_db_close(rig.db);
    pid_t child = fork();
    if (child == 0) {
        g_usleep(300 * 1000);
        AgDb *db = rig_connect(&rig);
        bool good =
            ag_db_run(db, "UPDATE autogen_log SET status = 'done' WHERE step = '1.1'", rig.diag);
        ag_db_close(db);
        _exit(good ? 0 : 1);
    }
    rig.db = rig_connect(&rig);
    rig_must(&rig, rig_up(&rig));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t"), "1");
}

static void downgrade_alone(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (x);\n" DOWN ALONE "VACUUM;\n" TOGETHER "DROP TABLE t;\n");
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_up(&rig));
    rig_must(&rig, rig_run(&rig, "base", AG_DOWNGRADE));
    assert_string_equal(rig_schema(&rig), "NULL");
    assert_string_equal(rows(), "a001 NULL done; a001 1.1 done; a001 NULL done");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(batches),
        TEST(failure_and_resumption),
        TEST(done_parts_must_not_change),
        TEST(cut_off_and_repeated),
        TEST(cut_off_and_edited),
        TEST(cut_off_and_settled),
        TEST(cut_off_elsewhere),
        TEST(another_is_at_work),
        TEST(downgrade_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
