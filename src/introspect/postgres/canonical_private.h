/* SPDX-License-Identifier: MIT */
/* What the files that make a desired schema comparable share. */
#pragma once

#include "dialect/dialect.h"
#include "introspect/canonical.h"
#include "introspect/postgres/catalog.h"
#include "introspect/postgres/scratch.h"
#include "model/column.h"
#include "model/schema.h"
#include "model/table.h"
#include "model/view.h"

typedef struct AgRenamedEnums AgRenamedEnums;

typedef struct {
    AgDb *db;
    AgPool *pool; /* of the desired schema */
    AgPool *scratch_pool;
    AgSchema *desired, *live;
    AgScratch scratch;
    GPtrArray *tables;     /* of AgCanonicalTable *, every desired table */
    GHashTable *paths;     /* schema -> search_path text */
    GHashTable *plain;     /* text of an expression -> its plain form */
    AgRenamedEnums *enums; /* NULL: none is */
} AgCanonical;

/* A desired table and the live one it stands for. */
typedef struct {
    AgTable *desired;
    const AgObject *live;    /* NULL: new */
    GHashTable *live_column; /* desired AgColumn * -> live AgColumn *; NULL: new table */
    GHashTable *renamed;     /* live name -> desired name; NULL: no column is renamed */
    GHashTable *columns;     /* name -> AgPrintColumn *; made when first needed */
    GPtrArray *column_list;
} AgCanonicalTable;

/* match.c: what corresponds. The same name, else one of renamed-from that still exists. */
const AgObject *ag_canonical_live(const AgCanonical *c, const AgObject *desired);
/* Likewise a part of an object and its live counterpart. */
const AgObject *ag_canonical_part(const AgObject *live, const AgObject *desired);
AgCanonicalTable *ag_canonical_table(const AgCanonical *c, AgTable *desired);
const AgColumn *ag_canonical_live_column(const AgCanonicalTable *table, const AgColumn *desired);
/* A live text with columns, enums and their values called as they will be; the same pointer when
 * nothing changes. `rule`: it is one of a rule, where columns stand behind OLD and NEW. */
const char *ag_canonical_respell(const AgCanonical *c, const AgCanonicalTable *table,
                                 const char *text, bool rule);
/* known_columns.c: the desired columns with their types to be, then live ones that will go, for the
 * live text; noted in the table once. */
void ag_canonical_list_columns(AgCanonical *c, AgCanonicalTable *table);
/* The same in the order the table has them, in which OLD.* and NEW.* are printed. */
GPtrArray *ag_canonical_row_columns(AgCanonical *c, const AgCanonicalTable *table);
/* The schema itself first, then the desired schema's own list. */
const char *ag_canonical_path(AgCanonical *c, const char *schema);

/* enums.c: enums that are called otherwise in the database, or whose values are. Before the first
 * question. */
void ag_canonical_enums(AgCanonical *c);
const char *ag_canonical_respell_enums(const AgCanonical *c, const char *text);

/* types.c: canonical spelling of every type. */
bool ag_canonical_types(AgCanonical *c, AgDiag *diag);
/* A type that an object of the models makes, under the name it will have; NULL: none does. `schema`
 * is where the name stands. */
const char *ag_canonical_model_type(const AgCanonical *c, const char *schema, const char *written);
/* Whether an extension that is not there yet may bring what the server does not know. */
bool ag_canonical_awaits_extension(const AgCanonical *c);
/* "timestamp(3) with time zone" -> "timestamp with time zone". Caller frees. */
char *ag_canonical_base_type(const char *canonical);
/* routines.c: functions and procedures; their signatures may change. */
bool ag_canonical_routines(AgCanonical *c, AgDiag *diag);
/* expressions.c: equality of every expression with its live counterpart. */
bool ag_canonical_expressions(AgCanonical *c, AgDiag *diag);
/* queries.c: the columns of all that the query may read, which the answer depends on; NULL when
 * what it reads with a star will not be what it is, so that asking now would tell nothing. */
const char *ag_canonical_query_context(AgCanonical *c, const AgView *view, const AgView *live);
/* The columns of all that the text of the object may name. */
const char *ag_canonical_text_context(AgCanonical *c, const AgObject *object, const char *text);
/* When all views have been asked about: those that read a view whose columns change with a star say
 * something else than before, whatever the server printed. */
void ag_canonical_stars(AgCanonical *c);
/* shadow.c: the shapes of views that read what is not there yet, or will be otherwise. */
bool ag_canonical_shadows(AgCanonical *c, AgDiag *diag);
/* star.c: whether a query takes all columns of something, by a star or NATURAL. */
bool ag_canonical_has_star(const char *text);
/* Whether columns that the relation gets at its end become the last ones of the query. False when
 * that is not certain. */
bool ag_canonical_star_is_last(AgPool *pool, const char *text, const AgObject *relation);
/* " (a, b)" for the names a view gives its columns, or "". */
const char *ag_canonical_view_columns(AgCanonical *c, const AgView *view);
/* The type of a view's column as the server prints it, or NULL. */
const char *ag_canonical_shape_type(const AgView *view, const char *column);
/* grants.c: the privileges each object ends with. */
bool ag_canonical_grants(AgCanonical *c, AgDiag *diag);
/* defaults.c: what is written although it is the default anyway. */
bool ag_canonical_defaults(AgCanonical *c, AgDiag *diag);
/* Locales of ICU in their standard form (locale.c); in a transaction of its own. */
void ag_canonical_locales(AgCanonical *c, AgDiag *diag);
/* The database's own tablespace, where a model writes its name (tablespace.c). */
bool ag_canonical_tablespaces(AgCanonical *c, AgDiag *diag);

/* sequence.c: bounds that are the default for the type ("smallint", "integer", else bigint) and the
 * direction become AG_INT_UNSET. */
typedef struct {
    int64_t *start, *increment, *min, *max, *cache;
} AgBounds;
void ag_bounds_drop_defaults(const char *type, AgBounds bounds);
