/* SPDX-License-Identifier: MIT */
#include "introspect/canonical.h"

#include "introspect/reader.h"

bool ag_canonicalize(AgDb *db, AgSchema *desired, AgSchema *live, const AgCanonicalOptions *options,
                     AgDiag *diag)
{
    static const AgCanonicalOptions none = {.cache_directory = NULL};
    switch (desired->dialect) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_canonicalize(db, desired, live, options == NULL ? &none : options, diag);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_canonicalize(desired, live, diag);
    }
    g_assert_not_reached();
}
