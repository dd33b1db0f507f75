/* SPDX-License-Identifier: MIT */
/* What the writers of SQLite share. */
#pragma once

#include "emit/writer.h"
#include "model/check.h"
#include "model/column.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/table.h"
#include "model/trigger.h"

extern const AgKindWriter ag_sqlite_table, ag_sqlite_column, ag_sqlite_primary_key,
    ag_sqlite_unique, ag_sqlite_check, ag_sqlite_foreign_key, ag_sqlite_index, ag_sqlite_view,
    ag_sqlite_trigger, ag_sqlite_virtual_table;

/* --- pieces of SQL --- */

/* "name TYPE NOT NULL DEFAULT 0"; with `key` the primary key stands inline. */
void ag_sqlite_put_column(AgWriting *w, GString *out, const AgColumn *column, const AgKey *key);
/* "CONSTRAINT name " when the constraint has a name in the database. */
void ag_sqlite_put_constraint_name(AgWriting *w, GString *out, const AgObject *object);
void ag_sqlite_put_conflict(GString *out, const char *word);
/* "CONSTRAINT name PRIMARY KEY (a, b)" and so on: as they stand in a table's list. */
void ag_sqlite_put_key(AgWriting *w, GString *out, const AgKey *key);
void ag_sqlite_put_check(AgWriting *w, GString *out, const AgCheck *check);
void ag_sqlite_put_foreign_key(AgWriting *w, GString *out, const AgForeignKey *key);
/* "REFERENCES t (a) ON DELETE CASCADE", inline in a column too. */
void ag_sqlite_put_references(AgWriting *w, GString *out, const AgForeignKey *key);
/* One part of a key or index: name or expression, collation, order. */
void ag_sqlite_put_part(AgWriting *w, GString *out, const AgObject *table, const AgPart *part);
/* CREATE TABLE with these parts (indexes among them are passed over) under `name`, quoted. */
char *ag_sqlite_create_table(AgWriting *w, const AgTable *table, const GPtrArray *parts,
                             const char *name);
/* False after a problem: the table is STRICT and the library too old for that. */
bool ag_sqlite_can_be_strict(AgWriting *w, const AgTable *table);
/* CREATE INDEX on `table`, quoted. */
char *ag_sqlite_create_index(AgWriting *w, const AgIndex *index, const char *table);
/* CREATE TRIGGER on `table` (or view), quoted. */
char *ag_sqlite_create_trigger(AgWriting *w, const AgTrigger *trigger, const char *table);

/* An expression of the table, its columns under the names in force (text.c). */
const char *ag_sqlite_expression(AgWriting *w, const AgObject *table, const char *text);

/* --- questions --- */

/* The primary key that stands inline in its column, among the parts of a table; or NULL. */
const AgKey *ag_sqlite_inline_key(const GPtrArray *parts);
/* Whether a column of a table with these parts is another name of the rowid. */
bool ag_sqlite_is_rowid(const AgTable *table, const GPtrArray *parts, const AgColumn *column);
/* A number, string, blob, NULL, TRUE, FALSE or CURRENT_...: what DEFAULT takes without
 * parentheses. `constant`: only what is the same at every time, and not NULL. */
bool ag_sqlite_is_literal(const char *text, bool constant);
/* Whether the parenthesis that opens the text closes at its very end. */
bool ag_sqlite_is_parenthesised(const char *text);
/* Whether the column has a default other than NULL. */
bool ag_sqlite_has_default(const AgColumn *column);
/* Whether SQL text mentions the name, ASCII case aside. */
bool ag_sqlite_mentions(AgPool *pool, const char *text, const char *name);
/* Whether a part says anything about the column. */
bool ag_sqlite_part_uses(AgPool *pool, const AgObject *part, const char *column);
bool ag_sqlite_has_name(const GPtrArray *names, const char *name);
/* The column of that name, ASCII case aside, or NULL. */
const AgColumn *ag_sqlite_find_column(const AgTable *table, const char *name);

/* Whether ALTER TABLE can add the column, also to a table with rows. */
bool ag_sqlite_can_add(const AgColumn *column);

/* The twin whose name is in force, also where names are exchanged by way of a third. */
const AgObject *ag_sqlite_current(const AgWriting *w, const AgObject *object);

/* --- statements --- */

/* Sets a parameter of the step that holds the last statement. */
void ag_sqlite_set(AgWriting *w, const char *name, const char *value);
/* Warns of views and triggers that mention what goes: a table, or a column of it. */
void ag_sqlite_warn_mentions(AgWriting *w, const AgObject *table, const char *column);
/* Builds what a rebuild of a table has made stale: full-text indexes over its rows. */
void ag_sqlite_refill_indexes(AgWriting *w, const AgChange *rebuild);
/* Likewise what a view with another query has made stale. */
void ag_sqlite_refill_over(AgWriting *w, const AgChange *change);
/* The whole rebuild: the table's ALTER with its folded changes. */
bool ag_sqlite_rebuild(AgWriting *w, const AgChange *change);

/* For the kinds that exist only inside a table's text: a change of them that was not folded is a
 * defect. */
bool ag_sqlite_not_folded(AgWriting *w, const AgChange *change);
AgFieldSet ag_sqlite_alter_not_folded(AgWriting *w, const AgChange *change);
AgStrategy ag_sqlite_always_rebuild(const AgChange *change);
