/* SPDX-License-Identifier: MIT */
/* How the rows of a table that is rebuilt get into the new one, and what may go wrong with them. */
#include <string.h>

#include "emit/sqlite/rebuild_private.h"

static const AgChange *folded_at(const AgRebuild *r, guint i)
{
    return g_ptr_array_index(r->change->folded, i);
}

/* The column whose values the new one gets, or NULL. */
static const AgColumn *source_of(const AgRebuild *r, const AgColumn *column)
{
    const AgChange *change = ag_rebuild_change(r, &column->object);
    if (change != NULL && change->verb == AG_CREATE)
        return NULL;
    if (change != NULL && change->old != NULL)
        return (const AgColumn *)change->old;
    return (const AgColumn *)ag_rebuild_twin(r, r->old->object.parts, &column->object);
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
static const char *cast_of(const AgRebuild *r, const AgColumn *from, const AgColumn *to)
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

static void put_value(const AgRebuild *r, GString *out, const AgColumn *from, const AgColumn *to)
{
    const AgChange *change = ag_rebuild_change(r, &to->object);
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
static const char *rowid_name(const AgRebuild *r)
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

static void add_column(const AgRebuild *r, Copied *copied, const AgColumn *to)
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
static void add_rowid(const AgRebuild *r, Copied *copied)
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
static void add_default(const AgRebuild *r, Copied *copied)
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

void ag_rebuild_copied(const AgRebuild *r, GString *names, GString *values)
{
    Copied copied = {.names = names, .values = values};
    for (guint i = 0; i < r->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(r->parts, i);
        if (part->info->kind == AG_KIND_COLUMN)
            add_column(r, &copied, (const AgColumn *)part);
    }
    add_rowid(r, &copied);
    add_default(r, &copied);
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

void ag_rebuild_mark_copy(const AgRebuild *r, AgStatement *statement)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        const AgChange *change = folded_at(r, i);
        if (may_not_fit(change))
            ag_write_hazard(r->w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
        if (converts(change))
            ag_write_hazard(r->w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, change->new);
    }
}

void ag_rebuild_mark_drop(const AgRebuild *r, AgStatement *statement)
{
    for (guint i = 0; i < r->change->folded->len; i++) {
        const AgChange *change = folded_at(r, i);
        if (loses_values(change))
            ag_write_hazard(r->w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
        if (change->verb == AG_DROP && change->old->info->kind == AG_KIND_COLUMN)
            ag_sqlite_warn_mentions(r->w, &r->old->object, change->old->name);
    }
}
