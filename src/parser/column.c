/* SPDX-License-Identifier: MIT */
/* What a column says beyond its fields, and what a table's columns say together. */
#include "base/text.h"
#include "parser/literal.h"
#include "parser/parse.h"
#include "sql/tokens.h"

#include <string.h>

/* --- defaults --- */

static const char *const function_words[] = {"now", "today", "uuid", NULL};

static void check_enum_default(AgParse *parse, const AgEnum *type, const AgAttribute *attribute)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; type->values != NULL && i < type->values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(type->values, i);
        if (strcmp(value->name, attribute->value) == 0)
            return;
        g_ptr_array_add(names, (gpointer)(guintptr)value->name);
    }
    g_ptr_array_add(names, NULL);
    ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
            "'%s' is not a value of enum '%s'", attribute->value, type->object.name);
    ag_hint_nearest(parse->diag, attribute->value, (const char *const *)names->pdata);
}

static void literal_default(AgParse *parse, const AgAttribute *attribute, AgColumn *column)
{
    const AgEnum *type = ag_types_enum_of(parse, column);
    bool user_type = type != NULL && !parse->sqlite;
    AgLiteralClass kind = ag_literal_class(parse->id, column->type.canonical);
    if (type != NULL) {
        check_enum_default(parse, type, attribute);
    } else if (!parse->sqlite && !ag_literal_fits(kind, attribute->value)) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "default '%s' is not a value of type '%s'", attribute->value, column->type.written);
        ag_hint(parse->diag, "default is a literal; an expression is written with default-sql%s",
                kind == AG_LITERAL_MOMENT ? ", a function of both databases with default-fn" : "");
    }
    column->default_sql =
        ag_literal_sql(parse->pool, parse->id, column->type.canonical, user_type, attribute->value);
    column->default_sql.place = attribute->value_place;
}

static void function_default(AgParse *parse, const AgAttribute *attribute, AgColumn *column)
{
    const char *name = ag_word_of(parse, attribute, function_words);
    if (name == NULL)
        return;
    const char *sql = ag_literal_function(parse->id, name);
    column->default_sql =
        (AgSql){.written = sql, .canonical = sql, .place = attribute->value_place};
}

/* default, default-sql, default-fn and <default> exclude each other. */
void ag_bind_default(AgParse *parse, const AgElement *element, AgColumn *column)
{
    const AgAttribute *literal = ag_element_attribute(element, "default");
    const AgAttribute *function = ag_element_attribute(element, "default-fn");
    const AgAttribute *all[] = {literal, ag_element_attribute(element, "default-sql"), function};
    const AgPlace *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i] == NULL)
            continue;
        if (first != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, all[i]->place,
                    "column '%s' has two defaults", column->object.name);
            ag_also(parse->diag, *first);
            return;
        }
        first = &all[i]->place;
    }
    for (guint i = 0; i < ag_element_count(element); i++) {
        const AgElement *child = ag_element_child(element, i);
        static const char *const attributes[] = {"src", NULL};
        if (strcmp(child->name, "default") != 0)
            continue;
        if (first != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, child->place, "column '%s' has two defaults",
                    column->object.name);
            ag_also(parse->diag, *first);
            return;
        }
        first = &child->place;
        ag_word_attributes(parse, child, attributes);
        ag_bind_element_sql(parse, child, &column->default_sql);
    }
    if (literal != NULL)
        literal_default(parse, literal, column);
    if (function != NULL)
        function_default(parse, function, column);
}

void ag_bind_column(AgParse *parse, const AgElement *element, AgColumn *column)
{
    const AgElement *options = ag_element_find(element, "identity");
    guint serials = parse->sequences->len;
    ag_word_bool(parse, element, "primary-key");
    ag_types_column(parse, element, column);
    if (column->type.written != NULL || parse->sqlite)
        ag_bind_default(parse, element, column);
    if (options != NULL && ag_element_attribute(element, "identity") == NULL)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, options->place,
                "column '%s' has identity options and no attribute 'identity'",
                column->object.name);
    bool has_value = column->default_sql.written != NULL || column->identity != NULL ||
                     column->generated.written != NULL;
    if (parse->sequences->len > serials && has_value)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, column->object.place,
                "column '%s' is serial and has a default, an identity or an expression",
                column->object.name);
    if (column->generated.written == NULL && ag_element_find(element, "generated") == NULL)
        column->generated_kind = NULL;
}

/* --- primary keys --- */

static AgKey *key_of_columns(AgParse *parse, const AgElement *element, AgObject *table)
{
    const AgObject *first = NULL;
    AgKey *key = NULL;
    (void)element;
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        const AgElement *source = ag_parse_element(parse, part);
        if (part->info->kind != AG_KIND_COLUMN || part->name == NULL || source == NULL ||
            g_strcmp0(ag_element_value(source, "primary-key"), "true") != 0)
            continue;
        AgPlace place = ag_element_attribute(source, "primary-key")->place;
        if (first != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, place,
                    "table '%s' has a second column with primary-key=\"true\"", table->name);
            ag_also(parse->diag, first->place);
            ag_hint(parse->diag,
                    "a key of several columns is written <primary-key columns=\"%s "
                    "%s\"/>",
                    first->name, part->name);
            continue;
        }
        first = part;
        key = (AgKey *)ag_object_new(parse->pool, &ag_kind_primary_key, NULL, NULL, NULL);
        key->object.parent = table;
        key->object.place = place;
        key->object.mixin = part->mixin;
        key->columns = ag_pool_array(parse->pool);
        g_ptr_array_add(key->columns, (gpointer)(guintptr)part->name);
    }
    return key;
}

/* Exactly one primary key, wherever it is said. */
static const AgKey *settle_key(AgParse *parse, const AgElement *element, AgObject *table)
{
    AgKey *key = key_of_columns(parse, element, table);
    guint explicit_keys = 0;
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind != AG_KIND_PRIMARY_KEY)
            continue;
        explicit_keys++;
        if (key == NULL) {
            key = (AgKey *)part;
            continue;
        }
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, part->place,
                "table '%s' has a second primary key", table->name);
        ag_also(parse->diag, key->object.place);
    }
    if (key != NULL && explicit_keys == 0)
        g_ptr_array_add(table->parts, key);
    return key;
}

/* --- identity on SQLite --- */

static void sqlite_identity(AgParse *parse, const AgKey *key, AgColumn *column)
{
    const AgObject *table = column->object.parent;
    const char *type = column->type.canonical;
    bool is_key = key != NULL && key->columns != NULL && key->columns->len == 1 &&
                  ag_name_same(g_ptr_array_index(key->columns, 0), column->object.name, true);
    if (!is_key) {
        ag_fail(parse->diag, AG_PROBLEM_NOT_IN_DIALECT, column->object.place,
                "column '%s' is numbered by the database, but SQLite does that only for a "
                "primary key",
                column->object.name);
        ag_hint(parse->diag, "make it the primary key, or say the default with <variant "
                             "dialect=\"sqlite\" .../>");
        return;
    }
    if (type == NULL || strstr(type, "INT") == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, column->object.place,
                "column '%s' has an identity and the type '%s'", column->object.name,
                type == NULL ? "" : type);
        ag_hint(parse->diag, "SQLite numbers columns of type INTEGER");
        return;
    }
    if (((const AgTable *)table)->without_rowid) {
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, column->object.place,
                "column '%s' has an identity in a table without rowid", column->object.name);
        return;
    }
    column->type.written = column->type.canonical = "INTEGER";
    if (strcmp(column->identity, "by-default") == 0)
        column->identity = NULL;
}

/* --- enums on SQLite --- */

static void enum_check(AgParse *parse, AgObject *table, const AgColumn *column, const AgEnum *type)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    ag_quote_name(parse->dialect, sql, column->object.name);
    g_string_append(sql, " IN (");
    for (guint i = 0; type->values != NULL && i < type->values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(type->values, i);
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "",
                               ag_sql_literal(parse->pool, value->name));
    }
    g_string_append_c(sql, ')');
    AgCheck *check = (AgCheck *)ag_object_new(parse->pool, &ag_kind_check, table, NULL, NULL);
    check->object.place = column->object.place;
    check->object.mixin = column->object.mixin;
    check->expression =
        (AgSql){.written = ag_pool_text(parse->pool, sql->str), .place = column->type.place};
}

void ag_bind_table_end(AgParse *parse, const AgElement *element, AgObject *table)
{
    const AgKey *key = settle_key(parse, element, table);
    guint n = table->parts == NULL ? 0 : table->parts->len;
    for (guint i = 0; parse->sqlite && i < n; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind != AG_KIND_COLUMN || part->name == NULL)
            continue;
        AgColumn *column = (AgColumn *)part;
        const AgEnum *type = ag_types_enum_of(parse, column);
        ag_domain_column(parse, table, column);
        if (column->identity != NULL)
            sqlite_identity(parse, key, column);
        if (type != NULL)
            enum_check(parse, table, column, type);
    }
}
