/* SPDX-License-Identifier: MIT */
#include "model/grant.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* Privileges of everything but columns, read before the objects, as comments are; those of columns
 * in the second round, as hardly any has some. What is kept is how they
 * differ from those an object of its kind has by itself; where the catalogue holds no list at all,
 * there is no row. */

typedef struct {
    guint32 class_oid, oid, number;
} Address;

typedef struct {
    Address address;
    GPtrArray *actual, *given; /* of AgGrant * */
    const char *foreign;       /* somebody who passed privileges on, or NULL */
    GPtrArray *grants;         /* the difference; made when all rows are there */
    bool compared;
} Privileges;

/* A catalogue whose rows have privileges; its row is `x`. */
typedef struct {
    const char *catalogue, *from, *number, *owner, *list, *usual, *condition;
} Source;

#define USUAL(letter, owner) "pg_catalog.acldefault('" letter "', " owner ")"

static const Source sources[] = {
    {AG_PG_CLASS, "pg_class x", "0", "x.relowner", "x.relacl",
     "pg_catalog.acldefault((CASE x.relkind WHEN 'S' THEN 's' ELSE 'r' END)::pg_catalog.\"char\","
     " x.relowner)",
     AG_PG_MANAGED("x.relnamespace")},
    {AG_PG_TYPE, "pg_type x", "0", "x.typowner", "x.typacl", USUAL("T", "x.typowner"),
     AG_PG_MANAGED("x.typnamespace")},
    {AG_PG_PROC, "pg_proc x", "0", "x.proowner", "x.proacl", USUAL("f", "x.proowner"),
     AG_PG_MANAGED("x.pronamespace")},
    {AG_PG_SERVER, "pg_foreign_server x", "0", "x.srvowner", "x.srvacl", USUAL("S", "x.srvowner"),
     "true"},
    {AG_PG_WRAPPER, "pg_foreign_data_wrapper x", "0", "x.fdwowner", "x.fdwacl",
     USUAL("F", "x.fdwowner"), "true"},
    /* For one schema they add to the rest. */
    {AG_PG_DEFAULT_ACL, "pg_default_acl x", "0", "x.defaclrole", "x.defaclacl",
     "CASE WHEN x.defaclnamespace = 0 THEN pg_catalog.acldefault(CASE x.defaclobjtype"
     " WHEN 'S' THEN 's' ELSE x.defaclobjtype END, x.defaclrole) END",
     "true"},
};

static void append_source(GString *sql, const Source *s)
{
    g_string_append_printf(sql,
                           "SELECT %s::pg_catalog.oid AS class, x.oid, %s AS number, %s AS owner,"
                           " %s AS list, %s AS usual FROM pg_catalog.%s WHERE %s IS NOT NULL AND %s"
                           " UNION ALL ",
                           s->catalogue, s->number, s->owner, s->list, s->usual, s->from, s->list,
                           s->condition);
}

/* Everybody may use schema public, and before version 15 make things in it. */
static void append_namespaces(GString *sql, long version)
{
    static const char more[] = "pg_catalog.array_append(%s, pg_catalog.makeaclitem(0, x.nspowner,"
                               " '%s', false))";
    g_autofree char *usage =
        g_strdup_printf(more, "pg_catalog.acldefault('n', x.nspowner)", "USAGE");
    g_autofree char *usual =
        version >= 150000 ? g_strdup(usage) : g_strdup_printf(more, usage, "CREATE");
    g_string_append_printf(sql,
                           "SELECT " AG_PG_NAMESPACE "::pg_catalog.oid, x.oid, 0, x.nspowner,"
                           " x.nspacl, CASE WHEN x.nspname = 'public' THEN %s"
                           " ELSE pg_catalog.acldefault('n', x.nspowner) END"
                           " FROM pg_catalog.pg_namespace x WHERE x.nspacl IS NOT NULL AND ",
                           usual);
    g_string_append(sql, AG_PG_MANAGED("x.oid"));
}

#define HEAD                                                                                       \
    "SELECT o.class, o.oid, o.number, a.given, a.grantee = o.owner, a.grantor = o.owner,"          \
    " CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END,"                    \
    " pg_catalog.pg_get_userbyid(a.grantor), pg_catalog.lower(a.privilege_type),"                  \
    " a.is_grantable FROM ("
#define TAIL                                                                                       \
    ") o CROSS JOIN LATERAL (SELECT g.*, false AS given FROM pg_catalog.aclexplode(o.list) g"      \
    " UNION ALL SELECT g.*, true FROM pg_catalog.aclexplode(o.usual) g) a"

static const char *sql_of(AgPool *pool, long version)
{
    g_autoptr(GString) sql = g_string_new(HEAD);
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        append_source(sql, &sources[i]);
    append_namespaces(sql, version);
    g_string_append(sql, TAIL);
    return ag_pool_text(pool, sql->str);
}

const char ag_pg_column_privileges_sql[] =
    HEAD "SELECT " AG_PG_CLASS "::pg_catalog.oid AS class, x.oid, a.attnum AS number,"
         " x.relowner AS owner, a.attacl AS list, " USUAL(
             "c", "x.relowner") " AS usual"
                                " FROM pg_catalog.pg_attribute a"
                                " JOIN pg_catalog.pg_class x ON x.oid = a.attrelid"
                                " WHERE a.attacl IS NOT NULL"
                                " AND a.attrelid = ANY ($1::pg_catalog.oid[])" TAIL;

enum { CLASS, OID, NUMBER, GIVEN, TO_OWNER, BY_OWNER, GRANTEE, GRANTOR, PRIVILEGE, OPTION };

static guint hash_address(gconstpointer key)
{
    const Address *address = key;
    return (address->oid * 31u + address->number) * 31u + address->class_oid;
}

static gboolean same_address(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Address)) == 0;
}

static Privileges *privileges_at(AgCatalog *catalog, const Address *address)
{
    Privileges *found = g_hash_table_lookup(catalog->privileges, address);
    if (found != NULL)
        return found;
    found = ag_pool_new0(catalog->scratch, Privileges);
    found->address = *address;
    found->actual = ag_pool_array(catalog->scratch);
    found->given = ag_pool_array(catalog->scratch);
    g_hash_table_insert(catalog->privileges, &found->address, found);
    return found;
}

static void add_row(AgCatalog *catalog, const AgRows *rows, guint row)
{
    Address address = {.class_oid = ag_pg_oid(ag_rows_get(rows, row, CLASS)),
                       .oid = ag_pg_oid(ag_rows_get(rows, row, OID)),
                       .number = ag_pg_oid(ag_rows_get(rows, row, NUMBER))};
    Privileges *privileges = privileges_at(catalog, &address);
    if (!ag_pg_true(ag_rows_get(rows, row, BY_OWNER))) {
        privileges->foreign = ag_pool_text(catalog->scratch, ag_rows_get(rows, row, GRANTOR));
        return;
    }
    const char *grantee = ag_rows_get(rows, row, GRANTEE);
    AgGrant *grant = ag_pool_new0(catalog->pool, AgGrant);
    grant->role = ag_pg_true(ag_rows_get(rows, row, TO_OWNER)) ? AG_ROLE_OWNER
                  : grantee == NULL                            ? AG_ROLE_PUBLIC
                                    : ag_pool_name(catalog->pool, grantee);
    grant->privilege = ag_pool_name(catalog->pool, ag_rows_get(rows, row, PRIVILEGE));
    grant->option = ag_pg_true(ag_rows_get(rows, row, OPTION));
    g_ptr_array_add(ag_pg_true(ag_rows_get(rows, row, GIVEN)) ? privileges->given
                                                              : privileges->actual,
                    grant);
}

/* What was added to, and what was taken from, that which is given. */
static void compare(AgPool *pool, Privileges *privileges)
{
    GPtrArray *grants = ag_pool_array(pool);
    for (guint i = 0; i < privileges->actual->len; i++) {
        AgGrant *grant = g_ptr_array_index(privileges->actual, i);
        const AgGrant *given = ag_grants_find(privileges->given, grant);
        if (given == NULL || given->option != grant->option)
            g_ptr_array_add(grants, grant);
    }
    for (guint i = 0; i < privileges->given->len; i++) {
        AgGrant *given = g_ptr_array_index(privileges->given, i);
        if (ag_grants_find(privileges->actual, given) != NULL)
            continue;
        given->revoked = true;
        given->option = false;
        g_ptr_array_add(grants, given);
    }
    ag_grants_sort(grants);
    privileges->grants = grants->len > 0 ? grants : NULL;
    privileges->compared = true;
}

/* What arrived in this round and was not compared yet. */
static void compare_all(AgCatalog *catalog)
{
    GHashTableIter iter;
    gpointer privileges;
    g_hash_table_iter_init(&iter, catalog->privileges);
    while (g_hash_table_iter_next(&iter, NULL, &privileges))
        if (!((Privileges *)privileges)->compared)
            compare(catalog->pool, privileges);
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    catalog->privileges = ag_pool_table(catalog->scratch, hash_address, same_address);
    for (guint row = 0; row < rows->n_rows; row++)
        add_row(catalog, rows, row);
    compare_all(catalog);
    return true;
}

void ag_catalog_want_privileges(AgCatalog *catalog, AgObject *column, guint32 table, guint32 number)
{
    AgPgColumnAcl *wanted = ag_pool_new0(catalog->scratch, AgPgColumnAcl);
    *wanted = (AgPgColumnAcl){.object = column, .table = table, .number = number};
    g_ptr_array_add(catalog->wanted_privileges, wanted);
}

void ag_catalog_take_privileges(AgCatalog *catalog, const AgRows *rows)
{
    for (guint row = 0; row < rows->n_rows; row++)
        add_row(catalog, rows, row);
}

void ag_catalog_fill_privileges(AgCatalog *catalog)
{
    compare_all(catalog);
    for (guint i = 0; i < catalog->wanted_privileges->len; i++) {
        const AgPgColumnAcl *wanted = g_ptr_array_index(catalog->wanted_privileges, i);
        ag_catalog_describe(catalog, wanted->object, 1259, wanted->table, wanted->number);
    }
}

GPtrArray *ag_catalog_grants(const AgCatalog *catalog, guint32 class_oid, guint32 oid,
                             guint32 number)
{
    Address address = {.class_oid = class_oid, .oid = oid, .number = number};
    const Privileges *found = g_hash_table_lookup(catalog->privileges, &address);
    return found == NULL ? NULL : found->grants;
}

/* A privilege that was passed on by somebody else than the owner has no word in a model. */
void ag_catalog_describe(AgCatalog *catalog, AgObject *object, guint32 class_oid, guint32 oid,
                         guint32 number)
{
    Address address = {.class_oid = class_oid, .oid = oid, .number = number};
    const Privileges *found = g_hash_table_lookup(catalog->privileges, &address);
    object->comment = ag_catalog_comment(catalog, class_oid, oid, number);
    if (found == NULL || object->info->grants == AG_GRANTS_NONE)
        return;
    object->grants = found->grants;
    if (found->foreign == NULL)
        return;
    g_autofree char *noun = g_strdup_printf("privileges of %s", object->info->noun);
    g_autofree char *why =
        g_strdup_printf("some were granted by %s, not the owner", found->foreign);
    ag_schema_add_unmanaged(catalog->schema, noun, ag_object_label(catalog->scratch, object), why);
    const AgObject *top = object->parent != NULL ? object->parent : object;
    GPtrArray *list = catalog->schema->unmanaged;
    AgUnmanaged *last = g_ptr_array_index(list, list->len - 1);
    if ((top->info->names & AG_NAMED_AS_RELATION) != 0)
        last->table = (AgQname){.schema = top->schema, .name = top->name};
}

const AgPgReader ag_pg_read_privileges = {.sql = sql_of, .take = take, .whole = true};
