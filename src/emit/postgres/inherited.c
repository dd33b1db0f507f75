/* SPDX-License-Identifier: MIT */
/* Columns of a new partition, or of a new table that inherits, that are not quite their parent's.
 */
#include "emit/postgres/postgres.h"

/* As the server makes it, in what the model says otherwise. */
static AgColumn *as_made(AgWriting *w, const AgColumn *column)
{
    AgColumn *made = ag_pool_new0(w->pool, AgColumn);
    *made = *column;
    made->default_sql = (AgSql){0};
    made->null = !column->null;
    made->params = NULL;
    return made;
}

static bool set_own(AgWriting *w, const AgColumn *column)
{
    AgFieldSet own = column->own & ~AG_FIELD_COMMON;
    if (!column->null && ag_column_is_in_own_key(column))
        own &= ~AG_FIELD_BIT(AG_COLUMN_NULL);
    AgChange *change =
        ag_change_new(w->pool, AG_ALTER, &as_made(w, column)->object, &column->object);
    change->changed = own;
    return ag_postgres_alter_column(w, change) == own;
}

static bool describe(AgWriting *w, const AgObject *column)
{
    AgChange *change = ag_change_new(w->pool, AG_CREATE, NULL, column);
    return (column->comment == NULL || ag_postgres_comment(w, change)) &&
           (column->grants == NULL || ag_postgres_grants(w, change));
}

bool ag_postgres_create_own(AgWriting *w, const AgObject *table)
{
    bool good = true;
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        const AgColumn *column = (const AgColumn *)part;
        if (part->info->kind == AG_KIND_COLUMN && part->inherited)
            good = set_own(w, column) && describe(w, part) && good;
    }
    return good;
}
