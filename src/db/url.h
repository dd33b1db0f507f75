/* SPDX-License-Identifier: MIT */
/* Database URLs, taken apart strictly and printed without secrets. */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "base/pool.h"

typedef struct {
    AgDialectId dialect;
    GPtrArray
        *keywords; /* PostgreSQL: of AgUrlKeyword *, libpq keywords in order (password included) */
    const char *path;     /* SQLite: the file; ":memory:" */
    const char *shown;    /* for messages: never holds a password */
    const char *password; /* NULL when the URL has none */
} AgUrl;

typedef struct {
    const char *name, *value;
} AgUrlKeyword;

/* Understands postgresql://, postgres://, postgresql+driver:// (driver dropped, driver-only query
 * keys dropped with a note, ssl=require -> sslmode=require), libpq "key=value" strings,
 * service=..., sqlite:///rel.db, sqlite:////abs.db, sqlite+driver://, sqlite:// (memory), file
 * names ending in .db/.sqlite/.sqlite3. A relative SQLite path is relative to `directory` (NULL:
 * the working directory). Problems (AG_PROBLEM_BAD_URL) say which part is wrong and never show the
 * URL. NULL after a problem. */
AgUrl *ag_url_parse(AgPool *pool, const char *text, const char *directory, AgDiag *diag);
/* The same server with another database (PostgreSQL only). */
AgUrl *ag_url_with_database(AgPool *pool, const AgUrl *url, const char *name);
