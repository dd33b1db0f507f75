/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"
#include "introspect/reader.h"

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

/* Types first: expressions are asked about between columns of known types. Privileges last: of a
 * view only the query tells which columns it has. */
static bool make_canonical(AgCanonical *c, AgDiag *diag)
{
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
