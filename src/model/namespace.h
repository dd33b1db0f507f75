/* SPDX-License-Identifier: MIT */
/* A database schema (CREATE SCHEMA). Called namespace here, because schema means the whole.
 * PostgreSQL only; SQLite flattens them. The namespace `public` is never created or dropped. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char
        *unmanaged; /* drop (default), report, ignore: what becomes of objects no model names */
} AgNamespace;
enum { AG_NAMESPACE_UNMANAGED };
