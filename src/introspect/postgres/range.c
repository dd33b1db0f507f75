/* SPDX-License-Identifier: MIT */
#include "model/range.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* Names come in two columns; those of pg_catalog stand alone, as it is always searched. There are
 * few range types or none, and to plan one large join takes the server longer than to look up the
 * names of each. The constructors do not follow a range type that is renamed. */
static const char columns[] =
    "SELECT t.oid, t.typnamespace, t.typname,"
    " (SELECT r.rngcollation FROM pg_catalog.pg_type s WHERE s.oid = r.rngsubtype"
    " AND r.rngcollation <> s.typcollation),"
    " (SELECT n.nspname FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n"
    " ON n.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND n.nspname <> 'pg_catalog'),"
    " (SELECT o.opcname FROM pg_catalog.pg_opclass o WHERE o.oid = r.rngsubopc"
    " AND NOT o.opcdefault),"
    " (SELECT n.nspname FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace n"
    " ON n.oid = f.pronamespace WHERE f.oid = r.rngcanonical AND n.nspname <> 'pg_catalog'),"
    " (SELECT f.proname FROM pg_catalog.pg_proc f WHERE f.oid = r.rngcanonical),"
    " (SELECT n.nspname FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace n"
    " ON n.oid = f.pronamespace WHERE f.oid = r.rngsubdiff AND n.nspname <> 'pg_catalog'),"
    " (SELECT f.proname FROM pg_catalog.pg_proc f WHERE f.oid = r.rngsubdiff),"
    " NOT EXISTS (SELECT FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_proc c"
    " ON c.oid = e.objid WHERE e.classid = " AG_PG_PROC " AND e.refclassid = " AG_PG_TYPE
    " AND e.refobjid = t.oid AND e.deptype = 'i' AND c.proname = t.typname"
    " AND c.pronamespace = t.typnamespace),"
    " pg_catalog.pg_get_userbyid(t.typowner) AS owner,"
    " pg_catalog.format_type(r.rngsubtype, NULL) AS subtype";
static const char tables[] =
    " FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid";
static const char multirange_sql[] =
    ", (SELECT m.typname FROM pg_catalog.pg_type m WHERE m.oid = r.rngmultitypid)";

static const char *sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(pool, "%s%s%s WHERE %s AND %s", columns,
                          version >= 140000 ? multirange_sql : ", NULL", tables,
                          AG_PG_MANAGED("t.typnamespace"), AG_PG_NOT_MEMBER("t.oid", AG_PG_TYPE));
}

enum {
    OID,
    NAMESPACE,
    NAME,
    COLLATION,
    OPCLASS_SCHEMA,
    OPCLASS,
    CANONICAL_SCHEMA,
    CANONICAL,
    DIFF_SCHEMA,
    DIFF,
    APART,
    OWNER,
    SUBTYPE,
    MULTIRANGE,
};

static AgQname name_at(const AgCatalog *catalog, const AgRows *rows, guint row, int column)
{
    AgQname name = {.name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, column))};
    if (name.name != NULL)
        name.schema = ag_pool_name(catalog->pool, ag_rows_get(rows, row, column - 1));
    return name;
}

static void fill(AgCatalog *catalog, AgRange *range, const AgRows *rows, guint row)
{
    const char *collation = ag_rows_get(rows, row, COLLATION);
    const char *multirange = ag_rows_get(rows, row, MULTIRANGE);
    range->constructors_apart = ag_pg_true(ag_rows_get(rows, row, APART));
    range->opclass = name_at(catalog, rows, row, OPCLASS);
    range->canonical = name_at(catalog, rows, row, CANONICAL);
    range->subtype_diff = name_at(catalog, rows, row, DIFF);
    if (collation != NULL)
        ag_catalog_want_collation(catalog, ag_pg_oid(collation), &range->collation);
    if (multirange != NULL && strcmp(multirange, ag_range_multirange(catalog->pool, range)) != 0)
        range->multirange = ag_pool_name(catalog->pool, multirange);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    ag_binding_init(&binding, &ag_kind_range, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = ag_catalog_new_type(catalog, &ag_kind_range, rows, row);
        if (object == NULL)
            continue;
        if (!ag_bind_row(&binding, catalog->pool, object, rows, row, diag))
            return false;
        fill(catalog, (AgRange *)object, rows, row);
        ag_catalog_add_type(catalog, object, rows, row);
    }
    return true;
}

const AgPgReader ag_pg_read_ranges = {.sql = sql_of, .take = take};
