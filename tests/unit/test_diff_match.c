/* SPDX-License-Identifier: MIT */
/* Who is whose counterpart: names, renamed-from, shapes. */
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
    w.options = (AgDiffOptions){.drop_unmanaged = true, .compare_comments = true};
    return w;
}

static void end(World *w)
{
    ag_diag_free(w->diag);
    ag_pool_free(w->pool);
}

/* The changes as sorted lines. */
static char *diff_text(World *w)
{
    ag_schema_sort(w->from);
    ag_schema_sort(w->to);
    GPtrArray *changes = ag_diff(w->pool, w->from, w->to, &w->options, w->diag);
    if (changes == NULL)
        return ag_pool_text(w->pool, "refused");
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (guint i = 0; i < changes->len; i++)
        g_ptr_array_add(lines, ag_change_text(w->pool, g_ptr_array_index(changes, i)));
    g_ptr_array_add(lines, NULL);
    g_autofree char *text = g_strjoinv("\n", (char **)lines->pdata);
    return ag_pool_text(w->pool, text);
}

static void assert_refused(World *w, AgProblemId id, const char *message, const char *hint)
{
    assert_string_equal(diff_text(w), "refused");
    const AgProblem *problem = NULL;
    for (guint i = 0; i < ag_diag_count(w->diag) && problem == NULL; i++) {
        if (ag_diag_problem(w->diag, i)->severity == AG_SEVERITY_ERROR)
            problem = ag_diag_problem(w->diag, i);
    }
    assert_non_null(problem);
    assert_int_equal(problem->id, id);
    assert_string_equal(problem->message, message);
    assert_non_null(problem->hint);
    assert_non_null(strstr(problem->hint, hint));
}

static AgObject *simple_table(AgSchema *s, const char *name)
{
    AgObject *table = make_table(s, s->dialect == AG_DIALECT_SQLITE ? NULL : "shop", name);
    make_column(s, table, "id", "bigint");
    make_key(s, &ag_kind_primary_key, table, ag_pool_printf(s->pool, "?%s_pkey", name), "id");
    return table;
}

static void test_equal_schemas_have_no_changes(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgObject *t = simple_table(sides[i], "a");
        make_check(sides[i], t, "c", "id > 0");
        make_index(sides[i], t, "i", "id");
        make_enum(sides[i], "shop", "mood", "sad happy");
        make_sequence(sides[i], "shop", "s", "shop.a.id");
    }
    assert_string_equal(diff_text(&w), "");
    end(&w);
}

static void test_parts_of_new_and_gone_tables(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    simple_table(w.to, "b");
    assert_string_equal(diff_text(&w), "+ table shop.b\n+ column shop.b.id\n"
                                       "+ primary key shop.b.b_pkey\n- table shop.a\n"
                                       "- column shop.a.id\n- primary key shop.a.a_pkey");
    end(&w);
}

static void test_rename_table_is_one_change(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    AgObject *other = simple_table(w.from, "other");
    make_column(w.from, other, "a_id", "bigint");
    make_reference(w.from, other, "?other_a_id_fkey", "a_id", "shop.a");
    make_check(w.from, a, "positive", "id > 0");
    make_sequence(w.from, "shop", "s", "shop.a.id");
    AgObject *b = simple_table(w.to, "b");
    make_former(w.to, b, "a");
    other = simple_table(w.to, "other");
    make_column(w.to, other, "a_id", "bigint");
    make_reference(w.to, other, "?other_a_id_fkey", "a_id", "shop.b");
    make_check(w.to, b, "positive", "id > 0");
    make_sequence(w.to, "shop", "s", "shop.b.id");
    assert_string_equal(diff_text(&w), "~ table shop.a renamed to shop.b");
    end(&w);
}

static void test_rename_column_is_one_change(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgSchema *s = sides[i];
        const char *name = i == 0 ? "price" : "order"; /* a keyword: quoted in expressions */
        AgObject *a = simple_table(s, "a");
        AgColumn *c = make_column(s, a, name, "numeric");
        if (i == 1)
            make_former(s, &c->object, "price");
        make_check(s, a, "positive",
                   i == 0 ? "price > 0::double precision AND lower('price') = 'price'"
                          : "\"order\" > 0::double precision AND lower('price') = 'price'");
        AgIndex *index = make_index(s, a, "cheap", name);
        index->where = make_sql(s, i == 0 ? "price < 10" : "\"order\" < 10");
        make_key(s, &ag_kind_unique, a, i == 0 ? "?a_price_key" : "?a_order_key", name);
        AgObject *b = simple_table(s, "b");
        make_column(s, b, "p", "numeric");
        AgForeignKey *key = make_reference(s, b, "?b_p_fkey", "p", "shop.a");
        key->ref_columns = ag_names_split(s->pool, name);
        make_sequence(s, "shop", "s", i == 0 ? "shop.a.price" : "shop.a.\"order\"");
    }
    assert_string_equal(diff_text(&w), "~ column shop.a.price renamed to shop.a.order");
    end(&w);
}

static void test_rename_and_alter_are_two_changes(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_column(w.from, a, "phone_no", "text");
    a = simple_table(w.to, "a");
    AgColumn *phone = make_column(w.to, a, "phone", "varchar(20)");
    make_former(w.to, &phone->object, "phone_no");
    assert_string_equal(diff_text(&w),
                        "~ column shop.a.phone_no renamed to shop.a.phone\n~ column shop.a.phone");
    end(&w);
}

static void test_rename_schema_takes_its_tables_along(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgSchema *s = sides[i];
        const char *name = i == 0 ? "old" : "new";
        AgObject *space = make_standing(s, &ag_kind_namespace, NULL, name);
        if (i == 1)
            make_former(s, space, "old");
        make_enum(s, name, "mood", "sad happy");
        AgObject *t = make_table(s, name, "t");
        make_column(s, t, "id", i == 0 ? "old.mood[]" : "new.mood[]");
        AgColumn *c = make_column(s, t, "n", "bigint");
        c->default_sql =
            make_sql(s, i == 0 ? "nextval('old.s'::regclass)" : "nextval('new.s'::regclass)");
        make_sequence(s, name, "s", i == 0 ? "old.t.n" : "new.t.n");
        make_reference(s, t, "?t_id_fkey", "id", i == 0 ? "old.t" : "new.t");
    }
    assert_string_equal(diff_text(&w), "~ schema old renamed to new");
    end(&w);
}

static void test_rename_enum_and_value(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgSchema *s = sides[i];
        AgEnum *e = make_enum(s, "shop", i == 0 ? "mood" : "feeling",
                              i == 0 ? "sad happy" : "gloomy happy");
        if (i == 1) {
            make_former(s, &e->object, "mood");
            AgEnumValue *value = g_ptr_array_index(e->values, 0);
            value->former = ag_names_split(s->pool, "sad");
        }
        AgObject *t = simple_table(s, "t");
        AgColumn *c = make_column(s, t, "m", i == 0 ? "shop.mood" : "shop.feeling");
        c->default_sql = make_sql(s, i == 0 ? "'sad'::shop.mood" : "'gloomy'::shop.feeling");
    }
    assert_string_equal(diff_text(&w),
                        "~ enum shop.mood renamed to shop.feeling\n~ enum shop.feeling");
    end(&w);
}

static void test_rename_chain(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    make_column(w.from, simple_table(w.from, "b"), "of_b", "text");
    make_former(w.to, simple_table(w.to, "b"), "a");
    AgObject *c = simple_table(w.to, "c");
    make_column(w.to, c, "of_b", "text");
    make_former(w.to, c, "b");
    /* The keeper of b_pkey was b; the name stays with it (it is c now), and no one else wants it.
     */
    assert_string_equal(diff_text(&w),
                        "~ table shop.a renamed to shop.b\n~ table shop.b renamed to shop.c");
    end(&w);
}

static void test_chain_is_inert_afterwards(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "b");
    simple_table(w.from, "c");
    make_former(w.to, simple_table(w.to, "b"), "a");
    make_former(w.to, simple_table(w.to, "c"), "b");
    assert_string_equal(diff_text(&w), "");
    assert_int_equal(ag_diag_count(w.diag), 2);
    assert_int_equal(ag_diag_problem(w.diag, 0)->id, AG_PROBLEM_STALE_HINT);
    end(&w);
}

static void test_newest_former_name_counts(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "second");
    AgObject *t = simple_table(w.to, "third");
    make_former(w.to, t, "second");
    make_former(w.to, t, "first");
    assert_string_equal(diff_text(&w), "~ table shop.second renamed to shop.third");
    end(&w);
}

static void test_former_schema(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_column(w.from, make_table(w.from, "public", "orders"), "id", "bigint");
    AgObject *t = make_table(w.to, "shop", "orders");
    make_column(w.to, t, "id", "bigint");
    make_former(w.to, t, "public.orders");
    assert_string_equal(diff_text(&w), "~ table public.orders renamed to shop.orders");
    end(&w);
}

static void test_both_in_the_database(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    simple_table(w.from, "b");
    make_former(w.to, simple_table(w.to, "b"), "a");
    assert_refused(&w, AG_PROBLEM_RENAME_CONFLICT,
                   "table 'shop.b' is said to be the former 'shop.a', but the database has both",
                   "remove renamed-from=\"a\"");
    end(&w);
}

static void test_both_in_the_model(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    simple_table(w.to, "a");
    make_former(w.to, simple_table(w.to, "b"), "a");
    assert_refused(&w, AG_PROBLEM_RENAME_CONFLICT,
                   "table 'shop.b' is said to be the former 'shop.a', which the models still have",
                   "remove 'a' from the models");
    end(&w);
}

static void test_two_claims(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    make_former(w.to, simple_table(w.to, "b"), "a");
    make_former(w.to, simple_table(w.to, "c"), "a");
    assert_refused(&w, AG_PROBLEM_RENAME_CONFLICT,
                   "table 'shop.b' and 'shop.c' both say that they were 'a'", "from one of them");
    end(&w);
}

static void test_exchange_is_refused(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    simple_table(w.from, "b");
    make_former(w.to, simple_table(w.to, "a"), "b");
    make_former(w.to, simple_table(w.to, "b"), "a");
    assert_refused(&w, AG_PROBLEM_RENAME_CONFLICT,
                   "table 'shop.a' and 'b' are to exchange names; afterwards nothing tells that "
                   "it was done",
                   "third name");
    end(&w);
}

static void test_suspected_rename(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_column(w.from, a, "phone_no", "text");
    make_column(w.from, a, "fax", "text");
    make_column(w.from, a, "born", "date");
    a = simple_table(w.to, "a");
    make_column(w.to, a, "phone", "text");
    assert_refused(&w, AG_PROBLEM_SUSPECTED_RENAME,
                   "column 'shop.a.phone' is new and 2 columns of the same type are gone: "
                   "a rename?",
                   "renamed-from=\"phone_no\"");
    const AgProblem *problem = ag_diag_last(w.diag);
    assert_non_null(strstr(problem->hint, "renamed-from=\"fax\""));
    assert_null(strstr(problem->hint, "born"));
    assert_string_equal(problem->place.file, "models/test.xml");
    assert_int_equal(problem->place.line, 2);
    ag_diag_rewind(w.diag, 0);
    w.options.suspects_allowed = true;
    assert_string_equal(diff_text(&w), "+ column shop.a.phone\n- column shop.a.phone_no\n"
                                       "- column shop.a.fax\n- column shop.a.born");
    end(&w);
}

static void test_other_type_is_no_suspect(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_column(w.from, simple_table(w.from, "a"), "x", "text");
    AgObject *a = simple_table(w.to, "a");
    make_column(w.to, a, "y", "date");
    AgColumn *g = make_column(w.to, a, "z", "text");
    g->generated = make_sql(w.to, "id::text");
    assert_string_equal(diff_text(&w), "+ column shop.a.y\n+ column shop.a.z\n- column shop.a.x");
    end(&w);
}

static void test_unnamed_parts_keep_the_databases_name(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_key(w.from, &ag_kind_unique, a, "legacy_uq", "id");
    make_index(w.from, a, "legacy_ix", "id");
    make_check(w.from, a, "legacy_ck", "id > 0");
    a = simple_table(w.to, "a");
    make_key(w.to, &ag_kind_unique, a, "?a_id_key", "id");
    make_index(w.to, a, "?a_id_idx", "id");
    make_check(w.to, a, "?a_id_check", "id > 0");
    assert_string_equal(diff_text(&w), "");
    end(&w);
}

static void test_named_parts_of_equal_shape_are_renamed(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_index(w.from, a, "old_ix", "id");
    make_check(w.from, a, "old_ck", "id > 0");
    a = simple_table(w.to, "a");
    make_index(w.to, a, "new_ix", "id");
    make_check(w.to, a, "new_ck", "id > 1");
    assert_string_equal(diff_text(&w), "~ index shop.old_ix renamed to shop.new_ix\n"
                                       "+ check shop.a.new_ck\n- check shop.a.old_ck");
    end(&w);
}

/* Two unnamed indexes on one column, found in the database the other way round. */
static void test_shape_goes_before_templated_name(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_index(w.from, a, "a_id_idx", "id")->where = make_sql(w.from, "id > 5");
    make_index(w.from, a, "a_id_idx1", "id");
    a = simple_table(w.to, "a");
    make_index(w.to, a, "?a_id_idx", "id");
    make_index(w.to, a, "?a_id_idx1", "id")->where = make_sql(w.to, "id > 5");
    assert_string_equal(diff_text(&w), "");
    end(&w);
}

static void test_changed_unnamed_part_is_matched_by_its_name(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_check(w.from, simple_table(w.from, "a"), "a_id_check", "id > 0");
    make_check(w.to, simple_table(w.to, "a"), "?a_id_check", "id > 1");
    assert_string_equal(diff_text(&w), "~ check shop.a.a_id_check");
    end(&w);
}

/* The kept name is what the new index is to be called: then the keeper steps aside. */
static void test_kept_name_that_is_wanted(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_index(w.from, a, "a_id_idx", "id")->where = make_sql(w.from, "id > 5");
    a = simple_table(w.to, "a");
    make_index(w.to, a, "?a_id_idx", "id");
    make_index(w.to, a, "?a_id_idx1", "id")->where = make_sql(w.to, "id > 5");
    assert_string_equal(diff_text(&w), "+ index shop.a_id_idx\n"
                                       "~ index shop.a_id_idx renamed to shop.a_id_idx1");
    end(&w);
}

/* A table takes the name of a renamed one, and with it the name of its key. */
static void test_kept_key_name_across_tables(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    make_former(w.to, simple_table(w.to, "b"), "a");
    AgObject *a = make_table(w.to, "shop", "a");
    make_column(w.to, a, "code", "text");
    make_key(w.to, &ag_kind_primary_key, a, "?a_pkey", "code");
    make_former(w.to, a, "nothing");
    g_autofree char *text = g_strdup(diff_text(&w));
    assert_string_equal(text, "refused"); /* b was a, and the models still have an a */
    end(&w);

    w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "a");
    simple_table(w.from, "x");
    make_former(w.to, simple_table(w.to, "b"), "a");
    AgObject *taken = simple_table(w.to, "a");
    make_former(w.to, taken, "x");
    make_column(w.to, taken, "code", "text");
    AgObject *fresh = make_table(w.to, "shop", "fresh");
    make_column(w.to, fresh, "id", "bigint");
    make_key(w.to, &ag_kind_primary_key, fresh, "a_pkey", "id");
    assert_string_equal(
        diff_text(&w),
        "~ table shop.x renamed to shop.a\n+ column shop.a.code\n"
        "~ table shop.a renamed to shop.b\n~ primary key shop.a.a_pkey renamed to shop.b.b_pkey\n"
        "+ table shop.fresh\n+ column shop.fresh.id\n"
        "+ primary key shop.fresh.a_pkey");
    end(&w);
}

/* An index that stays in the model under the same column name, although the column is another. */
static void test_reused_column_name(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    w.options.suspects_allowed = true;
    AgObject *a = simple_table(w.from, "a");
    make_column(w.from, a, "x", "text");
    make_column(w.from, a, "y", "date");
    make_index(w.from, a, "ix", "x");
    a = simple_table(w.to, "a");
    AgColumn *x = make_column(w.to, a, "x", "date");
    make_former(w.to, &x->object, "y");
    make_index(w.to, a, "ix", "x");
    /* both x are there: the model must say it in two steps */
    assert_string_equal(diff_text(&w), "refused");
    end(&w);
}

static void test_sqlite_unnamed_constraints(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_SQLITE);
    AgObject *a = make_table(w.from, NULL, "Ta");
    make_column(w.from, a, "ID", "INTEGER");
    make_check(w.from, a, NULL, "id > 0");
    make_check(w.from, a, NULL, "id < 9");
    make_key(w.from, &ag_kind_unique, a, NULL, "ID");
    a = make_table(w.to, NULL, "ta");
    make_column(w.to, a, "id", "INTEGER");
    make_check(w.to, a, NULL, "id < 9");
    make_check(w.to, a, NULL, "id > 1");
    make_key(w.to, &ag_kind_unique, a, NULL, "id");
    assert_string_equal(diff_text(&w), "+ check ta.(id > 1)\n- check Ta.(id > 0)");
    end(&w);
}

static void test_sqlite_naming_a_constraint(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_SQLITE);
    AgObject *a = make_table(w.from, NULL, "t");
    make_column(w.from, a, "id", "INTEGER");
    make_check(w.from, a, NULL, "id > 0");
    a = make_table(w.to, NULL, "t");
    make_column(w.to, a, "id", "INTEGER");
    make_check(w.to, a, "positive", "id > 0");
    assert_string_equal(diff_text(&w), "~ check t.(id > 0) renamed to t.positive");
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_schemas_have_no_changes),
        cmocka_unit_test(test_parts_of_new_and_gone_tables),
        cmocka_unit_test(test_rename_table_is_one_change),
        cmocka_unit_test(test_rename_column_is_one_change),
        cmocka_unit_test(test_rename_and_alter_are_two_changes),
        cmocka_unit_test(test_rename_schema_takes_its_tables_along),
        cmocka_unit_test(test_rename_enum_and_value),
        cmocka_unit_test(test_rename_chain),
        cmocka_unit_test(test_chain_is_inert_afterwards),
        cmocka_unit_test(test_newest_former_name_counts),
        cmocka_unit_test(test_former_schema),
        cmocka_unit_test(test_both_in_the_database),
        cmocka_unit_test(test_both_in_the_model),
        cmocka_unit_test(test_two_claims),
        cmocka_unit_test(test_exchange_is_refused),
        cmocka_unit_test(test_suspected_rename),
        cmocka_unit_test(test_other_type_is_no_suspect),
        cmocka_unit_test(test_unnamed_parts_keep_the_databases_name),
        cmocka_unit_test(test_named_parts_of_equal_shape_are_renamed),
        cmocka_unit_test(test_shape_goes_before_templated_name),
        cmocka_unit_test(test_changed_unnamed_part_is_matched_by_its_name),
        cmocka_unit_test(test_kept_name_that_is_wanted),
        cmocka_unit_test(test_kept_key_name_across_tables),
        cmocka_unit_test(test_reused_column_name),
        cmocka_unit_test(test_sqlite_unnamed_constraints),
        cmocka_unit_test(test_sqlite_naming_a_constraint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
