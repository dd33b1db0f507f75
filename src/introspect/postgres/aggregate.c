/* SPDX-License-Identifier: MIT */
#include "model/aggregate.h"

#include "introspect/postgres/catalog.h"
#include "model/routine.h"

#include <string.h>

/* The name of a function, with its schema unless that is pg_catalog; NULL for none. */
#define FUNCTION(column, field)                                                                    \
    " CASE WHEN a." column " <> 0 THEN a." column "::pg_catalog.text END AS " field ","
#define MODIFY(column)                                                                             \
    "CASE a." column " WHEN 'r' THEN 'read-only' WHEN 's' THEN 'shareable' ELSE 'read-write' END"

/* clang-format off */
static const char select_sql[] =
    "SELECT p.oid, p.pronamespace, p.proname, pg_catalog.pg_get_userbyid(p.proowner) AS owner,"
    " ARRAY(SELECT pg_catalog.format_type(t.type, NULL) FROM pg_catalog.unnest("
    "p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY t(type, n) ORDER BY t.n),"
    " p.proargmodes, p.proargnames,"
    " CASE a.aggkind WHEN 'o' THEN 'ordered' WHEN 'h' THEN 'hypothetical' ELSE 'none' END"
    " AS \"set\", a.aggnumdirectargs AS \"direct-arguments\","
    " pg_catalog.format_type(a.aggtranstype, NULL) AS stype, a.aggtransspace AS sspace,"
    " a.aggfinalextra AS \"finalfunc-extra\", a.agginitval AS initcond,"
    " " MODIFY("aggfinalmodify") " AS \"finalfunc-modify\","
    " CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END"
    " AS mstype, a.aggmtransspace AS msspace, a.aggmfinalextra AS \"mfinalfunc-extra\","
    " CASE WHEN a.aggmtransfn <> 0 THEN " MODIFY("aggmfinalmodify") " END"
    " AS \"mfinalfunc-modify\", a.aggminitval AS minitcond,"
    FUNCTION("aggtransfn", "sfunc") FUNCTION("aggfinalfn", "finalfunc")
    FUNCTION("aggcombinefn", "combinefunc") FUNCTION("aggserialfn", "serialfunc")
    FUNCTION("aggdeserialfn", "deserialfunc") FUNCTION("aggmtransfn", "msfunc")
    FUNCTION("aggminvtransfn", "minvfunc") FUNCTION("aggmfinalfn", "mfinalfunc")
    " (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.oprname)"
    " FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n"
    " ON n.oid = o.oprnamespace WHERE o.oid = a.aggsortop) AS sortop,"
    " CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END"
    " AS parallel"
    " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid"
    " WHERE " AG_PG_MANAGED("p.pronamespace")
    " AND " AG_PG_NOT_MEMBER("p.oid", AG_PG_PROC);
/* clang-format on */

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return select_sql;
}

enum { OID, NAMESPACE, NAME, TYPES = 4, MODES, NAMES };

static const char *item(const GPtrArray *list, guint i)
{
    const char *text = i < list->len ? g_ptr_array_index(list, i) : NULL;
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static GPtrArray *arguments_of(AgPool *pool, const AgRows *rows, guint row)
{
    GPtrArray *types = ag_pg_array(pool, ag_rows_get(rows, row, TYPES));
    GPtrArray *modes = ag_pg_array(pool, ag_rows_get(rows, row, MODES));
    GPtrArray *names = ag_pg_array(pool, ag_rows_get(rows, row, NAMES));
    GPtrArray *arguments = ag_pool_array(pool);
    for (guint i = 0; i < types->len; i++) {
        AgArgument *argument = ag_pool_new0(pool, AgArgument);
        argument->name = ag_pool_name(pool, item(names, i));
        argument->mode = g_strcmp0(item(modes, i), "v") == 0 ? "variadic" : NULL;
        argument->type = ag_bind_sql(pool, item(types, i));
        g_ptr_array_add(arguments, argument);
    }
    return arguments->len > 0 ? arguments : NULL;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_aggregate, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        if (schema == NULL)
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_aggregate, NULL, schema,
                                         ag_rows_get(rows, row, NAME));
        AgAggregate *aggregate = (AgAggregate *)object;
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        aggregate->arguments = arguments_of(catalog->pool, rows, row);
        ag_aggregate_settle(aggregate);
        object->signature =
            ag_pool_name(catalog->pool, ag_routine_signature(catalog->pool, aggregate->arguments));
        ag_catalog_describe(catalog, object, 1255, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        if (!ag_filter_ignores_object(catalog->filter, object))
            ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_aggregates = {.sql = sql_of, .take = take};
