/* SPDX-License-Identifier: MIT */
/* Applies revisions (commands.md section 5). */
#pragma once

#include "db/db.h"
#include "revision/dag.h"

typedef struct {
    const char *version_schema; /* NULL: the dialect's default */
    const char *version_table;  /* "autogen_version" */
    const char *log_table;      /* "autogen_log" */
    /* PostgreSQL: what the revisions do to one schema is done to another of the same shape, and the
     * record is kept there (version_schema); it is made when it is missing. NULL: no such thing. */
    const char *schema_from, *schema_to;
    bool all_in_one;  /* transaction = all */
    int lock_wait_ms; /* how long to wait for another runner */
    int retries;      /* of a transactional revision after a lock timeout */
    bool dry_run;     /* rolled back at the end */
    GPtrArray *allow; /* of const char *: "deletes-data", "deletes-data:shop.customers.phone" */
    bool allow_destructive;
    const char *review; /* "destructive" (NULL), "all", "none" */
    const char *tag;
    /* Told before each revision and each statement (statement 0: the revision as a whole) and after
     * (`done`). May be NULL. */
    void (*progress)(const AgRevision *revision, AgDirection direction, guint statement,
                     guint n_statements, bool done, void *data);
    void *progress_data;
} AgRunnerOptions;

/* The recorded heads: of const char *, sorted; empty when the table is missing or has no row. A
 * table of that name that is no ordinary table of ours is refused. NULL after a problem. */
GPtrArray *ag_history_current(AgDb *db, AgPool *pool, const AgRunnerOptions *options, AgDiag *diag);

/* Compares checksums of applied revisions with the files; edited ones are recorded as
 * EDITED_REVISION (errors when `strict`, warnings otherwise). False when an error was recorded. */
bool ag_history_verify(AgDb *db, AgPool *pool, const AgDag *dag, const AgRunnerOptions *options,
                       bool strict, AgDiag *diag);

/* Rows of the log, newest last: columns revision, direction, step, status, checksum, started,
 * finished, duration_ms, user_name, host, tool_version, error. NULL after a problem. */
AgRows *ag_history_log(AgDb *db, AgPool *pool, const AgRunnerOptions *options, AgDiag *diag);

/* Runs the revisions of `path` in order under the runner's lock. Consent is asked for all of them
 * before the first runs. Each revision and its version row commit together. The recorded state is
 * read again under the lock: revisions that another runner has applied meanwhile are passed over;
 * when the path no longer fits at all (a parent was taken away) it stops with state-changed.
 * `applied` (may be NULL) counts what was done here. */
bool ag_runner_run(AgDb *db, const AgDag *dag, const GPtrArray *path, AgDirection direction,
                   const AgRunnerOptions *options, guint *applied, AgDiag *diag);

/* Runs those repeatable scripts (ag_revision_read_script) in their order whose statements are not
 * the ones recorded last, under the runner's lock, each in a transaction together with its row of
 * the log (direction "script"). Consent is asked for all that would run. `ran` gets them, of const
 * AgRevision *; with dry_run each is rolled back again. */
bool ag_runner_scripts(AgDb *db, const GPtrArray *scripts, const AgRunnerOptions *options,
                       GPtrArray *ran, AgDiag *diag);

/* Sets the recorded state without running anything. `ids` replaces what is recorded; the log gets a
 * row "stamp". With `rehash` the checksums of all applied revisions are taken anew from the files.
 */
bool ag_runner_stamp(AgDb *db, const AgDag *dag, const GPtrArray *ids, bool rehash,
                     const AgRunnerOptions *options, AgDiag *diag);

/* Makes the runner's own tables where they are missing; `made`: whether any was. */
bool ag_runner_ensure(AgDb *db, const AgRunnerOptions *options, bool *made, AgDiag *diag);

/* What a run would do, as a script for psql or sqlite3: the same statements, transactions and
 * records, with checks that the database is where the script begins. */
typedef struct {
    AgDialectId dialect;
    const AgDag *dag;
    const AgRunnerOptions *options;
    int lock_timeout_ms, statement_timeout_ms; /* PostgreSQL; 0: none */
} AgOffline;

/* Appends the script over `path` for a database at `from` (recorded ids). What a script cannot do
 * is a problem. Consent is not asked: nothing runs yet. */
bool ag_offline_run(GString *out, const AgOffline *offline, const GPtrArray *from,
                    const GPtrArray *path, AgDirection direction, AgDiag *diag);
/* Appends the script of a stamp that leads from `from` to `ids`. */
void ag_offline_stamp(GString *out, const AgOffline *offline, const GPtrArray *from,
                      const GPtrArray *ids);
/* Appends the statements that make the runner's own tables. */
void ag_offline_tables(GString *out, const AgOffline *offline);

/* A revision that is begun and not complete, because a step outside a transaction failed or was cut
 * off. */
typedef struct {
    const char *revision;
    AgDirection direction;
    const char *step;   /* "2.1": second step, first statement */
    const char *status; /* "applying": cut off; "failed"; "done": what follows is missing */
    const AgStatement *statement; /* of that step; NULL when the file no longer has it */
    const char *started, *user_name, *host;
    bool resumes; /* the next run goes on by itself; otherwise ag_runner_settle must say */
} AgInterrupted;

/* Of AgInterrupted *; empty when nothing was interrupted. NULL after a problem. */
GPtrArray *ag_runner_interrupted(AgDb *db, AgPool *pool, const AgDag *dag,
                                 const AgRunnerOptions *options, AgDiag *diag);

/* A person has looked whether the statement cut off took effect: it is noted as done, or as to be
 * run again. */
bool ag_runner_settle(AgDb *db, const AgDag *dag, const char *revision, bool took_effect,
                      const AgRunnerOptions *options, AgDiag *diag);
