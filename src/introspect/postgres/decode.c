/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/catalog.h"

#include <stdlib.h>
#include <string.h>

/* The text forms of catalogue values. The server is not trusted to be sane: nothing here reads
 * beyond the text or the array it was given. */

guint32 ag_pg_oid(const char *text)
{
    return text == NULL ? 0 : (guint32)strtoul(text, NULL, 10);
}

bool ag_pg_true(const char *text)
{
    return text != NULL && text[0] == 't';
}

guint ag_pg_numbers(const char *text, guint32 *out, guint size)
{
    guint n = 0;
    for (const char *p = text == NULL ? "" : text; *p != '\0' && n < size;) {
        if (!g_ascii_isdigit(*p) && *p != '-') {
            p++;
            continue;
        }
        char *end = NULL;
        out[n++] = (guint32)strtol(p, &end, 10);
        p = end > p ? end : p + 1;
    }
    return n;
}

/* One element; leaves *p at the comma or brace behind it. */
static char *take_element(AgPool *pool, const char **p)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *s = *p;
    bool quoted = *s == '"';
    if (quoted)
        s++;
    for (; *s != '\0' && (quoted ? *s != '"' : *s != ',' && *s != '}'); s++) {
        if (*s == '\\' && s[1] != '\0')
            s++;
        g_string_append_c(out, *s);
    }
    *p = quoted && *s == '"' ? s + 1 : s;
    if (!quoted && strcmp(out->str, "NULL") == 0)
        return NULL;
    return ag_pool_text_n(pool, out->str, out->len);
}

GPtrArray *ag_pg_array(AgPool *pool, const char *text)
{
    GPtrArray *list = ag_pool_array(pool);
    const char *p = text == NULL ? "" : text;
    if (*p != '{' || p[1] == '}')
        return list;
    for (p++; *p != '\0' && *p != '}';) {
        g_ptr_array_add(list, take_element(pool, &p));
        if (*p == ',')
            p++;
    }
    return list;
}

char *ag_pg_array_text(AgPool *pool, const GPtrArray *list)
{
    g_autoptr(GString) out = g_string_new("{");
    for (guint i = 0; i < list->len; i++) {
        g_string_append(out, i > 0 ? ",\"" : "\"");
        for (const char *p = g_ptr_array_index(list, i); *p != '\0'; p++) {
            if (*p == '"' || *p == '\\')
                g_string_append_c(out, '\\');
            g_string_append_c(out, *p);
        }
        g_string_append_c(out, '"');
    }
    g_string_append_c(out, '}');
    return ag_pool_text(pool, out->str);
}

GPtrArray *ag_pg_options(AgPool *pool, GPtrArray *options, const char *prefix, const char *text)
{
    if (text == NULL)
        return options;
    GPtrArray *list = ag_pg_array(pool, text);
    for (guint i = 0; i < list->len; i++) {
        const char *element = g_ptr_array_index(list, i);
        const char *equals = element == NULL ? NULL : strchr(element, '=');
        if (equals == NULL || g_str_has_prefix(element, "pg_attver="))
            continue;
        AgOption *option = ag_pool_new0(pool, AgOption);
        option->name = ag_pool_printf(pool, "%s%.*s", prefix, (int)(equals - element), element);
        option->value = ag_pool_text(pool, equals + 1);
        if (options == NULL)
            options = ag_pool_array(pool);
        g_ptr_array_add(options, option);
    }
    return options;
}

GPtrArray *ag_pg_column_names(AgPool *pool, const AgPgTable *table, const guint32 *numbers, guint n)
{
    GPtrArray *names = NULL;
    for (guint i = 0; i < n; i++) {
        const char *name = ag_catalog_column(table, numbers[i]);
        if (name == NULL)
            continue;
        if (names == NULL)
            names = ag_pool_array(pool);
        g_ptr_array_add(names, (gpointer)(guintptr)name);
    }
    return names;
}
