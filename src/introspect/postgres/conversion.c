/* SPDX-License-Identifier: MIT */
#include "model/conversion.h"

#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, c.connamespace, c.conname,"
           " pg_catalog.pg_encoding_to_char(c.conforencoding) AS \"from-encoding\","
           " pg_catalog.pg_encoding_to_char(c.contoencoding) AS \"to-encoding\","
           " " AG_PG_FUNCTION_NAME(
               "c.conproc") " AS function, c.condefault AS \"default\","
                            " pg_catalog.pg_get_userbyid(c.conowner) AS owner FROM "
                            "pg_catalog.pg_conversion c"
                            " WHERE " AG_PG_MANAGED(
                                "c.connamespace") " AND " AG_PG_NOT_MEMBER("c.oid",
                                                                           AG_PG_CONVERSION);
}

enum { OID };

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_conversion, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = ag_catalog_new_type(catalog, &ag_kind_conversion, rows, row);
        if (object == NULL)
            continue;
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ag_catalog_describe(catalog, object, 2607, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_conversions = {.sql = sql_of, .take = take};
