/* SPDX-License-Identifier: MIT */
#include "model/conversion.h"

#include "model/needs.h"

static const AgField fields[] = {
    [AG_CONVERSION_FROM] = {.name = "from-encoding",
                            AG_FIELD_OF(AgConversion, from, NAME),
                            .flags = AG_FIELD_REQUIRED,
                            .about = "The encoding that is read, as the server spells it: UTF8."},
    [AG_CONVERSION_TO] = {.name = "to-encoding",
                          AG_FIELD_OF(AgConversion, to, NAME),
                          .flags = AG_FIELD_REQUIRED,
                          .about = "The encoding that is written."},
    [AG_CONVERSION_FUNCTION] = {.name = "function",
                                AG_FIELD_OF(AgConversion, function, QNAME),
                                .flags = AG_FIELD_REQUIRED,
                                .about = "The function that converts."},
    [AG_CONVERSION_DEFAULT] = {.name = "default",
                               AG_FIELD_OF(AgConversion, is_default, BOOL),
                               .about = "true: what the server uses between the two."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    AgQname function = ((const AgConversion *)object)->function;
    if (function.name != NULL)
        ag_needs_named(needs, function.schema, function.name);
}

const AgKindInfo ag_kind_conversion = {
    .kind = AG_KIND_CONVERSION,
    .noun = "conversion",
    .element = "conversion",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgConversion),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A conversion between encodings.",
    .needs = collect_needs,
};
