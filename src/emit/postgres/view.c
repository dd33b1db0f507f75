/* SPDX-License-Identifier: MIT */
#include "model/view.h"

#include "emit/postgres/postgres.h"

#include <string.h>

/* --- what both kinds share --- */

static bool create_parts(AgWriting *w, const AgChange *change)
{
    bool ok = true;
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgChange *part = g_ptr_array_index(change->folded, i);
        ok = ag_postgres_writer(part->new->info->kind)->create(w, part) && ok;
    }
    return ok;
}

static void put_column_names(AgWriting *w, GString *out, const AgView *view)
{
    for (guint i = 0; view->columns != NULL && i < view->columns->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : " (",
                               ag_writing_name(w, g_ptr_array_index(view->columns, i)));
    if (view->columns != NULL && view->columns->len > 0)
        g_string_append_c(out, ')');
}

/* What hangs on the view and no model can say would not come back with it. */
static bool keeps_rest(AgWriting *w, const AgObject *view)
{
    for (guint i = 0; i < w->from->unmanaged->len; i++) {
        const AgUnmanaged *other = g_ptr_array_index(w->from->unmanaged, i);
        if (g_strcmp0(other->table.name, view->name) != 0 ||
            g_strcmp0(other->table.schema, view->schema) != 0)
            continue;
        ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, view->place,
                "%s '%s' has to be made anew and would lose %s '%s'", view->info->noun,
                ag_object_label(w->pool, view), other->noun, other->label);
        ag_hint(w->diag, "take it away first, in a revision of its own, and make it again after");
        return false;
    }
    return true;
}

/* --- views --- */

static AgStrategy view_strategy(const AgChange *change)
{
    bool requeried =
        (change->changed & (AG_FIELD_BIT(AG_VIEW_QUERY) | AG_FIELD_BIT(AG_VIEW_COLUMNS))) != 0;
    return requeried &&
                   !ag_view_can_replace((const AgView *)change->old, (const AgView *)change->new)
               ? AG_RECREATE
               : AG_IN_PLACE;
}

static bool has_check(const AgView *view)
{
    return view->check_option != NULL && strcmp(view->check_option, "none") != 0;
}

/* Everything, because CREATE OR REPLACE takes what is not said for the default. */
static bool write_view(AgWriting *w, const AgChange *change, const AgObject *named,
                       const char *create)
{
    const AgView *view = (const AgView *)change->new;
    if (view->security_invoker &&
        !ag_postgres_needs(w, change->new, 150000, "a view with security-invoker"))
        return false;
    g_autoptr(GString) out = g_string_new(create);
    g_string_append_printf(out, " %s", ag_writing_qname(w, named));
    put_column_names(w, out, view);
    if (view->security_barrier || view->security_invoker)
        g_string_append_printf(out, "\n    WITH (%s%s%s)",
                               view->security_barrier ? "security_barrier = true" : "",
                               view->security_barrier && view->security_invoker ? ", " : "",
                               view->security_invoker ? "security_invoker = true" : "");
    g_string_append_printf(out, " AS\n%s", ag_postgres_expression(w, change->new, view->query));
    if (has_check(view))
        g_string_append_printf(out, "\n    WITH %s CHECK OPTION",
                               strcmp(view->check_option, "local") == 0 ? "LOCAL" : "CASCADED");
    ag_write(w, change, "%s", out->str);
    return true;
}

static bool create_view(AgWriting *w, const AgChange *change)
{
    if (!write_view(w, change, change->new, "CREATE VIEW"))
        return false;
    return create_parts(w, change);
}

static void set_flag(AgWriting *w, const AgChange *change, const char *name, bool on)
{
    const char *view = ag_writing_qname(w, change->old);
    if (on)
        ag_write(w, change, "ALTER VIEW %s SET (%s = true)", view, name);
    else
        ag_write(w, change, "ALTER VIEW %s RESET (%s)", view, name);
}

static AgFieldSet alter_view(AgWriting *w, const AgChange *change)
{
    const AgView *view = (const AgView *)change->new;
    AgFieldSet handled = 0;
    bool barrier = ag_postgres_take(change, AG_VIEW_SECURITY_BARRIER, &handled);
    bool invoker = ag_postgres_take(change, AG_VIEW_SECURITY_INVOKER, &handled);
    bool check = ag_postgres_take(change, AG_VIEW_CHECK_OPTION, &handled);
    bool named = ag_postgres_take(change, AG_VIEW_COLUMNS, &handled);
    if (ag_postgres_take(change, AG_VIEW_QUERY, &handled) || named) {
        write_view(w, change, change->old, "CREATE OR REPLACE VIEW");
        return handled;
    }
    if (barrier)
        set_flag(w, change, "security_barrier", view->security_barrier);
    if (invoker && (!view->security_invoker ||
                    ag_postgres_needs(w, change->new, 150000, "a view with security-invoker")))
        set_flag(w, change, "security_invoker", view->security_invoker);
    if (check && has_check(view))
        ag_write(w, change, "ALTER VIEW %s SET (check_option = %s)",
                 ag_writing_qname(w, change->old), view->check_option);
    else if (check)
        ag_write(w, change, "ALTER VIEW %s RESET (check_option)", ag_writing_qname(w, change->old));
    return handled;
}

static bool move_view(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "VIEW");
}

static bool drop_view(AgWriting *w, const AgChange *change)
{
    if (change->recreate && !keeps_rest(w, change->old))
        return false;
    ag_write(w, change, "DROP VIEW %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_view_writer = {
    .strategy = view_strategy,
    .create = create_view,
    .alter = alter_view,
    .rename = move_view,
    .drop = drop_view,
};

/* --- materialized views --- */

static AgStrategy materialized_strategy(const AgChange *change)
{
    bool requeried = (change->changed & (AG_FIELD_BIT(AG_MATERIALIZED_VIEW_QUERY) |
                                         AG_FIELD_BIT(AG_MATERIALIZED_VIEW_COLUMNS))) != 0;
    return requeried ? AG_RECREATE : AG_IN_PLACE;
}

static bool create_materialized(AgWriting *w, const AgChange *change)
{
    const AgView *view = (const AgView *)change->new;
    g_autoptr(GString) out = g_string_new("CREATE MATERIALIZED VIEW ");
    g_string_append(out, ag_writing_qname(w, change->new));
    put_column_names(w, out, view);
    if (view->method != NULL)
        g_string_append_printf(out, "\n    USING %s", ag_writing_name(w, view->method));
    if (view->params != NULL && view->params->len > 0) {
        g_string_append(out, "\n    WITH (");
        ag_postgres_put_options(w, out, view->params);
        g_string_append_c(out, ')');
    }
    if (view->tablespace != NULL)
        g_string_append_printf(out, "\n    TABLESPACE %s", ag_writing_name(w, view->tablespace));
    g_string_append_printf(out, " AS\n%s", ag_postgres_expression(w, change->new, view->query));
    if (view->with_no_data)
        g_string_append(out, "\n    WITH NO DATA");
    ag_write(w, change, "%s", out->str);
    return create_parts(w, change);
}

static AgFieldSet alter_materialized(AgWriting *w, const AgChange *change)
{
    const AgView *old = (const AgView *)change->old, *view = (const AgView *)change->new;
    const char *name = ag_writing_qname(w, change->old);
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_MATERIALIZED_VIEW_METHOD, &handled) &&
        ag_postgres_needs(w, change->new, 150000, "another access method"))
        ag_write_hazard(w,
                        ag_write(w, change, "ALTER MATERIALIZED VIEW %s SET ACCESS METHOD %s", name,
                                 ag_writing_name(w, view->method != NULL ? view->method : "heap")),
                        AG_PROBLEM_HAZARD_REWRITES_TABLE, change->new);
    if (ag_postgres_take(change, AG_MATERIALIZED_VIEW_TABLESPACE, &handled))
        ag_write_hazard(w,
                        ag_write(w, change, "ALTER MATERIALIZED VIEW %s SET TABLESPACE %s", name,
                                 ag_writing_name(w, view->tablespace != NULL ? view->tablespace
                                                                             : "pg_default")),
                        AG_PROBLEM_HAZARD_REWRITES_TABLE, change->new);
    if (ag_postgres_take(change, AG_MATERIALIZED_VIEW_PARAMS, &handled))
        ag_postgres_alter_options(w, change, "MATERIALIZED VIEW", name, old->params, view->params);
    if (ag_postgres_take(change, AG_MATERIALIZED_VIEW_WITH_NO_DATA, &handled))
        ag_write_hazard(w,
                        ag_write(w, change, "REFRESH MATERIALIZED VIEW %s%s", name,
                                 view->with_no_data ? " WITH NO DATA" : ""),
                        AG_PROBLEM_HAZARD_LOCKS_TABLE, change->new);
    return handled;
}

static bool move_materialized(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "MATERIALIZED VIEW");
}

static bool drop_materialized(AgWriting *w, const AgChange *change)
{
    if (change->recreate && !keeps_rest(w, change->old))
        return false;
    ag_write(w, change, "DROP MATERIALIZED VIEW %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_materialized_view_writer = {
    .strategy = materialized_strategy,
    .create = create_materialized,
    .alter = alter_materialized,
    .rename = move_materialized,
    .drop = drop_materialized,
};

/* --- columns with words of their own --- */

static AgStrategy column_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* The query makes and drops the column; only what is said of it comes and goes. */
static void set_default(AgWriting *w, const AgChange *change, const AgObject *column, AgSql sql)
{
    const char *view = ag_writing_qname(w, column), *name = ag_writing_name(w, column->name);
    if (sql.written != NULL)
        ag_write(w, change, "ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s", view, name,
                 ag_postgres_default(w, column, sql));
    else
        ag_write(w, change, "ALTER VIEW %s ALTER COLUMN %s DROP DEFAULT", view, name);
}

static bool create_column(AgWriting *w, const AgChange *change)
{
    const AgViewColumn *column = (const AgViewColumn *)change->new;
    if (column->default_sql.written != NULL)
        set_default(w, change, change->new, column->default_sql);
    return true;
}

static AgFieldSet alter_column(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_VIEW_COLUMN_DEFAULT_SQL, &handled))
        set_default(w, change, change->old, ((const AgViewColumn *)change->new)->default_sql);
    return handled;
}

/* The view stays. */
static bool drop_column(AgWriting *w, const AgChange *change)
{
    const AgViewColumn *column = (const AgViewColumn *)change->old;
    if (column->default_sql.written != NULL)
        set_default(w, change, change->old, (AgSql){0});
    if (change->old->comment != NULL)
        ag_write(w, change, "COMMENT ON COLUMN %s.%s IS NULL", ag_writing_qname(w, change->old),
                 ag_writing_name(w, change->old->name));
    return ag_postgres_revoke_all(w, change);
}

const AgKindWriter ag_postgres_view_column_writer = {
    .strategy = column_strategy,
    .create = create_column,
    .alter = alter_column,
    .rename = ag_postgres_move_nothing,
    .drop = drop_column,
};
