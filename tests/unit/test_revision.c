/* SPDX-License-Identifier: MIT */
/* Reading and writing revision files: what they mean, and everything they can be broken by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "revision/review.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->pool = ag_pool_new();
    fixture->diag = ag_diag_new();
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    ag_pool_free(fixture->pool);
    ag_diag_free(fixture->diag);
    g_free(fixture);
    return 0;
}

static AgRevision *parse(Fixture *fixture, const char *text)
{
    guint before = ag_diag_errors(fixture->diag);
    AgRevision *revision = ag_revision_parse(fixture->pool, text, "r.sql", fixture->diag);
    assert_int_equal(revision == NULL, ag_diag_errors(fixture->diag) > before);
    return revision;
}

static AgRevision *parse_good(Fixture *fixture, const char *text)
{
    AgRevision *revision = parse(fixture, text);
    if (revision == NULL)
        fail_msg("%s", ag_diag_last(fixture->diag)->message);
    return revision;
}

static const AgStep *step_of(const AgRevision *revision, AgDialectId dialect, AgDirection direction,
                             guint i)
{
    return g_ptr_array_index(revision->blocks[dialect][direction]->steps, i);
}

static const AgStatement *statement_of(const AgStep *step, guint i)
{
    return g_ptr_array_index(step->statements, i);
}

/* A file with one block, of three lines before its first line of SQL. */
static char *upgrade_with(Fixture *fixture, const char *dialect, const char *sql)
{
    return ag_pool_printf(fixture->pool,
                          "-- autogen revision\n-- id: aaaa\n\n-- autogen:upgrade %s\n%s\n"
                          "-- autogen:end\n",
                          dialect, sql);
}

static const char example[] =
    "-- autogen revision\n"
    "-- id: 4f1c2a9be07d\n"
    "-- parent: 9a0b1c2d3e4f, abcd\n"
    "-- depends: e1\n"
    "-- labels: shop, store\n"
    "-- message: add phone: to customers\n"
    "-- created: 2026-11-20T14:03:11Z\n"
    "\n"
    "-- Why it is done.\n"
    "--\n"
    "-- More: of it.\n"
    "\n"
    "-- autogen:upgrade postgresql\n"
    "-- + column shop.customers.phone\n"
    "ALTER TABLE shop.customers ADD COLUMN phone varchar(32);\n"
    "-- autogen:step no-transaction\n"
    "-- + index shop.customers_phone_idx\n"
    "CREATE INDEX CONCURRENTLY customers_phone_idx ON shop.customers (phone);\n"
    "-- autogen:step batched\n"
    "-- autogen:set lock_timeout 5s\n"
    "-- autogen:allow slow-update it is small\n"
    "UPDATE shop.customers SET phone = '' WHERE phone IS NULL;\n"
    "\n"
    "-- autogen:downgrade postgresql\n"
    "-- autogen:step no-transaction\n"
    "-- - index shop.customers_phone_idx\n"
    "DROP INDEX CONCURRENTLY shop.customers_phone_idx;\n"
    "-- autogen:step\n"
    "-- - column shop.customers.phone\n"
    "-- autogen:hazard deletes-data column shop.customers.phone\n"
    "ALTER TABLE shop.customers DROP COLUMN phone;\n"
    "\n"
    "-- autogen:upgrade sqlite\n"
    "-- autogen:set foreign_keys off\n"
    "-- autogen:set legacy_alter_table on\n"
    "CREATE TABLE a (b);\n"
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
    "  SELECT CASE WHEN 1 THEN 2 END;\n"
    "END;\n"
    "\n"
    "-- autogen:downgrade sqlite\n"
    "-- autogen:irreversible the names are lost\n"
    "\n"
    "-- autogen:end\n";

static void test_meaning(void **state)
{
    AgRevision *r = parse_good(*state, example);
    assert_string_equal(r->id, "4f1c2a9be07d");
    assert_int_equal(r->parents->len, 2);
    assert_string_equal(g_ptr_array_index(r->parents, 1), "abcd");
    assert_int_equal(r->parent_line, 3);
    assert_string_equal(g_ptr_array_index(r->depends, 0), "e1");
    assert_string_equal(g_ptr_array_index(r->labels, 1), "store");
    assert_string_equal(r->message, "add phone: to customers");
    assert_string_equal(r->created, "2026-11-20T14:03:11Z");
    assert_string_equal(r->note, "Why it is done.\n\nMore: of it.");
    assert_string_equal(r->file, "r.sql");

    const AgScript *up = r->blocks[AG_DIALECT_POSTGRESQL][AG_UPGRADE];
    assert_int_equal(up->steps->len, 3);
    const AgStep *first = step_of(r, AG_DIALECT_POSTGRESQL, AG_UPGRADE, 0);
    assert_int_equal(first->mode, AG_STEP_TRANSACTIONAL);
    assert_string_equal(statement_of(first, 0)->what, "+ column shop.customers.phone");
    assert_string_equal(statement_of(first, 0)->sql,
                        "ALTER TABLE shop.customers ADD COLUMN phone varchar(32)");
    assert_int_equal(statement_of(first, 0)->place.line, 15);
    assert_int_equal(statement_of(first, 0)->place.column, 1);
    assert_int_equal(step_of(r, AG_DIALECT_POSTGRESQL, AG_UPGRADE, 1)->mode,
                     AG_STEP_NO_TRANSACTION);
    const AgStep *batched = step_of(r, AG_DIALECT_POSTGRESQL, AG_UPGRADE, 2);
    assert_int_equal(batched->mode, AG_STEP_BATCHED);
    const AgSetting *setting = g_ptr_array_index(batched->settings, 0);
    assert_string_equal(setting->name, "lock_timeout");
    assert_string_equal(setting->value, "5s");
    const AgSetting *allow = g_ptr_array_index(statement_of(batched, 0)->allows, 0);
    assert_string_equal(allow->name, "slow-update");
    assert_string_equal(allow->value, "it is small");

    const AgStep *drop = step_of(r, AG_DIALECT_POSTGRESQL, AG_DOWNGRADE, 1);
    assert_int_equal(drop->mode, AG_STEP_TRANSACTIONAL);
    const AgHazard *hazard = g_ptr_array_index(statement_of(drop, 0)->hazards, 0);
    assert_int_equal(hazard->id, AG_PROBLEM_HAZARD_DELETES_DATA);
    assert_string_equal(hazard->object, "column shop.customers.phone");

    const AgStep *lite = step_of(r, AG_DIALECT_SQLITE, AG_UPGRADE, 0);
    assert_int_equal(lite->settings->len, 2);
    assert_int_equal(lite->statements->len, 2);
    assert_string_equal(r->blocks[AG_DIALECT_SQLITE][AG_DOWNGRADE]->irreversible,
                        "the names are lost");
}

static void test_text_is_the_same_again(void **state)
{
    Fixture *fixture = *state;
    AgRevision *r = parse_good(fixture, example);
    assert_string_equal(ag_revision_text(fixture->pool, r), example);
}

/* --- a file is whole or it is refused --- */

static void test_truncation(void **state)
{
    Fixture *fixture = *state;
    size_t length = strlen(example);
    /* Without its last line end the file is still whole. */
    for (size_t n = 0; n + 1 < length; n++) {
        g_autofree char *cut = g_strndup(example, n);
        if (parse(fixture, cut) != NULL)
            fail_msg("cut at byte %zu and still accepted", n);
        assert_non_null(ag_diag_last(fixture->diag)->hint);
        ag_diag_rewind(fixture->diag, 0);
    }
    g_autofree char *no_line_end = g_strndup(example, length - 1);
    parse_good(fixture, no_line_end);
}

static void expect_problem(Fixture *fixture, const char *text, AgProblemId id, const char *message,
                           int line, int column)
{
    ag_diag_rewind(fixture->diag, 0);
    assert_null(parse(fixture, text));
    const AgProblem *problem = ag_diag_problem(fixture->diag, 0);
    assert_string_equal(problem->message, message);
    assert_int_equal(problem->id, id);
    assert_string_equal(problem->place.file, "r.sql");
    assert_int_equal(problem->place.line, line);
    assert_int_equal(problem->place.column, column);
}

static void expect_in_block(Fixture *fixture, const char *dialect, const char *sql, AgProblemId id,
                            const char *message, int line, int column)
{
    /* SQL begins in line 5 of the file. */
    expect_problem(fixture, upgrade_with(fixture, dialect, sql), id, message, line + 4, column);
    assert_int_equal(ag_diag_errors(fixture->diag), 1);
}

static void test_bytes(void **state)
{
    Fixture *fixture = *state;
    expect_problem(fixture, "-- autogen revision\n-- \xe4\n", AG_PROBLEM_ENCODING,
                   "byte 0xe4 at offset 23 is not valid UTF-8", 2, 4);
    expect_problem(fixture, "\xff\xfe-\1", AG_PROBLEM_ENCODING, "the file is UTF-16", 0, 0);
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "autogen_test_nul.sql", NULL);
    assert_true(g_file_set_contents(path, "-- autogen revision\n-- a\0b\n", 27, NULL));
    ag_diag_rewind(fixture->diag, 0);
    assert_null(ag_revision_read(fixture->pool, path, fixture->diag));
    assert_string_equal(ag_diag_last(fixture->diag)->message, "a NUL byte");
    assert_int_equal(ag_diag_last(fixture->diag)->place.line, 2);
    g_unlink(path);
}

static void test_line_ends_and_mark(void **state)
{
    Fixture *fixture = *state;
    AgRevision *r = parse_good(fixture, example);
    char *checksum = ag_revision_seal_text(fixture->pool, r);
    g_auto(GStrv) lines = g_strsplit(example, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    g_autofree char *marked = g_strconcat("\xef\xbb\xbf", crlf, NULL);
    const char *variants[] = {crlf, marked};
    for (size_t i = 0; i < G_N_ELEMENTS(variants); i++) {
        AgRevision *other = parse_good(fixture, variants[i]);
        assert_string_equal(ag_revision_seal_text(fixture->pool, other), checksum);
        assert_string_equal(ag_revision_text(fixture->pool, other), example);
        assert_int_equal(
            statement_of(step_of(other, AG_DIALECT_POSTGRESQL, AG_UPGRADE, 0), 0)->place.line, 15);
    }
    /* In a file with plain line ends a CRLF inside a string is data. */
    AgRevision *mixed =
        parse_good(fixture, upgrade_with(fixture, "postgresql", "SELECT 'a\r\nb';"));
    assert_string_equal(statement_of(step_of(mixed, AG_DIALECT_POSTGRESQL, AG_UPGRADE, 0), 0)->sql,
                        "SELECT 'a\r\nb'");
    AgRevision *plain = parse_good(fixture, upgrade_with(fixture, "postgresql", "SELECT 'a\nb';"));
    assert_string_equal(ag_revision_seal_text(fixture->pool, mixed),
                        ag_revision_seal_text(fixture->pool, plain));
}

static void test_header_problems(void **state)
{
    const AgProblemId bad = AG_PROBLEM_BAD_REVISION;
    expect_problem(*state, "", bad, "the file is truncated: its last line is not '-- autogen:end'",
                   1, 1);
    expect_problem(*state, "SELECT 1;\n-- autogen:end\n", bad, "this is no revision file", 1, 1);
    expect_problem(*state, "-- autogen revision 2\n-- autogen:end\n", bad,
                   "a format of revision files this version does not know: 'autogen revision 2'", 1,
                   1);
    expect_problem(*state, "-- autogen revision\n-- autogen:end\n", bad, "the header has no id", 0,
                   0);
    expect_problem(*state, "-- autogen revision\n-- id: a\n-- parnet: b\n-- autogen:end\n", bad,
                   "unknown header key 'parnet'", 3, 1);
    assert_non_null(
        strstr(ag_diag_problem(((Fixture *)*state)->diag, 0)->hint, "did you mean 'parent'?"));
    expect_problem(*state, "-- autogen revision\n-- id: a\n-- id: b\n-- autogen:end\n", bad,
                   "a second header key 'id'", 3, 1);
    assert_int_equal(ag_diag_problem(((Fixture *)*state)->diag, 0)->other.line, 2);
    expect_problem(*state, "-- autogen revision\n-- id: a-b\n-- autogen:end\n", bad,
                   "not an id: 'a-b'", 2, 1);
    expect_problem(*state, "-- autogen revision\n-- id: head\n-- autogen:end\n", bad,
                   "not an id: 'head'", 2, 1);
    expect_problem(*state, "-- autogen revision\n-- id: a\n-- parent: b, b\n-- autogen:end\n", bad,
                   "named twice: 'b'", 3, 1);
    expect_problem(*state, "-- autogen revision\n-- id: a\n-- my note\n-- autogen:end\n", bad,
                   "not a line of the header: 'my note'", 3, 1);
    expect_problem(*state, "-- autogen revision\n-- id: a\n\nSELECT 1;\n-- autogen:end\n", bad,
                   "SQL stands before the first block", 4, 1);
    expect_problem(*state, "-- autogen revision\n-- id: a\n-- autogen:step\n-- autogen:end\n", bad,
                   "'autogen:step' stands before the first block", 3, 1);
    expect_problem(*state,
                   "-- autogen revision\n-- id: a\n-- autogen:reviewed by me\n-- autogen:end\n",
                   bad, "not a seal: 'by me'", 3, 1);
    expect_problem(*state, "-- autogen revision\n<<<<<<< HEAD\n-- id: a\n-- autogen:end\n", bad,
                   "a merge conflict marker", 2, 1);
    expect_problem(*state,
                   "-- autogen revision\n-- id: a\n\n-- autogen:end\n-- x\n-- autogen:end\n", bad,
                   "lines stand behind '-- autogen:end'", 4, 1);
    expect_problem(*state, "-- autogen revision\n-- id: a\n\n-- autogen:end\n\nSELECT 1;\n", bad,
                   "lines stand behind '-- autogen:end'", 6, 1);
}

static void test_all_mistakes_in_one_run(void **state)
{
    Fixture *fixture = *state;
    assert_null(parse(fixture, "-- autogen revision\n-- id: a\n-- x: y\n-- parnet: b\n\n"
                               "-- autogen:upgrade postgresql\n-- autogen:stop\nCOMMIT;\nBEGIN;\n"
                               "-- autogen:hazard eats-data x\n-- autogen:end\n"));
    assert_int_equal(ag_diag_errors(fixture->diag), 6);
    int line = 0;
    for (guint i = 0; i < 6; i++) {
        assert_true(ag_diag_problem(fixture->diag, i)->place.line > line);
        line = ag_diag_problem(fixture->diag, i)->place.line;
        assert_non_null(ag_diag_problem(fixture->diag, i)->hint);
    }
}

static void test_directive_problems(void **state)
{
    const AgProblemId bad = AG_PROBLEM_BAD_REVISION;
    expect_in_block(*state, "postgresql", "-- autogen:stop", bad, "unknown directive 'stop'", 1, 1);
    expect_in_block(*state, "postgresql", "--Autogen:stop", bad, "unknown directive 'stop'", 1, 1);
    expect_in_block(*state, "postgres", "SELECT 1;", bad, "unknown dialect 'postgres'", 0, 1);
    expect_in_block(*state, "sqlite", "-- autogen:step no-transactions", bad,
                    "unknown kind of step 'no-transactions'", 1, 1);
    expect_in_block(*state, "sqlite", "a;\n  -- autogen:set foreign_keys off", bad,
                    "'autogen:set' stands behind a statement of its step", 2, 3);
    expect_in_block(*state, "sqlite", "-- autogen:set foreign_keys", bad,
                    "not a setting: 'foreign_keys'", 1, 1);
    expect_in_block(*state, "sqlite", "-- autogen:hazard deletes-date x\na;", bad,
                    "unknown hazard 'deletes-date'", 1, 1);
    expect_in_block(*state, "sqlite", "-- autogen:hazard bad-name x\na;", bad,
                    "unknown hazard 'bad-name'", 1, 1);
    expect_in_block(*state, "sqlite", "a;\n-- autogen:hazard deletes-data x\n-- autogen:step", bad,
                    "no statement follows this directive in its step", 2, 1);
    expect_in_block(*state, "sqlite", "-- autogen:irreversible x", bad,
                    "'autogen:irreversible' stands in an upgrade block", 1, 1);
    expect_in_block(*state, "sqlite", "-- autogen:downgrade sqlite\n-- autogen:irreversible", bad,
                    "'autogen:irreversible' needs a reason", 2, 1);
    expect_in_block(*state, "sqlite", "-- autogen:downgrade sqlite\n-- autogen:irreversible x\na;",
                    bad, "the downgrade is declared irreversible and has statements", 1, 1);
    expect_in_block(*state, "sqlite", "-- autogen:upgrade sqlite", bad,
                    "a second upgrade block for sqlite", 1, 1);
    assert_int_equal(ag_diag_last(((Fixture *)*state)->diag)->other.line, 4);
    expect_in_block(*state, "sqlite", "-- autogen:allow rule\na;", bad,
                    "'autogen:allow' needs a rule and a reason", 1, 1);
    expect_in_block(*state, "sqlite", "a b\n-- autogen:step no-transaction\nc;", bad,
                    "inside a statement stands the directive 'step'", 2, 1);
    expect_in_block(*state, "sqlite", "a b\n-- autogen:downgrade sqlite\nc;", bad,
                    "inside a statement stands the directive 'downgrade'", 2, 1);
}

static void test_sql_problems(void **state)
{
    const AgProblemId bad = AG_PROBLEM_BAD_REVISION;
    expect_in_block(*state, "postgresql", "a;\n b 'c;\n", bad, "a string is never closed", 2, 4);
    expect_in_block(*state, "postgresql", "a $x$ b;", bad, "a dollar-quoted string is never closed",
                    1, 3);
    expect_in_block(*state, "postgresql", "a \"b;", bad, "a quoted name is never closed", 1, 3);
    expect_in_block(*state, "postgresql", "a;\n/* b", bad, "a comment is never closed", 2, 1);
    expect_in_block(*state, "postgresql", "-- a\rb\nc;", bad,
                    "a carriage return stands alone inside a comment", 1, 5);
    expect_in_block(*state, "sqlite", "-- a\rb\nc;", bad,
                    "a carriage return stands alone inside a comment", 1, 5);
    expect_in_block(*state, "postgresql", "a -- b\rc;", bad,
                    "a carriage return stands alone inside a comment", 1, 7);
    expect_in_block(*state, "postgresql", "a\n  b\xc2\xa0= 1;", bad,
                    "an invisible character, U+00A0", 2, 4);
    expect_in_block(*state, "sqlite", "a \xe2\x80\x8b b;", bad, "an invisible character, U+200B", 1,
                    3);
    expect_in_block(*state, "sqlite", "a \xef\xbb\xbf b;", bad, "an invisible character, U+FEFF", 1,
                    3);
    expect_in_block(*state, "sqlite", "a /* \xe2\x80\xae */ b;", bad,
                    "an invisible character, U+202E", 1, 6);
    expect_in_block(*state, "postgresql", "\\i other.sql", bad,
                    "'\\i' is a command of psql, not SQL", 1, 1);
    expect_in_block(*state, "sqlite", ".read other.sql\n;", bad,
                    "a command of the sqlite3 shell, not SQL", 1, 1);
    expect_in_block(*state, "postgresql", "COPY t (a) FROM stdin;\nit's\n\\.\n", bad,
                    "COPY with the client's stdin or stdout is for psql", 1, 1);
    expect_in_block(*state, "postgresql", "SET standard_conforming_strings = off;", bad,
                    "standard_conforming_strings decides how the file is read", 1, 1);
    /* What is fine. */
    parse_good(
        *state,
        upgrade_with(*state, "postgresql",
                     "SELECT '\xc2\xa0' /* \xc2\xa0 */, $$\xe2\x80\xae$$, 'a\rb', \"\xc3\xa4\";\r\n"
                     "COPY t FROM '/srv/stdin.csv'; -- \xc3\xa4\n"));
}

static void test_transaction_control(void **state)
{
    static const char *const refused[] = {
        "BEGIN",
        "begin work",
        "START TRANSACTION",
        "COMMIT",
        "COMMIT AND CHAIN",
        "END",
        "ROLLBACK",
        "ROLLBACK WORK",
        "ABORT",
        "PREPARE TRANSACTION 'x'",
        "COMMIT PREPARED 'x'",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "/* c */ commit",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *sql = g_strdup_printf("a;\n%s;", refused[i]);
        expect_in_block(*state, "postgresql", sql, AG_PROBLEM_REVISION_TRANSACTION,
                        "the statement begins or ends a transaction", 2, i == 12 ? 9 : 1);
    }
    expect_in_block(*state, "sqlite", "BEGIN IMMEDIATE;", AG_PROBLEM_REVISION_TRANSACTION,
                    "the statement begins or ends a transaction", 1, 1);
    parse_good(*state,
               upgrade_with(*state, "postgresql",
                            "SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a;"
                            "PREPARE p AS SELECT 1; \"begin\"; CREATE TABLE commit (a int);"
                            "DO $$BEGIN COMMIT; END$$; SET search_path = x;"));
}

static void test_what_runs_alone(void **state)
{
    static const char *const alone[] = {
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (CONCURRENTLY) TABLE t",
        "REINDEX DATABASE d",
        "REINDEX SCHEMA s",
        "VACUUM",
        "vacuum full t",
        "CLUSTER",
        "ALTER SYSTEM SET a = 1",
        "CREATE DATABASE d",
        "DROP DATABASE d",
        "CREATE TABLESPACE s LOCATION '/x'",
        "DROP TABLESPACE s",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "ALTER DATABASE d SET TABLESPACE s",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
    };
    Fixture *fixture = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(alone); i++) {
        g_autofree char *sql = g_strdup_printf("%s;", alone[i]);
        expect_in_block(fixture, "postgresql", sql, AG_PROBLEM_REVISION_TRANSACTION,
                        "the statement cannot run in a transaction", 1, 1);
        assert_string_equal(ag_diag_last(fixture->diag)->hint,
                            "put '-- autogen:step no-transaction' before it");
        g_autofree char *fine = g_strdup_printf("-- autogen:step no-transaction\n%s;", alone[i]);
        parse_good(fixture, upgrade_with(fixture, "postgresql", fine));
    }
    static const char *const session[] = {"SET ROLE r", "reset all", "DISCARD TEMP"};
    for (size_t i = 0; i < G_N_ELEMENTS(session); i++) {
        g_autofree char *sql = g_strdup_printf("-- autogen:step no-transaction\n%s;", session[i]);
        expect_in_block(fixture, "postgresql", sql, AG_PROBLEM_REVISION_TRANSACTION,
                        "the statement changes the session, in a step whose statements run one by "
                        "one",
                        2, 1);
        parse_good(fixture, upgrade_with(fixture, "postgresql", session[i]));
    }
    parse_good(fixture,
               upgrade_with(fixture, "postgresql",
                            "CREATE INDEX concurrently_i ON t (a); REINDEX TABLE t; CLUSTER t;"
                            "ALTER TABLE t DETACH PARTITION p; ALTER TABLE t ADD concurrently int;"
                            "CREATE INDEX \"concurrently\" ON t (a);"));
    expect_in_block(fixture, "sqlite", "VACUUM;", AG_PROBLEM_REVISION_TRANSACTION,
                    "the statement cannot run in a transaction", 1, 1);
    expect_in_block(fixture, "sqlite", "PRAGMA foreign_keys = off;",
                    AG_PROBLEM_REVISION_TRANSACTION,
                    "PRAGMA foreign_keys does nothing in a transaction", 1, 1);
    parse_good(fixture, upgrade_with(fixture, "sqlite",
                                     "PRAGMA foreign_key_check; PRAGMA user_version = 1;"));
}

/* --- directives inside text are text --- */

static void test_quoted_directives(void **state)
{
    const char *sql =
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n"
        "-- autogen:downgrade postgresql\n-- autogen:end\nSELECT 'x';\n$$;\n"
        "SELECT '\n-- autogen:step no-transaction\n';\n/*\n-- autogen:upgrade sqlite\n*/";
    AgRevision *r = parse_good(*state, upgrade_with(*state, "postgresql", sql));
    assert_null(r->blocks[AG_DIALECT_POSTGRESQL][AG_DOWNGRADE]);
    assert_null(r->blocks[AG_DIALECT_SQLITE][AG_UPGRADE]);
    assert_int_equal(r->blocks[AG_DIALECT_POSTGRESQL][AG_UPGRADE]->steps->len, 1);
    assert_int_equal(step_of(r, AG_DIALECT_POSTGRESQL, AG_UPGRADE, 0)->statements->len, 2);
}

static void test_allow_behind_and_inside(void **state)
{
    AgRevision *r = parse_good(*state, upgrade_with(*state, "sqlite",
                                                    "a; -- autogen:allow one because\n"
                                                    "b -- autogen:allow two because\n c;\n"
                                                    "-- autogen:allow three because\nd;"));
    const AgStep *step = step_of(r, AG_DIALECT_SQLITE, AG_UPGRADE, 0);
    static const char *const rules[] = {"one", "two", "three"};
    assert_int_equal(step->statements->len, 3);
    for (guint i = 0; i < 3; i++) {
        assert_int_equal(statement_of(step, i)->allows->len, 1);
        const AgSetting *allow = g_ptr_array_index(statement_of(step, i)->allows, 0);
        assert_string_equal(allow->name, rules[i]);
    }
}

/* --- checksum and seal --- */

static char *checksum_of(Fixture *fixture, const char *dialect, const char *sql)
{
    AgDialectId id = AG_DIALECT_POSTGRESQL;
    assert_true(ag_dialect_id_parse(dialect, &id));
    return ag_revision_checksum(fixture->pool,
                                parse_good(fixture, upgrade_with(fixture, dialect, sql)), id);
}

static void test_checksum(void **state)
{
    Fixture *f = *state;
    char *sum = checksum_of(f, "postgresql", "SELECT 1;\nSELECT 'a';");
    assert_true(g_str_has_prefix(sum, "v1:sha256:"));
    assert_int_equal(strlen(sum), 10 + 64);
    static const char *const same[] = {
        "-- + column x\nSELECT   1 -- why\n;\n\nSELECT 'a'",
        "-- autogen:step\nSELECT 1;SELECT /* b */ 'a';",
        "-- autogen:hazard deletes-data x\nSELECT 1;-- autogen:allow x y\nSELECT 'a';",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++)
        assert_string_equal(checksum_of(f, "postgresql", same[i]), sum);
    static const char *const other[] = {
        "SELECT 1;\nSELECT 'b';",
        "SELECT 1;\nSELECT 'a ';",
        "SELECT 'a';\nSELECT 1;",
        "SELECT 1; SELECT; 'a';",
        "SELECT 1; SELECT 'a'; SELECT 2;",
        "-- autogen:step no-transaction\nSELECT 1;\nSELECT 'a';",
        "-- autogen:set a b\nSELECT 1;\nSELECT 'a';",
        "-- autogen:downgrade postgresql\nSELECT 1;\nSELECT 'a';",
        "",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(other); i++)
        assert_string_not_equal(checksum_of(f, "postgresql", other[i]), sum);
    assert_string_not_equal(checksum_of(f, "sqlite", "SELECT 1;\nSELECT 'a';"), sum);
    /* A block for another database changes nothing here. */
    AgRevision *both = parse_good(f, upgrade_with(f, "postgresql",
                                                  "SELECT 1;\nSELECT 'a';\n"
                                                  "-- autogen:upgrade sqlite\nSELECT 2;"));
    assert_string_equal(ag_revision_checksum(f->pool, both, AG_DIALECT_POSTGRESQL), sum);
    assert_false(ag_revision_lacks(both, AG_DIALECT_SQLITE));
    AgRevision *one = parse_good(f, upgrade_with(f, "postgresql", "SELECT 1;"));
    assert_true(ag_revision_lacks(one, AG_DIALECT_SQLITE));
    assert_null(ag_revision_checksum(f->pool, one, AG_DIALECT_SQLITE));
}

static char *temporary_file(const char *text)
{
    char *path = NULL;
    int fd = g_file_open_tmp("autogen_seal_XXXXXX.sql", &path, NULL);
    assert_true(fd >= 0);
    close(fd);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void check_seal(Fixture *fixture, const char *text, const char *before, const char *after)
{
    g_autofree char *path = temporary_file(text);
    g_setenv("AUTOGEN_NOW", "2026-11-20T14:03:11Z", TRUE);
    assert_true(ag_revision_seal(path, "Ann", fixture->diag));
    AgRevision *sealed = ag_revision_read(fixture->pool, path, fixture->diag);
    assert_non_null(sealed);
    assert_true(ag_revision_seal_is_valid(sealed));
    assert_string_equal(sealed->sealed_by, "Ann at 2026-11-20T14:03:11Z");
    g_autofree char *content = NULL;
    assert_true(g_file_get_contents(path, &content, NULL, NULL));
    g_autofree char *expected =
        g_strdup_printf("%s-- autogen:reviewed %s by Ann at 2026-11-20T14:03:11Z%s", before,
                        ag_revision_seal_text(fixture->pool, sealed), after);
    assert_string_equal(content, expected);
    /* Sealed again, the old seal is replaced. */
    assert_true(ag_revision_seal(path, "Ann", fixture->diag));
    g_autofree char *again = NULL;
    assert_true(g_file_get_contents(path, &again, NULL, NULL));
    assert_string_equal(again, content);
    /* An edited statement breaks the seal. */
    char *select = strstr(again, "SELECT 1");
    assert_non_null(select);
    select[7] = '2';
    assert_true(g_file_set_contents(path, again, -1, NULL));
    assert_false(ag_revision_seal_is_valid(ag_revision_read(fixture->pool, path, fixture->diag)));
    g_unsetenv("AUTOGEN_NOW");
    g_unlink(path);
}

static void test_seal(void **state)
{
    static const char rest[] =
        "\n\n-- note: x\n\n-- autogen:upgrade sqlite\nSELECT 1;\n-- autogen:end\n";
    static const char rest_crlf[] =
        "\r\n\r\n-- autogen:upgrade sqlite\r\nSELECT 1;\r\n-- autogen:end\r\n";
    g_autofree char *plain = g_strconcat("-- autogen revision\n-- id: a", rest, NULL);
    check_seal(*state, plain, "-- autogen revision\n-- id: a\n", rest);
    g_autofree char *crlf =
        g_strconcat("\xef\xbb\xbf-- autogen revision\r\n-- id: a", rest_crlf, NULL);
    check_seal(*state, crlf, "\xef\xbb\xbf-- autogen revision\r\n-- id: a\r\n", rest_crlf);
    assert_false(ag_revision_seal_is_valid(parse_good(*state, plain)));
}

/* --- names --- */

static void expect_name(Fixture *fixture, const char *pattern, const char *message, int length,
                        const char *expected)
{
    AgRevision *r = ag_revision_new(fixture->pool);
    r->id = "4f1c";
    r->message = message;
    assert_string_equal(ag_revision_file_name(fixture->pool, r, pattern, 1795183391, length),
                        expected);
}

static void test_file_names(void **state)
{
    expect_name(*state, "{year}{month}{day}{hour}{minute}_{rev}_{slug}.sql", "Add phone", 0,
                "202611201403_4f1c_add_phone.sql");
    expect_name(*state, "{epoch}-{second}-{rev}", "x", 0, "1795183391-11-4f1c.sql");
    expect_name(*state, "{rev}_{slug}.sql", "  Add: (phone)\xc3\xa4/../2nd ", 0,
                "4f1c_add_phone_2nd.sql");
    expect_name(*state, "{rev}_{slug}.sql", "\xd0\xb4\xd0\xb0", 0, "4f1c.sql");
    expect_name(*state, "{rev}_{slug}.sql", "add phone to customers", 12, "4f1c_add_phone_to.sql");
    expect_name(*state, "{rev}_{slug}.sql", "add phone to customers", 11, "4f1c_add_phone.sql");
    expect_name(*state, "{rev}_{slug}.sql", "internationalisation", 8, "4f1c_internat.sql");
    expect_name(*state, "{what}{rev", "x", 0, "{what}{rev.sql");
}

/* --- properties --- */

static const char *pick(GRand *rand, const char *const *words, size_t n)
{
    return words[g_rand_int_range(rand, 0, (gint32)n)];
}

static void add_random_statement(GRand *rand, AgScript *script)
{
    static const char *const sqls[] = {
        "SELECT ';'",
        "CREATE TABLE \"a;b\" (\n    c int -- odd\n)",
        "SELECT $$;\n-- autogen:end\n$$",
        "a (b)",
        "SELECT '-- autogen:step'",
        "INSERT INTO t VALUES ('\xe2\x80\x8b\r\n')",
        "SELECT 1 /* ; */ + 2",
    };
    static const char *const whats[] = {NULL, "+ column a.b", "- table \"odd\nname\"", "~ view v"};
    /* SQLite has no dollar quotes. */
    size_t first = script->dialect == AG_DIALECT_SQLITE ? 3 : 0;
    const char *what = pick(rand, whats, G_N_ELEMENTS(whats));
    AgStatement *statement = ag_script_add(script, (AgStepMode)g_rand_int_range(rand, 0, 3), what,
                                           pick(rand, sqls + first, G_N_ELEMENTS(sqls) - first));
    for (int i = g_rand_int_range(rand, 0, 3); i > 0; i--)
        ag_statement_add_hazard(script, statement, AG_PROBLEM_HAZARD_MAY_FAIL,
                                i == 1 ? NULL : "table x");
}

static AgRevision *random_revision(AgPool *pool, GRand *rand)
{
    static const char *const ids[] = {"aaaa", "b_1", "c.2", "0dd0"};
    static const char *const texts[] = {"", "add", "tab\there", "\xc3\xa4 'q' -- x", "a\nb"};
    AgRevision *r = ag_revision_new(pool);
    r->id = pick(rand, ids, 4);
    GPtrArray *lists[] = {r->parents, r->depends, r->labels};
    for (int i = 0; i < 3; i++)
        for (int n = g_rand_int_range(rand, 0, 3); n > 0; n--)
            g_ptr_array_add(lists[i], ag_pool_printf(pool, "%c%d", 'x' + i, n));
    r->message = pick(rand, texts, G_N_ELEMENTS(texts));
    r->created = g_rand_boolean(rand) ? "2026-11-20T14:03:11Z" : NULL;
    r->note = g_rand_boolean(rand) ? "note\n\nautogen:step is no directive here" : NULL;
    for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++)
        for (int direction = 0; direction < 2; direction++) {
            if (g_rand_boolean(rand))
                continue;
            AgScript *script = r->blocks[dialect][direction] =
                ag_script_new(pool, (AgDialectId)dialect);
            for (int n = g_rand_int_range(rand, 0, 5); n > 0; n--)
                add_random_statement(rand, script);
            if (g_rand_int_range(rand, 0, 4) == 0)
                ag_script_add_step(script, AG_STEP_TRANSACTIONAL);
            if (direction == AG_DOWNGRADE && ag_script_is_empty(script))
                script->irreversible = "no way";
        }
    return r;
}

/* print(parse(print(r))) = print(r), and nothing of the statements is lost on the way. */
static void test_print_and_parse(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    for (int round = 0; round < 2000; round++) {
        g_autoptr(AgPool) pool = ag_pool_new();
        AgRevision *r = random_revision(pool, rand);
        char *text = ag_revision_text(pool, r);
        AgRevision *again = ag_revision_parse(pool, text, "r.sql", fixture->diag);
        if (again == NULL)
            fail_msg("%s\n%s", ag_diag_last(fixture->diag)->message, text);
        assert_string_equal(ag_revision_text(pool, again), text);
        assert_string_equal(ag_revision_seal_text(pool, again), ag_revision_seal_text(pool, r));
        for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++)
            for (int direction = 0; direction < 2; direction++) {
                const AgScript *a = r->blocks[dialect][direction],
                               *b = again->blocks[dialect][direction];
                assert_int_equal(a == NULL, b == NULL);
                assert_int_equal(a == NULL ? 0 : a->steps->len, b == NULL ? 0 : b->steps->len);
            }
    }
}

/* Any damage is either noticed or leaves a file that prints and reads again. */
static void test_random_damage(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GRand) rand = g_rand_new_with_seed(8);
    static const char *const bits[] = {"'",           "\"", "$$", "/*",  ";", "\n",
                                       "-- autogen:", "\r", "(",  "END", "--"};
    for (int round = 0; round < 5000; round++) {
        g_autoptr(AgPool) pool = ag_pool_new();
        g_autoptr(GString) text = g_string_new(example);
        for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--) {
            gint at = g_rand_int_range(rand, 0, (gint)text->len - 20);
            if (g_rand_boolean(rand))
                g_string_erase(text, at, g_rand_int_range(rand, 1, 10));
            else
                g_string_insert(text, at, pick(rand, bits, G_N_ELEMENTS(bits)));
        }
        guint before = ag_diag_errors(fixture->diag);
        AgRevision *r = ag_revision_parse(pool, text->str, "r.sql", fixture->diag);
        assert_int_equal(r == NULL, ag_diag_errors(fixture->diag) > before);
        if (r != NULL) {
            char *printed = ag_revision_text(pool, r);
            AgRevision *again = ag_revision_parse(pool, printed, "r.sql", fixture->diag);
            if (again == NULL)
                fail_msg("%s\n%s\n%s", ag_diag_last(fixture->diag)->message, text->str, printed);
            assert_string_equal(ag_revision_seal_text(pool, again), ag_revision_seal_text(pool, r));
        }
        for (guint i = 0; i < ag_diag_count(fixture->diag); i++)
            assert_true(ag_diag_problem(fixture->diag, i)->place.line <= 60);
        ag_diag_rewind(fixture->diag, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_meaning),
        TEST(test_text_is_the_same_again),
        TEST(test_truncation),
        TEST(test_bytes),
        TEST(test_line_ends_and_mark),
        TEST(test_header_problems),
        TEST(test_all_mistakes_in_one_run),
        TEST(test_directive_problems),
        TEST(test_sql_problems),
        TEST(test_transaction_control),
        TEST(test_what_runs_alone),
        TEST(test_quoted_directives),
        TEST(test_allow_behind_and_inside),
        TEST(test_checksum),
        TEST(test_seal),
        TEST(test_file_names),
        TEST(test_print_and_parse),
        TEST(test_random_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
