/* SPDX-License-Identifier: MIT */
#include "model/sequence.h"

#include "introspect/postgres/canonical_private.h"
#include "introspect/postgres/catalog.h"

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, c.relnamespace, c.relname, d.refobjid, d.refobjsubid, d.deptype,"
           " s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,"
           " pg_catalog.pg_get_userbyid(c.relowner) AS owner"
           " FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid"
           " LEFT JOIN pg_catalog.pg_depend d ON d.classid = " AG_PG_CLASS
           " AND d.objid = s.seqrelid AND d.refclassid = " AG_PG_CLASS
           " AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0"
           " WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND " AG_PG_MANAGED(
               "c.relnamespace") " AND " AG_PG_NOT_MEMBER("c.oid", AG_PG_CLASS);
}

enum {
    OID,
    NAMESPACE,
    NAME,
    TABLE,
    COLUMN,
    DEPENDENCE,
    TYPE,
    START,
    INCREMENT,
    MIN_VALUE,
    MAX_VALUE,
    CACHE,
    CYCLE,
    OWNER
};

/* Bounds that are the default for type and direction say nothing. */
void ag_bounds_drop_defaults(const char *type, AgBounds bounds)
{
    bool small = g_strcmp0(type, "smallint") == 0, middle = g_strcmp0(type, "integer") == 0;
    int64_t lowest = small ? INT16_MIN : middle ? INT32_MIN : INT64_MIN;
    int64_t highest = small ? INT16_MAX : middle ? INT32_MAX : INT64_MAX;
    bool up = *bounds.increment == AG_INT_UNSET || *bounds.increment > 0;
    int64_t least = up ? 1 : lowest, most = up ? highest : -1;
    if (*bounds.min == least)
        *bounds.min = AG_INT_UNSET;
    if (*bounds.max == most)
        *bounds.max = AG_INT_UNSET;
    int64_t first = up ? *bounds.min : *bounds.max;
    if (first == AG_INT_UNSET)
        first = up ? least : most;
    if (*bounds.start == first)
        *bounds.start = AG_INT_UNSET;
    if (*bounds.increment == 1)
        *bounds.increment = AG_INT_UNSET;
    if (*bounds.cache == 1)
        *bounds.cache = AG_INT_UNSET;
}

static int64_t number(const AgRows *rows, guint row, int column)
{
    return g_ascii_strtoll(ag_rows_get(rows, row, column), NULL, 10);
}

enum { INT2 = 21, INT4 = 23 };

static const char *type_of(const AgRows *rows, guint row)
{
    guint32 type = ag_pg_oid(ag_rows_get(rows, row, TYPE));
    return type == INT2 ? "smallint" : type == INT4 ? "integer" : "bigint";
}

/* The lowest bigint is what AG_INT_UNSET is, and it is a default too wherever it can occur. */
static void fill_bounds(AgBounds bounds, const AgRows *rows, guint row)
{
    *bounds.start = number(rows, row, START);
    *bounds.increment = number(rows, row, INCREMENT);
    *bounds.min = number(rows, row, MIN_VALUE);
    *bounds.max = number(rows, row, MAX_VALUE);
    *bounds.cache = number(rows, row, CACHE);
    ag_bounds_drop_defaults(type_of(rows, row), bounds);
}

static AgPgColumn *owner_of(const AgPgTable *table, const AgRows *rows, guint row)
{
    guint32 column = ag_pg_oid(ag_rows_get(rows, row, COLUMN));
    return table == NULL || column > table->n_columns ? NULL : &table->columns[column];
}

static void fill_identity(AgCatalog *catalog, AgColumn *column, const AgRows *rows, guint row)
{
    column->identity_sequence = ag_pool_name(catalog->pool, ag_rows_get(rows, row, NAME));
    AgBounds bounds = {&column->identity_start, &column->identity_increment, &column->identity_min,
                       &column->identity_max, &column->identity_cache};
    fill_bounds(bounds, rows, row);
    column->identity_cycle = ag_pg_true(ag_rows_get(rows, row, CYCLE));
}

static void fill_sequence(AgCatalog *catalog, AgSequence *sequence, const AgPgTable *table,
                          const AgRows *rows, guint row)
{
    AgBounds bounds = {&sequence->start, &sequence->increment, &sequence->min, &sequence->max,
                       &sequence->cache};
    const char *type = type_of(rows, row);
    const AgPgColumn *owner = owner_of(table, rows, row);
    if (g_strcmp0(type, "bigint") != 0)
        sequence->type = ag_bind_sql(catalog->pool, type);
    fill_bounds(bounds, rows, row);
    sequence->cycle = ag_pg_true(ag_rows_get(rows, row, CYCLE));
    if (owner != NULL)
        sequence->owned_by = (AgColumnName){{table->schema, table->name}, owner->name};
}

static bool add_sequence(AgCatalog *catalog, const AgPgTable *table, const AgRows *rows, guint row)
{
    const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
    const char *name = ag_rows_get(rows, row, NAME);
    if (schema == NULL || ag_filter_ignores(catalog->filter, "sequence", schema, name))
        return true;
    AgObject *object = ag_object_new(catalog->pool, &ag_kind_sequence, NULL, schema, name);
    fill_sequence(catalog, (AgSequence *)object, table, rows, row);
    object->owner = ag_pool_name(catalog->pool, ag_rows_get(rows, row, OWNER));
    ag_catalog_describe(catalog, object, 1259, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
    return ag_schema_add(catalog->schema, object);
}

/* Of the sequence behind an identity column models cannot say any. */
static void note_privileges(AgCatalog *catalog, const AgRows *rows, guint row)
{
    guint32 oid = ag_pg_oid(ag_rows_get(rows, row, OID));
    const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
    if (schema == NULL || ag_catalog_grants(catalog, 1259, oid, 0) == NULL)
        return;
    g_autofree char *label = g_strdup_printf("%s.%s", schema, ag_rows_get(rows, row, NAME));
    ag_schema_add_unmanaged(catalog->schema, "privileges of sequence", label,
                            "it belongs to an identity column");
}

/* The sequence behind an identity column is part of the column; what belongs to a table that is
 * not managed goes with it. */
static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *dependence = ag_rows_get(rows, row, DEPENDENCE);
        const AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (dependence != NULL && (table == NULL || table->table == NULL))
            continue;
        const AgPgColumn *owner = owner_of(table, rows, row);
        if (dependence != NULL && *dependence == 'i') {
            if (owner != NULL && owner->column != NULL)
                fill_identity(catalog, owner->column, rows, row);
            note_privileges(catalog, rows, row);
        } else {
            add_sequence(catalog, table, rows, row);
        }
    }
    return true;
}

const AgPgReader ag_pg_read_sequences = {.sql = sql_of, .take = take};
