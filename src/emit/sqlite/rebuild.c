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

#include "emit/sqlite/sqlite.h"
#include "emit/state.h"
#include "sql/tokens.h"

typedef struct {
    AgWriting *w;
    const AgChange *change;
    const AgTable *old, *new;
    GPtrArray *parts;      /* of const AgObject *: what the table will have */
    const char *name;      /* quoted */
    const char *temporary; /* the other name, as it is */
    GHashTable *touched;   /* AgObject * (either side) -> AgChange *: the folded changes */
} Rebuild;

static const AgChange *change_of(const Rebuild *r, const AgObject *part)
{
    return g_hash_table_lookup(r->touched, part);
}

static const AgChange *folded_at(const Rebuild *r, guint i)
{
    return g_ptr_array_index(r->change->folded, i);
}

/* A column may be renamed and altered: the ALTER says more. */
static void note(Rebuild *r, const AgObject *object, const AgChange *change)
{
    const AgChange *before = object == NULL ? NULL : change_of(r, object);
    if (object != NULL && (before == NULL || before->verb == AG_RENAME))
        g_hash_table_insert(r->touched, (gpointer)(guintptr)object, (gpointer)(guintptr)change);
}

static void note_touched(Rebuild *r)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        note(r, folded_at(r, i)->old, folded_at(r, i));
        note(r, folded_at(r, i)->new, folded_at(r, i));
    }
}

/* --- what the table will have --- */

static bool same_name(const Rebuild *r, const AgObject *old, const AgObject *new)
{
    return old->info == new->info &&
           old->name != NULL &&ag_name_same(ag_sqlite_current(r->w, old)->name,
                                            ag_sqlite_current(r->w, new)->name, true);
}

static const AgObject *namesake_of(const Rebuild *r, const GPtrArray *parts, const AgObject *part)
{
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *other = g_ptr_array_index(parts, i);
        if (change_of(r, other) == NULL && same_name(r, part, other))
            return other;
    }
    return NULL;
}

/* The part of `parts` that is the same as `part` although no change says so: the one of its name,
 * else one of its shape that is nobody's namesake. */
static const AgObject *twin_of(const Rebuild *r, const GPtrArray *parts, const AgObject *part)
{
    const GPtrArray *own =
        parts == r->new->object.parts ? r->old->object.parts : r->new->object.parts;
    const AgObject *twin = namesake_of(r, parts, part);
    for (guint i = 0; twin == NULL && part->info->kind != AG_KIND_COLUMN && i < parts->len; i++) {
        const AgObject *other = g_ptr_array_index(parts, i);
        if (other->info == part->info && change_of(r, other) == NULL &&
            ag_object_differences(part, other, AG_DIALECT_SQLITE) == 0 &&
            namesake_of(r, own, other) == NULL)
            twin = other;
    }
    return twin;
}

/* The table that a foreign key of the old side refers to, when it or one of the columns is called
 * otherwise. */
static bool refers_to_renamed(const Rebuild *r, const AgObject *part)
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
static bool speaks_of_renamed(const Rebuild *r, const AgObject *part)
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
static void collect_parts(Rebuild *r)
{
    const GPtrArray *old = r->old->object.parts, *new = r->new->object.parts;
    bool from_lives = r->w->from->server_version != 0;
    for (guint i = 0; i < new->len; i++) {
        const AgObject *part = g_ptr_array_index(new, i);
        const AgObject *twin = NULL;
        if (change_of(r, part) == NULL && part->info->kind != AG_KIND_COLUMN)
            twin = twin_of(r, old, part);
        bool keep = twin != NULL && from_lives && !speaks_of_renamed(r, twin);
        g_ptr_array_add(r->parts, (gpointer)(guintptr)(keep ? twin : part));
    }
    for (guint i = 0; i < old->len; i++) {
        const AgObject *part = g_ptr_array_index(old, i);
        if (change_of(r, part) == NULL && twin_of(r, new, part) == NULL &&
            !speaks_of_renamed(r, part))
            g_ptr_array_add(r->parts, (gpointer)(guintptr)part);
    }
}

/* --- copying --- */

/* The column whose values the new one gets, or NULL. */
static const AgColumn *source_of(const Rebuild *r, const AgColumn *column)
{
    const AgChange *change = change_of(r, &column->object);
    if (change != NULL && change->verb == AG_CREATE)
        return NULL;
    if (change != NULL && change->old != NULL)
        return (const AgColumn *)change->old;
    return (const AgColumn *)twin_of(r, r->old->object.parts, &column->object);
}

typedef enum { INTEGER, TEXT, BLOB, REAL, NUMERIC } Affinity;

/* sqlite.org/datatype3.html section 3.1. */
static Affinity affinity_of(const AgColumn *column)
{
    if (column->type.written == NULL)
        return BLOB;
    g_autofree char *type = g_ascii_strup(column->type.written, -1);
    if (strstr(type, "INT") != NULL)
        return INTEGER;
    if (strstr(type, "CHAR") != NULL || strstr(type, "CLOB") != NULL ||
        strstr(type, "TEXT") != NULL)
        return TEXT;
    if (strstr(type, "BLOB") != NULL)
        return BLOB;
    if (strstr(type, "REAL") != NULL || strstr(type, "FLOA") != NULL ||
        strstr(type, "DOUB") != NULL)
        return REAL;
    return NUMERIC;
}

static bool changes_affinity(const AgColumn *from, const AgColumn *to)
{
    return affinity_of(from) != affinity_of(to);
}

/* Affinity converts by itself, except that it leaves blobs and text as they are, which a STRICT
 * column of the other type refuses. */
static const char *cast_of(const Rebuild *r, const AgColumn *from, const AgColumn *to)
{
    if (!r->new->strict || !changes_affinity(from, to))
        return NULL;
    if (affinity_of(to) == BLOB && to->type.written != NULL &&
        g_ascii_strcasecmp(to->type.written, "BLOB") == 0)
        return "BLOB";
    return affinity_of(to) == TEXT && affinity_of(from) == BLOB ? "TEXT" : NULL;
}

static bool fills_nulls(const AgColumn *from, const AgColumn *to)
{
    return from->null && !to->null && ag_sqlite_has_default(to);
}

static void put_value(const Rebuild *r, GString *out, const AgColumn *from, const AgColumn *to)
{
    const AgChange *change = change_of(r, &to->object);
    if (change != NULL && change->verb == AG_ALTER && to->using.written != NULL) {
        g_string_append(out, to->using.written);
        return;
    }
    g_autoptr(GString) value = g_string_new(NULL);
    ag_quote_name(r->w->dialect, value, ag_sqlite_current(r->w, &from->object)->name);
    const char *type = cast_of(r, from, to);
    if (type != NULL) {
        g_string_prepend(value, "CAST(");
        g_string_append_printf(value, " AS %s)", type);
    }
    if (fills_nulls(from, to))
        g_string_append_printf(out, "coalesce(%s, %s)", value->str, to->default_sql.written);
    else
        g_string_append(out, value->str);
}

/* A name under which the rowid of both tables can be reached, or NULL. */
static const char *rowid_name(const Rebuild *r)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (ag_sqlite_find_column(r->old, names[i]) == NULL &&
            ag_sqlite_find_column(r->new, names[i]) == NULL)
            return names[i];
    }
    return NULL;
}

typedef struct {
    GString *names, *values;
    bool has_rowid; /* the column that is the rowid is among them */
} Copied;

static void add_column(const Rebuild *r, Copied *copied, const AgColumn *to)
{
    const AgColumn *from = to->generated.written != NULL ? NULL : source_of(r, to);
    if (from == NULL)
        return;
    if (copied->names->len > 0) {
        g_string_append(copied->names, ", ");
        g_string_append(copied->values, ", ");
    }
    ag_quote_name(r->w->dialect, copied->names, to->object.name);
    put_value(r, copied->values, from, to);
    copied->has_rowid = copied->has_rowid || ag_sqlite_is_rowid(r->new, r->parts, to);
}

/* Rows keep their rowids even where no column shows them: full-text indexes and programs may have
 * noted them. */
static void add_rowid(const Rebuild *r, Copied *copied)
{
    const char *rowid = rowid_name(r);
    if (r->old->without_rowid || r->new->without_rowid || copied->has_rowid || rowid == NULL)
        return;
    const char *separator = copied->names->len > 0 ? ", " : "";
    g_autofree char *text = g_strconcat(rowid, separator, NULL);
    g_string_prepend(copied->names, text);
    g_string_prepend(copied->values, text);
}

/* No column and no rowid goes along: as many rows come as there were, with defaults, or NULL. */
static void add_default(const Rebuild *r, Copied *copied)
{
    for (guint i = 0; copied->names->len == 0 && i < r->parts->len; i++) {
        const AgColumn *column = g_ptr_array_index(r->parts, i);
        if (column->object.info->kind != AG_KIND_COLUMN || column->generated.written != NULL)
            continue;
        ag_quote_name(r->w->dialect, copied->names, column->object.name);
        g_string_append(copied->values,
                        column->default_sql.written != NULL ? column->default_sql.written : "NULL");
    }
}

static AgStatement *add_statement(const Rebuild *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static AgStatement *add_statement(const Rebuild *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    return ag_write(r->w, r->change, "%s", sql);
}

/* --- hazards --- */

static bool may_not_fit(const AgChange *change)
{
    const AgObject *new = change->new;
    if (new == NULL)
        return false;
    const AgColumn *column = (const AgColumn *)new, *old = (const AgColumn *)change->old;
    switch (new->info->kind) {
    case AG_KIND_COLUMN:
        if (column->null || column->generated.written != NULL)
            return false;
        if (change->verb == AG_CREATE)
            return !ag_sqlite_has_default(column);
        return change->verb == AG_ALTER && old->null && !fills_nulls(old, column);
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
    case AG_KIND_CHECK:
    case AG_KIND_FOREIGN_KEY:
        return change->verb == AG_CREATE || change->verb == AG_ALTER;
    case AG_KIND_INDEX:
        return change->verb != AG_RENAME && ((const AgIndex *)new)->unique;
    case AG_KIND_TABLE:
        return change->verb == AG_ALTER && ((const AgTable *)new)->strict &&
               !((const AgTable *)change->old)->strict;
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
        return false;
    }
    g_assert_not_reached();
}

static bool converts(const AgChange *change)
{
    if (change->verb != AG_ALTER || change->new->info->kind != AG_KIND_COLUMN)
        return false;
    const AgColumn *from = (const AgColumn *)change->old, *to = (const AgColumn *)change->new;
    return to->generated.written == NULL &&
           (changes_affinity(from, to) || to->using.written != NULL);
}

/* A column's values go with it, and when it becomes a computed one. */
static bool loses_values(const AgChange *change)
{
    const AgObject *old = change->old;
    if (old == NULL || old->info->kind != AG_KIND_COLUMN ||
        ((const AgColumn *)old)->generated.written != NULL || change->recreate)
        return false;
    return change->verb == AG_DROP ||
           (change->verb == AG_ALTER && ((const AgColumn *)change->new)->generated.written != NULL);
}

static void mark_copy(const Rebuild *r, AgStatement *statement)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        const AgChange *change = folded_at(r, i);
        if (may_not_fit(change))
            ag_write_hazard(r->w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
        if (converts(change))
            ag_write_hazard(r->w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, change->new);
    }
}

static void mark_drop(const Rebuild *r, AgStatement *statement)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        const AgChange *change = folded_at(r, i);
        if (loses_values(change))
            ag_write_hazard(r->w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
        if (change->verb == AG_DROP && change->old->info->kind == AG_KIND_COLUMN)
            ag_sqlite_warn_mentions(r->w, &r->old->object, change->old->name);
    }
}

/* --- the statements --- */

/* "~ table orders: + check ..., - column ...": one line that says why. */
static const char *remark(const Rebuild *r)
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

static void write_copy(const Rebuild *r, const char *values, const char *names)
{
    /* OR ABORT overrides conflict clauses of the table, which would drop rows silently. */
    AgStatement *statement =
        add_statement(r, "INSERT OR ABORT INTO %s (%s)\nSELECT %s\nFROM %s",
                      ag_writing_name(r->w, r->temporary), names, values, r->name);
    mark_copy(r, statement);
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
static void write_sequence(const Rebuild *r)
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

static void write_indexes(const Rebuild *r)
{
    for (guint i = 0; i < r->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(r->parts, i);
        if (part->info->kind == AG_KIND_INDEX)
            add_statement(r, "%s", ag_sqlite_create_index(r->w, (const AgIndex *)part, r->name));
    }
}

/* Those that change are out of the way already, and come when all tables are done. */
static void write_triggers(const Rebuild *r)
{
    for (guint i = 0; i < r->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(r->parts, i);
        if (part->info->kind == AG_KIND_TRIGGER && ag_writing_changes_of(r->w, part)->len == 0)
            add_statement(r, "%s",
                          ag_sqlite_create_trigger(r->w, (const AgTrigger *)part, r->name));
    }
}

/* A text read before a rename that has been made since says the old name. */
static bool is_stale(const Rebuild *r, const AgUnmanaged *item)
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

static bool restore(const Rebuild *r, const AgSchema *schema, const AgObject *table)
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
static bool restore_unmanaged(const Rebuild *r)
{
    return restore(r, r->w->from, &r->old->object) &&
           (r->w->from->unmanaged->len > 0 || restore(r, r->w->to, &r->new->object));
}

static void use_new_names(const Rebuild *r)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        if (folded_at(r, i)->verb == AG_RENAME)
            ag_writing_renamed(r->w, folded_at(r, i));
    }
}

static bool write_rebuild(Rebuild *r)
{
    AgWriting *w = r->w;
    Copied copied = {.names = g_string_new(NULL), .values = g_string_new(NULL)};
    for (guint i = 0; i < r->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(r->parts, i);
        if (part->info->kind == AG_KIND_COLUMN)
            add_column(r, &copied, (const AgColumn *)part);
    }
    add_rowid(r, &copied);
    add_default(r, &copied);
    use_new_names(r);
    const char *temporary = ag_writing_name(w, r->temporary);
    AgStatement *statement =
        add_statement(r, "%s", ag_sqlite_create_table(w, r->new, r->parts, temporary));
    statement->what = remark(r);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, &r->new->object);
    ag_sqlite_set(w, "foreign_keys", "off");
    if (copied.names->len > 0)
        write_copy(r, copied.values->str, copied.names->str);
    g_string_free(copied.names, TRUE);
    g_string_free(copied.values, TRUE);
    write_sequence(r);
    statement = add_statement(r, "DROP TABLE %s", r->name);
    mark_drop(r, statement);
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
    Rebuild r = {
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
