/* SPDX-License-Identifier: MIT */
#include "model/collation.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* Where the locale of icu is kept changed twice: collcollate, colliculocale (15), colllocale (17).
 */
static const char *sql_of(AgPool *pool, long version)
{
    const char *locale = version >= 170000   ? "c.colllocale"
                         : version >= 150000 ? "c.colliculocale"
                                             : "NULL";
    return ag_pool_printf(
        pool,
        "SELECT c.oid, c.collnamespace, c.collname, c.collcollate, c.collctype, %s,"
        " pg_catalog.pg_get_userbyid(c.collowner) AS owner,"
        " CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
        " AS provider,"
        " CASE WHEN c.collisdeterministic THEN 'true' ELSE 'false' END AS deterministic,"
        " %s AS rules"
        " FROM pg_catalog.pg_collation c WHERE c.collencoding IN (-1, (SELECT d.encoding"
        " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())) AND %s"
        " AND %s",
        locale, version >= 160000 ? "c.collicurules" : "NULL", AG_PG_MANAGED("c.collnamespace"),
        AG_PG_NOT_MEMBER("c.oid", AG_PG_COLLATION));
}

enum { OID, NAMESPACE, NAME, COLLATE, CTYPE, LOCALE };

static void fill(AgPool *pool, AgCollation *collation, const AgRows *rows, guint row)
{
    const char *sort = ag_rows_get(rows, row, COLLATE), *letters = ag_rows_get(rows, row, CTYPE);
    const char *locale = ag_rows_get(rows, row, LOCALE);
    if (locale == NULL && g_strcmp0(sort, letters) == 0)
        locale = sort;
    collation->locale = ag_pool_text(pool, locale);
    if (locale == NULL) {
        collation->lc_collate = ag_pool_text(pool, sort);
        collation->lc_ctype = ag_pool_text(pool, letters);
    }
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_collation, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        const char *name = ag_rows_get(rows, row, NAME);
        if (schema == NULL || ag_filter_ignores(catalog->filter, "collation", schema, name))
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_collation, NULL, schema, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        fill(catalog->pool, (AgCollation *)object, rows, row);
        object->comment =
            ag_catalog_comment(catalog, 3456, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_collations = {.sql = sql_of, .take = take};
