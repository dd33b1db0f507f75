/* SPDX-License-Identifier: MIT */
#include "db/db.h"

#include <string.h>

int ag_rows_column(const AgRows *rows, const char *name)
{
    for (guint i = 0; i < rows->n_columns; i++)
        if (strcmp(rows->names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *ag_rows_get(const AgRows *rows, guint row, int column)
{
    g_assert(row < rows->n_rows && column >= 0 && (guint)column < rows->n_columns);
    return rows->cells[(size_t)row * rows->n_columns + (size_t)column];
}
