/* SPDX-License-Identifier: MIT */
/* Partitions, and tables that inherit. */
#include "emit/postgres/postgres.h"

#include <string.h>

const char *ag_postgres_table_name(AgWriting *w, const AgObject *object, AgQname name)
{
    const AgObject *table =
        ag_schema_find(ag_writing_side(w, object), AG_KIND_TABLE, name.schema, name.name);
    if (table != NULL)
        return ag_writing_qname(w, table);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, name.schema, name.name);
    return ag_pool_text(w->pool, out->str);
}

static const char *parent_name(AgWriting *w, const AgTable *table, const char *text)
{
    AgQname name = {NULL, NULL};
    ag_qname_split(w->pool, text, &name);
    return ag_postgres_table_name(w, &table->object, name);
}

void ag_postgres_put_parents(AgWriting *w, GString *out, const AgTable *table)
{
    if (table->bound.written != NULL)
        g_string_append_printf(out, "\n%s", table->bound.written);
    for (guint i = 0; table->inherits != NULL && i < table->inherits->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? "\nINHERITS (" : ", ",
                               parent_name(w, table, g_ptr_array_index(table->inherits, i)));
    if (table->inherits != NULL)
        g_string_append_c(out, ')');
    if (table->partition_by.written != NULL)
        g_string_append_printf(out, "\nPARTITION BY %s",
                               ag_postgres_expression(w, &table->object, table->partition_by));
}

static bool is_default(const AgTable *table)
{
    return table->bound.written != NULL && g_ascii_strcasecmp(table->bound.written, "default") == 0;
}

/* Rows that lie in the default partition already would have to be in the new one. */
static bool has_default(AgWriting *w, const AgTable *partition)
{
    const GPtrArray *sides[] = {w->from->objects, w->to->objects};
    for (size_t side = 0; side < G_N_ELEMENTS(sides); side++) {
        for (guint i = 0; i < sides[side]->len; i++) {
            const AgTable *other = g_ptr_array_index(sides[side], i);
            if (other->object.info->kind == AG_KIND_TABLE && is_default(other) &&
                ag_qname_same(other->partition_of, partition->partition_of, false) &&
                !ag_writing_is_new(w, &other->object))
                return true;
        }
    }
    return false;
}

static const AgObject *parent_of(AgWriting *w, const AgTable *table)
{
    return ag_schema_find(ag_writing_side(w, &table->object), AG_KIND_TABLE,
                          table->partition_of.schema, table->partition_of.name);
}

void ag_postgres_mark_partition(AgWriting *w, AgStatement *statement, const AgObject *object)
{
    const AgTable *table = (const AgTable *)object;
    const AgObject *parent = table->partition_of.name == NULL ? NULL : parent_of(w, table);
    if (parent == NULL || ag_writing_is_new(w, parent))
        return;
    if (has_default(w, table))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, object);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, parent);
}

/* --- partitions that come and go --- */

static void detach(AgWriting *w, const AgChange *change)
{
    const AgTable *old = (const AgTable *)change->old;
    if (old->partition_of.name == NULL)
        return;
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s DETACH PARTITION %s",
                                      ag_postgres_table_name(w, change->old, old->partition_of),
                                      ag_writing_qname(w, change->old));
    const AgObject *parent = parent_of(w, old);
    if (parent != NULL)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, parent);
}

static void attach(AgWriting *w, const AgChange *change)
{
    const AgTable *new = (const AgTable *)change->new;
    if (new->partition_of.name == NULL)
        return;
    const AgObject *parent = parent_of(w, new);
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s ATTACH PARTITION %s %s",
                                      ag_postgres_table_name(w, change->new, new->partition_of),
                                      ag_writing_qname(w, change->new), new->bound.written);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    if (parent != NULL && !ag_writing_is_new(w, parent))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, parent);
}

/* --- INHERITS --- */

static bool has_parent(AgWriting *w, const AgTable *table, guint from, guint to, const char *qname)
{
    for (guint i = from; table->inherits != NULL && i < MIN(to, table->inherits->len); i++)
        if (strcmp(parent_name(w, table, g_ptr_array_index(table->inherits, i)), qname) == 0)
            return true;
    return false;
}

/* How many of the new parents, from the first on, the table has in that order: it keeps those. The
 * order of the others can only be had by letting them go and taking them again. */
static guint n_kept(AgWriting *w, const AgTable *old, const AgTable *new)
{
    guint kept = 0;
    for (guint i = 0; old->inherits != NULL && i < old->inherits->len; i++)
        if (new->inherits != NULL &&
            kept < new->inherits->len &&strcmp(
                       parent_name(w, old, g_ptr_array_index(old->inherits, i)),
                       parent_name(w, new, g_ptr_array_index(new->inherits, kept))) ==
                0)
            kept++;
    return kept;
}

/* NO INHERIT of those that come again behind others, or of those that do not. */
static void let_go(AgWriting *w, const AgChange *change, guint kept, bool again)
{
    const AgTable *old = (const AgTable *)change->old, *new = (const AgTable *)change->new;
    for (guint i = 0; old->inherits != NULL && i < old->inherits->len; i++) {
        const char *name = parent_name(w, old, g_ptr_array_index(old->inherits, i));
        if (!has_parent(w, new, 0, kept, name) &&
            has_parent(w, new, kept, G_MAXUINT, name) == again)
            ag_write(w, change, "ALTER TABLE %s NO INHERIT %s", ag_writing_qname(w, change->old),
                     name);
    }
}

/* New parents come before old ones go: what both have would else become the table's own, which no
 * statement takes back. */
static void change_inherits(AgWriting *w, const AgChange *change)
{
    const AgTable *old = (const AgTable *)change->old, *new = (const AgTable *)change->new;
    guint kept = n_kept(w, old, new);
    let_go(w, change, kept, true);
    for (guint i = kept; new->inherits != NULL &&i < new->inherits->len; i++)
        ag_write(w, change, "ALTER TABLE %s INHERIT %s", ag_writing_qname(w, change->old),
                 parent_name(w, new, g_ptr_array_index(new->inherits, i)));
    let_go(w, change, kept, false);
}

AgFieldSet ag_postgres_alter_parents(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    bool moves = ag_postgres_take(change, AG_TABLE_PARTITION_OF, &handled);
    moves = ag_postgres_take(change, AG_TABLE_BOUND, &handled) || moves;
    if (moves) {
        detach(w, change);
        attach(w, change);
    }
    if (ag_postgres_take(change, AG_TABLE_INHERITS, &handled))
        change_inherits(w, change);
    if ((change->changed & AG_FIELD_BIT(AG_TABLE_PARTITION_BY)) != 0) {
        ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, change->new->place,
                "table '%s': the partition key of a table cannot be changed",
                ag_object_label(w->pool, change->new));
        ag_hint(w->diag, "drop the table in one revision and make it anew in the next");
    }
    return handled;
}
