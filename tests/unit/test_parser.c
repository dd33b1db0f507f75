/* SPDX-License-Identifier: MIT */
/* What models mean: names, types, defaults, mixins, dialects, files. What is said about mistakes is
 * in tests/cases/problems. */
#include "parser/parser.h"

#include "base/limits.h"
#include "model/check.h"
#include "model/column.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/sequence.h"
#include "model/table.h"
#include "parser/write.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define POSTGRES "<model xmlns=\"urn:autogen:model:1\">"
#define SQLITE "<model xmlns=\"urn:autogen:model:1\" dialects=\"sqlite\">"
#define BOTH "<model xmlns=\"urn:autogen:model:1\" dialects=\"postgresql sqlite\">"
#define END "</model>"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
} Fixture;

static int setup(void **state)
{
    Fixture *f = g_new0(Fixture, 1);
    f->pool = ag_pool_new();
    f->diag = ag_diag_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    ag_diag_free(f->diag);
    ag_pool_free(f->pool);
    g_free(f);
    return 0;
}

static void print_problems(const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *p = ag_diag_problem(diag, i);
        print_message("%s:%d:%d: %s\n", p->place.file == NULL ? "" : p->place.file, p->place.line,
                      p->place.column, p->message);
    }
}

static AgSchema *parse(Fixture *f, AgDialectId dialect, const char *text)
{
    AgSchema *schema = ag_models_parse(f->pool, text, "m.xml", dialect, f->diag);
    if (schema == NULL)
        print_problems(f->diag);
    assert_non_null(schema);
    return schema;
}

static AgObject *table_of(const AgSchema *schema, const char *name)
{
    const char *space = schema->dialect == AG_DIALECT_SQLITE ? NULL : "public";
    AgObject *table = ag_schema_find(schema, AG_KIND_TABLE, space, name);
    assert_non_null(table);
    return table;
}

static const AgColumn *column_of(const AgSchema *schema, const char *table, const char *name)
{
    AgObject *column = ag_object_part(table_of(schema, table), AG_KIND_COLUMN, name);
    assert_non_null(column);
    return (const AgColumn *)column;
}

static const char *canonical(AgSql sql)
{
    return sql.canonical == NULL ? "" : sql.canonical;
}

/* --- names --- */

static const char *nth_name(const AgObject *table, AgKind kind, int n)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == kind && n-- == 0)
            return part->name;
    }
    return NULL;
}

/* The names PostgreSQL 15 gives to such parts, one after the other. */
static void test_default_names(void **state)
{
    AgSchema *schema = parse(
        *state, AG_DIALECT_POSTGRESQL,
        POSTGRES
        "<table name=\"t\"><column name=\"id\" type=\"bigint\" primary-key=\"true\"/>"
        "<column name=\"a\" type=\"bigint\"/><column name=\"b\" type=\"bigint\"/>"
        "<unique columns=\"a b\"/><unique columns=\"a b\"/><unique columns=\"a b\" include=\"id\"/>"
        "<check>a > 0</check><check>a > b</check><check>a &lt; 9</check>"
        "<check>1 > 0</check>"
        "<foreign-key columns=\"a\" references=\"t\"/>"
        "<foreign-key columns=\"a\" references=\"t\" on-delete=\"cascade\"/>"
        "<index columns=\"b a\"/><index columns=\"b a\" unique=\"true\"/></table>" END);
    const AgObject *t = table_of(schema, "t");
    assert_string_equal(nth_name(t, AG_KIND_PRIMARY_KEY, 0), "t_pkey");
    assert_string_equal(nth_name(t, AG_KIND_UNIQUE, 0), "t_a_b_key");
    assert_string_equal(nth_name(t, AG_KIND_UNIQUE, 1), "t_a_b_key1");
    assert_string_equal(nth_name(t, AG_KIND_UNIQUE, 2), "t_a_b_id_key");
    assert_string_equal(nth_name(t, AG_KIND_CHECK, 0), "t_a_check");
    assert_string_equal(nth_name(t, AG_KIND_CHECK, 1), "t_check");
    assert_string_equal(nth_name(t, AG_KIND_CHECK, 2), "t_a_check1");
    assert_string_equal(nth_name(t, AG_KIND_CHECK, 3), "t_check1");
    assert_string_equal(nth_name(t, AG_KIND_FOREIGN_KEY, 0), "t_a_fkey");
    assert_string_equal(nth_name(t, AG_KIND_FOREIGN_KEY, 1), "t_a_fkey1");
    assert_string_equal(nth_name(t, AG_KIND_INDEX, 0), "t_b_a_idx");
    assert_string_equal(nth_name(t, AG_KIND_INDEX, 1), "t_b_a_idx1");
    assert_false(ag_object_first(t, AG_KIND_INDEX)->name_given);
}

/* makeObjectName cuts the longer name first, and never inside a character. */
static void test_cut_names(void **state)
{
    Fixture *f = *state;
    g_autofree char *long_table = g_strnfill(60, 't'), *long_column = g_strnfill(50, 'c');
    g_autofree char *text = g_strdup_printf(
        POSTGRES "<table name=\"%s\"><column name=\"%s\" type=\"bigint\" primary-key=\"true\"/>"
                 "<unique columns=\"%s\"/></table>"
                 "<table name=\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                 "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                 "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                 "\xc3\xa4\xc3\xa4\xc3\xa4\"><column name=\"i\" type=\"bigint\" "
                 "primary-key=\"true\"/></table>" END,
        long_table, long_column, long_column);
    AgSchema *schema = parse(f, AG_DIALECT_POSTGRESQL, text);
    const AgObject *t = table_of(schema, long_table);
    const char *key = nth_name(t, AG_KIND_UNIQUE, 0);
    g_autofree char *wanted = g_strdup_printf("%.29s_%.29s_key", long_table, long_column);
    assert_string_equal(key, wanted);
    g_autofree char *pkey = g_strdup_printf("%.58s_pkey", long_table);
    assert_string_equal(nth_name(t, AG_KIND_PRIMARY_KEY, 0), pkey);
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *table = g_ptr_array_index(schema->objects, i);
        const char *name = nth_name(table, AG_KIND_PRIMARY_KEY, 0);
        assert_true(strlen(name) <= 63);
        assert_true(g_utf8_validate(name, -1, NULL));
    }
}

static void test_naming_templates(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_SQLITE,
              SQLITE "<naming primary-key=\"pk_{table}\" foreign-key=\"fk_{table}_{columns}_"
                     "{ref-table}\" index=\"ix_{schema}_{table}_{columns}\"/>"
                     "<table name=\"t\"><column name=\"a\" type=\"INTEGER\"/>"
                     "<column name=\"b\" type=\"INTEGER\"/><primary-key columns=\"a b\"/>"
                     "<unique columns=\"b\"/><index columns=\"b a\"/>"
                     "<foreign-key columns=\"a b\" references=\"t\"/></table>" END);
    const AgObject *t = table_of(schema, "t");
    assert_string_equal(nth_name(t, AG_KIND_PRIMARY_KEY, 0), "pk_t");
    assert_string_equal(nth_name(t, AG_KIND_FOREIGN_KEY, 0), "fk_t_a_b_t");
    assert_string_equal(nth_name(t, AG_KIND_INDEX, 0), "ix_main_t_b_a");
    assert_null(nth_name(t, AG_KIND_UNIQUE, 0));
}

/* SQL in a name is a name. */
static void test_hostile_names(void **state)
{
    AgSchema *schema = parse(*state, AG_DIALECT_POSTGRESQL,
                             POSTGRES "<table name='x\"; DROP TABLE y; --'>"
                                      "<column name=\"a&#39;) --\" type=\"text\"/></table>" END);
    const AgObject *table = table_of(schema, "x\"; DROP TABLE y; --");
    assert_int_equal(schema->objects->len, 1);
    assert_non_null(ag_object_part(table, AG_KIND_COLUMN, "a') --"));
}

/* --- defaults --- */

static void test_postgres_defaults(void **state)
{
    static const struct {
        const char *type, *attribute, *written, *canonical;
    } rows[] = {
        {"text", "default='it&#39;s'", "'it''s'", "'it''s'::text"},
        {"text", "default=''", "''", "''::text"},
        {"text", "default='5'", "'5'", "'5'::text"},
        {"integer", "default='5'", "5", "5"},
        {"integer", "default='-5'", "-5", "'-5'::integer"},
        {"bigint", "default='3000000000'", "3000000000", ""},
        {"integer", "default='007'", "007", ""},
        {"numeric(4,3)", "default='0.200'", "0.200", "0.200"},
        {"numeric", "default='NaN'", "'NaN'", ""},
        {"double precision", "default='1e3'", "1e3", ""},
        {"boolean", "default='false'", "false", "false"},
        {"boolean", "default='yes'", "'yes'", ""},
        {"char(3)", "default='EUR'", "'EUR'", "'EUR'::bpchar"},
        {"varchar(9)", "default='x'", "'x'", "'x'::character varying"},
        {"jsonb", "default='{}'", "'{}'", "'{}'::jsonb"},
        {"jsonb", "default='{\"a\":1}'", "'{\"a\":1}'", ""},
        {"text[]", "default='{}'", "'{}'", "'{}'::text[]"},
        {"date", "default='2026-01-01'", "'2026-01-01'", ""},
        {"timestamptz", "default-fn='now'", "now()", "now()"},
        {"date", "default-fn='today'", "CURRENT_DATE", "CURRENT_DATE"},
        {"uuid", "default-fn='uuid'", "gen_random_uuid()", "gen_random_uuid()"},
        {"state", "default='on'", "'on'", "'on'::public.state"},
        {"text", "default-sql=' lower(1::text) '", "lower(1::text)", ""},
    };
    Fixture *f = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_strdup_printf(POSTGRES
                            "<enum name=\"state\"><value name=\"on\"/></enum>"
                            "<table name=\"t\"><column name=\"a\" type=\"%s\" %s/></table>" END,
                            rows[i].type, rows[i].attribute);
        const AgColumn *column = column_of(parse(f, AG_DIALECT_POSTGRESQL, text), "t", "a");
        assert_string_equal(column->default_sql.written, rows[i].written);
        assert_string_equal(canonical(column->default_sql), rows[i].canonical);
    }
}

static void test_sqlite_defaults(void **state)
{
    static const struct {
        const char *type, *attribute, *written;
    } rows[] = {
        {"TEXT", "default='5'", "'5'"},
        {"INTEGER", "default='5'", "5"},
        {"VARCHAR(9)", "default='true'", "'true'"},
        {"BOOLEAN", "default='true'", "true"},
        {"NUMERIC(9,2)", "default='.5'", ".5"},
        {"DATETIME", "default='2026-01-01'", "'2026-01-01'"},
        {"BLOB", "default='1'", "'1'"},
        {"TEXT", "default-fn='now'", "CURRENT_TIMESTAMP"},
        {"TEXT", "default-fn='today'", "CURRENT_DATE"},
    };
    Fixture *f = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_strdup_printf(SQLITE
                            "<table name=\"t\"><column name=\"a\" type=\"%s\" %s/></table>" END,
                            rows[i].type, rows[i].attribute);
        const AgColumn *column = column_of(parse(f, AG_DIALECT_SQLITE, text), "t", "a");
        assert_string_equal(column->default_sql.written, rows[i].written);
    }
}

/* --- types --- */

static void test_serial(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_POSTGRESQL,
              "<model xmlns=\"urn:autogen:model:1\" schema=\"Shop\"><table name=\"t\">"
              "<column name=\"id\" type=\"serial\" primary-key=\"true\"/>"
              "<column name=\"n\" type=\"BIGSERIAL\"/></table>"
              "<sequence name=\"t_n_seq\"/></model>");
    const AgObject *table = ag_schema_find(schema, AG_KIND_TABLE, "Shop", "t");
    const AgColumn *id = (const AgColumn *)ag_object_part(table, AG_KIND_COLUMN, "id");
    const AgColumn *n = (const AgColumn *)ag_object_part(table, AG_KIND_COLUMN, "n");
    assert_string_equal(id->type.written, "integer");
    assert_string_equal(id->default_sql.written, "nextval('\"Shop\".t_id_seq'::regclass)");
    assert_string_equal(n->type.written, "bigint");
    assert_string_equal(n->default_sql.written, "nextval('\"Shop\".t_n_seq1'::regclass)");
    const AgSequence *sequence =
        (const AgSequence *)ag_schema_find(schema, AG_KIND_SEQUENCE, "Shop", "t_id_seq");
    assert_non_null(sequence);
    assert_string_equal(sequence->type.written, "integer");
    assert_string_equal(sequence->owned_by.table.name, "t");
    assert_string_equal(sequence->owned_by.column, "id");
    assert_non_null(ag_schema_find(schema, AG_KIND_SEQUENCE, "Shop", "t_n_seq1"));
}

static void test_serial_sqlite(void **state)
{
    AgSchema *schema = parse(*state, AG_DIALECT_SQLITE,
                             BOTH "<table name=\"t\"><column name=\"id\" type=\"bigserial\" "
                                  "primary-key=\"true\"/></table>" END);
    const AgColumn *id = column_of(schema, "t", "id");
    assert_string_equal(id->type.written, "INTEGER");
    assert_null(id->default_sql.written);
    assert_null(id->identity);
}

/* An enum is looked for in the table's schema, the file's, then public; its name is qualified. */
static void test_enum_types(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_POSTGRESQL,
              "<model xmlns=\"urn:autogen:model:1\" schema=\"shop\">"
              "<enum name=\"state\"><value name=\"a\"/></enum>"
              "<enum name=\"state\" schema=\"audit\"><value name=\"b\"/></enum>"
              "<enum name=\"Mixed\" schema=\"public\"><value name=\"c\"/></enum>"
              "<table name=\"t\"><column name=\"a\" type=\"state\"/><column name=\"b\" "
              "type=\"audit.state[]\"/><column name=\"c\" type=\"Mixed\"/>"
              "<column name=\"d\" type=\"STATE\"/></table>"
              "<table name=\"t\" schema=\"audit\"><column name=\"a\" type=\"state\" default=\"b\"/>"
              "</table></model>");
    static const char *const wanted[][2] = {{"a", "shop.state"},
                                            {"b", "audit.state[]"},
                                            {"c", "public.\"Mixed\""},
                                            {"d", "shop.state"}};
    const AgObject *t = ag_schema_find(schema, AG_KIND_TABLE, "shop", "t");
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        const AgColumn *column = (const AgColumn *)ag_object_part(t, AG_KIND_COLUMN, wanted[i][0]);
        assert_string_equal(column->type.written, wanted[i][1]);
        assert_string_equal(column->type.canonical, wanted[i][1]);
    }
    const AgObject *audit = ag_schema_find(schema, AG_KIND_TABLE, "audit", "t");
    assert_string_equal(((AgColumn *)ag_object_first(audit, AG_KIND_COLUMN))->type.written,
                        "audit.state");
}

static void test_enum_on_sqlite(void **state)
{
    AgSchema *schema = parse(*state, AG_DIALECT_SQLITE,
                             BOTH "<enum name=\"state\"><value name=\"it's\"/><value name=\"b\"/>"
                                  "</enum><table name=\"t\"><column name=\"order\" type=\"state\" "
                                  "default=\"b\"/></table>" END);
    assert_int_equal(schema->objects->len, 1);
    const AgCheck *check = (const AgCheck *)ag_object_first(table_of(schema, "t"), AG_KIND_CHECK);
    assert_string_equal(check->expression.written, "\"order\" IN ('it''s', 'b')");
    assert_null(check->object.name);
    assert_string_equal(column_of(schema, "t", "order")->type.written, "TEXT");
    assert_string_equal(column_of(schema, "t", "order")->default_sql.written, "'b'");
}

static void test_portable_types(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_SQLITE,
              BOTH
              "<table name=\"t\"><column name=\"id\" type=\"bigint\" primary-key=\"true\" "
              "identity=\"always\"/><column name=\"a\" type=\"varchar(80)\"/><column name=\"b\" "
              "type=\"timestamptz\"/><column name=\"c\" type=\"tsvector\"><variant "
              "dialect=\"sqlite\" type=\"my type\" null=\"true\" default=\"x\"/></column>"
              "<column name=\"d\" type=\"boolean\" default=\"true\"/></table>"
              "<table name=\"s\" strict=\"true\"><column name=\"d\" type=\"boolean\" "
              "default=\"true\"/></table>" END);
    const AgColumn *id = column_of(schema, "t", "id"), *c = column_of(schema, "t", "c");
    assert_string_equal(id->type.written, "INTEGER");
    assert_string_equal(id->identity, "always");
    assert_false(id->null);
    assert_string_equal(column_of(schema, "t", "a")->type.written, "VARCHAR(80)");
    assert_string_equal(column_of(schema, "t", "b")->type.written, "TEXT");
    assert_string_equal(c->type.written, "my type");
    assert_true(c->null);
    assert_string_equal(c->default_sql.written, "'x'");
    assert_string_equal(column_of(schema, "s", "d")->type.written, "INTEGER");
    assert_string_equal(column_of(schema, "s", "d")->default_sql.written, "true");
    assert_true(((const AgTable *)table_of(schema, "s"))->strict);
}

/* --- dialects --- */

static void test_limits(void **state)
{
    Fixture *f = *state;
    static const char text[] = BOTH
        "<table name=\"t\"><column name=\"a\" type=\"integer\">"
        "<variant dialect=\"postgresql\" default-sql=\"1 + 1\"/></column>"
        "<column name=\"b\" type=\"text\" default=\"x\"><default dialect=\"sqlite\">'y'"
        "</default></column>"
        "<index name=\"i\" columns=\"a\" dialect=\"postgresql\" using=\"hash\"/>"
        "<index name=\"j\" dialect=\"sqlite\"><expression>a + 1</expression></index>"
        "<check name=\"c\" dialect=\"sqlite\">a > 1</check></table>"
        "<table name=\"only\" dialect=\"sqlite\"><column name=\"x\" type=\"text\"/></table>" END;
    AgSchema *postgres = parse(f, AG_DIALECT_POSTGRESQL, text);
    AgSchema *sqlite = parse(f, AG_DIALECT_SQLITE, text);
    const AgObject *p = table_of(postgres, "t"), *s = table_of(sqlite, "t");
    assert_non_null(ag_object_part(p, AG_KIND_INDEX, "i"));
    assert_null(ag_object_part(p, AG_KIND_INDEX, "j"));
    assert_null(ag_object_part(s, AG_KIND_INDEX, "i"));
    assert_non_null(ag_object_part(s, AG_KIND_INDEX, "j"));
    assert_non_null(ag_object_part(s, AG_KIND_CHECK, "c"));
    assert_null(ag_object_part(p, AG_KIND_CHECK, "c"));
    assert_string_equal(column_of(postgres, "t", "a")->default_sql.written, "1 + 1");
    assert_null(column_of(sqlite, "t", "a")->default_sql.written);
    assert_string_equal(column_of(postgres, "t", "b")->default_sql.written, "'x'");
    assert_string_equal(column_of(sqlite, "t", "b")->default_sql.written, "'y'");
    assert_null(ag_schema_find(postgres, AG_KIND_TABLE, "public", "only"));
    assert_non_null(ag_schema_find(sqlite, AG_KIND_TABLE, NULL, "only"));
    assert_null(sqlite->namespaces);
}

static void test_other_dialect_only(void **state)
{
    AgSchema *schema = parse(*state, AG_DIALECT_SQLITE,
                             POSTGRES "<table name=\"t\" unlogged=\"true\"/><nonsense/>" END);
    assert_int_equal(schema->objects->len, 0);
}

/* --- schemas --- */

static void test_schemas(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_POSTGRESQL,
              "<model xmlns=\"urn:autogen:model:1\" schema=\"shop\" owner=\"boss\">"
              "<schema name=\"audit\" owner=\"me\"/><extension name=\"x\" schema=\"ext\"/>"
              "<table name=\"a\"><column name=\"id\" type=\"int\" primary-key=\"true\"/>"
              "<foreign-key columns=\"id\" references=\"b\"/></table>"
              "<table name=\"b\" schema=\"public\"><column name=\"id\" type=\"int\" "
              "primary-key=\"true\"/></table></model>");
    static const char *const names[] = {"audit", "public", "shop"};
    static const char *const path[] = {"audit", "shop", "public"};
    assert_int_equal(schema->namespaces->len, 3);
    assert_int_equal(schema->search_path->len, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(g_ptr_array_index(schema->namespaces, i), names[i]);
        assert_string_equal(g_ptr_array_index(schema->search_path, i), path[i]);
    }
    const AgObject *shop = ag_schema_find(schema, AG_KIND_NAMESPACE, NULL, "shop");
    assert_non_null(shop);
    assert_null(shop->owner);
    assert_int_equal(shop->place.line, 1);
    assert_string_equal(ag_schema_find(schema, AG_KIND_NAMESPACE, NULL, "audit")->owner, "me");
    assert_non_null(ag_schema_find(schema, AG_KIND_NAMESPACE, NULL, "ext"));
    assert_null(ag_schema_find(schema, AG_KIND_NAMESPACE, NULL, "public"));
    const AgObject *a = ag_schema_find(schema, AG_KIND_TABLE, "shop", "a");
    const AgForeignKey *key = (const AgForeignKey *)ag_object_first(a, AG_KIND_FOREIGN_KEY);
    assert_string_equal(a->owner, "boss");
    assert_string_equal(key->references.schema, "public");
    assert_int_equal(key->ref_columns->len, 1);
    assert_string_equal(g_ptr_array_index(key->ref_columns, 0), "id");
}

/* --- mixins --- */

static void test_mixins(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_POSTGRESQL,
              POSTGRES
              "\n<mixin name=\"Base\"><column name=\"{table}_id\" type=\"bigint\" "
              "primary-key=\"true\"/></mixin>\n"
              "<mixin name=\"Stamp\"><use mixin=\"Base\"/><column name=\"at\" "
              "type=\"timestamptz\"/><index name=\"{schema}_{table}_{pk}_live\" columns=\"at "
              "{pk}\"/><index name=\"{table}_k\"><column name=\"{pk}\" order=\"desc\"/></index>"
              "<foreign-key columns=\"{pk}\" references=\"{schema}.{table}\"/></mixin>"
              "<mixin name=\"Other\"><use mixin=\"Base\"/></mixin>"
              "<table name=\"a b\"><use mixin=\"Stamp\"/><use mixin=\"Other\"/>"
              "<column name=\"at\" type=\"date\" override=\"true\"/></table>" END);
    const AgObject *table = table_of(schema, "a b");
    const AgIndex *live =
        (const AgIndex *)ag_object_part(table, AG_KIND_INDEX, "public_a b_a b_id_live");
    assert_non_null(live);
    assert_string_equal(live->object.mixin, "Stamp");
    assert_int_equal(live->parts->len, 2);
    assert_string_equal(((AgPart *)g_ptr_array_index(live->parts, 1))->column, "a b_id");
    assert_non_null(ag_object_part(table, AG_KIND_INDEX, "a b_k"));
    const AgColumn *id = column_of(schema, "a b", "a b_id");
    assert_string_equal(id->object.mixin, "Base");
    assert_int_equal(id->object.place.line, 2);
    const AgColumn *at = column_of(schema, "a b", "at");
    assert_string_equal(at->type.written, "date");
    assert_null(at->object.mixin);
    const AgForeignKey *key = (const AgForeignKey *)ag_object_first(table, AG_KIND_FOREIGN_KEY);
    assert_string_equal(key->references.name, "a b");
    const AgKey *primary = (const AgKey *)ag_object_first(table, AG_KIND_PRIMARY_KEY);
    assert_string_equal(primary->object.mixin, "Base");
}

/* Ten mixins that each use all before: expanded once each, not two to the tenth times. */
static void test_mixin_bomb(void **state)
{
    Fixture *f = *state;
    g_autoptr(GString) text = g_string_new(POSTGRES);
    for (int i = 0; i < 15; i++) {
        g_string_append_printf(text, "<mixin name=\"M%d\"><column name=\"c%d\" type=\"int\"/>", i,
                               i);
        for (int k = 0; k < i; k++)
            g_string_append_printf(text, "<use mixin=\"M%d\"/>", k);
        g_string_append(text, "</mixin>");
    }
    g_string_append(text, "<table name=\"t\"><use mixin=\"M14\"/></table>" END);
    AgSchema *schema = parse(f, AG_DIALECT_POSTGRESQL, text->str);
    assert_int_equal(table_of(schema, "t")->parts->len, 15);
}

/* --- texts and places --- */

static void test_expressions(void **state)
{
    AgSchema *schema = parse(*state, AG_DIALECT_POSTGRESQL,
                             POSTGRES "\n<table name=\"t\" comment=\"\"><column name=\"a\" "
                                      "type=\"int\"/>\n<check name=\"c\">\n\n      a > 1\n        "
                                      "and a &lt; 9\n  </check></table>" END);
    const AgCheck *check = (const AgCheck *)ag_object_first(table_of(schema, "t"), AG_KIND_CHECK);
    assert_string_equal(check->expression.written, "a > 1\n  and a < 9");
    assert_int_equal(check->expression.place.line, 5);
    assert_int_equal(check->expression.place.column, 7);
    assert_null(table_of(schema, "t")->comment);
}

static void test_index_parts(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_POSTGRESQL,
              POSTGRES
              "<table name=\"t\"><column name=\"a\" type=\"text\"/><index name=\"i\" "
              "using=\"BTREE\"><column name=\"a\" order=\"asc\" nulls=\"last\"/><column "
              "name=\"a\" order=\"desc\" nulls=\"first\"/><column name=\"a\" nulls=\"first\" "
              "opclass=\"x.ops\"/></index></table>" END);
    const AgIndex *index = (const AgIndex *)ag_object_first(table_of(schema, "t"), AG_KIND_INDEX);
    assert_null(index->method);
    const AgPart *one = g_ptr_array_index(index->parts, 0),
                 *two = g_ptr_array_index(index->parts, 1);
    const AgPart *three = g_ptr_array_index(index->parts, 2);
    assert_null(one->order);
    assert_null(one->nulls);
    assert_string_equal(two->order, "desc");
    assert_null(two->nulls);
    assert_string_equal(three->nulls, "first");
    assert_string_equal(three->opclass.schema, "x");
}

static void test_sqlite_keys(void **state)
{
    AgSchema *schema =
        parse(*state, AG_DIALECT_SQLITE,
              SQLITE "<table name=\"t\"><column name=\"a\" type=\"TEXT\" null=\"true\" "
                     "primary-key=\"true\"/><column name=\"b\" type=\"TEXT\"/>"
                     "<unique on-conflict=\"replace\"><column name=\"a\"/><column name=\"b\" "
                     "order=\"desc\" collation=\"nocase\"/></unique>"
                     "<unique><column name=\"b\"/></unique></table>" END);
    const AgObject *t = table_of(schema, "t");
    const AgKey *first = NULL, *second = NULL;
    for (guint i = 0; i < t->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(t->parts, i);
        if (part->info->kind == AG_KIND_UNIQUE && first == NULL)
            first = (const AgKey *)part;
        else if (part->info->kind == AG_KIND_UNIQUE)
            second = (const AgKey *)part;
    }
    assert_int_equal(first->columns->len, 2);
    assert_int_equal(first->parts->len, 2);
    assert_string_equal(first->on_conflict, "replace");
    assert_null(second->parts);
    assert_string_equal(g_ptr_array_index(second->columns, 0), "b");
}

/* --- directories --- */

static char *new_directory(void)
{
    char *directory = g_dir_make_tmp("autogen-models-XXXXXX", NULL);
    assert_non_null(directory);
    return directory;
}

static void put(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(parent, 0755), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void remove_directory(const char *directory)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

static AgSchema *load(Fixture *f, const char *directory)
{
    GPtrArray *directories = ag_pool_array(f->pool);
    g_ptr_array_add(directories, (gpointer)(uintptr_t)directory);
    return ag_models_load(f->pool, directories, AG_DIALECT_POSTGRESQL, f->diag);
}

static void assert_problem(Fixture *f, AgProblemId id)
{
    for (guint i = 0; i < ag_diag_count(f->diag); i++) {
        if (ag_diag_problem(f->diag, i)->id == id)
            return;
    }
    print_problems(f->diag);
    fail_msg("no problem %s", ag_problem_word(id));
}

static void test_directories(void **state)
{
    Fixture *f = *state;
    g_autofree char *directory = new_directory();
    assert_null(load(f, "/nonexistent/models"));
    assert_problem(f, AG_PROBLEM_FILE_MISSING);
    ag_diag_rewind(f->diag, 0);
    assert_int_equal(load(f, directory)->n_files, 0);
    assert_problem(f, AG_PROBLEM_REMARK);
    ag_diag_rewind(f->diag, 0);
    put(directory, "a.xml", POSTGRES END);
    AgSchema *empty = load(f, directory);
    assert_non_null(empty);
    assert_int_equal(empty->objects->len, 0);
    put(directory, "deep/er/b.xml", POSTGRES "<table name=\"t\"/>" END);
    put(directory, ".hidden/c.xml", "broken");
    put(directory, "notes.txt", "no model");
    AgSchema *schema = load(f, directory);
    assert_non_null(schema);
    assert_int_equal(schema->objects->len, 1);
    remove_directory(directory);
}

static void test_special_files(void **state)
{
    Fixture *f = *state;
    g_autofree char *directory = new_directory();
    put(directory, "a.xml", POSTGRES "<table name=\"t\"/>" END);
    g_autofree char *fifo = g_build_filename(directory, "b.xml", NULL);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_null(load(f, directory));
    assert_true(ag_diag_errors(f->diag) > 0);
    assert_int_equal(unlink(fifo), 0);
    ag_diag_rewind(f->diag, 0);
    assert_int_equal(symlink("/dev/zero", fifo), 0);
    assert_null(load(f, directory));
    assert_true(ag_diag_errors(f->diag) > 0);
    assert_int_equal(unlink(fifo), 0);
    ag_diag_rewind(f->diag, 0);
    assert_int_equal(symlink("b.xml", fifo), 0);
    assert_null(load(f, directory));
    assert_true(ag_diag_errors(f->diag) > 0);
    remove_directory(directory);
}

static void test_large_file(void **state)
{
    Fixture *f = *state;
    g_autofree char *directory = new_directory();
    g_autofree char *path = g_build_filename(directory, "a.xml", NULL);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 100 * 1024 * 1024), 0);
    close(fd);
    assert_null(load(f, directory));
    assert_problem(f, AG_PROBLEM_TOO_LARGE);
    remove_directory(directory);
}

static void test_dialects_of_set(void **state)
{
    Fixture *f = *state;
    g_autofree char *directory = new_directory();
    GPtrArray *directories = ag_pool_array(f->pool);
    g_ptr_array_add(directories, directory);
    put(directory, "a.xml", POSTGRES "<unknown/>" END);
    assert_int_equal(ag_models_dialects(f->pool, directories, f->diag), AG_IN(POSTGRESQL));
    put(directory, "b.xml", SQLITE END);
    assert_int_equal(ag_models_dialects(f->pool, directories, f->diag), AG_IN_ALL);
    assert_int_equal(ag_diag_count(f->diag), 0);
    put(directory, "c.xml", "<broken");
    assert_int_equal(ag_models_dialects(f->pool, directories, f->diag), 0);
    assert_true(ag_diag_errors(f->diag) > 0);
    remove_directory(directory);
}

/* The order of files and of elements changes nothing. */
static void test_order(void **state)
{
    Fixture *f = *state;
    static const char *const pieces[] = {
        "<enum name=\"e\"><value name=\"x\"/></enum>",
        "<table name=\"a\"><column name=\"id\" type=\"serial\" primary-key=\"true\"/>"
        "<column name=\"e\" type=\"e\"/><use mixin=\"M\"/></table>",
        "<table name=\"b\"><column name=\"id\" type=\"int\" primary-key=\"true\"/>"
        "<foreign-key columns=\"id\" references=\"a\"/></table>",
        "<mixin name=\"M\"><column name=\"m\" type=\"text\"/></mixin>",
        "<sequence name=\"s\"/>",
    };
    GString *texts[2] = {g_string_new(NULL), g_string_new(NULL)};
    for (int way = 0; way < 2; way++) {
        g_autofree char *directory = new_directory();
        for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
            size_t at = way == 0 ? i : G_N_ELEMENTS(pieces) - 1 - i;
            g_autofree char *name = g_strdup_printf("%zu.xml", at);
            g_autofree char *text = g_strdup_printf(POSTGRES "%s" END, pieces[i]);
            put(directory, name, text);
        }
        AgSchema *schema = load(f, directory);
        assert_non_null(schema);
        GPtrArray *files = ag_models_write(f->pool, schema, f->diag);
        for (guint i = 0; i < files->len; i++)
            g_string_append(texts[way], ((AgModelFile *)g_ptr_array_index(files, i))->text);
        remove_directory(directory);
    }
    assert_string_equal(texts[0]->str, texts[1]->str);
    g_string_free(texts[0], TRUE);
    g_string_free(texts[1], TRUE);
}

/* --- size --- */

static void test_column_limits(void **state)
{
    Fixture *f = *state;
    for (int n = 1600; n <= 1601; n++) {
        g_autoptr(GString) text = g_string_new(POSTGRES "<table name=\"t\">");
        for (int i = 0; i < n; i++)
            g_string_append_printf(text, "<column name=\"c%d\" type=\"int\"/>", i);
        g_string_append(text, "</table>" END);
        ag_diag_rewind(f->diag, 0);
        AgSchema *schema =
            ag_models_parse(f->pool, text->str, "m.xml", AG_DIALECT_POSTGRESQL, f->diag);
        assert_int_equal(schema != NULL, n <= 1600);
    }
    assert_problem(f, AG_PROBLEM_TOO_LARGE);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double time_for(guint tables)
{
    Fixture f = {.pool = ag_pool_new(), .diag = ag_diag_new()};
    g_autoptr(GString) text = g_string_new(POSTGRES);
    for (guint i = 0; i < tables; i++)
        g_string_append_printf(
            text,
            "<table name=\"t%u\"><column name=\"id\" type=\"bigserial\" primary-key=\"true\"/>"
            "<column name=\"a\" type=\"varchar(80)\" default=\"x\"/><column name=\"b\" "
            "type=\"timestamptz\" default-fn=\"now\"/><column name=\"c\" type=\"bigint\"/>"
            "<unique columns=\"a\"/><check name=\"ck\">c > 1 and length(a) > 2</check>"
            "<foreign-key columns=\"c\" references=\"t%u\"/><index columns=\"b c\"/></table>",
            i, i / 2);
    g_string_append(text, END);
    double start = cpu_seconds();
    parse(&f, AG_DIALECT_POSTGRESQL, text->str);
    double taken = cpu_seconds() - start;
    ag_diag_free(f.diag);
    ag_pool_free(f.pool);
    return taken;
}

/* Five thousand tables take no more than about ten times what five hundred take. */
static void test_many_tables(void **state)
{
    (void)state;
    time_for(50);
    double few = time_for(500), many = time_for(5000);
    print_message("500 tables: %.3f s, 5000 tables: %.3f s\n", few, many);
    assert_true(many < few * 30 + 0.5);
    assert_true(many < 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_default_names),
        TEST(test_cut_names),
        TEST(test_naming_templates),
        TEST(test_hostile_names),
        TEST(test_postgres_defaults),
        TEST(test_sqlite_defaults),
        TEST(test_serial),
        TEST(test_serial_sqlite),
        TEST(test_enum_types),
        TEST(test_enum_on_sqlite),
        TEST(test_portable_types),
        TEST(test_limits),
        TEST(test_other_dialect_only),
        TEST(test_schemas),
        TEST(test_mixins),
        TEST(test_mixin_bomb),
        TEST(test_expressions),
        TEST(test_index_parts),
        TEST(test_sqlite_keys),
        TEST(test_directories),
        TEST(test_special_files),
        TEST(test_large_file),
        TEST(test_dialects_of_set),
        TEST(test_order),
        TEST(test_column_limits),
        TEST(test_many_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
