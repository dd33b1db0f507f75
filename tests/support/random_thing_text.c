/* SPDX-License-Identifier: MIT */
/* Types, collations and routines as they stand in a model. */
#include "support/random_text.h"

/* One of a list; NULL in it: not said. */
#define CHOOSE(choice, ...)                                                                        \
    choose(choice, (const char *const[]){__VA_ARGS__},                                             \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *choose(unsigned choice, const char *const *list, size_t n)
{
    return list[choice % n];
}

static void put_revoke(RandomWriting *w, const RandomThing *thing, const char *privilege)
{
    if (thing->name.grants % 2 == 1)
        g_string_append_printf(w->out, "  <revoke privileges=\"%s\" from=\"public\"/>\n",
                               privilege);
}

/* --- types --- */

static void put_collation(RandomWriting *w, const RandomThing *thing)
{
    unsigned what = thing->choices[0] % 5;
    random_put_head(w, "collation", &thing->name, true);
    random_put(w, "provider", what < 2 ? NULL : "icu");
    if (what == 1) {
        random_put(w, "lc-collate", "C");
        random_put(w, "lc-ctype", "POSIX");
    } else {
        random_put(w, "locale", CHOOSE(what, "C", NULL, "de", "und-u-ks-level2", "en-u-kn"));
    }
    random_put(w, "deterministic", what == 3 ? "false" : NULL);
    if (what == 4 && thing->choices[1] % 2 == 0 && random_has_version(w, 160000))
        random_put(w, "rules", "&amp;a &lt; b");
    g_string_append(w->out, "/>\n");
}

static void put_domain(RandomWriting *w, const RandomThing *thing)
{
    const RandomColumn *base = &thing->base;
    random_put_head(w, "domain", &thing->name, true);
    random_put(w, "type", random_type_text(w, base));
    random_put(w, "null", CHOOSE(thing->choices[0], NULL, NULL, "false", "true"));
    random_put(w, "collation", random_collation_of(w, base));
    if (base->default_kind != DEFAULT_NONE)
        random_put(w, "default-sql", random_default_text(w, base));
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < thing->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(thing->parts, i);
        g_string_append(w->out, "  ");
        random_put_head(w, "check", &part->name, false);
        random_put_flag(w, "not-valid", part->not_valid);
        g_autofree char *text =
            g_markup_escape_text(random_condition(w, base, part->choice, part->function), -1);
        g_string_append_printf(w->out, ">%s</check>\n", text);
    }
    put_revoke(w, thing, "usage");
    g_string_append(w->out, "</domain>\n");
}

static void put_composite(RandomWriting *w, const RandomThing *thing)
{
    random_put_head(w, "composite-type", &thing->name, true);
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < thing->columns->len; i++) {
        const RandomColumn *field = g_ptr_array_index(thing->columns, i);
        g_string_append(w->out, "  ");
        random_put_head(w, "field", &field->name, false);
        random_put(w, "type", random_type_text(w, field));
        random_put(w, "collation", random_collation_of(w, field));
        g_string_append(w->out, "/>\n");
    }
    put_revoke(w, thing, "usage");
    g_string_append(w->out, "</composite-type>\n");
}

static void put_range(RandomWriting *w, const RandomThing *thing)
{
    bool made = thing->base.enum_id != NO_ID;
    const char *type =
        made ? random_type_text(w, &thing->base)
             : CHOOSE(thing->choices[0], "double precision", "text", "numeric", "integer", "date");
    bool text = !made && type[0] == 't';
    random_put_head(w, "range-type", &thing->name, true);
    random_put(w, "subtype", type);
    if (!made && type[1] == 'o')
        random_put(w, "subtype-diff", CHOOSE(thing->choices[1], NULL, "float8mi"));
    if (text) {
        random_put(w, "subtype-opclass", CHOOSE(thing->choices[1], NULL, "text_pattern_ops"));
        random_put(w, "collation", CHOOSE(thing->choices[2], NULL, "C", "POSIX"));
    }
    if (thing->choices[3] % 3 > 0)
        random_put(w, "multirange-name",
                   ag_pool_printf(w->pool, "Many %d %u", thing->name.id, thing->choices[3] % 3));
    g_string_append(w->out, ">\n");
    put_revoke(w, thing, "usage");
    g_string_append(w->out, "</range-type>\n");
}

/* --- routines --- */

enum {
    VOLATILITY,
    STRICT,
    LEAKPROOF,
    PARALLEL,
    COST,
    ROWS,
    SECURITY,
    PARAMS,
    LANGUAGE,
    ARGUMENT,
    EXTRA,
    RETURNS,
    CONSTANT,
};

static void put_argument(RandomWriting *w, const char *name, const char *type, const char *mode,
                         const char *default_sql)
{
    g_string_append(w->out, "  <argument");
    random_put(w, "name", name);
    random_put(w, "type", type);
    random_put(w, "mode", mode);
    random_put(w, "default-sql", default_sql);
    g_string_append(w->out, "/>\n");
}

static const char *name_of_type(const RandomWriting *w, int id)
{
    const RandomEnum *type = random_enum_of(w->schema, id);
    return random_qualified(w, type != NULL ? &type->name : &random_thing_of(w->schema, id)->name);
}

static void put_settings(RandomWriting *w, const RandomThing *thing)
{
    unsigned choice = thing->choices[PARAMS] % 6;
    if (choice == 1 || choice == 2)
        g_string_append(w->out, "  <param name=\"work_mem\" value=\"4MB\"/>\n");
    if (choice == 2 || choice == 3)
        g_string_append_printf(w->out, "  <param name=\"search_path\" value=\"%s\"/>\n",
                               thing->choices[COST] % 2 == 0 ? "" : "pg_catalog,pg_temp");
}

static void put_body(RandomWriting *w, const char *text, bool standard)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append_printf(w->out, "  <body%s>%s</body>\n", standard ? " standard=\"true\"" : "",
                           escaped);
}

static bool is_set(const RandomThing *thing)
{
    return thing->shape == SHAPE_READER && thing->choices[RETURNS] % 4 > 1;
}

static bool is_standard(const RandomThing *thing)
{
    unsigned language = thing->choices[LANGUAGE] % 3;
    return language == 1 && thing->shape < SHAPE_TRIGGER && !is_set(thing);
}

static bool is_procedural(const RandomThing *thing)
{
    return thing->shape >= SHAPE_TRIGGER ||
           (thing->choices[LANGUAGE] % 3 == 2 && thing->shape <= SHAPE_VALUE);
}

static const char *result_of(const RandomWriting *w, const RandomThing *thing)
{
    unsigned choice = thing->choices[RETURNS];
    switch (thing->shape) {
    case SHAPE_NUMBER:
        return CHOOSE(choice, "double precision", "double precision", "numeric", "integer");
    case SHAPE_TEXT:
        return CHOOSE(choice, "text", "text", "varchar");
    case SHAPE_VALUE:
        return CHOOSE(choice, "integer", "integer", "smallint");
    case SHAPE_TYPED:
        return name_of_type(w, thing->about);
    case SHAPE_ROW:
        return is_standard(thing) ? "boolean" : CHOOSE(choice, "bigint", "text");
    case SHAPE_READER:
        if (choice % 4 == 2)
            return ag_pool_printf(
                w->pool, "setof %s",
                random_qualified(w, &random_table_of(w->schema, thing->about)->name));
        return choice % 4 == 3 ? NULL : "bigint";
    case SHAPE_CALLER:
    case SHAPE_STATE:
        return "double precision";
    case SHAPE_TRIGGER:
        return "trigger";
    case SHAPE_EVENT:
        return "event_trigger";
    case N_SHAPES:
        break;
    }
    g_assert_not_reached();
}

static void put_arguments(RandomWriting *w, const RandomThing *thing)
{
    /* Of a standard body the server prints an argument without a name as "" beside one with. */
    const char *name = is_standard(thing)
                           ? CHOOSE(thing->choices[ARGUMENT], "a", "b", "Odd one")
                           : CHOOSE(thing->choices[ARGUMENT], "a", "a", "b", "Odd one", NULL);
    const char *type;
    switch (thing->shape) {
    case SHAPE_NUMBER:
        put_argument(w, name, "double precision", NULL, NULL);
        if (thing->choices[EXTRA] % 4 == 0)
            put_argument(w, "more", CHOOSE(thing->choices[EXTRA] / 4, "integer", "text"), NULL,
                         CHOOSE(thing->choices[EXTRA] / 8, "'2'", "3", "1 + 1"));
        return;
    case SHAPE_TEXT:
        put_argument(w, name, "text", NULL, NULL);
        if (thing->choices[EXTRA] % 4 == 0)
            put_argument(w, "more", "integer[]", "variadic", "'{}'");
        return;
    case SHAPE_TYPED:
        type = name_of_type(w, thing->about);
        if (thing->choices[EXTRA] % 3 == 0)
            put_argument(w, "list", ag_pool_printf(w->pool, "%s[]", type), NULL, NULL);
        put_argument(w, name, type, NULL, NULL);
        return;
    case SHAPE_ROW:
        put_argument(w, name, random_qualified(w, &random_table_of(w->schema, thing->about)->name),
                     NULL, NULL);
        return;
    case SHAPE_READER:
        if (thing->choices[RETURNS] % 4 != 3)
            return;
        put_argument(w, "n", "bigint", "table", NULL);
        put_argument(w, "word", "text", "table", NULL);
        return;
    case SHAPE_STATE:
        put_argument(w, name, "double precision", NULL, NULL);
        put_argument(w, is_standard(thing) ? "second" : NULL, "double precision", NULL, NULL);
        return;
    case SHAPE_CALLER:
        put_argument(w, name, "double precision", NULL, NULL);
        return;
    case SHAPE_VALUE:
    case SHAPE_TRIGGER:
    case SHAPE_EVENT:
    case N_SHAPES:
        return;
    }
    g_assert_not_reached();
}

/* An expression over the arguments, or a query. */
static const char *core_of(const RandomWriting *w, const RandomThing *thing)
{
    unsigned constant = thing->choices[CONSTANT] % 5;
    const RandomTable *table = random_table_of(w->schema, thing->about);
    const RandomColumn *column = table == NULL ? NULL : random_column_of(table, thing->column);
    switch (thing->shape) {
    case SHAPE_NUMBER:
        return ag_pool_printf(w->pool, "$1 + %u", constant);
    case SHAPE_TEXT:
        return ag_pool_printf(w->pool, "$1 || '%u'", constant);
    case SHAPE_VALUE:
        return ag_pool_printf(w->pool, "%u", constant);
    case SHAPE_TYPED:
        return thing->choices[EXTRA] % 3 == 0 ? "$2" : "$1";
    case SHAPE_ROW:
        return random_about(w, column, is_standard(thing) ? "($1).@ IS NULL" : "count(($1).@)");
    case SHAPE_READER:
        if (is_set(thing))
            return thing->choices[RETURNS] % 4 == 2 ? "* FROM nowhere" : "1, 'x'";
        return ag_pool_printf(w->pool, "count(%s) FROM %s",
                              random_sql_name(w, NULL, column->name.name),
                              random_qualified(w, &table->name));
    case SHAPE_CALLER:
        return ag_pool_printf(w->pool, "%s($1)",
                              random_qualified(w, &random_thing_of(w->schema, thing->about)->name));
    case SHAPE_STATE:
        return "$1 + $2";
    case SHAPE_TRIGGER:
    case SHAPE_EVENT:
    case N_SHAPES:
        break;
    }
    g_assert_not_reached();
}

static void put_function_body(RandomWriting *w, const RandomThing *thing)
{
    if (thing->shape == SHAPE_TRIGGER) {
        put_body(w,
                 CHOOSE(thing->choices[CONSTANT], "BEGIN RETURN new; END",
                        "\n  BEGIN\n    -- it's\n    RETURN NULL;\n  END;\n"),
                 false);
        return;
    }
    if (thing->shape == SHAPE_EVENT) {
        put_body(w, CHOOSE(thing->choices[CONSTANT], "BEGIN END", "BEGIN NULL; END"), false);
        return;
    }
    const char *core = core_of(w, thing), *body;
    if (is_procedural(thing))
        body = ag_pool_printf(w->pool, "BEGIN RETURN %s; END", core);
    else if (!is_standard(thing))
        body = ag_pool_printf(w->pool, "SELECT %s", core);
    else if (thing->shape == SHAPE_READER || thing->choices[COST] % 3 == 0)
        /* The server prints a bare argument in a way that it reads as another name. */
        body = ag_pool_printf(w->pool, "BEGIN ATOMIC SELECT %s%s; END", core,
                              thing->shape == SHAPE_TYPED ? " AS it" : "");
    else
        body = ag_pool_printf(w->pool, "RETURN %s", core);
    put_body(w, body, is_standard(thing));
}

/* What an index may call has to be immutable. */
static void put_function(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    bool immutable = thing->shape == SHAPE_NUMBER || thing->shape == SHAPE_TEXT;
    random_put_head(w, "function", &thing->name, true);
    random_put(w, "returns", result_of(w, thing));
    random_put(w, "language",
               is_procedural(thing) ? "plpgsql" : CHOOSE(choices[COST], NULL, "sql"));
    random_put(w, "volatility",
               immutable ? "immutable"
                         : CHOOSE(choices[VOLATILITY], NULL, "volatile", "stable", "immutable"));
    if (thing->shape < SHAPE_TRIGGER)
        random_put_flag(w, "strict", choices[STRICT] % 4 == 0);
    random_put_flag(w, "leakproof", choices[LEAKPROOF] % 5 == 0);
    random_put(w, "parallel", CHOOSE(choices[PARALLEL], NULL, NULL, "safe", "restricted"));
    random_put(w, "cost", CHOOSE(choices[COST], NULL, NULL, NULL, "5", "0.25"));
    if (is_set(thing))
        random_put(w, "rows", CHOOSE(choices[ROWS], NULL, "10", "1000"));
    random_put_flag(w, "security-definer", choices[SECURITY] % 5 == 0);
    g_string_append(w->out, ">\n");
    put_arguments(w, thing);
    put_function_body(w, thing);
    put_settings(w, thing);
    put_revoke(w, thing, "execute");
    g_string_append(w->out, "</function>\n");
}

static void put_procedure(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    bool standard = choices[LANGUAGE] % 3 == 1;
    random_put_head(w, "procedure", &thing->name, true);
    random_put(w, "language", choices[LANGUAGE] % 3 == 2 ? "plpgsql" : NULL);
    random_put_flag(w, "security-definer", choices[SECURITY] % 5 == 0);
    g_string_append(w->out, ">\n");
    put_argument(w, CHOOSE(choices[ARGUMENT], "a", "b"),
                 CHOOSE(choices[RETURNS], "integer", "text"),
                 CHOOSE(choices[VOLATILITY], NULL, "inout"), NULL);
    if (choices[EXTRA] % 3 == 0)
        put_argument(w, "more", "text", NULL, "'it''s'");
    if (standard)
        put_body(w, "BEGIN ATOMIC SELECT $1 AS it; END", true);
    else if (choices[LANGUAGE] % 3 == 2)
        put_body(w, "BEGIN END", false);
    else
        put_body(w, CHOOSE(choices[CONSTANT], "SELECT $1", "\n    SELECT 2;\n    SELECT $1;\n"),
                 false);
    put_settings(w, thing);
    put_revoke(w, thing, "execute");
    g_string_append(w->out, "</procedure>\n");
}

/* --- aggregates --- */

static void put_end(RandomWriting *w, const RandomThing *thing)
{
    put_revoke(w, thing, "execute");
    g_string_append(w->out, "</aggregate>\n");
}

static void put_moving(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    random_put(w, "mstype", "integer");
    random_put(w, "msfunc", "int4pl");
    random_put(w, "minvfunc", "int4mi");
    random_put(w, "minitcond", CHOOSE(choices[CONSTANT], NULL, "0"));
    random_put_number(w, "msspace", choices[ROWS] % 3 == 0 ? 16 : 0);
    if (choices[EXTRA] % 2 == 0) {
        random_put(w, "mfinalfunc", "int4abs");
        random_put(w, "mfinalfunc-modify", CHOOSE(choices[COST], NULL, "shareable", "read-write"));
    }
}

static void put_plain(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    bool larger = choices[LANGUAGE] % 3 == 0;
    random_put(w, "sfunc", larger ? "int4larger" : "int4pl");
    random_put(w, "stype", "integer");
    random_put(w, "initcond", CHOOSE(choices[VOLATILITY], NULL, "0", "7"));
    random_put_number(w, "sspace", choices[LEAKPROOF] % 3 == 0 ? 32 : 0);
    random_put(w, "sortop", larger ? CHOOSE(choices[STRICT], NULL, ">") : NULL);
    random_put(w, "combinefunc", CHOOSE(choices[SECURITY], NULL, "int4pl"));
    if (choices[PARAMS] % 2 == 0) {
        random_put(w, "finalfunc", "int4abs");
        random_put(w, "finalfunc-modify", CHOOSE(choices[COST], NULL, "shareable", "read-write"));
    }
    if (choices[ROWS] % 3 == 0)
        put_moving(w, thing);
    g_string_append(w->out, ">\n");
    put_argument(w, CHOOSE(choices[ARGUMENT], NULL, "n", "m"), "integer", NULL, NULL);
}

/* Over functions of the schema. */
static void put_made(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    const RandomThing *state = random_thing_of(w->schema, thing->about);
    const RandomThing *final = random_thing_of(w->schema, thing->column);
    const char *name = random_model_name(w, &state->name);
    random_put(w, "sfunc", name);
    random_put(w, "stype", "double precision");
    random_put(w, "initcond", CHOOSE(choices[VOLATILITY], NULL, "0"));
    random_put(w, "combinefunc", choices[SECURITY] % 2 == 0 ? name : NULL);
    if (final != NULL && final->choices[EXTRA] % 4 != 0)
        random_put(w, "finalfunc", random_model_name(w, &final->name));
    g_string_append(w->out, ">\n");
    put_argument(w, CHOOSE(choices[ARGUMENT], NULL, "n", "m"), "double precision", NULL, NULL);
}

static const char *const special_aggregates[] = {
    " sfunc=\"int8inc\" stype=\"bigint\" initcond=\"0\">",
    " set=\"ordered\" direct-arguments=\"1\" sfunc=\"ordered_set_transition\" stype=\"internal\""
    " finalfunc=\"percentile_disc_final\" finalfunc-extra=\"true\"><argument type=\"double"
    " precision\"/><argument type=\"anyelement\"/>",
    " set=\"hypothetical\" direct-arguments=\"1\" sfunc=\"ordered_set_transition_multi\""
    " stype=\"internal\" finalfunc=\"rank_final\" finalfunc-extra=\"true\"><argument"
    " type=\"any\" mode=\"variadic\"/>",
    " sfunc=\"numeric_avg_accum\" stype=\"internal\" finalfunc=\"numeric_avg\""
    " combinefunc=\"numeric_avg_combine\" serialfunc=\"numeric_avg_serialize\""
    " deserialfunc=\"numeric_avg_deserialize\"><argument type=\"numeric\"/>",
};

static void put_aggregate(RandomWriting *w, const RandomThing *thing)
{
    enum { SPECIAL = G_N_ELEMENTS(special_aggregates) };
    unsigned what = thing->choices[RETURNS] % (SPECIAL + 6);
    random_put_head(w, "aggregate", &thing->name, true);
    random_put(w, "parallel", CHOOSE(thing->choices[PARALLEL], NULL, "safe", "restricted"));
    if (what < SPECIAL)
        g_string_append(w->out, special_aggregates[what]);
    else if (random_thing_of(w->schema, thing->about) != NULL)
        put_made(w, thing);
    else
        put_plain(w, thing);
    put_end(w, thing);
}

/* --- of the whole database --- */

static void put_event_trigger(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    const char *event =
        CHOOSE(choices[0], "ddl-command-end", "ddl-command-start", "sql-drop", "table-rewrite");
    random_put_head(w, "event-trigger", &thing->name, false);
    random_put(w, "on", event);
    if (choices[0] % 4 < 2)
        random_put(w, "tags", CHOOSE(choices[1], NULL, "create-table", "alter-table create-view"));
    random_put(w, "enabled", CHOOSE(choices[2], NULL, NULL, "disabled", "always", "replica"));
    random_put(w, "function",
               random_model_name(w, &random_thing_of(w->schema, thing->about)->name));
    g_string_append(w->out, "/>\n");
}

/* A table that can be named in a publication, with a column. */
static bool is_published(const RandomTable *table, const RandomThing *thing)
{
    return table != NULL && !table->unlogged && table->key == NO_ID && !table->partition &&
           random_column_of(table, thing->column) != NULL &&
           random_column_of(table, thing->column)->generated_from == NO_ID;
}

static void put_published(RandomWriting *w, const RandomThing *thing)
{
    const RandomTable *table = random_table_of(w->schema, thing->about);
    const RandomColumn *column = random_column_of(table, thing->column);
    unsigned choice = random_has_version(w, 150000) ? thing->choices[4] % 4 : 0;
    g_string_append(w->out, "  <for-table");
    random_put(w, "table", random_model_name(w, &table->name));
    if (choice == 1)
        random_put(w, "columns", random_column_names(w, table, &thing->column, 1));
    g_string_append(w->out, ">");
    /* The server takes no collation of the user's there, nor that of a domain. */
    if (choice > 1 && column->enum_id == NO_ID && random_class_of(w->schema, column) != CLASS_TEXT)
        random_put_element(w, "where",
                           random_about(w, column, choice == 2 ? "@ IS NOT NULL" : "@ IS NULL"));
    g_string_append(w->out, "</for-table>\n");
}

static void put_publication(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    unsigned what = choices[0] % 4;
    random_put_head(w, "publication", &thing->name, false);
    random_put_flag(w, "all-tables", what == 0);
    random_put(w, "publish", CHOOSE(choices[1], NULL, NULL, "insert", "update delete", "none"));
    random_put_flag(w, "via-root", choices[2] % 3 == 0);
    if (what == 1 && random_has_version(w, 150000))
        random_put(w, "schemas", "public");
    random_put(w, "generated-columns",
               random_has_version(w, 180000) ? CHOOSE(choices[3], NULL, "stored") : NULL);
    g_string_append(w->out, ">\n");
    if (what > 1 && is_published(random_table_of(w->schema, thing->about), thing))
        put_published(w, thing);
    g_string_append(w->out, "</publication>\n");
}

void random_thing_text(RandomWriting *w, const RandomThing *thing)
{
    switch (thing->kind) {
    case THING_COLLATION:
        put_collation(w, thing);
        return;
    case THING_DOMAIN:
        put_domain(w, thing);
        return;
    case THING_COMPOSITE:
        put_composite(w, thing);
        return;
    case THING_RANGE:
        put_range(w, thing);
        return;
    case THING_FUNCTION:
        put_function(w, thing);
        return;
    case THING_PROCEDURE:
        put_procedure(w, thing);
        return;
    case THING_AGGREGATE:
        put_aggregate(w, thing);
        return;
    case THING_DICTIONARY:
        random_dictionary_text(w, thing);
        return;
    case THING_CONFIGURATION:
        random_configuration_text(w, thing);
        return;
    case THING_WRAPPER:
        random_wrapper_text(w, thing);
        return;
    case THING_SERVER:
        random_server_text(w, thing);
        return;
    case THING_OPERATOR:
        random_operator_text(w, thing);
        return;
    case THING_OPERATOR_CLASS:
        random_operator_class_text(w, thing);
        return;
    case THING_FOREIGN_TABLE:
        random_foreign_table_text(w, thing);
        return;
    case THING_TYPED_TABLE:
        random_typed_table_text(w, thing);
        return;
    case THING_CONVERSION:
        random_conversion_text(w, thing);
        return;
    case THING_CAST:
        random_cast_text(w, thing);
        return;
    case THING_DEFAULTS:
        random_defaults_text(w, thing);
        return;
    case THING_PUBLICATION:
        put_publication(w, thing);
        return;
    case THING_EVENT_TRIGGER:
        put_event_trigger(w, thing);
        return;
    case N_THING_KINDS:
        break;
    }
    g_assert_not_reached();
}
