/* SPDX-License-Identifier: MIT */
#include "dialect/postgres/postgres.h"

#include <string.h>

static const char *renamed(GHashTable *labels, const char *label)
{
    const char *now = g_hash_table_lookup(labels, label);
    return now != NULL ? now : label;
}

/* The rule of the server's array_out(). */
static void put_element(GString *out, const char *label)
{
    bool bare = label[0] != '\0' && strpbrk(label, "\"\\{}, \t\n\r\v\f") == NULL &&
                g_ascii_strcasecmp(label, "null") != 0;
    if (bare) {
        g_string_append(out, label);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *p = label; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

/* Reads one element; returns what stands behind it, or NULL when it has no end. */
static const char *read_element(const char *p, GString *element)
{
    bool quoted = *p == '"';
    for (p += quoted; *p != '\0'; p++) {
        if (quoted ? *p == '"' : strchr("{},", *p) != NULL)
            return quoted ? p + 1 : p;
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(element, *p);
    }
    return NULL;
}

/* Braces, commas and lower bounds stay as they are. */
static char *respell_array(AgPool *pool, const char *text, GHashTable *labels)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = text; *p != '\0';) {
        if (strchr("{}, ", *p) != NULL) {
            g_string_append_c(out, *p++);
            continue;
        }
        bool is_null = g_ascii_strncasecmp(p, "null", 4) == 0 && strchr(",}", p[4]) != NULL;
        g_autoptr(GString) element = g_string_new(NULL);
        const char *after = read_element(p, element);
        if (after == NULL)
            return ag_pool_text(pool, text);
        if (is_null)
            g_string_append(out, element->str);
        else
            put_element(out, renamed(labels, element->str));
        p = after;
    }
    return ag_pool_text(pool, out->str);
}

char *ag_postgres_respell_labels(AgPool *pool, const char *text, GHashTable *labels, bool is_array)
{
    if (is_array && text[0] == '{')
        return respell_array(pool, text, labels);
    return ag_pool_text(pool, renamed(labels, text));
}
