/* SPDX-License-Identifier: MIT */
#include "runner_rig_pg.h"

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

static void backend_killed(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP_PG "CREATE TABLE t (id integer);\n");
    rig_file(&rig, "a002", "a001",
             UP_PG "CREATE TABLE u (id integer);\nCREATE TABLE v (id integer);\n");
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    AgDb *other = rig_connect(&rig);
    reopen("autogen/victim", "");
    rig.options.progress = kill_at_second;
    rig.options.progress_data = other;
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_CONNECTION_LOST);
    rig.options.progress = NULL;
    ag_db_close(other);
    reopen("autogen/test", "");
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
    reopen("autogen/test", "");
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_ask(&rig, "SELECT step, status FROM autogen_log ORDER BY id"),
                        "1 done; 2.1 applying");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_PARTIAL);
    rig_must(&rig, ag_runner_settle(rig.db, rig.dag, "a001", true, &rig.options, rig.diag));
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a001");
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
    rig_sql(&rig, "CREATE FUNCTION public.never(varchar, text) RETURNS boolean LANGUAGE sql AS"
                  " 'SELECT false'");
    rig_sql(&rig, "CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = text, FUNCTION ="
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

/* --- consent --- */

static void words_that_destroy(void **state)
{
    (void)state;
    static const char *const destroying[][2] = {
        {"TRUNCATE t, ONLY public.u CASCADE", "deletes-data:public.u"},
        {"DROP SCHEMA s CASCADE", "deletes-data:s"},
        {"DROP TYPE IF EXISTS k CASCADE", "deletes-data:k"},
        {"DROP EXTENSION IF EXISTS citext", "drops-extension:citext"},
        {"ALTER TABLE IF EXISTS ONLY public.t ALTER COLUMN a DROP DEFAULT, DROP COLUMN IF EXISTS"
         " \"A b\"",
         "deletes-data:public.t.A b"},
        {"ALTER TYPE pair DROP ATTRIBUTE x", "deletes-data:pair.x"},
        {"DROP OWNED BY CURRENT_USER", "deletes-data:current_user"},
    };
    static const char *const harmless[] = {
        ("ALTER TABLE t ALTER COLUMN a DROP NOT NULL, DROP CONSTRAINT IF EXISTS x, ALTER b DROP"
         " IDENTITY IF EXISTS, ALTER COLUMN a DROP EXPRESSION IF EXISTS"),
        "DROP SCHEMA IF EXISTS s", "DROP TYPE IF EXISTS nothing",
        "SELECT 'TRUNCATE t', $$DROP TABLE t$$", "DROP VIEW IF EXISTS v CASCADE"};
    for (size_t i = 0; i < G_N_ELEMENTS(destroying); i++) {
        rig_file(&rig, "a001", NULL, ag_pool_printf(rig.pool, UP_PG "%s;\n", destroying[i][0]));
        bool done = rig_up(&rig);
        if (!rig_says(&rig, destroying[i][1]))
            rig_show(&rig);
        assert_true(rig_says(&rig, destroying[i][1]));
        rig_expect(&rig, done, AG_PROBLEM_DESTRUCTIVE);
    }
    rig_sql(&rig, "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL)");
    for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++) {
        char id[16];
        g_snprintf(id, sizeof id, "b%03zu", i);
        rig_remove_files(&rig);
        rig_sql(&rig, "DROP TABLE IF EXISTS autogen_version, autogen_log");
        rig_file(&rig, id, NULL, ag_pool_printf(rig.pool, UP_PG "%s;\n", harmless[i]));
        rig_must(&rig, rig_up(&rig));
    }
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
        TEST(tables_that_are_not_ours),
        TEST(nothing_shadows),
        TEST(other_schema),
        TEST(words_that_destroy),
        TEST(dry_run_and_all_in_one),
        TEST(stamp_and_batches),
    };
    RUN_ON_PG(tests);
}
