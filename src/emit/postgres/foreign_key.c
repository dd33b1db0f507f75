/* SPDX-License-Identifier: MIT */
#include "model/foreign_key.h"

#include "emit/postgres/postgres.h"
#include "model/table.h"

/* The words of the model are those of SQL with hyphens. */
static void put_action(GString *out, const char *event, const char *action)
{
    if (action == NULL)
        return;
    g_autofree char *words = g_ascii_strup(action, -1);
    g_strdelimit(words, "-", ' ');
    g_string_append_printf(out, " ON %s %s", event, words);
}

/* "a, b", or "a, PERIOD b": a range stands last. */
static void put_columns(AgWriting *w, GString *out, const AgObject *table, const GPtrArray *names,
                        bool period)
{
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_string_append_printf(out, "%s%s%s", i > 0 ? ", " : "",
                               period && i == names->len - 1 ? "PERIOD " : "",
                               table == NULL ? ag_writing_name(w, name)
                                             : ag_postgres_column(w, table, name));
    }
}

static void put_target(AgWriting *w, GString *out, const AgForeignKey *key)
{
    const AgObject *object = &key->object;
    const AgSchema *side = ag_writing_side(w, object);
    const AgObject *table =
        ag_schema_find(side, AG_KIND_TABLE, key->references.schema, key->references.name);
    if (table != NULL)
        g_string_append(out, ag_writing_qname(w, table));
    else
        ag_quote_qname(w->dialect, out, ag_writing_schema(w, side, key->references.schema),
                       key->references.name);
    if (key->ref_columns == NULL || key->ref_columns->len == 0)
        return;
    g_string_append(out, " (");
    put_columns(w, out, table, key->ref_columns, key->period);
    g_string_append_c(out, ')');
}

static bool put_delete_columns(AgWriting *w, GString *out, const AgForeignKey *key)
{
    if (key->on_delete_columns == NULL || key->on_delete_columns->len == 0)
        return true;
    if (!ag_postgres_needs(w, &key->object, 150000, "ON DELETE with a list of columns"))
        return false;
    g_string_append(out, " (");
    ag_postgres_put_columns(w, out, key->object.parent, key->on_delete_columns);
    g_string_append_c(out, ')');
    return true;
}

bool ag_postgres_put_foreign_key(AgWriting *w, GString *out, const AgObject *object)
{
    const AgForeignKey *key = (const AgForeignKey *)object;
    ag_postgres_put_constraint_name(w, out, object);
    g_string_append(out, "FOREIGN KEY (");
    put_columns(w, out, object->parent, key->columns, key->period);
    g_string_append(out, ") REFERENCES ");
    put_target(w, out, key);
    if (g_strcmp0(key->match, "full") == 0)
        g_string_append(out, " MATCH FULL");
    put_action(out, "UPDATE", key->on_update);
    put_action(out, "DELETE", key->on_delete);
    if (!put_delete_columns(w, out, key))
        return false;
    ag_postgres_put_deferrable(out, key->deferrable);
    if (key->not_enforced)
        g_string_append(out, " NOT ENFORCED");
    return (!key->period || ag_postgres_needs(w, object, 180000, "PERIOD")) &&
           (!key->not_enforced ||
            ag_postgres_needs(w, object, 180000, "a constraint that is not enforced"));
}

static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place = AG_FIELD_BIT(AG_FOREIGN_KEY_DEFERRABLE);
    if (!((const AgForeignKey *)change->new)->not_valid)
        in_place |= AG_FIELD_BIT(AG_FOREIGN_KEY_NOT_VALID);
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const AgForeignKey *key = (const AgForeignKey *)change->new;
    if (!ag_postgres_put_foreign_key(w, out, change->new))
        return false;
    return key->not_enforced ? ag_postgres_add_unchecked(w, change, out->str)
                             : ag_postgres_add_validated(w, change, out->str, key->not_valid);
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgForeignKey *key = (const AgForeignKey *)change->new;
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_FOREIGN_KEY_DEFERRABLE, &handled)) {
        g_autoptr(GString) out = g_string_new(NULL);
        ag_postgres_put_deferrable(out, key->deferrable);
        ag_write(w, change, "ALTER TABLE %s ALTER CONSTRAINT %s%s",
                 ag_writing_qname(w, change->old),
                 ag_writing_name(w, ag_writing_current(w, change->old)->name),
                 out->len > 0 ? out->str : " NOT DEFERRABLE");
    }
    if (ag_postgres_take(change, AG_FOREIGN_KEY_NOT_VALID, &handled))
        ag_postgres_validate_now(w, change);
    return handled;
}

/* --- names --- */

static bool has_inherited(const AgObject *table, const char *name)
{
    const AgObject *key = ag_object_part(table, AG_KIND_FOREIGN_KEY, name);
    return key != NULL && key->inherited;
}

/* What partitions have of it got its name when they did, and keeps that. One that the database
 * calls otherwise is left alone on both ways. */
static bool rename_all(AgWriting *w, const AgChange *change)
{
    const char *from = change->old->name, *to = change->new->name;
    const AgObject *root = change->old->parent;
    ag_postgres_rename_constraint(w, change);
    if (g_strcmp0(from, to) == 0 || ((const AgTable *)root)->partition_by.written == NULL)
        return true;
    const GPtrArray *below = ag_postgres_tables_below(w, w->from, root);
    for (guint i = 0; i < below->len; i++) {
        const AgObject *table = g_ptr_array_index(below, i);
        const AgObject *twin = ag_writing_twin(w, table);
        if (twin != NULL && has_inherited(table, from) && has_inherited(twin, to))
            ag_write(w, change, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                     ag_writing_qname(w, table), ag_writing_name(w, from), ag_writing_name(w, to));
    }
    return true;
}

const AgKindWriter ag_postgres_foreign_key_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = rename_all,
    .drop = ag_postgres_drop_constraint,
};
