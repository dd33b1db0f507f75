/* SPDX-License-Identifier: MIT */
/* The SQLite driver: what it opens and refuses, what it says, and that no transaction ends
 * unnoticed. */
#include "sqlite_support.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    Fixture f;
    char *directory, *path;
} Place;

static int set_up(void **state)
{
    Place *place = g_new0(Place, 1);
    place->f.pool = ag_pool_new();
    place->f.diag = ag_diag_new();
    place->directory = g_dir_make_tmp("autogen_XXXXXX", NULL);
    place->path = g_build_filename(place->directory, "x.db", NULL);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    Place *place = *state;
    g_autofree char *command =
        g_strdup_printf("chmod -R u+w '%s' && rm -rf '%s'", place->directory, place->directory);
    assert_int_equal(system(command), 0);
    ag_diag_free(place->f.diag);
    ag_pool_free(place->f.pool);
    g_free(place->directory);
    g_free(place->path);
    g_free(place);
    return 0;
}

static AgDb *make_database(Place *place)
{
    AgDb *db = open_sqlite(&place->f, place->path, AG_DB_WRITE, true);
    assert_non_null(db);
    run_sql(&place->f, db, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT UNIQUE)");
    run_sql(&place->f, db, "INSERT INTO t VALUES (1, 'x')");
    return db;
}

static void assert_problem(Place *place, AgProblemId id, const char *words)
{
    const AgProblem *problem = ag_diag_last(place->f.diag);
    assert_non_null(problem);
    if (problem->id != id || strstr(problem->message, words) == NULL)
        print_problems(place->f.diag);
    assert_string_equal(ag_problem_word(problem->id), ag_problem_word(id));
    assert_non_null(strstr(problem->message, words));
    ag_diag_rewind(place->f.diag, 0);
}

static void assert_hint(Place *place, const char *words)
{
    const AgProblem *problem = ag_diag_last(place->f.diag);
    assert_non_null(problem->hint);
    assert_non_null(strstr(problem->hint, words));
}

static void refuses(Place *place, AgDbMode mode, bool create, AgProblemId id, const char *words)
{
    assert_null(open_sqlite(&place->f, place->path, mode, create));
    assert_non_null(ag_diag_last(place->f.diag)->hint);
    assert_problem(place, id, words);
}

/* --- opening --- */

static void a_missing_file_is_not_made(void **state)
{
    Place *place = *state;
    refuses(place, AG_DB_READ, false, AG_PROBLEM_CONNECTION, "does not exist");
    refuses(place, AG_DB_WRITE, false, AG_PROBLEM_CONNECTION, "does not exist");
    assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void a_file_that_may_be_made_reads_as_empty(void **state)
{
    Place *place = *state;
    AgDb *db = open_sqlite(&place->f, place->path, AG_DB_READ, true);
    assert_non_null(db);
    assert_int_equal(read_schema(&place->f, db)->objects->len, 0);
    ag_db_close(db);
    assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
    ag_db_close(make_database(place));
    assert_true(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void a_missing_directory_is_named(void **state)
{
    Place *place = *state;
    g_free(place->path);
    place->path = g_build_filename(place->directory, "no", "x.db", NULL);
    refuses(place, AG_DB_READ, true, AG_PROBLEM_CONNECTION, "directory");
    refuses(place, AG_DB_WRITE, true, AG_PROBLEM_CONNECTION, "directory");
}

static void what_is_no_file_is_refused(void **state)
{
    Place *place = *state;
    assert_int_equal(mkfifo(place->path, 0600), 0);
    refuses(place, AG_DB_READ, false, AG_PROBLEM_CONNECTION, "not a regular file");
    g_free(place->path);
    place->path = g_strdup(place->directory);
    refuses(place, AG_DB_WRITE, true, AG_PROBLEM_CONNECTION, "is a directory");
}

static void what_is_no_database_is_refused(void **state)
{
    Place *place = *state;
    g_autofree char *text = g_strnfill(5000, 'x');
    assert_true(g_file_set_contents(place->path, text, -1, NULL));
    refuses(place, AG_DB_READ, false, AG_PROBLEM_CONNECTION, "not an SQLite database");
    refuses(place, AG_DB_WRITE, true, AG_PROBLEM_CONNECTION, "not an SQLite database");
}

static void a_damaged_database_is_refused(void **state)
{
    Place *place = *state;
    ag_db_close(make_database(place));
    g_autofree char *bytes = NULL;
    gsize length;
    assert_true(g_file_get_contents(place->path, &bytes, &length, NULL));
    memset(bytes + 100, 0xff, 300); /* the root page of the schema */
    assert_true(g_file_set_contents(place->path, bytes, (gssize)length, NULL));
    refuses(place, AG_DB_WRITE, false, AG_PROBLEM_UNSAFE_DATABASE, "cannot be read");
    refuses(place, AG_DB_READ, false, AG_PROBLEM_UNSAFE_DATABASE, "cannot be read");
}

/* Rights do not bind root: the child becomes somebody else. */
static void as_nobody(Place *place, void (*body)(Place *))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(99);
        body(place);
        _exit(0); /* a failed assertion has left by exit() or a signal */
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static void read_only_file(Place *place)
{
    CHECK(open_sqlite(&place->f, place->path, AG_DB_WRITE, false) == NULL);
    CHECK(ag_diag_last(place->f.diag)->id == AG_PROBLEM_READ_ONLY);
    AgDb *db = open_sqlite(&place->f, place->path, AG_DB_READ, false);
    CHECK(db != NULL);
    AgRows *rows = ag_db_query(db, place->f.pool, "SELECT b FROM t", NULL, 0, place->f.diag);
    CHECK(rows != NULL && strcmp(ag_rows_get(rows, 0, 0), "x") == 0);
    ag_db_close(db);
}

static void a_read_only_file_can_be_read(void **state)
{
    Place *place = *state;
    ag_db_close(make_database(place));
    assert_int_equal(chmod(place->directory, 0755), 0);
    assert_int_equal(chmod(place->path, 0444), 0);
    as_nobody(place, read_only_file);
}

static void a_file_in_a_read_only_directory_can_be_read(void **state)
{
    Place *place = *state;
    ag_db_close(make_database(place));
    assert_int_equal(chmod(place->path, 0666), 0);
    assert_int_equal(chmod(place->directory, 0555), 0);
    as_nobody(place, read_only_file);
}

static void a_wal_database_on_read_only_media_can_be_read(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    run_sql(&place->f, db, "PRAGMA journal_mode = wal");
    run_sql(&place->f, db, "INSERT INTO t VALUES (2, 'y')");
    ag_db_close(db);
    assert_int_equal(chmod(place->path, 0444), 0);
    assert_int_equal(chmod(place->directory, 0555), 0);
    as_nobody(place, read_only_file);
}

/* Pages, of the address space and of memory. */
static void read_size(long *space, long *resident)
{
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
    assert_int_equal(sscanf(text, "%ld %ld", space, resident), 2);
}

static void a_database_takes_nothing_for_good(void **state)
{
    Place *place = *state;
    long page = sysconf(_SC_PAGESIZE), space[2] = {0}, resident[2] = {0};
    ag_db_close(make_database(place));
    for (int i = 0; i < 150; i++) {
        if (i == 50)
            read_size(&space[0], &resident[0]);
        ag_db_close(open_sqlite(&place->f, place->path, AG_DB_READ, true));
    }
    read_size(&space[1], &resident[1]);
    /* 64 MB for a thread's heap may come and stay; 100 kB for each would be 10 MB of memory. */
    assert_in_range((space[1] - space[0]) * page + (1L << 30), 0, (1L << 30) + (140L << 20));
#if !defined(__SANITIZE_ADDRESS__)
    assert_in_range((resident[1] - resident[0]) * page + (1L << 30), 0, (1L << 30) + (10L << 20));
#endif
}

static void a_reader_leaves_nothing_behind(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    run_sql(&place->f, db, "PRAGMA journal_mode = wal");
    ag_db_close(db);
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    gsize length, length_after;
    assert_true(g_file_get_contents(place->path, &before, &length, NULL));
    db = open_sqlite(&place->f, place->path, AG_DB_READ, false);
    assert_string_equal(table_text(&place->f, db, "SELECT a, b FROM t"), "1|x\n");
    assert_false(ag_db_run(db, "INSERT INTO t VALUES (2, 'y')", place->f.diag));
    assert_problem(place, AG_PROBLEM_READ_ONLY, "readonly");
    ag_db_close(db);
    assert_true(g_file_get_contents(place->path, &after, &length_after, NULL));
    assert_int_equal(length, length_after);
    assert_memory_equal(before, after, length);
    g_autofree char *log = g_strconcat(place->path, "-wal", NULL);
    g_autofree char *shared = g_strconcat(place->path, "-shm", NULL);
    assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(shared, G_FILE_TEST_EXISTS));
}

static void odd_paths_are_only_paths(void **state)
{
    Place *place = *state;
    g_free(place->path);
    place->path = g_build_filename(place->directory, "file:x?mode=memory#%41.db", NULL);
    ag_db_close(make_database(place));
    assert_true(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void unsafe_journals_are_refused(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    run_sql(&place->f, db, "PRAGMA journal_mode = memory");
    assert_false(ag_db_begin(db, false, place->f.diag));
    assert_problem(place, AG_PROBLEM_UNSAFE_DATABASE, "journal_mode memory");
    run_sql(&place->f, db, "PRAGMA journal_mode = delete");
    run_sql(&place->f, db, "PRAGMA synchronous = off");
    assert_false(ag_db_begin(db, false, place->f.diag));
    assert_problem(place, AG_PROBLEM_UNSAFE_DATABASE, "synchronous off");
    run_sql(&place->f, db, "PRAGMA synchronous = normal");
    assert_true(ag_db_begin(db, false, place->f.diag));
    ag_db_rollback(db);
    ag_db_close(db);
}

/* --- statements --- */

static void values_come_back_exactly(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    assert_string_equal(
        table_text(&place->f, db,
                   "SELECT 9223372036854775807, 0.1, 1.0, 1e300, -1e999, 'it''s', x'00fF', NULL"),
        "9223372036854775807|0.10000000000000001|1.0|1.0000000000000001e+300|-9.0e+999|it's|"
        "X'00FF'|NULL\n");
    const char *params[] = {"7", NULL};
    AgRows *rows =
        ag_db_query(db, place->f.pool, "INSERT INTO t VALUES (?1, ?2)", params, 2, place->f.diag);
    assert_int_equal(rows->affected, 1);
    assert_int_equal(rows->n_rows, 0);
    rows = ag_db_query(db, place->f.pool, "CREATE TABLE u(a)", NULL, 0, place->f.diag);
    assert_int_equal(rows->affected, 0);
    ag_db_close(db);
}

static void two_statements_are_one_too_many(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    assert_false(ag_db_run(db, "DELETE FROM t; DELETE FROM t", place->f.diag));
    assert_problem(place, AG_PROBLEM_STATEMENT, "more than one");
    assert_string_equal(table_text(&place->f, db, "SELECT count(*) FROM t"), "1\n");
    run_sql(&place->f, db, "DELETE FROM t; -- and no more\n ;/* */ ");
    run_sql(&place->f, db, " -- nothing at all");
    ag_db_close(db);
}

static void broken_texts_are_named(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    run_sql(&place->f, db, "CREATE VIEW theirs AS SELECT * FROM gone");
    assert_false(ag_db_run(db, "ALTER TABLE t RENAME TO u", place->f.diag));
    const AgProblem *problem = ag_diag_last(place->f.diag);
    assert_string_equal(problem->message, "error in view theirs: no such table: main.gone");
    assert_non_null(strstr(problem->hint, "it was broken before"));
    run_sql(&place->f, db, "DROP VIEW theirs");
    run_sql(&place->f, db, "CREATE TABLE u(a, b)");
    run_sql(&place->f, db, "CREATE VIEW theirs AS SELECT b FROM u");
    assert_false(ag_db_run(db, "ALTER TABLE u DROP COLUMN b", place->f.diag));
    problem = ag_diag_last(place->f.diag);
    assert_non_null(strstr(problem->message, "error in view theirs after drop column"));
    assert_non_null(strstr(problem->hint, "change or drop it before"));
    ag_db_close(db);
}

static void errors_point_at_the_place(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    AgPlace at = {.file = "r.sql", .line = 10, .column = 3};
    assert_false(ag_db_run_at(db, "SELECT a,\n  nothing FROM t", at, place->f.diag));
    const AgProblem *problem = ag_diag_last(place->f.diag);
    assert_int_equal(problem->id, AG_PROBLEM_STATEMENT);
    /* Where in the statement, SQLite tells from 3.38 on. */
    assert_int_equal(problem->place.line, ag_db_version(db) >= 3038000 ? 11 : 10);
    assert_int_equal(problem->place.column, 3);
    assert_string_equal(ag_db_last_state(db), "1");
    ag_db_close(db);
}

static void rows_that_do_not_fit_are_told_apart(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    assert_false(ag_db_run(db, "INSERT INTO t VALUES (2, 'x')", place->f.diag));
    assert_string_equal(ag_db_last_state(db), "2067"); /* SQLITE_CONSTRAINT_UNIQUE */
    assert_problem(place, AG_PROBLEM_ROWS_UNFIT, "UNIQUE");
    ag_db_close(db);
}

static void a_full_disk_has_a_hint(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    run_sql(&place->f, db, "PRAGMA max_page_count = 4");
    assert_true(ag_db_begin(db, false, place->f.diag));
    assert_false(ag_db_run(db, "INSERT INTO t(b) VALUES (zeroblob(100000))", place->f.diag));
    assert_hint(place, "full");
    assert_problem(place, AG_PROBLEM_STATEMENT, "full");
    ag_db_rollback(db);
    assert_string_equal(table_text(&place->f, db, "SELECT count(*) FROM t"), "1\n");
    ag_db_close(db);
}

static void a_statement_has_its_time(void **state)
{
    Place *place = *state;
    ag_db_close(make_database(place));
    AgDbOptions options = {.mode = AG_DB_WRITE, .lock_timeout_ms = 50, .statement_timeout_ms = 60};
    AgDb *db = ag_db_open(sqlite_url(place->f.pool, place->path), &options, place->f.diag);
    assert_false(ag_db_run(db,
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                           "SELECT max(i) FROM n",
                           place->f.diag));
    assert_hint(place, "statement-timeout");
    assert_problem(place, AG_PROBLEM_STATEMENT, "longer than 60 ms");
    run_sql(&place->f, db, "SELECT 1");
    ag_db_close(db);
}

static AgDb *to_interrupt;

static void on_alarm(int number)
{
    (void)number;
    ag_db_interrupt(to_interrupt);
}

static void a_signal_stops_a_statement(void **state)
{
    Place *place = *state;
    AgDb *db = to_interrupt = make_database(place);
    void (*before)(int) = signal(SIGALRM, on_alarm);
    assert_true(ag_db_begin(db, false, place->f.diag));
    ualarm(50 * 1000, 0);
    assert_false(ag_db_run(db,
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                           "SELECT max(i) FROM n",
                           place->f.diag));
    signal(SIGALRM, before);
    assert_problem(place, AG_PROBLEM_INTERRUPTED, "interrupted");
    ag_db_rollback(db);
    /* One that comes between statements stops the next, and that one only. */
    ag_db_interrupt(db);
    assert_false(ag_db_run(db, "SELECT 1", place->f.diag));
    assert_problem(place, AG_PROBLEM_INTERRUPTED, "interrupted");
    run_sql(&place->f, db, "SELECT 1");
    ag_db_close(db);
}

/* --- transactions --- */

static void a_statement_cannot_end_the_transaction_unnoticed(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    assert_true(ag_db_begin(db, false, place->f.diag));
    assert_false(ag_db_run(db, "COMMIT", place->f.diag));
    assert_problem(place, AG_PROBLEM_TRANSACTION_LEFT, "ended the transaction");
    assert_false(ag_db_transaction_is_ours(db, place->f.diag));
    ag_diag_rewind(place->f.diag, 0);
    assert_true(ag_db_begin(db, false, place->f.diag));
    assert_false(ag_db_run(db, "INSERT OR ROLLBACK INTO t VALUES (1, 'x')", place->f.diag));
    assert_hint(place, "rolled the transaction back");
    assert_problem(place, AG_PROBLEM_ROWS_UNFIT, "UNIQUE");
    assert_false(ag_db_commit(db, place->f.diag));
    assert_problem(place, AG_PROBLEM_TRANSACTION_LEFT, "no transaction");
    ag_db_close(db);
}

static void rollback_and_commit_do_what_they_say(void **state)
{
    Place *place = *state;
    AgDb *db = make_database(place);
    assert_true(ag_db_begin(db, false, place->f.diag));
    run_sql(&place->f, db, "DELETE FROM t");
    assert_true(ag_db_transaction_is_ours(db, place->f.diag));
    ag_db_rollback(db);
    assert_string_equal(table_text(&place->f, db, "SELECT count(*) FROM t"), "1\n");
    assert_true(ag_db_begin(db, false, place->f.diag));
    run_sql(&place->f, db, "DELETE FROM t");
    assert_true(ag_db_commit(db, place->f.diag));
    assert_string_equal(table_text(&place->f, db, "SELECT count(*) FROM t"), "0\n");
    ag_db_close(db);
}

static void another_writer_means_waiting_and_then_75(void **state)
{
    Place *place = *state;
    AgDb *a = make_database(place);
    AgDb *b = open_sqlite(&place->f, place->path, AG_DB_WRITE, false);
    assert_true(ag_db_begin(a, false, place->f.diag));
    assert_false(ag_db_begin(b, false, place->f.diag));
    assert_hint(place, "--lock-timeout");
    assert_int_equal(ag_diag_exit_code(place->f.diag), 75);
    assert_problem(place, AG_PROBLEM_LOCK_TIMEOUT, "locked");
    ag_db_rollback(a);
    assert_true(ag_db_begin(b, false, place->f.diag));
    ag_db_rollback(b);
    ag_db_close(a);
    ag_db_close(b);
}

/* K13: a reader keeps COMMIT waiting; afterwards nothing is held. */
static void a_reader_that_blocks_commit_rolls_it_back(void **state)
{
    Place *place = *state;
    AgDb *writer = make_database(place);
    AgDb *reader = open_sqlite(&place->f, place->path, AG_DB_READ, false);
    assert_true(ag_db_begin(reader, true, place->f.diag));
    assert_true(ag_db_begin(writer, false, place->f.diag));
    run_sql(&place->f, writer, "DELETE FROM t");
    assert_false(ag_db_commit(writer, place->f.diag));
    assert_problem(place, AG_PROBLEM_LOCK_TIMEOUT, "locked");
    ag_db_rollback(reader);
    assert_string_equal(table_text(&place->f, writer, "SELECT count(*) FROM t"), "1\n");
    assert_true(ag_db_begin(writer, false, place->f.diag));
    ag_db_rollback(writer);
    ag_db_close(reader);
    ag_db_close(writer);
}

/* A snapshot is taken at its beginning, not at the first question. */
static void a_snapshot_does_not_move(void **state)
{
    Place *place = *state;
    AgDb *writer = make_database(place);
    run_sql(&place->f, writer, "PRAGMA journal_mode = wal");
    AgDb *reader = open_sqlite(&place->f, place->path, AG_DB_READ, false);
    assert_true(ag_db_begin(reader, true, place->f.diag));
    run_sql(&place->f, writer, "DELETE FROM t");
    assert_string_equal(table_text(&place->f, reader, "SELECT count(*) FROM t"), "1\n");
    assert_true(ag_db_commit(reader, place->f.diag));
    assert_string_equal(table_text(&place->f, reader, "SELECT count(*) FROM t"), "0\n");
    ag_db_close(reader);
    ag_db_close(writer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_file_is_not_made),
        TEST(a_file_that_may_be_made_reads_as_empty),
        TEST(a_missing_directory_is_named),
        TEST(what_is_no_file_is_refused),
        TEST(what_is_no_database_is_refused),
        TEST(a_damaged_database_is_refused),
        TEST(a_read_only_file_can_be_read),
        TEST(a_file_in_a_read_only_directory_can_be_read),
        TEST(a_wal_database_on_read_only_media_can_be_read),
        TEST(a_database_takes_nothing_for_good),
        TEST(a_reader_leaves_nothing_behind),
        TEST(odd_paths_are_only_paths),
        TEST(unsafe_journals_are_refused),
        TEST(values_come_back_exactly),
        TEST(two_statements_are_one_too_many),
        TEST(errors_point_at_the_place),
        TEST(broken_texts_are_named),
        TEST(rows_that_do_not_fit_are_told_apart),
        TEST(a_full_disk_has_a_hint),
        TEST(a_statement_has_its_time),
        TEST(a_signal_stops_a_statement),
        TEST(a_statement_cannot_end_the_transaction_unnoticed),
        TEST(rollback_and_commit_do_what_they_say),
        TEST(another_writer_means_waiting_and_then_75),
        TEST(a_reader_that_blocks_commit_rolls_it_back),
        TEST(a_snapshot_does_not_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
