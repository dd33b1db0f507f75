/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

void ag_json_init(AgJson *json, GString *out)
{
    *json = (AgJson){.out = out, .depth = 0, .empty = true};
}

void ag_json_init_line(AgJson *json, GString *out)
{
    ag_json_init(json, out);
    json->line = true;
}

static void append_quoted(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(out, '"');
    for (const char *p = valid; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if (c == '\n')
            g_string_append(out, "\\n");
        else if (c == '\t')
            g_string_append(out, "\\t");
        else if (c < 0x20 || c == 0x7f)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_c(out, (char)c);
    }
    g_string_append_c(out, '"');
}

static void line_up(AgJson *json)
{
    if (json->line) {
        if (!json->empty)
            g_string_append_c(json->out, ' ');
        return;
    }
    g_string_append_c(json->out, '\n');
    for (guint i = 0; i < json->depth; i++)
        g_string_append(json->out, "  ");
}

static void begin_value(AgJson *json, const char *key)
{
    if (!json->empty)
        g_string_append_c(json->out, ',');
    if (json->depth > 0)
        line_up(json);
    json->empty = false;
    if (key == NULL)
        return;
    append_quoted(json->out, key);
    g_string_append(json->out, ": ");
}

static void begin_nested(AgJson *json, const char *key, char bracket)
{
    begin_value(json, key);
    g_string_append_c(json->out, bracket);
    json->depth++;
    json->empty = true;
}

static void end_nested(AgJson *json, char bracket)
{
    g_assert(json->depth > 0);
    json->depth--;
    if (!json->empty && !json->line)
        line_up(json);
    json->empty = false;
    g_string_append_c(json->out, bracket);
    if (json->depth == 0)
        g_string_append_c(json->out, '\n');
}

void ag_json_begin_object(AgJson *json, const char *key)
{
    begin_nested(json, key, '{');
}

void ag_json_end_object(AgJson *json)
{
    end_nested(json, '}');
}

void ag_json_begin_array(AgJson *json, const char *key)
{
    begin_nested(json, key, '[');
}

void ag_json_end_array(AgJson *json)
{
    end_nested(json, ']');
}

void ag_json_text(AgJson *json, const char *key, const char *text)
{
    begin_value(json, key);
    if (text == NULL)
        g_string_append(json->out, "null");
    else
        append_quoted(json->out, text);
}

void ag_json_int(AgJson *json, const char *key, int64_t value)
{
    begin_value(json, key);
    g_string_append_printf(json->out, "%" G_GINT64_FORMAT, (gint64)value);
}

void ag_json_bool(AgJson *json, const char *key, bool value)
{
    begin_value(json, key);
    g_string_append(json->out, value ? "true" : "false");
}

void ag_json_texts(AgJson *json, const char *key, const GPtrArray *texts)
{
    ag_json_begin_array(json, key);
    for (guint i = 0; i < texts->len; i++)
        ag_json_text(json, NULL, g_ptr_array_index(texts, i));
    ag_json_end_array(json);
}
