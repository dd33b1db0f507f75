/* SPDX-License-Identifier: MIT */
#include "model/default_privileges.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT d.oid, d.defaclnamespace, d.defaclobjtype,"
           " pg_catalog.pg_get_userbyid(d.defaclrole) AS role"
           " FROM pg_catalog.pg_default_acl d"
           " WHERE d.defaclnamespace = 0 OR " AG_PG_MANAGED("d.defaclnamespace");
}

enum { OID, NAMESPACE, OBJECTS, ROLE };

static const char *word_of(char type)
{
    switch (type) {
    case 'r':
        return "tables";
    case 'S':
        return "sequences";
    case 'f':
        return "functions";
    case 'T':
        return "types";
    case 'n':
        return "schemas";
    default:
        return NULL;
    }
}

/* Those for every schema are somebody else's until a model speaks of some. Large objects, which
 * PostgreSQL 18 knows here, have no word. */
static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgPool *pool = catalog->pool;
    bool all = ag_filter_wants(catalog->filter, AG_KIND_DEFAULT_PRIVILEGES);
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        const char *role = ag_pool_name(pool, ag_rows_get(rows, row, ROLE));
        const char *objects = word_of(*ag_rows_get(rows, row, OBJECTS));
        bool known = objects != NULL && (all || schema != NULL);
        const char *name = ag_default_privileges_name(pool, role, schema,
                                                      objects != NULL ? objects : "large objects");
        if (ag_filter_ignores(catalog->filter, "default-privileges", NULL, name))
            continue;
        if (!known) {
            ag_schema_add_unmanaged(catalog->schema, "default privileges", name, NULL);
            continue;
        }
        AgObject *object = ag_object_new(pool, &ag_kind_default_privileges, NULL, NULL, name);
        AgDefaultPrivileges *d = (AgDefaultPrivileges *)object;
        d->role = role;
        d->in_schema = schema;
        d->objects = objects;
        ag_catalog_describe(catalog, object, 826, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_default_privileges = {.sql = sql_of, .take = take};
