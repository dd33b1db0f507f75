/* SPDX-License-Identifier: MIT */
/* One run of the program: command line, configuration, command, exit code. */
#include "cli/run.h"

#include <string.h>
#include <unistd.h>

#include "cli/console.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/targets.h"
#include "cli/version.h"

const AgOptionInfo ag_global_options[] = {
    {"config", 'c', AG_OPTION_TEXT, false, "FILE",
     "configuration instead of the autogen.ini found upwards"},
    {"directory", 'C', AG_OPTION_TEXT, false, "DIR", "work in that directory"},
    {"env", 'e', AG_OPTION_TEXT, false, "NAME", "use section [env:NAME]"},
    {"url", 0, AG_OPTION_TEXT, true, "URL", "the database"},
    {"variable", 'x', AG_OPTION_LIST, false, "KEY=VALUE", "value of ${KEY} in the configuration"},
    {"quiet", 'q', AG_OPTION_FLAG, false, NULL, "only results, warnings and errors"},
    {"verbose", 'v', AG_OPTION_FLAG, false, NULL, "say more"},
    {"color", 0, AG_OPTION_TEXT, false, "WHEN", "auto, always or never"},
    {"format", 0, AG_OPTION_TEXT, false, "FORMAT", "how the result is written"},
    {"output", 0, AG_OPTION_LIST, false, "FORMAT=PATH", "also write the result to a file"},
    {"yes", 'y', AG_OPTION_FLAG, false, NULL, "answer questions about harmless things with yes"},
    {"help", 'h', AG_OPTION_FLAG, false, NULL, "this help"},
    {"version", 0, AG_OPTION_FLAG, false, NULL, "versions of autogen and its libraries"},
    {0},
};

/* All option tables, globals first: to find the command word among options of any command. */
static const AgOptionInfo *const *all_tables(AgPool *pool)
{
    GPtrArray *tables = ag_pool_array(pool);
    g_ptr_array_add(tables, (gpointer)(guintptr)ag_global_options);
    g_ptr_array_add(tables, (gpointer)(guintptr)ag_target_options);
    for (const AgCommand *const *command = ag_commands(); *command != NULL; command++)
        g_ptr_array_add(tables, (gpointer)(guintptr)(*command)->options);
    g_ptr_array_add(tables, NULL);
    return (const AgOptionInfo *const *)tables->pdata;
}

static bool is_known_option(AgPool *pool, const char *argument)
{
    const char *name = argument + 2;
    return !g_str_has_prefix(argument, "--") || *name == '\0' ||
           ag_option_find(all_tables(pool), name, strcspn(name, "=")) != NULL;
}

/* The value of an option that does not exist looks like a command word. */
static bool follows_unknown_option(AgPool *pool, int word, char **argv)
{
    for (int i = 1; i < word; i++)
        if (!is_known_option(pool, argv[i]))
            return true;
    return false;
}

/* Finds the command and takes its word out of the words; a run with options and no word is
 * `revision`. */
static bool find_command(AgRun *run, int argc, char **argv, int *word, AgDiag *diag)
{
    *word = ag_options_first_word(all_tables(run->pool), argc, argv);
    run->command = *word == 0 ? &ag_command_revision : ag_command_find(argv[*word]);
    if (run->command == NULL && follows_unknown_option(run->pool, *word, argv)) {
        run->command = &ag_command_revision;
        *word = 0;
    }
    if (run->command != NULL)
        return true;
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "unknown command '%s'", argv[*word]);
    ag_command_hint(argv[*word], diag);
    return false;
}

static bool check_words(const AgRun *run, AgDiag *diag)
{
    const AgCommand *command = run->command;
    int n = (int)ag_options_words(run->options)->len;
    if (n >= command->min_words && n <= command->max_words)
        return true;
    if (n < command->min_words)
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' needs %s", command->name, command->words);
    else
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' has no use for '%s'", command->name,
                ag_run_word(run, (guint)command->max_words));
    ag_hint(diag, "usage: autogen %s%s%s", command->name, *command->words == '\0' ? "" : " ",
            command->words);
    if (n == 0 && command->example != NULL)
        ag_hint(diag, "for example: autogen %s %s", command->name, command->example);
    return false;
}

static bool parse_format(const AgRun *run, const char *name, AgFormat *out, AgDiag *diag)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (int i = 0; i < AG_N_FORMATS; i++) {
        if ((run->command->formats & (1u << i)) == 0)
            continue;
        *out = (AgFormat)i;
        if (strcmp(ag_format_name(*out), name) == 0)
            return true;
        g_string_append_printf(known, " %s", ag_format_name(*out));
    }
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' has no format '%s'", run->command->name,
            name);
    if (known->len > 0)
        ag_hint(diag, "its formats are:%s", known->str);
    return false;
}

static bool read_formats(AgRun *run, AgDiag *diag)
{
    const char *format = ag_options_text(run->options, "format");
    const GPtrArray *outputs = ag_options_list(run->options, "output");
    run->look.format = run->command->format;
    if (format != NULL && !parse_format(run, format, &run->look.format, diag))
        return false;
    for (guint i = 0; i < outputs->len; i++) {
        const char *text = g_ptr_array_index(outputs, i);
        const char *equals = strchr(text, '=');
        if (equals == NULL || equals[1] == '\0')
            return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                           "option '--output' takes FORMAT=PATH");
        AgCopy *copy = ag_pool_new0(run->pool, AgCopy);
        copy->path = equals + 1;
        const char *name = ag_pool_text_n(run->pool, text, (size_t)(equals - text));
        if (!parse_format(run, name, &copy->format, diag))
            return false;
        g_ptr_array_add(run->copies, copy);
    }
    return true;
}

static bool read_look(AgRun *run, AgDiag *diag)
{
    static const char *const choices[] = {"auto", "always", "never", NULL};
    const char *color = ag_options_text(run->options, "color");
    if (color != NULL && !g_strv_contains(choices, color)) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "option '--color' takes auto, always or never");
        ag_hint_nearest(diag, color, choices);
        return false;
    }
    run->quiet = ag_options_has(run->options, "quiet");
    run->verbose = ag_options_has(run->options, "verbose");
    run->look.verbose = run->verbose;
    run->look.color = ag_color_wanted(color, AUTOGEN_RESULTS);
    run->color_errors = ag_color_wanted(color, AUTOGEN_NOTES);
    return read_formats(run, diag);
}

static const char *option_for(const char *key, void *data)
{
    AgRun *run = data;
    return ag_options_text(run->options, key);
}

static bool read_config(AgRun *run, AgDiag *diag)
{
    AgConfigSources sources = {
        .file = ag_options_text(run->options, "config"),
        .env = ag_targets_all(run) ? "" : ag_options_text(run->options, "env"),
        .alone = ag_targets_all(run) || ag_console()->alone,
        .assign = ag_options_list(run->options, "variable"),
        .option = option_for,
        .data = run,
    };
    run->config = ag_config_load(run->pool, &sources, diag);
    return run->config != NULL;
}

static bool enter_directory(AgRun *run, AgDiag *diag)
{
    const char *directory = ag_options_text(run->options, "directory");
    return directory == NULL || chdir(directory) == 0 ||
           ag_fail(diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE, "directory '%s' cannot be entered",
                   directory);
}

/* An option that nothing asked for had no effect; saying so is better than silence. */
static void note_unused(AgRun *run, AgDiag *diag)
{
    GPtrArray *names = ag_options_unused(run->options);
    for (guint i = 0; i < names->len; i++)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE, "option '--%s' had no effect on '%s'",
                (const char *)g_ptr_array_index(names, i), run->command->name);
    GPtrArray *keys = run->config == NULL ? NULL : ag_config_unused(run->config);
    for (guint i = 0; keys != NULL && i < keys->len; i++)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "the configuration has no use for the key '%s' of '-x'",
                (const char *)g_ptr_array_index(keys, i));
}

static bool run_command(AgRun *run, AgDiag *diag)
{
    if (ag_options_has(run->options, "help")) {
        g_autoptr(GString) help = g_string_new(NULL);
        ag_help_command(help, run->command);
        ag_print_text(help->str);
        return true;
    }
    if (!check_words(run, diag) || !read_look(run, diag) || !enter_directory(run, diag) ||
        (run->command->configured && !read_config(run, diag)))
        return false;
    if (ag_targets_wanted(run))
        return ag_targets_run(run, diag);
    if (!run->command->run(run, diag))
        return false;
    note_unused(run, diag);
    return true;
}

/* The program's own questions, which need no command. */
static bool answered_itself(AgRun *run, AgDiag *diag)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (ag_options_has(run->options, "version"))
        ag_version_render(text);
    else if (ag_options_has(run->options, "help"))
        ag_help_overview(text);
    else
        return false;
    (void)diag;
    ag_print_text(text->str);
    return true;
}

static bool run_all(AgRun *run, int argc, char **argv, AgDiag *diag)
{
    int word = 0;
    if (argc < 2) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "no command and no option");
        ag_hint(diag,
                "`autogen -m \"message\"` writes a revision; `autogen help` lists the commands");
        return false;
    }
    if (!find_command(run, argc, argv, &word, diag))
        return false;
    const AgOptionInfo *const tables[] = {ag_global_options, run->command->options,
                                          run->command->many ? ag_target_options : ag_no_options,
                                          NULL};
    run->options = ag_options_new(run->pool, tables);
    if (word > 0) {
        memmove(argv + word, argv + word + 1, sizeof *argv * (size_t)(argc - word - 1));
        argc--;
    }
    if (!ag_options_parse(run->options, argc, argv, diag)) {
        ag_hint(diag, "`autogen help %s` lists the options", run->command->name);
        return false;
    }
    if (ag_options_has(run->options, "version") || word == 0) {
        if (answered_itself(run, diag))
            return true;
    }
    return run_command(run, diag);
}

static int exit_code(const AgRun *run, const AgDiag *diag)
{
    if (run->code != 0 && ag_signals_caught() == 0)
        return run->code;
    if (ag_diag_errors(diag) == 0)
        return run->findings ? 2 : 0;
    return ag_signals_caught() != 0 ? 128 + ag_signals_caught() : ag_diag_exit_code(diag);
}

const AgOptionInfo *ag_command_option(const char *name)
{
    const AgOptionInfo *tables[] = {ag_global_options, ag_target_options, NULL};
    const AgOptionInfo *info = ag_option_find(tables, name, strlen(name));
    tables[1] = NULL;
    for (const AgCommand *const *command = ag_commands(); info == NULL && *command != NULL;
         command++) {
        tables[0] = (*command)->options;
        info = ag_option_find(tables, name, strlen(name));
    }
    return info;
}

int ag_run_line(AgRun *run, int argc, char **argv, AgDiag *diag)
{
    run->copies = ag_pool_array(run->pool);
    bool good = run_all(run, argc, argv, diag);
    if (!good && ag_diag_errors(diag) == 0)
        ag_fail(diag, AG_PROBLEM_INTERNAL, AG_NOWHERE, "a step failed without saying why");
    ag_output_flush(diag);
    ag_tell(run, diag);
    return exit_code(run, diag);
}
