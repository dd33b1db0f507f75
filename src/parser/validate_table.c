/* SPDX-License-Identifier: MIT */
/* One table: its columns, keys, indexes and generated expressions. */
#include "parser/parse.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* --- lists of columns --- */

static void hint_column(AgParse *parse, const AgObject *table, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN && part->name != NULL)
            g_ptr_array_add(names, (gpointer)(guintptr)part->name);
    }
    g_ptr_array_add(names, NULL);
    ag_hint_nearest(parse->diag, name, (const char *const *)names->pdata);
}

bool ag_validate_columns(AgParse *parse, const AgObject *part, const GPtrArray *names,
                         const char *attribute)
{
    guint errors = ag_diag_errors(parse->diag);
    AgPlace place = ag_parse_place(parse, part, attribute);
    if (names == NULL)
        return true;
    g_autoptr(GHashTable) seen =
        names->len > 1 ? g_hash_table_new(g_direct_hash, g_direct_equal) : NULL;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        AgColumn *column = ag_parse_column(parse, part->parent, name);
        if (column == NULL) {
            ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN, place, "table '%s' has no column '%s'",
                    ag_object_label(parse->trees, part->parent), name);
            hint_column(parse, part->parent, name);
        } else if (seen != NULL && !g_hash_table_add(seen, column)) {
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, place,
                    "column '%s' stands twice in '%s' of the %s", name, attribute,
                    part->info->noun);
        }
    }
    return ag_diag_errors(parse->diag) == errors;
}

static void check_width(AgParse *parse, const AgObject *part, guint columns)
{
    if (columns > (guint)parse->dialect->max_index_keys)
        ag_fail(parse->diag, AG_PROBLEM_TOO_LARGE, part->place,
                "the %s has %u columns; %s allows %d", part->info->noun, columns,
                parse->dialect->name, parse->dialect->max_index_keys);
}

static guint count(const GPtrArray *array)
{
    return array == NULL ? 0 : array->len;
}

/* --- parts --- */

static void check_key(AgParse *parse, const AgKey *key)
{
    ag_validate_columns(parse, &key->object, key->columns, "columns");
    ag_validate_columns(parse, &key->object, key->include, "include");
    check_width(parse, &key->object, count(key->columns) + count(key->include));
    if (key->object.info->kind != AG_KIND_PRIMARY_KEY || parse->sqlite)
        return;
    for (guint i = 0; i < count(key->columns); i++) {
        const AgColumn *column =
            ag_parse_column(parse, key->object.parent, g_ptr_array_index(key->columns, i));
        if (column == NULL || !column->null)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, ag_parse_place(parse, &column->object, "null"),
                "column '%s' is part of the primary key and cannot accept NULL",
                column->object.name);
        ag_also(parse->diag, key->object.place);
        ag_hint(parse->diag, "remove null=\"true\"");
    }
}

static bool can_include(const char *method)
{
    return strcmp(method, "btree") == 0 || strcmp(method, "gist") == 0 ||
           strcmp(method, "spgist") == 0;
}

static void check_index(AgParse *parse, const AgIndex *index)
{
    const AgObject *object = &index->object;
    for (guint i = 0; i < count(index->parts); i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column == NULL || ag_parse_column(parse, object->parent, part->column) != NULL)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN, part->place,
                "table '%s' has no column '%s'", ag_object_label(parse->trees, object->parent),
                part->column);
        hint_column(parse, object->parent, part->column);
    }
    ag_validate_columns(parse, object, index->include, "include");
    check_width(parse, object, count(index->parts) + count(index->include));
    if (index->unique && index->method != NULL)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, ag_parse_place(parse, object, "using"),
                "only a btree index can be unique, not '%s'", index->method);
    if (index->include != NULL && !can_include(ag_index_method(index)))
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, ag_parse_place(parse, object, "include"),
                "an index using '%s' cannot include columns", index->method);
    if (index->nulls_not_distinct && !index->unique)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE,
                ag_parse_place(parse, object, "nulls-not-distinct"),
                "nulls-not-distinct means something only for a unique index");
}

static void check_part(AgParse *parse, const AgObject *part)
{
    switch (part->info->kind) {
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        check_key(parse, (const AgKey *)part);
        break;
    case AG_KIND_FOREIGN_KEY:
        ag_validate_foreign_key(parse, (const AgForeignKey *)part);
        break;
    case AG_KIND_INDEX:
    case AG_KIND_EXCLUDE:
        check_index(parse, (const AgIndex *)part);
        break;
    case AG_KIND_TRIGGER:
        ag_validate_columns(parse, part, ((const AgTrigger *)part)->update_of, "update-of");
        break;
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_COLUMN:
    case AG_KIND_CHECK:
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
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
        break;
    }
}

/* --- duplicates --- */

static void report_twice(AgParse *parse, const AgObject *part, const AgObject *first)
{
    ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, part->place, "%s '%s' is defined twice",
            part->info->noun, ag_object_label(parse->trees, part));
    ag_also(parse->diag, first->place);
    if (part->info->kind != AG_KIND_COLUMN)
        return;
    if (first->mixin != NULL && part->mixin == NULL)
        ag_hint(parse->diag, "the first comes from mixin '%s': override=\"true\" replaces it",
                first->mixin);
    else if (part->mixin != NULL && first->mixin == NULL)
        ag_hint(parse->diag,
                "this one comes from mixin '%s': override=\"true\" on the other "
                "replaces it",
                part->mixin);
    else if (parse->sqlite && strcmp(part->name, first->name) != 0)
        ag_hint(parse->diag, "SQLite names do not differ by case");
}

/* Columns are one space, constraints are another, and each other kind is one; indexes belong to the
 * schema. */
void ag_validate_duplicates(AgParse *parse, const AgObject *table)
{
    g_autoptr(GHashTable) constraints = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->name == NULL || part->info->kind == AG_KIND_INDEX)
            continue;
        if ((part->info->names & AG_NAMED_AS_CONSTRAINT) == 0 &&
            part->info->kind != AG_KIND_COLUMN) {
            const AgObject *first = ag_object_part(table, part->info->kind, part->name);
            if (first != part)
                report_twice(parse, part, first);
            continue;
        }
        if (part->info->kind == AG_KIND_COLUMN) {
            const AgObject *first = &ag_parse_column(parse, table, part->name)->object;
            if (first != part)
                report_twice(parse, part, first);
            continue;
        }
        const char *key = part->name;
        if (parse->sqlite) {
            g_autofree char *folded = g_ascii_strdown(part->name, -1);
            key = ag_pool_text(parse->trees, folded);
        }
        const AgObject *first = g_hash_table_lookup(constraints, key);
        if (first == NULL) {
            g_hash_table_insert(constraints, (gpointer)(guintptr)key, (gpointer)(guintptr)part);
            continue;
        }
        /* Keys of PostgreSQL are relations, too: their clash is reported there. */
        bool keys = (part->info->names & AG_NAMED_AS_RELATION & first->info->names) != 0;
        if (parse->sqlite || !keys)
            report_twice(parse, part, first);
    }
}

void ag_validate_table(AgParse *parse, const AgObject *table)
{
    guint columns = 0;
    ag_validate_duplicates(parse, table);
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        columns += part->info->kind == AG_KIND_COLUMN;
        check_part(parse, part);
    }
    if (columns > (guint)parse->dialect->max_columns)
        ag_fail(parse->diag, AG_PROBLEM_TOO_LARGE, table->place,
                "table '%s' has %u columns; %s allows %d", ag_object_label(parse->trees, table),
                columns, parse->dialect->name, parse->dialect->max_columns);
    if (parse->sqlite && columns == 0)
        ag_fail(parse->diag, AG_PROBLEM_NOT_IN_DIALECT, table->place,
                "table '%s' has no columns, which SQLite does not allow", table->name);
    if (((const AgTable *)table)->without_rowid &&
        ag_object_first(table, AG_KIND_PRIMARY_KEY) == NULL && parse->sqlite)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, table->place,
                "table '%s' is without rowid and needs a primary key", table->name);
}

/* --- generated columns that need each other --- */

typedef enum { UNSEEN, OPEN, DONE } Mark;

typedef struct {
    AgParse *parse;
    const AgObject *table;
    GHashTable *marks;
    GPtrArray *path; /* of AgColumn * */
    bool reported;
} Visit;

/* The generated columns an expression names. A name before "(" is a function, one behind "." is
 * qualified. */
static GPtrArray *used_columns(Visit *visit, const char *sql)
{
    AgParse *parse = visit->parse;
    GPtrArray *used = ag_pool_array(parse->trees);
    AgLexer lexer;
    ag_lexer_init(&lexer, parse->id, sql, strlen(sql));
    AgToken before = {.type = AG_TOKEN_END}, token = ag_lexer_next_solid(&lexer);
    while (token.type != AG_TOKEN_END) {
        AgToken after = ag_lexer_next_solid(&lexer);
        bool name = token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
        bool qualified = before.type != AG_TOKEN_END && ag_token_is(before, ".");
        if (name && !qualified && !ag_token_is(after, "(") && !ag_token_is(after, ".")) {
            const char *text = ag_sql_token_name(parse->trees, parse->id, token.text, token.length);
            AgColumn *column = ag_parse_column(parse, visit->table, text);
            if (column != NULL && column->generated.written != NULL)
                g_ptr_array_add(used, column);
        }
        before = token;
        token = after;
    }
    return used;
}

static void report_cycle(Visit *visit, const AgColumn *back)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool inside = false;
    for (guint i = 0; i < visit->path->len; i++) {
        const AgColumn *column = g_ptr_array_index(visit->path, i);
        inside = inside || column == back;
        if (inside)
            g_string_append_printf(text, "%s -> ", column->object.name);
    }
    g_string_append(text, back->object.name);
    ag_fail(visit->parse->diag, AG_PROBLEM_CYCLE, back->generated.place,
            "generated columns need each other: %s", text->str);
    visit->reported = true;
}

enum { DEEPEST_GENERATED = 200 };

/* Depth first; bounded, and no schema has chains of generated columns that long. */
static void visit_column(Visit *visit, AgColumn *column)
{
    Mark mark = GPOINTER_TO_INT(g_hash_table_lookup(visit->marks, column));
    if (visit->reported || mark == DONE || visit->path->len >= DEEPEST_GENERATED)
        return;
    if (mark == OPEN) {
        report_cycle(visit, column);
        return;
    }
    g_hash_table_insert(visit->marks, column, GINT_TO_POINTER(OPEN));
    g_ptr_array_add(visit->path, column);
    GPtrArray *used = used_columns(visit, column->generated.written);
    for (guint i = 0; i < used->len; i++)
        visit_column(visit, g_ptr_array_index(used, i));
    g_ptr_array_set_size(visit->path, (gint)visit->path->len - 1);
    g_hash_table_insert(visit->marks, column, GINT_TO_POINTER(DONE));
}

void ag_validate_generated(AgParse *parse, const AgObject *table)
{
    g_autoptr(GHashTable) marks = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GPtrArray) path = g_ptr_array_new();
    Visit visit = {.parse = parse, .table = table, .marks = marks, .path = path};
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ((AgColumn *)part)->generated.written != NULL)
            visit_column(&visit, (AgColumn *)part);
    }
}
