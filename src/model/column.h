/* SPDX-License-Identifier: MIT */
/* A column of a table. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql type; /* written NULL only on SQLite: a column without a declared type */
    bool null;  /* accepts NULL; a column is NOT NULL unless the model says so */
    /* PostgreSQL 18, of the constraint that makes it NOT NULL: */
    const char *not_null_name; /* NULL: the name that the server makes, or what is there */
    const char *not_null_comment;
    bool not_null_not_valid;  /* existing rows were not looked at */
    bool not_null_no_inherit; /* not passed on to tables that inherit */
    AgSql default_sql;    /* the expression after DEFAULT; model attributes default (literal) and
                           * default-fn    are turned into it by the parser */
    const char *identity; /* NULL, "always", "by-default". SQLite: by-default is a plain INTEGER
                           * PRIMARY KEY, always adds AUTOINCREMENT */
    int64_t identity_start, identity_increment, identity_min, identity_max, identity_cache;
    bool identity_cycle;
    const char *identity_sequence; /* NULL: the name that the server makes, or what is there */
    AgSql generated;               /* expression of a generated column */
    const char *generated_kind;    /* NULL or "stored" (words[0]), "virtual" */
    AgQname collation;             /* name NULL: the type's own */
    const char *null_conflict;     /* SQLite: ON CONFLICT of NOT NULL */
    const char *storage;           /* plain, external, extended, main; NULL: the type's own */
    const char *compression;       /* "default" (NULL), pglz, lz4 */
    int64_t statistics;            /* target, 0 to 10000; AG_INT_UNSET: the server's default */
    GPtrArray *params;             /* of AgOption *: n_distinct and the like */
    GPtrArray *options;            /* of AgOption *: those of a foreign table; XML <option> */
    const char *type_storage;      /* introspected: the storage of the type; else NULL */
    AgFieldSet own; /* of an inherited column: what differs from the parent's (ag_column_own) */
    AgSql using;    /* how to convert rows when the type changes; read while making a revision */
} AgColumn;
enum {
    AG_COLUMN_TYPE,
    AG_COLUMN_NULL,
    AG_COLUMN_NOT_NULL_NAME,
    AG_COLUMN_NOT_NULL_COMMENT,
    AG_COLUMN_NOT_NULL_NOT_VALID,
    AG_COLUMN_NOT_NULL_NO_INHERIT,
    AG_COLUMN_DEFAULT_SQL,
    AG_COLUMN_IDENTITY,
    AG_COLUMN_IDENTITY_START,
    AG_COLUMN_IDENTITY_INCREMENT,
    AG_COLUMN_IDENTITY_MIN,
    AG_COLUMN_IDENTITY_MAX,
    AG_COLUMN_IDENTITY_CACHE,
    AG_COLUMN_IDENTITY_CYCLE,
    AG_COLUMN_IDENTITY_SEQUENCE,
    AG_COLUMN_GENERATED,
    AG_COLUMN_GENERATED_KIND,
    AG_COLUMN_COLLATION,
    AG_COLUMN_NULL_CONFLICT,
    AG_COLUMN_STORAGE,
    AG_COLUMN_COMPRESSION,
    AG_COLUMN_STATISTICS,
    AG_COLUMN_PARAMS,
    AG_COLUMN_OPTIONS,
    AG_COLUMN_USING,
};

/* What a column of a child or partition can have by itself, and whether the server gives the child
 * what the parent is given later (PostgreSQL docs, ALTER TABLE: only those that recurse). */
typedef struct {
    unsigned field;
    bool copied, recurses;
} AgColumnOwn;
extern const AgColumnOwn ag_column_own_fields[];
extern const guint ag_n_column_own_fields;
/* The fields in which the child's column is not what a new child of that parent would have. */
AgFieldSet ag_column_own(const AgColumn *child, const AgColumn *parent);
/* Whether an inherited column has anything of its own, privileges among it. */
bool ag_column_has_own(const AgColumn *column);

/* Whether the primary key that its table has by itself makes the column NOT NULL. */
bool ag_column_is_in_own_key(const AgColumn *column);

/* The name of the constraint that makes a column NOT NULL; the one that the server would make where
 * none is known. In the pool. */
const char *ag_column_not_null(AgPool *pool, const AgColumn *column);
/* Whether that is the name which the server would make anyway. */
bool ag_column_has_usual_not_null(const AgColumn *column);
/* Whether anything is said of that constraint, so that it needs PostgreSQL 18. */
bool ag_column_says_not_null(const AgColumn *column);

/* The name of the sequence behind an identity column of a table; the one that the server would make
 * where none is known. In the pool. */
const char *ag_column_sequence(AgPool *pool, const AgColumn *column);
/* Whether that is the name which the server would make anyway. */
bool ag_column_has_usual_sequence(const AgColumn *column);
