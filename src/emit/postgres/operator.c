/* SPDX-License-Identifier: MIT */
#include "model/operator.h"

#include "emit/postgres/postgres.h"

/* "shop.===": the name of an operator is never quoted. */
const char *ag_postgres_operator_name(AgWriting *w, const AgObject *object, AgQname name)
{
    const char *schema = ag_writing_schema(w, ag_writing_side(w, object), name.schema);
    return name.schema == NULL
               ? name.name
               : ag_pool_printf(w->pool, "%s.%s", ag_writing_name(w, schema), name.name);
}

const char *ag_postgres_operator(AgWriting *w, const AgObject *object)
{
    const AgOperator *o = (const AgOperator *)object;
    const AgObject *now = ag_writing_current(w, object);
    const char *left = o->left.written == NULL ? "NONE" : ag_postgres_type(w, object, o->left);
    return ag_pool_printf(w->pool, "OPERATOR %s (%s, %s)",
                          ag_postgres_operator_name(w, now, (AgQname){now->schema, now->name}),
                          left, ag_postgres_type(w, object, o->right));
}

const char *ag_postgres_mention(AgWriting *w, const AgObject *object, AgQname name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, ag_writing_side(w, object), name.schema),
                   name.name);
    return ag_pool_text(w->pool, out->str);
}

const char *ag_postgres_function_name(AgWriting *w, const AgObject *object, AgQname name)
{
    /* The server's estimators are all called so. */
    bool estimator = g_str_has_suffix(name.name, "sel");
    if (name.schema == NULL && !estimator && !ag_postgres_is_well_known(name.name))
        ag_postgres_want_path(w, object);
    return ag_postgres_mention(w, object, name);
}

static void put_function(AgWriting *w, GString *out, const AgObject *object, const char *word,
                         AgQname name)
{
    if (name.name != NULL)
        g_string_append_printf(out, ",\n    %s = %s", word,
                               ag_postgres_function_name(w, object, name));
}

static void put_operator(AgWriting *w, GString *out, const AgObject *object, const char *word,
                         AgQname name)
{
    if (name.name != NULL)
        g_string_append_printf(out, ",\n    %s = OPERATOR(%s)", word,
                               ag_postgres_operator_name(w, object, name));
}

static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet alterable = AG_FIELD_BIT(AG_OPERATOR_RESTRICT) | AG_FIELD_BIT(AG_OPERATOR_JOIN);
    return (change->changed & ~(alterable | AG_FIELD_COMMON)) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgObject *object = change->new;
    const AgOperator *o = (const AgOperator *)object;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "FUNCTION = %s", ag_postgres_function_name(w, object, o->function));
    if (o->left.written != NULL)
        g_string_append_printf(out, ",\n    LEFTARG = %s", ag_postgres_type(w, object, o->left));
    g_string_append_printf(out, ",\n    RIGHTARG = %s", ag_postgres_type(w, object, o->right));
    put_operator(w, out, object, "COMMUTATOR", o->commutator);
    put_operator(w, out, object, "NEGATOR", o->negator);
    put_function(w, out, object, "RESTRICT", o->restrict_with);
    put_function(w, out, object, "JOIN", o->join_with);
    g_string_append(out, o->hashes ? ",\n    HASHES" : "");
    g_string_append(out, o->merges ? ",\n    MERGES" : "");
    ag_write(w, change, "CREATE OPERATOR %s (\n    %s\n)",
             ag_postgres_operator_name(w, object, (AgQname){object->schema, object->name}),
             out->str);
    return true;
}

static void put_estimator(AgWriting *w, GString *out, const AgObject *object, const char *word,
                          AgQname name)
{
    g_string_append_printf(out, "%s%s = %s", out->len > 0 ? ", " : "", word,
                           name.name == NULL ? "NONE" : ag_postgres_function_name(w, object, name));
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgOperator *new = (const AgOperator *)change->new;
    AgFieldSet handled = 0;
    g_autoptr(GString) out = g_string_new(NULL);
    if (ag_postgres_take(change, AG_OPERATOR_RESTRICT, &handled))
        put_estimator(w, out, change->new, "RESTRICT", new->restrict_with);
    if (ag_postgres_take(change, AG_OPERATOR_JOIN, &handled))
        put_estimator(w, out, change->new, "JOIN", new->join_with);
    if (out->len > 0)
        ag_write(w, change, "ALTER %s SET (%s)", ag_postgres_operator(w, change->old), out->str);
    return handled;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP %s", ag_postgres_operator(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_operator_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = ag_postgres_move_nothing, /* its schema may have been renamed */
    .drop = drop,
};
