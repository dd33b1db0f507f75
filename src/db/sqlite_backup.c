/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/text.h"
#include "db/sqlite_private.h"

enum { PAGES_AT_A_TIME = 1000, BUSY_NAP_MS = 25 };

static bool fail_write(const char *path, const char *why, AgDiag *diag)
{
    g_autofree char *shown = ag_text_printable(path);
    g_autofree char *reason = ag_text_printable(why);
    return ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE, "cannot write the backup '%s': %s",
                   shown, reason);
}

/* Whoever writes to the database meanwhile only makes it take longer. */
static int copy_pages(AgDb *db, sqlite3_backup *backup)
{
    const AgSqlite *handle = db->handle;
    int64_t limit = db->options.lock_timeout_ms < 0 ? 5000 : db->options.lock_timeout_ms;
    int64_t since = ag_clock_monotonic_ms();
    for (;;) {
        int code = sqlite3_backup_step(backup, PAGES_AT_A_TIME);
        if (handle->interrupted)
            return SQLITE_INTERRUPT;
        if (code == SQLITE_OK)
            since = ag_clock_monotonic_ms();
        else if ((code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_LOCKED)
            return code;
        else if (ag_clock_monotonic_ms() - since >= limit)
            return code;
        else
            g_usleep(BUSY_NAP_MS * 1000);
    }
}

static bool fail_copy(AgDb *db, int code, const char *path, const char *why, AgDiag *diag)
{
    AgSqlite *handle = db->handle;
    switch (code & 0xff) {
    case SQLITE_INTERRUPT:
        handle->interrupted = 0;
        return ag_fail(diag, AG_PROBLEM_INTERRUPTED, AG_NOWHERE, "interrupted during the backup");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ag_fail(diag, AG_PROBLEM_LOCK_TIMEOUT, AG_NOWHERE,
                       "the backup did not get to read '%s' in time", db->url->shown);
    default:
        return fail_write(path, why, diag);
    }
}

bool ag_db_backup(AgDb *db, const char *path, AgDiag *diag)
{
    g_assert(db->driver == &ag_driver_sqlite);
    AgSqlite *handle = db->handle;
    sqlite3 *target = NULL;
    g_autofree char *plain = ag_sqlite_plain_path(path);
    int code = sqlite3_open_v2(plain, &target, SQLITE_OPEN_READWRITE, NULL);
    sqlite3_backup *backup =
        code != SQLITE_OK ? NULL : sqlite3_backup_init(target, "main", handle->sqlite, "main");
    if (backup != NULL)
        code = copy_pages(db, backup);
    else if (code == SQLITE_OK)
        code = sqlite3_errcode(target);
    sqlite3_backup_finish(backup);
    bool good = code == SQLITE_DONE;
    if (!good)
        fail_copy(db, code, path, code == SQLITE_OK ? sqlite3_errmsg(target) : sqlite3_errstr(code),
                  diag);
    code = sqlite3_close(target);
    return good && (code == SQLITE_OK || fail_write(path, sqlite3_errstr(code), diag));
}
