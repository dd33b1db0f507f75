/* SPDX-License-Identifier: MIT */
#include "model/namespace.h"

static const char *const unmanaged_words[] = {"drop", "report", "ignore", NULL};

static const AgField fields[] = {
    [AG_NAMESPACE_UNMANAGED] = {.name = "unmanaged",
                                AG_FIELD_OF(AgNamespace, unmanaged, WORD),
                                .words = unmanaged_words,
                                .flags = AG_FIELD_NOT_COMPARED,
                                .about =
                                    "What becomes of objects of the schema that no model names."},
};

const AgKindInfo ag_kind_namespace = {
    .kind = AG_KIND_NAMESPACE,
    .noun = "schema",
    .element = "schema",
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_SCHEMA,
    .size = sizeof(AgNamespace),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A database schema.",
};
