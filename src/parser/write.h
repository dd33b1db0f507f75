/* SPDX-License-Identifier: MIT */
/* Schemas as model files (autogen inspect), and the XSD. */
#pragma once

#include "dialect/dialect.h"
#include "model/schema.h"

typedef struct {
    const char *path; /* relative: "database.xml", "shop/orders.xml" */
    char *text;
} AgModelFile;

/* One file per table and one database.xml for everything else, in canonical layout; parsing them
 * again gives an equal schema. Of AgModelFile *, in the pool, sorted by path. */
GPtrArray *ag_models_write(AgPool *pool, const AgSchema *schema);

/* One object as an XML element, for messages and `show`. */
char *ag_object_write(AgPool *pool, const AgObject *object, AgDialectId dialect);

/* The XSD of the model format, generated from the field tables. */
char *ag_xsd_write(AgPool *pool);
