/* SPDX-License-Identifier: MIT */
#include "model/range.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

static void put_name(AgWriting *w, GString *out, const char *word, AgQname name)
{
    if (name.name == NULL)
        return;
    g_string_append_printf(out, ",\n    %s = ", word);
    ag_quote_qname(w->dialect, out, name.schema, name.name);
}

static const char *qualified(AgWriting *w, const char *schema, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, schema, name);
    return ag_pool_text(w->pool, out->str);
}

bool ag_postgres_put_range(AgWriting *w, GString *out, const AgRange *range)
{
    const AgObject *object = &range->object;
    g_string_append_printf(out, "(\n    SUBTYPE = %s", ag_postgres_type(w, object, range->subtype));
    put_name(w, out, "SUBTYPE_OPCLASS", range->opclass);
    if (range->collation.name != NULL) {
        g_autoptr(GString) collation = g_string_new(NULL);
        ag_postgres_put_collation(w, collation, object, range->collation);
        g_string_append_printf(out, ",\n    COLLATION =%s", collation->str + sizeof " COLLATE" - 1);
    }
    put_name(w, out, "CANONICAL", range->canonical);
    put_name(w, out, "SUBTYPE_DIFF", range->subtype_diff);
    if (range->multirange != NULL) {
        if (!ag_postgres_needs(w, object, 140000, "a name for its multirange type"))
            return false;
        /* Without a schema it would go to the first of the search path (DefineRange). */
        const char *schema = ag_writing_schema(w, ag_writing_side(w, object), object->schema);
        g_string_append_printf(out, ",\n    MULTIRANGE_TYPE_NAME = %s",
                               qualified(w, schema, range->multirange));
    }
    g_string_append(out, "\n)");
    return true;
}

static bool create(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!ag_postgres_put_range(w, out, (const AgRange *)change->new))
        return false;
    ag_write(w, change, "CREATE TYPE %s AS RANGE %s", ag_writing_qname(w, change->new), out->str);
    return true;
}

/* --- names --- */

static bool has_multirange(const AgWriting *w)
{
    return w->options->server_version == 0 || w->options->server_version >= 140000;
}

typedef struct {
    AgWriting *w;
    const AgChange *change;
    AgRangeNames from, to;
} Following;

/* One of those that came with the range type (`multi`: with its multirange type). `signature`: what
 * stands behind the name. */
static void follow(const Following *f, bool multi, const char *word, const char *signature)
{
    AgWriting *w = f->w;
    const char *old = multi ? f->from.multirange : f->from.range;
    const char *new = multi ? f->to.multirange : f->to.range;
    if (!g_str_equal(old, new))
        ag_write(w, f->change, "ALTER %s %s%s RENAME TO %s", word,
                 qualified(w, f->from.schema, old), signature, ag_writing_name(w, new));
    if (g_strcmp0(f->from.schema, f->to.schema) != 0)
        ag_write(w, f->change, "ALTER %s %s%s SET SCHEMA %s", word,
                 qualified(w, f->from.schema, new), signature, ag_writing_name(w, f->to.schema));
}

void ag_postgres_range_follows(AgWriting *w, const AgChange *change, const AgRange *range,
                               AgRangeNames from, AgRangeNames to)
{
    Following f = {.w = w, .change = change, .from = from, .to = to};
    const char *subtype = ag_postgres_type(w, &range->object, range->subtype);
    const char *type = qualified(w, to.schema, to.range);
    bool apart = range->constructors_apart;
    if (!apart) {
        follow(&f, false, "FUNCTION", ag_pool_printf(w->pool, "(%s, %s)", subtype, subtype));
        follow(&f, false, "FUNCTION", ag_pool_printf(w->pool, "(%s, %s, text)", subtype, subtype));
    }
    if (!has_multirange(w))
        return;
    follow(&f, true, "TYPE", "");
    if (apart)
        return;
    follow(&f, true, "FUNCTION", "()");
    follow(&f, true, "FUNCTION", ag_pool_printf(w->pool, "(%s)", type));
    follow(&f, true, "FUNCTION", ag_pool_printf(w->pool, "(VARIADIC %s[])", type));
}

static AgRangeNames names_of(AgWriting *w, const AgObject *range)
{
    return (AgRangeNames){.schema = ag_writing_schema(w, ag_writing_side(w, range), range->schema),
                          .range = range->name,
                          .multirange = ag_range_multirange(w->pool, (const AgRange *)range)};
}

static bool move(AgWriting *w, const AgChange *change)
{
    AgRangeNames from = names_of(w, change->old), to = names_of(w, change->new);
    if (!ag_postgres_move(w, change, "TYPE"))
        return false;
    ag_postgres_range_follows(w, change, (const AgRange *)change->old, from, to);
    return true;
}

static void rename_multirange(AgWriting *w, const AgChange *change)
{
    const AgObject *now = ag_writing_current(w, change->old);
    AgRangeNames from = names_of(w, now), to = from;
    from.multirange = ag_range_multirange(w->pool, (const AgRange *)change->old);
    to.multirange = ag_range_multirange(w->pool, (const AgRange *)change->new);
    ag_postgres_range_follows(w, change, (const AgRange *)change->old, from, to);
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    static const int rebuilding[] = {AG_RANGE_SUBTYPE, AG_RANGE_OPCLASS, AG_RANGE_COLLATION,
                                     AG_RANGE_CANONICAL, AG_RANGE_SUBTYPE_DIFF};
    for (size_t i = 0; i < G_N_ELEMENTS(rebuilding); i++)
        ag_postgres_take(change, rebuilding[i], &handled);
    bool rebuilds = handled != 0;
    bool renames = ag_postgres_take(change, AG_RANGE_MULTIRANGE, &handled);
    if (rebuilds)
        ag_postgres_rebuild_type(w, change);
    else if (renames && g_str_equal(change->old->name, change->new->name))
        rename_multirange(w, change);
    return handled;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TYPE %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_range_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
