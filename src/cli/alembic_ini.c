/* SPDX-License-Identifier: MIT */
#include "cli/alembic.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/config_private.h"

enum { MAX_DEPTH = 10 };

typedef struct {
    AgPool *pool;
    AgAlembic *alembic;
    const GPtrArray *lines;
    const char *here;
    AgDiag *diag;
} Reading;

static const AgConfigLine *find_line(const Reading *reading, const char *section, const char *key)
{
    for (guint i = 0; i < reading->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(reading->lines, i);
        if (g_strcmp0(line->key, key) == 0 && strcmp(line->section, section) == 0)
            return line;
    }
    return NULL;
}

static bool interpolate(const Reading *reading, GString *out, const char *text, AgPlace place,
                        int depth);

/* The value of %(name)s. */
static bool put_named(const Reading *reading, GString *out, const char *name, AgPlace place,
                      int depth)
{
    const AgConfigLine *line = find_line(reading, "alembic", name);
    if (line == NULL)
        line = find_line(reading, "DEFAULT", name);
    if (line != NULL && depth < MAX_DEPTH)
        return interpolate(reading, out, line->value, place, depth + 1);
    if (line == NULL && strcmp(name, "here") == 0) {
        g_string_append(out, reading->here);
        return true;
    }
    return ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, place,
                   line == NULL ? "'%%(%s)s' names no key of [alembic] or [DEFAULT]"
                                : "'%%(%s)s' names itself",
                   name);
}

static bool interpolate(const Reading *reading, GString *out, const char *text, AgPlace place,
                        int depth)
{
    for (const char *p = text; *p != '\0'; p++) {
        const char *end = p[0] == '%' && p[1] == '(' ? strstr(p, ")s") : NULL;
        if (*p != '%') {
            g_string_append_c(out, *p);
        } else if (p[1] == '%') {
            g_string_append_c(out, *p++);
        } else if (end != NULL) {
            const char *name = ag_pool_text_n(reading->pool, p + 2, (size_t)(end - p - 2));
            if (!put_named(reading, out, name, place, depth))
                return false;
            p = end + 1;
        } else {
            ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, place,
                    "'%%' stands alone: Alembic does not read that value either");
            ag_hint(reading->diag, "a percent sign is written %%%%");
            return false;
        }
    }
    return true;
}

static bool take(const Reading *reading, const char *key, AgAlembicValue *out)
{
    const AgConfigLine *line = find_line(reading, "alembic", key);
    if (line == NULL)
        line = find_line(reading, "DEFAULT", key);
    if (line == NULL)
        return true;
    g_autoptr(GString) value = g_string_new(NULL);
    if (!interpolate(reading, value, line->value, line->place, 0))
        return false;
    *out = (AgAlembicValue){value->len == 0 ? NULL : ag_pool_text(reading->pool, value->str),
                            line->place};
    return true;
}

/* Python's %(name)s, %(month).2d become {name}, {month}. */
static bool translate_template(const Reading *reading, AgAlembicValue *value)
{
    static const char *const known[] = {"rev", "slug", "epoch",  "year",   "month",
                                        "day", "hour", "minute", "second", NULL};
    if (value->text == NULL)
        return true;
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = value->text; *p != '\0'; p++) {
        const char *end = g_str_has_prefix(p, "%(") ? strchr(p, ')') : NULL;
        if (end == NULL) {
            g_string_append_c(out, *p);
            continue;
        }
        const char *name = ag_pool_text_n(reading->pool, p + 2, (size_t)(end - p - 2));
        p = end + 1 + strspn(end + 1, "0123456789.-+# ");
        if (!g_strv_contains(known, name) || *p == '\0') {
            ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, value->place,
                    "'%%(%s)' is no part of a file name", name);
            ag_hint_nearest(reading->diag, name, known);
            return false;
        }
        g_string_append_printf(out, "{%s}", name);
    }
    value->text = ag_pool_printf(reading->pool, "%s.sql", out->str);
    return true;
}

/* A relative path counts from the file; package:path from the package beside it. */
static const char *whole_path(const Reading *reading, const char *text)
{
    const char *colon = strchr(text, ':');
    g_autofree char *package = colon == NULL ? NULL : g_strndup(text, (size_t)(colon - text));
    if (package != NULL)
        g_strdelimit(package, ".", '/');
    g_autofree char *path =
        package == NULL ? g_strdup(text) : g_build_filename(package, colon + 1, NULL);
    g_autofree char *whole =
        g_path_is_absolute(path) || strcmp(reading->alembic->directory, ".") == 0
            ? g_strdup(path)
            : g_build_filename(reading->alembic->directory, path, NULL);
    return ag_pool_text(reading->pool, whole);
}

static bool read_locations(const Reading *reading)
{
    AgAlembic *alembic = reading->alembic;
    AgAlembicValue value = {0}, separator = {0}, older = {0};
    if (!take(reading, "version_locations", &value) ||
        !take(reading, "path_separator", &separator) ||
        !take(reading, "version_path_separator", &older))
        return false;
    if (separator.text == NULL)
        separator = older;
    if (value.text == NULL)
        value.text = ag_pool_printf(reading->pool, "%s/versions", alembic->script_location.text);
    const char *between = ", ";
    if (g_strcmp0(separator.text, "os") == 0 || g_strcmp0(separator.text, ":") == 0)
        between = ":";
    else if (g_strcmp0(separator.text, ";") == 0)
        between = ";";
    g_auto(GStrv) pieces = g_strsplit_set(value.text, between, -1);
    for (char **piece = pieces; *piece != NULL; piece++) {
        if (*g_strstrip(*piece) == '\0')
            continue;
        const char *path = whole_path(reading, *piece);
        if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
            ag_fail(reading->diag, AG_PROBLEM_FILE_MISSING,
                    value.place.file == NULL ? alembic->script_location.place : value.place,
                    "there is no directory '%s' with revision files", path);
            return false;
        }
        g_ptr_array_add(alembic->locations, (gpointer)(guintptr)path);
    }
    return true;
}

/* What stands in [alembic] and has no counterpart. */
static void note_others(const Reading *reading)
{
    static const char *const used[] = {"script_location",        "sqlalchemy.url",
                                       "version_locations",      "path_separator",
                                       "file_template",          "timezone",
                                       "version_path_separator", "truncate_slug_length",
                                       "version_table",          "here",
                                       "version_table_schema",   NULL};
    /* These say how Alembic finds and writes Python files. */
    static const char *const idle[] = {
        "prepend_sys_path", "revision_environment",        "sourceless",
        "output_encoding",  "recursive_version_locations", NULL};
    for (guint i = 0; i < reading->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(reading->lines, i);
        if (line->key == NULL)
            continue;
        if (strcmp(line->section, "post_write_hooks") == 0 && strcmp(line->key, "hooks") == 0)
            ag_note(reading->diag, AG_PROBLEM_REMARK, line->place,
                    "post_write_hooks are for Python files; [hooks] after-revision is for SQL");
        if (strcmp(line->section, "alembic") != 0 || g_strv_contains(used, line->key) ||
            g_strv_contains(idle, line->key))
            continue;
        ag_note(reading->diag, AG_PROBLEM_REMARK, line->place,
                strcmp(line->key, "databases") == 0
                    ? "key '%s': each database becomes a project of its own; this is about "
                      "sqlalchemy.url"
                    : "key '%s' is read by env.py alone and is not taken over",
                line->key);
    }
}

static bool check_values(const Reading *reading)
{
    const AgAlembic *alembic = reading->alembic;
    const char *length = alembic->truncate_slug_length.text;
    if (length != NULL && (strspn(length, "0123456789") != strlen(length) || strlen(length) > 4))
        return ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, alembic->truncate_slug_length.place,
                       "'%s' is no number", length);
    const char *name = alembic->timezone.text;
    g_autoptr(GTimeZone) zone = name == NULL ? NULL : g_time_zone_new_identifier(name);
    return name == NULL || zone != NULL ||
           ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, alembic->timezone.place,
                   "there is no time zone '%s'", name);
}

static void look_into_env(const Reading *reading, const char *text, const char *name,
                          const char *file, AgAlembicValue *out)
{
    bool computed = false;
    AgPlace place = {file, 0, 0};
    const char *found = ag_alembic_literal(reading->pool, text, name, &place, &computed);
    if (computed) {
        ag_note(reading->diag, AG_PROBLEM_REMARK, place,
                "'%s' is computed there; if it is not what autogen.ini says, write it there", name);
    } else if (found != NULL) {
        *out = (AgAlembicValue){found, place};
    }
}

/* The version table is set in env.py when it is not alembic_version. */
static bool read_env(const Reading *reading)
{
    AgAlembic *alembic = reading->alembic;
    const char *path = ag_pool_printf(reading->pool, "%s/env.py",
                                      whole_path(reading, alembic->script_location.text));
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    const char *text =
        ag_file_read(reading->pool, path, AG_LIMIT_CONFIG_BYTES, NULL, reading->diag);
    if (text == NULL)
        return false;
    if (alembic->version_table.text == NULL)
        look_into_env(reading, text, "version_table", path, &alembic->version_table);
    if (alembic->version_table_schema.text == NULL)
        look_into_env(reading, text, "version_table_schema", path, &alembic->version_table_schema);
    return true;
}

static bool read_values(const Reading *reading)
{
    AgAlembic *alembic = reading->alembic;
    if (!take(reading, "script_location", &alembic->script_location) ||
        !take(reading, "sqlalchemy.url", &alembic->url) ||
        !take(reading, "file_template", &alembic->file_template) ||
        !take(reading, "truncate_slug_length", &alembic->truncate_slug_length) ||
        !take(reading, "timezone", &alembic->timezone) ||
        !take(reading, "version_table", &alembic->version_table) ||
        !take(reading, "version_table_schema", &alembic->version_table_schema))
        return false;
    if (alembic->url.text != NULL && g_str_has_prefix(alembic->url.text, "driver://"))
        alembic->url.text = NULL;
    if (alembic->script_location.text == NULL) {
        ag_fail(reading->diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){alembic->file, 0, 0},
                "[alembic] has no key 'script_location'");
        ag_hint(reading->diag, "it is the directory of env.py and versions/");
        return false;
    }
    return translate_template(reading, &alembic->file_template) && check_values(reading) &&
           read_locations(reading) && read_env(reading);
}

AgAlembic *ag_alembic_read(AgPool *pool, const char *file, AgDiag *diag)
{
    AgAlembic *alembic = ag_pool_new0(pool, AgAlembic);
    g_autofree char *directory = g_path_get_dirname(file);
    g_autofree char *here = g_canonicalize_filename(directory, NULL);
    *alembic = (AgAlembic){.file = ag_pool_text(pool, file),
                           .directory = ag_pool_text(pool, directory),
                           .locations = ag_pool_array(pool)};
    char *text = ag_file_read(pool, file, AG_LIMIT_CONFIG_BYTES, NULL, diag);
    GPtrArray *lines = text == NULL ? NULL : ag_config_lines(pool, text, alembic->file, diag);
    if (lines == NULL) {
        if (g_str_has_suffix(file, ".toml"))
            ag_hint(diag, "only an alembic.ini can be read; write [tool.alembic] into one");
        return NULL;
    }
    Reading reading = {
        .pool = pool, .alembic = alembic, .lines = lines, .here = here, .diag = diag};
    if (!read_values(&reading))
        return NULL;
    note_others(&reading);
    return alembic;
}
