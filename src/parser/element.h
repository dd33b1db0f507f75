/* SPDX-License-Identifier: MIT */
/* A model file as a tree of elements with exact places. Small on purpose: what the parser needs and
 * nothing that a DOM has beside it. Everything lives in the pool. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

#include <stddef.h>

typedef struct {
    const char *name, *value; /* value: references decoded, line ends and tabs turned into blanks */
    const char *raw;          /* the value as it stands in the file */
    AgPlace place;            /* of the name */
    AgPlace value_place;      /* of the value's first character */
} AgAttribute;

typedef struct AgElement AgElement;
struct AgElement {
    const char *name;
    const AgElement *parent;
    AgAttribute *attributes;
    guint n_attributes;
    GPtrArray *children;   /* of AgElement *; NULL when there are none */
    const char *text;      /* the character data between the tags, never NULL */
    const char *content;   /* what stands behind the start tag in the file; NULL: nothing */
    AgPlace content_place; /* of its first character */
    AgPlace place;         /* of the `<` */
    const char *mixin;     /* the mixin it was copied from, or NULL */
    unsigned dialects;     /* set by expansion: the databases it is meant for (AG_IN) */
    bool verbatim;         /* written with every blank of its text */
    bool native_type;      /* a column whose type came from a variant: taken as written */
};

AgElement *ag_element_new(AgPool *pool, const char *name, const AgElement *parent);
/* Likewise; the name has `length` bytes. */
AgElement *ag_element_new_n(AgPool *pool, const char *name, size_t length, const AgElement *parent);

/* The attribute of that name, or NULL. */
AgAttribute *ag_element_attribute(const AgElement *element, const char *name);
/* Its value, or NULL. */
const char *ag_element_value(const AgElement *element, const char *name);
/* Adds the attribute, or puts it in the place of the one with that name. */
void ag_element_set(AgPool *pool, AgElement *element, AgAttribute attribute);
/* Takes the attribute away, when there is one. */
void ag_element_unset(AgElement *element, const char *name);

guint ag_element_count(const AgElement *element);
AgElement *ag_element_child(const AgElement *element, guint i);
/* The first child of that name, or NULL. */
AgElement *ag_element_find(const AgElement *element, const char *name);
void ag_element_add(AgPool *pool, AgElement *element, AgElement *child);

/* A deep copy below another parent, marked as coming from that mixin. */
AgElement *ag_element_copy(AgPool *pool, const AgElement *element, const AgElement *parent,
                           const char *mixin);

/* Where the byte `offset` of the element's text, or of the attribute's value, stands in the file:
 * references, CDATA sections and comments are counted as they are written. */
AgPlace ag_element_text_place(const AgElement *element, size_t offset);
AgPlace ag_attribute_value_place(const AgAttribute *attribute, size_t offset);
