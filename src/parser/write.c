/* SPDX-License-Identifier: MIT */
#include "parser/write.h"

#include "base/text.h"
#include "model/enum.h"
#include "model/index.h"
#include "model/statistics.h"
#include "model/table.h"
#include "model/view.h"
#include "parser/write_private.h"
#include "parser/xml.h"
#include "parser/xml_print.h"

#include <string.h>

/* --- attributes and texts --- */

static void refuse(AgWrite *write, const AgObject *object, const char *what, const char *why)
{
    if (write->diag == NULL)
        return;
    ag_fail(write->diag, AG_PROBLEM_UNSUPPORTED, AG_NOWHERE, "%s of %s '%s' %s", what,
            object->info->noun, ag_object_label(write->pool, object), why);
    ag_hint(write->diag, "change it in the database first");
}

void ag_write_attribute(AgWrite *write, AgElement *element, const AgObject *object,
                        const char *name, const char *value)
{
    if (!ag_xml_can_carry(value))
        refuse(write, object, name, "holds characters that XML cannot carry");
    ag_element_set(write->pool, element,
                   (AgAttribute){.name = name, .value = ag_pool_text(write->pool, value)});
}

AgElement *ag_write_text(AgWrite *write, AgElement *element, const AgObject *object,
                         const char *name, const char *text)
{
    AgElement *child = ag_element_new(write->pool, name, element);
    child->text = ag_pool_text(write->pool, text);
    if (!ag_xml_can_carry(text))
        refuse(write, object, name, "holds characters that XML cannot carry");
    else if (strchr(text, '\r') != NULL && strcmp(name, "body") != 0)
        refuse(write, object, name, "holds a carriage return, which model files fold");
    ag_element_add(write->pool, element, child);
    return child;
}

/* Blanks around an expression mean nothing; without them its lines keep their indentation. */
static char *trimmed(AgPool *pool, const char *sql)
{
    size_t start = strspn(sql, " \t\n\r"), end = strlen(sql);
    while (end > start && strchr(" \t\n\r", sql[end - 1]) != NULL)
        end--;
    return ag_pool_text_n(pool, sql + start, end - start);
}

static void write_name(AgWrite *write, AgElement *element, const AgObject *object)
{
    AgKind kind = object->info->kind;
    bool optional =
        kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE || kind == AG_KIND_FOREIGN_KEY;
    if (object->name == NULL || object->info->derive_name != NULL ||
        (optional && ag_write_name_is_default(write, object)))
        return;
    g_autofree char *printable = ag_text_printable(object->name);
    if (strcmp(printable, object->name) != 0)
        refuse(write, object, "the name", "holds control characters or bidirectional marks");
    ag_write_attribute(write, element, object, "name", object->name);
}

static bool has_own_text(const AgKindInfo *info)
{
    for (unsigned i = 0; i < info->n_fields; i++)
        if (info->fields[i].form == AG_FORM_TEXT)
            return true;
    return false;
}

static void write_comment(AgWrite *write, AgElement *element, const AgObject *object)
{
    if (object->comment == NULL)
        return;
    bool lines = strchr(object->comment, '\n') != NULL;
    if (lines && !has_own_text(object->info) && ag_xml_survives(object->comment))
        ag_write_text(write, element, object, "comment", object->comment);
    else
        ag_write_attribute(write, element, object, "comment", object->comment);
}

static void write_former(AgWrite *write, AgElement *element, const AgObject *object)
{
    if (object->former == NULL || object->info->derive_name != NULL || object->former->len == 0)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < object->former->len; i++)
        g_string_append_printf(
            text, "%s%s", i > 0 ? " " : "",
            ag_qname_text(write->pool, *(const AgQname *)g_ptr_array_index(object->former, i)));
    ag_write_attribute(write, element, object, "renamed-from", text->str);
}

/* --- fields --- */

/* The child that carries fields "a" and "a/b", made when first needed. */
static AgElement *field_child(AgWrite *write, AgElement *element, const char *name, size_t length)
{
    g_autofree char *child_name = g_strndup(name, length);
    AgElement *child = ag_element_find(element, child_name);
    if (child == NULL) {
        child = ag_element_new(write->pool, child_name, element);
        ag_element_add(write->pool, element, child);
    }
    return child;
}

void ag_write_options(AgWrite *write, AgElement *element, const AgObject *object,
                      const AgField *field)
{
    const GPtrArray *options = *(GPtrArray *const *)ag_field_at(object, field);
    for (guint i = 0; i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        AgElement *child = ag_element_new(write->pool, field->name, element);
        ag_element_add(write->pool, element, child);
        ag_write_attribute(write, child, object, "name", option->name);
        ag_write_attribute(write, child, object, "value",
                           option->value == NULL ? "" : option->value);
    }
}

static void write_values(AgWrite *write, AgElement *element, const AgObject *object,
                         const GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(values, i);
        AgElement *child = ag_element_new(write->pool, "value", element);
        ag_element_add(write->pool, element, child);
        ag_write_attribute(write, child, object, "name", value->name);
        if (value->former != NULL && value->former->len > 0)
            ag_write_attribute(write, child, object, "renamed-from",
                               ag_names_join(write->pool, value->former));
    }
}

static void write_children(AgWrite *write, AgElement *element, const AgObject *object,
                           const AgField *field)
{
    const GPtrArray *members = *(GPtrArray *const *)ag_field_at(object, field);
    if (field->type == AG_FIELD_PARTS)
        ag_write_parts(write, element, object, members);
    else if (field->type == AG_FIELD_VALUES)
        write_values(write, element, object, members);
    else if (field->type == AG_FIELD_ARGUMENTS)
        ag_write_arguments(write, element, object, members);
    else
        ag_write_options(write, element, object, field);
}

static void write_field(AgWrite *write, AgElement *element, const AgObject *object,
                        const AgField *field)
{
    const char *slash = strchr(field->name, '/');
    /* A word that must be there is written even when it is the usual one. */
    bool demanded = field->type == AG_FIELD_WORD && (field->flags & AG_FIELD_REQUIRED) != 0;
    if (!(demanded || ag_field_is_set(object, field)) || (field->flags & AG_FIELD_SHORT) != 0 ||
        !ag_field_in(field, write->id))
        return;
    if (slash != NULL) {
        AgElement *child = field_child(write, element, field->name, (size_t)(slash - field->name));
        ag_write_attribute(write, child, object, slash + 1,
                           ag_field_text(write->pool, object, field));
        return;
    }
    if (field->type == AG_FIELD_BODY) {
        ag_write_body(write, element, object, ag_field_at(object, field));
        return;
    }
    const char *sql =
        field->type == AG_FIELD_EXPR
            ? trimmed(write->pool, ((const AgSql *)ag_field_at(object, field))->written)
            : NULL;
    switch (field->form) {
    case AG_FORM_ATTRIBUTE:
        ag_write_attribute(write, element, object, field->name,
                           ag_field_text(write->pool, object, field));
        break;
    case AG_FORM_ELEMENT:
        ag_write_text(write, element, object, field->name, sql);
        break;
    case AG_FORM_TEXT:
        element->text = sql;
        if (!ag_xml_can_carry(sql) || strchr(sql, '\r') != NULL)
            refuse(write, object, field->name, "holds characters that model files cannot carry");
        break;
    case AG_FORM_CHILDREN:
        write_children(write, element, object, field);
        break;
    }
}

/* --- objects --- */

static bool is_short_key_of(AgWrite *write, const AgColumn *column)
{
    const AgKey *key = (const AgKey *)ag_object_first(column->object.parent, AG_KIND_PRIMARY_KEY);
    return key != NULL && ag_write_is_short_key(write, key) &&
           ag_name_same(g_ptr_array_index(key->columns, 0), column->object.name,
                        write->dialect->folds_names);
}

/* Whether the field was written in a form of its own. */
static bool write_special(AgWrite *write, AgElement *element, const AgObject *object, unsigned i)
{
    AgKind kind = object->info->kind;
    const AgField *field = &object->info->fields[i];
    if (field->type == AG_FIELD_TYPE && field->form == AG_FORM_ATTRIBUTE) {
        ag_write_type(write, element, object, field);
        return true;
    }
    if (kind == AG_KIND_COLUMN && i == AG_COLUMN_DEFAULT_SQL) {
        if (object->parent != NULL && is_short_key_of(write, (const AgColumn *)object))
            ag_write_attribute(write, element, object, "primary-key", "true");
        ag_write_default(write, element, (const AgColumn *)object);
        return true;
    }
    if (kind == AG_KIND_COLUMN && i == AG_COLUMN_IDENTITY_SEQUENCE)
        return ag_column_has_usual_sequence((const AgColumn *)object);
    if (kind == AG_KIND_COLUMN && i == AG_COLUMN_NOT_NULL_NAME)
        return ag_column_has_usual_not_null((const AgColumn *)object);
    if (kind == AG_KIND_FOREIGN_KEY && i == AG_FOREIGN_KEY_REFERENCES) {
        ag_write_references(write, element, (const AgForeignKey *)object);
        return true;
    }
    if (kind == AG_KIND_FOREIGN_KEY && i == AG_FOREIGN_KEY_REF_COLUMNS)
        return true;
    if (kind == AG_KIND_STATISTICS && i == AG_STATISTICS_TABLE) {
        AgQname table = ((const AgStatistics *)object)->table;
        if (g_strcmp0(table.schema, object->schema) == 0)
            table.schema = NULL;
        ag_write_attribute(write, element, object, "table", ag_qname_text(write->pool, table));
        return true;
    }
    if (kind == AG_KIND_TABLE && (i == AG_TABLE_INHERITS || i == AG_TABLE_PARTITION_OF)) {
        ag_write_parents(write, element, (const AgTable *)object, i);
        return true;
    }
    if (kind == AG_KIND_TABLE && i == AG_TABLE_BOUND) {
        ag_write_bound(write, element, (const AgTable *)object);
        return true;
    }
    if (kind == AG_KIND_TABLE && i == AG_TABLE_PARTITION_BY)
        return true;
    bool key = kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE;
    return key && i == AG_KEY_COLUMNS && ((const AgKey *)object)->parts != NULL;
}

static const AgKind part_order[] = {AG_KIND_COLUMN,  AG_KIND_PRIMARY_KEY, AG_KIND_UNIQUE,
                                    AG_KIND_EXCLUDE, AG_KIND_FOREIGN_KEY, AG_KIND_CHECK,
                                    AG_KIND_INDEX,   AG_KIND_TRIGGER,     AG_KIND_POLICY,
                                    AG_KIND_RULE};

static void write_table_parts(AgWrite *write, AgElement *element, const AgObject *table)
{
    for (size_t k = 0; k < G_N_ELEMENTS(part_order); k++) {
        for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
            const AgObject *part = g_ptr_array_index(table->parts, i);
            if (!ag_write_is_told(part) || part->info->kind != part_order[k] ||
                (part_order[k] == AG_KIND_PRIMARY_KEY &&
                 ag_write_is_short_key(write, (const AgKey *)part)))
                continue;
            ag_element_add(write->pool, element, ag_write_object(write, part));
        }
    }
}

/* Privileges on columns stand in elements of the holder. */
static bool is_told_by_grants(const AgObject *part)
{
    return part->info->kind == AG_KIND_VIEW_COLUMN && part->comment == NULL &&
           ((const AgViewColumn *)part)->default_sql.written == NULL;
}

AgElement *ag_write_object(AgWrite *write, const AgObject *object)
{
    AgElement *element = ag_element_new(write->pool, ag_object_element(object), NULL);
    write_name(write, element, object);
    if (object->info->in_schema && object->schema != NULL &&
        g_strcmp0(object->schema, write->home) != 0)
        ag_write_attribute(write, element, object, "schema", object->schema);
    bool lines = object->comment != NULL && strchr(object->comment, '\n') != NULL;
    if (lines)
        write_comment(write, element, object);
    if (object->inherited && object->info->kind == AG_KIND_COLUMN)
        ag_write_own(write, element, (const AgColumn *)object);
    for (unsigned i = 0; !object->inherited && i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        bool late = object->info->kind == AG_KIND_TABLE && field->form == AG_FORM_CHILDREN;
        if (!late && !write_special(write, element, object, i))
            write_field(write, element, object, field);
    }
    if (!lines)
        write_comment(write, element, object);
    write_former(write, element, object);
    if (object->info->kind == AG_KIND_TABLE) {
        write_table_parts(write, element, object);
        ag_write_partition_by(write, element, (const AgTable *)object);
        write_field(write, element, object, &object->info->fields[AG_TABLE_PARAMS]);
        write_field(write, element, object, &object->info->fields[AG_TABLE_OPTIONS]);
    } else {
        for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
            const AgObject *part = g_ptr_array_index(object->parts, i);
            if (!is_told_by_grants(part))
                ag_element_add(write->pool, element, ag_write_object(write, part));
        }
    }
    ag_write_grants(write, element, object);
    return element;
}

char *ag_object_write(AgPool *pool, const AgObject *object, AgDialectId dialect)
{
    AgWrite write = {.pool = pool,
                     .id = dialect,
                     .dialect = ag_dialect(dialect),
                     .home = ag_dialect_postgres.default_schema};
    g_autoptr(GString) out = g_string_new(NULL);
    ag_xml_print(out, ag_write_object(&write, object), 0);
    return ag_pool_text(pool, out->str);
}

/* --- files --- */

static AgElement *model_element(AgWrite *write)
{
    AgElement *model = ag_element_new(write->pool, "model", NULL);
    ag_element_set(write->pool, model, (AgAttribute){.name = "xmlns", .value = AG_MODEL_NAMESPACE});
    ag_element_set(write->pool, model,
                   (AgAttribute){.name = "dialects", .value = ag_dialect_id_name(write->id)});
    if (write->home != NULL && write->id == AG_DIALECT_POSTGRESQL &&
        strcmp(write->home, ag_dialect_postgres.default_schema) != 0)
        ag_element_set(write->pool, model, (AgAttribute){.name = "schema", .value = write->home});
    return model;
}

static char *file_text(AgWrite *write, const AgElement *model)
{
    g_autoptr(GString) out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    ag_xml_print(out, model, 0);
    return ag_pool_text(write->pool, out->str);
}

/* A name as a file name: letters of all languages stay, what some system refuses goes. */
static char *safe_name(const char *name)
{
    enum { MOST_BYTES = 100 };
    GString *out = g_string_new(NULL);
    for (const char *p = name; *p != '\0' && out->len < MOST_BYTES;
         p += g_utf8_skip[(unsigned char)*p]) {
        gunichar c = g_utf8_get_char(p);
        bool plain = c < 0x80 ? g_ascii_isalnum((char)c) || strchr("_-", (int)c) != NULL ||
                                    (c == '.' && out->len > 0)
                              : g_unichar_isalnum(c);
        if (plain)
            g_string_append_unichar(out, c);
        else
            g_string_append_c(out, '_');
    }
    return g_string_free(out, FALSE);
}

static bool claim_path(GHashTable *taken, const char *path)
{
    char *folded = g_utf8_casefold(path, -1);
    return g_hash_table_add(taken, folded);
}

/* Tables stand in the directory of their schema, functions in one below it. */
static const char *own_path(AgWrite *write, GHashTable *taken, const AgObject *object)
{
    g_autofree char *schema = safe_name(object->schema == NULL ? "tables" : object->schema);
    g_autofree char *directory = object->signature != NULL
                                     ? g_strdup_printf("%s/%ss", schema, ag_object_element(object))
                                     : g_strdup(schema);
    g_autofree char *name = safe_name(object->name);
    for (guint n = 1;; n++) {
        g_autofree char *number = n == 1 ? g_strdup("") : g_strdup_printf("-%u", n);
        bool database = g_ascii_strcasecmp(directory, "database.xml") == 0;
        char *path = ag_pool_printf(write->pool, "%s%s/%s%s.xml", directory, database ? "_" : "",
                                    name, number);
        if (claim_path(taken, path))
            return path;
    }
}

static void add_file(AgWrite *write, GPtrArray *files, const char *path, const AgElement *model)
{
    AgModelFile *file = ag_pool_new0(write->pool, AgModelFile);
    *file = (AgModelFile){.path = path, .text = file_text(write, model)};
    g_ptr_array_add(files, file);
}

static gint by_path(gconstpointer a, gconstpointer b)
{
    return strcmp((*(AgModelFile *const *)a)->path, (*(AgModelFile *const *)b)->path);
}

static void write_ignores(AgWrite *write, AgElement *model)
{
    for (guint i = 0; i < write->schema->ignores->len; i++) {
        const AgIgnore *ignore = g_ptr_array_index(write->schema->ignores, i);
        AgElement *element = ag_element_new(write->pool, "ignore", model);
        ag_element_set(write->pool, element,
                       (AgAttribute){.name = "kind",
                                     .value = ag_names_join(write->pool, ignore->kinds)});
        ag_element_set(write->pool, element,
                       (AgAttribute){.name = "name", .value = ignore->pattern});
        ag_element_add(write->pool, model, element);
    }
}

static void note_enums(AgWrite *write)
{
    write->enums = ag_pool_table(write->pool, g_str_hash, g_str_equal);
    for (guint i = 0; i < write->schema->objects->len; i++) {
        AgObject *object = g_ptr_array_index(write->schema->objects, i);
        g_autoptr(GString) name = g_string_new(NULL);
        if (object->info->kind != AG_KIND_ENUM)
            continue;
        ag_quote_qname(write->dialect, name, object->schema, object->name);
        g_hash_table_insert(write->enums, ag_pool_text(write->pool, name->str), object);
    }
}

static bool has_own_file(const AgObject *object)
{
    return object->info->kind == AG_KIND_TABLE || (object->info->names & AG_NAMED_AS_ROUTINE) != 0;
}

GPtrArray *ag_models_write(AgPool *pool, const AgSchema *schema, AgDiag *diag)
{
    AgWrite write = {.pool = pool,
                     .id = schema->dialect,
                     .dialect = ag_dialect(schema->dialect),
                     .schema = schema,
                     .diag = diag,
                     .home = ag_dialect_postgres.default_schema};
    guint errors = ag_diag_errors(diag);
    GPtrArray *files = ag_pool_array(pool);
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    note_enums(&write);
    AgElement *database = model_element(&write);
    write_ignores(&write, database);
    ag_write_roles(&write, database);
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        if (!has_own_file(object))
            ag_element_add(pool, database, ag_write_object(&write, object));
    }
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        if (!has_own_file(object) || ag_write_is_inside(&write, object))
            continue;
        write.home = object->schema;
        AgElement *model = model_element(&write);
        ag_element_add(pool, model, ag_write_object(&write, object));
        add_file(&write, files, own_path(&write, taken, object), model);
    }
    write.home = ag_dialect_postgres.default_schema;
    if (ag_element_count(database) > 0 || files->len == 0)
        add_file(&write, files, "database.xml", database);
    g_ptr_array_sort(files, by_path);
    return ag_diag_errors(diag) == errors ? files : NULL;
}
