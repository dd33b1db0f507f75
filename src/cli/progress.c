/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "base/clock.h"
#include "cli/console.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/standing.h"

struct AgProgressShow {
    AgRun *run;
    const AgDb *db;
    AgDirection direction;
    AgConsole *console;
    bool live;             /* notes go to a terminal and nothing else writes between */
    gint64 revision_began; /* ms, monotonic */
    GMutex mutex;          /* over what follows, and over writing */
    GCond ended;
    GThread *ticker; /* NULL: nothing is shown while a statement runs */
    AgDb *beside;    /* the ticker's own connection; NULL until it is needed */
    bool beside_failed;
    const char *title; /* of the revision that runs; NULL: none */
    guint statement, n_statements;
    gint64 statement_began, told; /* ms; told: when a log heard of it last */
    bool ending;
};

/* --- while a statement runs --- */

/* Only what takes a while is worth a connection of its own. */
static int percent_of(AgProgressShow *show, gint64 ms)
{
    if (ms < 1000 || show->beside_failed || ag_db_dialect(show->db) != AG_DIALECT_POSTGRESQL)
        return -1;
    if (show->beside == NULL)
        show->beside = ag_db_beside(show->db);
    show->beside_failed = show->beside == NULL;
    return show->beside_failed ? -1 : ag_db_percent(show->beside, show->db);
}

static void append_standing(GString *out, const AgProgressShow *show, gint64 ms, int percent)
{
    g_string_append_printf(out, "statement %u of %u, %.1f s", show->statement, show->n_statements,
                           (double)ms / 1000);
    if (percent >= 0)
        g_string_append_printf(out, ", index %d %%", percent);
}

/* Called with the mutex held; gives it up while the server is asked. */
static void tick(AgProgressShow *show)
{
    enum { LOG_EVERY_MS = 30000 };
    guint statement = show->statement;
    gint64 began = show->statement_began, ms = ag_clock_monotonic_ms() - began;
    bool due = show->live || ms - show->told >= LOG_EVERY_MS;
    if (show->title == NULL || statement == 0 || !due || ms < 500)
        return;
    g_mutex_unlock(&show->mutex);
    int percent = percent_of(show, ms);
    g_mutex_lock(&show->mutex);
    if (show->ending || show->statement_began != began)
        return;
    g_autoptr(GString) line = g_string_new(show->live ? "\r\033[K" : "  ");
    if (show->live)
        g_string_append_printf(line, "%s %s ", ag_direction_word(show->direction), show->title);
    append_standing(line, show, ms, percent);
    ag_note_text("%s%s", line->str, show->live ? "" : "\n");
    show->told = ms;
}

static gpointer run_ticker(gpointer data)
{
    enum { TICK_US = 500000 };
    AgProgressShow *show = data;
    ag_console_enter(show->console);
    g_mutex_lock(&show->mutex);
    while (!show->ending) {
        gint64 until = g_get_monotonic_time() + TICK_US;
        while (!show->ending && g_cond_wait_until(&show->ended, &show->mutex, until)) {
        }
        if (!show->ending)
            tick(show);
    }
    g_mutex_unlock(&show->mutex);
    return NULL;
}

/* --- events --- */

static AutogenEventKind kind_of(guint statement, bool done)
{
    if (statement == 0)
        return done ? AUTOGEN_REVISION_ENDS : AUTOGEN_REVISION_BEGINS;
    return done ? AUTOGEN_STATEMENT_ENDS : AUTOGEN_STATEMENT_BEGINS;
}

static const char *event_word(AutogenEventKind kind)
{
    switch (kind) {
    case AUTOGEN_REVISION_BEGINS:
        return "revision-begins";
    case AUTOGEN_STATEMENT_BEGINS:
        return "statement-begins";
    case AUTOGEN_STATEMENT_ENDS:
        return "statement-ends";
    case AUTOGEN_REVISION_ENDS:
        return "revision-ends";
    }
    g_assert_not_reached();
}

static void print_event(const AutogenEvent *event)
{
    g_autoptr(GString) line = g_string_new(NULL);
    AgJson json;
    ag_json_init_line(&json, line);
    ag_json_begin_object(&json, NULL);
    ag_json_text(&json, "event", event_word(event->kind));
    ag_json_text(&json, "direction", event->upgrade ? "upgrade" : "downgrade");
    ag_json_text(&json, "revision", event->revision);
    ag_json_text(&json, "message", event->message);
    if (event->statement > 0)
        ag_json_int(&json, "statement", event->statement);
    ag_json_int(&json, "statements", event->n_statements);
    if (event->kind == AUTOGEN_STATEMENT_ENDS || event->kind == AUTOGEN_REVISION_ENDS)
        ag_json_int(&json, "milliseconds", (int64_t)(event->seconds * 1000));
    ag_json_end_object(&json);
    ag_print_text(line->str);
}

static void tell_event(AgProgressShow *show, const AutogenEvent *event)
{
    if (show->console->event != NULL)
        show->console->event(event, show->console->event_data);
    if (show->run->look.format == AG_FORMAT_JSON)
        print_event(event);
}

/* --- lines --- */

/* One line per revision: begun before it runs on a terminal, whole in a log file. */
static void show_revision(AgProgressShow *show, bool done, gint64 ms)
{
    const char *verb = ag_direction_word(show->direction);
    if (show->run->quiet)
        return;
    if (done)
        ag_note_text("%s%s %s (%.3f s)\n", show->live ? "\r\033[K" : "", verb, show->title,
                     (double)ms / 1000);
    else if (show->live)
        ag_note_text("%s %s ", verb, show->title);
}

static void show_step(AgProgressShow *show, const AgRevision *revision, const AutogenEvent *event)
{
    bool done = event->kind == AUTOGEN_STATEMENT_ENDS || event->kind == AUTOGEN_REVISION_ENDS;
    if (event->statement == 0) {
        show->title = ag_revision_title(show->run->pool, revision);
        show_revision(show, done, (gint64)(event->seconds * 1000));
        show->title = done ? NULL : show->title;
    } else if (show->run->verbose && !done) {
        ag_say(show->run, "  statement %u of %u", event->statement, event->n_statements);
    }
}

void ag_progress_step(const AgRevision *revision, AgDirection direction, guint statement,
                      guint n_statements, bool done, void *data)
{
    AgProgressShow *show = data;
    gint64 now = ag_clock_monotonic_ms();
    g_mutex_lock(&show->mutex);
    gint64 *began = statement == 0 ? &show->revision_began : &show->statement_began;
    AutogenEvent event = {
        .kind = kind_of(statement, done),
        .revision = revision->id,
        .message = revision->message,
        .upgrade = direction == AG_UPGRADE,
        .statement = statement,
        .n_statements = n_statements,
        .seconds = done ? (double)(now - *began) / 1000 : 0,
    };
    if (!done)
        *began = now;
    show->statement = done ? 0 : statement;
    show->n_statements = n_statements;
    show->told = 0;
    if (statement == 0)
        show->run->echoing = !done;
    tell_event(show, &event);
    show_step(show, revision, &event);
    g_mutex_unlock(&show->mutex);
}

AgProgressShow *ag_progress_begin(AgRun *run, const AgDb *db, AgDirection direction)
{
    AgProgressShow *show = g_new0(AgProgressShow, 1);
    show->run = run;
    show->db = db;
    show->direction = direction;
    show->console = ag_console();
    show->live = ag_notes_are_live() && !run->verbose && !ag_options_has(run->options, "echo");
    g_mutex_init(&show->mutex);
    g_cond_init(&show->ended);
    if (!run->quiet && run->look.format == AG_FORMAT_HUMAN)
        show->ticker = g_thread_new("progress", run_ticker, show);
    return show;
}

void ag_progress_end(AgProgressShow *show)
{
    g_mutex_lock(&show->mutex);
    show->ending = true;
    g_cond_signal(&show->ended);
    g_mutex_unlock(&show->mutex);
    if (show->ticker != NULL)
        g_thread_join(show->ticker);
    if (show->beside != NULL)
        ag_db_close(show->beside);
    if (show->live && show->title != NULL && !show->run->quiet)
        ag_note_text("\n");
    show->run->echoing = false;
    g_mutex_clear(&show->mutex);
    g_cond_clear(&show->ended);
    g_free(show);
}

static void append_problem(AgJson *json, const AgProblem *problem)
{
    ag_json_begin_object(json, NULL);
    ag_json_text(json, "id", ag_problem_word(problem->id));
    ag_json_text(json, "message", problem->message);
    ag_json_text(json, "file", problem->place.file);
    ag_json_int(json, "line", problem->place.line);
    ag_json_int(json, "column", problem->place.column);
    ag_json_text(json, "sqlstate", problem->sqlstate);
    ag_json_text(json, "detail", problem->detail);
    ag_json_text(json, "hint", problem->hint);
    ag_json_end_object(json);
}

void ag_progress_print_result(const AgRun *run, guint applied, const GPtrArray *current,
                              const AgDiag *diag)
{
    g_autoptr(GString) line = g_string_new(NULL);
    AgJson json;
    ag_json_init_line(&json, line);
    ag_json_begin_object(&json, NULL);
    ag_json_text(&json, "event", "result");
    ag_json_bool(&json, "good", ag_diag_errors(diag) == 0);
    ag_json_bool(&json, "dry_run", ag_options_has(run->options, "dry-run"));
    ag_json_int(&json, "applied", applied);
    if (current == NULL)
        ag_json_text(&json, "current", NULL);
    else
        ag_json_texts(&json, "current", current);
    ag_json_begin_array(&json, "problems");
    for (guint i = 0; i < ag_diag_count(diag); i++)
        if (ag_diag_problem(diag, i)->severity == AG_SEVERITY_ERROR)
            append_problem(&json, ag_diag_problem(diag, i));
    ag_json_end_array(&json);
    ag_json_end_object(&json);
    ag_print_text(line->str);
}
