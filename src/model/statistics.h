/* SPDX-License-Identifier: MIT */
/* Extended statistics on columns and expressions of one table (CREATE STATISTICS). */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgQname table;          /* the table looked at */
    GPtrArray *columns;     /* names; a set: the server sorts them */
    GPtrArray *expressions; /* of AgPart *, in order */
    GPtrArray *measures;    /* XML `kinds`: ndistinct, dependencies, mcv; a set; NULL: all */
    int64_t target;         /* AG_INT_UNSET: the default of the columns */
} AgStatistics;
enum {
    AG_STATISTICS_TABLE,
    AG_STATISTICS_COLUMNS,
    AG_STATISTICS_EXPRESSIONS,
    AG_STATISTICS_MEASURES,
    AG_STATISTICS_TARGET,
};

/* What the server gathers where nothing is said; NULL-terminated. */
extern const char *const ag_statistics_measures[];
/* The list as compared: NULL when it names them all, or none. */
GPtrArray *ag_statistics_settle(GPtrArray *measures);
