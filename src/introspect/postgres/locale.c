/* SPDX-License-Identifier: MIT */
/* Since version 16 the server keeps a locale of ICU in its standard form: "en-u-kn" becomes
 * "en-u-kn-true". Which one that is only ICU knows. */
#include "introspect/postgres/canonical_private.h"

#include "model/collation.h"

static bool is_icu(const AgObject *object)
{
    return object->info->kind == AG_KIND_COLLATION &&
           g_strcmp0(((const AgCollation *)object)->provider, "icu") == 0 &&
           ((const AgCollation *)object)->locale != NULL;
}

/* Those that the database has as they are written need no question, and where it has none of ICU
 * there is nothing to compare with. */
static GPtrArray *doubtful(const AgCanonical *c)
{
    GPtrArray *list = ag_pool_array(c->scratch_pool);
    GHashTable *known = ag_pool_table(c->scratch_pool, g_str_hash, g_str_equal);
    for (guint i = 0; i < c->live->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->live->objects, i);
        if (is_icu(object))
            g_hash_table_add(known, (gpointer)(guintptr)((const AgCollation *)object)->locale);
    }
    for (guint i = 0; g_hash_table_size(known) > 0 && i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (is_icu(object) && !g_hash_table_contains(known, ((AgCollation *)object)->locale))
            g_ptr_array_add(list, object);
    }
    return list;
}

static bool ask(AgCanonical *c, AgCollation *collation, AgDiag *diag)
{
    const char *column = ag_db_version(c->db) >= 170000 ? "colllocale" : "colliculocale";
    g_autoptr(GString) create = g_string_new("CREATE COLLATION pg_temp.ag_locale "
                                             "(PROVIDER = icu, LOCALE = ");
    ag_quote_text(create, collation->locale);
    g_string_append_c(create, ')');
    const char *sql = ag_pool_printf(c->scratch_pool,
                                     "SELECT c.%s FROM pg_catalog.pg_collation c WHERE c.collname ="
                                     " 'ag_locale' AND c.collnamespace ="
                                     " pg_catalog.pg_my_temp_schema()",
                                     column);
    if (!ag_db_begin(c->db, false, diag))
        return false;
    const AgRows *rows = ag_db_run(c->db, create->str, diag)
                             ? ag_db_query(c->db, c->scratch_pool, sql, NULL, 0, diag)
                             : NULL;
    if (rows != NULL && rows->n_rows == 1)
        collation->locale = ag_pool_text(c->pool, ag_rows_get(rows, 0, 0));
    ag_db_rollback(c->db);
    return rows != NULL;
}

/* A locale that the server does not know is told when the collation is made. */
void ag_canonical_locales(AgCanonical *c, AgDiag *diag)
{
    if (ag_db_version(c->db) < 160000)
        return;
    const GPtrArray *list = doubtful(c);
    guint before = ag_diag_count(diag);
    bool good = true;
    for (guint i = 0; good && i < list->len; i++)
        good = ask(c, g_ptr_array_index(list, i), diag);
    if (!good)
        ag_diag_rewind(diag, before);
}
