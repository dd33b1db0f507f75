/* SPDX-License-Identifier: MIT */
/* Quoting of names and texts: plain where the database reads the name back unchanged, else quoted.
 */
#include "dialect/dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void assert_quoted(const AgDialect *dialect, const char *name, const char *expected)
{
    g_autoptr(GString) out = g_string_new("");
    ag_quote_name(dialect, out, name);
    assert_string_equal(out->str, expected);
}

/* SQLite's own lexicon is tested with SQLite; what folding changes is shown with its rules here. */
static bool is_select(const char *word)
{
    return strcmp(word, "select") == 0;
}

static const AgDialect folding = {.folds_names = true, .is_keyword = is_select};

static void plain_names_stay_plain(void **state)
{
    (void)state;
    static const char *const plain[] = {"customers", "_id",   "a1",      "line_2", "name",
                                        "type",      "value", "key",     "at",     "index",
                                        "public",    "begin", "virtual", "zone"};
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
        assert_quoted(&ag_dialect_postgres, plain[i], plain[i]);
}

static void other_names_are_quoted(void **state)
{
    (void)state;
    assert_quoted(&ag_dialect_postgres, "Customers", "\"Customers\"");
    assert_quoted(&ag_dialect_postgres, "1st", "\"1st\"");
    assert_quoted(&ag_dialect_postgres, "a b", "\"a b\"");
    assert_quoted(&ag_dialect_postgres, "a.b", "\"a.b\"");
    assert_quoted(&ag_dialect_postgres, "a$b", "\"a$b\"");
    assert_quoted(&ag_dialect_postgres, "say \"no\"", "\"say \"\"no\"\"\"");
    assert_quoted(&ag_dialect_postgres,
                  "stra\xc3\x9f"
                  "e",
                  "\"stra\xc3\x9f"
                  "e\"");
    assert_quoted(&ag_dialect_postgres, "x\"; DROP TABLE t; --", "\"x\"\"; DROP TABLE t; --\"");
    assert_quoted(&ag_dialect_postgres, "", "\"\"");
}

static void keywords_are_quoted(void **state)
{
    (void)state;
    static const char *const words[] = {"user",    "order",   "table",       "select",
                                        "left",    "verbose", "system_user", "interval",
                                        "time",    "json",    "all",         "with",
                                        "analyze", "end",     "values",      "xmltable",
                                        "between", "offset",  "window",      "tablesample"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *quoted = g_strdup_printf("\"%s\"", words[i]);
        assert_quoted(&ag_dialect_postgres, words[i], quoted);
    }
}

static void case_does_not_count_where_names_fold(void **state)
{
    (void)state;
    assert_quoted(&folding, "Customers", "Customers");
    assert_quoted(&folding, "SELECT", "\"SELECT\"");
    assert_quoted(&folding, "a-b", "\"a-b\"");
}

static void qualified_names_and_lists(void **state)
{
    (void)state;
    g_autoptr(GString) out = g_string_new("");
    ag_quote_qname(&ag_dialect_postgres, out, "shop", "order");
    assert_string_equal(out->str, "shop.\"order\"");
    g_string_truncate(out, 0);
    ag_quote_qname(&ag_dialect_postgres, out, NULL, "orders");
    assert_string_equal(out->str, "orders");
    g_autoptr(AgPool) pool = ag_pool_new();
    GPtrArray *names = ag_pool_array(pool);
    g_ptr_array_add(names, ag_pool_text(pool, "id"));
    g_ptr_array_add(names, ag_pool_text(pool, "Placed At"));
    g_string_truncate(out, 0);
    ag_quote_names(&ag_dialect_postgres, out, names);
    assert_string_equal(out->str, "id, \"Placed At\"");
    g_string_truncate(out, 0);
    ag_quote_names(&ag_dialect_postgres, out, NULL);
    assert_string_equal(out->str, "");
}

static void texts_double_their_quotes_only(void **state)
{
    (void)state;
    g_autoptr(GString) out = g_string_new("");
    ag_quote_text(out, "it's a \\ and a \"b\"");
    assert_string_equal(out->str, "'it''s a \\ and a \"b\"'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_stay_plain),
        cmocka_unit_test(other_names_are_quoted),
        cmocka_unit_test(keywords_are_quoted),
        cmocka_unit_test(case_does_not_count_where_names_fold),
        cmocka_unit_test(qualified_names_and_lists),
        cmocka_unit_test(texts_double_their_quotes_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
