/* SPDX-License-Identifier: MIT */
/* Random objects that stand beside tables, for test_model_write.c, whose helpers it uses. */
#pragma once

static void add_view_column(Maker *m, AgObject *view)
{
    AgObject *object = ag_object_new(m->pool, &ag_kind_view_column, view, NULL, new_name(m, "vc"));
    object->comment = some_comment(m);
    if (view->info == &ag_kind_view && chance(m, 60))
        ((AgViewColumn *)object)->default_sql = sql_of(some_expression(m));
}

static void add_view(Maker *m, const char *schema, bool materialized)
{
    static const char *const checks[] = {"local", "cascaded"};
    const AgKindInfo *info = materialized ? &ag_kind_materialized_view : &ag_kind_view;
    AgView *view = (AgView *)add(m, info, NULL, schema, new_name(m, "v"));
    view->query = sql_of(ag_pool_printf(m->pool, "SELECT %s", some_expression(m)));
    view->object.comment = some_comment(m);
    if (chance(m, 40))
        view->columns = ag_names_split(m->pool, "a \"b c\"");
    if (chance(m, 40))
        view->depends_on = ag_names_split(m->pool, "shop.f other");
    if (materialized) {
        view->method = chance(m, 40) ? "heap" : NULL;
        view->tablespace = chance(m, 40) ? "fast disk" : NULL;
        view->params = chance(m, 40) ? some_options(m) : NULL;
        view->with_no_data = chance(m, 40);
    } else {
        view->security_invoker = chance(m, 40);
        view->security_barrier = chance(m, 40);
        view->check_option = chance(m, 40) ? PICK(m, checks) : NULL;
    }
    if (chance(m, 60))
        add_view_column(m, &view->object);
    assert_true(ag_schema_add(m->schema, &view->object));
}
