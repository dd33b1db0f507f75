/* SPDX-License-Identifier: MIT */
#include "model/column.h"

#include <string.h>

#include "emit/sqlite/sqlite.h"

void ag_sqlite_put_conflict(GString *out, const char *word)
{
    if (word == NULL)
        return;
    g_autofree char *upper = g_ascii_strup(word, -1);
    g_string_append_printf(out, " ON CONFLICT %s", upper);
}

static void put_default(GString *out, const char *text)
{
    bool bare = ag_sqlite_is_literal(text, false) || ag_sqlite_is_parenthesised(text);
    g_string_append_printf(out, bare ? " DEFAULT %s" : " DEFAULT (%s)", text);
}

static void put_inline_key(AgWriting *w, GString *out, const AgColumn *column, const AgKey *key)
{
    g_string_append_c(out, ' ');
    ag_sqlite_put_constraint_name(w, out, &key->object);
    g_string_append(out, "PRIMARY KEY");
    const AgPart *part = key->parts == NULL ? NULL : g_ptr_array_index(key->parts, 0);
    if (part != NULL && part->order != NULL)
        g_string_append(out, " DESC");
    ag_sqlite_put_conflict(out, key->on_conflict);
    if (column->identity != NULL)
        g_string_append(out, " AUTOINCREMENT");
}

void ag_sqlite_put_column(AgWriting *w, GString *out, const AgColumn *column, const AgKey *key)
{
    ag_quote_name(w->dialect, out, column->object.name);
    if (column->type.written != NULL)
        g_string_append_printf(out, " %s", column->type.written);
    if (!column->null) {
        g_string_append(out, " NOT NULL");
        ag_sqlite_put_conflict(out, column->null_conflict);
    }
    if (key != NULL)
        put_inline_key(w, out, column, key);
    if (column->default_sql.written != NULL)
        put_default(out, column->default_sql.written);
    if (column->collation.name != NULL) {
        g_string_append(out, " COLLATE ");
        ag_quote_name(w->dialect, out, column->collation.name);
    }
    if (column->generated.written != NULL)
        g_string_append_printf(out, " GENERATED ALWAYS AS (%s) %s",
                               ag_sqlite_expression(w, column->object.parent,
                                                    column->generated.written),
                               g_strcmp0(column->generated_kind, "virtual") == 0 ? "VIRTUAL"
                                                                                 : "STORED");
}

bool ag_sqlite_has_default(const AgColumn *column)
{
    const char *text = column->default_sql.written;
    return text != NULL && g_ascii_strcasecmp(text, "NULL") != 0;
}

/* SQLite refuses some of these only when rows exist: then a revision would pass every test and fail
 * in production. */
bool ag_sqlite_can_add(const AgColumn *column)
{
    if (column->identity != NULL)
        return false;
    if (column->generated.written != NULL)
        return g_strcmp0(column->generated_kind, "virtual") == 0 && column->null;
    if (!ag_sqlite_has_default(column))
        return column->null;
    return ag_sqlite_is_literal(column->default_sql.written, true);
}

static AgStrategy strategy(const AgChange *change)
{
    switch (change->verb) {
    case AG_CREATE:
        return ag_sqlite_can_add((const AgColumn *)change->new) ? AG_IN_PLACE : AG_REBUILD_TABLE;
    case AG_RENAME:
    case AG_DROP: /* folding sees what hangs on the column */
        return AG_IN_PLACE;
    case AG_ALTER:
        return AG_REBUILD_TABLE;
    }
    g_assert_not_reached();
}

/* Constraints that came with the column stand behind it. */
static void put_carried(AgWriting *w, GString *out, const AgChange *change)
{
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgObject *part = ((const AgChange *)g_ptr_array_index(change->folded, i))->new;
        g_string_append_c(out, ' ');
        if (part->info->kind == AG_KIND_CHECK) {
            ag_sqlite_put_check(w, out, (const AgCheck *)part);
        } else {
            ag_sqlite_put_constraint_name(w, out, part);
            ag_sqlite_put_references(w, out, (const AgForeignKey *)part);
        }
    }
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) text = g_string_new(NULL);
    ag_sqlite_put_column(w, text, (const AgColumn *)change->new, NULL);
    put_carried(w, text, change);
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s ADD COLUMN %s",
                                      ag_writing_qname(w, change->new), text->str);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL,
                        ((const AgChange *)g_ptr_array_index(change->folded, i))->new);
    return true;
}

static bool rename_column(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER TABLE %s RENAME COLUMN %s TO %s", ag_writing_qname(w, change->old),
             ag_writing_name(w, change->old->name), ag_writing_name(w, change->new->name));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    const AgObject *named = ag_sqlite_current(w, change->old);
    AgStatement *statement =
        ag_write(w, change, "ALTER TABLE %s DROP COLUMN %s", ag_writing_qname(w, change->old),
                 ag_writing_name(w, named->name));
    if (!change->recreate && ((const AgColumn *)change->old)->generated.written == NULL)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, change->old->parent);
    return true;
}

const AgKindWriter ag_sqlite_column = {
    .strategy = strategy,
    .create = create,
    .alter = ag_sqlite_alter_not_folded,
    .rename = rename_column,
    .drop = drop,
};
