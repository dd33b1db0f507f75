/* SPDX-License-Identifier: MIT */
/* Random changes: each makes one thing otherwise, and a repair takes out what cannot be any more.
 */
#include "support/random_schema.h"

#include <string.h>

static void drop(RandomSchema *schema, GPtrArray *list)
{
    if (list->len > 0)
        g_ptr_array_remove_index(list, (guint)random_below(schema, (int)list->len));
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
    /* What decides about partitions can only be renamed. */
    switch (random_is_key(schema, column) ? 0 : random_below(schema, 8)) {
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
            column->generated_from = ((RandomColumn *)random_pick(schema, table->columns))->name.id;
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
    RandomEnum *type = random_pick(schema, schema->enums);
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
    RandomSequence *sequence = random_pick(schema, schema->sequences);
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
        const RandomTable *table = random_pick(schema, schema->tables);
        if (sequence->owner_table != NO_ID) {
            random_sequence_free(sequence);
            return;
        }
        sequence->owner_table = table->name.id;
        sequence->owner_column = ((RandomColumn *)random_pick(schema, table->columns))->name.id;
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
    RandomPart *part = random_pick(schema, table->parts);
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
        random_part_fill(schema, table, part);
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
    RandomColumn *column = random_pick(schema, table->columns);
    RandomEnum *type = random_pick(schema, schema->enums);
    RandomSequence *sequence = random_pick(schema, schema->sequences);
    table->name.grants = (unsigned)random_below(schema, 8);
    column->name.grants = (unsigned)random_below(schema, 4);
    if (type != NULL)
        type->name.grants = (unsigned)random_below(schema, 2);
    if (sequence != NULL)
        sequence->name.grants = (unsigned)random_below(schema, 4);
}

/* Comments, privileges and names, of anything. */
static void change_name(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomName *name = random_pick(schema, random_names(schema));
    if (name == NULL)
        return;
    if (random_chance(schema, 30))
        name->comment = name->comment == NULL ? "it's \"new\"" : NULL;
    else if (random_chance(schema, 30))
        name->grants = (unsigned)random_below(schema, 8);
    else
        rename_anew(c, name, "x");
}

static void change_thing(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomThing *thing = random_pick(schema, schema->things);
    switch (thing == NULL ? 0 : random_below(schema, 8)) {
    case 0:
        random_thing_add(schema);
        return;
    case 1:
        drop(schema, schema->things);
        return;
    case 2:
        rename_anew(c, &thing->name, "y");
        return;
    case 3:
        /* The server leaves the multirange where it is. */
        if (thing->kind < THING_PUBLICATION && thing->kind != THING_RANGE)
            move(c, &thing->name);
        return;
    default:
        random_thing_change(schema, thing);
        return;
    }
}

static void change_query(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomTable *query = random_pick(schema, schema->queries);
    switch (query == NULL ? 0 : random_below(schema, 9)) {
    case 0:
        random_query_add(schema);
        return;
    case 1:
        drop(schema, schema->queries);
        return;
    case 2:
        rename_anew(c, &query->name, "z");
        return;
    case 3:
        move(c, &query->name);
        return;
    default:
        random_query_change(schema, query);
        return;
    }
}

static void change_virtual(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomVirtual *virtual = random_pick(schema, schema->virtuals);
    switch (virtual == NULL ? 0 : random_below(schema, 6)) {
    case 0:
        random_virtual_add(schema);
        return;
    case 1:
        drop(schema, schema->virtuals);
        return;
    case 2:
    case 3:
        rename_anew(c, &virtual->name, "g");
        return;
    default:
        random_virtual_change(schema, virtual);
        return;
    }
}

static void change_view(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomView *view = random_pick(schema, schema->views);
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

static void drop_column(RandomSchema *schema, RandomTable *table)
{
    RandomColumn *column = random_pick(schema, table->columns);
    bool kept = random_is_key(schema, column);
    for (guint i = 0; i < schema->tables->len; i++)
        kept = kept ||
               ((RandomTable *)g_ptr_array_index(schema->tables, i))->own_column == column->name.id;
    if (!kept)
        g_ptr_array_remove(table->columns, column);
}

/* Never back to none: what the model does not say stays as it is, unlike in a new database. */
static void change_owner(Changing *c)
{
    RandomName *name = random_pick(c->schema, random_names(c->schema));
    if (name != NULL)
        name->owner = 1 + random_below(c->schema, N_RANDOM_OWNERS);
}

static void change_once(Changing *c)
{
    RandomSchema *schema = c->schema;
    RandomTable *table = random_pick(schema, schema->tables);
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    int what = table == NULL ? 0 : random_below(schema, sqlite ? 22 : 35);
    if (sqlite && what >= 20)
        change_virtual(c);
    else if (what >= 34)
        change_owner(c);
    else if (what >= 31)
        random_family_change(schema);
    else if (what >= 28)
        change_query(c);
    else if (what >= 26)
        change_name(c);
    else if (what >= 20)
        change_thing(c);
    else if (what == 0)
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
        drop_column(schema, table);
    else if (what < 12)
        change_column(c, table, random_pick(schema, table->columns));
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

static void settle_tables(GPtrArray *tables)
{
    for (guint i = 0; i < tables->len; i++) {
        const RandomTable *table = g_ptr_array_index(tables, i);
        settle(table->columns);
        settle(table->parts);
    }
}

static void forget_former(RandomSchema *schema)
{
    settle(schema->schemas);
    settle(schema->enums);
    settle(schema->sequences);
    settle(schema->tables);
    settle(schema->views);
    settle(schema->virtuals);
    settle(schema->things);
    for (guint i = 0; i < schema->things->len; i++) {
        const RandomThing *thing = g_ptr_array_index(schema->things, i);
        settle(thing->columns);
        settle(thing->parts);
    }
    settle_tables(schema->tables);
    settle(schema->queries);
    settle_tables(schema->queries);
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
