/* SPDX-License-Identifier: MIT */
/* Names of types: what a text says, and which object of a schema it means. */
#pragma once

#include "model/needs.h"
#include "model/schema.h"

/* "shop.status[]" taken apart. */
typedef struct {
    AgQname name;
    const char *rest; /* modifiers and brackets, in the text itself */
} AgTypeName;

/* False where the text does not begin with a name. */
bool ag_type_name_split(AgPool *pool, const char *text, AgTypeName *out);

/* The object that is the type of exactly that schema and name: an enum, a domain, a composite or a
 * range type, a table (its row type) or whatever else is named as a type. For a multirange type
 * its range. NULL: none. */
AgObject *ag_schema_type_in(const AgSchema *schema, const char *schema_name, const char *name);
/* Likewise; a name without schema is looked for in `own` (may be NULL), along the search path and
 * in public. */
AgObject *ag_schema_type(const AgSchema *schema, const char *own, AgQname name);
/* Whether that name is the one of the range's multirange type. */
bool ag_type_is_multirange(const AgObject *type, const char *name);
/* Whether the object is a type that others are made of and that is not a relation. */
bool ag_object_is_type(const AgObject *object);

/* --- needs --- */

/* The type itself must be there: a hard need where the name has its schema, as the server prints
 * it. */
void ag_needs_type(AgNeeds *needs, const AgObject *object, AgSql type);
void ag_needs_collation(AgNeeds *needs, AgQname collation);
/* A function or the like, whatever it is; nothing when absent. */
void ag_needs_qname(AgNeeds *needs, AgQname name);
