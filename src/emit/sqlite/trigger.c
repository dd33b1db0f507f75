/* SPDX-License-Identifier: MIT */
#include "model/trigger.h"

#include "emit/sqlite/sqlite.h"

#include <string.h>

/* SQLite alters nothing about a trigger. */
static AgStrategy strategy(const AgChange *change)
{
    return change->verb == AG_ALTER ? AG_RECREATE : AG_IN_PLACE;
}

static const char *timing_of(const AgTrigger *trigger)
{
    if (trigger->timing == NULL || strcmp(trigger->timing, "before") == 0)
        return "BEFORE";
    return strcmp(trigger->timing, "after") == 0 ? "AFTER" : "INSTEAD OF";
}

static void put_events(AgWriting *w, GString *out, const AgTrigger *trigger)
{
    for (guint i = 0; i < trigger->events->len; i++) {
        g_autofree char *upper = g_ascii_strup(g_ptr_array_index(trigger->events, i), -1);
        g_string_append_printf(out, " %s", upper);
    }
    for (guint i = 0; trigger->update_of != NULL && i < trigger->update_of->len; i++) {
        g_string_append(out, i == 0 ? " OF " : ", ");
        ag_quote_name(w->dialect, out, g_ptr_array_index(trigger->update_of, i));
    }
}

char *ag_sqlite_create_trigger(AgWriting *w, const AgTrigger *trigger, const char *table)
{
    g_autoptr(GString) out = g_string_new("CREATE TRIGGER ");
    ag_quote_name(w->dialect, out, trigger->object.name);
    g_string_append_printf(out, " %s", timing_of(trigger));
    put_events(w, out, trigger);
    g_string_append_printf(out, " ON %s", table);
    if (trigger->level != NULL)
        g_string_append(out, " FOR EACH ROW");
    if (trigger->when.written != NULL)
        g_string_append_printf(out, "\nWHEN %s", trigger->when.written);
    g_string_append_printf(out, "\n%s", trigger->body.written);
    return ag_pool_text(w->pool, out->str);
}

static bool create(AgWriting *w, const AgChange *change)
{
    const char *table = ag_writing_qname(w, change->new);
    ag_write(w, change, "%s", ag_sqlite_create_trigger(w, (const AgTrigger *)change->new, table));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TRIGGER %s", ag_writing_name(w, change->old->name));
    return true;
}

/* Ordering puts DROP and CREATE in place of changes, and far enough apart. */
static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    drop(w, change);
    create(w, change);
    return change->changed & ~AG_FIELD_COMMON;
}

static bool rename_trigger(AgWriting *w, const AgChange *change)
{
    return drop(w, change) && create(w, change);
}

const AgKindWriter ag_sqlite_trigger = {
    .strategy = strategy,
    .create = create,
    .alter = alter,
    .rename = rename_trigger,
    .drop = drop,
};
