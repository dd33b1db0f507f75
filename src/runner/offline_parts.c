/* SPDX-License-Identifier: MIT */
#include "runner/offline_private.h"

#include "base/text.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* How often a batched statement is repeated at most by sqlite3, which has no loops. */
#define MOST_TURNS "100000"

static bool is_sqlite(const AgScripting *scripting)
{
    return ag_runner_is_sqlite(scripting->runner);
}

const char *ag_scripting_text(const AgScripting *scripting, const char *text)
{
    return text == NULL ? "NULL" : ag_sql_literal(scripting->pool, text);
}

const char *ag_scripting_list(const AgScripting *scripting, const GPtrArray *ids)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(list, "%s%s", i == 0 ? "" : ", ",
                               ag_scripting_text(scripting, g_ptr_array_index(ids, i)));
    return ag_pool_text(scripting->pool, list->str);
}

/* --- conditions --- */

/* PostgreSQL raises; SQLite has no such statement, so a row is written that a check refuses. */
void ag_scripting_expect(AgScripting *scripting, const char *condition, const char *message)
{
    const char *text = ag_scripting_text(scripting, message);
    if (is_sqlite(scripting))
        g_string_append_printf(scripting->out,
                               "INSERT INTO temp.autogen_expects VALUES (%s,\n    %s);\n", text,
                               condition);
    else
        g_string_append_printf(scripting->out,
                               "DO $autogen$BEGIN IF NOT (%s)\n    THEN RAISE EXCEPTION USING"
                               " MESSAGE = %s; END IF; END$autogen$;\n",
                               condition, text);
}

/* --- the whole --- */

/* The same key as the runner's: see make_key in lock.c. */
static void take_lock(AgScripting *scripting)
{
    const AgOwnTable *version = &scripting->runner->version;
    const char *suffix = ag_pool_printf(scripting->pool, "/%s/%s", version->schema, version->name);
    const char *taken = ag_pool_printf(
        scripting->pool,
        "pg_catalog.pg_try_advisory_lock(('x' || pg_catalog.left(pg_catalog.encode("
        "pg_catalog.sha256(pg_catalog.convert_to('autogen/' || pg_catalog.current_database() ||"
        " %s, 'UTF8')), 'hex'), 16))::bit(64)::bigint)",
        ag_scripting_text(scripting, suffix));
    ag_scripting_expect(scripting, taken, "another runner is at work on this database");
}

void ag_scripting_pins(AgScripting *scripting)
{
    const AgOffline *offline = scripting->offline;
    g_string_append_printf(scripting->out,
                           "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
                           "SET DateStyle = 'ISO, MDY';\nSET IntervalStyle = postgres;\n"
                           "SET TimeZone = 'UTC';\nSET row_security = off;\n"
                           "SET check_function_bodies = on;\nSET client_min_messages = warning;\n"
                           "SET lock_timeout = %d;\nSET statement_timeout = %d;\n",
                           offline->lock_timeout_ms, offline->statement_timeout_ms);
}

void ag_scripting_open(AgScripting *scripting, const char *title)
{
    GString *out = scripting->out;
    bool sqlite = is_sqlite(scripting);
    g_string_append_printf(out, "-- autogen %s: %s\n-- run with: %s\n\n", AUTOGEN_VERSION, title,
                           sqlite ? "sqlite3 -bail FILE < SCRIPT"
                                  : "psql -X -q -v ON_ERROR_STOP=1 -f SCRIPT");
    if (!sqlite) {
        ag_scripting_pins(scripting);
        take_lock(scripting);
        return;
    }
    /* A script that went on behind an error would commit the half of a revision. */
    g_string_append(
        out, ".bail on\n.timeout 5000\nPRAGMA foreign_keys = off;\n"
             "PRAGMA legacy_alter_table = off;\n"
             "CREATE TEMP TABLE autogen_expects (what text, holds integer"
             " CONSTRAINT \"this line of the script expects something else\" CHECK (holds));\n");
}

void ag_scripting_close(AgScripting *scripting)
{
    if (is_sqlite(scripting))
        g_string_append(scripting->out, "\nDROP TABLE temp.autogen_expects;\n");
}

void ag_scripting_tables(AgScripting *scripting, bool version)
{
    g_autofree char *one = ag_tables_version_sql(scripting->runner, "IF NOT EXISTS ");
    g_autofree char *two = ag_tables_log_sql(scripting->runner, "IF NOT EXISTS ");
    if (version)
        g_string_append_printf(scripting->out, "%s;\n", one);
    g_string_append_printf(scripting->out, "%s;\n", two);
}

void ag_scripting_begin(AgScripting *scripting)
{
    g_string_append(scripting->out, is_sqlite(scripting) ? "BEGIN IMMEDIATE;\n" : "BEGIN;\n");
}

void ag_scripting_commit(AgScripting *scripting)
{
    g_string_append(scripting->out, "COMMIT;\n");
}

/* --- parameters --- */

static bool is_inside_only(const AgSetting *setting)
{
    return g_ascii_strcasecmp(setting->name, "defer_foreign_keys") == 0;
}

void ag_scripting_settings(AgScripting *scripting, const GPtrArray *settings, bool local)
{
    for (guint i = 0; i < settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(settings, i);
        if (!is_sqlite(scripting))
            g_string_append_printf(scripting->out, "SELECT pg_catalog.set_config(%s, %s, %s);\n",
                                   ag_scripting_text(scripting, setting->name),
                                   ag_scripting_text(scripting, setting->value),
                                   local ? "true" : "false");
        else if (is_inside_only(setting) == local)
            g_string_append_printf(scripting->out, "PRAGMA %s = %s;\n", setting->name,
                                   setting->value);
    }
}

/* What the script itself has pinned comes back to that, the rest to the session's own. */
static void unset_parameter(AgScripting *scripting, const char *name, bool local)
{
    const AgOffline *offline = scripting->offline;
    const char *value = "DEFAULT";
    g_autoptr(GString) quoted = g_string_new(NULL);
    if (g_ascii_strcasecmp(name, "lock_timeout") == 0)
        value = ag_pool_printf(scripting->pool, "%d", offline->lock_timeout_ms);
    if (g_ascii_strcasecmp(name, "statement_timeout") == 0)
        value = ag_pool_printf(scripting->pool, "%d", offline->statement_timeout_ms);
    if (g_ascii_strcasecmp(name, "check_function_bodies") == 0)
        value = "on";
    if (g_ascii_strcasecmp(name, "TimeZone") == 0)
        value = "'UTC'";
    g_auto(GStrv) parts = g_strsplit(name, ".", 2);
    ag_quote_qname(scripting->runner->dialect, quoted, parts[1] == NULL ? NULL : parts[0],
                   parts[1] == NULL ? parts[0] : parts[1]);
    g_string_append_printf(scripting->out, "SET %s%s TO %s;\n", local ? "LOCAL " : "", quoted->str,
                           value);
}

void ag_scripting_unset(AgScripting *scripting, const GPtrArray *settings, bool local)
{
    /* What SQLite has by default, and the runner too; the others change no result. */
    static const char *const switches[] = {"foreign_keys", "ignore_check_constraints",
                                           "legacy_alter_table", "recursive_triggers", NULL};
    for (guint i = 0; i < settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(settings, i);
        g_autofree char *lower = g_ascii_strdown(setting->name, -1);
        if (!is_sqlite(scripting))
            unset_parameter(scripting, setting->name, local);
        else if (g_strv_contains(switches, lower))
            g_string_append_printf(scripting->out, "PRAGMA %s = off;\n", lower);
    }
}

/* --- SQLite's foreign keys --- */

void ag_scripting_orphans_before(AgScripting *scripting)
{
    g_string_append(scripting->out,
                    "CREATE TEMP TABLE autogen_orphans AS SELECT \"table\" AS child, rowid AS"
                    " number, parent FROM pragma_foreign_key_check;\n");
}

void ag_scripting_orphans_after(AgScripting *scripting)
{
    ag_scripting_expect(
        scripting,
        "NOT EXISTS (SELECT 1 FROM (SELECT \"table\" AS child, rowid AS number, parent,"
        " count(*) AS n\n    FROM pragma_foreign_key_check GROUP BY 1, 2, 3) AS now"
        " WHERE now.n > (SELECT count(*) FROM temp.autogen_orphans AS o\n"
        "    WHERE o.child = now.child AND o.number IS now.number AND o.parent = now.parent))",
        "no row refers to one that does not exist");
    g_string_append(scripting->out, "DROP TABLE temp.autogen_orphans;\n");
}

/* --- statements --- */

static void append_remarks(AgScripting *scripting, const AgStatement *statement)
{
    if (statement->what != NULL)
        g_string_append_printf(scripting->out, "-- %s\n", statement->what);
    for (guint i = 0; i < statement->hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(statement->hazards, i);
        g_string_append_printf(scripting->out, "-- hazard: %s %s\n", ag_problem_word(hazard->id),
                               hazard->object == NULL ? "" : hazard->object);
    }
}

void ag_scripting_statement(AgScripting *scripting, const AgStatement *statement)
{
    append_remarks(scripting, statement);
    g_string_append_printf(scripting->out, "%s;\n", statement->sql);
}

/* A DO block may commit where it stands alone, and so each turn has its own transaction. */
static void batch_on_postgres(AgScripting *scripting, const AgStatement *statement)
{
    g_autofree char *tag = g_strdup("$batch$");
    for (guint n = 1; strstr(statement->sql, tag) != NULL; n++) {
        g_free(tag);
        tag = g_strdup_printf("$batch%u$", n);
    }
    bool timed = scripting->offline->statement_timeout_ms > 0;
    append_remarks(scripting, statement);
    if (timed)
        g_string_append(scripting->out, "SET statement_timeout = 0;\n");
    g_string_append_printf(scripting->out,
                           "DO $autogen$\nDECLARE\n    autogen_touched bigint;\nBEGIN\n    LOOP\n"
                           "EXECUTE %s\n%s\n%s;\n"
                           "        GET DIAGNOSTICS autogen_touched = ROW_COUNT;\n"
                           "        COMMIT;\n        EXIT WHEN autogen_touched = 0;\n"
                           "    END LOOP;\nEND\n$autogen$;\n",
                           tag, statement->sql, tag);
    if (timed)
        unset_parameter(scripting, "statement_timeout", false);
}

/* Words that a statement of a trigger's body cannot have at its own level. */
static const char *unfit_for_trigger(const char *sql)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_SQLITE, sql);
    int depth = 0;
    for (guint i = 0; i < tokens->len; i++) {
        AgToken token = ag_token_at(tokens, i);
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
        else if (i == 0 && ag_token_is(token, "with"))
            return "WITH";
        else if (ag_token_is(token, ".") && i > 0 &&
                 ag_token_is(ag_token_at(tokens, i - 1), "main"))
            return "a name of schema 'main'";
        else if (depth == 0 && ag_token_is(token, "limit"))
            return "LIMIT";
        else if (depth == 0 && ag_token_is(token, "returning"))
            return "RETURNING";
    }
    return NULL;
}

/* sqlite3 has no loop: rows are written into a view whose trigger runs the statement for each, as
 * long as the last turn touched anything. All of it is one transaction. */
static bool batch_on_sqlite(AgScripting *scripting, const AgStatement *statement)
{
    const char *unfit = unfit_for_trigger(statement->sql);
    if (unfit != NULL) {
        ag_fail(scripting->diag, AG_PROBLEM_UNSUPPORTED, statement->place,
                "a batched statement with %s cannot be repeated by sqlite3", unfit);
        ag_hint(scripting->diag, "run it with `autogen upgrade`, or write it without that: "
                                 "WHERE rowid IN (SELECT rowid ... LIMIT 1000)");
        return false;
    }
    append_remarks(scripting, statement);
    g_string_append_printf(
        scripting->out,
        "CREATE TEMP TABLE autogen_batch AS SELECT 1 AS touched;\n"
        "CREATE TEMP VIEW autogen_turns AS SELECT 1 AS turn;\n"
        "CREATE TEMP TRIGGER autogen_turn INSTEAD OF INSERT ON autogen_turns"
        " WHEN (SELECT touched FROM autogen_batch) > 0 BEGIN\n"
        "%s;\n"
        "UPDATE autogen_batch SET touched = changes();\nEND;\n"
        "BEGIN IMMEDIATE;\n"
        "WITH RECURSIVE t(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM t WHERE turn <"
        " " MOST_TURNS ") INSERT INTO temp.autogen_turns SELECT turn FROM t;\n",
        statement->sql);
    ag_scripting_expect(scripting, "(SELECT touched = 0 FROM temp.autogen_batch)",
                        "the batched statement touches no row any more after " MOST_TURNS " turns");
    g_string_append(scripting->out, "COMMIT;\nDROP VIEW temp.autogen_turns;\n"
                                    "DROP TABLE temp.autogen_batch;\n");
    return true;
}

bool ag_scripting_batch(AgScripting *scripting, const AgStatement *statement)
{
    if (is_sqlite(scripting))
        return batch_on_sqlite(scripting, statement);
    batch_on_postgres(scripting, statement);
    return true;
}

/* --- the record --- */

#define SQLITE_NOW "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
#define ELAPSED_SINCE "(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - "

/* Inside a transaction now() is when it began. */
void ag_scripting_log(AgScripting *scripting, const AgLogEntry *entry)
{
    bool open = strcmp(entry->status, "applying") == 0;
    g_string_append_printf(
        scripting->out,
        "INSERT INTO %s (revision, direction, step, status, checksum, tool_version, tag, started,"
        " finished, duration_ms, user_name, host)\n    VALUES (%s, %s, %s, %s, %s, %s, %s, ",
        scripting->runner->log.sql, ag_scripting_text(scripting, entry->revision),
        ag_scripting_text(scripting, entry->direction), ag_scripting_text(scripting, entry->step),
        ag_scripting_text(scripting, entry->status), ag_scripting_text(scripting, entry->checksum),
        ag_scripting_text(scripting, AUTOGEN_VERSION),
        ag_scripting_text(scripting, scripting->offline->options->tag));
    if (is_sqlite(scripting))
        g_string_append(scripting->out, open ? SQLITE_NOW ", NULL, NULL, NULL, NULL);\n"
                                             : SQLITE_NOW ", " SQLITE_NOW ", NULL, NULL, NULL);\n");
    else
        g_string_append(scripting->out,
                        open ? "pg_catalog.now(), NULL, NULL, session_user,"
                               " pg_catalog.host(pg_catalog.inet_client_addr()));\n"
                             : "pg_catalog.now(), pg_catalog.clock_timestamp(), " ELAPSED_SINCE
                               "pg_catalog.now()) * 1000)::bigint, session_user,"
                               " pg_catalog.host(pg_catalog.inet_client_addr()));\n");
}

void ag_scripting_log_done(AgScripting *scripting, const AgLogEntry *entry)
{
    const char *log = scripting->runner->log.sql;
    g_string_append_printf(scripting->out, "UPDATE %s SET status = 'done', %s\n", log,
                           is_sqlite(scripting)
                               ? "finished = " SQLITE_NOW
                               : "finished = pg_catalog.clock_timestamp(), duration_ms ="
                                 " " ELAPSED_SINCE "started) * 1000)::bigint");
    g_string_append_printf(
        scripting->out,
        "    WHERE id = (SELECT max(id) FROM %s WHERE revision = %s AND direction = %s AND step ="
        " %s);\n",
        log, ag_scripting_text(scripting, entry->revision),
        ag_scripting_text(scripting, entry->direction), ag_scripting_text(scripting, entry->step));
}

static GPtrArray *without(AgPool *pool, const GPtrArray *ids, const GPtrArray *others)
{
    GPtrArray *rest = ag_pool_array(pool);
    for (guint i = 0; i < ids->len; i++)
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)others,
                                              g_ptr_array_index(ids, i), g_str_equal, NULL))
            g_ptr_array_add(rest, g_ptr_array_index(ids, i));
    return rest;
}

void ag_scripting_move(AgScripting *scripting, const GPtrArray *before, const GPtrArray *after)
{
    GPtrArray *gone = without(scripting->pool, before, after);
    GPtrArray *come = without(scripting->pool, after, before);
    const char *table = scripting->runner->version.sql;
    guint common = MIN(gone->len, come->len);
    for (guint i = 0; i < common; i++)
        g_string_append_printf(scripting->out,
                               "UPDATE %s SET version_num = %s WHERE version_num = %s;\n", table,
                               ag_scripting_text(scripting, come->pdata[i]),
                               ag_scripting_text(scripting, gone->pdata[i]));
    for (guint i = common; i < gone->len; i++)
        g_string_append_printf(scripting->out, "DELETE FROM %s WHERE version_num = %s;\n", table,
                               ag_scripting_text(scripting, gone->pdata[i]));
    for (guint i = common; i < come->len; i++)
        g_string_append_printf(scripting->out, "INSERT INTO %s (version_num) VALUES (%s);\n", table,
                               ag_scripting_text(scripting, come->pdata[i]));
}
