/* SPDX-License-Identifier: MIT */
/* Foreign-data wrappers, servers and user mappings. */
#include "model/foreign_data.h"

#include "introspect/postgres/catalog.h"

GPtrArray *ag_pg_foreign_options(AgCatalog *catalog, const char *text, const char *noun,
                                 const char *label, bool *secrets)
{
    GPtrArray *all = ag_pg_options(catalog->scratch, NULL, "", text), *shown = NULL;
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const AgOption *option = g_ptr_array_index(all, i);
        if (ag_option_is_secret(option->name)) {
            g_autofree char *what = g_strdup_printf("secret option of %s", noun);
            g_autofree char *where = g_strdup_printf("%s.%s", label, option->name);
            *secrets = true;
            ag_schema_add_unmanaged(catalog->schema, what, where, NULL);
            continue;
        }
        AgOption *copy = ag_pool_new0(catalog->pool, AgOption);
        copy->name = ag_pool_name(catalog->pool, option->name);
        copy->value = ag_pool_text(catalog->pool, option->value);
        if (shown == NULL)
            shown = ag_pool_array(catalog->pool);
        g_ptr_array_add(shown, copy);
    }
    return shown;
}

/* What stands in no schema is somebody else's until a model speaks of one of its kind. A new object
 * of the row, which begins with oid and name; NULL when it is not to be compared. */
static AgObject *new_object(AgCatalog *catalog, const AgBinding *binding, const AgKindInfo *info,
                            const char *name, const AgRows *rows, guint row, AgDiag *diag)
{
    if (ag_filter_ignores(catalog->filter, info->element, NULL, name))
        return NULL;
    if (!ag_filter_wants(catalog->filter, info->kind)) {
        ag_schema_add_unmanaged(catalog->schema, info->noun, name, NULL);
        return NULL;
    }
    AgObject *object = ag_object_new(catalog->pool, info, NULL, NULL, name);
    return ag_bind_row(binding, catalog->pool, object, rows, row, diag) ? object : NULL;
}

enum { OID, NAME, OPTIONS };

/* --- foreign-data wrappers --- */

static const char *wrappers_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT w.oid, w.fdwname, w.fdwoptions, h.nspname, p.proname, k.nspname, v.proname,"
           " pg_catalog.pg_get_userbyid(w.fdwowner) AS owner"
           " FROM pg_catalog.pg_foreign_data_wrapper w"
           " LEFT JOIN pg_catalog.pg_proc p ON p.oid = w.fdwhandler"
           " LEFT JOIN pg_catalog.pg_namespace h ON h.oid = p.pronamespace"
           " LEFT JOIN pg_catalog.pg_proc v ON v.oid = w.fdwvalidator"
           " LEFT JOIN pg_catalog.pg_namespace k ON k.oid = v.pronamespace"
           " WHERE ($1::pg_catalog.oid[] IS NULL OR true)"
           " AND " AG_PG_NOT_MEMBER("w.oid", AG_PG_WRAPPER);
}

enum { HANDLER_SCHEMA = OPTIONS + 1, HANDLER, VALIDATOR_SCHEMA, VALIDATOR };

static AgQname name_of(AgCatalog *catalog, const AgRows *rows, guint row, guint schema)
{
    const char *name = ag_rows_get(rows, row, schema + 1);
    if (name == NULL)
        return (AgQname){NULL, NULL};
    return (AgQname){ag_pool_name(catalog->pool, ag_rows_get(rows, row, schema)),
                     ag_pool_name(catalog->pool, name)};
}

static bool take_wrappers(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    guint errors = ag_diag_errors(diag);
    ag_binding_init(&binding, &ag_kind_foreign_data_wrapper, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, NAME);
        AgObject *object =
            new_object(catalog, &binding, &ag_kind_foreign_data_wrapper, name, rows, row, diag);
        AgForeignDataWrapper *wrapper = (AgForeignDataWrapper *)object;
        if (object == NULL)
            continue;
        wrapper->handler = name_of(catalog, rows, row, HANDLER_SCHEMA);
        wrapper->validator = name_of(catalog, rows, row, VALIDATOR_SCHEMA);
        wrapper->options = ag_pg_foreign_options(catalog, ag_rows_get(rows, row, OPTIONS),
                                                 object->info->noun, name, &wrapper->secrets);
        ag_catalog_describe(catalog, object, 2328, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return ag_diag_errors(diag) == errors;
}

const AgPgReader ag_pg_read_wrappers = {.sql = wrappers_sql_of, .take = take_wrappers};

/* --- servers --- */

static const char *servers_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT s.oid, s.srvname, s.srvoptions, w.fdwname AS wrapper, s.srvtype AS type,"
           " s.srvversion AS version, pg_catalog.pg_get_userbyid(s.srvowner) AS owner"
           " FROM pg_catalog.pg_foreign_server s"
           " JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw"
           " WHERE ($1::pg_catalog.oid[] IS NULL OR true)"
           " AND " AG_PG_NOT_MEMBER("s.oid", AG_PG_SERVER);
}

static bool take_servers(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    guint errors = ag_diag_errors(diag);
    ag_binding_init(&binding, &ag_kind_server, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, NAME);
        AgObject *object = new_object(catalog, &binding, &ag_kind_server, name, rows, row, diag);
        AgServer *server = (AgServer *)object;
        if (object == NULL)
            continue;
        server->options = ag_pg_foreign_options(catalog, ag_rows_get(rows, row, OPTIONS),
                                                object->info->noun, name, &server->secrets);
        ag_catalog_describe(catalog, object, 1417, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return ag_diag_errors(diag) == errors;
}

const AgPgReader ag_pg_read_servers = {.sql = servers_sql_of, .take = take_servers};

/* --- user mappings --- */

/* Everybody may read the view, which shows options to whom they concern only, and does not say
 * whether it does: the condition is its own. */
static const char *mappings_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT m.umid, NULL, m.umoptions,"
           " CASE WHEN m.umuser = 0 THEN 'public' ELSE m.usename END AS \"user\","
           " m.srvname AS server,"
           " CASE WHEN m.umuser = 0 THEN pg_catalog.pg_has_role(s.srvowner, 'USAGE')"
           " ELSE m.usename = current_user AND (pg_catalog.pg_has_role(s.srvowner, 'USAGE')"
           " OR pg_catalog.has_server_privilege(s.oid, 'USAGE')) END"
           " OR (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)"
           " FROM pg_catalog.pg_user_mappings m"
           " JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid"
           " WHERE ($1::pg_catalog.oid[] IS NULL OR true)";
}

enum { USER = OPTIONS + 1, SERVER, READABLE };

static bool take_mappings(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    guint errors = ag_diag_errors(diag);
    ag_binding_init(&binding, &ag_kind_user_mapping, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *name = ag_user_mapping_name(catalog->scratch, ag_rows_get(rows, row, USER),
                                                ag_rows_get(rows, row, SERVER));
        AgObject *object =
            new_object(catalog, &binding, &ag_kind_user_mapping, name, rows, row, diag);
        AgUserMapping *mapping = (AgUserMapping *)object;
        if (object == NULL)
            continue;
        mapping->options = ag_pg_foreign_options(catalog, ag_rows_get(rows, row, OPTIONS),
                                                 object->info->noun, name, &mapping->secrets);
        mapping->hidden = !ag_pg_true(ag_rows_get(rows, row, READABLE));
        mapping->secrets = mapping->secrets || mapping->hidden;
        if (mapping->hidden)
            ag_schema_add_unmanaged(catalog->schema, "options of user mapping", name,
                                    "this role may not read them");
        ag_schema_add(catalog->schema, object);
    }
    return ag_diag_errors(diag) == errors;
}

const AgPgReader ag_pg_read_user_mappings = {.sql = mappings_sql_of, .take = take_mappings};
