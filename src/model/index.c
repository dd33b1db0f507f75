/* SPDX-License-Identifier: MIT */
#include "model/index.h"

#include "model/type_name.h"

#include <string.h>

static const AgField fields[] = {
    [AG_INDEX_UNIQUE] = {.name = "unique",
                         AG_FIELD_OF(AgIndex, unique, BOOL),
                         .about = "No two rows may agree."},
    [AG_INDEX_USING] = {.name = "using",
                        AG_FIELD_OF(AgIndex, method, NAME),
                        .dialects = AG_IN(POSTGRESQL),
                        .about = "Access method; absent: btree."},
    [AG_INDEX_PARTS] = {.name = "columns",
                        AG_FIELD_OF(AgIndex, parts, PARTS),
                        .form = AG_FORM_CHILDREN,
                        .flags = AG_FIELD_REQUIRED,
                        .about = "columns=\"a b\", or column and expression children in order."},
    [AG_INDEX_INCLUDE] = {.name = "include",
                          AG_FIELD_OF(AgIndex, include, NAMES),
                          .dialects = AG_IN(POSTGRESQL),
                          .about = "Columns kept in the index beside the key."},
    [AG_INDEX_WHERE] = {.name = "where",
                        AG_FIELD_OF(AgIndex, where, EXPR),
                        .form = AG_FORM_ELEMENT,
                        .about = "Predicate of a partial index."},
    [AG_INDEX_NULLS_NOT_DISTINCT] = {.name = "nulls-not-distinct",
                                     AG_FIELD_OF(AgIndex, nulls_not_distinct, BOOL),
                                     .dialects = AG_IN(POSTGRESQL),
                                     .about = "Two NULLs count as equal (PostgreSQL 15)."},
    [AG_INDEX_TABLESPACE] = {.name = "tablespace",
                             AG_FIELD_OF(AgIndex, tablespace, NAME),
                             .flags = AG_FIELD_IF_WRITTEN,
                             .dialects = AG_IN(POSTGRESQL),
                             .about = "Tablespace; absent: not compared."},
    [AG_INDEX_PARAMS] = {.name = "param",
                         AG_FIELD_OF(AgIndex, params, OPTIONS),
                         .form = AG_FORM_CHILDREN,
                         .dialects = AG_IN(POSTGRESQL),
                         .about = "Storage parameters."},
    [AG_INDEX_CONCURRENTLY] = {.name = "concurrently",
                               AG_FIELD_OF(AgIndex, concurrently, BOOL),
                               .flags = AG_FIELD_NOT_COMPARED,
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "How revisions build it; never compared."},
};

void ag_index_needs(const AgObject *object, AgNeeds *needs)
{
    const AgIndex *index = (const AgIndex *)object;
    const AgObject *table = object->parent;
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column != NULL)
            ag_needs_column(needs, table->schema, table->name, part->column);
        else
            ag_needs_sql(needs, object, part->expression);
        ag_needs_collation(needs, part->collation);
        if (part->opclass.name != NULL)
            ag_needs_named(needs, part->opclass.schema, part->opclass.name);
        /* "=" or "shop.===". */
        const char *dot = part->with == NULL ? NULL : strrchr(part->with, '.');
        if (part->with != NULL)
            ag_needs_named(needs, NULL, dot != NULL ? dot + 1 : part->with);
    }
    for (guint i = 0; index->include != NULL && i < index->include->len; i++)
        ag_needs_column(needs, table->schema, table->name, g_ptr_array_index(index->include, i));
    ag_needs_sql(needs, object, index->where);
}

const AgKindInfo ag_kind_index = {
    .kind = AG_KIND_INDEX,
    .noun = "index",
    .element = "index",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, &ag_kind_materialized_view, NULL},
    .name_optional = true,
    .names = AG_NAMED_AS_RELATION,
    .dialects = AG_IN_ALL,
    .size = sizeof(AgIndex),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An index that is not behind a key.",
    .needs = ag_index_needs,
};
