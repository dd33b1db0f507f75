/* SPDX-License-Identifier: MIT */
/* The columns an expression may mean. */
#include "introspect/postgres/canonical_private.h"

#include "model/view.h"

#include <string.h>

static void add_column(AgCanonical *c, AgCanonicalTable *table, const char *name, const char *type,
                       AgQname collation)
{
    if (type == NULL || g_hash_table_contains(table->columns, name))
        return;
    AgPrintColumn *column = ag_pool_new0(c->scratch_pool, AgPrintColumn);
    *column = (AgPrintColumn){.name = name, .type = type, .collation = collation};
    g_hash_table_insert(table->columns, (gpointer)(guintptr)name, column);
    g_ptr_array_add(table->column_list, column);
}

static void list_view_columns(AgCanonical *c, AgCanonicalTable *table)
{
    const GPtrArray *shape = ((const AgView *)table->live)->shape;
    for (guint i = 0; shape != NULL && i < shape->len; i++) {
        const AgShapeColumn *column = g_ptr_array_index(shape, i);
        add_column(c, table, column->name, column->type, (AgQname){NULL, NULL});
    }
}

void ag_canonical_list_columns(AgCanonical *c, AgCanonicalTable *table)
{
    if (table->columns != NULL)
        return;
    table->columns = ag_pool_table(c->scratch_pool, g_str_hash, g_str_equal);
    table->column_list = ag_pool_array(c->scratch_pool);
    if (table->desired->object.info->kind != AG_KIND_TABLE) {
        list_view_columns(c, table);
        return;
    }
    const GPtrArray *lists[] = {table->desired->object.parts, table->live->parts};
    for (guint side = 0; side < 2; side++) {
        for (guint i = 0; lists[side] != NULL && i < lists[side]->len; i++) {
            const AgObject *part = g_ptr_array_index(lists[side], i);
            const AgColumn *column = (const AgColumn *)part;
            if (part->info->kind == AG_KIND_COLUMN)
                add_column(c, table, part->name,
                           column->type.canonical != NULL ? column->type.canonical
                                                          : column->type.written,
                           column->collation);
        }
    }
}

GPtrArray *ag_canonical_row_columns(AgCanonical *c, const AgCanonicalTable *table)
{
    GPtrArray *list = ag_pool_array(c->scratch_pool);
    const GPtrArray *parts = table->live->parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        const char *now =
            table->renamed == NULL ? NULL : g_hash_table_lookup(table->renamed, part->name);
        AgPrintColumn *column =
            part->info->kind != AG_KIND_COLUMN
                ? NULL
                : g_hash_table_lookup(table->columns, now != NULL ? now : part->name);
        if (column != NULL)
            g_ptr_array_add(list, column);
    }
    for (guint i = 0; i < table->column_list->len; i++)
        if (!g_ptr_array_find(list, g_ptr_array_index(table->column_list, i), NULL))
            g_ptr_array_add(list, g_ptr_array_index(table->column_list, i));
    return list;
}
