/* SPDX-License-Identifier: MIT */
/* A module takes its arguments when it is made and never again, so a virtual table that changes is
 * dropped and made anew. Its rows are kept in a plain table meanwhile, or built again from the
 * table that they come from; those that cannot be read are lost, which is said. */
#include "model/virtual_table.h"

#include "emit/sqlite/sqlite.h"
#include "emit/state.h"
#include "model/view.h"

static const char *const kept_rows = "__ag_rows";

/* An index over another table is built again when that table has its new name; one that was or
 * will be none goes the same way, there and back. */
static AgStrategy strategy(const AgChange *change)
{
    bool again = change->verb == AG_ALTER &&
                 (ag_virtual_table_is_index((const AgVirtualTable *)change->old) ||
                  ag_virtual_table_is_index((const AgVirtualTable *)change->new));
    return again ? AG_RECREATE : AG_IN_PLACE;
}

static AgStatement *write_create(AgWriting *w, const AgChange *change)
{
    const AgVirtualTable *table = (const AgVirtualTable *)change->new;
    const char *arguments = table->arguments.written;
    return ag_write(w, change, "CREATE VIRTUAL TABLE %s USING %s%s%s%s",
                    ag_writing_qname(w, change->new), ag_writing_name(w, table->module),
                    arguments == NULL ? "" : " (", arguments == NULL ? "" : arguments,
                    arguments == NULL ? "" : ")");
}

static bool is_there(const AgWriting *w, const char *name)
{
    return ag_schema_find(w->to, AG_KIND_TABLE, NULL, name) != NULL ||
           ag_schema_find(w->to, AG_KIND_VIEW, NULL, name) != NULL;
}

/* An index over the rows of another table begins empty. */
static void write_rebuild(AgWriting *w, const AgChange *change)
{
    const char *content, *name = ag_writing_qname(w, change->new);
    ag_virtual_table_rows(w->pool, (const AgVirtualTable *)change->new, &content);
    if (content != NULL && is_there(w, content))
        ag_write(w, change, "INSERT INTO %s (%s) VALUES ('rebuild')", name, name);
}

static bool create(AgWriting *w, const AgChange *change)
{
    write_create(w, change);
    write_rebuild(w, change);
    return true;
}

static AgStatement *write_drop(AgWriting *w, const AgChange *change)
{
    return ag_write(w, change, "DROP TABLE %s", ag_writing_qname(w, change->old));
}

/* Of an index over another table nothing is lost when it comes again. */
static bool drop(AgWriting *w, const AgChange *change)
{
    AgStatement *statement = write_drop(w, change);
    if (!change->recreate || !ag_virtual_table_is_index((const AgVirtualTable *)change->old))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    return true;
}

/* --- changes --- */

/* The columns that both have, in the new order. */
static GPtrArray *common_columns(AgWriting *w, const GPtrArray *before, const GPtrArray *after)
{
    GPtrArray *common = ag_pool_array(w->pool);
    for (guint i = 0; i < after->len; i++)
        if (ag_sqlite_has_name(before, g_ptr_array_index(after, i)))
            g_ptr_array_add(common, g_ptr_array_index(after, i));
    return common;
}

typedef struct {
    const char *columns; /* "a, b" of what is carried over; NULL: nothing */
    bool rowid;          /* and the rowid */
    bool loses;          /* something cannot be carried */
} Carried;

static Carried find_carried(AgWriting *w, const AgVirtualTable *old, const AgVirtualTable *new)
{
    const char *content;
    AgVirtualRows was = ag_virtual_table_rows(w->pool, old, &content);
    AgVirtualRows is = ag_virtual_table_rows(w->pool, new, &content);
    bool rowid = ag_virtual_table_has_rowid(old);
    if (was == AG_ROWS_NONE || was == AG_ROWS_UNKNOWN || is == AG_ROWS_UNKNOWN ||
        rowid != ag_virtual_table_has_rowid(new))
        return (Carried){.loses = true};
    const GPtrArray *before = ag_virtual_table_columns(w->pool, old);
    const GPtrArray *after = ag_virtual_table_columns(w->pool, new);
    GPtrArray *common = common_columns(w, before, after);
    bool loses = was == AG_ROWS_OWN && (common->len < before->len || is == AG_ROWS_NONE);
    /* Rows of an R-Tree are nothing without their number. */
    if (common->len == 0 || (!rowid && !ag_sqlite_has_name(common, before->pdata[0])))
        return (Carried){.loses = true};
    g_autoptr(GString) names = g_string_new(NULL);
    ag_quote_names(w->dialect, names, common);
    return (Carried){ag_pool_text(w->pool, names->str), rowid, loses};
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const char *name = ag_writing_qname(w, change->new);
    Carried carried =
        find_carried(w, (const AgVirtualTable *)change->old, (const AgVirtualTable *)change->new);
    const char *number = carried.rowid ? "rowid, " : "";
    if (carried.columns != NULL)
        ag_write(w, change, "CREATE TABLE %s AS\nSELECT %s%s FROM %s", kept_rows,
                 carried.rowid ? "rowid AS __ag_rowid, " : "", carried.columns, name);
    AgStatement *dropped = write_drop(w, change);
    if (carried.loses)
        ag_write_hazard(w, dropped, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    create(w, change);
    if (carried.columns != NULL) {
        ag_write(w, change, "INSERT INTO %s (%s%s)\nSELECT %s%s FROM %s", name, number,
                 carried.columns, carried.rowid ? "__ag_rowid, " : "", carried.columns, kept_rows);
        ag_write(w, change, "DROP TABLE %s", kept_rows);
    }
    return change->changed & ~AG_FIELD_COMMON;
}

/* --- tables below --- */

/* Whether the rebuild gives the columns other values, or the rows other numbers. */
static bool is_touched(const AgChange *rebuild, const GPtrArray *columns)
{
    for (guint i = 0; i < rebuild->folded->len; i++) {
        const AgChange *change = g_ptr_array_index(rebuild->folded, i);
        const AgObject *object = ag_change_object(change);
        bool column = object->info->kind == AG_KIND_COLUMN;
        if ((column && (columns->len == 0 || ag_sqlite_has_name(columns, object->name))) ||
            object->info->kind == AG_KIND_PRIMARY_KEY || object->info->kind == AG_KIND_TABLE)
            return true;
    }
    return false;
}

/* Whether the content is what the table has: that itself, or a view that stays and reads it, of
 * whose columns none is told from another. */
static bool reads_touched(AgWriting *w, const AgChange *rebuild, const AgSchema *schema,
                          const AgVirtualTable *index)
{
    const AgObject *table = schema == w->to ? rebuild->new : rebuild->old;
    const char *content;
    ag_virtual_table_rows(w->pool, index, &content);
    if (content == NULL)
        return false;
    if (ag_name_same(content, table->name, true))
        return is_touched(rebuild, ag_virtual_table_columns(w->pool, index));
    const AgObject *view = ag_schema_find(schema, AG_KIND_VIEW, NULL, content);
    return view != NULL && ag_writing_changes_of(w, view)->len == 0 &&
           ag_sqlite_mentions(w->pool, ((const AgView *)view)->query.written, table->name) &&
           is_touched(rebuild, ag_pool_array(w->pool));
}

static void refill_one(AgWriting *w, const AgChange *change, const AgObject *index)
{
    const char *name = ag_writing_name(w, index->name);
    ag_write(w, change, "INSERT INTO %s (%s) VALUES ('rebuild')", name, name);
}

/* Those that change come again when all tables are done. */
static void refill(AgWriting *w, const AgChange *rebuild, const AgSchema *schema)
{
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        if (object->info->kind != AG_KIND_VIRTUAL_TABLE ||
            ag_writing_changes_of(w, object)->len > 0 ||
            (schema == w->from &&
             ag_schema_find(w->to, AG_KIND_VIRTUAL_TABLE, NULL, object->name) != NULL))
            continue;
        if (reads_touched(w, rebuild, schema, (const AgVirtualTable *)object))
            refill_one(w, rebuild, object);
    }
}

void ag_sqlite_refill_indexes(AgWriting *w, const AgChange *rebuild)
{
    refill(w, rebuild, w->to);
    refill(w, rebuild, w->from);
}

void ag_sqlite_refill_over(AgWriting *w, const AgChange *change)
{
    const AgObject *old = ag_schema_find_like(w->from, change->new);
    if (old == NULL ||
        ag_sql_same(((const AgView *)old)->query, ((const AgView *)change->new)->query))
        return;
    for (guint i = 0; i < w->to->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(w->to->objects, i);
        const char *content;
        if (object->info->kind != AG_KIND_VIRTUAL_TABLE ||
            ag_writing_changes_of(w, object)->len > 0)
            continue;
        ag_virtual_table_rows(w->pool, (const AgVirtualTable *)object, &content);
        if (content != NULL && ag_name_same(content, change->new->name, true))
            refill_one(w, change, object);
    }
}

static bool rename_table(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER TABLE %s RENAME TO %s", ag_writing_qname(w, change->old),
             ag_writing_name(w, change->new->name));
    return true;
}

const AgKindWriter ag_sqlite_virtual_table = {
    .strategy = strategy,
    .create = create,
    .alter = alter,
    .rename = rename_table,
    .drop = drop,
};
