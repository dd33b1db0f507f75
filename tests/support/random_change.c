/* SPDX-License-Identifier: MIT */
/* Random changes: each makes one thing otherwise, and a repair takes out what cannot be any more.
 */
#include "support/random_schema.h"

#include <string.h>

static void *pick(RandomSchema *schema, const GPtrArray *list)
{
    return list->len == 0 ? NULL
                          : g_ptr_array_index(list, (guint)random_below(schema, (int)list->len));
}

static void drop(RandomSchema *schema, GPtrArray *list)
{
    if (list->len > 0)
        g_ptr_array_remove_index(list, (guint)random_below(schema, (int)list->len));
}

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
        const RandomColumn *column = pick(schema, table->columns);
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
    const RandomTable *target = pick(schema, schema->tables);
    const RandomPart *key = pick(schema, target->parts);
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

static void fill_part(RandomSchema *schema, RandomTable *table, RandomPart *part)
{
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    part->n_columns = 0;
    part->about = ((RandomColumn *)pick(schema, table->columns))->name.id;
    part->choice = g_rand_int(schema->random);
    part->include = NO_ID;
    if (!sqlite && random_chance(schema, 10))
        part->include = ((RandomColumn *)pick(schema, table->columns))->name.id;
    part->flag = !sqlite && random_chance(schema, 15);
    part->deferrable = random_chance(schema, 20) ? 1 + random_below(schema, 2) : 0;
    part->fillfactor = !sqlite && random_chance(schema, 15) ? 50 + random_below(schema, 50) : 0;
    part->not_valid = !sqlite && random_chance(schema, 8);
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
            part->target = ((RandomTable *)pick(schema, schema->tables))->name.id;
        break;
    case PART_POLICY:
        break;
    }
}

void random_part_add(RandomSchema *schema, RandomTable *table)
{
    static const char *const stems[] = {"k", "ck", "fk", "i", "st", "tr", "po"};
    RandomPart *part = ag_pool_new0(schema->pool, RandomPart);
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    int kind = random_below(schema, sqlite ? 5 : 7);
    part->kind = sqlite && kind == 4 ? PART_TRIGGER : (RandomPartKind)kind;
    random_name(schema, &part->name, stems[part->kind]);
    fill_part(schema, table, part);
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

static bool key_stands(const RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    if (!are_columns(table, part->columns, part->n_columns) || !are_sortable(schema, table, part))
        return false;
    if (part->primary && !is_first_primary(table, part))
        return false;
    if (sqlite)
        part->deferrable = 0;
    for (int i = 0; part->primary && i < part->n_columns; i++)
        random_column_of(table, part->columns[i])->null = false;
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

static bool stands(const RandomSchema *schema, const RandomTable *table, RandomPart *part)
{
    if (part->include != NO_ID &&
        (random_column_of(table, part->include) == NULL || has_column(part, part->include)))
        part->include = NO_ID;
    switch (part->kind) {
    case PART_KEY:
        return key_stands(schema, table, part);
    case PART_CHECK:
        return random_column_of(table, part->about) != NULL;
    case PART_FOREIGN_KEY:
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
    column->enum_id = NO_ID;
    column->identity = 0;
    column->default_kind = DEFAULT_NONE;
}

static void repair_column(RandomSchema *schema, RandomTable *table, RandomColumn *column)
{
    if (column->enum_id != NO_ID && random_enum_of(schema, column->enum_id) == NULL)
        random_column_type(schema, table, column);
    if (column->generated_from != NO_ID)
        repair_generated(schema, table, column);
    if (!random_is_whole(schema, column))
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

static void repair_owner(RandomSchema *schema, RandomSequence *sequence)
{
    const RandomTable *table = random_table_of(schema, sequence->owner_table);
    if (table == NULL || random_column_of(table, sequence->owner_column) == NULL) {
        sequence->owner_table = sequence->owner_column = NO_ID;
        return;
    }
    RandomName *name = &sequence->name;
    if (name->schema != table->name.schema && name->id <= schema->last_old && name->former == NULL)
        name->former = name->name;
    name->schema = table->name.schema;
    if (name->schema == name->former_schema && g_strcmp0(name->former, name->name) == 0)
        name->former = NULL;
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

static bool repair_parts(RandomSchema *schema)
{
    int count;
    const RandomType *types = random_types(schema->dialect, &count);
    bool good = true;
    for (guint i = 0; i < schema->tables->len; i++) {
        RandomTable *table = g_ptr_array_index(schema->tables, i);
        for (guint k = table->parts->len; k > 0; k--) {
            if (stands(schema, table, g_ptr_array_index(table->parts, k - 1)))
                continue;
            g_ptr_array_remove_index(table->parts, k - 1);
            good = false;
        }
        if (!has_primary(table))
            table->without_rowid = false;
        for (guint k = 0; k < table->columns->len; k++)
            table->strict =
                table->strict &&
                types[((RandomColumn *)g_ptr_array_index(table->columns, k))->type].strict;
    }
    return good;
}

void random_schema_repair(RandomSchema *schema)
{
    do {
        for (guint i = 0; i < schema->tables->len; i++) {
            RandomTable *table = g_ptr_array_index(schema->tables, i);
            if (table->columns->len == 0)
                random_column_add(schema, table);
            for (guint k = 0; k < table->columns->len; k++)
                repair_column(schema, table, g_ptr_array_index(table->columns, k));
        }
        for (guint i = 0; i < schema->sequences->len; i++)
            repair_owner(schema, g_ptr_array_index(schema->sequences, i));
    } while (!repair_parts(schema));
}

/* --- renames --- */

/* Where everything has been before the changes: renamed-from says the name of then. */
typedef struct {
    RandomSchema *schema;
    int last_old; /* ids above belong to what is new */
} Changing;

static void rename_to(Changing *c, RandomName *name, const char *text)
{
    if (name->former == NULL && name->id <= c->last_old)
        name->former = name->name;
    if (g_strcmp0(name->former, text) == 0 && name->schema == name->former_schema)
        name->former = NULL;
    name->name = text;
}

static void rename_anew(Changing *c, RandomName *name, const char *stem)
{
    RandomName other = {0};
    if (name == NULL)
        return;
    random_name(c->schema, &other, stem);
    rename_to(c, name, other.name);
}

static void move(Changing *c, RandomName *name)
{
    if (name == NULL || name->id > c->last_old || name->former != NULL)
        return;
    name->schema = random_below(c->schema, (int)c->schema->schemas->len);
    if (name->schema != name->former_schema)
        name->former = name->name;
}

/* --- changes --- */

/* What hangs together by foreign keys changes its type together. */
static void retype(RandomSchema *schema, RandomTable *table, RandomColumn *column)
{
    random_column_type(schema, table, column);
    for (guint i = 0; i < schema->tables->len; i++) {
        RandomTable *other = g_ptr_array_index(schema->tables, i);
        for (guint k = 0; k < other->parts->len; k++) {
            const RandomPart *part = g_ptr_array_index(other->parts, k);
            for (int m = 0; part->kind == PART_FOREIGN_KEY && m < part->n_columns; m++) {
                RandomColumn *referrer = random_column_of(other, part->columns[m]);
                if (part->target != table->name.id || part->target_columns[m] != column->name.id ||
                    referrer == NULL)
                    continue;
                referrer->type = column->type;
                referrer->enum_id = column->enum_id;
                referrer->enum_list = column->enum_list;
            }
        }
    }
}

static void change_column(Changing *c, RandomTable *table, RandomColumn *column)
{
    RandomSchema *schema = c->schema;
    switch (random_below(schema, 8)) {
    case 0:
    case 1:
        rename_anew(c, &column->name, "n");
        return;
    case 2:
    case 3:
        retype(schema, table, column);
        return;
    case 4:
        column->null = !column->null;
        return;
    case 5:
        column->default_kind = column->default_kind == DEFAULT_NONE || random_chance(schema, 50)
                                   ? DEFAULT_VALUE
                                   : DEFAULT_NONE;
        column->default_choice = g_rand_int(schema->random);
        return;
    case 6:
        column->identity = schema->dialect == AG_DIALECT_SQLITE ? 0 : random_below(schema, 3);
        column->max = column->max == 0 ? 30000 : 0;
        column->start = 0;
        return;
    default:
        if (column->generated_from != NO_ID) {
            column->generated_from = NO_ID;
            column->is_virtual = false;
        } else if (table->columns->len > 1) {
            column->generated_from = ((RandomColumn *)pick(schema, table->columns))->name.id;
        }
        return;
    }
}

static void change_labels(Changing *c, RandomEnum *type)
{
    RandomSchema *schema = c->schema;
    guint place = (guint)random_below(schema, (int)type->labels->len);
    RandomLabel *label = g_ptr_array_index(type->labels, place);
    switch (random_below(schema, 4)) {
    case 0:
        if (type->labels->len > 1)
            g_ptr_array_remove_index(type->labels, place);
        return;
    case 1: {
        RandomLabel *added = ag_pool_new0(schema->pool, RandomLabel);
        added->name = ag_pool_printf(schema->pool, "w%d", ++schema->last_id);
        g_ptr_array_insert(type->labels, (gint)place, added);
        return;
    }
    case 2:
        if (type->name.id <= c->last_old && label->former == NULL && label->name[0] != 'w') {
            label->former = label->name;
            label->name = ag_pool_printf(schema->pool, "x%d", ++schema->last_id);
        }
        return;
    default:
        g_ptr_array_remove_index(type->labels, place);
        g_ptr_array_add(type->labels, label);
        return;
    }
}

static void change_enum(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomEnum *type = pick(schema, schema->enums);
    switch (type == NULL ? 0 : random_below(schema, 7)) {
    case 0:
        random_enum_add(schema);
        return;
    case 1:
        drop(schema, schema->enums);
        return;
    case 2:
        rename_anew(c, &type->name, "feeling");
        return;
    case 3:
        move(c, &type->name);
        return;
    default:
        change_labels(c, type);
        return;
    }
}

static void change_sequence(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomSequence *sequence = pick(schema, schema->sequences);
    switch (sequence == NULL ? 0 : random_below(schema, 8)) {
    case 0:
        random_sequence_add(schema);
        return;
    case 1:
        drop(schema, schema->sequences);
        return;
    case 2:
        rename_anew(c, &sequence->name, "seq");
        return;
    case 3: {
        const RandomTable *table = pick(schema, schema->tables);
        bool owned = sequence->owner_table != NO_ID;
        sequence->owner_table = owned ? NO_ID : table->name.id;
        sequence->owner_column =
            owned ? NO_ID : ((RandomColumn *)pick(schema, table->columns))->name.id;
        return;
    }
    case 4:
        sequence->type = random_below(schema, 3);
        return;
    case 5:
        sequence->max = sequence->max == 0 ? 20000 : 0;
        return;
    case 6:
        sequence->min = sequence->min == 0 ? -600 : 0;
        return;
    default:
        sequence->increment = sequence->increment < 0 ? 3 : -2;
        sequence->start = 0;
        return;
    }
}

static void change_part(Changing *c, RandomTable *table)
{
    RandomSchema *schema = c->schema;
    RandomPart *part = pick(schema, table->parts);
    switch (part == NULL ? 0 : random_below(schema, 6)) {
    case 0:
    case 1:
        random_part_add(schema, table);
        return;
    case 2:
        drop(schema, table->parts);
        return;
    case 3:
        rename_anew(c, &part->name, "p");
        return;
    default:
        fill_part(schema, table, part);
        return;
    }
}

static void change_table(Changing *c, RandomTable *table)
{
    RandomSchema *schema = c->schema;
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    switch (random_below(schema, 5)) {
    case 0:
    case 1:
        rename_anew(c, &table->name, "r");
        return;
    case 2:
        move(c, &table->name);
        return;
    case 3:
        if (!sqlite)
            table->fillfactor = table->fillfactor == 0 ? 70 : 0;
        if (!sqlite)
            table->row_security = random_below(schema, 4);
        else
            table->without_rowid = !table->without_rowid;
        return;
    default:
        if (!sqlite)
            table->name.comment = table->name.comment == NULL ? "a \"new\" one" : NULL;
        return;
    }
}

static void change_grants(Changing *c, RandomTable *table)
{
    RandomSchema *schema = c->schema;
    RandomColumn *column = pick(schema, table->columns);
    RandomEnum *type = pick(schema, schema->enums);
    RandomSequence *sequence = pick(schema, schema->sequences);
    table->name.grants = (unsigned)random_below(schema, 8);
    column->name.grants = (unsigned)random_below(schema, 4);
    if (type != NULL)
        type->name.grants = (unsigned)random_below(schema, 2);
    if (sequence != NULL)
        sequence->name.grants = (unsigned)random_below(schema, 4);
}

static void change_view(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomView *view = pick(schema, schema->views);
    switch (view == NULL ? 0 : random_below(schema, 5)) {
    case 0:
    case 1:
        random_view_add(schema);
        return;
    case 2:
        drop(schema, schema->views);
        return;
    case 3:
        rename_anew(c, &view->name, "w");
        return;
    default:
        random_view_fill(schema, view);
        return;
    }
}

static void change_once(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomTable *table = pick(schema, schema->tables);
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    int what = table == NULL ? 0 : random_below(schema, 20);
    if (what == 0)
        random_table_add(schema);
    else if (what == 1)
        drop(schema, schema->tables);
    else if (what < 4)
        change_table(c, table);
    else if (what == 4 && random_chance(schema, 50))
        change_grants(c, table);
    else if (what == 4)
        random_column_add(schema, table);
    else if (what == 5)
        drop(schema, table->columns);
    else if (what < 12)
        change_column(c, table, pick(schema, table->columns));
    else if (what < 16 || (sqlite && what < 18))
        change_part(c, table);
    else if (sqlite)
        change_view(c);
    else if (what < 18)
        change_enum(c);
    else if (what == 18)
        change_sequence(c);
    else if (schema->schemas->len > 1 && random_chance(schema, 50))
        rename_anew(c, g_ptr_array_index(schema->schemas, 1), "mall");
    random_schema_repair(schema);
}

static void settle(GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        RandomName *name = g_ptr_array_index(list, i);
        name->former = NULL;
        name->former_schema = name->schema;
    }
}

static void forget_former(RandomSchema *schema)
{
    settle(schema->schemas);
    settle(schema->enums);
    settle(schema->sequences);
    settle(schema->tables);
    settle(schema->views);
    for (guint i = 0; i < schema->tables->len; i++) {
        const RandomTable *table = g_ptr_array_index(schema->tables, i);
        settle(table->columns);
        for (guint k = 0; k < table->parts->len; k++)
            ((RandomPart *)g_ptr_array_index(table->parts, k))->name.former = NULL;
    }
    for (guint i = 0; i < schema->enums->len; i++) {
        const RandomEnum *type = g_ptr_array_index(schema->enums, i);
        for (guint k = 0; k < type->labels->len; k++)
            ((RandomLabel *)g_ptr_array_index(type->labels, k))->former = NULL;
    }
}

void random_schema_change(RandomSchema *schema)
{
    forget_former(schema);
    Changing c = {.schema = schema, .last_old = schema->last_id};
    schema->last_old = schema->last_id;
    for (int i = 0, n = 1 + random_below(schema, 5); i < n; i++)
        change_once(&c);
}
