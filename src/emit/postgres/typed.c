/* SPDX-License-Identifier: MIT */
/* Typed tables (CREATE TABLE ... OF). The server alters neither the columns of such a table nor the
 * type while they are tied; so a table is untied before all else and tied when all is done. */
#include "emit/postgres/postgres.h"
#include "model/type_name.h"

static bool is_typed(const AgObject *object)
{
    return object->info->kind == AG_KIND_TABLE && ((const AgTable *)object)->of.written != NULL;
}

/* Whether the change is one of a type or of what it is made of. */
static bool touches_types(const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    const AgObject *top = object->parent != NULL ? object->parent : object;
    return ag_object_is_type(top) && (change->verb != AG_CREATE || top != object);
}

/* Whether the table has to be untied: anything of its own, or of a type, changes. */
static bool is_touched(const GPtrArray *changes, const AgObject *table)
{
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        const AgObject *ends[] = {change->old, change->new};
        for (size_t k = 0; k < G_N_ELEMENTS(ends); k++) {
            const AgObject *object = ends[k];
            if (object == NULL)
                continue;
            if (object == table)
                return change->verb != AG_ALTER ||
                       (change->changed & AG_FIELD_BIT(AG_TABLE_OF)) != 0;
            if (object->parent == table && object->info->kind == AG_KIND_COLUMN)
                return true;
        }
        if (touches_types(change))
            return true;
    }
    return false;
}

/* A change of the field between a table and itself stands for untying or tying it. */
static void add_changes(AgWriting *w, const AgSchema *side, const GPtrArray *changes,
                        GPtrArray *arranged)
{
    for (guint i = 0; i < side->objects->len; i++) {
        const AgObject *table = g_ptr_array_index(side->objects, i);
        if (!is_typed(table))
            continue;
        const AgObject *other = side == w->from ? ag_writing_twin(w, table) : NULL;
        if (!is_touched(changes, table) && (other == NULL || !is_touched(changes, other)))
            continue;
        AgChange *change = ag_change_new(w->pool, AG_ALTER, table, table);
        change->changed = AG_FIELD_BIT(AG_TABLE_OF);
        g_ptr_array_add(arranged, change);
    }
}

void ag_postgres_untie(AgWriting *w, const GPtrArray *changes, GPtrArray *arranged)
{
    add_changes(w, w->from, changes, arranged);
}

void ag_postgres_tie(AgWriting *w, const GPtrArray *changes, GPtrArray *arranged)
{
    add_changes(w, w->to, changes, arranged);
}

void ag_postgres_alter_of(AgWriting *w, const AgChange *change)
{
    const AgTable *table = (const AgTable *)change->new;
    if (change->old != change->new)
        return; /* is tied at the end */
    if (ag_writing_side(w, change->new) == w->from)
        ag_write(w, change, "ALTER TABLE %s NOT OF", ag_writing_qname(w, change->new));
    else
        ag_write(w, change, "ALTER TABLE %s OF %s", ag_writing_qname(w, change->new),
                 ag_postgres_type(w, change->new, table->of));
}
