/* SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <string.h>

#include "base/text.h"

const AgOptionInfo ag_no_options[] = {{0}};

static const AgCommand *const commands[] = {
#define AG_COMMAND(name) &ag_command_##name,
#include "cli/commands.def"
#undef AG_COMMAND
    NULL,
};

static const char *const format_names[AG_N_FORMATS] = {
    [AG_FORMAT_HUMAN] = "human",       [AG_FORMAT_JSON] = "json",     [AG_FORMAT_SQL] = "sql",
    [AG_FORMAT_MARKDOWN] = "markdown", [AG_FORMAT_GITHUB] = "github",
};

const AgCommand *const *ag_commands(void)
{
    return commands;
}

const AgCommand *ag_command_find(const char *name)
{
    for (const AgCommand *const *command = commands; *command != NULL; command++)
        if (strcmp((*command)->name, name) == 0 || g_strcmp0((*command)->alias, name) == 0)
            return *command;
    return NULL;
}

void ag_command_hint(const char *word, AgDiag *diag)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const AgCommand *const *command = commands; *command != NULL; command++) {
        g_ptr_array_add(names, (gpointer)(guintptr)(*command)->name);
        if ((*command)->alias != NULL)
            g_ptr_array_add(names, (gpointer)(guintptr)(*command)->alias);
    }
    g_ptr_array_add(names, NULL);
    const char *near = ag_text_nearest(word, (const char *const *)names->pdata);
    if (near != NULL)
        ag_hint(diag, "did you mean 'autogen %s'?", near);
    else
        ag_hint(diag, "`autogen help` lists the commands");
}

const char *ag_run_word(const AgRun *run, guint i)
{
    const GPtrArray *words = ag_options_words(run->options);
    return i < words->len ? g_ptr_array_index(words, i) : NULL;
}

const char *ag_format_name(AgFormat format)
{
    return format_names[format];
}
