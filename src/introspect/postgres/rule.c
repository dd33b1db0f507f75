/* SPDX-License-Identifier: MIT */
#include "model/rule.h"

#include "introspect/postgres/catalog.h"
#include "introspect/postgres/definition.h"

/* _RETURN is the query of a view. The server prints the rest of a rule only as a whole. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT r.oid, r.ev_class, r.rulename, pg_catalog.pg_get_ruledef(r.oid),"
           " CASE r.ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete'"
           " END AS event, r.is_instead AS instead,"
           " CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica'"
           " WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled"
           " FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class"
           " WHERE r.ev_type <> '1' AND " AG_PG_MANAGED(
               "c.relnamespace") " AND " AG_PG_NOT_MEMBER("r.oid", AG_PG_RULE);
}

enum { OID, TABLE, NAME, DEFINITION };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, &ag_kind_rule, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (table == NULL || table->holder == NULL)
            continue;
        AgObject *object =
            ag_object_new(pool, &ag_kind_rule, NULL, table->schema, ag_rows_get(rows, row, NAME));
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        AgRule *rule = (AgRule *)object;
        const char *definition = ag_rows_get(rows, row, DEFINITION);
        char *where = ag_pg_rule_condition(pool, definition);
        char *commands = ag_pg_rule_commands(pool, definition);
        if (where != NULL)
            rule->where = ag_bind_sql(pool, where);
        if (commands != NULL)
            rule->commands = ag_bind_sql(pool, commands);
        object->comment =
            ag_catalog_comment(catalog, 2618, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_catalog_add_part(catalog, table, object);
    }
    return true;
}

const AgPgReader ag_pg_read_rules = {.sql = sql_of, .take = take};
