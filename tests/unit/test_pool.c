/* SPDX-License-Identifier: MIT */
/* The pool: blocks of all sizes, texts, interned names. */
#include "base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make(void **state)
{
    *state = ag_pool_new();
    return 0;
}

static int drop(void **state)
{
    ag_pool_free(*state);
    return 0;
}

/* Objects and texts come from the two ends of one chunk: none may touch another. */
static void test_blocks_are_apart(void **state)
{
    enum { N = 5000 };
    AgPool *pool = *state;
    static unsigned char *blocks[N];
    static char *texts[N];
    for (int i = 0; i < N; i++) {
        size_t size = (size_t)(i * 37 % 700 + 1);
        blocks[i] = ag_pool_alloc(pool, size);
        assert_int_equal((uintptr_t)blocks[i] % 8, 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(blocks[i][j], 0);
        memset(blocks[i], i & 0xff, size);
        texts[i] = ag_pool_printf(pool, "%d", i);
    }
    for (int i = 0; i < N; i++) {
        size_t size = (size_t)(i * 37 % 700 + 1);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(blocks[i][j], i & 0xff);
        assert_int_equal(atoi(texts[i]), i);
    }
}

static void test_large_blocks(void **state)
{
    AgPool *pool = *state;
    for (size_t size = 1000; size < 3000000; size *= 2) {
        char *block = ag_pool_alloc(pool, size);
        assert_int_equal(block[0], 0);
        assert_int_equal(block[size - 1], 0);
        memset(block, 'x', size);
        char *copy = ag_pool_text_n(pool, block, size);
        assert_int_equal(strlen(copy), size);
    }
}

static void test_texts(void **state)
{
    AgPool *pool = *state;
    assert_null(ag_pool_text(pool, NULL));
    assert_string_equal(ag_pool_text(pool, ""), "");
    assert_string_equal(ag_pool_text_n(pool, "abcdef", 3), "abc");
    assert_string_equal(ag_pool_concat(pool, "a", "", "bc", "d", NULL), "abcd");
    assert_string_equal(ag_pool_concat(pool, "", NULL), "");
    /* Longer than what printf tries on the stack. */
    g_autofree char *longer = g_strnfill(1000, 'y');
    char *text = ag_pool_printf(pool, "%s-%d", longer, 7);
    assert_int_equal(strlen(text), 1002);
    assert_string_equal(text + 1000, "-7");
    for (size_t n = 250; n < 260; n++) {
        g_autofree char *word = g_strnfill(n, 'z');
        assert_string_equal(ag_pool_printf(pool, "%s", word), word);
    }
}

static void test_names_are_one(void **state)
{
    enum { N = 20000 };
    AgPool *pool = *state;
    static const char *names[N];
    assert_null(ag_pool_name(pool, NULL));
    for (int i = 0; i < N; i++) {
        char text[32];
        g_snprintf(text, sizeof text, "name_%d", i);
        names[i] = ag_pool_name(pool, text);
        assert_string_equal(names[i], text);
        assert_ptr_not_equal(names[i], text);
    }
    for (int i = 0; i < N; i++) {
        char text[32];
        g_snprintf(text, sizeof text, "name_%d, and more", i);
        assert_ptr_equal(ag_pool_name_n(pool, text, strcspn(text, ",")), names[i]);
    }
    /* A beginning of another name, and nothing at all, are names of their own. */
    assert_string_equal(ag_pool_name(pool, "name_"), "name_");
    assert_string_equal(ag_pool_name(pool, ""), "");
    assert_ptr_equal(ag_pool_name(pool, ""), ag_pool_name_n(pool, "x", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_blocks_are_apart, make, drop),
        cmocka_unit_test_setup_teardown(test_large_blocks, make, drop),
        cmocka_unit_test_setup_teardown(test_texts, make, drop),
        cmocka_unit_test_setup_teardown(test_names_are_one, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
