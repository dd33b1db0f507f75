/* SPDX-License-Identifier: MIT */
#include "model/trigger.h"

#include "model/needs.h"

#include <string.h>

static const char *const timings[] = {"before", "after", "instead-of", NULL};
static const char *const events[] = {"insert", "update", "delete", "truncate", NULL};
static const char *const levels[] = {"row", "statement", NULL};
static const char *const deferrables[] = {"no", "initially-immediate", "initially-deferred", NULL};
static const char *const states[] = {"origin", "disabled", "replica", "always", NULL};

static const AgField fields[] = {
    [AG_TRIGGER_TIMING] = {.name = "timing",
                           AG_FIELD_OF(AgTrigger, timing, WORD),
                           .words = timings,
                           .flags = AG_FIELD_REQUIRED,
                           .about = "When it fires: before or after the event, or instead of it."},
    [AG_TRIGGER_EVENTS] = {.name = "events",
                           AG_FIELD_OF(AgTrigger, events, SET),
                           .words = events,
                           .flags = AG_FIELD_REQUIRED,
                           .about = "What it fires for: any of insert, update, delete, truncate."},
    [AG_TRIGGER_FOR_EACH] = {.name = "for-each",
                             AG_FIELD_OF(AgTrigger, level, WORD),
                             .words = levels,
                             .flags = AG_FIELD_SPELLED,
                             .about = "Once for each row, or once for the statement; absent: row."},
    [AG_TRIGGER_UPDATE_OF] = {.name = "update-of",
                              AG_FIELD_OF(AgTrigger, update_of, NAMES),
                              .about = "Updates of these columns only."},
    [AG_TRIGGER_WHEN] = {.name = "when",
                         AG_FIELD_OF(AgTrigger, when, EXPR),
                         .form = AG_FORM_ELEMENT,
                         .about = "The condition under which it fires."},
    [AG_TRIGGER_FUNCTION] = {.name = "function",
                             AG_FIELD_OF(AgTrigger, function, QNAME),
                             .dialects = AG_IN(POSTGRESQL),
                             .flags = AG_FIELD_REQUIRED,
                             .about = "The function it calls: [schema.]name."},
    [AG_TRIGGER_ARGUMENTS] = {.name = "arguments",
                              AG_FIELD_OF(AgTrigger, arguments, TEXTS),
                              .dialects = AG_IN(POSTGRESQL),
                              .about = "Texts handed to the function, separated by blanks; one "
                                       "with blanks, or of nothing, stands in double quotes."},
    [AG_TRIGGER_CONSTRAINT] = {.name = "constraint",
                               AG_FIELD_OF(AgTrigger, constraint, BOOL),
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "true: a constraint trigger, which can be deferred."},
    [AG_TRIGGER_DEFERRABLE] = {.name = "deferrable",
                               AG_FIELD_OF(AgTrigger, deferrable, WORD),
                               .dialects = AG_IN(POSTGRESQL),
                               .words = deferrables,
                               .about = "When a constraint trigger fires; absent: no."},
    [AG_TRIGGER_REFERENCES] = {.name = "references",
                               AG_FIELD_OF(AgTrigger, references, QNAME),
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "The other table that a constraint trigger is about."},
    [AG_TRIGGER_OLD_TABLE] = {.name = "old-table",
                              AG_FIELD_OF(AgTrigger, old_table, NAME),
                              .dialects = AG_IN(POSTGRESQL),
                              .about = "What the function calls the rows as they were."},
    [AG_TRIGGER_NEW_TABLE] = {.name = "new-table",
                              AG_FIELD_OF(AgTrigger, new_table, NAME),
                              .dialects = AG_IN(POSTGRESQL),
                              .about = "What the function calls the rows as they are now."},
    [AG_TRIGGER_ENABLED] = {.name = "enabled",
                            AG_FIELD_OF(AgTrigger, enabled, WORD),
                            .dialects = AG_IN(POSTGRESQL),
                            .words = states,
                            .about = "In which sessions it fires; absent: origin."},
    [AG_TRIGGER_WITH_EXTENSIONS] = {.name = "depends-on-extension",
                                    AG_FIELD_OF(AgTrigger, with_extensions, SET),
                                    .dialects = AG_IN(POSTGRESQL),
                                    .about = "Extensions with which it is dropped."},
    [AG_TRIGGER_BODY] = {.name = "body",
                         AG_FIELD_OF(AgTrigger, body, EXPR),
                         .form = AG_FORM_ELEMENT,
                         .dialects = AG_IN(SQLITE),
                         .flags = AG_FIELD_REQUIRED,
                         .about = "What it does, in SQLite: BEGIN ...; END."},
};

static bool is_word(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool ag_trigger_has_event(const AgTrigger *trigger, const char *event)
{
    for (guint i = 0; trigger->events != NULL && i < trigger->events->len; i++) {
        if (is_word(g_ptr_array_index(trigger->events, i), event))
            return true;
    }
    return false;
}

/* --- what cannot be together (trigger.c, CreateTriggerFiringOn) --- */

static bool refuse(const AgTrigger *trigger, AgDiag *diag, const char *why)
{
    return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, trigger->object.place, "trigger '%s': %s",
                   trigger->object.name == NULL ? "" : trigger->object.name, why);
}

static bool is_of_view(const AgTrigger *trigger)
{
    const AgObject *parent = trigger->object.parent;
    return parent != NULL && parent->info->kind == AG_KIND_VIEW;
}

static bool check_view(const AgTrigger *t, AgDiag *diag)
{
    bool row = !is_word(t->level, "statement"), instead = is_word(t->timing, "instead-of");
    if (row && !instead)
        return refuse(t, diag,
                      "a view's trigger is timing=\"instead-of\" or for-each=\"statement\"");
    if (!row && instead)
        return refuse(t, diag, "a trigger with timing=\"instead-of\" is for-each=\"row\"");
    if (ag_trigger_has_event(t, "truncate"))
        return refuse(t, diag, "a view's trigger cannot be for truncate");
    if (instead && t->update_of != NULL)
        return refuse(t, diag, "a trigger with timing=\"instead-of\" has no update-of");
    if (instead && t->when.written != NULL)
        return refuse(t, diag, "a trigger with timing=\"instead-of\" has no condition");
    if (t->old_table != NULL || t->new_table != NULL)
        return refuse(t, diag, "a view's trigger has no old-table and no new-table");
    if (t->enabled != NULL && !is_word(t->enabled, "origin"))
        return refuse(t, diag, "a view's trigger cannot be switched off");
    return true;
}

static bool check_timing(const AgTrigger *t, AgDiag *diag)
{
    bool row = !is_word(t->level, "statement"), after = is_word(t->timing, "after");
    if (is_word(t->timing, "instead-of") && !is_of_view(t))
        return refuse(t, diag, "only a view's trigger can be timing=\"instead-of\"");
    if (row && ag_trigger_has_event(t, "truncate"))
        return refuse(t, diag, "a trigger for truncate is for-each=\"statement\"");
    if (t->update_of != NULL && !ag_trigger_has_event(t, "update"))
        return refuse(t, diag, "update-of needs update among the events");
    if (t->constraint && (!after || !row))
        return refuse(t, diag, "a constraint trigger is timing=\"after\" for-each=\"row\"");
    if (!t->constraint && t->deferrable != NULL)
        return refuse(t, diag, "only a constraint trigger can be deferrable");
    if (!t->constraint && t->references.name != NULL)
        return refuse(t, diag, "only a constraint trigger has references");
    return true;
}

static bool check_transition(const AgTrigger *t, AgDiag *diag)
{
    if (t->old_table == NULL && t->new_table == NULL)
        return true;
    if (!is_word(t->timing, "after") || t->constraint)
        return refuse(t, diag,
                      "old-table and new-table need a plain trigger with timing=\"after\"");
    if (t->events != NULL && t->events->len > 1)
        return refuse(t, diag, "old-table and new-table allow only one event");
    if (t->update_of != NULL)
        return refuse(t, diag, "old-table and new-table exclude update-of");
    if (t->old_table != NULL && !ag_trigger_has_event(t, "update") &&
        !ag_trigger_has_event(t, "delete"))
        return refuse(t, diag, "old-table needs update or delete as the event");
    if (t->new_table != NULL && !ag_trigger_has_event(t, "update") &&
        !ag_trigger_has_event(t, "insert"))
        return refuse(t, diag, "new-table needs insert or update as the event");
    if (is_word(t->old_table, t->new_table))
        return refuse(t, diag, "old-table and new-table cannot have one name");
    return true;
}

/* trigger.c of SQLite, sqlite3BeginTrigger. */
static bool check_sqlite(const AgTrigger *t, AgDiag *diag)
{
    if (is_of_view(t) != is_word(t->timing, "instead-of"))
        return refuse(t, diag,
                      is_of_view(t) ? "a view's trigger is timing=\"instead-of\""
                                    : "only a view's trigger can be timing=\"instead-of\"");
    if (t->events != NULL && t->events->len > 1)
        return refuse(t, diag, "a trigger of SQLite is for one event");
    if (ag_trigger_has_event(t, "truncate"))
        return refuse(t, diag, "SQLite knows no truncate");
    if (is_word(t->level, "statement"))
        return refuse(t, diag, "a trigger of SQLite is for-each=\"row\"");
    if (t->update_of != NULL && !ag_trigger_has_event(t, "update"))
        return refuse(t, diag, "update-of needs update among the events");
    return true;
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgTrigger *trigger = (const AgTrigger *)object;
    if (dialect == AG_DIALECT_SQLITE)
        return check_sqlite(trigger, diag);
    return (!is_of_view(trigger) || check_view(trigger, diag)) && check_timing(trigger, diag) &&
           check_transition(trigger, diag);
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgTrigger *trigger = (const AgTrigger *)object;
    const AgObject *table = object->parent;
    bool in_table = !is_of_view(trigger); /* a view's columns come with it */
    for (guint i = 0; in_table && trigger->update_of != NULL && i < trigger->update_of->len; i++)
        ag_needs_column(needs, table->schema, table->name,
                        g_ptr_array_index(trigger->update_of, i));
    ag_needs_sql(needs, object, trigger->when);
    ag_needs_body(needs, object, trigger->body.written);
    if (trigger->function.name != NULL)
        ag_needs_named(needs, trigger->function.schema, trigger->function.name);
    if (trigger->references.name != NULL)
        ag_needs_object(needs, AG_KIND_TABLE, trigger->references.schema, trigger->references.name);
    for (guint i = 0; trigger->with_extensions != NULL && i < trigger->with_extensions->len; i++)
        ag_needs_object(needs, AG_KIND_EXTENSION, NULL,
                        g_ptr_array_index(trigger->with_extensions, i));
}

const AgKindInfo ag_kind_trigger = {
    .kind = AG_KIND_TRIGGER,
    .noun = "trigger",
    .element = "trigger",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, &ag_kind_view, NULL},
    .dialects = AG_IN_ALL,
    .size = sizeof(AgTrigger),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A trigger: what is done for changes of the table or view.",
    .check = check,
    .needs = collect_needs,
};
