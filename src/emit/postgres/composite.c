/* SPDX-License-Identifier: MIT */
#include "model/composite.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* --- attributes --- */

void ag_postgres_put_field(AgWriting *w, GString *out, const AgObject *object)
{
    const AgCompositeField *field = (const AgCompositeField *)object;
    ag_quote_name(w->dialect, out, ag_writing_current(w, object)->name);
    g_string_append_printf(out, " %s", ag_postgres_type(w, object, field->type));
    ag_postgres_put_collation(w, out, object, field->collation);
}

static bool create_field(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_field(w, out, change->new);
    ag_write(w, change, "ALTER TYPE %s ADD ATTRIBUTE %s", ag_writing_qname(w, change->new),
             out->str);
    return true;
}

/* The server alters an attribute only while no column of a table holds values of the type. */
static AgFieldSet alter_field(AgWriting *w, const AgChange *change)
{
    const AgCompositeField *new = (const AgCompositeField *)change->new;
    AgFieldSet handled = 0;
    bool type = ag_postgres_take(change, AG_COMPOSITE_FIELD_TYPE, &handled);
    bool collation = ag_postgres_take(change, AG_COMPOSITE_FIELD_COLLATION, &handled);
    if (!type && !collation)
        return 0;
    if (ag_postgres_is_stored(w, change->old->parent)) {
        ag_postgres_rebuild_type(w, change);
        return handled;
    }
    g_autoptr(GString) out = g_string_new(ag_postgres_type(w, change->new, new->type));
    ag_postgres_put_collation(w, out, change->new, new->collation);
    ag_write(w, change, "ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s",
             ag_writing_qname(w, change->old),
             ag_writing_name(w, ag_writing_current(w, change->old)->name), out->str);
    return handled;
}

static bool rename_field(AgWriting *w, const AgChange *change)
{
    if (!g_str_equal(change->old->name, change->new->name))
        ag_write(w, change, "ALTER TYPE %s RENAME ATTRIBUTE %s TO %s",
                 ag_writing_qname(w, change->old), ag_writing_name(w, change->old->name),
                 ag_writing_name(w, change->new->name));
    return true;
}

static bool drop_field(AgWriting *w, const AgChange *change)
{
    AgStatement *statement =
        ag_write(w, change, "ALTER TYPE %s DROP ATTRIBUTE %s", ag_writing_qname(w, change->old),
                 ag_writing_name(w, ag_writing_current(w, change->old)->name));
    if (ag_postgres_is_stored(w, change->old->parent))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    return true;
}

const AgKindWriter ag_postgres_composite_field_writer = {
    .strategy = choose_strategy,
    .create = create_field,
    .alter = alter_field,
    .rename = rename_field,
    .drop = drop_field,
};

/* --- the type --- */

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        g_string_append(out, i > 0 ? ",\n    " : "\n    ");
        ag_postgres_put_field(w, out,
                              ((const AgChange *)g_ptr_array_index(change->folded, i))->new);
    }
    ag_write(w, change, "CREATE TYPE %s AS (%s%s)", ag_writing_qname(w, change->new), out->str,
             out->len > 0 ? "\n" : "");
    return true;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "TYPE");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TYPE %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_composite_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = ag_postgres_alter_nothing, /* all it has are its parts */
    .rename = move,
    .drop = drop,
};
