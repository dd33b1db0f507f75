/* SPDX-License-Identifier: MIT */
/* Foreign keys against what they refer to, and hints about former names. */
#include "parser/literal.h"
#include "parser/parse.h"

#include <string.h>

/* --- what is referred to has to be unique --- */

static bool has_name(const GPtrArray *names, const char *name, bool fold)
{
    for (guint i = 0; i < names->len; i++) {
        if (ag_name_same(g_ptr_array_index(names, i), name, fold))
            return true;
    }
    return false;
}

/* Any order will do, on both databases. */
static bool same_set(const GPtrArray *a, const GPtrArray *b, bool fold)
{
    if (a == NULL || b == NULL || a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++) {
        if (!has_name(b, g_ptr_array_index(a, i), fold))
            return false;
    }
    return true;
}

static bool is_unique_over(const AgObject *part, const GPtrArray *columns, bool fold)
{
    if (part->info->kind == AG_KIND_PRIMARY_KEY || part->info->kind == AG_KIND_UNIQUE)
        return same_set(((const AgKey *)part)->columns, columns, fold);
    const AgIndex *index = (const AgIndex *)part;
    if (part->info->kind != AG_KIND_INDEX || !index->unique || index->where.written != NULL ||
        index->parts == NULL || index->parts->len != columns->len)
        return false;
    for (guint i = 0; i < index->parts->len; i++) {
        const AgPart *key = g_ptr_array_index(index->parts, i);
        if (key->column == NULL || !has_name(columns, key->column, fold))
            return false;
    }
    return true;
}

static void check_target_unique(AgParse *parse, const AgForeignKey *key, const AgObject *target)
{
    for (guint i = 0; target->parts != NULL && i < target->parts->len; i++) {
        if (is_unique_over(g_ptr_array_index(target->parts, i), key->ref_columns, parse->sqlite))
            return;
    }
    ag_fail(parse->diag, AG_PROBLEM_FOREIGN_KEY_MISMATCH,
            ag_parse_place(parse, &key->object, "ref-columns"),
            "columns '%s' of table '%s' are not unique",
            ag_names_join(parse->trees, key->ref_columns), ag_object_label(parse->trees, target));
    ag_also(parse->diag, target->place);
    ag_hint(parse->diag, "add <unique columns=\"%s\"/> to it",
            ag_names_join(parse->trees, key->ref_columns));
}

/* --- types --- */

/* Groups within which PostgreSQL compares; 0: not known, fits everything. */
static int type_group(const char *type)
{
    static const struct {
        const char *name;
        int group;
    } groups[] = {
        {"smallint", 1},
        {"integer", 1},
        {"bigint", 1},
        {"numeric", 1},
        {"real", 1},
        {"double precision", 1},
        {"text", 2},
        {"character varying", 2},
        {"character", 2},
        {"bpchar", 2},
        {"name", 2},
        {"uuid", 3},
        {"boolean", 4},
        {"bytea", 5},
        {"date", 6},
        {"timestamp without time zone", 6},
        {"timestamp with time zone", 6},
        {"time without time zone", 7},
        {"time with time zone", 7},
        {"interval", 8},
        {"inet", 9},
        {"cidr", 9},
        {"macaddr", 10},
        {"money", 11},
    };
    if (type == NULL || g_str_has_suffix(type, "[]"))
        return 0;
    const char *open = strchr(type, '('), *close = open == NULL ? NULL : strchr(open, ')');
    g_autofree char *plain = close == NULL
                                 ? g_strdup(type)
                                 : g_strdup_printf("%.*s%s", (int)(open - type), type, close + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (strcmp(groups[i].name, plain) == 0)
            return groups[i].group;
    }
    return 0;
}

static void check_types(AgParse *parse, const AgForeignKey *key, const AgObject *target)
{
    for (guint i = 0; i < key->columns->len && !parse->sqlite; i++) {
        const AgColumn *from =
            ag_parse_column(parse, key->object.parent, g_ptr_array_index(key->columns, i));
        const AgColumn *to = ag_parse_column(parse, target, g_ptr_array_index(key->ref_columns, i));
        int one = from == NULL ? 0 : type_group(from->type.canonical);
        int two = to == NULL ? 0 : type_group(to->type.canonical);
        if (one == 0 || two == 0 || one == two)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_FOREIGN_KEY_MISMATCH,
                ag_parse_place(parse, &key->object, "columns"),
                "column '%s' is of type '%s', but '%s' of table '%s' is of type '%s'",
                from->object.name, from->type.written, to->object.name,
                ag_object_label(parse->trees, target), to->type.written);
        ag_also(parse->diag, to->object.place);
        ag_hint(parse->diag, "give both columns the same type");
    }
}

/* --- a foreign key --- */

static bool check_target_columns(AgParse *parse, const AgForeignKey *key, const AgObject *target)
{
    bool good = true;
    const AgElement *element = ag_parse_element(parse, &key->object);
    for (guint i = 0; i < key->ref_columns->len; i++) {
        const char *name = g_ptr_array_index(key->ref_columns, i);
        if (ag_parse_column(parse, target, name) != NULL)
            continue;
        good = false;
        /* Else it is the primary key that is wrong, and has been reported. */
        if (element == NULL || ag_element_attribute(element, "ref-columns") == NULL)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN,
                ag_parse_place(parse, &key->object, "ref-columns"), "table '%s' has no column '%s'",
                ag_object_label(parse->trees, target), name);
        ag_also(parse->diag, target->place);
    }
    return good;
}

static void check_action(AgParse *parse, const AgForeignKey *key)
{
    const AgObject *object = &key->object;
    bool sets =
        g_strcmp0(key->on_delete, "set-null") == 0 || g_strcmp0(key->on_delete, "set-default") == 0;
    if (key->on_delete_columns != NULL && !sets)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE,
                ag_parse_place(parse, object, "on-delete-columns"),
                "on-delete-columns needs on-delete=\"set-null\" or \"set-default\"");
    for (guint i = 0; key->on_delete_columns != NULL && i < key->on_delete_columns->len; i++) {
        const char *name = g_ptr_array_index(key->on_delete_columns, i);
        if (key->columns != NULL && !has_name(key->columns, name, false))
            ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN,
                    ag_parse_place(parse, object, "on-delete-columns"),
                    "column '%s' is not one of the foreign key", name);
    }
    bool nulls = g_strcmp0(key->on_delete, "set-null") == 0 && key->on_delete_columns == NULL;
    for (guint i = 0; nulls && key->columns != NULL && i < key->columns->len; i++) {
        const AgColumn *column =
            ag_parse_column(parse, object->parent, g_ptr_array_index(key->columns, i));
        if (column == NULL || column->null)
            continue;
        ag_warn(parse->diag, AG_PROBLEM_FOREIGN_KEY_MISMATCH,
                ag_parse_place(parse, object, "on-delete"),
                "on-delete=\"set-null\", but column '%s' does not accept NULL",
                column->object.name);
        ag_hint(parse->diag, "add null=\"true\" to the column, or delete with restrict or cascade");
    }
}

void ag_validate_foreign_key(AgParse *parse, const AgForeignKey *key)
{
    const AgObject *object = &key->object;
    bool good = ag_validate_columns(parse, object, key->columns, "columns");
    check_action(parse, key);
    if (key->columns == NULL || key->ref_columns == NULL || key->references.name == NULL)
        return;
    const AgObject *target =
        ag_schema_find(parse->schema, AG_KIND_TABLE, key->references.schema, key->references.name);
    if (target == NULL || !check_target_columns(parse, key, target))
        return;
    if (key->columns->len != key->ref_columns->len) {
        ag_fail(parse->diag, AG_PROBLEM_FOREIGN_KEY_MISMATCH,
                ag_parse_place(parse, object, "columns"),
                "the foreign key has %u columns and refers to %u ('%s') of table '%s'",
                key->columns->len, key->ref_columns->len,
                ag_names_join(parse->trees, key->ref_columns),
                ag_object_label(parse->trees, target));
        ag_also(parse->diag, target->place);
        return;
    }
    if (key->columns->len > (guint)parse->dialect->max_index_keys)
        ag_fail(parse->diag, AG_PROBLEM_TOO_LARGE, object->place,
                "the foreign key has %u columns; %s allows %d", key->columns->len,
                parse->dialect->name, parse->dialect->max_index_keys);
    check_target_unique(parse, key, target);
    if (good)
        check_types(parse, key, target);
}

/* --- renamed-from --- */

static void report_both(AgParse *parse, const AgObject *object, AgPlace place, AgQname former)
{
    ag_fail(parse->diag, AG_PROBLEM_RENAME_CONFLICT, place,
            "%s '%s' is renamed from '%s', which is also in the models", object->info->noun,
            ag_object_label(parse->trees, object), ag_qname_text(parse->trees, former));
}

static void hint_both(AgParse *parse, AgPlace other)
{
    ag_also(parse->diag, other);
    ag_hint(parse->diag, "remove renamed-from if they are two things, or remove the old one if it "
                         "was renamed");
}

static const AgObject *find_former(const AgParse *parse, const AgObject *object, AgQname former)
{
    if (object->parent == NULL)
        return ag_schema_find_signed(parse->schema, object->info->kind,
                                     former.schema != NULL ? former.schema : object->schema,
                                     former.name, object->signature);
    for (guint i = 0; i < object->parent->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(object->parent->parts, i);
        if (part->info->kind == object->info->kind && part->name != NULL &&
            ag_name_same(part->name, former.name, parse->sqlite))
            return part;
    }
    return NULL;
}

static void check_former(AgParse *parse, const AgObject *object)
{
    for (guint i = 0; object->former != NULL && i < object->former->len; i++) {
        AgQname former = *(const AgQname *)g_ptr_array_index(object->former, i);
        const AgObject *other = find_former(parse, object, former);
        if (other == NULL)
            continue;
        AgPlace place = ag_parse_place(parse, object, "renamed-from");
        if (other == object) {
            ag_fail(parse->diag, AG_PROBLEM_RENAME_CONFLICT, place,
                    "%s '%s' is renamed from itself", object->info->noun,
                    ag_object_label(parse->trees, object));
            continue;
        }
        report_both(parse, object, place, former);
        hint_both(parse, other->place);
    }
}

static void check_former_values(AgParse *parse, const AgEnum *type)
{
    for (guint i = 0; type->values != NULL && i < type->values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(type->values, i);
        for (guint j = 0; value->former != NULL && j < value->former->len; j++) {
            for (guint k = 0; k < type->values->len; k++) {
                const AgEnumValue *other = g_ptr_array_index(type->values, k);
                if (strcmp(other->name, g_ptr_array_index(value->former, j)) != 0)
                    continue;
                ag_fail(parse->diag, AG_PROBLEM_RENAME_CONFLICT, value->place,
                        "value '%s' is renamed from '%s', which is also a value of enum '%s'",
                        value->name, other->name, type->object.name);
                hint_both(parse, other->place);
            }
        }
    }
}

void ag_validate_renames(AgParse *parse)
{
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        check_former(parse, object);
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++)
            check_former(parse, g_ptr_array_index(object->parts, j));
    }
    for (guint i = 0; i < parse->enums->len; i++)
        check_former_values(parse, g_ptr_array_index(parse->enums, i));
}
