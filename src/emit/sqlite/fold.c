/* SPDX-License-Identifier: MIT */
/* Decides which tables have to be rebuilt, and gathers what a rebuild does at once. */
#include <string.h>

#include "emit/sqlite/sqlite.h"

/* All changes of one table that exists before and after. */
typedef struct {
    const AgObject *old, *new;
    GPtrArray *changes; /* of AgChange *, in their order */
    GArray *places;     /* of guint: where each stands in the whole list */
    bool rebuild;
    guint place; /* of the rebuild */
} Group;

typedef struct {
    AgPool *pool;
    const AgSchema *from, *to;
    const GPtrArray *changes;
    GHashTable *created; /* set of names (lower case) of tables that are made here */
    GHashTable *dropped; /* set of names of tables that go */
    GHashTable *renamed; /* name of a renamed table in `from` -> AgChange * */
    GHashTable *groups;  /* name of a table in `to` -> Group * */
    GHashTable *carried; /* change of a constraint -> the AgChange * of the column that takes it */
} Fold;

static char *lower(const Fold *fold, const char *name)
{
    g_autofree char *text = g_ascii_strdown(name, -1);
    return ag_pool_text(fold->pool, text);
}

static bool is_table(const AgObject *object)
{
    return object->info->kind == AG_KIND_TABLE;
}

static const AgObject *table_of(const AgObject *object)
{
    return object == NULL || is_table(object) ? object : object->parent;
}

static bool has_table(const Fold *fold, GHashTable *names, const AgObject *object)
{
    const AgObject *table = table_of(object);
    return table != NULL && g_hash_table_contains(names, lower(fold, table->name));
}

/* --- which changes belong together --- */

static void note_tables(Fold *fold)
{
    for (guint i = 0; i < fold->changes->len; i++) {
        AgChange *change = g_ptr_array_index(fold->changes, i);
        if (!is_table(ag_change_object(change)))
            continue;
        switch (change->verb) {
        case AG_CREATE:
            g_hash_table_add(fold->created, lower(fold, change->new->name));
            break;
        case AG_DROP:
            g_hash_table_add(fold->dropped, lower(fold, change->old->name));
            break;
        case AG_RENAME:
            g_hash_table_insert(fold->renamed, lower(fold, change->old->name), change);
            break;
        case AG_ALTER:
            break;
        }
    }
}

/* The table in `to` that the one of `from` becomes; names that are exchanged go by a third one. */
static const AgObject *becomes(const Fold *fold, const AgObject *table)
{
    const AgChange *rename = g_hash_table_lookup(fold->renamed, lower(fold, table->name));
    for (guint i = 0; rename != NULL && i < fold->changes->len; i++) {
        const AgChange *next = g_hash_table_lookup(fold->renamed, lower(fold, rename->new->name));
        if (next == NULL || next->old != rename->new)
            return rename->new;
        rename = next;
    }
    return ag_schema_find(fold->to, AG_KIND_TABLE, NULL, table->name);
}

static const AgChange *rename_to(const Fold *fold, const AgObject *table)
{
    for (guint i = 0; i < fold->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(fold->changes, i);
        if (change->verb == AG_RENAME && is_table(change->new) &&
            ag_name_same(change->new->name, table->name, true))
            return change;
    }
    return NULL;
}

static const AgObject *came_from(const Fold *fold, const AgObject *table)
{
    const AgChange *rename = rename_to(fold, table);
    for (guint i = 0; rename != NULL && i < fold->changes->len; i++) {
        const AgChange *before = rename_to(fold, rename->old);
        if (before == NULL || before->new != rename->old)
            return rename->old;
        rename = before;
    }
    return ag_schema_find(fold->from, AG_KIND_TABLE, NULL, table->name);
}

/* Part of a table that is created or dropped as a whole; indexes of new tables stand alone.
 * Ordering has put triggers where no table changes any more, or yet. */
typedef enum { FATE_ALONE, FATE_WITHIN, FATE_GROUPED } Fate;

static Fate fate_of(const Fold *fold, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    if (is_table(object))
        return change->verb == AG_CREATE || change->verb == AG_DROP ? FATE_ALONE : FATE_GROUPED;
    if (object->parent == NULL || object->info->kind == AG_KIND_TRIGGER)
        return FATE_ALONE;
    if (change->new != NULL && has_table(fold, fold->created, change->new))
        return object->info->kind == AG_KIND_INDEX ? FATE_ALONE : FATE_WITHIN;
    if (change->new == NULL && has_table(fold, fold->dropped, change->old))
        return FATE_WITHIN;
    return FATE_GROUPED;
}

static Group *group_of(Fold *fold, const AgChange *change)
{
    const AgObject *table = table_of(ag_change_object(change));
    if (ag_schema_find(fold->from, AG_KIND_TABLE, NULL, table->name) == table)
        table = becomes(fold, table);
    if (table == NULL)
        return NULL;
    char *key = lower(fold, table->name);
    Group *group = g_hash_table_lookup(fold->groups, key);
    if (group != NULL)
        return group;
    group = ag_pool_new0(fold->pool, Group);
    /* The schema's own objects: changes may hold copies that ordering made. */
    const AgObject *found = ag_schema_find(fold->to, AG_KIND_TABLE, NULL, table->name);
    group->new = found != NULL ? found : table;
    group->old = came_from(fold, group->new);
    group->changes = ag_pool_array(fold->pool);
    group->places = g_array_new(FALSE, FALSE, sizeof(guint));
    ag_pool_keep(fold->pool, group->places, (GDestroyNotify)g_array_unref);
    g_hash_table_insert(fold->groups, key, group);
    return group;
}

/* --- what can be done in place --- */

static bool is_gone(const Group *group, guint before, const AgObject *part)
{
    for (guint i = 0; i < before; i++) {
        const AgChange *change = g_ptr_array_index(group->changes, i);
        if (change->verb == AG_DROP && change->old == part)
            return true;
    }
    return false;
}

static bool text_hangs_on(const Fold *fold, const AgSchema *schema, const AgObject *table,
                          const char *column)
{
    for (guint i = 0; i < schema->unmanaged->len; i++) {
        const AgUnmanaged *item = g_ptr_array_index(schema->unmanaged, i);
        if ((ag_name_same(item->table.name, table->name, true) ||
             ag_sqlite_mentions(fold->pool, item->text, table->name)) &&
            ag_sqlite_mentions(fold->pool, item->text, column))
            return true;
    }
    return false;
}

static int counts(const AgObject *object)
{
    return object != NULL && object->info->kind == AG_KIND_COLUMN &&
           ((const AgColumn *)object)->generated.written == NULL;
}

/* Whether the table has another column at that moment that holds values. */
static bool has_other(const Group *group, guint at)
{
    int columns = 0;
    for (guint i = 0; i < group->old->parts->len; i++)
        columns += counts(g_ptr_array_index(group->old->parts, i));
    for (guint i = 0; i < at; i++) {
        const AgChange *change = g_ptr_array_index(group->changes, i);
        if (change->verb == AG_CREATE)
            columns += counts(change->new);
        else if (change->verb == AG_DROP)
            columns -= counts(change->old);
    }
    return columns > 1;
}

/* ALTER TABLE DROP COLUMN refuses the last column and one that anything speaks of, and silently
 * takes its own check and foreign key along. `at`: the change's number in the group. */
static bool can_drop(const Fold *fold, const Group *group, guint at, const AgObject *column)
{
    const GPtrArray *parts = group->old->parts;
    if (counts(column) > 0 && !has_other(group, at))
        return false;
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part != column && !is_gone(group, at, part) &&
            ag_sqlite_part_uses(fold->pool, part, column->name))
            return false;
    }
    return !text_hangs_on(fold, fold->from, group->old, column->name) &&
           !text_hangs_on(fold, fold->to, group->new, column->name);
}

/* The change of this group that adds the column and may take constraints along. */
static AgChange *adder(const Group *group, const char *column)
{
    for (guint i = 0; i < group->changes->len; i++) {
        AgChange *change = g_ptr_array_index(group->changes, i);
        if (change->verb == AG_CREATE &&
            change->new->info->kind ==
                AG_KIND_COLUMN &&ag_name_same(change->new->name, column, true) &&
            ag_sqlite_can_add((const AgColumn *)change->new))
            return change;
    }
    return NULL;
}

/* With foreign keys on, SQLite lets REFERENCES come only with a column that is NULL everywhere. */
static AgChange *carrier_of_foreign_key(const Group *group, const AgForeignKey *key)
{
    if (key->columns->len != 1)
        return NULL;
    AgChange *change = adder(group, g_ptr_array_index(key->columns, 0));
    if (change == NULL)
        return NULL;
    const AgColumn *column = (const AgColumn *)change->new;
    return !ag_sqlite_has_default(column) && column->generated.written == NULL ? change : NULL;
}

/* The last of the added columns that the check speaks of. From 3.37 on ADD COLUMN looks whether the
 * rows satisfy a check; before, a wrong one would go unnoticed. */
static AgChange *carrier_of_check(const Fold *fold, const Group *group, const AgCheck *check)
{
    long version = MAX(fold->from->server_version, fold->to->server_version);
    AgChange *last = NULL;
    for (guint i = 0; version >= 3037000 && i < group->changes->len; i++) {
        AgChange *change = g_ptr_array_index(group->changes, i);
        if (change->verb == AG_CREATE &&
            change->new->info->kind ==
                AG_KIND_COLUMN &&ag_sqlite_part_uses(fold->pool, &check->object, change->new->name))
            last = adder(group, change->new->name);
    }
    return last;
}

static bool is_carried(Fold *fold, const Group *group, AgChange *change)
{
    AgChange *carrier = NULL;
    if (change->verb != AG_CREATE)
        return false;
    if (change->new->info->kind == AG_KIND_FOREIGN_KEY)
        carrier = carrier_of_foreign_key(group, (const AgForeignKey *)change->new);
    else if (change->new->info->kind == AG_KIND_CHECK)
        carrier = carrier_of_check(fold, group, (const AgCheck *)change->new);
    if (carrier == NULL)
        return false;
    g_hash_table_insert(fold->carried, change, carrier);
    return true;
}

static bool is_only_words(const AgChange *change)
{
    return change->verb == AG_ALTER && (change->changed & ~AG_FIELD_COMMON) == 0;
}

static bool is_in_place(Fold *fold, Group *group, guint at)
{
    AgChange *change = g_ptr_array_index(group->changes, at);
    if (is_only_words(change))
        return true;
    switch (ag_change_object(change)->info->kind) {
    case AG_KIND_TABLE:
        return change->verb == AG_RENAME;
    case AG_KIND_INDEX:
        return true;
    case AG_KIND_COLUMN:
        if (change->verb == AG_DROP)
            return can_drop(fold, group, at, change->old);
        return change->verb == AG_RENAME ||
               (change->verb == AG_CREATE && ag_sqlite_can_add((const AgColumn *)change->new));
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
    case AG_KIND_CHECK:
    case AG_KIND_FOREIGN_KEY:
        return is_carried(fold, group, change);
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
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
    case AG_KIND_EXCLUDE:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
        break;
    }
    g_assert_not_reached();
}

/* A rename that SQLite does itself, so that views, triggers and foreign keys follow it. */
static bool is_native_rename(const AgChange *change)
{
    return change->verb == AG_RENAME &&
           (is_table(change->new) || change->new->info->kind == AG_KIND_COLUMN);
}

static void decide(Fold *fold, Group *group)
{
    bool found = false;
    for (guint i = 0; i < group->changes->len; i++)
        group->rebuild = !is_in_place(fold, group, i) || group->rebuild;
    for (guint i = 0; i < group->changes->len; i++) {
        bool native = is_native_rename(g_ptr_array_index(group->changes, i));
        if (!native && found)
            continue;
        group->place = g_array_index(group->places, guint, i);
        found = found || !native;
    }
}

/* --- the new list --- */

static AgChange *rebuild_of(const Fold *fold, const Group *group)
{
    AgChange *rebuild = ag_change_new(fold->pool, AG_ALTER, group->old, group->new);
    rebuild->folded = ag_pool_array(fold->pool);
    for (guint i = 0; i < group->changes->len; i++) {
        AgChange *change = g_ptr_array_index(group->changes, i);
        if (is_native_rename(change))
            continue;
        if (is_table(change->new != NULL ? change->new : change->old))
            rebuild->changed |= change->changed;
        g_ptr_array_add(rebuild->folded, change);
    }
    return rebuild;
}

/* The column's change with the constraints that it takes along. */
static AgChange *with_carried(const Fold *fold, const Group *group, const AgChange *column)
{
    AgChange *copy = ag_change_new(fold->pool, AG_CREATE, NULL, column->new);
    copy->recreate = column->recreate;
    copy->folded = ag_pool_array(fold->pool);
    for (guint i = 0; i < group->changes->len; i++) {
        AgChange *change = g_ptr_array_index(group->changes, i);
        if (g_hash_table_lookup(fold->carried, change) == column)
            g_ptr_array_add(copy->folded, change);
    }
    return copy->folded->len > 0 ? copy : NULL;
}

/* A column that the rebuild is going to drop may bear the name that another gets before: it is put
 * out of the way. */
static void put_aside(const Fold *fold, const Group *group, const AgChange *rename, GPtrArray *out)
{
    for (guint i = 0; !is_table(rename->new) && i < group->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(group->changes, i);
        if (change->verb != AG_DROP || change->old->info->kind != AG_KIND_COLUMN ||
            !ag_name_same(change->old->name, rename->new->name, true))
            continue;
        AgColumn *copy = ag_pool_new0(fold->pool, AgColumn);
        *copy = *(const AgColumn *)change->old;
        copy->object.name =
            ag_pool_name(fold->pool, ag_pool_printf(fold->pool, "__ag_old_%s", change->old->name));
        g_ptr_array_add(out, ag_change_new(fold->pool, AG_RENAME, change->old, &copy->object));
    }
}

static void put_grouped(const Fold *fold, const Group *group, AgChange *change, GPtrArray *out)
{
    if (group->rebuild) {
        if (is_native_rename(change)) {
            put_aside(fold, group, change, out);
            g_ptr_array_add(out, change);
        }
        return;
    }
    if (g_hash_table_contains(fold->carried, change))
        return;
    bool adds_column = change->verb == AG_CREATE && change->new->info->kind == AG_KIND_COLUMN;
    AgChange *carrying = adds_column ? with_carried(fold, group, change) : NULL;
    g_ptr_array_add(out, carrying != NULL ? carrying : change);
}

static GPtrArray *assemble(Fold *fold)
{
    GPtrArray *out = ag_pool_array(fold->pool);
    for (guint i = 0; i < fold->changes->len; i++) {
        AgChange *change = g_ptr_array_index(fold->changes, i);
        Fate fate = fate_of(fold, change);
        Group *group = fate == FATE_GROUPED ? group_of(fold, change) : NULL;
        if (group != NULL)
            put_grouped(fold, group, change, out);
        else if (fate != FATE_WITHIN)
            g_ptr_array_add(out, change);
        if (group != NULL && group->rebuild && group->place == i)
            g_ptr_array_add(out, rebuild_of(fold, group));
    }
    return out;
}

GPtrArray *ag_sqlite_fold_rebuilds(AgPool *pool, const AgSchema *from, const AgSchema *to,
                                   const GPtrArray *changes)
{
    Fold fold = {
        .pool = pool,
        .from = from,
        .to = to,
        .changes = changes,
        .created = ag_pool_table(pool, g_str_hash, g_str_equal),
        .dropped = ag_pool_table(pool, g_str_hash, g_str_equal),
        .renamed = ag_pool_table(pool, g_str_hash, g_str_equal),
        .groups = ag_pool_table(pool, g_str_hash, g_str_equal),
        .carried = ag_pool_table(pool, g_direct_hash, g_direct_equal),
    };
    GPtrArray *groups = ag_pool_array(pool);
    note_tables(&fold);
    for (guint i = 0; i < changes->len; i++) {
        AgChange *change = g_ptr_array_index(changes, i);
        Group *group = fate_of(&fold, change) == FATE_GROUPED ? group_of(&fold, change) : NULL;
        if (group == NULL || group->old == NULL)
            continue;
        if (group->changes->len == 0)
            g_ptr_array_add(groups, group);
        g_ptr_array_add(group->changes, change);
        g_array_append_val(group->places, i);
    }
    for (guint i = 0; i < groups->len; i++)
        decide(&fold, g_ptr_array_index(groups, i));
    return assemble(&fold);
}
