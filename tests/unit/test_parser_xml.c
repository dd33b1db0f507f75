/* SPDX-License-Identifier: MIT */
/* The XML reader against bytes as they come: encodings, damage, size, depth, and exact places. */
#include "parser/xml.h"

#include "base/limits.h"
#include "parser/plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define OPEN "<model xmlns=\"urn:autogen:model:1\">"
#define CLOSE "</model>"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    AgElement *root;
} Parsed;

static Parsed parse_bytes(const char *bytes, size_t length)
{
    Parsed parsed = {.pool = ag_pool_new(), .diag = ag_diag_new()};
    /* A copy of its own size lets the sanitizer see every byte read beyond it but the closing NUL,
     * which the file reader promises. */
    char *copy = g_malloc(length + 1);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    parsed.root = ag_xml_parse(parsed.pool, copy, length, "m.xml", parsed.diag);
    g_free(copy);
    assert_int_equal(parsed.root == NULL, ag_diag_errors(parsed.diag) > 0);
    return parsed;
}

static Parsed parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

static void drop(Parsed *parsed)
{
    ag_diag_free(parsed->diag);
    ag_pool_free(parsed->pool);
}

static void assert_fails(const char *bytes, size_t length, AgProblemId id, int line, int column)
{
    Parsed parsed = parse_bytes(bytes, length);
    assert_null(parsed.root);
    const AgProblem *problem = ag_diag_problem(parsed.diag, 0);
    if (problem->id != id || problem->place.line != line || problem->place.column != column)
        fail_msg("got %d:%d %s [%s]", problem->place.line, problem->place.column, problem->message,
                 ag_problem_word(problem->id));
    drop(&parsed);
}

static void assert_place(AgPlace place, int line, int column)
{
    assert_string_equal(place.file, "m.xml");
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

/* --- encodings --- */

static void test_bom(void **state)
{
    (void)state;
    Parsed parsed = parse("\xef\xbb\xbf" OPEN "<table name=\"t\"/>" CLOSE);
    assert_non_null(parsed.root);
    assert_place(parsed.root->place, 1, 1);
    assert_place(ag_element_child(parsed.root, 0)->place, 1, (int)strlen(OPEN) + 1);
    drop(&parsed);
}

/* Each byte followed or preceded by zeros. */
static GByteArray *widen(const char *text, guint zeros_before, guint zeros_behind)
{
    static const guint8 zeros[4] = {0};
    GByteArray *out = g_byte_array_new();
    for (const char *p = text; *p != '\0'; p++) {
        g_byte_array_append(out, zeros, zeros_before);
        g_byte_array_append(out, (const guint8 *)p, 1);
        g_byte_array_append(out, zeros, zeros_behind);
    }
    return out;
}

static void test_wide_encodings(void **state)
{
    (void)state;
    static const struct {
        guint before, behind;
        const char *mark;
        guint mark_length;
    } forms[] = {
        {0, 1, "\xff\xfe", 2},     {1, 0, "\xfe\xff", 2},     {0, 1, "", 0}, {1, 0, "", 0},
        {0, 3, "\xff\xfe\0\0", 4}, {3, 0, "\0\0\xfe\xff", 4}, {0, 3, "", 0}, {3, 0, "", 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        GByteArray *bytes = widen(OPEN CLOSE, forms[i].before, forms[i].behind);
        g_byte_array_prepend(bytes, (const guint8 *)forms[i].mark, forms[i].mark_length);
        assert_fails((const char *)bytes->data, bytes->len, AG_PROBLEM_ENCODING, 1, 1);
        g_byte_array_free(bytes, TRUE);
    }
}

static void test_declared_encodings(void **state)
{
    (void)state;
    static const char *const refused[] = {"ISO-8859-1",   "latin1", "UTF-16",
                                          "windows-1252", "UTF-7",  "x-unknown"};
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *text =
            g_strdup_printf("<?xml version='1.0' encoding='%s'?>\n" OPEN CLOSE, refused[i]);
        assert_fails(text, strlen(text), AG_PROBLEM_ENCODING, 1, 1);
    }
    Parsed parsed = parse("<?xml version=\"1.0\" encoding=\"utf-8\"?>" OPEN CLOSE);
    assert_non_null(parsed.root);
    drop(&parsed);
}

static void test_invalid_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",         "\xff",         "\xc0\xaf",     "\xe0\x80\xaf",         "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xe2\x82",     "\xc3"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strdup_printf(OPEN "\n\xc3\xa4\xc3\xa4%s" CLOSE, bad[i]);
        assert_fails(text, strlen(text), AG_PROBLEM_ENCODING, 2, 3);
        Parsed parsed = parse(text);
        g_autofree char *offset = g_strdup_printf("offset %zu", strlen(OPEN) + 5);
        assert_non_null(strstr(ag_diag_problem(parsed.diag, 0)->message, offset));
        drop(&parsed);
    }
}

static void test_control_characters(void **state)
{
    (void)state;
    for (int c = 0; c < 0x20; c++) {
        char text[] = OPEN "\n <a b=\"x?\"/>" CLOSE;
        *strchr(text, '?') = (char)c;
        bool blank = c == '\t' || c == '\n' || c == '\r';
        Parsed parsed = parse_bytes(text, sizeof text - 1);
        assert_int_equal(parsed.root != NULL, blank);
        if (!blank)
            assert_place(ag_diag_problem(parsed.diag, 0)->place, 2, 9);
        drop(&parsed);
    }
}

static void test_compressed(void **state)
{
    (void)state;
    assert_fails("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10, AG_PROBLEM_ENCODING, 1, 1);
    assert_fails("BZh91AY&SY", 10, AG_PROBLEM_ENCODING, 1, 1);
    assert_fails("\xfd\x37zXZ\0\0\x04", 8, AG_PROBLEM_ENCODING, 1, 1);
    assert_fails("PK\x03\x04....", 8, AG_PROBLEM_ENCODING, 1, 1);
}

static void test_empty(void **state)
{
    (void)state;
    static const char *const nothing[] = {
        "", " ", "\n\n\t", "\xef\xbb\xbf", "\xef\xbb\xbf\n", "<?xml version=\"1.0\"?>"};
    for (size_t i = 0; i < G_N_ELEMENTS(nothing); i++)
        assert_fails(nothing[i], strlen(nothing[i]), AG_PROBLEM_MALFORMED_XML, 1, 1);
}

/* --- lines --- */

static void test_line_ends(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *e = ends[i];
        g_autofree char *text = g_strdup_printf("<?xml version=\"1.0\"?>%s" OPEN
                                                "%s  <check%s  name=\"c\">a%sb</check>%s" CLOSE,
                                                e, e, e, e, e);
        Parsed parsed = parse(text);
        assert_non_null(parsed.root);
        const AgElement *check = ag_element_child(parsed.root, 0);
        assert_place(check->place, 3, 3);
        assert_place(check->attributes[0].place, 4, 3);
        assert_place(check->attributes[0].value_place, 4, 9);
        assert_string_equal(check->text, "a\nb");
        assert_place(ag_element_text_place(check, 2), 5, 1);
        drop(&parsed);
        g_autofree char *broken = g_strdup_printf(OPEN "%s%s<a b=\"1\" b=\"2\"/>" CLOSE, e, e);
        assert_fails(broken, strlen(broken), AG_PROBLEM_DUPLICATE, 3, 10);
    }
}

/* libxml2's own line numbers stop at 65535. */
static void test_many_lines(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new(OPEN);
    for (int i = 0; i < 70000; i++)
        g_string_append_c(text, '\n');
    gsize good = text->len;
    g_string_append(text, "<a/>" CLOSE);
    Parsed parsed = parse(text->str);
    assert_place(ag_element_child(parsed.root, 0)->place, 70001, 1);
    drop(&parsed);
    g_string_truncate(text, good);
    g_string_append(text, " <a>" CLOSE);
    assert_fails(text->str, text->len, AG_PROBLEM_MALFORMED_XML, 70001, 5);
    g_string_truncate(text, good);
    g_string_append(text, "<x:a/>" CLOSE);
    Parsed prefixed = parse(text->str);
    assert_int_equal(ag_diag_problem(prefixed.diag, 0)->place.line, 70001);
    drop(&prefixed);
}

/* --- damage --- */

static const char good_file[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<?xml-model href=\"x.xsd\"?>\n"
    "<!-- <table name=\"no\"> -->\n" OPEN "\n"
    "  <table name=\"\xc3\xa4 &amp; &#x65e5;\" comment='\"q\"'>\n"
    "    <check name=\"c\"><![CDATA[a < 1 && b > 2]]> and &lt;c&gt;</check>\n"
    "    <!-- inner --><column name = \"a\"\n  type=\"text\"/>\n"
    "  </table>\n" CLOSE;

static void test_truncations(void **state)
{
    (void)state;
    size_t length = strlen(good_file);
    Parsed whole = parse(good_file);
    assert_non_null(whole.root);
    drop(&whole);
    for (size_t n = 0; n < length; n++) {
        Parsed parsed = parse_bytes(good_file, n);
        assert_null(parsed.root);
        const AgProblem *problem = ag_diag_problem(parsed.diag, 0);
        assert_in_range(problem->place.line, 1, 10);
        assert_in_range(problem->place.column, 1, 90);
        drop(&parsed);
    }
}

static void test_mutations(void **state)
{
    (void)state;
    GRand *rand = g_rand_new_with_seed(20261120);
    size_t length = strlen(good_file);
    static const char bytes[] = "<>&\"'/=![]-? \n\r\0\xff\xc3z;#";
    for (int round = 0; round < 5000; round++) {
        g_autofree char *text = g_memdup2(good_file, length + 1);
        for (int i = g_rand_int_range(rand, 1, 4); i > 0; i--)
            text[g_rand_int_range(rand, 0, (gint32)length)] =
                bytes[g_rand_int_range(rand, 0, (gint32)sizeof bytes - 1)];
        Parsed parsed = parse_bytes(text, length);
        drop(&parsed);
    }
    g_rand_free(rand);
}

static void test_depth(void **state)
{
    (void)state;
    static const int depths[] = {AG_LIMIT_XML_DEPTH - 1, AG_LIMIT_XML_DEPTH, 300, 100000};
    for (size_t d = 0; d < G_N_ELEMENTS(depths); d++) {
        g_autoptr(GString) text = g_string_new(OPEN "\n");
        for (int i = 0; i < depths[d]; i++)
            g_string_append(text, "<a>");
        for (int i = 0; i < depths[d]; i++)
            g_string_append(text, "</a>");
        g_string_append(text, CLOSE);
        if (depths[d] < AG_LIMIT_XML_DEPTH) {
            Parsed parsed = parse(text->str);
            assert_non_null(parsed.root);
            drop(&parsed);
        } else {
            assert_fails(text->str, text->len, AG_PROBLEM_TOO_LARGE, 2,
                         3 * (AG_LIMIT_XML_DEPTH - 1) + 1);
        }
    }
}

static void test_foreign_depth(void **state)
{
    (void)state;
    g_autoptr(GString) text =
        g_string_new("<model xmlns=\"urn:autogen:model:1\" xmlns:o=\"urn:o\">");
    for (int i = 0; i < 5000; i++)
        g_string_append(text, "<o:a>");
    Parsed parsed = parse(text->str);
    assert_int_equal(ag_diag_problem(parsed.diag, 0)->id, AG_PROBLEM_TOO_LARGE);
    drop(&parsed);
}

/* --- bombs --- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void test_entity_bombs(void **state)
{
    (void)state;
    g_autoptr(GString) laughs = g_string_new("<!DOCTYPE m [<!ENTITY e0 \"ha\">");
    for (int i = 1; i < 20; i++) {
        g_string_append_printf(laughs, "<!ENTITY e%d \"", i);
        for (int k = 0; k < 10; k++)
            g_string_append_printf(laughs, "&e%d;", i - 1);
        g_string_append(laughs, "\">");
    }
    g_string_append(laughs, "]>" OPEN "&e19;" CLOSE);
    g_autoptr(GString) quadratic = g_string_new("<!DOCTYPE m [<!ENTITY a \"");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(quadratic, 'a');
    g_string_append(quadratic, "\">]>" OPEN);
    for (int i = 0; i < 10000; i++)
        g_string_append(quadratic, "&a;");
    g_string_append(quadratic, CLOSE);
    double start = seconds();
    assert_fails(laughs->str, laughs->len, AG_PROBLEM_FORBIDDEN_XML, 1, 1);
    assert_true(seconds() - start < 0.05);
    start = seconds();
    assert_fails(quadratic->str, quadratic->len, AG_PROBLEM_FORBIDDEN_XML, 1, 1);
    assert_true(seconds() - start < 0.2);
}

/* The subset would inject attributes; nothing of it is read. */
static void test_doctype_places(void **state)
{
    (void)state;
    static const char text[] = "<?xml version=\"1.0\"?>\n<?xml-model href=\"<!DOCTYPE\"?>\n"
                               "<!-- <!DOCTYPE no> -->\n  <!DOCTYPE model SYSTEM \"x\">" OPEN CLOSE;
    assert_fails(text, strlen(text), AG_PROBLEM_FORBIDDEN_XML, 4, 3);
    static const char instruction[] = OPEN "<!-- <?a?> --><![CDATA[<?b?>]]>\n <?php x ?>" CLOSE;
    assert_fails(instruction, strlen(instruction), AG_PROBLEM_FORBIDDEN_XML, 2, 2);
    static const char within[] = OPEN "<!DOCTYPE x>" CLOSE;
    Parsed parsed = parse(within);
    assert_null(parsed.root);
    drop(&parsed);
}

/* --- places and values --- */

static void test_places(void **state)
{
    (void)state;
    Parsed parsed = parse(good_file);
    const AgElement *table = ag_element_child(parsed.root, 0);
    assert_place(parsed.root->place, 4, 1);
    assert_place(table->place, 5, 3);
    assert_string_equal(ag_element_value(table, "name"), "\xc3\xa4 & \xe6\x97\xa5");
    assert_string_equal(ag_element_value(table, "comment"), "\"q\"");
    assert_place(ag_element_attribute(table, "name")->place, 5, 10);
    assert_place(ag_element_attribute(table, "name")->value_place, 5, 16);
    const AgAttribute *name = ag_element_attribute(table, "name");
    assert_place(ag_attribute_value_place(name, 0), 5, 16);
    assert_place(ag_attribute_value_place(name, 3), 5, 18); /* & */
    assert_place(ag_attribute_value_place(name, 5), 5, 24); /* the reference */
    assert_place(ag_attribute_value_place(name, 8), 5, 32); /* the closing quote */
    const AgElement *check = ag_element_child(table, 0), *column = ag_element_child(table, 1);
    assert_string_equal(check->text, "a < 1 && b > 2 and <c>");
    assert_place(ag_element_text_place(check, 0), 6, 30);  /* a, behind <![CDATA[ */
    assert_place(ag_element_text_place(check, 9), 6, 39);  /* b */
    assert_place(ag_element_text_place(check, 15), 6, 48); /* and */
    assert_place(ag_element_text_place(check, 20), 6, 56); /* c, behind &lt; */
    assert_place(column->place, 7, 19);
    assert_place(ag_element_attribute(column, "name")->value_place, 7, 35);
    assert_place(ag_element_attribute(column, "type")->place, 8, 3);
    drop(&parsed);
}

/* XML turns line ends in attributes into blanks; as references they stay. */
static void test_attribute_blanks(void **state)
{
    (void)state;
    Parsed parsed = parse(OPEN "<a b=\"x\ny\tz\r\nw&#10;v&#9;u&#13;t\"/>" CLOSE);
    assert_string_equal(ag_element_value(ag_element_child(parsed.root, 0), "b"),
                        "x y z w\nv\tu\rt");
    drop(&parsed);
}

/* Text between child elements and comments is one text, and places know it. */
static void test_mixed_text(void **state)
{
    (void)state;
    Parsed parsed = parse(OPEN "ab<!-- x -->cd<t q='>'>inner</t>ef<t/>g" CLOSE);
    assert_string_equal(parsed.root->text, "abcdefg");
    int start = (int)strlen(OPEN) + 1;
    assert_place(ag_element_text_place(parsed.root, 2), 1, start + 12);
    assert_place(ag_element_text_place(parsed.root, 4), 1, start + 32);
    assert_place(ag_element_text_place(parsed.root, 6), 1, start + 38);
    drop(&parsed);
}

static void test_prefixes(void **state)
{
    (void)state;
    Parsed parsed =
        parse("<m:model xmlns:m=\"urn:autogen:model:1\" xmlns:o=\"urn:o\" o:a='1' b='2'>"
              "<m:table o:x='1' name='t'/><o:table name='u'><m:table/></o:table>"
              "<m:table name='v'/></m:model>");
    assert_int_equal(ag_element_count(parsed.root), 2);
    assert_int_equal(parsed.root->n_attributes, 1);
    assert_string_equal(ag_element_value(ag_element_child(parsed.root, 0), "name"), "t");
    assert_string_equal(ag_element_value(ag_element_child(parsed.root, 1), "name"), "v");
    drop(&parsed);
}

/* --- what is read without libxml2 --- */

static void assert_same_place(AgPlace a, AgPlace b, const char *text)
{
    if (a.line != b.line || a.column != b.column)
        fail_msg("%d:%d is not %d:%d in\n%s", a.line, a.column, b.line, b.column, text);
}

static void assert_same_element(const AgElement *a, const AgElement *b, const char *text)
{
    if (strcmp(a->name, b->name) != 0 || strcmp(a->text, b->text) != 0 ||
        a->n_attributes != b->n_attributes || ag_element_count(a) != ag_element_count(b) ||
        strcmp(a->content, b->content) != 0)
        fail_msg("<%s>%s is not <%s>%s in\n%s", a->name, a->text, b->name, b->text, text);
    assert_same_place(a->place, b->place, text);
    assert_same_place(a->content_place, b->content_place, text);
    for (guint i = 0; i < a->n_attributes; i++) {
        const AgAttribute *x = &a->attributes[i], *y = &b->attributes[i];
        if (strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0 ||
            strcmp(x->raw, y->raw) != 0)
            fail_msg("%s=%s is not %s=%s in\n%s", x->name, x->value, y->name, y->value, text);
        assert_same_place(x->place, y->place, text);
        assert_same_place(x->value_place, y->value_place, text);
    }
    for (guint i = 0; i < ag_element_count(a); i++)
        assert_same_element(ag_element_child(a, i), ag_element_child(b, i), text);
}

/* Whether the text was plain; then libxml2 must have read the same. */
static bool reads_alike(const char *text)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgElement *plain = ag_plain_parse(pool, text, strlen(text), "m.xml", false);
    if (plain == NULL)
        return false;
    AgElement *whole = ag_xml_parse_by_library(pool, text, strlen(text), "m.xml", diag);
    if (whole == NULL)
        fail_msg("libxml2 refuses: %s\n%s", ag_diag_problem(diag, 0)->message, text);
    assert_same_element(plain, whole, text);
    return true;
}

static const char *const plain_texts[] = {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- all of it -->\n" OPEN
    "\n  <table name=\"größe\" schema='shop'\n         comment=\"a &lt; b\n\tc\">\n"
    "    <column name=\"id\" type=\"bigint\" />\n    <check>a &gt; 1 &amp;&amp; b</check>\n"
    "    <check><![CDATA[a < 1 && ü]]></check><query> <!-- why -->SELECT <![CDATA[<]]>\n1 "
    "</query>\n"
    "    <empty> </empty><empty></empty>\n  </table>\n" CLOSE "\n<!-- end -->\n",
    OPEN "<a b='1' c=\"2\"/><a><b><c>x</c></b> </a>" CLOSE,
};

static void test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(plain_texts); i++)
        assert_true(reads_alike(plain_texts[i]));
    static const char *const others[] = {
        "<model/>",
        OPEN,
        OPEN "<a>",
        OPEN CLOSE "x",
        OPEN "<a b='1'c='2'/>" CLOSE,
        OPEN "<a b='<'/>" CLOSE,
        OPEN "<a b='1' b='2'/>" CLOSE,
        OPEN "<a>]]></a>" CLOSE,
        OPEN "<a>&nbsp;</a>" CLOSE,
        OPEN "<a>&#65;</a>" CLOSE,
        OPEN "<!-- a -- b -->" CLOSE,
        OPEN "<?x y?>" CLOSE,
        OPEN "<x:a/>" CLOSE,
        OPEN "<a xmlns=''/>" CLOSE,
        OPEN "<a>text<b/></a>" CLOSE,
        OPEN "<a>\xef\xbf\xbf</a>" CLOSE,
        "<!DOCTYPE model>" OPEN CLOSE,
    };
    g_autoptr(AgPool) pool = ag_pool_new();
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (ag_plain_parse(pool, others[i], strlen(others[i]), "m.xml", false) != NULL)
            fail_msg("is not plain: %s", others[i]);
}

/* Damaged in one to three places: what is still taken for plain is read as libxml2 reads it. */
static void test_plain_or_not(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<",         ">",     "/",   "=",    "\"",   "'",   "&",
                                         ";",         "!",     "[",   "]",    "-",    "?",   " ",
                                         "\n",        "\t",    "a",   ":",    "--",   "]]>", "<!--",
                                         "-->",       "</",    "/>",  "&lt;", "1",    ".",   "ä",
                                         "<![CDATA[", "xmlns", "<a>", "</a>", "b='c'"};
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    guint plain = 0, n = 20000;
    for (guint i = 0; i < n; i++) {
        g_autoptr(GString) text = g_string_new(plain_texts[i % G_N_ELEMENTS(plain_texts)]);
        for (gint32 times = g_rand_int_range(random, 1, 4); times > 0; times--) {
            gssize at = g_rand_int_range(random, 0, (gint32)text->len);
            gssize less = g_rand_int_range(random, 0, 4);
            g_string_erase(text, at, MIN(less, (gssize)text->len - at));
            if (g_rand_boolean(random))
                g_string_insert(text, at,
                                pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
        }
        if (g_utf8_validate(text->str, -1, NULL) && reads_alike(text->str))
            plain++;
    }
    assert_in_range(plain, n / 20, n - n / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bom),
        cmocka_unit_test(test_wide_encodings),
        cmocka_unit_test(test_declared_encodings),
        cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_compressed),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_foreign_depth),
        cmocka_unit_test(test_entity_bombs),
        cmocka_unit_test(test_doctype_places),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_attribute_blanks),
        cmocka_unit_test(test_mixed_text),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
