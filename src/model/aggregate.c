/* SPDX-License-Identifier: MIT */
#include "model/aggregate.h"

#include "model/needs.h"
#include "model/routine.h"

#include <string.h>

static const char *const sets[] = {"none", "ordered", "hypothetical", NULL};
static const char *const modifies[] = {"default", "read-only", "shareable", "read-write", NULL};
static const char *const parallels[] = {"unsafe", "restricted", "safe", NULL};

/* clang-format off */
static const AgField fields[] = {
    [AG_AGGREGATE_ARGUMENTS] = {.name = "argument", AG_FIELD_OF(AgAggregate, arguments, ARGUMENTS),
        .form = AG_FORM_CHILDREN, .about = "The arguments in their order; none: (*)."},
    [AG_AGGREGATE_SET] = {.name = "set", AG_FIELD_OF(AgAggregate, set, WORD), .words = sets,
        .about = "ordered or hypothetical: what follows WITHIN GROUP (ORDER BY ...)."},
    [AG_AGGREGATE_DIRECT] = {.name = "direct-arguments", AG_FIELD_OF(AgAggregate, direct, INT),
        .about = "How many arguments stand before ORDER BY."},
    [AG_AGGREGATE_SFUNC] = {.name = "sfunc", AG_FIELD_OF(AgAggregate, sfunc, QNAME),
        .flags = AG_FIELD_REQUIRED, .about = "Function that takes one row into the state."},
    [AG_AGGREGATE_STYPE] = {.name = "stype", AG_FIELD_OF(AgAggregate, stype, TYPE),
        .flags = AG_FIELD_REQUIRED, .about = "Type of the state."},
    [AG_AGGREGATE_SSPACE] = {.name = "sspace", AG_FIELD_OF(AgAggregate, sspace, INT),
        .about = "Bytes the planner expects of a state."},
    [AG_AGGREGATE_FINALFUNC] = {.name = "finalfunc", AG_FIELD_OF(AgAggregate, finalfunc, QNAME),
        .about = "Function from the state to the result."},
    [AG_AGGREGATE_FINALFUNC_EXTRA] = {.name = "finalfunc-extra",
        AG_FIELD_OF(AgAggregate, finalfunc_extra, BOOL), .about = "It takes the arguments, too."},
    [AG_AGGREGATE_FINALFUNC_MODIFY] = {.name = "finalfunc-modify",
        AG_FIELD_OF(AgAggregate, finalfunc_modify, WORD), .words = modifies,
        .about = "What it does to the state."},
    [AG_AGGREGATE_COMBINEFUNC] = {.name = "combinefunc",
        AG_FIELD_OF(AgAggregate, combinefunc, QNAME), .about = "Function that joins two states."},
    [AG_AGGREGATE_SERIALFUNC] = {.name = "serialfunc",
        AG_FIELD_OF(AgAggregate, serialfunc, QNAME), .about = "Function from the state to bytea."},
    [AG_AGGREGATE_DESERIALFUNC] = {.name = "deserialfunc",
        AG_FIELD_OF(AgAggregate, deserialfunc, QNAME), .about = "Its inverse."},
    [AG_AGGREGATE_INITCOND] = {.name = "initcond", AG_FIELD_OF(AgAggregate, initcond, TEXT),
        .flags = AG_FIELD_MAY_BE_EMPTY, .about = "The first state; absent: NULL."},
    [AG_AGGREGATE_MSFUNC] = {.name = "msfunc", AG_FIELD_OF(AgAggregate, msfunc, QNAME),
        .about = "sfunc of the moving form."},
    [AG_AGGREGATE_MINVFUNC] = {.name = "minvfunc", AG_FIELD_OF(AgAggregate, minvfunc, QNAME),
        .about = "Function that takes a row out of the state."},
    [AG_AGGREGATE_MSTYPE] = {.name = "mstype", AG_FIELD_OF(AgAggregate, mstype, TYPE),
        .about = "stype of the moving form."},
    [AG_AGGREGATE_MSSPACE] = {.name = "msspace", AG_FIELD_OF(AgAggregate, msspace, INT),
        .about = "sspace of the moving form."},
    [AG_AGGREGATE_MFINALFUNC] = {.name = "mfinalfunc", AG_FIELD_OF(AgAggregate, mfinalfunc, QNAME),
        .about = "finalfunc of the moving form."},
    [AG_AGGREGATE_MFINALFUNC_EXTRA] = {.name = "mfinalfunc-extra",
        AG_FIELD_OF(AgAggregate, mfinalfunc_extra, BOOL), .about = "It takes the arguments, too."},
    [AG_AGGREGATE_MFINALFUNC_MODIFY] = {.name = "mfinalfunc-modify",
        AG_FIELD_OF(AgAggregate, mfinalfunc_modify, WORD), .words = modifies,
        .about = "What it does to the state."},
    [AG_AGGREGATE_MINITCOND] = {.name = "minitcond", AG_FIELD_OF(AgAggregate, minitcond, TEXT),
        .flags = AG_FIELD_MAY_BE_EMPTY, .about = "initcond of the moving form."},
    [AG_AGGREGATE_SORTOP] = {.name = "sortop", AG_FIELD_OF(AgAggregate, sortop, QNAME),
        .about = "Operator whose order makes the result the first row: min and max."},
    [AG_AGGREGATE_PARALLEL] = {.name = "parallel", AG_FIELD_OF(AgAggregate, parallel, WORD),
        .words = parallels, .about = "Whether parallel workers may run it."},
};
/* clang-format on */

const char *ag_aggregate_usual_modify(const AgAggregate *aggregate)
{
    return aggregate->set == NULL ? "read-only" : "read-write";
}

static const char *settled_word(const char *word, const char *usual, const char *absent)
{
    return g_strcmp0(word, usual) == 0 || g_strcmp0(word, absent) == 0 ? NULL : word;
}

static void settle_function(AgQname *name)
{
    if (g_strcmp0(name->schema, "pg_catalog") == 0)
        name->schema = NULL;
}

void ag_aggregate_settle(AgAggregate *aggregate)
{
    AgQname *const functions[] = {&aggregate->sfunc,        &aggregate->finalfunc,
                                  &aggregate->combinefunc,  &aggregate->serialfunc,
                                  &aggregate->msfunc,       &aggregate->minvfunc,
                                  &aggregate->deserialfunc, &aggregate->sortop,
                                  &aggregate->mfinalfunc};
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
        settle_function(functions[i]);
    aggregate->set = settled_word(aggregate->set, sets[0], NULL);
    aggregate->parallel = settled_word(aggregate->parallel, parallels[0], NULL);
    const char *usual = ag_aggregate_usual_modify(aggregate);
    aggregate->finalfunc_modify = settled_word(aggregate->finalfunc_modify, usual, modifies[0]);
    aggregate->mfinalfunc_modify = settled_word(aggregate->mfinalfunc_modify, usual, modifies[0]);
    if (aggregate->sspace == 0)
        aggregate->sspace = AG_INT_UNSET;
    if (aggregate->msspace == 0)
        aggregate->msspace = AG_INT_UNSET;
    if (aggregate->set == NULL)
        aggregate->direct = AG_INT_UNSET;
    else if (aggregate->direct == AG_INT_UNSET)
        aggregate->direct = 0;
}

static guint n_arguments(const AgAggregate *aggregate)
{
    return aggregate->arguments == NULL ? 0 : aggregate->arguments->len;
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgAggregate *aggregate = (const AgAggregate *)object;
    (void)dialect;
    bool good = true;
    for (guint i = 0; i < n_arguments(aggregate); i++) {
        const AgArgument *argument = g_ptr_array_index(aggregate->arguments, i);
        bool output = argument->mode != NULL && strcmp(argument->mode, "variadic") != 0;
        if (output || argument->default_sql.written != NULL)
            good = ag_fail(diag, AG_PROBLEM_EXCLUSIVE, argument->place,
                           "an argument of an aggregate has no %s",
                           output ? "mode but variadic" : "default");
    }
    if (aggregate->set != NULL &&
        (aggregate->direct < 0 || aggregate->direct > (int64_t)n_arguments(aggregate)))
        good = ag_fail(diag, AG_PROBLEM_BAD_VALUE, object->place,
                       "aggregate '%s' has %u arguments, not %" G_GINT64_FORMAT " direct ones",
                       object->name, n_arguments(aggregate), aggregate->direct);
    return good;
}

static void add_function(const AgObject *object, AgNeeds *needs, AgQname name)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (name.name == NULL)
        return;
    if (name.schema != NULL)
        g_string_append_printf(text, "\"%s\".", name.schema);
    g_string_append_printf(text, "\"%s\"(", name.name);
    ag_needs_sql(needs, object, (AgSql){.written = ag_pool_text(needs->pool, text->str)});
}

static void add_needs(const AgObject *object, AgNeeds *needs)
{
    const AgAggregate *aggregate = (const AgAggregate *)object;
    const AgQname functions[] = {aggregate->sfunc,        aggregate->finalfunc,
                                 aggregate->combinefunc,  aggregate->serialfunc,
                                 aggregate->deserialfunc, aggregate->msfunc,
                                 aggregate->minvfunc,     aggregate->mfinalfunc};
    for (guint i = 0; i < n_arguments(aggregate); i++)
        ag_needs_sql(needs, object,
                     ((const AgArgument *)g_ptr_array_index(aggregate->arguments, i))->type);
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
        add_function(object, needs, functions[i]);
    ag_needs_sql(needs, object, aggregate->stype);
    ag_needs_sql(needs, object, aggregate->mstype);
}

/* What an aggregate returns cannot be replaced, and the type of its state and its final function
 * tell that; nor what its arguments are called. */
bool ag_aggregate_can_replace(const AgAggregate *old, const AgAggregate *new_aggregate)
{
    guint n = n_arguments(old);
    if (n != n_arguments(new_aggregate) || g_strcmp0(old->set, new_aggregate->set) != 0 ||
        old->direct != new_aggregate->direct || !ag_sql_same(old->stype, new_aggregate->stype) ||
        !ag_qname_same(old->finalfunc, new_aggregate->finalfunc, false) ||
        old->finalfunc_extra != new_aggregate->finalfunc_extra)
        return false;
    for (guint i = 0; i < n; i++) {
        if (!ag_argument_same(g_ptr_array_index(old->arguments, i),
                              g_ptr_array_index(new_aggregate->arguments, i)))
            return false;
    }
    return true;
}

const AgKindInfo ag_kind_aggregate = {
    .kind = AG_KIND_AGGREGATE,
    .noun = "aggregate",
    .element = "aggregate",
    .in_schema = true,
    .names = AG_NAMED_AS_ROUTINE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_ROUTINE,
    .size = sizeof(AgAggregate),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An aggregate.",
    .check = check,
    .needs = add_needs,
};
