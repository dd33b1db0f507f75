/* SPDX-License-Identifier: MIT */
/* Names the databases. Lives at the ground floor because lexer, models and revision files all
 * have to say which database they speak of. */
#pragma once

#include <stdbool.h>

typedef enum {
#define AG_DIALECT(UPPER, lower) AG_DIALECT_##UPPER,
#include "base/dialects.def"
#undef AG_DIALECT
} AgDialectId;

enum { AG_N_DIALECTS = 2 };

/* "postgresql" or "sqlite". Static text. */
const char *ag_dialect_id_name(AgDialectId id);

/* Finds the dialect of that name; false when there is none (out is then untouched). */
bool ag_dialect_id_parse(const char *name, AgDialectId *out);
