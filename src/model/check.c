/* SPDX-License-Identifier: MIT */
#include "model/check.h"

#include "model/needs.h"

static const AgField fields[] = {
    [AG_CHECK_EXPRESSION] = {.name = "expression",
                             AG_FIELD_OF(AgCheck, expression, EXPR),
                             .form = AG_FORM_TEXT,
                             .flags = AG_FIELD_REQUIRED,
                             .about = "The condition: the text of the element."},
    [AG_CHECK_NOT_VALID] = {.name = "not-valid",
                            AG_FIELD_OF(AgCheck, not_valid, BOOL),
                            .dialects = AG_IN(POSTGRESQL),
                            .about = "Existing rows are not checked."},
    [AG_CHECK_NO_INHERIT] = {.name = "no-inherit",
                             AG_FIELD_OF(AgCheck, no_inherit, BOOL),
                             .dialects = AG_IN(POSTGRESQL),
                             .about = "Not passed on to tables that inherit."},
    [AG_CHECK_NOT_ENFORCED] = {.name = "not-enforced",
                               AG_FIELD_OF(AgCheck, not_enforced, BOOL),
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "Written down, but never checked (PostgreSQL 18)."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    ag_needs_sql(needs, object, ((const AgCheck *)object)->expression);
}

const AgKindInfo ag_kind_check = {
    .kind = AG_KIND_CHECK,
    .noun = "check",
    .element = "check",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .name_optional = true,
    .names = AG_NAMED_AS_CONSTRAINT,
    .dialects = AG_IN_ALL,
    .size = sizeof(AgCheck),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A check constraint.",
    .needs = collect_needs,
};
