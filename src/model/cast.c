/* SPDX-License-Identifier: MIT */
#include "model/cast.h"

#include "model/needs.h"
#include "model/type_name.h"

static const char *const contexts[] = {"explicit", "assignment", "implicit", NULL};

static const AgField fields[] = {
    [AG_TYPE_CAST_SOURCE] = {.name = "source",
                             AG_FIELD_OF(AgTypeCast, source, TYPE),
                             .flags = AG_FIELD_REQUIRED,
                             .about = "The type whose values are converted."},
    [AG_TYPE_CAST_TARGET] = {.name = "target",
                             AG_FIELD_OF(AgTypeCast, target, TYPE),
                             .flags = AG_FIELD_REQUIRED,
                             .about = "The type they become."},
    [AG_TYPE_CAST_FUNCTION] = {.name = "function",
                               AG_FIELD_OF(AgTypeCast, function, QNAME),
                               .about = "The function that converts; absent: none, the two types "
                                        "are kept alike."},
    [AG_TYPE_CAST_INOUT] = {.name = "inout",
                            AG_FIELD_OF(AgTypeCast, inout, BOOL),
                            .about = "true: through text, as one type prints and the other reads "
                                     "it."},
    [AG_TYPE_CAST_AS] = {.name = "as",
                         AG_FIELD_OF(AgTypeCast, as, WORD),
                         .words = contexts,
                         .about = "Where it is used unasked: in assignments, or implicitly in any "
                                  "expression; absent: nowhere."},
};

static const char *text_of(AgSql type)
{
    return type.canonical != NULL ? type.canonical : type.written;
}

const char *ag_type_cast_signature(AgPool *pool, const AgTypeCast *cast)
{
    if (text_of(cast->source) == NULL || text_of(cast->target) == NULL)
        return "";
    return ag_pool_printf(pool, "%s as %s", text_of(cast->source), text_of(cast->target));
}

static const char *derive_name(AgPool *pool, const AgObject *object)
{
    (void)pool;
    (void)object;
    return "cast";
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgTypeCast *cast = (const AgTypeCast *)object;
    (void)dialect;
    return cast->function.name == NULL || !cast->inout ||
           ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                   "a cast goes by a function or through text, not both");
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgTypeCast *cast = (const AgTypeCast *)object;
    ag_needs_type(needs, object, cast->source);
    ag_needs_type(needs, object, cast->target);
    if (cast->function.name != NULL)
        ag_needs_named(needs, cast->function.schema, cast->function.name);
}

const AgKindInfo ag_kind_cast = {
    .kind = AG_KIND_CAST,
    .noun = "cast",
    .element = "cast",
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgTypeCast),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A cast. It is compared where a type or the function of it stands in a managed "
             "schema, the models name any cast, or all schemas are managed.",
    .check = check,
    .derive_name = derive_name,
    .needs = collect_needs,
};
