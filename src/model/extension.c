/* SPDX-License-Identifier: MIT */
#include "model/extension.h"

#include "model/needs.h"

static const AgField fields[] = {
    [AG_EXTENSION_SCHEMA] = {.name = "schema",
                             AG_FIELD_OF(AgExtension, in, NAME),
                             .flags = AG_FIELD_IF_WRITTEN,
                             .about = "The schema its objects live in; absent: not compared."},
    [AG_EXTENSION_VERSION] = {.name = "version",
                              AG_FIELD_OF(AgExtension, version, TEXT),
                              .flags = AG_FIELD_IF_WRITTEN,
                              .about = "The version wanted; absent: any."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgExtension *extension = (const AgExtension *)object;
    if (extension->in != NULL)
        ag_needs_object(needs, AG_KIND_NAMESPACE, NULL, extension->in);
}

const AgKindInfo ag_kind_extension = {
    .kind = AG_KIND_EXTENSION,
    .noun = "extension",
    .element = "extension",
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgExtension),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An extension. Dropped only with consent.",
    .needs = collect_needs,
};
