/* SPDX-License-Identifier: MIT */
/* Columns of partitions and inheriting tables that have more than their parent gives them: a
 * default of their own, and the like. Models have no word for it. */
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

/* Fields in which a child follows its parent from the beginning. */
static bool differs(const AgColumn *own, const AgColumn *from)
{
    static const unsigned same[] = {AG_COLUMN_DEFAULT_SQL, AG_COLUMN_NULL, AG_COLUMN_GENERATED};
    static const unsigned own_only[] = {AG_COLUMN_STORAGE, AG_COLUMN_COMPRESSION,
                                        AG_COLUMN_STATISTICS, AG_COLUMN_PARAMS};
    const AgField *fields = ag_kind_column.fields;
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++)
        if (!ag_field_same(own, from, &fields[same[i]], false))
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(own_only); i++)
        if (ag_field_is_set(own, &fields[own_only[i]]) &&
            !ag_field_same(own, from, &fields[own_only[i]], false))
            return true;
    return own->object.comment != NULL;
}

void ag_catalog_note_own_columns(AgCatalog *catalog)
{
    for (guint i = 0; i < catalog->table_list->len; i++) {
        const AgPgTable *table = g_ptr_array_index(catalog->table_list, i);
        for (guint n = 1; table->table != NULL && table->parents != NULL && n <= table->n_columns;
             n++) {
            const AgColumn *column = table->columns[n].column;
            const AgColumn *from = column == NULL || !column->object.inherited
                                       ? NULL
                                       : parent_column(catalog, table, column->object.name);
            if (from != NULL && differs(column, from))
                ag_catalog_unmanaged(catalog, "inherited column", table, column->object.name,
                                     "has a default, NOT NULL or storage of its own");
        }
    }
}
