/* SPDX-License-Identifier: MIT */
#include "cli/trial.h"

#include "base/clock.h"
#include "cli/signals.h"

/* --- on a server --- */

/* CREATE DATABASE takes no parameters. */
static char *create_statement(AgPool *pool, AgDb *db, const char *name, AgDiag *diag)
{
    AgRows *rows = ag_db_query(
        db, pool,
        "SELECT quote_literal(pg_encoding_to_char(encoding)), quote_literal(datcollate),"
        " quote_literal(datctype) FROM pg_catalog.pg_database WHERE datname = current_database()",
        NULL, 0, diag);
    if (rows == NULL)
        return NULL;
    return ag_pool_printf(pool,
                          "CREATE DATABASE %s TEMPLATE template0 ENCODING %s LC_COLLATE %s"
                          " LC_CTYPE %s",
                          name, ag_rows_get(rows, 0, 0), ag_rows_get(rows, 0, 1),
                          ag_rows_get(rows, 0, 2));
}

static bool make_database(AgRun *run, AgTrial *trial, AgDiag *diag)
{
    char *name =
        ag_pool_printf(run->pool, "autogen_scratch_%s", ag_clock_random_hex(run->pool, 12));
    g_autoptr(AgProjectDb) db = ag_project_open(run, trial->home, AG_DB_WRITE, false, diag);
    char *sql = db == NULL ? NULL : create_statement(run->pool, db, name, diag);
    if (sql == NULL)
        return false;
    if (!ag_db_run(db, sql, diag)) {
        if (ag_diag_last(diag)->id == AG_PROBLEM_PERMISSION)
            ag_hint(diag, "revisions are tried in a database of their own: GRANT the right with "
                          "ALTER ROLE ... CREATEDB, or name another server with --url");
        return false;
    }
    trial->name = name;
    return true;
}

static void drop_database(AgRun *run, AgTrial *trial, AgDiag *diag)
{
    guint before = ag_diag_count(diag);
    g_autoptr(AgProjectDb) db = ag_project_open(run, trial->home, AG_DB_WRITE, false, diag);
    bool gone =
        db != NULL &&
        ag_db_run(db, ag_pool_printf(run->pool, "DROP DATABASE %s WITH (FORCE)", trial->name),
                  diag);
    if (gone)
        return;
    const char *reason = ag_pool_text(run->pool, ag_diag_last(diag)->message);
    ag_diag_rewind(diag, before);
    ag_warn(diag, AG_PROBLEM_REMARK, AG_NOWHERE, "the scratch database '%s' stays: %s", trial->name,
            reason);
    ag_hint(diag, "drop it by hand");
}

/* --- either --- */

bool ag_trial_open(AgRun *run, const AgUrl *url, AgTrial *out, AgDiag *diag)
{
    AgUrl *own = NULL;
    *out = (AgTrial){.home = url};
    switch (url->dialect) {
    case AG_DIALECT_SQLITE:
        own = ag_url_parse(run->pool, "sqlite://", NULL, diag);
        break;
    case AG_DIALECT_POSTGRESQL:
        if (make_database(run, out, diag))
            own = ag_url_with_database(run->pool, url, out->name);
        break;
    }
    out->db = own == NULL ? NULL : ag_project_open(run, own, AG_DB_WRITE, true, diag);
    return out->db != NULL;
}

void ag_trial_close(AgRun *run, AgTrial *trial, AgDiag *diag)
{
    ag_project_close(trial->db);
    trial->db = NULL;
    if (trial->name == NULL)
        return;
    /* What a signal has stopped is still cleaned up. */
    ag_signals_hold(true);
    drop_database(run, trial, diag);
    ag_signals_hold(false);
    trial->name = NULL;
}

static bool check_blocks(const GPtrArray *path, AgDialectId dialect, AgDiag *diag)
{
    for (guint i = 0; i < path->len; i++) {
        const AgRevision *revision = g_ptr_array_index(path, i);
        if (!ag_revision_lacks(revision, dialect))
            continue;
        ag_fail(diag, AG_PROBLEM_REVISION_DIALECT, (AgPlace){revision->file, 0, 0},
                "revision '%s' has no block for %s", revision->id, ag_dialect(dialect)->name);
        ag_hint(diag, "`autogen fill %s` adds it", revision->id);
        return false;
    }
    return true;
}

bool ag_trial_run(AgRun *run, AgTrial *trial, const AgDag *dag, const GPtrArray *path,
                  AgDirection direction, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    options.allow_destructive = true;
    options.dry_run = false;
    options.review = "none";
    return check_blocks(path, ag_db_dialect(trial->db), diag) &&
           (path->len == 0 || ag_runner_run(trial->db, dag, path, direction, &options, NULL, diag));
}
