/* SPDX-License-Identifier: MIT */
/* Fills objects from catalogue rows by their kind's field table: a result column that is named
 * after a field is that field; `comment` and `owner` are common to all kinds; every other column is
 * the reader's own business. */
#pragma once

#include "db/db.h"
#include "model/object.h"

enum { AG_BINDING_COLUMNS = 32 };

typedef struct {
    guint n;
    int column[AG_BINDING_COLUMNS];
    const AgField *field[AG_BINDING_COLUMNS]; /* never PARTS, VALUES, OPTIONS: those are readers' */
    int comment, owner;                       /* column numbers, -1: not in the result */
} AgBinding;

/* Looks up which columns of a result are fields of the kind: once per result. */
void ag_binding_init(AgBinding *binding, const AgKindInfo *info, const AgRows *rows);

/* Sets the object's fields from one row. A NULL cell says nothing. SQL text becomes both written
 * and canonical: it is what the database prints. False after AG_PROBLEM_INTERNAL: the database
 * answered with a value that the field cannot hold. */
bool ag_bind_row(const AgBinding *binding, AgPool *pool, AgObject *object, const AgRows *rows,
                 guint row, AgDiag *diag);

/* SQL text as the database prints it, in both its forms; NULL: absent. */
AgSql ag_bind_sql(AgPool *pool, const char *text);
