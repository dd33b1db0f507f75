/* SPDX-License-Identifier: MIT */
#include "model/range.h"

#include "model/default_name.h"
#include "model/type_name.h"

#include <string.h>

static const AgField fields[] = {
    [AG_RANGE_SUBTYPE] = {.name = "subtype",
                          AG_FIELD_OF(AgRange, subtype, TYPE),
                          .flags = AG_FIELD_REQUIRED,
                          .about = "The type of the bounds."},
    [AG_RANGE_OPCLASS] = {.name = "subtype-opclass",
                          AG_FIELD_OF(AgRange, opclass, QNAME),
                          .about = "Operator class that orders the subtype; absent: its default."},
    [AG_RANGE_COLLATION] = {.name = "collation",
                            AG_FIELD_OF(AgRange, collation, QNAME),
                            .about = "Collation; absent: the subtype's own."},
    [AG_RANGE_CANONICAL] = {.name = "canonical",
                            AG_FIELD_OF(AgRange, canonical, QNAME),
                            .about = "Function that makes equal ranges look the same."},
    [AG_RANGE_SUBTYPE_DIFF] = {.name = "subtype-diff",
                               AG_FIELD_OF(AgRange, subtype_diff, QNAME),
                               .about = "Function that tells how far two bounds are apart."},
    [AG_RANGE_MULTIRANGE] = {.name = "multirange-name",
                             AG_FIELD_OF(AgRange, multirange, NAME),
                             .about = "Name of its multirange type (PostgreSQL 14); absent: as the "
                                      "server makes it."},
};

/* makeMultirangeTypeName: "range" becomes "multirange", else "_multirange" is added; cut to what a
 * name may be long. */
const char *ag_range_multirange(AgPool *pool, const AgRange *range)
{
    if (range->multirange != NULL)
        return range->multirange;
    const char *name = range->object.name, *at = strstr(name, "range");
    g_autofree char *text =
        at != NULL
            ? g_strdup_printf("%.*smulti%s", (int)(at - name), name, at)
            : g_strdup_printf("%.*s_multirange", (int)MIN(strlen(name), AG_NAME_BYTES - 11), name);
    if (strlen(text) > AG_NAME_BYTES)
        *g_utf8_find_prev_char(text, text + AG_NAME_BYTES + 1) = '\0';
    return ag_pool_name(pool, text);
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgRange *range = (const AgRange *)object;
    ag_needs_type(needs, object, range->subtype);
    ag_needs_collation(needs, range->collation);
    ag_needs_qname(needs, range->opclass);
    ag_needs_qname(needs, range->canonical);
    ag_needs_qname(needs, range->subtype_diff);
}

const AgKindInfo ag_kind_range = {
    .kind = AG_KIND_RANGE,
    .noun = "range type",
    .element = "range-type",
    .in_schema = true,
    .names = AG_NAMED_AS_TYPE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_TYPE,
    .size = sizeof(AgRange),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A range type.",
    .needs = collect_needs,
};
