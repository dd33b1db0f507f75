/* SPDX-License-Identifier: MIT */
#include "dialect/dialect.h"

const AgDialect *ag_dialect(AgDialectId id)
{
    switch (id) {
    case AG_DIALECT_POSTGRESQL:
        return &ag_dialect_postgres;
    case AG_DIALECT_SQLITE:
        return &ag_dialect_sqlite;
    }
    g_assert_not_reached();
}
