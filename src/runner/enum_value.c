/* SPDX-License-Identifier: MIT */
/* ALTER TYPE name ADD VALUE, which older servers run in no transaction block: whether one that was
 * cut off took effect can be seen. */
#include "runner/runner_private.h"
#include "sql/lexer.h"

#include <string.h>

char *ag_tokens_written(AgPool *pool, const GArray *tokens, guint first, guint last)
{
    AgToken begin = ag_token_at(tokens, first), end = ag_token_at(tokens, last - 1);
    return ag_pool_text_n(pool, begin.text, end.offset + end.length - begin.offset);
}

/* The names of type and value as they stand in the statement. False: it is another one. */
static bool parse(AgPool *pool, const char *sql, const char **type, const char **value)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_POSTGRESQL, sql);
    guint add = 2;
    if (!ag_token_is(ag_token_at(tokens, 0), "alter") ||
        !ag_token_is(ag_token_at(tokens, 1), "type"))
        return false;
    while (add < 6 && !ag_token_is(ag_token_at(tokens, add), "add"))
        add++;
    guint label = add + (ag_token_is(ag_token_at(tokens, add + 2), "if") ? 5 : 2);
    if (add == 2 || !ag_token_is(ag_token_at(tokens, add), "add") ||
        !ag_token_is(ag_token_at(tokens, add + 1), "value") ||
        ag_token_at(tokens, label).type != AG_TOKEN_STRING)
        return false;
    *type = ag_tokens_written(pool, tokens, 2, add);
    *value = ag_tokens_written(pool, tokens, label, label + 1);
    return true;
}

AgLooked ag_enum_value_look(AgRunner *runner, const char *sql, bool *is_there, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *type, *value;
    if (ag_runner_is_sqlite(runner) || !parse(pool, sql, &type, &value))
        return AG_LOOK_OTHER;
    const char *question =
        ag_pool_printf(pool,
                       "SELECT 1 FROM pg_catalog.pg_enum WHERE enumtypid"
                       " OPERATOR(pg_catalog.=) pg_catalog.to_regtype($1)::pg_catalog.oid"
                       " AND enumlabel OPERATOR(pg_catalog.=) %s",
                       value);
    const AgRows *rows = ag_db_query(runner->db, pool, question, &type, 1, diag);
    if (rows == NULL)
        return AG_LOOK_FAILED;
    *is_there = rows->n_rows > 0;
    return AG_LOOK_DONE;
}
