/* SPDX-License-Identifier: MIT */
/* What the tests of the SQLite folders share: a database in memory or in a file, and questions. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

#include "db/db.h"
#include "introspect/introspect.h"
#include "introspect/reader.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    AgDb *db;
} Fixture;

static inline AgUrl *sqlite_url(AgPool *pool, const char *path)
{
    AgUrl *url = ag_pool_new0(pool, AgUrl);
    url->dialect = AG_DIALECT_SQLITE;
    url->path = url->shown = ag_pool_text(pool, path);
    return url;
}

static inline AgDb *open_sqlite(Fixture *f, const char *path, AgDbMode mode, bool create)
{
    AgDbOptions options = {.mode = mode, .create = create, .lock_timeout_ms = 50};
    return ag_db_open(sqlite_url(f->pool, path), &options, f->diag);
}

static inline void fixture_init(Fixture *f)
{
    f->pool = ag_pool_new();
    f->diag = ag_diag_new();
    f->db = open_sqlite(f, ":memory:", AG_DB_WRITE, true);
    assert_non_null(f->db);
}

static inline void fixture_clear(Fixture *f)
{
    ag_db_close(f->db);
    ag_diag_free(f->diag);
    ag_pool_free(f->pool);
}

static inline void print_problems(const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *p = ag_diag_problem(diag, i);
        print_message("[%s] %s\n", ag_problem_word(p->id), p->message);
        if (p->hint != NULL)
            print_message("  hint: %s\n", p->hint);
    }
}

/* Whether the text has what the library does not know yet. */
static inline bool is_too_new(const Fixture *f, const char *sql)
{
    return ag_db_version(f->db) < 3037000 && strstr(sql, ") STRICT") != NULL;
}

static inline void run_sql(Fixture *f, AgDb *db, const char *sql)
{
    if (!ag_db_run(db, sql, f->diag)) {
        print_message("%s\n", sql);
        print_problems(f->diag);
        fail();
    }
}

static inline AgRows *ask_sql(Fixture *f, AgDb *db, const char *sql)
{
    AgRows *rows = ag_db_query(db, f->pool, sql, NULL, 0, f->diag);
    if (rows == NULL) {
        print_message("%s\n", sql);
        print_problems(f->diag);
        fail();
    }
    return rows;
}

/* All cells of a query as one text: "a|b\nc|d\n"; NULL is "NULL". */
static inline char *table_text(Fixture *f, AgDb *db, const char *sql)
{
    const AgRows *rows = ask_sql(f, db, sql);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < rows->n_rows; i++) {
        for (guint j = 0; j < rows->n_columns; j++) {
            const char *cell = ag_rows_get(rows, i, (int)j);
            g_string_append_printf(out, "%s%s", j > 0 ? "|" : "", cell == NULL ? "NULL" : cell);
        }
        g_string_append_c(out, '\n');
    }
    char *text = ag_pool_text(f->pool, out->str);
    g_string_free(out, TRUE);
    return text;
}

static inline AgSchema *read_schema(Fixture *f, AgDb *db)
{
    AgSchema *schema = ag_schema_new(f->pool, AG_DIALECT_SQLITE);
    assert_true(ag_sqlite_read(db, schema, NULL, f->diag));
    return schema;
}
