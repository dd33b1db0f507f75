/* SPDX-License-Identifier: MIT */
/* The lexicon of a database: words, quoting, type names, facts. Small on purpose. */
#pragma once

#include "base/dialect_id.h"
#include "model/schema.h"

typedef struct {
    AgDialectId id;
    const char *name;           /* "PostgreSQL", "SQLite": for messages */
    const char *default_schema; /* "public"; NULL for SQLite */
    bool folds_names;           /* names that differ in ASCII case only are one (SQLite) */
    size_t name_bytes;          /* longest identifier; 0: no limit */
    int max_columns, max_index_keys;
    /* Whether a name must be quoted although it looks plain. `word` is in lower case. */
    bool (*is_keyword)(const char *word);
    /* The database's own spelling of a built-in type ("int4" -> "integer", "varchar(80)" ->
     * "character varying(80)", "timestamptz(3)[]" -> ...), decided without the server; NULL when
     * the type is not a built-in one. SQLite: any declared type, blanks folded, upper case. In the
     * pool. */
    char *(*canonical_type)(AgPool *pool, const char *written);
    /* NULL-terminated list of type names for "did you mean". */
    const char *const *type_names;
} AgDialect;

extern const AgDialect ag_dialect_postgres, ag_dialect_sqlite;
const AgDialect *ag_dialect(AgDialectId id);

/* The one function that quotes identifiers: plain when it is lower case letters, digits and
 * underscores (any case on SQLite), begins with a letter or underscore and is no keyword; else in
 * double quotes. */
void ag_quote_name(const AgDialect *dialect, GString *out, const char *name);
/* schema.name or name, each quoted as needed. */
void ag_quote_qname(const AgDialect *dialect, GString *out, const char *schema, const char *name);
/* "a, b, c", each quoted as needed. */
void ag_quote_names(const AgDialect *dialect, GString *out, const GPtrArray *names);
/* A string literal. */
void ag_quote_text(GString *out, const char *text);

/* Portable type names of models (model-format section 5) as a SQLite declared type: "timestamptz"
 * -> "TEXT", "varchar(80)" -> "VARCHAR(80)"; NULL when the type is not portable. `strict`: for a
 * STRICT table. */
char *ag_sqlite_portable_type(AgPool *pool, const char *written, bool strict);
