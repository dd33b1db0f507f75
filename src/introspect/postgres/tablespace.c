/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"

#include "model/index.h"

#include <string.h>

/* The catalogue leaves the database's own tablespace out; a model may write its name. Where one
 * does, the live side says the name too, so that the two compare equal. */

static const char own_sql[] = "SELECT t.spcname FROM pg_catalog.pg_tablespace t"
                              " JOIN pg_catalog.pg_database d ON d.dattablespace = t.oid"
                              " WHERE d.datname = pg_catalog.current_database()";

typedef void (*OnPair)(const char *desired, const char **live, void *data);

/* Calls back for every desired table and index that has a live twin. */
static void each_pair(const AgCanonical *c, OnPair on_pair, void *data)
{
    for (guint i = 0; i < c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        if (table->live == NULL)
            continue;
        AgTable *live = (AgTable *)(guintptr)table->live;
        on_pair(table->desired->tablespace, &live->tablespace, data);
        const GPtrArray *parts = table->desired->object.parts;
        for (guint j = 0; parts != NULL && j < parts->len; j++) {
            const AgObject *part = g_ptr_array_index(parts, j);
            AgIndex *index = (AgIndex *)ag_object_part(table->live, AG_KIND_INDEX, part->name);
            if (part->info->kind == AG_KIND_INDEX && index != NULL)
                on_pair(((const AgIndex *)part)->tablespace, &index->tablespace, data);
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
    if (object->info->kind == AG_KIND_INDEX)
        return ((const AgIndex *)object)->tablespace != NULL;
    return object->info->kind == AG_KIND_TABLE && ((const AgTable *)object)->tablespace != NULL;
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
