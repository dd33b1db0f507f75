/* SPDX-License-Identifier: MIT */
#include "model/operator.h"

#include "model/needs.h"
#include "model/type_name.h"

#include <string.h>

static const AgField fields[] = {
    [AG_OPERATOR_LEFT] = {.name = "left",
                          AG_FIELD_OF(AgOperator, left, TYPE),
                          .about = "Type of the left operand; absent: a prefix operator."},
    [AG_OPERATOR_RIGHT] = {.name = "right",
                           AG_FIELD_OF(AgOperator, right, TYPE),
                           .flags = AG_FIELD_REQUIRED,
                           .about = "Type of the right operand."},
    [AG_OPERATOR_FUNCTION] = {.name = "function",
                              AG_FIELD_OF(AgOperator, function, QNAME),
                              .flags = AG_FIELD_REQUIRED,
                              .about = "The function that does it."},
    [AG_OPERATOR_COMMUTATOR] = {.name = "commutator",
                                AG_FIELD_OF(AgOperator, commutator, QNAME),
                                .about = "The operator that gives the same with the operands the "
                                         "other way round."},
    [AG_OPERATOR_NEGATOR] = {.name = "negator",
                             AG_FIELD_OF(AgOperator, negator, QNAME),
                             .about = "The operator that gives the opposite."},
    [AG_OPERATOR_RESTRICT] = {.name = "restrict",
                              AG_FIELD_OF(AgOperator, restrict_with, QNAME),
                              .about = "Estimator of how many rows of a table it leaves."},
    [AG_OPERATOR_JOIN] = {.name = "join",
                          AG_FIELD_OF(AgOperator, join_with, QNAME),
                          .about = "Estimator of how many rows of a join it leaves."},
    [AG_OPERATOR_HASHES] = {.name = "hashes",
                            AG_FIELD_OF(AgOperator, hashes, BOOL),
                            .about = "true: it can be used in hash joins."},
    [AG_OPERATOR_MERGES] = {.name = "merges",
                            AG_FIELD_OF(AgOperator, merges, BOOL),
                            .about = "true: it can be used in merge joins."},
};

static const char *text_of(AgSql type)
{
    if (type.written == NULL)
        return "NONE";
    return type.canonical != NULL ? type.canonical : type.written;
}

const char *ag_operator_signature(AgPool *pool, const AgOperator *operator_object)
{
    return ag_pool_printf(pool, "%s, %s", text_of(operator_object->left),
                          text_of(operator_object->right));
}

/* It is written as it is, so that it must be one. */
static bool is_operator(const char *name)
{
    return name == NULL || (name[0] != '\0' && name[strspn(name, "+-*/<>=~!@#%^&|`?")] == '\0');
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgOperator *o = (const AgOperator *)object;
    const char *const names[] = {object->name, o->commutator.name, o->negator.name};
    (void)dialect;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (!is_operator(names[i]))
            return ag_fail(diag, AG_PROBLEM_BAD_NAME, object->place,
                           "'%s' is no operator: they are made of + - * / < > = ~ ! @ # %% ^ & | "
                           "` ?",
                           names[i]);
    return true;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgOperator *o = (const AgOperator *)object;
    const AgQname functions[] = {o->function, o->restrict_with, o->join_with};
    ag_needs_type(needs, object, o->left);
    ag_needs_type(needs, object, o->right);
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
        if (functions[i].name != NULL)
            ag_needs_named(needs, functions[i].schema, functions[i].name);
}

const AgKindInfo ag_kind_operator = {
    .kind = AG_KIND_OPERATOR,
    .noun = "operator",
    .element = "operator",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgOperator),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An operator.",
    .check = check,
    .needs = collect_needs,
};
