/* SPDX-License-Identifier: MIT */
/* Random schemas, random changes, there and back. */
#include "support/property.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void there_and_back(void **state)
{
    (void)state;
    assert_int_equal(property_play(AG_DIALECT_SQLITE, NULL, 100), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
