/* SPDX-License-Identifier: MIT */
/* All objects of one database, of one dialect: what models describe and introspection finds. */
#pragma once

#include "model/object.h"

/* Something the database has and the models cannot say. Named, never touched. */
typedef struct {
    const char *noun;  /* "view", "trigger", "storage of column" */
    const char *label; /* "shop.customers.touch" */
    const char *why;   /* NULL, or a few words */
    AgQname table;     /* the table it hangs on or reads, when there is one */
    const char *text;  /* SQLite: its SQL as stored, so that a rebuild can restore it; else NULL */
} AgUnmanaged;

/* What an <ignore> element says. */
typedef struct {
    GPtrArray *kinds;    /* of const char *: element names, or "any" */
    const char *pattern; /* glob over name or schema.name (table.part for parts) */
    AgPlace place;
} AgIgnore;

typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    GPtrArray *objects;   /* of AgObject *: those that stand on their own; parts hang below them */
    GPtrArray *unmanaged; /* of AgUnmanaged * */
    guint n_files;        /* models: the files that speak of this dialect; 0 when introspected */
    GPtrArray *ignores;   /* of AgIgnore *; from models only */
    GPtrArray
        *namespaces; /* of const char *: every schema the models name, sorted; NULL for SQLite */
    GPtrArray *search_path; /* of const char *: schemas in which unqualified names of expressions
                             * are looked up: those of the models, then public; NULL for SQLite */
    GHashTable *by_name;    /* private: (kind, schema, name) -> AgObject * */
    const char *version;    /* introspected: the server's version; else NULL */
    long server_version;    /* 150018 for PostgreSQL, 3040001 for SQLite; 0 for models */
} AgSchema;

AgSchema *ag_schema_new(AgPool *pool, AgDialectId dialect);
/* Adds an object that stands on its own. False (nothing added) when that kind, schema and name is
 * taken. */
bool ag_schema_add(AgSchema *schema, AgObject *object);
/* The object of that kind and name, or NULL. SQLite: ASCII case does not count. */
AgObject *ag_schema_find(const AgSchema *schema, AgKind kind, const char *schema_name,
                         const char *name);
/* Objects sorted by kind rank, schema, name; parts stay in their order. Done once after filling, so
 * that nothing depends on the order of files or of a catalog. */
void ag_schema_sort(AgSchema *schema);
void ag_schema_add_unmanaged(AgSchema *schema, const char *noun, const char *label,
                             const char *why);
/* Whether an <ignore> of the schema covers the object (or an object whose kind has no element yet).
 */
bool ag_schema_ignores(const AgSchema *schema, const char *element, const char *schema_name,
                       const char *name);
