/* SPDX-License-Identifier: MIT */
#include "model/operator_class.h"

#include "introspect/postgres/catalog.h"

enum { OID, NAMESPACE, NAME, METHOD };

static bool take_objects(AgCatalog *catalog, const AgKindInfo *info, guint32 class_oid,
                         const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, info, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
        if (schema == NULL)
            continue;
        AgObject *object = ag_object_new(pool, info, NULL, schema, ag_rows_get(rows, row, NAME));
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        object->signature = ag_pool_name(pool, ag_rows_get(rows, row, METHOD));
        if (ag_filter_ignores_object(catalog->filter, object))
            continue;
        ag_catalog_describe(catalog, object, class_oid, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

/* --- families --- */

static const char *families_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT f.oid, f.opfnamespace, f.opfname, a.amname AS \"using\","
           " pg_catalog.pg_get_userbyid(f.opfowner) AS owner FROM pg_catalog.pg_opfamily f"
           " JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod"
           " WHERE " AG_PG_MANAGED("f.opfnamespace") " AND " AG_PG_NOT_MEMBER("f.oid",
                                                                              AG_PG_OPFAMILY);
}

static bool take_families(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    return take_objects(catalog, &ag_kind_operator_family, 2753, rows, diag);
}

const AgPgReader ag_pg_read_operator_families = {.sql = families_sql_of, .take = take_families};

/* --- classes --- */

#define FAMILY(column)                                                                             \
    " (SELECT pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.',"                           \
    " pg_catalog.quote_ident(f.opfname)) FROM pg_catalog.pg_opfamily f"                            \
    " JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace WHERE f.oid = " column ")"

static const char *classes_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, c.opcnamespace, c.opcname, a.amname AS \"using\","
           " pg_catalog.format_type(c.opcintype, NULL) AS type,"
           " c.opcdefault AS \"default\"," FAMILY(
               "c.opcfamily") " AS family,"
                              " CASE WHEN c.opckeytype <> 0 AND c.opckeytype <> c.opcintype"
                              " THEN pg_catalog.format_type(c.opckeytype, NULL) END AS storage,"
                              " pg_catalog.pg_get_userbyid(c.opcowner) AS owner"
                              " FROM pg_catalog.pg_opclass c"
                              " JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod"
                              " WHERE " AG_PG_MANAGED(
                                  "c.opcnamespace") " AND " AG_PG_NOT_MEMBER("c.oid",
                                                                             AG_PG_OPCLASS);
}

static bool take_classes(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    return take_objects(catalog, &ag_kind_operator_class, 2616, rows, diag);
}

const AgPgReader ag_pg_read_operator_classes = {.sql = classes_sql_of, .take = take_classes};

/* --- what belongs to them --- */

/* The class of a left type, the oldest if there are several. */
#define MEMBERS(catalogue, family, left)                                                           \
    " FROM pg_catalog." catalogue " m JOIN pg_catalog.pg_opfamily f ON f.oid = m." family          \
    " JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod"                                              \
    " LEFT JOIN LATERAL (SELECT c.opcnamespace, c.opcname FROM pg_catalog.pg_opclass c"            \
    " WHERE c.opcfamily = f.oid AND c.opcintype = m." left " ORDER BY c.oid LIMIT 1) c ON true"    \
    " WHERE m.oid >= 16384 AND (" AG_PG_MANAGED("f.opfnamespace") " OR " AG_PG_MANAGED(            \
        "c.opcnamespace") ")"

#define HOLDER                                                                                     \
    "SELECT coalesce(c.opcnamespace, f.opfnamespace), coalesce(c.opcname, f.opfname), a.amname,"   \
    " c.opcname IS NOT NULL,"

static const char *operators_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return HOLDER
        " m.amopstrategy AS number, pg_catalog.format_type(m.amoplefttype, NULL) AS \"left\","
        " pg_catalog.format_type(m.amoprighttype, NULL) AS \"right\","
        " " AG_PG_OPERATOR_NAME("m.amopopr") " AS operator," FAMILY(
            "nullif(m.amopsortfamily, 0)") " AS \"order-by\"" MEMBERS("pg_amop", "amopfamily",
                                                                      "amoplefttype") " ORDER BY "
                                                                                      "m.amopfami"
                                                                                      "ly, m.oid";
}

static const char *functions_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return HOLDER
        " m.amprocnum AS number, pg_catalog.format_type(m.amproclefttype, NULL) AS \"left\","
        " pg_catalog.format_type(m.amprocrighttype, NULL) AS \"right\","
        " " AG_PG_FUNCTION_NAME("m.amproc") " AS function,"
                                            " (SELECT pg_catalog.oidvectortypes(p.proargtypes) "
                                            "FROM pg_catalog.pg_proc p"
                                            " WHERE p.oid = m.amproc) AS arguments" MEMBERS(
                                                "pg_amproc", "amprocfamily",
                                                "amproclefttype") " ORDER BY"
                                                                  " m.amprocfamily, m.oid";
}

enum { HOLDER_NAMESPACE, HOLDER_NAME, HOLDER_METHOD, OF_CLASS };

static bool take_members(AgCatalog *catalog, const AgKindInfo *info, const AgRows *rows,
                         AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, info, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema =
            ag_catalog_namespace(catalog, ag_rows_get(rows, row, HOLDER_NAMESPACE));
        AgKind kind = ag_pg_true(ag_rows_get(rows, row, OF_CLASS)) ? AG_KIND_OPERATOR_CLASS
                                                                   : AG_KIND_OPERATOR_FAMILY;
        AgObject *holder = schema == NULL
                               ? NULL
                               : ag_schema_find_signed(catalog->schema, kind, schema,
                                                       ag_rows_get(rows, row, HOLDER_NAME),
                                                       ag_rows_get(rows, row, HOLDER_METHOD));
        if (holder == NULL)
            continue;
        AgObject *object = ag_object_new(pool, info, holder, NULL, info->element);
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        object->name = ag_pool_name(pool, ag_class_member_name(catalog->scratch,
                                                               (const AgClassMember *)object));
    }
    return true;
}

static bool take_operators(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    return take_members(catalog, &ag_kind_class_operator, rows, diag);
}

static bool take_functions(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    return take_members(catalog, &ag_kind_class_function, rows, diag);
}

const AgPgReader ag_pg_read_class_operators = {.sql = operators_sql_of, .take = take_operators};
const AgPgReader ag_pg_read_class_functions = {.sql = functions_sql_of, .take = take_functions};
