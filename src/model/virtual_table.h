/* SPDX-License-Identifier: MIT */
/* A virtual table of SQLite: a module that looks like a table (CREATE VIRTUAL TABLE). Its shadow
 * tables belong to the module and are never seen. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *module; /* fts5, rtree, ... */
    AgSql arguments;    /* what stands between the module's parentheses; NULL: nothing */
} AgVirtualTable;
enum { AG_VIRTUAL_TABLE_USING, AG_VIRTUAL_TABLE_ARGUMENTS };

/* How a module keeps its rows. */
typedef enum {
    AG_ROWS_UNKNOWN, /* of modules that we do not know */
    AG_ROWS_OWN,     /* in its shadow tables, readable */
    AG_ROWS_OTHERS,  /* full-text search over the rows of another table (content="t") */
    AG_ROWS_NONE,    /* full-text search without the text (content="") */
} AgVirtualRows;

/* `content`: set to the name of the other table for OTHERS, else to NULL. In the pool. */
AgVirtualRows ag_virtual_table_rows(AgPool *pool, const AgVirtualTable *table,
                                    const char **content);
/* Whether it is an index over the rows of another table: nothing of its own to carry over. */
bool ag_virtual_table_is_index(const AgVirtualTable *table);
/* Names of the columns, of modules that we know; empty for others. In the pool. */
GPtrArray *ag_virtual_table_columns(AgPool *pool, const AgVirtualTable *table);
/* Whether rows have a rowid beside their columns; of R-Trees the first column is it. */
bool ag_virtual_table_has_rowid(const AgVirtualTable *table);
