/* SPDX-License-Identifier: MIT */
/* Partitions: <partition-by> with its children, bounds, and series by calendar unit. */
#include "base/text.h"
#include "parser/parse.h"
#include "sql/tokens.h"

#include <string.h>

/* --- bounds --- */

/* One value of a bound as SQL. Text with quotes or parentheses is SQL already; anything else is a
 * literal, which the server reads as the column's type. */
static void put_value(AgParse *parse, GString *out, const char *text, size_t length)
{
    static const char *const words[] = {"minvalue", "maxvalue", "null", NULL};
    g_autofree char *value = g_strstrip(g_strndup(text, length));
    g_autofree char *lower = g_ascii_strdown(value, -1);
    g_string_append(out, out->len > 0 ? ", " : "");
    if (g_strv_contains(words, lower)) {
        g_string_append_len(out, value, 0);
        g_autofree char *upper = g_ascii_strup(value, -1);
        g_string_append(out, upper);
    } else if (strpbrk(value, "'(") != NULL) {
        g_string_append(out, value);
    } else {
        g_string_append(out, ag_sql_literal(parse->trees, value));
    }
}

/* "a, 'b, c', 3" -> the values as SQL, with commas between. */
static char *values_of(AgParse *parse, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    bool quoted = false;
    int depth = 0;
    const char *start = text;
    for (const char *p = text;; p++) {
        if (*p == '\'')
            quoted = !quoted;
        else if (!quoted && *p == '(')
            depth++;
        else if (!quoted && *p == ')')
            depth--;
        if (*p != '\0' && (*p != ',' || quoted || depth > 0))
            continue;
        put_value(parse, out, start, (size_t)(p - start));
        start = p + 1;
        if (*p == '\0')
            return ag_pool_text(parse->trees, out->str);
    }
}

static void set_bound(AgParse *parse, const AgAttribute *at, AgTable *table, const char *text)
{
    if (table->bound.written != NULL) {
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, at->place, "partition '%s' has two bounds",
                table->object.name);
        return;
    }
    if (ag_sql_check_expression(parse->id, text, at->value_place, parse->diag))
        table->bound =
            (AgSql){.written = ag_pool_text(parse->pool, text), .place = at->value_place};
}

static bool need_both(AgParse *parse, const AgElement *element, const AgAttribute *one,
                      const AgAttribute *other, const char *names)
{
    if (one != NULL && other != NULL)
        return true;
    if (one != NULL || other != NULL)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place, "<%s> needs %s together",
                element->name, names);
    return false;
}

void ag_bind_bound(AgParse *parse, const AgElement *element, AgTable *table)
{
    const AgAttribute *from = ag_element_attribute(element, "from");
    const AgAttribute *to = ag_element_attribute(element, "to");
    const AgAttribute *in = ag_element_attribute(element, "in");
    const AgAttribute *modulus = ag_element_attribute(element, "modulus");
    const AgAttribute *remainder = ag_element_attribute(element, "remainder");
    if (need_both(parse, element, from, to, "'from' and 'to'"))
        set_bound(parse, from, table,
                  ag_pool_printf(parse->trees, "FOR VALUES FROM (%s) TO (%s)",
                                 values_of(parse, from->value), values_of(parse, to->value)));
    if (in != NULL)
        set_bound(parse, in, table,
                  ag_pool_printf(parse->trees, "FOR VALUES IN (%s)", values_of(parse, in->value)));
    if (need_both(parse, element, modulus, remainder, "'modulus' and 'remainder'")) {
        char *end = NULL, *rest = NULL;
        guint64 m = g_ascii_strtoull(modulus->value, &end, 10);
        guint64 r = g_ascii_strtoull(remainder->value, &rest, 10);
        if (*end != '\0' || *rest != '\0' || m == 0 || r >= m)
            ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, modulus->value_place,
                    "modulus '%s' and remainder '%s' are no share", modulus->value,
                    remainder->value);
        else
            set_bound(parse, modulus, table,
                      ag_pool_printf(parse->trees,
                                     "FOR VALUES WITH (modulus %" G_GUINT64_FORMAT
                                     ", remainder %" G_GUINT64_FORMAT ")",
                                     m, r));
    }
    if (ag_word_bool(parse, element, "default"))
        set_bound(parse, ag_element_attribute(element, "default"), table, "DEFAULT");
}

/* --- the key --- */

static void put_qname(AgParse *parse, GString *out, const AgElement *child, const char *name,
                      const char *before)
{
    AgQname qname = {NULL, NULL};
    const AgAttribute *attribute = ag_element_attribute(child, name);
    if (attribute == NULL)
        return;
    if (!ag_qname_split(parse->pool, attribute->value, &qname)) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "'%s' of '%s' is not a name or schema.name", attribute->value, name);
        return;
    }
    g_string_append(out, before);
    ag_quote_qname(parse->dialect, out, qname.schema, qname.name);
}

static void put_key_part(AgParse *parse, GString *out, const AgElement *child)
{
    static const char *const of_column[] = {"name", "collation", "opclass", NULL};
    static const char *const of_expression[] = {"src", "collation", "opclass", NULL};
    bool is_column = strcmp(child->name, "column") == 0;
    const AgAttribute *name = ag_element_attribute(child, "name");
    AgSql sql = {0};
    ag_word_attributes(parse, child, is_column ? of_column : of_expression);
    g_string_append(out, out->len > 0 ? ", " : "");
    if (is_column && name == NULL)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                "<column> needs attribute 'name'");
    else if (is_column)
        ag_quote_name(parse->dialect, out, name->value);
    else if (ag_bind_element_sql(parse, child, &sql))
        g_string_append_printf(out, "(%s)", sql.written);
    put_qname(parse, out, child, "collation", " COLLATE ");
    put_qname(parse, out, child, "opclass", " ");
}

static void put_columns(AgParse *parse, GString *out, const AgElement *element)
{
    const AgAttribute *columns = ag_element_attribute(element, "columns");
    GPtrArray *names = columns == NULL ? NULL : ag_names_split(parse->trees, columns->value);
    if (columns != NULL && names == NULL)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, columns->value_place,
                "'%s' of 'columns' is not a list of names", columns->value);
    for (guint i = 0; names != NULL && i < names->len; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        ag_quote_name(parse->dialect, out, g_ptr_array_index(names, i));
    }
}

static void bind_key(AgParse *parse, const AgElement *element, AgTable *table)
{
    static const char *const strategies[] = {"range", "list", "hash", NULL};
    const AgAttribute *strategy = ag_element_attribute(element, "strategy");
    g_autoptr(GString) key = g_string_new(NULL);
    const char *word = strategy == NULL ? NULL : ag_word_of(parse, strategy, strategies);
    if (strategy == NULL)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<partition-by> needs attribute 'strategy'");
    put_columns(parse, key, element);
    for (guint i = 0; i < ag_element_count(element); i++) {
        const AgElement *child = ag_element_child(element, i);
        if (strcmp(child->name, "column") == 0 || strcmp(child->name, "expression") == 0)
            put_key_part(parse, key, child);
    }
    if (key->len == 0)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<partition-by> needs 'columns', or <column> or <expression> children");
    g_autofree char *upper = g_ascii_strup(word == NULL ? "range" : word, -1);
    table->partition_by =
        (AgSql){.written = ag_pool_printf(parse->pool, "%s (%s)", upper, key->str),
                .place = element->place};
}

/* --- series --- */

static GDateTime *date_of(const char *text)
{
    if (text == NULL || strlen(text) != strlen("2026-01-01"))
        return NULL;
    g_autofree char *full = g_strconcat(text, "T00:00:00Z", NULL);
    return g_date_time_new_from_iso8601(full, NULL);
}

static GDateTime *next_date(GDateTime *date, const char *unit)
{
    if (strcmp(unit, "day") == 0)
        return g_date_time_add_days(date, 1);
    if (strcmp(unit, "week") == 0)
        return g_date_time_add_days(date, 7);
    if (strcmp(unit, "month") == 0)
        return g_date_time_add_months(date, 1);
    return strcmp(unit, "quarter") == 0 ? g_date_time_add_months(date, 3)
                                        : g_date_time_add_years(date, 1);
}

/* The name with the date filled in. A week is named by the year its Thursday lies in. */
static char *series_name(GDateTime *date, const AgSeries *series)
{
    GString *out = g_string_new(series->name);
    bool week = strcmp(series->unit, "week") == 0;
    const struct {
        const char *word, *format;
        int value;
    } words[] = {
        {"{YYYY}", "%04d",
         week ? g_date_time_get_week_numbering_year(date) : g_date_time_get_year(date)},
        {"{MM}", "%02d", g_date_time_get_month(date)},
        {"{DD}", "%02d", g_date_time_get_day_of_month(date)},
        {"{WW}", "%02d", g_date_time_get_week_of_year(date)},
        {"{Q}", "%d", (g_date_time_get_month(date) + 2) / 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *number = i == 0   ? g_strdup_printf("%04d", words[i].value)
                                  : i == 4 ? g_strdup_printf("%d", words[i].value)
                                           : g_strdup_printf("%02d", words[i].value);
        g_string_replace(out, words[i].word, number, 0);
    }
    return g_string_free(out, FALSE);
}

static AgObject *new_partition(AgParse *parse, const AgElement *element, const AgTable *parent,
                               const char *schema, const char *name)
{
    AgObject *object = ag_object_new(parse->pool, &ag_kind_table, NULL, schema, name);
    object->place = element->place;
    object->owner = parent->object.owner;
    ((AgTable *)object)->partition_of = (AgQname){parent->object.schema, parent->object.name};
    g_hash_table_insert(parse->elements, object, (gpointer)(guintptr)element);
    g_hash_table_insert(parse->homes, object, g_hash_table_lookup(parse->homes, parent));
    return object;
}

enum { MOST_OF_SERIES = 10000 };

static void expand_series(AgParse *parse, const AgElement *element, const AgTable *parent,
                          const AgSeries *series)
{
    g_autoptr(GDateTime) date = date_of(series->start);
    g_autoptr(GDateTime) until = date_of(series->until);
    const char *before = NULL;
    for (guint n = 0; n < MOST_OF_SERIES && g_date_time_compare(date, until) < 0; n++) {
        g_autoptr(GDateTime) next = next_date(date, series->unit);
        g_autofree char *name = series_name(date, series);
        g_autofree char *from = g_date_time_format(date, "%Y-%m-%d");
        g_autofree char *to = g_date_time_format(next, "%Y-%m-%d");
        if (before != NULL && strcmp(before, name) == 0) {
            ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, element->place,
                    "two partitions of the series would be called '%s'", name);
            return;
        }
        AgObject *object = new_partition(parse, element, parent, series->schema, name);
        before = object->name;
        ((AgTable *)object)->bound =
            (AgSql){.written =
                        ag_pool_printf(parse->pool, "FOR VALUES FROM ('%s') TO ('%s')", from, to),
                    .place = element->place};
        g_ptr_array_add(parse->tables, object);
        g_date_time_unref(date);
        date = g_date_time_ref(next);
    }
}

static void bind_series(AgParse *parse, const AgElement *element, AgTable *table)
{
    static const char *const attributes[] = {"unit", "name", "start", "until", "schema", NULL};
    static const char *const units[] = {"day", "week", "month", "quarter", "year", NULL};
    ag_word_attributes(parse, element, attributes);
    ag_word_no_children(parse, element);
    for (size_t i = 0; i < 4; i++) {
        if (ag_element_attribute(element, attributes[i]) != NULL)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<series> needs attribute '%s'", attributes[i]);
        return;
    }
    const char *schema = ag_element_value(element, "schema");
    AgSeries *series = ag_pool_new0(parse->pool, AgSeries);
    series->unit = ag_word_of(parse, ag_element_attribute(element, "unit"), units);
    series->schema = ag_pool_name(parse->pool, schema != NULL ? schema : table->object.schema);
    series->name = ag_pool_text(parse->pool, ag_element_value(element, "name"));
    series->start = ag_pool_text(parse->pool, ag_element_value(element, "start"));
    series->until = ag_pool_text(parse->pool, ag_element_value(element, "until"));
    for (size_t i = 2; i < 4; i++) {
        const AgAttribute *date = ag_element_attribute(element, attributes[i]);
        g_autoptr(GDateTime) good = date_of(date->value);
        if (good == NULL) {
            ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, date->value_place, "'%s' is not a date",
                    date->value);
            return;
        }
    }
    if (series->unit == NULL)
        return;
    if (table->series == NULL)
        table->series = ag_pool_array(parse->pool);
    g_ptr_array_add(table->series, series);
    if (!parse->sqlite)
        expand_series(parse, element, table, series);
}

/* --- <partition-by> --- */

void ag_bind_partition_by(AgParse *parse, const AgElement *element, AgTable *table,
                          AgBindPartition bind)
{
    static const char *const attributes[] = {"strategy", "columns", "partitions", NULL};
    static const char *const words[] = {"declared", "ignore", NULL};
    static const char *const children[] = {"column", "expression", "partition", "series", NULL};
    if ((element->dialects & ~AG_IN(POSTGRESQL)) != 0) {
        ag_word_not_in(parse, element, NULL, element->dialects & ~AG_IN(POSTGRESQL));
        return;
    }
    ag_word_attributes(parse, element, attributes);
    ag_word_no_text(parse, element);
    const AgAttribute *partitions = ag_element_attribute(element, "partitions");
    if (table->partition_by.written != NULL)
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, element->place, "a second <partition-by>");
    bind_key(parse, element, table);
    table->partitions_ignored =
        partitions != NULL && ag_word_of(parse, partitions, words) == words[1];
    for (guint i = 0; i < ag_element_count(element); i++) {
        const AgElement *child = ag_element_child(element, i);
        if (strcmp(child->name, "series") == 0)
            bind_series(parse, child, table);
        else if (strcmp(child->name, "partition") == 0)
            bind(parse, child, table);
        else if (strcmp(child->name, "column") != 0 && strcmp(child->name, "expression") != 0)
            ag_word_unknown_element(parse, child, children);
    }
}
