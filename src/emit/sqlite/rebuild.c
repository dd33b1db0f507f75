/* SPDX-License-Identifier: MIT */
/* Makes a table anew: create under another name, copy, drop, rename back, and restore what hung on
 * it. The order is that of sqlite.org/lang_altertable.html section 7; every other order loses rows,
 * triggers or references.
 *
 * foreign_keys must be off before BEGIN (a setting of the step), since DROP TABLE would delete the
 * rows of others by cascade. legacy_alter_table is on for the one statement that needs it: with it
 * views and triggers that name the table, which is not there at that moment, are left alone. Real
 * renames of the same script need it off, so that views and triggers follow them. */
#include <string.h>

#include "emit/sqlite/rebuild_private.h"
#include "emit/state.h"
#include "sql/tokens.h"

const AgChange *ag_rebuild_change(const AgRebuild *r, const AgObject *part)
{
    return g_hash_table_lookup(r->touched, part);
}

static const AgChange *folded_at(const AgRebuild *r, guint i)
{
    return g_ptr_array_index(r->change->folded, i);
}

/* A column may be renamed and altered: the ALTER says more. */
static void note(AgRebuild *r, const AgObject *object, const AgChange *change)
{
    const AgChange *before = object == NULL ? NULL : ag_rebuild_change(r, object);
    if (object != NULL && (before == NULL || before->verb == AG_RENAME))
        g_hash_table_insert(r->touched, (gpointer)(guintptr)object, (gpointer)(guintptr)change);
}

static void note_touched(AgRebuild *r)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        note(r, folded_at(r, i)->old, folded_at(r, i));
        note(r, folded_at(r, i)->new, folded_at(r, i));
    }
}

/* --- what the table will have --- */

static bool same_name(const AgRebuild *r, const AgObject *old, const AgObject *new)
{
    return old->info == new->info &&
           old->name != NULL &&ag_name_same(ag_sqlite_current(r->w, old)->name,
                                            ag_sqlite_current(r->w, new)->name, true);
}

static const AgObject *namesake_of(const AgRebuild *r, const GPtrArray *parts, const AgObject *part)
{
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *other = g_ptr_array_index(parts, i);
        if (ag_rebuild_change(r, other) == NULL && same_name(r, part, other))
            return other;
    }
    return NULL;
}

/* The part of `parts` that is the same as `part` although no change says so: the one of its name,
 * else one of its shape that is nobody's namesake. */
const AgObject *ag_rebuild_twin(const AgRebuild *r, const GPtrArray *parts, const AgObject *part)
{
    const GPtrArray *own =
        parts == r->new->object.parts ? r->old->object.parts : r->new->object.parts;
    const AgObject *twin = namesake_of(r, parts, part);
    for (guint i = 0; twin == NULL && part->info->kind != AG_KIND_COLUMN && i < parts->len; i++) {
        const AgObject *other = g_ptr_array_index(parts, i);
        if (other->info == part->info && ag_rebuild_change(r, other) == NULL &&
            ag_object_differences(part, other, AG_DIALECT_SQLITE) == 0 &&
            namesake_of(r, own, other) == NULL)
            twin = other;
    }
    return twin;
}

/* The table that a foreign key of the old side refers to, when it or one of the columns is called
 * otherwise. */
static bool refers_to_renamed(const AgRebuild *r, const AgObject *part)
{
    const AgForeignKey *key = (const AgForeignKey *)part;
    const AgObject *table =
        part->info->kind == AG_KIND_FOREIGN_KEY
            ? ag_schema_find(r->w->from, AG_KIND_TABLE, NULL, key->references.name)
            : NULL;
    if (table == NULL)
        return false;
    if (!ag_name_same(ag_sqlite_current(r->w, table)->name, table->name, true))
        return true;
    for (guint i = 0; key->ref_columns != NULL && i < key->ref_columns->len; i++) {
        const AgObject *column =
            ag_object_part(table, AG_KIND_COLUMN, g_ptr_array_index(key->ref_columns, i));
        if (column != NULL &&
            !ag_name_same(ag_sqlite_current(r->w, column)->name, column->name, true))
            return true;
    }
    return false;
}

/* Whether the part speaks of what was renamed: then texts differ and mean the same. */
static bool speaks_of_renamed(const AgRebuild *r, const AgObject *part)
{
    const GPtrArray *parts = r->old->object.parts;
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *column = g_ptr_array_index(parts, i);
        if (column->info->kind == AG_KIND_COLUMN &&
            !ag_name_same(ag_sqlite_current(r->w, column)->name, column->name, true) &&
            ag_sqlite_part_uses(r->w->pool, part, column->name))
            return true;
    }
    return refers_to_renamed(r, part);
}

/* The new definition, and what the database has beyond it and nobody asked to drop. Where a part is
 * the same on both sides, the one that lives in the database is kept, with its name. */
static void collect_parts(AgRebuild *r)
{
    const GPtrArray *old = r->old->object.parts, *new = r->new->object.parts;
    bool from_lives = r->w->from->server_version != 0;
    for (guint i = 0; i < new->len; i++) {
        const AgObject *part = g_ptr_array_index(new, i);
        const AgObject *twin = NULL;
        if (ag_rebuild_change(r, part) == NULL && part->info->kind != AG_KIND_COLUMN)
            twin = ag_rebuild_twin(r, old, part);
        bool keep = twin != NULL && from_lives && !speaks_of_renamed(r, twin);
        g_ptr_array_add(r->parts, (gpointer)(guintptr)(keep ? twin : part));
    }
    for (guint i = 0; i < old->len; i++) {
        const AgObject *part = g_ptr_array_index(old, i);
        if (ag_rebuild_change(r, part) == NULL && ag_rebuild_twin(r, new, part) == NULL &&
            !speaks_of_renamed(r, part))
            g_ptr_array_add(r->parts, (gpointer)(guintptr)part);
    }
}

static AgStatement *add_statement(const AgRebuild *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static AgStatement *add_statement(const AgRebuild *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    return ag_write(r->w, r->change, "%s", sql);
}

/* --- the statements --- */

/* "~ table orders: + check ..., - column ...": one line that says why. */
static const char *remark(const AgRebuild *r)
{
    enum { MOST = 6 };
    AgPool *pool = r->w->pool;
    guint n = r->change->folded->len;
    if (n == 1)
        return ag_change_text(pool, folded_at(r, 0));
    g_autoptr(GString) out = g_string_new(ag_change_text(pool, r->change));
    for (guint i = 0; i < n && i < MOST; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? ": " : ", ",
                               ag_change_text(pool, folded_at(r, i)));
    if (n > MOST)
        g_string_append_printf(out, ", and %u more", n - MOST);
    return ag_pool_text(pool, out->str);
}

static void write_copy(const AgRebuild *r, const char *values, const char *names)
{
    /* OR ABORT overrides conflict clauses of the table, which would drop rows silently. */
    AgStatement *statement =
        add_statement(r, "INSERT OR ABORT INTO %s (%s)\nSELECT %s\nFROM %s",
                      ag_writing_name(r->w, r->temporary), names, values, r->name);
    ag_rebuild_mark_copy(r, statement);
}

static bool is_numbered(const GPtrArray *parts)
{
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ((const AgColumn *)part)->identity != NULL)
            return true;
    }
    return false;
}

/* AUTOINCREMENT never gives a number twice: the counter moves along even when the rows that used it
 * are gone. */
static void write_sequence(const AgRebuild *r)
{
    if (!is_numbered(r->old->object.parts) || !is_numbered(r->parts))
        return;
    AgPool *pool = r->w->pool;
    const char *temporary = ag_sql_literal(pool, r->temporary);
    const char *name = ag_sql_literal(pool, ag_writing_current(r->w, &r->new->object)->name);
    add_statement(r, "DELETE FROM sqlite_sequence WHERE name = %s", temporary);
    add_statement(r,
                  "INSERT INTO sqlite_sequence (name, seq)\nSELECT %s, seq\nFROM sqlite_sequence\n"
                  "WHERE name = %s COLLATE NOCASE",
                  temporary, name);
}

static void write_indexes(const AgRebuild *r)
{
    for (guint i = 0; i < r->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(r->parts, i);
        if (part->info->kind == AG_KIND_INDEX)
            add_statement(r, "%s", ag_sqlite_create_index(r->w, (const AgIndex *)part, r->name));
    }
}

/* Those that change are out of the way already, and come when all tables are done. */
static void write_triggers(const AgRebuild *r)
{
    for (guint i = 0; i < r->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(r->parts, i);
        if (part->info->kind == AG_KIND_TRIGGER && ag_writing_changes_of(r->w, part)->len == 0)
            add_statement(r, "%s",
                          ag_sqlite_create_trigger(r->w, (const AgTrigger *)part, r->name));
    }
}

/* A text read before a rename that has been made since says the old name. */
static bool is_stale(const AgRebuild *r, const AgUnmanaged *item)
{
    const GPtrArray *changes = r->w->state->changes;
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_RENAME && change->old->info->kind != AG_KIND_INDEX &&
            ag_writing_is_done(r->w, change) &&
            ag_sqlite_mentions(r->w->pool, item->text, change->old->name))
            return true;
    }
    return false;
}

static bool restore(const AgRebuild *r, const AgSchema *schema, const AgObject *table)
{
    bool ok = true;
    for (guint i = 0; i < schema->unmanaged->len; i++) {
        const AgUnmanaged *item = g_ptr_array_index(schema->unmanaged, i);
        bool on_table = ag_name_same(item->table.name, table->name, true);
        if (!on_table || item->text == NULL || strcmp(item->noun, "view") == 0)
            continue;
        if (schema == r->w->from && is_stale(r, item)) {
            ok = ag_fail(r->w->diag, AG_PROBLEM_UNSUPPORTED, AG_NOWHERE,
                         "%s '%s' hangs on table '%s', which is rebuilt while something it "
                         "mentions is renamed",
                         item->noun, item->label, table->name);
            ag_hint(r->w->diag, "make a revision with the rename alone first, then one with the "
                                "rest");
            continue;
        }
        add_statement(r, "%s", item->text);
    }
    return ok;
}

/* Triggers and indexes that models cannot say or ignore. Only one side lives in a database. */
static bool restore_unmanaged(const AgRebuild *r)
{
    return restore(r, r->w->from, &r->old->object) &&
           (r->w->from->unmanaged->len > 0 || restore(r, r->w->to, &r->new->object));
}

static void use_new_names(const AgRebuild *r)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        if (folded_at(r, i)->verb == AG_RENAME)
            ag_writing_renamed(r->w, folded_at(r, i));
    }
}

static bool write_rebuild(AgRebuild *r)
{
    AgWriting *w = r->w;
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(GString) values = g_string_new(NULL);
    ag_rebuild_copied(r, names, values);
    use_new_names(r);
    const char *temporary = ag_writing_name(w, r->temporary);
    AgStatement *statement =
        add_statement(r, "%s", ag_sqlite_create_table(w, r->new, r->parts, temporary));
    statement->what = remark(r);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, &r->new->object);
    ag_sqlite_set(w, "foreign_keys", "off");
    if (names->len > 0)
        write_copy(r, values->str, names->str);
    write_sequence(r);
    statement = add_statement(r, "DROP TABLE %s", r->name);
    ag_rebuild_mark_drop(r, statement);
    add_statement(r, "PRAGMA legacy_alter_table = on");
    add_statement(r, "ALTER TABLE %s RENAME TO %s", temporary, r->name);
    add_statement(r, "PRAGMA legacy_alter_table = off");
    write_indexes(r);
    write_triggers(r);
    ag_sqlite_refill_indexes(w, r->change);
    return restore_unmanaged(r);
}

bool ag_sqlite_rebuild(AgWriting *w, const AgChange *change)
{
    if (change->folded == NULL)
        return ag_sqlite_not_folded(w, change);
    if (!ag_sqlite_can_be_strict(w, (const AgTable *)change->new))
        return false;
    const AgObject *named = ag_writing_current(w, change->new);
    AgRebuild r = {
        .w = w,
        .change = change,
        .old = (const AgTable *)change->old,
        .new = (const AgTable *)change->new,
        .parts = ag_pool_array(w->pool),
        .name = ag_writing_qname(w, change->new),
        .temporary = ag_pool_printf(w->pool, "__ag_new_%s", named->name),
        .touched = ag_pool_table(w->pool, g_direct_hash, g_direct_equal),
    };
    note_touched(&r);
    collect_parts(&r);
    return write_rebuild(&r);
}
