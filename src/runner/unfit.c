/* SPDX-License-Identifier: MIT */
/* SQLite says which constraint rows break, and not which rows. Where a rebuild copies them, they
 * are those that INSERT OR IGNORE leaves behind: the transaction is going to be rolled back anyway.
 */
#include "runner/runner_private.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

enum { SHOWN = 5 };

typedef struct {
    const char *to, *from; /* as the statement writes them */
    const char *rest;      /* what stands behind INSERT OR ABORT */
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
                   .rest = ag_token_at(tokens, 3).text,
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

void ag_unfit_hint(AgRunner *runner, const AgStatement *statement, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) quiet = ag_diag_new();
    Copy copy;
    if (ag_diag_last(diag)->id != AG_PROBLEM_ROWS_UNFIT || !is_copy(pool, statement->sql, &copy) ||
        !ag_db_transaction_is_ours(runner->db, quiet) ||
        !keeps_rowids(runner, pool, &copy, quiet) ||
        !ag_db_run(runner->db, ag_pool_printf(pool, "INSERT OR IGNORE %s", copy.rest), quiet))
        return;
    AgRows *rows =
        ag_db_query(runner->db, pool,
                    ag_pool_printf(pool,
                                   "SELECT count(*) OVER (), rowid FROM %s WHERE rowid NOT IN "
                                   "(SELECT rowid FROM %s) ORDER BY rowid LIMIT %d",
                                   copy.from, copy.to, SHOWN),
                    NULL, 0, quiet);
    if (rows == NULL || rows->n_rows == 0)
        return;
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint i = 0; i < rows->n_rows; i++)
        g_string_append_printf(ids, "%s%s", i == 0 ? "" : ", ", ag_rows_get(rows, i, 1));
    ag_hint(diag, "rows of %s that do not fit: %s; rowid %s", copy.from, ag_rows_get(rows, 0, 0),
            ids->str);
}
