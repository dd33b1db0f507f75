/* SPDX-License-Identifier: MIT */
#include "model/sequence.h"

#include "model/needs.h"

static const AgField fields[] = {
    [AG_SEQUENCE_TYPE] = {.name = "type",
                          AG_FIELD_OF(AgSequence, type, TYPE),
                          .about = "smallint, integer or bigint (the default)."},
    [AG_SEQUENCE_START] = {.name = "start",
                           AG_FIELD_OF(AgSequence, start, INT),
                           .about = "First value."},
    [AG_SEQUENCE_INCREMENT] = {.name = "increment",
                               AG_FIELD_OF(AgSequence, increment, INT),
                               .about = "Step, 1 by default."},
    [AG_SEQUENCE_MIN] = {.name = "min",
                         AG_FIELD_OF(AgSequence, min, INT),
                         .about = "Lowest value."},
    [AG_SEQUENCE_MAX] = {.name = "max",
                         AG_FIELD_OF(AgSequence, max, INT),
                         .about = "Highest value."},
    [AG_SEQUENCE_CACHE] = {.name = "cache",
                           AG_FIELD_OF(AgSequence, cache, INT),
                           .about = "Values taken in advance, 1 by default."},
    [AG_SEQUENCE_CYCLE] = {.name = "cycle",
                           AG_FIELD_OF(AgSequence, cycle, BOOL),
                           .about = "Begins anew at the end."},
    [AG_SEQUENCE_OWNED_BY] = {.name = "owned-by",
                              AG_FIELD_OF(AgSequence, owned_by, COLUMN),
                              .about = "[schema.]table.column it is dropped with."},
};

const AgKindInfo ag_kind_sequence = {
    .kind = AG_KIND_SEQUENCE,
    .noun = "sequence",
    .element = "sequence",
    .in_schema = true,
    .names = AG_NAMED_AS_RELATION,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_SEQUENCE,
    .size = sizeof(AgSequence),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A sequence.",
};
