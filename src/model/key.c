/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include "model/needs.h"

static const char *const deferrable_words[] = {"no", "initially-immediate", "initially-deferred",
                                               NULL};
static const char *const conflict_words[] = {"none",   "rollback", "abort", "fail",
                                             "ignore", "replace",  NULL};

/* The rows both kinds share; a macro because a field table is one constant array. */
/* clang-format off */
#define KEY_FIELDS                                                                                 \
    [AG_KEY_COLUMNS] = {.name = "columns", AG_FIELD_OF(AgKey, columns, NAMES),                     \
                        .flags = AG_FIELD_REQUIRED, .about = "The columns in their order."},       \
    [AG_KEY_INCLUDE] = {.name = "include", AG_FIELD_OF(AgKey, include, NAMES),                     \
                        .dialects = AG_IN(POSTGRESQL),                                             \
                        .about = "Columns kept in the index beside the key."},                     \
    [AG_KEY_DEFERRABLE] = {.name = "deferrable", AG_FIELD_OF(AgKey, deferrable, WORD),             \
                           .words = deferrable_words, .dialects = AG_IN(POSTGRESQL),               \
                           .about = "When the key is checked."},                                   \
    [AG_KEY_PARAMS] = {.name = "param", AG_FIELD_OF(AgKey, params, OPTIONS),                       \
                       .form = AG_FORM_CHILDREN, .dialects = AG_IN(POSTGRESQL),                    \
                       .about = "Storage parameters of the index."},                               \
    [AG_KEY_TABLESPACE] = {.name = "tablespace", AG_FIELD_OF(AgKey, tablespace, NAME),             \
                           .flags = AG_FIELD_IF_WRITTEN, .dialects = AG_IN(POSTGRESQL),            \
                           .about = "Tablespace of the index; absent: not compared."},             \
    [AG_KEY_INDEX_COMMENT] = {.name = "index-comment", AG_FIELD_OF(AgKey, index_comment, TEXT),    \
                              .dialects = AG_IN(POSTGRESQL),                                       \
                              .about = "The comment of the index behind the constraint."},         \
    [AG_KEY_ON_CONFLICT] = {.name = "on-conflict", AG_FIELD_OF(AgKey, on_conflict, WORD),          \
                            .words = conflict_words, .dialects = AG_IN(SQLITE),                    \
                            .about = "ON CONFLICT clause."},                                       \
    [AG_KEY_PARTS] = {.name = "column", AG_FIELD_OF(AgKey, parts, PARTS),                          \
                      .form = AG_FORM_CHILDREN, .dialects = AG_IN(SQLITE),                         \
                      .about = "The columns again, with order and collation."},                    \
    [AG_KEY_WITHOUT_OVERLAPS] = {.name = "without-overlaps",                                       \
                                 AG_FIELD_OF(AgKey, without_overlaps, BOOL),                       \
                                 .dialects = AG_IN(POSTGRESQL),                                    \
                                 .about = "Ranges in the last column must not overlap (18)."}

static const AgField primary_key_fields[] = {KEY_FIELDS};
static const AgField unique_fields[] = {
    KEY_FIELDS,
    [AG_KEY_NULLS_NOT_DISTINCT] = {.name = "nulls-not-distinct",
                                   AG_FIELD_OF(AgKey, nulls_not_distinct, BOOL),
                                   .dialects = AG_IN(POSTGRESQL),
                                   .about = "Two NULLs count as equal (PostgreSQL 15)."},
};
/* clang-format on */

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgKey *key = (const AgKey *)object;
    const AgObject *table = object->parent;
    for (guint i = 0; key->columns != NULL && i < key->columns->len; i++)
        ag_needs_column(needs, table->schema, table->name, g_ptr_array_index(key->columns, i));
    for (guint i = 0; key->include != NULL && i < key->include->len; i++)
        ag_needs_column(needs, table->schema, table->name, g_ptr_array_index(key->include, i));
}

const AgKindInfo ag_kind_primary_key = {
    .kind = AG_KIND_PRIMARY_KEY,
    .noun = "primary key",
    .element = "primary-key",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .name_optional = true,
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_CONSTRAINT,
    .dialects = AG_IN_ALL,
    .size = sizeof(AgKey),
    .fields = primary_key_fields,
    .n_fields = G_N_ELEMENTS(primary_key_fields),
    .about = "The primary key; for a single column primary-key=\"true\" on the column is shorter.",
    .needs = collect_needs,
};

const AgKindInfo ag_kind_unique = {
    .kind = AG_KIND_UNIQUE,
    .noun = "unique constraint",
    .element = "unique",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .name_optional = true,
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_CONSTRAINT,
    .dialects = AG_IN_ALL,
    .size = sizeof(AgKey),
    .fields = unique_fields,
    .n_fields = G_N_ELEMENTS(unique_fields),
    .about = "A unique constraint.",
    .needs = collect_needs,
};
