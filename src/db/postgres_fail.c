/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "db/postgres_private.h"
#include "sql/split.h"

#include <string.h>

enum { NOTICES_KEPT = 20 };

char *ag_pg_one_line(const char *text)
{
    g_autofree char *copy = g_strdup(text == NULL ? "" : text);
    g_strstrip(copy);
    for (char *p = copy; *p != '\0'; p++)
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
    return ag_text_printable(copy);
}

/* Messages that statements make on purpose (RAISE WARNING) can come by the million. */
void ag_pg_on_notice(void *data, const PGresult *result)
{
    AgPg *pg = data;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == NULL || strcmp(severity, "WARNING") != 0)
        return;
    if (pg->n_notices++ < NOTICES_KEPT)
        g_ptr_array_add(pg->notices,
                        ag_pg_one_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
}

void ag_pg_tell_notices(AgDb *db, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    for (guint i = 0; i < pg->notices->len; i++)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE, "the server warns: %s",
                (const char *)g_ptr_array_index(pg->notices, i));
    if (pg->n_notices > pg->notices->len)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE, "the server warns %u more times",
                pg->n_notices - pg->notices->len);
    g_ptr_array_set_size(pg->notices, 0);
    pg->n_notices = 0;
}

static AgProblemId problem_of(const AgPg *pg, const char *state)
{
    if (pg->interrupted && (strcmp(state, "57014") == 0 || *state == '\0'))
        return AG_PROBLEM_INTERRUPTED;
    if (*state == '\0' || g_str_has_prefix(state, "08") || strcmp(state, "57P01") == 0 ||
        strcmp(state, "57P02") == 0 || strcmp(state, "57P03") == 0)
        return AG_PROBLEM_CONNECTION_LOST;
    if (strcmp(state, "42501") == 0)
        return AG_PROBLEM_PERMISSION;
    if (strcmp(state, "55P03") == 0)
        return AG_PROBLEM_LOCK_TIMEOUT;
    if (strcmp(state, "25006") == 0)
        return AG_PROBLEM_READ_ONLY;
    if (g_str_has_prefix(state, "23"))
        return AG_PROBLEM_ROWS_UNFIT;
    return AG_PROBLEM_STATEMENT;
}

/* The server counts characters from 1; -1: it named none. */
static gssize error_offset(const PGresult *result, const char *sql)
{
    const char *text = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (text == NULL || sql == NULL)
        return -1;
    gint64 position = g_ascii_strtoll(text, NULL, 10);
    const char *p = sql;
    for (gint64 i = 1; i < position && *p != '\0'; i++) {
        p++;
        while (((unsigned char)*p & 0xc0) == 0x80)
            p++;
    }
    return p - sql;
}

static AgPlace error_place(const PGresult *result, const char *sql, AgPlace place)
{
    gssize offset = place.file == NULL ? -1 : error_offset(result, sql);
    return offset < 0 ? place : ag_sql_place(sql, (size_t)offset, place);
}

static void append_line(GString *out, const char *word, const char *text)
{
    if (text == NULL)
        return;
    g_autofree char *line = ag_pg_one_line(text);
    g_string_append_printf(out, "%s%s: %s", out->len > 0 ? "\n" : "", word, line);
}

/* "out of shared memory": the table of locks is full. One transaction that touches thousands of
 * tables holds a lock on each until it ends. */
static void add_memory_hints(AgDiag *diag, bool of_locks)
{
    if (!of_locks) {
        ag_hint(diag, "the server is out of memory; free some there and run again");
        return;
    }
    ag_hint(diag, "a transaction locks every table and index it changes until it ends; raising the "
                  "setting takes a restart of the server");
    ag_hint(diag,
            "or divide the statements among several revisions, each with a transaction of its "
            "own (transaction = per-revision)");
}

static void add_hints(AgDb *db, const PGresult *result, const char *state, AgDiag *diag)
{
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (hint != NULL) {
        g_autofree char *line = ag_pg_one_line(hint);
        ag_hint(diag, "%s", line);
    }
    if (strcmp(state, "55P03") == 0)
        ag_hint(diag, "another session holds the lock; try again, or allow more time with "
                      "--lock-timeout");
    else if (strcmp(state, "57014") == 0 && db->options.statement_timeout_ms > 0)
        ag_hint(diag, "the statement timeout is %d ms; allow more with --statement-timeout",
                db->options.statement_timeout_ms);
    else if (strcmp(state, "53100") == 0)
        ag_hint(diag, "the server's disk is full; make room there and run again");
    else if (strcmp(state, "22021") == 0)
        ag_hint(diag, "a name or text in the database is not valid UTF-8, which a database of the "
                      "encoding SQL_ASCII does not prevent; rename or rewrite it there");
    else if (strcmp(state, "53200") == 0)
        add_memory_hints(diag, hint != NULL);
}

static bool fail_without_result(AgDb *db, AgPlace place, AgDiag *diag)
{
    AgPg *pg = ag_pg(db);
    if (pg->interrupted && PQstatus(pg->conn) == CONNECTION_OK)
        return ag_fail(diag, AG_PROBLEM_INTERRUPTED, place, "interrupted");
    g_strlcpy(db->state, "08006", sizeof db->state);
    g_autofree char *text = ag_pg_one_line(PQerrorMessage(pg->conn));
    ag_fail(diag, AG_PROBLEM_CONNECTION_LOST, place, "the connection to the database broke: %s",
            *text == '\0' ? "no word from the server" : text);
    ag_hint(diag, "the server, a proxy or the network ended it; nothing was committed by the "
                  "statement that ran");
    return false;
}

bool ag_pg_fail(AgDb *db, const PGresult *result, const char *sql, AgPlace place, AgDiag *diag)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == NULL)
        return fail_without_result(db, place, diag);
    g_strlcpy(db->state, state, sizeof db->state);
    AgProblemId id = problem_of(ag_pg(db), state);
    g_autofree char *message = ag_pg_one_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    ag_fail(diag, id, error_place(result, sql, place), "%s", message);
    g_autoptr(GString) detail = g_string_new(NULL);
    append_line(detail, "DETAIL", PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
    append_line(detail, "CONTEXT", PQresultErrorField(result, PG_DIAG_CONTEXT));
    ag_sqlstate(diag, state, detail->len > 0 ? detail->str : NULL);
    add_hints(db, result, state, diag);
    return false;
}
