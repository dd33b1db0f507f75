/* SPDX-License-Identifier: MIT */
/* What only PostgreSQL has and stands on its own: types, collations, routines. */
#include "support/random_schema.h"

/* --- finding --- */

typedef bool Wanted(const RandomThing *thing, int what);

static int any_of(RandomSchema *schema, Wanted *wanted, int what)
{
    GPtrArray *found = ag_pool_array(schema->pool);
    for (guint i = 0; i < schema->things->len; i++) {
        RandomThing *thing = g_ptr_array_index(schema->things, i);
        if (wanted(thing, what))
            g_ptr_array_add(found, thing);
    }
    const RandomThing *thing = random_pick(schema, found);
    return thing == NULL ? NO_ID : thing->name.id;
}

static bool is_of_kind(const RandomThing *thing, int kind)
{
    return thing->kind == (RandomThingKind)kind;
}

static bool is_of_shape(const RandomThing *thing, int shape)
{
    return thing->kind == THING_FUNCTION && thing->shape == (RandomShape)shape;
}

int random_thing_id(RandomSchema *schema, RandomThingKind kind)
{
    return any_of(schema, is_of_kind, (int)kind);
}

int random_function(RandomSchema *schema, RandomShape shape)
{
    return any_of(schema, is_of_shape, (int)shape);
}

bool random_function_fits(const RandomSchema *schema, const RandomThing *function,
                          const RandomColumn *column)
{
    if (function->kind != THING_FUNCTION)
        return false;
    RandomClass type_class = random_class_of(schema, column);
    return (function->shape == SHAPE_NUMBER && type_class == CLASS_NUMBER) ||
           (function->shape == SHAPE_TEXT && type_class == CLASS_TEXT);
}

static void add_names(GPtrArray *names, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++)
        g_ptr_array_add(names, g_ptr_array_index(list, i));
}

GPtrArray *random_names(const RandomSchema *schema)
{
    GPtrArray *names = ag_pool_array(schema->pool);
    add_names(names, schema->enums);
    add_names(names, schema->sequences);
    add_names(names, schema->things);
    add_names(names, schema->tables);
    for (guint i = 0; i < schema->tables->len; i++) {
        const RandomTable *table = g_ptr_array_index(schema->tables, i);
        add_names(names, table->columns);
        add_names(names, table->parts);
    }
    add_names(names, schema->queries);
    for (guint i = 0; i < schema->queries->len; i++) {
        const RandomTable *query = g_ptr_array_index(schema->queries, i);
        add_names(names, query->columns);
        add_names(names, query->parts);
    }
    for (guint i = 0; i < schema->things->len; i++) {
        const RandomThing *thing = g_ptr_array_index(schema->things, i);
        add_names(names, thing->columns);
        add_names(names, thing->parts);
    }
    return names;
}

/* --- making --- */

static void add_field(RandomSchema *schema, RandomThing *thing)
{
    enum { MOST_FIELDS = 8 };
    if (thing->columns->len < MOST_FIELDS)
        g_ptr_array_add(thing->columns, random_column_new(schema, NULL));
}

static void add_check(RandomSchema *schema, RandomThing *thing)
{
    RandomPart *part = random_part_new(schema, PART_CHECK);
    part->choice = g_rand_int(schema->random);
    part->not_valid = random_chance(schema, 15);
    part->function = random_chance(schema, 30) ? random_function(schema, SHAPE_NUMBER) : NO_ID;
    g_ptr_array_add(thing->parts, part);
}

static void fill_base(RandomSchema *schema, RandomThing *thing)
{
    int id = thing->base.name.id;
    thing->base = *random_column_new(schema, NULL);
    thing->base.name.id = id != 0 ? id : thing->base.name.id;
    thing->base.name.name = "value";
    if (random_chance(schema, 40)) {
        thing->base.default_kind = DEFAULT_VALUE;
        thing->base.default_choice = g_rand_int(schema->random);
    }
}

static bool has_fields(const RandomThing *thing)
{
    return thing->kind == THING_COMPOSITE || thing->kind == THING_FOREIGN_TABLE;
}

static void fill_about(RandomSchema *schema, RandomThing *thing)
{
    const RandomTable *table = random_pick(schema, schema->tables);
    thing->about = thing->column = NO_ID;
    if (thing->shape == SHAPE_TYPED) {
        RandomColumn *column = random_column_new(schema, NULL);
        thing->about = column->enum_id;
    } else if (thing->shape == SHAPE_CALLER) {
        thing->about = random_function(schema, SHAPE_NUMBER);
    } else if ((thing->shape == SHAPE_ROW || thing->shape == SHAPE_READER) && table != NULL) {
        thing->about = table->name.id;
        thing->column = ((RandomColumn *)random_pick(schema, table->columns))->name.id;
    }
    if (thing->kind == THING_EVENT_TRIGGER)
        thing->about = random_function(schema, SHAPE_EVENT);
    if (thing->kind == THING_CONFIGURATION)
        thing->about = random_thing_id(schema, THING_DICTIONARY);
    if (thing->kind == THING_SERVER)
        thing->about = random_thing_id(schema, THING_WRAPPER);
    if (thing->kind == THING_FOREIGN_TABLE)
        thing->about = random_thing_id(schema, THING_SERVER);
    if (thing->kind == THING_OPERATOR)
        thing->about = random_function(schema, SHAPE_STATE);
    if (thing->kind == THING_OPERATOR_CLASS)
        thing->about = random_thing_id(schema, THING_OPERATOR);
    if (thing->kind == THING_CAST || thing->kind == THING_TYPED_TABLE)
        thing->about = random_thing_id(schema, THING_COMPOSITE);
    if (thing->kind == THING_PUBLICATION && table != NULL) {
        thing->about = table->name.id;
        thing->column = ((RandomColumn *)random_pick(schema, table->columns))->name.id;
    }
    if (thing->kind == THING_AGGREGATE) {
        thing->about = random_function(schema, SHAPE_STATE);
        thing->column = random_function(schema, SHAPE_NUMBER);
    }
}

RandomThing *random_thing_add(RandomSchema *schema)
{
    static const char *const stems[N_THING_KINDS] = {"coll", "dom", "comp", "span", "f",
                                                     "p",    "agg", "dict", "conf", "op",
                                                     "oc",   "ft",  "tt",   "conv", "pub",
                                                     "et",   "fdw", "far",  "cast", "def"};
    RandomThing *thing = ag_pool_new0(schema->pool, RandomThing);
    thing->kind = random_chance(schema, 40) ? THING_FUNCTION
                                            : (RandomThingKind)random_below(schema, N_THING_KINDS);
    thing->shape =
        thing->kind == THING_FUNCTION ? (RandomShape)random_below(schema, N_SHAPES) : SHAPE_VALUE;
    thing->columns = ag_pool_array(schema->pool);
    thing->parts = ag_pool_array(schema->pool);
    random_name_fill(schema, &thing->name, stems[thing->kind]);
    if (thing->kind >= THING_PUBLICATION)
        thing->name.schema = thing->name.former_schema = 0;
    for (int i = 0; i < MOST_CHOICES; i++)
        thing->choices[i] = g_rand_int(schema->random);
    fill_base(schema, thing);
    fill_about(schema, thing);
    for (int i = 0, n = 1 + random_below(schema, 3); has_fields(thing) && i < n; i++)
        add_field(schema, thing);
    for (int i = 0, n = random_below(schema, 3); thing->kind == THING_DOMAIN && i < n; i++)
        add_check(schema, thing);
    g_ptr_array_add(schema->things, thing);
    return thing;
}

/* --- repair --- */

static bool is_type(const RandomSchema *schema, int id)
{
    return id == NO_ID || random_enum_of(schema, id) != NULL || random_thing_of(schema, id) != NULL;
}

/* What is older, and of a kind that can be below: a built-in type takes its place. */
static void repair_type(RandomSchema *schema, const RandomThing *thing, RandomColumn *column)
{
    const RandomThing *type = random_thing_of(schema, column->enum_id);
    if (type != NULL && type->kind == THING_DOMAIN && thing->kind == THING_RANGE)
        column->enum_id = NO_ID;
    if (!is_type(schema, column->enum_id) || column->enum_id >= thing->name.id ||
        (thing->kind == THING_RANGE &&
         (column->enum_list || type != NULL || random_class_of(schema, column) == CLASS_JSON)))
        column->enum_id = NO_ID;
    while (thing->kind == THING_RANGE && random_class_of(schema, column) == CLASS_JSON) {
        random_column_type(schema, NULL, column);
        column->enum_id = NO_ID;
    }
    const RandomThing *collation = random_thing_of(schema, column->collation);
    if (column->collation > COLLATIONS_BUILT_IN &&
        (collation == NULL || column->collation > thing->name.id))
        column->collation = 0;
}

static bool function_stands(const RandomSchema *schema, const RandomThing *thing)
{
    const RandomTable *table;
    switch (thing->shape) {
    case SHAPE_TYPED:
        return thing->about != NO_ID && is_type(schema, thing->about);
    case SHAPE_CALLER:
        return random_thing_of(schema, thing->about) != NULL;
    case SHAPE_ROW:
    case SHAPE_READER:
        table = random_table_of(schema, thing->about);
        return table != NULL && random_column_of(table, thing->column) != NULL;
    case SHAPE_NUMBER:
    case SHAPE_TEXT:
    case SHAPE_VALUE:
    case SHAPE_STATE:
    case SHAPE_TRIGGER:
    case SHAPE_EVENT:
    case N_SHAPES:
        return true;
    }
    g_assert_not_reached();
}

/* There is one cast of a type to text, and so on: they have no names. */
static bool is_alone(const RandomSchema *schema, const RandomThing *thing)
{
    for (guint i = 0; i < schema->things->len; i++) {
        const RandomThing *other = g_ptr_array_index(schema->things, i);
        bool same = other->kind == thing->kind && other->name.id < thing->name.id;
        if (same && (thing->kind == THING_DEFAULTS || other->about == thing->about))
            return false;
    }
    return true;
}

static bool thing_stands(RandomSchema *schema, RandomThing *thing)
{
    repair_type(schema, thing, &thing->base);
    for (guint i = 0; i < thing->columns->len; i++)
        repair_type(schema, thing, g_ptr_array_index(thing->columns, i));
    for (guint i = 0; i < thing->parts->len; i++) {
        RandomPart *part = g_ptr_array_index(thing->parts, i);
        if (random_thing_of(schema, part->function) == NULL)
            part->function = NO_ID;
    }
    if (thing->kind == THING_FUNCTION)
        return function_stands(schema, thing);
    if (thing->kind == THING_CONFIGURATION && random_thing_of(schema, thing->about) == NULL)
        thing->about = NO_ID;
    if (thing->kind == THING_OPERATOR_CLASS && random_thing_of(schema, thing->about) == NULL)
        thing->about = NO_ID;
    if (thing->kind == THING_EVENT_TRIGGER || thing->kind == THING_SERVER ||
        thing->kind == THING_FOREIGN_TABLE || thing->kind == THING_TYPED_TABLE ||
        thing->kind == THING_OPERATOR)
        return random_thing_of(schema, thing->about) != NULL;
    if (thing->kind == THING_CAST || thing->kind == THING_DEFAULTS)
        return is_alone(schema, thing) &&
               (thing->kind == THING_DEFAULTS || random_thing_of(schema, thing->about) != NULL);
    if (thing->kind == THING_AGGREGATE) {
        if (random_thing_of(schema, thing->about) == NULL)
            thing->about = NO_ID;
        if (random_thing_of(schema, thing->column) == NULL)
            thing->column = NO_ID;
    }
    return true;
}

bool random_things_repair(RandomSchema *schema)
{
    bool good = true;
    for (guint i = schema->things->len; i > 0; i--) {
        if (thing_stands(schema, g_ptr_array_index(schema->things, i - 1)))
            continue;
        g_ptr_array_remove_index(schema->things, i - 1);
        good = false;
    }
    return good;
}

/* --- change --- */

static void change_list(RandomSchema *schema, RandomThing *thing, GPtrArray *list)
{
    bool fields = has_fields(thing);
    if (random_chance(schema, 40) || list->len == 0) {
        if (fields)
            add_field(schema, thing);
        else
            add_check(schema, thing);
    } else if (random_chance(schema, 50)) {
        if (list->len > (fields ? 1 : 0))
            g_ptr_array_remove_index(list, (guint)random_below(schema, (int)list->len));
    } else if (fields) {
        random_column_type(schema, NULL, random_pick(schema, list));
    } else {
        RandomPart *part = random_pick(schema, list);
        part->choice = g_rand_int(schema->random);
        part->not_valid = random_chance(schema, 30);
    }
}

void random_thing_change(RandomSchema *schema, RandomThing *thing)
{
    bool lists = has_fields(thing) || thing->kind == THING_DOMAIN;
    if (lists && random_chance(schema, 60)) {
        change_list(schema, thing, has_fields(thing) ? thing->columns : thing->parts);
    } else if (thing->kind <= THING_RANGE && random_chance(schema, 30)) {
        fill_base(schema, thing);
    } else if (random_chance(schema, 15)) {
        fill_about(schema, thing);
    } else {
        /* Several, as most of them are of no account for a kind. */
        for (int i = 0; i < 3; i++)
            thing->choices[random_below(schema, MOST_CHOICES)] = g_rand_int(schema->random);
    }
}
