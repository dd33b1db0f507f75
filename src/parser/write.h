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
 * again gives an equal schema, owners aside: they are not written, so that models do not depend on
 * the roles of one database. Of AgModelFile *, in the pool, sorted by path. NULL after a problem:
 * a name or a text holds characters that XML 1.0 cannot carry. */
GPtrArray *ag_models_write(AgPool *pool, const AgSchema *schema, AgDiag *diag);

/* One object as an XML element, for messages and `show`. What XML cannot carry stands as \xNN. */
char *ag_object_write(AgPool *pool, const AgObject *object, AgDialectId dialect);

/* The XSD of the model format, generated from the field tables. */
char *ag_xsd_write(AgPool *pool);
