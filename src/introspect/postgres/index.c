/* SPDX-License-Identifier: MIT */
#include "model/index.h"

#include "introspect/postgres/catalog.h"

#include <string.h>

/* Plain columns are decoded from the raw vectors; the server prints only what is an expression. The
 * whole definition is asked for only where an expression has a collation that may be written. */
static const char *sql_of(AgPool *pool, long version)
{
    return ag_pool_printf(
        pool,
        "SELECT i.indexrelid, i.indrelid, c.relname, m.amname, i.indnkeyatts, i.indkey,"
        " i.indclass, i.indcollation, i.indoption,"
        " CASE WHEN i.indexprs IS NULL THEN NULL WHEN i.indnkeyatts = 1"
        " THEN ARRAY[pg_catalog.pg_get_indexdef(i.indexrelid, 1, false)]"
        " ELSE ARRAY(SELECT CASE WHEN i.indkey[k - 1] = 0"
        " THEN pg_catalog.pg_get_indexdef(i.indexrelid, k, false) END"
        " FROM pg_catalog.generate_series(1, i.indnkeyatts) k) END,"
        " CASE WHEN i.indexprs IS NOT NULL AND (CASE WHEN i.indnkeyatts = 1"
        " THEN i.indcollation[0] NOT IN (0, 100) ELSE EXISTS (SELECT FROM"
        " pg_catalog.generate_series(0, i.indnkeyatts - 1) k"
        " WHERE i.indkey[k] = 0 AND i.indcollation[k] NOT IN (0, 100)) END)"
        " THEN pg_catalog.pg_get_indexdef(i.indexrelid) END,"
        " CASE WHEN NOT i.indisvalid THEN 't' END, CASE WHEN i.indisclustered THEN 't' END,"
        " CASE WHEN i.indisreplident THEN 't' END, CASE WHEN c.relispartition THEN 't' END,"
        " c.reloptions, i.indisunique AS \"unique\","
        " CASE WHEN i.indpred IS NOT NULL"
        " THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS \"where\","
        " %s AS \"nulls-not-distinct\", s.spcname AS tablespace"
        " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_catalog.pg_am m ON m.oid = c.relam"
        " LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace"
        " WHERE c.relkind IN ('i', 'I') AND c.relpersistence <> 't' AND %s",
        version >= 150000 ? "i.indnullsnotdistinct" : "NULL", AG_PG_MANAGED("c.relnamespace"));
}

enum {
    OID,
    TABLE,
    NAME,
    METHOD,
    KEY_COUNT,
    KEYS,
    OPCLASSES,
    COLLATIONS,
    OPTIONS,
    EXPRESSIONS,
    DEFINITION,
    INVALID,
    CLUSTERED,
    REPLICATED,
    INHERITED,
    RELOPTIONS,
    UNIQUE,
    WHERE,
    NULLS_NOT_DISTINCT,
    TABLESPACE
};

enum { DESC = 1, NULLS_FIRST = 2, DEFAULT_COLLATION = 100 };

typedef struct {
    AgCatalog *catalog;
    const AgPgTable *table;
    guint32 oid;
    guint n, n_keys;
    guint32 keys[AG_PG_MOST_KEYS], opclasses[AG_PG_MOST_KEYS], collations[AG_PG_MOST_KEYS],
        options[AG_PG_MOST_KEYS];
    GPtrArray *expressions;
    const char *definition;
} Vectors;

/* A class is the default of the very type, or of a type the column's is binary compatible with,
 * and then that type has no default of its own. */
static bool is_default_opclass(const AgCatalog *catalog, const AgPgOpclass *opclass, guint32 type)
{
    if (!opclass->is_default)
        return false;
    gint64 key = (gint64)(((guint64)opclass->method << 32) | type);
    const AgPgOpclass *own = g_hash_table_lookup(catalog->default_opclasses, &key);
    return own == NULL || own == opclass;
}

/* What the i-th key column has beside the usual, or NULL. */
static const AgPgIndexPart *extra_of(const Vectors *v, guint i)
{
    AgPgIndexPart key = {.index = v->oid, .number = i + 1};
    return g_hash_table_lookup(v->catalog->index_parts, &key);
}

/* The default class has no name here, parameters or not; the writer knows that they need one. */
static void fill_opclass(const Vectors *v, AgPart *part, guint i, guint32 type)
{
    const AgPgOpclass *opclass =
        g_hash_table_lookup(v->catalog->opclasses, GUINT_TO_POINTER(v->opclasses[i]));
    const AgPgIndexPart *extra = extra_of(v, i);
    if (extra != NULL)
        part->opclass_params = extra->params;
    if (extra != NULL && part->column == NULL)
        part->statistics = extra->statistics;
    if (opclass != NULL && !is_default_opclass(v->catalog, opclass, type))
        part->opclass = (AgQname){.schema = opclass->schema, .name = opclass->name};
}

/* Whether the definition writes a collation behind the expression. */
static bool writes_collation(const Vectors *v, const char *expression)
{
    if (v->definition == NULL)
        return false;
    g_autofree char *with = g_strconcat(expression, " COLLATE ", NULL);
    return strstr(v->definition, with) != NULL;
}

static AgPart *read_part(const Vectors *v, guint i)
{
    AgPool *pool = v->catalog->pool;
    AgPart *part = ag_pool_new0(pool, AgPart);
    guint32 type = 0;
    if (v->keys[i] != 0) {
        part->column = ag_catalog_column(v->table, v->keys[i]);
        if (part->column == NULL)
            return part;
        const AgPgColumn *column = &v->table->columns[v->keys[i]];
        type = column->type;
        if (v->collations[i] != 0 && v->collations[i] != column->collation)
            ag_catalog_want_collation(v->catalog, v->collations[i], &part->collation);
    } else {
        const char *text = i < v->expressions->len ? g_ptr_array_index(v->expressions, i) : NULL;
        part->expression = ag_bind_sql(pool, text == NULL ? "" : text);
        if (writes_collation(v, part->expression.written))
            ag_catalog_want_collation(v->catalog, v->collations[i], &part->collation);
    }
    fill_opclass(v, part, i, type);
    bool desc = (v->options[i] & DESC) != 0, first = (v->options[i] & NULLS_FIRST) != 0;
    if (desc)
        part->order = "desc";
    if (first != desc)
        part->nulls = first ? "first" : "last";
    return part;
}

static void read_vectors(Vectors *v, const AgRows *rows, guint row)
{
    v->n_keys = ag_pg_oid(ag_rows_get(rows, row, KEY_COUNT));
    v->n = ag_pg_numbers(ag_rows_get(rows, row, KEYS), v->keys, AG_PG_MOST_KEYS);
    ag_pg_numbers(ag_rows_get(rows, row, OPCLASSES), v->opclasses, AG_PG_MOST_KEYS);
    ag_pg_numbers(ag_rows_get(rows, row, COLLATIONS), v->collations, AG_PG_MOST_KEYS);
    ag_pg_numbers(ag_rows_get(rows, row, OPTIONS), v->options, AG_PG_MOST_KEYS);
    v->n_keys = MIN(v->n_keys, v->n);
    v->expressions = ag_pg_array(v->catalog->scratch, ag_rows_get(rows, row, EXPRESSIONS));
    v->definition = ag_rows_get(rows, row, DEFINITION);
}

static GPtrArray *read_include(const Vectors *v)
{
    return ag_pg_column_names(v->catalog->pool, v->table, v->keys + v->n_keys, v->n - v->n_keys);
}

/* The index behind a key tells what its constraint does not. */
static void fill_key(const Vectors *v, AgKey *key, const AgRows *rows, guint row)
{
    key->include = read_include(v);
    key->params = ag_pg_options(v->catalog->pool, NULL, "", ag_rows_get(rows, row, RELOPTIONS));
    key->nulls_not_distinct = ag_pg_true(ag_rows_get(rows, row, NULLS_NOT_DISTINCT));
    key->tablespace = ag_pool_name(v->catalog->pool, ag_rows_get(rows, row, TABLESPACE));
    key->index_comment = ag_catalog_comment(v->catalog, 1259, v->oid, 0);
}

/* An index of a partition has its own, of which models say nothing. */
static void note_statistics(const Vectors *v, const char *name)
{
    for (guint i = 0; i < v->n_keys; i++) {
        const AgPgIndexPart *extra = extra_of(v, i);
        if (extra != NULL && extra->statistics != NULL)
            ag_catalog_unmanaged(v->catalog, "statistics target of index", v->table, name, NULL);
    }
}

/* The parts of an exclusion constraint know their operators already. */
static void fill_index(const Vectors *v, AgIndex *index, const AgRows *rows, guint row)
{
    AgPool *pool = v->catalog->pool;
    const GPtrArray *known = index->parts;
    const char *method = ag_rows_get(rows, row, METHOD);
    if (strcmp(method, ag_index_usual_method(index->object.info)) != 0)
        index->method = ag_pool_name(pool, method);
    index->parts = ag_pool_array(pool);
    for (guint i = 0; i < v->n_keys; i++) {
        AgPart *part = read_part(v, i);
        if (known != NULL && i < known->len)
            part->with = ((const AgPart *)g_ptr_array_index(known, i))->with;
        g_ptr_array_add(index->parts, part);
    }
    index->include = read_include(v);
    index->params = ag_pg_options(pool, NULL, "", ag_rows_get(rows, row, RELOPTIONS));
}

static bool add_index(Vectors *v, AgPgTable *table, const AgBinding *binding, const AgRows *rows,
                      guint row, AgDiag *diag)
{
    AgCatalog *catalog = v->catalog;
    AgObject *object = ag_object_new(catalog->pool, &ag_kind_index, NULL, table->schema,
                                     ag_rows_get(rows, row, NAME));
    AgIndex *index = (AgIndex *)object;
    if (!ag_bind_row(binding, catalog->pool, object, rows, row, diag))
        return false;
    fill_index(v, index, rows, row);
    object->inherited = ag_rows_get(rows, row, INHERITED) != NULL;
    index->invalid = ag_rows_get(rows, row, INVALID) != NULL;
    object->comment = ag_catalog_comment(catalog, 1259, v->oid, 0);
    if (ag_catalog_add_part(catalog, table, object) && object->inherited)
        note_statistics(v, object->name);
    return true;
}

/* What a table says of one of its indexes. */
static void note_marks(AgCatalog *catalog, const AgPgTable *table, const AgRows *rows, guint row)
{
    const char *name = ag_pool_name(catalog->pool, ag_rows_get(rows, row, NAME));
    if (ag_rows_get(rows, row, CLUSTERED) != NULL && table->table != NULL)
        table->table->cluster_on = name;
    else if (ag_rows_get(rows, row, CLUSTERED) != NULL)
        ag_catalog_unmanaged(catalog, "clustered index", table, name, NULL);
    if (ag_rows_get(rows, row, REPLICATED) != NULL && table->table != NULL)
        table->table->replica_index = name;
}

static bool take(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding, of_exclude;
    ag_binding_init(&binding, &ag_kind_index, rows);
    ag_binding_init(&of_exclude, &ag_kind_exclude, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgPgTable *table = ag_catalog_table(catalog, ag_rows_get(rows, row, TABLE));
        if (table == NULL || table->holder == NULL)
            continue;
        Vectors v = {.catalog = catalog, .table = table};
        v.oid = ag_pg_oid(ag_rows_get(rows, row, OID));
        read_vectors(&v, rows, row);
        note_marks(catalog, table, rows, row);
        void *behind = g_hash_table_lookup(catalog->keys, GUINT_TO_POINTER(v.oid));
        if (behind == NULL) {
            if (!add_index(&v, table, &binding, rows, row, diag))
                return false;
        } else if (behind != catalog && ag_has_index_parts(behind)) {
            if (!ag_bind_row(&of_exclude, catalog->pool, behind, rows, row, diag))
                return false;
            fill_index(&v, behind, rows, row);
            ((AgIndex *)behind)->index_comment = ag_catalog_comment(catalog, 1259, v.oid, 0);
        } else if (behind != catalog) {
            fill_key(&v, behind, rows, row);
        }
    }
    return true;
}

const AgPgReader ag_pg_read_indexes = {.sql = sql_of, .take = take};

/* --- parameters of operator classes, and statistics targets of expressions: few, read with the
 * columns and thus before the indexes --- */

guint ag_pg_index_part_hash(gconstpointer part)
{
    const AgPgIndexPart *p = part;
    return p->index * 31u + p->number;
}

gboolean ag_pg_index_part_equal(gconstpointer a, gconstpointer b)
{
    const AgPgIndexPart *x = a, *y = b;
    return x->index == y->index && x->number == y->number;
}

static const char *params_text(AgCatalog *catalog, const char *array)
{
    GPtrArray *options = ag_pg_options(catalog->scratch, NULL, "", array);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        g_string_append_printf(out, "%s%s=%s", i > 0 ? ", " : "", option->name, option->value);
    }
    return out->len == 0 ? NULL : ag_pool_text(catalog->pool, out->str);
}

void ag_catalog_index_part(AgCatalog *catalog, AgPgIndexPart part, const char *params)
{
    AgPgIndexPart *kept = ag_pool_new0(catalog->scratch, AgPgIndexPart);
    *kept = part;
    kept->params = params_text(catalog, params);
    g_hash_table_add(catalog->index_parts, kept);
}
