/* SPDX-License-Identifier: MIT */
/* SQL text of models: where it stands, and that it can be an expression. */
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "parser/parse.h"
#include "sql/split.h"
#include "sql/tokens.h"

#include <string.h>

/* Text with the means to tell where each byte of it stands. */
typedef struct {
    const char *text;
    const AgElement *element;     /* its text, or */
    const AgAttribute *attribute; /* its value, or */
    const char *file;             /* a whole file */
    enum { EXPRESSION, STATEMENTS, TRIGGER_BODY } form;
} Source;

static AgPlace place_in(const Source *source, size_t offset)
{
    if (source->element != NULL)
        return ag_element_text_place(source->element, offset);
    if (source->attribute != NULL)
        return ag_attribute_value_place(source->attribute, offset);
    return ag_sql_place(source->text, offset, (AgPlace){source->file, 1, 1});
}

/* The byte offset of a place in a text whose first character stands at 1:1. */
static size_t offset_of(const char *text, AgPlace place)
{
    const char *p = text;
    for (int line = 1; line < place.line; line++) {
        const char *end = strchr(p, '\n');
        if (end == NULL)
            return strlen(text);
        p = end + 1;
    }
    for (int column = 1; column < place.column && *p != '\0'; column++)
        p += g_utf8_skip[(unsigned char)*p];
    return (size_t)(p - text);
}

/* The checker counts in the decoded text; what it finds is told where it stands in the file. */
static bool check(AgParse *parse, const Source *source)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    AgPlace start = {"", 1, 1};
    if (source->form == STATEMENTS ? ag_sql_check_statements(parse->id, source->text, start, found)
                                   : ag_sql_check_expression(parse->id, source->text, start, found))
        return true;
    for (guint i = 0; i < ag_diag_count(found); i++) {
        const AgProblem *problem = ag_diag_problem(found, i);
        size_t offset = offset_of(source->text, problem->place);
        ag_fail(parse->diag, problem->id, place_in(source, offset), "%s", problem->message);
        if (problem->hint != NULL)
            ag_hint(parse->diag, "%s", problem->hint);
    }
    return false;
}

/* An attribute keeps what references say of line ends; only blanks around it go. */
static char *stripped(AgPool *pool, const char *text)
{
    size_t start = strspn(text, " \t\r\n"), end = strlen(text);
    while (end > start && strchr(" \t\r\n", text[end - 1]) != NULL)
        end--;
    return ag_pool_text_n(pool, text + start, end - start);
}

/* Whether a text is one whole statement of SQLite. */
static bool is_one_statement(AgParse *parse, const char *text)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    GPtrArray *pieces = ag_sql_split(parse->trees, AG_DIALECT_SQLITE, text, AG_NOWHERE, found);
    if (pieces == NULL || pieces->len != 1)
        return false;
    const AgSqlPiece *piece = g_ptr_array_index(pieces, 0);
    return piece->offset == 0 && piece->length == strlen(text);
}

/* What follows END would be run as a statement of its own. */
static bool check_body(AgParse *parse, const Source *source, AgSql *out)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, out->written, strlen(out->written));
    AgToken first = ag_lexer_next_solid(&lexer), last = first, token = first;
    while (token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD) {
        last = token;
        token = ag_lexer_next_solid(&lexer);
    }
    bool whole = token.type == AG_TOKEN_END && ag_token_is(first, "BEGIN") &&
                 ag_token_is(last, "END") && last.offset + last.length == strlen(out->written);
    g_autofree char *all = g_strconcat("CREATE TRIGGER t DELETE ON t ", out->written, NULL);
    if (whole && is_one_statement(parse, all))
        return true;
    size_t blanks = strspn(source->text, " \t\r\n");
    ag_fail(parse->diag, AG_PROBLEM_BAD_EXPRESSION, place_in(source, blanks),
            "the body of a trigger is BEGIN, statements with a semicolon behind each, and END");
    return false;
}

static bool finish(AgParse *parse, const Source *source, AgSql *out)
{
    size_t blanks = strspn(source->text, " \t\r\n");
    *out = (AgSql){.written = source->attribute != NULL ? stripped(parse->pool, source->text)
                                                        : ag_text_dedent(parse->pool, source->text),
                   .place = place_in(source, blanks)};
    if (source->text[blanks] == '\0')
        return ag_fail(parse->diag, AG_PROBLEM_BAD_EXPRESSION, out->place,
                       "the expression is empty");
    return source->form == TRIGGER_BODY ? check_body(parse, source, out) : check(parse, source);
}

/* The text of the file that src names, and its path; NULL after a mistake. */
static const char *read_src(AgParse *parse, const AgElement *element, const AgAttribute *src,
                            const char **path)
{
    if (element->text[strspn(element->text, " \t\r\n")] != '\0') {
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, src->place, "<%s> has text and also 'src'",
                element->name);
        return NULL;
    }
    if (src->value[0] == '\0' || g_path_is_absolute(src->value) ||
        strstr(src->value, "://") != NULL) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, src->value_place, "'%s' is not a relative path",
                src->value);
        ag_hint(parse->diag, "src is relative to the file it stands in");
        return NULL;
    }
    g_autofree char *directory = g_path_get_dirname(element->place.file);
    g_autofree char *joined = g_build_filename(directory, src->value, NULL);
    *path = ag_pool_text(parse->pool, joined);
    if (!g_file_test(*path, G_FILE_TEST_EXISTS)) {
        ag_fail(parse->diag, AG_PROBLEM_FILE_MISSING, src->value_place, "file '%s' does not exist",
                src->value);
        return NULL;
    }
    size_t length = 0;
    char *text = ag_file_read(parse->trees, *path, AG_LIMIT_MODEL_BYTES, &length, parse->diag);
    gssize bad = text == NULL ? -1 : ag_text_invalid_utf8(text, length);
    if (bad >= 0) {
        ag_fail(parse->diag, AG_PROBLEM_ENCODING, (AgPlace){*path, 0, 0},
                "byte 0x%02x at offset %" G_GSSIZE_FORMAT " is not valid UTF-8",
                (unsigned char)text[bad], bad);
        return NULL;
    }
    bool marked = text != NULL && strncmp(text, "\xef\xbb\xbf", 3) == 0;
    return text == NULL ? NULL : text + (marked ? 3 : 0);
}

const char *ag_bind_text(AgParse *parse, const AgElement *element)
{
    ag_word_no_children(parse, element);
    const AgAttribute *src = ag_element_attribute(element, "src");
    const char *path;
    return src != NULL ? read_src(parse, element, src, &path) : element->text;
}

static bool bind_element(AgParse *parse, const AgElement *element, Source source, AgSql *out)
{
    ag_word_no_children(parse, element);
    const AgAttribute *src = ag_element_attribute(element, "src");
    const char *path = NULL;
    const char *text = src == NULL ? NULL : read_src(parse, element, src, &path);
    source.text = src != NULL ? text : element->text;
    source.element = src != NULL ? NULL : element;
    source.file = path;
    return source.text != NULL && finish(parse, &source, out);
}

bool ag_bind_element_sql(AgParse *parse, const AgElement *element, AgSql *out)
{
    return bind_element(parse, element, (Source){.form = EXPRESSION}, out);
}

bool ag_bind_trigger_body(AgParse *parse, const AgElement *element, AgSql *out)
{
    return bind_element(parse, element, (Source){.form = TRIGGER_BODY}, out);
}

bool ag_bind_element_statements(AgParse *parse, const AgElement *element, AgSql *out)
{
    return bind_element(parse, element, (Source){.form = STATEMENTS}, out);
}

bool ag_bind_attribute_sql(AgParse *parse, const AgAttribute *attribute, AgSql *out)
{
    return finish(parse, &(Source){.text = attribute->value, .attribute = attribute}, out);
}
