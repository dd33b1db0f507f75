/* SPDX-License-Identifier: MIT */
#include "introspect/introspect.h"

#include "introspect/reader.h"

#include <string.h>

struct AgIntrospection {
    AgDb *db;
    AgPool *pool;
    GPtrArray *schemas;
    AgPgAsked *asked; /* PostgreSQL only */
};

static bool read_schema(AgIntrospection *started, AgSchema *schema, const AgFilter *filter,
                        AgDiag *diag)
{
    switch (schema->dialect) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_read(started->db, started->asked, schema, filter, diag);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_read(started->db, schema, filter, diag);
    }
    g_assert_not_reached();
}

AgIntrospection *ag_introspect_start(AgDb *db, AgPool *pool, GPtrArray *schemas, AgDiag *diag)
{
    AgIntrospection *started = ag_pool_new0(pool, AgIntrospection);
    *started = (AgIntrospection){.db = db, .pool = pool, .schemas = schemas};
    if (ag_db_dialect(db) == AG_DIALECT_SQLITE)
        return started;
    started->asked = ag_postgres_ask(db, pool, schemas, diag);
    return started->asked == NULL ? NULL : started;
}

static bool same_names(const GPtrArray *a, const GPtrArray *b)
{
    if (a == NULL || b == NULL || a->len != b->len)
        return a == b;
    for (guint i = 0; i < a->len; i++)
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return false;
    return true;
}

/* The schemas were not those. */
static bool ask_again(AgIntrospection *started, GPtrArray *schemas, AgDiag *diag)
{
    if (!ag_postgres_forget(started->db, started->asked, diag))
        return false;
    started->asked = ag_postgres_ask(started->db, started->pool, schemas, diag);
    return started->asked != NULL;
}

AgSchema *ag_introspect_finish(AgIntrospection *started, const AgFilter *filter, AgDiag *diag)
{
    AgSchema *schema = ag_schema_new(started->pool, ag_db_dialect(started->db));
    schema->server_version = ag_db_version(started->db);
    if (started->asked != NULL && !same_names(started->schemas, filter->schemas) &&
        !ask_again(started, filter->schemas, diag))
        return NULL;
    if (!read_schema(started, schema, filter, diag))
        return NULL;
    ag_schema_sort(schema);
    return schema;
}

AgSchema *ag_introspect(AgDb *db, AgPool *pool, const AgFilter *filter, AgDiag *diag)
{
    static const AgFilter everything = {.extensions = true};
    if (filter == NULL)
        filter = &everything;
    AgIntrospection *started = ag_introspect_start(db, pool, filter->schemas, diag);
    return started == NULL ? NULL : ag_introspect_finish(started, filter, diag);
}
