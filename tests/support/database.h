/* SPDX-License-Identifier: MIT */
/* Throw-away databases: made, planned for, changed, and asked by an independent witness. */
#pragma once

#include "db/db.h"
#include "emit/emit.h"
#include "model/change.h"

typedef struct {
    AgDialectId dialect;
    const char *server; /* PostgreSQL: a superuser's URL */
    const char *name;   /* the database's name, or the file's path */
    const char *url;
    AgDb *db;
    bool without_dump; /* the witness does without pg_dump */
} TestDatabase;

/* The ordered changes and both scripts between two schemas. */
typedef struct {
    GPtrArray *changes;
    AgScript *upgrade, *downgrade;
} TestPlan;

typedef struct {
    bool suspects_allowed;
    bool online;         /* concurrent indexes, NOT VALID */
    long server_version; /* the target where no database is asked; 0: PostgreSQL 15, SQLite 3.40 */
} TestPlanOptions;

/* Makes a role of the server, unless it is there. Roles stay. */
bool test_database_role(const TestDatabase *database, AgPool *pool, const char *role, AgDiag *diag);
/* False after a problem. `tag` tells the databases of one process apart. */
bool test_database_open(TestDatabase *database, AgPool *pool, const char *tag, AgDiag *diag);
void test_database_remove(TestDatabase *database);
/* Drops those that were kept for reuse; at the end of a program. `server` may be NULL when there
 * are none. */
void test_databases_end(const char *server);
/* Makes it empty again, which is faster than another one. */
bool test_database_clear(TestDatabase *database, AgPool *pool, AgDiag *diag);

AgSchema *test_database_read(const TestDatabase *database, AgPool *pool, AgDiag *diag);
bool test_plan(AgPool *pool, const AgSchema *from, const AgSchema *to,
               const TestPlanOptions *options, TestPlan *plan, AgDiag *diag);
/* The plan from what the database holds to a whole model text; `file` names it in messages. */
bool test_database_plan(const TestDatabase *database, AgPool *pool, const char *model,
                        const char *file, const TestPlanOptions *options, TestPlan *plan,
                        AgDiag *diag);
/* Step by step, each in its transaction; the statement that fails is the problem's hint. */
bool test_database_apply(const TestDatabase *database, AgPool *pool, const AgScript *script,
                         AgDiag *diag);
/* What the witness says (witness.h). */
char *test_database_facts(const TestDatabase *database, AgPool *pool, AgDiag *diag);
