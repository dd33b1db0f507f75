/* SPDX-License-Identifier: MIT */
#include "base/dialect_id.h"

#include <string.h>

static const char *const names[] = {
#define AG_DIALECT(UPPER, lower) [AG_DIALECT_##UPPER] = #lower,
#include "base/dialects.def"
#undef AG_DIALECT
};

_Static_assert(sizeof names / sizeof names[0] == AG_N_DIALECTS,
               "AG_N_DIALECTS counts dialects.def");

const char *ag_dialect_id_name(AgDialectId id)
{
    return names[id];
}

bool ag_dialect_id_parse(const char *name, AgDialectId *out)
{
    for (int i = 0; i < AG_N_DIALECTS; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (AgDialectId)i;
            return true;
        }
    }
    return false;
}
