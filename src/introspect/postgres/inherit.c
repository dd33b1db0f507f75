/* SPDX-License-Identifier: MIT */
/* Columns of partitions and inheriting tables that have more than their parent gives them: a
 * default of their own, and the like. */
#include "introspect/postgres/catalog.h"

#include <string.h>

static const AgColumn *parent_column(const AgCatalog *catalog, const AgPgTable *table,
                                     const char *name)
{
    for (guint i = 0; i < table->parents->len; i++) {
        const AgPgTable *parent = ag_catalog_table(catalog, g_ptr_array_index(table->parents, i));
        for (guint n = 1; parent != NULL && n <= parent->n_columns; n++)
            if (parent->columns[n].column != NULL && strcmp(parent->columns[n].name, name) == 0)
                return parent->columns[n].column;
    }
    return NULL;
}

/* What has no word in a model: another expression of a generated column. */
static bool is_generated_apart(const AgColumn *own, const AgColumn *from)
{
    return !ag_field_same(own, from, &ag_kind_column.fields[AG_COLUMN_GENERATED], false);
}

void ag_catalog_note_own_columns(AgCatalog *catalog)
{
    for (guint i = 0; i < catalog->table_list->len; i++) {
        const AgPgTable *table = g_ptr_array_index(catalog->table_list, i);
        for (guint n = 1; table->table != NULL && table->parents != NULL && n <= table->n_columns;
             n++) {
            AgColumn *column = table->columns[n].column;
            const AgColumn *from = column == NULL || !column->object.inherited
                                       ? NULL
                                       : parent_column(catalog, table, column->object.name);
            if (from == NULL)
                continue;
            column->own = ag_column_own(column, from);
            if (is_generated_apart(column, from))
                ag_catalog_unmanaged(catalog, "inherited column", table, column->object.name,
                                     "its expression is not that of its parent");
        }
    }
}
