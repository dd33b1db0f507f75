/* SPDX-License-Identifier: MIT */
/* Schemas for tests, in few words: tables and their parts from short texts. */
#pragma once

#include "model/check.h"
#include "model/column.h"
#include "model/enum.h"
#include "model/extension.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/namespace.h"
#include "model/schema.h"
#include "model/sequence.h"
#include "model/table.h"

#include <string.h>

#define MAKER G_GNUC_UNUSED static

MAKER AgObject *make_standing(AgSchema *s, const AgKindInfo *info, const char *schema,
                              const char *name)
{
    AgObject *object = ag_object_new(s->pool, info, NULL, schema, name);
    object->place = (AgPlace){"models/test.xml", 1, 1};
    g_assert_true(ag_schema_add(s, object));
    return object;
}

MAKER AgObject *make_table(AgSchema *s, const char *schema, const char *name)
{
    return make_standing(s, &ag_kind_table, schema, name);
}

MAKER AgSql make_sql(AgSchema *s, const char *text)
{
    return (AgSql){.written = ag_pool_text(s->pool, text), .canonical = NULL};
}

MAKER AgColumn *make_column(AgSchema *s, AgObject *table, const char *name, const char *type)
{
    AgObject *object = ag_object_new(s->pool, &ag_kind_column, table, NULL, name);
    object->place = (AgPlace){"models/test.xml", 2, (int)table->parts->len};
    AgColumn *column = (AgColumn *)object;
    column->type = make_sql(s, type);
    return column;
}

/* An unnamed part when `name` begins with '?': the rest is what the naming template gave. */
MAKER AgObject *make_part(AgSchema *s, const AgKindInfo *info, AgObject *table, const char *name)
{
    bool given = name != NULL && name[0] != '?';
    const char *real = name != NULL && !given ? name + 1 : name;
    AgObject *object =
        ag_object_new(s->pool, info, table, NULL, real != NULL && real[0] == '\0' ? NULL : real);
    object->name_given = given;
    return object;
}

MAKER AgKey *make_key(AgSchema *s, const AgKindInfo *info, AgObject *table, const char *name,
                      const char *columns)
{
    AgKey *key = (AgKey *)make_part(s, info, table, name);
    key->columns = ag_names_split(s->pool, columns);
    return key;
}

MAKER AgForeignKey *make_reference(AgSchema *s, AgObject *table, const char *name,
                                   const char *columns, const char *target)
{
    AgForeignKey *key = (AgForeignKey *)make_part(s, &ag_kind_foreign_key, table, name);
    key->columns = ag_names_split(s->pool, columns);
    g_assert_true(ag_qname_split(s->pool, target, &key->references));
    key->ref_columns = ag_names_split(s->pool, "id");
    return key;
}

MAKER AgCheck *make_check(AgSchema *s, AgObject *table, const char *name, const char *expression)
{
    AgCheck *check = (AgCheck *)make_part(s, &ag_kind_check, table, name);
    check->expression = make_sql(s, expression);
    return check;
}

MAKER AgIndex *make_index(AgSchema *s, AgObject *table, const char *name, const char *columns)
{
    AgIndex *index = (AgIndex *)make_part(s, &ag_kind_index, table, name);
    index->parts = ag_pool_array(s->pool);
    GPtrArray *names = ag_names_split(s->pool, columns);
    for (guint i = 0; i < names->len; i++) {
        AgPart *part = ag_pool_new0(s->pool, AgPart);
        part->column = g_ptr_array_index(names, i);
        g_ptr_array_add(index->parts, part);
    }
    return index;
}

MAKER AgEnum *make_enum(AgSchema *s, const char *schema, const char *name, const char *values)
{
    AgEnum *type = (AgEnum *)make_standing(s, &ag_kind_enum, schema, name);
    type->values = ag_pool_array(s->pool);
    GPtrArray *names = ag_names_split(s->pool, values);
    for (guint i = 0; i < names->len; i++) {
        AgEnumValue *value = ag_pool_new0(s->pool, AgEnumValue);
        value->name = g_ptr_array_index(names, i);
        g_ptr_array_add(type->values, value);
    }
    return type;
}

MAKER AgSequence *make_sequence(AgSchema *s, const char *schema, const char *name,
                                const char *owner)
{
    AgSequence *sequence = (AgSequence *)make_standing(s, &ag_kind_sequence, schema, name);
    if (owner != NULL)
        g_assert_true(ag_column_name_split(s->pool, owner, &sequence->owned_by));
    return sequence;
}

/* renamed-from; newest first. */
MAKER void make_former(AgSchema *s, AgObject *object, const char *former)
{
    if (object->former == NULL)
        object->former = ag_pool_array(s->pool);
    AgQname *name = ag_pool_new0(s->pool, AgQname);
    g_assert_true(ag_qname_split(s->pool, former, name));
    g_ptr_array_add(object->former, name);
}
