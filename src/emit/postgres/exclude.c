/* SPDX-License-Identifier: MIT */
#include "model/index.h"

#include "emit/postgres/postgres.h"

bool ag_postgres_put_exclude(AgWriting *w, GString *out, const AgObject *object)
{
    const AgIndex *index = (const AgIndex *)object;
    ag_postgres_put_constraint_name(w, out, object);
    g_string_append(out, "EXCLUDE");
    if (!ag_postgres_put_index_key(w, out, index))
        return false;
    if (index->params != NULL && index->params->len > 0) {
        g_string_append(out, " WITH (");
        ag_postgres_put_options(w, out, index->params);
        g_string_append_c(out, ')');
    }
    if (index->tablespace != NULL)
        g_string_append_printf(out, " USING INDEX TABLESPACE %s",
                               ag_writing_name(w, index->tablespace));
    if (index->where.written != NULL)
        g_string_append_printf(out, " WHERE %s", ag_postgres_wrapped(w, object, index->where));
    ag_postgres_put_deferrable(out, index->deferrable);
    return true;
}

/* Only where and how the index behind it is kept can be changed. */
static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place = AG_FIELD_BIT(AG_EXCLUDE_PARAMS) | AG_FIELD_BIT(AG_EXCLUDE_TABLESPACE) |
                          AG_FIELD_BIT(AG_EXCLUDE_INDEX_COMMENT);
    if (ag_index_keeps_parts((const AgIndex *)change->old, (const AgIndex *)change->new))
        in_place |= AG_FIELD_BIT(AG_EXCLUDE_PARTS);
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!ag_postgres_put_exclude(w, out, change->new))
        return false;
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s\n    ADD %s",
                                      ag_writing_qname(w, change->new), out->str);
    ag_postgres_index_statistics(w, change);
    if (ag_writing_is_new(w, change->new))
        return true;
    if (change->recreate)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REBUILDS_INDEX, change->new);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, change->new->parent);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    bool params = ag_postgres_take(change, AG_EXCLUDE_PARAMS, &handled);
    bool tablespace = ag_postgres_take(change, AG_EXCLUDE_TABLESPACE, &handled);
    ag_postgres_alter_index(w, change, params, tablespace);
    if (ag_postgres_take(change, AG_EXCLUDE_INDEX_COMMENT, &handled))
        ag_postgres_index_comment(w, change);
    if (ag_postgres_take(change, AG_EXCLUDE_PARTS, &handled))
        ag_postgres_index_statistics(w, change);
    return handled;
}

const AgKindWriter ag_postgres_exclude_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = ag_postgres_rename_constraint,
    .drop = ag_postgres_drop_constraint,
};
