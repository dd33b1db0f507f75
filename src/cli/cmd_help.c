/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/output.h"

static void append_options(GString *out, const AgOptionInfo *options)
{
    enum { COLUMN = 30 };
    for (const AgOptionInfo *option = options; option->name != NULL; option++) {
        gsize start = out->len;
        if (option->letter != 0)
            g_string_append_printf(out, "  -%c, ", option->letter);
        else
            g_string_append(out, "      ");
        g_string_append_printf(out, "--%s", option->name);
        if (option->value != NULL)
            g_string_append_printf(out, " %s", option->value);
        do
            g_string_append_c(out, ' ');
        while (out->len - start < COLUMN);
        g_string_append_printf(out, "%s%s\n", option->about,
                               option->type == AG_OPTION_LIST ? " (may be repeated)" : "");
    }
}

void ag_help_overview(GString *out)
{
    g_string_append(out,
                    "autogen: keeps databases and XML models in step, by reviewed SQL revisions\n\n"
                    "usage: autogen -m MESSAGE            compare and write a revision\n"
                    "       autogen COMMAND [OPTIONS]\n\ncommands:\n");
    for (const AgCommand *const *command = ag_commands(); *command != NULL; command++)
        g_string_append_printf(out, "  %-15s%s\n", (*command)->name, (*command)->summary);
    g_string_append(out, "\noptions of every command:\n");
    append_options(out, ag_global_options);
    g_string_append(out,
                    "\n`autogen help COMMAND` says more; `autogen help exit-codes` lists the exit "
                    "codes;\n`autogen explain CODE` explains the [code] of a message.\n");
}

static void append_keys(GString *out)
{
    g_string_append(out, "\nkeys of [autogen] and [env:NAME]:\n");
    for (int i = 0; i < AG_N_CONFIG_KEYS; i++) {
        const char *builtin = ag_config_key_builtin((AgConfigKey)i);
        g_string_append_printf(out, "  %-22s%s", ag_config_key_name((AgConfigKey)i),
                               ag_config_key_about((AgConfigKey)i));
        if (builtin != NULL)
            g_string_append_printf(out, " (built-in: %s)", builtin);
        g_string_append_c(out, '\n');
    }
    g_string_append(
        out, "key of [hooks]:\n"
             "  after-revision        command to run on a new revision; {file} is its path\n");
}

void ag_help_command(GString *out, const AgCommand *command)
{
    g_string_append_printf(out, "usage: autogen %s%s%s%s\n\n", command->name,
                           *command->words == '\0' ? "" : " ", command->words, " [OPTIONS]");
    if (command == &ag_command_revision)
        g_string_append(out, "The command word may be left out: autogen -m MESSAGE.\n");
    if (command->alias != NULL)
        g_string_append_printf(out, "Also called `%s`.\n", command->alias);
    g_string_append_printf(out, "%s\n", command->about);
    if (command->options->name != NULL) {
        g_string_append(out, "\noptions:\n");
        append_options(out, command->options);
    }
    if (command->many) {
        g_string_append(out, "\nmany targets (--env all: every [env:NAME]):\n");
        append_options(out, ag_target_options);
    }
    if (command == &ag_command_config)
        append_keys(out);
    if (command->formats != 0) {
        g_string_append(out, "\nformats:");
        for (int i = 0; i < AG_N_FORMATS; i++)
            if ((command->formats & (1u << i)) != 0)
                g_string_append_printf(out, " %s%s", ag_format_name((AgFormat)i),
                                       (AgFormat)i == command->format ? " (default)" : "");
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "\noptions of every command:\n");
    append_options(out, ag_global_options);
}

void ag_help_exit_codes(GString *out)
{
    g_string_append(
        out, "  0    done, or nothing to do\n"
             "  1    failed\n"
             "  2    differences, pending work or findings\n"
             "  3    refused: needs a decision (data loss, rename, not at head, not reviewed)\n"
             "  64   wrong command line\n"
             "  65   a model or a revision is invalid\n"
             "  66   a file is missing\n"
             "  69   the database cannot be reached\n"
             "  70   a defect of autogen itself\n"
             "  73   a file cannot be written\n"
             "  75   a lock was not obtained in time; try again\n"
             "  77   the database denies a right\n"
             "  78   the configuration is wrong\n"
             "  129  stopped by SIGHUP, the terminal has gone\n"
             "  130  stopped by SIGINT\n"
             "  143  stopped by SIGTERM\n");
}

static bool run_help(AgRun *run, AgDiag *diag)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *word = ag_run_word(run, 0);
    const AgCommand *command = word == NULL ? NULL : ag_command_find(word);
    if (word == NULL) {
        ag_help_overview(out);
    } else if (strcmp(word, "exit-codes") == 0) {
        ag_help_exit_codes(out);
    } else if (command != NULL) {
        ag_help_command(out, command);
    } else {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "no help about '%s'", word);
        ag_command_hint(word, diag);
        return false;
    }
    ag_print_text(out->str);
    return true;
}

const AgCommand ag_command_help = {
    .name = "help",
    .words = "[COMMAND|exit-codes]",
    .max_words = 1,
    .summary = "say how to use autogen or one of its commands",
    .about = "Prints the commands, the options of one command, or the meaning of exit codes.",
    .options = ag_no_options,
    .run = run_help,
};
