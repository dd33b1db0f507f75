/* SPDX-License-Identifier: MIT */
/* Fields and names as text, and back. */
#include "base/text.h"
#include "model/field.h"

#include <string.h>

/* Blanks separate names in lists, so a name with one stands in quotes; likewise one with a dot. */
static bool is_plain(const char *name)
{
    return name[0] != '\0' && strpbrk(name, " \t\r\n.\"") == NULL;
}

static void append_name(GString *out, const char *name)
{
    if (is_plain(name)) {
        g_string_append(out, name);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

/* Takes one name off the text: plain up to a blank (or a dot where `dots` end it), or quoted. NULL:
 * none there. Quotes may stand around nothing where `empty`. */
static const char *take_text(AgPool *pool, const char **text, bool dots, bool empty)
{
    const char *p = *text;
    g_autoptr(GString) name = g_string_new(NULL);
    if (*p == '"') {
        for (p++; *p != '\0'; p++) {
            if (*p == '"' && p[1] != '"')
                break;
            if (*p == '"')
                p++;
            g_string_append_c(name, *p);
        }
        if (*p != '"')
            return NULL;
        p++;
    } else {
        while (*p != '\0' && !g_ascii_isspace(*p) && *p != '"' && !(dots && *p == '.'))
            g_string_append_c(name, *p++);
    }
    if (name->len == 0 && !(empty && **text == '"'))
        return NULL;
    *text = p;
    return ag_pool_name(pool, name->str);
}

static const char *take_name(AgPool *pool, const char **text, bool dots)
{
    return take_text(pool, text, dots, false);
}

static GPtrArray *split_list(AgPool *pool, const char *text, bool empty)
{
    GPtrArray *names = ag_pool_array(pool);
    for (const char *p = text;;) {
        while (g_ascii_isspace(*p))
            p++;
        if (*p == '\0')
            return names->len == 0 ? NULL : names;
        const char *name = take_text(pool, &p, false, empty);
        if (name == NULL || (*p != '\0' && !g_ascii_isspace(*p)))
            return NULL;
        g_ptr_array_add(names, (gpointer)(guintptr)name);
    }
}

GPtrArray *ag_names_split(AgPool *pool, const char *text)
{
    return split_list(pool, text, false);
}

GPtrArray *ag_texts_split(AgPool *pool, const char *text)
{
    return split_list(pool, text, true);
}

static bool has_text(const GPtrArray *list, const char *text)
{
    for (guint i = 0; i < list->len; i++) {
        if (strcmp(g_ptr_array_index(list, i), text) == 0)
            return true;
    }
    return false;
}

static bool is_one_of(const char *const *words, const char *word)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

bool ag_set_sort(AgPool *pool, const GPtrArray *members, const char *const *words, GPtrArray **out,
                 const char **wrong)
{
    GPtrArray *set = ag_pool_array(pool);
    for (guint i = 0; i < members->len; i++) {
        const char *member = g_ptr_array_index(members, i);
        *wrong = member;
        if (words != NULL && !is_one_of(words, member))
            return false;
        if (words == NULL && !has_text(set, member))
            g_ptr_array_add(set, (gpointer)(guintptr)member);
    }
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        if (has_text(members, words[i]))
            g_ptr_array_add(set, (gpointer)(guintptr)words[i]);
    }
    if (words == NULL)
        g_ptr_array_sort(set, ag_text_order);
    *out = set->len == 0 ? NULL : set;
    return true;
}

char *ag_names_join(AgPool *pool, const GPtrArray *names)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; names != NULL && i < names->len; i++) {
        if (i > 0)
            g_string_append_c(out, ' ');
        append_name(out, g_ptr_array_index(names, i));
    }
    return ag_pool_text(pool, out->str);
}

enum { MOST_NAME_PARTS = 3 };

/* Splits at dots outside quotes; the number of parts, 0 when malformed. */
static int split_dots(AgPool *pool, const char *text, const char *parts[MOST_NAME_PARTS])
{
    int n = 0;
    for (const char *p = text;;) {
        if (n == MOST_NAME_PARTS)
            return 0;
        parts[n] = take_name(pool, &p, true);
        if (parts[n++] == NULL)
            return 0;
        if (*p == '\0')
            return n;
        if (*p++ != '.')
            return 0;
    }
}

bool ag_qname_split(AgPool *pool, const char *text, AgQname *out)
{
    const char *parts[MOST_NAME_PARTS];
    int n = split_dots(pool, text, parts);
    if (n != 1 && n != 2)
        return false;
    *out = (AgQname){.schema = n == 2 ? parts[0] : NULL, .name = parts[n - 1]};
    return true;
}

bool ag_column_name_split(AgPool *pool, const char *text, AgColumnName *out)
{
    const char *parts[MOST_NAME_PARTS];
    int n = split_dots(pool, text, parts);
    if (n < 2)
        return false;
    *out = (AgColumnName){.table = {.schema = n == 3 ? parts[0] : NULL, .name = parts[n - 2]},
                          .column = parts[n - 1]};
    return true;
}

static void append_qname(GString *out, AgQname name)
{
    if (name.name == NULL)
        return;
    if (name.schema != NULL) {
        append_name(out, name.schema);
        g_string_append_c(out, '.');
    }
    append_name(out, name.name);
}

char *ag_qname_text(AgPool *pool, AgQname name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    append_qname(out, name);
    return ag_pool_text(pool, out->str);
}

static void append_part(GString *out, const AgPart *part)
{
    if (part->column != NULL)
        append_name(out, part->column);
    else
        g_string_append_printf(out, "(%s)", part->expression.written);
    if (part->collation.name != NULL) {
        g_string_append(out, " collate ");
        append_qname(out, part->collation);
    }
    if (part->opclass.name != NULL) {
        g_string_append_c(out, ' ');
        append_qname(out, part->opclass);
    }
    if (part->opclass_params != NULL)
        g_string_append_printf(out, "(%s)", part->opclass_params);
    if (part->order != NULL)
        g_string_append_printf(out, " %s", part->order);
    if (part->nulls != NULL)
        g_string_append_printf(out, " nulls %s", part->nulls);
    if (part->statistics != NULL)
        g_string_append_printf(out, " statistics %s", part->statistics);
    if (part->with != NULL)
        g_string_append_printf(out, " with %s", part->with);
}

static void append_array(GString *out, const GPtrArray *array, AgFieldType type)
{
    for (guint i = 0; array != NULL && i < array->len; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        if (type == AG_FIELD_OPTIONS) {
            const AgOption *option = g_ptr_array_index(array, i);
            g_string_append_printf(out, "%s=%s", option->name, option->value);
        } else if (type == AG_FIELD_VALUES) {
            const AgEnumValue *value = g_ptr_array_index(array, i);
            g_string_append_printf(out, "'%s'", value->name);
        } else if (type == AG_FIELD_ARGUMENTS) {
            const AgArgument *argument = g_ptr_array_index(array, i);
            g_string_append_printf(out, "%s%s%s", argument->name == NULL ? "" : argument->name,
                                   argument->name == NULL ? "" : " ", argument->type.written);
        } else {
            append_part(out, g_ptr_array_index(array, i));
        }
    }
}

static void append_column_name(GString *out, const AgColumnName *name)
{
    if (name->column == NULL)
        return;
    append_qname(out, name->table);
    g_string_append_c(out, '.');
    append_name(out, name->column);
}

char *ag_field_text(AgPool *pool, const void *object, const AgField *field)
{
    const void *slot = ag_field_at(object, field);
    g_autoptr(GString) out = g_string_new(NULL);
    switch (field->type) {
    case AG_FIELD_BOOL:
        g_string_append(out, *(const bool *)slot ? "true" : "false");
        break;
    case AG_FIELD_INT:
        if (*(const int64_t *)slot != AG_INT_UNSET)
            g_string_append_printf(out, "%" G_GINT64_FORMAT, *(const int64_t *)slot);
        break;
    case AG_FIELD_WORD:
        g_string_append(out, *(const char *const *)slot == NULL ? field->words[0]
                                                                : *(const char *const *)slot);
        break;
    case AG_FIELD_NAME:
    case AG_FIELD_TEXT:
        g_string_append(out, *(const char *const *)slot == NULL ? "" : *(const char *const *)slot);
        break;
    case AG_FIELD_NAMES:
    case AG_FIELD_SET:
    case AG_FIELD_TEXTS:
        return ag_names_join(pool, *(GPtrArray *const *)slot);
    case AG_FIELD_QNAME:
        append_qname(out, *(const AgQname *)slot);
        break;
    case AG_FIELD_COLUMN:
        append_column_name(out, slot);
        break;
    case AG_FIELD_TYPE:
    case AG_FIELD_EXPR:
    case AG_FIELD_BODY:
        g_string_append(out, ((const AgSql *)slot)->written == NULL
                                 ? ""
                                 : ((const AgSql *)slot)->written);
        break;
    case AG_FIELD_OPTIONS:
    case AG_FIELD_PARTS:
    case AG_FIELD_VALUES:
    case AG_FIELD_ARGUMENTS:
        append_array(out, *(GPtrArray *const *)slot, field->type);
        break;
    }
    return ag_pool_text(pool, out->str);
}
