/* SPDX-License-Identifier: MIT */
#include "parser/xml_print.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

enum { WIDTH = 110, STEP = 2 };

bool ag_xml_can_carry(const char *text)
{
    if (ag_text_invalid_utf8(text, strlen(text)) >= 0)
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
            return false;
    }
    return true;
}

bool ag_xml_survives(const char *text)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    return strcmp(ag_text_dedent(pool, text), text) == 0;
}

static void append_escaped(GString *out, const char *text, bool attribute)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '&')
            g_string_append(out, "&amp;");
        else if (*p == '<')
            g_string_append(out, "&lt;");
        else if (*p == '>' && !attribute && p - text >= 2 && p[-1] == ']' && p[-2] == ']')
            g_string_append(out, "&gt;");
        else if (attribute && *p == '"')
            g_string_append(out, "&quot;");
        else if (*p == '\r' || (attribute && (*p == '\n' || *p == '\t')))
            g_string_append_printf(out, "&#%d;", *p);
        else
            g_string_append_c(out, *p);
    }
}

/* The attributes, each as name="value". */
static GPtrArray *attribute_texts(const AgElement *element)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < element->n_attributes; i++) {
        GString *text = g_string_new(element->attributes[i].name);
        g_autofree char *safe = ag_xml_can_carry(element->attributes[i].value)
                                    ? g_strdup(element->attributes[i].value)
                                    : ag_text_printable(element->attributes[i].value);
        g_string_append(text, "=\"");
        append_escaped(text, safe, true);
        g_string_append_c(text, '"');
        g_ptr_array_add(texts, g_string_free(text, FALSE));
    }
    return texts;
}

static void append_indent(GString *out, int columns)
{
    for (int i = 0; i < columns; i++)
        g_string_append_c(out, ' ');
}

/* "<name a="b"" without its end. `room`: characters that follow on the last line. */
static void append_start(GString *out, const AgElement *element, int level, long room)
{
    g_autoptr(GPtrArray) texts = attribute_texts(element);
    long width = level * STEP + (long)g_utf8_strlen(element->name, -1) + 1 + room;
    for (guint i = 0; i < texts->len; i++)
        width += 1 + g_utf8_strlen(g_ptr_array_index(texts, i), -1);
    append_indent(out, level * STEP);
    g_string_append_printf(out, "<%s", element->name);
    long column = level * STEP + (long)strlen(element->name) + 2;
    int below = (int)column;
    for (guint i = 0; i < texts->len; i++) {
        const char *text = g_ptr_array_index(texts, i);
        long length = g_utf8_strlen(text, -1);
        bool last = i + 1 == texts->len;
        if (i > 0 && width > WIDTH && column + 1 + length + (last ? room : 0) > WIDTH) {
            g_string_append_c(out, '\n');
            append_indent(out, below);
            column = below + length;
        } else {
            g_string_append_c(out, ' ');
            column += length + (i > 0);
        }
        g_string_append(out, text);
    }
}

static bool wants_cdata(const char *text)
{
    return strpbrk(text, "<&") != NULL && strstr(text, "]]>") == NULL && strchr(text, '\r') == NULL;
}

/* Each line that is not blank gets the indentation, which reading takes away again. */
static void append_lines(GString *out, const char *text, int indent, bool escape)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] != '\0')
            append_indent(out, indent);
        if (escape)
            append_escaped(out, lines[i], false);
        else
            g_string_append(out, lines[i]);
        g_string_append_c(out, '\n');
    }
}

/* The text begins right behind the start tag. */
static void append_verbatim(GString *out, const AgElement *element, int level)
{
    bool cdata = wants_cdata(element->text);
    append_start(out, element, level, 1);
    g_string_append(out, cdata ? "><![CDATA[" : ">");
    if (cdata)
        g_string_append(out, element->text);
    else
        append_escaped(out, element->text, false);
    g_string_append_printf(out, "%s</%s>\n", cdata ? "]]>" : "", element->name);
}

static void append_text(GString *out, const AgElement *element, int level)
{
    bool cdata = wants_cdata(element->text), lines = strchr(element->text, '\n') != NULL;
    g_autoptr(GString) one = g_string_new(cdata ? "><![CDATA[" : ">");
    if (!lines) {
        if (cdata)
            g_string_append(one, element->text);
        else
            append_escaped(one, element->text, false);
        g_string_append_printf(one, "%s</%s>\n", cdata ? "]]>" : "", element->name);
        append_start(out, element, level, g_utf8_strlen(one->str, -1) - 1);
        g_string_append(out, one->str);
        return;
    }
    append_start(out, element, level, g_utf8_strlen(one->str, -1));
    g_string_append_printf(out, "%s\n", one->str);
    append_lines(out, element->text, (level + 1) * STEP, !cdata);
    append_indent(out, level * STEP);
    g_string_append_printf(out, "%s</%s>\n", cdata ? "]]>" : "", element->name);
}

void ag_xml_print(GString *out, const AgElement *element, int level)
{
    bool children = ag_element_count(element) > 0;
    if (element->verbatim) {
        append_verbatim(out, element, level);
        return;
    }
    if (!children && element->text[0] != '\0') {
        append_text(out, element, level);
        return;
    }
    append_start(out, element, level, children ? 1 : 2);
    g_string_append(out, children ? ">\n" : "/>\n");
    for (guint i = 0; i < ag_element_count(element); i++)
        ag_xml_print(out, ag_element_child(element, i), level + 1);
    if (!children)
        return;
    append_indent(out, level * STEP);
    g_string_append_printf(out, "</%s>\n", element->name);
}
