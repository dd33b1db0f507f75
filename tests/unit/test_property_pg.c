/* SPDX-License-Identifier: MIT */
/* Random schemas, random changes, there and back. */
#include "support/property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static void there_and_back(void **state)
{
    (void)state;
    assert_int_equal(property_play(AG_DIALECT_POSTGRESQL, getenv("AUTOGEN_TEST_PG"), 100), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back)};
    if (getenv("AUTOGEN_TEST_PG") == NULL) {
        puts("skipped: AUTOGEN_TEST_PG is not set");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
