/* SPDX-License-Identifier: MIT */
#include "model/check.h"

#include "emit/postgres/postgres.h"

bool ag_postgres_put_check(AgWriting *w, GString *out, const AgObject *object)
{
    const AgCheck *check = (const AgCheck *)object;
    ag_postgres_put_constraint_name(w, out, object);
    g_string_append_printf(out, "CHECK %s", ag_postgres_wrapped(w, object, check->expression));
    if (check->no_inherit)
        g_string_append(out, " NO INHERIT");
    if (check->not_enforced)
        g_string_append(out, " NOT ENFORCED");
    return !check->not_enforced ||
           ag_postgres_needs(w, object, 180000, "a constraint that is not enforced");
}

/* A constraint can become valid in place, and nothing else. */
static AgStrategy choose_strategy(const AgChange *change)
{
    bool only_valid = (change->changed & ~AG_FIELD_BIT(AG_CHECK_NOT_VALID)) == 0;
    return only_valid && !((const AgCheck *)change->new)->not_valid ? AG_IN_PLACE : AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const AgCheck *check = (const AgCheck *)change->new;
    if (!ag_postgres_put_check(w, out, change->new))
        return false;
    return check->not_enforced ? ag_postgres_add_unchecked(w, change, out->str)
                               : ag_postgres_add_validated(w, change, out->str, check->not_valid);
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_CHECK_NOT_VALID, &handled))
        ag_postgres_validate_now(w, change);
    return handled;
}

/* One that a table says as well as its parent is renamed there. */
static bool move(AgWriting *w, const AgChange *change)
{
    return change->own_only || ag_postgres_rename_constraint(w, change);
}

const AgKindWriter ag_postgres_check_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = ag_postgres_drop_constraint,
};
