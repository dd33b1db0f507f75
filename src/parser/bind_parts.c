/* SPDX-License-Identifier: MIT */
/* Fields whose members are child elements: key parts, enum values, parameters. */
#include "base/text.h"
#include "parser/parse.h"

#include <string.h>

static const char *const order_words[] = {"asc", "desc", NULL};
static const char *const nulls_words[] = {"first", "last", NULL};

static GPtrArray *list_of(AgParse *parse, AgObject *object, const AgField *field)
{
    GPtrArray **slot = ag_field_slot(object, field);
    if (*slot == NULL)
        *slot = ag_pool_array(parse->pool);
    return *slot;
}

static AgQname qname_of(AgParse *parse, const AgElement *child, const char *name)
{
    AgQname result = {NULL, NULL};
    const AgAttribute *attribute = ag_element_attribute(child, name);
    if (attribute != NULL && !ag_qname_split(parse->pool, attribute->value, &result))
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "'%s' of '%s' is not a name or schema.name", attribute->value, name);
    return result;
}

static const char *word_or_null(AgParse *parse, const AgElement *child, const char *name,
                                const char *const *words)
{
    const AgAttribute *attribute = ag_element_attribute(child, name);
    return attribute == NULL ? NULL : ag_word_of(parse, attribute, words);
}

/* What only PostgreSQL has: ignored on SQLite where it changes no result, else a mistake. */
static bool fits_here(AgParse *parse, const AgElement *child, const char *name, bool unique)
{
    const AgAttribute *attribute = ag_element_attribute(child, name);
    unsigned missing = child->dialects & ~AG_IN(POSTGRESQL);
    if (attribute == NULL || missing == 0)
        return attribute != NULL;
    if (child->dialects != AG_IN_ALL || unique) {
        ag_word_not_in(parse, child, attribute, missing);
        return false;
    }
    if (parse->sqlite && parse->ignored == NULL)
        parse->ignored = (AgElement *)(guintptr)child;
    return !parse->sqlite;
}

/* The target that ALTER INDEX ... SET STATISTICS takes. */
static void bind_statistics(AgParse *parse, const AgElement *child, AgPart *part)
{
    enum { MOST = 10000 };
    const AgAttribute *attribute = ag_element_attribute(child, "statistics");
    guint64 target;
    if (g_ascii_string_to_unsigned(attribute->value, 10, 0, MOST, &target, NULL))
        part->statistics = ag_pool_printf(parse->pool, "%" G_GUINT64_FORMAT, target);
    else
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "statistics target '%s' is not between 0 and %d", attribute->value, MOST);
}

static void bind_index_options(AgParse *parse, const AgElement *child, AgPart *part, bool unique)
{
    if (fits_here(parse, child, "opclass", unique))
        part->opclass = qname_of(parse, child, "opclass");
    if (fits_here(parse, child, "opclass-params", unique))
        part->opclass_params = ag_pool_text(parse->pool, ag_element_value(child, "opclass-params"));
    if (fits_here(parse, child, "statistics", false))
        bind_statistics(parse, child, part);
    if (!fits_here(parse, child, "nulls", unique))
        return;
    const char *nulls = word_or_null(parse, child, "nulls", nulls_words);
    const char *usual = g_strcmp0(part->order, "desc") == 0 ? "first" : "last";
    part->nulls = g_strcmp0(nulls, usual) == 0 ? NULL : nulls;
}

/* Of statistics: the text is all there is. */
static void bind_bare_expression(AgParse *parse, const AgElement *child, AgObject *object,
                                 const AgField *field)
{
    static const char *const attributes[] = {"src", NULL};
    ag_word_attributes(parse, child, attributes);
    AgPart *part = ag_pool_new0(parse->pool, AgPart);
    part->place = child->place;
    if (ag_bind_element_sql(parse, child, &part->expression))
        g_ptr_array_add(list_of(parse, object, field), part);
}

/* Operators are all of these characters, and may carry a schema. */
static void bind_operator(AgParse *parse, const AgElement *child, const AgObject *object,
                          AgPart *part)
{
    bool excludes = object->info->kind == AG_KIND_EXCLUDE;
    const AgAttribute *with = ag_element_attribute(child, "with");
    if (with == NULL && !excludes)
        return;
    if (with == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                "<%s> of an exclusion constraint needs attribute 'with'", child->name);
        ag_hint(parse->diag,
                "the operator that must not say true: with=\"=\", with=\"&amp;&amp;\"");
        return;
    }
    const char *dot = strrchr(with->value, '.'), *sign = dot == NULL ? with->value : dot + 1;
    if (!excludes || sign[0] == '\0' || strspn(sign, "+-*/<>=~!@#%^&|`?") != strlen(sign)) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, with->value_place,
                excludes ? "'%s' of 'with' is not an operator"
                         : "operator '%s' belongs to <exclude>, not to an index",
                with->value);
        return;
    }
    part->with = ag_pool_text(parse->pool, with->value);
}

static void bind_part(AgParse *parse, const AgElement *child, AgObject *object,
                      const AgField *field)
{
    static const char *const of_column[] = {"name",           "order",     "nulls", "opclass",
                                            "opclass-params", "collation", "with",  NULL};
    static const char *const of_expression[] = {"src",       "order",          "nulls",
                                                "opclass",   "opclass-params", "statistics",
                                                "collation", "with",           NULL};
    static const char *const of_key[] = {"name", "order", "collation", NULL};
    bool is_index = ag_has_index_parts(object);
    bool is_column = strcmp(child->name, "column") == 0;
    ag_word_attributes(parse, child, !is_index ? of_key : is_column ? of_column : of_expression);
    AgPart *part = ag_pool_new0(parse->pool, AgPart);
    part->place = child->place;
    const AgAttribute *name = ag_element_attribute(child, "name");
    if (!is_index && !is_column) {
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_ELEMENT, child->place,
                "a key is made of columns, not of expressions");
        return;
    }
    if (is_column && name == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                "<column> needs attribute 'name'");
        return;
    }
    if (is_column) {
        ag_word_no_text(parse, child);
        ag_word_no_children(parse, child);
        part->column = ag_pool_name(parse->pool, name->value);
    } else {
        ag_bind_element_sql(parse, child, &part->expression);
    }
    const char *order = word_or_null(parse, child, "order", order_words);
    /* SQLite keeps the word in the index's text, PostgreSQL does not. */
    part->order = order == order_words[0] && !parse->sqlite ? NULL : order;
    part->collation = qname_of(parse, child, "collation");
    if (is_index)
        bind_index_options(parse, child, part, ((AgIndex *)object)->unique);
    bind_operator(parse, child, object, part);
    g_ptr_array_add(list_of(parse, object, field), part);
}

/* --- values of an enum --- */

enum { MOST_ENUM_BYTES = 63 };

static void bind_value(AgParse *parse, const AgElement *child, AgObject *object,
                       const AgField *field)
{
    static const char *const attributes[] = {"name", "renamed-from", "comment", NULL};
    ag_word_attributes(parse, child, attributes);
    ag_word_no_text(parse, child);
    ag_word_no_children(parse, child);
    const AgAttribute *name = ag_element_attribute(child, "name");
    const AgAttribute *former = ag_element_attribute(child, "renamed-from");
    if (name == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                "<value> needs attribute 'name'");
        return;
    }
    if (!parse->sqlite && strlen(name->value) > MOST_ENUM_BYTES)
        ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, name->value_place,
                "enum value '%s' has %zu bytes; PostgreSQL allows %d", name->value,
                strlen(name->value), MOST_ENUM_BYTES);
    GPtrArray *values = list_of(parse, object, field);
    for (guint i = 0; i < values->len; i++) {
        const AgEnumValue *other = g_ptr_array_index(values, i);
        if (strcmp(other->name, name->value) != 0)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, child->place,
                "value '%s' stands twice in enum '%s'", name->value, object->name);
        ag_also(parse->diag, other->place);
        return;
    }
    AgEnumValue *value = ag_pool_new0(parse->pool, AgEnumValue);
    value->name = ag_pool_name(parse->pool, name->value);
    value->place = child->place;
    if (former != NULL && (value->former = ag_names_split(parse->pool, former->value)) == NULL)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, former->value_place,
                "'%s' is not a list of former values", former->value);
    g_ptr_array_add(values, value);
}

/* --- parameters --- */

static void bind_option(AgParse *parse, const AgElement *child, AgObject *object,
                        const AgField *field)
{
    static const char *const attributes[] = {"name", "value", NULL};
    ag_word_attributes(parse, child, attributes);
    ag_word_no_text(parse, child);
    ag_word_no_children(parse, child);
    const char *name = ag_element_value(child, "name"), *value = ag_element_value(child, "value");
    if (name == NULL || value == NULL || name[0] == '\0') {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                "<%s> needs attribute '%s'", child->name,
                value == NULL && name != NULL ? "value" : "name");
        return;
    }
    GPtrArray *options = list_of(parse, object, field);
    for (guint i = 0; i < options->len; i++) {
        const AgOption *other = g_ptr_array_index(options, i);
        if (strcmp(other->name, name) == 0) {
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, child->place, "a second <%s> '%s'",
                    child->name, name);
            return;
        }
    }
    AgOption *option = ag_pool_new0(parse->pool, AgOption);
    option->name = ag_pool_name(parse->pool, name);
    option->value = ag_pool_text(parse->pool, value);
    g_ptr_array_add(options, option);
}

void ag_bind_child(AgParse *parse, const AgElement *child, AgObject *object, const AgField *field)
{
    if (object->info->kind == AG_KIND_STATISTICS)
        bind_bare_expression(parse, child, object, field);
    else if (field->type == AG_FIELD_PARTS)
        bind_part(parse, child, object, field);
    else if (field->type == AG_FIELD_VALUES)
        bind_value(parse, child, object, field);
    else if (field->type == AG_FIELD_ARGUMENTS)
        ag_bind_argument(parse, child, object, list_of(parse, object, field));
    else
        bind_option(parse, child, object, field);
}

void ag_bind_index_columns(AgParse *parse, const AgElement *element, AgIndex *index)
{
    const AgAttribute *columns = ag_element_attribute(element, "columns");
    if (columns == NULL)
        return;
    GPtrArray *names = ag_names_split(parse->trees, columns->value);
    if (names == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, columns->value_place,
                "'%s' of 'columns' is not a list of names", columns->value);
        return;
    }
    if (index->parts != NULL) {
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, columns->place,
                "<index> has 'columns' and also column or expression children");
        ag_hint(parse->diag, "keep the children and remove 'columns'");
        return;
    }
    index->parts = ag_pool_array(parse->pool);
    for (guint i = 0; i < names->len; i++) {
        AgPart *part = ag_pool_new0(parse->pool, AgPart);
        part->column = ag_pool_name(parse->pool, g_ptr_array_index(names, i));
        part->place = columns->value_place;
        g_ptr_array_add(index->parts, part);
    }
}
