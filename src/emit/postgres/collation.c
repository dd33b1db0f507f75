/* SPDX-License-Identifier: MIT */
#include "model/collation.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

static void put(GString *out, const char *word, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(out, "%s%s = ", out->len > 0 ? ", " : "", word);
    ag_quote_text(out, value);
}

bool ag_postgres_put_collation_of(AgWriting *w, GString *out, const AgCollation *collation)
{
    const AgObject *object = &collation->object;
    if (g_strcmp0(collation->provider, "builtin") == 0 &&
        !ag_postgres_needs(w, object, 170000, "provider builtin"))
        return false;
    if (collation->rules != NULL && !ag_postgres_needs(w, object, 160000, "rules"))
        return false;
    g_autoptr(GString) options = g_string_new(NULL);
    if (collation->provider != NULL)
        g_string_append_printf(options, "PROVIDER = %s", collation->provider);
    put(options, "LOCALE", collation->locale);
    put(options, "LC_COLLATE", collation->lc_collate);
    put(options, "LC_CTYPE", collation->lc_ctype);
    if (g_strcmp0(collation->deterministic, "false") == 0)
        g_string_append(options, ", DETERMINISTIC = false");
    put(options, "RULES", collation->rules);
    g_string_append_printf(out, "(%s)", options->str);
    return true;
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!ag_postgres_put_collation_of(w, out, (const AgCollation *)change->new))
        return false;
    ag_write(w, change, "CREATE COLLATION %s %s", ag_writing_qname(w, change->new), out->str);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    for (int i = AG_COLLATION_PROVIDER; i <= AG_COLLATION_RULES; i++)
        ag_postgres_take(change, i, &handled);
    if (handled != 0)
        ag_postgres_rebuild_type(w, change);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "COLLATION");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP COLLATION %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_collation_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
