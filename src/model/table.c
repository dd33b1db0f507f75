/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "model/needs.h"

static const AgField fields[] = {
    [AG_TABLE_UNLOGGED] = {.name = "unlogged",
                           AG_FIELD_OF(AgTable, unlogged, BOOL),
                           .dialects = AG_IN(POSTGRESQL),
                           .about = "Not written to the write-ahead log; emptied by a crash."},
    [AG_TABLE_TABLESPACE] = {.name = "tablespace",
                             AG_FIELD_OF(AgTable, tablespace, NAME),
                             .flags = AG_FIELD_IF_WRITTEN,
                             .dialects = AG_IN(POSTGRESQL),
                             .about = "Tablespace; absent: not compared."},
    [AG_TABLE_PARAMS] = {.name = "param",
                         AG_FIELD_OF(AgTable, params, OPTIONS),
                         .form = AG_FORM_CHILDREN,
                         .dialects = AG_IN(POSTGRESQL),
                         .about = "Storage parameters."},
    [AG_TABLE_STRICT] = {.name = "strict",
                         AG_FIELD_OF(AgTable, strict, BOOL),
                         .dialects = AG_IN(SQLITE),
                         .about = "STRICT (SQLite 3.37)."},
    [AG_TABLE_WITHOUT_ROWID] = {.name = "without-rowid",
                                AG_FIELD_OF(AgTable, without_rowid, BOOL),
                                .dialects = AG_IN(SQLITE),
                                .about = "WITHOUT ROWID."},
};

const AgKindInfo ag_kind_table = {
    .kind = AG_KIND_TABLE,
    .noun = "table",
    .element = "table",
    .in_schema = true,
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_TYPE,
    .dialects = AG_IN_ALL,
    .size = sizeof(AgTable),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A table with its columns, keys, checks, foreign keys and indexes.",
};
