/* SPDX-License-Identifier: MIT */
/* What the files of the SQLite driver share. */
#pragma once

#include "db/db_private.h"

#include <signal.h>
#include <sqlite3.h>

typedef struct {
    sqlite3 *sqlite;
    bool in_transaction;               /* begun by ag_db_begin and not ended by us */
    bool read_only;                    /* opened for reading */
    bool timed_out;                    /* the statement that runs went over its time */
    int64_t deadline;                  /* of the statement, monotonic ms; 0: none */
    int64_t waiting_since;             /* of the lock waited for now */
    volatile sig_atomic_t interrupted; /* set by a signal handler, spent by the next failure */
    GThread *opening;                  /* opens the file meanwhile; NULL: done, or not begun */
    AgDiag *said;                      /* by that thread */
    bool opened;                       /* what came of it */
} AgSqlite;

/* Records what went wrong with a statement; false. `offset`: bytes into `sql` where the library
 * points, -1 when it does not. */
bool ag_sqlite_fail(AgDb *db, int code, const char *sql, int offset, AgPlace place, AgDiag *diag);
/* What kept the database from being opened; `code` of the first access to the file. */
bool ag_sqlite_fail_open(AgDb *db, int code, const char *message, AgDiag *diag);

/* Makes db->handle; a file to be read is opened meanwhile, and ag_sqlite_open waits for that. */
void ag_sqlite_start(AgDb *db);
/* Opens the file db->url names as db->options want it; fills db->handle. */
bool ag_sqlite_open(AgDb *db, AgDiag *diag);
/* Refuses a journal with which a crash would damage the file (in-memory databases have none). */
bool ag_sqlite_is_safe(AgDb *db, AgDiag *diag);
/* The first cell of a statement's first row as text, or NULL; caller frees. */
char *ag_sqlite_cell(sqlite3 *sqlite, const char *sql);
/* The path as SQLite has to be given it. Caller frees. */
char *ag_sqlite_plain_path(const char *path);
