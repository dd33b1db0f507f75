/* SPDX-License-Identifier: MIT */
#include "dialect/dialect.h"
#include "dialect/postgres/postgres.h"

const char *const ag_postgres_public_comment = "standard public schema";

const AgDialect ag_dialect_postgres = {
    .id = AG_DIALECT_POSTGRESQL,
    .name = "PostgreSQL",
    .default_schema = "public",
    .folds_names = false,
    .name_bytes = 63,
    .max_columns = 1600,
    .max_index_keys = 32,
    .is_keyword = ag_postgres_is_keyword,
    .canonical_type = ag_postgres_canonical_type,
    .type_names = ag_postgres_type_names,
};
