/* SPDX-License-Identifier: MIT */
#include "introspect/binder.h"

#include <string.h>

static bool is_structured(const AgField *field)
{
    switch (field->type) {
    case AG_FIELD_OPTIONS:
    case AG_FIELD_PARTS:
    case AG_FIELD_VALUES:
    case AG_FIELD_ARGUMENTS:
        return true;
    case AG_FIELD_BOOL:
    case AG_FIELD_INT:
    case AG_FIELD_WORD:
    case AG_FIELD_NAME:
    case AG_FIELD_NAMES:
    case AG_FIELD_QNAME:
    case AG_FIELD_COLUMN:
    case AG_FIELD_TYPE:
    case AG_FIELD_EXPR:
    case AG_FIELD_BODY:
    case AG_FIELD_TEXT:
    case AG_FIELD_SET:
    case AG_FIELD_TEXTS:
        return false;
    }
    g_assert_not_reached();
}

void ag_binding_init(AgBinding *binding, const AgKindInfo *info, const AgRows *rows)
{
    binding->n = 0;
    binding->comment = ag_rows_column(rows, "comment");
    binding->owner = ag_rows_column(rows, "owner");
    for (guint i = 0; i < rows->n_columns; i++) {
        int index = ag_kind_field(info, rows->names[i]);
        if (index < 0 || is_structured(&info->fields[index]))
            continue;
        g_assert(binding->n < AG_BINDING_COLUMNS);
        binding->column[binding->n] = (int)i;
        binding->field[binding->n++] = &info->fields[index];
    }
}

AgSql ag_bind_sql(AgPool *pool, const char *text)
{
    const char *copy = ag_pool_text(pool, text);
    return (AgSql){.written = copy, .canonical = copy};
}

static bool set_field(AgPool *pool, AgObject *object, const AgField *field, const char *text)
{
    if (field->type == AG_FIELD_TYPE || field->type == AG_FIELD_EXPR ||
        field->type == AG_FIELD_BODY) {
        *(AgSql *)ag_field_slot(object, field) = ag_bind_sql(pool, text);
        return true;
    }
    return ag_field_set_text(pool, object, field, text);
}

bool ag_bind_row(const AgBinding *binding, AgPool *pool, AgObject *object, const AgRows *rows,
                 guint row, AgDiag *diag)
{
    for (guint i = 0; i < binding->n; i++) {
        const char *text = ag_rows_get(rows, row, binding->column[i]);
        if (text != NULL && !set_field(pool, object, binding->field[i], text))
            return ag_fail(diag, AG_PROBLEM_INTERNAL, AG_NOWHERE,
                           "the catalogue gives '%s' for field '%s' of %s '%s'", text,
                           binding->field[i]->name, object->info->noun, object->name);
    }
    if (binding->comment >= 0)
        object->comment = ag_pool_text(pool, ag_rows_get(rows, row, binding->comment));
    if (binding->owner >= 0)
        object->owner = ag_pool_name(pool, ag_rows_get(rows, row, binding->owner));
    return true;
}
