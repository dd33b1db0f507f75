/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include <string.h>

/* Comments of everything, read first: few rows as a rule, and one look-up per object later. */

typedef struct {
    guint32 class_oid, oid, number;
} Address;

static guint hash_address(gconstpointer key)
{
    const Address *address = key;
    return (address->oid * 31u + address->number) * 31u + address->class_oid;
}

static gboolean same_address(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Address)) == 0;
}

static const char *sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    /* 16384 is the first oid that is not the server's own; schema public (2200) is older. */
    return "SELECT d.classoid, d.objoid, d.objsubid, d.description"
           " FROM pg_catalog.pg_description d"
           " WHERE d.classoid IN (" AG_PG_CLASS ", " AG_PG_CONSTRAINT ", " AG_PG_PROC
           ", " AG_PG_TYPE ", " AG_PG_NAMESPACE ", " AG_PG_EXTENSION ", " AG_PG_TRIGGER
           ", " AG_PG_POLICY ", " AG_PG_STATISTICS ", " AG_PG_COLLATION ", " AG_PG_EVENT_TRIGGER
           ", " AG_PG_RULE ", " AG_PG_PUBLICATION ", " AG_PG_WRAPPER ", " AG_PG_SERVER
           ", " AG_PG_CAST ", " AG_PG_OPERATOR ", " AG_PG_TS_DICT ", " AG_PG_TS_CONFIG
           ", " AG_PG_OPCLASS ", " AG_PG_OPFAMILY ", " AG_PG_CONVERSION ")"
           " AND (d.objoid >= 16384 OR d.classoid = " AG_PG_NAMESPACE " AND d.objoid = 2200)"
           " AND ($1::pg_catalog.oid[] IS NULL OR true)";
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    (void)diag;
    if (catalog->comments == NULL)
        catalog->comments = ag_pool_table(catalog->scratch, hash_address, same_address);
    for (guint row = 0; row < rows->n_rows; row++) {
        Address *address = ag_pool_new0(catalog->scratch, Address);
        address->class_oid = ag_pg_oid(ag_rows_get(rows, row, 0));
        address->oid = ag_pg_oid(ag_rows_get(rows, row, 1));
        address->number = ag_pg_oid(ag_rows_get(rows, row, 2));
        const char *text = ag_pool_text(catalog->pool, ag_rows_get(rows, row, 3));
        g_hash_table_insert(catalog->comments, address, (gpointer)(guintptr)text);
    }
    return true;
}

const char *ag_catalog_comment(const AgCatalog *catalog, guint32 class_oid, guint32 oid,
                               guint32 number)
{
    Address address = {.class_oid = class_oid, .oid = oid, .number = number};
    if (g_hash_table_size(catalog->comments) == 0)
        return NULL;
    return g_hash_table_lookup(catalog->comments, &address);
}

const AgPgReader ag_pg_read_comments = {.sql = sql_of, .take = take};
