/* SPDX-License-Identifier: MIT */
/* A publication (CREATE PUBLICATION): changes that subscribers of other databases get. It stands in
 * no schema; the tables it names one by one are its parts. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    bool all_tables;
    GPtrArray *schemas;    /* whose tables are published; NULL: none */
    GPtrArray *publish;    /* "insert", "update", "delete", "truncate", or "none"; NULL: all */
    bool via_root;         /* XML `via-root`: changes of partitions are those of their root */
    const char *generated; /* XML `generated-columns`: NULL or "none", "stored" */
} AgPublication;
enum {
    AG_PUBLICATION_ALL_TABLES,
    AG_PUBLICATION_SCHEMAS,
    AG_PUBLICATION_PUBLISH,
    AG_PUBLICATION_VIA_ROOT,
    AG_PUBLICATION_GENERATED_COLUMNS,
};

/* One table of it; <for-table> in XML. It is known by the name of the table. */
typedef struct {
    AgObject object;
    AgQname table;
    GPtrArray *columns; /* NULL: all of them */
    AgSql where;
} AgPublishedTable;
enum {
    AG_PUBLISHED_TABLE_TABLE,
    AG_PUBLISHED_TABLE_COLUMNS,
    AG_PUBLISHED_TABLE_WHERE,
};
