/* SPDX-License-Identifier: MIT */
/* Keys, indexes, triggers and the like of random tables; and a repair, which takes out what cannot
 * be. */
#include "support/random_schema.h"

#include <string.h>

/* --- parts --- */

static bool is_sortable(const RandomSchema *schema, const RandomColumn *column)
{
    return random_class_of(schema, column) != CLASS_JSON;
}

static bool has_column(const RandomPart *part, int id)
{
    for (int i = 0; i < part->n_columns; i++)
        if (part->columns[i] == id)
            return true;
    return false;
}

static void choose_columns(RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    int wanted = 1 + random_below(schema, MOST_COLUMNS_OF_A_LIST);
    part->n_columns = 0;
    for (int tries = 0; tries < 8 && part->n_columns < wanted; tries++) {
        const RandomColumn *column = random_pick(schema, table->columns);
        if (is_sortable(schema, column) && !has_column(part, column->name.id))
            part->columns[part->n_columns++] = column->name.id;
    }
}

static bool is_key(const RandomPart *part)
{
    return part->kind == PART_KEY && part->deferrable == 0 && !part->exclude;
}

/* A foreign key to a key of some table, from columns of the same types, made where there are none.
 */
static void fill_foreign_key(RandomSchema *schema, RandomTable *table, RandomPart *part)
{
    const RandomTable *target = random_pick(schema, schema->tables);
    const RandomPart *key = random_pick(schema, target->parts);
    part->target = target->name.id;
    if (key == NULL || !is_key(key))
        return;
    for (int i = 0; i < key->n_columns; i++) {
        const RandomColumn *wanted = random_column_of(target, key->columns[i]);
        RandomColumn *column = NULL;
        for (guint k = 0; wanted != NULL && k < table->columns->len && column == NULL; k++) {
            RandomColumn *other = g_ptr_array_index(table->columns, k);
            if (other->type == wanted->type && other->enum_id == wanted->enum_id &&
                other->enum_list == wanted->enum_list && !has_column(part, other->name.id) &&
                random_chance(schema, 50))
                column = other;
        }
        if (wanted == NULL)
            return;
        if (column == NULL) {
            column = random_column_add(schema, table);
            column->type = wanted->type;
            column->enum_id = wanted->enum_id;
            column->enum_list = wanted->enum_list;
            column->generated_from = NO_ID;
        }
        part->columns[part->n_columns] = column->name.id;
        part->target_columns[part->n_columns++] = wanted->name.id;
    }
    part->on_delete = random_below(schema, 5);
    part->on_update = random_below(schema, 5);
    part->match_full = schema->dialect != AG_DIALECT_SQLITE && random_chance(schema, 15);
}

static void fill_index(RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    choose_columns(schema, table, part);
    part->unique = random_chance(schema, 30);
    part->descending = random_chance(schema, 25);
    part->expression = random_chance(schema, 25);
    part->predicate = random_chance(schema, 30);
    part->method = random_chance(schema, 20) ? 1 + random_below(schema, 2) : 0;
}

static int choose_function(RandomSchema *schema, RandomPartKind kind)
{
    if (kind == PART_TRIGGER)
        return random_function(schema, SHAPE_TRIGGER);
    RandomShape shape = random_chance(schema, 60) ? SHAPE_NUMBER : SHAPE_TEXT;
    return random_chance(schema, 50) ? random_function(schema, shape) : NO_ID;
}

/* What a trigger of SQLite writes into. */
static int trigger_target(RandomSchema *schema)
{
    const RandomVirtual *virtual = random_pick(schema, schema->virtuals);
    const RandomTable *table = random_pick(schema, schema->tables);
    return virtual != NULL && random_chance(schema, 40) ? virtual->name.id : table->name.id;
}

void random_part_fill(RandomSchema *schema, RandomTable *table, RandomPart *part)
{
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    part->n_columns = 0;
    part->about = ((RandomColumn *)random_pick(schema, table->columns))->name.id;
    part->choice = g_rand_int(schema->random);
    part->include = NO_ID;
    if (!sqlite && random_chance(schema, 10))
        part->include = ((RandomColumn *)random_pick(schema, table->columns))->name.id;
    part->flag = !sqlite && random_chance(schema, 15);
    part->deferrable = random_chance(schema, 20) ? 1 + random_below(schema, 2) : 0;
    part->fillfactor = !sqlite && random_chance(schema, 15) ? 50 + random_below(schema, 50) : 0;
    part->not_valid = !sqlite && random_chance(schema, 8);
    part->function = choose_function(schema, part->kind);
    part->options = sqlite ? 0 : g_rand_int(schema->random);
    switch (part->kind) {
    case PART_KEY:
        choose_columns(schema, table, part);
        part->primary = random_chance(schema, 50);
        part->exclude = !sqlite && !part->primary && random_chance(schema, 30);
        break;
    case PART_CHECK:
        break;
    case PART_FOREIGN_KEY:
        fill_foreign_key(schema, table, part);
        break;
    case PART_INDEX:
        fill_index(schema, table, part);
        break;
    case PART_STATISTICS:
        choose_columns(schema, table, part);
        part->expression = random_chance(schema, 40);
        break;
    case PART_TRIGGER:
        choose_columns(schema, table, part);
        part->expression = random_chance(schema, 50);
        if (sqlite)
            part->target = trigger_target(schema);
        break;
    case PART_POLICY:
        break;
    case PART_RULE:
        part->target = ((RandomTable *)random_pick(schema, schema->tables))->name.id;
        break;
    case N_PART_KINDS:
        g_assert_not_reached();
    }
}

RandomPart *random_part_new(RandomSchema *schema, RandomPartKind kind)
{
    static const char *const stems[] = {"k", "ck", "fk", "i", "st", "tr", "po", "ru"};
    RandomPart *part = ag_pool_new0(schema->pool, RandomPart);
    part->kind = kind;
    part->about = part->include = part->function = NO_ID;
    random_name(schema, &part->name, stems[kind]);
    return part;
}

void random_part_add(RandomSchema *schema, RandomTable *table)
{
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    int kind = random_below(schema, sqlite ? 5 : N_PART_KINDS);
    RandomPart *part =
        random_part_new(schema, sqlite && kind == 4 ? PART_TRIGGER : (RandomPartKind)kind);
    random_part_fill(schema, table, part);
    g_ptr_array_add(table->parts, part);
}

/* --- repair --- */

static bool are_columns(const RandomTable *table, const int *ids, int n)
{
    for (int i = 0; i < n; i++)
        if (random_column_of(table, ids[i]) == NULL)
            return false;
    return n > 0;
}

static bool are_sortable(const RandomSchema *schema, const RandomTable *table,
                         const RandomPart *part)
{
    for (int i = 0; i < part->n_columns; i++)
        if (!is_sortable(schema, random_column_of(table, part->columns[i])))
            return false;
    return true;
}

static bool has_generated(const RandomTable *table, const RandomPart *part)
{
    for (int i = 0; i < part->n_columns; i++)
        if (random_column_of(table, part->columns[i])->generated_from != NO_ID)
            return true;
    return false;
}

static bool is_first_primary(const RandomTable *table, const RandomPart *part)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const RandomPart *other = g_ptr_array_index(table->parts, i);
        if (other->kind == PART_KEY && other->primary)
            return other == part;
    }
    return true;
}

/* Operators over any enum, array or range do not take a domain over one. */
static bool has_operators(const RandomSchema *schema, const RandomColumn *column)
{
    const RandomThing *type = random_thing_of(schema, column->enum_id);
    return type == NULL || type->kind != THING_DOMAIN || column->enum_list ||
           random_class_of(schema, column) != CLASS_OTHER;
}

static bool has_primary(const RandomTable *table)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(table->parts, i);
        if (part->kind == PART_KEY && part->primary)
            return true;
    }
    return false;
}

/* What is unique in a partitioned table has its key among the columns. */
static bool fits_partitions(const RandomTable *table, RandomPart *part)
{
    part->exclude = part->expression = false;
    if (part->include == table->key)
        part->include = NO_ID;
    if (has_column(part, table->key))
        return true;
    if (part->n_columns == MOST_COLUMNS_OF_A_LIST)
        part->n_columns--;
    part->columns[part->n_columns++] = table->key;
    return true;
}

/* ATTACH takes the oldest index over the columns of a parent's key for that of the parent, be it
 * the partition's own: which one it is after a way back, nobody can say. */
static bool has_same_key(const RandomTable *parent, const RandomPart *part)
{
    for (guint i = 0; i < parent->parts->len; i++) {
        const RandomPart *other = g_ptr_array_index(parent->parts, i);
        bool same = other->kind == PART_KEY && other->n_columns == part->n_columns;
        for (int k = 0; same && k < part->n_columns; k++)
            same = other->columns[k] == part->columns[k];
        if (same)
            return true;
    }
    return false;
}

static bool key_stands(const RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    if (!are_columns(table, part->columns, part->n_columns) || !are_sortable(schema, table, part))
        return false;
    if (part->primary && !is_first_primary(table, part))
        return false;
    if (sqlite)
        part->deferrable = 0;
    for (int i = 0; part->exclude && i < part->n_columns; i++)
        part->exclude = has_operators(schema, random_column_of(table, part->columns[i]));
    for (int i = 0; part->primary && i < part->n_columns; i++)
        random_column_of(table, part->columns[i])->null = false;
    const RandomTable *parent = random_table_of(schema, table->parent);
    for (; table->partition && parent != NULL; parent = random_table_of(schema, parent->parent)) {
        part->primary = part->primary && !has_primary(parent);
        if (has_same_key(parent, part))
            return false;
    }
    if (table->key != NO_ID)
        return fits_partitions(table, part);
    return !sqlite || !part->primary || !has_generated(table, part);
}

static bool is_target(const RandomTable *target, const RandomPart *part, const RandomPart *key)
{
    if (!is_key(key) || key->n_columns != part->n_columns)
        return false;
    for (int i = 0; i < key->n_columns; i++)
        if (key->columns[i] != part->target_columns[i])
            return false;
    return are_columns(target, key->columns, key->n_columns);
}

static bool has_target(const RandomTable *target, const RandomPart *part)
{
    for (guint i = 0; i < target->parts->len; i++)
        if (is_target(target, part, g_ptr_array_index(target->parts, i)))
            return true;
    return false;
}

static bool same_type(const RandomColumn *a, const RandomColumn *b)
{
    return a->type == b->type && a->enum_id == b->enum_id && a->enum_list == b->enum_list &&
           a->collation == b->collation;
}

static bool foreign_key_stands(const RandomSchema *schema, const RandomTable *table,
                               const RandomPart *part)
{
    const RandomTable *target = random_table_of(schema, part->target);
    if (target == NULL || !are_columns(table, part->columns, part->n_columns) ||
        !has_target(target, part) || has_generated(table, part) ||
        (target->unlogged && !table->unlogged))
        return false;
    for (int i = 0; i < part->n_columns; i++)
        if (!same_type(random_column_of(table, part->columns[i]),
                       random_column_of(target, part->target_columns[i])))
            return false;
    return true;
}

static bool is_plain_class(RandomClass type_class)
{
    return type_class == CLASS_NUMBER || type_class == CLASS_TEXT;
}

static bool index_stands(const RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    const RandomColumn *about = random_column_of(table, part->about);
    if (about == NULL)
        part->expression = part->predicate = false;
    else if (!is_plain_class(random_class_of(schema, about)))
        part->expression = false;
    if (part->n_columns > 0 &&
        (!are_columns(table, part->columns, part->n_columns) || !are_sortable(schema, table, part)))
        return false;
    if (schema->dialect == AG_DIALECT_SQLITE)
        part->method = 0;
    if (part->method != 0) {
        part->expression = part->unique = part->descending = false;
        part->include = NO_ID;
        part->fillfactor = 0;
        part->n_columns = MIN(part->n_columns, 1);
        if (part->n_columns == 1 &&
            !is_plain_class(random_class_of(schema, random_column_of(table, part->columns[0]))))
            part->method = 0;
    }
    if (part->unique && table->key != NO_ID)
        return fits_partitions(table, part);
    return part->n_columns > 0 || part->expression;
}

static bool statistics_stand(const RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    const RandomColumn *about = random_column_of(table, part->about);
    if (about == NULL || !is_plain_class(random_class_of(schema, about)))
        part->expression = false;
    if (part->n_columns > 0 &&
        (!are_columns(table, part->columns, part->n_columns) || !are_sortable(schema, table, part)))
        return false;
    return part->n_columns > 1 || part->expression;
}

bool random_part_stands(const RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    if (part->include != NO_ID &&
        (random_column_of(table, part->include) == NULL || has_column(part, part->include)))
        part->include = NO_ID;
    switch (part->kind) {
    case PART_KEY:
        return key_stands(schema, table, part);
    case PART_CHECK:
        part->flag = part->flag && table->key == NO_ID;
        /* A new child has the check valid, one that was there has not. */
        part->not_valid = part->not_valid && !random_has_children(schema, table);
        return random_column_of(table, part->about) != NULL;
    case PART_FOREIGN_KEY:
        part->not_valid = part->not_valid && table->key == NO_ID;
        return foreign_key_stands(schema, table, part);
    case PART_INDEX:
        return index_stands(schema, table, part);
    case PART_STATISTICS:
        return statistics_stand(schema, table, part);
    case PART_TRIGGER:
        if (!are_columns(table, part->columns, part->n_columns))
            part->n_columns = 0;
        part->expression = part->expression && random_column_of(table, part->about) != NULL;
        return true;
    case PART_POLICY:
        return random_column_of(table, part->about) != NULL;
    case PART_RULE:
        return random_column_of(table, part->about) != NULL &&
               random_table_of(schema, part->target) != NULL;
    case N_PART_KINDS:
        break;
    }
    g_assert_not_reached();
}

static void repair_generated(const RandomSchema *schema, const RandomTable *table,
                             RandomColumn *column)
{
    const RandomColumn *source = random_column_of(table, column->generated_from);
    if (source == NULL || source == column || source->generated_from != NO_ID ||
        !is_plain_class(random_class_of(schema, source))) {
        column->generated_from = NO_ID;
        column->is_virtual = false;
        return;
    }
    column->type = source->type;
    column->enum_id = source->enum_id;
    column->enum_list = false;
    column->identity = 0;
    column->default_kind = DEFAULT_NONE;
}

static void repair_column(RandomSchema *schema, RandomTable *table, RandomColumn *column)
{
    if (random_is_key(schema, column)) {
        column->generated_from = NO_ID;
        column->null = false;
        column->collation = 0;
    }
    if (column->enum_id != NO_ID && random_enum_of(schema, column->enum_id) == NULL &&
        random_thing_of(schema, column->enum_id) == NULL)
        random_column_type(schema, table, column);
    if (column->collation > COLLATIONS_BUILT_IN &&
        random_thing_of(schema, column->collation) == NULL)
        column->collation = 0;
    if (column->default_kind == DEFAULT_FUNCTION &&
        (random_thing_of(schema, (int)column->default_choice) == NULL ||
         random_class_of(schema, column) != CLASS_NUMBER))
        column->default_kind = DEFAULT_NONE;
    if (table->partition || table->key != NO_ID) {
        column->generated_from = NO_ID;
        column->is_virtual = false;
    }
    if (column->generated_from != NO_ID)
        repair_generated(schema, table, column);
    if (!random_is_whole(schema, column) || table->partition || table->key != NO_ID)
        column->identity = 0;
    if (column->default_kind == DEFAULT_SEQUENCE &&
        (!random_is_whole(schema, column) ||
         random_sequence_of(schema, (int)column->default_choice) == NULL))
        column->default_kind = DEFAULT_NONE;
    if (column->identity != 0) {
        column->null = false;
        column->default_kind = DEFAULT_NONE;
    }
}

void random_sequence_free(RandomSequence *sequence)
{
    if (sequence->owner_table != NO_ID)
        sequence->name.owner = 1;
    sequence->owner_table = sequence->owner_column = NO_ID;
}

static void repair_owner(RandomSchema *schema, RandomSequence *sequence)
{
    const RandomTable *table = random_table_of(schema, sequence->owner_table);
    if (table == NULL || table->partition ||
        random_column_of(table, sequence->owner_column) == NULL) {
        random_sequence_free(sequence);
        return;
    }
    RandomName *name = &sequence->name;
    if (name->schema != table->name.schema && name->id <= schema->last_old && name->former == NULL)
        name->former = name->name;
    name->schema = table->name.schema;
    if (name->schema == name->former_schema && g_strcmp0(name->former, name->name) == 0)
        name->former = NULL;
}

/* SQLite itself cannot rename a column of a table WITHOUT ROWID that has its key twice. */
static bool repeats_primary(const RandomTable *table)
{
    const RandomPart *primary = NULL;
    for (guint i = 0; i < table->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(table->parts, i);
        if (part->kind == PART_KEY && part->primary)
            primary = part;
    }
    for (guint i = 0; primary != NULL && i < table->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(table->parts, i);
        if (part != primary && part->kind == PART_KEY && part->n_columns == primary->n_columns &&
            memcmp(part->columns, primary->columns,
                   (size_t)part->n_columns * sizeof *part->columns) == 0)
            return true;
    }
    return false;
}

static bool repair_parts(RandomSchema *schema)
{
    int count;
    const RandomType *types = random_types(schema->dialect, &count);
    bool good = true;
    for (guint i = 0; i < schema->tables->len; i++) {
        RandomTable *table = g_ptr_array_index(schema->tables, i);
        for (guint k = table->parts->len; k > 0; k--) {
            if (random_part_stands(schema, table, g_ptr_array_index(table->parts, k - 1)))
                continue;
            g_ptr_array_remove_index(table->parts, k - 1);
            good = false;
        }
        if (!has_primary(table) || repeats_primary(table))
            table->without_rowid = false;
        for (guint k = 0; k < table->columns->len; k++)
            table->strict =
                table->strict &&
                types[((RandomColumn *)g_ptr_array_index(table->columns, k))->type].strict;
    }
    return good;
}

static bool repair_queries(RandomSchema *schema)
{
    /* What reads another one is behind it. */
    for (guint i = 0; i < schema->queries->len; i++) {
        if (random_query_repair(schema, g_ptr_array_index(schema->queries, i)))
            continue;
        g_ptr_array_remove_index(schema->queries, i);
        return false;
    }
    return true;
}

void random_schema_repair(RandomSchema *schema)
{
    do {
        while (!random_families_repair(schema))
            continue;
        for (guint i = 0; i < schema->tables->len; i++) {
            RandomTable *table = g_ptr_array_index(schema->tables, i);
            if (table->columns->len == 0)
                random_column_add(schema, table);
            for (guint k = 0; k < table->columns->len; k++)
                repair_column(schema, table, g_ptr_array_index(table->columns, k));
        }
        for (guint i = 0; i < schema->sequences->len; i++)
            repair_owner(schema, g_ptr_array_index(schema->sequences, i));
    } while (!repair_parts(schema) || !random_things_repair(schema) || !repair_queries(schema));
    for (guint i = 0; i < schema->virtuals->len; i++)
        random_virtual_repair(schema, g_ptr_array_index(schema->virtuals, i));
}
