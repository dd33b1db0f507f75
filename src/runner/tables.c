/* SPDX-License-Identifier: MIT */
#include "runner/runner_private.h"

#include <string.h>

#include "sql/remap.h"

/* Looked up by name in the catalogue, never by a cast to regclass: that needs USAGE on the schema
 * and follows the search_path. */
static const char *const find_postgres =
    "SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS can_use,"
    " c.relkind AS kind, c.relpersistence AS persistence, c.relrowsecurity AS row_security,"
    " EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid) AS rules,"
    " EXISTS (SELECT FROM pg_catalog.pg_trigger t"
    "   WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS triggers,"
    " EXISTS (SELECT FROM pg_catalog.pg_inherits i"
    "   WHERE i.inhrelid = c.oid OR i.inhparent = c.oid) AS inherits,"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT') AS can_read,"
    " pg_catalog.has_table_privilege(c.oid, 'INSERT')"
    "  AND pg_catalog.has_table_privilege(c.oid, 'UPDATE')"
    "  AND pg_catalog.has_table_privilege(c.oid, 'DELETE') AS can_write,"
    " (SELECT a.atttypmod - 4 FROM pg_catalog.pg_attribute a"
    "   WHERE a.attrelid = c.oid AND a.attname = 'version_num' AND NOT a.attisdropped) AS width,"
    " (SELECT pg_catalog.string_agg(a.attname::pg_catalog.text, pg_catalog.chr(10))"
    "   FROM pg_catalog.pg_attribute a"
    "   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns"
    " FROM pg_catalog.pg_namespace n CROSS JOIN"
    " (VALUES (1, $2::pg_catalog.name), (2, $3::pg_catalog.name)) AS w(number, name)"
    " LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name"
    " WHERE n.nspname = $1 ORDER BY w.number";

static const char *const find_sqlite =
    "SELECT CASE WHEN m.type = 'view' THEN 'v'"
    "  WHEN m.sql LIKE 'create virtual%' THEN 'x' ELSE 'r' END AS kind,"
    " EXISTS (SELECT 1 FROM main.sqlite_master t WHERE t.type = 'trigger'"
    "  AND t.tbl_name = m.name COLLATE NOCASE) AS triggers,"
    " (SELECT group_concat(i.name, char(10)) FROM pragma_table_info(m.name, 'main') i) AS columns"
    " FROM main.sqlite_master m"
    " WHERE m.name = ?1 COLLATE NOCASE AND m.type IN ('table', 'view')";

static const char *const version_columns[] = {"version_num", NULL};
static const char *const log_columns[] = {"id",          "revision",  "direction", "step",
                                          "status",      "checksum",  "started",   "finished",
                                          "duration_ms", "user_name", "host",      "tool_version",
                                          "tag",         "error",     NULL};

/* SQL text of a table's name: plain when it may be. */
static const char *qualify(AgPool *pool, const AgDialect *dialect, const char *schema,
                           const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(dialect, out, schema, name);
    return ag_pool_text(pool, out->str);
}

static AgOwnTable own_table(AgRunner *runner, const char *name)
{
    const char *schema = NULL;
    if (!ag_runner_is_sqlite(runner))
        schema = runner->options->version_schema == NULL ? runner->dialect->default_schema
                                                         : runner->options->version_schema;
    AgOwnTable table = {.schema = schema, .name = name};
    /* On SQLite `main` keeps temporary tables of the same name out. */
    table.sql = qualify(runner->pool, runner->dialect, schema == NULL ? "main" : schema, name);
    return table;
}

AgRunner *ag_runner_offline(AgPool *pool, AgDialectId dialect, const AgDag *dag,
                            const AgRunnerOptions *options)
{
    AgRunner *runner = ag_pool_new0(pool, AgRunner);
    runner->pool = pool;
    runner->dialect = ag_dialect(dialect);
    runner->dag = dag;
    runner->options = options;
    runner->remapped = ag_pool_table(pool, g_direct_hash, g_direct_equal);
    runner->version = own_table(runner, options->version_table == NULL ? "autogen_version"
                                                                       : options->version_table);
    runner->log =
        own_table(runner, options->log_table == NULL ? "autogen_log" : options->log_table);
    runner->current = ag_pool_array(pool);
    runner->applied = ag_pool_table(pool, g_str_hash, g_str_equal);
    runner->progress = ag_pool_array(pool);
    runner->stirring = ag_pool_table(pool, g_str_hash, g_str_equal);
    return runner;
}

AgRunner *ag_runner_new(AgPool *pool, AgDb *db, const AgDag *dag, const AgRunnerOptions *options)
{
    AgRunner *runner = ag_runner_offline(pool, ag_db_dialect(db), dag, options);
    runner->db = db;
    return runner;
}

bool ag_runner_is_sqlite(const AgRunner *runner)
{
    return runner->dialect->id == AG_DIALECT_SQLITE;
}

/* Made once for each script; what stays in doubt is told then. */
static const AgScript *remapped(const AgRunner *runner, AgScript *script, AgDiag *diag)
{
    AgScript *mine = g_hash_table_lookup(runner->remapped, script);
    if (mine != NULL)
        return mine;
    g_autoptr(GString) to = g_string_new(NULL);
    ag_quote_name(runner->dialect, to, runner->options->schema_to);
    const AgRemap remap = {.from = runner->options->schema_from, .to = to->str};
    mine = ag_script_remap(script, runner->pool, &remap, diag);
    g_hash_table_insert(runner->remapped, script, mine);
    return mine;
}

static const AgScript *script_for(const AgRunner *runner, const AgRevision *revision, AgDiag *diag)
{
    AgScript *script = ag_revision_block(revision, runner->dialect->id, runner->direction);
    bool as_it_is = script == NULL || runner->options->schema_to == NULL;
    return as_it_is ? script : remapped(runner, script, diag);
}

bool ag_runner_stirs(const AgRunner *runner, const AgRevision *revision)
{
    return g_hash_table_contains(runner->stirring, revision->id);
}

const AgScript *ag_runner_script(const AgRunner *runner, const AgRevision *revision)
{
    g_autoptr(AgDiag) unheard = ag_diag_new();
    return script_for(runner, revision, unheard);
}

void ag_runner_tell_doubts(const AgRunner *runner, const GPtrArray *revisions, AgDiag *diag)
{
    for (guint i = 0; runner->options->schema_to != NULL && i < revisions->len; i++)
        script_for(runner, g_ptr_array_index(revisions, i), diag);
}

/* --- judging what was found --- */

static bool is_true(const AgRows *rows, const char *column)
{
    const char *cell = ag_rows_get(rows, 0, ag_rows_column(rows, column));
    return cell != NULL && (*cell == 't' || *cell == '1');
}

static char kind_of(const AgRows *rows)
{
    const char *cell = ag_rows_get(rows, 0, ag_rows_column(rows, "kind"));
    return cell == NULL ? '\0' : *cell;
}

static const char *noun_of(char relkind)
{
    switch (relkind) {
    case 'v':
        return "a view";
    case 'm':
        return "a materialized view";
    case 'f':
        return "a foreign table";
    case 'p':
        return "a partitioned table";
    case 'S':
        return "a sequence";
    case 'x':
        return "a virtual table";
    case 'i':
    case 'I':
        return "an index";
    default:
        return "something else";
    }
}

static bool refuse(const AgOwnTable *table, const char *what, AgDiag *diag)
{
    g_autofree char *shown = ag_text_printable(table->sql);
    ag_fail(diag, AG_PROBLEM_VERSION_TABLE, AG_NOWHERE, "'%s' %s", shown, what);
    ag_hint(diag, "autogen keeps its record only in an ordinary table of its own; remove what is "
                  "in the way, or choose another name or schema with version-table and "
                  "version-table-schema");
    return false;
}

static const char *objection(const AgRows *rows)
{
    const char *persistence = "p";
    if (ag_rows_column(rows, "persistence") >= 0)
        persistence = ag_rows_get(rows, 0, ag_rows_column(rows, "persistence"));
    if (is_true(rows, "triggers"))
        return "has triggers";
    if (ag_rows_column(rows, "rules") < 0)
        return NULL;
    if (is_true(rows, "rules"))
        return "has rules";
    if (is_true(rows, "row_security"))
        return "has row-level security";
    if (is_true(rows, "inherits"))
        return "takes part in inheritance";
    if (*persistence != 'p')
        return "is not logged, so that a crash of the server would empty it";
    return NULL;
}

static bool check_columns(const AgOwnTable *table, const AgRows *rows, const char *const *wanted,
                          AgDiag *diag)
{
    const char *cell = ag_rows_get(rows, 0, ag_rows_column(rows, "columns"));
    g_auto(GStrv) columns = g_strsplit(cell == NULL ? "" : cell, "\n", -1);
    for (; *wanted != NULL; wanted++) {
        bool found = false;
        for (char **column = columns; *column != NULL && !found; column++)
            found = g_ascii_strcasecmp(*column, *wanted) == 0;
        if (!found) {
            g_autofree char *what = g_strdup_printf("has no column '%s'", *wanted);
            return refuse(table, what, diag);
        }
    }
    return true;
}

static bool check_readable(AgRunner *runner, const AgOwnTable *table, const AgRows *rows,
                           AgDiag *diag)
{
    if (ag_runner_is_sqlite(runner) || (is_true(rows, "can_use") && is_true(rows, "can_read")))
        return true;
    g_autofree char *shown = ag_text_printable(table->sql);
    ag_fail(diag, AG_PROBLEM_PERMISSION, AG_NOWHERE, "the role may not read '%s'", shown);
    if (!is_true(rows, "can_use"))
        ag_hint(diag, "GRANT USAGE ON SCHEMA %s TO the role", table->schema);
    if (!is_true(rows, "can_read"))
        ag_hint(diag, "GRANT SELECT ON %s TO the role", shown);
    return false;
}

/* Fills the table's members from the one row; no row or no kind: it does not exist. */
static bool judge(AgRunner *runner, AgOwnTable *table, const AgRows *rows,
                  const char *const *columns, AgDiag *diag)
{
    char kind = rows->n_rows == 0 ? '\0' : kind_of(rows);
    table->exists = kind != '\0';
    table->can_write = true;
    if (!table->exists)
        return true;
    if (kind != 'r') {
        g_autofree char *what = g_strdup_printf("is %s, not an ordinary table", noun_of(kind));
        return refuse(table, what, diag);
    }
    if (objection(rows) != NULL)
        return refuse(table, objection(rows), diag);
    if (!check_columns(table, rows, columns, diag) || !check_readable(runner, table, rows, diag))
        return false;
    if (!ag_runner_is_sqlite(runner)) {
        const char *width = ag_rows_get(rows, 0, ag_rows_column(rows, "width"));
        table->can_write = is_true(rows, "can_write");
        table->width = width == NULL ? 0 : MAX((int)g_ascii_strtoll(width, NULL, 10), 0);
    }
    return true;
}

static bool find_in_sqlite(AgRunner *runner, AgOwnTable *table, const char *const *columns,
                           AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRows *rows = ag_db_query(runner->db, pool, find_sqlite, &table->name, 1, diag);
    return rows != NULL && judge(runner, table, rows, columns, diag);
}

/* A row for each table; none at all where the schema does not exist. */
static bool find_in_postgres(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *params[] = {runner->version.schema, runner->version.name, runner->log.name};
    AgRows *rows = ag_db_query(runner->db, pool, find_postgres, params, 3, diag);
    if (rows == NULL)
        return false;
    AgRows version = *rows, log = *rows;
    version.n_rows = log.n_rows = rows->n_rows / 2;
    log.cells = rows->cells + (size_t)log.n_rows * rows->n_columns;
    return judge(runner, &runner->version, &version, version_columns, diag) &&
           judge(runner, &runner->log, &log, log_columns, diag);
}

/* A record in another schema than the one looked into is easily taken for none at all. */
static bool note_elsewhere(AgRunner *runner, AgDiag *diag)
{
    if (runner->version.exists || ag_runner_is_sqlite(runner) ||
        runner->options->version_schema != NULL)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgRows *rows = ag_db_query(
        runner->db, pool,
        "SELECT n.nspname FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relname = $1 AND c.relkind = 'r' AND c.relpersistence <> 't' ORDER BY 1",
        &runner->version.name, 1, diag);
    if (rows == NULL)
        return false;
    for (guint i = 0; i < rows->n_rows; i++) {
        g_autofree char *schema = ag_text_printable(ag_rows_get(rows, i, 0));
        ag_warn(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "schema '%s' has no table '%s', schema '%s' has one", runner->version.schema,
                runner->version.name, schema);
        ag_hint(diag, "if that one is the record of this project, set version-table-schema = %s",
                schema);
    }
    return true;
}

bool ag_tables_find(AgRunner *runner, AgDiag *diag)
{
    if (!ag_runner_is_sqlite(runner))
        return find_in_postgres(runner, diag) && note_elsewhere(runner, diag);
    return find_in_sqlite(runner, &runner->version, version_columns, diag) &&
           find_in_sqlite(runner, &runner->log, log_columns, diag);
}

bool ag_tables_check_writable(const AgRunner *runner, AgDiag *diag)
{
    const AgOwnTable *const tables[] = {&runner->version, &runner->log};
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (!tables[i]->exists || tables[i]->can_write)
            continue;
        g_autofree char *shown = ag_text_printable(tables[i]->sql);
        good = ag_fail(diag, AG_PROBLEM_PERMISSION, AG_NOWHERE, "the role may not write into '%s'",
                       shown);
        ag_hint(diag, "GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO the role", shown);
    }
    return good;
}

/* --- creating --- */

char *ag_tables_version_sql(const AgRunner *runner, const char *guard)
{
    return g_strdup_printf("CREATE TABLE %s%s (version_num varchar(255) NOT NULL PRIMARY KEY)",
                           guard, runner->version.sql);
}

char *ag_tables_log_sql(const AgRunner *runner, const char *guard)
{
    bool sqlite = ag_runner_is_sqlite(runner);
    const char *time = sqlite ? "text" : "timestamp with time zone";
    return g_strdup_printf(
        "CREATE TABLE %s%s (id %s, revision varchar(255) NOT NULL, direction varchar(16) NOT NULL,"
        " step varchar(32), status varchar(16) NOT NULL, checksum text, started %s NOT NULL,"
        " finished %s, duration_ms bigint, user_name text, host text, tool_version text, tag text,"
        " error text)",
        guard, runner->log.sql,
        sqlite ? "integer PRIMARY KEY" : "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", time,
        time);
}

static bool create(AgRunner *runner, AgOwnTable *table, char *definition, AgDiag *diag)
{
    g_autofree char *sql = definition;
    guint mark = ag_diag_count(diag);
    if (table->exists)
        return true;
    if (ag_db_run(runner->db, sql, diag)) {
        table->exists = table->can_write = true;
        table->width = 255;
        return true;
    }
    if (ag_diag_count(diag) > mark && !ag_runner_is_sqlite(runner)) {
        AgProblemId id = ag_diag_last(diag)->id;
        if (id == AG_PROBLEM_PERMISSION)
            ag_hint(diag,
                    "autogen creates '%s' for its record: GRANT CREATE ON SCHEMA %s TO the "
                    "role, or choose another schema with version-table-schema",
                    table->name, table->schema);
        else if (strcmp(ag_db_last_state(runner->db), "3F000") == 0)
            ag_hint(diag, "the schema of version-table-schema must exist before the first run");
    }
    return false;
}

static bool create_schema(AgRunner *runner, AgDiag *diag)
{
    g_autoptr(GString) sql = g_string_new("CREATE SCHEMA IF NOT EXISTS ");
    ag_quote_name(runner->dialect, sql, runner->version.schema);
    return ag_db_run(runner->db, sql->str, diag);
}

bool ag_tables_create(AgRunner *runner, AgDiag *diag)
{
    bool there = runner->version.exists || runner->options->schema_to == NULL;
    return (there || create_schema(runner, diag)) &&
           create(runner, &runner->version, ag_tables_version_sql(runner, ""), diag) &&
           create(runner, &runner->log, ag_tables_log_sql(runner, ""), diag);
}

bool ag_tables_ensure(AgRunner *runner, AgDiag *diag)
{
    if (runner->version.exists && runner->log.exists)
        return true;
    if (!ag_transaction_begin(runner, diag))
        return false;
    /* On SQLite another runner may have made them before we came to write. */
    bool good = (!ag_runner_is_sqlite(runner) || ag_tables_find(runner, diag)) &&
                ag_tables_create(runner, diag) && ag_transaction_commit(runner, diag);
    if (good)
        return true;
    ag_db_rollback(runner->db);
    runner->version.exists = runner->log.exists = false;
    return false;
}
