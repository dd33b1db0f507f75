/* SPDX-License-Identifier: MIT */
/* The server can neither remove a label nor move it: the type is made anew under its name, and the
 * columns of the old one are converted through text. */
#include "emit/postgres/postgres.h"
#include "model/check.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/policy.h"
#include "model/trigger.h"

#include <string.h>

typedef struct {
    AgWriting *w;
    const AgChange *change;
    GPtrArray *columns;    /* of AgColumn *: those of the type at this step */
    GPtrArray *dependants; /* of AgObject *: parts whose texts hold the old type */
} Rebuild;

/* --- what is there at this step --- */

static bool is_folded_in(const AgChange *change, const AgObject *part)
{
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        if (((const AgChange *)g_ptr_array_index(change->folded, i))->new == part)
            return true;
    return false;
}

static bool makes(const AgChange *change, const AgObject *part)
{
    return change->verb == AG_CREATE && (change->new == part || is_folded_in(change, part));
}

static bool unmakes(const AgChange *change, const AgObject *part)
{
    return change->verb == AG_DROP && (change->old == part || change->old == part->parent);
}

/* An ALTER of the column's type takes it from the old side to the new one. */
static bool retypes(const AgChange *change, const AgObject *part)
{
    return change->verb == AG_ALTER && (change->old == part || change->new == part) &&
           (change->changed & AG_FIELD_BIT(AG_COLUMN_TYPE)) != 0 &&
           part->info->kind == AG_KIND_COLUMN;
}

/* Whether the database has the part as that side describes it. */
static bool is_there(AgWriting *w, const AgObject *part, bool old_side)
{
    bool there = old_side;
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        if (!ag_writing_is_done(w, change))
            continue;
        if (old_side && (unmakes(change, part) || (retypes(change, part) && change->old == part)))
            there = false;
        if (!old_side && (makes(change, part) || (retypes(change, part) && change->new == part)))
            there = true;
    }
    return there;
}

/* --- what has to be touched --- */

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; names != NULL && i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

static bool index_mentions(AgWriting *w, const AgIndex *index, const char *column)
{
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column == NULL && ag_postgres_mentions(w, part->expression, column))
            return true;
    }
    return ag_postgres_mentions(w, index->where, column);
}

/* Plain keys and indexes the server rebuilds itself; expressions it reads again, with the old
 * type's name in them; and a foreign key needs both its ends to be of one type. */
static bool depends_on(AgWriting *w, const AgObject *part, const char *column)
{
    switch (part->info->kind) {
    case AG_KIND_CHECK:
        return ag_postgres_mentions(w, ((const AgCheck *)part)->expression, column);
    case AG_KIND_INDEX:
    case AG_KIND_EXCLUDE:
        return index_mentions(w, (const AgIndex *)part, column);
    case AG_KIND_FOREIGN_KEY:
        return has_name(((const AgForeignKey *)part)->columns, column);
    case AG_KIND_POLICY:
        return ag_postgres_mentions(w, ((const AgPolicy *)part)->using_rows, column) ||
               ag_postgres_mentions(w, ((const AgPolicy *)part)->with_check, column);
    case AG_KIND_TRIGGER:
        return has_name(((const AgTrigger *)part)->update_of, column) ||
               ag_postgres_mentions(w, ((const AgTrigger *)part)->when, column);
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_ENUM:
    case AG_KIND_SEQUENCE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
    case AG_KIND_COLUMN:
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        return false;
    }
    g_assert_not_reached();
}

static void note_dependants(Rebuild *r, const AgObject *column, bool old_side)
{
    const GPtrArray *parts = column->parent->parts;
    for (guint i = 0; i < parts->len; i++) {
        AgObject *part = g_ptr_array_index(parts, i);
        if (depends_on(r->w, part, column->name) && is_there(r->w, part, old_side) &&
            !g_ptr_array_find(r->dependants, part, NULL))
            g_ptr_array_add(r->dependants, part);
    }
}

static void note_columns(Rebuild *r, const AgSchema *side, const AgObject *type)
{
    bool old_side = side == r->w->from;
    for (guint i = 0; i < side->objects->len; i++) {
        const AgObject *table = g_ptr_array_index(side->objects, i);
        for (guint k = 0; table->parts != NULL && k < table->parts->len; k++) {
            AgObject *part = g_ptr_array_index(table->parts, k);
            const char *rest;
            if (part->info->kind != AG_KIND_COLUMN ||
                ag_postgres_enum_of(r->w, part, ((AgColumn *)part)->type, &rest) != type ||
                !is_there(r->w, part, old_side))
                continue;
            g_ptr_array_add(r->columns, part);
            note_dependants(r, part, old_side);
        }
    }
}

/* --- what is written --- */

/* The ALTER of the column's default or type, written already or still to come. */
static const AgChange *default_change(AgWriting *w, const AgColumn *column)
{
    AgFieldSet fields = AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL) | AG_FIELD_BIT(AG_COLUMN_TYPE);
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        if (change->verb == AG_ALTER && change->old == &column->object &&
            (change->changed & fields) != 0)
            return change;
    }
    return NULL;
}

/* The column as the new side knows it, where it does. */
static const AgColumn *column_now(AgWriting *w, const AgColumn *column)
{
    const AgObject *found = ag_writing_twin(w, &column->object);
    return found != NULL ? (const AgColumn *)found : column;
}

static bool has_default(AgWriting *w, const AgColumn *column)
{
    const AgChange *change = default_change(w, column);
    bool changed = change != NULL && ag_writing_is_done(w, change);
    return (changed ? (const AgColumn *)change->new : column)->default_sql.written != NULL;
}

/* As the new side says it, since the old text may name what is gone. What a later ALTER sets anyway
 * is left to it. */
static void restore_default(Rebuild *r, const AgColumn *column, const char *head)
{
    const AgChange *change = default_change(r->w, column);
    const AgColumn *now = column_now(r->w, column);
    bool is_set_later = change != NULL && !ag_writing_is_done(r->w, change);
    if (now->default_sql.written != NULL && !is_set_later)
        ag_write(r->w, r->change, "%s SET DEFAULT %s", head,
                 ag_postgres_expression(r->w, &now->object, now->default_sql));
}

static void convert_column(Rebuild *r, const AgColumn *column, bool loses)
{
    AgWriting *w = r->w;
    const AgObject *object = &column->object;
    const char *rest;
    ag_postgres_enum_of(w, object, column->type, &rest);
    const char *type = ag_pool_printf(w->pool, "%s%s", ag_writing_qname(w, r->change->old), rest);
    const char *name = ag_writing_name(w, ag_writing_current(w, object)->name);
    const char *head = ag_pool_printf(w->pool, "ALTER TABLE %s ALTER COLUMN %s",
                                      ag_writing_qname(w, object), name);
    bool had_default = has_default(w, column);
    if (had_default)
        ag_write(w, r->change, "%s DROP DEFAULT", head);
    AgStatement *statement = ag_write(w, r->change, "%s TYPE %s USING %s::%s::%s", head, type, name,
                                      strchr(rest, '[') != NULL ? "text[]" : "text", type);
    const AgObject *now = &column_now(w, column)->object;
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, now);
    if (loses)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, now);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, now->parent);
    if (had_default)
        restore_default(r, column, head);
}

static void write_dependants(Rebuild *r, AgVerb verb)
{
    for (guint i = 0; i < r->dependants->len; i++) {
        const AgObject *part = g_ptr_array_index(r->dependants, i);
        const AgKindWriter *writer = ag_postgres_writer(part->info->kind);
        AgChange *change = ag_change_new(r->w->pool, verb, verb == AG_DROP ? part : NULL,
                                         verb == AG_DROP ? NULL : part);
        change->recreate = true;
        if (verb == AG_DROP)
            writer->drop(r->w, change);
        else if (writer->create(r->w, change) && part->comment != NULL)
            ag_postgres_comment(r->w, change);
    }
}

/* At most as long as a name may be, cut between characters. */
static const char *old_type_name(AgWriting *w, const char *name)
{
    char *text = ag_pool_printf(w->pool, "__ag_old_%s", name);
    size_t length = strlen(text);
    if (length > w->dialect->name_bytes) {
        length = w->dialect->name_bytes;
        while (((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
        text[length] = '\0';
    }
    return text;
}

/* What CREATE TYPE does not bring along. */
static void restore_common(Rebuild *r)
{
    AgWriting *w = r->w;
    const AgObject *old = r->change->old;
    const char *name = ag_writing_qname(w, old);
    if (old->comment != NULL && (r->change->changed & AG_FIELD_COMMENT) == 0) {
        g_autoptr(GString) text = g_string_new(NULL);
        ag_quote_text(text, old->comment);
        ag_write(w, r->change, "COMMENT ON TYPE %s IS %s", name, text->str);
    }
    if (r->change->new->owner != NULL && (r->change->changed & AG_FIELD_OWNER) == 0 &&
        w->to->server_version == 0)
        ag_write(w, r->change, "ALTER TYPE %s OWNER TO %s", name,
                 ag_writing_name(w, r->change->new->owner));
    ag_postgres_grants_anew(w, r->change, old->grants);
}

void ag_postgres_rebuild_enum(AgWriting *w, const AgChange *change, const char *definition,
                              bool loses)
{
    Rebuild r = {.w = w,
                 .change = change,
                 .columns = ag_pool_array(w->pool),
                 .dependants = ag_pool_array(w->pool)};
    const AgObject *current = ag_writing_current(w, change->old);
    const char *name = ag_writing_qname(w, change->old);
    const char *schema = ag_writing_schema(w, ag_writing_side(w, current), current->schema);
    const char *old_name = old_type_name(w, current->name);
    note_columns(&r, w->from, change->old);
    note_columns(&r, w->to, change->new);
    w->state->together = true;
    write_dependants(&r, AG_DROP);
    ag_write(w, change, "ALTER TYPE %s RENAME TO %s", name, ag_writing_name(w, old_name));
    ag_write(w, change, "CREATE TYPE %s AS ENUM %s", name, definition);
    for (guint i = 0; i < r.columns->len; i++)
        convert_column(&r, g_ptr_array_index(r.columns, i), loses);
    g_autoptr(GString) qualified = g_string_new(NULL);
    ag_quote_qname(w->dialect, qualified, schema, old_name);
    ag_write(w, change, "DROP TYPE %s", qualified->str);
    restore_common(&r);
    write_dependants(&r, AG_CREATE);
    w->state->together = false;
}
