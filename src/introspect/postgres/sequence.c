/* SPDX-License-Identifier: MIT */
#include "model/sequence.h"

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
           " WHERE c.relpersistence <> 't' AND " AG_PG_MANAGED(
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

/* The numbers of a sequence with everything that is the default for its type and direction left
 * out: AG_INT_UNSET then. */
typedef struct {
    int64_t start, increment, min, max, cache;
    bool cycle;
} Numbers;

static int64_t number(const AgRows *rows, guint row, int column)
{
    return g_ascii_strtoll(ag_rows_get(rows, row, column), NULL, 10);
}

enum { INT2 = 21, INT4 = 23 };

static Numbers read_numbers(const AgRows *rows, guint row)
{
    guint32 type = ag_pg_oid(ag_rows_get(rows, row, TYPE));
    int64_t lowest = type == INT2 ? INT16_MIN : type == INT4 ? INT32_MIN : INT64_MIN;
    int64_t highest = type == INT2 ? INT16_MAX : type == INT4 ? INT32_MAX : INT64_MAX;
    Numbers n = {.start = number(rows, row, START),
                 .increment = number(rows, row, INCREMENT),
                 .min = number(rows, row, MIN_VALUE),
                 .max = number(rows, row, MAX_VALUE),
                 .cache = number(rows, row, CACHE),
                 .cycle = ag_pg_true(ag_rows_get(rows, row, CYCLE))};
    bool up = n.increment > 0;
    if (n.start == (up ? n.min : n.max))
        n.start = AG_INT_UNSET;
    if (n.min == (up ? 1 : lowest))
        n.min = AG_INT_UNSET;
    if (n.max == (up ? highest : -1))
        n.max = AG_INT_UNSET;
    if (n.increment == 1)
        n.increment = AG_INT_UNSET;
    if (n.cache == 1)
        n.cache = AG_INT_UNSET;
    return n;
}

static AgPgColumn *owner_of(const AgPgTable *table, const AgRows *rows, guint row)
{
    guint32 column = ag_pg_oid(ag_rows_get(rows, row, COLUMN));
    return table == NULL || column > table->n_columns ? NULL : &table->columns[column];
}

static void fill_identity(AgColumn *column, const AgRows *rows, guint row)
{
    Numbers n = read_numbers(rows, row);
    column->identity_start = n.start;
    column->identity_increment = n.increment;
    column->identity_min = n.min;
    column->identity_max = n.max;
    column->identity_cache = n.cache;
    column->identity_cycle = n.cycle;
}

static void fill_sequence(AgCatalog *catalog, AgSequence *sequence, const AgPgTable *table,
                          const AgRows *rows, guint row)
{
    Numbers n = read_numbers(rows, row);
    guint32 type = ag_pg_oid(ag_rows_get(rows, row, TYPE));
    const AgPgColumn *owner = owner_of(table, rows, row);
    if (type == INT2 || type == INT4)
        sequence->type = ag_bind_sql(catalog->pool, type == INT2 ? "smallint" : "integer");
    sequence->start = n.start;
    sequence->increment = n.increment;
    sequence->min = n.min;
    sequence->max = n.max;
    sequence->cache = n.cache;
    sequence->cycle = n.cycle;
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
    object->comment = ag_catalog_comment(catalog, 1259, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
    return ag_schema_add(catalog->schema, object);
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
                fill_identity(owner->column, rows, row);
        } else {
            add_sequence(catalog, table, rows, row);
        }
    }
    return true;
}

const AgPgReader ag_pg_read_sequences = {.sql = sql_of, .take = take};
