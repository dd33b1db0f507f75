/* SPDX-License-Identifier: MIT */
#include "db/db.h"

#include <string.h>

#include "db/db_private.h"

static const AgDriver *driver_of(AgDialectId dialect)
{
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        return &ag_driver_postgres;
    case AG_DIALECT_SQLITE:
        return &ag_driver_sqlite;
    }
    g_assert_not_reached();
}

/* The connection outlives what it was opened from, so that a lost COMMIT can be asked about. */
static AgUrl *copy_url(AgPool *pool, const AgUrl *url)
{
    AgUrl *copy = ag_pool_new0(pool, AgUrl);
    copy->dialect = url->dialect;
    copy->path = ag_pool_text(pool, url->path);
    copy->shown = ag_pool_text(pool, url->shown);
    copy->password = ag_pool_text(pool, url->password);
    copy->keywords = ag_pool_array(pool);
    for (guint i = 0; url->keywords != NULL && i < url->keywords->len; i++) {
        const AgUrlKeyword *from = g_ptr_array_index(url->keywords, i);
        AgUrlKeyword *keyword = ag_pool_new0(pool, AgUrlKeyword);
        keyword->name = ag_pool_text(pool, from->name);
        keyword->value = ag_pool_text(pool, from->value);
        g_ptr_array_add(copy->keywords, keyword);
    }
    return copy;
}

AgDb *ag_db_start(const AgUrl *url, const AgDbOptions *options)
{
    AgDb *db = g_new0(AgDb, 1);
    db->driver = driver_of(url->dialect);
    db->pool = ag_pool_new();
    db->url = copy_url(db->pool, url);
    db->options = *options;
    db->options.application = ag_pool_text(db->pool, options->application);
    db->options.password = ag_pool_text(db->pool, options->password);
    if (db->driver->start != NULL)
        db->driver->start(db);
    return db;
}

bool ag_db_finish(AgDb *db, AgDiag *diag)
{
    return db->driver->open(db, diag);
}

AgDb *ag_db_open(const AgUrl *url, const AgDbOptions *options, AgDiag *diag)
{
    AgDb *db = ag_db_start(url, options);
    if (ag_db_finish(db, diag))
        return db;
    ag_db_close(db);
    return NULL;
}

/* Secrets do not stay behind in freed memory. */
static void wipe(const char *secret)
{
    if (secret != NULL)
        explicit_bzero((char *)(guintptr)secret, strlen(secret));
}

static void wipe_secrets(AgDb *db)
{
    wipe(db->url->password);
    wipe(db->options.password);
    for (guint i = 0; i < db->url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(db->url->keywords, i);
        if (strstr(keyword->name, "password") != NULL)
            wipe(keyword->value);
    }
}

void ag_db_close(AgDb *db)
{
    if (db == NULL)
        return;
    ag_db_take_back(db);
    db->driver->close(db);
    wipe_secrets(db);
    ag_pool_free(db->pool);
    g_free(db);
}

void ag_db_lend(AgDb *db, GThread *thread)
{
    g_assert(db->lent == NULL);
    db->lent = thread;
}

void ag_db_take_back(AgDb *db)
{
    if (db->lent != NULL)
        g_thread_join(g_steal_pointer(&db->lent));
}

AgDialectId ag_db_dialect(const AgDb *db)
{
    return db->url->dialect;
}

const AgUrl *ag_db_url(const AgDb *db)
{
    return db->url;
}

long ag_db_version(const AgDb *db)
{
    return db->version;
}

static void show(AgDb *db, const char *sql)
{
    if (db->options.echo && db->options.echo_to != NULL)
        db->options.echo_to(sql, db->options.echo_data);
    db->state[0] = '\0';
}

bool ag_db_run_at(AgDb *db, const char *sql, AgPlace place, AgDiag *diag)
{
    show(db, sql);
    return db->driver->run(db, sql, place, diag);
}

bool ag_db_run(AgDb *db, const char *sql, AgDiag *diag)
{
    return ag_db_run_at(db, sql, AG_NOWHERE, diag);
}

AgRows *ag_db_query(AgDb *db, AgPool *pool, const char *sql, const char *const *params,
                    int n_params, AgDiag *diag)
{
    show(db, sql);
    return db->driver->query(db, pool, sql, params, n_params, diag);
}

bool ag_db_send(AgDb *db, const AgQuestion *questions, guint n, AgDiag *diag)
{
    for (guint i = 0; i < n; i++)
        show(db, questions[i].sql);
    return n == 0 || db->driver->send == NULL || db->driver->send(db, questions, n, diag);
}

bool ag_db_receive(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                   AgDiag *diag)
{
    return n == 0 || db->driver->receive(db, questions, n, on_rows, data, diag);
}

bool ag_db_ask(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
               AgDiag *diag)
{
    return ag_db_send(db, questions, n, diag) &&
           ag_db_receive(db, questions, n, on_rows, data, diag);
}

bool ag_db_begin(AgDb *db, bool read_only_snapshot, AgDiag *diag)
{
    show(db, "BEGIN");
    return db->driver->begin(db, read_only_snapshot, diag);
}

bool ag_db_commit(AgDb *db, AgDiag *diag)
{
    show(db, "COMMIT");
    return db->driver->commit(db, diag);
}

bool ag_db_ask_inside(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                      AgDiag *diag)
{
    if (db->driver->ask_inside == NULL)
        return ag_db_transaction_is_ours(db, diag) &&
               ag_db_ask(db, questions, n, on_rows, data, diag);
    for (guint i = 0; i < n; i++)
        show(db, questions[i].sql);
    return db->driver->ask_inside(db, questions, n, on_rows, data, diag);
}

bool ag_db_commit_and_ask(AgDb *db, const AgQuestion *question, AgOnRows on_rows, void *data,
                          AgDiag *diag)
{
    if (db->driver->commit_and_ask == NULL)
        return ag_db_commit(db, diag);
    show(db, "COMMIT");
    return db->driver->commit_and_ask(db, question, on_rows, data, diag);
}

void ag_db_forget_plans(AgDb *db)
{
    if (db->driver->forget_plans != NULL)
        db->driver->forget_plans(db);
}

void ag_db_rollback(AgDb *db)
{
    /* The state of the statement that failed stays: callers ask for it after rolling back. */
    if (db->options.echo && db->options.echo_to != NULL)
        db->options.echo_to("ROLLBACK", db->options.echo_data);
    db->driver->rollback(db);
}

bool ag_db_transaction_is_ours(AgDb *db, AgDiag *diag)
{
    return db->driver->transaction_is_ours(db, diag);
}

bool ag_db_set_search_path(AgDb *db, const char *path, AgDiag *diag)
{
    return db->driver->set_search_path(db, path, diag);
}

const char *ag_db_last_state(const AgDb *db)
{
    return db->state;
}

void ag_db_interrupt(AgDb *db)
{
    if (db != NULL)
        db->driver->interrupt(db);
}
