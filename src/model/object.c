/* SPDX-License-Identifier: MIT */
#include "model/object.h"

#include "base/text.h"
#include "model/check.h"
#include "model/default_privileges.h"
#include "model/foreign_key.h"
#include "model/key.h"
#include "model/table.h"

#include <string.h>

AgObject *ag_object_new(AgPool *pool, const AgKindInfo *info, AgObject *parent, const char *schema,
                        const char *name)
{
    AgObject *object = ag_pool_alloc(pool, info->size);
    object->info = info;
    object->parent = parent;
    object->schema = ag_pool_name(pool, schema);
    object->name = ag_pool_name(pool, name);
    object->name_given = name != NULL;
    for (unsigned i = 0; i < info->n_fields; i++) {
        if (info->fields[i].type == AG_FIELD_INT)
            *(int64_t *)ag_field_slot(object, &info->fields[i]) = AG_INT_UNSET;
    }
    if (parent != NULL) {
        if (parent->parts == NULL)
            parent->parts = ag_pool_array(pool);
        g_ptr_array_add(parent->parts, object);
    }
    return object;
}

AgObject *ag_object_part(const AgObject *object, AgKind kind, const char *name)
{
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        AgObject *part = g_ptr_array_index(object->parts, i);
        if (part->info->kind == kind && g_strcmp0(part->name, name) == 0)
            return part;
    }
    return NULL;
}

const char *ag_object_element(const AgObject *object)
{
    return ag_table_is_foreign(object) ? object->info->also : object->info->element;
}

AgGrantClass ag_object_grants(const AgObject *object)
{
    if (object->info->kind != AG_KIND_DEFAULT_PRIVILEGES)
        return object->info->grants;
    const char *objects = ((const AgDefaultPrivileges *)object)->objects;
    if (g_strcmp0(objects, "sequences") == 0)
        return AG_GRANTS_SEQUENCE;
    if (g_strcmp0(objects, "functions") == 0)
        return AG_GRANTS_ROUTINE;
    if (g_strcmp0(objects, "types") == 0)
        return AG_GRANTS_TYPE;
    return g_strcmp0(objects, "schemas") == 0 ? AG_GRANTS_SCHEMA : AG_GRANTS_TABLE;
}

bool ag_object_gives(const AgObject *object, const char *role, const char *privilege, long version)
{
    bool is_public = object->info->kind == AG_KIND_NAMESPACE && strcmp(object->name, "public") == 0;
    if (object->info->kind == AG_KIND_DEFAULT_PRIVILEGES &&
        ((const AgDefaultPrivileges *)object)->in_schema != NULL)
        return false;
    return ag_privilege_is_given(ag_object_grants(object), role, privilege, is_public, version);
}

AgObject *ag_object_first(const AgObject *object, AgKind kind)
{
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        AgObject *part = g_ptr_array_index(object->parts, i);
        if (part->info->kind == kind)
            return part;
    }
    return NULL;
}

/* What an unnamed constraint is called in messages: "(a, b)" or "(price > 0)". */
static char *shape_text(AgPool *pool, const AgObject *object)
{
    const GPtrArray *columns = NULL;
    if (object->info->kind == AG_KIND_CHECK)
        return ag_pool_printf(pool, "(%s)", ((const AgCheck *)object)->expression.written);
    if (object->info->kind == AG_KIND_FOREIGN_KEY)
        columns = ((const AgForeignKey *)object)->columns;
    else if (object->info->kind == AG_KIND_PRIMARY_KEY || object->info->kind == AG_KIND_UNIQUE)
        columns = ((const AgKey *)object)->columns;
    g_autoptr(GString) out = g_string_new("(");
    for (guint i = 0; columns != NULL && i < columns->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(columns, i));
    g_string_append_c(out, ')');
    return ag_pool_text(pool, out->str);
}

char *ag_object_label(AgPool *pool, const AgObject *object)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const AgObject *top = object->parent != NULL ? object->parent : object;
    if (top->schema != NULL)
        g_string_append_printf(out, "%s.", top->schema);
    /* An index has a name of its own in the schema; a column or a constraint only in its table. */
    if (object->parent != NULL && object->info->kind != AG_KIND_INDEX)
        g_string_append_printf(out, "%s.", object->parent->name);
    g_string_append(out, object->name != NULL ? object->name : shape_text(pool, object));
    if (object->signature != NULL)
        g_string_append_printf(out, "(%s)", object->signature);
    g_autofree char *printable = ag_text_printable(out->str);
    return ag_pool_text(pool, printable);
}

AgFieldSet ag_object_differences(const AgObject *from, const AgObject *to, AgDialectId dialect)
{
    AgFieldSet different = 0;
    bool fold = dialect == AG_DIALECT_SQLITE;
    for (unsigned i = 0; i < to->info->n_fields; i++) {
        const AgField *field = &to->info->fields[i];
        if (!ag_field_in(field, dialect) || (field->flags & AG_FIELD_NOT_COMPARED) != 0)
            continue;
        if ((field->flags & AG_FIELD_IF_WRITTEN) != 0 && !ag_field_is_set(to, field))
            continue;
        if (!ag_field_same(from, to, field, fold))
            different |= AG_FIELD_BIT(i);
    }
    /* An extension brings a comment of its own; a model that says none leaves it. */
    bool says_comment = to->info->kind != AG_KIND_EXTENSION || to->comment != NULL;
    if (dialect != AG_DIALECT_SQLITE && says_comment && g_strcmp0(from->comment, to->comment) != 0)
        different |= AG_FIELD_COMMENT;
    if (to->owner != NULL && g_strcmp0(from->owner, to->owner) != 0)
        different |= AG_FIELD_OWNER;
    if (dialect != AG_DIALECT_SQLITE && !ag_grants_same(from->grants, to->grants))
        different |= AG_FIELD_GRANTS;
    return different;
}
