/* SPDX-License-Identifier: MIT */
/* The splitter against SQLite itself: both must see the same statements end at the same places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <string.h>

#include "sql/split.h"

static const char *const words[] = {
    "create",  "CREATE", "temp",   "temporary", "trigger",
    "trigger", "begin",  "end",    ";",         ";",
    ";",       "case",   "x",      "'a;b'",     "\"c;\"",
    "[d;]",    "`e;`",   "/*;*/",  "--;\n",     "explain query plan create",
    "'it''s'", "table",  "1.5",    "x'00'",     ":p",
    "\n",      ".",      "select", "/* /* */",  "$v",
};

static char *random_text(GRand *rand)
{
    GString *text = g_string_new(NULL);
    for (int i = g_rand_int_range(rand, 0, 16); i > 0; i--) {
        g_string_append(text, words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
        g_string_append_c(text, ' ');
    }
    return g_string_free(text, FALSE);
}

/* After which semicolons the statements that begin before them are over, for SQLite. */
static void compare(const char *text, guint *compared)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgSplitter splitter;
    ag_splitter_init(&splitter, pool, AG_DIALECT_SQLITE, text, strlen(text), (AgPlace){"x", 1, 1});
    size_t done = 0;
    for (;;) {
        AgSqlPiece piece;
        if (!ag_splitter_next(&splitter, &piece, diag) || piece.text == NULL)
            break;
        size_t end = splitter.lexer.offset;
        bool closed = end > 0 && text[end - 1] == ';';
        AgLexer lexer;
        ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, end);
        for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;) {
            if (token.offset < piece.offset || !ag_token_is(token, ";"))
                continue;
            g_autofree char *prefix = g_strndup(text + done, token.offset + 1 - done);
            bool ours = closed && token.offset + 1 == end;
            if (sqlite3_complete(prefix) != ours)
                fail_msg("%s\nat byte %zu: %s", text, token.offset, prefix);
            (*compared)++;
        }
        done = end;
    }
}

static void test_same_ends(void **state)
{
    (void)state;
    g_autoptr(GRand) rand = g_rand_new_with_seed(31);
    guint compared = 0;
    for (int round = 0; round < 50000; round++) {
        g_autofree char *text = random_text(rand);
        compare(text, &compared);
    }
    assert_true(compared > 10000);
}

/* Every piece compiles or fails as a whole: nothing is left over behind it for SQLite. */
static void test_no_tail(void **state)
{
    (void)state;
    static const char script[] =
        "CREATE TABLE a (b TEXT DEFAULT ';', [c;] INT); CREATE TABLE l (x);\n"
        "CREATE TRIGGER t AFTER INSERT ON a WHEN CASE new.b WHEN ';' THEN 1 ELSE 0 END BEGIN\n"
        "  INSERT INTO l VALUES (CASE WHEN new.b = 'end;' THEN 1 END); -- END;\n"
        "  UPDATE a SET b = /* ; */ 'x';\nEND;\n"
        "CREATE TEMP TRIGGER \"begin\" BEFORE DELETE ON main.a BEGIN SELECT 1; END;\n"
        "INSERT INTO a VALUES (';', 1) ; ; SELECT ':', \"b\" FROM a";
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    GPtrArray *pieces = ag_sql_split(pool, AG_DIALECT_SQLITE, script, (AgPlace){"x", 1, 1}, diag);
    assert_int_equal(pieces->len, 6);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (guint i = 0; i < pieces->len; i++) {
        const AgSqlPiece *piece = g_ptr_array_index(pieces, i);
        sqlite3_stmt *statement = NULL;
        const char *tail = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, piece->text, -1, &statement, &tail), SQLITE_OK);
        assert_string_equal(tail, "");
        sqlite3_step(statement);
        assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    }
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_ends),
        cmocka_unit_test(test_no_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
