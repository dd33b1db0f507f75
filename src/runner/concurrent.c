/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct {
    AgPool *pool;
    AgLexer lexer;
    AgToken token; /* the one looked at */
} Reader;

static void step(Reader *reader)
{
    reader->token = ag_lexer_next_solid(&reader->lexer);
}

static bool take(Reader *reader, const char *word)
{
    if (!ag_token_is(reader->token, word))
        return false;
    step(reader);
    return true;
}

static const char *take_part(Reader *reader)
{
    AgToken token = reader->token;
    if (token.type != AG_TOKEN_WORD && token.type != AG_TOKEN_QUOTED)
        return NULL;
    step(reader);
    return ag_sql_token_name(reader->pool, reader->lexer.dialect, token.text, token.length);
}

/* [schema .] name */
static const char *take_name(Reader *reader, const char **schema)
{
    const char *name = take_part(reader);
    if (name == NULL || !take(reader, "."))
        return name;
    *schema = name;
    return take_part(reader);
}

AgConcurrent ag_concurrent_parse(AgPool *pool, AgDialectId dialect, const char *sql)
{
    AgConcurrent index = {0}, none = {0};
    Reader reader = {.pool = pool};
    ag_lexer_init(&reader.lexer, dialect, sql, strlen(sql));
    step(&reader);
    index.create = take(&reader, "create");
    index.drop = !index.create && take(&reader, "drop");
    if (index.create)
        take(&reader, "unique");
    if (!take(&reader, "index") || !take(&reader, "concurrently"))
        return none;
    if (take(&reader, "if"))
        while (take(&reader, "not") || take(&reader, "exists"))
            ;
    if (index.create && ag_token_is(reader.token, "on"))
        return none; /* the server chooses the name */
    index.name = index.drop ? take_name(&reader, &index.schema) : take_part(&reader);
    if (index.create) {
        take(&reader, "on");
        take(&reader, "only");
        index.table = take_name(&reader, &index.schema);
    }
    return index.name == NULL ? none : index;
}

AgIndexState ag_concurrent_look(AgRunner *runner, AgPool *pool, const AgConcurrent *index,
                                const char **schema, AgDiag *diag)
{
    const char *params[] = {index->name, index->schema, index->table};
    AgRows *rows = ag_db_query(
        runner->db, pool,
        "SELECT n.nspname, i.indisvalid FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
        " WHERE c.relname = $1::pg_catalog.name"
        " AND CASE WHEN $2::pg_catalog.text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)"
        "  ELSE n.nspname = $2::pg_catalog.name END"
        " AND ($3::pg_catalog.text IS NULL OR t.relname = $3::pg_catalog.name)",
        params, 3, diag);
    if (rows == NULL)
        return AG_INDEX_UNKNOWN;
    if (rows->n_rows == 0)
        return AG_INDEX_NONE;
    if (schema != NULL)
        *schema = ag_rows_get(rows, 0, 0);
    return strcmp(ag_rows_get(rows, 0, 1), "t") == 0 ? AG_INDEX_VALID : AG_INDEX_INVALID;
}

bool ag_concurrent_clean(AgRunner *runner, const AgConcurrent *index, AgDiag *diag)
{
    static AgSetting no_timeout = {"lock_timeout", "0"};
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *schema = NULL;
    AgIndexState state = ag_concurrent_look(runner, pool, index, &schema, diag);
    if (state != AG_INDEX_INVALID)
        return state != AG_INDEX_UNKNOWN;
    g_autoptr(GString) sql = g_string_new("DROP INDEX CONCURRENTLY ");
    ag_quote_qname(runner->dialect, sql, schema, index->name);
    AgSettings settings = {runner, ag_pool_array(pool), false};
    GPtrArray *wanted = ag_pool_array(pool);
    g_ptr_array_add(wanted, &no_timeout);
    if (!ag_settings_apply(&settings, wanted, AG_NOWHERE, diag))
        return false;
    bool good = ag_db_run(runner->db, sql->str, diag);
    if (good) {
        g_autofree char *name = ag_text_printable(index->name);
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "removed the invalid index '%s' that an interrupted run had left", name);
    }
    return ag_settings_restore(&settings, diag) && good;
}

bool ag_concurrent_check(AgRunner *runner, const AgStatement *statement, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgConcurrent index = ag_concurrent_parse(pool, runner->dialect->id, statement->sql);
    if (!index.create)
        return true;
    AgIndexState state = ag_concurrent_look(runner, pool, &index, NULL, diag);
    if (state != AG_INDEX_INVALID)
        return state != AG_INDEX_UNKNOWN;
    g_autofree char *name = ag_text_printable(index.name);
    return ag_fail(diag, AG_PROBLEM_STATEMENT, statement->place,
                   "the index '%s' exists and is invalid: nothing uses or enforces it", name);
}
