/* SPDX-License-Identifier: MIT */
#include "introspect/introspect.h"

#include "introspect/reader.h"

static bool read_schema(AgDb *db, AgSchema *schema, const AgFilter *filter, AgDiag *diag)
{
    switch (schema->dialect) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_read(db, schema, filter, diag);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_read(db, schema, filter, diag);
    }
    g_assert_not_reached();
}

AgSchema *ag_introspect(AgDb *db, AgPool *pool, const AgFilter *filter, AgDiag *diag)
{
    static const AgFilter everything = {.extensions = true};
    AgSchema *schema = ag_schema_new(pool, ag_db_dialect(db));
    schema->server_version = ag_db_version(db);
    if (!read_schema(db, schema, filter == NULL ? &everything : filter, diag))
        return NULL;
    ag_schema_sort(schema);
    return schema;
}
