/* SPDX-License-Identifier: MIT */
#include "model/event_trigger.h"

#include "model/needs.h"

#include <string.h>

static const char *const events[] = {"ddl-command-start", "ddl-command-end", "sql-drop",
                                     "table-rewrite",     "login",           NULL};
static const char *const states[] = {"origin", "disabled", "replica", "always", NULL};

static const AgField fields[] = {
    [AG_EVENT_TRIGGER_ON] = {.name = "on",
                             AG_FIELD_OF(AgEventTrigger, event, WORD),
                             .words = events,
                             .flags = AG_FIELD_REQUIRED,
                             .about = "What it fires for; login needs PostgreSQL 17."},
    [AG_EVENT_TRIGGER_TAGS] = {.name = "tags",
                               AG_FIELD_OF(AgEventTrigger, tags, SET),
                               .about = "The commands it fires for, as create-table; absent: all "
                                        "of them."},
    [AG_EVENT_TRIGGER_FUNCTION] = {.name = "function",
                                   AG_FIELD_OF(AgEventTrigger, function, QNAME),
                                   .flags = AG_FIELD_REQUIRED,
                                   .about = "The function it calls: [schema.]name."},
    [AG_EVENT_TRIGGER_ENABLED] = {.name = "enabled",
                                  AG_FIELD_OF(AgEventTrigger, enabled, WORD),
                                  .words = states,
                                  .about = "In which sessions it fires; absent: origin."},
};

static bool check_tag(const AgObject *object, const char *tag, AgDiag *diag)
{
    if (tag[strspn(tag, "abcdefghijklmnopqrstuvwxyz-")] == '\0')
        return true;
    ag_fail(diag, AG_PROBLEM_BAD_VALUE, object->place,
            "event trigger '%s': '%s' is no command in small letters joined by hyphens",
            object->name == NULL ? "" : object->name, tag);
    ag_hint(diag, "tags=\"create-table drop-table\"");
    return false;
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgEventTrigger *trigger = (const AgEventTrigger *)object;
    (void)dialect;
    if (g_strcmp0(trigger->event, "login") == 0 && trigger->tags != NULL)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "event trigger '%s': a login has no tags",
                       object->name == NULL ? "" : object->name);
    bool ok = true;
    for (guint i = 0; trigger->tags != NULL && i < trigger->tags->len; i++)
        ok = check_tag(object, g_ptr_array_index(trigger->tags, i), diag) && ok;
    return ok;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgEventTrigger *trigger = (const AgEventTrigger *)object;
    if (trigger->function.name != NULL)
        ag_needs_named(needs, trigger->function.schema, trigger->function.name);
}

const AgKindInfo ag_kind_event_trigger = {
    .kind = AG_KIND_EVENT_TRIGGER,
    .noun = "event trigger",
    .element = "event-trigger",
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgEventTrigger),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An event trigger: a function that is called for commands of the whole database.",
    .check = check,
    .needs = collect_needs,
};
