/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <string.h>

#include "base/text.h"

typedef struct {
    const AgOptionInfo *info;
    const char *value;
    bool asked;
} Given;

struct AgOptions {
    AgPool *pool;
    const AgOptionInfo *const *tables;
    GPtrArray *given; /* of Given * */
    GPtrArray *words;
};

typedef struct {
    int argc;
    char **argv;
    int next;
} Arguments;

AgOptions *ag_options_new(AgPool *pool, const AgOptionInfo *const *tables)
{
    AgOptions *options = ag_pool_new0(pool, AgOptions);
    options->pool = pool;
    options->tables = tables;
    options->given = ag_pool_array(pool);
    options->words = ag_pool_array(pool);
    return options;
}

const AgOptionInfo *ag_option_find(const AgOptionInfo *const *tables, const char *name,
                                   size_t length)
{
    for (; *tables != NULL; tables++)
        for (const AgOptionInfo *info = *tables; info->name != NULL; info++)
            if (strncmp(info->name, name, length) == 0 && info->name[length] == '\0')
                return info;
    return NULL;
}

static const AgOptionInfo *find_letter(const AgOptionInfo *const *tables, char letter)
{
    for (; *tables != NULL; tables++)
        for (const AgOptionInfo *info = *tables; info->name != NULL; info++)
            if (info->letter == letter)
                return info;
    return NULL;
}

/* "-1" and "-" are words: a step of the history, standard input. */
static bool is_word(const char *argument)
{
    return argument[0] != '-' || argument[1] == '\0' || g_ascii_isdigit(argument[1]);
}

static void keep(AgOptions *options, const AgOptionInfo *info, const char *value)
{
    Given *given = ag_pool_new0(options->pool, Given);
    given->info = info;
    given->value = ag_pool_text(options->pool, value);
    g_ptr_array_add(options->given, given);
}

/* The only name that begins like that, or the nearest one; NULL: nothing is near. */
static const char *find_near(const char *bare, const GPtrArray *names)
{
    const char *found = NULL;
    guint n = 0;
    for (guint i = 0; i + 1 < names->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(names, i), bare)) {
            found = g_ptr_array_index(names, i);
            n++;
        }
    return n == 1 ? found : ag_text_nearest(bare, (const char *const *)names->pdata);
}

static bool refuse_unknown(AgOptions *options, const char *argument, AgDiag *diag)
{
    const char *name = argument + strspn(argument, "-");
    g_autofree char *bare = g_strndup(name, strcspn(name, "="));
    g_autofree char *whole = g_strndup(argument, strcspn(argument, "="));
    g_autofree char *shown = ag_text_printable(whole);
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "unknown option '%s'", shown);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const AgOptionInfo *const *table = options->tables; *table != NULL; table++)
        for (const AgOptionInfo *info = *table; info->name != NULL; info++)
            g_ptr_array_add(names, (gpointer)(guintptr)info->name);
    g_ptr_array_add(names, NULL);
    const char *near = find_near(bare, names);
    if (near != NULL)
        ag_hint(diag, "did you mean '--%s'?", near);
    return false;
}

/* The value that follows as an argument of its own. A known long option is not a value: the user
 * forgot it. */
static bool take_next(AgOptions *options, const AgOptionInfo *info, Arguments *arguments,
                      AgDiag *diag)
{
    char *value = arguments->next < arguments->argc ? arguments->argv[arguments->next] : NULL;
    if (value == NULL || (g_str_has_prefix(value, "--") &&
                          ag_option_find(options->tables, value + 2, strcspn(value + 2, "=")))) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '--%s' needs a value", info->name);
        ag_hint(diag, "write --%s=%s", info->name, info->value);
        return false;
    }
    arguments->next++;
    keep(options, info, value);
    if (info->secret)
        memset(value, '*', strlen(value));
    return true;
}

static bool parse_long(AgOptions *options, char *argument, Arguments *arguments, AgDiag *diag)
{
    size_t length = strcspn(argument + 2, "=");
    const AgOptionInfo *info = ag_option_find(options->tables, argument + 2, length);
    if (info == NULL)
        return refuse_unknown(options, argument, diag);
    char *value = argument[2 + length] == '=' ? argument + 3 + length : NULL;
    if (info->type == AG_OPTION_FLAG) {
        if (value != NULL)
            return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '--%s' takes no value",
                           info->name);
        keep(options, info, NULL);
        return true;
    }
    if (value == NULL)
        return take_next(options, info, arguments, diag);
    keep(options, info, value);
    if (info->secret)
        memset(value, '*', strlen(value));
    return true;
}

/* -v, -vq, -mMESSAGE, -m MESSAGE */
static bool parse_short(AgOptions *options, const char *argument, Arguments *arguments,
                        AgDiag *diag)
{
    for (const char *p = argument + 1; *p != '\0'; p++) {
        const AgOptionInfo *info = find_letter(options->tables, *p);
        if (info == NULL) {
            g_autofree char *shown = ag_text_printable(argument);
            return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "unknown option '-%c' in '%s'",
                           g_ascii_isprint(*p) ? *p : '?', shown);
        }
        if (info->type == AG_OPTION_FLAG) {
            keep(options, info, NULL);
            continue;
        }
        if (p[1] == '\0')
            return take_next(options, info, arguments, diag);
        keep(options, info, p + 1);
        return true;
    }
    return true;
}

bool ag_options_parse(AgOptions *options, int argc, char **argv, AgDiag *diag)
{
    Arguments arguments = {.argc = argc, .argv = argv, .next = 1};
    bool good = true, only_words = false;
    while (arguments.next < argc) {
        char *argument = argv[arguments.next++];
        if (only_words || is_word(argument))
            g_ptr_array_add(options->words, ag_pool_text(options->pool, argument));
        else if (strcmp(argument, "--") == 0)
            only_words = true;
        else if (argument[1] == '-')
            good = parse_long(options, argument, &arguments, diag) && good;
        else
            good = parse_short(options, argument, &arguments, diag) && good;
    }
    return good;
}

/* Whether the option argument takes the next one as its value. */
static bool takes_next(const AgOptionInfo *const *tables, const char *argument)
{
    if (argument[1] == '-') {
        const AgOptionInfo *info = ag_option_find(tables, argument + 2, strlen(argument + 2));
        return info != NULL && info->type != AG_OPTION_FLAG;
    }
    for (const char *p = argument + 1; *p != '\0'; p++) {
        const AgOptionInfo *info = find_letter(tables, *p);
        if (info != NULL && info->type != AG_OPTION_FLAG)
            return p[1] == '\0';
    }
    return false;
}

int ag_options_first_word(const AgOptionInfo *const *tables, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return i + 1 < argc ? i + 1 : 0;
        if (is_word(argv[i]))
            return i;
        if (takes_next(tables, argv[i]))
            i++;
    }
    return 0;
}

bool ag_options_has(AgOptions *options, const char *name)
{
    bool found = false;
    for (guint i = 0; i < options->given->len; i++) {
        Given *given = g_ptr_array_index(options->given, i);
        if (strcmp(given->info->name, name) == 0)
            found = given->asked = true;
    }
    return found;
}

const char *ag_options_text(AgOptions *options, const char *name)
{
    const GPtrArray *values = ag_options_list(options, name);
    return values->len == 0 ? NULL : g_ptr_array_index(values, values->len - 1);
}

const GPtrArray *ag_options_list(AgOptions *options, const char *name)
{
    GPtrArray *values = ag_pool_array(options->pool);
    for (guint i = 0; i < options->given->len; i++) {
        Given *given = g_ptr_array_index(options->given, i);
        if (strcmp(given->info->name, name) != 0)
            continue;
        given->asked = true;
        g_ptr_array_add(values, (gpointer)(guintptr)given->value);
    }
    return values;
}

const GPtrArray *ag_options_words(const AgOptions *options)
{
    return options->words;
}

GPtrArray *ag_options_unused(const AgOptions *options)
{
    GPtrArray *names = ag_pool_array(options->pool);
    for (guint i = 0; i < options->given->len; i++) {
        const Given *given = g_ptr_array_index(options->given, i);
        if (!given->asked)
            g_ptr_array_add(names, (gpointer)(guintptr)given->info->name);
    }
    return names;
}

GPtrArray *ag_options_line(const AgOptions *options, const char *const *except)
{
    GPtrArray *line = ag_pool_array(options->pool);
    for (guint i = 0; i < options->given->len; i++) {
        const Given *given = g_ptr_array_index(options->given, i);
        if (g_strv_contains(except, given->info->name))
            continue;
        g_ptr_array_add(line, given->info->type == AG_OPTION_FLAG
                                  ? ag_pool_printf(options->pool, "--%s", given->info->name)
                                  : ag_pool_printf(options->pool, "--%s=%s", given->info->name,
                                                   given->value));
    }
    g_ptr_array_add(line, ag_pool_text(options->pool, "--"));
    for (guint i = 0; i < options->words->len; i++)
        g_ptr_array_add(line, ag_pool_text(options->pool, g_ptr_array_index(options->words, i)));
    return line;
}
