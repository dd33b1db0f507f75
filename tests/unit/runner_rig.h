/* SPDX-License-Identifier: MIT */
/* A project in a temporary directory, revision files written by the test, and a database to run
 * them against. For the runner's tests only. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/runner.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    char *directory; /* of revision files; removed at the end */
    char *url;       /* of the database */
    char *file;      /* SQLite: the database; removed at the end */
    AgDb *db;
    AgDag *dag;
    AgRunnerOptions options;
    AgDbOptions db_options;
    guint applied; /* of the last run */
} Rig;

G_GNUC_UNUSED static void rig_show(const Rig *rig)
{
    for (guint i = 0; i < ag_diag_count(rig->diag); i++) {
        const AgProblem *problem = ag_diag_problem(rig->diag, i);
        print_message("  %s:%d:%d: %s [%s] %s\n    hint: %s\n",
                      problem->place.file == NULL ? "-" : problem->place.file, problem->place.line,
                      problem->place.column, problem->message, ag_problem_word(problem->id),
                      problem->sqlstate == NULL ? "" : problem->sqlstate,
                      problem->hint == NULL ? "" : problem->hint);
    }
}

G_GNUC_UNUSED static void rig_must(Rig *rig, bool good)
{
    if (!good)
        rig_show(rig);
    assert_true(good);
}

/* The first error since the last call has that id; forgets all problems. */
G_GNUC_UNUSED static void rig_expect(Rig *rig, bool result, AgProblemId id)
{
    const AgProblem *first = NULL;
    for (guint i = 0; i < ag_diag_count(rig->diag) && first == NULL; i++)
        if (ag_diag_problem(rig->diag, i)->severity == AG_SEVERITY_ERROR)
            first = ag_diag_problem(rig->diag, i);
    if (result || first == NULL || first->id != id)
        rig_show(rig);
    assert_false(result);
    assert_non_null(first);
    assert_string_equal(ag_problem_word(first->id), ag_problem_word(id));
    ag_diag_rewind(rig->diag, 0);
}

/* Whether any problem or hint recorded holds the text. */
G_GNUC_UNUSED static bool rig_says(const Rig *rig, const char *text)
{
    for (guint i = 0; i < ag_diag_count(rig->diag); i++) {
        const AgProblem *problem = ag_diag_problem(rig->diag, i);
        if (strstr(problem->message, text) != NULL ||
            (problem->hint != NULL && strstr(problem->hint, text) != NULL))
            return true;
    }
    return false;
}

G_GNUC_UNUSED static AgDb *rig_connect(Rig *rig)
{
    AgUrl *url = ag_url_parse(rig->pool, rig->url, NULL, rig->diag);
    rig_must(rig, url != NULL);
    AgDb *db = ag_db_open(url, &rig->db_options, rig->diag);
    rig_must(rig, db != NULL);
    return db;
}

G_GNUC_UNUSED static void rig_open(Rig *rig, const char *url)
{
    rig->pool = ag_pool_new();
    rig->diag = ag_diag_new();
    rig->directory = g_dir_make_tmp("autogen-rig-XXXXXX", NULL);
    rig->url = g_strdup(url);
    rig->db_options = (AgDbOptions){.mode = AG_DB_WRITE,
                                    .create = true,
                                    .application = "autogen/test",
                                    .lock_timeout_ms = 300};
    rig->options = (AgRunnerOptions){.version_table = "autogen_version",
                                     .log_table = "autogen_log",
                                     .lock_wait_ms = 300};
    rig->db = rig_connect(rig);
}

G_GNUC_UNUSED static void rig_remove_files(const Rig *rig)
{
    GDir *directory = g_dir_open(rig->directory, 0, NULL);
    const char *name;
    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        char *path = g_build_filename(rig->directory, name, NULL);
        g_unlink(path);
        g_free(path);
    }
    if (directory != NULL)
        g_dir_close(directory);
}

G_GNUC_UNUSED static void rig_close(Rig *rig)
{
    ag_db_close(rig->db);
    rig_remove_files(rig);
    g_rmdir(rig->directory);
    g_free(rig->directory);
    g_free(rig->url);
    ag_diag_free(rig->diag);
    ag_pool_free(rig->pool);
    *rig = (Rig){0};
}

/* Writes (or overwrites) the file of a revision; `parent` NULL for a first one. */
G_GNUC_UNUSED static void rig_file(Rig *rig, const char *id, const char *parent, const char *body)
{
    char *path = g_strdup_printf("%s/%s.sql", rig->directory, id);
    GString *text = g_string_new("-- autogen revision\n");
    g_string_append_printf(text, "-- id: %s\n", id);
    if (parent != NULL)
        g_string_append_printf(text, "-- parent: %s\n", parent);
    g_string_append_printf(text, "-- message: %s\n\n%s\n-- autogen:end\n", id, body);
    assert_true(g_file_set_contents(path, text->str, -1, NULL));
    g_string_free(text, TRUE);
    g_free(path);
    rig->dag = NULL;
}

G_GNUC_UNUSED static AgDag *rig_dag(Rig *rig)
{
    GPtrArray *directories = ag_pool_array(rig->pool);
    g_ptr_array_add(directories, rig->directory);
    if (rig->dag == NULL)
        rig->dag = ag_dag_load(rig->pool, directories, rig->diag);
    rig_must(rig, rig->dag != NULL);
    return rig->dag;
}

G_GNUC_UNUSED static GPtrArray *rig_path(Rig *rig, const char *target, AgDirection direction)
{
    AgDag *dag = rig_dag(rig);
    GPtrArray *current = ag_history_current(rig->db, rig->pool, &rig->options, rig->diag);
    rig_must(rig, current != NULL);
    GPtrArray *to = ag_dag_resolve(dag, target, current, direction, rig->diag);
    rig_must(rig, to != NULL);
    GPtrArray *path = ag_dag_path(dag, current, to, direction, rig->diag);
    rig_must(rig, path != NULL);
    return path;
}

G_GNUC_UNUSED static bool rig_run(Rig *rig, const char *target, AgDirection direction)
{
    GPtrArray *path = rig_path(rig, target, direction);
    return ag_runner_run(rig->db, rig->dag, path, direction, &rig->options, &rig->applied,
                         rig->diag);
}

G_GNUC_UNUSED static bool rig_up(Rig *rig)
{
    return rig_run(rig, "heads", AG_UPGRADE);
}

/* Runs a statement by hand. */
G_GNUC_UNUSED static void rig_sql(Rig *rig, const char *sql)
{
    rig_must(rig, ag_db_run(rig->db, sql, rig->diag));
}

/* All cells of a query, with blanks between and semicolons between rows. */
G_GNUC_UNUSED static const char *rig_ask(Rig *rig, const char *sql)
{
    AgRows *rows = ag_db_query(rig->db, rig->pool, sql, NULL, 0, rig->diag);
    rig_must(rig, rows != NULL);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < rows->n_rows; i++) {
        for (guint c = 0; c < rows->n_columns; c++) {
            const char *cell = ag_rows_get(rows, i, (int)c);
            g_string_append_printf(text, "%s%s",
                                   c > 0   ? " "
                                   : i > 0 ? "; "
                                           : "",
                                   cell == NULL ? "NULL" : cell);
        }
    }
    const char *copy = ag_pool_text(rig->pool, text->str);
    g_string_free(text, TRUE);
    return copy;
}

/* The recorded heads, with commas between. */
G_GNUC_UNUSED static const char *rig_heads(Rig *rig)
{
    GPtrArray *ids = ag_history_current(rig->db, rig->pool, &rig->options, rig->diag);
    rig_must(rig, ids != NULL);
    g_ptr_array_add(ids, NULL);
    char *joined = g_strjoinv(",", (char **)ids->pdata);
    const char *copy = ag_pool_text(rig->pool, joined);
    g_free(joined);
    return copy;
}

G_GNUC_UNUSED static void rig_allow(Rig *rig, const char *entry)
{
    if (rig->options.allow == NULL)
        rig->options.allow = ag_pool_array(rig->pool);
    g_ptr_array_add(rig->options.allow, (gpointer)(guintptr)entry);
}

/* --- SQLite --- */

#define UP "-- autogen:upgrade sqlite\n"
#define DOWN "-- autogen:downgrade sqlite\n"

G_GNUC_UNUSED static void rig_open_sqlite(Rig *rig)
{
    char *directory = g_dir_make_tmp("autogen-db-XXXXXX", NULL);
    char *file = g_build_filename(directory, "test.db", NULL);
    char *url = g_strconcat("sqlite:///", file, NULL);
    rig_open(rig, url);
    rig->file = file;
    g_free(url);
    g_free(directory);
}

G_GNUC_UNUSED static void rig_close_sqlite(Rig *rig)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
    char *file = rig->file;
    rig_close(rig);
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        char *path = g_strconcat(file, suffixes[i], NULL);
        g_unlink(path);
        g_free(path);
    }
    char *directory = g_path_get_dirname(file);
    g_rmdir(directory);
    g_free(directory);
    g_free(file);
}

/* Set-up and tear-down of each test, and a test's line in the list. */
#define RIG_ON_SQLITE(rig)                                                                         \
    static int set_up(void **state)                                                                \
    {                                                                                              \
        (void)state;                                                                               \
        rig_open_sqlite(&rig);                                                                     \
        return 0;                                                                                  \
    }                                                                                              \
    static int tear_down(void **state)                                                             \
    {                                                                                              \
        (void)state;                                                                               \
        rig_close_sqlite(&rig);                                                                    \
        return 0;                                                                                  \
    }
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Everything but autogen's own tables. */
G_GNUC_UNUSED static const char *rig_schema(Rig *rig)
{
    return rig_ask(rig, "SELECT group_concat(sql, '|') FROM (SELECT sql FROM sqlite_master WHERE"
                        " name NOT LIKE '%autogen%' AND sql IS NOT NULL ORDER BY name)");
}
