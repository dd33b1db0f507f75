/* SPDX-License-Identifier: MIT */
/* Default privileges are nothing but what they grant (grant.c). */
#include "model/default_privileges.h"

#include "emit/postgres/postgres.h"

const char *ag_postgres_default_privileges(AgWriting *w, const AgObject *object)
{
    const AgDefaultPrivileges *d = (const AgDefaultPrivileges *)object;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "ALTER DEFAULT PRIVILEGES FOR ROLE %s ",
                           ag_writing_name(w, d->role));
    if (d->in_schema != NULL)
        g_string_append_printf(out, "IN SCHEMA %s ",
                               ag_writing_name(w, ag_writing_schema(w, ag_writing_side(w, object),
                                                                    d->in_schema)));
    return ag_pool_text(w->pool, out->str);
}

static AgStrategy choose_strategy(const AgChange *change)
{
    return (change->changed & ~AG_FIELD_COMMON) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    (void)w;
    (void)change;
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    (void)w;
    (void)change;
    return 0;
}

/* They go by the name of their schema. */
static bool move(AgWriting *w, const AgChange *change)
{
    (void)w;
    (void)change;
    return true;
}

const AgKindWriter ag_postgres_default_privileges_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = ag_postgres_revoke_all,
};
