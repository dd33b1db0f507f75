/* SPDX-License-Identifier: MIT */
#include "introspect/sqlite/canonical.h"

#include <string.h>

#include "dialect/dialect.h"
#include "introspect/reader.h"
#include "introspect/sqlite/create_text.h"
#include "model/check.h"
#include "model/column.h"
#include "sql/tokens.h"

AgSettling ag_sqlite_settling(AgPool *pool)
{
    return (AgSettling){.pool = pool,
                        .types = ag_pool_table(pool, g_str_hash, g_str_equal),
                        .expressions = ag_pool_table(pool, g_str_hash, g_str_equal)};
}

const char *ag_sqlite_normal_expression(AgPool *pool, const char *text)
{
    g_auto(AgCreateText) create;
    const char *inner = text;
    if (ag_create_init(&create, pool, text) && create.n_tokens > 1) {
        guint from = 0, end = create.n_tokens - 1;
        while (end - from > 2 && ag_create_closing(&create, from) == end) {
            from++;
            end--;
        }
        inner = ag_create_span(&create, from, end);
    }
    return ag_sql_normal(pool, AG_DIALECT_SQLITE, inner);
}

static const char *remember(GHashTable *known, const char *written, const char *canonical)
{
    g_hash_table_insert(known, (gpointer)(guintptr)written, (gpointer)(guintptr)canonical);
    return canonical;
}

static void settle_expression(const AgSettling *known, AgSql *sql)
{
    if (sql->written == NULL)
        return;
    sql->canonical = g_hash_table_lookup(known->expressions, sql->written);
    if (sql->canonical == NULL)
        sql->canonical = remember(known->expressions, sql->written,
                                  ag_sqlite_normal_expression(known->pool, sql->written));
}

static void settle_type(const AgSettling *known, AgSql *type)
{
    if (type->written == NULL)
        return;
    type->canonical = g_hash_table_lookup(known->types, type->written);
    if (type->canonical == NULL)
        type->canonical = remember(known->types, type->written,
                                   ag_dialect_sqlite.canonical_type(known->pool, type->written));
}

/* What is the same as not written. */
static void settle_conflict(const char **word)
{
    if (*word != NULL && (strcmp(*word, "abort") == 0 || strcmp(*word, "none") == 0))
        *word = NULL;
}

static bool is_binary(const char *collation)
{
    return collation == NULL || g_ascii_strcasecmp(collation, "BINARY") == 0;
}

static void settle_column(const AgSettling *known, AgColumn *column)
{
    settle_type(known, &column->type);
    settle_expression(known, &column->default_sql);
    settle_expression(known, &column->generated);
    if (is_binary(column->collation.name))
        column->collation = (AgQname){0};
    if (column->identity != NULL && strcmp(column->identity, "always") != 0)
        column->identity = NULL;
    settle_conflict(&column->null_conflict);
}

/* A part's collation says something only where it is not that of the column. */
static void settle_part(const AgSettling *known, const AgTable *table, AgPart *part)
{
    settle_expression(known, &part->expression);
    part->nulls = NULL;
    part->opclass = (AgQname){0};
    part->opclass_params = NULL;
    if (part->column == NULL || part->collation.name == NULL)
        return;
    const AgColumn *column = (const AgColumn *)ag_create_column(table, part->column);
    const char *own = column == NULL ? NULL : column->collation.name;
    if (is_binary(own) ? is_binary(part->collation.name)
                       : g_ascii_strcasecmp(own, part->collation.name) == 0)
        part->collation = (AgQname){0};
}

static void settle_key(const AgSettling *known, const AgTable *table, AgKey *key)
{
    bool plain = true;
    for (guint i = 0; key->parts != NULL && i < key->parts->len; i++) {
        AgPart *part = g_ptr_array_index(key->parts, i);
        settle_part(known, table, part);
        if (g_strcmp0(part->order, "asc") == 0)
            part->order = NULL;
        plain = plain && part->order == NULL && part->collation.name == NULL;
    }
    if (plain)
        key->parts = NULL;
    settle_conflict(&key->on_conflict);
}

static void settle_index(const AgSettling *known, const AgTable *table, AgIndex *index)
{
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++)
        settle_part(known, table, g_ptr_array_index(index->parts, i));
    settle_expression(known, &index->where);
}

/* Bodies are compared token by token: SQLite keeps them as they were written. */
static void settle_trigger(const AgSettling *known, AgTrigger *trigger)
{
    settle_expression(known, &trigger->when);
    if (trigger->body.written != NULL)
        trigger->body.canonical =
            ag_sql_normal(known->pool, AG_DIALECT_SQLITE, trigger->body.written);
}

static void settle_object(const AgSettling *known, const AgTable *table, AgObject *part)
{
    switch (part->info->kind) {
    case AG_KIND_COLUMN:
        settle_column(known, (AgColumn *)part);
        return;
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        settle_key(known, table, (AgKey *)part);
        return;
    case AG_KIND_CHECK:
        settle_expression(known, &((AgCheck *)part)->expression);
        return;
    case AG_KIND_INDEX:
        settle_index(known, table, (AgIndex *)part);
        return;
    case AG_KIND_TRIGGER:
        settle_trigger(known, (AgTrigger *)part);
        return;
    case AG_KIND_FOREIGN_KEY:
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_EVENT_TRIGGER:
    case AG_KIND_PUBLICATION:
    case AG_KIND_PUBLISHED_TABLE:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_OPERATOR:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_CONVERSION:
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_EXCLUDE:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
        return;
    }
    g_assert_not_reached();
}

static bool is_column(const AgObject *part)
{
    return part->info->kind == AG_KIND_COLUMN;
}

void ag_sqlite_settle_table(const AgSettling *known, AgTable *table)
{
    GPtrArray *parts = table->object.parts;
    /* Columns before the keys that ask for their collations. */
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        if (is_column(g_ptr_array_index(parts, i)))
            settle_object(known, table, g_ptr_array_index(parts, i));
    }
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        if (!is_column(g_ptr_array_index(parts, i)))
            settle_object(known, table, g_ptr_array_index(parts, i));
    }
}

/* A query is compared token by token: SQLite keeps it as it was written. */
void ag_sqlite_settle_view(const AgSettling *known, AgView *view)
{
    if (view->query.written != NULL)
        view->query.canonical = ag_sql_normal(known->pool, AG_DIALECT_SQLITE, view->query.written);
    for (guint i = 0; view->object.parts != NULL && i < view->object.parts->len; i++) {
        AgObject *part = g_ptr_array_index(view->object.parts, i);
        if (part->info->kind == AG_KIND_TRIGGER)
            settle_trigger(known, (AgTrigger *)part);
    }
}

void ag_sqlite_settle_virtual_table(AgPool *pool, AgVirtualTable *table)
{
    if (table->arguments.written != NULL)
        table->arguments.canonical =
            ag_sql_normal(pool, AG_DIALECT_SQLITE, table->arguments.written);
}

static bool is_null_default(AgSql sql)
{
    return sql.canonical != NULL && strcmp(sql.canonical, "null") == 0;
}

/* DEFAULT NULL is the same as no default; the model then takes over what the database has. */
static void follow_live(const AgTable *live, AgObject *part)
{
    AgColumn *column = (AgColumn *)part;
    if (part->info->kind != AG_KIND_COLUMN)
        return;
    const AgColumn *other = (const AgColumn *)ag_create_column(live, part->name);
    if (other == NULL)
        return;
    bool nothing = column->default_sql.written == NULL || is_null_default(column->default_sql);
    if (nothing && (other->default_sql.written == NULL || is_null_default(other->default_sql)))
        column->default_sql = other->default_sql;
}

bool ag_sqlite_canonicalize(AgSchema *desired, AgSchema *live, AgDiag *diag)
{
    (void)diag;
    AgSettling known = ag_sqlite_settling(desired->pool);
    /* The live schema's reader has settled it: equal texts are equal to the byte. */
    for (guint i = 0; i < desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(desired->objects, i);
        if (object->info->kind == AG_KIND_VIEW)
            ag_sqlite_settle_view(&known, (AgView *)object);
        if (object->info->kind == AG_KIND_VIRTUAL_TABLE)
            ag_sqlite_settle_virtual_table(desired->pool, (AgVirtualTable *)object);
        if (object->info->kind != AG_KIND_TABLE)
            continue;
        ag_sqlite_settle_table(&known, (AgTable *)object);
        const AgObject *found = ag_schema_find(live, AG_KIND_TABLE, NULL, object->name);
        for (guint j = 0; found != NULL && object->parts != NULL && j < object->parts->len; j++)
            follow_live((const AgTable *)found, g_ptr_array_index(object->parts, j));
    }
    return true;
}
