/* SPDX-License-Identifier: MIT */
#include "model/namespace.h"

#include "dialect/dialect.h"
#include "dialect/postgres/postgres.h"
#include "introspect/postgres/catalog.h"

#include <string.h>

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT s.oid, s.nspname, pg_catalog.pg_get_userbyid(s.nspowner) AS owner,"
           " s.oid < 16384 OR EXISTS (SELECT FROM pg_catalog.pg_depend m"
           " WHERE m.classid = " AG_PG_NAMESPACE " AND m.objid = s.oid AND m.deptype = 'e')"
           " FROM pg_catalog.pg_namespace s WHERE " AG_PG_MANAGED("s.oid") " ORDER BY 2";
}

/* Schema `public` is always there; it is an object only where somebody says something of it. */
static bool is_worth_naming(const AgCatalog *catalog, const char *name, guint32 oid)
{
    const AgSchema *models = catalog->filter->models;
    const char *comment = ag_catalog_comment(catalog, 2615, oid, 0);
    return (models != NULL && ag_schema_find(models, AG_KIND_NAMESPACE, NULL, name) != NULL) ||
           ag_catalog_grants(catalog, 2615, oid, 0) != NULL ||
           (comment != NULL && strcmp(comment, ag_postgres_public_comment) != 0);
}

/* An extension's schema comes and goes with it. */
static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_namespace, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        guint32 oid = ag_pg_oid(ag_rows_get(rows, row, 0));
        const char *name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, 1));
        g_hash_table_insert(catalog->namespaces, GUINT_TO_POINTER(oid), (gpointer)(guintptr)name);
        g_ptr_array_add(catalog->schema->namespaces, (gpointer)(guintptr)name);
        bool is_public = strcmp(name, ag_dialect_postgres.default_schema) == 0;
        bool wanted = is_public ? is_worth_naming(catalog, name, oid)
                                : !ag_pg_true(ag_rows_get(rows, row, 3));
        if (!wanted || ag_filter_ignores(catalog->filter, "schema", NULL, name))
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_namespace, NULL, NULL, name);
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ag_catalog_describe(catalog, object, 2615, oid, 0);
        if (is_public && g_strcmp0(object->comment, ag_postgres_public_comment) == 0)
            object->comment = NULL;
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_namespaces = {.sql = sql_of, .take = take};
