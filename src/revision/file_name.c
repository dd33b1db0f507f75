/* SPDX-License-Identifier: MIT */
#include "revision/revision.h"

#include <string.h>

enum { DEFAULT_SLUG_LENGTH = 40 };

/* "Add phone (2nd try)" -> "add_phone_2nd_try". Cut between words where one ends in reach. */
static char *slug_of(AgPool *pool, const char *message, int limit)
{
    size_t most = limit > 0 ? (size_t)limit : DEFAULT_SLUG_LENGTH;
    g_autoptr(GString) slug = g_string_new(NULL);
    for (const char *p = message; *p != '\0'; p++) {
        if (g_ascii_isalnum(*p))
            g_string_append_c(slug, g_ascii_tolower(*p));
        else if (slug->len > 0 && slug->str[slug->len - 1] != '_')
            g_string_append_c(slug, '_');
    }
    if (slug->len > most) {
        bool inside_word = slug->str[most] != '_';
        g_string_truncate(slug, most);
        const char *last = strrchr(slug->str, '_');
        if (inside_word && last != NULL)
            g_string_truncate(slug, (gsize)(last - slug->str));
    }
    while (slug->len > 0 && slug->str[slug->len - 1] == '_')
        g_string_truncate(slug, slug->len - 1);
    return ag_pool_text_n(pool, slug->str, slug->len);
}

/* The value of a key of the template; NULL when there is none of that name. */
static char *value_of(AgPool *pool, const char *key, const AgRevision *revision, GDateTime *time,
                      int slug_length)
{
    if (strcmp(key, "rev") == 0)
        return ag_pool_text(pool, revision->id);
    if (strcmp(key, "slug") == 0)
        return slug_of(pool, revision->message != NULL ? revision->message : "", slug_length);
    if (strcmp(key, "year") == 0)
        return ag_pool_printf(pool, "%04d", g_date_time_get_year(time));
    if (strcmp(key, "month") == 0)
        return ag_pool_printf(pool, "%02d", g_date_time_get_month(time));
    if (strcmp(key, "day") == 0)
        return ag_pool_printf(pool, "%02d", g_date_time_get_day_of_month(time));
    if (strcmp(key, "hour") == 0)
        return ag_pool_printf(pool, "%02d", g_date_time_get_hour(time));
    if (strcmp(key, "minute") == 0)
        return ag_pool_printf(pool, "%02d", g_date_time_get_minute(time));
    if (strcmp(key, "second") == 0)
        return ag_pool_printf(pool, "%02d", g_date_time_get_second(time));
    if (strcmp(key, "epoch") == 0)
        return ag_pool_printf(pool, "%" G_GINT64_FORMAT, g_date_time_to_unix(time));
    return NULL;
}

static void append_value(GString *out, const char *value)
{
    /* A message without a single letter leaves no lonely separator. */
    if (value[0] == '\0')
        while (out->len > 0 && strchr("_-.", out->str[out->len - 1]) != NULL)
            g_string_truncate(out, out->len - 1);
    g_string_append(out, value);
}

char *ag_revision_file_name(AgPool *pool, const AgRevision *revision, const char *name_template,
                            int64_t created, int slug_length)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(created);
    g_assert(time != NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = name_template; *p != '\0'; p++) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        const char *value = NULL;
        if (close != NULL) {
            const char *key = ag_pool_text_n(pool, p + 1, (size_t)(close - p) - 1);
            value = value_of(pool, key, revision, time, slug_length);
        }
        if (value == NULL) {
            g_string_append_c(out, *p);
            continue;
        }
        append_value(out, value);
        p = close;
    }
    if (!g_str_has_suffix(out->str, ".sql"))
        g_string_append(out, ".sql");
    return ag_pool_text_n(pool, out->str, out->len);
}
