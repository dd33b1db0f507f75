/* SPDX-License-Identifier: MIT */
#include "runner_rig.h"

static Rig rig;

RIG_ON_SQLITE(rig)

static void write_two(void)
{
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (id INTEGER PRIMARY KEY);\n" DOWN "DROP TABLE t;\n");
    rig_file(&rig, "a002", "a001",
             UP "ALTER TABLE t ADD COLUMN note TEXT;\nCREATE INDEX t_note_idx ON t (note);\n" DOWN
                "DROP INDEX t_note_idx;\nALTER TABLE t DROP COLUMN note;\n");
}

/* --- up and down --- */

static void upgrade_records(void **state)
{
    (void)state;
    write_two();
    rig.options.tag = "release 7";
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 2);
    assert_string_equal(rig_heads(&rig), "a002");
    assert_string_equal(rig_ask(&rig, "SELECT version_num FROM autogen_version"), "a002");
    assert_string_equal(
        rig_ask(&rig, "SELECT revision, direction, step, status, tag, error FROM autogen_log"),
        "a001 upgrade NULL done release 7 NULL; a002 upgrade NULL done release 7 NULL");
    assert_string_equal(
        rig_ask(&rig, "SELECT count(*) FROM autogen_log WHERE checksum LIKE 'v1:sha256:%' AND"
                      " started LIKE '2%Z' AND finished >= started AND typeof(duration_ms) ="
                      " 'integer' AND user_name <> '' AND host <> '' AND tool_version <> ''"),
        "2");
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 0);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM autogen_log"), "2");
    AgRows *log = ag_history_log(rig.db, rig.pool, &rig.options, rig.diag);
    assert_int_equal(log->n_rows, 2);
    assert_string_equal(ag_rows_get(log, 1, ag_rows_column(log, "revision")), "a002");
}

static void downgrade_goes_back(void **state)
{
    (void)state;
    write_two();
    rig_must(&rig, rig_up(&rig));
    rig_expect(&rig, rig_run(&rig, "base", AG_DOWNGRADE), AG_PROBLEM_DESTRUCTIVE);
    assert_string_equal(rig_heads(&rig), "a002");
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_run(&rig, "a001", AG_DOWNGRADE));
    assert_string_equal(rig_heads(&rig), "a001");
    assert_string_equal(rig_schema(&rig), "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    rig_must(&rig, rig_run(&rig, "base", AG_DOWNGRADE));
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_schema(&rig), "NULL");
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 2);
}

static void irreversible_and_missing_blocks(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (id INTEGER);\n" DOWN "-- autogen:irreversible rows are merged\n");
    rig_file(&rig, "a002", "a001", "-- autogen:upgrade postgresql\nCREATE TABLE u (id integer);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_REVISION_DIALECT);
    assert_string_equal(rig_schema(&rig), "NULL");
    rig_must(&rig, rig_run(&rig, "a001", AG_UPGRADE));
    bool done = rig_run(&rig, "base", AG_DOWNGRADE);
    assert_true(rig_says(&rig, "rows are merged"));
    rig_expect(&rig, done, AG_PROBLEM_IRREVERSIBLE);
    assert_string_equal(rig_heads(&rig), "a001");
}

static void empty_block_and_merge(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP);
    rig_file(&rig, "b001", "a001", UP "CREATE TABLE b (x);\n" DOWN "DROP TABLE b;\n");
    rig_file(&rig, "c001", "a001", UP "CREATE TABLE c (x);\n" DOWN "DROP TABLE c;\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "b001,c001");
    rig_file(&rig, "d001", "b001, c001", UP DOWN);
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "d001");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM autogen_version"), "1");
    rig.options.allow_destructive = true;
    rig_must(&rig, rig_run(&rig, "a001", AG_DOWNGRADE));
    assert_int_equal(rig.applied, 3);
    assert_string_equal(rig_heads(&rig), "a001");
    assert_string_equal(rig_schema(&rig), "NULL");
}

/* --- failures --- */

/* A bad statement at each of the five positions leaves schema and record as they were. */
static void failure_at_each_position(void **state)
{
    (void)state;
    static const char *const statements[] = {"CREATE TABLE u (id INTEGER PRIMARY KEY)",
                                             "INSERT INTO t VALUES (7)",
                                             "CREATE INDEX u_idx ON u (id)",
                                             "ALTER TABLE t ADD COLUMN extra TEXT"};
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE t (id INTEGER PRIMARY KEY);\n");
    rig_must(&rig, rig_up(&rig));
    const char *before = rig_schema(&rig);
    for (size_t bad = 0; bad <= G_N_ELEMENTS(statements); bad++) {
        GString *body = g_string_new(UP);
        for (size_t i = 0; i <= G_N_ELEMENTS(statements); i++) {
            if (i == bad)
                g_string_append(body, "INSERT INTO missing VALUES (1);\n");
            if (i < G_N_ELEMENTS(statements))
                g_string_append_printf(body, "%s;\n", statements[i]);
        }
        rig_file(&rig, "a002", "a001", body->str);
        g_string_free(body, TRUE);
        bool done = rig_up(&rig);
        const AgProblem *problem = ag_diag_problem(rig.diag, 0);
        assert_int_equal(problem->place.line, 7 + (int)bad);
        assert_true(g_str_has_suffix(problem->place.file, "a002.sql"));
        rig_expect(&rig, done, AG_PROBLEM_STATEMENT);
        assert_string_equal(rig_schema(&rig), before);
        assert_string_equal(rig_heads(&rig), "a001");
        assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t"), "0");
    }
    assert_string_equal(
        rig_ask(&rig, "SELECT count(*), max(error LIKE '%no such table%missing%') FROM autogen_log"
                      " WHERE status = 'failed' AND revision = 'a002' AND step IS NULL"),
        "5 1");
}

/* SQLite ends the transaction by itself here: the row before must not stay. */
static void conflict_clause_rolls_back(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP "CREATE TABLE t (id INTEGER UNIQUE ON CONFLICT ROLLBACK);\n"
                "INSERT INTO t VALUES (1);\n");
    rig_file(&rig, "a002", "a001",
             UP "INSERT INTO t VALUES (2);\nINSERT INTO t VALUES (1);\nCREATE TABLE u (x);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(rig_heads(&rig), "a001");
    assert_string_equal(rig_ask(&rig, "SELECT group_concat(id) FROM t"), "1");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master WHERE name = 'u'"), "0");
    assert_string_equal(rig_ask(&rig, "SELECT status FROM autogen_log WHERE revision = 'a002'"),
                        "failed");
}

/* No file can hold COMMIT; a revision made in memory can, and must be caught while it runs. */
static void commit_in_a_revision(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE t (id INTEGER);\nCREATE TABLE u (id INTEGER);\n");
    AgDag *dag = rig_dag(&rig);
    const AgRevision *revision = ag_dag_find(dag, "a001");
    AgStep *step = g_ptr_array_index(revision->blocks[AG_DIALECT_SQLITE][AG_UPGRADE]->steps, 0);
    ((AgStatement *)g_ptr_array_index(step->statements, 1))->sql = "COMMIT";
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_TRANSACTION_LEFT);
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_ask(&rig, "SELECT status FROM autogen_log"), "failed");
}

static void locked_by_another(void **state)
{
    (void)state;
    write_two();
    AgDb *other = rig_connect(&rig);
    rig_must(&rig, ag_db_begin(other, false, rig.diag));
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_LOCK_TIMEOUT);
    ag_db_rollback(other);
    assert_string_equal(rig_schema(&rig), "NULL");
    rig_must(&rig, rig_up(&rig));
    /* A reader in the way of COMMIT is waited for, and then given up. */
    rig_must(&rig, ag_db_begin(other, true, rig.diag));
    rig_must(&rig, ag_db_run(other, "SELECT count(*) FROM t", rig.diag));
    rig_file(&rig, "a003", "a002", UP "CREATE TABLE v (x);\n");
    rig.options.retries = 1;
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "2 times"));
    rig_expect(&rig, done, AG_PROBLEM_LOCK_TIMEOUT);
    ag_db_close(other);
    assert_string_equal(rig_heads(&rig), "a002");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_heads(&rig), "a003");
}

static void stop_the_run(const AgRevision *revision, AgDirection direction, guint statement,
                         guint n_statements, bool done, void *data)
{
    (void)revision, (void)direction, (void)n_statements;
    if (statement == 2 && !done)
        ag_db_interrupt(data);
}

static void interrupted(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE t (x);\nCREATE TABLE u (x);\n");
    rig.options.progress = stop_the_run;
    rig.options.progress_data = rig.db;
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_INTERRUPTED);
    rig.options.progress = NULL;
    assert_string_equal(rig_schema(&rig), "NULL");
    assert_string_equal(rig_ask(&rig, "SELECT status FROM autogen_log"), "failed");
    rig_must(&rig, rig_up(&rig));
}

typedef struct {
    GString *told;
} Told;

static void tell(const AgRevision *revision, AgDirection direction, guint statement,
                 guint n_statements, bool done, void *data)
{
    (void)direction;
    g_string_append_printf(((Told *)data)->told, "%s %u/%u%s;", revision->id, statement,
                           n_statements, done ? " done" : "");
}

static void progress_is_told(void **state)
{
    (void)state;
    Told told = {g_string_new(NULL)};
    rig_file(&rig, "a001", NULL, UP "CREATE TABLE t (x);\nCREATE TABLE u (x);\n");
    rig.options.progress = tell;
    rig.options.progress_data = &told;
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(told.told->str, "a001 0/2;a001 1/2;a001 1/2 done;a001 2/2;a001 2/2 done;"
                                        "a001 0/2 done;");
    g_string_free(told.told, TRUE);
}

/* --- rebuilds --- */

#define REBUILD                                                                                    \
    UP "-- autogen:step\n-- autogen:set foreign_keys off\n-- autogen:set legacy_alter_table on\n"  \
       "CREATE TABLE new_p (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');\n"             \
       "INSERT OR ABORT INTO new_p (id) SELECT id FROM p%s;\n"                                     \
       "DROP TABLE p;\nALTER TABLE new_p RENAME TO p;\n"

static void make_family(void)
{
    rig_file(&rig, "a001", NULL,
             UP
             "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
             "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE"
             " CASCADE);\nINSERT INTO p VALUES (1), (2);\nINSERT INTO c VALUES (1, 1), (2, 2);\n");
    rig_must(&rig, rig_up(&rig));
}

static const char *rebuild(const char *condition)
{
    return ag_pool_printf(rig.pool, REBUILD, condition);
}

static void rebuild_keeps_children(void **state)
{
    (void)state;
    make_family();
    rig_sql(&rig, "PRAGMA foreign_keys = ON");
    rig_file(&rig, "a002", "a001", rebuild(""));
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM c"), "2");
    assert_string_equal(rig_ask(&rig, "PRAGMA foreign_keys"), "1");
    assert_string_equal(rig_ask(&rig, "PRAGMA legacy_alter_table"), "0");
    assert_string_equal(rig_ask(&rig, "SELECT sql FROM sqlite_master WHERE name = 'c'"),
                        "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE"
                        " CASCADE)");
}

static void rebuild_that_loses_parents(void **state)
{
    (void)state;
    make_family();
    const char *before = rig_schema(&rig);
    rig_file(&rig, "a002", "a001", rebuild(" WHERE id = 1"));
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "'c'") && rig_says(&rig, "rowid 2"));
    rig_expect(&rig, done, AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(rig_schema(&rig), before);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM p"), "2");
    assert_string_equal(rig_ask(&rig, "PRAGMA legacy_alter_table"), "0");
}

static void old_orphans_are_not_new(void **state)
{
    (void)state;
    make_family();
    rig_sql(&rig, "INSERT INTO c VALUES (3, 99)");
    rig_file(&rig, "a002", "a001", rebuild(""));
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a003", "a002", UP "DELETE FROM p WHERE id = 1;\n");
    rig.options.allow_destructive = true;
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_ROWS_UNFIT);
    rig_file(&rig, "a003", "a002",
             UP "-- autogen:step\n-- autogen:set foreign_keys on\nDELETE FROM p WHERE id = 1;\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT group_concat(id) FROM c"), "2,3");
    assert_string_equal(rig_ask(&rig, "PRAGMA foreign_keys"), "0");
}

static void rows_that_do_not_fit_are_named(void **state)
{
    (void)state;
    make_family();
    rig_sql(&rig, "CREATE TABLE t (a)");
    rig_sql(&rig, "INSERT INTO t VALUES (1), (NULL), (2), (NULL)");
    const char *before = rig_ask(&rig, "SELECT group_concat(quote(a)) FROM t");
    rig_file(&rig, "a002", "a001",
             UP "CREATE TABLE n (a NOT NULL);\n"
                "INSERT OR ABORT INTO n (rowid, a)\nSELECT rowid, a\nFROM t;\nDROP TABLE t;\n");
    rig.options.allow_destructive = true;
    bool done = rig_up(&rig);
    assert_true(rig_says(&rig, "rows of t that do not fit: 2; rowid 2, 4"));
    rig_expect(&rig, done, AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(rig_ask(&rig, "SELECT group_concat(quote(a)) FROM t"), before);
}

/* SQLite takes a foreign key to columns without a key, and foreign_key_check fails for it. The rest
 * is looked at all the same. */
static void old_mismatches_are_not_new(void **state)
{
    (void)state;
    make_family();
    rig_sql(&rig, "CREATE TABLE odd (p INTEGER REFERENCES p (note))");
    rig_sql(&rig, "ALTER TABLE p ADD COLUMN note TEXT");
    rig_file(&rig, "a002", "a001", rebuild(" WHERE id = 1"));
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_ROWS_UNFIT);
    rig_file(&rig, "a002", "a001", rebuild(""));
    rig_must(&rig, rig_up(&rig));
}

/* SQLite lets views and triggers name what is not there. What was so before, or needs a function of
 * somebody's program, is left alone. */
static void no_view_is_broken(void **state)
{
    (void)state;
    rig_sql(&rig, "CREATE TABLE t (a, b, c)");
    rig_sql(&rig, "CREATE TABLE log (line)");
    rig_sql(&rig, "CREATE VIEW earlier AS SELECT * FROM nowhere");
    rig_sql(&rig, "CREATE VIEW theirs AS SELECT their_function(a) FROM t");
    rig_sql(&rig, "CREATE TRIGGER g AFTER UPDATE OF b ON t BEGIN INSERT INTO log VALUES (1); END");
    rig.options.allow_destructive = true;
    rig_file(&rig, "a001", NULL, UP "CREATE VIEW v AS SELECT d FROM t;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BROKEN_TEXT);
    rig_file(&rig, "a001", NULL, UP "CREATE VIEW v AS SELECT * FROM t;\n");
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a002", "a001", UP "DROP TABLE log;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BROKEN_TEXT);
    rig_file(&rig, "a002", "a001", UP "DROP VIEW earlier;\nALTER TABLE t DROP COLUMN c;\n");
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a003", "a002", UP "DROP TRIGGER g;\nDROP TABLE log;\n");
    rig_must(&rig, rig_up(&rig));
    rig_file(&rig, "a004", "a003",
             UP "CREATE TRIGGER h INSTEAD OF DELETE ON v BEGIN DELETE FROM log; END;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BROKEN_TEXT);
    rig_sql(&rig, "CREATE TRIGGER old AFTER DELETE ON t BEGIN DELETE FROM nowhere; END");
    rig_file(&rig, "a004", "a003", UP "CREATE TRIGGER i AFTER INSERT ON t BEGIN SELECT 1; END;\n");
    rig_must(&rig, rig_up(&rig));
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master WHERE name = 'h'"), "0");
}

static void settings_that_cannot_be(void **state)
{
    (void)state;
    rig_file(&rig, "a001", NULL,
             UP "-- autogen:step\n-- autogen:set writable_schema on\nCREATE TABLE t (x);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BAD_REVISION);
    rig_file(&rig, "a001", NULL,
             UP "-- autogen:step\n-- autogen:set foreign_keys off; DROP TABLE x\n"
                "CREATE TABLE t (x);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_BAD_REVISION);
    rig_file(&rig, "a001", NULL,
             UP "-- autogen:step\n-- autogen:set foreign_keys off\nCREATE TABLE t (x);\n"
                "-- autogen:step\n-- autogen:set foreign_keys on\nCREATE TABLE u (x);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_REVISION_TRANSACTION);
    assert_string_equal(rig_schema(&rig), "NULL");
}

/* --- one transaction for all, and none --- */

static void all_in_one(void **state)
{
    (void)state;
    write_two();
    rig_file(&rig, "a003", "a002", UP "CREATE TABLE u (x);\nINSERT INTO missing VALUES (1);\n");
    rig.options.all_in_one = true;
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    assert_string_equal(rig_schema(&rig), "NULL");
    assert_string_equal(rig_heads(&rig), "");
    assert_string_equal(rig_ask(&rig, "SELECT revision, status FROM autogen_log"), "a003 failed");
    rig_file(&rig, "a003", "a002",
             UP "CREATE TABLE u (x);\n-- autogen:step no-transaction\nVACUUM;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_REVISION_TRANSACTION);
    rig_file(&rig, "a003", "a002", UP "CREATE TABLE u (x);\n");
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 3);
    assert_string_equal(rig_heads(&rig), "a003");
}

static void dry_run_leaves_nothing(void **state)
{
    (void)state;
    write_two();
    rig.options.dry_run = true;
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 2);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master"), "0");
    rig_file(&rig, "a003", "a002", UP "INSERT INTO missing VALUES (1);\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_STATEMENT);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM sqlite_master"), "0");
    rig_file(&rig, "a003", "a002", UP "-- autogen:step no-transaction\nVACUUM;\n");
    rig_expect(&rig, rig_up(&rig), AG_PROBLEM_REVISION_TRANSACTION);
    rig_file(
        &rig, "a003", "a002",
        UP "INSERT INTO t VALUES (1, NULL), (2, NULL), (3, NULL);\n"
           "-- autogen:step batched\n"
           "UPDATE t SET note = 'x' WHERE id IN (SELECT id FROM t WHERE note IS NULL LIMIT 1);\n");
    rig_must(&rig, rig_up(&rig));
    rig.options.dry_run = false;
    rig_must(&rig, rig_up(&rig));
    assert_int_equal(rig.applied, 3);
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t WHERE note = 'x'"), "3");
}

/* --- many at once --- */

/* Lets go of the processor where another runner can come in between. */
static void dawdle(const AgRevision *revision, AgDirection direction, guint statement,
                   guint n_statements, bool done, void *data)
{
    (void)revision, (void)direction, (void)n_statements, (void)data;
    if (statement == 0 || done)
        g_usleep(3000);
}

static int child_upgrade(void)
{
    AgDiag *diag = ag_diag_new();
    AgPool *pool = ag_pool_new();
    AgUrl *url = ag_url_parse(pool, rig.url, NULL, diag);
    AgDb *db = ag_db_open(url, &rig.db_options, diag);
    GPtrArray *current = NULL, *path = NULL, *heads = NULL;
    guint applied = 0;
    if (db != NULL)
        current = ag_history_current(db, pool, &rig.options, diag);
    if (current != NULL)
        heads = ag_dag_resolve(rig.dag, "heads", current, AG_UPGRADE, diag);
    if (heads != NULL)
        path = ag_dag_path(rig.dag, current, heads, AG_UPGRADE, diag);
    bool good =
        path != NULL && ag_runner_run(db, rig.dag, path, AG_UPGRADE, &rig.options, &applied, diag);
    if (!good)
        for (guint i = 0; i < ag_diag_count(diag); i++)
            g_printerr("child: %s\n", ag_diag_problem(diag, i)->message);
    ag_db_close(db);
    ag_pool_free(pool);
    ag_diag_free(diag);
    return good ? (int)applied : 100;
}

static void eight_at_once(void **state)
{
    (void)state;
    enum { RUNNERS = 8, REVISIONS = 12 };
    char id[16] = "", parent[16], *body;
    for (int i = 1; i <= REVISIONS; i++) {
        g_strlcpy(parent, id, sizeof parent);
        g_snprintf(id, sizeof id, "r%03d", i);
        body = g_strdup_printf(UP "CREATE TABLE t%d (x);\nINSERT INTO t%d VALUES (1);\n%s", i, i,
                               i % 4 == 0 ? "-- autogen:step batched\nUPDATE t1 SET x = x + 1"
                                            " WHERE x < 5;\n"
                                          : "");
        rig_file(&rig, id, i == 1 ? NULL : parent, body);
        g_free(body);
    }
    rig_must(&rig, rig_run(&rig, "r001", AG_UPGRADE));
    rig.db_options.lock_timeout_ms = 20000;
    rig.options.lock_wait_ms = 20000;
    rig.options.progress = dawdle;
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
    assert_int_equal(total, REVISIONS - 1);
    assert_string_equal(rig_heads(&rig), "r012");
    assert_string_equal(rig_ask(&rig,
                                "SELECT count(*), count(DISTINCT revision) FROM autogen_log WHERE"
                                " status = 'done' AND step IS NULL"),
                        "12 12");
    assert_string_equal(rig_ask(&rig, "SELECT count(*) FROM t7"), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(upgrade_records),
        TEST(downgrade_goes_back),
        TEST(irreversible_and_missing_blocks),
        TEST(empty_block_and_merge),
        TEST(failure_at_each_position),
        TEST(conflict_clause_rolls_back),
        TEST(commit_in_a_revision),
        TEST(locked_by_another),
        TEST(interrupted),
        TEST(progress_is_told),
        TEST(rebuild_keeps_children),
        TEST(rebuild_that_loses_parents),
        TEST(old_orphans_are_not_new),
        TEST(old_mismatches_are_not_new),
        TEST(rows_that_do_not_fit_are_named),
        TEST(no_view_is_broken),
        TEST(settings_that_cannot_be),
        TEST(all_in_one),
        TEST(dry_run_leaves_nothing),
        TEST(eight_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
