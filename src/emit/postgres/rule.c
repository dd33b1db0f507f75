/* SPDX-License-Identifier: MIT */
#include "model/rule.h"

#include "emit/postgres/postgres.h"

#include <string.h>

#define DEFINITION                                                                                 \
    (AG_FIELD_BIT(AG_RULE_EVENT) | AG_FIELD_BIT(AG_RULE_INSTEAD) | AG_FIELD_BIT(AG_RULE_WHERE) |   \
     AG_FIELD_BIT(AG_RULE_COMMANDS))

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* The line end behind the last command closes a comment that it may end with. */
static void put_commands(AgWriting *w, GString *out, const AgRule *rule)
{
    if (rule->commands.written == NULL) {
        g_string_append(out, " NOTHING");
        return;
    }
    const char *text = ag_postgres_expression(w, &rule->object, rule->commands);
    bool many = strchr(text, ';') != NULL;
    g_string_append_printf(out, many ? " (\n%s\n)" : "\n%s", text);
}

/* `named`: the rule as it is called now. */
static void define(AgWriting *w, const AgChange *change, const AgObject *named, const char *create)
{
    const AgRule *rule = (const AgRule *)change->new;
    g_autofree char *event = g_ascii_strup(rule->event == NULL ? "insert" : rule->event, -1);
    g_autoptr(GString) out = g_string_new(create);
    g_string_append_printf(out, " %s AS ON %s TO %s",
                           ag_writing_name(w, ag_writing_current(w, named)->name), event,
                           ag_writing_qname(w, named));
    if (rule->where.written != NULL)
        g_string_append_printf(out, "\n    WHERE %s",
                               ag_postgres_wrapped(w, &rule->object, rule->where));
    g_string_append_printf(out, "\n    DO %s", rule->instead ? "INSTEAD" : "ALSO");
    put_commands(w, out, rule);
    ag_write(w, change, "%s", out->str);
}

static bool is_origin(const char *state)
{
    return state == NULL || g_str_equal(state, "origin");
}

static void set_state(AgWriting *w, const AgChange *change, const AgObject *object,
                      const char *state)
{
    const char *what = is_origin(state)                 ? "ENABLE"
                       : g_str_equal(state, "disabled") ? "DISABLE"
                       : g_str_equal(state, "replica")  ? "ENABLE REPLICA"
                                                        : "ENABLE ALWAYS";
    ag_write(w, change, "ALTER TABLE %s %s RULE %s", ag_writing_qname(w, object), what,
             ag_writing_name(w, ag_writing_current(w, object)->name));
}

static bool create(AgWriting *w, const AgChange *change)
{
    define(w, change, change->new, "CREATE RULE");
    const char *state = ((const AgRule *)change->new)->enabled;
    if (!is_origin(state))
        set_state(w, change, change->new, state);
    return true;
}

/* Replacing keeps the state and the comment. */
static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = change->changed & DEFINITION;
    if (handled != 0)
        define(w, change, change->old, "CREATE OR REPLACE RULE");
    if (ag_postgres_take(change, AG_RULE_ENABLED, &handled))
        set_state(w, change, change->old, ((const AgRule *)change->new)->enabled);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    if (!g_str_equal(change->old->name, change->new->name))
        ag_write(w, change, "ALTER RULE %s ON %s RENAME TO %s",
                 ag_writing_name(w, change->old->name), ag_writing_qname(w, change->old),
                 ag_writing_name(w, change->new->name));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP RULE %s ON %s",
             ag_writing_name(w, ag_writing_current(w, change->old)->name),
             ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_rule_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
