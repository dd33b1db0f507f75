/* SPDX-License-Identifier: MIT */
/* Domains inside of other types (PostgreSQL): the server adds no check and no NOT NULL to a domain
 * while a column holds arrays, composites or ranges of it. Then the domain is made anew with what
 * it gets, and these changes stand inside of its own. */
#include "order/order_private.h"

#include "model/domain.h"

#include <string.h>

typedef struct {
    AgOrdering *o;
    GPtrArray *plain, *inside; /* of const AgObject *: the domain and those over it; types with
                                * values of it inside */
} Nesting;

static bool has(const GPtrArray *list, const AgObject *object)
{
    return g_ptr_array_find((GPtrArray *)(guintptr)list, object, NULL);
}

static bool is_of_any(const Nesting *n, const AgObject *object, const GPtrArray *types)
{
    for (guint i = 0; i < types->len; i++)
        if (ag_ordering_is_of_type(n->o, object, g_ptr_array_index(types, i)))
            return true;
    return false;
}

static bool is_array(const AgObject *object)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgSql *type = ag_field_at(object, &object->info->fields[i]);
        if (object->info->fields[i].type == AG_FIELD_TYPE && type->written != NULL &&
            strchr(type->written, '[') != NULL)
            return true;
    }
    return false;
}

/* Whether values of the domain stand inside of those of the object (a column, an attribute, a
 * type). */
static bool holds_inside(const Nesting *n, const AgObject *object)
{
    return is_of_any(n, object, n->inside) || (is_array(object) && is_of_any(n, object, n->plain));
}

static bool part_holds(const Nesting *n, const AgObject *object, AgKind kind, bool inside)
{
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(object->parts, i);
        if (part->info->kind == kind &&
            (holds_inside(n, part) || (!inside && is_of_any(n, part, n->plain))))
            return true;
    }
    return false;
}

/* One more type that has to do with the domain; false: there is none. */
static bool add_type(Nesting *n)
{
    for (guint i = 0; i < n->o->from->objects->len; i++) {
        AgObject *object = g_ptr_array_index(n->o->from->objects, i);
        AgKind kind = object->info->kind;
        if (has(n->plain, object) || has(n->inside, object))
            continue;
        bool over = kind == AG_KIND_DOMAIN && is_of_any(n, object, n->plain);
        if ((kind == AG_KIND_DOMAIN && holds_inside(n, object)) ||
            (kind == AG_KIND_RANGE &&
             (holds_inside(n, object) || is_of_any(n, object, n->plain))) ||
            (kind == AG_KIND_COMPOSITE && part_holds(n, object, AG_KIND_COMPOSITE_FIELD, false)))
            g_ptr_array_add(n->inside, object);
        else if (over)
            g_ptr_array_add(n->plain, object);
        else
            continue;
        return true;
    }
    return false;
}

static bool is_nested(AgOrdering *o, const AgObject *domain)
{
    Nesting n = {o, ag_pool_array(o->pool), ag_pool_array(o->pool)};
    g_ptr_array_add(n.plain, (gpointer)(guintptr)domain);
    while (add_type(&n))
        continue;
    for (guint i = 0; i < o->from->objects->len; i++)
        if (part_holds(&n, g_ptr_array_index(o->from->objects, i), AG_KIND_COLUMN, true))
            return true;
    return false;
}

/* --- changes --- */

static const AgObject *old_domain(const AgOrdering *o, const AgObject *domain)
{
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        if (change->new == domain)
            return change->old;
    }
    return ag_schema_find(o->from, AG_KIND_DOMAIN, domain->schema, domain->name);
}

/* The domain that gets something its values have to fit, on the old side. */
static const AgObject *constrained(const AgOrdering *o, const AgChange *change)
{
    const AgObject *new_object = change->new;
    if (change->verb == AG_DROP || change->verb == AG_RENAME)
        return NULL;
    if (new_object->info->kind == AG_KIND_DOMAIN_CHECK)
        return ((const AgDomainCheck *)new_object)->not_valid ||
                       (change->old != NULL && (change->changed & ~AG_FIELD_COMMON) == 0)
                   ? NULL
                   : old_domain(o, new_object->parent);
    bool null = new_object->info->kind == AG_KIND_DOMAIN && change->verb == AG_ALTER &&
                (change->changed & AG_FIELD_BIT(AG_DOMAIN_NULL)) != 0;
    return null && g_strcmp0(((const AgDomain *)new_object)->null, "false") == 0 ? change->old
                                                                                 : NULL;
}

/* The change of the domain that makes it anew, a copy of what is there. */
static AgChange *making_anew(AgOrdering *o, const AgObject *old, const AgObject *new_object,
                             GHashTable *replaced)
{
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        if (change->verb != AG_ALTER || change->old != old)
            continue;
        if (change->folded == NULL) {
            AgChange *copy = ag_pool_new0(o->pool, AgChange);
            *copy = *change;
            copy->folded = ag_pool_array(o->pool);
            g_hash_table_insert(replaced, change, copy);
            g_ptr_array_index(o->changes, i) = change = copy;
        }
        change->changed |= AG_FIELD_BIT(AG_DOMAIN_TYPE);
        return change;
    }
    AgChange *change = ag_change_new(o->pool, AG_ALTER, old, new_object);
    change->changed = AG_FIELD_BIT(AG_DOMAIN_TYPE);
    change->folded = ag_pool_array(o->pool);
    g_ptr_array_add(o->changes, change);
    return change;
}

bool ag_change_constrains_domain(const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    return object->info->kind == AG_KIND_DOMAIN_CHECK ||
           (object->info->kind == AG_KIND_DOMAIN && change->verb == AG_ALTER &&
            (change->changed & AG_FIELD_BIT(AG_DOMAIN_NULL)) != 0);
}

void ag_ordering_nest_domains(AgOrdering *o)
{
    g_autoptr(GHashTable) replaced = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        const AgObject *old = ag_change_constrains_domain(change) ? constrained(o, change) : NULL;
        if (old == NULL || !is_nested(o, old))
            continue;
        bool is_check = change->new->info->kind == AG_KIND_DOMAIN_CHECK;
        const AgObject *domain = is_check ? change->new->parent : change->new;
        AgChange *anew = making_anew(o, old, domain, replaced);
        if (!is_check)
            continue;
        g_ptr_array_add(anew->folded, change);
        g_ptr_array_remove(o->changes, change);
        i--;
    }
    ag_ordering_replace(o, replaced);
}
