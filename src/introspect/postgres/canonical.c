/* SPDX-License-Identifier: MIT */
#include "dialect/dialect.h"
#include "introspect/postgres/canonical_private.h"
#include "introspect/reader.h"
#include "model/check.h"
#include "model/foreign_data.h"
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

static bool is_as_above(const AgObject *part)
{
    return part->inherited &&
           (part->info->kind == AG_KIND_CHECK ||
            (part->info->kind == AG_KIND_COLUMN &&
             (((const AgColumn *)part)->own & AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL)) == 0));
}

/* The part of a parent whose expressions an inherited one has: a column's default, a check. */
static const AgObject *origin_of(AgCanonical *c, const AgObject *part)
{
    enum { MOST_LEVELS = 100 };
    for (guint level = 0; level < MOST_LEVELS && is_as_above(part); level++) {
        GPtrArray *parents = ag_table_parents(c->scratch_pool, c->desired, part->parent);
        const AgObject *found = NULL;
        for (guint i = 0; found == NULL && i < parents->len; i++)
            found = ag_object_part(g_ptr_array_index(parents, i), part->info->kind, part->name);
        if (found == NULL)
            break;
        part = found;
    }
    return part;
}

static void hand_down(AgCanonical *c)
{
    for (guint i = 0; i < c->desired->objects->len; i++) {
        const AgObject *table = g_ptr_array_index(c->desired->objects, i);
        if (table->info->kind != AG_KIND_TABLE || !ag_table_has_parents(table))
            continue;
        for (guint j = 0; table->parts != NULL && j < table->parts->len; j++) {
            AgObject *part = g_ptr_array_index(table->parts, j);
            if (!is_as_above(part))
                continue;
            const AgObject *origin = origin_of(c, part);
            if (part->info->kind == AG_KIND_CHECK)
                ((AgCheck *)part)->expression = ((const AgCheck *)origin)->expression;
            else
                ((AgColumn *)part)->default_sql = ((const AgColumn *)origin)->default_sql;
        }
    }
}

/* Of options that this role may not read, it is taken that they are as the models say. */
static void trust_hidden(AgCanonical *c)
{
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        const AgObject *live = object->info->kind != AG_KIND_USER_MAPPING
                                   ? NULL
                                   : ag_schema_find_like(c->live, object);
        if (live != NULL && ((const AgUserMapping *)live)->hidden)
            ((AgUserMapping *)object)->options = NULL;
    }
}

/* Types first: expressions are asked about between columns of known types. Privileges last: of a
 * view only the query tells which columns it has. */
static bool make_canonical(AgCanonical *c, AgDiag *diag)
{
    imply_public(c);
    trust_hidden(c);
    ag_canonical_locales(c, diag);
    ag_canonical_enums(c);
    list_tables(c);
    bool good = ag_canonical_types(c, diag) && ag_canonical_routines(c, diag) &&
                ag_canonical_defaults(c, diag) && ag_canonical_tablespaces(c, diag) &&
                ag_canonical_expressions(c, diag) && ag_canonical_grants(c, diag);
    hand_down(c);
    return good;
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
