/* SPDX-License-Identifier: MIT */
#include "model/enum.h"

static const AgField fields[] = {
    [AG_ENUM_VALUES] = {.name = "value",
                        AG_FIELD_OF(AgEnum, values, VALUES),
                        .form = AG_FORM_CHILDREN,
                        .about = "The values in their order."},
};

const AgKindInfo ag_kind_enum = {
    .kind = AG_KIND_ENUM,
    .noun = "enum",
    .element = "enum",
    .in_schema = true,
    .names = AG_NAMED_AS_TYPE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_TYPE,
    .size = sizeof(AgEnum),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An enumeration type; on SQLite TEXT with a check.",
};
