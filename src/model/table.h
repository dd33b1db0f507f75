/* SPDX-License-Identifier: MIT */
/* A table. Columns, keys, checks, foreign keys and indexes are its parts. */
#pragma once

#include "model/schema.h"

/* A family of partitions by calendar unit. What goes by such a name outside the range is left
 * alone. */
typedef struct {
    const char *unit;   /* day, week, month, quarter, year */
    const char *schema; /* of its partitions */
    const char *name;   /* with {YYYY} {MM} {DD} {Q} {WW} */
    const char *start, *until;
} AgSeries;

typedef struct {
    AgObject object;
    bool unlogged;
    const char *tablespace;
    GPtrArray *params;       /* of AgOption *: storage parameters */
    AgSql of;                /* the composite type that its columns follow; absent: none */
    GPtrArray *inherits;     /* of const char *: parents as [schema.]name, in order; NULL: none */
    AgSql partition_by;      /* "RANGE (placed_at)"; absent: not partitioned */
    AgQname partition_of;    /* the partitioned table; name NULL: no partition */
    AgSql bound;             /* of a partition: "FOR VALUES ...", or "DEFAULT" */
    bool partitions_ignored; /* partitions="ignore": they are somebody else's */
    GPtrArray *series;       /* of AgSeries *; NULL: none. Its partitions are tables of their own */
    const char *access_method;    /* NULL: heap */
    const char *replica_identity; /* "default" (NULL), full, nothing */
    const char *replica_index;    /* REPLICA IDENTITY USING INDEX: an index or key of the table */
    const char *cluster_on;       /* CLUSTER ON: likewise */
    const char *row_security;     /* NULL or "off", "on", "forced", "off-forced" */
    const char *server;           /* of a foreign table; NULL: the rows are here */
    GPtrArray *options;           /* of AgOption *: how the server finds them; XML <option> */
    bool secrets;                 /* introspected: there are options that are not shown */
    bool strict;                  /* SQLite: STRICT */
    bool without_rowid;           /* SQLite: WITHOUT ROWID */
} AgTable;
enum {
    AG_TABLE_UNLOGGED,
    AG_TABLE_TABLESPACE,
    AG_TABLE_PARAMS,
    AG_TABLE_OF,
    AG_TABLE_INHERITS,
    AG_TABLE_PARTITION_BY,
    AG_TABLE_PARTITION_OF,
    AG_TABLE_BOUND,
    AG_TABLE_ACCESS_METHOD,
    AG_TABLE_REPLICA_IDENTITY,
    AG_TABLE_REPLICA_INDEX,
    AG_TABLE_CLUSTER_ON,
    AG_TABLE_ROW_SECURITY,
    AG_TABLE_SERVER,
    AG_TABLE_OPTIONS,
    AG_TABLE_STRICT,
    AG_TABLE_WITHOUT_ROWID,
};

/* Whether its rows are those of a server; <foreign-table> in XML. */
bool ag_table_is_foreign(const AgObject *table);
/* Whether a name could be that of a partition of the series, inside its range or not. */
bool ag_series_fits(const AgSeries *series, const char *name);
/* Whether the table is a partition or has parents by INHERITS: then parts may be inherited. */
bool ag_table_has_parents(const AgObject *table);
/* The parents among the objects of the schema, in order: of const AgObject *. In the pool. */
GPtrArray *ag_table_parents(AgPool *pool, const AgSchema *schema, const AgObject *table);
/* All above it, level by level; who is reached on two ways is there twice. In the pool. */
GPtrArray *ag_table_ancestors(AgPool *pool, const AgSchema *schema, const AgObject *table);
/* Whether `object` is a table, and `parent` one of these. */
bool ag_table_is_child(AgPool *pool, const AgSchema *schema, const AgObject *object,
                       const AgObject *parent);
