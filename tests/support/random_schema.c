/* SPDX-License-Identifier: MIT */
#include "support/random_schema.h"

#include <string.h>

/* --- types --- */

static const RandomType postgres_types[] = {
    {"integer", CLASS_NUMBER, true, true, {"7", "-3", "1 + 2"}},
    {"bigint", CLASS_NUMBER, true, true, {"9000000000", "0", "5"}},
    {"smallint", CLASS_NUMBER, true, true, {"12", "'5'"}},
    {"numeric(10,2)", CLASS_NUMBER, false, true, {"1.50", "0", "-2.25"}},
    {"numeric", CLASS_NUMBER, false, true, {"3.14159", "1e3"}},
    {"real", CLASS_NUMBER, false, true, {"0.5", "1"}},
    {"double precision", CLASS_NUMBER, false, true, {"'NaN'", "random()"}},
    {"text", CLASS_TEXT, false, true, {"'a'", "''", "'it''s'", "CURRENT_USER"}},
    {"varchar(40)", CLASS_TEXT, false, true, {"'b'", "'c' || 'd'"}},
    {"varchar", CLASS_TEXT, false, true, {"'\\x'", "lower('ABC')"}},
    {"char(5)", CLASS_TEXT, false, true, {"'EUR'", "'x'"}},
    {"boolean", CLASS_BOOLEAN, false, true, {"true", "false"}},
    {"date", CLASS_DATE, false, true, {"CURRENT_DATE", "'2024-02-29'"}},
    {"time", CLASS_OTHER, false, true, {"'12:30'", "LOCALTIME"}},
    {"timestamp", CLASS_OTHER, false, true, {"now()", "'2024-01-01'", "LOCALTIMESTAMP"}},
    {"timestamptz", CLASS_OTHER, false, true, {"now()", "CURRENT_TIMESTAMP", "clock_timestamp()"}},
    {"timestamptz(3)", CLASS_OTHER, false, true, {"now() + interval '1 day'"}},
    {"interval", CLASS_OTHER, false, true, {"'1 hour'", "interval '2 days'"}},
    {"uuid", CLASS_OTHER, false, true, {"gen_random_uuid()"}},
    {"json", CLASS_JSON, false, true, {"'{}'", "'[1, 2]'"}},
    {"jsonb", CLASS_OTHER, false, true, {"'{}'", "jsonb_build_object('a', 1)"}},
    {"bytea", CLASS_OTHER, false, true, {"'\\x00ff'"}},
    {"integer[]", CLASS_OTHER, false, true, {"'{}'", "ARRAY[1, 2]", "'{3,4}'"}},
    {"text[]", CLASS_OTHER, false, true, {"'{}'", "ARRAY['a', 'b']::text[]"}},
    {"inet", CLASS_OTHER, false, true, {"'10.0.0.1'"}},
    {"bit(3)", CLASS_OTHER, false, true, {"B'101'"}},
    {"point", CLASS_JSON, false, true, {"'(1,2)'"}},
    {"int4range", CLASS_OTHER, false, true, {"'[1,5)'"}},
};

static const RandomType sqlite_types[] = {
    {"INTEGER", CLASS_NUMBER, true, true, {"7", "-3", "(1 + 2)"}},
    {"TEXT", CLASS_TEXT, false, true, {"'a'", "''", "'it''s'", "CURRENT_TIMESTAMP"}},
    {"REAL", CLASS_NUMBER, false, true, {"0.5", "1"}},
    {"BLOB", CLASS_OTHER, false, true, {"x'00ff'"}},
    {"BIGINT", CLASS_NUMBER, true, false, {"9000000000", "0"}},
    {"VARCHAR(40)", CLASS_TEXT, false, false, {"'b'", "('c' || 'd')"}},
    {"NUMERIC(10,2)", CLASS_NUMBER, false, false, {"1.50", "0"}},
    {"BOOLEAN", CLASS_BOOLEAN, false, false, {"1", "0", "TRUE"}},
    {"DATE", CLASS_OTHER, false, false, {"CURRENT_DATE", "'2024-02-29'"}},
    {"DOUBLE PRECISION", CLASS_NUMBER, false, false, {"2.5"}},
};

const RandomType *random_types(AgDialectId dialect, int *count)
{
    bool sqlite = dialect == AG_DIALECT_SQLITE;
    *count = sqlite ? (int)G_N_ELEMENTS(sqlite_types) : (int)G_N_ELEMENTS(postgres_types);
    return sqlite ? sqlite_types : postgres_types;
}

RandomClass random_class_of(const RandomSchema *schema, const RandomColumn *column)
{
    int count;
    if (column->enum_id == NO_ID)
        return random_types(schema->dialect, &count)[column->type].type_class;
    const RandomThing *thing = random_thing_of(schema, column->enum_id);
    RandomClass type_class = CLASS_OTHER;
    if (thing != NULL && thing->kind == THING_DOMAIN)
        type_class = random_class_of(schema, &thing->base);
    else if (thing != NULL && thing->kind == THING_COMPOSITE)
        type_class = CLASS_JSON;
    else if (thing == NULL)
        return column->enum_list ? CLASS_OTHER : CLASS_ENUM;
    bool plain = type_class != CLASS_ENUM && (!column->enum_list || type_class == CLASS_JSON);
    return plain ? type_class : CLASS_OTHER;
}

bool random_is_whole(const RandomSchema *schema, const RandomColumn *column)
{
    int count;
    return column->enum_id == NO_ID && random_types(schema->dialect, &count)[column->type].whole;
}

/* --- chance and names --- */

int random_below(RandomSchema *schema, int limit)
{
    return limit <= 1 ? 0 : g_rand_int_range(schema->random, 0, limit);
}

bool random_chance(RandomSchema *schema, int percent)
{
    return random_below(schema, 100) < percent;
}

void *random_pick(RandomSchema *schema, const GPtrArray *list)
{
    return list->len == 0 ? NULL
                          : g_ptr_array_index(list, (guint)random_below(schema, (int)list->len));
}

static const char *random_comment(RandomSchema *schema)
{
    static const char *const comments[] = {"plain words", "it's \"quoted\"", "umlaut \303\274",
                                           "two\nlines",  "-- no comment",   "back\\slash $$ %s"};
    return random_chance(schema, 20) ? comments[random_below(schema, G_N_ELEMENTS(comments))]
                                     : NULL;
}

static const char *odd_stem(RandomSchema *schema)
{
    static const char *const stems[] = {
        "Odd Name", "select",    "\303\274ber",
        "a\"b",     "with.dot",  "it's",
        "UPPER",    "per%scent", "a_name_that_is_nearly_as_long_as_names_may_be_in_the",
        "back\\n",  "user",      "$dollar",
        "public",   "1st",       "tab,comma;semi"};
    return stems[random_below(schema, G_N_ELEMENTS(stems))];
}

/* A number makes each name a name of its own, whatever it is the name of. */
void random_name(RandomSchema *schema, RandomName *name, const char *stem)
{
    name->id = ++schema->last_id;
    if (random_chance(schema, 20))
        stem = odd_stem(schema);
    name->name = ag_pool_printf(schema->pool, "%s%d", stem, name->id);
    name->former = NULL;
}

const char *const random_owners[N_RANDOM_OWNERS] = {"random_owner", "random owner 2"};

void random_name_fill(RandomSchema *schema, RandomName *name, const char *stem)
{
    random_name(schema, name, stem);
    name->comment = schema->dialect == AG_DIALECT_SQLITE ? NULL : random_comment(schema);
    name->grants = random_chance(schema, 25) ? 1 + (unsigned)random_below(schema, 7) : 0;
    name->owner = random_chance(schema, 15) ? 1 + random_below(schema, N_RANDOM_OWNERS) : 0;
    name->schema = name->former_schema = random_below(schema, (int)schema->schemas->len);
}

/* --- finding --- */

static RandomName *find(const GPtrArray *list, int id)
{
    for (guint i = 0; i < list->len; i++) {
        RandomName *name = g_ptr_array_index(list, i);
        if (name->id == id)
            return name;
    }
    return NULL;
}

RandomTable *random_table_of(const RandomSchema *schema, int id)
{
    return (RandomTable *)find(schema->tables, id);
}

RandomTable *random_relation_of(const RandomSchema *schema, int id)
{
    RandomTable *table = random_table_of(schema, id);
    return table != NULL ? table : (RandomTable *)find(schema->queries, id);
}

RandomColumn *random_column_of(const RandomTable *table, int id)
{
    return (RandomColumn *)find(table->columns, id);
}

RandomEnum *random_enum_of(const RandomSchema *schema, int id)
{
    return (RandomEnum *)find(schema->enums, id);
}

RandomThing *random_thing_of(const RandomSchema *schema, int id)
{
    return (RandomThing *)find(schema->things, id);
}

RandomSequence *random_sequence_of(const RandomSchema *schema, int id)
{
    return (RandomSequence *)find(schema->sequences, id);
}

/* --- objects --- */

RandomEnum *random_enum_add(RandomSchema *schema)
{
    RandomEnum *type = ag_pool_new0(schema->pool, RandomEnum);
    random_name_fill(schema, &type->name, "mood");
    type->labels = ag_pool_array(schema->pool);
    for (int i = 0, n = 2 + random_below(schema, 4); i < n; i++) {
        RandomLabel *label = ag_pool_new0(schema->pool, RandomLabel);
        label->name =
            ag_pool_printf(schema->pool, "%s%d", random_chance(schema, 20) ? "it's \"odd\", " : "v",
                           ++schema->last_id);
        g_ptr_array_add(type->labels, label);
    }
    g_ptr_array_add(schema->enums, type);
    return type;
}

static void fill_numbers(RandomSchema *schema, int *numbers[5], bool *cycle)
{
    enum { START, INCREMENT, MIN, MAX, CACHE };
    bool down = random_chance(schema, 20);
    *numbers[INCREMENT] = down ? -1 - random_below(schema, 3)
                               : (random_chance(schema, 40) ? 2 + random_below(schema, 9) : 0);
    *numbers[MIN] = random_chance(schema, 40) ? -500 + random_below(schema, 300) : 0;
    *numbers[MAX] = random_chance(schema, 40) ? 1000 + random_below(schema, 20000) : 0;
    *numbers[START] = 0;
    if (random_chance(schema, 30))
        *numbers[START] = down && *numbers[MAX] == 0 ? -1 - random_below(schema, 100)
                                                     : 1 + random_below(schema, 900);
    *numbers[CACHE] = random_chance(schema, 20) ? 2 + random_below(schema, 20) : 0;
    *cycle = random_chance(schema, 20);
}

RandomSequence *random_sequence_add(RandomSchema *schema)
{
    RandomSequence *sequence = ag_pool_new0(schema->pool, RandomSequence);
    random_name_fill(schema, &sequence->name, "seq");
    sequence->type = random_below(schema, 3);
    int *numbers[] = {&sequence->start, &sequence->increment, &sequence->min, &sequence->max,
                      &sequence->cache};
    fill_numbers(schema, numbers, &sequence->cycle);
    sequence->owner_table = sequence->owner_column = NO_ID;
    g_ptr_array_add(schema->sequences, sequence);
    return sequence;
}

/* Enums, and the things that are types. */
static GPtrArray *made_types(const RandomSchema *schema)
{
    GPtrArray *types = ag_pool_array(schema->pool);
    for (guint i = 0; i < schema->enums->len; i++)
        g_ptr_array_add(types, g_ptr_array_index(schema->enums, i));
    for (guint i = 0; i < schema->things->len; i++) {
        const RandomThing *thing = g_ptr_array_index(schema->things, i);
        if (thing->kind == THING_DOMAIN || thing->kind == THING_COMPOSITE ||
            thing->kind == THING_RANGE)
            g_ptr_array_add(types, (gpointer)(guintptr)thing);
    }
    return types;
}

void random_column_type(RandomSchema *schema, RandomTable *table, RandomColumn *column)
{
    int count;
    const RandomType *built_in = random_types(schema->dialect, &count);
    column->enum_id = NO_ID;
    column->enum_list = false;
    do
        column->type =
            random_chance(schema, 40) ? random_below(schema, 3) : random_below(schema, count);
    while (table != NULL && table->strict && !built_in[column->type].strict);
    GPtrArray *types = made_types(schema);
    if (types->len > 0 && random_chance(schema, 30)) {
        int place = random_below(schema, (int)types->len);
        column->enum_id = ((RandomName *)g_ptr_array_index(types, place))->id;
        column->enum_list = random_chance(schema, 25);
    }
}

/* A column of a class from which others can be computed. */
static RandomColumn *find_source(RandomSchema *schema, const RandomTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        RandomColumn *column = g_ptr_array_index(table->columns, i);
        RandomClass type_class = random_class_of(schema, column);
        if (column->generated_from == NO_ID && column->identity == 0 &&
            (type_class == CLASS_NUMBER || type_class == CLASS_TEXT) && random_chance(schema, 50))
            return column;
    }
    return NULL;
}

static void fill_identity(RandomSchema *schema, RandomColumn *column)
{
    column->identity = 1 + random_below(schema, 2);
    column->null = false;
    column->default_kind = DEFAULT_NONE;
    int *numbers[] = {&column->start, &column->increment, &column->min, &column->max,
                      &column->cache};
    if (random_chance(schema, 40))
        fill_numbers(schema, numbers, &column->cycle);
}

/* With an own collation or none, and a function that its expressions may call. */
RandomColumn *random_column_new(RandomSchema *schema, RandomTable *table)
{
    RandomColumn *column = ag_pool_new0(schema->pool, RandomColumn);
    random_name_fill(schema, &column->name, "c");
    random_column_type(schema, table, column);
    column->null = random_chance(schema, 50);
    column->generated_from = column->function = NO_ID;
    column->collation =
        random_chance(schema, 15) ? 1 + random_below(schema, COLLATIONS_BUILT_IN) : 0;
    if (schema->dialect == AG_DIALECT_SQLITE)
        return column;
    int collation = random_chance(schema, 15) ? random_thing_id(schema, THING_COLLATION) : NO_ID;
    column->collation = collation != NO_ID ? collation : column->collation;
    column->storage = random_chance(schema, 20) ? g_rand_int(schema->random) : 0;
    column->function = random_chance(schema, 30)   ? random_function(schema, SHAPE_NUMBER)
                       : random_chance(schema, 20) ? random_function(schema, SHAPE_TEXT)
                                                   : NO_ID;
    return column;
}

static void fill_default(RandomSchema *schema, const RandomTable *table, RandomColumn *column)
{
    column->default_kind = DEFAULT_VALUE;
    column->default_choice = g_rand_int(schema->random);
    int function = random_function(schema, SHAPE_VALUE);
    if (function != NO_ID && random_class_of(schema, column) == CLASS_NUMBER &&
        random_chance(schema, 40)) {
        column->default_kind = DEFAULT_FUNCTION;
        column->default_choice = (unsigned)function;
        return;
    }
    if (!random_is_whole(schema, column) || schema->sequences->len == 0 ||
        !random_chance(schema, 40))
        return;
    int place = random_below(schema, (int)schema->sequences->len);
    RandomSequence *sequence = g_ptr_array_index(schema->sequences, place);
    column->default_kind = DEFAULT_SEQUENCE;
    column->default_choice = (unsigned)sequence->name.id;
    if (random_chance(schema, 50)) {
        sequence->owner_table = table->name.id;
        sequence->owner_column = column->name.id;
        sequence->name.schema = table->name.schema;
    }
}

RandomColumn *random_column_add(RandomSchema *schema, RandomTable *table)
{
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    RandomColumn *column = random_column_new(schema, table);
    RandomColumn *source = random_chance(schema, 12) ? find_source(schema, table) : NULL;
    if (source != NULL) {
        column->generated_from = source->name.id;
        column->type = source->type;
        column->enum_id = source->enum_id;
        column->enum_list = false;
        column->is_virtual = sqlite && random_chance(schema, 50);
    } else if (!sqlite && random_is_whole(schema, column) && random_chance(schema, 20)) {
        fill_identity(schema, column);
    } else if (random_chance(schema, 40)) {
        fill_default(schema, table, column);
    }
    g_ptr_array_add(table->columns, column);
    return column;
}

RandomTable *random_table_add(RandomSchema *schema)
{
    RandomTable *table = ag_pool_new0(schema->pool, RandomTable);
    bool sqlite = schema->dialect == AG_DIALECT_SQLITE;
    random_name_fill(schema, &table->name, "t");
    table->parent = table->key = table->own_column = NO_ID;
    table->marks = sqlite ? 0 : g_rand_int(schema->random);
    table->columns = ag_pool_array(schema->pool);
    table->parts = ag_pool_array(schema->pool);
    table->strict = sqlite && random_chance(schema, 20);
    table->unlogged = !sqlite && random_chance(schema, 10);
    table->fillfactor = !sqlite && random_chance(schema, 15) ? 50 + random_below(schema, 50) : 0;
    table->row_security = !sqlite && random_chance(schema, 30) ? 1 + random_below(schema, 3) : 0;
    g_ptr_array_add(schema->tables, table);
    for (int i = 0, n = 1 + random_below(schema, 7); i < n; i++)
        random_column_add(schema, table);
    table->without_rowid = sqlite && random_chance(schema, 15);
    return table;
}

RandomSchema *random_schema_new(AgPool *pool, AgDialectId dialect, guint32 seed)
{
    RandomSchema *schema = ag_pool_new0(pool, RandomSchema);
    schema->pool = pool;
    schema->dialect = dialect;
    schema->random = g_rand_new_with_seed(seed);
    ag_pool_keep(pool, schema->random, (GDestroyNotify)g_rand_free);
    schema->schemas = ag_pool_array(pool);
    schema->enums = ag_pool_array(pool);
    schema->sequences = ag_pool_array(pool);
    schema->tables = ag_pool_array(pool);
    schema->views = ag_pool_array(pool);
    schema->virtuals = ag_pool_array(pool);
    schema->things = ag_pool_array(pool);
    schema->queries = ag_pool_array(pool);
    g_ptr_array_add(schema->schemas, ag_pool_new0(pool, RandomName));
    bool sqlite = dialect == AG_DIALECT_SQLITE;
    if (!sqlite && random_chance(schema, 40)) {
        RandomName *name = ag_pool_new0(pool, RandomName);
        random_name(schema, name, "shop");
        g_ptr_array_add(schema->schemas, name);
    }
    for (int i = 0, n = sqlite ? 0 : random_below(schema, 3); i < n; i++)
        random_enum_add(schema);
    for (int i = 0, n = sqlite ? 0 : random_below(schema, 3); i < n; i++)
        random_sequence_add(schema);
    for (int i = 0, n = sqlite ? 0 : random_below(schema, 8); i < n; i++)
        random_thing_add(schema);
    for (int i = 0, n = 1 + random_below(schema, 6); i < n; i++)
        random_table_add(schema);
    for (int i = 0, n = sqlite ? 0 : random_below(schema, 4); i < n; i++)
        random_thing_add(schema);
    for (int i = 0, n = sqlite ? 0 : random_below(schema, 3); i < n; i++)
        random_family_add(schema);
    for (guint i = 0; i < schema->tables->len; i++)
        for (int k = 0, n = random_below(schema, 6); k < n; k++)
            random_part_add(schema, g_ptr_array_index(schema->tables, i));
    for (int i = 0, n = sqlite ? random_below(schema, 3) : 0; i < n; i++)
        random_virtual_add(schema);
    for (int i = 0, n = sqlite ? random_below(schema, 4) : 0; i < n; i++)
        random_view_add(schema);
    for (int i = 0, n = sqlite ? 0 : random_below(schema, 4); i < n; i++)
        random_query_add(schema);
    random_schema_repair(schema);
    return schema;
}
