/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "db/sqlite_private.h"
#include "sql/lexer.h"

/* --- one statement --- */

static int error_offset(sqlite3 *sqlite)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    return sqlite3_error_offset(sqlite);
#else
    (void)sqlite;
    return -1;
#endif
}

/* Law 10: what follows the first statement must be nothing. */
static bool is_blank(const char *tail)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, tail, strlen(tail));
    AgToken token;
    do
        token = ag_lexer_next_solid(&lexer);
    while (ag_token_is(token, ";"));
    return token.type == AG_TOKEN_END;
}

/* A signal that came while nothing ran stops the next statement. */
static bool was_interrupted(AgDb *db, AgPlace place, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (!handle->interrupted)
        return false;
    handle->interrupted = 0;
    g_snprintf(db->state, sizeof db->state, "%d", SQLITE_INTERRUPT);
    ag_fail(diag, AG_PROBLEM_INTERRUPTED, place, "interrupted");
    return true;
}

static bool prepare(AgDb *db, const char *sql, AgPlace place, sqlite3_stmt **out, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    const char *tail = NULL;
    *out = NULL;
    if (was_interrupted(db, place, diag))
        return false;
    handle->timed_out = false;
    handle->deadline = db->options.statement_timeout_ms > 0
                           ? ag_clock_monotonic_ms() + db->options.statement_timeout_ms
                           : 0;
    int code = sqlite3_prepare_v3(handle->sqlite, sql, -1, 0, out, &tail);
    if (code != SQLITE_OK)
        return ag_sqlite_fail(db, code, sql, error_offset(handle->sqlite), place, diag);
    if (is_blank(tail))
        return true;
    sqlite3_finalize(*out);
    *out = NULL;
    g_snprintf(db->state, sizeof db->state, "%d", SQLITE_ERROR);
    ag_fail(diag, AG_PROBLEM_STATEMENT, place, "more than one statement where one was expected");
    ag_hint(diag, "end each statement with a semicolon at the end of its line");
    return false;
}

/* Law 2: a conflict clause, an I/O error or COMMIT in a revision ends the transaction silently. */
static bool is_still_in_transaction(AgDb *db, AgPlace place, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (!handle->in_transaction || sqlite3_get_autocommit(handle->sqlite) == 0)
        return true;
    handle->in_transaction = false;
    ag_fail(diag, AG_PROBLEM_TRANSACTION_LEFT, place, "the statement ended the transaction");
    ag_hint(diag, "revisions must not COMMIT or ROLLBACK; the statements before it may have been "
                  "kept without the revision being recorded");
    return false;
}

/* `code` is that of the last step. */
static bool finish(AgDb *db, sqlite3_stmt *statement, int code, AgPlace place, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (code == SQLITE_DONE) {
        sqlite3_finalize(statement);
        return is_still_in_transaction(db, place, diag);
    }
    ag_sqlite_fail(db, code, sqlite3_sql(statement), error_offset(handle->sqlite), place, diag);
    sqlite3_finalize(statement);
    return false;
}

static bool run(AgDb *db, const char *sql, AgPlace place, AgDiag *diag)
{
    sqlite3_stmt *statement;
    if (!prepare(db, sql, place, &statement, diag))
        return false;
    if (statement == NULL)
        return true;
    int code;
    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    return finish(db, statement, code, place, diag);
}

/* --- rows --- */

/* A real as text that reads back to the same bits and as a real. */
static char *real_text(AgPool *pool, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE + 2];
    if (value > G_MAXDOUBLE || value < -G_MAXDOUBLE)
        return ag_pool_text(pool, value > 0 ? "9.0e+999" : "-9.0e+999");
    g_ascii_dtostr(buffer, G_ASCII_DTOSTR_BUF_SIZE, value);
    if (strpbrk(buffer, ".e") == NULL)
        strcat(buffer, ".0");
    return ag_pool_text(pool, buffer);
}

static char *blob_text(AgPool *pool, const unsigned char *bytes, size_t length)
{
    char *text = ag_pool_alloc(pool, 2 * length + 4);
    char *p = text;
    *p++ = 'X';
    *p++ = '\'';
    for (size_t i = 0; i < length; i++) {
        *p++ = "0123456789ABCDEF"[bytes[i] >> 4];
        *p++ = "0123456789ABCDEF"[bytes[i] & 15];
    }
    *p = '\'';
    return text;
}

static char *cell_text(AgPool *pool, sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return ag_pool_printf(pool, "%" G_GINT64_FORMAT,
                              (gint64)sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return real_text(pool, sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        return ag_pool_text_n(pool, text, (size_t)sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
        const unsigned char *bytes = sqlite3_column_blob(statement, column);
        return blob_text(pool, bytes, (size_t)sqlite3_column_bytes(statement, column));
    }
    default:
        return NULL;
    }
}

static AgRows *new_rows(AgPool *pool, sqlite3_stmt *statement)
{
    AgRows *rows = ag_pool_new0(pool, AgRows);
    rows->tag = "";
    rows->n_columns = statement == NULL ? 0 : (guint)sqlite3_column_count(statement);
    const char **names = ag_pool_alloc(pool, (rows->n_columns + 1) * sizeof(char *));
    for (guint i = 0; i < rows->n_columns; i++)
        names[i] = ag_pool_text(pool, sqlite3_column_name(statement, (int)i));
    rows->names = names;
    return rows;
}

/* Steps through the statement and returns the code of the last step. */
static int fetch(AgPool *pool, sqlite3_stmt *statement, AgRows *rows)
{
    GPtrArray *cells = ag_pool_array(pool);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        for (guint i = 0; i < rows->n_columns; i++)
            g_ptr_array_add(cells, cell_text(pool, statement, (int)i));
        rows->n_rows++;
    }
    /* pdata is NULL when no cell was added. */
    rows->cells = (const char **)(guintptr)cells->pdata;
    return code;
}

static AgRows *query(AgDb *db, AgPool *pool, const char *sql, const char *const *params,
                     int n_params, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    sqlite3_stmt *statement;
    if (!prepare(db, sql, AG_NOWHERE, &statement, diag))
        return NULL;
    AgRows *rows = new_rows(pool, statement);
    if (statement == NULL)
        return rows;
    for (int i = 0; i < n_params; i++) {
        int bound = sqlite3_bind_text(statement, i + 1, params[i], -1, SQLITE_TRANSIENT);
        if (bound != SQLITE_OK) {
            ag_sqlite_fail(db, bound, sql, -1, AG_NOWHERE, diag);
            sqlite3_finalize(statement);
            return NULL;
        }
    }
    /* The count of changes stays what it was over statements that change none. */
    int before = sqlite3_total_changes(handle->sqlite);
    int code = fetch(pool, statement, rows);
    if (sqlite3_total_changes(handle->sqlite) != before)
        rows->affected = sqlite3_changes(handle->sqlite);
    return finish(db, statement, code, AG_NOWHERE, diag) ? rows : NULL;
}

static bool receive(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                    AgDiag *diag)
{
    for (guint i = 0; i < n; i++) {
        g_autoptr(AgPool) pool = ag_pool_new();
        const AgQuestion *q = &questions[i];
        const AgRows *rows = query(db, pool, q->sql, q->params, q->n_params, diag);
        if (rows == NULL || !on_rows(i, rows, data, diag))
            return false;
    }
    return true;
}

/* --- transactions --- */

static bool begin(AgDb *db, bool read_only_snapshot, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (!read_only_snapshot && !handle->read_only && !ag_sqlite_is_safe(db, diag))
        return false;
    bool write = !read_only_snapshot && !handle->read_only;
    if (!run(db, write ? "BEGIN IMMEDIATE" : "BEGIN", AG_NOWHERE, diag))
        return false;
    handle->in_transaction = true;
    /* A read transaction begins with its first read. */
    if (write || run(db, "SELECT 1 FROM sqlite_master LIMIT 1", AG_NOWHERE, diag))
        return true;
    db->driver->rollback(db);
    return false;
}

/* The busy handler has waited for readers already when COMMIT comes back busy; SQLite keeps the
 * transaction then, and leaving it open would shut out everybody. */
static bool commit(AgDb *db, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (!handle->in_transaction)
        return ag_fail(diag, AG_PROBLEM_TRANSACTION_LEFT, AG_NOWHERE,
                       "there is no transaction to commit");
    handle->in_transaction = false;
    bool done = run(db, "COMMIT", AG_NOWHERE, diag);
    if (done && sqlite3_get_autocommit(handle->sqlite) != 0)
        return true;
    if (done)
        ag_fail(diag, AG_PROBLEM_INTERNAL, AG_NOWHERE, "COMMIT left the transaction open");
    db->driver->rollback(db);
    return false;
}

static void roll_back(AgDb *db)
{
    AgSqlite *handle = db->handle;
    handle->in_transaction = false;
    if (handle->sqlite != NULL && sqlite3_get_autocommit(handle->sqlite) == 0)
        sqlite3_exec(handle->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

static bool transaction_is_ours(AgDb *db, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (handle->in_transaction && sqlite3_get_autocommit(handle->sqlite) == 0)
        return true;
    handle->in_transaction = false;
    return ag_fail(diag, AG_PROBLEM_TRANSACTION_LEFT, AG_NOWHERE,
                   "the transaction has ended before its COMMIT");
}

static bool set_search_path(AgDb *db, const char *path, AgDiag *diag)
{
    (void)db;
    (void)path;
    (void)diag;
    return true;
}

/* Async-signal-safe: two flags. */
static void interrupt(AgDb *db)
{
    AgSqlite *handle = db->handle;
    if (handle == NULL)
        return;
    handle->interrupted = 1;
    if (handle->sqlite != NULL)
        sqlite3_interrupt(handle->sqlite);
}

/* Freeing a schema takes SQLite a good part of the time that reading it took. The last that leaves
 * a database with a write-ahead log has to tidy that up. */
static bool may_be_left(AgDb *db)
{
    AgSqlite *handle = db->handle;
    if (!db->options.ends || !handle->read_only || !handle->opened)
        return false;
    g_autofree char *journal = ag_sqlite_cell(handle->sqlite, "PRAGMA main.journal_mode");
    return journal != NULL && g_ascii_strcasecmp(journal, "wal") != 0;
}

static void close_database(AgDb *db)
{
    AgSqlite *handle = db->handle;
    if (handle == NULL)
        return;
    if (handle->opening != NULL)
        g_thread_join(handle->opening);
    roll_back(db);
    if (!may_be_left(db)) {
        int code = sqlite3_close(handle->sqlite);
        g_assert(code == SQLITE_OK);
    }
    ag_diag_free(handle->said);
    db->handle = NULL;
    g_free(handle);
}

const AgDriver ag_driver_sqlite = {
    .start = ag_sqlite_start,
    .open = ag_sqlite_open,
    .close = close_database,
    .run = run,
    .query = query,
    .receive = receive,
    .begin = begin,
    .commit = commit,
    .rollback = roll_back,
    .transaction_is_ours = transaction_is_ours,
    .set_search_path = set_search_path,
    .interrupt = interrupt,
};
