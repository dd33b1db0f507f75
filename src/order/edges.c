/* SPDX-License-Identifier: MIT */
/* Which change must come before which. What a change needs of the new schema must have been made;
 * what it needed of the old one must not be gone yet; a name must be free before it is taken. The
 * first two rules are each other's mirror image, so that reversing every change and the list gives
 * a valid order again. */
#include "order/order_private.h"

#include "model/column.h"
#include "model/domain.h"
#include "model/range.h"
#include "model/rule.h"
#include "model/sequence.h"

#include <string.h>

typedef struct {
    AgOrdering *o;
    AgGraph *graph;
    AgNameTable *makers;   /* new names: the nodes after which the object is there */
    AgNameTable *removers; /* old names: the nodes after which it is gone */
    AgNameTable *frees;    /* names in the spaces of names: the nodes that free them */
    GHashTable *schemas;   /* old name of a renamed schema -> new one */
    GHashTable *tables;    /* old table (pointer) -> its new object, when it is renamed */
} Building;

/* The dialects' needs know names only; these are the ties that structs carry. */
GPtrArray *ag_ordering_needs(AgOrdering *o, const AgObject *object)
{
    AgNeeds needs;
    ag_needs_init(&needs, o->pool);
    if (object->info->needs != NULL)
        object->info->needs(object, &needs);
    if (object->parent != NULL)
        ag_needs_object(&needs, object->parent->info->kind, object->parent->schema,
                        object->parent->name);
    else if (object->info->in_schema && object->schema != NULL)
        ag_needs_object(&needs, AG_KIND_NAMESPACE, NULL, object->schema);
    if (object->info->kind == AG_KIND_SEQUENCE) {
        const AgColumnName *owner = &((const AgSequence *)object)->owned_by;
        if (owner->column != NULL)
            ag_needs_column(&needs, owner->table.schema, owner->table.name, owner->column);
    }
    ag_ordering_needs_class(o, object, &needs);
    return needs.list;
}

static AgChange *change_at(const Building *b, guint node)
{
    return g_ptr_array_index(b->o->changes, node);
}

/* Whether others must wait for an ALTER, because they see what it alters. Of a table they see its
 * columns, which have changes of their own. */
static bool alter_matters(const AgChange *change)
{
    const AgKindInfo *info = change->new->info;
    AgFieldSet seen = change->changed & ~AG_FIELD_COMMON;
    if (info->kind == AG_KIND_COLUMN)
        seen &= ~AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL);
    else if (info->kind == AG_KIND_DOMAIN)
        seen &= ~AG_FIELD_BIT(AG_DOMAIN_DEFAULT_SQL);
    else if (info->kind == AG_KIND_COMPOSITE_FIELD)
        return seen != 0;
    else if (info->parents != NULL || info->kind == AG_KIND_TABLE ||
             info->kind == AG_KIND_SEQUENCE || info->kind == AG_KIND_NAMESPACE ||
             info->kind == AG_KIND_EXTENSION)
        return false;
    return seen != 0;
}

/* --- who makes and removes what --- */

static void note_unique(Building *b, AgNameTable *table, const AgObject *object, guint node)
{
    const GPtrArray *columns = b->o->sqlite ? NULL : ag_unique_columns(b->o->pool, object);
    if (columns == NULL)
        return;
    AgNameKey key = {AG_SPACE_UNIQUE, object->parent->schema, object->parent->name,
                     ag_columns_text(b->o->pool, columns)};
    ag_name_table_add(table, key, node);
}

/* What stands on its own is also found by its name alone. */
static void note_object(const Building *b, AgNameTable *table, const AgObject *object, guint node)
{
    ag_name_table_add(table, ag_object_key(object), node);
    /* Whoever uses a composite type sees its attributes. */
    if (object->info->kind == AG_KIND_COMPOSITE_FIELD)
        object = object->parent;
    if (object->parent != NULL || object->name == NULL)
        return;
    ag_name_table_add(table, (AgNameKey){AG_SPACE_ANY, object->schema, object->name, NULL}, node);
    if (object->info->kind != AG_KIND_RANGE)
        return;
    const char *multirange = ag_range_multirange(b->o->pool, (const AgRange *)object);
    ag_name_table_add(table, (AgNameKey){AG_SPACE_ANY, object->schema, multirange, NULL}, node);
}

/* Queries and standard bodies name columns of tables that are not theirs. Those that come and go
 * with their table need no tie of their own. */
static void note_column(Building *b, const AgChange *change, guint node)
{
    const AgObject *object = ag_change_object(change);
    bool alters = change->verb == AG_ALTER && !alter_matters(change);
    if (b->o->sqlite || object->info->kind != AG_KIND_COLUMN || alters)
        return;
    const AgObject *sides[] = {change->verb == AG_DROP ? NULL : change->new,
                               change->verb == AG_CREATE ? NULL : change->old};
    for (int i = 0; i < 2; i++) {
        AgNameTable *table = i == 0 ? b->makers : b->removers;
        if (sides[i] == NULL)
            continue;
        ag_name_table_add(table, (AgNameKey){AG_SPACE_COLUMN, NULL, sides[i]->name, NULL}, node);
    }
    /* A star is all that are there by then, and none of those that are not any more. */
    AgNameKey star = {AG_SPACE_COLUMN, NULL, "*", NULL};
    ag_name_table_add(b->makers, star, node);
    ag_name_table_add(b->removers, star, node);
}

static void note_existence(Building *b, const AgChange *change, guint node)
{
    bool makes = change->verb != AG_DROP, removes = change->verb != AG_CREATE;
    if (change->verb == AG_ALTER)
        makes = removes = alter_matters(change);
    if (makes)
        note_object(b, b->makers, change->new, node);
    if (removes)
        note_object(b, b->removers, change->old, node);
    if (change->verb == AG_CREATE)
        note_unique(b, b->makers, change->new, node);
    if (change->verb == AG_DROP)
        note_unique(b, b->removers, change->old, node);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        note_existence(b, g_ptr_array_index(change->folded, i), node);
}

/* --- names --- */

enum { MAX_NAMES = 3 };

static const char *schema_now(const Building *b, const char *schema)
{
    const char *renamed = schema == NULL ? NULL : g_hash_table_lookup(b->schemas, schema);
    return renamed != NULL ? renamed : schema;
}

/* The table a part belongs to, under its new name on both sides. */
static AgQname table_now(const Building *b, const AgObject *table, bool old)
{
    const AgObject *renamed = old ? g_hash_table_lookup(b->tables, table) : NULL;
    if (renamed != NULL)
        return (AgQname){renamed->schema, renamed->name};
    return (AgQname){old ? schema_now(b, table->schema) : table->schema, table->name};
}

static guint part_names(const Building *b, const AgObject *object, bool old, AgNameKey *keys)
{
    AgQname table = table_now(b, object->parent, old);
    const char *schema = old ? schema_now(b, object->parent->schema) : object->parent->schema;
    AgKind kind = object->info->kind;
    unsigned spaces = object->info->names;
    bool is_constraint = (spaces & AG_NAMED_AS_CONSTRAINT) != 0;
    guint n = 0;
    if (kind == AG_KIND_PRIMARY_KEY)
        keys[n++] = (AgNameKey){AG_SPACE_PRIMARY_KEY, table.schema, table.name, NULL};
    if (object->name == NULL)
        return n;
    /* SQLite's keys have no index with a name of its own. */
    if ((spaces & AG_NAMED_AS_RELATION) != 0 && !(is_constraint && b->o->sqlite))
        keys[n++] = (AgNameKey){AG_SPACE_RELATION, schema, object->name, NULL};
    if (is_constraint)
        keys[n++] = (AgNameKey){AG_SPACE_CONSTRAINT, table.schema, table.name, object->name};
    if (spaces == 0)
        keys[n++] = (AgNameKey){(int)kind, table.schema, table.name, object->name};
    return n;
}

/* The names the object has in the spaces of names, told in new schema and table names. */
static guint names_of(const Building *b, const AgObject *object, bool old, AgNameKey *keys)
{
    if (object->parent != NULL)
        return part_names(b, object, old, keys);
    AgKind kind = object->info->kind;
    unsigned spaces = object->info->names;
    const char *schema = old ? schema_now(b, object->schema) : object->schema;
    guint n = 0;
    if ((spaces & AG_NAMED_AS_RELATION) != 0)
        keys[n++] = (AgNameKey){AG_SPACE_RELATION, schema, object->name, NULL};
    if ((spaces & AG_NAMED_AS_TYPE) != 0)
        keys[n++] = (AgNameKey){AG_SPACE_TYPE, schema, object->name, NULL};
    if ((spaces & AG_NAMED_AS_ROUTINE) != 0)
        keys[n++] = (AgNameKey){AG_SPACE_ROUTINE, schema, object->name, object->signature};
    if (n == 0)
        keys[n++] = (AgNameKey){(int)kind, schema, object->name, object->signature};
    return n;
}

static bool has_key(const AgNameKey *keys, guint n, const AgNameKey *key)
{
    for (guint i = 0; i < n; i++) {
        if (keys[i].space == key->space && g_strcmp0(keys[i].a, key->a) == 0 &&
            g_strcmp0(keys[i].b, key->b) == 0 && g_strcmp0(keys[i].c, key->c) == 0)
            return true;
    }
    return false;
}

typedef void (*NameAction)(Building *b, AgNameKey key, guint node);

static void note_free(Building *b, AgNameKey key, guint node)
{
    ag_name_table_add(b->frees, key, node);
}

/* `table`: its parts are not waited for; NULL for none. */
static void wait_for(Building *b, AgNameKey key, guint node, const AgObject *table)
{
    for (const AgNameEntry *entry = ag_name_table_find(b->frees, key); entry != NULL;
         entry = entry->next) {
        const AgObject *freer = change_at(b, entry->node)->old;
        if (table == NULL || freer->parent != table)
            ag_graph_add(b->graph, entry->node, node, AG_EDGE_MUST);
    }
}

static void wait_for_name(Building *b, AgNameKey key, guint node)
{
    wait_for(b, key, node, NULL);
}

/* Indexes, and the indexes behind keys, follow their table into another schema. Those that are
 * renamed or dropped after the move have been there under their old names. */
static bool is_move(const Building *b, const AgObject *old_table, const AgObject *new_table)
{
    return new_table != NULL && old_table->info->kind == AG_KIND_TABLE &&
           g_strcmp0(schema_now(b, old_table->schema), new_table->schema) != 0;
}

static void each_moved_name(Building *b, const AgChange *move, bool old, guint node)
{
    const GPtrArray *parts = move->old->parts;
    AgNameKey keys[MAX_NAMES];
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        guint n = part_names(b, g_ptr_array_index(parts, i), true, keys);
        for (guint j = 0; j < n; j++) {
            if (keys[j].space != AG_SPACE_RELATION)
                continue;
            if (old) {
                note_free(b, keys[j], node);
            } else {
                keys[j].a = move->new->schema;
                wait_for(b, keys[j], node, move->old);
            }
        }
    }
}

/* Calls `act` for each name that only the one side of the change has. */
static void each_name(Building *b, const AgChange *change, bool old, guint node, NameAction act)
{
    const AgObject *object = old ? change->old : change->new;
    const AgObject *other = old ? change->new : change->old;
    /* A temporary name is nobody else's. */
    if (object == NULL || change->verb == AG_ALTER || g_hash_table_contains(b->o->finals, object))
        return;
    AgNameKey keys[MAX_NAMES], others[MAX_NAMES];
    guint n = names_of(b, object, old, keys);
    guint m = other == NULL ? 0 : names_of(b, other, !old, others);
    const AgObject *moved =
        old && object->parent != NULL ? g_hash_table_lookup(b->tables, object->parent) : NULL;
    for (guint i = 0; i < n; i++) {
        if (has_key(others, m, &keys[i]))
            continue;
        act(b, keys[i], node);
        if (keys[i].space == AG_SPACE_RELATION && is_move(b, object->parent, moved)) {
            keys[i].a = moved->schema;
            act(b, keys[i], node);
        }
    }
    if (change->verb == AG_RENAME && is_move(b, change->old, change->new))
        each_moved_name(b, change, old, node);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        each_name(b, g_ptr_array_index(change->folded, i), old, node, act);
}

/* --- needs --- */

typedef struct {
    const AgNeed *need;
    const AgObject *holder;
    guint node;
    bool old; /* the holder is of the old schema */
} Tie;

static AgEdgeStrength strength_of(const Building *b, const Tie *tie, const AgChange *other)
{
    if (tie->need->soft)
        return tie->need->weak ? AG_EDGE_WISH : AG_EDGE_TEXT;
    const AgObject *parent = tie->holder->parent;
    bool own_table = parent != NULL && g_strcmp0(parent->schema, tie->need->schema) == 0 &&
                     ag_name_same(parent->name, tie->need->name, b->o->sqlite);
    /* SQLite does not mind a foreign key to a table that is not there yet. */
    if (b->o->sqlite && !own_table && tie->holder->info->kind == AG_KIND_FOREIGN_KEY)
        return AG_EDGE_WISH;
    bool reached = (own_table && tie->need->kind == AG_KIND_TABLE) ||
                   (tie->old && tie->need->kind == AG_KIND_NAMESPACE);
    return reached && other->verb == AG_RENAME ? AG_EDGE_PLAIN : AG_EDGE_MUST;
}

/* A need of the old side binds only those that go: what is renamed or altered stays, and is
 * reached under its new name. */
static bool binds(const Building *b, const Tie *tie, const AgChange *other)
{
    if (!tie->old)
        return true;
    const AgChange *change = change_at(b, tie->node);
    return change->verb == AG_DROP || other->verb == AG_DROP ||
           (ag_change_drops_expression(change) && other->verb == AG_ALTER);
}

static void tie_node(Building *b, const Tie *tie, guint node)
{
    const AgChange *other = change_at(b, node);
    if (!binds(b, tie, other))
        return;
    AgEdgeStrength strength = strength_of(b, tie, other);
    if (tie->old)
        ag_graph_add(b->graph, tie->node, node, strength);
    else
        ag_graph_add(b->graph, node, tie->node, strength);
}

static void tie_key(Building *b, const Tie *tie, AgNameKey key)
{
    const AgNameTable *table = tie->old ? b->removers : b->makers;
    for (const AgNameEntry *entry = ag_name_table_find(table, key); entry != NULL;
         entry = entry->next)
        tie_node(b, tie, entry->node);
}

/* Whether the text names the table or one that has its columns from it. */
static bool is_meant(Building *b, const GPtrArray *needs, const AgObject *table, bool old)
{
    if (ag_needs_mean(needs, table))
        return true;
    const GPtrArray *below = ag_ordering_children(b->o, table, old);
    if (below == NULL)
        return false;
    g_autoptr(GPtrArray) queue = g_ptr_array_new();
    g_ptr_array_extend(queue, (GPtrArray *)(guintptr)below, NULL, NULL);
    for (guint i = 0; i < queue->len; i++) {
        const AgObject *child = g_ptr_array_index(queue, i);
        if (ag_needs_mean(needs, child))
            return true;
        below = ag_ordering_children(b->o, child, old);
        if (below != NULL && queue->len < (old ? b->o->from : b->o->to)->objects->len)
            g_ptr_array_extend(queue, (GPtrArray *)(guintptr)below, NULL, NULL);
    }
    return false;
}

/* A name in a text is that of a column when the text names the table too. */
static void tie_column_name(Building *b, const Tie *tie, const GPtrArray *needs)
{
    const AgNameTable *table = tie->old ? b->removers : b->makers;
    AgNameKey key = {AG_SPACE_COLUMN, NULL, tie->need->name, NULL};
    if (!tie->need->any || tie->need->weak)
        return;
    for (const AgNameEntry *entry = ag_name_table_find(table, key); entry != NULL;
         entry = entry->next) {
        const AgChange *change = change_at(b, entry->node);
        const AgObject *column = tie->old ? change->old : change->new;
        column = column != NULL ? column : ag_change_object(change);
        /* A command of a rule reads its own table like any other. */
        bool other = column->parent != tie->holder->parent || tie->holder->info == &ag_kind_rule;
        if (other && is_meant(b, needs, column->parent, tie->old))
            tie_node(b, tie, entry->node);
    }
}

/* A name without schema may be found in the holder's schema or along the search path. */
static void tie_open_name(Building *b, const Tie *tie, int space)
{
    const AgSchema *schema = tie->old ? b->o->from : b->o->to;
    const AgNameTable *table = tie->old ? b->removers : b->makers;
    if (!ag_name_table_has(table, space, tie->need->name))
        return;
    AgNameKey key = {space, NULL, tie->need->name, NULL};
    tie_key(b, tie, key);
    const GPtrArray *path = schema->search_path;
    const char *own =
        tie->holder->parent != NULL ? tie->holder->parent->schema : tie->holder->schema;
    bool own_on_path = own == NULL;
    for (guint i = 0; path != NULL && i < path->len; i++) {
        key.a = g_ptr_array_index(path, i);
        own_on_path = own_on_path || strcmp(key.a, own) == 0;
        tie_key(b, tie, key);
    }
    if (!own_on_path) {
        key.a = own;
        tie_key(b, tie, key);
    }
}

static void tie_need(Building *b, const Tie *tie)
{
    const AgNeed *need = tie->need;
    int space = need->any ? AG_SPACE_ANY : (int)need->kind;
    bool is_column = !need->any && need->kind == AG_KIND_COLUMN;
    /* Whatever is spelled with a schema needs that schema to be called so. */
    if (need->schema != NULL) {
        AgNeed schema = {.kind = AG_KIND_NAMESPACE,
                         .name = need->schema,
                         .soft = need->soft,
                         .weak = need->weak};
        Tie by_schema = *tie;
        by_schema.need = &schema;
        tie_key(b, &by_schema, (AgNameKey){AG_KIND_NAMESPACE, NULL, need->schema, NULL});
    }
    if (is_column) {
        tie_key(b, tie, (AgNameKey){AG_KIND_COLUMN, need->schema, need->name, need->part});
        tie_key(b, tie, (AgNameKey){AG_KIND_TABLE, need->schema, need->name, NULL});
    } else if (need->schema == NULL && (need->any || ag_kind_info(need->kind)->in_schema)) {
        tie_open_name(b, tie, space);
    } else {
        tie_key(b, tie, (AgNameKey){space, need->schema, need->name, NULL});
    }
}

/* A foreign key needs a key or unique index over the columns it refers to. */
static void tie_foreign_key(Building *b, const AgObject *object, guint node, bool old)
{
    const AgForeignKey *key = (const AgForeignKey *)object;
    if (object->info->kind != AG_KIND_FOREIGN_KEY || key->ref_columns == NULL || b->o->sqlite)
        return;
    AgNeed need = {.kind = AG_KIND_UNIQUE};
    Tie tie = {.need = &need, .holder = object, .node = node, .old = old};
    tie_key(b, &tie,
            (AgNameKey){AG_SPACE_UNIQUE, key->references.schema, key->references.name,
                        ag_columns_text(b->o->pool, key->ref_columns)});
}

/* A rename touches nothing the object says; only where it stands counts. */
static bool counts(const AgChange *change, const AgObject *object, const AgNeed *need)
{
    if (change->verb != AG_RENAME)
        return true;
    if (need->soft || need->kind == AG_KIND_COLUMN)
        return false;
    if (need->kind == AG_KIND_NAMESPACE)
        return object->info->in_schema;
    return object->parent != NULL && need->kind == object->parent->info->kind &&
           strcmp(need->name, object->parent->name) == 0;
}

/* A default that goes before its column gets another type waits for nothing that happens to it. */
static bool drops_default(const AgChange *change)
{
    return change->new->info->kind == AG_KIND_COLUMN &&
           change->changed == AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL) &&
           ((const AgColumn *)change->new)->default_sql.written == NULL;
}

static void tie_side(Building *b, const AgChange *change, guint node, bool old)
{
    const AgObject *object = old ? change->old : change->new;
    if (object == NULL)
        return;
    GPtrArray *needs = ag_ordering_needs(b->o, object);
    for (guint i = 0; i < needs->len; i++) {
        Tie tie = {.need = g_ptr_array_index(needs, i), .holder = object, .node = node};
        tie.old = old;
        if (counts(change, object, tie.need)) {
            tie_need(b, &tie);
            tie_column_name(b, &tie, needs);
        }
    }
    if (change->verb == AG_CREATE || change->verb == AG_DROP)
        tie_foreign_key(b, object, node, old);
    if (change->verb == AG_ALTER && !old && object->name != NULL && !drops_default(change)) {
        AgNeed self = {.kind = object->info->kind};
        Tie tie = {.need = &self, .holder = object, .node = node};
        tie_key(b, &tie, ag_object_key(object));
    }
}

static void tie_change(Building *b, const AgChange *change, guint node)
{
    tie_side(b, change, node, false);
    tie_side(b, change, node, true);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        tie_change(b, g_ptr_array_index(change->folded, i), node);
}

/* An exchange of names goes by way of a third one; what counts is the last. */
static void note_renames(Building *b)
{
    for (guint node = 0; node < b->o->changes->len; node++) {
        const AgChange *change = change_at(b, node);
        if (change->verb != AG_RENAME)
            continue;
        const AgObject *last = g_hash_table_lookup(b->o->finals, change->new);
        last = last != NULL ? last : change->new;
        bool second = g_hash_table_contains(b->o->finals, change->old);
        if (last->info->kind == AG_KIND_NAMESPACE && !second)
            g_hash_table_insert(b->schemas, (gpointer)(guintptr)change->old->name,
                                (gpointer)(guintptr)last->name);
        else if (last->info->kind == AG_KIND_TABLE)
            g_hash_table_insert(b->tables, (gpointer)(guintptr)change->old,
                                (gpointer)(guintptr)last);
    }
}

static void tie_pairs(Building *b)
{
    g_autoptr(GHashTable) nodes = g_hash_table_new(NULL, NULL);
    for (guint node = 0; node < b->o->changes->len; node++)
        g_hash_table_insert(nodes, change_at(b, node), GUINT_TO_POINTER(node + 1));
    for (guint i = 0; i < b->o->pairs->len; i++) {
        const AgOrderPair *pair = g_ptr_array_index(b->o->pairs, i);
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(nodes, pair->before));
        guint after = GPOINTER_TO_UINT(g_hash_table_lookup(nodes, pair->after));
        if (before != 0 && after != 0)
            ag_graph_add(b->graph, before - 1, after - 1, AG_EDGE_MUST);
    }
}

AgGraph *ag_ordering_graph(AgOrdering *o)
{
    Building b = {.o = o, .graph = ag_graph_new(o->pool, o->changes->len)};
    b.makers = ag_name_table_new(o->pool, o->sqlite);
    b.removers = ag_name_table_new(o->pool, o->sqlite);
    b.frees = ag_name_table_new(o->pool, o->sqlite);
    b.schemas = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    b.tables = ag_pool_table(o->pool, NULL, NULL);
    note_renames(&b);
    for (guint node = 0; node < o->changes->len; node++) {
        note_existence(&b, change_at(&b, node), node);
        note_column(&b, change_at(&b, node), node);
        each_name(&b, change_at(&b, node), true, node, note_free);
    }
    for (guint node = 0; node < o->changes->len; node++) {
        each_name(&b, change_at(&b, node), false, node, wait_for_name);
        tie_change(&b, change_at(&b, node), node);
    }
    tie_pairs(&b);
    return b.graph;
}
