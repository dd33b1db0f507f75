/* SPDX-License-Identifier: MIT */
#include "model/publication.h"

#include "model/needs.h"
#include "sql/tokens.h"

static const char *const events[] = {"insert", "update", "delete", "truncate", "none", NULL};
static const char *const generated_words[] = {"none", "stored", NULL};

static const AgField fields[] = {
    [AG_PUBLICATION_ALL_TABLES] = {.name = "all-tables",
                                   AG_FIELD_OF(AgPublication, all_tables, BOOL),
                                   .about = "true: all tables of the database, now and later."},
    [AG_PUBLICATION_SCHEMAS] = {.name = "schemas",
                                AG_FIELD_OF(AgPublication, schemas, SET),
                                .about = "All tables of these schemas; needs PostgreSQL 15."},
    [AG_PUBLICATION_PUBLISH] = {.name = "publish",
                                AG_FIELD_OF(AgPublication, publish, SET),
                                .words = events,
                                .about = "What is published: any of insert, update, delete, "
                                         "truncate, or none; absent: all of it."},
    [AG_PUBLICATION_VIA_ROOT] = {.name = "via-root",
                                 AG_FIELD_OF(AgPublication, via_root, BOOL),
                                 .about = "true: changes of partitions are published as those of "
                                          "the table at the root."},
    [AG_PUBLICATION_GENERATED_COLUMNS] = {.name = "generated-columns",
                                          AG_FIELD_OF(AgPublication, generated, WORD),
                                          .words = generated_words,
                                          .about = "Whether generated columns are published; "
                                                   "absent: none. Needs PostgreSQL 18."},
};

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgPublication *publication = (const AgPublication *)object;
    (void)dialect;
    if (publication->all_tables && (publication->schemas != NULL || object->parts != NULL))
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "publication '%s': with all-tables there are no schemas and no <for-table>",
                       object->name == NULL ? "" : object->name);
    const GPtrArray *publish = publication->publish;
    if (publish != NULL && publish->len > 1 &&
        g_str_equal(g_ptr_array_index(publish, publish->len - 1), "none"))
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "publication '%s': publish=\"none\" stands alone",
                       object->name == NULL ? "" : object->name);
    for (guint i = 0;
         publication->schemas != NULL && object->parts != NULL && i < object->parts->len; i++) {
        const AgPublishedTable *published = g_ptr_array_index(object->parts, i);
        if (published->columns != NULL)
            return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, published->object.place,
                           "published table '%s': beside schemas there are no columns",
                           published->object.name == NULL ? "" : published->object.name);
    }
    return true;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const AgPublication *publication = (const AgPublication *)object;
    for (guint i = 0; publication->schemas != NULL && i < publication->schemas->len; i++)
        ag_needs_object(needs, AG_KIND_NAMESPACE, NULL, g_ptr_array_index(publication->schemas, i));
}

const AgKindInfo ag_kind_publication = {
    .kind = AG_KIND_PUBLICATION,
    .noun = "publication",
    .element = "publication",
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgPublication),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A publication: changes that subscribers of other databases get. Publications are "
             "compared only where the models name any, or all schemas are managed.",
    .check = check,
    .needs = collect_needs,
};

/* --- tables --- */

static const AgField table_fields[] = {
    [AG_PUBLISHED_TABLE_TABLE] = {.name = "table",
                                  AG_FIELD_OF(AgPublishedTable, table, QNAME),
                                  .flags = AG_FIELD_REQUIRED,
                                  .about = "The table: [schema.]name."},
    [AG_PUBLISHED_TABLE_COLUMNS] = {.name = "columns",
                                    AG_FIELD_OF(AgPublishedTable, columns, NAMES),
                                    .flags = AG_FIELD_UNORDERED,
                                    .about = "The columns that are published; absent: all of "
                                             "them. Needs PostgreSQL 15."},
    [AG_PUBLISHED_TABLE_WHERE] = {.name = "where",
                                  AG_FIELD_OF(AgPublishedTable, where, EXPR),
                                  .form = AG_FORM_ELEMENT,
                                  .about = "Only rows for which this holds; needs PostgreSQL 15."},
};

static const char *derive_name(AgPool *pool, const AgObject *object)
{
    return ag_qname_text(pool, ((const AgPublishedTable *)object)->table);
}

static bool check_table(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    (void)dialect;
    return object->comment == NULL ||
           ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                   "published table '%s': PostgreSQL keeps no comment of it",
                   object->name == NULL ? "" : object->name);
}

/* Every name of the filter may be a column of the table. */
static void collect_table_needs(const AgObject *object, AgNeeds *needs)
{
    const AgPublishedTable *published = (const AgPublishedTable *)object;
    AgQname table = published->table;
    if (table.name == NULL)
        return;
    ag_needs_object(needs, AG_KIND_TABLE, table.schema, table.name);
    for (guint i = 0; published->columns != NULL && i < published->columns->len; i++)
        ag_needs_column(needs, table.schema, table.name, g_ptr_array_index(published->columns, i));
    const GPtrArray *names =
        published->where.written == NULL
            ? NULL
            : ag_sql_names(needs->pool, AG_DIALECT_POSTGRESQL, published->where.written);
    for (guint i = 0; names != NULL && i < names->len; i++)
        ag_needs_column(needs, table.schema, table.name, g_ptr_array_index(names, i));
    ag_needs_sql(needs, object, published->where);
}

const AgKindInfo ag_kind_published_table = {
    .kind = AG_KIND_PUBLISHED_TABLE,
    .noun = "published table",
    .element = "for-table",
    .parents = (const AgKindInfo *const[]){&ag_kind_publication, NULL},
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgPublishedTable),
    .fields = table_fields,
    .n_fields = G_N_ELEMENTS(table_fields),
    .about = "A table that is published.",
    .check = check_table,
    .derive_name = derive_name,
    .needs = collect_table_needs,
};
