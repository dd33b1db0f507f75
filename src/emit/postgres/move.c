/* SPDX-License-Identifier: MIT */
#include "emit/postgres/postgres.h"

bool ag_postgres_take(const AgChange *change, int field, AgFieldSet *handled)
{
    if ((change->changed & AG_FIELD_BIT(field)) == 0)
        return false;
    *handled |= AG_FIELD_BIT(field);
    return true;
}

/* Where functions are told apart by it, `signature` follows. */
static const char *qualified(AgWriting *w, const char *schema, const char *name,
                             const char *signature)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, schema, name);
    g_string_append(out, signature);
    return ag_pool_text(w->pool, out->str);
}

/* The namespace may have been renamed before, with all that is in it: then the object stands where
 * it should already, and only what still differs is written. */
bool ag_postgres_move(AgWriting *w, const AgChange *change, const char *what)
{
    const AgObject *old = change->old, *new = change->new;
    const char *schema = ag_writing_schema(w, ag_writing_side(w, old), old->schema);
    const char *target = ag_writing_schema(w, ag_writing_side(w, new), new->schema);
    bool renames = !g_str_equal(old->name, new->name);
    bool moves = g_strcmp0(schema, target) != 0;
    /* Between the two statements the object has one new and one old name: take the way on which
     * nothing else has both. */
    bool move_first = renames && moves &&
                      ag_schema_find_signed(w->from, old->info->kind, old->schema, new->name,
                                            old->signature) != NULL;
    const char *name = old->name, *signature = ag_postgres_signature(w, old);
    if (move_first) {
        ag_write(w, change, "ALTER %s %s SET SCHEMA %s", what,
                 qualified(w, schema, name, signature), ag_writing_name(w, target));
        schema = target;
    }
    if (renames) {
        ag_write(w, change, "ALTER %s %s RENAME TO %s", what, qualified(w, schema, name, signature),
                 ag_writing_name(w, new->name));
        name = new->name;
    }
    if (moves && !move_first)
        ag_write(w, change, "ALTER %s %s SET SCHEMA %s", what,
                 qualified(w, schema, name, signature), ag_writing_name(w, target));
    return true;
}

/* A part's name; where only its table has another one there is nothing to do. */
bool ag_postgres_rename_constraint(AgWriting *w, const AgChange *change)
{
    if (g_strcmp0(change->old->name, change->new->name) != 0)
        ag_write(w, change, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                 ag_writing_qname(w, change->old), ag_writing_name(w, change->old->name),
                 ag_writing_name(w, change->new->name));
    return true;
}

bool ag_postgres_drop_constraint(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER TABLE %s DROP CONSTRAINT %s", ag_writing_qname(w, change->old),
             ag_writing_name(w, ag_writing_current(w, change->old)->name));
    return true;
}
