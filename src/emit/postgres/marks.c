/* SPDX-License-Identifier: MIT */
/* What a table says of one of its indexes: replica identity and the mark of CLUSTER. An index that
 * is dropped takes them along, so that they are said again behind its CREATE. */
#include "emit/postgres/postgres.h"
#include "model/table.h"

/* The index or key of that name on this side. */
static const AgObject *index_of(const AgTable *table, const char *name)
{
    static const AgKind kinds[] = {AG_KIND_INDEX, AG_KIND_PRIMARY_KEY, AG_KIND_UNIQUE};
    const AgObject *found = NULL;
    for (size_t i = 0; found == NULL && i < G_N_ELEMENTS(kinds); i++)
        found = ag_object_part(&table->object, kinds[i], name);
    return found;
}

static const char *index_name(AgWriting *w, const AgTable *table, const char *name)
{
    const AgObject *index = index_of(table, name);
    return ag_writing_name(w, index == NULL ? name : ag_writing_current(w, index)->name);
}

static void write_identity(AgWriting *w, const AgChange *change, const AgTable *table)
{
    const char *name = ag_writing_qname(w, &table->object);
    if (table->replica_index != NULL)
        ag_write(w, change, "ALTER TABLE %s REPLICA IDENTITY USING INDEX %s", name,
                 index_name(w, table, table->replica_index));
    else
        ag_write(w, change, "ALTER TABLE %s REPLICA IDENTITY %s", name,
                 table->replica_identity == NULL                ? "DEFAULT"
                 : g_str_equal(table->replica_identity, "full") ? "FULL"
                                                                : "NOTHING");
}

static void write_cluster(AgWriting *w, const AgChange *change, const AgTable *table)
{
    const char *name = ag_writing_qname(w, &table->object);
    if (table->cluster_on != NULL)
        ag_write(w, change, "ALTER TABLE %s CLUSTER ON %s", name,
                 index_name(w, table, table->cluster_on));
    else
        ag_write(w, change, "ALTER TABLE %s SET WITHOUT CLUSTER", name);
}

/* The table on the side of the change's new object, under the names it has there. */
static const AgTable *table_of(const AgChange *change)
{
    return (const AgTable *)change->new->parent;
}

void ag_postgres_mark_index(AgWriting *w, const AgChange *change)
{
    const AgTable *table = table_of(change);
    if (table->object.info->kind != AG_KIND_TABLE)
        return;
    if (g_strcmp0(table->replica_index, change->new->name) == 0)
        write_identity(w, change, table);
    if (g_strcmp0(table->cluster_on, change->new->name) == 0)
        write_cluster(w, change, table);
}

void ag_postgres_mark_table(AgWriting *w, const AgChange *change)
{
    const AgTable *table = (const AgTable *)change->new;
    if (table->replica_identity != NULL)
        write_identity(w, change, table);
}

static bool is_made(AgWriting *w, const AgTable *table, const char *name)
{
    const GPtrArray *changes = ag_writing_changes_of(w, &table->object);
    for (guint i = 0; name != NULL && i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_CREATE && change->new->parent == &table->object &&
            change->new->info->kind != AG_KIND_COLUMN &&g_strcmp0(change->new->name, name) == 0)
            return true;
    }
    return false;
}

AgFieldSet ag_postgres_alter_marks(AgWriting *w, const AgChange *change)
{
    const AgTable *new = (const AgTable *)change->new;
    AgFieldSet handled = 0;
    bool identity = ag_postgres_take(change, AG_TABLE_REPLICA_IDENTITY, &handled);
    identity = ag_postgres_take(change, AG_TABLE_REPLICA_INDEX, &handled) || identity;
    if (identity && !is_made(w, new, new->replica_index))
        write_identity(w, change, new);
    if (ag_postgres_take(change, AG_TABLE_CLUSTER_ON, &handled) &&
        !is_made(w, new, new->cluster_on))
        write_cluster(w, change, new);
    return handled;
}
