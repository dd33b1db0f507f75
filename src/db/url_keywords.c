/* SPDX-License-Identifier: MIT */
#include "db/url_private.h"

#include <string.h>

/* libpq's "key = value" strings, with its quoting rules: a value with blanks stands in single
 * quotes, a backslash takes the next character as it is. */

static bool fail_keyword(AgDiag *diag, int number, const char *problem)
{
    g_autofree char *whole = g_strdup_printf("keyword %d of the string %s", number, problem);
    ag_url_fail(diag, whole);
    ag_hint(diag, "put a value with blanks in single quotes: password='two words'");
    return false;
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n\f\v");
}

/* Reads one value and leaves *p behind it. NULL: a quote is not closed. */
static char *read_value(AgPool *pool, const char **p)
{
    g_autoptr(GString) value = g_string_new(NULL);
    const char *s = *p;
    bool quoted = *s == '\'';
    if (quoted)
        s++;
    for (; *s != '\0'; s++) {
        if (quoted ? *s == '\'' : g_ascii_isspace(*s))
            break;
        if (*s == '\\' && s[1] != '\0')
            s++;
        g_string_append_c(value, *s);
    }
    if (quoted && *s != '\'')
        return NULL;
    *p = quoted ? s + 1 : s;
    return ag_pool_text_n(pool, value->str, value->len);
}

bool ag_url_parse_keywords(AgPool *pool, AgUrl *url, const char *text, AgDiag *diag)
{
    int number = 1;
    for (const char *p = skip_blanks(text); *p != '\0'; p = skip_blanks(p), number++) {
        size_t length = strcspn(p, "= \t\r\n\f\v");
        g_autofree char *name = g_strndup(p, length);
        p = skip_blanks(p + length);
        if (*p != '=' || length == 0)
            return fail_keyword(diag, number, "has no '='");
        if (!ag_url_is_keyword(name)) {
            /* The word may be the rest of a password that should have been quoted. */
            fail_keyword(diag, number, "is not known to libpq");
            ag_hint_nearest(diag, name, ag_url_keywords());
            return false;
        }
        p = skip_blanks(p + 1);
        const char *value = read_value(pool, &p);
        if (value == NULL)
            return fail_keyword(diag, number, "has a quote that is not closed");
        if (*p != '\0' && !g_ascii_isspace(*p))
            return fail_keyword(diag, number, "has something directly behind its closing quote");
        if (*value != '\0')
            ag_url_set(pool, url, name, value);
    }
    return true;
}
