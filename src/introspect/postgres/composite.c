/* SPDX-License-Identifier: MIT */
#include "model/composite.h"

#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT t.oid, t.typnamespace, t.typname,"
           " pg_catalog.pg_get_userbyid(t.typowner) AS owner"
           " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid"
           " WHERE c.relkind = 'c' AND " AG_PG_MANAGED(
               "t.typnamespace") " AND " AG_PG_NOT_MEMBER("t.oid", AG_PG_TYPE);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_composite, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = ag_catalog_new_type(catalog, &ag_kind_composite, rows, row);
        if (object == NULL)
            continue;
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ag_catalog_add_type(catalog, object, rows, row);
    }
    return true;
}

const AgPgReader ag_pg_read_composites = {.sql = sql_of, .take = take};

/* --- attributes --- */

static const char *fields_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, a.attnum, c.reltype, a.attname,"
           " CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation END,"
           " pg_catalog.format_type(a.atttypid, a.atttypmod) AS type"
           " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
           " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
           " WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped AND " AG_PG_MANAGED(
               "c.relnamespace") " ORDER BY c.oid, a.attnum";
}

enum { RELATION, NUMBER, TYPE, NAME, COLLATION };

static bool take_fields(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_composite_field, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *type = ag_catalog_type(catalog, ag_rows_get(rows, row, TYPE));
        const char *name = ag_rows_get(rows, row, NAME);
        if (type == NULL || ag_filter_ignores(catalog->filter, "field", type->name, name))
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_composite_field, type, NULL, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        const char *collation = ag_rows_get(rows, row, COLLATION);
        if (collation != NULL)
            ag_catalog_want_collation(catalog, ag_pg_oid(collation),
                                      &((AgCompositeField *)object)->collation);
        object->comment =
            ag_catalog_comment(catalog, 1259, ag_pg_oid(ag_rows_get(rows, row, RELATION)),
                               ag_pg_oid(ag_rows_get(rows, row, NUMBER)));
    }
    return true;
}

const AgPgReader ag_pg_read_composite_fields = {.sql = fields_sql_of, .take = take_fields};
