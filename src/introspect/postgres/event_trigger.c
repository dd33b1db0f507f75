/* SPDX-License-Identifier: MIT */
#include "model/event_trigger.h"

#include "introspect/postgres/catalog.h"

/* It belongs to the schema of its function, having none itself. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT t.oid, t.evtname, p.pronamespace = ANY ($1::pg_catalog.oid[]), n.nspname,"
           " p.proname, ARRAY(SELECT pg_catalog.lower(pg_catalog.replace(g, ' ', '-'))"
           " FROM pg_catalog.unnest(t.evttags) g),"
           " pg_catalog.pg_get_userbyid(t.evtowner) AS owner,"
           " pg_catalog.replace(t.evtevent, '_', '-') AS \"on\","
           " CASE t.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica'"
           " WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled"
           " FROM pg_catalog.pg_event_trigger t"
           " JOIN pg_catalog.pg_proc p ON p.oid = t.evtfoid"
           " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
           " WHERE " AG_PG_NOT_MEMBER("t.oid", AG_PG_EVENT_TRIGGER);
}

enum { OID, NAME, MANAGED, FUNCTION_SCHEMA, FUNCTION, TAGS };

/* One that calls a function of a schema that is not managed is somebody else's, unless the models
 * name it. */
static bool is_wanted(const AgCatalog *catalog, const char *name, bool managed)
{
    const AgFilter *filter = catalog->filter;
    return managed || filter->extensions ||
           (filter->models != NULL &&
            ag_schema_find(filter->models, AG_KIND_EVENT_TRIGGER, NULL, name) != NULL);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_event_trigger, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *name = ag_rows_get(rows, row, NAME), *wrong;
        if (ag_filter_ignores(catalog->filter, "event-trigger", NULL, name))
            continue;
        if (!is_wanted(catalog, name, ag_pg_true(ag_rows_get(rows, row, MANAGED)))) {
            ag_schema_add_unmanaged(catalog->schema, "event trigger", name, NULL);
            continue;
        }
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_event_trigger, NULL, NULL, name);
        AgEventTrigger *trigger = (AgEventTrigger *)object;
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        ag_set_sort(catalog->pool, ag_pg_array(catalog->pool, ag_rows_get(rows, row, TAGS)), NULL,
                    &trigger->tags, &wrong);
        trigger->function =
            (AgQname){ag_pool_name(catalog->pool, ag_rows_get(rows, row, FUNCTION_SCHEMA)),
                      ag_pool_name(catalog->pool, ag_rows_get(rows, row, FUNCTION))};
        ag_catalog_describe(catalog, object, 3466, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_event_triggers = {.sql = sql_of, .take = take};
