/* SPDX-License-Identifier: MIT */
#include "cli/targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "db/url.h"

const AgOptionInfo ag_target_options[] = {
    {"targets", 0, AG_OPTION_TEXT, false, "FILE",
     "run on each line of FILE, a URL or a schema for schema-map"},
    {"jobs", 'j', AG_OPTION_TEXT, false, "N", "that many targets at once (built-in: 1)"},
    {"fail-fast", 0, AG_OPTION_FLAG, false, NULL, "begin no other target once one has failed"},
    {"schema-map", 0, AG_OPTION_TEXT, false, "FROM=TO", "run what is for schema FROM on schema TO"},
    {0},
};

/* What the parent keeps for itself; the first one only when it is "all". */
static const char *const own_options[] = {"env",       "targets", "jobs",  "fail-fast", "format",
                                          "directory", "output",  "color", NULL};

typedef enum { WAITING, RUNNING, ENDED } Standing;

typedef struct {
    const char *name;
    const char *option;   /* "--url=...", "--env=...", "--schema-map=..." */
    GString *out, *notes; /* what it had to say */
    Standing standing;
    int code;
    guint applied;
    gint64 ms;
} Target;

typedef struct {
    AgRun *run;
    AgConsole *console;
    GPtrArray *targets; /* of Target * */
    GPtrArray *line;    /* the options and words of each; of char * */
    Autogen **handles;
    bool fail_fast, human;
    GMutex mutex; /* over what follows, and over printing */
    guint next;
    bool failed;
} Many;

bool ag_targets_all(const AgRun *run)
{
    return run->command->many && g_strcmp0(ag_options_text(run->options, "env"), "all") == 0;
}

bool ag_targets_wanted(const AgRun *run)
{
    return ag_targets_all(run) || (run->command->many && ag_options_has(run->options, "targets"));
}

/* --- which --- */

static Target *add_target(Many *many, const char *name, const char *option)
{
    Target *target = ag_pool_new0(many->run->pool, Target);
    target->name = name;
    target->option = option;
    target->out = g_string_new(NULL);
    target->notes = g_string_new(NULL);
    g_ptr_array_add(many->targets, target);
    return target;
}

static bool add_environments(Many *many, AgDiag *diag)
{
    AgRun *run = many->run;
    GPtrArray *names = ag_config_envs(run->config);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        add_target(many, name, ag_pool_printf(run->pool, "--env=%s", name));
    }
    return names->len > 0 || ag_fail(diag, AG_PROBLEM_BAD_CONFIG, AG_NOWHERE,
                                     "the configuration has no section [env:NAME] for --env all");
}

static bool add_schema(Many *many, const char *schema, AgPlace place, AgDiag *diag)
{
    AgRun *run = many->run;
    const char *map = ag_config_text(run->config, AG_CONFIG_SCHEMA_MAP);
    if (map == NULL || *map == '\0' || *map == '=') {
        ag_fail(diag, AG_PROBLEM_BAD_CONFIG, place, "'%s' is no URL", schema);
        ag_hint(diag, "for schemas, say with schema-map which schema of the revisions they stand "
                      "for: schema-map = app");
        return false;
    }
    add_target(many, schema,
               ag_pool_printf(run->pool, "--schema-map=%.*s=%s", (int)strcspn(map, "="), map,
                              schema));
    return true;
}

/* A URL, a list of libpq's key=value, or a schema. */
static bool add_line(Many *many, const char *text, AgPlace place, AgDiag *diag)
{
    AgRun *run = many->run;
    const char *directory = ag_config_directory(run->config);
    if (strchr(text, ':') == NULL && strchr(text, '=') == NULL)
        return add_schema(many, text, place, diag);
    const AgUrl *url = ag_url_parse(run->pool, text, *directory == '\0' ? NULL : directory, diag);
    if (url == NULL) {
        ag_hint(diag, "it stands in %s:%d", place.file, place.line);
        return false;
    }
    add_target(many, url->shown, ag_pool_printf(run->pool, "--url=%s", text));
    return true;
}

static bool add_file(Many *many, const char *path, AgDiag *diag)
{
    AgPool *pool = many->run->pool;
    char *text = ag_file_read(pool, path, AG_LIMIT_CONFIG_BYTES, NULL, diag);
    bool good = text != NULL;
    int number = 1;
    for (char *line = text; line != NULL; number++) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        g_strstrip(line);
        if (*line != '\0' && *line != '#' &&
            !add_line(many, ag_pool_text(pool, line), (AgPlace){path, number, 1}, diag))
            good = false;
        line = end == NULL ? NULL : end + 1;
    }
    return good && (many->targets->len > 0 ||
                    ag_fail(diag, AG_PROBLEM_USAGE, (AgPlace){path, 0, 0}, "no target is named"));
}

/* --- running --- */

static bool keep_text(AutogenStream stream, const char *text, size_t length, void *data)
{
    Target *target = data;
    if (text != NULL)
        g_string_append_len(stream == AUTOGEN_RESULTS ? target->out : target->notes, text,
                            (gssize)length);
    return true;
}

/* Each line of what a target said, under its name. */
static void append_said(GString *out, const GString *said)
{
    g_auto(GStrv) lines = g_strsplit(said->str, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0')
            g_string_append_printf(out, "    %s\n", *line);
}

static const char *word_of(int code)
{
    return code == 0 ? "done" : code == 2 ? "findings" : "FAILED";
}

/* One line when one line says it. */
static void print_target(const Many *many, const Target *target)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *end = strchr(target->out->str, '\n');
    bool one_line = target->code == 0 && end != NULL && end[1] == '\0';
    g_string_append_printf(out, "%-8s  %s", word_of(target->code), target->name);
    if (target->code != 0)
        g_string_append_printf(out, "  (exit %d)", target->code);
    if (one_line)
        g_string_append_printf(out, "  %.*s", (int)(end - target->out->str), target->out->str);
    g_string_append_c(out, '\n');
    if (!one_line)
        append_said(out, target->out);
    if (target->code != 0 || many->run->verbose)
        append_said(out, target->notes);
    if (!many->run->quiet || target->code != 0)
        ag_print_text(out->str);
}

/* The command line of one; the run rearranges it and wipes what is secret in it. In the pool. */
static GPtrArray *line_of(const Many *many, const Target *target, AgPool *pool)
{
    GPtrArray *argv = ag_pool_array(pool);
    g_ptr_array_add(argv, ag_pool_text(pool, "autogen"));
    g_ptr_array_add(argv, ag_pool_text(pool, many->run->command->name));
    g_ptr_array_add(argv, ag_pool_text(pool, target->option));
    for (guint i = 0; i < many->line->len; i++)
        g_ptr_array_add(argv, ag_pool_text(pool, g_ptr_array_index(many->line, i)));
    g_ptr_array_add(argv, NULL);
    return argv;
}

static void run_target(Many *many, guint i)
{
    Target *target = g_ptr_array_index(many->targets, i);
    Autogen *handle = many->handles[i];
    g_autoptr(AgPool) pool = ag_pool_new();
    GPtrArray *argv = line_of(many, target, pool);
    gint64 started = ag_clock_monotonic_ms();
    autogen_on_output(handle, keep_text, 0, target);
    ag_console_of(handle)->alone = true;
    target->code = autogen_run(handle, (int)argv->len - 1, (char **)argv->pdata);
    target->applied = autogen_applied(handle);
    target->ms = ag_clock_monotonic_ms() - started;
}

static gpointer work(gpointer data)
{
    Many *many = data;
    AgConsole *before = ag_console_enter(many->console);
    g_mutex_lock(&many->mutex);
    while (many->next < many->targets->len && many->console->caught == 0 &&
           !(many->fail_fast && many->failed)) {
        guint i = many->next++;
        Target *target = g_ptr_array_index(many->targets, i);
        target->standing = RUNNING;
        g_mutex_unlock(&many->mutex);
        run_target(many, i);
        g_mutex_lock(&many->mutex);
        target->standing = ENDED;
        many->failed |= target->code != 0 && target->code != 2;
        if (many->human)
            print_target(many, target);
    }
    g_mutex_unlock(&many->mutex);
    ag_console_enter(before);
    return NULL;
}

/* This thread works too. */
static void run_jobs(Many *many, guint jobs)
{
    g_autoptr(GPtrArray) threads = g_ptr_array_new();
    many->console->targets = many->handles;
    many->console->n_targets = many->targets->len;
    ag_signals_hold(true);
    for (guint i = 1; i < MIN(jobs, many->targets->len); i++)
        g_ptr_array_add(threads, g_thread_new("target", work, many));
    work(many);
    for (guint i = 0; i < threads->len; i++)
        g_thread_join(g_ptr_array_index(threads, i));
    ag_signals_hold(false);
    many->console->n_targets = 0;
    ag_signals_watch(NULL); /* nobody is at the handles any more */
}

/* --- the result --- */

typedef struct {
    guint done, findings, failed, left;
} Count;

static Count count(const Many *many)
{
    Count sum = {0};
    for (guint i = 0; i < many->targets->len; i++) {
        const Target *target = g_ptr_array_index(many->targets, i);
        guint *which = target->standing != ENDED ? &sum.left
                       : target->code == 0       ? &sum.done
                       : target->code == 2       ? &sum.findings
                                                 : &sum.failed;
        (*which)++;
    }
    return sum;
}

static int code_of(const Many *many)
{
    bool findings = false;
    for (guint i = 0; i < many->targets->len; i++) {
        const Target *target = g_ptr_array_index(many->targets, i);
        findings |= target->code == 2;
        if (target->code != 0 && target->code != 2)
            return target->code;
    }
    return findings ? 2 : 0;
}

static void render_json(GString *out, const AgLook *look, const void *data)
{
    const Many *many = data;
    AgJson json;
    (void)look;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_begin_array(&json, "targets");
    for (guint i = 0; i < many->targets->len; i++) {
        const Target *target = g_ptr_array_index(many->targets, i);
        bool ended = target->standing == ENDED;
        ag_json_begin_object(&json, NULL);
        ag_json_text(&json, "target", target->name);
        ag_json_text(&json, "result", ended ? word_of(target->code) : "not tried");
        ag_json_int(&json, "exit", target->code);
        ag_json_int(&json, "applied", target->applied);
        ag_json_int(&json, "milliseconds", target->ms);
        ag_json_text(&json, "output", target->out->str);
        ag_json_text(&json, "notes", target->notes->str);
        ag_json_end_object(&json);
    }
    ag_json_end_array(&json);
    ag_json_end_object(&json);
}

static bool report(Many *many, AgDiag *diag)
{
    Count sum = count(many);
    many->run->code = code_of(many);
    if (!many->human)
        return ag_output(many->run, render_json, many, diag) && ag_signals_pass(diag);
    ag_print("%u target%s: %u done", many->targets->len, many->targets->len == 1 ? "" : "s",
             sum.done);
    if (sum.findings > 0)
        ag_print(", %u with findings", sum.findings);
    if (sum.failed > 0)
        ag_print(", %u failed", sum.failed);
    if (sum.left > 0)
        ag_print(", %u not tried", sum.left);
    ag_print("\n");
    if (sum.failed + sum.left > 0)
        ag_say(many->run, "the same command again goes on: what is done has nothing to do");
    return ag_signals_pass(diag);
}

static bool read_jobs(AgRun *run, guint *jobs, AgDiag *diag)
{
    enum { MOST = 256 };
    const char *text = ag_options_text(run->options, "jobs");
    *jobs = text == NULL ? 1 : (guint)CLAMP(atoi(text), 0, MOST);
    return *jobs > 0 || ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                                "option '--jobs' takes a number from 1 to %d", MOST);
}

static bool find_targets(Many *many, AgDiag *diag)
{
    AgRun *run = many->run;
    const char *file = ag_options_text(run->options, "targets");
    if (file != NULL && ag_targets_all(run))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--targets' and '--env all' both say where to run");
    if (file != NULL && ag_options_has(run->options, "url"))
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "'--targets' and '--url' both say where to run");
    return file == NULL ? add_environments(many, diag) : add_file(many, file, diag);
}

static void free_targets(Many *many)
{
    for (guint i = 0; i < many->targets->len; i++) {
        Target *target = g_ptr_array_index(many->targets, i);
        autogen_free(many->handles[i]);
        g_string_free(target->out, TRUE);
        g_string_free(target->notes, TRUE);
    }
    g_free(many->handles);
    g_mutex_clear(&many->mutex);
}

bool ag_targets_run(AgRun *run, AgDiag *diag)
{
    guint jobs = 1;
    Many many = {.run = run, .console = ag_console(), .targets = ag_pool_array(run->pool)};
    many.line = ag_options_line(run->options, own_options + (ag_targets_all(run) ? 0 : 1));
    many.fail_fast = ag_options_has(run->options, "fail-fast");
    many.human = run->look.format == AG_FORMAT_HUMAN;
    bool good = read_jobs(run, &jobs, diag) && find_targets(&many, diag);
    g_mutex_init(&many.mutex);
    many.handles = g_new0(Autogen *, many.targets->len + 1);
    for (guint i = 0; i < many.targets->len; i++)
        many.handles[i] = autogen_new();
    if (good) {
        ag_tell(run, diag);
        run_jobs(&many, jobs);
        good = report(&many, diag);
    }
    free_targets(&many);
    return good;
}
