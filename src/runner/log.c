/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/digest.h"
#include "runner/runner_private.h"
#include "sql/tokens.h"

#include <string.h>

/* --- questions asked together --- */

AgBatch *ag_batch_new(AgPool *pool)
{
    AgBatch *batch = ag_pool_new0(pool, AgBatch);
    batch->pool = pool;
    batch->questions = g_array_new(FALSE, FALSE, sizeof(AgQuestion));
    batch->expected = g_array_new(FALSE, FALSE, sizeof(int64_t));
    ag_pool_keep(pool, batch->questions, (GDestroyNotify)g_array_unref);
    ag_pool_keep(pool, batch->expected, (GDestroyNotify)g_array_unref);
    return batch;
}

void ag_batch_add(AgBatch *batch, const char *sql, int64_t expected, int n_params,
                  const char *const *params)
{
    const char **copy = NULL;
    if (n_params > 0)
        copy = ag_pool_alloc(batch->pool, sizeof *copy * (size_t)n_params);
    for (int i = 0; i < n_params; i++)
        copy[i] = ag_pool_text(batch->pool, params[i]);
    AgQuestion question = {.sql = ag_pool_text(batch->pool, sql),
                           .params = copy,
                           .n_params = n_params};
    g_array_append_val(batch->questions, question);
    g_array_append_val(batch->expected, expected);
}

static bool check_affected(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    const AgBatch *batch = data;
    int64_t expected = g_array_index(batch->expected, int64_t, question);
    if (expected < 0 || rows->affected == expected)
        return true;
    ag_fail(diag, AG_PROBLEM_STATE_CHANGED, AG_NOWHERE,
            "%" G_GINT64_FORMAT " rows of the record were touched where %" G_GINT64_FORMAT
            " should have been",
            rows->affected, expected);
    ag_hint(diag, "something else writes the version table; nothing was changed");
    return false;
}

bool ag_batch_run(AgRunner *runner, AgBatch *batch, AgDiag *diag)
{
    const AgQuestion *questions = (const AgQuestion *)(const void *)batch->questions->data;
    return ag_db_ask(runner->db, questions, batch->questions->len, check_affected, batch, diag);
}

bool ag_batch_run_inside(AgRunner *runner, AgBatch *batch, AgDiag *diag)
{
    const AgQuestion *questions = (const AgQuestion *)(const void *)batch->questions->data;
    return ag_db_ask_inside(runner->db, questions, batch->questions->len, check_affected, batch,
                            diag);
}

void ag_batch_comes_often(AgBatch *batch)
{
    for (guint i = 0; i < batch->questions->len; i++)
        g_array_index(batch->questions, AgQuestion, i).often = true;
}

/* --- writing rows --- */

/* Who and where. PostgreSQL knows its user; SQLite has none, so it is the system's. */
static const char *user_of(const AgRunner *runner)
{
    return ag_runner_is_sqlite(runner) ? g_get_user_name() : NULL;
}

static char *insert_text(const AgRunner *runner)
{
    static const char *const columns = "revision, direction, step, status, checksum, started,"
                                       " finished, duration_ms, user_name, host, tool_version,"
                                       " tag, error";
    if (ag_runner_is_sqlite(runner))
        return g_strdup_printf("INSERT INTO %s (%s) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                               " ?10, ?11, ?12, ?13)",
                               runner->log.sql, columns);
    /* Times are the server's (several machines may write); all operators are exact, so that none
     * of another schema can stand in for them. */
    return g_strdup_printf(
        "INSERT INTO %s (%s) VALUES ($1, $2, $3, $4, $5, pg_catalog.clock_timestamp()"
        " OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => $6::pg_catalog.float8),"
        " CASE WHEN $7::pg_catalog.text IS NULL THEN NULL ELSE pg_catalog.clock_timestamp() END,"
        " $8::pg_catalog.int8, session_user, $9, $10, $11, $12)",
        runner->log.sql, columns);
}

typedef struct {
    const char *params[13];
    int n;
    const char *sql;
} Insert;

static void push(Insert *insert, const char *text)
{
    insert->params[insert->n++] = text;
}

static Insert prepare_insert(const AgRunner *runner, AgPool *pool, const AgLogEntry *entry)
{
    Insert insert = {0};
    g_autofree char *sql = insert_text(runner);
    bool open = strcmp(entry->status, "applying") == 0;
    int64_t now = ag_clock_now(), ms = entry->duration_ms;
    insert.sql = ag_pool_text(pool, sql);
    push(&insert, entry->revision);
    push(&insert, entry->direction);
    push(&insert, entry->step);
    push(&insert, entry->status);
    push(&insert, entry->checksum);
    if (ag_runner_is_sqlite(runner)) {
        push(&insert, ag_clock_iso(pool, now - ms / 1000));
        push(&insert, open ? NULL : ag_clock_iso(pool, now));
    } else {
        push(&insert,
             ag_pool_printf(pool, "%" G_GINT64_FORMAT ".%03d", ms / 1000, (int)(ms % 1000)));
        push(&insert, open ? NULL : "now");
    }
    push(&insert, open ? NULL : ag_pool_printf(pool, "%" G_GINT64_FORMAT, ms));
    if (user_of(runner) != NULL)
        push(&insert, user_of(runner));
    push(&insert, g_get_host_name());
    push(&insert, AUTOGEN_VERSION);
    push(&insert, runner->options->tag);
    push(&insert, entry->error);
    return insert;
}

void ag_log_add(const AgRunner *runner, AgBatch *batch, const AgLogEntry *entry)
{
    Insert insert = prepare_insert(runner, batch->pool, entry);
    ag_batch_add(batch, insert.sql, 1, insert.n, insert.params);
}

const char *ag_log_insert(AgRunner *runner, AgPool *pool, const AgLogEntry *entry, AgDiag *diag)
{
    Insert insert = prepare_insert(runner, pool, entry);
    const char *sql = ag_pool_printf(pool, "%s RETURNING id", insert.sql);
    /* RETURNING needs SQLite 3.35, the oldest that is supported. */
    AgRows *rows = ag_db_query(runner->db, pool, sql, insert.params, insert.n, diag);
    return rows == NULL ? NULL : ag_rows_get(rows, 0, 0);
}

bool ag_log_finish(AgRunner *runner, const char *id, const char *status, int64_t duration_ms,
                   const char *error, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_batch_new(pool);
    const char *ms = ag_pool_printf(pool, "%" G_GINT64_FORMAT, duration_ms);
    const char *sql;
    if (ag_runner_is_sqlite(runner)) {
        const char *params[] = {status, ag_clock_iso(pool, ag_clock_now()), ms, error, id};
        sql = ag_pool_printf(pool,
                             "UPDATE %s SET status = ?1, finished = ?2, duration_ms = ?3,"
                             " error = ?4 WHERE id = ?5",
                             runner->log.sql);
        ag_batch_add(batch, sql, 1, 5, params);
    } else {
        const char *params[] = {status, ms, error, id};
        sql = ag_pool_printf(pool,
                             "UPDATE %s SET status = $1, finished = pg_catalog.clock_timestamp(),"
                             " duration_ms = $2::pg_catalog.int8, error = $3"
                             " WHERE id OPERATOR(pg_catalog.=) $4::pg_catalog.int8",
                             runner->log.sql);
        ag_batch_add(batch, sql, 1, 4, params);
    }
    return ag_batch_run(runner, batch, diag);
}

/* --- failures --- */

const AgProblem *ag_log_first_error(guint mark, const AgDiag *diag)
{
    for (guint i = mark; i < ag_diag_count(diag); i++)
        if (ag_diag_problem(diag, i)->severity == AG_SEVERITY_ERROR)
            return ag_diag_problem(diag, i);
    return NULL;
}

const char *ag_log_error_text(const AgRunner *runner, AgPool *pool, guint mark, const AgDiag *diag)
{
    const AgProblem *problem = ag_log_first_error(mark, diag);
    if (problem == NULL)
        return NULL;
    g_autoptr(GString) text = g_string_new(problem->message);
    if (problem->sqlstate != NULL && *problem->sqlstate != '\0')
        g_string_append_printf(text, " (SQLSTATE %s)", problem->sqlstate);
    if (problem->place.line > 0)
        g_string_append_printf(text, " at line %d", problem->place.line);
    g_string_append_printf(text, " [%s]", ag_problem_word(problem->id));
    const char *password = ag_db_url(runner->db)->password;
    if (password != NULL && *password != '\0')
        g_string_replace(text, password, "***", 0);
    return ag_pool_text(pool, text->str);
}

void ag_log_failure(AgRunner *runner, const AgRevision *revision, const char *step,
                    int64_t started_ms, guint mark, AgDiag *diag)
{
    const AgProblem *problem = ag_log_first_error(mark, diag);
    if (problem == NULL || problem->id == AG_PROBLEM_CONNECTION_LOST ||
        problem->id == AG_PROBLEM_OUTCOME_UNKNOWN || !runner->log.exists)
        return;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgBatch *batch = ag_batch_new(pool);
    AgLogEntry entry = {.revision = revision->id,
                        .direction =
                            runner->scripts ? "script" : ag_direction_word(runner->direction),
                        .step = step,
                        .status = "failed",
                        .checksum = ag_revision_checksum(pool, revision, runner->dialect->id),
                        .error = ag_log_error_text(runner, pool, mark, diag),
                        .duration_ms = ag_clock_monotonic_ms() - started_ms};
    guint before = ag_diag_count(diag);
    ag_log_add(runner, batch, &entry);
    if (!ag_db_begin(runner->db, false, diag) || !ag_batch_run(runner, batch, diag) ||
        !ag_db_commit(runner->db, diag))
        ag_db_rollback(runner->db);
    ag_diag_rewind(diag, before);
}

/* --- progress of what is not complete --- */

static const char *checksum_of(AgPool *pool, const GString *text)
{
    return ag_pool_printf(pool, "v1:sha256:%s", ag_digest_sha256(pool, text->str, text->len));
}

const char *ag_statement_checksum(AgPool *pool, AgDialectId dialect, const AgStatement *statement)
{
    g_autoptr(GString) text = g_string_new(ag_sql_normal(pool, dialect, statement->sql));
    return checksum_of(pool, text);
}

const char *ag_step_checksum(AgPool *pool, AgDialectId dialect, const AgStep *step)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        g_string_append_printf(text, "set %s %s\n", setting->name, setting->value);
    }
    for (guint i = 0; i < step->statements->len; i++) {
        const AgStatement *statement = g_ptr_array_index(step->statements, i);
        g_string_append(text, ag_sql_normal(pool, dialect, statement->sql));
        g_string_append(text, ";\n");
    }
    return checksum_of(pool, text);
}

static AgProgress *find_progress(const AgRunner *runner, const char *revision,
                                 const char *direction)
{
    for (guint i = 0; i < runner->progress->len; i++) {
        AgProgress *progress = g_ptr_array_index(runner->progress, i);
        if (strcmp(progress->revision, revision) == 0 &&
            strcmp(ag_direction_word(progress->direction), direction) == 0)
            return progress;
    }
    return NULL;
}

static AgProgress *need_progress(AgRunner *runner, const char *revision, const char *direction)
{
    AgProgress *progress = find_progress(runner, revision, direction);
    if (progress != NULL)
        return progress;
    progress = ag_pool_new0(runner->pool, AgProgress);
    progress->revision = ag_pool_text(runner->pool, revision);
    progress->direction = strcmp(direction, "downgrade") == 0 ? AG_DOWNGRADE : AG_UPGRADE;
    progress->rows = ag_pool_table(runner->pool, g_str_hash, g_str_equal);
    progress->order = ag_pool_array(runner->pool);
    g_ptr_array_add(runner->progress, progress);
    return progress;
}

/* A step that is done stays done, whoever tried it again meanwhile; otherwise the last word counts.
 */
static void add_row(AgRunner *runner, const AgRows *rows, guint i)
{
    AgProgress *progress = need_progress(runner, ag_rows_get(rows, i, 1), ag_rows_get(rows, i, 2));
    AgProgressRow *row = ag_pool_new0(runner->pool, AgProgressRow);
    const char **members[] = {&row->step,    &row->status,    &row->checksum,
                              &row->started, &row->user_name, &row->host};
    row->id = ag_pool_text(runner->pool, ag_rows_get(rows, i, 0));
    for (size_t m = 0; m < G_N_ELEMENTS(members); m++) {
        const char *cell = ag_rows_get(rows, i, 3 + (int)m);
        *members[m] = ag_pool_text(runner->pool, cell == NULL ? "" : cell);
    }
    g_ptr_array_add(progress->order, row);
    const AgProgressRow *known = g_hash_table_lookup(progress->rows, row->step);
    if (known == NULL || strcmp(known->status, "done") != 0)
        g_hash_table_insert(progress->rows, (gpointer)(guintptr)row->step, row);
}

bool ag_progress_load(AgRunner *runner, AgDiag *diag)
{
    runner->progress = ag_pool_array(runner->pool);
    if (!runner->log.exists)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    /* Rows of parts count from the revision's last completion, or the last stamp, on. */
    const char *sql = ag_pool_printf(
        pool,
        "SELECT l.id, l.revision, l.direction, l.step, l.status, l.checksum, l.started,"
        " l.user_name, l.host FROM %s l WHERE l.step IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM %s s WHERE s.id > l.id AND (s.direction = 'stamp'"
        "  OR (s.revision = l.revision AND s.step IS NULL AND s.status = 'done')))"
        " ORDER BY l.id",
        runner->log.sql, runner->log.sql);
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return false;
    for (guint i = 0; i < rows->n_rows; i++)
        add_row(runner, rows, i);
    return true;
}

AgProgress *ag_progress_of(const AgRunner *runner, const AgRevision *revision)
{
    return find_progress(runner, revision->id, ag_direction_word(runner->direction));
}
