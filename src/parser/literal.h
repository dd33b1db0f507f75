/* SPDX-License-Identifier: MIT */
/* Literal defaults: from the text of default="..." to SQL and back. */
#pragma once

#include "dialect/dialect.h"

#include <stdbool.h>

/* What a type takes, as far as quoting is concerned. */
typedef enum {
    AG_LITERAL_WHOLE,   /* integers */
    AG_LITERAL_NUMBER,  /* numeric, floating point */
    AG_LITERAL_BOOLEAN, /* SQLite has it for BOOLEAN only */
    AG_LITERAL_TEXT,    /* character types */
    AG_LITERAL_MOMENT,  /* date and time, uuid: text in quotes, but never a function call */
    AG_LITERAL_OTHER,   /* everything else, in quotes */
} AgLiteralClass;

/* `type` is canonical; NULL: not known. */
AgLiteralClass ag_literal_class(AgDialectId dialect, const char *type);

/* The expression for a literal of that type. `canonical` is what the database will print for it
 * where that is certain, else NULL. `user_type` tells that `type` is an enum's qualified name. */
AgSql ag_literal_sql(AgPool *pool, AgDialectId dialect, const char *type, bool user_type,
                     const char *text);

/* Whether the text can be a value of that class (only numbers and booleans are looked at). */
bool ag_literal_fits(AgLiteralClass kind, const char *text);

/* The expression of default-fn, "now", "today" or "uuid". */
const char *ag_literal_function(AgDialectId dialect, const char *name);

/* The text for default="..." that gives this expression again, or NULL: no plain literal. */
char *ag_literal_text(AgPool *pool, AgDialectId dialect, const char *type, bool user_type,
                      const char *expression);
/* The name for default-fn that gives this expression, or NULL. */
const char *ag_literal_function_name(AgDialectId dialect, const char *expression);
