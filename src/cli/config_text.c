/* SPDX-License-Identifier: MIT */
/* The texts of the configuration: ini lines, .env lines, ${...}, durations. GKeyFile is not used
 * because it knows neither line numbers nor ';' comments. */
#include "cli/config_private.h"

#include <string.h>

#include "base/text.h"

typedef struct {
    AgPool *pool;
    const char *file, *section;
    GPtrArray *lines;
    bool good;
    AgDiag *diag;
} Reading;

static AgPlace place_at(const Reading *reading, int line, const char *start, const char *p)
{
    return (AgPlace){reading->file, line, (int)g_utf8_strlen(start, p - start) + 1};
}

static void complain(Reading *reading, AgPlace place, const char *message)
{
    ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, place, "%s", message);
    reading->good = false;
}

static AgConfigLine *add_line(Reading *reading, const char *key, const char *value, AgPlace place)
{
    AgConfigLine *line = ag_pool_new0(reading->pool, AgConfigLine);
    *line = (AgConfigLine){.section = reading->section,
                           .key = ag_pool_text(reading->pool, key),
                           .value = ag_pool_text(reading->pool, value),
                           .place = place};
    g_ptr_array_add(reading->lines, line);
    return line;
}

static void refuse_duplicate(Reading *reading, const char *key, AgPlace place)
{
    for (guint i = 0; i < reading->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(reading->lines, i);
        if (line->key == NULL || strcmp(line->key, key) != 0 ||
            g_strcmp0(line->section, reading->section) != 0)
            continue;
        ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, place, "key '%s' stands twice in [%s]", key,
                reading->section);
        ag_also(reading->diag, line->place);
        reading->good = false;
        return;
    }
}

static void read_section(Reading *reading, char *p, AgPlace place)
{
    char *end = strchr(p, ']');
    if (end == NULL || end[1] != '\0') {
        complain(reading, place, "a section is written [name] on a line of its own");
        return;
    }
    *end = '\0';
    reading->section = ag_pool_text(reading->pool, g_strstrip(p + 1));
    add_line(reading, NULL, NULL, place);
}

static void read_key(Reading *reading, char *p, AgPlace place)
{
    char *equals = strchr(p, '=');
    *equals = '\0';
    g_strchomp(p);
    if (reading->section == NULL)
        complain(reading, place, "a key stands before the first section");
    else if (*p == '\0')
        complain(reading, place, "a line begins with '=': the key is missing");
    else {
        refuse_duplicate(reading, p, place);
        add_line(reading, p, g_strstrip(equals + 1), place);
    }
}

/* An indented line goes on with the value of the line above, as in Python's ini files. */
static void read_more(Reading *reading, bool indented, const char *p, AgPlace place)
{
    AgConfigLine *above = reading->lines->len == 0
                              ? NULL
                              : g_ptr_array_index(reading->lines, reading->lines->len - 1);
    if (!indented || above == NULL || above->key == NULL)
        complain(reading, place, "the line is neither [section] nor key = value");
    else
        above->value = *above->value == '\0'
                           ? ag_pool_text(reading->pool, p)
                           : ag_pool_printf(reading->pool, "%s %s", above->value, p);
}

static char *skip_bom(char *text)
{
    return g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text;
}

/* The line at *next, ended and without trailing blanks; *next moves on, to NULL after the last one.
 */
static char *take_line(char **next)
{
    char *start = *next;
    *next = strchr(start, '\n');
    if (*next != NULL)
        *(*next)++ = '\0';
    return g_strchomp(start);
}

GPtrArray *ag_config_lines(AgPool *pool, char *text, const char *file, AgDiag *diag)
{
    Reading reading = {.pool = pool,
                       .file = ag_pool_text(pool, file),
                       .lines = ag_pool_array(pool),
                       .good = true,
                       .diag = diag};
    int number = 0;
    for (char *next = skip_bom(text); next != NULL;) {
        char *start = take_line(&next);
        number++;
        char *p = start + strspn(start, " \t");
        AgPlace place = place_at(&reading, number, start, p);
        if (*p == '\0' || *p == '#' || *p == ';')
            continue;
        if (*p == '[')
            read_section(&reading, p, place);
        else if (strchr(p, '=') != NULL)
            read_key(&reading, p, place);
        else
            read_more(&reading, p > start, p, place);
    }
    return reading.good ? reading.lines : NULL;
}

/* The value of a double-quoted text up to the closing quote, which `*end` then points at; NULL
 * when there is none. */
static char *unquote_double(const char *p, const char **end)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0') {
            p++;
            g_string_append_c(out, *p == 'n' ? '\n' : *p == 't' ? '\t' : *p);
        } else {
            g_string_append_c(out, *p);
        }
    }
    *end = p;
    return *p == '"' ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

/* The value of one .env line; NULL when a quote is not closed or something follows it. */
static char *env_value(char *p)
{
    if (*p != '\'' && *p != '"') {
        char *comment = strstr(p, " #");
        if (comment != NULL)
            *comment = '\0';
        return g_strdup(g_strchomp(p));
    }
    const char *end = NULL;
    g_autofree char *value = NULL;
    if (*p == '"') {
        value = unquote_double(p + 1, &end);
    } else {
        end = strchr(p + 1, '\'');
        value = end == NULL ? NULL : g_strndup(p + 1, (gsize)(end - p - 1));
    }
    if (value == NULL)
        return NULL;
    end += 1 + strspn(end + 1, " \t");
    return *end == '\0' || *end == '#' ? g_steal_pointer(&value) : NULL;
}

static bool is_variable(const char *name, size_t length)
{
    if (length == 0 || g_ascii_isdigit(name[0]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!g_ascii_isalnum(name[i]) && name[i] != '_')
            return false;
    return true;
}

static void read_variable(Reading *reading, char *p, AgPlace place)
{
    if (g_str_has_prefix(p, "export ") || g_str_has_prefix(p, "export\t"))
        p += 7 + strspn(p + 7, " \t");
    char *equals = strchr(p, '=');
    if (equals == NULL || !is_variable(p, (size_t)(equals - p))) {
        complain(reading, place, "the line is not NAME=value");
        return;
    }
    *equals = '\0';
    g_autofree char *value = env_value(equals + 1 + strspn(equals + 1, " \t"));
    if (value == NULL)
        complain(reading, place, "a quote is not closed, or something follows it");
    else
        add_line(reading, p, value, place);
}

GPtrArray *ag_env_lines(AgPool *pool, char *text, const char *file, AgDiag *diag)
{
    Reading reading = {.pool = pool,
                       .file = ag_pool_text(pool, file),
                       .lines = ag_pool_array(pool),
                       .good = true,
                       .diag = diag};
    int number = 0;
    for (char *next = skip_bom(text); next != NULL;) {
        char *start = take_line(&next);
        number++;
        char *p = start + strspn(start, " \t");
        if (*p != '\0' && *p != '#')
            read_variable(&reading, p, place_at(&reading, number, start, p));
    }
    return reading.good ? reading.lines : NULL;
}

/* Appends what stands for the variable between `p` and `end`. */
static bool expand_one(GString *out, const char *p, const char *end, AgPlace place, AgLookup lookup,
                       void *data, AgDiag *diag)
{
    const char *fallback = g_strstr_len(p, end - p, ":-");
    g_autofree char *name = g_strndup(p, (gsize)((fallback == NULL ? end : fallback) - p));
    const char *value = lookup(name, data);
    if (value != NULL && (*value != '\0' || fallback == NULL)) {
        g_string_append(out, value);
        return true;
    }
    if (fallback != NULL) {
        g_string_append_len(out, fallback + 2, end - fallback - 2);
        return true;
    }
    g_autofree char *shown = ag_text_printable(name);
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, place, "variable '%s' is not set", shown);
    ag_hint(diag, "set it in the environment, give -x %s=..., or write ${%s:-default}", shown,
            shown);
    return false;
}

char *ag_config_expand(AgPool *pool, const char *text, AgPlace place, AgLookup lookup, void *data,
                       AgDiag *diag)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = text; *p != '\0';) {
        if (g_str_has_prefix(p, "$${")) {
            g_string_append(out, "${");
            p += 3;
        } else if (g_str_has_prefix(p, "${")) {
            const char *end = strchr(p, '}');
            if (end == NULL) {
                ag_fail(diag, AG_PROBLEM_BAD_CONFIG, place, "'${' without its '}'");
                ag_hint(diag, "write $${ for the two characters themselves");
                return NULL;
            }
            if (!expand_one(out, p + 2, end, place, lookup, data, diag))
                return NULL;
            p = end + 1;
        } else {
            g_string_append_c(out, *p++);
        }
    }
    return ag_pool_text(pool, out->str);
}

bool ag_duration_parse(const char *text, int *ms)
{
    static const struct {
        const char *unit;
        gint64 ms;
    } units[] = {{"ms", 1},      {"s", 1000},    {"sec", 1000}, {"m", 60000},
                 {"min", 60000}, {"h", 3600000}, {"", 1000}};
    enum { DAY_MS = 86400000 };
    char *end = NULL;
    if (!g_ascii_isdigit(*text))
        return false;
    gint64 number = g_ascii_strtoll(text, &end, 10);
    end += strspn(end, " ");
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        if (number > DAY_MS / units[i].ms)
            return false;
        *ms = (int)(number * units[i].ms);
        return true;
    }
    return false;
}

bool ag_bool_parse(const char *text, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "0", NULL};
    g_autofree char *lower = g_ascii_strdown(text, -1);
    if (g_strv_contains(yes, lower))
        *out = true;
    else if (g_strv_contains(no, lower))
        *out = false;
    else
        return false;
    return true;
}
