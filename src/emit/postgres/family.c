/* SPDX-License-Identifier: MIT */
/* Partitions and children of a table that becomes NOT NULL without keeping writers out. */
#include "emit/postgres/postgres.h"

/* Whether a table above brings NOT NULL to an inherited column. */
static bool is_brought(AgWriting *w, const AgObject *column)
{
    if (!column->inherited)
        return false;
    const GPtrArray *above = ag_table_ancestors(w->pool, w->to, column->parent);
    for (guint i = 0; i < above->len; i++) {
        const AgObject *same =
            ag_object_part(g_ptr_array_index(above, i), AG_KIND_COLUMN, column->name);
        if (same != NULL && !((const AgColumn *)same)->null)
            return true;
    }
    return false;
}

GPtrArray *ag_postgres_tables_below(AgWriting *w, const AgSchema *side, const AgObject *table)
{
    GPtrArray *list = ag_pool_array(w->pool);
    for (guint i = 0; i < side->objects->len; i++) {
        AgObject *object = g_ptr_array_index(side->objects, i);
        if (object->info->kind == AG_KIND_TABLE && ag_table_has_parents(object) &&
            g_ptr_array_find(ag_table_ancestors(w->pool, side, object), table, NULL))
            g_ptr_array_add(list, object);
    }
    return list;
}

/* Whether the table gets other parents, or goes from its parent and comes back. */
static bool is_moved(AgWriting *w, const AgObject *table)
{
    const AgFieldSet ties = AG_FIELD_BIT(AG_TABLE_INHERITS) | AG_FIELD_BIT(AG_TABLE_PARTITION_OF) |
                            AG_FIELD_BIT(AG_TABLE_BOUND);
    const GPtrArray *changes = ag_writing_changes_of(w, table);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_ALTER && change->new == table && (change->changed & ties) != 0)
            return true;
    }
    return false;
}

/* Keys and what logical replication goes by want NOT NULL at once, and the server looks into no
 * foreign table. */
static bool can_wait(AgWriting *w, const AgObject *table, const char *name)
{
    const AgObject *column = ag_object_part(table, AG_KIND_COLUMN, name);
    return ag_writing_is_new(w, table) ||
           (column != NULL && !ag_column_is_in_own_key((const AgColumn *)column) &&
            ((const AgTable *)table)->replica_index == NULL && !ag_table_is_foreign(table) &&
            !is_moved(w, table));
}

bool ag_postgres_family_waits(AgWriting *w, const AgChange *change)
{
    const AgObject *table = change->new->parent;
    if (is_brought(w, change->new) || is_moved(w, table))
        return false;
    GPtrArray *after = ag_postgres_tables_below(w, w->to, table);
    GPtrArray *before = ag_postgres_tables_below(w, w->from, change->old->parent);
    if (((const AgColumn *)change->new)->not_null_no_inherit && after->len + before->len > 0)
        return false;
    guint stay = 0, are_new = 0;
    for (guint i = 0; i < after->len; i++) {
        if (!can_wait(w, g_ptr_array_index(after, i), change->new->name))
            return false;
        are_new += ag_writing_is_new(w, g_ptr_array_index(after, i));
    }
    for (guint i = 0; i < before->len; i++) {
        const AgObject *twin = ag_writing_twin(w, g_ptr_array_index(before, i));
        if (twin != NULL && !g_ptr_array_find(after, twin, NULL))
            return false;
        stay += twin != NULL;
    }
    return stay + are_new == after->len;
}
