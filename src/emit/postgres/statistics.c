/* SPDX-License-Identifier: MIT */
#include "model/statistics.h"

#include "emit/postgres/postgres.h"

#include <inttypes.h>

static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place = AG_FIELD_BIT(AG_STATISTICS_TARGET) | AG_FIELD_COMMON;
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

/* The table (or materialized view) of the object's side; NULL when that side does not have it. */
static const AgObject *table_of(AgWriting *w, const AgStatistics *statistics)
{
    const AgSchema *side = ag_writing_side(w, &statistics->object);
    AgQname name = statistics->table;
    const AgObject *table = ag_schema_find(side, AG_KIND_TABLE, name.schema, name.name);
    return table != NULL ? table
                         : ag_schema_find(side, AG_KIND_MATERIALIZED_VIEW, name.schema, name.name);
}

/* Expressions speak of the table's columns as those of its parts do. */
static const AgObject *as_part(AgWriting *w, const AgStatistics *statistics, const AgObject *table)
{
    AgStatistics *part = ag_pool_new0(w->pool, AgStatistics);
    *part = *statistics;
    part->object.parent = (AgObject *)(uintptr_t)table;
    return table == NULL ? &statistics->object : &part->object;
}

static void put_measures(GString *out, const GPtrArray *measures)
{
    for (guint i = 0; measures != NULL && i < measures->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : " (",
                               (const char *)g_ptr_array_index(measures, i));
    if (measures != NULL && measures->len > 0)
        g_string_append_c(out, ')');
}

static void put_expressions(AgWriting *w, GString *out, const AgStatistics *statistics,
                            const AgObject *table)
{
    const AgObject *holder = as_part(w, statistics, table);
    for (guint i = 0; statistics->expressions != NULL && i < statistics->expressions->len; i++) {
        const AgPart *part = g_ptr_array_index(statistics->expressions, i);
        g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "",
                               ag_postgres_wrapped(w, holder, part->expression));
    }
}

static const char *table_name(AgWriting *w, const AgStatistics *statistics, const AgObject *table)
{
    if (table != NULL)
        return ag_writing_qname(w, table);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, statistics->table.schema, statistics->table.name);
    return ag_pool_text(w->pool, out->str);
}

static void set_target(AgWriting *w, const AgChange *change)
{
    int64_t target = ((const AgStatistics *)change->new)->target;
    ag_write(w, change, "ALTER STATISTICS %s SET STATISTICS %" PRId64,
             ag_writing_qname(w, change->new), target == AG_INT_UNSET ? -1 : target);
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgStatistics *statistics = (const AgStatistics *)change->new;
    const AgObject *table = table_of(w, statistics);
    g_autoptr(GString) measures = g_string_new(NULL);
    g_autoptr(GString) parts = g_string_new(NULL);
    if (statistics->expressions != NULL &&
        !ag_postgres_needs(w, change->new, 140000, "an expression"))
        return false;
    put_measures(measures, statistics->measures);
    if (table != NULL)
        ag_postgres_put_columns(w, parts, table, statistics->columns);
    else if (statistics->columns != NULL)
        ag_quote_names(w->dialect, parts, statistics->columns);
    put_expressions(w, parts, statistics, table);
    ag_write(w, change, "CREATE STATISTICS %s%s\n    ON %s\n    FROM %s",
             ag_writing_qname(w, change->new), measures->str, parts->str,
             table_name(w, statistics, table));
    if (statistics->target != AG_INT_UNSET)
        set_target(w, change);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_STATISTICS_TARGET, &handled))
        set_target(w, change);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "STATISTICS");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP STATISTICS %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_statistics_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
