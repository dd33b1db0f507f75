/* SPDX-License-Identifier: MIT */
/* A view, or a materialized view: a named query (PostgreSQL docs, CREATE VIEW and CREATE
 * MATERIALIZED VIEW). Rules, triggers and the columns with a default or a comment of their own are
 * parts of it; of a materialized view the indexes. */
#pragma once

#include "model/object.h"

/* A column as the query makes it. */
typedef struct {
    const char *name, *type; /* the type as the server prints it */
    const char *collation;   /* oid; NULL: the usual one of the type */
} AgShapeColumn;

typedef struct {
    AgObject object;
    AgSql query;
    GPtrArray *columns;       /* names in place of the query's own; NULL: none. From models only:
                               * the database keeps them inside the query */
    GPtrArray *depends_on;    /* [schema.]names that stand in no text */
    GPtrArray *shape;         /* of const AgShapeColumn *: all columns; NULL: not known. What CREATE
                               * OR REPLACE must keep */
    bool security_invoker;    /* view: rights of whoever asks (15) */
    bool security_barrier;    /* view */
    const char *check_option; /* view: "none", "local", "cascaded" */
    const char *method;       /* materialized view: access method; NULL: not said */
    const char *tablespace;   /* materialized view; NULL: not said */
    GPtrArray *params;        /* materialized view: storage parameters, of AgOption * */
    bool with_no_data;        /* materialized view: not filled */
} AgView;
enum {
    AG_VIEW_QUERY,
    AG_VIEW_COLUMNS,
    AG_VIEW_DEPENDS_ON,
    AG_VIEW_SECURITY_INVOKER,
    AG_VIEW_SECURITY_BARRIER,
    AG_VIEW_CHECK_OPTION,
};
enum {
    AG_MATERIALIZED_VIEW_QUERY,
    AG_MATERIALIZED_VIEW_COLUMNS,
    AG_MATERIALIZED_VIEW_DEPENDS_ON,
    AG_MATERIALIZED_VIEW_METHOD,
    AG_MATERIALIZED_VIEW_TABLESPACE,
    AG_MATERIALIZED_VIEW_PARAMS,
    AG_MATERIALIZED_VIEW_WITH_NO_DATA,
};

/* A column of a view that has a default, a comment or privileges of its own. */
typedef struct {
    AgObject object;
    AgSql default_sql;
} AgViewColumn;
enum { AG_VIEW_COLUMN_DEFAULT_SQL };

/* Whether nothing is said of the column, so that it is no object. */
bool ag_view_column_is_idle(const AgObject *column);
/* Whether CREATE OR REPLACE can turn the one into the other: the same columns, and none or more
 * behind them. False when it is not known. */
bool ag_view_can_replace(const AgView *old, const AgView *new_view);
