/* SPDX-License-Identifier: MIT */
#include "diff/diff_private.h"

#include "sql/tokens.h"

#include <string.h>

/* Respelled names are quoted by a rule of our own, so texts that were respelled are compared token
 * by token. */
static bool same_tokens(const AgDiffing *d, AgSql a, AgSql b)
{
    const char *x = a.canonical != NULL ? a.canonical : a.written;
    const char *y = b.canonical != NULL ? b.canonical : b.written;
    if (x == NULL || y == NULL)
        return x == y;
    return strcmp(x, y) == 0 || strcmp(ag_sql_normal(d->pool, d->to->dialect, x),
                                       ag_sql_normal(d->pool, d->to->dialect, y)) == 0;
}

static bool same_parts_tokens(const AgDiffing *d, const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        AgPart x = *(const AgPart *)g_ptr_array_index(a, i);
        const AgPart *y = g_ptr_array_index(b, i);
        if (same_tokens(d, x.expression, y->expression))
            x.expression = y->expression;
        if (!ag_part_same(&x, y, d->fold))
            return false;
    }
    return true;
}

static bool same_arguments_tokens(const AgDiffing *d, const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    if (n != m)
        return false;
    for (guint i = 0; i < n; i++) {
        AgArgument x = *(const AgArgument *)g_ptr_array_index(a, i);
        const AgArgument *y = g_ptr_array_index(b, i);
        if (same_tokens(d, x.type, y->type))
            x.type = y->type;
        if (same_tokens(d, x.default_sql, y->default_sql))
            x.default_sql = y->default_sql;
        if (!ag_argument_same(&x, y))
            return false;
    }
    return true;
}

static bool same_respelled(const AgDiffing *d, const AgObject *a, const AgObject *b,
                           const AgField *field)
{
    const void *x = ag_field_at(a, field), *y = ag_field_at(b, field);
    if (field->type == AG_FIELD_TYPE || field->type == AG_FIELD_EXPR)
        return same_tokens(d, *(const AgSql *)x, *(const AgSql *)y);
    if (field->type == AG_FIELD_PARTS)
        return same_parts_tokens(d, *(GPtrArray *const *)x, *(GPtrArray *const *)y);
    if (field->type == AG_FIELD_ARGUMENTS)
        return same_arguments_tokens(d, *(GPtrArray *const *)x, *(GPtrArray *const *)y);
    return false;
}

static AgFieldSet differences(const AgDiffing *d, const AgObject *respelled,
                              const AgObject *new_object)
{
    AgFieldSet set = ag_object_differences(respelled, new_object, d->to->dialect);
    if (!d->any_renames)
        return set;
    for (unsigned i = 0; i < new_object->info->n_fields; i++) {
        if ((set & AG_FIELD_BIT(i)) != 0 &&
            same_respelled(d, respelled, new_object, &new_object->info->fields[i]))
            set &= ~AG_FIELD_BIT(i);
    }
    return set;
}

AgFieldSet ag_diff_differences(const AgDiffing *d, const AgPair *pair)
{
    AgFieldSet set = differences(d, pair->respelled, pair->new);
    if (!d->options->compare_comments)
        set &= ~AG_FIELD_COMMENT;
    if (!d->options->compare_owners)
        set &= ~AG_FIELD_OWNER;
    return set;
}

bool ag_diff_same_shape(const AgDiffing *d, const AgObject *respelled, const AgObject *new_object)
{
    return (differences(d, respelled, new_object) & ~AG_FIELD_COMMON) == 0;
}

static void add_text(GString *out, const char *text)
{
    g_string_append_c(out, '\1');
    if (text != NULL)
        g_string_append(out, text);
}

static void add_names(GString *out, const GPtrArray *names)
{
    for (guint i = 0; names != NULL && i < names->len; i++)
        add_text(out, g_ptr_array_index(names, i));
}

static void add_parts(GString *out, const GPtrArray *parts)
{
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgPart *part = g_ptr_array_index(parts, i);
        add_text(out, part->column);
    }
}

static void add_sql(const AgDiffing *d, GString *out, const AgSql *sql)
{
    const char *text = sql->canonical != NULL ? sql->canonical : sql->written;
    if (text != NULL)
        add_text(out, ag_sql_normal(d->pool, d->to->dialect, text));
}

char *ag_diff_signature(const AgDiffing *d, const AgObject *object)
{
    g_autoptr(GString) out = g_string_sized_new(128);
    g_string_append_c(out, (char)(0x80 + (int)object->info->kind));
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        if ((field->flags & (AG_FIELD_NOT_COMPARED | AG_FIELD_IF_WRITTEN)) != 0 ||
            !ag_field_in(field, d->to->dialect))
            continue;
        const void *at = ag_field_at(object, field);
        if (field->type == AG_FIELD_NAMES)
            add_names(out, *(GPtrArray *const *)at);
        else if (field->type == AG_FIELD_PARTS)
            add_parts(out, *(GPtrArray *const *)at);
        else if (field->type == AG_FIELD_EXPR)
            add_sql(d, out, at);
    }
    if (d->fold)
        g_string_ascii_down(out);
    return ag_pool_text(d->pool, out->str);
}
