/* SPDX-License-Identifier: MIT */
#include "dialect/dialect.h"
#include "introspect/postgres/canonical_private.h"
#include "introspect/reader.h"
#include "model/namespace.h"

static void list_tables(AgCanonical *c)
{
    c->tables = ag_pool_array(c->scratch_pool);
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (object->info->kind == AG_KIND_TABLE || object->info->kind == AG_KIND_VIEW ||
            object->info->kind == AG_KIND_MATERIALIZED_VIEW)
            g_ptr_array_add(c->tables, ag_canonical_table(c, (AgTable *)object));
    }
}

/* Schema public is there whether a model names it or not: where none does, it is a schema of which
 * nothing is said, as in a new database. */
static void imply_public(AgCanonical *c)
{
    const char *name = ag_dialect_postgres.default_schema;
    AgObject *live = ag_schema_find(c->live, AG_KIND_NAMESPACE, NULL, name);
    if (live == NULL || ag_schema_find(c->desired, AG_KIND_NAMESPACE, NULL, name) != NULL)
        return;
    ag_schema_add(c->desired, ag_object_new(c->pool, &ag_kind_namespace, NULL, NULL, name));
    ag_schema_sort(c->desired);
}

/* Types first: expressions are asked about between columns of known types. Privileges last: of a
 * view only the query tells which columns it has. */
static bool make_canonical(AgCanonical *c, AgDiag *diag)
{
    imply_public(c);
    ag_canonical_enums(c);
    list_tables(c);
    return ag_canonical_types(c, diag) && ag_canonical_routines(c, diag) &&
           ag_canonical_defaults(c, diag) && ag_canonical_tablespaces(c, diag) &&
           ag_canonical_expressions(c, diag) && ag_canonical_grants(c, diag);
}

bool ag_postgres_canonicalize(AgDb *db, AgSchema *desired, AgSchema *live,
                              const AgCanonicalOptions *options, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgCache) cache = ag_cache_open(options->cache_directory);
    AgCanonical c = {
        .db = db, .pool = desired->pool, .scratch_pool = pool, .desired = desired, .live = live};
    c.paths = ag_pool_table(pool, g_str_hash, g_str_equal);
    c.plain = ag_pool_table(pool, g_str_hash, g_str_equal);
    ag_scratch_init(&c.scratch, db, pool, cache);
    bool good = make_canonical(&c, diag);
    ag_scratch_end(&c.scratch);
    if (good)
        ag_cache_save(cache, diag);
    return good;
}
