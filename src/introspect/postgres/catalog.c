/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include "model/kind.h"

#include <string.h>

/* The order is that of dependence: comments before everything, tables before their parts. */
static const AgPgReader *const readers[] = {
    &ag_pg_read_comments,
    &ag_pg_read_privileges,
    &ag_pg_read_namespaces,
    &ag_pg_read_extensions,
    &ag_pg_read_collations,
    &ag_pg_read_enums,
    &ag_pg_read_domains,
    &ag_pg_read_domain_checks,
    &ag_pg_read_composites,
    &ag_pg_read_composite_fields,
    &ag_pg_read_ranges,
    &ag_pg_read_routines,
    &ag_pg_read_aggregates,
    &ag_pg_read_operators,
    &ag_pg_read_operator_families,
    &ag_pg_read_operator_classes,
    &ag_pg_read_class_operators,
    &ag_pg_read_class_functions,
    &ag_pg_read_dictionaries,
    &ag_pg_read_configurations,
    &ag_pg_read_mappings,
    &ag_pg_read_casts,
    &ag_pg_read_conversions,
    &ag_pg_read_default_privileges,
    &ag_pg_read_wrappers,
    &ag_pg_read_servers,
    &ag_pg_read_user_mappings,
    &ag_pg_read_tables,
    &ag_pg_read_views,
    &ag_pg_read_columns,
    &ag_pg_read_defaults,
    &ag_pg_read_sequences,
    &ag_pg_read_keys,
    &ag_pg_read_not_nulls,
    &ag_pg_read_checks,
    &ag_pg_read_foreign_keys,
    &ag_pg_read_opclasses,
    &ag_pg_read_indexes,
    &ag_pg_read_triggers,
    &ag_pg_read_disabled_triggers,
    &ag_pg_read_policies,
    &ag_pg_read_rules,
    &ag_pg_read_statistics,
    &ag_pg_read_event_triggers,
    &ag_pg_read_publications,
    &ag_pg_read_published_tables,
    &ag_pg_read_unmanaged,
    &ag_pg_read_global_unmanaged,
};

/* --- what arrived --- */

AgPgTable *ag_catalog_table(const AgCatalog *catalog, const char *oid)
{
    return g_hash_table_lookup(catalog->tables, GUINT_TO_POINTER(ag_pg_oid(oid)));
}

AgPgTable *ag_catalog_new_table(AgCatalog *catalog, const AgRows *rows, guint row)
{
    enum { OID, NAMESPACE, NAME, COLUMN_COUNT };
    const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, NAMESPACE));
    if (schema == NULL)
        return NULL;
    AgPgTable *table = ag_pool_new0(catalog->scratch, AgPgTable);
    table->oid = ag_pg_oid(ag_rows_get(rows, row, OID));
    table->schema = schema;
    table->name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, NAME));
    table->n_columns = MIN(ag_pg_oid(ag_rows_get(rows, row, COLUMN_COUNT)), 65535u);
    table->columns =
        ag_pool_alloc(catalog->scratch, sizeof(AgPgColumn) * ((size_t)table->n_columns + 1));
    table->place = catalog->table_list->len;
    g_hash_table_insert(catalog->tables, GUINT_TO_POINTER(table->oid), table);
    g_ptr_array_add(catalog->table_list, table);
    return table;
}

AgObject *ag_catalog_new_type(AgCatalog *catalog, const AgKindInfo *info, const AgRows *rows,
                              guint row)
{
    const char *schema = ag_catalog_namespace(catalog, ag_rows_get(rows, row, 1));
    const char *name = ag_rows_get(rows, row, 2);
    if (schema == NULL || ag_filter_ignores(catalog->filter, info->element, schema, name))
        return NULL;
    return ag_object_new(catalog->pool, info, NULL, schema, name);
}

void ag_catalog_add_type(AgCatalog *catalog, AgObject *object, const AgRows *rows, guint row)
{
    guint32 oid = ag_pg_oid(ag_rows_get(rows, row, 0));
    ag_catalog_describe(catalog, object, 1247, oid, 0);
    g_hash_table_insert(catalog->types, GUINT_TO_POINTER(oid), object);
    ag_schema_add(catalog->schema, object);
}

AgObject *ag_catalog_type(const AgCatalog *catalog, const char *oid)
{
    return g_hash_table_lookup(catalog->types, GUINT_TO_POINTER(ag_pg_oid(oid)));
}

const char *ag_catalog_namespace(const AgCatalog *catalog, const char *oid)
{
    return g_hash_table_lookup(catalog->namespaces, GUINT_TO_POINTER(ag_pg_oid(oid)));
}

const char *ag_catalog_column(const AgPgTable *table, guint number)
{
    return number > 0 && number <= table->n_columns ? table->columns[number].name : NULL;
}

bool ag_catalog_add_part(AgCatalog *catalog, AgPgTable *table, AgObject *part)
{
    if (part->name != NULL &&
        ag_filter_ignores(catalog->filter, part->info->element, table->name, part->name))
        return false;
    part->parent = table->holder;
    g_ptr_array_add(table->parts, part);
    return true;
}

void ag_catalog_unmanaged(AgCatalog *catalog, const char *noun, const AgPgTable *table,
                          const char *name, const char *why)
{
    if (ag_filter_ignores(catalog->filter, noun, name == NULL ? table->schema : table->name,
                          name == NULL ? table->name : name))
        return;
    g_autofree char *label = name == NULL
                                 ? g_strdup_printf("%s.%s", table->schema, table->name)
                                 : g_strdup_printf("%s.%s.%s", table->schema, table->name, name);
    ag_schema_add_unmanaged(catalog->schema, noun, label, why);
    AgUnmanaged *last =
        g_ptr_array_index(catalog->schema->unmanaged, catalog->schema->unmanaged->len - 1);
    last->table = (AgQname){.schema = table->schema, .name = table->name};
}

void ag_catalog_want_collation(AgCatalog *catalog, guint32 oid, AgQname *slot)
{
    AgPgWanted wanted = {.oid = oid, .slot = slot};
    g_array_append_val(catalog->wanted_collations, wanted);
}

/* --- the run --- */

static gint by_kind_and_name(gconstpointer a, gconstpointer b)
{
    const AgObject *x = *(AgObject *const *)a, *y = *(AgObject *const *)b;
    if (x->info->kind != y->info->kind)
        return x->info->kind < y->info->kind ? -1 : 1;
    return g_strcmp0(x->name, y->name);
}

/* Hangs the parts below their tables: columns by number, the rest by kind and name, so that nothing
 * depends on where rows lie in a catalogue. */
static void assemble(AgCatalog *catalog)
{
    for (guint i = 0; i < catalog->table_list->len; i++) {
        AgPgTable *table = g_ptr_array_index(catalog->table_list, i);
        if (table->holder == NULL)
            continue;
        GPtrArray *parts = ag_pool_array(catalog->pool);
        for (guint number = 1; number <= table->n_columns; number++)
            if (table->columns[number].column != NULL)
                g_ptr_array_add(parts, table->columns[number].column);
        g_ptr_array_sort(table->parts, by_kind_and_name);
        for (guint j = 0; j < table->parts->len; j++)
            g_ptr_array_add(parts, g_ptr_array_index(table->parts, j));
        table->holder->parts = parts;
    }
}

/* The first question pins the search_path for this transaction, so that every name is printed
 * qualified (law 9), and asks who asks. */
static const char pin_sql[] = "SELECT pg_catalog.set_config('search_path', '', true), CURRENT_USER";

/* The second finds the managed schemas: those named, or all that are not the system's. */
static const char managed_sql[] =
    "SELECT n.oid FROM pg_catalog.pg_namespace n WHERE CASE WHEN"
    " $1::pg_catalog.text[] IS NULL THEN n.nspname !~ '^pg_'"
    " AND n.nspname <> 'information_schema' AND " AG_PG_NOT_MEMBER(
        "n.oid", AG_PG_NAMESPACE) " ELSE n.nspname = ANY ($1::pg_catalog.text[]) END";

struct AgPgAsked {
    const char *managed; /* oids of the managed schemas, as an array's text */
    const char *role;    /* who asks */
    AgQuestion questions[G_N_ELEMENTS(readers)];
};

typedef struct {
    GPtrArray *oids; /* of char *: of the managed schemas */
    AgPool *pool;
    const char *role;
} Answers;

static bool take_managed(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    (void)diag;
    Answers *answers = data;
    if (question == 0)
        answers->role = ag_pool_text(answers->pool, ag_rows_get(rows, 0, 1));
    for (guint row = 0; question == 1 && row < rows->n_rows; row++)
        g_ptr_array_add(answers->oids, g_strdup(ag_rows_get(rows, row, 0)));
    return true;
}

/* False after a problem. */
static bool find_managed(AgDb *db, AgPool *pool, const GPtrArray *schemas, AgPgAsked *asked,
                         AgDiag *diag)
{
    g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func(g_free);
    Answers answers = {.oids = oids, .pool = pool};
    const char *names = schemas == NULL ? NULL : ag_pg_array_text(pool, schemas);
    AgQuestion questions[] = {{pin_sql, NULL, 0}, {managed_sql, &names, 1}};
    if (!ag_db_ask(db, questions, 2, take_managed, &answers, diag))
        return false;
    asked->managed = ag_pg_array_text(pool, oids);
    asked->role = answers.role;
    return true;
}

static bool ask_all(AgDb *db, AgPool *pool, const GPtrArray *schemas, AgPgAsked *asked,
                    AgDiag *diag)
{
    bool found = find_managed(db, pool, schemas, asked, diag);
    for (guint i = 0; i < G_N_ELEMENTS(readers); i++) {
        const char *sql = readers[i]->sql(pool, ag_db_version(db));
        asked->questions[i] = (AgQuestion){sql, &asked->managed, 1, readers[i]->whole};
    }
    return found && ag_db_send(db, asked->questions, G_N_ELEMENTS(readers), diag);
}

AgPgAsked *ag_postgres_ask(AgDb *db, AgPool *pool, const GPtrArray *schemas, AgDiag *diag)
{
    AgPgAsked *asked = ag_pool_new0(pool, AgPgAsked);
    if (ag_db_begin(db, true, diag) && ask_all(db, pool, schemas, asked, diag))
        return asked;
    ag_db_rollback(db);
    return NULL;
}

bool ag_postgres_forget(AgDb *db, const AgPgAsked *asked, AgDiag *diag)
{
    bool good = ag_db_receive(db, asked->questions, G_N_ELEMENTS(readers), NULL, NULL, diag);
    ag_db_rollback(db);
    return good;
}

static bool take_rows(guint question, const AgRows *rows, void *data, AgDiag *diag)
{
    return readers[question]->take(data, rows, diag);
}

static void init_catalog(AgCatalog *catalog)
{
    AgPool *scratch = catalog->scratch;
    catalog->namespaces = ag_pool_table(scratch, g_direct_hash, g_direct_equal);
    catalog->tables = ag_pool_table(scratch, g_direct_hash, g_direct_equal);
    catalog->table_list = ag_pool_array(scratch);
    catalog->types = ag_pool_table(scratch, g_direct_hash, g_direct_equal);
    catalog->keys = ag_pool_table(scratch, g_direct_hash, g_direct_equal);
    catalog->index_parts = ag_pool_table(scratch, ag_pg_index_part_hash, ag_pg_index_part_equal);
    catalog->opclasses = ag_pool_table(scratch, g_direct_hash, g_direct_equal);
    catalog->default_opclasses = ag_pool_table(scratch, g_int64_hash, g_int64_equal);
    catalog->wanted_collations = g_array_new(FALSE, FALSE, sizeof(AgPgWanted));
    catalog->wanted_privileges = ag_pool_array(scratch);
    catalog->wanted_tables = ag_pool_array(scratch);
}

bool ag_postgres_read(AgDb *db, const AgPgAsked *asked, AgSchema *schema, const AgFilter *filter,
                      AgDiag *diag)
{
    g_autoptr(AgPool) scratch = ag_pool_new();
    AgCatalog catalog = {
        .db = db, .schema = schema, .filter = filter, .pool = schema->pool, .scratch = scratch};
    long version = ag_db_version(db);
    schema->version = ag_pool_printf(schema->pool, "%ld.%ld", version / 10000, version % 10000);
    schema->role = ag_pool_text(schema->pool, asked->role);
    init_catalog(&catalog);
    bool good =
        ag_db_receive(db, asked->questions, G_N_ELEMENTS(readers), take_rows, &catalog, diag) &&
        ag_catalog_resolve(&catalog, diag);
    ag_db_rollback(db);
    if (good) {
        ag_catalog_note_own_columns(&catalog);
        assemble(&catalog);
    }
    g_array_free(catalog.wanted_collations, TRUE);
    return good;
}
