/* SPDX-License-Identifier: MIT */
/* Partitioned tables with their partitions, and tables that inherit. */
#include "support/random_schema.h"

enum { MOST_PARTITIONS = 8 };

bool random_is_key(const RandomSchema *schema, const RandomColumn *column)
{
    for (guint i = 0; i < schema->tables->len; i++)
        if (((const RandomTable *)g_ptr_array_index(schema->tables, i))->key == column->name.id)
            return true;
    return false;
}

/* --- partitions --- */

/* integer, bigint, text, date: see the table of types. */
static int type_named(const RandomSchema *schema, const char *name)
{
    int count;
    const RandomType *types = random_types(schema->dialect, &count);
    for (int i = 0; i < count; i++)
        if (g_strcmp0(types[i].name, name) == 0)
            return i;
    g_assert_not_reached();
}

static void make_partitioned(RandomSchema *schema, RandomTable *table)
{
    static const char *const types[] = {"integer", "bigint", "date", "text"};
    RandomColumn *column = random_column_new(schema, table);
    int type = random_below(schema, 4);
    column->enum_id = NO_ID;
    column->enum_list = false;
    column->type = type_named(schema, types[type]);
    column->collation = 0;
    column->null = false;
    g_ptr_array_add(table->columns, column);
    table->key = column->name.id;
    table->strategy = type == 3   ? 1 + random_below(schema, 2)
                      : type == 2 ? (random_chance(schema, 70) ? 0 : 2)
                                  : random_below(schema, 3);
}

static bool is_taken(const RandomSchema *schema, const RandomTable *parent, int slot)
{
    for (guint i = 0; i < schema->tables->len; i++) {
        const RandomTable *table = g_ptr_array_index(schema->tables, i);
        if (table->partition && table->parent == parent->name.id && table->slot == slot)
            return true;
    }
    return false;
}

static int free_slot(RandomSchema *schema, const RandomTable *parent)
{
    for (int tries = 0; tries < 20; tries++) {
        int slot = random_below(schema, MOST_PARTITIONS);
        if ((slot > 0 || parent->strategy != 2) && !is_taken(schema, parent, slot))
            return slot;
    }
    return -1;
}

RandomTable *random_partition_add(RandomSchema *schema, RandomTable *parent)
{
    int slot = free_slot(schema, parent);
    if (slot < 0)
        return NULL;
    RandomTable *table = random_table_add(schema);
    table->columns = parent->columns;
    table->parent = parent->name.id;
    table->partition = true;
    table->slot = slot;
    return table;
}

static void fill_own(RandomSchema *schema, RandomTable *table)
{
    const RandomTable *parent = random_table_of(schema, table->parent);
    const RandomColumn *column = random_pick(schema, parent->columns);
    table->own_column = random_chance(schema, 40) ? column->name.id : NO_ID;
    table->own_choice = g_rand_int(schema->random);
}

void random_family_add(RandomSchema *schema)
{
    if (random_chance(schema, 40)) {
        const RandomTable *parent = random_pick(schema, schema->tables);
        RandomTable *child = random_table_add(schema);
        if (parent == NULL || parent->partition || parent->key != NO_ID)
            return;
        child->parent = parent->name.id;
        fill_own(schema, child);
        return;
    }
    RandomTable *table = random_table_add(schema);
    make_partitioned(schema, table);
    for (int i = 0, n = random_below(schema, 4); i < n; i++) {
        RandomTable *partition = random_partition_add(schema, table);
        if (partition == NULL)
            continue;
        fill_own(schema, partition);
        if (!random_chance(schema, 25))
            continue;
        partition->key = table->key;
        partition->strategy = 2;
        random_partition_add(schema, partition);
    }
}

/* --- changes --- */

/* What was a partition goes on with columns of its own. */
static void detach(RandomSchema *schema, RandomTable *table)
{
    GPtrArray *columns = ag_pool_array(schema->pool);
    for (guint i = 0; i < table->columns->len; i++) {
        RandomColumn *column = ag_pool_new0(schema->pool, RandomColumn);
        *column = *(const RandomColumn *)g_ptr_array_index(table->columns, i);
        column->name.grants = 0;
        column->name.comment = NULL;
        g_ptr_array_add(columns, column);
    }
    table->columns = columns;
    table->partition = false;
    table->parent = table->own_column = NO_ID;
}

bool random_has_children(const RandomSchema *schema, const RandomTable *table)
{
    for (guint i = 0; i < schema->tables->len; i++)
        if (((const RandomTable *)g_ptr_array_index(schema->tables, i))->parent == table->name.id)
            return true;
    return false;
}

/* INHERIT and NO INHERIT leave marks at the columns that nothing but a new table is without. */
static void change_child(RandomSchema *schema, RandomTable *table)
{
    if (table->partition && random_chance(schema, 40)) {
        int slot = free_slot(schema, random_table_of(schema, table->parent));
        table->slot = slot < 0 ? table->slot : slot;
    } else if (random_chance(schema, 40)) {
        fill_own(schema, table);
    } else if (table->partition && table->key == NO_ID) {
        detach(schema, table);
    }
}

void random_family_change(RandomSchema *schema)
{
    RandomTable *table = random_pick(schema, schema->tables);
    if (table == NULL || random_chance(schema, 25))
        random_family_add(schema);
    else if (table->key != NO_ID && random_chance(schema, 60))
        random_partition_add(schema, table);
    else if (table->parent != NO_ID)
        change_child(schema, table);
}

/* --- repair --- */

static bool family_stands(const RandomSchema *schema, RandomTable *table)
{
    const RandomTable *parent = random_table_of(schema, table->parent);
    if (table->key != NO_ID && random_column_of(table, table->key) == NULL)
        return false;
    if (table->key != NO_ID) {
        table->unlogged = false;
        table->fillfactor = 0;
    }
    if (table->parent == NO_ID)
        return true;
    if (table->partition) {
        table->unlogged = false;
        if (parent == NULL || parent->key == NO_ID)
            return false;
    } else if (parent == NULL) {
        return false;
    } else if (parent->key != NO_ID || parent->partition) {
        table->parent = table->own_column = NO_ID;
        return true;
    }
    if (parent->unlogged && !table->partition)
        table->unlogged = true;
    const RandomColumn *own = random_column_of(parent, table->own_column);
    if (own == NULL || own->generated_from != NO_ID || own->identity != 0)
        table->own_column = NO_ID;
    return true;
}

bool random_families_repair(RandomSchema *schema)
{
    bool good = true;
    for (guint i = schema->tables->len; i > 0; i--) {
        RandomTable *table = g_ptr_array_index(schema->tables, i - 1);
        if (family_stands(schema, table))
            continue;
        g_ptr_array_remove_index(schema->tables, i - 1);
        good = false;
    }
    for (guint i = 0; i < schema->tables->len; i++) {
        RandomTable *table = g_ptr_array_index(schema->tables, i);
        if (table->parent == NO_ID && random_has_children(schema, table))
            table->unlogged = false;
    }
    return good;
}
