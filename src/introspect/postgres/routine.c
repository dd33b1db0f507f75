/* SPDX-License-Identifier: MIT */
#include "model/routine.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* The constructors of a range type are part of it, and aggregates are a kind of their own. Bodies
 * of the SQL standard came with version 14. */
static const char *sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(
        pool,
        "SELECT p.oid, p.pronamespace, p.proname, p.prokind,"
        " pg_catalog.pg_get_userbyid(p.proowner) AS owner, l.lanname AS language,"
        " p.prosecdef AS \"security-definer\", CASE p.provolatile WHEN 'i' THEN 'immutable'"
        " WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility, p.proisstrict AS strict,"
        " p.proleakproof AS leakproof, CASE p.proparallel WHEN 's' THEN 'safe'"
        " WHEN 'r' THEN 'restricted' ELSE 'unsafe' END AS parallel, p.procost AS cost,"
        " CASE WHEN p.prorows <> 0 THEN p.prorows END AS rows, p.prokind = 'w' AS \"window\","
        " CASE WHEN p.prosupport <> 0 THEN p.prosupport::pg_catalog.text END AS support,"
        " p.proretset, pg_catalog.format_type(p.prorettype, NULL),"
        " ARRAY(SELECT pg_catalog.format_type(t.type, NULL) FROM pg_catalog.unnest("
        "COALESCE(p.proallargtypes, p.proargtypes::pg_catalog.oid[])) WITH ORDINALITY t(type, n)"
        " ORDER BY t.n),"
        " p.proargmodes, p.proargnames, CASE WHEN p.pronargdefaults > 0 THEN ARRAY(SELECT"
        " pg_catalog.pg_get_function_arg_default(p.oid, n) FROM pg_catalog.generate_series(1,"
        " COALESCE(pg_catalog.array_length(p.proallargtypes, 1), p.pronargs)) n ORDER BY n) END,"
        " p.prosrc, p.probin, %s, p.proconfig"
        " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
        " WHERE p.prokind <> 'a' AND " AG_PG_MANAGED("p.pronamespace") " AND " AG_PG_NOT_MEMBER(
            "p.oid", AG_PG_PROC) " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
                                 " WHERE d.classid = " AG_PG_PROC
                                 " AND d.objid = p.oid AND d.deptype = 'i')",
        version >= 140000 ? "pg_catalog.pg_get_function_sqlbody(p.oid)" : "NULL::pg_catalog.text");
}

enum { OID, NAMESPACE, NAME, KIND, RETURNS_SET = 15, RESULT, TYPES, MODES, NAMES, DEFAULTS };
enum { SOURCE = DEFAULTS + 1, LIBRARY, STANDARD_BODY, CONFIG };

static const char *item(const GPtrArray *list, guint i)
{
    const char *text = i < list->len ? g_ptr_array_index(list, i) : NULL;
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static const char *mode_of(const char *letter)
{
    switch (letter == NULL ? 'i' : letter[0]) {
    case 'o':
        return "out";
    case 'b':
        return "inout";
    case 'v':
        return "variadic";
    case 't':
        return "table";
    default:
        return NULL;
    }
}

static GPtrArray *arguments_of(AgPool *pool, const AgRows *rows, guint row)
{
    GPtrArray *types = ag_pg_array(pool, ag_rows_get(rows, row, TYPES));
    GPtrArray *modes = ag_pg_array(pool, ag_rows_get(rows, row, MODES));
    GPtrArray *names = ag_pg_array(pool, ag_rows_get(rows, row, NAMES));
    GPtrArray *defaults = ag_pg_array(pool, ag_rows_get(rows, row, DEFAULTS));
    GPtrArray *arguments = ag_pool_array(pool);
    for (guint i = 0; i < types->len; i++) {
        AgArgument *argument = ag_pool_new0(pool, AgArgument);
        argument->name = ag_pool_name(pool, item(names, i));
        argument->mode = mode_of(item(modes, i));
        argument->type = ag_bind_sql(pool, item(types, i));
        argument->default_sql = ag_bind_sql(pool, item(defaults, i));
        g_ptr_array_add(arguments, argument);
    }
    return arguments->len > 0 ? arguments : NULL;
}

static bool has_outputs(const AgRoutine *routine)
{
    for (guint i = 0; routine->arguments != NULL && i < routine->arguments->len; i++) {
        if (ag_argument_is_output(g_ptr_array_index(routine->arguments, i)))
            return true;
    }
    return false;
}

static bool has_columns(const AgRoutine *routine)
{
    const GPtrArray *list = routine->arguments;
    const AgArgument *last =
        list == NULL || list->len == 0 ? NULL : g_ptr_array_index(list, list->len - 1);
    return last != NULL && g_strcmp0(last->mode, "table") == 0;
}

/* RETURNS TABLE and plain output arguments tell the result themselves. */
static void fill_result(AgPool *pool, AgRoutine *routine, const AgRows *rows, guint row)
{
    bool set = ag_pg_true(ag_rows_get(rows, row, RETURNS_SET));
    const char *type = ag_rows_get(rows, row, RESULT);
    if (has_columns(routine) || (has_outputs(routine) && !set))
        return;
    routine->returns = ag_bind_sql(pool, set ? ag_pool_printf(pool, "SETOF %s", type) : type);
}

static void fill_body(AgPool *pool, AgRoutine *routine, const AgRows *rows, guint row)
{
    const char *standard = ag_rows_get(rows, row, STANDARD_BODY);
    const char *library = ag_rows_get(rows, row, LIBRARY);
    const char *source = ag_rows_get(rows, row, SOURCE);
    if (library != NULL) {
        routine->object_file = ag_pool_text(pool, library);
        routine->link_symbol = ag_pool_text(pool, source);
    } else {
        routine->standard = standard != NULL;
        routine->body = ag_bind_sql(pool, standard != NULL ? standard : source);
    }
}

static AgObject *read_routine(AgCatalog *catalog, const AgBinding *binding, const AgRows *rows,
                              guint row, AgDiag *diag)
{
    const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
    bool procedure = ag_rows_get(rows, row, KIND)[0] == 'p';
    AgObject *object =
        ag_object_new(catalog->pool, procedure ? &ag_kind_procedure : &ag_kind_function, NULL,
                      schema, ag_rows_get(rows, row, NAME));
    AgRoutine *routine = (AgRoutine *)object;
    if (!ag_bind_row(binding, catalog->pool, object, rows, row, diag))
        return NULL;
    routine->arguments = arguments_of(catalog->pool, rows, row);
    if (!procedure)
        fill_result(catalog->pool, routine, rows, row);
    fill_body(catalog->pool, routine, rows, row);
    routine->params = ag_pg_options(catalog->pool, NULL, "", ag_rows_get(rows, row, CONFIG));
    if (g_strcmp0(routine->support.schema, "pg_catalog") == 0)
        routine->support.schema = NULL;
    ag_routine_settle(catalog->pool, routine);
    object->signature =
        ag_pool_name(catalog->pool, ag_routine_signature(catalog->pool, routine->arguments));
    ag_catalog_describe(catalog, object, 1255, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
    return object;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding functions, procedures;
    ag_binding_init(&functions, &ag_kind_function, rows);
    ag_binding_init(&procedures, &ag_kind_procedure, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *kind = ag_rows_get(rows, row, KIND);
        if (ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE)) == NULL)
            continue;
        AgObject *object =
            read_routine(catalog, kind[0] == 'p' ? &procedures : &functions, rows, row, diag);
        if (object == NULL)
            return false;
        if (!ag_filter_ignores_object(catalog->filter, object))
            ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_routines = {.sql = sql_of, .take = take};
