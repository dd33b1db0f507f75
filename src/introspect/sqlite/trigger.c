/* SPDX-License-Identifier: MIT */
#include "model/trigger.h"

#include "introspect/sqlite/create_text.h"

static void read_timing(AgCreateText *create, AgTrigger *trigger)
{
    trigger->timing = "before";
    if (ag_create_accept(create, "AFTER"))
        trigger->timing = "after";
    else if (ag_create_accept_two(create, "INSTEAD", "OF"))
        trigger->timing = "instead-of";
    else
        ag_create_accept(create, "BEFORE");
}

static bool read_update_of(AgCreateText *create, AgTrigger *trigger)
{
    if (!ag_create_accept(create, "OF"))
        return true;
    trigger->update_of = ag_pool_array(create->pool);
    do {
        const char *name = ag_create_name(create);
        if (name == NULL)
            return false;
        g_ptr_array_add(trigger->update_of, (gpointer)(guintptr)name);
    } while (ag_create_accept(create, ","));
    return true;
}

static bool read_event(AgCreateText *create, AgTrigger *trigger)
{
    static const char *const events[] = {"insert", "update", "delete"};
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
        if (!ag_create_accept(create, events[i]))
            continue;
        trigger->events = ag_pool_array(create->pool);
        g_ptr_array_add(trigger->events, (gpointer)(guintptr)events[i]);
        return i != 1 || read_update_of(create, trigger);
    }
    return false;
}

/* BEGIN may also be the name of a column; with a statement behind it is no such. */
static bool is_body_next(const AgCreateText *create)
{
    static const char *const starts[] = {"INSERT", "UPDATE", "DELETE", "SELECT", "REPLACE", "WITH"};
    if (!ag_create_is(create, "BEGIN"))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
        if (ag_token_is(ag_create_peek(create, 1), starts[i]))
            return true;
    }
    return false;
}

static bool read_when(AgCreateText *create, AgTrigger *trigger)
{
    if (!ag_create_accept(create, "WHEN"))
        return true;
    guint from = create->at;
    while (!is_body_next(create)) {
        if (ag_create_peek(create, 0).type == AG_TOKEN_END)
            return false;
        create->at++;
    }
    trigger->when.written = ag_create_span(create, from, create->at);
    return create->at > from;
}

static bool read_rest(AgCreateText *create, AgTrigger *trigger)
{
    read_timing(create, trigger);
    if (!read_event(create, trigger) || !ag_create_accept(create, "ON") ||
        ag_create_name(create) == NULL ||
        (ag_create_accept(create, ".") && ag_create_name(create) == NULL))
        return false;
    if (ag_create_accept(create, "FOR")) {
        if (!ag_create_accept_two(create, "EACH", "ROW"))
            return false;
        trigger->level = "row";
    }
    if (!read_when(create, trigger) || !is_body_next(create))
        return false;
    guint end = create->n_tokens - 1;
    trigger->body.written = ag_create_span(create, create->at, end);
    return ag_token_is(create->tokens[end - 1], "END");
}

bool ag_create_read_trigger(AgPool *pool, AgObject *holder, const char *name, const char *text)
{
    g_auto(AgCreateText) create;
    if (!ag_create_init(&create, pool, text))
        return false;
    AgTrigger *trigger = (AgTrigger *)ag_object_new(pool, &ag_kind_trigger, NULL, NULL, name);
    if (!ag_create_accept_two(&create, "CREATE", "TRIGGER") || !ag_create_head(&create) ||
        !read_rest(&create, trigger))
        return false;
    trigger->object.parent = holder;
    if (holder->parts == NULL)
        holder->parts = ag_pool_array(pool);
    g_ptr_array_add(holder->parts, trigger);
    return true;
}
