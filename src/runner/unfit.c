/* SPDX-License-Identifier: MIT */
/* SQLite says which constraint rows break, and not which rows. Where a rebuild copies them, they
 * are those that INSERT OR IGNORE leaves behind, or that cannot be copied one by one: the
 * transaction is going to be rolled back anyway. Where a unique index is made, they are the equal
 * ones. */
#include "runner/runner_private.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

enum { SHOWN = 5, MOST_TRIED = 10000 };

typedef struct {
    const char *to, *from; /* as the statement writes them */
    const char *rest;      /* from INTO to the end */
    bool rowid;            /* the first column is it */
} Copy;

static const char *text_of(AgPool *pool, AgToken token)
{
    return ag_pool_text_n(pool, token.text, token.length);
}

/* "INSERT OR ABORT INTO to (rowid, a) SELECT rowid, a FROM from" */
static bool is_copy(AgPool *pool, const char *sql, Copy *copy)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_SQLITE, sql);
    static const char *const head[] = {"INSERT", "OR", "ABORT", "INTO"};
    guint n = tokens->len;
    while (n > 0 && (ag_token_at(tokens, n - 1).type == AG_TOKEN_END ||
                     ag_token_is(ag_token_at(tokens, n - 1), ";")))
        n--;
    for (guint i = 0; i < G_N_ELEMENTS(head); i++)
        if (!ag_token_is(ag_token_at(tokens, i), head[i]))
            return false;
    if (n < 10 || !ag_token_is(ag_token_at(tokens, 5), "(") ||
        !ag_token_is(ag_token_at(tokens, n - 2), "FROM"))
        return false;
    AgToken first = ag_token_at(tokens, 6);
    *copy = (Copy){.to = text_of(pool, ag_token_at(tokens, 4)),
                   .from = text_of(pool, ag_token_at(tokens, n - 1)),
                   .rest = ag_tokens_written(pool, tokens, 3, n),
                   .rowid = ag_token_is(first, "rowid") || ag_token_is(first, "_rowid_") ||
                            ag_token_is(first, "oid")};
    return true;
}

/* The column that is the rowid; "" when none is. */
static const char *rowid_of(AgRunner *runner, AgPool *pool, const char *written, AgDiag *diag)
{
    const char *name = ag_sql_token_name(pool, AG_DIALECT_SQLITE, written, strlen(written));
    AgRows *rows =
        ag_db_query(runner->db, pool,
                    "SELECT CASE WHEN count(*) = 1 AND upper(max(type)) = 'INTEGER' THEN "
                    "max(name) ELSE '' END FROM pragma_table_info(?1, 'main') WHERE pk",
                    &name, 1, diag);
    return rows == NULL || rows->n_rows == 0 ? NULL : ag_rows_get(rows, 0, 0);
}

/* Whether a row has the same rowid in both. */
static bool keeps_rowids(AgRunner *runner, AgPool *pool, const Copy *copy, AgDiag *diag)
{
    const char *from = rowid_of(runner, pool, copy->from, diag);
    const char *to = rowid_of(runner, pool, copy->to, diag);
    if (from == NULL || to == NULL)
        return false;
    return copy->rowid || (from[0] != '\0' && g_ascii_strcasecmp(from, to) == 0);
}

/* The rows that another copy, which passes over them, has left behind; NULL: it does not tell, as
 * where a STRICT table refuses a value, which ends it. */
static AgRows *left_behind(AgRunner *runner, AgPool *pool, const Copy *copy, AgDiag *diag)
{
    if (!keeps_rowids(runner, pool, copy, diag) ||
        !ag_db_run(runner->db, "SAVEPOINT __ag_copy", diag))
        return NULL;
    AgRows *rows = NULL;
    if (ag_db_run(runner->db, ag_pool_printf(pool, "INSERT OR IGNORE %s", copy->rest), diag))
        rows = ag_db_query(runner->db, pool,
                           ag_pool_printf(pool,
                                          "SELECT count(*) OVER (), rowid FROM %s WHERE rowid NOT "
                                          "IN (SELECT rowid FROM %s) ORDER BY rowid LIMIT %d",
                                          copy->from, copy->to, SHOWN),
                           NULL, 0, diag);
    ag_db_run(runner->db, "ROLLBACK TO __ag_copy", diag);
    return rows == NULL || rows->n_rows == 0 ? NULL : rows;
}

static void hint_rows(AgDiag *diag, const char *what, const AgRows *rows)
{
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint i = 0; i < rows->n_rows; i++)
        g_string_append_printf(ids, "%s%s", i == 0 ? "" : ", ", ag_rows_get(rows, i, 1));
    ag_hint(diag, "%s: %s; rowid %s", what, ag_rows_get(rows, 0, 0), ids->str);
}

/* --- one by one --- */

/* The word for the rowid that no column of the table has taken. */
static const char *rowid_word(AgRunner *runner, AgPool *pool, const char *written, AgDiag *diag)
{
    const char *name = ag_sql_token_name(pool, AG_DIALECT_SQLITE, written, strlen(written));
    AgRows *rows = ag_db_query(runner->db, pool,
                               "SELECT column1 FROM (VALUES ('rowid'), ('_rowid_'), ('oid')) WHERE "
                               "column1 NOT IN (SELECT lower(name) FROM "
                               "pragma_table_xinfo(?1, 'main')) LIMIT 1",
                               &name, 1, diag);
    return rows == NULL || rows->n_rows == 0 ? NULL : ag_rows_get(rows, 0, 0);
}

/* A value that a STRICT table refuses is refused whatever the conflict clause says, and rows that
 * get other rowids cannot be looked up in the copy. */
static void try_each(AgRunner *runner, AgPool *pool, const Copy *copy, AgDiag *diag)
{
    g_autoptr(AgDiag) quiet = ag_diag_new();
    const char *word = rowid_word(runner, pool, copy->from, quiet);
    AgRows *rows = word == NULL ? NULL
                                : ag_db_query(runner->db, pool,
                                              ag_pool_printf(pool, "SELECT %s FROM %s LIMIT %d",
                                                             word, copy->from, MOST_TRIED + 1),
                                              NULL, 0, quiet);
    g_autoptr(GString) ids = g_string_new(NULL);
    guint found = 0;
    bool all = rows != NULL && rows->n_rows <= MOST_TRIED;
    for (guint i = 0; rows != NULL && i < MIN(rows->n_rows, MOST_TRIED); i++) {
        const char *id = ag_rows_get(rows, i, 0);
        g_autofree char *sql =
            g_strdup_printf("INSERT OR ABORT %s WHERE %s = %s", copy->rest, word, id);
        if (!ag_db_run(runner->db, sql, quiet) && ++found <= SHOWN)
            g_string_append_printf(ids, "%s%s", found == 1 ? "" : ", ", id);
        ag_diag_rewind(quiet, 0);
    }
    if (found > 0)
        ag_hint(diag, "rows of %s that do not fit: %s%u; %s %s", copy->from, all ? "" : "at least ",
                found, word, ids->str);
}

/* --- unique indexes --- */

/* The condition that the row is in the index and can be equal to another, and what it is by. */
typedef struct {
    AgPool *pool;
    const char *table;
    GString *by, *where;
} Unique;

/* One part of the index, from a token up to another: order does not make rows equal. */
static void add_part(Unique *unique, const GArray *tokens, guint from, guint end)
{
    while (end > from + 1 && (ag_token_is(ag_token_at(tokens, end - 1), "ASC") ||
                              ag_token_is(ag_token_at(tokens, end - 1), "DESC")))
        end--;
    const char *part = ag_tokens_written(unique->pool, tokens, from, end);
    g_string_append_printf(unique->by, "%s%s", unique->by->len > 0 ? ", " : "", part);
    g_string_append_printf(unique->where, "%s(%s) IS NOT NULL",
                           unique->where->len > 0 ? " AND " : "", part);
}

/* From the parenthesis on; where the next token is, 0: mangled. */
static guint add_parts(Unique *unique, const GArray *tokens, guint at)
{
    guint depth = 0, from = at + 1;
    for (; at < tokens->len; at++) {
        AgToken token = ag_token_at(tokens, at);
        if (ag_token_is(token, "("))
            depth++;
        bool closes = ag_token_is(token, ")") && --depth == 0;
        if ((closes || (depth == 1 && ag_token_is(token, ","))) && at > from) {
            add_part(unique, tokens, from, at);
            from = at + 1;
        }
        if (closes)
            return at + 1;
    }
    return 0;
}

/* "CREATE UNIQUE INDEX [IF NOT EXISTS] [main.]name ON table (parts) [WHERE condition]" */
static bool is_unique(const char *sql, Unique *unique)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_SQLITE, sql);
    guint at = 0;
    if (!ag_token_is(ag_token_at(tokens, 0), "CREATE") ||
        !ag_token_is(ag_token_at(tokens, 1), "UNIQUE"))
        return false;
    while (at < tokens->len && !ag_token_is(ag_token_at(tokens, at), "ON"))
        at++;
    unique->table = text_of(unique->pool, ag_token_at(tokens, at + 1));
    if (!ag_token_is(ag_token_at(tokens, at + 2), "("))
        return false;
    at = add_parts(unique, tokens, at + 2);
    if (at == 0 || !ag_token_is(ag_token_at(tokens, at), "WHERE"))
        return at > 0;
    guint end = tokens->len - (ag_token_is(ag_token_at(tokens, tokens->len - 1), ";") ? 1 : 0);
    g_string_append_printf(unique->where, " AND (%s)",
                           ag_tokens_written(unique->pool, tokens, at + 1, end));
    return true;
}

static void hint_equal(AgRunner *runner, AgPool *pool, const char *sql, AgDiag *diag)
{
    g_autoptr(AgDiag) quiet = ag_diag_new();
    g_autoptr(GString) by = g_string_new(NULL);
    g_autoptr(GString) where = g_string_new(NULL);
    Unique unique = {.pool = pool, .by = by, .where = where};
    if (!is_unique(sql, &unique))
        return;
    const char *word = rowid_word(runner, pool, unique.table, quiet);
    AgRows *rows =
        word == NULL
            ? NULL
            : ag_db_query(runner->db, pool,
                          ag_pool_printf(pool,
                                         "SELECT count(*) OVER (), k FROM (SELECT %s AS k, "
                                         "count(*) OVER (PARTITION BY %s) AS n FROM %s WHERE %s) "
                                         "WHERE n > 1 ORDER BY k LIMIT %d",
                                         word, by->str, unique.table, where->str, SHOWN),
                          NULL, 0, quiet);
    if (rows != NULL && rows->n_rows > 0)
        hint_rows(diag, ag_pool_printf(pool, "rows of %s that are not unique there", unique.table),
                  rows);
}

void ag_unfit_hint(AgRunner *runner, const AgStatement *statement, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) quiet = ag_diag_new();
    Copy copy;
    if (ag_diag_last(diag)->id != AG_PROBLEM_ROWS_UNFIT ||
        !ag_db_transaction_is_ours(runner->db, quiet))
        return;
    if (!is_copy(pool, statement->sql, &copy)) {
        hint_equal(runner, pool, statement->sql, diag);
        return;
    }
    AgRows *rows = left_behind(runner, pool, &copy, quiet);
    if (rows != NULL)
        hint_rows(diag, ag_pool_printf(pool, "rows of %s that do not fit", copy.from), rows);
    else
        try_each(runner, pool, &copy, diag);
}
