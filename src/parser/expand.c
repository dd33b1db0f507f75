/* SPDX-License-Identifier: MIT */
/* From what the files say to what they say for one dialect. */
#include "base/text.h"
#include "parser/parse.h"

#include <string.h>

/* Which dialects the element's own attribute allows. */
static unsigned own_limit(AgParse *parse, const AgElement *element, unsigned inherited)
{
    static const char *const names[] = {"postgresql", "sqlite", NULL};
    const AgAttribute *attribute = ag_element_attribute(element, "dialect");
    if (attribute == NULL)
        return AG_IN_ALL;
    AgDialectId id;
    if (!ag_dialect_id_parse(attribute->value, &id)) {
        ag_word_of(parse, attribute, names);
        return 0;
    }
    if ((inherited & (1u << id)) == 0) {
        ag_warn(parse->diag, AG_PROBLEM_EXCLUSIVE, attribute->value_place,
                "<%s> is limited to '%s', which what it stands in is not meant for", element->name,
                attribute->value);
        ag_hint(parse->diag, "add the dialect to 'dialects' of <model>");
    }
    return 1u << id;
}

/* Recursion is bounded by AG_LIMIT_XML_DEPTH. */
bool ag_expand_limit(AgParse *parse, AgElement *element, unsigned inherited)
{
    element->dialects = inherited & own_limit(parse, element, inherited);
    if ((element->dialects & (1u << parse->id)) == 0)
        return false;
    guint kept = 0;
    for (guint i = 0; i < ag_element_count(element); i++) {
        AgElement *child = ag_element_child(element, i);
        if (ag_expand_limit(parse, child, element->dialects))
            element->children->pdata[kept++] = child;
    }
    if (element->children != NULL)
        g_ptr_array_set_size(element->children, (gint)kept);
    return true;
}

/* --- variants --- */

static const char *const variant_attributes[] = {"dialect",   "type",        "null",
                                                 "default",   "default-sql", "default-fn",
                                                 "collation", "identity",    NULL};
static const char *const variant_children[] = {"generated", "default", "identity", NULL};
static const char *const default_words[] = {"default", "default-sql", "default-fn", NULL};

static bool is_in(const char *const *words, const char *word)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (ag_text_same(words[i], word))
            return true;
    }
    return false;
}

static void remove_children(AgElement *element, const char *name)
{
    for (guint i = ag_element_count(element); i > 0; i--) {
        if (strcmp(ag_element_child(element, i - 1)->name, name) == 0)
            g_ptr_array_remove_index(element->children, i - 1);
    }
}

/* A value for new rows is either a default or a generated expression: one replaces the other. */
static void clear_value(AgElement *column)
{
    for (size_t i = 0; default_words[i] != NULL; i++)
        ag_element_unset(column, default_words[i]);
    remove_children(column, "default");
    remove_children(column, "generated");
}

static bool gives_value(const AgElement *variant)
{
    for (size_t i = 0; default_words[i] != NULL; i++) {
        if (ag_element_attribute(variant, default_words[i]) != NULL)
            return true;
    }
    return ag_element_find(variant, "generated") != NULL ||
           ag_element_find(variant, "default") != NULL;
}

static void apply_variant(AgParse *parse, AgElement *column, const AgElement *variant)
{
    ag_word_attributes(parse, variant, variant_attributes);
    ag_word_no_text(parse, variant);
    if (gives_value(variant))
        clear_value(column);
    for (guint i = 0; i < variant->n_attributes; i++) {
        const AgAttribute *attribute = &variant->attributes[i];
        if (strcmp(attribute->name, "dialect") == 0 || !is_in(variant_attributes, attribute->name))
            continue;
        ag_element_set(parse->trees, column, *attribute);
        column->native_type = column->native_type || strcmp(attribute->name, "type") == 0;
    }
    for (guint i = 0; i < ag_element_count(variant); i++) {
        AgElement *child = ag_element_child(variant, i);
        if (!is_in(variant_children, child->name)) {
            ag_word_unknown_element(parse, child, variant_children);
            continue;
        }
        remove_children(column, child->name);
        ag_element_add(parse->trees, column, child);
    }
}

/* <default dialect="..."> stands before what the column says for all. */
static void apply_limited_default(AgElement *column)
{
    AgElement *limited = NULL;
    for (guint i = 0; i < ag_element_count(column); i++) {
        AgElement *child = ag_element_child(column, i);
        if (strcmp(child->name, "default") == 0 && ag_element_attribute(child, "dialect") != NULL)
            limited = child;
    }
    if (limited == NULL)
        return;
    for (size_t i = 0; default_words[i] != NULL; i++)
        ag_element_unset(column, default_words[i]);
    for (guint i = ag_element_count(column); i > 0; i--) {
        AgElement *child = ag_element_child(column, i - 1);
        if (strcmp(child->name, "default") == 0 && ag_element_attribute(child, "dialect") == NULL)
            g_ptr_array_remove_index(column->children, i - 1);
    }
}

void ag_expand_variants(AgParse *parse, AgElement *column)
{
    apply_limited_default(column);
    const AgElement *first = NULL;
    for (guint i = 0; i < ag_element_count(column); i++) {
        AgElement *child = ag_element_child(column, i);
        if (strcmp(child->name, "variant") != 0)
            continue;
        if (ag_element_attribute(child, "dialect") == NULL) {
            ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                    "<variant> needs attribute 'dialect'");
        } else if (first != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, child->place, "a second <variant> for '%s'",
                    ag_element_value(child, "dialect"));
            ag_also(parse->diag, first->place);
        } else {
            first = child;
        }
    }
    remove_children(column, "variant");
    if (first != NULL)
        apply_variant(parse, column, first);
}

/* --- the whole set --- */

static const char *const model_attributes[] = {"dialects", "schema", "owner", NULL};

static void check_model(AgParse *parse, const AgDocument *document)
{
    ag_word_attributes(parse, document->root, model_attributes);
    ag_word_no_text(parse, document->root);
    const AgAttribute *schema = ag_element_attribute(document->root, "schema");
    const AgAttribute *owner = ag_element_attribute(document->root, "owner");
    if (schema != NULL)
        ag_word_name(parse, schema->value, "schema", schema->value_place);
    if (owner != NULL)
        ag_word_name(parse, owner->value, "owner", owner->value_place);
    if (schema != NULL && document->dialects == AG_IN(SQLITE))
        ag_word_not_in(parse, document->root, schema, AG_IN(SQLITE));
    if (owner != NULL && document->dialects == AG_IN(SQLITE))
        ag_word_not_in(parse, document->root, owner, AG_IN(SQLITE));
}

static void limit_document(AgParse *parse, AgDocument *document)
{
    AgElement *root = document->root;
    root->dialects = document->dialects;
    check_model(parse, document);
    ag_mixins_collect(parse, document);
    guint kept = 0;
    for (guint i = 0; i < ag_element_count(root); i++) {
        AgElement *child = ag_element_child(root, i);
        if (strcmp(child->name, "mixin") == 0 || ag_expand_limit(parse, child, document->dialects))
            root->children->pdata[kept++] = child;
    }
    if (root->children != NULL)
        g_ptr_array_set_size(root->children, (gint)kept);
}

void ag_expand(AgParse *parse)
{
    for (guint i = 0; i < parse->documents->len; i++)
        limit_document(parse, g_ptr_array_index(parse->documents, i));
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++) {
            AgElement *child = ag_element_child(document->root, j);
            if (ag_kind_by_element(child->name, NULL) == &ag_kind_table)
                ag_mixins_expand(parse, child, document);
        }
    }
}
