/* SPDX-License-Identifier: MIT */
#include "cli/draft.h"

#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/signals.h"

static bool check_id(const AgDag *dag, const char *id, AgDiag *diag)
{
    if (strlen(id) < 4 || !ag_revision_is_id(id)) {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "a revision cannot have that id");
        ag_hint(diag,
                "an id has 4 to 64 letters, digits and underscores and is no word such as head");
        return false;
    }
    const AgRevision *other = ag_dag_find(dag, id);
    return other == NULL || ag_fail(diag, AG_PROBLEM_REVISION_DUPLICATE,
                                    (AgPlace){other->file, 0, 0}, "id '%s' is taken", id);
}

static bool choose_id(AgRun *run, const AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    const char *given = ag_options_text(run->options, "rev-id");
    if (given != NULL && !check_id(dag, given, diag))
        return false;
    revision->id = given;
    while (revision->id == NULL) {
        const char *id = ag_clock_random_hex(run->pool, 12);
        if (ag_dag_find(dag, id) == NULL)
            revision->id = id;
    }
    return true;
}

static bool is_head(const AgDag *dag, const char *id)
{
    const GPtrArray *heads = ag_dag_heads(dag);
    for (guint i = 0; i < heads->len; i++) {
        const AgRevision *head = g_ptr_array_index(heads, i);
        if (strcmp(head->id, id) == 0)
            return true;
    }
    return false;
}

static bool choose_parent(AgRun *run, const AgDag *dag, const GPtrArray *current,
                          AgRevision *revision, AgDiag *diag)
{
    const char *head = ag_options_text(run->options, "head");
    bool splice = ag_options_has(run->options, "splice");
    if (dag->revisions->len == 0 && head == NULL)
        return true;
    GPtrArray *parents =
        ag_dag_resolve(dag, head == NULL ? "head" : head, current, AG_UPGRADE, diag);
    if (parents == NULL && head == NULL)
        ag_hint(diag, "for this revision alone, name its parent with --head");
    if (parents == NULL)
        return false;
    if (parents->len > 1) {
        ag_fail(diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE, "'%s' names %u revisions, not one",
                head == NULL ? "head" : head, parents->len);
        ag_hint(diag, "name one with --head");
        return false;
    }
    if (parents->len == 0)
        return true;
    const char *id = g_ptr_array_index(parents, 0);
    if (!splice && !is_head(dag, id)) {
        ag_fail(diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE, "revision '%s' is no head", id);
        ag_hint(diag, "--splice makes a second branch from it");
        return false;
    }
    g_ptr_array_add(revision->parents, (gpointer)(guintptr)id);
    return true;
}

static bool add_dependencies(AgRun *run, const AgDag *dag, const GPtrArray *current,
                             AgRevision *revision, AgDiag *diag)
{
    const GPtrArray *given = ag_options_list(run->options, "depends-on");
    for (guint i = 0; i < given->len; i++) {
        const char *text = g_ptr_array_index(given, i);
        GPtrArray *ids = ag_dag_resolve(dag, text, current, AG_UPGRADE, diag);
        if (ids == NULL)
            return false;
        if (ids->len != 1)
            return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                           "'--depends-on %s' does not name one revision", text);
        g_ptr_array_add(revision->depends, g_ptr_array_index(ids, 0));
    }
    return true;
}

static bool add_labels(AgRun *run, const AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    const GPtrArray *given = ag_options_list(run->options, "branch-label");
    for (guint i = 0; i < given->len; i++) {
        const char *label = g_ptr_array_index(given, i);
        if (!g_ascii_isalpha(*label) || !ag_revision_is_id(label)) {
            ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "a branch cannot have that label");
            ag_hint(diag, "a label begins with a letter and has letters, digits, '_' and '.'");
            return false;
        }
        for (guint r = 0; r < dag->revisions->len; r++) {
            const AgRevision *other = g_ptr_array_index(dag->revisions, r);
            if (g_ptr_array_find_with_equal_func(other->labels, label, g_str_equal, NULL))
                return ag_fail(diag, AG_PROBLEM_USAGE, (AgPlace){other->file, 0, 0},
                               "label '%s' is taken", label);
        }
        g_ptr_array_add(revision->labels, (gpointer)(guintptr)label);
    }
    return true;
}

static bool take_message(AgRun *run, AgRevision *revision, AgDiag *diag)
{
    revision->message = ag_options_text(run->options, "message");
    if (revision->message == NULL || *revision->message == '\0') {
        ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "a revision needs a message");
        ag_hint(diag, "say what changes: autogen -m \"add phone to customers\"");
        return false;
    }
    g_autofree char *shown = ag_text_printable(revision->message);
    return strcmp(shown, revision->message) == 0 ||
           ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                   "the message has line ends or other control characters");
}

AgRevision *ag_draft_new(AgRun *run, const AgDag *dag, const GPtrArray *current, AgDiag *diag)
{
    AgRevision *revision = ag_revision_new(run->pool);
    revision->created = ag_clock_iso(run->pool, ag_clock_now());
    if (!take_message(run, revision, diag) || !choose_id(run, dag, revision, diag) ||
        !choose_parent(run, dag, current, revision, diag) ||
        !add_dependencies(run, dag, current, revision, diag) ||
        !add_labels(run, dag, revision, diag))
        return NULL;
    return revision;
}

static bool add_parents(const AgDag *dag, const char *text, bool splice, AgRevision *revision,
                        AgDiag *diag)
{
    GPtrArray *nothing = ag_pool_array(dag->pool);
    GPtrArray *ids = ag_dag_resolve(dag, text, nothing, AG_UPGRADE, diag);
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        if (!splice && !is_head(dag, id)) {
            ag_fail(diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE, "revision '%s' is no head", id);
            ag_hint(diag, "`autogen heads` lists them; --splice joins others too");
            return false;
        }
        if (!g_ptr_array_find_with_equal_func(revision->parents, id, g_str_equal, NULL))
            g_ptr_array_add(revision->parents, (gpointer)(guintptr)id);
    }
    return ids != NULL;
}

/* A parent that another one is built on would add nothing. */
static bool check_unrelated(const AgDag *dag, const AgRevision *revision, AgDiag *diag)
{
    return ag_dag_stamp(dag, revision->parents, ag_pool_array(dag->pool), diag) != NULL;
}

static bool choose_parents(AgRun *run, const AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    bool splice = ag_options_has(run->options, "splice");
    for (guint i = 0; ag_run_word(run, i) != NULL; i++)
        if (!add_parents(dag, ag_run_word(run, i), splice, revision, diag))
            return false;
    if (revision->parents->len > 1)
        return check_unrelated(dag, revision, diag);
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "a merge needs two heads or more");
    ag_hint(diag, "`autogen heads` lists them; `autogen merge heads -m MESSAGE` joins them all");
    return false;
}

AgRevision *ag_draft_merge(AgRun *run, const AgDag *dag, AgDiag *diag)
{
    AgRevision *revision = ag_revision_new(run->pool);
    revision->created = ag_clock_iso(run->pool, ag_clock_now());
    if (!take_message(run, revision, diag) || !choose_id(run, dag, revision, diag) ||
        !choose_parents(run, dag, revision, diag) || !add_labels(run, dag, revision, diag))
        return NULL;
    return revision;
}

char *ag_draft_text(AgRun *run, const AgRevision *revision, AgDiag *diag)
{
    char *text = ag_revision_text(run->pool, revision);
    return ag_revision_parse(run->pool, text, "(new revision)", diag) == NULL ? NULL : text;
}

/* Seconds to add to UTC for the time zone of file names. */
static int64_t zone_offset(AgRun *run, int64_t now)
{
    const char *name = ag_config_text(run->config, AG_CONFIG_TIMEZONE);
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);
    g_autoptr(GDateTime) local = zone == NULL ? NULL : g_date_time_to_timezone(utc, zone);
    return local == NULL ? 0 : g_date_time_get_utc_offset(local) / G_USEC_PER_SEC;
}

/* {epoch} is the same in every time zone, so it is filled in before the time is moved. */
static const char *name_template(AgRun *run, int64_t now)
{
    g_auto(GStrv) pieces =
        g_strsplit(ag_config_text(run->config, AG_CONFIG_FILE_TEMPLATE), "{epoch}", -1);
    g_autofree char *epoch = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)now);
    g_autofree char *joined = g_strjoinv(epoch, pieces);
    return ag_pool_text(run->pool, joined);
}

static bool run_hook(AgRun *run, const char *path, AgDiag *diag)
{
    AgConfigValue hook;
    if (!ag_config_hook(run->config, &hook, diag))
        return false;
    if (hook.text == NULL)
        return true;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) argv = NULL;
    g_autofree char *output = NULL;
    int status = 0;
    if (!g_shell_parse_argv(hook.text, NULL, &argv, &error))
        return ag_fail(diag, AG_PROBLEM_HOOK, hook.place, "the hook cannot be understood: %s",
                       error->message);
    for (char **word = argv; *word != NULL; word++) {
        g_auto(GStrv) pieces = g_strsplit(*word, "{file}", -1);
        g_free(*word);
        *word = g_strjoinv(path, pieces);
    }
    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status,
                      &error))
        return ag_fail(diag, AG_PROBLEM_HOOK, hook.place, "the hook cannot be run: %s",
                       error->message);
    if (*output != '\0')
        ag_say(run, "%s", g_strchomp(output));
    return status == 0 ||
           ag_fail(diag, AG_PROBLEM_HOOK, hook.place, "the hook ended with status %d",
                   WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static bool is_in(const char *file, const char *directory)
{
    g_autofree char *whole = g_canonicalize_filename(directory, NULL);
    g_autofree char *path = g_canonicalize_filename(file, NULL);
    size_t length = strlen(whole);
    return g_str_has_prefix(path, whole) && (path[length] == '/' || path[length] == '\0');
}

static const char *named_directory(const GPtrArray *directories, const char *name, AgDiag *diag)
{
    for (guint i = 0; i < directories->len; i++) {
        const char *directory = g_ptr_array_index(directories, i);
        if (is_in(name, directory) && is_in(directory, name))
            return directory;
    }
    ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE, "'%s' is no directory of revisions", name);
    for (guint i = 0; i < directories->len; i++)
        ag_hint(diag, "'revisions' names '%s'", (const char *)g_ptr_array_index(directories, i));
    return NULL;
}

/* The one asked for, else that of the first parent, else the first. */
static const char *choose_directory(AgRun *run, const AgRevision *revision, AgDiag *diag)
{
    GPtrArray *directories = ag_config_paths(run->config, AG_CONFIG_REVISIONS);
    const char *name = ag_options_text(run->options, "version-path");
    if (name != NULL)
        return named_directory(directories, name, diag);
    const AgDag *dag = ag_project_dag(run, diag);
    const AgRevision *parent = dag == NULL || revision->parents->len == 0
                                   ? NULL
                                   : ag_dag_find(dag, g_ptr_array_index(revision->parents, 0));
    const char *best = g_ptr_array_index(directories, 0);
    for (guint i = 1; parent != NULL && i < directories->len; i++) {
        const char *directory = g_ptr_array_index(directories, i);
        /* Of directories inside each other the inner one. */
        if (is_in(parent->file, directory) &&
            (!is_in(parent->file, best) || is_in(directory, best)))
            best = directory;
    }
    return best;
}

const char *ag_draft_write(AgRun *run, const AgRevision *revision, const char *text, AgDiag *diag)
{
    const char *directory = choose_directory(run, revision, diag);
    if (directory == NULL)
        return NULL;
    int64_t now = ag_clock_now();
    const char *name =
        ag_revision_file_name(run->pool, revision, name_template(run, now),
                              now + zone_offset(run, now),
                              ag_config_count(run->config, AG_CONFIG_TRUNCATE_SLUG_LENGTH));
    const char *path = ag_pool_printf(run->pool, "%s/%s", directory, name);
    g_autofree char *folder = g_path_get_dirname(path); /* a template may have folders too */
    ag_signals_hold(true);
    bool good = ag_signals_pass(diag) && ag_file_make_directory(folder, diag) &&
                ag_file_write(path, text, false, diag);
    ag_signals_hold(false);
    return good && run_hook(run, path, diag) ? path : NULL;
}
