/* SPDX-License-Identifier: MIT */
/* A model of a database that plays changes one by one and complains when something lacks what it
 * needs, when a name is taken twice, or when PostgreSQL would refuse a new type under dependants.
 * Objects are told apart by the number in their comment. */
#pragma once

#include "model/change.h"
#include "model/needs.h"
#include "schema_maker.h"

#include <stdlib.h>

enum { MAX_IDS = 4000 };

typedef struct {
    const AgSchema *sides[2];
    GHashTable *side_of;            /* object -> side + 1 */
    const AgObject *now[MAX_IDS];   /* what it is: by its last CREATE or ALTER */
    const AgObject *named[MAX_IDS]; /* under which name: by its last CREATE or RENAME */
    bool sqlite;
    GString *log;
} Base;

static int id_of(const AgObject *object)
{
    return atoi(object->comment);
}

static void learn_side(Base *b, int side)
{
    const GPtrArray *objects = b->sides[side]->objects;
    for (guint i = 0; i < objects->len; i++)
        g_hash_table_insert(b->side_of, g_ptr_array_index(objects, i), GINT_TO_POINTER(side + 1));
}

/* The schema an object speaks about; a copy speaks for the one whose namesake it is. */
static const AgSchema *side_of(const Base *b, const AgObject *object)
{
    const AgObject *top = object->parent != NULL ? object->parent : object;
    int side = GPOINTER_TO_INT(g_hash_table_lookup(b->side_of, top));
    if (side != 0)
        return b->sides[side - 1];
    for (int i = 0; i < 2; i++) {
        const AgObject *same = ag_schema_find(b->sides[i], top->info->kind, top->schema, top->name);
        if (same != NULL && id_of(same) == id_of(top))
            return b->sides[i];
    }
    return NULL; /* under a temporary name */
}

/* Whatever has that name, a type's most of all. */
static const AgObject *resolve_any(const AgSchema *schema, const AgNeed *need)
{
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        if (ag_need_means(need, object))
            return object;
    }
    return NULL;
}

static const AgObject *resolve(const AgSchema *schema, const AgNeed *need)
{
    if (need->any)
        return resolve_any(schema, need);
    if (need->kind != AG_KIND_COLUMN)
        return ag_schema_find(schema, need->kind, need->schema, need->name);
    const AgObject *table = ag_schema_find(schema, AG_KIND_TABLE, need->schema, need->name);
    for (guint i = 0; table != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN &&
            ag_name_same(part->name, need->part, schema->dialect == AG_DIALECT_SQLITE))
            return part;
    }
    return NULL;
}

static GPtrArray *needs_of(AgPool *pool, const AgObject *object)
{
    AgNeeds needs;
    ag_needs_init(&needs, pool);
    if (object->info->needs != NULL)
        object->info->needs(object, &needs);
    if (object->parent != NULL)
        ag_needs_object(&needs, AG_KIND_TABLE, object->parent->schema, object->parent->name);
    if (object->parent == NULL && object->schema != NULL)
        ag_needs_object(&needs, AG_KIND_NAMESPACE, NULL, object->schema);
    if (object->info->kind == AG_KIND_SEQUENCE) {
        const AgColumnName *owner = &((const AgSequence *)object)->owned_by;
        if (owner->column != NULL)
            ag_needs_column(&needs, owner->table.schema, owner->table.name, owner->column);
    }
    return needs.list;
}

static bool complain(Base *b, const AgObject *object, const char *what, const AgObject *other)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_string_append_printf(b->log, "%s %s (%s): %s %s\n", object->info->noun,
                           ag_object_label(pool, object), object->comment, what,
                           other == NULL ? "" : ag_object_label(pool, other));
    return false;
}

static bool has_key(const Base *b, AgPool *pool, const AgForeignKey *key)
{
    const AgSchema *side = side_of(b, &key->object);
    AgNeed need = {.kind = AG_KIND_COLUMN,
                   .schema = key->references.schema,
                   .name = key->references.name,
                   .part = g_ptr_array_index(key->ref_columns, 0)};
    const AgObject *column = resolve(side, &need);
    for (int id = 1; id < MAX_IDS; id++) {
        const AgObject *object = b->now[id];
        AgKind kind = object == NULL ? AG_KIND_TABLE : object->info->kind;
        bool unique = kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE ||
                      (kind == AG_KIND_INDEX && ((const AgIndex *)object)->unique);
        if (!unique)
            continue;
        GPtrArray *needs = needs_of(pool, object);
        const AgObject *on = resolve(side_of(b, object), g_ptr_array_index(needs, 0));
        if (on != NULL && id_of(on) == id_of(column))
            return true;
    }
    return false;
}

/* Whether everything that exists has what it needs. */
static bool is_sound(Base *b)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    for (int id = 1; id < MAX_IDS; id++) {
        const AgObject *object = b->now[id];
        const AgSchema *side = object == NULL ? NULL : side_of(b, object);
        if (side == NULL)
            continue;
        if (b->sqlite && object->info->kind == AG_KIND_FOREIGN_KEY)
            continue;
        GPtrArray *needs = needs_of(pool, object);
        for (guint i = 0; i < needs->len; i++) {
            const AgNeed *need = g_ptr_array_index(needs, i);
            const AgObject *other = resolve(side, need);
            if (other == NULL && !need->soft)
                return complain(b, object, "needs what no schema has", NULL);
            if (other != NULL && b->now[id_of(other)] == NULL)
                return complain(b, object, "lacks", other);
        }
        if (object->info->kind == AG_KIND_FOREIGN_KEY &&
            !has_key(b, pool, (const AgForeignKey *)object))
            return complain(b, object, "has no key to refer to", NULL);
    }
    return true;
}

static int namespace_now(const Base *b, const AgObject *object)
{
    const AgObject *top = object->parent != NULL ? b->named[id_of(object->parent)] : object;
    if (top == NULL || top->schema == NULL)
        return 0;
    for (int i = 0; i < 2; i++) {
        const AgObject *space = ag_schema_find(b->sides[i], AG_KIND_NAMESPACE, NULL, top->schema);
        if (space != NULL)
            return id_of(space);
    }
    return 0;
}

static bool is_relation(const AgObject *object, bool sqlite)
{
    AgKind kind = object->info->kind;
    return kind == AG_KIND_TABLE || kind == AG_KIND_SEQUENCE || kind == AG_KIND_INDEX ||
           (!sqlite && (kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE));
}

static bool names_are_unique(Base *b)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int id = 1; id < MAX_IDS; id++) {
        const AgObject *object = b->now[id] == NULL ? NULL : b->named[id];
        if (object == NULL)
            continue;
        char *key =
            is_relation(object, b->sqlite)
                ? g_strdup_printf("r %d %s", namespace_now(b, object), object->name)
                : g_strdup_printf("%s %d %s", object->info->noun,
                                  object->parent == NULL ? 0 : id_of(object->parent), object->name);
        if (!g_hash_table_add(seen, key))
            return complain(b, object, "has a name that is taken", NULL);
    }
    return true;
}

/* What PostgreSQL refuses: a new type under what depends on the old one. */
static bool can_retype(Base *b, const AgChange *change)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    if (b->sqlite || change->new->info->kind != AG_KIND_COLUMN ||
        (change->changed & AG_FIELD_BIT(AG_COLUMN_TYPE)) == 0)
        return true;
    for (int id = 1; id < MAX_IDS; id++) {
        const AgObject *object = b->now[id];
        AgKind kind = object == NULL ? AG_KIND_TABLE : object->info->kind;
        if (kind != AG_KIND_CHECK && kind != AG_KIND_FOREIGN_KEY && kind != AG_KIND_COLUMN &&
            kind != AG_KIND_INDEX)
            continue;
        GPtrArray *needs = needs_of(pool, object);
        for (guint i = 0; i < needs->len; i++) {
            const AgNeed *need = g_ptr_array_index(needs, i);
            const AgObject *on = resolve(side_of(b, object), need);
            if (need->kind == AG_KIND_COLUMN && on != NULL && id_of(on) == id_of(change->new) &&
                (kind != AG_KIND_INDEX || need->soft))
                return complain(b, change->new, "changes its type under", object);
        }
    }
    return true;
}

static bool play_one(Base *b, const AgChange *change)
{
    int id = id_of(ag_change_object(change));
    bool exists = b->now[id] != NULL;
    if (exists != (change->verb != AG_CREATE))
        return complain(b, ag_change_object(change), exists ? "exists already" : "is missing",
                        NULL);
    switch (change->verb) {
    case AG_CREATE:
        b->now[id] = b->named[id] = change->new;
        break;
    case AG_DROP:
        b->now[id] = NULL;
        break;
    case AG_RENAME:
        if (strcmp(b->named[id]->name, change->old->name) != 0)
            return complain(b, change->old, "is not called so", NULL);
        b->named[id] = change->new;
        break;
    case AG_ALTER:
        if (!can_retype(b, change))
            return false;
        b->now[id] = change->new;
        break;
    }
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        if (!play_one(b, g_ptr_array_index(change->folded, i)))
            return false;
    }
    return true;
}

static void fill(Base *b, const AgSchema *schema)
{
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        b->now[id_of(object)] = b->named[id_of(object)] = object;
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++) {
            const AgObject *part = g_ptr_array_index(object->parts, j);
            b->now[id_of(part)] = b->named[id_of(part)] = part;
        }
    }
}

static bool is_reached(Base *b, const Base *goal)
{
    for (int id = 1; id < MAX_IDS; id++) {
        const AgObject *is = b->now[id], *should = goal->now[id];
        if ((is == NULL) != (should == NULL))
            return complain(b, is != NULL ? is : should, is != NULL ? "is left" : "is missing",
                            NULL);
        if (is != NULL && strcmp(b->named[id]->name, should->name) != 0)
            return complain(b, should, "has another name:", b->named[id]);
    }
    return true;
}

static bool play(const AgSchema *from, const AgSchema *to, const GPtrArray *steps, GString *log)
{
    Base *b = g_new0(Base, 1), *goal = g_new0(Base, 1);
    b->sides[0] = from;
    b->sides[1] = to;
    b->side_of = g_hash_table_new(NULL, NULL);
    b->sqlite = to->dialect == AG_DIALECT_SQLITE;
    b->log = log;
    learn_side(b, 0);
    learn_side(b, 1);
    fill(b, from);
    fill(goal, to);
    bool ok = is_sound(b);
    for (guint i = 0; ok && i < steps->len; i++) {
        g_autoptr(AgPool) pool = ag_pool_new();
        g_string_append_printf(log, "  %s\n", ag_change_text(pool, g_ptr_array_index(steps, i)));
        ok = play_one(b, g_ptr_array_index(steps, i)) && is_sound(b) && names_are_unique(b);
    }
    ok = ok && is_reached(b, goal);
    g_hash_table_destroy(b->side_of);
    g_free(b);
    g_free(goal);
    return ok;
}
