/* SPDX-License-Identifier: MIT */
#include "model/aggregate.h"

#include "emit/postgres/postgres.h"

#include <inttypes.h>
#include <string.h>

static AgStrategy choose_strategy(const AgChange *change)
{
    return ag_aggregate_can_replace((const AgAggregate *)change->old,
                                    (const AgAggregate *)change->new)
               ? AG_IN_PLACE
               : AG_RECREATE;
}

/* --- arguments --- */

static void put_argument(AgWriting *w, GString *out, const AgObject *object,
                         const AgArgument *argument, bool named)
{
    if (argument->mode != NULL)
        g_string_append(out, "VARIADIC ");
    if (named && argument->name != NULL) {
        ag_quote_name(w->dialect, out, argument->name);
        g_string_append_c(out, ' ');
    }
    g_string_append(out, ag_postgres_argument(w, object, argument->type));
}

/* What is variadic before ORDER BY is so behind it, and the catalogue has it once. */
static bool is_said_twice(const AgAggregate *aggregate)
{
    guint n = aggregate->arguments == NULL ? 0 : aggregate->arguments->len;
    if (aggregate->set == NULL || n == 0 || aggregate->direct != (int64_t)n)
        return false;
    return ((const AgArgument *)g_ptr_array_index(aggregate->arguments, n - 1))->mode != NULL;
}

const char *ag_postgres_aggregate_arguments(AgWriting *w, const AgObject *object, bool named)
{
    const AgAggregate *aggregate = (const AgAggregate *)object;
    guint n = aggregate->arguments == NULL ? 0 : aggregate->arguments->len;
    g_autoptr(GString) out = g_string_new("(");
    if (n == 0)
        g_string_append(out, aggregate->set == NULL ? "*" : "ORDER BY ");
    for (guint i = 0; i < n; i++) {
        bool turns = aggregate->set != NULL && aggregate->direct == (int64_t)i;
        g_string_append(out, turns && i > 0 ? " ORDER BY "
                             : turns        ? "ORDER BY "
                             : i > 0        ? ", "
                                            : "");
        put_argument(w, out, object, g_ptr_array_index(aggregate->arguments, i), named);
    }
    if (is_said_twice(aggregate)) {
        g_string_append(out, " ORDER BY ");
        put_argument(w, out, object, g_ptr_array_index(aggregate->arguments, n - 1), named);
    }
    g_string_append_c(out, ')');
    return ag_pool_text(w->pool, out->str);
}

/* --- options --- */

static void put_lead(GString *out, const char *name)
{
    bool first = out->str[out->len - 1] == '(';
    g_string_append_printf(out, "%s\n    %s", first ? "" : ",", name);
}

static void put_function(AgWriting *w, GString *out, const char *name, AgQname function)
{
    if (function.name == NULL)
        return;
    put_lead(out, name);
    g_string_append(out, " = ");
    ag_quote_qname(w->dialect, out,
                   function.schema == NULL ? NULL : ag_writing_schema(w, w->to, function.schema),
                   function.name);
}

static void put_number(GString *out, const char *name, int64_t value)
{
    if (value == AG_INT_UNSET)
        return;
    put_lead(out, name);
    g_string_append_printf(out, " = %" PRId64, value);
}

static void put_text(GString *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    put_lead(out, name);
    g_string_append(out, " = ");
    ag_quote_text(out, text);
}

static void put_modify(GString *out, const char *name, const char *word)
{
    if (word == NULL)
        return;
    g_autofree char *upper = g_ascii_strup(word, -1);
    g_strdelimit(upper, "-", '_');
    put_lead(out, name);
    g_string_append_printf(out, " = %s", upper);
}

static void put_state(AgWriting *w, GString *out, const AgAggregate *a)
{
    put_function(w, out, "SFUNC", a->sfunc);
    put_lead(out, "STYPE = ");
    g_string_append(out, ag_postgres_argument(w, &a->object, a->stype));
    put_number(out, "SSPACE", a->sspace);
    put_function(w, out, "FINALFUNC", a->finalfunc);
    if (a->finalfunc_extra)
        put_lead(out, "FINALFUNC_EXTRA");
    put_modify(out, "FINALFUNC_MODIFY", a->finalfunc_modify);
    put_function(w, out, "COMBINEFUNC", a->combinefunc);
    put_function(w, out, "SERIALFUNC", a->serialfunc);
    put_function(w, out, "DESERIALFUNC", a->deserialfunc);
    put_text(out, "INITCOND", a->initcond);
}

static void put_moving_state(AgWriting *w, GString *out, const AgAggregate *a)
{
    put_function(w, out, "MSFUNC", a->msfunc);
    put_function(w, out, "MINVFUNC", a->minvfunc);
    if (a->mstype.written != NULL) {
        put_lead(out, "MSTYPE = ");
        g_string_append(out, ag_postgres_argument(w, &a->object, a->mstype));
    }
    put_number(out, "MSSPACE", a->msspace);
    put_function(w, out, "MFINALFUNC", a->mfinalfunc);
    if (a->mfinalfunc_extra)
        put_lead(out, "MFINALFUNC_EXTRA");
    put_modify(out, "MFINALFUNC_MODIFY", a->mfinalfunc_modify);
    put_text(out, "MINITCOND", a->minitcond);
}

static void put_sort_operator(AgWriting *w, GString *out, AgQname name)
{
    if (name.name == NULL)
        return;
    put_lead(out, "SORTOP = OPERATOR(");
    ag_quote_name(w->dialect, out, name.schema != NULL ? name.schema : "pg_catalog");
    g_string_append_printf(out, ".%s)", name.name);
}

/* Functions without a schema that are none of the server's are found where the models' names are.
 */
static bool names_own_function(const AgAggregate *a)
{
    const AgQname functions[] = {a->sfunc,        a->finalfunc, a->combinefunc, a->serialfunc,
                                 a->deserialfunc, a->msfunc,    a->minvfunc,    a->mfinalfunc};
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (functions[i].name != NULL && functions[i].schema == NULL &&
            !ag_postgres_is_well_known(functions[i].name))
            return true;
    }
    return false;
}

static bool write_definition(AgWriting *w, const AgChange *change, const char *command)
{
    const AgAggregate *aggregate = (const AgAggregate *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "%s AGGREGATE %s %s (", command, ag_writing_qname(w, change->new),
                           ag_postgres_aggregate_arguments(w, change->new, true));
    put_state(w, out, aggregate);
    put_moving_state(w, out, aggregate);
    put_sort_operator(w, out, aggregate->sortop);
    put_modify(out, "PARALLEL", aggregate->parallel);
    if (g_strcmp0(aggregate->set, "hypothetical") == 0)
        put_lead(out, "HYPOTHETICAL");
    g_string_append(out, "\n)");
    if (names_own_function(aggregate))
        ag_postgres_want_path(w, change->new);
    ag_write(w, change, "%s", out->str);
    return true;
}

static bool create(AgWriting *w, const AgChange *change)
{
    return write_definition(w, change, "CREATE");
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    return write_definition(w, change, "CREATE OR REPLACE")
               ? change->changed & ~(AG_FIELD_COMMENT | AG_FIELD_OWNER)
               : 0;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "AGGREGATE");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP %s", ag_postgres_routine(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_aggregate_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
