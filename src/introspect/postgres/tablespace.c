/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"

#include <string.h>

/* The catalogue leaves the database's own tablespace out; a model may write its name. Where one
 * does, the live side says the name too, so that the two compare equal. */

static const char own_sql[] = "SELECT t.spcname FROM pg_catalog.pg_tablespace t"
                              " JOIN pg_catalog.pg_database d ON d.dattablespace = t.oid"
                              " WHERE d.datname = pg_catalog.current_database()";

typedef void (*OnPair)(const char *desired, const char **live, void *data);

/* Where an object keeps its tablespace; NULL: its kind has none. */
static const char **tablespace_of(const AgObject *object)
{
    int field = ag_kind_field(object->info, "tablespace");
    return field < 0 ? NULL : ag_field_slot((void *)(guintptr)object, &object->info->fields[field]);
}

static void pair_up(const AgObject *desired, const AgObject *live, OnPair on_pair, void *data)
{
    const char **slot = live == NULL ? NULL : tablespace_of(live);
    if (slot != NULL)
        on_pair(*tablespace_of(desired), slot, data);
}

/* Calls back for all that has a tablespace and a live twin. */
static void each_pair(const AgCanonical *c, OnPair on_pair, void *data)
{
    for (guint i = 0; i < c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        if (table->live == NULL)
            continue;
        pair_up(&table->desired->object, table->live, on_pair, data);
        const GPtrArray *parts = table->desired->object.parts;
        for (guint j = 0; parts != NULL && j < parts->len; j++) {
            const AgObject *part = g_ptr_array_index(parts, j);
            pair_up(part, ag_object_part(table->live, part->info->kind, part->name), on_pair, data);
        }
    }
}

static void note_written(const char *desired, const char **live, void *data)
{
    if (desired != NULL && *live == NULL)
        *(bool *)data = true;
}

static void say_own(const char *desired, const char **live, void *data)
{
    const char *own = data;
    if (*live == NULL && g_strcmp0(desired, own) == 0)
        *live = own;
}

static bool is_written(const AgObject *object)
{
    const char **slot = tablespace_of(object);
    return slot != NULL && *slot != NULL;
}

/* Models hardly ever write one: then there is nothing to pair. */
static bool any_written(const AgCanonical *c)
{
    for (guint i = 0; i < c->tables->len; i++) {
        const AgObject *table =
            &((const AgCanonicalTable *)g_ptr_array_index(c->tables, i))->desired->object;
        if (is_written(table))
            return true;
        for (guint j = 0; table->parts != NULL && j < table->parts->len; j++)
            if (is_written(g_ptr_array_index(table->parts, j)))
                return true;
    }
    return false;
}

bool ag_canonical_tablespaces(AgCanonical *c, AgDiag *diag)
{
    bool written = false;
    if (any_written(c))
        each_pair(c, note_written, &written);
    if (!written)
        return true;
    AgRows *rows = ag_db_query(c->db, c->scratch_pool, own_sql, NULL, 0, diag);
    if (rows == NULL)
        return false;
    if (rows->n_rows == 1)
        each_pair(c, say_own,
                  (gpointer)(guintptr)ag_pool_name(c->live->pool, ag_rows_get(rows, 0, 0)));
    return true;
}
