/* SPDX-License-Identifier: MIT */
/* What statements leave behind that run in several transactions of their own and are cut off
 * between them (PostgreSQL): docs, ALTER TABLE, DETACH PARTITION; REINDEX, Rebuilding Indexes
 * Concurrently. */
#include "runner/runner_private.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

static bool is(const GArray *tokens, guint i, const char *word)
{
    return ag_token_is(ag_token_at(tokens, i), word);
}

static bool is_name(const GArray *tokens, guint i)
{
    AgTokenType type = ag_token_at(tokens, i).type;
    return type == AG_TOKEN_WORD || type == AG_TOKEN_QUOTED;
}

/* [schema .] name at token i, as written; i moves behind it. NULL: there is none. */
static const char *take_name(AgPool *pool, const GArray *tokens, guint *i)
{
    guint first = *i;
    if (!is_name(tokens, first))
        return NULL;
    *i += 1;
    while (is(tokens, *i, ".") && is_name(tokens, *i + 1))
        *i += 2;
    return ag_tokens_written(pool, tokens, first, *i);
}

/* --- ALTER TABLE parent DETACH PARTITION child CONCURRENTLY --- */

static bool parse_detach(AgPool *pool, const char *sql, const char **parent, const char **child)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_POSTGRESQL, sql);
    guint i = 2;
    if (!is(tokens, 0, "alter") || !is(tokens, 1, "table"))
        return false;
    if (is(tokens, i, "if") && is(tokens, i + 1, "exists"))
        i += 2;
    *parent = take_name(pool, tokens, &i);
    if (*parent == NULL || !is(tokens, i, "detach") || !is(tokens, i + 1, "partition"))
        return false;
    i += 2;
    *child = take_name(pool, tokens, &i);
    return *child != NULL && is(tokens, i, "concurrently");
}

bool ag_detach_is(const AgRunner *runner, const char *sql)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *parent, *child;
    return !ag_runner_is_sqlite(runner) && ag_db_version(runner->db) >= 140000 &&
           parse_detach(pool, sql, &parent, &child);
}

static bool finalize(AgRunner *runner, const char *parent, const char *child, AgDiag *diag)
{
    g_autofree char *sql =
        g_strdup_printf("ALTER TABLE %s DETACH PARTITION %s FINALIZE", parent, child);
    if (!ag_db_run(runner->db, sql, diag))
        return false;
    g_autofree char *shown = ag_text_printable(child);
    ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
            "finished the detaching of partition %s that an interrupted run had begun", shown);
    return true;
}

AgResume ag_detach_judge(AgRunner *runner, const char *sql, bool open, bool act, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *parent = NULL, *child = NULL;
    if (!parse_detach(pool, sql, &parent, &child))
        return AG_RESUME_RUN;
    const char *params[] = {parent, child};
    const AgRows *rows = ag_db_query(
        runner->db, pool,
        "SELECT pg_catalog.to_regclass($2) IS NOT NULL, i.inhdetachpending"
        " FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_inherits i"
        " ON i.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid"
        " AND i.inhrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)::pg_catalog.oid",
        params, 2, diag);
    if (rows == NULL)
        return AG_RESUME_STOP;
    const char *pending = ag_rows_get(rows, 0, 1);
    if (pending == NULL) /* no longer a partition, or there is no such table */
        return open && strcmp(ag_rows_get(rows, 0, 0), "t") == 0 ? AG_RESUME_DONE : AG_RESUME_RUN;
    if (strcmp(pending, "t") != 0 || !act)
        return AG_RESUME_RUN;
    return finalize(runner, parent, child, diag) ? AG_RESUME_DONE : AG_RESUME_STOP;
}

/* --- REINDEX ... CONCURRENTLY --- */

typedef enum { TARGET_NONE, TARGET_INDEX, TARGET_TABLE, TARGET_SCHEMA } Target;

/* REINDEX [(options)] INDEX | TABLE | SCHEMA [CONCURRENTLY] name */
static Target parse_reindex(AgPool *pool, const char *sql, const char **name)
{
    static const struct {
        const char *word;
        Target target;
    } targets[] = {{"index", TARGET_INDEX}, {"table", TARGET_TABLE}, {"schema", TARGET_SCHEMA}};
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_POSTGRESQL, sql);
    guint i = 1;
    Target target = TARGET_NONE;
    if (!is(tokens, 0, "reindex"))
        return TARGET_NONE;
    bool concurrently = false;
    if (is(tokens, i, "("))
        for (; i < tokens->len && !is(tokens, i - 1, ")"); i++)
            concurrently = concurrently || is(tokens, i, "concurrently");
    for (guint t = 0; t < G_N_ELEMENTS(targets); t++)
        if (is(tokens, i, targets[t].word))
            target = targets[t].target;
    i++;
    if (is(tokens, i, "concurrently")) {
        concurrently = true;
        i++;
    }
    if (!concurrently || target == TARGET_NONE)
        return TARGET_NONE;
    *name = target == TARGET_SCHEMA
                ? ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, ag_token_at(tokens, i).text,
                                    ag_token_at(tokens, i).length)
                : take_name(pool, tokens, &i);
    return *name == NULL ? TARGET_NONE : target;
}

/* Invalid, named after an index of the same table as the server names what it builds or replaces
 * (a long name is cut), and nobody is building there now. */
#define LEFT_OVERS                                                                                 \
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_index i"                                       \
    " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"                                          \
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"                                    \
    " WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND n.nspname <> 'pg_toast'"    \
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p"                      \
    "  WHERE p.relid = i.indrelid)"                                                                \
    " AND EXISTS (SELECT FROM pg_catalog.pg_index o JOIN pg_catalog.pg_class oc"                   \
    "  ON oc.oid = o.indexrelid WHERE o.indrelid = i.indrelid AND oc.oid <> c.oid"                 \
    "  AND CASE WHEN pg_catalog.octet_length(c.relname::pg_catalog.text) >= 62"                    \
    "  THEN pg_catalog.starts_with(oc.relname::pg_catalog.text,"                                   \
    "   pg_catalog.regexp_replace(c.relname::pg_catalog.text, '_cc(new|old)[0-9]*$', ''))"         \
    "  ELSE oc.relname = pg_catalog.regexp_replace(c.relname::pg_catalog.text,"                    \
    "   '_cc(new|old)[0-9]*$', '')::pg_catalog.name END)"

static const char *left_overs_of(Target target)
{
    switch (target) {
    case TARGET_INDEX:
        return LEFT_OVERS " AND i.indrelid = (SELECT x.indrelid FROM pg_catalog.pg_index x"
                          " WHERE x.indexrelid = pg_catalog.to_regclass($1)::pg_catalog.oid)";
    case TARGET_TABLE:
        return LEFT_OVERS " AND i.indrelid = pg_catalog.to_regclass($1)::pg_catalog.oid";
    case TARGET_SCHEMA:
        return LEFT_OVERS " AND n.nspname = $1::pg_catalog.name";
    case TARGET_NONE:
        return NULL;
    }
    g_assert_not_reached();
}

bool ag_reindex_clean(AgRunner *runner, const char *sql, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *name = NULL;
    Target target = ag_runner_is_sqlite(runner) ? TARGET_NONE : parse_reindex(pool, sql, &name);
    if (target == TARGET_NONE)
        return true;
    const AgRows *rows = ag_db_query(runner->db, pool, left_overs_of(target), &name, 1, diag);
    bool good = rows != NULL;
    for (guint i = 0; good && i < rows->n_rows; i++) {
        AgConcurrent index = {.drop = true,
                              .schema = ag_rows_get(rows, i, 0),
                              .name = ag_rows_get(rows, i, 1)};
        good = ag_concurrent_clean(runner, &index, diag);
    }
    return good;
}
