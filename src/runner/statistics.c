/* SPDX-License-Identifier: MIT */
/* With a table SQLite drops what ANALYZE wrote down of it, and a rebuild drops a table. Until the
 * next ANALYZE the planner would know nothing, so it is given back, for what is the same: an index
 * over other columns says other things. */
#include "runner/runner_private.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

bool ag_statement_renames(AgPool *pool, const char *sql, const char **old, const char **name)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, sql, strlen(sql));
    if (!ag_token_is(ag_lexer_next_solid(&lexer), "ALTER") ||
        !ag_token_is(ag_lexer_next_solid(&lexer), "TABLE"))
        return false;
    AgToken from = ag_lexer_next_solid(&lexer), next = ag_lexer_next_solid(&lexer);
    if (ag_token_is(next, ".")) {
        from = ag_lexer_next_solid(&lexer);
        next = ag_lexer_next_solid(&lexer);
    }
    if (!ag_token_is(next, "RENAME") || !ag_token_is(ag_lexer_next_solid(&lexer), "TO"))
        return false;
    AgToken to = ag_lexer_next_solid(&lexer);
    *old = ag_sql_token_name(pool, AG_DIALECT_SQLITE, from.text, from.length);
    *name = ag_sql_token_name(pool, AG_DIALECT_SQLITE, to.text, to.length);
    return *old != NULL && *name != NULL;
}

/* Rebuilds have such a name in between. */
static const char temporary[] = "__ag_new_";

GPtrArray *ag_statistics_of(AgPool *pool, const AgOngoing *ongoing, guint from, guint to)
{
    GPtrArray *tables = ag_pool_array(pool);
    for (guint i = from; i < to; i++) {
        const AgStep *step = ag_ongoing_step(ongoing, i);
        for (guint k = 0; k < step->statements->len; k++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, k);
            const char *old, *name;
            if (ag_statement_renames(pool, statement->sql, &old, &name) &&
                g_str_has_prefix(old, temporary))
                g_ptr_array_add(tables, (gpointer)(guintptr)name);
        }
    }
    return tables;
}

/* What sqlite_stat1 and sqlite_stat4 have beside the names of table and index. */
typedef struct {
    const char *table, *columns;
} Kept;

static const Kept known[] = {{"sqlite_stat1", "stat"}, {"sqlite_stat4", "neq, nlt, ndlt, sample"}};

/* What tells one index from another: its columns, and its text but for spaces and quotes. */
static const char shape[] =
    "(SELECT group_concat(coalesce(x.name, '') || ' ' || x.\"desc\" || ' ' || coalesce(x.coll, ''))"
    " FROM pragma_index_xinfo(s.idx, 'main') x WHERE x.key) || coalesce((SELECT "
    "lower(replace(replace(replace("
    "substr(m.sql, instr(m.sql, '(')), ' ', ''), char(10), ''), '\"', '')) FROM main.sqlite_master "
    "m"
    " WHERE m.type = 'index' AND m.name = s.idx), '')";

/* Whether a query has a row. */
static bool ask(AgRunner *runner, AgPool *pool, const char *sql, bool *yes, AgDiag *diag)
{
    AgRows *rows = ag_db_query(runner->db, pool, sql, NULL, 0, diag);
    *yes = rows != NULL && rows->n_rows > 0;
    return rows != NULL;
}

static const char *list_of(AgPool *pool, const GPtrArray *tables)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++)
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "",
                               ag_sql_literal(pool, g_ptr_array_index(tables, i)));
    return ag_pool_text(pool, list->str);
}

bool ag_statistics_keep(AgRunner *runner, AgPool *pool, const GPtrArray *tables, AgDiag *diag)
{
    for (size_t i = 0; tables->len > 0 && i < G_N_ELEMENTS(known); i++) {
        bool found;
        const char *table = known[i].table;
        const char *sql =
            ag_pool_printf(pool, "SELECT 1 FROM main.sqlite_master WHERE name = '%s'", table);
        if (!ask(runner, pool, sql, &found, diag))
            return false;
        sql = ag_pool_printf(
            pool,
            "CREATE TEMP TABLE __ag_%s AS SELECT s.tbl, s.idx, %s, %s AS shape FROM main.%s s "
            "WHERE s.tbl COLLATE NOCASE IN (%s)",
            table, known[i].columns, shape, table, list_of(pool, tables));
        if (found && !ag_db_run(runner->db, sql, diag))
            return false;
    }
    return true;
}

static bool give_back(AgRunner *runner, AgPool *pool, const Kept *kept, AgDiag *diag)
{
    const char *sql = ag_pool_printf(
        pool,
        "INSERT INTO main.%s (tbl, idx, %s) SELECT s.tbl, s.idx, %s FROM temp.__ag_%s s WHERE "
        "NOT EXISTS (SELECT 1 FROM main.%s o WHERE o.tbl = s.tbl AND o.idx IS s.idx) AND s.tbl IN "
        "(SELECT name FROM main.sqlite_master WHERE type = 'table') AND s.shape IS %s",
        kept->table, kept->columns, kept->columns, kept->table, kept->table, shape);
    return ag_db_run(runner->db, sql, diag) &&
           ag_db_run(runner->db, ag_pool_printf(pool, "DROP TABLE temp.__ag_%s", kept->table),
                     diag);
}

bool ag_statistics_restore(AgRunner *runner, AgPool *pool, const GPtrArray *tables, AgDiag *diag)
{
    for (size_t i = 0; tables->len > 0 && i < G_N_ELEMENTS(known); i++) {
        bool both;
        const char *table = known[i].table;
        const char *sql = ag_pool_printf(pool,
                                         "SELECT 1 FROM main.sqlite_master m, "
                                         "temp.sqlite_master t WHERE m.name = '%s' AND "
                                         "t.name = '__ag_%s'",
                                         table, table);
        if (!ask(runner, pool, sql, &both, diag))
            return false;
        if (both && !give_back(runner, pool, &known[i], diag))
            return false;
    }
    return true;
}
