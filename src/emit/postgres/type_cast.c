/* SPDX-License-Identifier: MIT */
/* CREATE CAST; what a change of a column's type means is said in cast.c. */
#include "model/cast.h"

#include "emit/postgres/postgres.h"
#include "model/routine.h"

#include <string.h>

const char *ag_postgres_type_cast(AgWriting *w, const AgObject *object)
{
    const AgTypeCast *cast = (const AgTypeCast *)object;
    return ag_pool_printf(w->pool, "CAST (%s AS %s)", ag_postgres_type(w, object, cast->source),
                          ag_postgres_type(w, object, cast->target));
}

static bool is_source(AgWriting *w, const AgTypeCast *cast, const AgObject *function, AgSql type)
{
    return strcmp(ag_postgres_print(w, type), ag_postgres_print(w, cast->source)) == 0 ||
           strcmp(ag_postgres_argument(w, function, type),
                  ag_postgres_type(w, &cast->object, cast->source)) == 0;
}

/* Of several functions of the name it is the one whose first argument is the source. */
static const AgObject *find_function(AgWriting *w, const AgTypeCast *cast)
{
    const AgSchema *side = ag_writing_side(w, &cast->object);
    const AgObject *found = NULL;
    for (guint i = 0; i < side->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(side->objects, i);
        if (object->info->kind != AG_KIND_FUNCTION ||
            strcmp(object->name, cast->function.name) != 0 ||
            (cast->function.schema != NULL &&
             g_strcmp0(object->schema, cast->function.schema) != 0))
            continue;
        const GPtrArray *arguments = ((const AgRoutine *)object)->arguments;
        const AgArgument *first =
            arguments == NULL || arguments->len == 0 ? NULL : g_ptr_array_index(arguments, 0);
        if (found == NULL || (first != NULL && is_source(w, cast, object, first->type)))
            found = object;
    }
    return found;
}

static void put_function(AgWriting *w, GString *out, const AgTypeCast *cast)
{
    const AgObject *known = find_function(w, cast);
    g_string_append(out, "\n    WITH FUNCTION ");
    if (known != NULL)
        g_string_append(out, ag_postgres_called(w, known));
    else
        ag_quote_qname(w->dialect, out, cast->function.schema, cast->function.name);
    if (known == NULL && cast->function.schema == NULL &&
        !ag_postgres_is_well_known(cast->function.name))
        ag_postgres_want_path(w, &cast->object);
}

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgTypeCast *cast = (const AgTypeCast *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    if (cast->function.name != NULL)
        put_function(w, out, cast);
    else
        g_string_append(out, cast->inout ? "\n    WITH INOUT" : "\n    WITHOUT FUNCTION");
    if (cast->as != NULL && strcmp(cast->as, "explicit") != 0)
        g_string_append_printf(out, " AS %s",
                               strcmp(cast->as, "implicit") == 0 ? "IMPLICIT" : "ASSIGNMENT");
    ag_write(w, change, "CREATE %s%s", ag_postgres_type_cast(w, change->new), out->str);
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP %s", ag_postgres_type_cast(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_cast_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = ag_postgres_alter_nothing,
    .rename = ag_postgres_move_nothing,
    .drop = drop,
};
