/* SPDX-License-Identifier: MIT */
/* The lexical rules of both databases: one line per rule, the expected tokens spelled out. */
#include "sql/lexer.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char letters[] = {
    [AG_TOKEN_WORD] = 'w',   [AG_TOKEN_QUOTED] = 'q',  [AG_TOKEN_STRING] = 's',
    [AG_TOKEN_NUMBER] = 'n', [AG_TOKEN_PARAM] = 'p',   [AG_TOKEN_OPERATOR] = 'o',
    [AG_TOKEN_PUNCT] = 'u',  [AG_TOKEN_COMMENT] = 'c', [AG_TOKEN_BAD] = 'b',
};

/* "w:select n:1": type letters and texts of all tokens but the spaces. Checks on the way that the
 * tokens cover the text without gap or overlap. */
static char *tokens_of(AgDialectId dialect, const char *text, size_t length)
{
    GString *out = g_string_new(NULL);
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, length);
    size_t at = 0;
    for (;;) {
        AgToken token = ag_lexer_next(&lexer);
        assert_int_equal(token.offset, at);
        assert_ptr_equal(token.text, text + at);
        at += token.length;
        if (token.type == AG_TOKEN_END)
            break;
        assert_true(token.length > 0);
        if (token.type == AG_TOKEN_SPACE)
            continue;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append_c(out, letters[token.type]);
        g_string_append_c(out, ':');
        g_string_append_len(out, token.text, (gssize)token.length);
    }
    assert_int_equal(at, length);
    assert_int_equal(ag_lexer_next(&lexer).type, AG_TOKEN_END);
    return g_string_free(out, FALSE);
}

static void expect(AgDialectId dialect, const char *text, const char *expected)
{
    g_autofree char *got = tokens_of(dialect, text, strlen(text));
    assert_string_equal(got, expected);
}

static void pg(const char *text, const char *expected)
{
    expect(AG_DIALECT_POSTGRESQL, text, expected);
}

static void lite(const char *text, const char *expected)
{
    expect(AG_DIALECT_SQLITE, text, expected);
}

static void test_comments(void **state)
{
    (void)state;
    pg("a -- b\nc", "w:a c:-- b w:c");
    pg("a -- b\rc", "w:a c:-- b w:c");
    lite("a -- b\rc", "w:a c:-- b\rc");
    lite("a -- b\r\nc", "w:a c:-- b\r w:c");
    pg("/* a /* b */ c */ d", "c:/* a /* b */ c */ w:d");
    lite("/* a /* b */ c", "c:/* a /* b */ w:c");
    pg("/* a /* b */", "b:/* a /* b */");
    pg("/*/ x */y", "c:/*/ x */ w:y");
    lite("/*/ x */y", "c:/*/ x */ w:y");
    lite("a /* b", "w:a b:/* b");
    pg("/**/", "c:/**/");
}

static void test_strings(void **state)
{
    (void)state;
    pg("'it''s'x", "s:'it''s' w:x");
    pg("'\\' 'b'", "s:'\\' s:'b'");
    pg("E'\\'' b", "s:E'\\'' w:b");
    pg("e'a\\\\' b", "s:e'a\\\\' w:b");
    lite("E'\\' b", "w:E s:'\\' w:b");
    pg("'a'\n'b'", "s:'a' s:'b'");
    pg("E'a' -- c\n '\\'b' c", "s:E'a' -- c\n '\\'b' w:c");
    pg("E'a' '\\'", "s:E'a' s:'\\'");
    pg("E'a' /* */\n '\\'", "s:E'a' c:/* */ s:'\\'");
    pg("U&'d\\0061' U&\"n\" u&x", "s:U&'d\\0061' q:U&\"n\" w:u o:& w:x");
    pg("B'01' x'ff' N'n' foox'1'", "s:B'01' s:x'ff' w:N s:'n' w:foox s:'1'");
    lite("X'ff' b'0'", "s:X'ff' w:b s:'0'");
    pg("'open", "b:'open");
    pg("E'open\\'", "b:E'open\\'");
    pg("date'2020-01-01'", "w:date s:'2020-01-01'");
}

static void test_dollars(void **state)
{
    (void)state;
    pg("$$a'b$$ c", "s:$$a'b$$ w:c");
    pg("$a$ $$ $b$ $a$;", "s:$a$ $$ $b$ $a$ u:;");
    pg("$\xc3\xa9$ x $\xc3\xa9$", "s:$\xc3\xa9$ x $\xc3\xa9$");
    pg("a$$b x$e", "w:a$$b w:x$e");
    pg("$1+$22", "p:$1 o:+ p:$22");
    pg("$1a$ x", "p:$1 w:a$ w:x");
    pg("$a$ open", "b:$a$ open");
    pg("$A$ $a$ $A$", "s:$A$ $a$ $A$");
    pg("$ a", "b:$ w:a");
    lite("$a$ b", "p:$a$ w:b");
}

static void test_names(void **state)
{
    (void)state;
    pg("\"a\"\"b\".c", "q:\"a\"\"b\" u:. w:c");
    pg("\"open", "b:\"open");
    lite("`a``b` [c]]d \"e\"", "q:`a``b` q:[c] b:] w:d q:\"e\"");
    pg("a[1] `", "w:a u:[ n:1 u:] o:`");
    lite("[open", "b:[open");
    pg("n\xc3\xa4he", "w:n\xc3\xa4he");
}

static void test_parameters(void **state)
{
    (void)state;
    lite("?1 ? :name @n $x ?1a", "p:?1 p:? p::name p:@n p:$x p:?1 w:a");
    lite("a:b", "w:a p::b");
    lite("a : b", "w:a b:: w:b");
    lite(":a::b(1)", "p::a::b u:( n:1 u:)");
    pg("a ? b", "w:a o:? w:b");
    pg("a #- b @> c", "w:a o:#- w:b o:@> w:c");
    lite("#", "b:#");
}

static void test_numbers(void **state)
{
    (void)state;
    pg("1 1.5 .5 1. 1e5 1.5E-3 0x1F 1_000", "n:1 n:1.5 n:.5 n:1. n:1e5 n:1.5E-3 n:0x1F n:1_000");
    pg("1..2", "n:1 o:.. n:2");
    pg("1e", "n:1 w:e");
    pg("1e+", "n:1 w:e o:+");
    pg("a.1", "w:a n:.1");
    pg("1_", "n:1 w:_");
    lite("0xff 1.", "n:0xff n:1.");
}

static void test_operators(void **state)
{
    (void)state;
    pg("a=-1", "w:a o:= o:- n:1");
    pg("a@-1", "w:a o:@- n:1");
    pg("a<=b", "w:a o:<= w:b");
    pg("a*/*c*/b", "w:a o:* c:/*c*/ w:b");
    pg("a+--c", "w:a o:+ c:--c");
    pg("a::text b:=c[1:2]", "w:a o::: w:text w:b o::= w:c u:[ n:1 u:: n:2 u:]");
    pg("a - - b", "w:a o:- o:- w:b");
    lite("a=-1", "w:a o:= o:- n:1");
    lite("a->>'b'->c", "w:a o:->> s:'b' o:-> w:c");
    lite("a!=b!c", "w:a o:!= w:b b:! w:c");
    lite("a||-b", "w:a o:|| o:- w:b");
}

static void test_bad_bytes(void **state)
{
    (void)state;
    pg("\\i x", "b:\\ w:i w:x");
    pg("a {", "w:a b:{");
    lite("a \\", "w:a b:\\");
    g_autofree char *nul = tokens_of(AG_DIALECT_POSTGRESQL, "a\0b", 3);
    assert_int_equal(strlen(nul), strlen("w:a b:"));
    lite("\xef\xbb\xbfselect", "w:select");
}

static void expect_fault(AgDialectId dialect, const char *text, const char *fault)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, strlen(text));
    AgToken token = ag_lexer_next_solid(&lexer);
    assert_int_equal(token.type, AG_TOKEN_BAD);
    assert_string_equal(ag_token_fault(token), fault);
}

static void test_faults(void **state)
{
    (void)state;
    expect_fault(AG_DIALECT_POSTGRESQL, "'", "a string is never closed");
    expect_fault(AG_DIALECT_POSTGRESQL, "E'x", "a string is never closed");
    expect_fault(AG_DIALECT_POSTGRESQL, "U&\"x", "a quoted name is never closed");
    expect_fault(AG_DIALECT_POSTGRESQL, "U&'x", "a string is never closed");
    expect_fault(AG_DIALECT_POSTGRESQL, "$$x", "a dollar-quoted string is never closed");
    expect_fault(AG_DIALECT_POSTGRESQL, "$ x",
                 "a dollar sign begins neither a parameter nor a quote");
    expect_fault(AG_DIALECT_SQLITE, "[x", "a quoted name is never closed");
    expect_fault(AG_DIALECT_SQLITE, "/*x", "a comment is never closed");
    expect_fault(AG_DIALECT_SQLITE, "{", "a character that begins nothing in SQL");
}

/* Any bytes are cut into tokens that cover them, and nothing is read beyond the end. */
static void test_random_bytes(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "$$", "$a$", "E'", "U&\"", "/*", "*/",   "--",       "\r",           "\n",   ";", "'",
        "\"", "`",   "[",  "]",    "\\", "a$$b", "\xc2\xa0", "\xef\xbb\xbf", "(",    ")", "1",
        ".",  "e",   "+",  ":",    "?",  "@",    " ",        "x'",           "CASE",
    };
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261120);
    for (int round = 0; round < 20000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        int n = g_rand_int_range(rand, 0, 12);
        for (int i = 0; i < n; i++)
            g_string_append(text, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
        /* A copy of the exact size, so that the sanitizer sees a byte read too far. */
        char *exact = g_malloc(MAX(text->len, 1));
        memcpy(exact, text->str, text->len);
        for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++)
            g_free(tokens_of((AgDialectId)dialect, exact, text->len));
        g_free(exact);
    }
}

static void test_token_is(void **state)
{
    (void)state;
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, "Begin \"begin\" 'begin' ;", 23);
    assert_true(ag_token_is(ag_lexer_next_solid(&lexer), "begin"));
    assert_false(ag_token_is(ag_lexer_next_solid(&lexer), "begin"));
    assert_false(ag_token_is(ag_lexer_next_solid(&lexer), "begin"));
    AgToken semicolon = ag_lexer_next_solid(&lexer);
    assert_true(ag_token_is(semicolon, ";"));
    assert_false(ag_token_is(semicolon, ";;"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comments),   cmocka_unit_test(test_strings),
        cmocka_unit_test(test_dollars),    cmocka_unit_test(test_names),
        cmocka_unit_test(test_parameters), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_operators),  cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_faults),     cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_token_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
