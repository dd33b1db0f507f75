/* SPDX-License-Identifier: MIT */
/* The session, locks, roles and concurrently built indexes. */
#include "runner_rig_pg.h"

static void write_two(void)
{
    rig_file(&rig, "a001", NULL, UP_PG "CREATE TABLE t (id integer);\n");
    rig_file(&rig, "a002", "a001", UP_PG "ALTER TABLE t ADD COLUMN note text;\n");
}

/* A process that runs `hold` in a transaction of its own, waits and ends. */
static pid_t hold_for(int ms, const char *hold)
{
    pid_t child = fork();
    if (child != 0) {
        g_usleep(150 * 1000);
        return child;
    }
    AgDiag *diag = ag_diag_new();
    AgDb *db = rig_connect(&rig);
    bool good = ag_db_begin(db, false, diag) && ag_db_run(db, hold, diag);
    g_usleep((gulong)ms * 1000);
    ag_db_rollback(db);
    ag_db_close(db);
    _exit(good ? 0 : 1);
}

static void wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* --- indexes built concurrently --- */

static void concurrent_index(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE SCHEMA s;\nCREATE TABLE s.t (id integer);\n"
                   "INSERT INTO s.t VALUES (1), (1);\n");
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a002", "a001",
             UP_PG "ALTER TABLE s.t ADD COLUMN note text;\n" ALONE
                   "CREATE UNIQUE INDEX CONCURRENTLY t_id_key ON s.t (id);\n" DOWN_PG ALONE
                   "DROP INDEX CONCURRENTLY s.t_id_key;\n" TOGETHER
                   "ALTER TABLE s.t DROP COLUMN note;\n");
    static const char *const valid =
        "SELECT indisvalid FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE relname ="
        " 't_id_key'";
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "invalid index 't_id_key'"));
    rig_expect(&rig, done, AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(rig_ask(&rig, valid), "f");
    assert_string_equal(rig_heads(&rig), "a001");
    /* Again, and it fails again; then the rows are mended. */
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_ROWS_UNFIT);
    rig_sql(&rig, "DELETE FROM s.t WHERE ctid = (SELECT min(ctid) FROM s.t)");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, valid), "t");
    assert_string_equal(rig_heads(&rig), "a002");
    assert_string_equal(rig_ask(&rig, "SHOW lock_timeout"), "300ms");
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_run(&rig, "a001", AG_DOWNGRADE));
    assert_string_equal(rig_ask(&rig, valid), "");
    assert_string_equal(rig_heads(&rig), "a001");
}

/* Cut off after the server had finished: the valid index is the proof. */
static void concurrent_index_was_done(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE TABLE t (id integer);\n" ALONE
                   "CREATE INDEX CONCURRENTLY t_idx ON t (id);\n"
                   "DROP INDEX CONCURRENTLY t_idx;\n");
    rig_must(&rig, rig_up(&rig));
    rig_sql(&rig, "DELETE FROM autogen_log WHERE step IS NULL");
    rig_sql(&rig, "DELETE FROM autogen_version");
    rig_sql(&rig, "UPDATE autogen_log SET status = 'applying' WHERE step = '2.2'");
    rig_must(&rig, rig_up(&rig));
    rig_sql(&rig, "DELETE FROM autogen_log WHERE step IS NULL OR step = '2.2'");
    rig_sql(&rig, "DELETE FROM autogen_version");
    rig_sql(&rig, "UPDATE autogen_log SET status = 'applying' WHERE step = '2.1'");
    rig_sql(&rig, "CREATE INDEX t_idx ON t (id)");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a001");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM pg_indexes WHERE indexname = 't_idx'"),
                        "0");
}

/* Cut off between its two transactions, or never heard of again. */
static void detaching_goes_on(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE TABLE p (id integer) PARTITION BY RANGE (id);\n"
                   "CREATE TABLE \"P 1\" PARTITION OF p FOR VALUES FROM (1) TO (2);\n");
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a002", "a001",
             UP_PG ALONE "-- autogen:set lock_timeout 200ms\n"
                         "ALTER TABLE p DETACH PARTITION \"P 1\" CONCURRENTLY;\n");
    static const char *const pending = "SELECT inhdetachpending FROM pg_inherits";
    pid_t child = hold_for(900, "SELECT FROM p");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_LOCK_TIMEOUT);
    assert_string_equal(rig_ask(&rig, pending), "t");
    wait_for(child);
    rig_must(&rig, rig_up(&rig));
    assert_true(rig_says(&rig, "finished the detaching of partition \"P 1\""));
    assert_string_equal(rig_ask(&rig, pending), "");
    rig_sql(&rig, "DELETE FROM autogen_log WHERE revision = 'a002' AND step IS NULL");
    rig_sql(&rig, "UPDATE autogen_version SET version_num = 'a001'");
    rig_sql(&rig, "UPDATE autogen_log SET status = 'applying' WHERE revision = 'a002'");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a002");
}

/* What a broken REINDEX leaves goes, and nothing that only looks like it. */
static void reindexing_cleans_up(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP_PG "CREATE TABLE t (id integer);\nCREATE INDEX i ON t (id);\n");
    rig_file(&rig, "a002", "a001", UP_PG ALONE "REINDEX INDEX CONCURRENTLY i;\n");
    rig_must(&rig, rig_up(&rig));
    rig_sql(&rig, "INSERT INTO t VALUES (1), (1)");
    static const char *const names[] = {"i_ccnew", "i_ccold1", "other_ccnew"};
    for (guint n = 0; n < G_N_ELEMENTS(names); n++)
        rig_expect(&rig,
                   ag_db_run(rig.db,
                             ag_pool_printf(rig.pool,
                                            "CREATE UNIQUE INDEX CONCURRENTLY %s ON t (id)",
                                            names[n]),
                             rig.diag),
                   AG_PROBLEM_ROWS_UNFIT);
    rig_sql(&rig, "DELETE FROM autogen_log WHERE revision = 'a002' AND step IS NULL");
    rig_sql(&rig, "UPDATE autogen_version SET version_num = 'a001'");
    rig_sql(&rig, "UPDATE autogen_log SET status = 'applying' WHERE revision = 'a002'");
    rig_must(&rig, rig_up(&rig));
    assert_true(rig_says(&rig, "removed the invalid index 'i_ccnew'"));
    assert_string_equal(rig_ask(&rig, "SELECT string_agg(indexname, ' ' ORDER BY indexname)"
                                      " FROM pg_indexes WHERE tablename = 't'"),
                        "i other_ccnew");
}

/* IF NOT EXISTS over an invalid index says success while nothing is enforced. */
static void invalid_index_is_not_success(void **state)
{
    (void)state;
    rig_sql(&rig, "CREATE TABLE t (id integer)");
    rig_sql(&rig, "INSERT INTO t VALUES (1), (1)");
    rig_expect(&rig,
               ag_db_run(rig.db, "CREATE UNIQUE INDEX CONCURRENTLY t_key ON t (id)", rig.diag),
               AG_PROBLEM_ROWS_UNFIT);
    rig_file(&rig, "a001", NULL,
             UP_PG ALONE "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_key ON t (id);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    assert_string_equal(rig_heads(&rig), "");
}

/* The waiting of a concurrent build is in nobody's way: lock_timeout does not end it. */
static void concurrent_index_waits(void **state)
{
    (void)state;
    write_two();
    rig_file(&rig, "a003", "a002", UP_PG ALONE "CREATE INDEX CONCURRENTLY t_idx ON t (id);\n");
    rig_must(&rig, rig_run(&rig, "a002", AG_UPGRADE));
    pid_t child = hold_for(1200, "INSERT INTO t VALUES (1)");
    rig_must(&rig, rig_up(&rig));
    wait_for(child);
    assert_string_equal(rig_heads(&rig), "a003");
}

/* --- the session --- */

static void session_is_reset(void **state)
{
    (void)state;
    rig_sql(&rig, "CREATE SCHEMA other");
    const char *role = make_role("r");
    char *body = g_strdup_printf(
        UP_PG "SET search_path = other;\nSET statement_timeout = '77s';\nSET my.own = 'x';\n"
              "SET default_tablespace = 'pg_default';\nCREATE TEMP TABLE t (id integer);\n"
              "SET ROLE %s;\n",
        role);
    rig_file(&rig, "a001", NULL, body);
    g_free(body);
    rig_file(&rig, "a002", "a001", UP_PG "CREATE TABLE t (id integer);\n");
    body = g_strdup_printf(UP_PG TOGETHER "-- autogen:set search_path other, public\n"
                                          "CREATE TABLE w (id integer);\n" TOGETHER
                                          "CREATE TABLE x (id integer);\n");
    rig_file(&rig, "a003", "a002", body);
    g_free(body);
    rig_file(&rig, "a004", "a003", UP_PG "SELECT pg_advisory_unlock_all();\n");
    rig_file(&rig, "a005", "a004", UP_PG "SELECT 1;\n");
    rig_must(&rig, rig_up(&rig));
    assert_true(rig_says(&rig, "taken again"));
    assert_string_equal(rig_ask(&rig, "SELECT n.nspname, c.relname FROM pg_class c JOIN"
                                      " pg_namespace n ON n.oid = relnamespace WHERE relname IN"
                                      " ('t', 'w', 'x') ORDER BY 2"),
                        "public t; other w; public x");
    assert_string_equal(rig_ask(&rig, "SELECT current_setting('statement_timeout'),"
                                      " current_setting('default_tablespace'), current_user ="
                                      " session_user, current_setting('lock_timeout')"),
                        "0  t 300ms");
    drop_role(role);
}

/* --- locks --- */

static void runner_lock_is_held(void **state)
{
    (void)state;
    write_two();
    rig_file(&rig, "z001", "a001", UP_PG "SELECT pg_sleep(3);\n");
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    pid_t child = fork();
    if (child == 0) {
        rig.db_options.application = "autogen/holder";
        rig.db = rig_connect(&rig);
        _exit(rig_run(&rig, "z001", AG_UPGRADE) ? 0 : 1);
    }
    for (int i = 0; i < 100; i++) {
        if (strcmp(rig_ask(&rig, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
                   "0") != 0)
            break;
        g_usleep(50 * 1000);
    }
    g_usleep(200 * 1000);
    bool done = rig_run(&rig, "a002", AG_UPGRADE);
    assert_true(rig_says(&rig, "autogen/holder"));
    assert_true(rig_says(&rig, "pg_terminate_backend("));
    rig_expect(&rig, done, AG_PROBLEM_LOCK_TIMEOUT);
    assert_string_equal(schema(), "t id");
    rig.options.lock_wait_ms = 20000;
    rig_must(&rig, rig_run(&rig, "a002", AG_UPGRADE));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_string_equal(rig_heads(&rig), "a002,z001");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
                        "0");
}

static void table_lock_is_retried(void **state)
{
    (void)state;
    write_two();
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    pid_t child = hold_for(3000, "SELECT * FROM t");
    rig.options.retries = 2;
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "it was tried 3 times"));
    assert_true(rig_says(&rig, "has a transaction open since"));
    rig_expect(&rig, done, AG_PROBLEM_LOCK_TIMEOUT);
    assert_string_equal(rig_heads(&rig), "a001");
    rig.options.retries = 20;
    rig_must(&rig, rig_up(&rig));
    assert_true(rig_says(&rig, "trying again (1 of 20)"));
    wait_for(child);
    assert_string_equal(rig_heads(&rig), "a002");
}

/* The tables a rehearsal makes are rolled back with it, and made again by the next try. */
static void rehearsal_is_retried(void **state)
{
    (void)state;
    rig_sql(&rig, "CREATE TABLE t (id integer)");
    rig_file(&rig, "a001", NULL, UP_PG "ALTER TABLE t ADD COLUMN note text;\n");
    pid_t child = hold_for(1000, "SELECT * FROM t");
    rig.options.dry_run = true;
    rig.options.retries = 20;
    rig_must(&rig, rig_up(&rig));
    wait_for(child);
    assert_string_equal(schema(), "t id");
    assert_string_equal(rig_heads(&rig), "");
}

static int child_upgrade(void)
{
    rig.db = rig_connect(&rig);
    ag_diag_rewind(rig.diag, 0);
    GPtrArray *current = ag_history_current(rig.db, rig.pool, &rig.options, rig.diag);
    GPtrArray *heads =
        current == NULL ? NULL : ag_dag_resolve(rig.dag, "heads", current, AG_UPGRADE, rig.diag);
    GPtrArray *path =
        heads == NULL ? NULL : ag_dag_path(rig.dag, current, heads, AG_UPGRADE, rig.diag);
    guint applied = 0;
    bool good = path != NULL &&
                ag_runner_run(rig.db, rig.dag, path, AG_UPGRADE, &rig.options, &applied, rig.diag);
    if (!good)
        rig_show(&rig);
    ag_db_close(rig.db);
    return good ? (int)applied : 100;
}

/* On an empty database, with a concurrent index in the middle: nobody's snapshot may be waited for.
 */
static void eight_at_once(void **state)
{
    (void)state;
    enum { RUNNERS = 8, REVISIONS = 9 };
    char id[16] = "", parent[16], *body;
    for (int i = 1; i <= REVISIONS; i++) {
        g_strlcpy(parent, id, sizeof parent);
        g_snprintf(id, sizeof id, "r%03d", i);
        body = g_strdup_printf(UP_PG "CREATE TABLE t%d (x integer);\n%s", i,
                               i % 3 == 0 ? ALONE "CREATE INDEX CONCURRENTLY ON t1 (x);\n"
                                                  "CREATE INDEX CONCURRENTLY t_1_x ON t1 (x);\n"
                                                  "DROP INDEX CONCURRENTLY t_1_x;\n"
                                          : "");
        rig_file(&rig, id, i == 1 ? NULL : parent, body);
        g_free(body);
    }
    rig_dag(&rig);
    rig.options.lock_wait_ms = 60000;
    pid_t children[RUNNERS];
    for (int i = 0; i < RUNNERS; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(child_upgrade());
    }
    int total = 0;
    for (int i = 0; i < RUNNERS; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= REVISIONS);
        total += WEXITSTATUS(status);
    }
    assert_int_equal(total, REVISIONS);
    assert_string_equal(rig_heads(&rig), "r009");
    assert_string_equal(
        rig_ask(&rig, "SELECT count(*), count(DISTINCT revision) FROM autogen_log WHERE status ="
                      " 'done' AND step IS NULL"),
        "9 9");
}

/* --- rights and roles --- */

static void rights(void **state)
{
    (void)state;
    const char *role = make_role("q");
    const char *be = ag_pool_printf(rig.pool, "SET ROLE %s", role);
    write_two();
    /* Which everybody has before 15. */
    rig_sql(&rig, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    rig_sql(&rig, be);
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "GRANT CREATE ON SCHEMA"));
    rig_expect(&rig, done, AG_PROBLEM_PERMISSION);
    rig_sql(&rig, "RESET ROLE");
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    rig_sql(&rig, be);
    GPtrArray *ids = ag_history_current(rig.db, rig.pool, &rig.options, rig.diag);
    assert_true(rig_says(&rig, "GRANT SELECT"));
    rig_expect(&rig, ids != NULL, AG_PROBLEM_PERMISSION);
    rig_sql(&rig, "RESET ROLE");
    rig_sql(&rig,
            ag_pool_printf(rig.pool, "GRANT SELECT ON autogen_version, autogen_log TO %s", role));
    rig_sql(&rig, be);
    assert_string_equal(rig_heads(&rig), "a001");
    done = rig_up(&rig);
    assert_true(rig_says(&rig, "INSERT, UPDATE, DELETE"));
    rig_expect(&rig, done, AG_PROBLEM_PERMISSION);
    rig_sql(&rig, "RESET ROLE");
    drop_role(role);
}

/* The role the connection begins with owns everything, whatever role a revision SETs. */
static void role_of_the_connection(void **state)
{
    (void)state;
    const char *owner = make_role("owner"), *other = make_role("other");
    rig_sql(&rig, ag_pool_printf(rig.pool, "GRANT CREATE ON SCHEMA public TO %s", owner));
    rig_sql(&rig, ag_pool_printf(rig.pool, "GRANT %s TO %s", other, owner));
    reopen("autogen/test", ag_pool_printf(rig.pool, "options='-c role=%s'", owner));
    rig_file(&rig, "a001", NULL,
             ag_pool_printf(rig.pool, UP_PG "CREATE TABLE t (id integer);\nSET ROLE %s;\n", other));
    rig_file(&rig, "a002", "a001", UP_PG "CREATE TABLE u (id integer);\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
                                      " AND tableowner = current_user"),
                        "4");
    reopen("autogen/test", "options='-c role=none'");
    drop_role(other);
    drop_role(owner);
}

/* Each part that commits by itself begins as a run that is resumed there would. */
static void parts_begin_alike(void **state)
{
    (void)state;
    const char *role = make_role("part");
    rig_sql(&rig, ag_pool_printf(rig.pool, "GRANT CREATE ON SCHEMA public TO %s", role));
    rig_file(&rig, "a001", NULL,
             ag_pool_printf(rig.pool,
                            UP_PG "SET ROLE %s;\nSET statement_timeout = '77s';\n"
                                  "CREATE TABLE t (id integer);\n" ALONE
                                  "-- autogen:set role %s\nCREATE TABLE u (id integer);\n"
                                  "CREATE INDEX CONCURRENTLY i ON t (id);\n" TOGETHER
                                  "CREATE TABLE v AS SELECT current_setting("
                                  "'statement_timeout') AS now;\n",
                            role, role));
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT tablename, tableowner = current_user FROM pg_tables"
                                      " WHERE tablename IN ('t', 'u', 'v') ORDER BY 1"),
                        "t f; u f; v t");
    assert_string_equal(rig_ask(&rig, "SELECT now FROM v"), "0");
    rig_sql(&rig, "DROP TABLE t, u");
    drop_role(role);
}

/* What the runner has prepared can be done away with by words it sees and by some it cannot see. */
static void plans_are_lost(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS"
                   " 'BEGIN EXECUTE ''DEALLOCATE ALL''; RETURN 1; END';\n"
                   "CREATE TABLE t (id integer);\nINSERT INTO t VALUES (1);\n");
    rig_file(&rig, "a002", "a001", UP_PG "CREATE TABLE u (id integer);\nDEALLOCATE ALL;\n");
    rig_file(&rig, "a003", "a002", UP_PG "CREATE TABLE v (id integer);\n");
    rig_file(&rig, "a004", "a003", UP_PG "ALTER TABLE t ADD COLUMN n integer DEFAULT f();\n");
    rig_file(&rig, "a005", "a004", UP_PG "CREATE TABLE w (id integer);\n");
    rig_must(&rig, rig_run(&rig, "a003", AG_UPGRADE));
    assert_false(rig_says(&rig, "had prepared"));
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a005");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM autogen_log WHERE status = 'done'"),
                        "5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(concurrent_index),
        TEST(concurrent_index_was_done),
        TEST(detaching_goes_on),
        TEST(reindexing_cleans_up),
        TEST(invalid_index_is_not_success),
        TEST(concurrent_index_waits),
        TEST(session_is_reset),
        TEST(runner_lock_is_held),
        TEST(table_lock_is_retried),
        TEST(rehearsal_is_retried),
        TEST(eight_at_once),
        TEST(rights),
        TEST(role_of_the_connection),
        TEST(parts_begin_alike),
        TEST(plans_are_lost),
    };
    RUN_ON_PG(tests);
}
