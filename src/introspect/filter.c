/* SPDX-License-Identifier: MIT */
#include "introspect/filter.h"

bool ag_filter_is_own(const AgFilter *filter, const char *default_schema, const char *schema,
                      const char *name)
{
    const char *own = filter->own_schema != NULL ? filter->own_schema : default_schema;
    if (g_strcmp0(own, schema) != 0)
        return false;
    return g_strcmp0(name, filter->version_table) == 0 || g_strcmp0(name, filter->log_table) == 0;
}

bool ag_filter_ignores(const AgFilter *filter, const char *element, const char *schema,
                       const char *name)
{
    return filter->models != NULL && filter->models->ignores->len > 0 &&
           ag_schema_ignores(filter->models, element, schema, name);
}

bool ag_filter_ignores_object(const AgFilter *filter, const AgObject *object)
{
    return filter->models != NULL && filter->models->ignores->len > 0 &&
           ag_schema_ignores_object(filter->models, object);
}

bool ag_filter_wants(const AgFilter *filter, AgKind kind)
{
    bool any = filter->extensions;
    for (guint i = 0; !any && filter->models != NULL && i < filter->models->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(filter->models->objects, i);
        any = object->info->kind == kind;
    }
    return any;
}
