/* SPDX-License-Identifier: MIT */
#include "model/extension.h"

#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    /* plpgsql and the like are the server's own. CREATE EXTENSION writes the comment of the control
     * file: only another one is somebody's. */
    return "SELECT e.oid, e.extname, n.nspname AS schema, e.extversion AS version,"
           " pg_catalog.pg_get_userbyid(e.extowner) AS owner,"
           " (SELECT d.description FROM pg_catalog.pg_description d"
           " WHERE d.classoid = " AG_PG_EXTENSION " AND d.objoid = e.oid AND d.description"
           " IS DISTINCT FROM (SELECT a.comment FROM pg_catalog.pg_available_extensions() a"
           " WHERE a.name = e.extname)) AS comment"
           " FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n"
           " ON n.oid = e.extnamespace"
           " WHERE e.oid >= 16384 AND ($1::pg_catalog.oid[] IS NULL OR true) ORDER BY 2";
}

static bool is_wanted(const AgCatalog *catalog, const char *name)
{
    const AgFilter *filter = catalog->filter;
    if (ag_filter_ignores(filter, "extension", NULL, name))
        return false;
    return filter->extensions ||
           (filter->models != NULL &&
            ag_schema_find(filter->models, AG_KIND_EXTENSION, NULL, name) != NULL);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_extension, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, 1);
        if (!is_wanted(catalog, name))
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_extension, NULL, NULL, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_extensions = {.sql = sql_of, .take = take};
