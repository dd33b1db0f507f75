/* SPDX-License-Identifier: MIT */
#include "model/view.h"

#include "model/needs.h"

#include <string.h>

static const char *const check_words[] = {"none", "local", "cascaded", NULL};

/* clang-format off */
#define QUERY_FIELDS                                                                               \
    {.name = "query", AG_FIELD_OF(AgView, query, EXPR), .form = AG_FORM_ELEMENT,                   \
     .flags = AG_FIELD_REQUIRED, .about = "The query; its text, or src=\"file\"."},                \
    {.name = "columns", AG_FIELD_OF(AgView, columns, NAMES),                                       \
     .about = "Names of the columns, in place of those the query gives them."},                    \
    {.name = "depends-on", AG_FIELD_OF(AgView, depends_on, NAMES),                                 \
     .flags = AG_FIELD_NOT_COMPARED,                                                               \
     .about = "What must exist before it and stands in no text that can be read."}
/* clang-format on */

static const AgField view_fields[] = {
    QUERY_FIELDS,
    [AG_VIEW_SECURITY_INVOKER] = {.name = "security-invoker",
                                  AG_FIELD_OF(AgView, security_invoker, BOOL),
                                  .dialects = AG_IN(POSTGRESQL),
                                  .about = "Tables are read with the rights of whoever asks "
                                           "(PostgreSQL 15)."},
    [AG_VIEW_SECURITY_BARRIER] = {.name = "security-barrier",
                                  AG_FIELD_OF(AgView, security_barrier, BOOL),
                                  .dialects = AG_IN(POSTGRESQL),
                                  .about = "Conditions of whoever asks come after the view's own."},
    [AG_VIEW_CHECK_OPTION] = {.name = "check-option",
                              AG_FIELD_OF(AgView, check_option, WORD),
                              .words = check_words,
                              .dialects = AG_IN(POSTGRESQL),
                              .about = "Rows that are written must be rows of the view."},
};

static const AgField materialized_fields[] = {
    QUERY_FIELDS,
    [AG_MATERIALIZED_VIEW_METHOD] = {.name = "access-method",
                                     AG_FIELD_OF(AgView, method, NAME),
                                     .flags = AG_FIELD_IF_WRITTEN,
                                     .about = "Table access method; absent: not compared."},
    [AG_MATERIALIZED_VIEW_TABLESPACE] = {.name = "tablespace",
                                         AG_FIELD_OF(AgView, tablespace, NAME),
                                         .flags = AG_FIELD_IF_WRITTEN,
                                         .about = "Tablespace; absent: not compared."},
    [AG_MATERIALIZED_VIEW_PARAMS] = {.name = "param",
                                     AG_FIELD_OF(AgView, params, OPTIONS),
                                     .form = AG_FORM_CHILDREN,
                                     .about = "Storage parameters."},
    [AG_MATERIALIZED_VIEW_WITH_NO_DATA] = {.name = "with-no-data",
                                           AG_FIELD_OF(AgView, with_no_data, BOOL),
                                           .about = "Made without rows; it cannot be read until it "
                                                    "is refreshed."},
};

static const AgField column_fields[] = {
    [AG_VIEW_COLUMN_DEFAULT_SQL] = {.name = "default-sql",
                                    AG_FIELD_OF(AgViewColumn, default_sql, EXPR),
                                    .about = "What INSERT into the view puts in when nothing is "
                                             "given."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgView *view = (const AgView *)object;
    ag_needs_sql(needs, object, view->query);
    for (guint i = 0; view->depends_on != NULL && i < view->depends_on->len; i++)
        ag_needs_name(needs, g_ptr_array_index(view->depends_on, i));
}

static void collect_column_needs(const AgObject *object, AgNeeds *needs)
{
    ag_needs_sql(needs, object, ((const AgViewColumn *)object)->default_sql);
}

bool ag_view_column_is_idle(const AgObject *column)
{
    return ((const AgViewColumn *)column)->default_sql.written == NULL && column->comment == NULL &&
           column->grants == NULL;
}

bool ag_view_can_replace(const AgView *old, const AgView *new_view)
{
    const GPtrArray *before = old->shape, *after = new_view->shape;
    if (before == NULL || after == NULL || after->len < before->len)
        return false;
    for (guint i = 0; i < before->len; i++) {
        const AgShapeColumn *a = g_ptr_array_index(before, i), *b = g_ptr_array_index(after, i);
        if (strcmp(a->name, b->name) != 0 || strcmp(a->type, b->type) != 0 ||
            g_strcmp0(a->collation, b->collation) != 0)
            return false;
    }
    return true;
}

const AgKindInfo ag_kind_view = {
    .kind = AG_KIND_VIEW,
    .noun = "view",
    .element = "view",
    .in_schema = true,
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_TYPE,
    .dialects = AG_IN_ALL,
    .grants = AG_GRANTS_TABLE,
    .size = sizeof(AgView),
    .fields = view_fields,
    .n_fields = G_N_ELEMENTS(view_fields),
    .about = "A view.",
    .needs = collect_needs,
};

const AgKindInfo ag_kind_materialized_view = {
    .kind = AG_KIND_MATERIALIZED_VIEW,
    .noun = "materialized view",
    .element = "materialized-view",
    .in_schema = true,
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_TYPE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_TABLE,
    .size = sizeof(AgView),
    .fields = materialized_fields,
    .n_fields = G_N_ELEMENTS(materialized_fields),
    .about = "A view whose rows are kept until it is refreshed.",
    .needs = collect_needs,
};

const AgKindInfo ag_kind_view_column = {
    .kind = AG_KIND_VIEW_COLUMN,
    .noun = "view column",
    .element = "column",
    .parents = (const AgKindInfo *const[]){&ag_kind_view, &ag_kind_materialized_view, NULL},
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_COLUMN,
    .size = sizeof(AgViewColumn),
    .fields = column_fields,
    .n_fields = G_N_ELEMENTS(column_fields),
    .about = "A column of a view that has a default or a comment of its own; the query makes all "
             "of them.",
    .needs = collect_column_needs,
};
