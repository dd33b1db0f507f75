/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "model/column.h"
#include "model/foreign_data.h"
#include "model/needs.h"
#include "model/type_name.h"

#include <string.h>

static const char *const identity_words[] = {"default", "full", "nothing", NULL};

static const char *const securities[] = {"off", "on", "forced", "off-forced", NULL};

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
    [AG_TABLE_OF] = {.name = "of",
                     AG_FIELD_OF(AgTable, of, TYPE),
                     .dialects = AG_IN(POSTGRESQL),
                     .about = "The composite type whose attributes its columns are, by name, type "
                              "and order; they are written all the same."},
    [AG_TABLE_INHERITS] = {.name = "inherits",
                           AG_FIELD_OF(AgTable, inherits, NAMES),
                           .dialects = AG_IN(POSTGRESQL),
                           .about = "Parents, whose columns and checks the table has too."},
    [AG_TABLE_PARTITION_BY] = {.name = "partition-by",
                               AG_FIELD_OF(AgTable, partition_by, EXPR),
                               .form = AG_FORM_ELEMENT,
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "Strategy and key of a partitioned table."},
    [AG_TABLE_PARTITION_OF] = {.name = "partition-of",
                               AG_FIELD_OF(AgTable, partition_of, QNAME),
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "The partitioned table this one is a partition of."},
    [AG_TABLE_BOUND] = {.name = "bound",
                        AG_FIELD_OF(AgTable, bound, EXPR),
                        .dialects = AG_IN(POSTGRESQL),
                        .about = "Bound of a partition as SQL, where from, to, in, modulus, "
                                 "remainder and default do not say it."},
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
    [AG_TABLE_ROW_SECURITY] = {.name = "row-security",
                               AG_FIELD_OF(AgTable, row_security, WORD),
                               .words = securities,
                               .dialects = AG_IN(POSTGRESQL),
                               .about = "Whether policies decide which rows are seen; forced: for "
                                        "the owner, too; off-forced: that only once it is switched "
                                        "on. Absent: off."},
    [AG_TABLE_SERVER] = {.name = "server",
                         AG_FIELD_OF(AgTable, server, NAME),
                         .dialects = AG_IN(POSTGRESQL),
                         .about = "The foreign server where the rows are; of <foreign-table> and "
                                  "<partition>."},
    [AG_TABLE_OPTIONS] = {.name = "option",
                          AG_FIELD_OF(AgTable, options, OPTIONS),
                          .form = AG_FORM_CHILDREN,
                          .dialects = AG_IN(POSTGRESQL),
                          .about = "Options of a foreign table."},
    [AG_TABLE_STRICT] = {.name = "strict",
                         AG_FIELD_OF(AgTable, strict, BOOL),
                         .dialects = AG_IN(SQLITE),
                         .about = "STRICT (SQLite 3.37)."},
    [AG_TABLE_WITHOUT_ROWID] = {.name = "without-rowid",
                                AG_FIELD_OF(AgTable, without_rowid, BOOL),
                                .dialects = AG_IN(SQLITE),
                                .about = "WITHOUT ROWID."},
};

/* --- parents --- */

bool ag_table_has_parents(const AgObject *object)
{
    const AgTable *table = (const AgTable *)object;
    return object->info->kind == AG_KIND_TABLE &&
           (table->partition_of.name != NULL || table->inherits != NULL);
}

GPtrArray *ag_table_parents(AgPool *pool, const AgSchema *schema, const AgObject *object)
{
    const AgTable *table = (const AgTable *)object;
    GPtrArray *parents = ag_pool_array(pool);
    AgQname name = table->partition_of;
    AgObject *parent =
        name.name == NULL ? NULL : ag_schema_find(schema, AG_KIND_TABLE, name.schema, name.name);
    if (parent != NULL)
        g_ptr_array_add(parents, parent);
    for (guint i = 0; table->inherits != NULL && i < table->inherits->len; i++) {
        bool good = ag_qname_split(pool, g_ptr_array_index(table->inherits, i), &name);
        parent = good ? ag_schema_find(schema, AG_KIND_TABLE, name.schema, name.name) : NULL;
        if (parent != NULL)
            g_ptr_array_add(parents, parent);
    }
    return parents;
}

GPtrArray *ag_table_ancestors(AgPool *pool, const AgSchema *schema, const AgObject *table)
{
    enum { MOST = 1000 };
    GPtrArray *list = ag_table_parents(pool, schema, table);
    for (guint i = 0; i < list->len && list->len < MOST; i++) {
        GPtrArray *more = ag_table_parents(pool, schema, g_ptr_array_index(list, i));
        g_ptr_array_extend(list, more, NULL, NULL);
    }
    return list;
}

bool ag_table_is_child(AgPool *pool, const AgSchema *schema, const AgObject *object,
                       const AgObject *parent)
{
    return ag_table_has_parents(object) &&
           g_ptr_array_find(ag_table_parents(pool, schema, object), parent, NULL);
}

static bool fits_digits(const char **name, int n)
{
    for (; n > 0; n--, (*name)++)
        if (!g_ascii_isdigit(**name))
            return false;
    return true;
}

bool ag_series_fits(const AgSeries *series, const char *name)
{
    static const struct {
        const char *word;
        int digits;
    } words[] = {{"{YYYY}", 4}, {"{MM}", 2}, {"{DD}", 2}, {"{WW}", 2}, {"{Q}", 1}};
    const char *p = series->name;
    while (*p != '\0') {
        size_t i = 0;
        while (i < G_N_ELEMENTS(words) && !g_str_has_prefix(p, words[i].word))
            i++;
        if (i == G_N_ELEMENTS(words)) {
            if (*p++ != *name++)
                return false;
        } else if (fits_digits(&name, words[i].digits)) {
            p += strlen(words[i].word);
        } else {
            return false;
        }
    }
    return *name == '\0';
}

static void check_parents(const AgTable *table, AgDiag *diag)
{
    const AgObject *object = &table->object;
    bool partition = table->partition_of.name != NULL;
    if (partition && table->bound.written == NULL) {
        ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place, "partition '%s' has no bound",
                object->name);
        ag_hint(diag, "say from and to, in, modulus and remainder, or default=\"true\"");
    }
    if (!partition && table->bound.written != NULL)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "table '%s' has the bound of a partition and is none", object->name);
    if (table->of.written != NULL && (partition || table->inherits != NULL))
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "table '%s' is one of a type and inherits or is a partition", object->name);
    if ((partition || table->partition_by.written != NULL) && table->inherits != NULL)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "table '%s' inherits and is partitioned or a partition", object->name);
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgTable *table = (const AgTable *)object;
    AgQname name = table->partition_of;
    if (name.name != NULL)
        ag_needs_object(needs, AG_KIND_TABLE, name.schema, name.name);
    for (guint i = 0; table->inherits != NULL && i < table->inherits->len; i++)
        if (ag_qname_split(needs->pool, g_ptr_array_index(table->inherits, i), &name))
            ag_needs_object(needs, AG_KIND_TABLE, name.schema, name.name);
    ag_needs_type(needs, object, table->of);
    ag_needs_sql(needs, object, table->partition_by);
    if (table->server != NULL)
        ag_needs_object(needs, AG_KIND_SERVER, NULL, table->server);
}

static void check_index(const AgObject *table, const char *name, const char *attribute,
                        AgDiag *diag)
{
    static const AgKind kinds[] = {AG_KIND_INDEX, AG_KIND_PRIMARY_KEY, AG_KIND_UNIQUE};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (name == NULL || ag_table_has_parents(table) ||
            ag_object_part(table, kinds[i], name) != NULL)
            return;
    ag_fail(diag, AG_PROBLEM_DANGLING_REFERENCE, table->place,
            "table '%s' has no index or key '%s' for '%s'", table->name, name, attribute);
}

/* --- foreign tables --- */

bool ag_table_is_foreign(const AgObject *table)
{
    return table->info->kind == AG_KIND_TABLE && ((const AgTable *)table)->server != NULL;
}

/* What only rows that are here can have. */
static void check_foreign_part(const AgObject *part, AgDiag *diag)
{
    static const AgKind kinds[] = {AG_KIND_PRIMARY_KEY, AG_KIND_UNIQUE, AG_KIND_FOREIGN_KEY,
                                   AG_KIND_EXCLUDE,     AG_KIND_INDEX,  AG_KIND_POLICY,
                                   AG_KIND_RULE};
    bool wrong = part->info->kind == AG_KIND_COLUMN && ((const AgColumn *)part)->identity != NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        wrong = wrong || part->info->kind == kinds[i];
    if (wrong && !part->inherited)
        ag_fail(diag, AG_PROBLEM_UNSUPPORTED, part->place, "foreign table '%s' cannot have %s '%s'",
                part->parent->name == NULL ? "" : part->parent->name,
                part->info->kind == AG_KIND_COLUMN ? "the identity of column" : part->info->noun,
                part->name == NULL ? "" : part->name);
}

static bool is_for_foreign(unsigned field)
{
    return field == AG_TABLE_INHERITS || field == AG_TABLE_PARTITION_OF ||
           field == AG_TABLE_BOUND || field == AG_TABLE_SERVER || field == AG_TABLE_OPTIONS;
}

static void check_foreign(const AgTable *table, AgDiag *diag)
{
    const AgObject *object = &table->object;
    for (unsigned i = 0; table->server != NULL && i < object->info->n_fields; i++)
        if (!is_for_foreign(i) && ag_field_is_set(object, &fields[i]))
            ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                    "foreign table '%s' cannot have '%s'", object->name == NULL ? "" : object->name,
                    fields[i].name);
    for (guint i = 0; table->server != NULL && object->parts != NULL && i < object->parts->len; i++)
        check_foreign_part(g_ptr_array_index(object->parts, i), diag);
    if (table->server == NULL && table->options != NULL)
        ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                "table '%s' has options, which only foreign tables have",
                object->name == NULL ? "" : object->name);
    ag_options_check(object, table->options, diag);
}

static bool check_table(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgTable *table = (const AgTable *)object;
    guint errors = ag_diag_errors(diag);
    (void)dialect;
    if (table->replica_identity != NULL && table->replica_index != NULL)
        ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "table '%s' has 'replica-identity' and also 'replica-index'", object->name);
    check_parents(table, diag);
    check_foreign(table, diag);
    check_index(object, table->replica_index, "replica-index", diag);
    check_index(object, table->cluster_on, "cluster-on", diag);
    return ag_diag_errors(diag) == errors;
}

const AgKindInfo ag_kind_table = {
    .kind = AG_KIND_TABLE,
    .noun = "table",
    .element = "table",
    .also = "foreign-table",
    .in_schema = true,
    .names = AG_NAMED_AS_RELATION | AG_NAMED_AS_TYPE,
    .dialects = AG_IN_ALL,
    .grants = AG_GRANTS_TABLE,
    .size = sizeof(AgTable),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A table with its columns, keys, checks, foreign keys and indexes.",
    .check = check_table,
    .needs = collect_needs,
};
