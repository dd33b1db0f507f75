/* SPDX-License-Identifier: MIT */
#include "model/statistics.h"

#include "model/needs.h"

const char *const ag_statistics_measures[] = {"ndistinct", "dependencies", "mcv", NULL};

static const AgField fields[] = {
    [AG_STATISTICS_TABLE] = {.name = "table",
                             AG_FIELD_OF(AgStatistics, table, QNAME),
                             .flags = AG_FIELD_REQUIRED,
                             .about = "The table or materialized view looked at."},
    [AG_STATISTICS_COLUMNS] = {.name = "columns",
                               AG_FIELD_OF(AgStatistics, columns, NAMES),
                               .flags = AG_FIELD_UNORDERED,
                               .about = "The columns, in any order."},
    [AG_STATISTICS_EXPRESSIONS] = {.name = "expression",
                                   AG_FIELD_OF(AgStatistics, expressions, PARTS),
                                   .form = AG_FORM_CHILDREN,
                                   .about = "Expressions, behind the columns (PostgreSQL 14)."},
    [AG_STATISTICS_MEASURES] = {.name = "kinds",
                                AG_FIELD_OF(AgStatistics, measures, SET),
                                .words = ag_statistics_measures,
                                .about = "Some of ndistinct, dependencies and mcv; absent: all."},
    [AG_STATISTICS_TARGET] = {.name = "target",
                              AG_FIELD_OF(AgStatistics, target, INT),
                              .about = "How much detail is gathered; absent: as for the columns."},
};

GPtrArray *ag_statistics_settle(GPtrArray *measures)
{
    return measures == NULL || measures->len == 0 || measures->len == 3 ? NULL : measures;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgStatistics *statistics = (const AgStatistics *)object;
    AgQname table = statistics->table;
    ag_needs_object(needs, AG_KIND_TABLE, table.schema, table.name);
    ag_needs_object(needs, AG_KIND_MATERIALIZED_VIEW, table.schema, table.name);
    for (guint i = 0; statistics->columns != NULL && i < statistics->columns->len; i++)
        ag_needs_column(needs, table.schema, table.name, g_ptr_array_index(statistics->columns, i));
    for (guint i = 0; statistics->expressions != NULL && i < statistics->expressions->len; i++) {
        const AgPart *part = g_ptr_array_index(statistics->expressions, i);
        ag_needs_sql(needs, object, part->expression);
    }
}

const AgKindInfo ag_kind_statistics = {
    .kind = AG_KIND_STATISTICS,
    .noun = "statistics object",
    .element = "statistics",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgStatistics),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "Extended statistics on columns and expressions of one table or "
             "materialized view.",
    .needs = collect_needs,
};
