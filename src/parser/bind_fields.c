/* SPDX-License-Identifier: MIT */
/* Fields of an object from the attributes and children of its element, by the kind's table. */
#include "base/text.h"
#include "model/routine.h"
#include "model/trigger.h"
#include "parser/parse.h"

#include <string.h>

/* Attributes beyond the field tables. */
static bool is_common(const AgKindInfo *info, const char *name)
{
    if (ag_text_same(name, "dialect") || ag_text_same(name, "comment"))
        return true;
    if (ag_text_same(name, "name"))
        return info->derive_name == NULL;
    if (ag_text_same(name, "renamed-from"))
        return info->kind != AG_KIND_EXTENSION && info->kind != AG_KIND_OPERATOR &&
               info->derive_name == NULL;
    if (ag_text_same(name, "schema"))
        return info->in_schema;
    if (ag_text_same(name, "owner"))
        return ag_kind_is_owned(info);
    return false;
}

/* The field that is the text of the element itself, or NULL. */
static const AgField *own_text(const AgKindInfo *info)
{
    for (unsigned i = 0; i < info->n_fields; i++) {
        if (info->fields[i].form == AG_FORM_TEXT)
            return &info->fields[i];
    }
    return NULL;
}

/* Attributes that the parser turns into fields or objects of another name. */
static bool is_sugar(const AgKindInfo *info, const char *name)
{
    static const char *const table_sugar[] = {"from",    "to",        "in",
                                              "modulus", "remainder", "default"};
    static const char *const column_sugar[] = {"primary-key", "default", "default-fn", "override"};
    if (info->kind == AG_KIND_INDEX)
        return ag_text_same(name, "columns");
    if (own_text(info) != NULL)
        return ag_text_same(name, "src");
    for (size_t i = 0; info->kind == AG_KIND_TABLE && i < G_N_ELEMENTS(table_sugar); i++) {
        if (ag_text_same(name, table_sugar[i]))
            return true;
    }
    for (size_t i = 0; info->kind == AG_KIND_COLUMN && i < G_N_ELEMENTS(column_sugar); i++) {
        if (ag_text_same(name, column_sugar[i]))
            return true;
    }
    return false;
}

static bool is_attribute(const AgField *field)
{
    return field->form == AG_FORM_ATTRIBUTE && strchr(field->name, '/') == NULL;
}

/* "generated" for the fields generated and generated/kind. */
static bool belongs_to(const AgField *field, const char *child)
{
    size_t length = strlen(child);
    return strncmp(field->name, child, length) == 0 &&
           (field->name[length] == '/' ||
            (field->name[length] == '\0' && field->form == AG_FORM_ELEMENT));
}

static void report_unknown_attribute(AgParse *parse, const AgElement *element,
                                     const AgAttribute *attribute, const AgKindInfo *info)
{
    static const char *const more[] = {"name",         "schema",     "owner",    "comment",
                                       "renamed-from", "dialect",    "columns",  "primary-key",
                                       "default",      "default-fn", "override", NULL};
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (unsigned i = 0; i < info->n_fields; i++) {
        if (is_attribute(&info->fields[i]))
            g_ptr_array_add(known, (gpointer)(guintptr)info->fields[i].name);
    }
    for (size_t i = 0; more[i] != NULL; i++) {
        if (is_common(info, more[i]) || is_sugar(info, more[i]))
            g_ptr_array_add(known, (gpointer)(guintptr)more[i]);
    }
    g_ptr_array_add(known, NULL);
    ag_word_unknown_attribute(parse, element, attribute, (const char *const *)known->pdata);
}

/* --- dialects of fields --- */

/* Options of an index that change no result may stand in files for both databases. */
static bool is_ignorable(const AgElement *element, const AgKindInfo *info, const AgField *field)
{
    if (info->kind == AG_KIND_TABLE)
        return strcmp(field->name, "strict") == 0 || strcmp(field->name, "without-rowid") == 0;
    if ((field->flags & AG_FIELD_NOT_COMPARED) != 0)
        return true;
    return info->kind == AG_KIND_INDEX &&
           g_strcmp0(ag_element_value(element, "unique"), "true") != 0 &&
           (strcmp(field->name, "include") == 0 || strcmp(field->name, "using") == 0);
}

/* Whether the field is to be read. Complains when it cannot stand here. `holder` is the element or
 * child element that carries it. */
static bool field_fits(AgParse *parse, const AgElement *element, const AgElement *holder,
                       const AgAttribute *attribute, const AgKindInfo *info, const AgField *field)
{
    unsigned has = field->dialects == 0 ? AG_IN_ALL : field->dialects;
    unsigned missing = holder->dialects & ~has;
    if (missing == 0)
        return true;
    if (holder->dialects == AG_IN_ALL && is_ignorable(element, info, field)) {
        bool wanted = (has & (1u << parse->id)) != 0;
        if (!wanted && info->kind == AG_KIND_INDEX && (field->flags & AG_FIELD_NOT_COMPARED) == 0 &&
            parse->ignored == NULL)
            parse->ignored = (AgElement *)(guintptr)holder;
        return wanted;
    }
    ag_word_not_in(parse, holder, attribute, missing);
    return false;
}

/* --- values --- */

static void set_method(AgParse *parse, AgObject *object, const AgField *field, const char *value)
{
    g_autofree char *lower = g_ascii_strdown(value, -1);
    if (strcmp(lower, ag_index_usual_method(object->info)) != 0)
        ag_field_set_text(parse->pool, object, field, lower);
}

static void report_value(AgParse *parse, const AgAttribute *attribute, const char *what)
{
    g_autofree char *shown = ag_text_printable(attribute->value);
    ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place, "'%s' of '%s' is not %s",
            shown, attribute->name, what);
}

static void set_name(AgParse *parse, const AgAttribute *attribute, AgObject *object,
                     const AgField *field)
{
    if (!ag_word_name(parse, attribute->value, attribute->name, attribute->value_place))
        return;
    if (ag_has_index_parts(object) && strcmp(field->name, "using") == 0)
        set_method(parse, object, field, attribute->value);
    else
        ag_field_set_text(parse->pool, object, field, attribute->value);
}

/* Some of the words, each of which may be mistyped, or any names. */
static void set_set(AgParse *parse, const AgAttribute *attribute, AgObject *object,
                    const AgField *field)
{
    GPtrArray *members = ag_names_split(parse->pool, attribute->value);
    const char *wrong = NULL;
    if (members == NULL) {
        report_value(parse, attribute,
                     field->words != NULL ? "a list of words" : "a list of names");
    } else if (!ag_set_sort(parse->pool, members, field->words, ag_field_slot(object, field),
                            &wrong)) {
        AgAttribute one = *attribute;
        one.value = wrong;
        ag_word_of(parse, &one, field->words);
    }
}

static void set_names(AgParse *parse, const AgAttribute *attribute, AgObject *object,
                      const AgField *field)
{
    if (!ag_field_set_text(parse->pool, object, field, attribute->value)) {
        report_value(parse, attribute, "a list of names");
        ag_hint(parse->diag, "names are separated by blanks; a name with blanks stands in "
                             "double quotes");
        return;
    }
    GPtrArray *names = *(GPtrArray **)ag_field_slot(object, field);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        for (guint j = 0; j < i && (field->flags & AG_FIELD_UNORDERED) != 0; j++) {
            if (strcmp(g_ptr_array_index(names, j), name) != 0)
                continue;
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, attribute->value_place,
                    "'%s' stands twice in '%s'", name, attribute->name);
            return;
        }
    }
}

static void set_field(AgParse *parse, const AgElement *element, const AgAttribute *attribute,
                      AgObject *object, const AgField *field)
{
    void *slot = ag_field_slot(object, field);
    const char *word;
    switch (field->type) {
    case AG_FIELD_BOOL:
        *(bool *)slot = ag_word_bool(parse, element, attribute->name);
        break;
    case AG_FIELD_WORD:
        word = ag_word_of(parse, attribute, field->words);
        /* Where absence is not compared, the word for the default is a statement of its own; and
         * SQLite keeps the words of some statements. */
        *(const char **)slot =
            word == field->words[0] &&
                    (field->flags & (AG_FIELD_IF_WRITTEN | AG_FIELD_SPELLED)) == 0
                ? NULL
                : word;
        break;
    case AG_FIELD_NAME:
        set_name(parse, attribute, object, field);
        break;
    case AG_FIELD_EXPR:
        ag_bind_attribute_sql(parse, attribute, slot);
        break;
    case AG_FIELD_TYPE:
        *(AgSql *)slot = (AgSql){.place = attribute->value_place};
        if (attribute->value[strspn(attribute->value, " ")] == '\0')
            report_value(parse, attribute, "a type");
        ((AgSql *)slot)->written = ag_text_dedent(parse->pool, attribute->value);
        break;
    case AG_FIELD_INT:
        if (!ag_field_set_text(parse->pool, object, field, attribute->value))
            report_value(parse, attribute, "a whole number of 64 bits");
        break;
    case AG_FIELD_TEXT:
        if (attribute->value[0] == '\0' && (field->flags & AG_FIELD_MAY_BE_EMPTY) == 0)
            report_value(parse, attribute, "a value");
        ag_field_set_text(parse->pool, object, field, attribute->value);
        break;
    case AG_FIELD_NAMES:
        set_names(parse, attribute, object, field);
        break;
    case AG_FIELD_SET:
        set_set(parse, attribute, object, field);
        break;
    case AG_FIELD_TEXTS:
        if (!ag_field_set_text(parse->pool, object, field, attribute->value)) {
            report_value(parse, attribute, "a list of texts");
            ag_hint(parse->diag, "texts are separated by blanks; one with blanks, or of nothing, "
                                 "stands in double quotes");
        }
        break;
    case AG_FIELD_QNAME:
        if (!ag_field_set_text(parse->pool, object, field, attribute->value))
            report_value(parse, attribute, "a name or schema.name");
        break;
    case AG_FIELD_COLUMN:
        if (!ag_field_set_text(parse->pool, object, field, attribute->value))
            report_value(parse, attribute, "table.column or schema.table.column");
        break;
    case AG_FIELD_OPTIONS:
    case AG_FIELD_PARTS:
    case AG_FIELD_VALUES:
    case AG_FIELD_ARGUMENTS:
    case AG_FIELD_BODY:
        g_assert_not_reached();
    }
}

static void bind_attribute(AgParse *parse, const AgElement *element, const AgAttribute *attribute,
                           AgObject *object)
{
    const AgKindInfo *info = object->info;
    /* No field is called so. */
    if (ag_text_same(attribute->name, "name") && is_common(info, attribute->name))
        return;
    int i = ag_kind_field(info, attribute->name);
    if (i >= 0 && is_attribute(&info->fields[i])) {
        if (field_fits(parse, element, element, attribute, info, &info->fields[i]))
            set_field(parse, element, attribute, object, &info->fields[i]);
    } else if (!is_common(info, attribute->name) && !is_sugar(info, attribute->name)) {
        report_unknown_attribute(parse, element, attribute, info);
    }
}

/* --- children --- */

/* A child that holds one field as its text, and others as its attributes. */
static bool bind_field_child(AgParse *parse, const AgElement *element, const AgElement *child,
                             AgObject *object)
{
    const AgKindInfo *info = object->info;
    bool known = false, has_text = false;
    const char *attributes[16] = {"src"};
    size_t n = 1;
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        if (!belongs_to(field, child->name))
            continue;
        known = true;
        const char *slash = strchr(field->name, '/');
        const AgAttribute *attribute =
            slash == NULL ? NULL : ag_element_attribute(child, slash + 1);
        if (slash != NULL)
            attributes[n++] = slash + 1;
        g_assert(n < G_N_ELEMENTS(attributes));
        if (slash != NULL && attribute == NULL)
            continue;
        if (slash == NULL)
            has_text = true;
        if (field->type == AG_FIELD_BODY)
            attributes[n++] = "verbatim";
        g_assert(n < G_N_ELEMENTS(attributes));
        if (!field_fits(parse, element, child, attribute, info, field))
            continue;
        if (field->type == AG_FIELD_BODY)
            ag_bind_body(parse, child, object, ag_field_slot(object, field));
        else if (slash == NULL && info->kind == AG_KIND_TRIGGER && i == AG_TRIGGER_BODY)
            ag_bind_trigger_body(parse, child, ag_field_slot(object, field));
        else if (slash == NULL && (field->flags & AG_FIELD_STATEMENTS) != 0)
            ag_bind_element_statements(parse, child, ag_field_slot(object, field));
        else if (slash == NULL)
            ag_bind_element_sql(parse, child, ag_field_slot(object, field));
        else
            set_field(parse, child, attribute, object, field);
    }
    if (known)
        ag_word_attributes(parse, child, has_text ? attributes : attributes + 1);
    if (known && !has_text) {
        ag_word_no_text(parse, child);
        ag_word_no_children(parse, child);
    }
    return known;
}

/* The field whose members are child elements of that name, or NULL. */
static const AgField *children_field(const AgKindInfo *info, const char *child)
{
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        if (field->form != AG_FORM_CHILDREN)
            continue;
        bool part = field->type == AG_FIELD_PARTS && info->kind != AG_KIND_STATISTICS &&
                    (strcmp(child, "column") == 0 || strcmp(child, "expression") == 0);
        if (part || strcmp(field->name, child) == 0)
            return field;
    }
    return NULL;
}

static void report_unknown_child(AgParse *parse, const AgElement *child, const AgKindInfo *info)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        const char *slash = strchr(field->name, '/');
        if (slash != NULL)
            g_ptr_array_add(known, g_strndup(field->name, (gsize)(slash - field->name)));
        else if (field->form == AG_FORM_ELEMENT || field->form == AG_FORM_CHILDREN)
            g_ptr_array_add(known, g_strdup(field->name));
    }
    static const char *const of_column[] = {"default", "variant"}, *const of_index[] = {
                                                                       "column", "expression"};
    for (size_t i = 0; i < 2 && info->kind == AG_KIND_COLUMN; i++)
        g_ptr_array_add(known, g_strdup(of_column[i]));
    for (size_t i = 0; i < 2 && (info->kind == AG_KIND_INDEX || info->kind == AG_KIND_EXCLUDE); i++)
        g_ptr_array_add(known, g_strdup(of_index[i]));
    g_ptr_array_add(known, g_strdup("comment"));
    g_ptr_array_add(known, NULL);
    ag_word_unknown_element(parse, child, (const char *const *)known->pdata);
}

static void bind_comment(AgParse *parse, const AgElement *element, const AgElement *child,
                         AgObject *object)
{
    static const char *const none[] = {NULL};
    ag_word_attributes(parse, child, none);
    ag_word_no_children(parse, child);
    if (ag_element_attribute(element, "comment") != NULL) {
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, child->place,
                "<%s> has a comment as attribute and as element", element->name);
        return;
    }
    char *text = ag_text_dedent(parse->pool, child->text);
    object->comment = text[0] == '\0' ? NULL : text;
}

static bool is_foreign_to_fields(const AgKindInfo *info, const char *child)
{
    if (info->kind == AG_KIND_COLUMN)
        return strcmp(child, "default") == 0;
    if (info->kind == AG_KIND_TABLE)
        return strcmp(child, "param") != 0 && strcmp(child, "option") != 0;
    return ag_kind_by_element(child, info) != NULL;
}

static void bind_children(AgParse *parse, const AgElement *element, AgObject *object)
{
    if (ag_element_count(element) == 0)
        return;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < ag_element_count(element); i++) {
        const AgElement *child = ag_element_child(element, i);
        bool comment = strcmp(child->name, "comment") == 0;
        if (ag_bind_is_grant(child) && ag_kind_is_grantable(object->info)) {
            ag_bind_grant(parse, child, object);
            continue;
        }
        if (!comment && is_foreign_to_fields(object->info, child->name))
            continue;
        const AgField *many = comment ? NULL : children_field(object->info, child->name);
        if (many != NULL) {
            if (field_fits(parse, element, child, NULL, object->info, many))
                ag_bind_child(parse, child, object, many);
            continue;
        }
        const AgElement *first = g_hash_table_lookup(seen, child->name);
        g_hash_table_insert(seen, (gpointer)(guintptr)child->name, (gpointer)(guintptr)child);
        if (first != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, child->place, "a second <%s> in <%s>",
                    child->name, element->name);
            ag_also(parse->diag, first->place);
        } else if (comment) {
            bind_comment(parse, element, child, object);
        } else if (!bind_field_child(parse, element, child, object)) {
            report_unknown_child(parse, child, object->info);
        }
    }
}

/* --- names before and requirements --- */

static void bind_former(AgParse *parse, const AgElement *element, AgObject *object)
{
    const AgAttribute *attribute = ag_element_attribute(element, "renamed-from");
    if (attribute == NULL)
        return;
    object->former = ag_pool_array(parse->pool);
    bool quoted = false;
    const char *start = attribute->value;
    for (const char *p = attribute->value;; p++) {
        quoted = quoted != (*p == '"');
        if (*p != '\0' && (*p != ' ' || quoted))
            continue;
        AgQname *name = ag_pool_new0(parse->pool, AgQname);
        char *token = ag_pool_text_n(parse->trees, start, (size_t)(p - start));
        start = p + 1;
        if (token[0] != '\0' && ag_qname_split(parse->pool, token, name) &&
            (name->schema == NULL || object->parent == NULL))
            g_ptr_array_add(object->former, name);
        else if (token[0] != '\0')
            report_value(parse, attribute, "a list of former names");
        if (*p == '\0')
            break;
    }
    if (object->former->len == 0)
        report_value(parse, attribute, "a list of former names");
    for (guint i = 0; i < object->former->len && parse->sqlite; i++)
        ((AgQname *)g_ptr_array_index(object->former, i))->schema = NULL;
}

/* A key whose columns stand as children has them as a list, too. */
static void complete_key(AgParse *parse, AgObject *object)
{
    if (object->info->kind != AG_KIND_PRIMARY_KEY && object->info->kind != AG_KIND_UNIQUE)
        return;
    AgKey *key = (AgKey *)object;
    if (key->parts == NULL)
        return;
    GPtrArray *columns = ag_pool_array(parse->pool);
    bool plain = true;
    for (guint i = 0; i < key->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(key->parts, i);
        g_ptr_array_add(columns, (gpointer)(guintptr)part->column);
        plain = plain && part->order == NULL && part->collation.name == NULL;
    }
    if (key->columns != NULL && !ag_names_same(key->columns, columns, true))
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, object->place,
                "<%s> lists its columns twice, and differently", object->info->element);
    key->columns = columns;
    if (plain)
        key->parts = NULL;
}

static void check_required(AgParse *parse, const AgElement *element, const AgObject *object)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        if ((field->flags & AG_FIELD_REQUIRED) == 0 || !ag_field_in(field, parse->id) ||
            ag_field_is_set(object, field) || ag_element_find(element, field->name) != NULL ||
            ag_element_attribute(element, field->name) != NULL || field->form == AG_FORM_TEXT)
            continue;
        if (ag_element_find(element, "column") != NULL)
            continue;
        if (field->type == AG_FIELD_PARTS) {
            if (ag_element_find(element, "expression") == NULL)
                ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                        "<%s> needs 'columns', or <column> or <expression> children",
                        element->name);
            continue;
        }
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                field->form == AG_FORM_ELEMENT ? "<%s> needs <%s>" : "<%s> needs attribute '%s'",
                element->name, field->name);
    }
}

void ag_bind_fields(AgParse *parse, const AgElement *element, AgObject *object)
{
    const char *comment = ag_element_value(element, "comment");
    if (comment != NULL && comment[0] != '\0')
        object->comment = ag_pool_text(parse->pool, comment);
    for (guint i = 0; i < element->n_attributes; i++)
        bind_attribute(parse, element, &element->attributes[i], object);
    const AgField *text = own_text(object->info);
    if (text == NULL) {
        bind_children(parse, element, object);
        ag_word_no_text(parse, element);
    } else {
        ag_bind_element_sql(parse, element, ag_field_slot(object, text));
    }
    bind_former(parse, element, object);
    if (object->info->kind == AG_KIND_INDEX)
        ag_bind_index_columns(parse, element, (AgIndex *)object);
    complete_key(parse, object);
    if (ag_is_routine(object))
        ag_bind_routine_end(parse, object);
    if (object->info->kind == AG_KIND_AGGREGATE)
        ag_bind_aggregate_end(parse, object);
    check_required(parse, element, object);
}
