/* SPDX-License-Identifier: MIT */
/* ALTER COLUMN: several fields at once in the order in which the server allows them. */
#include "emit/postgres/postgres.h"

/* "ALTER TABLE t ALTER COLUMN c" under the names in force. */
static const char *head(AgWriting *w, const AgChange *change)
{
    return ag_pool_printf(w->pool, "ALTER TABLE %s ALTER COLUMN %s",
                          ag_writing_qname(w, change->old),
                          ag_writing_name(w, ag_writing_current(w, change->old)->name));
}

static bool has_changed(const AgChange *change, int field)
{
    return (change->changed & AG_FIELD_BIT(field)) != 0;
}

static bool changes_type(const AgChange *change)
{
    return has_changed(change, AG_COLUMN_TYPE) || has_changed(change, AG_COLUMN_COLLATION);
}

/* --- the type --- */

static void put_using(AgWriting *w, GString *out, const AgChange *change, unsigned cast)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    const char *name = ag_writing_name(w, ag_writing_current(w, change->old)->name);
    bool arrays = g_str_has_suffix(ag_postgres_print(w, old->type), "[]") &&
                  g_str_has_suffix(ag_postgres_print(w, new->type), "[]");
    /* The server computes generated columns anew and refuses a USING for them. */
    if (new->generated.written != NULL || ag_table_is_foreign(change->new->parent))
        return;
    if (new->using.written != NULL)
        g_string_append_printf(out, " USING %s",
                               ag_postgres_expression(w, change->new, new->using));
    else if ((cast & AG_CAST_THROUGH_TEXT) != 0)
        g_string_append_printf(out, " USING %s::%s::%s", name, arrays ? "text[]" : "text",
                               ag_postgres_type(w, change->new, new->type));
    else if ((cast & AG_CAST_EXPLICIT) != 0)
        g_string_append_printf(out, " USING %s::%s", name,
                               ag_postgres_type(w, change->new, new->type));
}

void ag_postgres_mark_cast(AgWriting *w, AgStatement *statement, const AgObject *column,
                           unsigned cast)
{
    if ((cast & AG_CAST_CHANGES) != 0)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, column);
    if ((cast & AG_CAST_IN_ZONE) != 0)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_READS_TIME_ZONE, column);
    if ((cast & AG_CAST_MAY_FAIL) != 0)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, column);
    if ((cast & AG_CAST_REWRITES) != 0)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, column->parent);
    if ((cast & AG_CAST_REBUILDS) != 0)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REBUILDS_INDEX, column);
}

static void write_type(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    const char *type = ag_postgres_type(w, change->new, new->type);
    /* Two names of one type that was renamed before. */
    if (!has_changed(change, AG_COLUMN_COLLATION) &&
        g_str_equal(ag_postgres_type(w, change->old, old->type), type))
        return;
    unsigned cast = ag_postgres_cast_between(w, change->old, old->type, change->new, new->type);
    if (new->generated.written != NULL)
        cast &= AG_CAST_REWRITES | AG_CAST_REBUILDS;
    else if (new->using.written != NULL)
        cast = (cast & ~(unsigned)AG_CAST_IN_ZONE) | AG_CAST_REWRITES | AG_CAST_CHANGES |
               AG_CAST_MAY_FAIL;
    if (has_changed(change, AG_COLUMN_COLLATION))
        cast |= AG_CAST_REBUILDS;
    /* Nothing is converted here, and the server takes no USING. */
    if (ag_table_is_foreign(change->new->parent))
        cast = AG_CAST_FREE;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "%s TYPE %s", head(w, change), type);
    ag_postgres_put_collation(w, out, change->new, new->collation);
    put_using(w, out, change, cast);
    ag_postgres_mark_cast(w, ag_write(w, change, "%s", out->str), change->new, cast);
}

/* --- the order of things --- */

/* The server would try to cast the old default to the new type, and fails where it cannot. */
static void drop_default(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    bool goes = has_changed(change, AG_COLUMN_DEFAULT_SQL) && new->default_sql.written == NULL;
    /* Where both have none it goes again: the column got that of its parent meanwhile. */
    if (goes || (old->default_sql.written != NULL && changes_type(change)))
        ag_write(w, change, "%s DROP DEFAULT", head(w, change));
    else if (changes_type(change))
        ag_postgres_drop_defaults_below(w, change);
}

static void set_default(AgWriting *w, const AgChange *change)
{
    const AgColumn *new = (const AgColumn *)change->new;
    if (new->default_sql.written == NULL)
        return;
    if (has_changed(change, AG_COLUMN_DEFAULT_SQL) || changes_type(change))
        ag_write(w, change, "%s SET DEFAULT %s", head(w, change),
                 ag_postgres_expression(w, change->new, new->default_sql));
}

/* Stored to plain; everything else about generated columns makes them anew. */
static void drop_expression(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    if (old->generated.written != NULL && new->generated.written == NULL)
        ag_write(w, change, "%s DROP EXPRESSION", head(w, change));
}

static AgFieldSet take_identity(const AgChange *change)
{
    AgFieldSet fields = 0;
    ag_postgres_take(change, AG_COLUMN_IDENTITY, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_START, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_INCREMENT, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_MIN, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_MAX, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_CACHE, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_CYCLE, &fields);
    ag_postgres_take(change, AG_COLUMN_IDENTITY_SEQUENCE, &fields);
    return fields;
}

/* What changes the type or the default also takes along the other one: see drop_default. */
AgFieldSet ag_postgres_alter_column(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = take_identity(change);
    bool identity = handled != 0;
    if (ag_postgres_take(change, AG_COLUMN_GENERATED, &handled))
        drop_expression(w, change);
    ag_postgres_take(change, AG_COLUMN_GENERATED_KIND, &handled);
    drop_default(w, change);
    if (identity)
        ag_postgres_drop_identity(w, change);
    ag_postgres_prepare_identity(w, change);
    if (changes_type(change))
        write_type(w, change);
    ag_postgres_take(change, AG_COLUMN_TYPE, &handled);
    ag_postgres_take(change, AG_COLUMN_COLLATION, &handled);
    handled |= ag_postgres_alter_not_null(w, change);
    if (identity)
        ag_postgres_add_identity(w, change);
    set_default(w, change);
    ag_postgres_take(change, AG_COLUMN_DEFAULT_SQL, &handled);
    if (identity)
        ag_postgres_continue_sequence(w, change);
    return handled | ag_postgres_alter_column_rest(w, change);
}
