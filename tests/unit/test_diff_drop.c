/* SPDX-License-Identifier: MIT */
/* What becomes of objects that the models do not have, and which differences count. */
#include "diff/diff.h"
#include "schema_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    AgSchema *from, *to;
    AgDiffOptions options;
} World;

static World world_of(AgDialectId dialect)
{
    World w = {.pool = ag_pool_new(), .diag = ag_diag_new()};
    w.from = ag_schema_new(w.pool, dialect);
    w.to = ag_schema_new(w.pool, dialect);
    w.options = (AgDiffOptions){.drop_unmanaged = true};
    return w;
}

static void end(World *w)
{
    ag_diag_free(w->diag);
    ag_pool_free(w->pool);
}

static char *diff_text(World *w)
{
    ag_schema_sort(w->from);
    ag_schema_sort(w->to);
    GPtrArray *changes = ag_diff(w->pool, w->from, w->to, &w->options, w->diag);
    assert_non_null(changes);
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (guint i = 0; i < changes->len; i++)
        g_ptr_array_add(lines, ag_change_text(w->pool, g_ptr_array_index(changes, i)));
    g_ptr_array_add(lines, NULL);
    g_autofree char *text = g_strjoinv("\n", (char **)lines->pdata);
    return ag_pool_text(w->pool, text);
}

static AgNamespace *make_namespace(AgSchema *s, const char *name, const char *unmanaged)
{
    AgNamespace *space = (AgNamespace *)make_standing(s, &ag_kind_namespace, NULL, name);
    space->unmanaged = unmanaged;
    return space;
}

static void ignore(AgSchema *s, const char *kind, const char *pattern)
{
    AgIgnore *ignored = ag_pool_new0(s->pool, AgIgnore);
    ignored->kinds = ag_names_split(s->pool, kind);
    ignored->pattern = pattern;
    g_ptr_array_add(s->ignores, ignored);
}

static void fill(World *w)
{
    make_namespace(w->from, "shop", NULL);
    AgObject *t = make_table(w->from, "shop", "t");
    make_column(w->from, t, "id", "bigint");
    make_column(w->from, t, "extra", "text");
    make_column(w->from, make_table(w->from, "shop", "tmp_1"), "id", "bigint");
    make_sequence(w->from, "shop", "s", NULL);
}

static void test_unmanaged_is_dropped(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    fill(&w);
    make_namespace(w.to, "shop", NULL);
    make_column(w.to, make_table(w.to, "shop", "t"), "id", "bigint");
    assert_string_equal(diff_text(&w), "- column shop.t.extra\n- sequence shop.s\n"
                                       "- table shop.tmp_1\n- column shop.tmp_1.id");
    end(&w);
}

/* Parts of tables that the models have are theirs, whatever the option says. */
static void test_unmanaged_is_left_alone(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    fill(&w);
    w.options.drop_unmanaged = false;
    make_column(w.to, make_table(w.to, "shop", "t"), "id", "bigint");
    assert_string_equal(diff_text(&w), "- column shop.t.extra");
    end(&w);
}

static void test_report_and_ignore(void **state)
{
    (void)state;
    static const char *const words[] = {"report", "ignore"};
    for (int i = 0; i < 2; i++) {
        World w = world_of(AG_DIALECT_POSTGRESQL);
        fill(&w);
        make_namespace(w.to, "shop", words[i]);
        make_column(w.to, make_table(w.to, "shop", "t"), "id", "bigint");
        assert_string_equal(diff_text(&w), "- column shop.t.extra");
        assert_int_equal(ag_diag_count(w.diag), i == 0 ? 1 : 0);
        if (i == 0) {
            assert_int_equal(ag_diag_last(w.diag)->id, AG_PROBLEM_REMARK);
            assert_string_equal(ag_diag_last(w.diag)->message,
                                "schema 'shop' holds what no model names: sequence 'shop.s', "
                                "table 'shop.tmp_1'");
        }
        end(&w);
    }
}

static void test_ignored_patterns(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    fill(&w);
    ignore(w.to, "table", "tmp_*");
    ignore(w.to, "column", "t.ex*");
    make_namespace(w.to, "shop", NULL);
    make_column(w.to, make_table(w.to, "shop", "t"), "id", "bigint");
    assert_string_equal(diff_text(&w), "- sequence shop.s");
    end(&w);
}

/* DROP SCHEMA would fail or take away what is to stay. */
static void test_schema_goes_only_when_empty(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    fill(&w);
    assert_non_null(strstr(diff_text(&w), "- schema shop"));
    ignore(w.to, "table", "shop.tmp_*");
    assert_null(strstr(diff_text(&w), "- schema shop"));
    end(&w);
}

static void test_public_stays(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_namespace(w.from, "public", NULL);
    assert_string_equal(diff_text(&w), "");
    end(&w);
    w = world_of(AG_DIALECT_POSTGRESQL);
    make_namespace(w.to, "public", NULL);
    assert_string_equal(diff_text(&w), "");
    end(&w);
}

static void test_comments_and_owners_on_demand(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_table(w.from, "shop", "t")->owner = "one";
    AgObject *t = make_table(w.to, "shop", "t");
    t->comment = "what it is for";
    t->owner = "other";
    assert_string_equal(diff_text(&w), "");
    AgFieldSet expected[] = {AG_FIELD_COMMENT, AG_FIELD_OWNER};
    for (int i = 0; i < 2; i++) {
        w.options.compare_comments = i == 0;
        w.options.compare_owners = i == 1;
        GPtrArray *changes = ag_diff(w.pool, w.from, w.to, &w.options, w.diag);
        assert_int_equal(changes->len, 1);
        const AgChange *change = g_ptr_array_index(changes, 0);
        assert_int_equal(change->verb, AG_ALTER);
        assert_true(change->changed == expected[i]);
    }
    end(&w);
}

static void test_changed_fields(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgColumn *a = make_column(w.from, make_table(w.from, "shop", "t"), "c", "integer");
    AgColumn *b = make_column(w.to, make_table(w.to, "shop", "t"), "c", "bigint");
    b->null = true;
    b->using = make_sql(w.to, "c + 1"); /* advice; never a difference */
    /* spelled otherwise, the same to the server */
    a->default_sql = (AgSql){.written = "1::bigint", .canonical = "1::bigint"};
    b->default_sql = (AgSql){.written = "1", .canonical = "1::bigint"};
    GPtrArray *changes = ag_diff(w.pool, w.from, w.to, &w.options, w.diag);
    assert_int_equal(changes->len, 1);
    const AgChange *change = g_ptr_array_index(changes, 0);
    assert_true(change->changed == (AG_FIELD_BIT(AG_COLUMN_TYPE) | AG_FIELD_BIT(AG_COLUMN_NULL)));
    assert_ptr_equal(change->old, a);
    assert_ptr_equal(change->new, b);
    end(&w);
}

/* Objects are matched through hash tables; a nested scan over these would take minutes. */
static void test_many_objects(void **state)
{
    (void)state;
    enum { TABLES = 3000, CHECKS = 300 };
    World w = world_of(AG_DIALECT_SQLITE);
    AgSchema *sides[] = {w.from, w.to};
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < TABLES; i++) {
            AgObject *t = make_table(sides[side], NULL, ag_pool_printf(w.pool, "t%d", i));
            make_column(sides[side], t, "id", "INTEGER");
        }
        AgObject *wide = make_table(sides[side], NULL, "wide");
        for (int i = 0; i < CHECKS; i++)
            make_check(sides[side], wide, NULL,
                       ag_pool_printf(w.pool, "id <> %d", side == 0 ? i : CHECKS - i));
    }
    assert_string_equal(diff_text(&w), "+ check wide.(id <> 300)\n- check wide.(id <> 0)");
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unmanaged_is_dropped),
        cmocka_unit_test(test_unmanaged_is_left_alone),
        cmocka_unit_test(test_report_and_ignore),
        cmocka_unit_test(test_ignored_patterns),
        cmocka_unit_test(test_schema_goes_only_when_empty),
        cmocka_unit_test(test_public_stays),
        cmocka_unit_test(test_comments_and_owners_on_demand),
        cmocka_unit_test(test_changed_fields),
        cmocka_unit_test(test_many_objects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
