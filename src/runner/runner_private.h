/* SPDX-License-Identifier: MIT */
/* What the files of this folder share: one run against one database, its own two tables, the
 * recorded state, and the outcome of a revision. */
#pragma once

#include "base/text.h"
#include "dialect/dialect.h"
#include "runner/runner.h"

/* One of autogen's own tables, as the catalogue tells about it. */
typedef struct {
    const char *schema; /* NULL on SQLite */
    const char *name;
    const char *sql; /* qualified and quoted, ready for a statement */
    bool exists, can_write;
    int width; /* characters version_num holds; 0: no limit */
} AgOwnTable;

/* A log row that tells about a part of a revision that is not complete yet. */
typedef struct {
    const char *id, *step, *status, *checksum;
    const char *started, *user_name, *host;
} AgProgressRow;

typedef struct {
    const char *revision;
    AgDirection direction;
    GHashTable *rows; /* step -> AgProgressRow *; look-up only */
    GPtrArray *order; /* of AgProgressRow *, oldest first */
} AgProgress;

/* How often an applied revision is leant on by other applied ones. */
typedef struct {
    guint children, dependants;
} AgApplied;

typedef struct {
    AgPool *pool;
    AgDb *db;
    const AgDialect *dialect;
    const AgDag *dag; /* NULL when only the record is read */
    const AgRunnerOptions *options;
    AgDirection direction;
    AgOwnTable version, log;
    GPtrArray *current;   /* recorded heads, sorted; of const char * */
    GHashTable *applied;  /* id -> AgApplied * */
    GPtrArray *progress;  /* of AgProgress * */
    GHashTable *remapped; /* AgScript * of a file -> the one for the tenant */
    GHashTable *stirring; /* ids whose statements may change the session */
    const char *user;     /* PostgreSQL: current_user, session_user, search_path to come back to */
    const char *login;
    const char *path;
    GHashTable *settings;  /* PostgreSQL: parameters set in the session; NULL: not asked */
    const char *lock_high; /* PostgreSQL: the key of the lock, as pg_locks shows it */
    const char *lock_low;
    int turn;       /* SQLite: what turn.c holds; for it alone */
    bool unchanged; /* the last commit found the session as it was, with the lock in hand */
    bool begun;     /* the last attempt got as far as statements */
    bool scripts;   /* what runs are repeatable scripts */
} AgRunner;

typedef enum { AG_OUTCOME_DONE, AG_OUTCOME_SKIPPED, AG_OUTCOME_FAILED } AgOutcome;

AgRunner *ag_runner_new(AgPool *pool, AgDb *db, const AgDag *dag, const AgRunnerOptions *options);
/* One without a connection, for scripts. */
AgRunner *ag_runner_offline(AgPool *pool, AgDialectId dialect, const AgDag *dag,
                            const AgRunnerOptions *options);
bool ag_runner_is_sqlite(const AgRunner *runner);
/* Whether its statements may change the session (ag_consent_check has looked). */
bool ag_runner_stirs(const AgRunner *runner, const AgRevision *revision);
/* The block of this database and the run's direction, for the schema that the run is for; NULL when
 * the file has none. */
const AgScript *ag_runner_script(const AgRunner *runner, const AgRevision *revision);
/* Tells of what the remapping of those revisions leaves in doubt. */
void ag_runner_tell_doubts(const AgRunner *runner, const GPtrArray *revisions, AgDiag *diag);

/* --- tables.c: autogen's own tables --- */

/* Looks the tables up and refuses what is no ordinary table of ours (version-table). */
bool ag_tables_find(AgRunner *runner, AgDiag *diag);
/* Says so when rows cannot be written into tables that exist. */
bool ag_tables_check_writable(const AgRunner *runner, AgDiag *diag);
/* Creates what is missing, inside the transaction that is open. */
bool ag_tables_create(AgRunner *runner, AgDiag *diag);
/* Their definitions; `guard` is "" or "IF NOT EXISTS ". To be freed. */
char *ag_tables_version_sql(const AgRunner *runner, const char *guard);
char *ag_tables_log_sql(const AgRunner *runner, const char *guard);
/* The same in a transaction of its own when something is missing. */
bool ag_tables_ensure(AgRunner *runner, AgDiag *diag);

/* --- state.c: the recorded heads --- */

/* The rows as they are: checked for NULLs and duplicates, sorted, in `pool`. */
GPtrArray *ag_state_read(AgRunner *runner, AgPool *pool, AgDiag *diag);
/* Reads and, when something changed, works out anew which revisions are applied. Unknown and
 * contradictory rows are problems. */
bool ag_state_load(AgRunner *runner, AgDiag *diag);
bool ag_state_is_applied(const AgRunner *runner, const char *id);
/* DONE: it is this revision's turn. SKIPPED: somebody has done it. FAILED: the plan no longer
 * fits. */
AgOutcome ag_state_turn(const AgRunner *runner, const AgRevision *revision, AgDiag *diag);
/* Notes in memory that the revision was run and `after` is recorded. */
void ag_state_advance(AgRunner *runner, const AgRevision *revision, GPtrArray *after);

/* --- log.c: the audit table --- */

typedef struct {
    const char *revision, *direction, *step, *status, *checksum, *error;
    int64_t duration_ms;
} AgLogEntry;

/* Questions that are asked together, each with the number of rows it must touch. */
typedef struct {
    AgPool *pool;
    GArray *questions; /* of AgQuestion */
    GArray *expected;  /* of int64_t; -1: any number */
} AgBatch;

AgBatch *ag_batch_new(AgPool *pool);
/* `params` is NULL-terminated only by n; elements may be NULL. */
void ag_batch_add(AgBatch *batch, const char *sql, int64_t expected, int n_params,
                  const char *const *params);
bool ag_batch_run(AgRunner *runner, AgBatch *batch, AgDiag *diag);
/* The same in the transaction that must still be open (ag_db_ask_inside). */
bool ag_batch_run_inside(AgRunner *runner, AgBatch *batch, AgDiag *diag);
/* What is in the batch will be asked with the same text again in this run. */
void ag_batch_comes_often(AgBatch *batch);

void ag_log_add(const AgRunner *runner, AgBatch *batch, const AgLogEntry *entry);
/* Inserts at once and gives the row's id; NULL after a problem. */
const char *ag_log_insert(AgRunner *runner, AgPool *pool, const AgLogEntry *entry, AgDiag *diag);
/* Closes an "applying" row. */
bool ag_log_finish(AgRunner *runner, const char *id, const char *status, int64_t duration_ms,
                   const char *error, AgDiag *diag);
/* The first error recorded since `mark`, or NULL. */
const AgProblem *ag_log_first_error(guint mark, const AgDiag *diag);
/* That error as one line of the log; never holds the password. */
const char *ag_log_error_text(const AgRunner *runner, AgPool *pool, guint mark, const AgDiag *diag);
/* Writes a "failed" row in a transaction of its own; whatever goes wrong with that is forgotten. */
void ag_log_failure(AgRunner *runner, const AgRevision *revision, const char *step,
                    int64_t started_ms, guint mark, AgDiag *diag);
/* Parts of revisions that are begun and not complete, into runner->progress. */
bool ag_progress_load(AgRunner *runner, AgDiag *diag);
AgProgress *ag_progress_of(const AgRunner *runner, const AgRevision *revision);
/* "v1:sha256:..." over one statement, or a step with its mode and settings. */
const char *ag_statement_checksum(AgPool *pool, AgDialectId dialect, const AgStatement *statement);
const char *ag_step_checksum(AgPool *pool, AgDialectId dialect, const AgStep *step);

/* --- history.c --- */
bool ag_history_verify_run(AgRunner *runner, bool strict, AgDiag *diag);

/* --- consent.c, danger.c --- */

/* Whether all revisions of the path may run; every objection is recorded. Fills runner->stirring.
 */
bool ag_consent_check(AgRunner *runner, const GPtrArray *path, AgDiag *diag);
/* What a script's statements destroy, by their own words: an array (by statement number, counted
 * over all steps) of NULL or GPtrArray of AgHazard *. */
GPtrArray *ag_danger_find(AgPool *pool, const AgScript *script);
/* Whether the statement may leave something changed in the session. */
bool ag_danger_stirs_session(AgDialectId dialect, const char *sql);
/* The statement's first word in lower case into `word` (size n); "" when it does not begin with
 * one. */
void ag_danger_first_word(AgDialectId dialect, const char *sql, char *word, size_t n);
bool ag_danger_has_word(AgDialectId dialect, const char *sql, const char *word);

/* --- turn.c: SQLite's runners go one after the other; a turn that is not had in time is no problem
 * (false: interrupted) --- */
bool ag_turn_take(AgRunner *runner, AgDiag *diag);
void ag_turn_give(AgRunner *runner);

/* --- lock.c --- */
bool ag_lock_take(AgRunner *runner, AgDiag *diag);
void ag_lock_release(AgRunner *runner);
/* Sleeps about `ms` milliseconds, give or take a third. */
void ag_lock_sleep(int ms);
/* Adds the sessions whose open transactions may be in the way to the problem recorded last. */
void ag_lock_hint_blockers(AgRunner *runner, AgDiag *diag);

/* --- session.c --- */

/* Notes what the session looks like; called once under the lock. */
bool ag_session_begin(AgRunner *runner, bool with_settings, AgDiag *diag);
/* COMMIT, with a look at what ag_session_reset has to know (PostgreSQL). */
bool ag_session_commit(AgRunner *runner, AgDiag *diag);
/* Before a revision: brings back what the one before may have changed and makes sure of the lock.
 */
bool ag_session_reset(AgRunner *runner, bool stirred, AgDiag *diag);

/* Parameters of steps: set, remembered, brought back. */
typedef struct {
    AgRunner *runner;
    GPtrArray *saved; /* of AgSetting *: the values before */
    bool local;       /* PostgreSQL: for the transaction only */
} AgSettings;

bool ag_settings_apply(AgSettings *settings, const GPtrArray *wanted, AgPlace place, AgDiag *diag);
bool ag_settings_restore(AgSettings *settings, AgDiag *diag);
/* SQLite: the one pragma that holds only for the transaction it is set in. */
bool ag_settings_apply_inside(AgRunner *runner, const AgStep *step, AgPlace place, AgDiag *diag);
/* SQLite: the settings of all the steps together; NULL when two contradict each other. */
GPtrArray *ag_settings_union(AgRunner *runner, AgPool *pool, const GPtrArray *steps, AgDiag *diag);
bool ag_settings_turn_off_foreign_keys(const GPtrArray *settings);

/* --- health.c --- */

/* Whether the pages of an SQLite file are whole (quick_check). A damaged one is refused before
 * anything is written into it; the files checked are those up to AG_LIMIT_CHECKED_BYTES. */
bool ag_health_check(AgRunner *runner, AgDiag *diag);

/* --- foreign_keys.c: SQLite's foreign_key_check, compared --- */

/* Whether these steps, with their settings, may leave rows without their parents: always false on
 * PostgreSQL. On SQLite the connection does not enforce foreign keys, so it is enough that a
 * statement writes rows. */
bool ag_orphans_may_come(const AgRunner *runner, const GPtrArray *steps, const GPtrArray *settings);
/* What does not fit now; key -> count. NULL after a problem. */
GHashTable *ag_orphans_read(AgRunner *runner, AgPool *pool, AgDiag *diag);
/* Notes that the step has given tables other names. */
void ag_orphans_follow(AgPool *pool, GHashTable *before, const AgStep *step);
/* Fails (rows-unfit) for rows that do not fit now and did before. */
bool ag_orphans_compare(AgRunner *runner, AgPool *pool, GHashTable *before, AgPlace place,
                        AgDiag *diag);

/* --- broken.c: SQLite's views and triggers, compiled --- */

typedef struct {
    GPtrArray *touched; /* names */
    GHashTable *broken; /* what could not be compiled among those that say them -> why */
} AgTextsBefore;

/* The names that statements of the step take away, or give to a view or trigger: what says none of
 * them can be read and fired behind it as before. */
GPtrArray *ag_texts_touched(AgPool *pool, const AgStep *step);
/* What cannot now, of what is concerned; NULL after a problem. */
GHashTable *ag_texts_broken(AgRunner *runner, AgPool *pool, const GPtrArray *touched, AgDiag *diag);
/* Fails (broken-text) for what cannot now and could before. */
bool ag_texts_compare(AgRunner *runner, AgPool *pool, const AgTextsBefore *before, AgPlace place,
                      AgDiag *diag);

/* --- unfit.c --- */

/* Names the rows that stopped the statement, where it copies a table of SQLite or makes a unique
 * index. The transaction can only be rolled back then. */
void ag_unfit_hint(AgRunner *runner, const AgStatement *statement, AgDiag *diag);

/* --- transaction.c: steps that commit together --- */

/* One revision on its way: its script (NULL for a merge without blocks) and where it stands. */
typedef struct {
    const AgRevision *revision;
    const AgScript *script;
    const char *checksum;
    guint n_steps, n_statements;
    int64_t started_ms;
} AgOngoing;

AgOngoing ag_ongoing(AgRunner *runner, const AgRevision *revision);
const AgStep *ag_ongoing_step(const AgOngoing *ongoing, guint step);
/* The number of the first statement of a step, from 1. */
guint ag_ongoing_first(const AgOngoing *ongoing, guint step);
void ag_ongoing_tell(const AgRunner *runner, const AgOngoing *ongoing, guint statement, bool done);
/* Adds to the last problem which statement of which revision it was. */
void ag_ongoing_hint(const AgRunner *runner, const AgOngoing *ongoing, guint statement,
                     AgDiag *diag);

/* --- statistics.c: what ANALYZE of SQLite wrote down, through a rebuild --- */

/* Whether it is "ALTER TABLE old RENAME TO name". */
bool ag_statement_renames(AgPool *pool, const char *sql, const char **old, const char **name);
/* The tables that these steps rebuild. */
GPtrArray *ag_statistics_of(AgPool *pool, const AgOngoing *ongoing, guint from, guint to);
/* Before the steps, and behind them, in one transaction. */
bool ag_statistics_keep(AgRunner *runner, AgPool *pool, const GPtrArray *tables, AgDiag *diag);
bool ag_statistics_restore(AgRunner *runner, AgPool *pool, const GPtrArray *tables, AgDiag *diag);

/* --- transaction.c, further on --- */

/* BEGIN; on SQLite waits for another writer as long as for another runner. */
bool ag_transaction_begin(AgRunner *runner, AgDiag *diag);
/* COMMIT; on SQLite readers in the way are waited for. */
bool ag_transaction_commit(AgRunner *runner, AgDiag *diag);
/* Runs the statements of steps [from, to) in the open transaction, and, with foreign keys turned
 * off, makes sure that no more rows are without their parents than before. */
bool ag_transaction_steps(AgRunner *runner, const AgOngoing *ongoing, guint from, guint to,
                          bool check_orphans, AgDiag *diag);
/* A batch for the record, which is written by the role that owns it, whatever the revision SET. */
AgBatch *ag_transaction_batch(AgRunner *runner, const AgOngoing *ongoing, AgPool *pool);
/* Asks what the batch holds in the open transaction, which a statement may have ended. */
bool ag_transaction_write(AgRunner *runner, const AgOngoing *ongoing, AgBatch *batch, AgDiag *diag);
/* Writes version row and log row of a completed revision in the open transaction; gives the state
 * to advance to once that is committed. NULL after a problem. */
GPtrArray *ag_transaction_record(AgRunner *runner, const AgOngoing *ongoing, AgDiag *diag);
/* Runs `attempt` until it does not fail, as often as the options allow, when what stands in the
 * way are locks of others. */
typedef AgOutcome (*AgAttempt)(AgRunner *runner, void *data, AgDiag *diag);
AgOutcome ag_transaction_retry(AgRunner *runner, AgAttempt attempt, void *data, AgDiag *diag);
/* Steps [from, to) in a transaction of their own; the last group of a revision records it. */
AgOutcome ag_transaction_group(AgRunner *runner, const AgOngoing *ongoing, guint from, guint to,
                               AgDiag *diag);

/* --- loose.c: steps outside a transaction and batched ones --- */
AgOutcome ag_loose_step(AgRunner *runner, const AgOngoing *ongoing, guint step, AgDiag *diag);
/* Runs one statement and tells how many rows it touched. */
bool ag_loose_affected(AgRunner *runner, const AgStatement *statement, int64_t *affected,
                       AgDiag *diag);

/* --- concurrent.c: indexes built and dropped concurrently (PostgreSQL) --- */
typedef struct {
    bool create, drop; /* neither: another statement */
    const char *schema, *name, *table;
} AgConcurrent;
typedef enum { AG_INDEX_NONE, AG_INDEX_INVALID, AG_INDEX_VALID, AG_INDEX_UNKNOWN } AgIndexState;

/* From the first to before the last of these tokens (AgToken), as written. In the pool. */
char *ag_tokens_written(AgPool *pool, const GArray *tokens, guint first, guint last);
/* Whether the database has the value that ALTER TYPE ... ADD VALUE of an
 * enum adds; OTHER: the statement is another one, or SQLite's. */
typedef enum { AG_LOOK_FAILED, AG_LOOK_DONE, AG_LOOK_OTHER } AgLooked;
AgLooked ag_enum_value_look(AgRunner *runner, const char *sql, bool *is_there, AgDiag *diag);

AgConcurrent ag_concurrent_parse(AgPool *pool, AgDialectId dialect, const char *sql);
/* What the catalogue knows of that index; UNKNOWN after a problem. `schema` (may be NULL) gets the
 * schema it is in. */
AgIndexState ag_concurrent_look(AgRunner *runner, AgPool *pool, const AgConcurrent *index,
                                const char **schema, AgDiag *diag);
/* Drops what a broken CREATE INDEX CONCURRENTLY has left. */
bool ag_concurrent_clean(AgRunner *runner, const AgConcurrent *index, AgDiag *diag);
/* After CREATE INDEX CONCURRENTLY: the index must be valid (IF NOT EXISTS is content with less). */
bool ag_concurrent_check(AgRunner *runner, const AgStatement *statement, AgDiag *diag);

/* --- resume.c --- */
typedef enum {
    AG_RESUME_RUN,  /* run it (again) */
    AG_RESUME_DONE, /* it has taken effect */
    AG_RESUME_STOP, /* a problem is recorded: only a person can tell, or the file was edited */
} AgResume;

/* --- leftover.c --- */

/* Whether it is ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY, on a server that has it. */
bool ag_detach_is(const AgRunner *runner, const char *sql);
/* What became of one; `open`: its end was never seen. With `act` one that is begun is finished. */
AgResume ag_detach_judge(AgRunner *runner, const char *sql, bool open, bool act, AgDiag *diag);
/* Drops the invalid indexes that a broken REINDEX ... CONCURRENTLY has left; of any other statement
 * there are none. */
bool ag_reindex_clean(AgRunner *runner, const char *sql, AgDiag *diag);

/* --- resume.c again --- */

/* What to do about a statement that has a row of an earlier attempt. With `act` an invalid index is
 * dropped. */
AgResume ag_resume_judge(AgRunner *runner, const AgRevision *revision, AgStepMode mode,
                         const AgStatement *statement, const AgProgressRow *row, bool act,
                         AgDiag *diag);
/* Fails (partial) when something interrupted stands in the way of this path. */
bool ag_resume_check(AgRunner *runner, const GPtrArray *path, AgDiag *diag);
/* The statement a step word "2.1" means; NULL when the script has no such. */
const AgStatement *ag_resume_statement(const AgScript *script, const char *step, AgStepMode *mode);
/* Whether a statement may be run twice without harm. */
bool ag_resume_is_repeatable(AgRunner *runner, AgStepMode mode, const AgStatement *statement);
