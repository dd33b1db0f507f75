/* SPDX-License-Identifier: MIT */
/* A random schema as a model file. */
#include "support/random_text.h"

#include <string.h>

/* --- names --- */

const char *random_schema_name(const RandomWriting *w, int place)
{
    if (w->schema->dialect == AG_DIALECT_SQLITE)
        return NULL;
    const RandomName *name = g_ptr_array_index(w->schema->schemas, (guint)place);
    return place == 0 ? "public" : name->name;
}

/* As SQL writes it. */
const char *random_sql_name(const RandomWriting *w, const char *schema, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(ag_dialect(w->schema->dialect), out, schema, name);
    return ag_pool_text(w->pool, out->str);
}

const char *random_qualified(const RandomWriting *w, const RandomName *name)
{
    return random_sql_name(w, random_schema_name(w, name->schema), name->name);
}

const char *random_model_name(const RandomWriting *w, const RandomName *name)
{
    return ag_qname_text(w->pool, (AgQname){random_schema_name(w, name->schema), name->name});
}

const char *random_column_names(const RandomWriting *w, const RandomTable *table, const int *ids,
                                int n)
{
    GPtrArray *names = ag_pool_array(w->pool);
    for (int i = 0; i < n; i++)
        g_ptr_array_add(names, (gpointer)(guintptr)random_column_of(table, ids[i])->name.name);
    return ag_names_join(w->pool, names);
}

/* --- XML --- */

void random_put(RandomWriting *w, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *p = value; *p != '\0'; p++) {
        g_autofree char *escaped = *p == '\n'   ? g_strdup("&#10;")
                                   : *p == '\t' ? g_strdup("&#9;")
                                                : NULL;
        if (escaped != NULL)
            g_string_append(text, escaped);
        else if (strchr("<&\"", *p) != NULL)
            g_string_append(text, *p == '<' ? "&lt;" : *p == '&' ? "&amp;" : "&quot;");
        else
            g_string_append_c(text, *p);
    }
    g_string_append_printf(w->out, " %s=\"%s\"", name, text->str);
}

void random_put_number(RandomWriting *w, const char *name, int value)
{
    if (value != 0)
        g_string_append_printf(w->out, " %s=\"%d\"", name, value);
}

void random_put_flag(RandomWriting *w, const char *name, bool value)
{
    if (value)
        g_string_append_printf(w->out, " %s=\"true\"", name);
}

void random_put_element(RandomWriting *w, const char *name, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append_printf(w->out, "<%s>%s</%s>", name, escaped, name);
}

void random_put_head(RandomWriting *w, const char *element, const RandomName *name, bool stands)
{
    g_string_append_printf(w->out, "<%s", element);
    if (stands && name->schema != 0)
        random_put(w, "schema", random_schema_name(w, name->schema));
    random_put(w, "name", name->name);
    if (name->former != NULL) {
        AgQname former = {NULL, name->former};
        if (stands && name->former_schema != name->schema)
            former.schema = random_schema_name(w, name->former_schema);
        random_put(w, "renamed-from", ag_qname_text(w->pool, former));
    }
    random_put(w, "comment", name->comment);
    if (stands && name->owner > 0 && w->schema->dialect == AG_DIALECT_POSTGRESQL)
        random_put(w, "owner", random_owners[name->owner - 1]);
}

/* --- expressions --- */

const char *random_type_text(const RandomWriting *w, const RandomColumn *column)
{
    int count;
    if (column->enum_id == NO_ID)
        return random_types(w->schema->dialect, &count)[column->type].name;
    const RandomEnum *type = random_enum_of(w->schema, column->enum_id);
    const RandomThing *thing = random_thing_of(w->schema, column->enum_id);
    return ag_pool_printf(w->pool, "%s%s",
                          random_qualified(w, type != NULL ? &type->name : &thing->name),
                          column->enum_list ? "[]" : "");
}

const char *random_literal(const RandomWriting *w, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_text(out, text);
    return ag_pool_text(w->pool, out->str);
}

static const char *label(const RandomWriting *w, const RandomEnum *type, unsigned choice)
{
    const RandomLabel *found = g_ptr_array_index(type->labels, choice % type->labels->len);
    return random_literal(w, found->name);
}

/* '@' stands for the column. */
const char *random_about(const RandomWriting *w, const RandomColumn *column, const char *pattern)
{
    g_autoptr(GString) out = g_string_new(pattern);
    g_string_replace(out, "@", random_sql_name(w, NULL, column->name.name), 0);
    return ag_pool_text(w->pool, out->str);
}

static const char *enum_condition(const RandomWriting *w, const RandomColumn *column,
                                  unsigned choice)
{
    const RandomEnum *type = random_enum_of(w->schema, column->enum_id);
    const char *name = random_sql_name(w, NULL, column->name.name);
    const char *one = label(w, type, choice / 4);
    switch (choice % 4) {
    case 0:
        return ag_pool_printf(w->pool, "%s <> %s", name, one);
    case 1:
        return ag_pool_printf(w->pool, "%s IN (%s, %s)", name, one, label(w, type, choice / 4 + 1));
    case 2:
        return ag_pool_printf(w->pool, "%s = %s::%s", name, one, random_qualified(w, &type->name));
    default:
        return ag_pool_printf(w->pool, "%s IS NULL OR %s > CAST(%s AS %s)", name, name, one,
                              random_qualified(w, &type->name));
    }
}

/* "f(@) > 0"; NULL: there is no function for that. */
static const char *call(const RandomWriting *w, const RandomColumn *column, int function,
                        const char *number, const char *text)
{
    const RandomThing *thing = function == NO_ID ? NULL : random_thing_of(w->schema, function);
    if (thing == NULL || !random_function_fits(w->schema, thing, column))
        return NULL;
    bool is_number = random_class_of(w->schema, column) == CLASS_NUMBER;
    return ag_pool_printf(w->pool, "%s(%s)%s", random_qualified(w, &thing->name),
                          random_sql_name(w, NULL, column->name.name), is_number ? number : text);
}

const char *random_condition(const RandomWriting *w, const RandomColumn *column, unsigned choice,
                             int function)
{
    const char *called = call(w, column, function, " > 0", " IS NOT NULL");
    if (called != NULL)
        return called;
    static const char *const numbers[] = {"@ > 0", "@ BETWEEN 1 AND 100", "@ IN (1, 2, 3)",
                                          "@ <> 5 OR @ IS NULL", "(@ + 1) * 2 < 1000"};
    static const char *const texts[] = {"@ <> ''", "length(@) < 10", "@ IN ('a', 'b')",
                                        "@ LIKE 'a%'", "@ IS NOT NULL AND upper(@) = @"};
    switch (random_class_of(w->schema, column)) {
    case CLASS_NUMBER:
        return random_about(w, column, numbers[choice % G_N_ELEMENTS(numbers)]);
    case CLASS_TEXT:
        /* What the server prints of IN over varchar is printed otherwise when it is loaded again,
         * which the witness sees. */
        if (choice % G_N_ELEMENTS(texts) == 2 && strcmp(random_type_text(w, column), "text") != 0)
            return random_about(w, column, "@ = 'a'");
        return random_about(w, column, texts[choice % G_N_ELEMENTS(texts)]);
    case CLASS_BOOLEAN:
        return random_about(w, column, choice % 2 == 0 ? "@" : "NOT @");
    case CLASS_DATE:
        return random_about(w, column, "@ > '2000-01-01'");
    case CLASS_ENUM:
        return enum_condition(w, column, choice);
    case CLASS_JSON:
    case CLASS_OTHER:
        return random_about(w, column, "@ IS NOT NULL");
    }
    g_assert_not_reached();
}

const char *random_computed(const RandomWriting *w, const RandomColumn *column, unsigned choice,
                            int function)
{
    const char *called = call(w, column, function, "", "");
    if (called != NULL)
        return called;
    bool number = random_class_of(w->schema, column) == CLASS_NUMBER;
    static const char *const numbers[] = {"@ + 1", "abs(@)", "@ * 2 - 1"};
    static const char *const texts[] = {"upper(@)", "lower(@) || 'x'", "replace(@, 'a', 'b')"};
    return random_about(w, column, number ? numbers[choice % 3] : texts[choice % 3]);
}

/* --- what stands on its own --- */

/* To everybody, and of the owner, so that no roles have to be there. `column` NULL: none. */
void random_put_grants(RandomWriting *w, const char *const privileges[2], const RandomName *name,
                       const char *column)
{
    for (int i = 0; i < 2; i++) {
        if ((name->grants & (1u << i)) == 0)
            continue;
        g_string_append(w->out, "  <grant");
        random_put(w, "privileges", privileges[i]);
        random_put(w, "to", "public");
        random_put(w, "columns", column);
        g_string_append(w->out, "/>\n");
    }
}

static void put_enum(RandomWriting *w, const RandomEnum *type)
{
    random_put_head(w, "enum", &type->name, true);
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < type->labels->len; i++) {
        const RandomLabel *one = g_ptr_array_index(type->labels, i);
        g_string_append(w->out, "  <value");
        random_put(w, "name", one->name);
        if (one->former != NULL) {
            GPtrArray *former = ag_pool_array(w->pool);
            g_ptr_array_add(former, (gpointer)(guintptr)one->former);
            random_put(w, "renamed-from", ag_names_join(w->pool, former));
        }
        g_string_append(w->out, "/>\n");
    }
    if (type->name.grants % 2 == 1)
        g_string_append(w->out, "  <revoke privileges=\"usage\" from=\"public\"/>\n");
    g_string_append(w->out, "</enum>\n");
}

static void put_sequence(RandomWriting *w, const RandomSequence *sequence)
{
    static const char *const types[] = {NULL, "integer", "smallint"};
    /* One that belongs to a column has the owner of its table. */
    RandomName head = sequence->name;
    head.owner = sequence->owner_table != NO_ID ? 0 : head.owner;
    random_put_head(w, "sequence", &head, true);
    random_put(w, "type", types[sequence->type]);
    random_put_number(w, "start", sequence->start);
    random_put_number(w, "increment", sequence->increment);
    random_put_number(w, "min", sequence->min);
    random_put_number(w, "max", sequence->max);
    random_put_number(w, "cache", sequence->cache);
    random_put_flag(w, "cycle", sequence->cycle);
    if (sequence->owner_table != NO_ID) {
        const RandomTable *table = random_table_of(w->schema, sequence->owner_table);
        const RandomColumn *column = random_column_of(table, sequence->owner_column);
        const char *name = ag_qname_text(w->pool, (AgQname){NULL, column->name.name});
        random_put(w, "owned-by",
                   ag_pool_printf(w->pool, "%s.%s", random_model_name(w, &table->name), name));
    }
    static const char *const privileges[] = {"usage", "select"};
    g_string_append(w->out, ">\n");
    random_put_grants(w, privileges, &sequence->name, NULL);
    g_string_append(w->out, "</sequence>\n");
}

/* --- columns --- */

/* Of a type that is a thing. */
static const char *made_default(const RandomWriting *w, const RandomColumn *column)
{
    const RandomThing *type = random_thing_of(w->schema, column->enum_id);
    if (column->enum_list)
        return "'{}'";
    if (type->kind == THING_RANGE)
        return "'empty'";
    bool plain = true; /* a domain may refuse NULL */
    for (guint i = 0; i < type->columns->len; i++) {
        const RandomColumn *field = g_ptr_array_index(type->columns, i);
        plain = plain && random_thing_of(w->schema, field->enum_id) == NULL;
    }
    if (type->kind == THING_COMPOSITE && plain && column->default_choice % 2 == 0) {
        g_autofree char *commas = g_strnfill(MAX(type->columns->len, 1) - 1, ',');
        return ag_pool_printf(w->pool, "'(%s)'", commas);
    }
    if (type->kind == THING_COMPOSITE)
        return "NULL";
    RandomColumn base = type->base;
    base.default_kind = DEFAULT_VALUE;
    base.default_choice = column->default_choice;
    return random_default_text(w, &base);
}

const char *random_default_text(const RandomWriting *w, const RandomColumn *column)
{
    int count, n = 0;
    unsigned choice = column->default_choice;
    if (column->default_kind == DEFAULT_SEQUENCE) {
        const RandomSequence *sequence = random_sequence_of(w->schema, (int)choice);
        return ag_pool_printf(w->pool, "nextval(%s::regclass)",
                              random_literal(w, random_qualified(w, &sequence->name)));
    }
    if (column->default_kind == DEFAULT_FUNCTION)
        return ag_pool_printf(w->pool, "%s()",
                              random_qualified(w, &random_thing_of(w->schema, (int)choice)->name));
    if (column->enum_id != NO_ID && random_thing_of(w->schema, column->enum_id) != NULL)
        return made_default(w, column);
    if (column->enum_id != NO_ID) {
        const RandomEnum *type = random_enum_of(w->schema, column->enum_id);
        const char *one = label(w, type, choice / 2);
        if (column->enum_list)
            return choice % 2 == 0 ? "'{}'"
                                   : ag_pool_printf(w->pool, "ARRAY[%s]::%s[]", one,
                                                    random_qualified(w, &type->name));
        return choice % 2 == 0
                   ? one
                   : ag_pool_printf(w->pool, "%s::%s", one, random_qualified(w, &type->name));
    }
    const RandomType *type = &random_types(w->schema->dialect, &count)[column->type];
    while (n < 4 && type->defaults[n] != NULL)
        n++;
    return type->defaults[choice % (unsigned)n];
}

const char *random_collation_of(const RandomWriting *w, const RandomColumn *column)
{
    if (random_class_of(w->schema, column) != CLASS_TEXT || column->collation == 0)
        return NULL;
    if (w->schema->dialect == AG_DIALECT_SQLITE)
        return column->collation == 1 ? "NOCASE" : "RTRIM";
    const RandomThing *collation = column->collation <= COLLATIONS_BUILT_IN
                                       ? NULL
                                       : random_thing_of(w->schema, column->collation);
    if (collation != NULL)
        return random_model_name(w, &collation->name);
    return column->collation == 1 ? "C" : "POSIX";
}

static void put_column(RandomWriting *w, const RandomTable *table, const RandomColumn *column)
{
    static const char *const identities[] = {NULL, "always", "by-default"};
    g_string_append(w->out, "  ");
    random_put_head(w, "column", &column->name, false);
    random_put(w, "type", random_type_text(w, column));
    random_put_flag(w, "null", column->null);
    random_put(w, "identity", identities[column->identity]);
    random_put(w, "collation", random_collation_of(w, column));
    if (column->default_kind != DEFAULT_NONE)
        random_put(w, "default-sql", random_default_text(w, column));
    g_string_append_c(w->out, '>');
    if (column->identity != 0) {
        g_string_append(w->out, "<identity");
        random_put_number(w, "start", column->start);
        random_put_number(w, "increment", column->increment);
        random_put_number(w, "min", column->min);
        random_put_number(w, "max", column->max);
        random_put_number(w, "cache", column->cache);
        random_put_flag(w, "cycle", column->cycle);
        g_string_append(w->out, "/>");
    }
    bool alone = table->parent == NO_ID && !random_has_children(w->schema, table);
    if (alone && column->storage % 3 == 1 && !column->null && random_has_version(w, 180000)) {
        g_string_append_printf(w->out, "<not-null name=\"nn_%d_%u\"", column->name.id,
                               column->default_choice % 3);
        random_put(w, "comment", column->name.comment);
        g_string_append(w->out, "/>");
    }
    if (column->generated_from != NO_ID) {
        g_autofree char *text =
            g_markup_escape_text(random_computed(w, random_column_of(table, column->generated_from),
                                                 column->default_choice, column->function),
                                 -1);
        g_string_append_printf(w->out, "<generated%s>%s</generated>",
                               column->is_virtual ? " kind=\"virtual\"" : "", text);
    }
    g_string_append(w->out, "</column>\n");
}

void random_put_table_grants(RandomWriting *w, const RandomTable *table)
{
    static const char *const of_table[] = {"select insert", "all"};
    static const char *const of_column[] = {"select update", "references"};
    if (w->schema->dialect == AG_DIALECT_SQLITE)
        return;
    if (table->name.grants != 3 && table->name.grants != 7)
        random_put_grants(w, of_table, &table->name, NULL);
    if (table->name.grants >= 4)
        g_string_append(w->out, "  <revoke privileges=\"truncate\" from=\"{owner}\"/>\n");
    for (guint i = 0; i < table->columns->len && !table->partition; i++) {
        const RandomColumn *column = g_ptr_array_index(table->columns, i);
        GPtrArray *names = ag_pool_array(w->pool);
        g_ptr_array_add(names, (gpointer)(guintptr)column->name.name);
        random_put_grants(w, of_column, &column->name, ag_names_join(w->pool, names));
    }
}

static const char *const securities[] = {NULL, "on", "forced", "off-forced"};

/* "from=... to=..." and so on. */
static void put_bound(RandomWriting *w, const RandomTable *table)
{
    const RandomTable *parent = random_table_of(w->schema, table->parent);
    const char *type = random_type_text(w, random_column_of(parent, parent->key));
    int slot = table->slot;
    random_put(w, "partition-of", random_model_name(w, &parent->name));
    if (slot == 0) {
        random_put_flag(w, "default", true);
    } else if (parent->strategy == 2) {
        random_put(w, "modulus", "8");
        random_put(w, "remainder", ag_pool_printf(w->pool, "%d", slot));
    } else if (parent->strategy == 1) {
        random_put(w, "in",
                   ag_pool_printf(w->pool, type[0] == 't' ? "v%d, w%d" : "%d, 10%d", slot, slot));
    } else if (type[0] == 'd') {
        random_put(w, "from", ag_pool_printf(w->pool, "202%d-01-01", slot));
        random_put(w, "to", ag_pool_printf(w->pool, "202%d-01-01", slot + 1));
    } else {
        random_put(w, "from", slot == 1 ? "MINVALUE" : ag_pool_printf(w->pool, "%d", slot * 10));
        random_put(w, "to", ag_pool_printf(w->pool, "%d", slot * 10 + 10));
    }
}

/* What a child has of its own about a column of its parent. */
static void put_own(RandomWriting *w, const RandomTable *table)
{
    const RandomTable *parent = random_table_of(w->schema, table->parent);
    if (parent == NULL || table->own_column == NO_ID)
        return;
    const RandomColumn *column = random_column_of(parent, table->own_column);
    RandomColumn own = *column;
    own.default_kind = DEFAULT_VALUE;
    own.default_choice = table->own_choice;
    g_string_append(w->out, "  <column");
    random_put(w, "name", column->name.name);
    if (table->own_choice % 3 == 0)
        random_put(w, "default-sql", random_default_text(w, &own));
    random_put(w, "null", table->own_choice % 2 == 0 ? "false" : NULL);
    random_put(w, "comment", table->own_choice % 5 == 0 ? "its own" : NULL);
    g_string_append(w->out, "/>\n");
}

static void put_inherits(RandomWriting *w, const RandomTable *table)
{
    const RandomTable *parent = random_table_of(w->schema, table->parent);
    GPtrArray *names = ag_pool_array(w->pool);
    g_ptr_array_add(names, (gpointer)(guintptr)random_model_name(w, &parent->name));
    random_put(w, "inherits", ag_names_join(w->pool, names));
}

static void put_partition_by(RandomWriting *w, const RandomTable *table)
{
    static const char *const strategies[] = {"range", "list", "hash"};
    g_string_append(w->out, "  <partition-by");
    random_put(w, "strategy", strategies[table->strategy]);
    random_put(w, "columns", random_column_names(w, table, &table->key, 1));
    g_string_append(w->out, "/>\n");
}

static void put_table(RandomWriting *w, const RandomTable *table)
{
    random_put_head(w, "table", &table->name, true);
    random_put_flag(w, "unlogged", table->unlogged);
    random_put_flag(w, "strict", table->strict && w->schema->server_version >= 3037000);
    random_put_flag(w, "without-rowid", table->without_rowid);
    random_put(w, "row-security", securities[table->row_security]);
    if (table->partition)
        put_bound(w, table);
    else if (table->parent != NO_ID)
        put_inherits(w, table);
    g_string_append(w->out, ">\n");
    put_own(w, table);
    if (table->key != NO_ID)
        put_partition_by(w, table);
    for (guint i = 0; i < table->columns->len && !table->partition; i++)
        put_column(w, table, g_ptr_array_index(table->columns, i));
    for (guint i = 0; i < table->parts->len; i++)
        if (((const RandomPart *)g_ptr_array_index(table->parts, i))->kind != PART_STATISTICS)
            random_put_part(w, table, g_ptr_array_index(table->parts, i));
    random_put_table_grants(w, table);
    random_put_fillfactor(w, table->fillfactor);
    g_string_append(w->out, "</table>\n");
}

char *random_schema_text(const RandomSchema *schema)
{
    g_autoptr(GString) out = g_string_new(NULL);
    RandomWriting w = {.schema = schema, .pool = schema->pool, .out = out};
    g_string_append_printf(out, "<model xmlns=\"urn:autogen:model:1\" dialects=\"%s\">\n",
                           ag_dialect_id_name(schema->dialect));
    if (schema->dialect != AG_DIALECT_SQLITE)
        g_string_append(out, "<managed-roles names=\"public {owner}\"/>\n");
    for (guint i = 1; i < schema->schemas->len; i++) {
        random_put_head(&w, "schema", g_ptr_array_index(schema->schemas, i), false);
        g_string_append(out, "/>\n");
    }
    for (guint i = 0; i < schema->enums->len; i++)
        put_enum(&w, g_ptr_array_index(schema->enums, i));
    for (guint i = 0; i < schema->sequences->len; i++)
        put_sequence(&w, g_ptr_array_index(schema->sequences, i));
    for (guint i = 0; i < schema->things->len; i++)
        random_thing_text(&w, g_ptr_array_index(schema->things, i));
    for (guint i = 0; i < schema->tables->len; i++)
        put_table(&w, g_ptr_array_index(schema->tables, i));
    for (guint i = 0; i < schema->tables->len; i++)
        random_put_beside(&w, g_ptr_array_index(schema->tables, i));
    for (guint i = 0; i < schema->queries->len; i++) {
        random_query_text(&w, g_ptr_array_index(schema->queries, i));
        random_put_beside(&w, g_ptr_array_index(schema->queries, i));
    }
    for (guint i = 0; i < schema->virtuals->len; i++)
        random_virtual_text(&w, g_ptr_array_index(schema->virtuals, i));
    for (guint i = 0; i < schema->views->len; i++)
        random_view_text(schema, out, g_ptr_array_index(schema->views, i));
    g_string_append(out, "</model>\n");
    return ag_pool_text(schema->pool, out->str);
}
