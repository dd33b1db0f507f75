/* SPDX-License-Identifier: MIT */
/* Columns of a new partition, or of a new table that inherits, that are not quite their parent's.
 */
#include "emit/postgres/postgres.h"

#include <inttypes.h>

/* As the server makes it, in what the model says otherwise. */
static AgColumn *as_made(AgWriting *w, const AgColumn *column)
{
    AgColumn *made = ag_pool_new0(w->pool, AgColumn);
    *made = *column;
    made->default_sql = (AgSql){0};
    made->null = !column->null;
    made->params = NULL;
    made->not_null_name = made->not_null_comment = NULL;
    made->not_null_not_valid = made->not_null_no_inherit = false;
    made->options = NULL;
    return made;
}

/* A child's own children have the defaults and the like of theirs, but not its statistics. */
static AgFieldSet set_statistics(AgWriting *w, const AgColumn *column, AgFieldSet own)
{
    AgFieldSet bit = AG_FIELD_BIT(AG_COLUMN_STATISTICS);
    if ((own & bit) != 0)
        ag_write(w, ag_change_new(w->pool, AG_CREATE, NULL, &column->object),
                 "ALTER TABLE ONLY %s ALTER COLUMN %s SET STATISTICS %" PRId64,
                 ag_writing_qname(w, &column->object), ag_writing_name(w, column->object.name),
                 column->statistics);
    return own & ~bit;
}

bool ag_postgres_set_own(AgWriting *w, const AgColumn *column, bool has_children)
{
    AgFieldSet own = column->own & ~AG_FIELD_COMMON;
    if (!column->null && ag_column_is_in_own_key(column))
        own &= ~AG_FIELD_BIT(AG_COLUMN_NULL);
    if (has_children)
        own = set_statistics(w, column, own);
    AgChange *change =
        ag_change_new(w->pool, AG_ALTER, &as_made(w, column)->object, &column->object);
    change->changed = own;
    return ag_postgres_alter_column(w, change) == own;
}

static bool describe(AgWriting *w, const AgObject *column)
{
    AgChange *change = ag_change_new(w->pool, AG_CREATE, NULL, column);
    return (column->comment == NULL || ag_postgres_comment(w, change)) &&
           (column->grants == NULL || ag_postgres_grants(w, change));
}

bool ag_postgres_create_own(AgWriting *w, const AgObject *table)
{
    bool good = true;
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        const AgColumn *column = (const AgColumn *)part;
        if (part->info->kind == AG_KIND_COLUMN && part->inherited)
            good = ag_postgres_set_own(w, column, false) && describe(w, part) && good;
    }
    return good;
}

bool ag_postgres_is_held_above(AgWriting *w, const AgChange *change)
{
    const AgColumn *column = (const AgColumn *)change->new;
    const AgTable *table = (const AgTable *)column->object.parent;
    const AgTable *before = (const AgTable *)change->old->parent;
    /* ATTACH wants it to be there. */
    if (!column->object.inherited || table->partition_of.name == NULL ||
        !ag_qname_same(table->partition_of, before->partition_of, false))
        return false;
    const AgObject *parent =
        ag_schema_find(w->to, AG_KIND_TABLE, table->partition_of.schema, table->partition_of.name);
    const AgObject *above =
        parent == NULL ? NULL : ag_object_part(parent, AG_KIND_COLUMN, column->object.name);
    return above != NULL && !((const AgColumn *)above)->null;
}

/* Version 17 adds identity columns to partitions as well. */
bool ag_postgres_has_children(AgWriting *w, const AgObject *table)
{
    bool partitions = w->options->server_version < 170000;
    for (guint i = 0; i < w->to->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(w->to->objects, i);
        if (object->info->kind != AG_KIND_TABLE || ag_writing_is_new(w, object) ||
            (((const AgTable *)object)->inherits == NULL && !partitions))
            continue;
        if (ag_table_is_child(w->pool, w->to, object, table))
            return true;
    }
    return false;
}

/* --- defaults below --- */

static void drop_default_of(AgWriting *w, const AgChange *change, const AgObject *table,
                            guint depth)
{
    enum { MOST_LEVELS = 100 };
    for (guint i = 0; depth < MOST_LEVELS && i < w->from->objects->len; i++) {
        const AgObject *child = g_ptr_array_index(w->from->objects, i);
        if (!ag_table_is_child(w->pool, w->from, child, table) || ag_writing_twin(w, child) == NULL)
            continue;
        const AgObject *column = ag_object_part(child, AG_KIND_COLUMN, change->old->name);
        if (column == NULL || !column->inherited)
            continue;
        if (((const AgColumn *)column)->default_sql.written != NULL)
            ag_write(w, change, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                     ag_writing_qname(w, column),
                     ag_writing_name(w, ag_writing_current(w, change->old)->name));
        drop_default_of(w, change, child, depth + 1);
    }
}

void ag_postgres_drop_defaults_below(AgWriting *w, const AgChange *change)
{
    if (change->old->parent->info->kind == AG_KIND_TABLE)
        drop_default_of(w, change, change->old->parent, 0);
}

/* --- DROP NOT NULL --- */

typedef struct {
    AgWriting *w;
    const AgChange *change;
    GPtrArray *tables; /* those whose columns can be NULL from now on */
    bool held;         /* one below is in a primary key */
} Freeing;

static void find_below(Freeing *f, const AgObject *table, guint depth)
{
    enum { MOST_LEVELS = 100 };
    for (guint i = 0; depth < MOST_LEVELS && i < f->w->to->objects->len; i++) {
        AgObject *child = g_ptr_array_index(f->w->to->objects, i);
        if (child->info->kind != AG_KIND_TABLE || ((const AgTable *)child)->inherits == NULL ||
            ag_writing_is_new(f->w, child) ||
            !ag_table_is_child(f->w->pool, f->w->to, child, table))
            continue;
        const AgObject *column = ag_object_part(child, AG_KIND_COLUMN, f->change->new->name);
        if (column == NULL || !column->inherited)
            continue;
        if (ag_column_is_in_own_key((const AgColumn *)column)) {
            f->held = true;
            continue;
        }
        g_ptr_array_add(f->tables, child);
        find_below(f, child, depth + 1);
    }
}

/* Before version 18 the server refuses what it would have to do below as well. */
bool ag_postgres_drop_null_here(AgWriting *w, const AgChange *change)
{
    Freeing f = {.w = w, .change = change, .tables = ag_pool_array(w->pool)};
    if (w->options->server_version >= 180000 || change->new->parent->info->kind != AG_KIND_TABLE)
        return false;
    g_ptr_array_add(f.tables, change->new->parent);
    find_below(&f, change->new->parent, 0);
    for (guint i = 0; f.held && i < f.tables->len; i++)
        ag_write(w, change, "ALTER TABLE ONLY %s ALTER COLUMN %s DROP NOT NULL",
                 ag_writing_qname(w, g_ptr_array_index(f.tables, i)),
                 ag_writing_name(w, ag_writing_current(w, change->old)->name));
    return f.held;
}

/* --- what stays when the parent's column goes --- */

static void note_child(AgWriting *w, const AgObject *child)
{
    GPtrArray *parents = ag_table_parents(w->pool, w->from, child);
    for (guint i = 0; i < parents->len; i++) {
        gpointer parent = g_ptr_array_index(parents, i);
        GPtrArray *list = g_hash_table_lookup(w->state->children, parent);
        if (list == NULL) {
            list = ag_pool_array(w->pool);
            g_hash_table_insert(w->state->children, parent, list);
        }
        g_ptr_array_add(list, ag_as_key(child));
    }
}

static const GPtrArray *children_of(AgWriting *w, const AgObject *table)
{
    if (w->state->children == NULL) {
        w->state->children = ag_pool_table(w->pool, NULL, NULL);
        for (guint i = 0; i < w->from->objects->len; i++) {
            const AgObject *object = g_ptr_array_index(w->from->objects, i);
            if (object->info->kind == AG_KIND_TABLE && ((const AgTable *)object)->inherits != NULL)
                note_child(w, object);
        }
    }
    return g_hash_table_lookup(w->state->children, table);
}

typedef enum { GOES_WITH_TABLE, GOES, STAYS } Fate;

/* What becomes of the child's column that bears the dropped one's name. */
static Fate fate_of(AgWriting *w, const AgObject *child, const char *name)
{
    const AgObject *column = ag_object_part(child, AG_KIND_COLUMN, name);
    const AgObject *after = ag_writing_twin(w, child);
    if (after == NULL || column == NULL || !column->inherited)
        return GOES_WITH_TABLE;
    const AgObject *kept = ag_object_part(after, AG_KIND_COLUMN, name);
    return kept != NULL && !kept->inherited ? STAYS : kept == NULL ? GOES : GOES_WITH_TABLE;
}

bool ag_postgres_outlived(AgWriting *w, const AgObject *column)
{
    const GPtrArray *children = children_of(w, column->parent);
    for (guint i = 0; children != NULL && i < children->len; i++)
        if (fate_of(w, g_ptr_array_index(children, i), column->name) == STAYS)
            return true;
    return false;
}

void ag_postgres_drop_others(AgWriting *w, const AgChange *change)
{
    const char *name = change->old->name;
    const GPtrArray *children = children_of(w, change->old->parent);
    for (guint i = 0; children != NULL && i < children->len; i++) {
        const AgObject *child = g_ptr_array_index(children, i);
        if (fate_of(w, child, name) == GOES)
            ag_write_hazard(w,
                            ag_write(w, change, "ALTER TABLE %s DROP COLUMN %s",
                                     ag_writing_qname(w, child), ag_writing_name(w, name)),
                            AG_PROBLEM_HAZARD_DELETES_DATA,
                            ag_object_part(child, AG_KIND_COLUMN, name));
    }
}
