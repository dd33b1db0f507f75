/* SPDX-License-Identifier: MIT */
#include "model/policy.h"

#include "model/needs.h"

#include <string.h>

static const char *const commands[] = {"all", "select", "insert", "update", "delete", NULL};

static const AgField fields[] = {
    [AG_POLICY_COMMAND] = {.name = "command",
                           AG_FIELD_OF(AgPolicy, command, WORD),
                           .words = commands,
                           .about = "The command it is about; absent: all."},
    [AG_POLICY_TO] = {.name = "to",
                      AG_FIELD_OF(AgPolicy, roles, SET),
                      .about = "The roles it is about; absent: everybody."},
    [AG_POLICY_RESTRICTIVE] = {.name = "restrictive",
                               AG_FIELD_OF(AgPolicy, restrictive, BOOL),
                               .about = "true: rows must pass it besides the others."},
    [AG_POLICY_USING] = {.name = "using",
                         AG_FIELD_OF(AgPolicy, using_rows, EXPR),
                         .form = AG_FORM_ELEMENT,
                         .about = "The condition of rows that are seen."},
    [AG_POLICY_WITH_CHECK] = {.name = "with-check",
                              AG_FIELD_OF(AgPolicy, with_check, EXPR),
                              .form = AG_FORM_ELEMENT,
                              .about = "The condition of rows that may be written."},
};

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgPolicy *policy = (const AgPolicy *)object;
    const char *name = object->name == NULL ? "" : object->name;
    (void)dialect;
    if (g_strcmp0(policy->command, "insert") == 0 && policy->using_rows.written != NULL)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "policy '%s': a policy for insert has <with-check> only", name);
    bool reads =
        g_strcmp0(policy->command, "select") == 0 || g_strcmp0(policy->command, "delete") == 0;
    if (reads && policy->with_check.written != NULL)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "policy '%s': a policy for %s has <using> only", name, policy->command);
    for (guint i = 0; policy->roles != NULL && i < policy->roles->len; i++) {
        if (strcmp(g_ptr_array_index(policy->roles, i), "public") != 0)
            continue;
        ag_fail(diag, AG_PROBLEM_BAD_VALUE, object->place,
                "policy '%s': 'public' is everybody and no role", name);
        ag_hint(diag, "leave out the attribute 'to'");
        return false;
    }
    return true;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgPolicy *policy = (const AgPolicy *)object;
    ag_needs_sql(needs, object, policy->using_rows);
    ag_needs_sql(needs, object, policy->with_check);
}

const AgKindInfo ag_kind_policy = {
    .kind = AG_KIND_POLICY,
    .noun = "policy",
    .element = "policy",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgPolicy),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A policy: which rows a role sees and may write where row security is on.",
    .check = check,
    .needs = collect_needs,
};
