/* SPDX-License-Identifier: MIT */
#include "model/trigger.h"

#include "introspect/postgres/catalog.h"
#include "introspect/postgres/definition.h"

#include <string.h>

/* Triggers that a partition has from its parent are the parent's. The server is asked for the whole
 * definition only where it holds what nothing else prints: a condition, or arguments. */
static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT t.oid, t.tgrelid, t.tgname, t.tgtype, t.tgenabled, t.tgattr, n.nspname,"
           " p.proname, rn.nspname, r.relname, t.tgdeferrable, t.tginitdeferred,"
           " CASE WHEN t.tgqual IS NOT NULL OR t.tgnargs > 0"
           " THEN pg_catalog.pg_get_triggerdef(t.oid) END,"
           " ARRAY(SELECT e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e"
           " ON e.oid = d.refobjid WHERE d.refclassid = " AG_PG_EXTENSION
           " AND d.classid = " AG_PG_TRIGGER " AND d.objid = t.oid AND d.deptype = 'x'),"
           " t.tgconstraint <> 0 AS constraint,"
           " t.tgoldtable AS \"old-table\", t.tgnewtable AS \"new-table\""
           " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid"
           " JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid"
           " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
           " LEFT JOIN pg_catalog.pg_class r ON r.oid = t.tgconstrrelid"
           " LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace"
           " WHERE NOT t.tgisinternal AND t.tgparentid = 0"
           " AND " AG_PG_MANAGED("c.relnamespace") " AND " AG_PG_NOT_MEMBER("t.oid", AG_PG_TRIGGER);
}

enum {
    OID,
    TABLE,
    NAME,
    TYPE,
    ENABLED,
    COLUMNS,
    FUNCTION_SCHEMA,
    FUNCTION,
    OTHER_SCHEMA,
    OTHER_TABLE,
    DEFERRABLE,
    DEFERRED,
    DEFINITION,
    EXTENSIONS
};

/* The bits of tgtype (pg_trigger.h). */
enum { ROW = 1, BEFORE = 2, INSERT = 4, DELETE = 8, UPDATE = 16, TRUNCATE = 32, INSTEAD = 64 };

static void read_type(AgCatalog *catalog, AgTrigger *trigger, guint32 type)
{
    static const struct {
        guint32 bit;
        const char *word;
    } events[] = {{INSERT, "insert"},
                  {UPDATE, "update"},
                  {DELETE, "delete"},
                  {TRUNCATE, "truncate"}};
    trigger->timing = (type & BEFORE) != 0 ? NULL : (type & INSTEAD) != 0 ? "instead-of" : "after";
    trigger->level = (type & ROW) != 0 ? NULL : "statement";
    trigger->events = ag_pool_array(catalog->pool);
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
        if ((type & events[i].bit) != 0)
            g_ptr_array_add(trigger->events, (gpointer)(guintptr)events[i].word);
}

static const char *state_of(const char *letter)
{
    switch (letter[0]) {
    case 'D':
        return "disabled";
    case 'R':
        return "replica";
    case 'A':
        return "always";
    default:
        return NULL;
    }
}

static AgQname qname(AgPool *pool, const char *schema, const char *name)
{
    /* What is in pg_catalog is found without its name. */
    bool built_in = g_strcmp0(schema, "pg_catalog") == 0;
    return (AgQname){built_in ? NULL : ag_pool_name(pool, schema), ag_pool_name(pool, name)};
}

static GPtrArray *extensions_of(AgPool *pool, const char *array)
{
    GPtrArray *set = NULL;
    const char *wrong;
    ag_set_sort(pool, ag_pg_array(pool, array), NULL, &set, &wrong);
    return set;
}

static void read_rest(AgCatalog *catalog, const AgPgTable *table, AgTrigger *trigger,
                      const AgRows *rows, guint row)
{
    AgPool *pool = catalog->pool;
    guint32 columns[AG_PG_MOST_KEYS];
    const char *definition = ag_rows_get(rows, row, DEFINITION);
    guint n = ag_pg_numbers(ag_rows_get(rows, row, COLUMNS), columns, AG_PG_MOST_KEYS);
    trigger->update_of = ag_pg_column_names(pool, table, columns, n);
    trigger->enabled = state_of(ag_rows_get(rows, row, ENABLED));
    trigger->function =
        qname(pool, ag_rows_get(rows, row, FUNCTION_SCHEMA), ag_rows_get(rows, row, FUNCTION));
    trigger->references =
        qname(pool, ag_rows_get(rows, row, OTHER_SCHEMA), ag_rows_get(rows, row, OTHER_TABLE));
    if (ag_pg_true(ag_rows_get(rows, row, DEFERRABLE)))
        trigger->deferrable = ag_pg_true(ag_rows_get(rows, row, DEFERRED)) ? "initially-deferred"
                                                                           : "initially-immediate";
    trigger->with_extensions = extensions_of(pool, ag_rows_get(rows, row, EXTENSIONS));
    if (definition == NULL)
        return;
    trigger->arguments = ag_pg_trigger_arguments(pool, definition);
    char *condition = ag_pg_trigger_condition(pool, definition);
    if (condition != NULL)
        trigger->when = ag_bind_sql(pool, condition);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_trigger, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (table == NULL || table->holder == NULL)
            continue;
        AgObject *object = ag_object_new(catalog->pool, &ag_kind_trigger, NULL, table->schema,
                                         ag_rows_get(rows, row, NAME));
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        AgTrigger *trigger = (AgTrigger *)object;
        read_type(catalog, trigger, ag_pg_oid(ag_rows_get(rows, row, TYPE)));
        read_rest(catalog, table, trigger, rows, row);
        object->comment =
            ag_catalog_comment(catalog, 2620, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_catalog_add_part(catalog, table, object);
    }
    return true;
}

const AgPgReader ag_pg_read_triggers = {.sql = sql_of, .take = take};

/* --- the triggers behind constraints, which a model sees only by their constraint --- */

static const char *disabled_sql(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT DISTINCT t.tgrelid, k.conname, t.tgenabled"
           " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint"
           " JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid"
           " WHERE t.tgisinternal AND t.tgenabled <> 'O'"
           " AND " AG_PG_MANAGED("c.relnamespace") " ORDER BY 1, 2, 3";
}

static bool take_disabled(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, 0));
        if (table != NULL && table->table != NULL)
            ag_catalog_unmanaged(catalog, "trigger state of constraint", table,
                                 ag_rows_get(rows, row, 1), state_of(ag_rows_get(rows, row, 2)));
    }
    return true;
}

const AgPgReader ag_pg_read_disabled_triggers = {.sql = disabled_sql, .take = take_disabled};
