/* SPDX-License-Identifier: MIT */
#include "model/field.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

static const char *text_at(const void *object, const AgField *field)
{
    return *(const char *const *)ag_field_at(object, field);
}

static GPtrArray *array_at(const void *object, const AgField *field)
{
    return *(GPtrArray *const *)ag_field_at(object, field);
}

/* A word as compared: absence means the first of the list. */
static const char *word_at(const void *object, const AgField *field)
{
    const char *word = text_at(object, field);
    return word == NULL ? field->words[0] : word;
}

bool ag_field_is_set(const void *object, const AgField *field)
{
    switch (field->type) {
    case AG_FIELD_BOOL:
        return *(const bool *)ag_field_at(object, field);
    case AG_FIELD_INT:
        return *(const int64_t *)ag_field_at(object, field) != AG_INT_UNSET;
    case AG_FIELD_WORD:
        return (field->flags & (AG_FIELD_IF_WRITTEN | AG_FIELD_SPELLED)) != 0
                   ? text_at(object, field) != NULL
                   : strcmp(word_at(object, field), field->words[0]) != 0;
    case AG_FIELD_NAME:
    case AG_FIELD_TEXT:
        return text_at(object, field) != NULL;
    case AG_FIELD_NAMES:
    case AG_FIELD_OPTIONS:
    case AG_FIELD_PARTS:
    case AG_FIELD_VALUES:
    case AG_FIELD_SET:
    case AG_FIELD_TEXTS:
    case AG_FIELD_ARGUMENTS:
        return array_at(object, field) != NULL && array_at(object, field)->len > 0;
    case AG_FIELD_QNAME:
        return ((const AgQname *)ag_field_at(object, field))->name != NULL;
    case AG_FIELD_COLUMN:
        return ((const AgColumnName *)ag_field_at(object, field))->column != NULL;
    case AG_FIELD_TYPE:
    case AG_FIELD_EXPR:
    case AG_FIELD_BODY:
        return ((const AgSql *)ag_field_at(object, field))->written != NULL;
    }
    g_assert_not_reached();
}

bool ag_name_same(const char *a, const char *b, bool fold)
{
    if (a == NULL || b == NULL)
        return a == b;
    /* Most differ in their first letter, and of the others most are the same to the byte. */
    if (a == b || ((a[0] ^ b[0]) & ~0x20) != 0)
        return a == b;
    return strcmp(a, b) == 0 || (fold && g_ascii_strcasecmp(a, b) == 0);
}

bool ag_qname_same(AgQname a, AgQname b, bool fold)
{
    if (!ag_name_same(a.name, b.name, fold))
        return false;
    return a.schema == NULL || b.schema == NULL || ag_name_same(a.schema, b.schema, fold);
}

bool ag_sql_same(AgSql a, AgSql b)
{
    const char *x = a.canonical != NULL ? a.canonical : a.written;
    const char *y = b.canonical != NULL ? b.canonical : b.written;
    return g_strcmp0(x, y) == 0;
}

bool ag_names_same(const GPtrArray *a, const GPtrArray *b, bool fold)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        if (!ag_name_same(g_ptr_array_index(a, i), g_ptr_array_index(b, i), fold))
            return false;
    }
    return true;
}

static bool has_name(const GPtrArray *names, const char *name, bool fold)
{
    for (guint i = 0; i < names->len; i++) {
        if (ag_name_same(g_ptr_array_index(names, i), name, fold))
            return true;
    }
    return false;
}

bool ag_names_same_set(const GPtrArray *a, const GPtrArray *b, bool fold)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    for (guint i = 0; n == m && i < n; i++) {
        if (!has_name(b, g_ptr_array_index(a, i), fold) ||
            !has_name(a, g_ptr_array_index(b, i), fold))
            return false;
    }
    return n == m;
}

static const char *option_value(const GPtrArray *options, const char *name)
{
    for (guint i = 0; i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (strcmp(option->name, name) == 0)
            return option->value;
    }
    return NULL;
}

bool ag_options_same(const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        const AgOption *option = g_ptr_array_index(a, i);
        if (g_strcmp0(option->value, option_value(b, option->name)) != 0)
            return false;
    }
    return true;
}

static bool is_descending(const AgPart *part)
{
    return part->order != NULL && strcmp(part->order, "desc") == 0;
}

bool ag_part_same(const AgPart *a, const AgPart *b, bool fold)
{
    return ag_name_same(a->column, b->column, fold) && ag_sql_same(a->expression, b->expression) &&
           is_descending(a) == is_descending(b) && g_strcmp0(a->nulls, b->nulls) == 0 &&
           ag_qname_same(a->opclass, b->opclass, fold) &&
           g_strcmp0(a->opclass_params, b->opclass_params) == 0 &&
           g_strcmp0(a->statistics, b->statistics) == 0 &&
           ag_qname_same(a->collation, b->collation, fold) && g_strcmp0(a->with, b->with) == 0;
}

static bool same_parts(const GPtrArray *a, const GPtrArray *b, bool fold)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        if (!ag_part_same(g_ptr_array_index(a, i), g_ptr_array_index(b, i), fold))
            return false;
    }
    return true;
}

static bool same_values(const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        const AgEnumValue *x = g_ptr_array_index(a, i), *y = g_ptr_array_index(b, i);
        if (strcmp(x->name, y->name) != 0)
            return false;
    }
    return true;
}

bool ag_argument_same(const AgArgument *a, const AgArgument *b)
{
    return g_strcmp0(a->name, b->name) == 0 && g_strcmp0(a->mode, b->mode) == 0 &&
           ag_sql_same(a->type, b->type) && ag_sql_same(a->default_sql, b->default_sql);
}

static bool same_arguments(const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        if (!ag_argument_same(g_ptr_array_index(a, i), g_ptr_array_index(b, i)))
            return false;
    }
    return true;
}

static bool same_columns(const AgColumnName *a, const AgColumnName *b, bool fold)
{
    return ag_name_same(a->column, b->column, fold) && ag_qname_same(a->table, b->table, fold);
}

bool ag_field_same(const void *a, const void *b, const AgField *field, bool fold)
{
    const void *x = ag_field_at(a, field), *y = ag_field_at(b, field);
    switch (field->type) {
    case AG_FIELD_BOOL:
        return *(const bool *)x == *(const bool *)y;
    case AG_FIELD_INT:
        return *(const int64_t *)x == *(const int64_t *)y;
    case AG_FIELD_WORD:
        return strcmp(word_at(a, field), word_at(b, field)) == 0;
    case AG_FIELD_NAME:
        return ag_name_same(text_at(a, field), text_at(b, field), fold);
    case AG_FIELD_TEXT:
        return g_strcmp0(text_at(a, field), text_at(b, field)) == 0;
    case AG_FIELD_NAMES:
        return (field->flags & AG_FIELD_UNORDERED) != 0
                   ? ag_names_same_set(array_at(a, field), array_at(b, field), fold)
                   : ag_names_same(array_at(a, field), array_at(b, field), fold);
    case AG_FIELD_SET:
    case AG_FIELD_TEXTS:
        return ag_names_same(array_at(a, field), array_at(b, field), false);
    case AG_FIELD_QNAME:
        return ag_qname_same(*(const AgQname *)x, *(const AgQname *)y, fold);
    case AG_FIELD_COLUMN:
        return same_columns(x, y, fold);
    case AG_FIELD_TYPE:
    case AG_FIELD_EXPR:
    case AG_FIELD_BODY:
        return ag_sql_same(*(const AgSql *)x, *(const AgSql *)y);
    case AG_FIELD_OPTIONS:
        return ag_options_same(array_at(a, field), array_at(b, field));
    case AG_FIELD_PARTS:
        return same_parts(array_at(a, field), array_at(b, field), fold);
    case AG_FIELD_VALUES:
        return same_values(array_at(a, field), array_at(b, field));
    case AG_FIELD_ARGUMENTS:
        return same_arguments(array_at(a, field), array_at(b, field));
    }
    g_assert_not_reached();
}

static bool set_bool(bool *slot, const char *text)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "t") == 0)
        *slot = true;
    else if (strcmp(text, "false") == 0 || strcmp(text, "f") == 0)
        *slot = false;
    else
        return false;
    return true;
}

static bool set_int(int64_t *slot, const char *text)
{
    char *end = NULL;
    errno = 0;
    int64_t value = g_ascii_strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value == AG_INT_UNSET ||
        g_ascii_isspace(text[0]))
        return false;
    *slot = value;
    return true;
}

static bool set_word(const char **slot, const AgField *field, const char *text)
{
    for (size_t i = 0; field->words[i] != NULL; i++) {
        if (strcmp(field->words[i], text) == 0) {
            *slot = field->words[i];
            return true;
        }
    }
    return false;
}

static bool set_set(AgPool *pool, GPtrArray **slot, const AgField *field, const char *text)
{
    const char *wrong;
    const GPtrArray *members = ag_names_split(pool, text);
    return members != NULL && ag_set_sort(pool, members, field->words, slot, &wrong);
}

bool ag_field_set_text(AgPool *pool, void *object, const AgField *field, const char *text)
{
    void *slot = ag_field_slot(object, field);
    switch (field->type) {
    case AG_FIELD_BOOL:
        return set_bool(slot, text);
    case AG_FIELD_INT:
        return set_int(slot, text);
    case AG_FIELD_WORD:
        return set_word(slot, field, text);
    case AG_FIELD_NAME:
        *(const char **)slot = ag_pool_name(pool, text);
        return text[0] != '\0';
    case AG_FIELD_TEXT:
        *(const char **)slot = ag_pool_text(pool, text);
        return true;
    case AG_FIELD_NAMES:
        *(GPtrArray **)slot = ag_names_split(pool, text);
        return *(GPtrArray **)slot != NULL;
    case AG_FIELD_SET:
        return set_set(pool, slot, field, text);
    case AG_FIELD_TEXTS:
        *(GPtrArray **)slot = ag_texts_split(pool, text);
        return *(GPtrArray **)slot != NULL;
    case AG_FIELD_QNAME:
        return ag_qname_split(pool, text, slot);
    case AG_FIELD_COLUMN:
        return ag_column_name_split(pool, text, slot);
    case AG_FIELD_TYPE:
    case AG_FIELD_EXPR:
        ((AgSql *)slot)->written = ag_pool_text(pool, text);
        return text[0] != '\0';
    case AG_FIELD_BODY:
        ((AgSql *)slot)->written = ag_pool_text(pool, text);
        return true;
    case AG_FIELD_OPTIONS:
    case AG_FIELD_PARTS:
    case AG_FIELD_VALUES:
    case AG_FIELD_ARGUMENTS:
        return false;
    }
    g_assert_not_reached();
}
