/* SPDX-License-Identifier: MIT */
#include "model/domain.h"

#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT t.oid, t.typnamespace, t.typname,"
           " CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation END,"
           " pg_catalog.pg_get_userbyid(t.typowner) AS owner,"
           " pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,"
           " CASE WHEN t.typnotnull THEN 'false' ELSE 'true' END AS \"null\","
           " pg_catalog.pg_get_expr(t.typdefaultbin, 0::pg_catalog.oid) AS \"default-sql\""
           " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype"
           " WHERE t.typtype = 'd' AND " AG_PG_MANAGED(
               "t.typnamespace") " AND " AG_PG_NOT_MEMBER("t.oid", AG_PG_TYPE);
}

enum { OID, NAMESPACE, NAME, COLLATION };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_domain, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = ag_catalog_new_type(catalog, &ag_kind_domain, rows, row);
        if (object == NULL)
            continue;
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        const char *collation = ag_rows_get(rows, row, COLLATION);
        if (collation != NULL)
            ag_catalog_want_collation(catalog, ag_pg_oid(collation),
                                      &((AgDomain *)object)->collation);
        ag_catalog_add_type(catalog, object, rows, row);
    }
    return true;
}

const AgPgReader ag_pg_read_domains = {.sql = sql_of, .take = take};

/* --- checks --- */

static const char *checks_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT k.oid, k.contypid, k.conname,"
           " pg_catalog.pg_get_expr(k.conbin, 0::pg_catalog.oid) AS expression,"
           " NOT k.convalidated AS \"not-valid\""
           " FROM pg_catalog.pg_constraint k WHERE k.contypid <> 0 AND k.contype = 'c' "
           "AND " AG_PG_MANAGED("k.connamespace") " ORDER BY k.conname";
}

enum { CHECK_OID, TYPE, CHECK_NAME };

static bool take_checks(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_domain_check, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *domain = ag_catalog_type(catalog, ag_rows_get(rows, row, TYPE));
        const char *name = ag_rows_get(rows, row, CHECK_NAME);
        if (domain == NULL || ag_filter_ignores(catalog->filter, "check", domain->name, name))
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_domain_check, domain, NULL, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        object->comment =
            ag_catalog_comment(catalog, 2606, ag_pg_oid(ag_rows_get(rows, row, CHECK_OID)), 0);
    }
    return true;
}

const AgPgReader ag_pg_read_domain_checks = {.sql = checks_sql_of, .take = take_checks};
