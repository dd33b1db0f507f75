/* SPDX-License-Identifier: MIT */
#include "model/index.h"

static const char *const deferrable_words[] = {"no", "initially-immediate", "initially-deferred",
                                               NULL};

static const AgField fields[] = {
    [AG_EXCLUDE_USING] = {.name = "using",
                          AG_FIELD_OF(AgIndex, method, NAME),
                          .about = "Access method; absent: gist."},
    [AG_EXCLUDE_PARTS] = {.name = "columns",
                          AG_FIELD_OF(AgIndex, parts, PARTS),
                          .form = AG_FORM_CHILDREN,
                          .flags = AG_FIELD_REQUIRED,
                          .about =
                              "Column and expression children in order, each with=\"operator\"."},
    [AG_EXCLUDE_INCLUDE] = {.name = "include",
                            AG_FIELD_OF(AgIndex, include, NAMES),
                            .about = "Columns kept in the index beside the key."},
    [AG_EXCLUDE_WHERE] = {.name = "where",
                          AG_FIELD_OF(AgIndex, where, EXPR),
                          .form = AG_FORM_ELEMENT,
                          .about = "Only rows that fulfil this are compared."},
    [AG_EXCLUDE_DEFERRABLE] = {.name = "deferrable",
                               AG_FIELD_OF(AgIndex, deferrable, WORD),
                               .words = deferrable_words,
                               .about = "When the constraint is checked."},
    [AG_EXCLUDE_TABLESPACE] = {.name = "tablespace",
                               AG_FIELD_OF(AgIndex, tablespace, NAME),
                               .flags = AG_FIELD_IF_WRITTEN,
                               .about = "Tablespace of the index; absent: not compared."},
    [AG_EXCLUDE_PARAMS] = {.name = "param",
                           AG_FIELD_OF(AgIndex, params, OPTIONS),
                           .form = AG_FORM_CHILDREN,
                           .about = "Storage parameters of the index."},
    [AG_EXCLUDE_INDEX_COMMENT] = {.name = "index-comment",
                                  AG_FIELD_OF(AgIndex, index_comment, TEXT),
                                  .about = "The comment of the index behind the constraint."},
};

bool ag_has_index_parts(const AgObject *object)
{
    return object->info->kind == AG_KIND_INDEX || object->info->kind == AG_KIND_EXCLUDE;
}

bool ag_index_keeps_parts(const AgIndex *old, const AgIndex *new_index)
{
    guint n = old->parts == NULL ? 0 : old->parts->len;
    if (n != (new_index->parts == NULL ? 0 : new_index->parts->len))
        return false;
    for (guint i = 0; i < n; i++) {
        AgPart part = *(const AgPart *)g_ptr_array_index(old->parts, i);
        const AgPart *other = g_ptr_array_index(new_index->parts, i);
        part.statistics = other->statistics;
        if (!ag_part_same(&part, other, false))
            return false;
    }
    return true;
}

const char *ag_index_usual_method(const AgKindInfo *info)
{
    return info->kind == AG_KIND_EXCLUDE ? "gist" : "btree";
}

const char *ag_index_method(const AgIndex *index)
{
    return index->method != NULL ? index->method : ag_index_usual_method(index->object.info);
}

const AgKindInfo ag_kind_exclude = {
    .kind = AG_KIND_EXCLUDE,
    .noun = "exclusion constraint",
    .element = "exclude",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_CONSTRAINT,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgIndex),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "An exclusion constraint: no two rows for which all operators say true.",
    .needs = ag_index_needs,
};
