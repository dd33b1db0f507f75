/* SPDX-License-Identifier: MIT */
#include "model/composite.h"

#include "model/type_name.h"

const AgKindInfo ag_kind_composite = {
    .kind = AG_KIND_COMPOSITE,
    .noun = "composite type",
    .element = "composite-type",
    .in_schema = true,
    .names = AG_NAMED_AS_TYPE | AG_NAMED_AS_RELATION,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_TYPE,
    .size = sizeof(AgComposite),
    .about = "A type of several attributes.",
};

static const AgField field_fields[] = {
    [AG_COMPOSITE_FIELD_TYPE] = {.name = "type",
                                 AG_FIELD_OF(AgCompositeField, type, TYPE),
                                 .flags = AG_FIELD_REQUIRED,
                                 .about = "One SQL type with its modifiers."},
    [AG_COMPOSITE_FIELD_COLLATION] = {.name = "collation",
                                      AG_FIELD_OF(AgCompositeField, collation, QNAME),
                                      .about = "Collation; absent: the type's own."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgCompositeField *field = (const AgCompositeField *)object;
    ag_needs_type(needs, object, field->type);
    ag_needs_collation(needs, field->collation);
}

const AgKindInfo ag_kind_composite_field = {
    .kind = AG_KIND_COMPOSITE_FIELD,
    .noun = "attribute",
    .element = "field",
    .parents = (const AgKindInfo *const[]){&ag_kind_composite, NULL},
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgCompositeField),
    .fields = field_fields,
    .n_fields = G_N_ELEMENTS(field_fields),
    .about = "An attribute of a composite type. New ones come last in the database, wherever they "
             "stand here.",
    .needs = collect_needs,
};
