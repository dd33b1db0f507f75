/* SPDX-License-Identifier: MIT */
#include "model/trigger.h"

#include <string.h>

#include "emit/postgres/postgres.h"

/* CREATE OR REPLACE TRIGGER came with version 14, and not for constraint triggers: whatever is not
 * in place is made anew. */
static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place =
        AG_FIELD_BIT(AG_TRIGGER_ENABLED) | AG_FIELD_BIT(AG_TRIGGER_WITH_EXTENSIONS);
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

static const char *qname(AgWriting *w, AgQname name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, name.schema, name.name);
    return ag_pool_text(w->pool, out->str);
}

static void put_events(AgWriting *w, GString *out, const AgTrigger *trigger)
{
    for (guint i = 0; trigger->events != NULL && i < trigger->events->len; i++) {
        const char *event = g_ptr_array_index(trigger->events, i);
        g_autofree char *word = g_ascii_strup(event, -1);
        g_string_append_printf(out, "%s%s", i > 0 ? " OR " : "", word);
        if (trigger->update_of != NULL && g_str_equal(event, "update")) {
            g_string_append(out, " OF ");
            ag_postgres_put_columns(w, out, trigger->object.parent, trigger->update_of);
        }
    }
}

/* The table under its current name, where it is one of the trigger's side. */
static const char *other_table(AgWriting *w, const AgTrigger *trigger)
{
    const AgObject *table = ag_schema_find(ag_writing_side(w, &trigger->object), AG_KIND_TABLE,
                                           trigger->references.schema, trigger->references.name);
    return table != NULL ? ag_writing_qname(w, table) : qname(w, trigger->references);
}

static void put_transition(AgWriting *w, GString *out, const AgTrigger *trigger)
{
    if (trigger->old_table == NULL && trigger->new_table == NULL)
        return;
    g_string_append(out, "\n    REFERENCING");
    if (trigger->old_table != NULL)
        g_string_append_printf(out, " OLD TABLE AS %s", ag_writing_name(w, trigger->old_table));
    if (trigger->new_table != NULL)
        g_string_append_printf(out, " NEW TABLE AS %s", ag_writing_name(w, trigger->new_table));
}

static void put_function(AgWriting *w, GString *out, const AgTrigger *trigger)
{
    const AgObject *known =
        ag_schema_find_signed(ag_writing_side(w, &trigger->object), AG_KIND_FUNCTION,
                              trigger->function.schema, trigger->function.name, "");
    if (trigger->function.schema == NULL && !ag_postgres_is_well_known(trigger->function.name))
        ag_postgres_want_path(w, &trigger->object);
    g_string_append_printf(out, "\n    EXECUTE FUNCTION %s(",
                           known != NULL ? ag_writing_qname(w, known)
                                         : qname(w, trigger->function));
    for (guint i = 0; trigger->arguments != NULL && i < trigger->arguments->len; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        ag_quote_text(out, g_ptr_array_index(trigger->arguments, i));
    }
    g_string_append_c(out, ')');
}

static void put_definition(AgWriting *w, GString *out, const AgTrigger *trigger)
{
    const char *timing = trigger->timing == NULL                 ? "BEFORE"
                         : g_str_equal(trigger->timing, "after") ? "AFTER"
                                                                 : "INSTEAD OF";
    g_string_append_printf(out, "CREATE %sTRIGGER %s %s ", trigger->constraint ? "CONSTRAINT " : "",
                           ag_writing_name(w, trigger->object.name), timing);
    put_events(w, out, trigger);
    g_string_append_printf(out, " ON %s", ag_writing_qname(w, &trigger->object));
    if (trigger->references.name != NULL)
        g_string_append_printf(out, "\n    FROM %s", other_table(w, trigger));
    if (trigger->deferrable != NULL)
        g_string_append(out, "\n   ");
    ag_postgres_put_deferrable(out, trigger->deferrable);
    put_transition(w, out, trigger);
    bool row = trigger->level == NULL || strcmp(trigger->level, "row") == 0;
    g_string_append_printf(out, "\n    FOR EACH %s", row ? "ROW" : "STATEMENT");
    if (trigger->when.written != NULL)
        g_string_append_printf(out, "\n    WHEN %s",
                               ag_postgres_wrapped(w, &trigger->object, trigger->when));
    put_function(w, out, trigger);
}

static void set_state(AgWriting *w, const AgChange *change, const AgObject *object,
                      const char *state)
{
    const char *what = state == NULL                    ? "ENABLE"
                       : g_str_equal(state, "disabled") ? "DISABLE"
                       : g_str_equal(state, "replica")  ? "ENABLE REPLICA"
                                                        : "ENABLE ALWAYS";
    ag_write(w, change, "ALTER TABLE %s %s TRIGGER %s", ag_writing_qname(w, object), what,
             ag_writing_name(w, ag_writing_current(w, object)->name));
}

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; names != NULL && i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

/* The extensions that only the one list has. */
static void put_extensions(AgWriting *w, const AgChange *change, const AgObject *object, bool adds)
{
    const AgTrigger *old = (const AgTrigger *)change->old, *new = (const AgTrigger *)change->new;
    const GPtrArray *before = old == NULL ? NULL : old->with_extensions;
    const GPtrArray *list = adds ? new->with_extensions : before;
    const GPtrArray *others = adds ? before : new->with_extensions;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const char *name = g_ptr_array_index(list, i);
        if (!has_name(others, name))
            ag_write(w, change, "ALTER TRIGGER %s ON %s %sDEPENDS ON EXTENSION %s",
                     ag_writing_name(w, ag_writing_current(w, object)->name),
                     ag_writing_qname(w, object), adds ? "" : "NO ", ag_writing_name(w, name));
    }
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgTrigger *trigger = (const AgTrigger *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    put_definition(w, out, trigger);
    ag_write(w, change, "%s", out->str);
    if (trigger->enabled != NULL)
        set_state(w, change, change->new, trigger->enabled);
    put_extensions(w, change, change->new, true);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_TRIGGER_ENABLED, &handled))
        set_state(w, change, change->old, ((const AgTrigger *)change->new)->enabled);
    if (ag_postgres_take(change, AG_TRIGGER_WITH_EXTENSIONS, &handled)) {
        put_extensions(w, change, change->old, false);
        put_extensions(w, change, change->old, true);
    }
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    if (!g_str_equal(change->old->name, change->new->name))
        ag_write(w, change, "ALTER TRIGGER %s ON %s RENAME TO %s",
                 ag_writing_name(w, change->old->name), ag_writing_qname(w, change->old),
                 ag_writing_name(w, change->new->name));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TRIGGER %s ON %s",
             ag_writing_name(w, ag_writing_current(w, change->old)->name),
             ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_trigger_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
