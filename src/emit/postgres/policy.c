/* SPDX-License-Identifier: MIT */
#include "model/policy.h"

#include "emit/postgres/postgres.h"

/* ALTER POLICY gives other roles and other conditions, but takes no condition away. */
static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place = AG_FIELD_BIT(AG_POLICY_TO);
    if (((const AgPolicy *)change->new)->using_rows.written != NULL)
        in_place |= AG_FIELD_BIT(AG_POLICY_USING);
    if (((const AgPolicy *)change->new)->with_check.written != NULL)
        in_place |= AG_FIELD_BIT(AG_POLICY_WITH_CHECK);
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

static void put_roles(AgWriting *w, GString *out, const AgPolicy *policy)
{
    g_string_append(out, "\n    TO ");
    for (guint i = 0; policy->roles != NULL && i < policy->roles->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               ag_writing_name(w, g_ptr_array_index(policy->roles, i)));
    if (policy->roles == NULL)
        g_string_append(out, "PUBLIC");
}

static void put_condition(AgWriting *w, GString *out, const char *clause, const AgPolicy *policy,
                          AgSql sql)
{
    if (sql.written != NULL)
        g_string_append_printf(out, "\n    %s %s", clause,
                               ag_postgres_wrapped(w, &policy->object, sql));
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgPolicy *policy = (const AgPolicy *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "CREATE POLICY %s ON %s", ag_writing_name(w, change->new->name),
                           ag_writing_qname(w, change->new));
    if (policy->restrictive)
        g_string_append(out, " AS RESTRICTIVE");
    if (policy->command != NULL) {
        g_autofree char *word = g_ascii_strup(policy->command, -1);
        g_string_append_printf(out, " FOR %s", word);
    }
    if (policy->roles != NULL)
        put_roles(w, out, policy);
    put_condition(w, out, "USING", policy, policy->using_rows);
    put_condition(w, out, "WITH CHECK", policy, policy->with_check);
    ag_write(w, change, "%s", out->str);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgPolicy *new = (const AgPolicy *)change->new;
    AgFieldSet handled = 0;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "ALTER POLICY %s ON %s",
                           ag_writing_name(w, ag_writing_current(w, change->old)->name),
                           ag_writing_qname(w, change->old));
    if (ag_postgres_take(change, AG_POLICY_TO, &handled))
        put_roles(w, out, new);
    if (ag_postgres_take(change, AG_POLICY_USING, &handled))
        put_condition(w, out, "USING", new, new->using_rows);
    if (ag_postgres_take(change, AG_POLICY_WITH_CHECK, &handled))
        put_condition(w, out, "WITH CHECK", new, new->with_check);
    ag_write(w, change, "%s", out->str);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    if (!g_str_equal(change->old->name, change->new->name))
        ag_write(w, change, "ALTER POLICY %s ON %s RENAME TO %s",
                 ag_writing_name(w, change->old->name), ag_writing_qname(w, change->old),
                 ag_writing_name(w, change->new->name));
    return true;
}

/* Without a restrictive policy more rows pass. */
static bool drop(AgWriting *w, const AgChange *change)
{
    AgStatement *statement = ag_write(w, change, "DROP POLICY %s ON %s",
                                      ag_writing_name(w, ag_writing_current(w, change->old)->name),
                                      ag_writing_qname(w, change->old));
    if (((const AgPolicy *)change->old)->restrictive && !change->recreate)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_EXPOSES_ROWS, change->old);
    return true;
}

const AgKindWriter ag_postgres_policy_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
