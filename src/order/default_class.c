/* SPDX-License-Identifier: MIT */
/* Default operator classes (PostgreSQL): an index or key that names no class needs that of its
 * column's type. */
#include "order/order_private.h"

#include "model/column.h"
#include "model/domain.h"
#include "model/index.h"
#include "model/key.h"
#include "model/operator_class.h"
#include "model/type_name.h"
#include "model/view.h"

#include <string.h>

enum { DEEPEST_DOMAIN = 32 };

static const char *text_of(AgSql type)
{
    return type.canonical != NULL ? type.canonical : type.written;
}

static const GPtrArray *classes_of(AgOrdering *o, const AgSchema *side)
{
    GPtrArray **list = &o->classes[side == o->from];
    if (*list != NULL)
        return *list;
    *list = ag_pool_array(o->pool);
    for (guint i = 0; i < side->objects->len; i++) {
        AgObject *object = g_ptr_array_index(side->objects, i);
        if (object->info->kind == AG_KIND_OPERATOR_CLASS &&
            ((const AgOperatorClass *)object)->is_default)
            g_ptr_array_add(*list, object);
    }
    return *list;
}

/* A type: an object of the schema, below its domains, or the name of another one. */
typedef struct {
    const AgObject *object;
    const char *name, *rest;
} Type;

static Type type_of(AgOrdering *o, const AgSchema *side, const char *own, const char *text)
{
    Type type = {.name = "", .rest = ""};
    for (int depth = 0; depth < DEEPEST_DOMAIN && text != NULL; depth++) {
        AgTypeName split;
        if (!ag_type_name_split(o->pool, text, &split))
            return (Type){.name = text, .rest = ""};
        const AgObject *object = ag_schema_type(side, own, split.name);
        type = (Type){.object = object, .name = split.name.name, .rest = split.rest};
        if (object == NULL || object->info->kind != AG_KIND_DOMAIN || *split.rest != '\0')
            break;
        text = text_of(((const AgDomain *)object)->type);
        own = object->schema;
    }
    return type;
}

static bool is_array(Type type)
{
    return strchr(type.rest, '[') != NULL;
}

static bool same_type(Type a, Type b)
{
    return is_array(a) == is_array(b) && a.object == b.object &&
           (a.object != NULL || strcmp(a.name, b.name) == 0);
}

/* NULL: not known. */
static const char *column_type(const AgObject *holder, const char *name)
{
    const AgObject *column = ag_object_part(holder, AG_KIND_COLUMN, name);
    if (column != NULL)
        return text_of(((const AgColumn *)column)->type);
    const GPtrArray *shape =
        holder->info->kind == AG_KIND_MATERIALIZED_VIEW ? ((const AgView *)holder)->shape : NULL;
    for (guint i = 0; shape != NULL && i < shape->len; i++) {
        const AgShapeColumn *found = g_ptr_array_index(shape, i);
        if (strcmp(found->name, name) == 0)
            return found->type;
    }
    return NULL;
}

typedef struct {
    AgOrdering *o;
    const AgSchema *side;
    const AgOperatorClass *class;
    const AgObject *object; /* the index or key */
} Asking;

/* What the type of an expression or of a view's column is, is not known here; it may be this. */
static bool column_uses(const Asking *a, const char *column)
{
    const char *own = a->object->parent->schema;
    const char *type = column == NULL ? NULL : column_type(a->object->parent, column);
    return type == NULL ||
           same_type(type_of(a->o, a->side, own, type),
                     type_of(a->o, a->side, a->class->object.schema, text_of(a->class->type)));
}

static bool index_uses(const Asking *a)
{
    const AgIndex *index = (const AgIndex *)a->object;
    if (strcmp(ag_index_method(index), a->class->method) != 0)
        return false;
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->opclass.name == NULL && column_uses(a, part->column))
            return true;
    }
    return false;
}

static bool key_uses(const Asking *a)
{
    const AgKey *key = (const AgKey *)a->object;
    const char *method = key->without_overlaps ? "gist" : "btree";
    if (strcmp(method, a->class->method) != 0)
        return false;
    for (guint i = 0; key->columns != NULL && i < key->columns->len; i++)
        if (column_uses(a, g_ptr_array_index(key->columns, i)))
            return true;
    return false;
}

void ag_ordering_needs_class(AgOrdering *o, const AgObject *object, AgNeeds *needs)
{
    AgKind kind = object->info->kind;
    bool key = kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE;
    if (o->sqlite || (!key && !ag_has_index_parts(object)))
        return;
    for (int i = 0; i < 2; i++) {
        const AgSchema *side = i == 0 ? o->to : o->from;
        const GPtrArray *classes = classes_of(o, side);
        for (guint k = 0; k < classes->len; k++) {
            const AgOperatorClass *class = g_ptr_array_index(classes, k);
            const Asking a = {o, side, class, object};
            if (key ? key_uses(&a) : index_uses(&a))
                ag_needs_named(needs, class->object.schema, class->object.name);
        }
    }
}
