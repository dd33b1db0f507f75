/* SPDX-License-Identifier: MIT */
/* libautogen's calls: a command line is put together and run as the program would run it. */
#include <errno.h>
#include <string.h>

#include "cli/console.h"
#include "cli/output.h"
#include "cli/run.h"
#include "cli/status.h"

typedef struct {
    char *name, *value; /* value NULL: a flag */
} Setting;

struct Autogen {
    AgConsole console;
    GPtrArray *settings; /* of Setting * */
    AgRun run;           /* the last call; its pool is NULL before the first */
    AgDiag *diag;
    char *explained;
};

static void free_setting(gpointer data)
{
    Setting *setting = data;
    g_free(setting->name);
    g_free(setting->value);
    g_free(setting);
}

AgConsole *ag_console_of(Autogen *autogen)
{
    return &autogen->console;
}

const char *autogen_version(void)
{
    return AUTOGEN_VERSION;
}

Autogen *autogen_new(void)
{
    Autogen *autogen = g_new0(Autogen, 1);
    autogen->settings = g_ptr_array_new_with_free_func(free_setting);
    autogen->diag = ag_diag_new();
    return autogen;
}

static void forget_run(Autogen *autogen)
{
    if (autogen->run.pool != NULL)
        ag_pool_free(autogen->run.pool);
    autogen->run = (AgRun){0};
    g_clear_pointer(&autogen->explained, g_free);
}

void autogen_free(Autogen *autogen)
{
    if (autogen == NULL)
        return;
    forget_run(autogen);
    ag_diag_free(autogen->diag);
    g_ptr_array_free(autogen->settings, TRUE);
    g_free(autogen);
}

static bool gathers(const char *name)
{
    const AgOptionInfo *info = ag_command_option(name);
    return info != NULL && info->type == AG_OPTION_LIST;
}

void autogen_set(Autogen *autogen, const char *option, const char *value)
{
    for (guint i = 0; i < autogen->settings->len && !gathers(option); i++) {
        const Setting *known = g_ptr_array_index(autogen->settings, i);
        if (strcmp(known->name, option) == 0)
            g_ptr_array_remove_index(autogen->settings, i--);
    }
    Setting *setting = g_new0(Setting, 1);
    setting->name = g_strdup(option);
    setting->value = g_strdup(value);
    g_ptr_array_add(autogen->settings, setting);
}

int autogen_run(Autogen *autogen, int argc, char **argv)
{
    AgConsole *before = ag_console_enter(&autogen->console);
    forget_run(autogen);
    ag_diag_rewind(autogen->diag, 0);
    autogen->run.pool = ag_pool_new();
    int code = ag_run_line(&autogen->run, argc, argv, autogen->diag);
    ag_console_enter(before);
    return code;
}

/* Whether the command takes the option, or no command does: then the run says so. */
static bool is_for(const AgCommand *command, const char *name)
{
    const AgOptionInfo *const tables[] = {ag_global_options, command->options,
                                          command->many ? ag_target_options : ag_no_options, NULL};
    return ag_option_find(tables, name, strlen(name)) != NULL || ag_command_option(name) == NULL;
}

/* Runs a command with the settings that it takes. */
static AutogenCode run_command(Autogen *autogen, const char *name, const char *word)
{
    g_autoptr(GPtrArray) line = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(line, g_strdup("autogen"));
    g_ptr_array_add(line, g_strdup(name));
    for (guint i = 0; i < autogen->settings->len; i++) {
        const Setting *setting = g_ptr_array_index(autogen->settings, i);
        if (is_for(ag_command_find(name), setting->name))
            g_ptr_array_add(line,
                            g_strconcat("--", setting->name, setting->value == NULL ? NULL : "=",
                                        setting->value, NULL));
    }
    if (word != NULL) {
        g_ptr_array_add(line, g_strdup("--"));
        g_ptr_array_add(line, g_strdup(word));
    }
    int argc = (int)line->len;
    g_autofree char **argv = g_new0(char *, (gsize)argc + 1);
    memcpy(argv, line->pdata, sizeof *argv * (gsize)argc);
    return (AutogenCode)autogen_run(autogen, argc, argv);
}

AutogenCode autogen_upgrade(Autogen *autogen, const char *revision)
{
    return run_command(autogen, "upgrade", revision);
}

AutogenCode autogen_downgrade(Autogen *autogen, const char *revision)
{
    return run_command(autogen, "downgrade", revision);
}

AutogenCode autogen_check(Autogen *autogen)
{
    return run_command(autogen, "check", NULL);
}

AutogenCode autogen_status(Autogen *autogen, AutogenStatus *out)
{
    AutogenCode code = run_command(autogen, "status", NULL);
    const AgStatus *status = autogen->run.status;
    *out = (AutogenStatus){0};
    if (status == NULL)
        return code;
    AgPool *pool = autogen->run.pool;
    const AgStanding *state = &status->state;
    *out = (AutogenStatus){
        .connected = status->connected,
        .database = status->database,
        .current = state->current == NULL ? NULL : ag_standing_ids(pool, state->current),
        .heads = ag_standing_ids(pool, ag_revision_ids(pool, state->heads)),
        .pending = state->pending == NULL ? 0 : state->pending->len,
        .last_applied = status->last,
        .last_applied_at = status->when,
    };
    return code;
}

unsigned autogen_applied(const Autogen *autogen)
{
    return autogen->run.applied;
}

static AutogenSeverity severity_of(AgSeverity severity)
{
    switch (severity) {
    case AG_SEVERITY_ERROR:
        return AUTOGEN_ERROR;
    case AG_SEVERITY_WARNING:
        return AUTOGEN_WARNING;
    case AG_SEVERITY_NOTICE:
        return AUTOGEN_NOTICE;
    }
    g_assert_not_reached();
}

bool autogen_problem(const Autogen *autogen, unsigned i, AutogenProblem *out)
{
    if (i >= ag_diag_count(autogen->diag))
        return false;
    const AgProblem *problem = ag_diag_problem(autogen->diag, i);
    *out = (AutogenProblem){
        .severity = severity_of(problem->severity),
        .id = ag_problem_word(problem->id),
        .message = problem->message,
        .file = problem->place.file,
        .line = problem->place.line,
        .column = problem->place.column,
        .sqlstate = problem->sqlstate,
        .detail = problem->detail,
        .hint = problem->hint,
    };
    return true;
}

const char *autogen_explain(Autogen *autogen)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < ag_diag_count(autogen->diag); i++)
        ag_problem_render(text, ag_diag_problem(autogen->diag, i), false);
    g_free(autogen->explained);
    autogen->explained = g_string_free(text, FALSE);
    return autogen->explained;
}

void autogen_on_output(Autogen *autogen,
                       bool (*write)(AutogenStream stream, const char *text, size_t length,
                                     void *data),
                       unsigned terminals, void *data)
{
    autogen->console.write = write;
    autogen->console.terminals = terminals;
    autogen->console.write_data = data;
}

void autogen_on_event(Autogen *autogen, void (*event)(const AutogenEvent *event, void *data),
                      void *data)
{
    autogen->console.event = event;
    autogen->console.event_data = data;
}

void autogen_on_question(Autogen *autogen, bool (*ask)(const char *question, void *data),
                         void *data)
{
    autogen->console.ask = ask;
    autogen->console.ask_data = data;
}

bool autogen_cancel(Autogen *autogen, int signal)
{
    return ag_console_stop(&autogen->console, signal);
}
