/* SPDX-License-Identifier: MIT */
#include "model/column.h"

#include "model/default_name.h"
#include "model/foreign_data.h"
#include "model/key.h"
#include "model/table.h"
#include "model/type_name.h"

const AgColumnOwn ag_column_own_fields[] = {
    {AG_COLUMN_DEFAULT_SQL, true, true},
    {AG_COLUMN_NULL, true, true},
    {AG_COLUMN_STORAGE, true, true},
    {AG_COLUMN_COMPRESSION, true, false},
    {AG_COLUMN_STATISTICS, false, true},
    {AG_COLUMN_PARAMS, false, false},
    {AG_COLUMN_OPTIONS, false, false},
    {AG_COLUMN_NOT_NULL_NAME, false, false},
    {AG_COLUMN_NOT_NULL_COMMENT, false, false},
    {AG_COLUMN_NOT_NULL_NOT_VALID, false, false},
    {AG_COLUMN_NOT_NULL_NO_INHERIT, false, false},
};
const guint ag_n_column_own_fields = G_N_ELEMENTS(ag_column_own_fields);

AgFieldSet ag_column_own(const AgColumn *child, const AgColumn *parent)
{
    AgFieldSet own = child->object.comment != NULL ? AG_FIELD_COMMENT : 0;
    for (guint i = 0; i < ag_n_column_own_fields; i++) {
        const AgField *field = &ag_kind_column.fields[ag_column_own_fields[i].field];
        bool differs = ag_column_own_fields[i].copied ? !ag_field_same(child, parent, field, false)
                                                      : ag_field_is_set(child, field);
        /* A child does not get a NOT NULL that its parent keeps to itself. */
        if (ag_column_own_fields[i].field == AG_COLUMN_NULL && parent->not_null_no_inherit)
            differs = !child->null;
        if (differs)
            own |= AG_FIELD_BIT(ag_column_own_fields[i].field);
    }
    return own;
}

bool ag_column_has_own(const AgColumn *column)
{
    return column->object.inherited && (column->own != 0 || column->object.grants != NULL);
}

bool ag_column_is_in_own_key(const AgColumn *column)
{
    const AgKey *key = (const AgKey *)ag_object_first(column->object.parent, AG_KIND_PRIMARY_KEY);
    return key != NULL && !key->object.inherited && key->columns != NULL &&
           g_ptr_array_find_with_equal_func(key->columns, column->object.name, g_str_equal, NULL);
}

const char *ag_column_not_null(AgPool *pool, const AgColumn *column)
{
    return column->not_null_name != NULL ? column->not_null_name
                                         : ag_default_name(pool, column->object.parent->name,
                                                           column->object.name, "not_null");
}

bool ag_column_has_usual_not_null(const AgColumn *column)
{
    if (column->not_null_name == NULL)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    return g_str_equal(column->not_null_name, ag_default_name(pool, column->object.parent->name,
                                                              column->object.name, "not_null"));
}

bool ag_column_says_not_null(const AgColumn *column)
{
    return !column->null &&
           (!ag_column_has_usual_not_null(column) || column->not_null_comment != NULL ||
            column->not_null_not_valid || column->not_null_no_inherit);
}

const char *ag_column_sequence(AgPool *pool, const AgColumn *column)
{
    return column->identity_sequence != NULL
               ? column->identity_sequence
               : ag_default_name(pool, column->object.parent->name, column->object.name, "seq");
}

bool ag_column_has_usual_sequence(const AgColumn *column)
{
    if (column->identity_sequence == NULL)
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    return g_str_equal(column->identity_sequence, ag_default_name(pool, column->object.parent->name,
                                                                  column->object.name, "seq"));
}

static const char *const identity_words[] = {"no", "always", "by-default", NULL};
static const char *const kind_words[] = {"stored", "virtual", NULL};
static const char *const conflict_words[] = {"none",   "rollback", "abort", "fail",
                                             "ignore", "replace",  NULL};

static const char *const storage_words[] = {"default",  "plain", "external",
                                            "extended", "main",  NULL};
static const char *const compression_words[] = {"default", "pglz", "lz4", NULL};

static const AgField fields[] = {
    [AG_COLUMN_TYPE] = {.name = "type",
                        AG_FIELD_OF(AgColumn, type, TYPE),
                        .about = "One SQL type with its modifiers. Absent: a column of a partition "
                                 "or child, of which only what differs from its parent's is said."},
    [AG_COLUMN_NULL] = {.name = "null",
                        AG_FIELD_OF(AgColumn, null, BOOL),
                        .about = "true: the column accepts NULL. Default false."},
    [AG_COLUMN_NOT_NULL_NAME] = {.name = "not-null/name",
                                 AG_FIELD_OF(AgColumn, not_null_name, NAME),
                                 .flags = AG_FIELD_IF_WRITTEN,
                                 .dialects = AG_IN(POSTGRESQL),
                                 .about = "Name of the constraint that makes it NOT NULL "
                                          "(PostgreSQL 18). Absent: the one that is there, or "
                                          "{table}_{column}_not_null."},
    [AG_COLUMN_NOT_NULL_COMMENT] = {.name = "not-null/comment",
                                    AG_FIELD_OF(AgColumn, not_null_comment, TEXT),
                                    .dialects = AG_IN(POSTGRESQL),
                                    .about = "Comment on that constraint (PostgreSQL 18)."},
    [AG_COLUMN_NOT_NULL_NOT_VALID] = {.name = "not-null/not-valid",
                                      AG_FIELD_OF(AgColumn, not_null_not_valid, BOOL),
                                      .dialects = AG_IN(POSTGRESQL),
                                      .about = "Existing rows are not checked (PostgreSQL 18)."},
    [AG_COLUMN_NOT_NULL_NO_INHERIT] = {.name = "not-null/no-inherit",
                                       AG_FIELD_OF(AgColumn, not_null_no_inherit, BOOL),
                                       .dialects = AG_IN(POSTGRESQL),
                                       .about = "Not passed on to tables that inherit "
                                                "(PostgreSQL 18)."},
    [AG_COLUMN_DEFAULT_SQL] = {.name = "default-sql",
                               AG_FIELD_OF(AgColumn, default_sql, EXPR),
                               .about = "SQL expression, passed through unquoted."},
    [AG_COLUMN_IDENTITY] = {.name = "identity",
                            AG_FIELD_OF(AgColumn, identity, WORD),
                            .words = identity_words,
                            .about = "Numbered by the database."},
    [AG_COLUMN_IDENTITY_START] = {.name = "identity/start",
                                  AG_FIELD_OF(AgColumn, identity_start, INT),
                                  .dialects = AG_IN(POSTGRESQL),
                                  .about = "First value."},
    [AG_COLUMN_IDENTITY_INCREMENT] = {.name = "identity/increment",
                                      AG_FIELD_OF(AgColumn, identity_increment, INT),
                                      .dialects = AG_IN(POSTGRESQL),
                                      .about = "Step, 1 by default."},
    [AG_COLUMN_IDENTITY_MIN] = {.name = "identity/min",
                                AG_FIELD_OF(AgColumn, identity_min, INT),
                                .dialects = AG_IN(POSTGRESQL),
                                .about = "Lowest value."},
    [AG_COLUMN_IDENTITY_MAX] = {.name = "identity/max",
                                AG_FIELD_OF(AgColumn, identity_max, INT),
                                .dialects = AG_IN(POSTGRESQL),
                                .about = "Highest value."},
    [AG_COLUMN_IDENTITY_CACHE] = {.name = "identity/cache",
                                  AG_FIELD_OF(AgColumn, identity_cache, INT),
                                  .dialects = AG_IN(POSTGRESQL),
                                  .about = "Values taken in advance, 1 by default."},
    [AG_COLUMN_IDENTITY_CYCLE] = {.name = "identity/cycle",
                                  AG_FIELD_OF(AgColumn, identity_cycle, BOOL),
                                  .dialects = AG_IN(POSTGRESQL),
                                  .about = "Begins anew at the end."},
    [AG_COLUMN_IDENTITY_SEQUENCE] = {.name = "identity/sequence",
                                     AG_FIELD_OF(AgColumn, identity_sequence, NAME),
                                     .flags = AG_FIELD_IF_WRITTEN,
                                     .dialects = AG_IN(POSTGRESQL),
                                     .about = "Name of the sequence behind it. Absent: the one "
                                              "that is there, or {table}_{column}_seq."},
    [AG_COLUMN_GENERATED] = {.name = "generated",
                             AG_FIELD_OF(AgColumn, generated, EXPR),
                             .form = AG_FORM_ELEMENT,
                             .about = "Expression of a generated column."},
    [AG_COLUMN_GENERATED_KIND] = {.name = "generated/kind",
                                  AG_FIELD_OF(AgColumn, generated_kind, WORD),
                                  .words = kind_words,
                                  .about = "Whether the value is kept or computed on reading."},
    [AG_COLUMN_COLLATION] = {.name = "collation",
                             AG_FIELD_OF(AgColumn, collation, QNAME),
                             .about = "Collation; absent: the type's own."},
    [AG_COLUMN_NULL_CONFLICT] = {.name = "null-conflict",
                                 AG_FIELD_OF(AgColumn, null_conflict, WORD),
                                 .words = conflict_words,
                                 .dialects = AG_IN(SQLITE),
                                 .about = "ON CONFLICT clause of NOT NULL."},
    [AG_COLUMN_STORAGE] = {.name = "storage",
                           AG_FIELD_OF(AgColumn, storage, WORD),
                           .words = storage_words,
                           .flags = AG_FIELD_IF_WRITTEN,
                           .dialects = AG_IN(POSTGRESQL),
                           .about = "Where long values are kept; absent: not compared."},
    [AG_COLUMN_COMPRESSION] = {.name = "compression",
                               AG_FIELD_OF(AgColumn, compression, WORD),
                               .words = compression_words,
                               .flags = AG_FIELD_IF_WRITTEN,
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "How long values are compressed (PostgreSQL 14); absent: "
                                        "not compared."},
    [AG_COLUMN_STATISTICS] = {.name = "statistics",
                              AG_FIELD_OF(AgColumn, statistics, INT),
                              .flags = AG_FIELD_IF_WRITTEN,
                              .dialects = AG_IN(POSTGRESQL),
                              .about = "Statistics target, 0 to 10000; absent: not compared."},
    [AG_COLUMN_PARAMS] = {.name = "param",
                          AG_FIELD_OF(AgColumn, params, OPTIONS),
                          .form = AG_FORM_CHILDREN,
                          .dialects = AG_IN(POSTGRESQL),
                          .about = "Options: n_distinct, n_distinct_inherited."},
    [AG_COLUMN_OPTIONS] = {.name = "option",
                           AG_FIELD_OF(AgColumn, options, OPTIONS),
                           .form = AG_FORM_CHILDREN,
                           .dialects = AG_IN(POSTGRESQL),
                           .about = "Options of a column of a foreign table."},
    [AG_COLUMN_USING] = {.name = "using",
                         AG_FIELD_OF(AgColumn, using, EXPR),
                         .form = AG_FORM_ELEMENT,
                         .flags = AG_FIELD_NOT_COMPARED,
                         .about = "How to convert existing rows when the type changes."},
};

static bool check_column(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgColumn *column = (const AgColumn *)object;
    guint errors = ag_diag_errors(diag);
    if (column->type.written == NULL && dialect != AG_DIALECT_SQLITE)
        ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place, "column '%s' has no type",
                object->name);
    if (column->generated.written != NULL && column->default_sql.written != NULL)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "column '%s' is generated and has a default", object->name);
    if (column->identity != NULL &&
        (column->default_sql.written != NULL || column->generated.written != NULL))
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "column '%s' has an identity and also a default or a generated expression",
                object->name);
    if (column->identity != NULL && column->null && dialect == AG_DIALECT_POSTGRESQL)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "column '%s' has an identity and cannot accept NULL", object->name);
    if (column->null && (column->not_null_name != NULL || column->not_null_comment != NULL ||
                         column->not_null_not_valid || column->not_null_no_inherit))
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "column '%s' accepts NULL and says something of its NOT NULL", object->name);
    if (column->identity != NULL && column->not_null_not_valid)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "column '%s' has an identity, so its NOT NULL is valid", object->name);
    if (column->options != NULL && !ag_table_is_foreign(object->parent))
        ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                "column '%s' has options, which only those of foreign tables have", object->name);
    ag_options_check(object, column->options, diag);
    enum { MOST_STATISTICS = 10000 };
    if (column->statistics != AG_INT_UNSET &&
        (column->statistics < 0 || column->statistics > MOST_STATISTICS))
        ag_fail(diag, AG_PROBLEM_BAD_VALUE, object->place,
                "statistics target of column '%s' is not between 0 and %d", object->name,
                MOST_STATISTICS);
    return ag_diag_errors(diag) == errors;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgColumn *column = (const AgColumn *)object;
    ag_needs_type(needs, object, column->type);
    ag_needs_collation(needs, column->collation);
    ag_needs_sql(needs, object, column->default_sql);
    ag_needs_sql(needs, object, column->generated);
}

const AgKindInfo ag_kind_column = {
    .kind = AG_KIND_COLUMN,
    .noun = "column",
    .element = "column",
    .parents = (const AgKindInfo *const[]){&ag_kind_table, NULL},
    .dialects = AG_IN_ALL,
    .grants = AG_GRANTS_COLUMN,
    .size = sizeof(AgColumn),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A column; NOT NULL unless null=\"true\".",
    .check = check_column,
    .needs = collect_needs,
};
