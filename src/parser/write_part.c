/* SPDX-License-Identifier: MIT */
/* The short and pleasant forms: each only where reading gives back exactly what was there. */
#include "model/enum.h"
#include "model/type_name.h"
#include "parser/literal.h"
#include "parser/naming.h"
#include "parser/write_private.h"

#include <string.h>

static const char *spelling(AgSql sql)
{
    return sql.canonical != NULL ? sql.canonical : sql.written;
}

/* --- types --- */

typedef struct {
    const char *front, *behind; /* around the modifiers */
    const char *word;
} ShortType;

static const ShortType short_types[] = {
    {"character varying", "", "varchar"},
    {"character", "", "char"},
    {"timestamp", " with time zone", "timestamptz"},
    {"timestamp", " without time zone", "timestamp"},
    {"time", " with time zone", "timetz"},
    {"time", " without time zone", "time"},
};

/* "character varying(80)[]" -> "varchar(80)[]"; NULL when there is nothing shorter. */
static char *shorten(AgWrite *write, const char *type)
{
    bool array = g_str_has_suffix(type, "[]");
    g_autofree char *scalar = g_strndup(type, strlen(type) - (array ? 2 : 0));
    for (size_t i = 0; i < G_N_ELEMENTS(short_types); i++) {
        const ShortType *s = &short_types[i];
        if (!g_str_has_prefix(scalar, s->front) || !g_str_has_suffix(scalar, s->behind))
            continue;
        size_t front = strlen(s->front), behind = strlen(s->behind), length = strlen(scalar);
        if (length < front + behind)
            continue;
        char *text =
            ag_pool_printf(write->pool, "%s%.*s%s", s->word, (int)(length - front - behind),
                           scalar + front, array ? "[]" : "");
        const char *again = write->dialect->canonical_type(write->pool, text);
        if (g_strcmp0(again, type) == 0)
            return text;
    }
    return NULL;
}

static const AgEnum *enum_of(const AgWrite *write, const char *type)
{
    return write->enums == NULL || type == NULL ? NULL : g_hash_table_lookup(write->enums, type);
}

/* A type of the object's own schema goes without it, unless the name is a built-in type's. */
static const char *own_text(AgWrite *write, const AgObject *object, const char *type)
{
    AgTypeName split;
    const char *own = (object->parent != NULL ? object->parent : object)->schema;
    if (write->schema == NULL || !ag_type_name_split(write->pool, type, &split) ||
        split.name.schema == NULL || g_strcmp0(split.name.schema, own) != 0 ||
        ag_schema_type_in(write->schema, split.name.schema, split.name.name) == NULL)
        return NULL;
    g_autoptr(GString) name = g_string_new(NULL);
    ag_quote_name(write->dialect, name, split.name.name);
    if (write->dialect->canonical_type(write->pool, name->str) != NULL ||
        g_str_has_suffix(name->str, "serial"))
        return NULL;
    return ag_pool_printf(write->pool, "%s%s", name->str, split.rest);
}

void ag_write_type(AgWrite *write, AgElement *element, const AgObject *object, const AgField *field)
{
    const AgSql *sql = ag_field_at(object, field);
    const char *type = sql->written;
    if (type == NULL)
        return;
    const char *text = NULL;
    if (write->id == AG_DIALECT_POSTGRESQL) {
        text = own_text(write, object, spelling(*sql));
        if (text == NULL && strcmp(type, spelling(*sql)) == 0)
            text = shorten(write, type);
    }
    ag_write_attribute(write, element, object, field->name, text != NULL ? text : type);
}

/* --- defaults --- */

void ag_write_default(AgWrite *write, AgElement *element, const AgColumn *column)
{
    if (column->default_sql.written == NULL)
        return;
    const AgObject *object = &column->object;
    const char *sql = spelling(column->default_sql);
    const char *type = column->type.written == NULL ? NULL : spelling(column->type);
    if (write->id == AG_DIALECT_SQLITE && type != NULL)
        type = write->dialect->canonical_type(write->pool, type);
    else if (enum_of(write, type) == NULL && type != NULL)
        type = write->dialect->canonical_type(write->pool, type);
    const char *function = ag_literal_function_name(write->id, sql);
    const char *literal =
        ag_literal_text(write->pool, write->id, type, enum_of(write, type) != NULL, sql);
    if (function != NULL)
        ag_write_attribute(write, element, object, "default-fn", function);
    else if (literal != NULL)
        ag_write_attribute(write, element, object, "default", literal);
    else if (strchr(column->default_sql.written, '\n') == NULL ||
             strchr(column->default_sql.written, '\r') != NULL)
        ag_write_attribute(write, element, object, "default-sql", column->default_sql.written);
    else
        ag_write_text(write, element, object, "default", column->default_sql.written);
}

/* --- inherited columns --- */

/* A primary key of the table's own says NOT NULL already. */
static AgFieldSet told_of(const AgColumn *column)
{
    bool by_key = !column->null && ag_column_is_in_own_key(column);
    return by_key ? column->own & ~AG_FIELD_BIT(AG_COLUMN_NULL) : column->own;
}

bool ag_write_is_told(const AgObject *part)
{
    return !part->inherited ||
           (part->info->kind == AG_KIND_COLUMN && told_of((const AgColumn *)part) != 0);
}

void ag_write_own(AgWrite *write, AgElement *element, const AgColumn *column)
{
    const AgObject *object = &column->object;
    for (guint i = 0; i < ag_n_column_own_fields; i++) {
        unsigned number = ag_column_own_fields[i].field;
        const AgField *field = &object->info->fields[number];
        if ((told_of(column) & AG_FIELD_BIT(number)) == 0)
            continue;
        if (number == AG_COLUMN_DEFAULT_SQL && column->default_sql.written != NULL)
            ag_write_default(write, element, column);
        else if (number == AG_COLUMN_DEFAULT_SQL)
            ag_write_attribute(write, element, object, "default-sql", "NULL");
        else if (number == AG_COLUMN_NULL)
            ag_write_attribute(write, element, object, "null", column->null ? "true" : "false");
        else if (number == AG_COLUMN_STORAGE || number == AG_COLUMN_COMPRESSION)
            ag_write_attribute(write, element, object, field->name,
                               ag_field_is_set(object, field)
                                   ? ag_field_text(write->pool, object, field)
                                   : "default");
        else if (number == AG_COLUMN_STATISTICS)
            ag_write_attribute(write, element, object, field->name,
                               ag_field_text(write->pool, object, field));
        else if (number == AG_COLUMN_PARAMS || number == AG_COLUMN_OPTIONS)
            ag_write_options(write, element, object, field);
    }
}

/* --- key parts --- */

static bool is_plain(const AgPart *part)
{
    return part->column != NULL && part->order == NULL && part->nulls == NULL &&
           part->opclass.name == NULL && part->opclass_params == NULL &&
           part->collation.name == NULL;
}

static void write_part(AgWrite *write, AgElement *element, const AgObject *object,
                       const AgPart *part)
{
    AgElement *child;
    if (part->column == NULL) {
        child = ag_write_text(write, element, object, "expression", part->expression.written);
    } else {
        child = ag_element_new(write->pool, "column", element);
        ag_element_add(write->pool, element, child);
        ag_write_attribute(write, child, object, "name", part->column);
    }
    if (part->order != NULL)
        ag_write_attribute(write, child, object, "order", part->order);
    if (part->nulls != NULL)
        ag_write_attribute(write, child, object, "nulls", part->nulls);
    if (part->opclass.name != NULL)
        ag_write_attribute(write, child, object, "opclass",
                           ag_qname_text(write->pool, part->opclass));
    if (part->opclass_params != NULL)
        ag_write_attribute(write, child, object, "opclass-params", part->opclass_params);
    if (part->statistics != NULL)
        ag_write_attribute(write, child, object, "statistics", part->statistics);
    if (part->with != NULL)
        ag_write_attribute(write, child, object, "with", part->with);
    if (part->collation.name != NULL)
        ag_write_attribute(write, child, object, "collation",
                           ag_qname_text(write->pool, part->collation));
}

void ag_write_parts(AgWrite *write, AgElement *element, const AgObject *object,
                    const GPtrArray *parts)
{
    GPtrArray *names = ag_pool_array(write->pool);
    bool plain = object->info->kind == AG_KIND_INDEX;
    for (guint i = 0; i < parts->len; i++) {
        const AgPart *part = g_ptr_array_index(parts, i);
        plain = plain && is_plain(part);
        g_ptr_array_add(names, (gpointer)(guintptr)part->column);
    }
    if (plain) {
        ag_write_attribute(write, element, object, "columns", ag_names_join(write->pool, names));
        return;
    }
    for (guint i = 0; i < parts->len; i++)
        write_part(write, element, object, g_ptr_array_index(parts, i));
}

/* --- foreign keys --- */

void ag_write_references(AgWrite *write, AgElement *element, const AgForeignKey *key)
{
    const AgObject *object = &key->object;
    AgQname name = key->references;
    const AgObject *target = write->schema == NULL ? NULL
                                                   : ag_schema_find(write->schema, AG_KIND_TABLE,
                                                                    name.schema, name.name);
    if (g_strcmp0(name.schema, object->parent->schema) == 0)
        name.schema = NULL;
    ag_write_attribute(write, element, object, "references", ag_qname_text(write->pool, name));
    const AgKey *primary =
        target == NULL ? NULL : (const AgKey *)ag_object_first(target, AG_KIND_PRIMARY_KEY);
    bool implied =
        write->dialect->id == AG_DIALECT_SQLITE
            ? key->ref_columns_implied
            : primary != NULL && ag_names_same(primary->columns, key->ref_columns, false);
    if (key->ref_columns == NULL || key->ref_columns->len == 0 || implied)
        return;
    ag_write_attribute(write, element, object, "ref-columns",
                       ag_names_join(write->pool, key->ref_columns));
}

/* --- names --- */

bool ag_write_name_is_default(AgWrite *write, const AgObject *part)
{
    if (part->name == NULL)
        return true;
    const char *usual = ag_naming_default(write->pool, write->id, part);
    if (usual == NULL || strcmp(usual, part->name) != 0)
        return false;
    for (guint i = 0; i < part->parent->parts->len; i++) {
        const AgObject *other = g_ptr_array_index(part->parent->parts, i);
        const char *same = other == part || other->info->kind != part->info->kind
                               ? NULL
                               : ag_naming_default(write->pool, write->id, other);
        if (same != NULL && strcmp(same, usual) == 0)
            return false;
    }
    return true;
}

/* A column that comes from the parent table is not written, and nothing with it. */
static bool is_column_inherited(const AgObject *table, const char *name)
{
    const AgObject *column = ag_object_part(table, AG_KIND_COLUMN, name);
    return column != NULL && column->inherited;
}

bool ag_write_is_short_key(AgWrite *write, const AgKey *key)
{
    const AgObject *object = &key->object;
    if (key->columns == NULL || key->columns->len != 1 || object->comment != NULL ||
        object->former != NULL || !ag_write_name_is_default(write, object) ||
        is_column_inherited(object->parent, g_ptr_array_index(key->columns, 0)))
        return false;
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        if (i != AG_KEY_COLUMNS && ag_field_is_set(object, &object->info->fields[i]))
            return false;
    }
    return true;
}
