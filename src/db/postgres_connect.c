/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "db/postgres_private.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_TIMEOUT = 10 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PQconninfoOption, PQconninfoFree)

/* --- keyword arrays --- */

typedef struct {
    GPtrArray *names, *values;
    char timeout[16];
} Keywords;

static void add_keyword(Keywords *keywords, const char *name, const char *value)
{
    g_ptr_array_add(keywords->names, (gpointer)(guintptr)name);
    g_ptr_array_add(keywords->values, (gpointer)(guintptr)value);
}

static const char *url_keyword(const AgDb *db, const char *name)
{
    for (guint i = 0; i < db->url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(db->url->keywords, i);
        if (strcmp(keyword->name, name) == 0)
            return keyword->value;
    }
    return NULL;
}

static bool knows_keyword(const PQconninfoOption *known, const char *name)
{
    for (; known->keyword != NULL; known++)
        if (strcmp(known->keyword, name) == 0)
            return true;
    return false;
}

static int connect_timeout(const AgDb *db)
{
    const char *written = url_keyword(db, "connect_timeout");
    int seconds = written != NULL ? atoi(written) : db->options.connect_timeout;
    return seconds > 0 ? seconds : DEFAULT_TIMEOUT;
}

/* Ours come last: of two equal keywords libpq takes the later one. */
static bool collect_keywords(const AgDb *db, Keywords *keywords, AgDiag *diag)
{
    g_autoptr(PQconninfoOption) known = PQconndefaults();
    keywords->names = g_ptr_array_new();
    keywords->values = g_ptr_array_new();
    for (guint i = 0; i < db->url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(db->url->keywords, i);
        if (known != NULL && !knows_keyword(known, keyword->name)) {
            ag_fail(diag, AG_PROBLEM_BAD_URL, AG_NOWHERE,
                    "the installed libpq does not know the parameter '%s'", keyword->name);
            ag_hint(diag, "take it out of the URL or install a newer libpq");
            return false;
        }
        add_keyword(keywords, keyword->name, keyword->value);
    }
    if (db->options.password != NULL && db->url->password == NULL)
        add_keyword(keywords, "password", db->options.password);
    g_snprintf(keywords->timeout, sizeof keywords->timeout, "%d", connect_timeout(db));
    add_keyword(keywords, "connect_timeout", keywords->timeout);
    add_keyword(keywords, "client_encoding", "UTF8");
    add_keyword(keywords, "application_name",
                db->options.application == NULL ? "autogen" : db->options.application);
    add_keyword(keywords, NULL, NULL);
    return true;
}

static void clear_keywords(Keywords *keywords)
{
    g_clear_pointer(&keywords->names, g_ptr_array_unref);
    g_clear_pointer(&keywords->values, g_ptr_array_unref);
}

/* --- one attempt --- */

/* Drives the connection by hand, because the verbosity that shows the SQLSTATE can only be set
 * between start and end, and server messages come in any language. False: out of time. */
static bool poll_connection(PGconn *conn, PostgresPollingStatusType wanted, int seconds)
{
    int64_t deadline = ag_clock_monotonic_ms() + (int64_t)seconds * 1000;
    while (wanted == PGRES_POLLING_READING || wanted == PGRES_POLLING_WRITING) {
        struct pollfd fd = {.fd = PQsocket(conn),
                            .events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        int64_t left = deadline - ag_clock_monotonic_ms();
        if (left <= 0 || fd.fd < 0)
            return fd.fd < 0;
        int ready = poll(&fd, 1, (int)MIN(left, 1000));
        if (ready < 0 && errno != EINTR)
            return true;
        if (ready > 0)
            wanted = PQconnectPoll(conn);
    }
    return true;
}

/* libpq itself must go from one to the next when time is out. */
static bool has_several_hosts(const AgDb *db)
{
    const char *host = url_keyword(db, "host");
    return host != NULL && strchr(host, ',') != NULL;
}

static PGconn *begin_connection(const Keywords *keywords)
{
    PGconn *conn = PQconnectStartParams((const char *const *)keywords->names->pdata,
                                        (const char *const *)keywords->values->pdata, 0);
    if (PQstatus(conn) != CONNECTION_BAD)
        PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    return conn;
}

static PGconn *attempt(AgDb *db, const Keywords *keywords, bool *timed_out)
{
    AgPg *pg = ag_pg(db);
    *timed_out = false;
    if (has_several_hosts(db))
        return PQconnectdbParams((const char *const *)keywords->names->pdata,
                                 (const char *const *)keywords->values->pdata, 0);
    PostgresPollingStatusType wanted = pg->starting == NULL ? PGRES_POLLING_WRITING : pg->wanted;
    PGconn *conn =
        pg->starting == NULL ? begin_connection(keywords) : g_steal_pointer(&pg->starting);
    if (conn == NULL || PQstatus(conn) == CONNECTION_BAD)
        return conn;
    *timed_out = !poll_connection(conn, wanted, connect_timeout(db));
    PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
    return conn;
}

/* Goes on for as long as nothing has to be waited for. */
static void advance(AgPg *pg)
{
    pg->wanted = PGRES_POLLING_WRITING;
    while (pg->wanted == PGRES_POLLING_READING || pg->wanted == PGRES_POLLING_WRITING) {
        struct pollfd fd = {.fd = PQsocket(pg->starting),
                            .events = pg->wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        if (fd.fd < 0 || poll(&fd, 1, 0) <= 0)
            return;
        pg->wanted = PQconnectPoll(pg->starting);
    }
}

void ag_pg_start(AgDb *db)
{
    AgPg *pg = g_new0(AgPg, 1);
    db->handle = pg;
    pg->notices = g_ptr_array_new_with_free_func(g_free);
    Keywords keywords = {0};
    g_autoptr(AgDiag) later = ag_diag_new(); /* the second attempt says it again */
    if (ag_libpq_load(later) && !has_several_hosts(db) && collect_keywords(db, &keywords, later))
        pg->starting = begin_connection(&keywords);
    clear_keywords(&keywords);
    if (pg->starting != NULL)
        advance(pg);
}

/* --- what went wrong --- */

typedef struct {
    char state[6]; /* of the server; "" when it said nothing */
    char *text;    /* libpq's message on one line, without our secrets */
    bool timed_out;
} Failure;

/* Takes "FATAL:  28P01: message" apart. */
static void find_state(Failure *failure, const char *text)
{
    for (const char *p = strstr(text, ":  "); p != NULL; p = strstr(p + 1, ":  ")) {
        const char *state = p + 3;
        size_t i = 0;
        while (i < 5 && (g_ascii_isdigit(state[i]) || g_ascii_isupper(state[i])))
            i++;
        if (i == 5 && state[5] == ':' && state[6] == ' ') {
            memcpy(failure->state, state, 5);
            return;
        }
    }
}

/* libpq's text is shown only when no secret can be in it. */
static bool holds_secret(const AgDb *db, const PGconn *conn, const char *text)
{
    const char *const secrets[] = {db->url->password, db->options.password, PQpass(conn),
                                   url_keyword(db, "sslpassword")};
    for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++)
        if (secrets[i] != NULL && strlen(secrets[i]) > 2 && strstr(text, secrets[i]) != NULL)
            return true;
    return false;
}

/* Drops "connection to server at ... failed: ", the severity and the LOCATION line: what remains is
 * the reason; user, host and port are named by us. */
static char *reason_of(const char *text)
{
    const char *failed = strstr(text, " failed: ");
    const char *start = failed == NULL ? text : failed + strlen(" failed: ");
    for (size_t i = 0; i < 2; i++) {
        const char *colon = strstr(start, ":  ");
        if (colon != NULL && colon - start < 12)
            start = colon + 3;
    }
    if (strlen(start) > 7 && start[5] == ':' && start[6] == ' ' && strcspn(start, ":") == 5)
        start += 7;
    const char *end = strstr(start, "\nLOCATION:");
    g_autofree char *cut = end == NULL ? g_strdup(start) : g_strndup(start, (gsize)(end - start));
    char *question = strstr(cut, "\n\tIs the server running");
    if (question != NULL)
        *question = '\0';
    return ag_pg_one_line(cut);
}

static void read_failure(const AgDb *db, const PGconn *conn, Failure *failure)
{
    const char *text = PQerrorMessage(conn);
    find_state(failure, text);
    if (failure->timed_out)
        failure->text = g_strdup_printf("no answer within %d seconds", connect_timeout(db));
    else if (holds_secret(db, conn, text))
        failure->text = g_strdup("the connection was refused");
    else
        failure->text = reason_of(text);
}

static bool has_text(const Failure *failure, const char *word)
{
    return strstr(failure->text, word) != NULL;
}

/* Whether waiting can help: the server is starting, full, or not there yet. */
static bool may_come_up(const Failure *failure)
{
    if (failure->state[0] != '\0')
        return strcmp(failure->state, "57P03") == 0 || strcmp(failure->state, "53300") == 0;
    return failure->timed_out || has_text(failure, strerror(ECONNREFUSED)) ||
           has_text(failure, strerror(ENOENT)) || has_text(failure, "the database system is") ||
           has_text(failure, "could not translate host name") ||
           has_text(failure, "server closed the connection unexpectedly") ||
           has_text(failure, strerror(ECONNRESET)) || has_text(failure, strerror(EHOSTUNREACH));
}

static void hint_by_state(const char *state, AgDiag *diag)
{
    if (strcmp(state, "28P01") == 0)
        ag_hint(diag, "the password is wrong or the role does not exist; passwords come from the "
                      "URL, password-command, PGPASSWORD or .pgpass");
    else if (strcmp(state, "28000") == 0)
        ag_hint(diag, "the role does not exist, or pg_hba.conf has no line that lets it in from "
                      "here to this database");
    else if (strcmp(state, "3D000") == 0)
        ag_hint(diag, "create the database first, or correct its name in the URL");
    else if (strcmp(state, "42501") == 0)
        ag_hint(diag, "GRANT CONNECT ON DATABASE is missing for the role");
    else if (strcmp(state, "53300") == 0)
        ag_hint(diag, "all connections are in use; --wait SECONDS goes on trying");
    else if (strcmp(state, "57P03") == 0)
        ag_hint(diag, "the server is starting or stopping; --wait SECONDS goes on trying");
}

static void hint_by_text(const Failure *failure, const PGconn *conn, AgDiag *diag)
{
    if (PQconnectionNeedsPassword(conn))
        ag_hint(diag, "the server asks for a password and none was given: password-command, "
                      "PGPASSWORD, .pgpass or the URL");
    else if (has_text(failure, "SSL") || has_text(failure, "certificate"))
        ag_hint(diag, "check sslmode and sslrootcert of the URL, and that the server has TLS on");
    else if (has_text(failure, "could not translate host name"))
        ag_hint(diag, "the host name cannot be resolved from here");
    else if (may_come_up(failure))
        ag_hint(diag, "is the server running there? --wait SECONDS goes on trying");
}

static bool fail_connection(const AgDb *db, const PGconn *conn, const Failure *failure,
                            AgDiag *diag)
{
    const char *host = PQhost(conn), *port = PQport(conn);
    const char *name = PQdb(conn), *user = PQuser(conn);
    g_autofree char *user_shown = ag_pg_one_line(user);
    g_autofree char *name_shown = ag_pg_one_line(name);
    g_autofree char *host_shown =
        ag_pg_one_line(host != NULL && *host != '\0' ? host : url_keyword(db, "host"));
    if (*user_shown == '\0') /* it failed before libpq knew whom to ask */
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "cannot connect to '%s': %s",
                db->url->shown, failure->text);
    else
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE,
                "cannot connect to database '%s' as '%s' at host '%s' port %s: %s", name_shown,
                user_shown, host_shown, port != NULL && *port != '\0' ? port : "5432",
                failure->text);
    if (failure->state[0] != '\0') {
        ag_sqlstate(diag, failure->state, NULL);
        hint_by_state(failure->state, diag);
    } else {
        hint_by_text(failure, conn, diag);
    }
    return false;
}

PGconn *ag_pg_connect(AgDb *db, AgDiag *diag)
{
    Keywords keywords = {0};
    int64_t give_up = ag_clock_monotonic_ms() + (int64_t)db->options.wait * 1000;
    PGconn *conn = NULL;
    gulong pause = 100 * 1000;
    bool retry = ag_libpq_load(diag) && collect_keywords(db, &keywords, diag);
    while (retry) {
        Failure failure = {0};
        conn = attempt(db, &keywords, &failure.timed_out);
        g_assert(conn != NULL); /* out of memory only */
        if (!failure.timed_out && PQstatus(conn) == CONNECTION_OK)
            break;
        read_failure(db, conn, &failure);
        retry = may_come_up(&failure) && ag_clock_monotonic_ms() < give_up;
        if (!retry) {
            g_strlcpy(db->state, failure.state, sizeof db->state);
            fail_connection(db, conn, &failure, diag);
        }
        g_free(failure.text);
        PQfinish(g_steal_pointer(&conn));
        if (retry)
            g_usleep(pause);
        pause = MIN(pause * 2, 2000 * 1000);
    }
    clear_keywords(&keywords);
    return conn;
}
