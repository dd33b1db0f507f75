/* SPDX-License-Identifier: MIT */
#include "model/operator.h"

#include "introspect/postgres/catalog.h"

#define FUNCTION(column, name) " " AG_PG_FUNCTION_NAME("o." column) " AS " name ","
#define OPERATOR(column, name) " " AG_PG_OPERATOR_NAME("o." column) " AS " name ","

/* One that was only mentioned as commutator or negator of another has no function. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT o.oid, o.oprnamespace, o.oprname, o.oprcode = 0,"
           " CASE WHEN o.oprleft <> 0 THEN pg_catalog.format_type(o.oprleft, NULL) END AS \"left\","
           " CASE WHEN o.oprright <> 0 THEN pg_catalog.format_type(o.oprright, NULL) END"
           " AS \"right\"," FUNCTION("oprcode", "function") OPERATOR("oprcom", "commutator")
               OPERATOR("oprnegate", "negator") FUNCTION("oprrest", "restrict") FUNCTION(
                   "oprjoin",
                   "\"join\"") " o.oprcanhash AS hashes, o.oprcanmerge AS merges,"
                               " pg_catalog.pg_get_userbyid(o.oprowner) AS owner FROM "
                               "pg_catalog.pg_operator o"
                               " WHERE " AG_PG_MANAGED(
                                   "o.oprnamespace") " AND " AG_PG_NOT_MEMBER("o.oid",
                                                                              AG_PG_OPERATOR);
}

enum { OID, NAMESPACE, NAME, SHELL };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, &ag_kind_operator, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        const char *name = ag_rows_get(rows, row, NAME);
        AgObject *object = ag_object_new(pool, &ag_kind_operator, NULL, schema, name);
        AgOperator *o = (AgOperator *)object;
        if (schema == NULL)
            continue;
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        object->signature = ag_pool_name(pool, ag_operator_signature(catalog->scratch, o));
        if (ag_filter_ignores_object(catalog->filter, object))
            continue;
        /* Version 13 has operators behind their operand. */
        if (ag_pg_true(ag_rows_get(rows, row, SHELL)) || o->right.written == NULL) {
            ag_schema_add_unmanaged(catalog->schema, "operator",
                                    ag_object_label(catalog->scratch, object),
                                    o->right.written == NULL ? NULL : "it has no function yet");
            continue;
        }
        ag_catalog_describe(catalog, object, 2617, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_operators = {.sql = sql_of, .take = take};
