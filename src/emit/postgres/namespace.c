/* SPDX-License-Identifier: MIT */
#include "model/namespace.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "CREATE SCHEMA %s", ag_writing_name(w, change->new->name));
    return true;
}

static bool move(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER SCHEMA %s RENAME TO %s", ag_writing_name(w, change->old->name),
             ag_writing_name(w, change->new->name));
    return true;
}

/* Never CASCADE: what is still in it was not meant to go. */
static bool drop(AgWriting *w, const AgChange *change)
{
    const AgObject *current = ag_writing_current(w, change->old);
    ag_write(w, change, "DROP SCHEMA %s", ag_writing_name(w, current->name));
    return true;
}

const AgKindWriter ag_postgres_namespace_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = ag_postgres_alter_nothing, /* its one field is for the diff */
    .rename = move,
    .drop = drop,
};
