/* SPDX-License-Identifier: MIT */
#include "dialect/dialect.h"

/* A name that the database reads back unchanged when it stands without quotes. Letters beyond
 * ASCII would do as well, but how they fold depends on the server's locale. */
static bool is_plain(const AgDialect *dialect, const char *name)
{
    if (!(g_ascii_isalpha(name[0]) || name[0] == '_'))
        return false;
    for (const char *p = name; *p != '\0'; p++) {
        if (!g_ascii_isalnum(*p) && *p != '_')
            return false;
        if (g_ascii_isupper(*p) && !dialect->folds_names)
            return false;
    }
    g_autofree char *word = g_ascii_strdown(name, -1);
    return !dialect->is_keyword(word);
}

static void put_quoted(GString *out, char quote, const char *text)
{
    g_string_append_c(out, quote);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == quote)
            g_string_append_c(out, quote);
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, quote);
}

void ag_quote_name(const AgDialect *dialect, GString *out, const char *name)
{
    if (is_plain(dialect, name))
        g_string_append(out, name);
    else
        put_quoted(out, '"', name);
}

void ag_quote_qname(const AgDialect *dialect, GString *out, const char *schema, const char *name)
{
    if (schema != NULL) {
        ag_quote_name(dialect, out, schema);
        g_string_append_c(out, '.');
    }
    ag_quote_name(dialect, out, name);
}

void ag_quote_names(const AgDialect *dialect, GString *out, const GPtrArray *names)
{
    for (guint i = 0; names != NULL && i < names->len; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        ag_quote_name(dialect, out, g_ptr_array_index(names, i));
    }
}

/* Never E'': backslashes stand for themselves, which standard_conforming_strings (always on in our
 * sessions) and SQLite agree on. */
void ag_quote_text(GString *out, const char *text)
{
    put_quoted(out, '\'', text);
}
