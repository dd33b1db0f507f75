/* SPDX-License-Identifier: MIT */
#include "emit/sqlite/sqlite.h"

#include <string.h>

#include "sql/lexer.h"
#include "sql/tokens.h"

const AgKindWriter *ag_sqlite_writer(AgKind kind)
{
    switch (kind) {
    case AG_KIND_TABLE:
        return &ag_sqlite_table;
    case AG_KIND_COLUMN:
        return &ag_sqlite_column;
    case AG_KIND_PRIMARY_KEY:
        return &ag_sqlite_primary_key;
    case AG_KIND_UNIQUE:
        return &ag_sqlite_unique;
    case AG_KIND_CHECK:
        return &ag_sqlite_check;
    case AG_KIND_FOREIGN_KEY:
        return &ag_sqlite_foreign_key;
    case AG_KIND_INDEX:
        return &ag_sqlite_index;
    case AG_KIND_VIEW:
        return &ag_sqlite_view;
    case AG_KIND_TRIGGER:
        return &ag_sqlite_trigger;
    case AG_KIND_VIRTUAL_TABLE:
        return &ag_sqlite_virtual_table;
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
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_EXCLUDE:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
        return NULL;
    }
    g_assert_not_reached();
}

/* --- questions --- */

static bool is_one_of(AgToken token, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (ag_token_is(token, words[i]))
            return true;
    }
    return false;
}

bool ag_sqlite_is_literal(const char *text, bool constant)
{
    static const char *const constants[] = {"TRUE", "FALSE", NULL};
    static const char *const others[] = {"NULL", "CURRENT_DATE", "CURRENT_TIME",
                                         "CURRENT_TIMESTAMP", NULL};
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, strlen(text));
    AgToken token = ag_lexer_next_solid(&lexer);
    bool is_signed = ag_token_is(token, "-") || ag_token_is(token, "+");
    if (is_signed)
        token = ag_lexer_next_solid(&lexer);
    if (ag_lexer_next_solid(&lexer).type != AG_TOKEN_END)
        return false;
    if (token.type == AG_TOKEN_NUMBER)
        return true;
    return !is_signed && (token.type == AG_TOKEN_STRING || is_one_of(token, constants) ||
                          (!constant && is_one_of(token, others)));
}

bool ag_sqlite_is_parenthesised(const char *text)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, strlen(text));
    size_t depth = 0;
    bool closed = false;
    for (;;) {
        AgToken token = ag_lexer_next_solid(&lexer);
        if (token.type == AG_TOKEN_END)
            return closed;
        if (closed)
            return false;
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
        closed = depth == 0;
        if (closed && !ag_token_is(token, ")"))
            return false;
    }
}

bool ag_sqlite_mentions(AgPool *pool, const char *text, const char *name)
{
    return text != NULL && ag_sqlite_has_name(ag_sql_names(pool, AG_DIALECT_SQLITE, text), name);
}

bool ag_sqlite_has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; names != NULL && i < names->len; i++) {
        if (ag_name_same(g_ptr_array_index(names, i), name, true))
            return true;
    }
    return false;
}

static bool index_uses(AgPool *pool, const AgIndex *index, const char *column)
{
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (ag_name_same(part->column, column, true) ||
            ag_sqlite_mentions(pool, part->expression.written, column))
            return true;
    }
    return ag_sqlite_mentions(pool, index->where.written, column);
}

bool ag_sqlite_part_uses(AgPool *pool, const AgObject *part, const char *column)
{
    switch (part->info->kind) {
    case AG_KIND_COLUMN:
        return ag_sqlite_mentions(pool, ((const AgColumn *)part)->generated.written, column);
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        return ag_sqlite_has_name(((const AgKey *)part)->columns, column);
    case AG_KIND_CHECK:
        return ag_sqlite_mentions(pool, ((const AgCheck *)part)->expression.written, column);
    case AG_KIND_FOREIGN_KEY:
        return ag_sqlite_has_name(((const AgForeignKey *)part)->columns, column);
    case AG_KIND_INDEX:
        return index_uses(pool, (const AgIndex *)part, column);
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
    case AG_KIND_EXCLUDE:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
        return false;
    }
    g_assert_not_reached();
}

const AgColumn *ag_sqlite_find_column(const AgTable *table, const char *name)
{
    const GPtrArray *parts = table->object.parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ag_name_same(part->name, name, true))
            return (const AgColumn *)part;
    }
    return NULL;
}

const AgObject *ag_sqlite_current(const AgWriting *w, const AgObject *object)
{
    enum { MOST_NAMES = 4 };
    for (int i = 0; i < MOST_NAMES && ag_writing_current(w, object) != object; i++)
        object = ag_writing_current(w, object);
    return object;
}

/* --- statements --- */

void ag_sqlite_set(AgWriting *w, const char *name, const char *value)
{
    AgStep *step = g_ptr_array_index(w->script->steps, w->script->steps->len - 1);
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (strcmp(setting->name, name) == 0)
            return;
    }
    AgSetting *setting = ag_pool_new0(w->pool, AgSetting);
    setting->name = name;
    setting->value = value;
    g_ptr_array_add(step->settings, setting);
}

void ag_sqlite_warn_mentions(AgWriting *w, const AgObject *table, const char *column)
{
    for (guint i = 0; i < w->from->unmanaged->len; i++) {
        const AgUnmanaged *item = g_ptr_array_index(w->from->unmanaged, i);
        bool is_view = strcmp(item->noun, "view") == 0;
        if (!is_view && strcmp(item->noun, "trigger") != 0)
            continue;
        bool on_table = ag_name_same(item->table.name, table->name, true);
        /* A dropped table takes its own triggers with it. */
        if (column == NULL ? on_table
                           : !on_table && !ag_sqlite_mentions(w->pool, item->text, table->name))
            continue;
        if (!ag_sqlite_mentions(w->pool, item->text, column == NULL ? table->name : column))
            continue;
        if (column == NULL)
            ag_warn(w->diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                    "%s '%s' mentions table '%s', which is dropped", item->noun, item->label,
                    table->name);
        else
            ag_warn(w->diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                    "%s '%s' mentions column '%s' of table '%s', which is dropped", item->noun,
                    item->label, column, table->name);
        ag_hint(w->diag, "models do not know %ss: drop or change it in the revision file",
                item->noun);
    }
}

bool ag_sqlite_not_folded(AgWriting *w, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    return ag_fail(w->diag, AG_PROBLEM_INTERNAL, object->place,
                   "a change of %s '%s' was not folded into its table", object->info->noun,
                   ag_object_label(w->pool, object));
}

AgFieldSet ag_sqlite_alter_not_folded(AgWriting *w, const AgChange *change)
{
    ag_sqlite_not_folded(w, change);
    return 0;
}

AgStrategy ag_sqlite_always_rebuild(const AgChange *change)
{
    (void)change;
    return AG_REBUILD_TABLE;
}
