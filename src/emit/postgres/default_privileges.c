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

static bool create(AgWriting *w, const AgChange *change)
{
    (void)w;
    (void)change;
    return true;
}

const AgKindWriter ag_postgres_default_privileges_writer = {
    .strategy = ag_postgres_keep_common,
    .create = create,
    .alter = ag_postgres_alter_nothing,
    .rename = ag_postgres_move_nothing, /* by the name of their schema */
    .drop = ag_postgres_revoke_all,
};
