/* SPDX-License-Identifier: MIT */
/* The PostgreSQL driver against a server: what it refuses, what it says, what it survives. */
#include "pg_live.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static AgPool *pool;
static AgDiag *diag;
static AgDb *db;

static int set_up(void **state)
{
    (void)state;
    pool = ag_pool_new();
    diag = ag_diag_new();
    db = live_open(live.url, AG_DB_WRITE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ag_db_close(db);
    ag_diag_free(diag);
    ag_pool_free(pool);
    return 0;
}

static const char *ask_one(const char *sql)
{
    AgRows *rows = ag_db_query(db, pool, sql, NULL, 0, diag);
    if (rows == NULL)
        show_problems(diag);
    assert_non_null(rows);
    assert_int_equal(rows->n_rows, 1);
    return ag_rows_get(rows, 0, 0);
}

static void assert_fails(const AgUrl *url, AgDbMode mode, AgProblemId id, const char *word)
{
    AgDiag *own = ag_diag_new();
    AgDbOptions options = {.mode = mode, .connect_timeout = 2};
    AgDb *other = ag_db_open(url, &options, own);
    assert_null(other);
    assert_int_equal(ag_diag_errors(own), 1);
    const AgProblem *problem = ag_diag_last(own);
    if (problem->id != id || strstr(problem->message, word) == NULL)
        show_problems(own);
    assert_int_equal(problem->id, id);
    assert_non_null(strstr(problem->message, word));
    assert_non_null(problem->hint);
    assert_null(strstr(problem->message, "SECRET"));
    ag_diag_free(own);
}

static void test_no_connection(void **state)
{
    (void)state;
    AgUrl *url = live_url(pool, "no_such_database");
    live_set(pool, url, "password", "SECRET");
    assert_fails(url, AG_DB_READ, AG_PROBLEM_CONNECTION, "no_such_database");
    url = live_url(pool, "postgres");
    live_set(pool, url, "user", "no_such_role");
    assert_fails(url, AG_DB_READ, AG_PROBLEM_CONNECTION, "'no_such_role'");
    url = live_url(pool, "postgres");
    live_set(pool, url, "host", "127.0.0.1");
    live_set(pool, url, "port", "1");
    assert_fails(url, AG_DB_READ, AG_PROBLEM_CONNECTION, "port 1: Connection refused");
    url = live_url(pool, "postgres");
    live_set(pool, url, "host", "/no/such/directory");
    assert_fails(url, AG_DB_READ, AG_PROBLEM_CONNECTION, strerror(ENOENT));
    url = live_url(pool, "postgres");
    live_set(pool, url, "host", "no-such-host.invalid");
    assert_fails(url, AG_DB_READ, AG_PROBLEM_CONNECTION, "no-such-host.invalid");
    assert_int_equal(ag_problem_class(AG_PROBLEM_CONNECTION), AG_CLASS_UNREACHABLE);
}

static void test_sqlstate_of_a_refusal(void **state)
{
    (void)state;
    AgDiag *own = ag_diag_new();
    AgDbOptions options = {.mode = AG_DB_READ};
    assert_null(ag_db_open(live_url(pool, "no_such_database"), &options, own));
    assert_string_equal(ag_diag_last(own)->sqlstate, "3D000");
    assert_null(strstr(ag_diag_last(own)->message, "LOCATION"));
    assert_null(strstr(ag_diag_last(own)->message, "FATAL"));
    ag_diag_free(own);
}

/* A listener that never answers. */
static void test_silent_server(void **state)
{
    (void)state;
    g_autofree char *directory = g_dir_make_tmp("autogen-silent-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, ".s.PGSQL.5432", NULL);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    AgUrl *url = live_url(pool, "postgres");
    live_set(pool, url, "host", directory);
    live_set(pool, url, "port", "5432");
    live_set(pool, url, "connect_timeout", "1");
    assert_fails(url, AG_DB_READ, AG_PROBLEM_CONNECTION, "no answer within 1 second");
    close(listener);
    g_unlink(path);
    g_rmdir(directory);
}

static void test_wait_gives_up(void **state)
{
    (void)state;
    AgDiag *own = ag_diag_new();
    AgDbOptions options = {.mode = AG_DB_READ, .wait = 1};
    AgUrl *url = live_url(pool, "postgres");
    live_set(pool, url, "host", "/no/such/directory");
    gint64 start = g_get_monotonic_time();
    assert_null(ag_db_open(url, &options, own));
    assert_true(g_get_monotonic_time() - start >= 900 * 1000);
    assert_int_equal(ag_diag_errors(own), 1);
    ag_diag_free(own);
}

static void test_session_is_pinned(void **state)
{
    (void)state;
    char sql[512];
    snprintf(sql, sizeof sql,
             "ALTER DATABASE %s SET DateStyle = 'SQL, DMY';"
             "ALTER DATABASE %s SET statement_timeout = 50;"
             "ALTER DATABASE %s SET quote_all_identifiers = on",
             live.name, live.name, live.name);
    live_script(db, sql);
    ag_db_close(db);
    db = live_open(live.url, AG_DB_WRITE);
    assert_string_equal(ask_one("SELECT current_setting('DateStyle')"), "ISO, MDY");
    assert_string_equal(ask_one("SELECT current_setting('quote_all_identifiers')"), "off");
    assert_string_equal(ask_one("SELECT current_setting('lock_timeout')"), "5s");
    assert_string_equal(ask_one("SELECT 'late' FROM pg_sleep(0.2)"), "late");
    snprintf(sql, sizeof sql, "ALTER DATABASE %s RESET ALL", live.name);
    live_script(db, sql);
}

static void test_read_only_is_refused_for_writing(void **state)
{
    (void)state;
    AgUrl *url = live_url(pool, live.name);
    live_set(pool, url, "options", "-c default_transaction_read_only=on");
    assert_fails(url, AG_DB_WRITE, AG_PROBLEM_READ_ONLY, "default_transaction_read_only");
    AgDb *reader = live_open(url, AG_DB_READ);
    ag_db_close(reader);
}

static void test_encoding_is_refused_for_writing(void **state)
{
    (void)state;
    char sql[256];
    snprintf(sql, sizeof sql,
             "CREATE DATABASE %s_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'", live.name);
    live_script(db, sql);
    char name[80];
    snprintf(name, sizeof name, "%s_latin", live.name);
    assert_fails(live_url(pool, name), AG_DB_WRITE, AG_PROBLEM_UNSAFE_DATABASE, "LATIN1");
    snprintf(sql, sizeof sql, "DROP DATABASE %s_latin", live.name);
    live_script(db, sql);
}

static void assert_statement(const char *sql, AgProblemId id, const char *sqlstate)
{
    assert_false(ag_db_run(db, sql, diag));
    const AgProblem *problem = ag_diag_last(diag);
    if (problem->id != id)
        show_problems(diag);
    assert_int_equal(problem->id, id);
    if (sqlstate != NULL)
        assert_string_equal(problem->sqlstate, sqlstate);
    assert_string_equal(ag_db_last_state(db), sqlstate == NULL ? "" : sqlstate);
}

static void test_failures_of_statements(void **state)
{
    (void)state;
    live_script(db, "CREATE TABLE keys (k int PRIMARY KEY); INSERT INTO keys VALUES (1)");
    assert_statement("INSERT INTO keys VALUES (1)", AG_PROBLEM_ROWS_UNFIT, "23505");
    assert_non_null(strstr(ag_diag_last(diag)->detail, "(k)=(1)"));
    assert_statement("SELECT 1/0", AG_PROBLEM_STATEMENT, "22012");
    assert_statement("SELECT 1; SELECT 2", AG_PROBLEM_STATEMENT, "42601");
    assert_statement("COPY keys FROM STDIN", AG_PROBLEM_STATEMENT, "57014");
    assert_statement("COPY keys TO STDOUT", AG_PROBLEM_STATEMENT, "0A000");
    assert_statement("DO $$ BEGIN RAISE EXCEPTION 'two\nlines \x1b[31m'; END $$",
                     AG_PROBLEM_STATEMENT, "P0001");
    assert_string_equal(ag_diag_last(diag)->message, "two lines \\x1b[31m");
    /* After all of it the connection still works. */
    assert_string_equal(ask_one("SELECT count(*) FROM keys"), "1");
    live_script(db, "DROP TABLE keys");
}

static void test_place_of_a_mistake(void **state)
{
    (void)state;
    const char *sql = "SELECT 'h\u00e9h\u00e9',\n  no_such_column";
    assert_false(ag_db_run_at(db, sql, (AgPlace){"revisions/1.sql", 10, 5}, diag));
    const AgProblem *problem = ag_diag_last(diag);
    assert_string_equal(problem->place.file, "revisions/1.sql");
    assert_int_equal(problem->place.line, 11);
    assert_int_equal(problem->place.column, 3);
    assert_false(ag_db_run_at(db, "SELECT '\u00e9\u00e9', nope", (AgPlace){"r.sql", 10, 5}, diag));
    assert_int_equal(ag_diag_last(diag)->place.line, 10);
    assert_int_equal(ag_diag_last(diag)->place.column, 5 + 13);
}

static void test_lock_timeout(void **state)
{
    (void)state;
    AgDbOptions options = {.mode = AG_DB_WRITE, .lock_timeout_ms = 100};
    live_script(db, "CREATE TABLE held (k int)");
    assert_true(ag_db_begin(db, false, diag));
    live_script(db, "LOCK TABLE held");
    AgDb *other = ag_db_open(live.url, &options, diag);
    assert_non_null(other);
    assert_false(ag_db_run(other, "SELECT * FROM held", diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_LOCK_TIMEOUT);
    assert_string_equal(ag_db_last_state(other), "55P03");
    ag_db_close(other);
    ag_db_rollback(db);
    live_script(db, "DROP TABLE held");
}

static void test_permission(void **state)
{
    (void)state;
    live_script(db, "CREATE ROLE autogen_test_nobody; CREATE TABLE closed (k int);"
                    "SET ROLE autogen_test_nobody");
    assert_statement("SELECT * FROM closed", AG_PROBLEM_PERMISSION, "42501");
    assert_int_equal(ag_diag_exit_code(diag), 77);
    live_script(db, "RESET ROLE; DROP TABLE closed; DROP ROLE autogen_test_nobody");
}

static void test_notices_are_capped(void **state)
{
    (void)state;
    assert_true(ag_db_run(db,
                          "DO $$ BEGIN FOR i IN 1..500 LOOP RAISE WARNING 'w %', i; END LOOP;"
                          " END $$",
                          diag));
    assert_int_equal(ag_diag_errors(diag), 0);
    assert_in_range(ag_diag_count(diag), 2, 50);
    assert_non_null(strstr(ag_diag_last(diag)->message, "480 more"));
}

/* --- transactions --- */

static void test_commit_of_a_failed_transaction(void **state)
{
    (void)state;
    assert_true(ag_db_begin(db, false, diag));
    assert_false(ag_db_run(db, "SELECT 1/0", diag));
    assert_false(ag_db_transaction_is_ours(db, diag));
    assert_false(ag_db_commit(db, diag));
    assert_non_null(strstr(ag_diag_last(diag)->message, "ROLLBACK"));
}

static void test_commit_that_fails(void **state)
{
    (void)state;
    live_script(db, "CREATE TABLE late (k int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    assert_true(ag_db_begin(db, false, diag));
    live_script(db, "INSERT INTO late VALUES (1), (1)");
    assert_true(ag_db_transaction_is_ours(db, diag));
    assert_false(ag_db_commit(db, diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_ROWS_UNFIT);
    assert_string_equal(ask_one("SELECT count(*) FROM late"), "0");
    live_script(db, "DROP TABLE late");
}

static void test_transaction_that_was_ended(void **state)
{
    (void)state;
    static const char *const enders[] = {"COMMIT", "ROLLBACK", "COMMIT AND CHAIN"};
    for (size_t i = 0; i < G_N_ELEMENTS(enders); i++) {
        assert_true(ag_db_begin(db, false, diag));
        assert_true(ag_db_transaction_is_ours(db, diag));
        live_script(db, "SAVEPOINT s; CREATE TABLE inner_table (k int)");
        assert_true(ag_db_transaction_is_ours(db, diag));
        live_script(db, enders[i]);
        guint before = ag_diag_errors(diag);
        assert_false(ag_db_transaction_is_ours(db, diag));
        assert_int_equal(ag_diag_errors(diag), before + 1);
        assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_TRANSACTION_LEFT);
        ag_db_rollback(db);
        live_script(db, "DROP TABLE IF EXISTS inner_table");
    }
}

/* --- many statements in one trip --- */

static bool collect(guint question, const AgRows *rows, void *data, AgDiag *d)
{
    (void)d;
    g_string_append_printf(data, "%u:%s ", question,
                           rows->n_rows > 0 ? ag_rows_get(rows, 0, 0) : "-");
    return true;
}

static void test_ask(void **state)
{
    (void)state;
    g_autoptr(GString) seen = g_string_new(NULL);
    const char *params[] = {"x", NULL};
    AgQuestion questions[] = {{"SELECT 1", NULL, 0},
                              {"SELECT $1::text || coalesce($2, 'n')", params, 2},
                              {"SELECT 1 WHERE false", NULL, 0}};
    /* The first after a statement whose rows were dropped one by one goes alone: same answers. */
    for (int i = 0; i < 2; i++) {
        g_string_truncate(seen, 0);
        assert_true(ag_db_ask(db, questions, 3, collect, seen, diag));
        assert_string_equal(seen->str, "0:1 1:xn 2:- ");
        live_script(db, "SELECT generate_series(1, 10)");
    }
    questions[1] = (AgQuestion){"SELECT 1/0", NULL, 0};
    g_string_truncate(seen, 0);
    assert_false(ag_db_ask(db, questions, 3, collect, seen, diag));
    assert_string_equal(seen->str, "0:1 ");
    assert_string_equal(ag_diag_last(diag)->sqlstate, "22012");
    assert_int_equal(ag_diag_errors(diag), 1);
    assert_string_equal(ask_one("SELECT 7"), "7");
}

static bool refuse(guint question, const AgRows *rows, void *data, AgDiag *d)
{
    (void)rows;
    ++*(int *)data;
    return question == 0 || ag_fail(d, AG_PROBLEM_INTERNAL, AG_NOWHERE, "enough");
}

static void test_ask_stops_when_told(void **state)
{
    (void)state;
    int calls = 0;
    AgQuestion questions[] = {{"SELECT 1", NULL, 0}, {"SELECT 2", NULL, 0}, {"SELECT 3", NULL, 0}};
    assert_false(ag_db_ask(db, questions, 3, refuse, &calls, diag));
    assert_int_equal(calls, 2);
    assert_int_equal(ag_diag_errors(diag), 1);
    assert_string_equal(ask_one("SELECT 7"), "7");
}

/* --- broken connections --- */

static void test_terminated(void **state)
{
    (void)state;
    AgDb *other = live_open(live.url, AG_DB_READ);
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%s)",
             ask_one("SELECT pg_backend_pid()"));
    live_script(other, sql);
    g_usleep(100 * 1000);
    assert_false(ag_db_run(db, "SELECT 1", diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_CONNECTION_LOST);
    assert_string_equal(ag_db_last_state(db), "57P01");
    ag_diag_rewind(diag, 0);
    assert_false(ag_db_run(db, "SELECT 1", diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_CONNECTION_LOST);
    ag_db_rollback(db);
    ag_db_close(other);
}

static AgDb *to_interrupt;

static void on_alarm(int signal)
{
    (void)signal;
    ag_db_interrupt(to_interrupt);
}

static void test_interrupt(void **state)
{
    (void)state;
    to_interrupt = db;
    signal(SIGALRM, on_alarm);
    ualarm(200 * 1000, 0);
    gint64 start = g_get_monotonic_time();
    assert_false(ag_db_run(db, "SELECT pg_sleep(30)", diag));
    assert_true(g_get_monotonic_time() - start < 10 * G_USEC_PER_SEC);
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_INTERRUPTED);
    assert_false(ag_db_run(db, "SELECT 1", diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_INTERRUPTED);
    signal(SIGALRM, SIG_DFL);
}

/* --- COMMIT on a connection that breaks (law 4) --- */

typedef struct {
    const char *server, *directory;
    bool deliver; /* the server receives COMMIT before the line is cut */
} Proxy;

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        _exit(1);
    return fd;
}

/* Forwards until one side closes, or until COMMIT has come by. */
static bool forward(const Proxy *proxy, int client, bool cut)
{
    int server = connect_to(proxy->server);
    struct pollfd fds[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    char buffer[65536];
    bool cut_now = false;
    while (!cut_now && poll(fds, 2, -1) > 0) {
        for (int side = 0; side < 2 && !cut_now; side++) {
            if (fds[side].revents == 0)
                continue;
            ssize_t n = recv(fds[side].fd, buffer, sizeof buffer, 0);
            if (n <= 0) {
                close(server);
                return false;
            }
            cut_now =
                cut && side == 0 && memmem(buffer, (size_t)n, "COMMIT", sizeof "COMMIT") != NULL;
            if ((!cut_now || proxy->deliver) &&
                send(fds[1 - side].fd, buffer, (size_t)n, MSG_NOSIGNAL) != n)
                _exit(2);
        }
    }
    shutdown(client, SHUT_RDWR);
    g_usleep(300 * 1000); /* the server has time to act before it sees the end */
    close(server);
    return true;
}

static void run_proxy(const Proxy *proxy, int listener)
{
    bool cut = true;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            _exit(3);
        if (forward(proxy, client, cut))
            cut = false;
        close(client);
    }
}

static void play_cut(bool deliver)
{
    const char *host = NULL, *port = "5432";
    for (guint i = 0; i < live.url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(live.url->keywords, i);
        if (strcmp(keyword->name, "host") == 0)
            host = keyword->value;
        if (strcmp(keyword->name, "port") == 0)
            port = keyword->value;
    }
    if (host == NULL || *host != '/')
        skip();
    g_autofree char *directory = g_dir_make_tmp("autogen-proxy-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, ".s.PGSQL.5432", NULL);
    Proxy proxy = {.server = ag_pool_printf(pool, "%s/.s.PGSQL.%s", host, port),
                   .directory = directory,
                   .deliver = deliver};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    pid_t child = fork();
    if (child == 0)
        run_proxy(&proxy, listener);
    AgUrl *url = live_url(pool, live.name);
    live_set(pool, url, "host", directory);
    live_set(pool, url, "port", "5432");
    live_script(db, "CREATE TABLE cut (k int)");
    AgDb *cut = live_open(url, AG_DB_WRITE);
    assert_true(ag_db_begin(cut, false, diag));
    live_script(cut, "INSERT INTO cut VALUES (1)");
    assert_int_equal(ag_db_commit(cut, diag), deliver);
    assert_int_equal(ag_diag_errors(diag), deliver ? 0 : 1);
    if (!deliver)
        assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_CONNECTION_LOST);
    assert_string_equal(ask_one("SELECT count(*) FROM cut"), deliver ? "1" : "0");
    /* The session and its locks are gone, and the handle says so. */
    assert_false(ag_db_run(cut, "SELECT 1", diag));
    ag_db_close(cut);
    live_script(db, "DROP TABLE cut");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(listener);
    g_unlink(path);
    g_rmdir(directory);
}

static void test_cut_after_commit_arrived(void **state)
{
    (void)state;
    play_cut(true);
}

static void test_cut_before_commit_arrived(void **state)
{
    (void)state;
    play_cut(false);
}

static void test_search_path(void **state)
{
    (void)state;
    const char *own = ask_one("SELECT current_setting('search_path')");
    assert_true(ag_db_set_search_path(db, "", diag));
    assert_string_equal(ask_one("SELECT current_setting('search_path')"), "");
    assert_true(ag_db_set_search_path(db, NULL, diag));
    assert_string_equal(ask_one("SELECT current_setting('search_path')"), own);
}

static void test_rows(void **state)
{
    (void)state;
    AgRows *rows =
        ag_db_query(db, pool, "SELECT 1 AS a, NULL AS b UNION ALL SELECT 2, 'x'", NULL, 0, diag);
    assert_non_null(rows);
    assert_int_equal(rows->n_rows, 2);
    assert_int_equal(ag_rows_column(rows, "b"), 1);
    assert_int_equal(ag_rows_column(rows, "c"), -1);
    assert_null(ag_rows_get(rows, 0, 1));
    assert_string_equal(ag_rows_get(rows, 1, 1), "x");
    assert_int_equal(rows->affected, 0);
    live_script(db, "CREATE TABLE touched (k int)");
    rows = ag_db_query(db, pool, "INSERT INTO touched VALUES (1), (2)", NULL, 0, diag);
    assert_int_equal(rows->affected, 2);
    assert_string_equal(rows->tag, "INSERT 0 2");
    live_script(db, "DROP TABLE touched");
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE_TEST(test_no_connection),
        LIVE_TEST(test_sqlstate_of_a_refusal),
        LIVE_TEST(test_silent_server),
        LIVE_TEST(test_wait_gives_up),
        LIVE_TEST(test_session_is_pinned),
        LIVE_TEST(test_read_only_is_refused_for_writing),
        LIVE_TEST(test_encoding_is_refused_for_writing),
        LIVE_TEST(test_failures_of_statements),
        LIVE_TEST(test_place_of_a_mistake),
        LIVE_TEST(test_lock_timeout),
        LIVE_TEST(test_permission),
        LIVE_TEST(test_notices_are_capped),
        LIVE_TEST(test_commit_of_a_failed_transaction),
        LIVE_TEST(test_commit_that_fails),
        LIVE_TEST(test_transaction_that_was_ended),
        LIVE_TEST(test_ask),
        LIVE_TEST(test_ask_stops_when_told),
        LIVE_TEST(test_terminated),
        LIVE_TEST(test_interrupt),
        LIVE_TEST(test_cut_after_commit_arrived),
        LIVE_TEST(test_cut_before_commit_arrived),
        LIVE_TEST(test_search_path),
        LIVE_TEST(test_rows),
    };
    LIVE_MAIN(tests);
}
