/* SPDX-License-Identifier: MIT */
/* Every database has a complete writer for every kind it has, and every field that can differ has
 * an answer: in place (then the driver's net demands that exactly this field is dealt with, and
 * something is written), made anew, or refused. */
#include "dialect/dialect.h"
#include "emit/emit.h"
#include "emit/writer.h"
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

#include <cmocka.h>
#include <string.h>

static const AgDialectId dialects[] = {AG_DIALECT_POSTGRESQL, AG_DIALECT_SQLITE};

static const AgKindWriter *writer_of(AgDialectId dialect, AgKind kind)
{
    switch (dialect) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_writer(kind);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_writer(kind);
    }
    return NULL;
}

static void every_kind_has_a_complete_writer(void **state)
{
    (void)state;
    for (size_t d = 0; d < G_N_ELEMENTS(dialects); d++) {
        for (int kind = 0; kind < AG_N_KINDS; kind++) {
            const AgKindInfo *info = ag_kind_info((AgKind)kind);
            const AgKindWriter *writer = writer_of(dialects[d], (AgKind)kind);
            bool has = (info->dialects & (1u << dialects[d])) != 0;
            if (has != (writer != NULL))
                print_message("%s: '%s' %s a writer\n", ag_dialect(dialects[d])->name,
                              info->element, has ? "lacks" : "should not have");
            assert_int_equal(has, writer != NULL);
            if (writer == NULL)
                continue;
            assert_non_null(writer->strategy);
            assert_non_null(writer->create);
            assert_non_null(writer->alter);
            assert_non_null(writer->rename);
            assert_non_null(writer->drop);
        }
    }
}

/* --- two schemas that differ in one field --- */

typedef struct {
    AgPool *pool;
    AgDialectId dialect;
    AgSchema *schema;
    AgObject *table;
} Side;

static GPtrArray *names(AgPool *pool, const char *text)
{
    return ag_names_split(pool, text);
}

static AgSql sql(const char *text)
{
    return (AgSql){.written = text, .canonical = text};
}

static AgObject *add_column(Side *s, const char *name, const char *type)
{
    AgObject *object = ag_object_new(s->pool, &ag_kind_column, s->table, NULL, name);
    ((AgColumn *)object)->type = sql(type);
    return object;
}

static GPtrArray *one_part(AgPool *pool, const char *column)
{
    AgPart *part = ag_pool_new0(pool, AgPart);
    part->column = column;
    GPtrArray *parts = ag_pool_array(pool);
    g_ptr_array_add(parts, part);
    return parts;
}

static AgObject *add_table(Side *s, const char *name)
{
    const char *schema = s->dialect == AG_DIALECT_SQLITE ? NULL : "shop";
    AgObject *table = ag_object_new(s->pool, &ag_kind_table, NULL, schema, name);
    assert_true(ag_schema_add(s->schema, table));
    s->table = table;
    add_column(s, "a", "integer");
    add_column(s, "b", "integer");
    AgKey *key = (AgKey *)ag_object_new(s->pool, &ag_kind_primary_key, table, NULL,
                                        ag_pool_printf(s->pool, "%s_pkey", name));
    key->columns = names(s->pool, "a");
    return table;
}

/* What a part of that kind hangs on: a table where it can. */
static AgObject *holder_of(Side *s, const AgKindInfo *info, AgObject *table)
{
    if (info->parents == NULL || ag_kind_is_part_of(info, &ag_kind_table))
        return info->parents == NULL ? NULL : table;
    AgObject *holder = ag_object_new(s->pool, info->parents[0], NULL, table->schema, "h");
    if (holder->info->kind == AG_KIND_DOMAIN)
        ((AgDomain *)holder)->type = sql("integer");
    assert_true(ag_schema_add(s->schema, holder));
    return holder;
}

static void fill_type(AgObject *object)
{
    if (object->info->kind == AG_KIND_DOMAIN)
        ((AgDomain *)object)->type = sql("integer");
    if (object->info->kind == AG_KIND_DOMAIN_CHECK)
        ((AgDomainCheck *)object)->expression = sql("VALUE > 0");
    if (object->info->kind == AG_KIND_COMPOSITE_FIELD)
        ((AgCompositeField *)object)->type = sql("integer");
    if (object->info->kind == AG_KIND_RANGE)
        ((AgRange *)object)->subtype = sql("integer");
    if (object->info->kind == AG_KIND_COLLATION)
        ((AgCollation *)object)->locale = "C";
}

static GPtrArray *one_grant(AgPool *pool)
{
    AgGrant *grant = ag_pool_new0(pool, AgGrant);
    GPtrArray *grants = ag_pool_array(pool);
    *grant = (AgGrant){.role = "ann", .privilege = "usage"};
    g_ptr_array_add(grants, grant);
    return grants;
}

/* The object whose field differs: plain, but for what a field means nothing without. */
static AgObject *add_sample(Side *s, AgKind kind, const AgField *field)
{
    const char *schema = s->dialect == AG_DIALECT_SQLITE ? NULL : "shop";
    const AgKindInfo *info = ag_kind_info(kind);
    add_table(s, "target");
    add_table(s, "other");
    AgObject *table = add_table(s, "t");
    if (kind == AG_KIND_TABLE &&
        (strcmp(field->name, "bound") == 0 || strcmp(field->name, "partition-of") == 0)) {
        ((AgTable *)table)->bound = sql("DEFAULT");
        if (strcmp(field->name, "bound") == 0)
            ((AgTable *)table)->partition_of = (AgQname){schema, "target"};
    }
    if (kind == AG_KIND_TABLE)
        return table;
    if (kind == AG_KIND_PRIMARY_KEY)
        return ag_object_first(table, AG_KIND_PRIMARY_KEY);
    AgObject *object = ag_object_new(s->pool, info, holder_of(s, info, table),
                                     info->in_schema ? schema : NULL, "x");
    fill_type(object);
    if (info->parents == NULL)
        assert_true(ag_schema_add(s->schema, object));
    if (kind == AG_KIND_VIEW || kind == AG_KIND_MATERIALIZED_VIEW)
        ((AgView *)object)->query = sql("SELECT a FROM shop.t");
    if (kind == AG_KIND_COLUMN) {
        AgColumn *column = (AgColumn *)object;
        column->type = sql(strcmp(field->name, "collation") == 0 ? "text" : "integer");
        column->null =
            strcmp(field->name, "null-conflict") != 0 && !g_str_has_prefix(field->name, "identity");
        if (g_str_has_prefix(field->name, "identity/"))
            column->identity = "always";
        if (strcmp(field->name, "generated/kind") == 0)
            column->generated = sql("a + b");
    }
    if (kind == AG_KIND_FUNCTION || kind == AG_KIND_PROCEDURE)
        ((AgRoutine *)object)->body = sql("SELECT 1");
    if (kind == AG_KIND_FUNCTION)
        ((AgRoutine *)object)->returns = sql("integer");
    if (kind == AG_KIND_AGGREGATE) {
        ((AgAggregate *)object)->sfunc = (AgQname){NULL, "int4pl"};
        ((AgAggregate *)object)->stype = sql("integer");
    }
    if (kind == AG_KIND_UNIQUE)
        ((AgKey *)object)->columns = names(s->pool, "a b");
    if (kind == AG_KIND_CHECK)
        ((AgCheck *)object)->expression = sql("a > 0");
    if (kind == AG_KIND_INDEX || kind == AG_KIND_EXCLUDE)
        ((AgIndex *)object)->parts = one_part(s->pool, "a");
    if (kind == AG_KIND_POLICY)
        ((AgPolicy *)object)->using_rows = sql("a > 0");
    if (kind == AG_KIND_TRIGGER) {
        ((AgTrigger *)object)->events = names(s->pool, "insert");
        ((AgTrigger *)object)->function = (AgQname){schema, "f"};
    }
    if (kind == AG_KIND_PUBLISHED_TABLE)
        ((AgPublishedTable *)object)->table = (AgQname){schema, "t"};
    if (kind == AG_KIND_CAST) {
        ((AgTypeCast *)object)->source = sql("text");
        ((AgTypeCast *)object)->target = sql("date");
    }
    if (kind == AG_KIND_OPERATOR) {
        object->name = "===";
        ((AgOperator *)object)->right = sql("text");
        ((AgOperator *)object)->function = (AgQname){schema, "f"};
    }
    if (kind == AG_KIND_OPERATOR_FAMILY)
        ((AgOperatorFamily *)object)->method = object->signature = "btree";
    if (kind == AG_KIND_OPERATOR_CLASS) {
        ((AgOperatorClass *)object)->method = object->signature = "gist";
        ((AgOperatorClass *)object)->type = sql("text");
        ((AgOperatorClass *)object)->family = (AgQname){schema, "f"};
    }
    if (ag_object_is_class_member(object)) {
        AgClassMember *member = (AgClassMember *)object;
        if (object->parent->signature == NULL)
            ((AgOperatorFamily *)object->parent)->method = object->parent->signature = "btree";
        member->number = 11;
        member->left = member->right = sql("text");
        member->member = (AgQname){schema, "f"};
    }
    if (kind == AG_KIND_CONVERSION) {
        ((AgConversion *)object)->from = "UTF8";
        ((AgConversion *)object)->to = "LATIN1";
        ((AgConversion *)object)->function = (AgQname){schema, "f"};
    }
    if (kind == AG_KIND_TEXT_SEARCH_DICTIONARY)
        ((AgTextSearchDictionary *)object)->tpl = (AgQname){NULL, "simple"};
    if (kind == AG_KIND_TEXT_SEARCH_MAPPING) {
        ((AgTextSearchMapping *)object)->token = "word";
        ((AgTextSearchMapping *)object)->dictionaries = names(s->pool, "simple");
    }
    if (kind == AG_KIND_DEFAULT_PRIVILEGES) {
        ((AgDefaultPrivileges *)object)->role = "bob";
        ((AgDefaultPrivileges *)object)->objects = "tables";
        object->grants = one_grant(s->pool);
    }
    if (kind == AG_KIND_SERVER)
        ((AgServer *)object)->wrapper = "w";
    if (kind == AG_KIND_USER_MAPPING) {
        ((AgUserMapping *)object)->user = "bob";
        ((AgUserMapping *)object)->server = "s";
    }
    if (kind == AG_KIND_RULE)
        ((AgRule *)object)->event = "insert";
    if (kind == AG_KIND_VIRTUAL_TABLE)
        ((AgVirtualTable *)object)->module = "fts5";
    if (kind == AG_KIND_EVENT_TRIGGER)
        ((AgEventTrigger *)object)->function = (AgQname){schema, "f"};
    if (kind == AG_KIND_STATISTICS) {
        ((AgStatistics *)object)->table = (AgQname){schema, "t"};
        ((AgStatistics *)object)->columns = names(s->pool, "a b");
    }
    if (kind == AG_KIND_FOREIGN_KEY) {
        AgForeignKey *key = (AgForeignKey *)object;
        key->columns = names(s->pool, "b");
        key->references = (AgQname){schema, "target"};
        key->ref_columns = names(s->pool, "a");
        if (strcmp(field->name, "on-delete-columns") == 0)
            key->on_delete = "set-null";
    }
    return object;
}

/* The columns again, the first descending. */
static GPtrArray *parts_of_key(AgPool *pool, const AgKey *key)
{
    GPtrArray *parts = ag_pool_array(pool);
    for (guint i = 0; i < key->columns->len; i++) {
        AgPart *part = ag_pool_new0(pool, AgPart);
        part->column = g_ptr_array_index(key->columns, i);
        part->order = i == 0 ? "desc" : NULL;
        g_ptr_array_add(parts, part);
    }
    return parts;
}

static GPtrArray *one_expression(AgPool *pool)
{
    GPtrArray *parts = one_part(pool, NULL);
    ((AgPart *)g_ptr_array_index(parts, 0))->expression = sql("a + b");
    return parts;
}

static GPtrArray *one_option(AgPool *pool)
{
    AgOption *option = ag_pool_new0(pool, AgOption);
    option->name = "fillfactor";
    option->value = "70";
    GPtrArray *options = ag_pool_array(pool);
    g_ptr_array_add(options, option);
    return options;
}

static GPtrArray *one_value(AgPool *pool)
{
    AgEnumValue *value = ag_pool_new0(pool, AgEnumValue);
    value->name = "paid";
    GPtrArray *values = ag_pool_array(pool);
    g_ptr_array_add(values, value);
    return values;
}

static GPtrArray *one_argument(AgPool *pool)
{
    AgArgument *argument = ag_pool_new0(pool, AgArgument);
    argument->name = "a";
    argument->mode = "out";
    argument->type = sql("integer");
    GPtrArray *arguments = ag_pool_array(pool);
    g_ptr_array_add(arguments, argument);
    return arguments;
}

/* Another value than the sample's. */
static void set_other(Side *s, AgObject *object, const AgField *field)
{
    void *slot = ag_field_slot(object, field);
    switch (field->type) {
    case AG_FIELD_BOOL:
        *(bool *)slot = !*(bool *)slot;
        return;
    case AG_FIELD_INT:
        *(int64_t *)slot = 7;
        return;
    case AG_FIELD_WORD:
        *(const char **)slot = field->words[1];
        return;
    case AG_FIELD_NAME:
        *(const char **)slot = "hash";
        return;
    case AG_FIELD_NAMES:
        *(GPtrArray **)slot = names(s->pool, "b");
        if (strcmp(field->name, "columns") == 0 && object->info->kind == AG_KIND_FOREIGN_KEY)
            *(GPtrArray **)slot = names(s->pool, "a");
        return;
    case AG_FIELD_QNAME:
        if (strcmp(field->name, "collation") == 0)
            *(AgQname *)slot = (AgQname){NULL, s->dialect == AG_DIALECT_SQLITE ? "NOCASE" : "C"};
        else
            ((AgQname *)slot)->name = "other";
        return;
    case AG_FIELD_COLUMN:
        *(AgColumnName *)slot = (AgColumnName){{"shop", "t"}, "a"};
        return;
    case AG_FIELD_TYPE:
        *(AgSql *)slot = sql("smallint");
        return;
    case AG_FIELD_EXPR:
        *(AgSql *)slot = sql(strcmp(field->name, "default-sql") == 0 ? "5" : "a > 5");
        return;
    case AG_FIELD_TEXT:
        *(const char **)slot = "1.1";
        return;
    case AG_FIELD_OPTIONS:
        *(GPtrArray **)slot = one_option(s->pool);
        return;
    case AG_FIELD_PARTS:
        if (object->info->kind == AG_KIND_STATISTICS)
            *(GPtrArray **)slot = one_expression(s->pool);
        else
            *(GPtrArray **)slot = ag_has_index_parts(object)
                                      ? one_part(s->pool, "b")
                                      : parts_of_key(s->pool, (const AgKey *)object);
        return;
    case AG_FIELD_VALUES:
        *(GPtrArray **)slot = one_value(s->pool);
        return;
    case AG_FIELD_SET:
        *(GPtrArray **)slot = names(s->pool, field->words != NULL ? field->words[1] : "plpgsql");
        return;
    case AG_FIELD_TEXTS:
        *(GPtrArray **)slot = names(s->pool, "x y");
        return;
    case AG_FIELD_ARGUMENTS:
        *(GPtrArray **)slot = one_argument(s->pool);
        return;
    case AG_FIELD_BODY:
        *(AgSql *)slot = sql("SELECT 2");
        return;
    }
    fail();
}

static Side new_side(AgPool *pool, AgDialectId dialect)
{
    return (Side){.pool = pool, .dialect = dialect, .schema = ag_schema_new(pool, dialect)};
}

static guint count_statements(const AgScript *script)
{
    guint n = 0;
    for (guint i = 0; i < script->steps->len; i++)
        n += ((const AgStep *)g_ptr_array_index(script->steps, i))->statements->len;
    return n;
}

static void demand(const AgSchema *from, const AgSchema *to, AgChange *change, const char *what)
{
    AgPool *pool = from->pool;
    g_autoptr(AgDiag) diag = ag_diag_new();
    const AgKindWriter *writer = writer_of(to->dialect, change->new->info->kind);
    AgStrategy strategy = writer->strategy(change);
    assert_in_range(strategy, AG_IN_PLACE, AG_REFUSE);
    GPtrArray *changes = ag_pool_array(pool);
    g_ptr_array_add(changes, change);
    long newest = to->dialect == AG_DIALECT_SQLITE ? 3050000 : 180000;
    AgEmitOptions options = {.server_version = newest};
    AgScript *script = ag_emit(pool, from, to, changes, false, &options, diag);
    if (script == NULL && ag_diag_last(diag)->id == AG_PROBLEM_UNSUPPORTED) {
        assert_int_equal(strategy, AG_REFUSE);
        return;
    }
    if (script == NULL)
        print_message("%s: %s\n", what, ag_diag_last(diag)->message);
    assert_non_null(script);
    assert_int_not_equal(strategy, AG_REFUSE);
    if (count_statements(script) == 0)
        print_message("%s: nothing is written\n", what);
    assert_true(count_statements(script) > 0);
    if (strategy == AG_RECREATE)
        assert_true(count_statements(script) > 1);
}

static void check_field(AgDialectId dialect, AgKind kind, unsigned i)
{
    const AgKindInfo *info = ag_kind_info(kind);
    const AgField *field = &info->fields[i];
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *what =
        ag_pool_printf(pool, "%s: %s %s", ag_dialect(dialect)->name, info->element, field->name);
    Side from = new_side(pool, dialect), to = new_side(pool, dialect);
    AgObject *old = add_sample(&from, kind, field);
    AgObject *new = add_sample(&to, kind, field);
    set_other(&to, new, field);
    AgChange *change = ag_change_new(pool, AG_ALTER, old, new);
    change->changed = ag_object_differences(old, new, dialect);
    if (change->changed != AG_FIELD_BIT(i))
        print_message("%s: the sample differs in %lx\n", what, (unsigned long)change->changed);
    assert_true(change->changed == AG_FIELD_BIT(i));
    demand(from.schema, to.schema, change, what);
    demand(to.schema, from.schema, ag_change_reverse(pool, change),
           ag_pool_printf(pool, "%s, reversed", what));
}

static void every_field_has_an_answer(void **state)
{
    (void)state;
    for (size_t d = 0; d < G_N_ELEMENTS(dialects); d++) {
        for (int kind = 0; kind < AG_N_KINDS; kind++) {
            const AgKindInfo *info = ag_kind_info((AgKind)kind);
            if ((info->dialects & (1u << dialects[d])) == 0)
                continue;
            for (unsigned i = 0; i < info->n_fields; i++)
                if (ag_field_in(&info->fields[i], dialects[d]) &&
                    (info->fields[i].flags & AG_FIELD_NOT_COMPARED) == 0)
                    check_field(dialects[d], (AgKind)kind, i);
        }
    }
}

/* The net itself: a field that does not exist for the writer is an internal error, not silence. */
static void a_field_passed_over_is_an_error(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    Side from = new_side(pool, AG_DIALECT_POSTGRESQL), to = from;
    to.schema = ag_schema_new(pool, AG_DIALECT_POSTGRESQL);
    AgObject *old = add_table(&from, "t"), *new = add_table(&to, "t");
    AgChange *change = ag_change_new(pool, AG_ALTER, old, new);
    change->changed = AG_FIELD_BIT(AG_TABLE_STRICT);
    GPtrArray *changes = ag_pool_array(pool);
    g_ptr_array_add(changes, change);
    AgEmitOptions options = {0};
    assert_null(ag_emit(pool, from.schema, to.schema, changes, false, &options, diag));
    assert_int_equal(ag_diag_last(diag)->id, AG_PROBLEM_INTERNAL);
    assert_non_null(strstr(ag_diag_last(diag)->message, "'strict'"));
    assert_non_null(strstr(ag_diag_last(diag)->message, "'table'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_complete_writer),
        cmocka_unit_test(every_field_has_an_answer),
        cmocka_unit_test(a_field_passed_over_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
