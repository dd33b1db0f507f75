/* SPDX-License-Identifier: MIT */
#include "model/rule.h"

#include "model/needs.h"

static const char *const events[] = {"insert", "update", "delete", NULL};
static const char *const states[] = {"origin", "disabled", "replica", "always", NULL};

static const AgField fields[] = {
    [AG_RULE_EVENT] = {.name = "event",
                       AG_FIELD_OF(AgRule, event, WORD),
                       .words = events,
                       .flags = AG_FIELD_REQUIRED,
                       .about = "What it is applied to: insert, update or delete."},
    [AG_RULE_INSTEAD] = {.name = "instead",
                         AG_FIELD_OF(AgRule, instead, BOOL),
                         .about = "true: its commands take the place of the event; absent: they "
                                  "come with it."},
    [AG_RULE_WHERE] = {.name = "where",
                       AG_FIELD_OF(AgRule, where, EXPR),
                       .form = AG_FORM_ELEMENT,
                       .about = "The condition under which it is applied."},
    [AG_RULE_COMMANDS] = {.name = "commands",
                          AG_FIELD_OF(AgRule, commands, EXPR),
                          .form = AG_FORM_ELEMENT,
                          .flags = AG_FIELD_STATEMENTS,
                          .about = "What is done, several commands with semicolons between; "
                                   "absent: nothing."},
    [AG_RULE_ENABLED] = {.name = "enabled",
                         AG_FIELD_OF(AgRule, enabled, WORD),
                         .words = states,
                         .about = "In which sessions it is applied; absent: origin."},
};

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgRule *rule = (const AgRule *)object;
    bool of_view = object->parent != NULL && object->parent->info->kind == AG_KIND_VIEW;
    (void)dialect;
    if (of_view && rule->enabled != NULL && !g_str_equal(rule->enabled, "origin"))
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "rule '%s': a view's rule cannot be switched off",
                       object->name == NULL ? "" : object->name);
    return true;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgRule *rule = (const AgRule *)object;
    ag_needs_sql(needs, object, rule->where);
    ag_needs_sql(needs, object, rule->commands);
}

const AgKindInfo ag_kind_rule = {
    .kind = AG_KIND_RULE,
    .noun = "rule",
    .element = "rule",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, &ag_kind_view, NULL},
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgRule),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A rule: commands that the database puts beside or in place of others.",
    .check = check,
    .needs = collect_needs,
};
