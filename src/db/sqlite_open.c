/* SPDX-License-Identifier: MIT */
#include "db/sqlite_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"

enum { DEFAULT_BUSY_MS = 5000, POLL_MS = 100 };

static bool is_memory(const char *path)
{
    return path == NULL || path[0] == '\0' || strcmp(path, ":memory:") == 0;
}

/* --- what stands under the path --- */

typedef enum { FILE_THERE, FILE_MISSING, FILE_UNFIT } Found;

static Found fail_stat(const char *path, int error, AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "cannot open database '%s': %s", path,
            g_strerror(error));
    if (error == EACCES)
        ag_hint(diag, "this user may not enter a directory of the path");
    return FILE_UNFIT;
}

static Found find_file(const char *path, AgDiag *diag)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno == ENOENT ? FILE_MISSING : fail_stat(path, errno, diag);
    if (S_ISDIR(info.st_mode)) {
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "'%s' is a directory, not a database",
                path);
        ag_hint(diag, "name the database file in the URL: sqlite:///DIRECTORY/FILE.db");
        return FILE_UNFIT;
    }
    if (!S_ISREG(info.st_mode)) {
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "'%s' is not a regular file", path);
        ag_hint(diag, "check the path of the URL");
        return FILE_UNFIT;
    }
    return FILE_THERE;
}

/* Waits for the file as one waits for a server to come up. */
static Found wait_for_file(const AgDb *db, AgDiag *diag)
{
    int64_t end = ag_clock_monotonic_ms() + (int64_t)db->options.wait * 1000;
    Found found = find_file(db->url->path, diag);
    while (found == FILE_MISSING && !db->options.create && ag_clock_monotonic_ms() < end) {
        g_usleep(POLL_MS * 1000);
        found = find_file(db->url->path, diag);
    }
    return found;
}

static bool fail_missing(const char *path, AgDiag *diag)
{
    g_autofree char *directory = g_path_get_dirname(path);
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE,
                "directory '%s' of database '%s' does not "
                "exist",
                directory, path);
        ag_hint(diag, "make the directory, or correct the URL");
    } else {
        ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "database '%s' does not exist", path);
        ag_hint(diag, "correct the URL; a new database is made only on request");
    }
    return false;
}

static bool directory_exists(const char *path)
{
    g_autofree char *directory = g_path_get_dirname(path);
    return g_file_test(directory, G_FILE_TEST_IS_DIR);
}

/* access() and not the first write: the journal would fail in the middle of the revision. */
static bool check_writable(const char *path, bool exists, AgDiag *diag)
{
    g_autofree char *directory = g_path_get_dirname(path);
    if (exists && access(path, W_OK) != 0) {
        ag_fail(diag, AG_PROBLEM_READ_ONLY, AG_NOWHERE, "database '%s' is read-only: %s", path,
                g_strerror(errno));
        ag_hint(diag, "make the file writable for this user");
        return false;
    }
    if (access(directory, W_OK) != 0) {
        ag_fail(diag, AG_PROBLEM_READ_ONLY, AG_NOWHERE,
                "directory '%s' of database '%s' is not writable: %s", directory, path,
                g_strerror(errno));
        ag_hint(diag, "SQLite keeps its journal beside the file; make the directory writable");
        return false;
    }
    return true;
}

/* --- the library --- */

static int on_busy(void *data, int count)
{
    static const int naps[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
    AgDb *db = data;
    AgSqlite *handle = db->handle;
    int64_t now = ag_clock_monotonic_ms();
    if (count == 0)
        handle->waiting_since = now;
    int limit = db->options.lock_timeout_ms < 0 ? DEFAULT_BUSY_MS : db->options.lock_timeout_ms;
    int64_t left = handle->waiting_since + limit - now;
    if (left <= 0 || handle->interrupted)
        return 0;
    int nap = naps[MIN((size_t)count, G_N_ELEMENTS(naps) - 1)];
    g_usleep((gulong)MIN(left, nap) * 1000);
    return 1;
}

static int on_progress(void *data)
{
    AgSqlite *handle = ((AgDb *)data)->handle;
    if (handle->interrupted)
        return 1;
    handle->timed_out = handle->deadline != 0 && ag_clock_monotonic_ms() > handle->deadline;
    return handle->timed_out;
}

char *ag_sqlite_cell(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    char *cell = NULL;
    if (sqlite3_prepare_v2(sqlite, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        cell = g_strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return cell;
}

/* Everything that a build of the library or another user of it may have set otherwise. */
static void pin_session(AgDb *db)
{
    AgSqlite *handle = db->handle;
    sqlite3 *sqlite = handle->sqlite;
    sqlite3_extended_result_codes(sqlite, 1);
    sqlite3_busy_handler(sqlite, on_busy, db);
    sqlite3_progress_handler(sqlite, 10000, on_progress, db);
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, NULL);
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* Schemas that live on may rely on "text" in double quotes; what SQLite took it has to take
     * again when a table is rebuilt. */
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DQS_DDL, 1, NULL);
    /* Before 3.41 the library itself took its JSON functions for unsafe, and then did not load a
     * schema with one in an index (sqlite.org/src, check-in tag-20230109-1). */
    if (handle->read_only && sqlite3_libversion_number() >= 3041000)
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* Temporary b-trees of a reader must not need a writable directory. */
    if (handle->read_only)
        sqlite3_exec(sqlite, "PRAGMA temp_store = memory; PRAGMA query_only = on", NULL, NULL,
                     NULL);
}

static void let_go(AgDb *db)
{
    AgSqlite *handle = db->handle;
    sqlite3_close(handle->sqlite);
    handle->sqlite = NULL;
}

/* A path is never read as a URI or an option: what is not absolute gets a "./" in front. */
char *ag_sqlite_plain_path(const char *path)
{
    return g_path_is_absolute(path) ? g_strdup(path) : g_strconcat("./", path, NULL);
}

static char *immutable_uri(const char *path)
{
    g_autofree char *plain = ag_sqlite_plain_path(path);
    g_autofree char *escaped = g_uri_escape_string(plain, "/", FALSE);
    return g_strconcat("file:", escaped, "?immutable=1", NULL);
}

/* Opens and reads the schema, which is where SQLite first looks into the file. */
static int open_and_look(AgDb *db, const char *name, int flags)
{
    AgSqlite *handle = db->handle;
    int code = sqlite3_open_v2(name, &handle->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (handle->sqlite == NULL)
        return SQLITE_NOMEM;
    if (code != SQLITE_OK)
        return sqlite3_extended_errcode(handle->sqlite);
    pin_session(db);
    code = sqlite3_exec(handle->sqlite, "SELECT 1 FROM sqlite_master LIMIT 1", NULL, NULL, NULL);
    return code;
}

/* Bytes 18 and 19 of the header: the file format's version, 2 for a write-ahead log. */
static bool has_write_ahead_log(const char *path)
{
    char header[20] = {0};
    FILE *file = fopen(path, "rbe");
    size_t length = file == NULL ? 0 : fread(header, 1, sizeof header, file);
    if (file != NULL)
        fclose(file);
    return length == sizeof header && header[18] == 2 && header[19] == 2;
}

static bool is_filled(const char *path, const char *suffix)
{
    g_autofree char *beside = g_strconcat(path, suffix, NULL);
    struct stat info;
    return stat(beside, &info) == 0 && info.st_size > 0;
}

/* A read-only connection makes the log and the shared memory of a WAL database when they are not
 * there, and has no right to remove them. Where nobody has the database open, a connection that may
 * write but does not cleans up by itself, under SQLite's own locks. And only one that may write can
 * play back what a crash left in a journal. */
static int flags_to_read(const char *path)
{
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    bool clean = has_write_ahead_log(path) && access(log, F_OK) != 0;
    return (clean || is_filled(path, "-journal")) && access(path, W_OK) == 0 ? SQLITE_OPEN_READWRITE
                                                                             : SQLITE_OPEN_READONLY;
}

/* A WAL database on read-only media cannot have the shared memory file it wants. When no log and no
 * journal is left, the file alone is the whole truth and may be read as immutable. */
static bool may_be_immutable(const AgDb *db, int code)
{
    int kind = code & 0xff;
    const char *path = db->url->path;
    g_autofree char *directory = g_path_get_dirname(path);
    return (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY || kind == SQLITE_IOERR) &&
           access(directory, W_OK) != 0 && !is_filled(path, "-wal") && !is_filled(path, "-journal");
}

static bool open_file(AgDb *db, int flags, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    g_autofree char *plain = ag_sqlite_plain_path(db->url->path);
    int code = open_and_look(db, plain, flags);
    if (code != SQLITE_OK && handle->read_only && may_be_immutable(db, code)) {
        g_autofree char *uri = immutable_uri(db->url->path);
        let_go(db);
        code = open_and_look(db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    }
    if (code == SQLITE_OK)
        return true;
    g_autofree char *message =
        g_strdup(handle->sqlite == NULL ? "memory ran out" : sqlite3_errmsg(handle->sqlite));
    return ag_sqlite_fail_open(db, code, message, diag);
}

bool ag_sqlite_is_safe(AgDb *db, AgDiag *diag)
{
    sqlite3 *sqlite = ((AgSqlite *)db->handle)->sqlite;
    const char *file = sqlite3_db_filename(sqlite, "main");
    if (file == NULL || file[0] == '\0')
        return true;
    g_autofree char *journal = ag_sqlite_cell(sqlite, "PRAGMA main.journal_mode");
    g_autofree char *synchronous = ag_sqlite_cell(sqlite, "PRAGMA main.synchronous");
    if (journal == NULL || g_ascii_strcasecmp(journal, "off") == 0 ||
        g_ascii_strcasecmp(journal, "memory") == 0) {
        ag_fail(diag, AG_PROBLEM_UNSAFE_DATABASE, AG_NOWHERE,
                "database '%s' has journal_mode %s: a crash would damage it", db->url->shown,
                journal == NULL ? "(unknown)" : journal);
        ag_hint(diag, "use journal_mode delete, truncate, persist or wal");
        return false;
    }
    if (g_strcmp0(synchronous, "0") == 0) {
        ag_fail(diag, AG_PROBLEM_UNSAFE_DATABASE, AG_NOWHERE,
                "database '%s' has synchronous off: a power failure would damage it",
                db->url->shown);
        ag_hint(diag, "use synchronous normal, full or extra");
        return false;
    }
    return true;
}

static bool open_to_read(AgDb *db, AgDiag *diag)
{
    switch (wait_for_file(db, diag)) {
    case FILE_THERE:
        return open_file(db, flags_to_read(db->url->path), diag);
    case FILE_MISSING:
        if (!db->options.create || !directory_exists(db->url->path))
            return fail_missing(db->url->path, diag);
        /* What may be made later is empty now. */
        return open_and_look(db, ":memory:", SQLITE_OPEN_READWRITE) == SQLITE_OK ||
               ag_sqlite_fail_open(db, SQLITE_NOMEM, "memory ran out", diag);
    case FILE_UNFIT:
        return false;
    }
    g_assert_not_reached();
}

static bool open_to_write(AgDb *db, AgDiag *diag)
{
    const char *path = db->url->path;
    Found found = wait_for_file(db, diag);
    if (found == FILE_UNFIT)
        return false;
    if (found == FILE_MISSING && (!db->options.create || !directory_exists(path)))
        return fail_missing(path, diag);
    if (!check_writable(path, found == FILE_THERE, diag))
        return false;
    int flags = SQLITE_OPEN_READWRITE | (db->options.create ? SQLITE_OPEN_CREATE : 0);
    if (!open_file(db, flags, diag))
        return false;
    if (sqlite3_db_readonly(((AgSqlite *)db->handle)->sqlite, "main") != 0) {
        ag_fail(diag, AG_PROBLEM_READ_ONLY, AG_NOWHERE, "database '%s' is read-only", path);
        ag_hint(diag, "make the file writable for this user");
        return false;
    }
    return ag_sqlite_is_safe(db, diag);
}

static bool open_database(AgDb *db, AgDiag *diag)
{
    if (is_memory(db->url->path))
        return open_and_look(db, ":memory:", SQLITE_OPEN_READWRITE) == SQLITE_OK ||
               ag_sqlite_fail_open(db, SQLITE_NOMEM, "memory ran out", diag);
    switch (db->options.mode) {
    case AG_DB_READ:
        return open_to_read(db, diag);
    case AG_DB_WRITE:
        return open_to_write(db, diag);
    }
    g_assert_not_reached();
}

static gpointer open_meanwhile(gpointer data)
{
    AgDb *db = data;
    AgSqlite *handle = db->handle;
    ag_heap_expect();
    handle->opened = open_database(db, handle->said);
    return NULL;
}

/* SQLite reads the whole schema when it opens a file, which takes as long as reading the models
 * does. Whoever reads a database reads models meanwhile; nobody else touches the connection before
 * ag_sqlite_open has waited for the thread. */
void ag_sqlite_start(AgDb *db)
{
    AgSqlite *handle = g_new0(AgSqlite, 1);
    db->handle = handle;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counts that cost a lock at each allocation */
    db->version = sqlite3_libversion_number();
    handle->read_only = db->options.mode == AG_DB_READ;
    handle->said = ag_diag_new();
    if (handle->read_only && !is_memory(db->url->path) && sqlite3_threadsafe() != 0)
        handle->opening = g_thread_try_new("sqlite", open_meanwhile, db, NULL);
}

bool ag_sqlite_open(AgDb *db, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    if (handle->opening == NULL)
        return open_database(db, diag);
    g_thread_join(g_steal_pointer(&handle->opening));
    for (guint i = 0; i < ag_diag_count(handle->said); i++)
        ag_diag_copy(diag, ag_diag_problem(handle->said, i));
    return handle->opened;
}
