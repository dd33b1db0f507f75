/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include <string.h>

/* What a database can hold and a model cannot say (yet): named one by one, so that nothing is
 * passed over in silence. Each part gives noun, schema, name, the table it hangs on (0: none) and
 * a few words. What hangs on a table that is not managed itself goes without saying. */

#define STANDS(noun, from, oid, class, name, namespace, why)                                       \
    " SELECT " noun                                                                                \
    ", " namespace ", " name "::pg_catalog.text, 0::pg_catalog.oid, " why                          \
                   "::pg_catalog.text FROM pg_catalog." from                                       \
                   " WHERE " AG_PG_MANAGED(namespace) " AND " AG_PG_NOT_MEMBER(oid, class)
#define HANGS(noun, from, name, table, why, condition)                                             \
    " SELECT " noun ", 0::pg_catalog.oid, " name "::pg_catalog.text, " table ", " why              \
    "::pg_catalog.text FROM pg_catalog." from " WHERE " condition

static const char in_schemas_sql[] = "SELECT * FROM (" STANDS(
    "CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'"
    " ELSE 'composite type' END",
    "pg_class c", "c.oid", AG_PG_CLASS, "c.relname", "c.relnamespace",
    "NULL") " AND c.relkind IN ('v', 'm', 'c') AND c.relpersistence <> 't'"
            " AND NOT (c.relkind = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE "
            "m.classid = " AG_PG_TYPE " AND m.objid = c.reltype AND m.deptype = 'e'))"
            " UNION ALL" STANDS(
                "CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE "
                "'function' END",
                "pg_proc p", "p.oid", AG_PG_PROC,
                "p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'",
                "p.pronamespace", "NULL")
    /* The constructors of a range type are part of it. */
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE m.classid = " AG_PG_PROC
    " AND m.objid = p.oid AND m.deptype = 'i')"
    " UNION ALL" STANDS(
        "CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'base type' END",
        "pg_type t", "t.oid", AG_PG_TYPE, "t.typname", "t.typnamespace",
        "NULL") " AND (t.typtype IN ('d', 'r') OR t.typtype IN ('b', 'p') AND NOT EXISTS"
                " (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid))"
                " UNION ALL" STANDS("'statistics object'", "pg_statistic_ext x", "x.oid", "3381", "x.stxname", "x.stxnamespace", "NULL") " UNION ALL" STANDS(
                    "'collation'", "pg_collation k", "k.oid", "3456", "k.collname",
                    "k.collnamespace",
                    "NULL") " UNION ALL" STANDS("'operator'", "pg_operator o", "o.oid", "2617",
                                                "o.oprname || '(' || "
                                                "pg_catalog.format_type(o.oprleft, NULL) || ','"
                                                " || pg_catalog.format_type(o.oprright, NULL) || "
                                                "')'",
                                                "o.oprnamespace",
                                                "NULL") " UNION ALL" STANDS("'operator class'",
                                                                            "pg_opclass o", "o.oid",
                                                                            "2616", "o.opcname",
                                                                            "o.opcnamespace",
                                                                            "NULL") " UNION "
                                                                                    "ALL" STANDS(
                                                                                        "'"
                                                                                        "o"
                                                                                        "p"
                                                                                        "e"
                                                                                        "r"
                                                                                        "a"
                                                                                        "t"
                                                                                        "o"
                                                                                        "r"
                                                                                        " "
                                                                                        "f"
                                                                                        "a"
                                                                                        "m"
                                                                                        "i"
                                                                                        "l"
                                                                                        "y"
                                                                                        "'",
                                                                                        "p"
                                                                                        "g"
                                                                                        "_"
                                                                                        "o"
                                                                                        "p"
                                                                                        "f"
                                                                                        "a"
                                                                                        "m"
                                                                                        "i"
                                                                                        "l"
                                                                                        "y"
                                                                                        " "
                                                                                        "o",
                                                                                        "o"
                                                                                        "."
                                                                                        "o"
                                                                                        "i"
                                                                                        "d",
                                                                                        "2"
                                                                                        "7"
                                                                                        "5"
                                                                                        "3",
                                                                                        "o"
                                                                                        "."
                                                                                        "o"
                                                                                        "p"
                                                                                        "f"
                                                                                        "n"
                                                                                        "a"
                                                                                        "m"
                                                                                        "e",
                                                                                        "o"
                                                                                        "."
                                                                                        "o"
                                                                                        "p"
                                                                                        "f"
                                                                                        "n"
                                                                                        "a"
                                                                                        "m"
                                                                                        "e"
                                                                                        "s"
                                                                                        "p"
                                                                                        "a"
                                                                                        "c"
                                                                                        "e",
                                                                                        "N"
                                                                                        "U"
                                                                                        "L"
                                                                                        "L")
    /* CREATE OPERATOR CLASS makes a family of the same name. */
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass w WHERE w.opcfamily = o.oid"
    " AND w.opcname = o.opfname)"
    " UNION ALL" STANDS("'conversion'", "pg_conversion v", "v.oid", "2607", "v.conname", "v.connamespace", "NULL") " UNION ALL" STANDS("'text search configuration'",
                                                                                                                                       "pg_ts_config x",
                                                                                                                                       "x.oid",
                                                                                                                                       "3602", "x.cfgname", "x.cfgnamespace", "NULL") " UNION ALL" STANDS("'text search dictionary'",
                                                                                                                                                                                                          "pg_ts_dict x", "x.oid", "3600", "x.dictname", "x.dictnamespace", "NULL") " UNION ALL" STANDS("'text search parser'",
                                                                                                                                                                                                                                                                                                        "pg_ts_parser x",
                                                                                                                                                                                                                                                                                                        "x.oid",
                                                                                                                                                                                                                                                                                                        "3601",
                                                                                                                                                                                                                                                                                                        "x.prsname", "x.prsnamespace", "NULL") " UNION ALL" STANDS("'text search template'", "pg_ts_template x", "x.oid", "3764", "x.tmplname", "x.tmplnamespace",
                                                                                                                                                                                                                                                                                                                                                                   "NULL") " UNION ALL"
                                                                                                                                                                                                                                                                                                                                                                           " SELECT 'default "
                                                                                                                                                                                                                                                                                                                                                                           "privileges', "
                                                                                                                                                                                                                                                                                                                                                                           "d.defaclnamespace, "
                                                                                                                                                                                                                                                                                                                                                                           "pg_catalog.pg_get_"
                                                                                                                                                                                                                                                                                                                                                                           "userbyid(d.defaclrole)"
                                                                                                                                                                                                                                                                                                                                                                           "::pg_catalog.text, "
                                                                                                                                                                                                                                                                                                                                                                           "0::pg_catalog.oid, NULL "
                                                                                                                                                                                                                                                                                                                                                                           "FROM "
                                                                                                                                                                                                                                                                                                                                                                           "pg_catalog.pg_default_acl "
                                                                                                                                                                                                                                                                                                                                                                           "d WHERE " AG_PG_MANAGED(
                                                                                                                                                                                                                                                                                                                                                                               "d"
                                                                                                                                                                                                                                                                                                                                                                               "."
                                                                                                                                                                                                                                                                                                                                                                               "d"
                                                                                                                                                                                                                                                                                                                                                                               "e"
                                                                                                                                                                                                                                                                                                                                                                               "f"
                                                                                                                                                                                                                                                                                                                                                                               "a"
                                                                                                                                                                                                                                                                                                                                                                               "c"
                                                                                                                                                                                                                                                                                                                                                                               "l"
                                                                                                                                                                                                                                                                                                                                                                               "n"
                                                                                                                                                                                                                                                                                                                                                                               "a"
                                                                                                                                                                                                                                                                                                                                                                               "m"
                                                                                                                                                                                                                                                                                                                                                                               "e"
                                                                                                                                                                                                                                                                                                                                                                               "s"
                                                                                                                                                                                                                                                                                                                                                                               "p"
                                                                                                                                                                                                                                                                                                                                                                               "a"
                                                                                                                                                                                                                                                                                                                                                                               "c"
                                                                                                                                                                                                                                                                                                                                                                               "e") " UNION ALL" HANGS("'trigger'",
                                                                                                                                                                                                                                                                                                                                                                                                       "pg_trigger t",
                                                                                                                                                                                                                                                                                                                                                                                                       "t.tgname",
                                                                                                                                                                                                                                                                                                                                                                                                       "t.tgrelid",
                                                                                                                                                                                                                                                                                                                                                                                                       "NULL",
                                                                                                                                                                                                                                                                                                                                                                                                       "NOT t.tgisinternal "
                                                                                                                                                                                                                                                                                                                                                                                                       "AND t.tgrelid >= "
                                                                                                                                                                                                                                                                                                                                                                                                       "16384") " UNION "
                                                                                                                                                                                                                                                                                                                                                                                                                "ALL" HANGS(
                                                                                                                                                                                                                                                                                                                                                                                                                    "'"
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "u"
                                                                                                                                                                                                                                                                                                                                                                                                                    "l"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    "'",
                                                                                                                                                                                                                                                                                                                                                                                                                    "p"
                                                                                                                                                                                                                                                                                                                                                                                                                    "g"
                                                                                                                                                                                                                                                                                                                                                                                                                    "_"
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    "w"
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "i"
                                                                                                                                                                                                                                                                                                                                                                                                                    "t"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    "r",
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "."
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "u"
                                                                                                                                                                                                                                                                                                                                                                                                                    "l"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    "n"
                                                                                                                                                                                                                                                                                                                                                                                                                    "a"
                                                                                                                                                                                                                                                                                                                                                                                                                    "m"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e",
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "."
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    "v"
                                                                                                                                                                                                                                                                                                                                                                                                                    "_"
                                                                                                                                                                                                                                                                                                                                                                                                                    "c"
                                                                                                                                                                                                                                                                                                                                                                                                                    "l"
                                                                                                                                                                                                                                                                                                                                                                                                                    "a"
                                                                                                                                                                                                                                                                                                                                                                                                                    "s"
                                                                                                                                                                                                                                                                                                                                                                                                                    "s",
                                                                                                                                                                                                                                                                                                                                                                                                                    "N"
                                                                                                                                                                                                                                                                                                                                                                                                                    "U"
                                                                                                                                                                                                                                                                                                                                                                                                                    "L"
                                                                                                                                                                                                                                                                                                                                                                                                                    "L",
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "."
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "u"
                                                                                                                                                                                                                                                                                                                                                                                                                    "l"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    "n"
                                                                                                                                                                                                                                                                                                                                                                                                                    "a"
                                                                                                                                                                                                                                                                                                                                                                                                                    "m"
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    "<"
                                                                                                                                                                                                                                                                                                                                                                                                                    ">"
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    "'"
                                                                                                                                                                                                                                                                                                                                                                                                                    "_"
                                                                                                                                                                                                                                                                                                                                                                                                                    "R"
                                                                                                                                                                                                                                                                                                                                                                                                                    "E"
                                                                                                                                                                                                                                                                                                                                                                                                                    "T"
                                                                                                                                                                                                                                                                                                                                                                                                                    "U"
                                                                                                                                                                                                                                                                                                                                                                                                                    "R"
                                                                                                                                                                                                                                                                                                                                                                                                                    "N"
                                                                                                                                                                                                                                                                                                                                                                                                                    "'"
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    "A"
                                                                                                                                                                                                                                                                                                                                                                                                                    "N"
                                                                                                                                                                                                                                                                                                                                                                                                                    "D"
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    "r"
                                                                                                                                                                                                                                                                                                                                                                                                                    "."
                                                                                                                                                                                                                                                                                                                                                                                                                    "e"
                                                                                                                                                                                                                                                                                                                                                                                                                    "v"
                                                                                                                                                                                                                                                                                                                                                                                                                    "_"
                                                                                                                                                                                                                                                                                                                                                                                                                    "c"
                                                                                                                                                                                                                                                                                                                                                                                                                    "l"
                                                                                                                                                                                                                                                                                                                                                                                                                    "a"
                                                                                                                                                                                                                                                                                                                                                                                                                    "s"
                                                                                                                                                                                                                                                                                                                                                                                                                    "s"
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    ">"
                                                                                                                                                                                                                                                                                                                                                                                                                    "="
                                                                                                                                                                                                                                                                                                                                                                                                                    " "
                                                                                                                                                                                                                                                                                                                                                                                                                    "1"
                                                                                                                                                                                                                                                                                                                                                                                                                    "6"
                                                                                                                                                                                                                                                                                                                                                                                                                    "3"
                                                                                                                                                                                                                                                                                                                                                                                                                    "8"
                                                                                                                                                                                                                                                                                                                                                                                                                    "4") " UNION ALL" HANGS("'policy'",
                                                                                                                                                                                                                                                                                                                                                                                                                                            "pg_policy p",
                                                                                                                                                                                                                                                                                                                                                                                                                                            "p.polname",
                                                                                                                                                                                                                                                                                                                                                                                                                                            "p.polrelid",
                                                                                                                                                                                                                                                                                                                                                                                                                                            "NULL",
                                                                                                                                                                                                                                                                                                                                                                                                                                            "true") ") AS u (noun, namespace, name, tbl, why)";

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return in_schemas_sql;
}

/* The element that an <ignore> would name: "materialized view" is written materialized-view. */
static bool is_ignored(const AgCatalog *catalog, const char *noun, const char *schema,
                       const char *name)
{
    g_autofree char *element = g_strdelimit(g_strdup(noun), " ", '-');
    return ag_filter_ignores(catalog->filter, element, schema, name);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *noun = ag_rows_get(rows, row, 0), *name = ag_rows_get(rows, row, 2);
        const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, 1));
        const AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, 3));
        if (table != NULL && table->table != NULL) {
            ag_catalog_unmanaged(catalog, noun, table, name, ag_rows_get(rows, row, 4));
        } else if (schema != NULL && !is_ignored(catalog, noun, schema, name)) {
            g_autofree char *label = g_strdup_printf("%s.%s", schema, name);
            ag_schema_add_unmanaged(catalog->schema, noun, label, ag_rows_get(rows, row, 4));
        }
    }
    return true;
}

const AgPgReader ag_pg_read_unmanaged = {.sql = sql_of, .take = take};

/* --- what stands in no schema --- */

#define GLOBAL(noun, from, oid, class, name)                                                       \
    " SELECT " noun ", " name "::pg_catalog.text FROM pg_catalog." from " WHERE " oid              \
    " >= 16384 AND " AG_PG_NOT_MEMBER(oid, class)

static const char global_sql[] =
    "SELECT * FROM (" GLOBAL("'event trigger'", "pg_event_trigger e", "e.oid", "3466", "e.evtname") " UNION ALL" GLOBAL(
        "'publication'", "pg_publication p", "p.oid", "6104",
        "p.pubname") " UNION ALL" GLOBAL("'foreign data wrapper'", "pg_foreign_data_wrapper f",
                                         "f.oid", "2328",
                                         "f.fdwname") " UNION ALL" GLOBAL("'foreign server'",
                                                                          "pg_foreign_server s",
                                                                          "s.oid", "1417",
                                                                          "s.srvname") " UNION "
                                                                                       "ALL" GLOBAL(
                                                                                           "'l"
                                                                                           "an"
                                                                                           "gu"
                                                                                           "ag"
                                                                                           "e"
                                                                                           "'",
                                                                                           "pg"
                                                                                           "_l"
                                                                                           "an"
                                                                                           "gu"
                                                                                           "ag"
                                                                                           "e "
                                                                                           "l",
                                                                                           "l."
                                                                                           "oi"
                                                                                           "d",
                                                                                           "26"
                                                                                           "1"
                                                                                           "2",
                                                                                           "l."
                                                                                           "la"
                                                                                           "nn"
                                                                                           "am"
                                                                                           "e") " U"
                                                                                                "NI"
                                                                                                "ON"
                                                                                                " A"
                                                                                                "L"
                                                                                                "L" GLOBAL(
                                                                                                    "'a"
                                                                                                    "cc"
                                                                                                    "es"
                                                                                                    "s "
                                                                                                    "me"
                                                                                                    "th"
                                                                                                    "od"
                                                                                                    "'",
                                                                                                    "pg"
                                                                                                    "_a"
                                                                                                    "m "
                                                                                                    "m",
                                                                                                    "m."
                                                                                                    "oi"
                                                                                                    "d",
                                                                                                    "26"
                                                                                                    "0"
                                                                                                    "1",
                                                                                                    "m."
                                                                                                    "am"
                                                                                                    "na"
                                                                                                    "m"
                                                                                                    "e") " UNION ALL" GLOBAL("'cast'",
                                                                                                                             "pg_cast c",
                                                                                                                             "c.oid",
                                                                                                                             "2605",
                                                                                                                             "pg_catalog.format_type(c.castsource, NULL) || ' as '"
                                                                                                                             " || pg_catalog.format_type(c.casttarget, NULL)") /* A range type makes its own cast. */
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE m.classid = 2605 AND m.objid = "
    "c.oid AND m.deptype = 'i')"
    " UNION ALL SELECT 'subscription', s.subname::pg_catalog.text"
    " FROM pg_catalog.pg_subscription s WHERE s.subdbid = (SELECT b.oid"
    " FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())"
    " UNION ALL SELECT 'default privileges', pg_catalog.pg_get_userbyid(d.defaclrole)"
    "::pg_catalog.text FROM pg_catalog.pg_default_acl d WHERE d.defaclnamespace = 0"
    ") AS u (noun, name) WHERE $1::pg_catalog.text[] IS NULL OR true";

static const char *global_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return global_sql;
}

static bool take_global(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *noun = ag_rows_get(rows, row, 0), *name = ag_rows_get(rows, row, 1);
        if (!is_ignored(catalog, noun, NULL, name))
            ag_schema_add_unmanaged(catalog->schema, noun, name, NULL);
    }
    return true;
}

const AgPgReader ag_pg_read_global_unmanaged = {.sql = global_sql_of, .take = take_global};
