/* SPDX-License-Identifier: MIT */
/* Random views and materialized views of PostgreSQL. */
#include "support/random_text.h"

enum { QUERY, NAMES, OPTIONS, CHECK_OPTION, FILL, PARAMS, CONDITION, JOIN };

/* --- making --- */

static void add_column(RandomSchema *schema, RandomTable *query)
{
    const RandomTable *source = random_relation_of(schema, query->source);
    RandomColumn *column = random_column_new(schema, NULL);
    column->generated_from = ((RandomColumn *)random_pick(schema, source->columns))->name.id;
    column->default_choice = g_rand_int(schema->random);
    column->default_kind = random_chance(schema, 15) ? DEFAULT_VALUE : DEFAULT_NONE;
    g_ptr_array_add(query->columns, column);
}

static void add_part(RandomSchema *schema, RandomTable *query)
{
    RandomPartKind kind = random_chance(schema, 50) ? PART_TRIGGER : PART_RULE;
    if (query->form == FORM_MATERIALIZED)
        kind = random_chance(schema, 70) ? PART_INDEX : PART_STATISTICS;
    RandomPart *part = random_part_new(schema, kind);
    random_part_fill(schema, query, part);
    g_ptr_array_add(query->parts, part);
}

static void choose_source(RandomSchema *schema, RandomTable *query)
{
    const RandomTable *source = random_pick(schema, schema->tables);
    const RandomTable *older = random_pick(schema, schema->queries);
    if (older != NULL && older->name.id < query->name.id && random_chance(schema, 40))
        source = older;
    const RandomTable *other = random_pick(schema, schema->tables);
    query->source = source->name.id;
    query->other = other->name.id;
}

RandomTable *random_query_add(RandomSchema *schema)
{
    if (schema->tables->len == 0)
        return NULL;
    RandomTable *query = ag_pool_new0(schema->pool, RandomTable);
    query->form = random_chance(schema, 40) ? FORM_MATERIALIZED : FORM_VIEW;
    random_name_fill(schema, &query->name, query->form == FORM_VIEW ? "v" : "mv");
    query->parent = query->key = query->own_column = NO_ID;
    query->columns = ag_pool_array(schema->pool);
    query->parts = ag_pool_array(schema->pool);
    for (int i = 0; i < MOST_QUERY_CHOICES; i++)
        query->choices[i] = g_rand_int(schema->random);
    choose_source(schema, query);
    for (int i = 0, n = 1 + random_below(schema, 4); i < n; i++)
        add_column(schema, query);
    for (int i = 0, n = random_below(schema, 3); i < n; i++)
        add_part(schema, query);
    g_ptr_array_add(schema->queries, query);
    return query;
}

void random_query_change(RandomSchema *schema, RandomTable *query)
{
    switch (random_below(schema, 8)) {
    case 0:
        add_column(schema, query);
        return;
    case 1:
        g_ptr_array_remove_index(query->columns,
                                 (guint)random_below(schema, (int)query->columns->len));
        return;
    case 2:
        choose_source(schema, query);
        return;
    case 3:
        add_part(schema, query);
        return;
    case 4:
        if (query->parts->len > 0)
            g_ptr_array_remove_index(query->parts,
                                     (guint)random_below(schema, (int)query->parts->len));
        return;
    case 5:
        if (query->parts->len > 0)
            random_part_fill(schema, query, random_pick(schema, query->parts));
        return;
    default:
        query->choices[random_below(schema, MOST_QUERY_CHOICES)] = g_rand_int(schema->random);
        return;
    }
}

/* --- repair --- */

bool random_is_computed(const RandomSchema *schema, const RandomTable *query,
                        const RandomColumn *column)
{
    RandomClass type_class = random_class_of(schema, column);
    return query->form == FORM_TABLE || (column->default_choice % 3 == 2 &&
                                         (type_class == CLASS_NUMBER || type_class == CLASS_TEXT));
}

bool random_query_repair(RandomSchema *schema, RandomTable *query)
{
    const RandomTable *source = random_relation_of(schema, query->source);
    if (source == NULL)
        return false;
    if (random_table_of(schema, query->other) == NULL)
        query->other = NO_ID;
    for (guint i = query->columns->len; i > 0; i--) {
        RandomColumn *column = g_ptr_array_index(query->columns, i - 1);
        const RandomColumn *from = random_column_of(source, column->generated_from);
        if (from == NULL) {
            g_ptr_array_remove_index(query->columns, i - 1);
            continue;
        }
        column->type = from->type;
        column->enum_id = from->enum_id;
        column->enum_list = from->enum_list;
        if (random_thing_of(schema, column->function) == NULL)
            column->function = NO_ID;
    }
    if (query->columns->len == 0)
        add_column(schema, query);
    for (guint i = query->parts->len; i > 0; i--)
        if (!random_part_stands(schema, query, g_ptr_array_index(query->parts, i - 1)))
            g_ptr_array_remove_index(query->parts, i - 1);
    return true;
}

/* --- text --- */

static bool has_equality(const RandomWriting *w, const RandomTable *query)
{
    for (guint i = 0; i < query->columns->len; i++)
        if (random_class_of(w->schema, g_ptr_array_index(query->columns, i)) == CLASS_JSON)
            return false;
    return true;
}

/* Whether the names stand in an attribute and not in the query. */
static bool has_list(const RandomTable *query)
{
    return query->choices[NAMES] % 4 == 0;
}

static const char *columns_of(const RandomWriting *w, const RandomTable *query)
{
    const RandomTable *source = random_relation_of(w->schema, query->source);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < query->columns->len; i++) {
        const RandomColumn *column = g_ptr_array_index(query->columns, i);
        RandomColumn from = *random_column_of(source, column->generated_from);
        const char *text = random_about(w, &from, "q.@");
        if (random_is_computed(w->schema, query, column)) {
            text = random_computed(w, &from, column->default_choice, column->function);
            from.name.name = "it";
        }
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ", text);
        if (!has_list(query))
            g_string_append_printf(out, " AS %s", random_sql_name(w, NULL, column->name.name));
    }
    return ag_pool_text(w->pool, out->str);
}

/* The first one of what is read. */
static const char *condition_of(const RandomWriting *w, const RandomTable *query)
{
    const RandomColumn *column = g_ptr_array_index(query->columns, 0);
    const RandomTable *source = random_relation_of(w->schema, query->source);
    return random_condition(w, random_column_of(source, column->generated_from),
                            query->choices[CONDITION], column->function);
}

static bool is_simple(const RandomTable *query)
{
    return query->choices[QUERY] % 7 < 3;
}

/* Not a star: the order of columns is not the same everywhere. */
static const char *inner_columns(const RandomWriting *w, const RandomTable *query)
{
    const RandomTable *source = random_relation_of(w->schema, query->source);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < source->columns->len; i++) {
        const RandomColumn *column = g_ptr_array_index(source->columns, i);
        bool used = false;
        for (guint k = 0; k < query->columns->len; k++)
            used = used ||
                   ((const RandomColumn *)g_ptr_array_index(query->columns, k))->generated_from ==
                       column->name.id;
        if (used)
            g_string_append_printf(out, "%s%s", out->len == 0 ? "" : ", ",
                                   random_sql_name(w, NULL, column->name.name));
    }
    return ag_pool_text(w->pool, out->str);
}

static const char *query_of(const RandomWriting *w, const RandomTable *query)
{
    const RandomTable *source = random_relation_of(w->schema, query->source);
    const char *columns = columns_of(w, query);
    const char *from = random_qualified(w, &source->name);
    const char *where = condition_of(w, query);
    const char *inner = inner_columns(w, query);
    switch (query->choices[QUERY] % 7) {
    case 0:
        return ag_pool_printf(w->pool, "SELECT %s FROM %s q", columns, from);
    case 1:
    case 2:
        return ag_pool_printf(w->pool, "select %s\nfrom %s as q where %s", columns, from, where);
    case 3:
        return ag_pool_printf(w->pool, "SELECT %s%s FROM %s q",
                              has_equality(w, query) ? "DISTINCT " : "", columns, from);
    case 4:
        return ag_pool_printf(w->pool, "WITH q AS (SELECT %s FROM %s) SELECT %s FROM q", inner,
                              from, columns);
    case 5:
        return ag_pool_printf(w->pool, "SELECT %s FROM %s q UNION ALL SELECT %s FROM %s q WHERE %s",
                              columns, from, columns, from, where);
    default:
        return ag_pool_printf(
            w->pool, "SELECT %s FROM (SELECT %s FROM %s WHERE %s) q%s", columns, inner, from, where,
            query->other == NO_ID
                ? ""
                : ag_pool_printf(
                      w->pool, " WHERE EXISTS (SELECT FROM %s)",
                      random_qualified(w, &random_table_of(w->schema, query->other)->name)));
    }
}

/* A view can be written to when it reads one table and has one of its columns. */
static const char *check_option_of(const RandomWriting *w, const RandomTable *query)
{
    static const char *const options[] = {NULL, "local", "cascaded"};
    bool good = false;
    for (guint i = 0; i < query->columns->len; i++)
        good = good || !random_is_computed(w->schema, query, g_ptr_array_index(query->columns, i));
    if (!good || !is_simple(query) || random_table_of(w->schema, query->source) == NULL)
        return NULL;
    return options[query->choices[CHECK_OPTION] % 3];
}

static void put_view_column(RandomWriting *w, const RandomTable *query, const RandomColumn *column)
{
    bool has_default = query->form == FORM_VIEW && column->default_kind == DEFAULT_VALUE;
    if (!has_default && column->name.comment == NULL)
        return;
    g_string_append(w->out, "  <column");
    random_put(w, "name", column->name.name);
    random_put(w, "comment", column->name.comment);
    if (has_default && random_is_computed(w->schema, query, column))
        random_put(w, "default-sql", "NULL");
    else if (has_default)
        random_put(w, "default-sql", random_default_text(w, column));
    g_string_append(w->out, "/>\n");
}

static void put_names(RandomWriting *w, const RandomTable *query)
{
    GPtrArray *names = ag_pool_array(w->pool);
    for (guint i = 0; i < query->columns->len; i++) {
        const RandomColumn *column = g_ptr_array_index(query->columns, i);
        g_ptr_array_add(names, (gpointer)(guintptr)column->name.name);
    }
    random_put(w, "columns", ag_names_join(w->pool, names));
}

/* What reads a view that is not filled cannot be filled. */
static bool is_filled(const RandomWriting *w, const RandomTable *query)
{
    while (query != NULL && query->form != FORM_TABLE) {
        if (query->form == FORM_MATERIALIZED && query->choices[FILL] % 3 == 0)
            return false;
        query = random_relation_of(w->schema, query->source);
    }
    return true;
}

void random_query_text(RandomWriting *w, const RandomTable *query)
{
    bool view = query->form == FORM_VIEW;
    const char *element = view ? "view" : "materialized-view";
    random_put_head(w, element, &query->name, true);
    if (has_list(query))
        put_names(w, query);
    if (view) {
        random_put_flag(w, "security-barrier", query->choices[OPTIONS] % 4 == 0);
        random_put_flag(w, "security-invoker",
                        query->choices[OPTIONS] % 5 == 0 && random_has_version(w, 150000));
        random_put(w, "check-option", check_option_of(w, query));
    } else {
        random_put_flag(w, "with-no-data", !is_filled(w, query));
    }
    g_string_append(w->out, ">\n");
    random_put_element(w, "query", query_of(w, query));
    for (guint i = 0; i < query->columns->len; i++)
        put_view_column(w, query, g_ptr_array_index(query->columns, i));
    for (guint i = 0; i < query->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(query->parts, i);
        if (part->kind != PART_STATISTICS)
            random_put_part(w, query, part);
    }
    if (!view && query->choices[PARAMS] % 3 == 0)
        g_string_append_printf(w->out, "<param name=\"fillfactor\" value=\"%u\"/>",
                               50 + query->choices[PARAMS] % 40);
    random_put_table_grants(w, query);
    g_string_append_printf(w->out, "</%s>\n", element);
}
