/* SPDX-License-Identifier: MIT */
#include "parser/element.h"

#include "base/text.h"
#include "parser/scan.h"

#include <string.h>

AgElement *ag_element_new_n(AgPool *pool, const char *name, size_t length, const AgElement *parent)
{
    AgElement *element = ag_pool_new0(pool, AgElement);
    element->name = ag_pool_name_n(pool, name, length);
    element->parent = parent;
    element->text = "";
    return element;
}

AgElement *ag_element_new(AgPool *pool, const char *name, const AgElement *parent)
{
    return ag_element_new_n(pool, name, strlen(name), parent);
}

AgAttribute *ag_element_attribute(const AgElement *element, const char *name)
{
    for (guint i = 0; i < element->n_attributes; i++) {
        if (ag_text_same(element->attributes[i].name, name))
            return &element->attributes[i];
    }
    return NULL;
}

const char *ag_element_value(const AgElement *element, const char *name)
{
    const AgAttribute *attribute = ag_element_attribute(element, name);
    return attribute == NULL ? NULL : attribute->value;
}

void ag_element_set(AgPool *pool, AgElement *element, AgAttribute attribute)
{
    AgAttribute *old = ag_element_attribute(element, attribute.name);
    if (old != NULL) {
        *old = attribute;
        return;
    }
    AgAttribute *all = ag_pool_alloc(pool, (element->n_attributes + 1) * sizeof(AgAttribute));
    for (guint i = 0; i < element->n_attributes; i++)
        all[i] = element->attributes[i];
    all[element->n_attributes++] = attribute;
    element->attributes = all;
}

void ag_element_unset(AgElement *element, const char *name)
{
    AgAttribute *attribute = ag_element_attribute(element, name);
    if (attribute == NULL)
        return;
    guint i = (guint)(attribute - element->attributes);
    for (; i + 1 < element->n_attributes; i++)
        element->attributes[i] = element->attributes[i + 1];
    element->n_attributes--;
}

guint ag_element_count(const AgElement *element)
{
    return element->children == NULL ? 0 : element->children->len;
}

AgElement *ag_element_child(const AgElement *element, guint i)
{
    return g_ptr_array_index(element->children, i);
}

AgElement *ag_element_find(const AgElement *element, const char *name)
{
    for (guint i = 0; i < ag_element_count(element); i++) {
        AgElement *child = ag_element_child(element, i);
        if (ag_text_same(child->name, name))
            return child;
    }
    return NULL;
}

void ag_element_add(AgPool *pool, AgElement *element, AgElement *child)
{
    if (element->children == NULL)
        element->children = ag_pool_array(pool);
    g_ptr_array_add(element->children, child);
}

/* Recursion is bounded: the XML reader refuses depths over AG_LIMIT_XML_DEPTH. */
AgElement *ag_element_copy(AgPool *pool, const AgElement *element, const AgElement *parent,
                           const char *mixin)
{
    AgElement *copy = ag_pool_new0(pool, AgElement);
    *copy = *element;
    copy->parent = parent;
    copy->mixin = mixin;
    copy->children = NULL;
    copy->attributes = ag_pool_alloc(pool, MAX(1, element->n_attributes) * sizeof(AgAttribute));
    for (guint i = 0; i < element->n_attributes; i++)
        copy->attributes[i] = element->attributes[i];
    for (guint i = 0; i < ag_element_count(element); i++)
        ag_element_add(pool, copy,
                       ag_element_copy(pool, ag_element_child(element, i), copy, mixin));
    return copy;
}

AgPlace ag_element_text_place(const AgElement *element, size_t offset)
{
    if (element->content == NULL)
        return element->place;
    return ag_scan_text_place(element->content, element->content_place, offset);
}

AgPlace ag_attribute_value_place(const AgAttribute *attribute, size_t offset)
{
    if (attribute->raw == NULL)
        return attribute->value_place;
    return ag_scan_value_place(attribute->raw, attribute->value_place, offset);
}
