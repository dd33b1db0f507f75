/* SPDX-License-Identifier: MIT */
/* Nearest words, dedenting, what a terminal may see, UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/text.h"

static void near(const char *word, const char *expected)
{
    static const char *const words[] = {"timestamptz", "integer", "unique", "id", "not-null", NULL};
    const char *found = ag_text_nearest(word, words);
    if (expected == NULL)
        assert_null(found);
    else
        assert_string_equal(found, expected);
}

static void test_nearest(void **state)
{
    (void)state;
    near("timestampz", "timestamptz");
    near("Integr", "integer");
    near("uniqeu", "unique");
    near("unqiue", "unique");
    near("notnull", "not-null");
    near("varchar", NULL);
    near("xx", NULL);
    near("", NULL);
    near("a word that is much longer than any of those and longer than the table's rows are", NULL);
}

static void dedent(const char *text, const char *expected)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    assert_string_equal(ag_text_dedent(pool, text), expected);
}

static void test_dedent(void **state)
{
    (void)state;
    dedent("", "");
    dedent(" \n\t\n", "");
    dedent("a", "a");
    dedent("\n    a\n      b\n\n    c  \n  ", "a\n  b\n\nc");
    dedent("a\n  b", "a\n  b");
    dedent("\r\n  a\r\n  b\r  c", "a\nb\nc");
    dedent("\ta\n  b", "\ta\n  b");
    dedent("  a\n \n  b", "a\n\nb");
    dedent("  a  \n  b", "a  \nb");
}

static void printable(const char *text, const char *expected)
{
    g_autofree char *shown = ag_text_printable(text);
    assert_string_equal(shown, expected);
}

static void test_printable(void **state)
{
    (void)state;
    printable("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x98",
              "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x98");
    printable("a\nb\tc\x1b[31m\x7f", "a\\x0ab\\x09c\\x1b[31m\\x7f");
    printable("\xc2\x9b", "\\x9b");
    printable("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8", "\\u{202e}\\u{2066}\\u{2028}");
    printable("\xff\xc3", "\\xff\\xc3");
}

static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        gssize bad;
    } cases[] = {
        {"", 0, -1},
        {"abc", 3, -1},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x98", 9, -1},
        {"ab\0c", 4, 2},
        {"a\x80", 2, 1},
        {"a\xc0\x80", 3, 1},        /* overlong */
        {"\xe0\x80\x80", 3, 0},     /* overlong */
        {"ab\xed\xa0\x80", 5, 2},   /* surrogate */
        {"\xef\xbf\xbe", 3, 0},     /* U+FFFE */
        {"\xef\xbf\xbf", 3, 0},     /* U+FFFF */
        {"\xf4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
        {"abc\xe2\x82", 5, 3},      /* cut */
        {"abc\xe2\x82\xac", 5, 3},  /* the third byte lies behind the end */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_int_equal(ag_text_invalid_utf8(cases[i].text, cases[i].length), cases[i].bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_dedent),
        cmocka_unit_test(test_printable),
        cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
