/* SPDX-License-Identifier: MIT */
#include "model/foreign_key.h"

#include "model/needs.h"

static const char *const action_words[] = {"no-action", "restrict",    "cascade",
                                           "set-null",  "set-default", NULL};
static const char *const match_words[] = {"simple", "full", NULL};
static const char *const deferrable_words[] = {"no", "initially-immediate", "initially-deferred",
                                               NULL};

static const AgField fields[] = {
    [AG_FOREIGN_KEY_COLUMNS] = {.name = "columns",
                                AG_FIELD_OF(AgForeignKey, columns, NAMES),
                                .flags = AG_FIELD_REQUIRED,
                                .about = "The referring columns."},
    [AG_FOREIGN_KEY_REFERENCES] = {.name = "references",
                                   AG_FIELD_OF(AgForeignKey, references, QNAME),
                                   .flags = AG_FIELD_REQUIRED,
                                   .about = "[schema.]table referred to."},
    [AG_FOREIGN_KEY_REF_COLUMNS] = {.name = "ref-columns",
                                    AG_FIELD_OF(AgForeignKey, ref_columns, NAMES),
                                    .about = "Columns referred to; absent: its primary key."},
    [AG_FOREIGN_KEY_ON_DELETE] = {.name = "on-delete",
                                  AG_FIELD_OF(AgForeignKey, on_delete, WORD),
                                  .words = action_words,
                                  .about = "What happens to rows whose referred row is deleted."},
    [AG_FOREIGN_KEY_ON_UPDATE] = {.name = "on-update",
                                  AG_FIELD_OF(AgForeignKey, on_update, WORD),
                                  .words = action_words,
                                  .about = "What happens when the referred key changes."},
    [AG_FOREIGN_KEY_ON_DELETE_COLUMNS] = {.name = "on-delete-columns",
                                          AG_FIELD_OF(AgForeignKey, on_delete_columns, NAMES),
                                          .dialects = AG_IN(POSTGRESQL),
                                          .about =
                                              "Columns that set-null or set-default touches (15)."},
    [AG_FOREIGN_KEY_MATCH] = {.name = "match",
                              AG_FIELD_OF(AgForeignKey, match, WORD),
                              .words = match_words,
                              .dialects = AG_IN(POSTGRESQL),
                              .about = "How NULL in some columns counts."},
    [AG_FOREIGN_KEY_DEFERRABLE] = {.name = "deferrable",
                                   AG_FIELD_OF(AgForeignKey, deferrable, WORD),
                                   .words = deferrable_words,
                                   .about = "When the key is checked."},
    [AG_FOREIGN_KEY_NOT_VALID] = {.name = "not-valid",
                                  AG_FIELD_OF(AgForeignKey, not_valid, BOOL),
                                  .dialects = AG_IN(POSTGRESQL),
                                  .about = "Existing rows are not checked."},
    [AG_FOREIGN_KEY_NOT_ENFORCED] = {.name = "not-enforced",
                                     AG_FIELD_OF(AgForeignKey, not_enforced, BOOL),
                                     .dialects = AG_IN(POSTGRESQL),
                                     .about = "Written down, but never checked (18)."},
    [AG_FOREIGN_KEY_PERIOD] = {.name = "period",
                               AG_FIELD_OF(AgForeignKey, period, BOOL),
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "The range in the last column must be covered by those of "
                                        "the referred rows (18)."},
};

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgForeignKey *key = (const AgForeignKey *)object;
    const AgObject *table = object->parent;
    for (guint i = 0; key->columns != NULL && i < key->columns->len; i++)
        ag_needs_column(needs, table->schema, table->name, g_ptr_array_index(key->columns, i));
    ag_needs_object(needs, AG_KIND_TABLE, key->references.schema, key->references.name);
    for (guint i = 0; key->ref_columns != NULL && i < key->ref_columns->len; i++)
        ag_needs_column(needs, key->references.schema, key->references.name,
                        g_ptr_array_index(key->ref_columns, i));
}

const AgKindInfo ag_kind_foreign_key = {
    .kind = AG_KIND_FOREIGN_KEY,
    .noun = "foreign key",
    .element = "foreign-key",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .name_optional = true,
    .names = AG_NAMED_AS_CONSTRAINT,
    .dialects = AG_IN_ALL,
    .size = sizeof(AgForeignKey),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A foreign key.",
    .needs = collect_needs,
};
