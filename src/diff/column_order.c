/* SPDX-License-Identifier: MIT */
#include "diff/diff.h"

#include "model/table.h"

#include <string.h>

/* Where the column of that name stands among those of the table; 0: nowhere. */
static guint place_of(GHashTable *places, const AgObject *column)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(places, column->name));
}

static bool is_moved(const AgObject *live, const AgObject *model)
{
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; live->parts != NULL && i < live->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(live->parts, i);
        if (part->info->kind == AG_KIND_COLUMN)
            g_hash_table_insert(places, (gpointer)(guintptr)part->name, GUINT_TO_POINTER(i + 1));
    }
    guint last = 0;
    for (guint i = 0; model->parts != NULL && i < model->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(model->parts, i);
        guint place = part->info->kind == AG_KIND_COLUMN ? place_of(places, part) : 0;
        if (place > 0 && place < last)
            return true;
        last = MAX(last, place);
    }
    return false;
}

GPtrArray *ag_diff_moved_columns(AgPool *pool, const AgSchema *live, const AgSchema *models)
{
    GPtrArray *tables = ag_pool_array(pool);
    for (guint i = 0; i < models->objects->len; i++) {
        AgObject *model = g_ptr_array_index(models->objects, i);
        const AgObject *found = model->info->kind != AG_KIND_TABLE || ag_table_has_parents(model)
                                    ? NULL
                                    : ag_schema_find_like(live, model);
        if (found != NULL && is_moved(found, model))
            g_ptr_array_add(tables, model);
    }
    return tables;
}
