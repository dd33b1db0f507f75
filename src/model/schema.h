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
    GPtrArray *roles;     /* of const char *: <managed-roles>; NULL: none */
    GPtrArray *ignores;   /* of AgIgnore *; from models only */
    GPtrArray
        *namespaces; /* of const char *: every schema the models name, sorted; NULL for SQLite */
    GPtrArray *search_path; /* of const char *: schemas in which unqualified names of expressions
                             * are looked up: those of the models, then public; NULL for SQLite */
    GPtrArray *ranges;      /* private: of AgObject *: range types, which bring a second name */
    GHashTable *by_name;    /* private: (kind, schema, name, signature) -> AgObject * */
    const char *version;    /* introspected: the server's version; else NULL */
    const char *role;       /* introspected: who read it; NULL for models and SQLite */
    long server_version;    /* 150018 for PostgreSQL, 3040001 for SQLite; 0 for models */
} AgSchema;

AgSchema *ag_schema_new(AgPool *pool, AgDialectId dialect);
/* Adds an object that stands on its own. False (nothing added) when that kind, schema, name and
 * signature is taken. */
bool ag_schema_add(AgSchema *schema, AgObject *object);
/* The object of that kind and name, or NULL; of kinds without signatures. SQLite: ASCII case does
 * not count. */
AgObject *ag_schema_find(const AgSchema *schema, AgKind kind, const char *schema_name,
                         const char *name);
/* Likewise with a signature (NULL: the kind has none). */
AgObject *ag_schema_find_signed(const AgSchema *schema, AgKind kind, const char *schema_name,
                                const char *name, const char *signature);
/* The object that goes by the kind, schema, name and signature of `like`, or NULL. */
AgObject *ag_schema_find_like(const AgSchema *schema, const AgObject *like);
/* Gives an object of the schema another signature. False (nothing done) when it is taken. */
bool ag_schema_resign(AgSchema *schema, AgObject *object, const char *signature);
/* Objects sorted by kind rank, schema, name, signature; parts stay in their order. Done once after
 * filling, so that nothing depends on the order of files or of a catalog. */
void ag_schema_sort(AgSchema *schema);
void ag_schema_add_unmanaged(AgSchema *schema, const char *noun, const char *label,
                             const char *why);
/* Whether an <ignore> of the schema covers the object (or an object whose kind has no element yet).
 */
bool ag_schema_ignores(const AgSchema *schema, const char *element, const char *schema_name,
                       const char *name);
/* Likewise for an object that stands on its own: a pattern may name its signature, too. */
bool ag_schema_ignores_object(const AgSchema *schema, const AgObject *object);
