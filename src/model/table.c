/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "model/needs.h"

static const char *const identity_words[] = {"default", "full", "nothing", NULL};

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
    [AG_TABLE_ACCESS_METHOD] = {.name = "access-method",
                                AG_FIELD_OF(AgTable, access_method, NAME),
                                .flags = AG_FIELD_IF_WRITTEN,
                                .dialects = AG_IN(POSTGRESQL),
                                .about = "Table access method; absent: not compared."},
    [AG_TABLE_REPLICA_IDENTITY] = {.name = "replica-identity",
                                   AG_FIELD_OF(AgTable, replica_identity, WORD),
                                   .words = identity_words,
                                   .dialects = AG_IN(POSTGRESQL),
                                   .about = "What logical replication tells of old rows."},
    [AG_TABLE_REPLICA_INDEX] = {.name = "replica-index",
                                AG_FIELD_OF(AgTable, replica_index, NAME),
                                .dialects = AG_IN(POSTGRESQL),
                                .about = "Logical replication tells old rows by the columns of "
                                         "this unique index or key."},
    [AG_TABLE_CLUSTER_ON] = {.name = "cluster-on",
                             AG_FIELD_OF(AgTable, cluster_on, NAME),
                             .dialects = AG_IN(POSTGRESQL),
                             .about = "The index or key by which CLUSTER sorts the rows."},
    [AG_TABLE_STRICT] = {.name = "strict",
                         AG_FIELD_OF(AgTable, strict, BOOL),
                         .dialects = AG_IN(SQLITE),
                         .about = "STRICT (SQLite 3.37)."},
    [AG_TABLE_WITHOUT_ROWID] = {.name = "without-rowid",
                                AG_FIELD_OF(AgTable, without_rowid, BOOL),
                                .dialects = AG_IN(SQLITE),
                                .about = "WITHOUT ROWID."},
};

static void check_index(const AgObject *table, const char *name, const char *attribute,
                        AgDiag *diag)
{
    static const AgKind kinds[] = {AG_KIND_INDEX, AG_KIND_PRIMARY_KEY, AG_KIND_UNIQUE};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (name == NULL || ag_object_part(table, kinds[i], name) != NULL)
            return;
    ag_fail(diag, AG_PROBLEM_DANGLING_REFERENCE, table->place,
            "table '%s' has no index or key '%s' for '%s'", table->name, name, attribute);
}

static bool check_table(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgTable *table = (const AgTable *)object;
    guint errors = ag_diag_errors(diag);
    (void)dialect;
    if (table->replica_identity != NULL && table->replica_index != NULL)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "table '%s' has 'replica-identity' and also 'replica-index'", object->name);
    check_index(object, table->replica_index, "replica-index", diag);
    check_index(object, table->cluster_on, "cluster-on", diag);
    return ag_diag_errors(diag) == errors;
}

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
    .check = check_table,
};
