/* SPDX-License-Identifier: MIT */
#include "db/sqlite_private.h"

#include <string.h>

#include "base/text.h"
#include "sql/split.h"

static void keep_state(AgDb *db, int code)
{
    g_snprintf(db->state, sizeof db->state, "%d", code);
}

static AgProblemId problem_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return AG_PROBLEM_LOCK_TIMEOUT;
    case SQLITE_READONLY:
        return AG_PROBLEM_READ_ONLY;
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return AG_PROBLEM_PERMISSION;
    case SQLITE_CONSTRAINT:
        return AG_PROBLEM_ROWS_UNFIT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return AG_PROBLEM_UNSAFE_DATABASE;
    case SQLITE_INTERRUPT:
        return AG_PROBLEM_INTERRUPTED;
    default:
        return AG_PROBLEM_STATEMENT;
    }
}

static void advise(AgDb *db, int code, AgDiag *diag)
{
    const char *file = db->url->shown;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
        ag_hint(diag,
                "another process is using %s; `fuser` names it. A longer --lock-timeout waits",
                file);
        return;
    case SQLITE_LOCKED:
        ag_hint(diag, "another statement of this connection still reads the table");
        return;
    case SQLITE_READONLY:
        ag_hint(diag, "make the file and its directory writable for this user: SQLite writes a "
                      "journal beside the file");
        return;
    case SQLITE_FULL:
        ag_hint(diag, "the disk (or max_page_count) is full; make room and run again");
        return;
    case SQLITE_IOERR:
        ag_hint(diag, "the operating system could not read or write %s (result code %d)", file,
                code);
        return;
    case SQLITE_CANTOPEN:
        ag_hint(diag, "a journal or temporary file cannot be made beside %s", file);
        return;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        ag_hint(diag, "the file is damaged: restore a backup, or save what can be read with "
                      "`sqlite3 FILE .recover`");
        return;
    case SQLITE_NOMEM:
        ag_hint(diag, "memory ran out");
        return;
    default:
        return;
    }
}

static AgPlace place_of(const char *sql, int offset, AgPlace place)
{
    if (place.file == NULL || sql == NULL || offset < 0 || (size_t)offset > strlen(sql))
        return place;
    return ag_sql_place(sql, (size_t)offset, place);
}

/* ALTER TABLE looks through every view and trigger of the schema, those that nobody asked about and
 * models ignore among them. "error in view v: no such table: main.gone" */
static void advise_texts(const char *message, AgDiag *diag)
{
    if (!g_str_has_prefix(message, "error in view ") &&
        !g_str_has_prefix(message, "error in trigger "))
        return;
    if (strstr(message, " after ") != NULL)
        ag_hint(diag, "it names what this statement takes away: change or drop it before, in the "
                      "same revision");
    else
        ag_hint(diag, "it was broken before, and SQLite renames and drops nothing while it cannot "
                      "compile every view and trigger: mend or drop it, whether or not models "
                      "ignore it");
}

bool ag_sqlite_fail(AgDb *db, int code, const char *sql, int offset, AgPlace place, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    g_autofree char *message = ag_text_printable(sqlite3_errmsg(handle->sqlite));
    place = place_of(sql, offset, place);
    bool ended = handle->in_transaction && sqlite3_get_autocommit(handle->sqlite) != 0;
    if (ended)
        handle->in_transaction = false;
    keep_state(db, code);
    if ((code & 0xff) == SQLITE_INTERRUPT && handle->timed_out) {
        ag_fail(diag, AG_PROBLEM_STATEMENT, place, "the statement took longer than %d ms",
                db->options.statement_timeout_ms);
        ag_hint(diag, "the limit is statement-timeout");
    } else {
        ag_fail(diag, problem_of(code), place, "%s", message);
        advise(db, code, diag);
        advise_texts(message, diag);
    }
    if ((code & 0xff) == SQLITE_INTERRUPT)
        handle->interrupted = 0;
    if (ended)
        ag_hint(diag, "SQLite has rolled the transaction back by itself");
    ag_sqlstate(diag, db->state, NULL);
    return false;
}

bool ag_sqlite_fail_open(AgDb *db, int code, const char *message, AgDiag *diag)
{
    const char *file = db->url->shown;
    g_autofree char *printable = ag_text_printable(message);
    keep_state(db, code);
    switch (code & 0xff) {
    case SQLITE_NOTADB:
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "'%s' is not an SQLite database", file);
        ag_hint(diag, "the file holds something else, or is encrypted; check the path of the URL");
        break;
    case SQLITE_CORRUPT:
        ag_fail(diag, AG_PROBLEM_UNSAFE_DATABASE, AG_NOWHERE, "database '%s' cannot be read: %s",
                file, printable);
        ag_hint(diag, "the file is damaged, or a newer SQLite wrote its schema (this is %s)",
                sqlite3_libversion());
        ag_hint(diag, "`sqlite3 FILE 'PRAGMA integrity_check'` says more; restore a backup, or "
                      "save what can be read with `sqlite3 FILE .recover`");
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        ag_fail(diag, AG_PROBLEM_LOCK_TIMEOUT, AG_NOWHERE, "database '%s' is locked", file);
        advise(db, code, diag);
        break;
    case SQLITE_READONLY:
        ag_fail(diag, AG_PROBLEM_READ_ONLY, AG_NOWHERE, "database '%s' cannot be recovered: %s",
                file, printable);
        ag_hint(diag, "a crash left a journal beside the file that has to be rolled back; that "
                      "needs write access to file and directory");
        break;
    default:
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "cannot open database '%s': %s", file,
                printable);
        advise(db, code, diag);
        break;
    }
    ag_sqlstate(diag, db->state, NULL);
    return false;
}
