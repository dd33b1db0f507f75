/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/json.h"

static void test_layout(void **state)
{
    (void)state;
    g_autoptr(GString) out = g_string_new(NULL);
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "n", INT64_MIN);
    ag_json_bool(&json, "b", true);
    ag_json_text(&json, "none", NULL);
    ag_json_begin_array(&json, "empty");
    ag_json_end_array(&json);
    ag_json_begin_array(&json, "list");
    ag_json_text(&json, NULL, "a");
    ag_json_begin_object(&json, NULL);
    ag_json_end_object(&json);
    ag_json_end_array(&json);
    ag_json_end_object(&json);
    assert_string_equal(out->str, "{\n"
                                  "  \"n\": -9223372036854775808,\n"
                                  "  \"b\": true,\n"
                                  "  \"none\": null,\n"
                                  "  \"empty\": [],\n"
                                  "  \"list\": [\n"
                                  "    \"a\",\n"
                                  "    {}\n"
                                  "  ]\n"
                                  "}\n");
}

static void test_text_is_escaped(void **state)
{
    (void)state;
    g_autoptr(GString) out = g_string_new(NULL);
    AgJson json;
    ag_json_init(&json, out);
    ag_json_text(&json, NULL, "q\" b\\ n\n t\t e\x1b d\x7f \xc3\xa4 bad\xff");
    assert_string_equal(out->str,
                        "\"q\\\" b\\\\ n\\n t\\t e\\u001b d\\u007f \xc3\xa4 bad\xef\xbf\xbd\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_text_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
