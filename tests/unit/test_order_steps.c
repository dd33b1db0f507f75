/* SPDX-License-Identifier: MIT */
/* The order of changes, told as lists of steps. */
#include "diff/diff.h"
#include "order/order.h"
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
    GPtrArray *changes, *ordered;
} World;

static World world_of(AgDialectId dialect)
{
    World w = {.pool = ag_pool_new(), .diag = ag_diag_new()};
    w.from = ag_schema_new(w.pool, dialect);
    w.to = ag_schema_new(w.pool, dialect);
    return w;
}

static void end(World *w)
{
    ag_diag_free(w->diag);
    ag_pool_free(w->pool);
}

static char *steps_text(World *w, const GPtrArray *steps)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < steps->len; i++) {
        const AgChange *change = g_ptr_array_index(steps, i);
        g_string_append_printf(out, "%s%s%s", i > 0 ? "\n" : "", ag_change_text(w->pool, change),
                               change->recreate ? " (again)" : "");
        for (guint j = 0; change->folded != NULL && j < change->folded->len; j++) {
            const AgChange *part = g_ptr_array_index(change->folded, j);
            assert_int_equal(part->verb, change->verb);
            const AgObject *object = ag_change_object(part);
            g_string_append_printf(out, "%s%s", j == 0 ? " [" : " ",
                                   object->name != NULL ? object->name : object->info->noun);
        }
        g_string_append(out, change->folded != NULL && change->folded->len > 0 ? "]" : "");
    }
    return ag_pool_text(w->pool, out->str);
}

static const char *order_text(World *w)
{
    const AgDiffOptions options = {.drop_unmanaged = true, .suspects_allowed = true};
    ag_schema_sort(w->from);
    ag_schema_sort(w->to);
    w->changes = ag_diff(w->pool, w->from, w->to, &options, w->diag);
    assert_non_null(w->changes);
    w->ordered = ag_order(w->pool, w->from, w->to, w->changes, w->diag);
    return w->ordered == NULL ? "refused" : steps_text(w, w->ordered);
}

static const char *back_text(World *w)
{
    GPtrArray *back = ag_order_back(w->pool, w->from, w->to, w->changes, w->ordered, w->diag);
    assert_non_null(back);
    return steps_text(w, back);
}

static AgObject *simple_table(AgSchema *s, const char *name)
{
    AgObject *table = make_table(s, s->dialect == AG_DIALECT_SQLITE ? NULL : "shop", name);
    make_column(s, table, "id", "bigint");
    make_key(s, &ag_kind_primary_key, table, ag_pool_printf(s->pool, "?%s_pkey", name), "id");
    return table;
}

static void test_referred_tables_come_first(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_standing(w.to, &ag_kind_namespace, NULL, "shop");
    make_enum(w.to, "shop", "mood", "sad happy");
    AgObject *a = simple_table(w.to, "a");
    make_column(w.to, a, "b_id", "shop.mood");
    make_reference(w.to, a, "a_fk", "b_id", "shop.b");
    make_index(w.to, a, "a_ix", "b_id");
    simple_table(w.to, "b");
    assert_string_equal(order_text(&w), "+ schema shop\n+ enum shop.mood\n"
                                        "+ table shop.b [id b_pkey]\n"
                                        "+ table shop.a [id a_pkey b_id a_fk a_ix]");
    assert_string_equal(back_text(&w), "- table shop.a [id a_pkey b_id a_fk a_ix]\n"
                                       "- table shop.b [id b_pkey]\n"
                                       "- enum shop.mood\n- schema shop");
    end(&w);
}

static void make_loop(AgSchema *s)
{
    AgObject *a = simple_table(s, "a");
    make_column(s, a, "b_id", "bigint");
    make_reference(s, a, "a_fk", "b_id", s->dialect == AG_DIALECT_SQLITE ? "b" : "shop.b");
    make_reference(s, a, "self_fk", "b_id", s->dialect == AG_DIALECT_SQLITE ? "a" : "shop.a");
    AgObject *b = simple_table(s, "b");
    make_column(s, b, "a_id", "bigint");
    make_reference(s, b, "b_fk", "a_id", s->dialect == AG_DIALECT_SQLITE ? "a" : "shop.a");
    AgObject *c = simple_table(s, "c");
    make_reference(s, c, "c_fk", "id", s->dialect == AG_DIALECT_SQLITE ? "a" : "shop.a");
}

static void test_loop_of_tables(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_loop(w.to);
    assert_string_equal(order_text(&w), "+ table shop.a [id a_pkey b_id self_fk]\n"
                                        "+ table shop.b [id b_pkey a_id]\n"
                                        "+ table shop.c [id c_pkey c_fk]\n"
                                        "+ foreign key shop.a.a_fk\n+ foreign key shop.b.b_fk");
    assert_string_equal(back_text(&w),
                        "- foreign key shop.b.b_fk\n- foreign key shop.a.a_fk\n"
                        "- table shop.c [id c_pkey c_fk]\n- table shop.b [id b_pkey a_id]\n"
                        "- table shop.a [id a_pkey b_id self_fk]");
    end(&w);
    w = world_of(AG_DIALECT_POSTGRESQL);
    make_loop(w.from);
    assert_string_equal(order_text(&w),
                        "- foreign key shop.a.a_fk\n- foreign key shop.b.b_fk\n"
                        "- table shop.b [id b_pkey a_id]\n- table shop.c [id c_pkey c_fk]\n"
                        "- table shop.a [id a_pkey b_id self_fk]");
    end(&w);
}

static void test_loop_of_tables_sqlite(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_SQLITE);
    make_loop(w.to);
    const char *text = order_text(&w);
    assert_non_null(strstr(text, "+ table a [id a_pkey b_id a_fk self_fk]"));
    assert_non_null(strstr(text, "+ table b [id b_pkey a_id b_fk]"));
    assert_int_equal(w.ordered->len, 3);
    end(&w);
}

/* A foreign key to its own table by a unique index cannot stand in CREATE TABLE. */
static void test_self_reference_by_index(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *t = make_table(w.to, "shop", "t");
    make_column(w.to, t, "id", "bigint");
    make_index(w.to, t, "t_ix", "id")->unique = true;
    make_reference(w.to, t, "t_fk", "id", "shop.t");
    assert_string_equal(order_text(&w), "+ table shop.t [id t_ix]\n+ foreign key shop.t.t_fk");
    end(&w);
}

static void test_owned_sequence(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *t = make_table(w.to, "shop", "t");
    AgColumn *id = make_column(w.to, t, "id", "bigint");
    id->default_sql = make_sql(w.to, "nextval('shop.t_id_seq'::regclass)");
    make_sequence(w.to, "shop", "t_id_seq", "shop.t.id");
    assert_string_equal(order_text(&w), "+ sequence shop.t_id_seq\n+ table shop.t [id]\n"
                                        "~ sequence shop.t_id_seq");
    const AgChange *create = g_ptr_array_index(w.ordered, 0),
                   *own = g_ptr_array_index(w.ordered, 2);
    assert_null(((const AgSequence *)create->new)->owned_by.column);
    assert_int_equal(own->changed, AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY));
    assert_string_equal(((const AgSequence *)own->new)->owned_by.column, "id");
    assert_string_equal(back_text(&w), "~ sequence shop.t_id_seq\n- table shop.t [id]\n"
                                       "- sequence shop.t_id_seq");
    end(&w);
    w = world_of(AG_DIALECT_POSTGRESQL);
    t = make_table(w.from, "shop", "t");
    id = make_column(w.from, t, "id", "bigint");
    id->default_sql = make_sql(w.from, "nextval('shop.t_id_seq'::regclass)");
    make_sequence(w.from, "shop", "t_id_seq", "shop.t.id");
    assert_string_equal(order_text(&w), "~ sequence shop.t_id_seq\n- table shop.t [id]\n"
                                        "- sequence shop.t_id_seq");
    end(&w);
}

/* The column stays: nothing needs splitting when its table does not change at all. */
static void test_owned_sequence_of_a_table_that_stays(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    simple_table(w.from, "t");
    simple_table(w.to, "t");
    make_sequence(w.to, "shop", "s", "shop.t.id");
    assert_string_equal(order_text(&w), "+ sequence shop.s");
    assert_non_null(((const AgSequence *)((const AgChange *)g_ptr_array_index(w.ordered, 0))->new)
                        ->owned_by.column);
    end(&w);
}

static void test_owned_sequence_moves_with_its_table(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_column(w.from, make_table(w.from, "public", "t"), "id", "bigint");
    make_sequence(w.from, "public", "s", "public.t.id");
    AgObject *t = make_table(w.to, "shop", "t");
    make_column(w.to, t, "id", "bigint");
    make_former(w.to, t, "public.t");
    make_former(w.to, &make_sequence(w.to, "shop", "s", "shop.t.id")->object, "public.s");
    make_standing(w.to, &ag_kind_namespace, NULL, "shop");
    assert_string_equal(
        order_text(&w),
        "+ schema shop\n~ sequence public.s\n~ sequence public.s renamed to shop.s\n"
        "~ table public.t renamed to shop.t\n~ sequence shop.s");
    end(&w);
}

static void test_names_are_free_before_they_are_taken(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    /* an index gives its name to a table, a table to a sequence, and a chain of renames */
    make_index(w.from, simple_table(w.from, "t"), "x", "id");
    simple_table(w.from, "y");
    simple_table(w.from, "a");
    make_column(w.from, simple_table(w.from, "b"), "of_b", "text");
    simple_table(w.to, "t");
    simple_table(w.to, "x");
    make_sequence(w.to, "shop", "y", NULL);
    make_former(w.to, simple_table(w.to, "b"), "a");
    AgObject *c = simple_table(w.to, "c");
    make_column(w.to, c, "of_b", "text");
    make_former(w.to, c, "b");
    assert_string_equal(
        order_text(&w),
        "- index shop.x\n- table shop.y [id y_pkey]\n~ table shop.b renamed to shop.c\n"
        "~ table shop.a renamed to shop.b\n+ sequence shop.y\n+ table shop.x [id x_pkey]");
    end(&w);
}

static void test_exchange_of_names(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a"), *b = simple_table(w.from, "b");
    AgObject *a2 = simple_table(w.to, "a"), *b2 = simple_table(w.to, "b");
    w.changes = ag_pool_array(w.pool);
    g_ptr_array_add(w.changes, ag_change_new(w.pool, AG_RENAME, a, b2));
    g_ptr_array_add(w.changes, ag_change_new(w.pool, AG_RENAME, b, a2));
    w.ordered = ag_order(w.pool, w.from, w.to, w.changes, w.diag);
    assert_non_null(w.ordered);
    assert_string_equal(steps_text(&w, w.ordered), "~ table shop.b renamed to shop.__ag_1\n"
                                                   "~ table shop.a renamed to shop.b\n"
                                                   "~ table shop.__ag_1 renamed to shop.a");
    end(&w);
}

static void test_rename_before_what_uses_the_new_name(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_column(w.from, a, "x", "text");
    make_column(w.from, a, "gone", "text");
    make_index(w.from, a, "gone_ix", "gone");
    a = simple_table(w.to, "b");
    make_former(w.to, a, "a");
    AgColumn *x = make_column(w.to, a, "y", "varchar(9)");
    make_former(w.to, &x->object, "x");
    make_index(w.to, a, "y_ix", "y");
    make_reference(w.to, simple_table(w.to, "other"), "other_fk", "id", "shop.b");
    assert_string_equal(
        order_text(&w),
        "- index shop.gone_ix\n- column shop.a.gone\n~ table shop.a renamed to shop.b\n"
        "~ column shop.a.x renamed to shop.b.y\n+ table shop.other [id other_pkey "
        "other_fk]\n~ column shop.b.y\n+ index shop.y_ix");
    end(&w);
}

/* Everything that mentions a column whose type changes. */
static void make_retyped(AgSchema *s, const char *type, const char *other)
{
    AgObject *a = simple_table(s, "a");
    make_column(s, a, "n", type);
    AgColumn *twice = make_column(s, a, "twice", other);
    twice->generated = make_sql(s, "n * 2");
    make_check(s, a, "n_ck", "n > 0");
    make_check(s, a, "id_ck", "id > 0");
    make_key(s, &ag_kind_unique, a, "n_uq", "n");
    make_index(s, a, "n_ix", "n");
    make_index(s, a, "half_ix", "id")->where = make_sql(s, "n > 5");
    AgObject *b = simple_table(s, "b");
    make_column(s, b, "n", type);
    AgForeignKey *key = make_reference(s, b, "b_fk", "n", "shop.a");
    key->ref_columns = ag_names_split(s->pool, "n");
    make_reference(s, b, "id_fk", "id", "shop.a");
}

static void test_dependants_of_a_retyped_column(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_retyped(w.from, "integer", "bigint");
    make_retyped(w.to, "bigint", "bigint");
    const char *expected = "- index shop.half_ix (again)\n- foreign key shop.b.b_fk (again)\n"
                           "- check shop.a.n_ck (again)\n- column shop.a.twice (again)\n"
                           "~ column shop.a.n\n+ column shop.a.twice (again)\n~ column shop.b.n\n"
                           "+ check shop.a.n_ck (again)\n+ foreign key shop.b.b_fk (again)\n"
                           "+ index shop.half_ix (again)";
    assert_string_equal(order_text(&w), expected);
    end(&w);
}

static void test_key_in_use_is_made_again(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgObject *a = simple_table(sides[i], "a");
        make_column(sides[i], a, "n", "text");
        if (i == 1)
            ((AgKey *)ag_object_first(a, AG_KIND_PRIMARY_KEY))->include =
                ag_names_split(w.pool, "n");
        make_reference(sides[i], simple_table(sides[i], "b"), "b_fk", "id", "shop.a");
    }
    assert_string_equal(order_text(&w), "- foreign key shop.b.b_fk (again)\n"
                                        "- primary key shop.a.a_pkey (again)\n"
                                        "+ primary key shop.a.a_pkey (again)\n"
                                        "+ foreign key shop.b.b_fk (again)");
    end(&w);
}

/* Matched by shape, the database's name stays, also when the part is made again; under its new
 * column's name. */
static void test_made_again_under_the_kept_name(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgObject *a = simple_table(w.from, "a");
    make_column(w.from, a, "n", "integer");
    make_check(w.from, a, "legacy", "n > 0");
    make_check(w.from, a, "legacy2", "n < 9");
    a = simple_table(w.to, "a");
    make_former(w.to, &make_column(w.to, a, "m", "bigint")->object, "n");
    make_check(w.to, a, "?a_m_check", "m > 0");
    make_check(w.to, a, "?a_m_check1", "m < 9");
    assert_string_equal(order_text(&w),
                        "- check shop.a.legacy (again)\n- check shop.a.legacy2 (again)\n"
                        "~ column shop.a.n renamed to shop.a.m\n~ column shop.a.m\n"
                        "+ check shop.a.legacy (again)\n+ check shop.a.legacy2 (again)");
    const AgChange *made = g_ptr_array_index(w.ordered, 4);
    assert_string_equal(((const AgCheck *)made->new)->expression.written, "m > 0");
    assert_string_equal(back_text(&w),
                        "- check shop.a.legacy2 (again)\n- check shop.a.legacy (again)\n"
                        "~ column shop.a.n\n~ column shop.a.m renamed to shop.a.n\n"
                        "+ check shop.a.legacy2 (again)\n+ check shop.a.legacy (again)");
    end(&w);
}

static void test_unalterable_changes(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgSchema *s = sides[i];
        AgObject *a = simple_table(s, "a");
        make_check(s, a, "ck", i == 0 ? "id > 0" : "id > 1");
        AgIndex *index = make_index(s, a, "ix", "id");
        index->unique = i == 1;
        AgIndex *tuned = make_index(s, a, "tuned", "id");
        tuned->tablespace = i == 0 ? "slow" : "fast";
        make_reference(s, a, "fk", "id", "shop.a")->deferrable =
            i == 0 ? NULL : "initially-deferred";
        make_reference(s, a, "fk2", "id", "shop.a")->on_delete = i == 0 ? NULL : "cascade";
        AgColumn *plain = make_column(s, a, "was_plain", "bigint");
        if (i == 1)
            plain->generated = make_sql(s, "id + 1");
        AgColumn *made = make_column(s, a, "was_made", "bigint");
        if (i == 0)
            made->generated = make_sql(s, "id + 1");
    }
    assert_string_equal(order_text(&w),
                        "- index shop.ix (again)\n- foreign key shop.a.fk2 (again)\n"
                        "- check shop.a.ck (again)\n- column shop.a.was_plain\n"
                        "+ column shop.a.was_plain\n~ column shop.a.was_made\n"
                        "+ check shop.a.ck (again)\n~ foreign key shop.a.fk\n"
                        "+ index shop.ix (again)\n+ foreign key shop.a.fk2 (again)\n"
                        "~ index shop.tuned");
    /* DROP EXPRESSION has no way back in place. */
    const char *back = back_text(&w);
    assert_non_null(strstr(back, "- column shop.a.was_made\n"));
    assert_non_null(strstr(back, "+ column shop.a.was_made\n"));
    end(&w);
}

static void test_validation_goes_one_way(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_check(w.from, simple_table(w.from, "a"), "ck", "id > 0")->not_valid = true;
    make_check(w.to, simple_table(w.to, "a"), "ck", "id > 0");
    assert_string_equal(order_text(&w), "~ check shop.a.ck");
    assert_string_equal(back_text(&w), "- check shop.a.ck (again)\n+ check shop.a.ck (again)");
    end(&w);
}

static void make_moody(AgSchema *s, const char *values)
{
    make_enum(s, "shop", "mood", values);
    AgObject *a = simple_table(s, "a");
    make_column(s, a, "m", "shop.mood");
    make_check(s, a, "m_ck", "m <> 'sad'::shop.mood");
    make_index(s, a, "m_ix", "m");
    make_index(s, a, "part_ix", "id")->where = make_sql(s, "m = 'sad'::shop.mood");
}

static void test_rebuilt_enum(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_moody(w.from, "sad happy");
    make_moody(w.to, "sad fine happy");
    assert_string_equal(order_text(&w), "~ enum shop.mood");
    assert_string_equal(back_text(&w), "- index shop.part_ix (again)\n- check shop.a.m_ck (again)\n"
                                       "~ enum shop.mood\n+ check shop.a.m_ck (again)\n"
                                       "+ index shop.part_ix (again)");
    end(&w);
}

static void test_renamed_enum_values_are_no_rebuild(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_moody(w.from, "sad happy");
    make_enum(w.to, "shop", "mood", "gloomy happy");
    AgEnum *e = (AgEnum *)ag_schema_find(w.to, AG_KIND_ENUM, "shop", "mood");
    ((AgEnumValue *)g_ptr_array_index(e->values, 0))->former = ag_names_split(w.pool, "sad");
    AgObject *a = simple_table(w.to, "a");
    make_column(w.to, a, "m", "shop.mood");
    make_check(w.to, a, "m_ck", "m <> 'gloomy'::shop.mood");
    make_index(w.to, a, "m_ix", "m");
    make_index(w.to, a, "part_ix", "id")->where = make_sql(w.to, "m = 'gloomy'::shop.mood");
    assert_string_equal(order_text(&w), "~ enum shop.mood");
    assert_string_equal(back_text(&w), "~ enum shop.mood");
    end(&w);
}

static void test_type_change_to_new_enum(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    make_enum(w.from, "shop", "old", "a b");
    make_column(w.from, simple_table(w.from, "t"), "c", "shop.old");
    make_enum(w.to, "shop", "new", "a b");
    make_column(w.to, simple_table(w.to, "t"), "c", "shop.new");
    assert_string_equal(order_text(&w), "+ enum shop.new\n~ column shop.t.c\n- enum shop.old");
    end(&w);
}

/* Schemas of SQLite: nothing is made again, the rebuild of the table covers it. */
static void test_sqlite_alters_stay(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_SQLITE);
    AgSchema *sides[] = {w.from, w.to};
    for (int i = 0; i < 2; i++) {
        AgObject *a = simple_table(sides[i], "a");
        make_column(sides[i], a, "n", i == 0 ? "INTEGER" : "TEXT");
        make_check(sides[i], a, "ck", i == 0 ? "n > 0" : "n > 1");
        make_index(sides[i], a, "ix", "n")->unique = i == 1;
    }
    assert_string_equal(order_text(&w), "~ column a.n\n~ check a.ck\n~ index ix");
    end(&w);
}

static void test_unbreakable_loop(void **state)
{
    (void)state;
    World w = world_of(AG_DIALECT_POSTGRESQL);
    AgExtension *x = (AgExtension *)make_standing(w.to, &ag_kind_extension, NULL, "x");
    x->in = "s";
    /* s is dropped while an extension is to be made in it: nothing valid leads there */
    AgObject *s_old = make_standing(w.from, &ag_kind_namespace, NULL, "s");
    AgObject *s_new = make_standing(w.to, &ag_kind_namespace, NULL, "s");
    AgExtension *y = (AgExtension *)make_standing(w.from, &ag_kind_extension, NULL, "x");
    y->in = "s";
    GPtrArray *changes = ag_pool_array(w.pool);
    g_ptr_array_add(changes, ag_change_new(w.pool, AG_CREATE, NULL, s_new));
    g_ptr_array_add(changes, ag_change_new(w.pool, AG_DROP, s_old, NULL));
    AgChange *alter = ag_change_new(w.pool, AG_ALTER, &y->object, &x->object);
    g_ptr_array_add(changes, alter);
    assert_null(ag_order(w.pool, w.from, w.to, changes, w.diag));
    const AgProblem *problem = ag_diag_last(w.diag);
    assert_int_equal(problem->id, AG_PROBLEM_CYCLE);
    assert_string_equal(problem->message,
                        "these changes wait for each other: '+ schema s' -> '~ extension x' -> "
                        "'- schema s' -> '+ schema s'");
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_referred_tables_come_first),
        cmocka_unit_test(test_loop_of_tables),
        cmocka_unit_test(test_loop_of_tables_sqlite),
        cmocka_unit_test(test_self_reference_by_index),
        cmocka_unit_test(test_owned_sequence),
        cmocka_unit_test(test_owned_sequence_of_a_table_that_stays),
        cmocka_unit_test(test_owned_sequence_moves_with_its_table),
        cmocka_unit_test(test_names_are_free_before_they_are_taken),
        cmocka_unit_test(test_exchange_of_names),
        cmocka_unit_test(test_rename_before_what_uses_the_new_name),
        cmocka_unit_test(test_dependants_of_a_retyped_column),
        cmocka_unit_test(test_key_in_use_is_made_again),
        cmocka_unit_test(test_made_again_under_the_kept_name),
        cmocka_unit_test(test_unalterable_changes),
        cmocka_unit_test(test_validation_goes_one_way),
        cmocka_unit_test(test_rebuilt_enum),
        cmocka_unit_test(test_renamed_enum_values_are_no_rebuild),
        cmocka_unit_test(test_type_change_to_new_enum),
        cmocka_unit_test(test_sqlite_alters_stay),
        cmocka_unit_test(test_unbreakable_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
