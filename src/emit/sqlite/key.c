/* SPDX-License-Identifier: MIT */
/* Primary keys and unique constraints. */
#include "model/key.h"

#include <string.h>

#include "emit/sqlite/sqlite.h"

void ag_sqlite_put_constraint_name(AgWriting *w, GString *out, const AgObject *object)
{
    const char *name = ag_writing_current(w, object)->name;
    if (name == NULL)
        return;
    g_string_append(out, "CONSTRAINT ");
    ag_quote_name(w->dialect, out, name);
    g_string_append_c(out, ' ');
}

/* The name a column of the table has at this step. */
static const char *current_name(const AgWriting *w, const AgObject *table, const char *name)
{
    const AgColumn *column = ag_sqlite_find_column((const AgTable *)table, name);
    return column == NULL ? name : ag_sqlite_current(w, &column->object)->name;
}

void ag_sqlite_put_part(AgWriting *w, GString *out, const AgObject *table, const AgPart *part)
{
    bool collated = part->collation.name != NULL;
    if (part->column != NULL)
        ag_quote_name(w->dialect, out, current_name(w, table, part->column));
    else /* COLLATE binds tighter than operators do */
        g_string_append_printf(out,
                               collated && !ag_sqlite_is_parenthesised(part->expression.written)
                                   ? "(%s)"
                                   : "%s",
                               ag_sqlite_expression(w, table, part->expression.written));
    if (part->collation.name != NULL) {
        g_string_append(out, " COLLATE ");
        ag_quote_name(w->dialect, out, part->collation.name);
    }
    if (part->order != NULL)
        g_string_append(out, strcmp(part->order, "desc") == 0 ? " DESC" : " ASC");
}

void ag_sqlite_put_key(AgWriting *w, GString *out, const AgKey *key)
{
    ag_sqlite_put_constraint_name(w, out, &key->object);
    g_string_append(out,
                    key->object.info->kind == AG_KIND_PRIMARY_KEY ? "PRIMARY KEY (" : "UNIQUE (");
    for (guint i = 0; i < key->columns->len; i++) {
        AgPart plain = {.column = g_ptr_array_index(key->columns, i)};
        if (i > 0)
            g_string_append(out, ", ");
        ag_sqlite_put_part(w, out, key->object.parent,
                           key->parts == NULL ? &plain : g_ptr_array_index(key->parts, i));
    }
    g_string_append_c(out, ')');
    ag_sqlite_put_conflict(out, key->on_conflict);
}

static bool is_integer(const AgColumn *column)
{
    return column->type.written != NULL && g_ascii_strcasecmp(column->type.written, "INTEGER") == 0;
}

static const AgKey *single_primary_key(const GPtrArray *parts)
{
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_PRIMARY_KEY)
            return ((const AgKey *)part)->columns->len == 1 ? (const AgKey *)part : NULL;
    }
    return NULL;
}

static const AgColumn *find_column(const GPtrArray *parts, const char *name)
{
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ag_name_same(part->name, name, true))
            return (const AgColumn *)part;
    }
    return NULL;
}

/* INTEGER PRIMARY KEY stands inline, where everybody looks for it and AUTOINCREMENT has its place.
 */
const AgKey *ag_sqlite_inline_key(const GPtrArray *parts)
{
    const AgKey *key = single_primary_key(parts);
    if (key == NULL)
        return NULL;
    const AgColumn *column = find_column(parts, g_ptr_array_index(key->columns, 0));
    return column != NULL && (is_integer(column) || column->identity != NULL) ? key : NULL;
}

/* INTEGER PRIMARY KEY DESC is an ordinary column, by an old mistake that SQLite keeps. */
bool ag_sqlite_is_rowid(const AgTable *table, const GPtrArray *parts, const AgColumn *column)
{
    const AgKey *key = single_primary_key(parts);
    if (table->without_rowid || key == NULL || !is_integer(column) ||
        !ag_name_same(g_ptr_array_index(key->columns, 0), column->object.name, true))
        return false;
    const AgPart *part = key->parts == NULL ? NULL : g_ptr_array_index(key->parts, 0);
    return part == NULL || part->order == NULL;
}

const AgKindWriter ag_sqlite_primary_key = {
    .strategy = ag_sqlite_always_rebuild,
    .create = ag_sqlite_not_folded,
    .alter = ag_sqlite_alter_not_folded,
    .rename = ag_sqlite_not_folded,
    .drop = ag_sqlite_not_folded,
};

const AgKindWriter ag_sqlite_unique = {
    .strategy = ag_sqlite_always_rebuild,
    .create = ag_sqlite_not_folded,
    .alter = ag_sqlite_alter_not_folded,
    .rename = ag_sqlite_not_folded,
    .drop = ag_sqlite_not_folded,
};
