/* SPDX-License-Identifier: MIT */
/* Needs AUTOGEN_TEST_PG: the URL (or libpq string) of a superuser; each test has a database of its
 * own. */
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
static const char *schema(void)
{
    return rig_ask(&rig,
                   "SELECT string_agg(c.relname || ' ' || coalesce(a.attname, ''), ',' ORDER BY"
                   " c.relname, a.attnum) FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid ="
                   " c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace ="
                   " 'public'::regnamespace AND c.relname NOT LIKE 'autogen%'");
}

static void write_two(void)
{
    rig_file(&rig, "a001", NULL, UP_PG "CREATE TABLE t (id integer);\n" DOWN_PG "DROP TABLE t;\n");
    rig_file(&rig, "a002", "a001",
             UP_PG
             "ALTER TABLE t ADD COLUMN note text;\nCREATE INDEX t_note_idx ON t (note);\n" DOWN_PG
             "DROP INDEX t_note_idx;\nALTER TABLE t DROP COLUMN note;\n");
}

/* --- up and down --- */

static void up_and_down(void **state)
{
    (void)state;
    write_two();
    assert_string_equal(rig_heads(&rig), "");
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 2);
    assert_string_equal(rig_heads(&rig), "a002");
    assert_string_equal(
        rig_ask(&rig, "SELECT revision, direction, step, status FROM public.autogen_log ORDER BY"
                      " id"),
        "a001 upgrade NULL done; a002 upgrade NULL done");
    assert_string_equal(
        rig_ask(&rig, "SELECT count(*) FROM public.autogen_log WHERE finished >= started AND"
                      " duration_ms >= 0 AND user_name = session_user AND host <> ''"),
        "2");
    AgRows *log = ag_history_log(rig.db, rig.pool, &rig.options, rig.diag);
    assert_non_null(log);
    assert_true(g_str_has_suffix(ag_rows_get(log, 0, ag_rows_column(log, "finished")), "Z"));
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 0);
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_run(&rig, "base", AG_DOWNGRADE));
    assert_string_equal(schema(), "NULL");
    assert_string_equal(rig_heads(&rig), "");
}

static void failure_at_each_position(void **state)
{
    (void)state;
    static const char *const statements[] = {"CREATE TABLE u (id integer)",
                                             "INSERT INTO t VALUES (7)",
                                             "ALTER TABLE t ADD COLUMN extra text"};
    rig_file(&rig, "a001", NULL, UP_PG "CREATE TABLE t (id integer);\n");
    rig_must(&rig, rig_up(&rig));
    for (size_t bad = 0; bad <= G_N_ELEMENTS(statements); bad++) {
        GString *body = g_string_new(UP_PG);
        for (size_t i = 0; i <= G_N_ELEMENTS(statements); i++) {
            if (i == bad)
                g_string_append(body, "SELECT 1 /\n  0;\n");
            if (i < G_N_ELEMENTS(statements))
                g_string_append_printf(body, "%s;\n", statements[i]);
        }
        rig_file(&rig, "a002", "a001", body->str);
        g_string_free(body, TRUE);
        bool done = rig_up(&rig);
        assert_string_equal(ag_diag_problem(rig.diag, 0)->sqlstate, "22012");
        assert_int_equal(ag_diag_problem(rig.diag, 0)->place.line, 7 + (int)bad);
        rig_expect(&rig, done, AG_PROBLEM_STATEMENT);
        assert_string_equal(schema(), "t id");
        assert_string_equal(rig_heads(&rig), "a001");
        assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t"), "0");
    }
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM autogen_log WHERE status = 'failed' AND"
                                      " error LIKE '%22012%'"),
                        "4");
}

/* Deferred constraints fail at COMMIT: nothing may be recorded then. */
static void failure_at_commit(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (p integer REFERENCES"
                   " p DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(schema(), "NULL");
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_ask(&rig, "SELECT status FROM autogen_log"), "failed");
}

/* --- transactions that are ended by the revision --- */

static AgStatement *first_statement(const char *id)
{
    const AgRevision *revision = ag_dag_find(rig_dag(&rig), id);
    AgStep *step = g_ptr_array_index(revision->blocks[AG_DIALECT_POSTGRESQL][AG_UPGRADE]->steps, 0);
    return g_ptr_array_index(step->statements, 0);
}

static void transaction_ended(void **state)
{
    (void)state;
    static const char *const endings[] = {"COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "COMMIT"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        rig_file(&rig, "a001", NULL, UP_PG "SELECT 1;\n");
        first_statement("a001")->sql = endings[i];
        rig_expect(&rig, rig_up(&rig), AG_PROBLEM_TRANSACTION_LEFT);
        assert_string_equal(rig_heads(&rig), "");
    }
    /* What procedures and DO blocks try, the server refuses inside our transaction. */
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE TABLE t (id integer);\nDO $$ BEGIN COMMIT; END $$;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    rig_file(&rig, "a001", NULL,
             UP_PG
             "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL p();\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    assert_string_equal(schema(), "NULL");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM autogen_log WHERE status = 'failed'"),
                        "5");
}

/* --- killed --- */

static void kill_at_second(const AgRevision *revision, AgDirection direction, guint statement,
                           guint n_statements, bool done, void *data)
{
    (void)revision, (void)direction, (void)n_statements;
    if (statement != 2 || done)
        return;
    AgDb *other = data;
    AgDiag *diag = ag_diag_new();
    assert_true(ag_db_run(other,
                          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE"
                          " application_name = 'autogen/victim'",
                          diag));
    ag_diag_free(diag);
}

static void reopen(const char *application)
{
    ag_db_close(rig.db);
    rig.db_options.application = application;
    rig.db = rig_connect(&rig);
}

static void backend_killed(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP_PG "CREATE TABLE t (id integer);\n");
    rig_file(&rig, "a002", "a001",
             UP_PG "CREATE TABLE u (id integer);\nCREATE TABLE v (id integer);\n");
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    AgDb *other = rig_connect(&rig);
    reopen("autogen/victim");
    rig.options.progress = kill_at_second;
    rig.options.progress_data = other;
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_CONNECTION_LOST);
    rig.options.progress = NULL;
    ag_db_close(other);
    reopen("autogen/test");
    assert_string_equal(schema(), "t id");
    assert_string_equal(rig_heads(&rig), "a001");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a002");
}

static void killed_outside_a_transaction(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP_PG "CREATE TABLE t (id integer);\n" ALONE "SELECT pg_terminate_backend("
                   "pg_backend_pid());\nANALYZE t;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_CONNECTION_LOST);
    reopen("autogen/test");
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_ask(&rig, "SELECT step, status FROM autogen_log ORDER BY id"),
                        "1 done; 2.1 applying");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_PARTIAL);
    rig_must(&rig, ag_runner_settle(rig.db, rig.dag, "a001", true, &rig.options, rig.diag));
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a001");
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

/* --- the session --- */

static void session_is_reset(void **state)
{
    (void)state;
    rig_sql(&rig, "CREATE SCHEMA other");
    char *role = g_strdup_printf("autogen_r_%d", (int)getpid());
    char *sql = g_strdup_printf("CREATE ROLE %s", role);
    rig_sql(&rig, sql);
    g_free(sql);
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
    sql = g_strdup_printf("DROP ROLE %s", role);
    rig_sql(&rig, sql);
    g_free(sql);
    g_free(role);
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
    AgDb *other = rig_connect(&rig);
    rig_must(&rig, ag_db_begin(other, false, rig.diag));
    rig_must(&rig, ag_db_run(other, "SELECT * FROM t", rig.diag));
    rig.options.retries = 2;
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "it was tried 3 times"));
    assert_true(rig_says(&rig, "has a transaction open since"));
    rig_expect(&rig, done, AG_PROBLEM_LOCK_TIMEOUT);
    assert_string_equal(rig_heads(&rig), "a001");
    pid_t child = fork();
    if (child == 0) {
        g_usleep(600 * 1000);
        AgDiag *diag = ag_diag_new();
        AgDb *killer = rig_connect(&rig);
        _exit(ag_db_run(killer,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state ="
                        " 'idle in transaction'",
                        diag)
                  ? 0
                  : 1);
    }
    rig.options.retries = 20;
    rig_must(&rig, rig_up(&rig));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    ag_db_close(other);
    assert_string_equal(rig_heads(&rig), "a002");
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

/* --- the version table --- */

static void tables_that_are_not_ours(void **state)
{
    (void)state;
    static const char *const makings[][2] = {
        {"CREATE VIEW autogen_version AS SELECT 'a001'::text AS version_num", NULL},
        {"CREATE UNLOGGED TABLE autogen_version (version_num text)", NULL},
        {"CREATE TABLE autogen_version (version text)", NULL},
        {"CREATE TABLE autogen_version (version_num text)",
         "ALTER TABLE autogen_version ENABLE ROW LEVEL SECURITY"},
        {"CREATE TABLE autogen_version (version_num text)",
         "CREATE RULE r AS ON INSERT TO autogen_version DO INSTEAD NOTHING"},
        {"CREATE TABLE autogen_version (version_num text)",
         "CREATE TRIGGER g BEFORE INSERT ON autogen_version EXECUTE FUNCTION"
         " suppress_redundant_updates_trigger()"},
        {"CREATE TABLE autogen_version (version_num text) PARTITION BY LIST (version_num)", NULL},
        {"CREATE TABLE autogen_log (id integer)", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(makings); i++) {
        rig_sql(&rig, makings[i][0]);
        if (makings[i][1] != NULL && strstr(makings[i][1], "TRIGGER") == NULL)
            rig_sql(&rig, makings[i][1]);
        else if (makings[i][1] != NULL)
            rig_sql(&rig, "CREATE TRIGGER g BEFORE UPDATE ON autogen_version FOR EACH ROW EXECUTE"
                          " FUNCTION suppress_redundant_updates_trigger()");
        GPtrArray *ids = ag_history_current(rig.db, rig.pool, &rig.options, rig.diag);
        rig_expect(&rig, ids != NULL, AG_PROBLEM_VERSION_TABLE);
        rig_sql(&rig, i == 0 ? "DROP VIEW autogen_version"
                             : "DROP TABLE IF EXISTS autogen_version, autogen_log");
    }
}

/* Tables of that name on the search_path, temporary ones, and operators of strangers: none of them
 * may come into it. */
static void nothing_shadows(void **state)
{
    (void)state;
    write_two();
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    rig_sql(&rig, "CREATE FUNCTION public.never(varchar, varchar) RETURNS boolean LANGUAGE sql AS"
                  " 'SELECT false'");
    rig_sql(&rig, "CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION ="
                  " public.never)");
    rig_sql(&rig, "CREATE TEMP TABLE autogen_version (version_num text)");
    rig_sql(&rig, "INSERT INTO pg_temp.autogen_version VALUES ('zzz')");
    assert_string_equal(rig_heads(&rig), "a001");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT version_num FROM public.autogen_version"), "a002");
}

static void other_schema(void **state)
{
    (void)state;
    write_two();
    rig.options.version_schema = "ops";
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    rig_sql(&rig, "CREATE SCHEMA ops");
    rig_sql(&rig, "CREATE TABLE ops.alembic_version (version_num varchar(32) NOT NULL,"
                  " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
    rig.options.version_table = "alembic_version";
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT version_num FROM ops.alembic_version"), "a002");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM ops.autogen_log"), "2");
    char *long_id = g_strnfill(40, 'f');
    rig_file(&rig, long_id, "a002", UP_PG "SELECT 1;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_VERSION_TABLE);
    g_free(long_id);
    rig.options.version_schema = NULL;
    assert_string_equal(rig_heads(&rig), "");
    assert_true(rig_says(&rig, "version-table-schema = ops"));
}

static void rights(void **state)
{
    (void)state;
    write_two();
    char *role = g_strdup_printf("autogen_q_%d", (int)getpid());
    char *sql = g_strdup_printf("CREATE ROLE %s", role);
    rig_sql(&rig, sql);
    g_free(sql);
    sql = g_strdup_printf("SET ROLE %s", role);
    rig_sql(&rig, sql);
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "GRANT CREATE ON SCHEMA"));
    rig_expect(&rig, done, AG_PROBLEM_PERMISSION);
    rig_sql(&rig, "RESET ROLE");
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    rig_sql(&rig, sql);
    GPtrArray *ids = ag_history_current(rig.db, rig.pool, &rig.options, rig.diag);
    assert_true(rig_says(&rig, "GRANT SELECT"));
    rig_expect(&rig, ids != NULL, AG_PROBLEM_PERMISSION);
    rig_sql(&rig, "RESET ROLE");
    g_free(sql);
    sql = g_strdup_printf("GRANT SELECT ON autogen_version, autogen_log TO %s", role);
    rig_sql(&rig, sql);
    g_free(sql);
    sql = g_strdup_printf("SET ROLE %s", role);
    rig_sql(&rig, sql);
    assert_string_equal(rig_heads(&rig), "a001");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_PERMISSION);
    rig_sql(&rig, "RESET ROLE");
    g_free(sql);
    sql = g_strdup_printf("DROP OWNED BY %s", role);
    rig_sql(&rig, sql);
    g_free(sql);
    sql = g_strdup_printf("DROP ROLE %s", role);
    rig_sql(&rig, sql);
    g_free(sql);
    g_free(role);
}

/* --- rehearsal, all in one, stamp --- */

static void dry_run_and_all_in_one(void **state)
{
    (void)state;
    write_two();
    rig.options.dry_run = true;
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 2);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM pg_class WHERE relname LIKE"
                                      " 'autogen%' OR relname = 't'"),
                        "0");
    rig.options.dry_run = false;
    rig.options.all_in_one = true;
    rig_file(&rig, "a003", "a002", UP_PG "SELECT 1/0;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    assert_string_equal(schema(), "NULL");
    rig_file(&rig, "a003", "a002", UP_PG "SET search_path = pg_catalog;\n");
    rig_file(&rig, "a004", "a003", UP_PG "CREATE TABLE u (id integer);\n");
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 4);
    assert_string_equal(rig_heads(&rig), "a004");
}

static void stamp_and_batches(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP_PG "SELECT 1/0;\n");
    rig_file(&rig, "a002", "a001",
             UP_PG "CREATE TABLE t AS SELECT i AS id, 0 AS done FROM generate_series(1, 10) i;\n"
                   "-- autogen:step batched\n"
                   "UPDATE t SET done = done + 1 WHERE id IN (SELECT id FROM t WHERE done = 0 LIMIT"
                   " 3);\n");
    GPtrArray *ids = ag_pool_array(rig.pool);
    g_ptr_array_add(ids, (gpointer)(guintptr) "a001");
    rig_must(&rig, ag_runner_stamp(rig.db, rig_dag(&rig), ids, false, &rig.options, rig.diag));
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 1);
    assert_string_equal(rig_ask(&rig, "SELECT sum(done), max(done), count(DISTINCT xmin::text)"
                                      " FROM t"),
                        "10 1 4");
    assert_string_equal(rig_heads(&rig), "a002");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(up_and_down),
        TEST(failure_at_each_position),
        TEST(failure_at_commit),
        TEST(transaction_ended),
        TEST(backend_killed),
        TEST(killed_outside_a_transaction),
        TEST(concurrent_index),
        TEST(concurrent_index_was_done),
        TEST(invalid_index_is_not_success),
        TEST(session_is_reset),
        TEST(runner_lock_is_held),
        TEST(table_lock_is_retried),
        TEST(eight_at_once),
        TEST(tables_that_are_not_ours),
        TEST(nothing_shadows),
        TEST(other_schema),
        TEST(rights),
        TEST(dry_run_and_all_in_one),
        TEST(stamp_and_batches),
    };
    if (server() == NULL) {
        print_message("AUTOGEN_TEST_PG is not set: skipped\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
