/* SPDX-License-Identifier: MIT */
#include "cli/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dialect_id.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/config_private.h"
#include "model/field.h"

typedef enum { TEXT, PATHS, NAMES, BOOL, DURATION, COUNT, WORD, LATE } KeyType;

typedef struct {
    const char *name;
    KeyType type;
    const char *builtin;
    const char *words;
    const char *about;
} KeyInfo;

static const KeyInfo keys[] = {
#define AG_CONFIG_KEY(UPPER, key_name, TYPE, builtin_value, some_words, text)                      \
    [AG_CONFIG_##UPPER] = {.name = key_name,                                                       \
                           .type = TYPE,                                                           \
                           .builtin = builtin_value,                                               \
                           .words = some_words,                                                    \
                           .about = text},
#include "cli/config_keys.def"
#undef AG_CONFIG_KEY
};

typedef struct {
    const char *name, *value;
    bool used;
} Assignment;

struct AgConfig {
    AgPool *pool;
    AgConfigSources sources;
    const char *file;      /* NULL: none */
    const char *directory; /* "" or a path */
    const char *env;
    bool file_only;       /* nothing stands above the file */
    GPtrArray *lines;     /* of AgConfigLine *; never NULL */
    GPtrArray *env_lines; /* those of the env-file that were put into the environment */
    GPtrArray *assigned;  /* of Assignment * */
};

const char *ag_config_key_name(AgConfigKey key)
{
    return keys[key].name;
}

const char *ag_config_key_about(AgConfigKey key)
{
    return keys[key].about;
}

const char *ag_config_key_builtin(AgConfigKey key)
{
    return keys[key].builtin;
}

static const AgConfigLine *find_line(const AgConfig *config, const char *section, const char *key)
{
    for (guint i = 0; i < config->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->lines, i);
        if (line->key != NULL && strcmp(line->section, section) == 0 &&
            strcmp(line->key, key) == 0 && *line->value != '\0')
            return line;
    }
    return NULL;
}

/* The real environment, and behind it what an env-file has for this configuration alone. */
static const char *variable(const AgConfig *config, const char *name)
{
    const char *value = g_getenv(name);
    for (guint i = 0; config->sources.alone && value == NULL && i < config->env_lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->env_lines, i);
        if (strcmp(line->key, name) == 0)
            value = line->value;
    }
    return value;
}

static const char *look_up(const char *name, void *data)
{
    AgConfig *config = data;
    for (guint i = 0; i < config->assigned->len; i++) {
        Assignment *assignment = g_ptr_array_index(config->assigned, i);
        if (strcmp(assignment->name, name) == 0) {
            assignment->used = true;
            return assignment->value;
        }
    }
    return variable(config, name);
}

/* A variable of the environment, and whether the env-file set it. */
static bool from_environment(AgConfig *config, const char *name, AgConfigValue *out)
{
    const char *value = variable(config, name);
    if (value == NULL || *value == '\0')
        return false;
    *out = (AgConfigValue){.text = ag_pool_text(config->pool, value),
                           .origin = ag_pool_printf(config->pool, "environment %s", name),
                           .directory = config->directory};
    for (guint i = 0; i < config->env_lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->env_lines, i);
        if (strcmp(line->key, name) == 0)
            out->origin =
                ag_pool_printf(config->pool, "%s:%d %s", line->place.file, line->place.line, name);
    }
    return true;
}

static bool from_line(AgConfig *config, const AgConfigLine *line, AgConfigValue *out, AgDiag *diag)
{
    out->text = ag_config_expand(config->pool, line->value, line->place, look_up, config, diag);
    out->origin = ag_pool_printf(config->pool, "%s:%d [%s]", line->place.file, line->place.line,
                                 line->section);
    out->place = line->place;
    out->directory = config->directory;
    return out->text != NULL;
}

static char *environment_name(AgPool *pool, const char *key)
{
    char *name = ag_pool_printf(pool, "AUTOGEN_%s", key);
    for (char *p = name; *p != '\0'; p++)
        *p = *p == '-' ? '_' : g_ascii_toupper(*p);
    return name;
}

bool ag_config_get(AgConfig *config, AgConfigKey key, AgConfigValue *out, AgDiag *diag)
{
    const char *name = keys[key].name;
    const char *option =
        config->sources.option == NULL ? NULL : config->sources.option(name, config->sources.data);
    *out = (AgConfigValue){.directory = config->directory};
    if (option != NULL) {
        *out = (AgConfigValue){.text = option,
                               .origin = ag_pool_printf(config->pool, "option --%s", name),
                               .directory = ""};
        return true;
    }
    if (!config->file_only && from_environment(config, environment_name(config->pool, name), out))
        return true;
    const AgConfigLine *line = NULL;
    if (config->env != NULL)
        line = find_line(config, ag_pool_printf(config->pool, "env:%s", config->env), name);
    if (line == NULL)
        line = find_line(config, "autogen", name);
    if (line != NULL)
        return from_line(config, line, out, diag);
    if (key == AG_CONFIG_URL && !config->file_only && from_environment(config, "DATABASE_URL", out))
        return true;
    out->text = key == AG_CONFIG_URL ? "sqlite:///autogen.db" : keys[key].builtin;
    out->origin = "built-in";
    return true;
}

bool ag_config_hook(AgConfig *config, AgConfigValue *out, AgDiag *diag)
{
    *out = (AgConfigValue){.directory = config->directory};
    const AgConfigLine *line = find_line(config, "hooks", "after-revision");
    return line == NULL || from_line(config, line, out, diag);
}

const char *ag_config_text(AgConfig *config, AgConfigKey key)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgConfigValue value;
    bool good = ag_config_get(config, key, &value, diag);
    g_assert(good && keys[key].type != LATE);
    return value.text;
}

bool ag_config_bool(AgConfig *config, AgConfigKey key)
{
    bool value = false;
    bool good = ag_bool_parse(ag_config_text(config, key), &value);
    g_assert(good);
    return value;
}

int ag_config_ms(AgConfig *config, AgConfigKey key)
{
    int ms = 0;
    bool good = ag_duration_parse(ag_config_text(config, key), &ms);
    g_assert(good);
    return ms;
}

int ag_config_count(AgConfig *config, AgConfigKey key)
{
    return atoi(ag_config_text(config, key));
}

GPtrArray *ag_config_names(AgConfig *config, AgConfigKey key)
{
    const char *text = ag_config_text(config, key);
    return text == NULL ? NULL : ag_names_split(config->pool, text);
}

GPtrArray *ag_config_paths(AgConfig *config, AgConfigKey key)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    AgConfigValue value;
    bool good = ag_config_get(config, key, &value, diag);
    g_assert(good && keys[key].type == PATHS);
    if (value.text == NULL)
        return NULL;
    GPtrArray *paths = ag_names_split(config->pool, value.text);
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        if (*value.directory != '\0' && !g_path_is_absolute(path))
            paths->pdata[i] = ag_pool_printf(config->pool, "%s/%s", value.directory, path);
    }
    return paths;
}

static bool is_count(const char *text)
{
    return *text != '\0' && strlen(text) <= 6 && strspn(text, "0123456789") == strlen(text);
}

/* NULL when the value fits its key, else what would. */
static const char *what_would_fit(AgPool *pool, AgConfigKey key, const char *text)
{
    bool flag;
    int ms;
    GPtrArray *names;
    AgDialectId dialect;
    switch (keys[key].type) {
    case BOOL:
        return ag_bool_parse(text, &flag) ? NULL : "true or false";
    case DURATION:
        return ag_duration_parse(text, &ms) ? NULL : "a time such as 500ms, 5s or 2min";
    case COUNT:
        return is_count(text) ? NULL : "a number";
    case WORD: {
        g_auto(GStrv) words = g_strsplit(keys[key].words, " ", -1);
        return g_strv_contains((const char *const *)words, text)
                   ? NULL
                   : ag_pool_printf(pool, "one of: %s", keys[key].words);
    }
    case NAMES:
    case PATHS:
        names = ag_names_split(pool, text);
        if (names == NULL || names->len == 0)
            return "names separated by blanks, those with blanks in double quotes";
        for (guint i = 0; key == AG_CONFIG_DIALECTS && i < names->len; i++)
            if (!ag_dialect_id_parse(g_ptr_array_index(names, i), &dialect))
                return "some of: postgresql sqlite";
        return NULL;
    case TEXT:
    case LATE:
        break;
    }
    if (key == AG_CONFIG_TIMEZONE) {
        GTimeZone *zone = g_time_zone_new_identifier(text);
        if (zone == NULL)
            return "a time zone such as UTC or Europe/Berlin";
        g_time_zone_unref(zone);
    }
    return NULL;
}

static bool check_value(AgConfig *config, AgConfigKey key, AgDiag *diag)
{
    AgConfigValue value;
    if (!ag_config_get(config, key, &value, diag))
        return false;
    const char *wanted = value.text == NULL ? NULL : what_would_fit(config->pool, key, value.text);
    if (wanted == NULL)
        return true;
    g_autofree char *shown = ag_text_printable(value.text);
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, value.place, "'%s' is no value for '%s' (%s)", shown,
            keys[key].name, value.origin);
    ag_hint(diag, "'%s' takes %s", keys[key].name, wanted);
    return false;
}

static bool check_values(AgConfig *config, AgDiag *diag)
{
    bool good = true;
    for (int key = 0; key < AG_N_CONFIG_KEYS; key++)
        if (keys[key].type != LATE)
            good = check_value(config, (AgConfigKey)key, diag) && good;
    return good;
}

AgConfig *ag_config_of_env(const AgConfig *config, const char *env, AgDiag *diag)
{
    AgConfig *other = ag_pool_new0(config->pool, AgConfig);
    *other = *config;
    other->sources.option = NULL;
    other->env = env;
    other->file_only = true;
    return check_values(other, diag) ? other : NULL;
}

GPtrArray *ag_config_envs_with(const AgConfig *config, AgConfigKey key)
{
    GPtrArray *envs = ag_pool_array(config->pool);
    for (guint i = 0; i < config->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->lines, i);
        bool env = g_str_has_prefix(line->section, "env:");
        if (line->key != NULL && (env || strcmp(line->section, "autogen") == 0) &&
            strcmp(line->key, keys[key].name) == 0 && *line->value != '\0')
            g_ptr_array_add(envs, env ? (gpointer)(guintptr)(line->section + 4) : NULL);
    }
    return envs;
}

/* Whether the section may hold keys of this sort; complains about those it cannot. */
static bool check_section(const AgConfigLine *line, AgDiag *diag)
{
    static const char *const known[] = {"autogen", "env:NAME", "lint", "hooks", NULL};
    if (strcmp(line->section, "autogen") == 0 || strcmp(line->section, "lint") == 0 ||
        strcmp(line->section, "hooks") == 0 ||
        (g_str_has_prefix(line->section, "env:") && line->section[4] != '\0'))
        return true;
    g_autofree char *shown = ag_text_printable(line->section);
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, line->place, "unknown section [%s]", shown);
    ag_hint(diag, "sections are [autogen], [env:NAME], [lint] and [hooks]");
    ag_hint_nearest(diag, line->section, known);
    return false;
}

static bool check_key(const AgConfigLine *line, AgDiag *diag)
{
    const char *words[AG_N_CONFIG_KEYS + 1] = {NULL};
    if (strcmp(line->section, "hooks") == 0)
        words[0] = "after-revision";
    else if (strcmp(line->section, "lint") != 0)
        for (int i = 0; i < AG_N_CONFIG_KEYS; i++)
            words[i] = keys[i].name;
    if (g_strv_contains(words, line->key))
        return true;
    g_autofree char *shown = ag_text_printable(line->key);
    if (strcmp(line->section, "lint") == 0)
        return ag_fail(diag, AG_PROBLEM_BAD_CONFIG, line->place,
                       "this version of autogen does not have key '%s' of [%s]", shown,
                       line->section);
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, line->place, "unknown key '%s' in [%s]", shown,
            line->section);
    ag_hint_nearest(diag, line->key, words);
    return false;
}

static bool check_lines(const AgConfig *config, AgDiag *diag)
{
    bool good = true;
    for (guint i = 0; i < config->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->lines, i);
        if (line->key == NULL)
            good = check_section(line, diag) && good;
        else if (g_str_has_prefix(line->section, "env:") || strcmp(line->section, "autogen") == 0 ||
                 strcmp(line->section, "lint") == 0 || strcmp(line->section, "hooks") == 0)
            good = check_key(line, diag) && good;
    }
    return good;
}

static bool check_env(const AgConfig *config, AgDiag *diag)
{
    if (config->env == NULL)
        return true;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < config->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->lines, i);
        if (line->key != NULL || !g_str_has_prefix(line->section, "env:"))
            continue;
        if (strcmp(line->section + 4, config->env) == 0)
            return true;
        g_ptr_array_add(names, (gpointer)(guintptr)(line->section + 4));
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *shown = ag_text_printable(config->env);
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){config->file, 0, 0},
            config->file == NULL ? "no configuration file, so there is no environment '%s'"
                                 : "there is no section [env:%s]",
            shown);
    ag_hint_nearest(diag, config->env, (const char *const *)names->pdata);
    g_autofree char *known = g_strjoinv(", ", (char **)names->pdata);
    if (*known != '\0')
        ag_hint(diag, "its environments are: %s", known);
    else if (config->file != NULL)
        ag_hint(diag, "it has none; a section [env:%s] would make one", shown);
    return false;
}

static bool read_file(AgConfig *config, AgDiag *diag)
{
    bool above = false;
    const char *path = config->sources.file;
    if (path == NULL && (path = g_getenv("AUTOGEN_CONFIG")) != NULL && *path == '\0')
        path = NULL;
    if (path == NULL)
        path = ag_config_find(config->pool, &above);
    if (path == NULL)
        return true;
    if (above && !ag_config_check_owner(path, diag))
        return false;
    config->file = ag_pool_text(config->pool, path);
    g_autofree char *directory = g_path_get_dirname(path);
    config->directory = strcmp(directory, ".") == 0 ? "" : ag_pool_text(config->pool, directory);
    char *text = ag_file_read(config->pool, path, AG_LIMIT_CONFIG_BYTES, NULL, diag);
    if (text == NULL)
        return false;
    if (!g_utf8_validate(text, -1, NULL))
        return ag_fail(diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){config->file, 0, 0},
                       "the file is not valid UTF-8");
    config->lines = ag_config_lines(config->pool, text, config->file, diag);
    return config->lines != NULL && check_lines(config, diag);
}

/* The real environment wins over the file. */
static bool read_env_file(AgConfig *config, const char *path, AgDiag *diag)
{
    if (access(path, F_OK) != 0) {
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE, "env-file '%s' does not exist", path);
        return true;
    }
    char *text = ag_file_read(config->pool, path, AG_LIMIT_CONFIG_BYTES, NULL, diag);
    GPtrArray *lines = text == NULL ? NULL : ag_env_lines(config->pool, text, path, diag);
    if (lines == NULL)
        return false;
    for (guint i = 0; i < lines->len; i++) {
        AgConfigLine *line = g_ptr_array_index(lines, i);
        if (g_getenv(line->key) != NULL)
            continue;
        if (config->sources.alone && g_str_has_prefix(line->key, "PG"))
            return ag_fail(diag, AG_PROBLEM_BAD_CONFIG, line->place,
                           "'%s' is libpq's own variable, and several targets at once have one "
                           "environment: say it in the url",
                           line->key);
        if (!config->sources.alone)
            g_setenv(line->key, line->value, TRUE);
        g_ptr_array_add(config->env_lines, line);
    }
    return true;
}

static bool read_assignments(AgConfig *config, AgDiag *diag)
{
    bool good = true;
    for (guint i = 0; config->sources.assign != NULL && i < config->sources.assign->len; i++) {
        const char *text = g_ptr_array_index(config->sources.assign, i);
        const char *equals = strchr(text, '=');
        if (equals == NULL || equals == text) {
            ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '-x' takes key=value");
            good = false;
            continue;
        }
        Assignment *assignment = ag_pool_new0(config->pool, Assignment);
        assignment->name = ag_pool_text_n(config->pool, text, (size_t)(equals - text));
        assignment->value = ag_pool_text(config->pool, equals + 1);
        /* The last one given counts: it is found first. */
        g_ptr_array_insert(config->assigned, 0, assignment);
    }
    return good;
}

static bool read_all(AgConfig *config, AgDiag *diag)
{
    if (!read_assignments(config, diag) || !read_file(config, diag))
        return false;
    config->env = config->sources.env != NULL ? config->sources.env : g_getenv("AUTOGEN_ENV");
    if (config->env != NULL && *config->env == '\0')
        config->env = NULL;
    if (!check_env(config, diag) || !check_value(config, AG_CONFIG_ENV_FILE, diag))
        return false;
    GPtrArray *paths = ag_config_paths(config, AG_CONFIG_ENV_FILE);
    for (guint i = 0; paths != NULL && i < paths->len; i++)
        if (!read_env_file(config, g_ptr_array_index(paths, i), diag))
            return false;
    return check_values(config, diag);
}

AgConfig *ag_config_load(AgPool *pool, const AgConfigSources *sources, AgDiag *diag)
{
    AgConfig *config = ag_pool_new0(pool, AgConfig);
    config->pool = pool;
    config->sources = *sources;
    config->directory = "";
    config->lines = ag_pool_array(pool);
    config->env_lines = ag_pool_array(pool);
    config->assigned = ag_pool_array(pool);
    return read_all(config, diag) ? config : NULL;
}

GPtrArray *ag_config_envs(const AgConfig *config)
{
    GPtrArray *names = ag_pool_array(config->pool);
    for (guint i = 0; i < config->lines->len; i++) {
        const AgConfigLine *line = g_ptr_array_index(config->lines, i);
        if (line->key == NULL && g_str_has_prefix(line->section, "env:"))
            g_ptr_array_add(names, (gpointer)(guintptr)(line->section + strlen("env:")));
    }
    return names;
}

const char *ag_config_file(const AgConfig *config)
{
    return config->file;
}

const char *ag_config_directory(const AgConfig *config)
{
    return config->directory;
}

const char *ag_config_env(const AgConfig *config)
{
    return config->env;
}

GPtrArray *ag_config_unused(const AgConfig *config)
{
    GPtrArray *names = ag_pool_array(config->pool);
    for (guint i = 0; i < config->assigned->len; i++) {
        const Assignment *assignment = g_ptr_array_index(config->assigned, i);
        if (!assignment->used)
            g_ptr_array_add(names, (gpointer)(guintptr)assignment->name);
    }
    return names;
}
