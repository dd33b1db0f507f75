/* SPDX-License-Identifier: MIT */
#include "model/event_trigger.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    return (change->changed & ~AG_FIELD_BIT(AG_EVENT_TRIGGER_ENABLED)) == 0 ? AG_IN_PLACE
                                                                            : AG_RECREATE;
}

/* "ddl-command-start" as the server writes it, "create-table" as the command's tag. */
static char *spelled(const char *word, char joint)
{
    return g_strdelimit(joint == ' ' ? g_ascii_strup(word, -1) : g_strdup(word), "-", joint);
}

static void put_tags(GString *out, const GPtrArray *tags)
{
    if (tags == NULL)
        return;
    g_string_append(out, "\n    WHEN TAG IN (");
    for (guint i = 0; i < tags->len; i++) {
        g_autofree char *tag = spelled(g_ptr_array_index(tags, i), ' ');
        g_string_append(out, i > 0 ? ", " : "");
        ag_quote_text(out, tag);
    }
    g_string_append_c(out, ')');
}

static void put_function(AgWriting *w, GString *out, const AgEventTrigger *trigger)
{
    const AgObject *object = &trigger->object;
    const AgObject *known =
        ag_schema_find_signed(ag_writing_side(w, object), AG_KIND_FUNCTION,
                              trigger->function.schema, trigger->function.name, "");
    if (trigger->function.schema == NULL && !ag_postgres_is_well_known(trigger->function.name))
        ag_postgres_want_path(w, object);
    g_string_append(out, "\n    EXECUTE FUNCTION ");
    if (known != NULL)
        g_string_append(out, ag_writing_qname(w, known));
    else
        ag_quote_qname(w->dialect, out, trigger->function.schema, trigger->function.name);
    g_string_append(out, "()");
}

/* As the server makes it. */
static bool is_origin(const char *state)
{
    return state == NULL || g_str_equal(state, "origin");
}

static void set_state(AgWriting *w, const AgChange *change, const char *name, const char *state)
{
    const char *what = is_origin(state)                 ? "ENABLE"
                       : g_str_equal(state, "disabled") ? "DISABLE"
                       : g_str_equal(state, "replica")  ? "ENABLE REPLICA"
                                                        : "ENABLE ALWAYS";
    ag_write(w, change, "ALTER EVENT TRIGGER %s %s", ag_writing_name(w, name), what);
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgEventTrigger *trigger = (const AgEventTrigger *)change->new;
    const char *word = trigger->event == NULL ? "ddl-command-start" : trigger->event;
    if (g_str_equal(word, "login") &&
        !ag_postgres_needs(w, change->new, 170000, "an event trigger on login"))
        return false;
    g_autofree char *event = spelled(word, '_');
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "CREATE EVENT TRIGGER %s ON %s",
                           ag_writing_name(w, change->new->name), event);
    put_tags(out, trigger->tags);
    put_function(w, out, trigger);
    ag_write(w, change, "%s", out->str);
    if (!is_origin(trigger->enabled))
        set_state(w, change, change->new->name, trigger->enabled);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_EVENT_TRIGGER_ENABLED, &handled))
        set_state(w, change, ag_writing_current(w, change->old)->name,
                  ((const AgEventTrigger *)change->new)->enabled);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER EVENT TRIGGER %s RENAME TO %s",
             ag_writing_name(w, change->old->name), ag_writing_name(w, change->new->name));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP EVENT TRIGGER %s",
             ag_writing_name(w, ag_writing_current(w, change->old)->name));
    return true;
}

const AgKindWriter ag_postgres_event_trigger_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
