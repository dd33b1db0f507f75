/* SPDX-License-Identifier: MIT */
/* What the drivers (postgres.c, sqlite.c) share with db.c, and nobody else. */
#pragma once

#include "db/db.h"

typedef struct {
    /* Begins to open without waiting; NULL: there is nothing to gain. */
    void (*start)(AgDb *db);
    /* Opens what db->url names and pins the session; fills db->handle and db->version. */
    bool (*open)(AgDb *db, AgDiag *diag);
    void (*close)(AgDb *db);
    bool (*run)(AgDb *db, const char *sql, AgPlace place, AgDiag *diag);
    AgRows *(*query)(AgDb *db, AgPool *pool, const char *sql, const char *const *params,
                     int n_params, AgDiag *diag);
    /* NULL: `receive` does it all. */
    bool (*send)(AgDb *db, const AgQuestion *questions, guint n, AgDiag *diag);
    bool (*receive)(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                    AgDiag *diag);
    bool (*begin)(AgDb *db, bool read_only_snapshot, AgDiag *diag);
    bool (*commit)(AgDb *db, AgDiag *diag);
    /* NULL: there is no round trip to be saved. */
    bool (*ask_inside)(AgDb *db, const AgQuestion *questions, guint n, AgOnRows on_rows, void *data,
                       AgDiag *diag);
    bool (*commit_and_ask)(AgDb *db, const AgQuestion *question, AgOnRows on_rows, void *data,
                           AgDiag *diag);
    void (*forget_plans)(AgDb *db);
    void (*rollback)(AgDb *db);
    bool (*transaction_is_ours)(AgDb *db, AgDiag *diag);
    bool (*set_search_path)(AgDb *db, const char *path, AgDiag *diag);
    void (*interrupt)(AgDb *db);
} AgDriver;

struct AgDb {
    const AgDriver *driver;
    AgPool *pool; /* of the connection: url, names */
    const AgUrl *url;
    AgDbOptions options;
    void *handle; /* the driver's own state */
    long version;
    char state[16]; /* SQLSTATE or result code of the last failure; "" */
    GThread *lent;  /* who uses the connection meanwhile; NULL: the caller */
};

extern const AgDriver ag_driver_postgres, ag_driver_sqlite;
