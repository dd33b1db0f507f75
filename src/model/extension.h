/* SPDX-License-Identifier: MIT */
/* An extension of PostgreSQL (CREATE EXTENSION). What belongs to it is invisible. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;     /* object.schema stays NULL: an extension's name is database-wide */
    const char *in;      /* the schema its objects live in; NULL: not compared */
    const char *version; /* NULL: any */
} AgExtension;
enum { AG_EXTENSION_SCHEMA, AG_EXTENSION_VERSION };
