/* SPDX-License-Identifier: MIT */
#include "model/conversion.h"

#include "emit/postgres/postgres.h"

static bool create(AgWriting *w, const AgChange *change)
{
    const AgConversion *conversion = (const AgConversion *)change->new;
    g_autoptr(GString) from = g_string_new(NULL);
    g_autoptr(GString) to = g_string_new(NULL);
    ag_quote_text(from, conversion->from);
    ag_quote_text(to, conversion->to);
    ag_write(w, change, "CREATE %sCONVERSION %s FOR %s TO %s FROM %s",
             conversion->is_default ? "DEFAULT " : "", ag_writing_qname(w, change->new), from->str,
             to->str, ag_postgres_function_name(w, change->new, conversion->function));
    return true;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "CONVERSION");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP CONVERSION %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_conversion_writer = {
    .strategy = ag_postgres_keep_common,
    .create = create,
    .alter = ag_postgres_alter_nothing,
    .rename = move,
    .drop = drop,
};
