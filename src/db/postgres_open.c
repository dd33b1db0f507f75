/* SPDX-License-Identifier: MIT */
#include "db/postgres_private.h"

#include <stdlib.h>
#include <string.h>

enum { OLDEST_SERVER = 130000, NEWEST_TESTED = 189999 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PQconninfoOption, PQconninfoFree)

/* --- the session --- */

/* One round trip: what catalog text depends on is pinned (law 9), and the facts that decide whether
 * we may write come back with it. Set by SQL, because poolers refuse start-up options and roles and
 * databases carry settings of their own. */
static const char *const pin_sql =
    "SELECT pg_catalog.current_setting('default_transaction_read_only'),"
    " pg_catalog.pg_is_in_recovery(), pg_catalog.pg_backend_pid(),"
    " pg_catalog.getdatabaseencoding(),"
    " pg_catalog.set_config('DateStyle', 'ISO, MDY', p.local),"
    " pg_catalog.set_config('IntervalStyle', 'postgres', p.local),"
    " pg_catalog.set_config('TimeZone', 'UTC', p.local),"
    " pg_catalog.set_config('extra_float_digits', '3', p.local),"
    " pg_catalog.set_config('bytea_output', 'hex', p.local),"
    " pg_catalog.set_config('quote_all_identifiers', 'off', p.local),"
    " pg_catalog.set_config('standard_conforming_strings', 'on', p.local),"
    " pg_catalog.set_config('row_security', 'off', p.local),"
    " pg_catalog.set_config('client_min_messages', 'warning', p.local),"
    " pg_catalog.set_config('check_function_bodies', 'on', p.local),"
    " pg_catalog.set_config('jit', 'off', p.local),"
    " pg_catalog.set_config('idle_in_transaction_session_timeout', '0', p.local),"
    " pg_catalog.set_config('lock_timeout', $1, p.local),"
    " pg_catalog.set_config('statement_timeout', $2, p.local),"
    " pg_catalog.set_config('search_path', " AG_PG_OWN_PATH ", p.local)";
static const char *const pin_sql_14 =
    ", pg_catalog.set_config('idle_session_timeout', '0', p.local)"
    ", pg_catalog.set_config('client_connection_check_interval', '5s', p.local)";
static const char *const pin_sql_17 =
    ", pg_catalog.set_config('transaction_timeout', '0', p.local)";

/* Behind a transaction pooler another client gets the server's session next: nothing may stay. */
static const char *const pin_sql_end =
    " FROM (SELECT pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.<>) $3::pg_catalog.int4)"
    " AS p(local)";

enum { PIN_READ_ONLY, PIN_RECOVERY, PIN_PID, PIN_ENCODING, PIN_FIRST };

/* Settings whose other values change the meaning of text. */
static const char *const pinned[] = {"ISO, MDY", "postgres", "UTC", "3", "hex", "off", "on", "off"};

static bool check_pins(const PGresult *facts, AgDiag *diag)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pinned); i++) {
        const char *value = PQgetvalue(facts, 0, PIN_FIRST + (int)i);
        if (strcmp(value, pinned[i]) != 0)
            return ag_fail(diag, AG_PROBLEM_UNSAFE_DATABASE, AG_NOWHERE,
                           "the server does not keep a session setting: '%s' came back instead "
                           "of '%s'",
                           value, pinned[i]);
    }
    return true;
}

static bool check_version(AgDb *db, AgDiag *diag)
{
    if (db->version < OLDEST_SERVER) {
        ag_fail(diag, AG_PROBLEM_UNSUPPORTED, AG_NOWHERE,
                "the server is PostgreSQL %ld; 13 is the oldest that is supported",
                db->version / 10000);
        return false;
    }
    if (db->version > NEWEST_TESTED)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "PostgreSQL %ld is newer than this program was tested with", db->version / 10000);
    return true;
}

static bool check_writable(AgDb *db, const PGresult *facts, AgDiag *diag)
{
    const char *encoding = PQgetvalue(facts, 0, PIN_ENCODING);
    if (strcmp(PQgetvalue(facts, 0, PIN_RECOVERY), "t") == 0) {
        ag_fail(diag, AG_PROBLEM_READ_ONLY, AG_NOWHERE, "the server is a standby");
        ag_hint(diag, "use the URL of the primary server");
        return false;
    }
    if (strcmp(PQgetvalue(facts, 0, PIN_READ_ONLY), "on") == 0) {
        ag_fail(diag, AG_PROBLEM_READ_ONLY, AG_NOWHERE,
                "default_transaction_read_only is on for this role or database");
        ag_hint(diag, "use a role that may write, or change the setting with ALTER ROLE ... SET");
        return false;
    }
    if (ag_pg(db)->pooled) {
        ag_fail(diag, AG_PROBLEM_POOLED_CONNECTION, AG_NOWHERE,
                "the connection goes through a transaction pooler (server process %s, announced "
                "%d)",
                PQgetvalue(facts, 0, PIN_PID), PQbackendPID(ag_pg(db)->conn));
        ag_hint(diag, "use a URL that leads straight to the server; through a pooler only "
                      "commands that read work");
        return false;
    }
    if (strcmp(encoding, "UTF8") != 0 && strcmp(encoding, "SQL_ASCII") != 0) {
        ag_fail(diag, AG_PROBLEM_UNSAFE_DATABASE, AG_NOWHERE,
                "the database has the encoding %s, which cannot hold every name and text of the "
                "models",
                encoding);
        ag_hint(diag, "databases of the encoding UTF8 are supported");
        return false;
    }
    return true;
}

bool ag_pg_pin(AgDb *db, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    char lock[16], statement[16], pid[16];
    int lock_ms = db->options.lock_timeout_ms < 0 ? 5000 : db->options.lock_timeout_ms;
    g_snprintf(lock, sizeof lock, "%d", lock_ms);
    g_snprintf(statement, sizeof statement, "%d", MAX(db->options.statement_timeout_ms, 0));
    g_snprintf(pid, sizeof pid, "%d", PQbackendPID(pg->conn));
    const char *params[] = {lock, statement, pid};
    g_autofree char *sql = g_strconcat(pin_sql, db->version >= 140000 ? pin_sql_14 : "",
                                       db->version >= 170000 ? pin_sql_17 : "", pin_sql_end, NULL);
    g_autoptr(PGresult) facts = PQexecParams(pg->conn, sql, 3, NULL, params, NULL, NULL, 0);
    if (PQresultStatus(facts) != PGRES_TUPLES_OK)
        return ag_pg_fail(db, facts, NULL, AG_NOWHERE, diag);
    pg->pooled = atoi(PQgetvalue(facts, 0, PIN_PID)) != PQbackendPID(pg->conn);
    return check_pins(facts, diag) &&
           (db->options.mode == AG_DB_READ || check_writable(db, facts, diag));
}

/* --- TLS --- */

static bool is_local(const PGconn *conn)
{
    const char *host = PQhost(conn), *address = PQhostaddr(conn);
    if (host == NULL || *host == '\0' || *host == '/' || *host == '@')
        return true;
    if (address != NULL && *address != '\0')
        return g_str_has_prefix(address, "127.") || strcmp(address, "::1") == 0;
    return strcmp(host, "localhost") == 0;
}

static void warn_insecure(AgDb *db, AgDiag *diag)
{
    PGconn *conn = ag_pg(db)->conn;
    if (is_local(conn))
        return;
    g_autoptr(PQconninfoOption) used = PQconninfo(conn);
    const char *mode = "prefer";
    for (PQconninfoOption *o = used; o != NULL && o->keyword != NULL; o++)
        if (strcmp(o->keyword, "sslmode") == 0 && o->val != NULL)
            mode = o->val;
    if (strcmp(mode, "disable") != 0 && strcmp(mode, "allow") != 0 && strcmp(mode, "prefer") != 0)
        return;
    ag_warn(diag, AG_PROBLEM_INSECURE, AG_NOWHERE, "%s to host '%s' (sslmode=%s)",
            PQsslInUse(conn) ? "nothing insists on the encryption of the connection"
                             : "the connection is not encrypted",
            PQhost(conn), mode);
    ag_hint(diag, "add sslmode=verify-full to the URL, with sslrootcert when the server's "
                  "certificate is your own");
}

bool ag_pg_open(AgDb *db, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    pg->conn = ag_pg_connect(db, diag);
    if (pg->conn == NULL)
        return false;
    db->version = PQserverVersion(pg->conn);
    PQsetNoticeReceiver(pg->conn, ag_pg_on_notice, pg);
    pg->cancel = PQgetCancel(pg->conn);
    warn_insecure(db, diag);
    return check_version(db, diag) && ag_pg_pin(db, diag);
}
