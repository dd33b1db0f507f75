/* SPDX-License-Identifier: MIT */
/* Writing models: what is written reads back as the same schema, twice written is the same text,
 * and it fits the XSD. Random schemas over all kinds and fields, from fixed seeds. */
#include "parser/parser.h"
#include "parser/write.h"

#include "model/aggregate.h"
#include "model/cast.h"
#include "model/check.h"
#include "model/collation.h"
#include "model/column.h"
#include "model/composite.h"
#include "model/conversion.h"
#include "model/default_privileges.h"
#include "model/domain.h"
#include "model/enum.h"
#include "model/event_trigger.h"
#include "model/extension.h"
#include "model/foreign_data.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/namespace.h"
#include "model/operator.h"
#include "model/operator_class.h"
#include "model/policy.h"
#include "model/publication.h"
#include "model/range.h"
#include "model/routine.h"
#include "model/rule.h"
#include "model/sequence.h"
#include "model/statistics.h"
#include "model/table.h"
#include "model/text_search.h"
#include "model/trigger.h"
#include "model/view.h"
#include "model/virtual_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 150, MOST_COLUMNS = 6 };

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    GRand *rand;
    AgDialectId id;
    AgSchema *schema;
    int counter;
    GHashTable *covered; /* "element field" that some object has set */
} Maker;

static int pick(Maker *m, int n)
{
    return g_rand_int_range(m->rand, 0, n);
}

static bool chance(Maker *m, int percent)
{
    return pick(m, 100) < percent;
}

#define PICK(m, list) ((list)[pick((m), (int)G_N_ELEMENTS(list))])

/* A name that nobody has yet, often an odd one. */
static char *new_name(Maker *m, const char *stem)
{
    static const char *const odd[] = {"",        " x",    "\"q\"",
                                      "'s'",     ".dot",  "-- c",
                                      "<&>",     "Upper", "\xc3\xa4\xe6\x97\xa5",
                                      "{table}", "/*",    "]]>",
                                      "$$"};
    return ag_pool_printf(m->pool, "%s%d%s", stem, ++m->counter, chance(m, 40) ? PICK(m, odd) : "");
}

static const char *some_comment(Maker *m)
{
    static const char *const comments[] = {
        "plain",    "two\nlines",   "  kept blanks ",   "<tag> & \"quotes\"",
        "a\n\n  b", "ends with \n", "tab\there",        "cr\r\nlf",
        "]]>",      "\n",           "\xf0\x9f\x98\x80", "  indented\n  all"};
    return chance(m, 30) ? PICK(m, comments) : NULL;
}

static AgSql sql_of(const char *text)
{
    return (AgSql){.written = text, .canonical = text};
}

static const char *some_expression(Maker *m)
{
    static const char *const expressions[] = {
        "(1 > 0)",
        "((1 < 2) AND ('a' <> 'b]]>'))",
        "((1 > 0)\n  OR (2 > 1))",
        "'multi\n  line\n\n text' <> ''",
        "(1 & 3) = 1",
        "length('x') > 0 /* why */",
    };
    return PICK(m, expressions);
}

static AgObject *add(Maker *m, const AgKindInfo *info, AgObject *parent, const char *schema,
                     const char *name)
{
    AgObject *object = ag_object_new(m->pool, info, parent, schema, name);
    object->comment = some_comment(m);
    bool owned = info->in_schema || info->kind == AG_KIND_NAMESPACE;
    if (owned && m->id == AG_DIALECT_POSTGRESQL && chance(m, 20))
        object->owner = "the owner";
    if (info->kind != AG_KIND_EXTENSION && chance(m, 10)) {
        AgQname *former = ag_pool_new0(m->pool, AgQname);
        former->name = new_name(m, "old");
        former->schema = parent == NULL && schema != NULL && chance(m, 50) ? "older one" : NULL;
        object->former = ag_pool_array(m->pool);
        g_ptr_array_add(object->former, former);
    }
    return object;
}

/* --- single fields --- */

static GPtrArray *some_options(Maker *m)
{
    GPtrArray *options = ag_pool_array(m->pool);
    for (int i = 0; i < 1 + pick(m, 2); i++) {
        AgOption *option = ag_pool_new0(m->pool, AgOption);
        option->name = ag_pool_printf(m->pool, "param%d", i);
        option->value = chance(m, 50) ? "70" : "a \"b\" <c>";
        g_ptr_array_add(options, option);
    }
    return options;
}

static void set_counter(Maker *m, int64_t *const numbers[5], bool *cycle)
{
    if (chance(m, 30))
        *numbers[0] = 7;
    if (chance(m, 30))
        *numbers[1] = 2;
    if (chance(m, 30))
        *numbers[2] = -5;
    if (chance(m, 30))
        *numbers[3] = INT64_MAX;
    if (chance(m, 30))
        *numbers[4] = 10;
    *cycle = chance(m, 20);
}

static void set_postgres_type(Maker *m, AgColumn *column)
{
    static const struct {
        const char *type, *value;
    } types[] = {
        {"bigint", "5"},
        {"integer", "'-3'::integer"},
        {"text", "'it''s'::text"},
        {"character varying(80)", "''::character varying"},
        {"character(3)", "'EUR'::bpchar"},
        {"numeric(12,2)", "0.25"},
        {"boolean", "true"},
        {"timestamp with time zone", "now()"},
        {"timestamp(3) without time zone", "'2020-01-01 00:00:00'::timestamp without time zone"},
        {"jsonb", "'{}'::jsonb"},
        {"text[]", "'{}'::text[]"},
        {"uuid", "gen_random_uuid()"},
        {"date", "CURRENT_DATE"},
        {"\"other one\".\"Odd type\"", "'x'::\"other one\".\"Odd type\""},
        {"text", "concat('a',\n  'b')"},
    };
    int i = pick(m, (int)G_N_ELEMENTS(types));
    column->type = sql_of(types[i].type);
    if (chance(m, 50))
        column->default_sql = sql_of(types[i].value);
}

static void set_sqlite_type(Maker *m, AgColumn *column)
{
    static const struct {
        const char *type, *value;
    } types[] = {{"INTEGER", "5"},          {"TEXT", "'it''s'"}, {"VARCHAR(20)", "''"},
                 {"REAL", "-1.5e3"},        {"BLOB", "x'00'"},   {"NUMERIC(9,2)", "0.25"},
                 {"BOOLEAN", "true"},       {NULL, "'x'"},       {"DATETIME", "CURRENT_TIMESTAMP"},
                 {"TEXT", "('a'\n || 'b')"}};
    int i = pick(m, (int)G_N_ELEMENTS(types));
    column->type = types[i].type == NULL ? (AgSql){0} : sql_of(types[i].type);
    if (chance(m, 50))
        column->default_sql = sql_of(types[i].value);
}

static void set_value(Maker *m, AgColumn *column)
{
    int64_t *const numbers[5] = {&column->identity_start, &column->identity_increment,
                                 &column->identity_min, &column->identity_max,
                                 &column->identity_cache};
    if (chance(m, 20)) {
        column->default_sql = (AgSql){0};
        column->generated = sql_of(some_expression(m));
        if (chance(m, 50))
            column->generated_kind = "virtual";
    } else if (m->id == AG_DIALECT_POSTGRESQL && chance(m, 20)) {
        column->default_sql = (AgSql){0};
        column->type = sql_of("bigint");
        column->null = false;
        column->identity = chance(m, 50) ? "always" : "by-default";
        set_counter(m, numbers, &column->identity_cycle);
        if (chance(m, 30))
            column->identity_sequence = new_name(m, "seq");
    }
}

static void add_column(Maker *m, AgObject *table)
{
    static const char *const conflicts[] = {"rollback", "abort", "fail", "ignore", "replace"};
    AgColumn *column = (AgColumn *)add(m, &ag_kind_column, table, NULL, new_name(m, "c"));
    column->null = chance(m, 50);
    if (m->id == AG_DIALECT_SQLITE)
        set_sqlite_type(m, column);
    else
        set_postgres_type(m, column);
    set_value(m, column);
    if (m->id == AG_DIALECT_POSTGRESQL && !column->null && chance(m, 20)) {
        column->not_null_name = new_name(m, "nn");
        column->not_null_comment = chance(m, 50) ? "Why" : NULL;
        column->not_null_not_valid = column->identity == NULL && chance(m, 50);
        column->not_null_no_inherit = chance(m, 50);
    }
    if (chance(m, 20))
        column->collation =
            (AgQname){m->id == AG_DIALECT_POSTGRESQL && chance(m, 50) ? "pg_catalog" : NULL, "C.x"};
    if (m->id == AG_DIALECT_SQLITE && chance(m, 20))
        column->null_conflict = PICK(m, conflicts);
    if (chance(m, 10))
        column->using = sql_of(some_expression(m));
}

/* --- parts over columns --- */

static GPtrArray *columns_of(const AgObject *table, AgPool *pool)
{
    GPtrArray *columns = ag_pool_array(pool);
    for (guint i = 0; i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN)
            g_ptr_array_add(columns, (gpointer)(uintptr_t)part->name);
    }
    return columns;
}

static GPtrArray *some_columns(Maker *m, const AgObject *table, guint most)
{
    GPtrArray *all = columns_of(table, m->pool), *some = ag_pool_array(m->pool);
    guint start = (guint)pick(m, (int)all->len);
    guint n = 1 + (guint)pick(m, (int)MIN(most, all->len));
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(some, g_ptr_array_index(all, (start + i) % all->len));
    return some;
}

static AgPart *new_part(Maker *m, const AgObject *table, bool index)
{
    AgPart *part = ag_pool_new0(m->pool, AgPart);
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    if (index && chance(m, 30))
        part->expression = sql_of(some_expression(m));
    else
        part->column = g_ptr_array_index(some_columns(m, table, 1), 0);
    if (chance(m, 30))
        part->order = postgres || chance(m, 70) ? "desc" : "asc";
    if (index && postgres && chance(m, 30))
        part->nulls = part->order == NULL ? "first" : "last";
    if (index && postgres && chance(m, 20))
        part->opclass = (AgQname){chance(m, 50) ? "ext schema" : NULL, "text_ops"};
    if (part->opclass.name != NULL && chance(m, 50))
        part->opclass_params = "siglen=32";
    if (part->expression.written != NULL && postgres && chance(m, 20))
        part->statistics = "500";
    if (chance(m, 20))
        part->collation = (AgQname){NULL, "nocase"};
    return part;
}

/* Key parts that say more than a list of names; NULL when they would not. */
static GPtrArray *key_parts(Maker *m, const AgObject *table, GPtrArray *columns)
{
    GPtrArray *parts = ag_pool_array(m->pool);
    bool plain = true;
    for (guint i = 0; i < columns->len; i++) {
        AgPart *part = new_part(m, table, false);
        part->column = g_ptr_array_index(columns, i);
        plain = plain && part->order == NULL && part->collation.name == NULL;
        g_ptr_array_add(parts, part);
    }
    return plain ? NULL : parts;
}

static void add_key(Maker *m, AgObject *table, const AgKindInfo *info)
{
    static const char *const conflicts[] = {"rollback", "abort", "fail", "ignore", "replace"};
    static const char *const deferrables[] = {"initially-immediate", "initially-deferred"};
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    const char *name = postgres || chance(m, 50) ? new_name(m, "k") : NULL;
    AgKey *key = (AgKey *)add(m, info, table, NULL, name);
    if (name == NULL) {
        key->object.former = NULL;
        key->object.comment = NULL;
    }
    key->columns = some_columns(m, table, 3);
    if (info->kind == AG_KIND_PRIMARY_KEY) {
        for (guint i = 0; i < key->columns->len && postgres; i++)
            ((AgColumn *)ag_object_part(table, AG_KIND_COLUMN, g_ptr_array_index(key->columns, i)))
                ->null = false;
    } else if (postgres && chance(m, 20)) {
        key->nulls_not_distinct = true;
    }
    key->without_overlaps = postgres && chance(m, 20);
    if (postgres && chance(m, 30))
        key->deferrable = PICK(m, deferrables);
    if (postgres && chance(m, 30))
        key->params = some_options(m);
    if (m->id == AG_DIALECT_POSTGRESQL && chance(m, 20)) {
        key->tablespace = "fast disks";
        key->index_comment = "the <index>";
    }
    if (postgres && chance(m, 30))
        key->include = some_columns(m, table, 2);
    if (!postgres && chance(m, 30))
        key->on_conflict = PICK(m, conflicts);
    if (!postgres && chance(m, 30))
        key->parts = key_parts(m, table, key->columns);
    if (postgres && info->kind == AG_KIND_PRIMARY_KEY && chance(m, 50)) {
        key->object.name = ag_pool_printf(m->pool, "%s_pkey", table->name);
        key->object.name_given = false;
    }
}

static void add_index(Maker *m, AgObject *table)
{
    static const char *const methods[] = {"gist", "gin", "spgist"};
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    AgIndex *index = (AgIndex *)add(m, &ag_kind_index, table, NULL, new_name(m, "i"));
    index->parts = ag_pool_array(m->pool);
    for (int i = 0; i < 1 + pick(m, 3); i++)
        g_ptr_array_add(index->parts, new_part(m, table, true));
    if (chance(m, 30))
        index->where = sql_of(some_expression(m));
    index->unique = chance(m, 30);
    if (!postgres)
        return;
    index->nulls_not_distinct = index->unique && chance(m, 30);
    if (!index->unique && chance(m, 30))
        index->method = PICK(m, methods);
    if (g_strcmp0(index->method, "gin") != 0 && chance(m, 30))
        index->include = some_columns(m, table, 2);
    if (chance(m, 20))
        index->tablespace = "fast disks";
    if (chance(m, 20))
        index->params = some_options(m);
    index->concurrently = chance(m, 20);
}

static void add_exclude(Maker *m, AgObject *table)
{
    static const char *const operators[] = {"=", "&&", "shop.<->"};
    static const char *const deferrables[] = {"initially-immediate", "initially-deferred"};
    AgIndex *index = (AgIndex *)add(m, &ag_kind_exclude, table, NULL, new_name(m, "x"));
    index->parts = ag_pool_array(m->pool);
    for (int i = 0; i < 1 + pick(m, 2); i++) {
        AgPart *part = new_part(m, table, true);
        part->with = PICK(m, operators);
        g_ptr_array_add(index->parts, part);
    }
    index->where = chance(m, 30) ? sql_of(some_expression(m)) : index->where;
    index->method = chance(m, 30) ? "spgist" : NULL;
    index->include = chance(m, 30) ? some_columns(m, table, 2) : NULL;
    index->deferrable = chance(m, 30) ? PICK(m, deferrables) : NULL;
    index->tablespace = chance(m, 20) ? "fast disks" : NULL;
    index->params = chance(m, 20) ? some_options(m) : NULL;
    index->index_comment = chance(m, 20) ? "it's \n one" : NULL;
}

#include "model_write_triggers.h"

static void add_check(Maker *m, AgObject *table)
{
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    bool named = postgres || chance(m, 50);
    AgCheck *check =
        (AgCheck *)add(m, &ag_kind_check, table, NULL, named ? new_name(m, "k") : NULL);
    check->expression = sql_of(some_expression(m));
    check->not_valid = postgres && chance(m, 30);
    check->no_inherit = postgres && chance(m, 30);
    check->not_enforced = postgres && chance(m, 20);
}

static void add_foreign_key(Maker *m, AgObject *table, const AgObject *target)
{
    static const char *const actions[] = {"restrict", "cascade", "set-null", "set-default"};
    static const char *const deferrables[] = {"initially-immediate", "initially-deferred"};
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    const AgKey *primary = (const AgKey *)ag_object_first(target, AG_KIND_PRIMARY_KEY);
    if (primary == NULL)
        return;
    AgForeignKey *key = (AgForeignKey *)add(m, &ag_kind_foreign_key, table, NULL,
                                            postgres || chance(m, 50) ? new_name(m, "f") : NULL);
    key->columns = ag_pool_array(m->pool);
    for (guint i = 0; i < primary->columns->len; i++) {
        const AgColumn *to =
            (const AgColumn *)ag_object_part(target, AG_KIND_COLUMN,
                                             g_ptr_array_index(primary->columns, i));
        AgColumn *from = (AgColumn *)add(m, &ag_kind_column, table, NULL, new_name(m, "r"));
        from->type = to->type;
        from->null = true;
        g_ptr_array_add(key->columns, (gpointer)(uintptr_t)from->object.name);
    }
    key->references = (AgQname){target->schema, target->name};
    key->ref_columns = primary->columns;
    key->ref_columns_implied = !postgres && chance(m, 50);
    if (chance(m, 50))
        key->on_delete = PICK(m, actions);
    if (chance(m, 50))
        key->on_update = PICK(m, actions);
    if (chance(m, 30))
        key->deferrable = PICK(m, deferrables);
    if (postgres && g_strcmp0(key->on_delete, "set-null") == 0 && chance(m, 50))
        key->on_delete_columns = key->columns;
    if (postgres && chance(m, 20))
        key->match = "full";
    key->not_valid = postgres && chance(m, 20);
    key->not_enforced = postgres && chance(m, 20);
    key->period = postgres && chance(m, 20);
}

/* --- objects of their own --- */

static void mark_table(Maker *m, AgTable *table)
{
    const AgObject *index = ag_object_first(&table->object, AG_KIND_INDEX);
    table->access_method = chance(m, 20) ? "columns of mine" : NULL;
    if (index != NULL && chance(m, 50))
        table->cluster_on = index->name;
    if (index != NULL && ((const AgIndex *)index)->unique && chance(m, 50))
        table->replica_index = index->name;
    else if (chance(m, 20))
        table->replica_identity = "full";
    for (guint i = 0; i < table->object.parts->len; i++) {
        AgColumn *column = g_ptr_array_index(table->object.parts, i);
        if (column->object.info->kind != AG_KIND_COLUMN)
            continue;
        column->storage = chance(m, 10) ? "external" : NULL;
        column->params = chance(m, 10) ? some_options(m) : NULL;
        column->compression = chance(m, 10) ? "lz4" : NULL;
        if (chance(m, 10))
            column->statistics = 77;
    }
}

/* A table with one column, or with that of its parent. */
static AgTable *add_plain_table(Maker *m, const char *schema, const char *column, bool inherited)
{
    AgObject *table = add(m, &ag_kind_table, NULL, schema, new_name(m, "p"));
    AgColumn *only = (AgColumn *)ag_object_new(m->pool, &ag_kind_column, table, NULL, column);
    only->type = sql_of("integer");
    only->null = true;
    only->object.inherited = inherited;
    assert_true(ag_schema_add(m->schema, table));
    return (AgTable *)table;
}

/* A partitioned table with a partition, and a table that inherits from another. */
static void add_families(Maker *m, const char *schema)
{
    const char *column = new_name(m, "k");
    g_autoptr(GString) key = g_string_new("LIST (");
    AgTable *parent = add_plain_table(m, schema, column, false);
    ag_quote_name(ag_dialect(m->id), key, column);
    g_string_append_c(key, ')');
    parent->partition_by = sql_of(ag_pool_text(m->pool, key->str));
    AgTable *partition = add_plain_table(m, schema, column, true);
    partition->partition_of = (AgQname){schema, parent->object.name};
    partition->bound = sql_of(chance(m, 50) ? "FOR VALUES IN ('a b', NULL, 'it''s', 'null')"
                                            : "FOR VALUES WITH (modulus 4, remainder 2)");
    partition->params = chance(m, 50) ? some_options(m) : NULL;
    AgTable *base = add_plain_table(m, schema, column, false);
    AgTable *kid = add_plain_table(m, schema, column, true);
    kid->inherits = ag_pool_array(m->pool);
    g_ptr_array_add(kid->inherits, ag_qname_text(m->pool, (AgQname){schema, base->object.name}));
}

static AgObject *add_table(Maker *m, const char *schema)
{
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    AgObject *object = add(m, &ag_kind_table, NULL, schema, new_name(m, "t"));
    AgTable *table = (AgTable *)object;
    for (int i = 0; i < 1 + pick(m, MOST_COLUMNS); i++)
        add_column(m, object);
    if (chance(m, 70))
        add_key(m, object, &ag_kind_primary_key);
    if (chance(m, 40))
        add_key(m, object, &ag_kind_unique);
    if (chance(m, 40))
        add_check(m, object);
    for (int i = 0; i < pick(m, 3); i++)
        add_index(m, object);
    if (postgres && chance(m, 30))
        add_exclude(m, object);
    if (postgres && chance(m, 50))
        add_trigger(m, object);
    if (!postgres && chance(m, 40))
        add_sqlite_trigger(m, object);
    if (postgres && chance(m, 40))
        add_policy(m, object);
    if (postgres && chance(m, 40))
        add_rule(m, object);
    if (postgres) {
        table->unlogged = chance(m, 20);
        table->row_security = chance(m, 30)   ? "on"
                              : chance(m, 30) ? "forced"
                              : chance(m, 30) ? "off-forced"
                                              : NULL;
        if (chance(m, 20))
            table->of = sql_of("public.place");
        table->tablespace = chance(m, 20) ? "fast disks" : NULL;
        table->params = chance(m, 30) ? some_options(m) : NULL;
        mark_table(m, table);
    } else {
        table->without_rowid =
            chance(m, 20) && ag_object_first(object, AG_KIND_PRIMARY_KEY) != NULL;
    }
    assert_true(ag_schema_add(m->schema, object));
    return object;
}

/* --- functions --- */

#include "random_objects.h"
#include "random_types.h"

static void make_schema(Maker *m)
{
    static const char *const schemas[] = {"public", "shop", "Odd schema"};
    bool postgres = m->id == AG_DIALECT_POSTGRESQL;
    AgObject *last = NULL;
    m->schema = ag_schema_new(m->pool, m->id);
    for (int i = 0; i < 1 + pick(m, 5); i++) {
        const char *schema = postgres ? PICK(m, schemas) : NULL;
        AgObject *table = add_table(m, schema);
        if (postgres)
            add_postgres_objects(m, schema, table);
        if (postgres)
            add_types(m, schema);
        if (postgres && chance(m, 20))
            add_families(m, schema);
        else if (!postgres && chance(m, 20))
            make_strict(m, table);
        if (!postgres && chance(m, 40))
            add_view(m, NULL, false);
        if (!postgres && chance(m, 40))
            add_virtual_table(m);
        if (last != NULL && chance(m, 70) && !((AgTable *)table)->strict)
            add_foreign_key(m, table, last);
        last = table;
    }
    if (!postgres)
        make_autoincrement(m);
    ag_schema_sort(m->schema);
}

/* --- comparing --- */

static void note_covered(Maker *m, const AgObject *object)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        if (ag_field_is_set(object, field))
            g_hash_table_add(m->covered,
                             g_strdup_printf("%s %s", object->info->element, field->name));
    }
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++)
        note_covered(m, g_ptr_array_index(object->parts, i));
}

static bool same_former(const AgObject *a, const AgObject *b)
{
    guint n = a->former == NULL ? 0 : a->former->len, k = b->former == NULL ? 0 : b->former->len;
    for (guint i = 0; n == k && i < n; i++) {
        const AgQname *x = g_ptr_array_index(a->former, i), *y = g_ptr_array_index(b->former, i);
        if (strcmp(x->name, y->name) != 0 || g_strcmp0(x->schema, y->schema) != 0)
            return false;
    }
    return n == k;
}

/* Fields that are advice count here, too. */
static void assert_same(Maker *m, const AgObject *a, const AgObject *b)
{
    const char *label = ag_object_label(m->pool, a);
    for (unsigned i = 0; i < a->info->n_fields; i++) {
        const AgField *field = &a->info->fields[i];
        if (!ag_field_same(a, b, field, false))
            fail_msg("%s: %s is '%s' and reads back as '%s'", label, field->name,
                     ag_field_text(m->pool, a, field), ag_field_text(m->pool, b, field));
    }
    if (g_strcmp0(a->comment, b->comment) != 0)
        fail_msg("%s: comment is '%s' and reads back as '%s'", label, a->comment, b->comment);
    assert_null(b->owner); /* owners are the database's business until a model says otherwise */
    if (a->info->kind == AG_KIND_FOREIGN_KEY && m->id == AG_DIALECT_SQLITE)
        assert_int_equal(((const AgForeignKey *)a)->ref_columns_implied,
                         ((const AgForeignKey *)b)->ref_columns_implied);
    assert_true(g_strcmp0(a->name, b->name) == 0);
    assert_true(g_strcmp0(a->schema, b->schema) == 0);
    /* What is known by a table's name has its former names from there. */
    if (a->info->derive_name == NULL && !same_former(a, b))
        fail_msg("%s: former names differ", label);
}

static const AgObject *part_like(const AgObject *table, const AgObject *part)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const AgObject *other = g_ptr_array_index(table->parts, i);
        bool same = other->info == part->info && g_strcmp0(other->name, part->name) == 0;
        for (unsigned f = 0; same && part->name == NULL && f < part->info->n_fields; f++)
            same = ag_field_same(part, other, &part->info->fields[f], false);
        if (same)
            return other;
    }
    return NULL;
}

static void assert_same_schema(Maker *m, const AgSchema *a, const AgSchema *b)
{
    assert_int_equal(a->objects->len, b->objects->len);
    for (guint i = 0; i < a->objects->len; i++) {
        const AgObject *x = g_ptr_array_index(a->objects, i), *y = g_ptr_array_index(b->objects, i);
        assert_ptr_equal(x->info, y->info);
        assert_same(m, x, y);
        assert_int_equal(x->parts == NULL ? 0 : x->parts->len,
                         y->parts == NULL ? 0 : y->parts->len);
        for (guint j = 0; x->parts != NULL && j < x->parts->len; j++) {
            const AgObject *part = g_ptr_array_index(x->parts, j);
            const AgObject *other = part_like(y, part);
            if (other == NULL)
                fail_msg("%s %s does not read back", part->info->noun,
                         ag_object_label(m->pool, part));
            assert_same(m, part, other);
        }
    }
}

/* --- files --- */

static void save(const GPtrArray *files, const char *directory)
{
    for (guint i = 0; i < files->len; i++) {
        const AgModelFile *file = g_ptr_array_index(files, i);
        g_autofree char *path = g_build_filename(directory, file->path, NULL);
        g_autofree char *parent = g_path_get_dirname(path);
        assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
        assert_int_equal(g_mkdir_with_parents(parent, 0755), 0);
        assert_true(g_file_set_contents(path, file->text, -1, NULL));
    }
}

static void remove_directory(const char *directory)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

static void print_problems(const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *p = ag_diag_problem(diag, i);
        print_message("%s:%d:%d: %s\n", p->place.file == NULL ? "" : p->place.file, p->place.line,
                      p->place.column, p->message);
    }
}

static bool have_xmllint(void)
{
    g_autofree char *path = g_find_program_in_path("xmllint");
    return path != NULL;
}

static void assert_valid(const char *directory)
{
    if (!have_xmllint())
        return;
    g_autofree char *command = g_strdup_printf(
        "find '%s' -name '*.xml' -print0 | xargs -0 xmllint --noout --schema '%s/m.xsd' 2>"
        "'%s/xsd.log' || { cat '%s/xsd.log' >&2; exit 1; }",
        directory, directory, directory, directory);
    assert_int_equal(system(command), 0);
}

static void play_seed(AgDialectId id, guint32 seed, GHashTable *covered)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    GRand *rand = g_rand_new_with_seed(seed);
    Maker m = {.pool = pool, .diag = diag, .rand = rand, .id = id, .covered = covered};
    g_autofree char *directory = g_dir_make_tmp("autogen-write-XXXXXX", NULL);
    make_schema(&m);
    for (guint i = 0; i < m.schema->objects->len; i++)
        note_covered(&m, g_ptr_array_index(m.schema->objects, i));
    GPtrArray *files = ag_models_write(pool, m.schema, diag);
    print_problems(diag);
    assert_non_null(files);
    save(files, directory);
    GPtrArray *directories = ag_pool_array(pool);
    g_ptr_array_add(directories, directory);
    AgSchema *again = ag_models_load(pool, directories, id, diag);
    if (again == NULL)
        print_message("seed %u in %s\n", seed, directory);
    if (again == NULL)
        print_problems(diag);
    assert_non_null(again);
    assert_same_schema(&m, m.schema, again);
    GPtrArray *twice = ag_models_write(pool, again, diag);
    assert_int_equal(files->len, twice->len);
    for (guint i = 0; i < files->len; i++) {
        const AgModelFile *x = g_ptr_array_index(files, i), *y = g_ptr_array_index(twice, i);
        assert_string_equal(x->path, y->path);
        assert_string_equal(x->text, y->text);
    }
    if (seed % 25 == 0) {
        g_autofree char *xsd = g_build_filename(directory, "m.xsd", NULL);
        assert_true(g_file_set_contents(xsd, ag_xsd_write(pool), -1, NULL));
        assert_valid(directory);
    }
    g_rand_free(rand);
    remove_directory(directory);
}

/* Every field of every kind of the database has to have been set by some seed. */
static void assert_all_covered(AgDialectId id, GHashTable *covered)
{
    for (int k = 0; k < AG_N_KINDS; k++) {
        const AgKindInfo *info = ag_kind_info((AgKind)k);
        for (unsigned i = 0; i < info->n_fields && (info->dialects & (1u << id)) != 0; i++) {
            g_autofree char *key = g_strdup_printf("%s %s", info->element, info->fields[i].name);
            /* The only word there is what saying nothing means. */
            if (id == AG_DIALECT_SQLITE && strcmp(key, "trigger for-each") == 0)
                continue;
            if (ag_field_in(&info->fields[i], id) && !g_hash_table_contains(covered, key))
                fail_msg("no random schema sets '%s'", key);
        }
    }
}

static void play_dialect(AgDialectId id)
{
    g_autoptr(GHashTable) covered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint32 seed = 0; seed < SEEDS; seed++)
        play_seed(id, seed, covered);
    assert_all_covered(id, covered);
}

static void test_postgresql(void **state)
{
    (void)state;
    play_dialect(AG_DIALECT_POSTGRESQL);
}

static void test_sqlite(void **state)
{
    (void)state;
    play_dialect(AG_DIALECT_SQLITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_postgresql),
        cmocka_unit_test(test_sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
