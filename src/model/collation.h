/* SPDX-License-Identifier: MIT */
/* A collation (CREATE COLLATION). Its version is the server's business and is not compared. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *provider; /* NULL: libc; icu, builtin */
    const char *locale;   /* NULL: libc with lc_collate and lc_ctype that differ */
    const char *lc_collate, *lc_ctype;
    const char *deterministic; /* NULL or "true"; "false" */
    const char *rules;
} AgCollation;
enum {
    AG_COLLATION_PROVIDER,
    AG_COLLATION_LOCALE,
    AG_COLLATION_LC_COLLATE,
    AG_COLLATION_LC_CTYPE,
    AG_COLLATION_DETERMINISTIC,
    AG_COLLATION_RULES,
};
