/* SPDX-License-Identifier: MIT */
#include "model/view.h"

#include "emit/sqlite/sqlite.h"

#include <string.h>

/* SQLite alters nothing about a view and looks into it only when it is read. */
static AgStrategy strategy(const AgChange *change)
{
    return change->verb == AG_ALTER ? AG_RECREATE : AG_IN_PLACE;
}

/* Triggers that models ignore went with the view. Only one side lives in a database. */
static void restore_triggers(AgWriting *w, const AgChange *change)
{
    const GPtrArray *items = w->from->unmanaged->len > 0 ? w->from->unmanaged : w->to->unmanaged;
    for (guint i = 0; change->recreate && i < items->len; i++) {
        const AgUnmanaged *item = g_ptr_array_index(items, i);
        if (item->text != NULL && strcmp(item->noun, "trigger") == 0 &&
            ag_name_same(item->table.name, change->new->name, true))
            ag_write(w, change, "%s", item->text);
    }
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgView *view = (const AgView *)change->new;
    g_autoptr(GString) columns = g_string_new(NULL);
    if (view->columns != NULL && view->columns->len > 0) {
        g_string_append(columns, " (");
        ag_quote_names(w->dialect, columns, view->columns);
        g_string_append_c(columns, ')');
    }
    ag_write(w, change, "CREATE VIEW %s%s AS\n%s", ag_writing_name(w, view->object.name),
             columns->str, view->query.written);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        ag_sqlite_trigger.create(w, g_ptr_array_index(change->folded, i));
    restore_triggers(w, change);
    ag_sqlite_refill_over(w, change);
    return true;
}

/* Its triggers go with it. */
static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP VIEW %s", ag_writing_name(w, change->old->name));
    return true;
}

/* Ordering puts DROP and CREATE in place of changes, and far enough apart. */
static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    drop(w, change);
    create(w, change);
    return change->changed & ~AG_FIELD_COMMON;
}

static bool rename_view(AgWriting *w, const AgChange *change)
{
    return drop(w, change) && create(w, change);
}

const AgKindWriter ag_sqlite_view = {
    .strategy = strategy,
    .create = create,
    .alter = alter,
    .rename = rename_view,
    .drop = drop,
};
