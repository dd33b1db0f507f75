/* SPDX-License-Identifier: MIT */
/* The layout of written models, their file names, what is refused, and the XSD. */
#include "parser/parser.h"
#include "parser/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void print_problems(const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++)
        print_message("%s\n", ag_diag_problem(diag, i)->message);
}

static void remove_directory(const char *directory)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

static bool have_xmllint(void)
{
    g_autofree char *path = g_find_program_in_path("xmllint");
    return path != NULL;
}

/* --- the pleasant forms --- */

static const char *one_file(AgPool *pool, const char *model, AgDialectId id, const char *path)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgSchema *schema = ag_models_parse(pool, model, "m.xml", id, diag);
    print_problems(diag);
    assert_non_null(schema);
    GPtrArray *files = ag_models_write(pool, schema, diag);
    for (guint i = 0; i < files->len; i++) {
        const AgModelFile *file = g_ptr_array_index(files, i);
        if (strcmp(file->path, path) == 0)
            return file->text;
    }
    fail_msg("no file %s", path);
    return NULL;
}

static void test_layout(void **state)
{
    (void)state;
    static const char text[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<model xmlns=\"urn:autogen:model:1\" dialects=\"postgresql\" schema=\"shop\">\n"
        "  <table name=\"orders\" comment=\"One row per checkout\">\n"
        "    <column name=\"id\" type=\"bigint\" primary-key=\"true\" identity=\"always\"/>\n"
        "    <column name=\"code\" type=\"varchar(8)\" default=\"\"/>\n"
        "    <column name=\"status\" type=\"status\" default=\"open\"/>\n"
        "    <column name=\"placed_at\" type=\"timestamptz\" default-fn=\"now\"/>\n"
        "    <column name=\"total\" type=\"numeric(12,2)\" null=\"true\"\n"
        "            comment=\"What the customer pays, in the currency of the order, taxes and "
        "shipping included\"/>\n"
        "    <unique columns=\"code\"/>\n"
        "    <foreign-key columns=\"id\" references=\"orders\" on-delete=\"cascade\"/>\n"
        "    <check name=\"orders_total_check\"><![CDATA[total < 1000]]></check>\n"
        "    <check name=\"orders_code_check\"><![CDATA[\n"
        "      code <> ''\n"
        "        and code <> 'x'\n"
        "    ]]></check>\n"
        "    <index name=\"orders_open_idx\" columns=\"status\">\n"
        "      <where>status = 'open'</where>\n"
        "    </index>\n"
        "    <index name=\"orders_recent_idx\">\n"
        "      <column name=\"placed_at\" order=\"desc\"/>\n"
        "      <expression>lower(code)</expression>\n"
        "    </index>\n"
        "  </table>\n"
        "</model>\n";
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *with_enum =
        ag_pool_printf(pool, "%s  <enum name=\"status\"><value name=\"open\"/></enum>\n</model>\n",
                       ag_pool_text_n(pool, text, strlen(text) - strlen("</model>\n")));
    assert_string_equal(one_file(pool, with_enum, AG_DIALECT_POSTGRESQL, "shop/orders.xml"), text);
}

static void test_file_names(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    static const char *const names[] = {"A", "a", "a/b", "a:b", ".hidden", "../up", "a\"b"};
    static const char *const paths[] = {"public/A.xml",   "public/_._up.xml", "public/_hidden.xml",
                                        "public/a-2.xml", "public/a_b-2.xml", "public/a_b-3.xml",
                                        "public/a_b.xml"};
    AgSchema *schema = ag_schema_new(pool, AG_DIALECT_POSTGRESQL);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        ag_schema_add(schema, ag_object_new(pool, &ag_kind_table, NULL, "public", names[i]));
    ag_schema_sort(schema);
    GPtrArray *files = ag_models_write(pool, schema, diag);
    assert_non_null(files);
    assert_int_equal(files->len, G_N_ELEMENTS(names));
    for (guint i = 0; i < files->len; i++)
        assert_string_equal(((AgModelFile *)g_ptr_array_index(files, i))->path, paths[i]);
}

/* What XML has no way to write is named, and no file is made. */
static void test_refused(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    static const char *const names[] = {"a\001b", "a\nb", "a\xff",
                                        ("a\xe2\x80\xae"
                                         "b")};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(AgDiag) diag = ag_diag_new();
        AgSchema *schema = ag_schema_new(pool, AG_DIALECT_POSTGRESQL);
        ag_schema_add(schema, ag_object_new(pool, &ag_kind_table, NULL, "public", names[i]));
        assert_null(ag_models_write(pool, schema, diag));
        assert_true(ag_diag_errors(diag) > 0);
        assert_int_equal(ag_diag_problem(diag, 0)->id, AG_PROBLEM_UNSUPPORTED);
    }
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgSchema *schema = ag_schema_new(pool, AG_DIALECT_POSTGRESQL);
    AgObject *table = ag_object_new(pool, &ag_kind_table, NULL, "public", "t");
    table->comment = "bell \a";
    ag_schema_add(schema, table);
    assert_null(ag_models_write(pool, schema, diag));
    assert_non_null(strstr(ag_object_write(pool, table, AG_DIALECT_POSTGRESQL), "bell \\x07"));
}

static void test_empty(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    GPtrArray *files = ag_models_write(pool, ag_schema_new(pool, AG_DIALECT_SQLITE), diag);
    assert_int_equal(files->len, 1);
    assert_string_equal(((AgModelFile *)g_ptr_array_index(files, 0))->path, "database.xml");
}

/* Models made from a database do not bind it to its roles. */
static void test_owners_left_out(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgObject *sequence = ag_object_new(pool, &ag_kind_sequence, NULL, "public", "s");
    sequence->owner = "boss";
    assert_string_equal(ag_object_write(pool, sequence, AG_DIALECT_POSTGRESQL),
                        "<sequence name=\"s\"/>\n");
}

/* --- the XSD --- */

static bool fits_xsd(const char *directory, const char *model)
{
    g_autofree char *path = g_build_filename(directory, "model.xml", NULL);
    g_autofree char *command =
        g_strdup_printf("xmllint --noout --schema '%s/m.xsd' '%s' >/dev/null 2>&1", directory,
                        path);
    assert_true(g_file_set_contents(path, model, -1, NULL));
    return system(command) == 0;
}

static void test_xsd(void **state)
{
    (void)state;
    if (!have_xmllint())
        skip();
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autofree char *directory = g_dir_make_tmp("autogen-xsd-XXXXXX", NULL);
    g_autofree char *xsd = g_build_filename(directory, "m.xsd", NULL);
    assert_true(g_file_set_contents(xsd, ag_xsd_write(pool), -1, NULL));
#define ROOT "<model xmlns=\"urn:autogen:model:1\" xmlns:own=\"urn:x\" "
    assert_true(fits_xsd(
        directory,
        ROOT "dialects=\"postgresql sqlite\" schema=\"s\" own:a=\"1\">"
             "<include href=\"../a.xml\"/><naming index=\"{table}_i\"/>"
             "<ignore kind=\"table view\" name=\"tmp_*\" reason=\"scratch\"/>"
             "<managed-roles names=\"a b\"/><own:note/>"
             "<mixin name=\"M\" comment=\"c\"><column name=\"a\" type=\"text\"/></mixin>"
             "<enum name=\"e\"><value name=\"v\" renamed-from=\"w\"/></enum>"
             "<sequence name=\"q\" type=\"integer\" start=\"5\" owned-by=\"t.a\"/>"
             "<schema name=\"s\" unmanaged=\"report\" owner=\"o\"/><extension name=\"x\"/>"
             "<table name=\"t\" strict=\"true\" renamed-from=\"s.old older\">"
             "<comment>two\nlines</comment><use mixin=\"M\"/>"
             "<column name=\"a\" type=\"numeric(12,2)\" null=\"true\" default=\"1\" "
             "override=\"true\"><variant dialect=\"sqlite\" type=\"text\" default-fn=\"now\">"
             "<generated>1</generated></variant><default dialect=\"sqlite\">1</default></column>"
             "<column name=\"b\" type=\"bigint\" identity=\"always\" primary-key=\"true\">"
             "<identity start=\"3\" cycle=\"true\"/></column>"
             "<column name=\"c\"><generated kind=\"virtual\">a + 1</generated>"
             "<using>b::int</using></column>"
             "<unique columns=\"a b\" nulls-not-distinct=\"true\"><param name=\"f\" value=\"1\"/>"
             "</unique><unique><column name=\"a\" order=\"desc\" collation=\"nocase\"/></unique>"
             "<foreign-key columns=\"a\" references=\"s.t\" on-delete=\"set-null\"/>"
             "<check>a > 1</check><check name=\"k\" src=\"k.sql\" dialect=\"sqlite\"/>"
             "<index name=\"i\" using=\"gin\"><column name=\"a\" nulls=\"last\"/>"
             "<expression order=\"desc\">lower(a)</expression><where>a > 1</where></index>"
             "<param name=\"fillfactor\" value=\"70\"/></table></model>"));
    assert_false(fits_xsd(directory, ROOT "><tabel name=\"t\"/></model>"));
    assert_false(fits_xsd(directory, ROOT "><table/></model>"));
    assert_false(fits_xsd(directory, ROOT "><table name=\"t\" coment=\"x\"/></model>"));
    assert_false(fits_xsd(directory, ROOT
                          "><table name=\"t\"><column name=\"a\" null=\"yes\"/></table></model>"));
    assert_false(fits_xsd(directory,
                          ROOT "><table name=\"t\"><foreign-key columns=\"a\" "
                               "references=\"t\" on-delete=\"cascde\"/></table></model>"));
    assert_false(fits_xsd(directory, ROOT "><mixin name=\"M\"/><mixin name=\"M\"/></model>"));
    assert_false(fits_xsd(directory, ROOT "><viev name=\"v\"/></model>"));
    remove_directory(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),          cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_refused),         cmocka_unit_test(test_empty),
        cmocka_unit_test(test_owners_left_out), cmocka_unit_test(test_xsd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
