/* SPDX-License-Identifier: MIT */
/* NOT NULL of a column, which is a constraint with a name since version 18. */
#include "emit/postgres/postgres.h"
#include "model/default_name.h"

static const char *head(AgWriting *w, const AgChange *change)
{
    return ag_pool_printf(w->pool, "ALTER TABLE %s ALTER COLUMN %s",
                          ag_writing_qname(w, change->old),
                          ag_writing_name(w, ag_writing_current(w, change->old)->name));
}

static bool needs(AgWriting *w, const AgColumn *column)
{
    return !ag_column_says_not_null(column) ||
           ag_postgres_needs(w, &column->object, 180000,
                             "a name, a comment or an option of NOT NULL");
}

static void put_name(AgWriting *w, GString *out, const AgColumn *column)
{
    if (!ag_column_has_usual_not_null(column))
        g_string_append_printf(out, " CONSTRAINT %s", ag_writing_name(w, column->not_null_name));
}

/* The server takes NOT VALID inside CREATE TABLE for an idle word. */
bool ag_postgres_put_not_null(AgWriting *w, GString *out, const AgColumn *column)
{
    if (column->null || column->not_null_not_valid)
        return true;
    put_name(w, out, column);
    g_string_append_printf(out, " NOT NULL%s", column->not_null_no_inherit ? " NO INHERIT" : "");
    return needs(w, column);
}

/* --- what can only be said behind it --- */

/* The rows that are there are looked through; those of a foreign table are nobody's here. */
static void mark_checked(AgWriting *w, const AgChange *change, AgStatement *statement)
{
    if (ag_writing_is_new(w, change->new) || ag_table_is_foreign(change->new->parent))
        return;
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, change->new->parent);
}

static AgStatement *write_constraint(AgWriting *w, const AgChange *change, bool not_valid)
{
    const AgColumn *column = (const AgColumn *)change->new;
    g_autoptr(GString) name = g_string_new(NULL);
    put_name(w, name, column);
    return ag_write(w, change, "ALTER TABLE %s ADD%s NOT NULL %s%s%s",
                    ag_writing_qname(w, change->new), name->str,
                    ag_writing_name(w, ag_writing_current(w, change->new)->name),
                    column->not_null_no_inherit ? " NO INHERIT" : "",
                    not_valid ? " NOT VALID" : "");
}

static void add_constraint(AgWriting *w, const AgChange *change, bool not_valid)
{
    AgStatement *statement = write_constraint(w, change, not_valid);
    if (!not_valid)
        mark_checked(w, change, statement);
}

/* Where a side does not say the name, it is the other's. */
static const char *name_before(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    bool renamed = (change->changed & AG_FIELD_BIT(AG_COLUMN_NOT_NULL_NAME)) != 0;
    return old->not_null_name == NULL && new->not_null_name != NULL && !renamed
               ? new->not_null_name
               : ag_column_not_null(w->pool, old);
}

static const char *name_after(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    bool stays = old != NULL && !old->null && new->not_null_name == NULL;
    return stays && (change->changed & AG_FIELD_BIT(AG_COLUMN_NOT_NULL_NAME)) == 0
               ? name_before(w, change)
               : ag_column_not_null(w->pool, new);
}

static void write_comment(AgWriting *w, const AgChange *change)
{
    const AgColumn *column = (const AgColumn *)change->new;
    g_autoptr(GString) text = g_string_new(NULL);
    if (column->not_null_comment == NULL)
        g_string_append(text, "NULL");
    else
        ag_quote_text(text, column->not_null_comment);
    ag_write(w, change, "COMMENT ON CONSTRAINT %s ON %s IS %s",
             ag_writing_name(w, name_after(w, change)), ag_writing_qname(w, change->new),
             text->str);
}

bool ag_postgres_create_not_null_rest(AgWriting *w, const AgChange *change)
{
    const AgColumn *column = (const AgColumn *)change->new;
    if (column->null || !needs(w, column))
        return column->null;
    if (column->not_null_not_valid)
        add_constraint(w, change, true);
    if (column->not_null_comment != NULL)
        write_comment(w, change);
    return true;
}

/* --- ALTER --- */

static bool has_changed(const AgChange *change, int field)
{
    return (change->changed & AG_FIELD_BIT(field)) != 0;
}

static void set_not_null(AgWriting *w, const AgChange *change)
{
    mark_checked(w, change, ag_write(w, change, "%s SET NOT NULL", head(w, change)));
}

/* --- without a long lock: a check that is validated first, so that no row is read again --- */

/* Keys, identity and what logical replication goes by want NOT NULL at once. */
static bool can_wait(AgWriting *w, const AgChange *change)
{
    const AgColumn *new = (const AgColumn *)change->new;
    const AgObject *table = change->new->parent;
    return w->options->not_valid && !w->state->together &&
           !new->not_null_not_valid &&new->identity == NULL && !ag_column_is_in_own_key(new) &&
           ((const AgTable *)table)->replica_index == NULL && !ag_table_is_foreign(table) &&
           !ag_writing_is_new(w, change->new) && ag_postgres_family_waits(w, change);
}

static const char *promise(AgWriting *w, const AgChange *change)
{
    return ag_writing_name(w, ag_default_name(w->pool, "__ag", change->new->name, "not_null"));
}

static void put_promise(AgWriting *w, const AgChange *change)
{
    const AgObject *now = ag_writing_current(w, change->new);
    ag_write(w, change, "ALTER TABLE %s\n    ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID",
             ag_writing_qname(w, change->new), promise(w, change), ag_writing_name(w, now->name));
    g_ptr_array_add(w->state->late, ag_as_key(change));
}

static void say_not_null(AgWriting *w, const AgChange *change)
{
    if (ag_column_says_not_null((const AgColumn *)change->new))
        write_constraint(w, change, false);
    else
        ag_write(w, change, "%s SET NOT NULL", head(w, change));
}

void ag_postgres_keep_promise(AgWriting *w, const AgChange *change)
{
    const char *table = ag_writing_qname(w, change->new);
    AgStatement *statement = ag_write_alone(w, change, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                            table, promise(w, change));
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    say_not_null(w, change);
    if (((const AgColumn *)change->new)->not_null_comment != NULL)
        write_comment(w, change);
    ag_write(w, change, "ALTER TABLE %s DROP CONSTRAINT %s", table, promise(w, change));
}

static void write_null(AgWriting *w, const AgChange *change)
{
    const AgColumn *new = (const AgColumn *)change->new;
    if (new->null) {
        if (!ag_postgres_drop_null_here(w, change))
            ag_write(w, change, "%s DROP NOT NULL", head(w, change));
        return;
    }
    if (can_wait(w, change)) {
        put_promise(w, change);
        return;
    }
    if (ag_column_says_not_null(new))
        add_constraint(w, change, new->not_null_not_valid);
    else if (!ag_postgres_is_held_above(w, change))
        set_not_null(w, change);
    if (new->not_null_comment != NULL)
        write_comment(w, change);
}

/* A valid constraint becomes none that is not; so it is made anew. */
static void make_anew(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "%s DROP NOT NULL", head(w, change));
    add_constraint(w, change, true);
    if (((const AgColumn *)change->new)->not_null_comment != NULL)
        write_comment(w, change);
}

/* Children keep as their own what their parent passed on to them so far. */
static void drop_below(AgWriting *w, const AgChange *change)
{
    for (guint i = 0; i < w->to->objects->len; i++) {
        const AgObject *child = g_ptr_array_index(w->to->objects, i);
        if (child->info->kind != AG_KIND_TABLE || ((const AgTable *)child)->inherits == NULL ||
            ag_writing_is_new(w, child) ||
            !ag_table_is_child(w->pool, w->to, child, change->new->parent))
            continue;
        const AgObject *column = ag_object_part(child, AG_KIND_COLUMN, change->new->name);
        if (column != NULL && column->inherited && ((const AgColumn *)column)->null)
            ag_write(w, change, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                     ag_writing_qname(w, column), ag_writing_name(w, change->new->name));
    }
}

static void alter_constraint(AgWriting *w, const AgChange *change)
{
    const AgColumn *new = (const AgColumn *)change->new;
    const char *table = ag_writing_qname(w, change->old), *name = name_after(w, change);
    if (has_changed(change, AG_COLUMN_NOT_NULL_NAME))
        ag_write(w, change, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table,
                 ag_writing_name(w, name_before(w, change)), ag_writing_name(w, name));
    if (has_changed(change, AG_COLUMN_NOT_NULL_NO_INHERIT))
        ag_write(w, change, "ALTER TABLE %s ALTER CONSTRAINT %s %s", table,
                 ag_writing_name(w, name), new->not_null_no_inherit ? "NO INHERIT" : "INHERIT");
    if (has_changed(change, AG_COLUMN_NOT_NULL_NO_INHERIT) && new->not_null_no_inherit)
        drop_below(w, change);
    if (has_changed(change, AG_COLUMN_NOT_NULL_NOT_VALID))
        ag_write_hazard(w,
                        ag_write(w, change, "ALTER TABLE %s VALIDATE CONSTRAINT %s", table,
                                 ag_writing_name(w, name)),
                        AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    if (has_changed(change, AG_COLUMN_NOT_NULL_COMMENT))
        write_comment(w, change);
}

AgFieldSet ag_postgres_alter_not_null(AgWriting *w, const AgChange *change)
{
    const AgColumn *new = (const AgColumn *)change->new;
    AgFieldSet handled = 0;
    bool null = ag_postgres_take(change, AG_COLUMN_NULL, &handled);
    ag_postgres_take(change, AG_COLUMN_NOT_NULL_NAME, &handled);
    ag_postgres_take(change, AG_COLUMN_NOT_NULL_COMMENT, &handled);
    ag_postgres_take(change, AG_COLUMN_NOT_NULL_NOT_VALID, &handled);
    ag_postgres_take(change, AG_COLUMN_NOT_NULL_NO_INHERIT, &handled);
    if (handled == 0 || !needs(w, new))
        return handled;
    if (null)
        write_null(w, change);
    else if (has_changed(change, AG_COLUMN_NOT_NULL_NOT_VALID) && new->not_null_not_valid)
        make_anew(w, change);
    else
        alter_constraint(w, change);
    return handled;
}
