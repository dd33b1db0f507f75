/* SPDX-License-Identifier: MIT */
/* Private to the writer of model files. */
#pragma once

#include "dialect/dialect.h"
#include "model/column.h"
#include "model/foreign_key.h"
#include "model/key.h"
#include "model/schema.h"
#include "model/table.h"
#include "parser/element.h"

typedef struct {
    AgPool *pool;
    AgDialectId id;
    const AgDialect *dialect;
    const AgSchema *schema; /* NULL: one object alone */
    AgDiag *diag;           /* NULL: nothing is refused */
    const char *home;       /* the schema that goes without saying in the file being written */
    GHashTable *enums;      /* quoted qualified name -> AgEnum *; NULL without a schema */
} AgWrite;

/* The object with its parts as an element. */
AgElement *ag_write_object(AgWrite *write, const AgObject *object);
/* Adds an attribute, complaining about what XML cannot carry. */
void ag_write_attribute(AgWrite *write, AgElement *element, const AgObject *object,
                        const char *name, const char *value);
/* Adds a child with that text. */
AgElement *ag_write_text(AgWrite *write, AgElement *element, const AgObject *object,
                         const char *name, const char *text);

/* --- write_grant.c --- */

/* <grant> and <revoke> of the object and its columns. */
void ag_write_grants(AgWrite *write, AgElement *element, const AgObject *object);
/* <managed-roles> with all roles that are named. */
void ag_write_roles(AgWrite *write, AgElement *model);

/* --- write_part.c: what differs from the field table --- */

void ag_write_type(AgWrite *write, AgElement *element, const AgObject *object,
                   const AgField *field);
/* Whether something is to be said of a part: not when it is all its parent's. */
bool ag_write_is_told(const AgObject *part);
void ag_write_options(AgWrite *write, AgElement *element, const AgObject *object,
                      const AgField *field);
/* What an inherited column has of its own. */
void ag_write_own(AgWrite *write, AgElement *element, const AgColumn *column);
void ag_write_default(AgWrite *write, AgElement *element, const AgColumn *column);
void ag_write_parts(AgWrite *write, AgElement *element, const AgObject *object,
                    const GPtrArray *parts);
/* write_routine.c */
void ag_write_arguments(AgWrite *write, AgElement *element, const AgObject *object,
                        const GPtrArray *arguments);
void ag_write_body(AgWrite *write, AgElement *element, const AgObject *object, const AgSql *body);
void ag_write_references(AgWrite *write, AgElement *element, const AgForeignKey *key);
/* partition_write.c: the key of a partitioned table with those of its partitions that have nothing
 * of their own, and the bound of a partition. */
void ag_write_partition_by(AgWrite *write, AgElement *element, const AgTable *table);
/* partition-of or inherits: names of the table's own schema stand without it. */
void ag_write_parents(AgWrite *write, AgElement *element, const AgTable *table, unsigned field);
void ag_write_bound(AgWrite *write, AgElement *element, const AgTable *table);
/* Whether the table is written inside its parent. */
bool ag_write_is_inside(AgWrite *write, const AgObject *table);
/* Whether the name is the one that would be given without saying it. */
bool ag_write_name_is_default(AgWrite *write, const AgObject *part);
/* Whether the primary key can stand as primary-key="true" on its column. */
bool ag_write_is_short_key(AgWrite *write, const AgKey *key);
