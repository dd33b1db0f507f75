/* SPDX-License-Identifier: MIT */
/* What hangs on a type at one step of the script: the types that are made of it, the columns that
 * hold its values, and the parts of tables whose texts name those columns. */
#include "emit/postgres/type_users.h"

#include "model/check.h"
#include "model/composite.h"
#include "model/domain.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/policy.h"
#include "model/rule.h"
#include "model/table.h"
#include "model/trigger.h"
#include "model/type_name.h"

#include <string.h>

/* --- what is there at this step --- */

static bool is_folded_in(const AgChange *change, const AgObject *part)
{
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        if (((const AgChange *)g_ptr_array_index(change->folded, i))->new == part)
            return true;
    return false;
}

static bool makes(const AgChange *change, const AgObject *object)
{
    if (change->verb == AG_ALTER && is_folded_in(change, object))
        return true;
    return change->verb == AG_CREATE && (change->new == object || is_folded_in(change, object));
}

static bool unmakes(const AgChange *change, const AgObject *object)
{
    for (guint i = 0; change->verb == AG_ALTER && change->folded != NULL && i < change->folded->len;
         i++)
        if (((const AgChange *)g_ptr_array_index(change->folded, i))->old == object)
            return true;
    return change->verb == AG_DROP && (change->old == object || change->old == object->parent);
}

/* An ALTER takes a type, or the type of a column, from the old side to the new one. */
static bool alters(const AgChange *change, const AgObject *object)
{
    bool is_column = object->info->kind == AG_KIND_COLUMN;
    return change->verb == AG_ALTER && (change->old == object || change->new == object) &&
           (is_column ? (change->changed & AG_FIELD_BIT(AG_COLUMN_TYPE)) != 0
                      : ag_object_is_type(object) || object->info->kind == AG_KIND_DOMAIN_CHECK ||
                            object->info->kind == AG_KIND_COMPOSITE_FIELD ||
                            object->info->kind == AG_KIND_COLLATION);
}

bool ag_postgres_is_there(AgWriting *w, const AgObject *object, bool old_side)
{
    bool there = old_side;
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        if (!ag_writing_is_done(w, change))
            continue;
        bool altered = alters(change, object);
        if (old_side && (unmakes(change, object) || (altered && change->old == object)))
            there = false;
        if (!old_side && (makes(change, object) || (altered && change->new == object)))
            there = true;
    }
    return there;
}

static void add_there(AgWriting *w, const AgObject *object, bool old_side, GPtrArray *out)
{
    for (guint i = 0; object != NULL && object->parts != NULL && i < object->parts->len; i++) {
        AgObject *part = g_ptr_array_index(object->parts, i);
        if (ag_postgres_is_there(w, part, old_side))
            g_ptr_array_add(out, part);
    }
}

/* The counterpart of a new object on the old side; NULL for what is made by the script. */
static const AgObject *before(AgWriting *w, const AgObject *object)
{
    for (guint i = 0; i < w->from->objects->len; i++) {
        const AgObject *old = g_ptr_array_index(w->from->objects, i);
        if (old->info == object->info && ag_writing_twin(w, old) == object)
            return old;
    }
    return NULL;
}

GPtrArray *ag_postgres_parts_there(AgWriting *w, const AgObject *object)
{
    bool is_old = ag_writing_side(w, object) == w->from;
    GPtrArray *parts = ag_pool_array(w->pool);
    add_there(w, is_old ? object : before(w, object), true, parts);
    add_there(w, is_old ? ag_writing_twin(w, object) : object, false, parts);
    return parts;
}

/* --- types that are made of others --- */

static const char *identity_of(AgWriting *w, const AgObject *type)
{
    return ag_pool_printf(w->pool, "%s %s",
                          type->info->kind == AG_KIND_COLLATION ? "collation" : "type",
                          ag_writing_qname(w, type));
}

AgTypeMember *ag_postgres_member(const AgTypeUsers *users, const AgObject *type)
{
    return type == NULL ? NULL : g_hash_table_lookup(users->by_name, identity_of(users->w, type));
}

static AgTypeMember *member_of_text(const AgTypeUsers *users, const AgObject *object, AgSql sql)
{
    const char *rest;
    return sql.written == NULL
               ? NULL
               : ag_postgres_member(users, ag_postgres_type_of(users->w, object, sql, &rest));
}

static AgTypeMember *member_of_collation(const AgTypeUsers *users, const AgObject *object,
                                         AgQname name)
{
    const AgObject *found = name.name == NULL || name.schema == NULL
                                ? NULL
                                : ag_schema_find(ag_writing_side(users->w, object),
                                                 AG_KIND_COLLATION, name.schema, name.name);
    return ag_postgres_member(users, found);
}

/* The member that a type or a collation of the object names; NULL when none does. */
AgTypeMember *ag_postgres_member_in(const AgTypeUsers *users, const AgObject *object)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        const void *slot = ag_field_at(object, field);
        AgTypeMember *member = NULL;
        if (field->type == AG_FIELD_TYPE)
            member = member_of_text(users, object, *(const AgSql *)slot);
        else if (field->type == AG_FIELD_QNAME && g_str_equal(field->name, "collation"))
            member = member_of_collation(users, object, *(const AgQname *)slot);
        if (member != NULL)
            return member;
    }
    return NULL;
}

/* A default of a domain may name a type besides. */
static bool default_names(const AgTypeUsers *users, const AgObject *object)
{
    for (guint i = 0; object->info->kind == AG_KIND_DOMAIN && i < users->members->len; i++) {
        const AgTypeMember *member = g_ptr_array_index(users->members, i);
        if (ag_postgres_mentions(users->w, ((const AgDomain *)object)->default_sql,
                                 member->object->name))
            return true;
    }
    return false;
}

static bool is_made_of(const AgTypeUsers *users, const AgObject *type)
{
    if (ag_postgres_member_in(users, type) != NULL || default_names(users, type))
        return true;
    const GPtrArray *parts =
        type->info->kind == AG_KIND_COMPOSITE ? ag_postgres_parts_there(users->w, type) : NULL;
    for (guint i = 0; parts != NULL && i < parts->len; i++)
        if (ag_postgres_member_in(users, g_ptr_array_index(parts, i)) != NULL)
            return true;
    return false;
}

static void add_member(AgTypeUsers *users, const AgObject *type)
{
    AgTypeMember *member = ag_pool_new0(users->w->pool, AgTypeMember);
    member->object = type;
    g_ptr_array_add(users->members, member);
    g_hash_table_insert(users->by_name, (gpointer)(guintptr)identity_of(users->w, type), member);
}

/* A type is added when all it is made of has been: what is found later is made of it, and not the
 * other way round, because the rounds go over both sides until nothing is found. */
static bool add_round(AgTypeUsers *users, bool old_side)
{
    const AgSchema *side = old_side ? users->w->from : users->w->to;
    guint before_round = users->members->len;
    for (guint i = 0; i < side->objects->len; i++) {
        const AgObject *type = g_ptr_array_index(side->objects, i);
        if (ag_object_is_type(type) && ag_postgres_member(users, type) == NULL &&
            ag_postgres_is_there(users->w, type, old_side) && is_made_of(users, type))
            add_member(users, type);
    }
    return users->members->len > before_round;
}

static bool names_one_of(AgTypeUsers *users, const AgObject *type, const GPtrArray *open)
{
    const GPtrArray *parts =
        type->info->kind == AG_KIND_COMPOSITE ? ag_postgres_parts_there(users->w, type) : NULL;
    const AgTypeMember *own = ag_postgres_member_in(users, type);
    bool found = own != NULL && g_ptr_array_find((GPtrArray *)(guintptr)open, own, NULL);
    for (guint i = 0; !found && parts != NULL && i < parts->len; i++) {
        own = ag_postgres_member_in(users, g_ptr_array_index(parts, i));
        found = own != NULL && own->object != type &&
                g_ptr_array_find((GPtrArray *)(guintptr)open, own, NULL);
    }
    return found;
}

/* What others are made of comes first. */
static void sort_members(AgTypeUsers *users)
{
    GPtrArray *open = users->members, *sorted = ag_pool_array(users->w->pool);
    while (open->len > 0) {
        guint chosen = 0;
        for (guint i = open->len; i > 0; i--) {
            const AgTypeMember *member = g_ptr_array_index(open, i - 1);
            if (!names_one_of(users, member->object, open))
                chosen = i - 1;
        }
        g_ptr_array_add(sorted, g_ptr_array_index(open, chosen));
        g_ptr_array_remove_index(open, chosen);
    }
    users->members = sorted;
}

/* --- columns and what depends on them --- */

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; names != NULL && i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

static bool index_mentions(AgWriting *w, const AgIndex *index, const char *column)
{
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column == NULL && ag_postgres_mentions(w, part->expression, column))
            return true;
    }
    return ag_postgres_mentions(w, index->where, column);
}

/* Plain keys and indexes the server rebuilds itself; expressions it reads again, with the old
 * type's name in them; and a foreign key needs both its ends to be of one type. */
static bool depends_on(AgWriting *w, const AgObject *part, const char *column)
{
    switch (part->info->kind) {
    case AG_KIND_CHECK:
        return ag_postgres_mentions(w, ((const AgCheck *)part)->expression, column);
    case AG_KIND_INDEX:
    case AG_KIND_EXCLUDE:
        return index_mentions(w, (const AgIndex *)part, column);
    case AG_KIND_FOREIGN_KEY:
        return has_name(((const AgForeignKey *)part)->columns, column);
    case AG_KIND_POLICY:
        return ag_postgres_mentions(w, ((const AgPolicy *)part)->using_rows, column) ||
               ag_postgres_mentions(w, ((const AgPolicy *)part)->with_check, column);
    case AG_KIND_RULE:
        return ag_postgres_mentions(w, ((const AgRule *)part)->where, column) ||
               ag_postgres_mentions(w, ((const AgRule *)part)->commands, column);
    case AG_KIND_TRIGGER:
        return has_name(((const AgTrigger *)part)->update_of, column) ||
               ag_postgres_mentions(w, ((const AgTrigger *)part)->when, column);
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_EVENT_TRIGGER:
    case AG_KIND_PUBLICATION:
    case AG_KIND_PUBLISHED_TABLE:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_OPERATOR:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_CONVERSION:
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_TABLE:
    case AG_KIND_COLUMN:
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        return false;
    }
    g_assert_not_reached();
}

static void note_dependants(AgTypeUsers *users, const AgObject *column, bool old_side)
{
    const GPtrArray *parts = column->parent->parts;
    for (guint i = 0; i < parts->len; i++) {
        AgObject *part = g_ptr_array_index(parts, i);
        /* What is inherited goes and comes with that of the parent. */
        if (!part->inherited && depends_on(users->w, part, column->name) &&
            ag_postgres_is_there(users->w, part, old_side) &&
            !g_ptr_array_find(users->dependants, part, NULL))
            g_ptr_array_add(users->dependants, part);
    }
}

static const AgObject *column_above(AgWriting *w, const AgSchema *side, const AgObject *column)
{
    const GPtrArray *parents = ag_table_parents(w->pool, side, column->parent);
    for (guint i = 0; i < parents->len; i++) {
        const AgObject *above =
            ag_object_part(g_ptr_array_index(parents, i), AG_KIND_COLUMN, column->name);
        if (above != NULL)
            return above;
    }
    return NULL;
}

/* An inherited column is there as long as the one that it is inherited from, which may have gone
 * already or not have come yet. */
static bool is_column_there(AgTypeUsers *users, const AgObject *column, bool old_side)
{
    const AgSchema *side = old_side ? users->w->from : users->w->to;
    for (guint depth = 0; column != NULL && depth <= side->objects->len; depth++) {
        if (ag_postgres_member_in(users, column) == NULL ||
            !ag_postgres_is_there(users->w, column, old_side))
            return false;
        if (!column->inherited)
            return true;
        column = column_above(users->w, side, column);
    }
    return false;
}

static void note_columns(AgTypeUsers *users, bool old_side)
{
    const AgSchema *side = old_side ? users->w->from : users->w->to;
    for (guint i = 0; i < side->objects->len; i++) {
        const AgObject *table = g_ptr_array_index(side->objects, i);
        for (guint k = 0; table->parts != NULL && k < table->parts->len; k++) {
            AgObject *part = g_ptr_array_index(table->parts, k);
            if (part->info->kind != AG_KIND_COLUMN || !is_column_there(users, part, old_side))
                continue;
            g_ptr_array_add(users->columns, part);
            note_dependants(users, part, old_side);
        }
    }
}

void ag_postgres_type_users(AgWriting *w, const AgObject *type, AgTypeUsers *users)
{
    *users = (AgTypeUsers){.w = w,
                           .members = ag_pool_array(w->pool),
                           .columns = ag_pool_array(w->pool),
                           .dependants = ag_pool_array(w->pool)};
    users->by_name = ag_pool_table(w->pool, g_str_hash, g_str_equal);
    add_member(users, type);
    while (add_round(users, true) || add_round(users, false))
        continue;
    sort_members(users);
    note_columns(users, true);
    note_columns(users, false);
}

bool ag_postgres_is_stored(AgWriting *w, const AgObject *type)
{
    AgTypeUsers users;
    ag_postgres_type_users(w, type, &users);
    return users.columns->len > 0;
}
