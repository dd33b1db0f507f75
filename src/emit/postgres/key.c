/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include "emit/postgres/postgres.h"

void ag_postgres_put_constraint_name(AgWriting *w, GString *out, const AgObject *object)
{
    if (object->name == NULL)
        return;
    g_string_append(out, "CONSTRAINT ");
    ag_quote_name(w->dialect, out, ag_writing_current(w, object)->name);
    g_string_append_c(out, ' ');
}

void ag_postgres_put_deferrable(GString *out, const char *deferrable)
{
    if (g_strcmp0(deferrable, "initially-immediate") == 0)
        g_string_append(out, " DEFERRABLE");
    else if (g_strcmp0(deferrable, "initially-deferred") == 0)
        g_string_append(out, " DEFERRABLE INITIALLY DEFERRED");
}

bool ag_postgres_put_key(AgWriting *w, GString *out, const AgObject *object)
{
    const AgKey *key = (const AgKey *)object;
    bool primary = object->info->kind == AG_KIND_PRIMARY_KEY;
    ag_postgres_put_constraint_name(w, out, object);
    g_string_append(out, primary ? "PRIMARY KEY " : "UNIQUE ");
    if (!primary && key->nulls_not_distinct) {
        if (!ag_postgres_needs(w, object, 150000, "NULLS NOT DISTINCT"))
            return false;
        g_string_append(out, "NULLS NOT DISTINCT ");
    }
    g_string_append_c(out, '(');
    ag_postgres_put_columns(w, out, object->parent, key->columns);
    if (key->without_overlaps && !ag_postgres_needs(w, object, 180000, "WITHOUT OVERLAPS"))
        return false;
    g_string_append(out, key->without_overlaps ? " WITHOUT OVERLAPS)" : ")");
    if (key->include != NULL && key->include->len > 0) {
        g_string_append(out, " INCLUDE (");
        ag_postgres_put_columns(w, out, object->parent, key->include);
        g_string_append_c(out, ')');
    }
    if (key->params != NULL && key->params->len > 0) {
        g_string_append(out, " WITH (");
        ag_postgres_put_options(w, out, key->params);
        g_string_append_c(out, ')');
    }
    if (key->tablespace != NULL)
        g_string_append_printf(out, " USING INDEX TABLESPACE %s",
                               ag_writing_name(w, key->tablespace));
    ag_postgres_put_deferrable(out, key->deferrable);
    return true;
}

/* Only where and how the index behind a key is kept can be changed. */
static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place = AG_FIELD_BIT(AG_KEY_PARAMS) | AG_FIELD_BIT(AG_KEY_TABLESPACE) |
                          AG_FIELD_BIT(AG_KEY_INDEX_COMMENT);
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

/* The index gets the name of the key; columns of a primary key get NOT NULL. */
static bool take_over(AgWriting *w, const AgChange *change, const AgObject *index)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_constraint_name(w, out, change->new);
    g_string_append(out, change->new->info->kind == AG_KIND_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE");
    g_string_append_printf(out, " USING INDEX %s",
                           ag_writing_name(w, ag_writing_current(w, index)->name));
    ag_postgres_put_deferrable(out, ((const AgKey *)change->new)->deferrable);
    ag_write(w, change, "ALTER TABLE %s\n    ADD %s", ag_writing_qname(w, change->new), out->str);
    ag_postgres_mark_index(w, change);
    return true;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgObject *index = change->recreate ? NULL : ag_postgres_index_of_key(w, change->new);
    if (index != NULL)
        return take_over(w, change, index);
    g_autoptr(GString) out = g_string_new(NULL);
    if (!ag_postgres_put_key(w, out, change->new))
        return false;
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s\n    ADD %s",
                                      ag_writing_qname(w, change->new), out->str);
    if (!ag_writing_is_new(w, change->new)) {
        if (change->recreate)
            ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REBUILDS_INDEX, change->new);
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, change->new->parent);
    }
    ag_postgres_mark_index(w, change);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    const AgKey *old = (const AgKey *)change->old, *new = (const AgKey *)change->new;
    const char *name = ag_postgres_index(w, change->old);
    if (ag_postgres_take(change, AG_KEY_PARAMS, &handled))
        ag_postgres_alter_options(w, change, "INDEX", name, old->params, new->params);
    if (ag_postgres_take(change, AG_KEY_TABLESPACE, &handled))
        ag_postgres_move_index(w, change, new->tablespace);
    if (ag_postgres_take(change, AG_KEY_INDEX_COMMENT, &handled))
        ag_postgres_index_comment(w, change);
    return handled;
}

const AgKindWriter ag_postgres_primary_key_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = ag_postgres_rename_constraint,
    .drop = ag_postgres_drop_constraint,
};

const AgKindWriter ag_postgres_unique_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = ag_postgres_rename_constraint,
    .drop = ag_postgres_drop_constraint,
};
