/* SPDX-License-Identifier: MIT */
/* Graphs of revisions for tests, written as "id<parent,parent:depends,depends#label"; the file of
 * each is named after its position, so that names never agree with the order. */
#pragma once

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "revision/dag.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    char *directory;
    int n_graphs;
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->pool = ag_pool_new();
    fixture->diag = ag_diag_new();
    fixture->directory = g_dir_make_tmp("autogen_dag_XXXXXX", NULL);
    *state = fixture;
    return 0;
}

static void remove_directory(const char *directory)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_directory(path);
        else
            g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(directory);
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    remove_directory(fixture->directory);
    g_free(fixture->directory);
    ag_pool_free(fixture->pool);
    ag_diag_free(fixture->diag);
    g_free(fixture);
    return 0;
}

/* --- graphs --- */

static void append_key(GString *text, const char *key, const char *from, const char *end)
{
    if (from != NULL)
        g_string_append_printf(text, "-- %s: %.*s\n", key, (int)(end - from), from);
}

static const char *part_of(const char *word, char mark, const char **end)
{
    const char *start = strchr(word, mark);
    if (start == NULL)
        return NULL;
    *end = start + 1 + strcspn(start + 1, "<:#");
    return start + 1;
}

static char *file_text(const char *word)
{
    GString *text = g_string_new("-- autogen revision\n");
    g_string_append_printf(text, "-- id: %.*s\n", (int)strcspn(word, "<:#"), word);
    const char *end = NULL, *part = part_of(word, '<', &end);
    append_key(text, "parent", part, end);
    part = part_of(word, ':', &end);
    append_key(text, "depends", part, end);
    part = part_of(word, '#', &end);
    append_key(text, "labels", part, end);
    g_string_append(text, "\n-- autogen:end\n");
    return g_string_free(text, FALSE);
}

/* Writes the files, the last word first, and loads them. */
static AgDag *load(Fixture *fixture, const char *graph)
{
    g_autofree char *name = g_strdup_printf("%d", fixture->n_graphs++);
    const char *directory = ag_pool_text(fixture->pool, name);
    directory = ag_pool_printf(fixture->pool, "%s/%s", fixture->directory, name);
    g_mkdir(directory, 0777);
    g_auto(GStrv) words = g_strsplit(graph, " ", -1);
    guint n = g_strv_length(words);
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("%s/%03u.sql", directory, n - i);
        g_autofree char *text = file_text(words[i]);
        assert_true(g_file_set_contents(path, text, -1, NULL));
    }
    GPtrArray *directories = ag_pool_array(fixture->pool);
    g_ptr_array_add(directories, (gpointer)(guintptr)directory);
    guint before = ag_diag_errors(fixture->diag);
    AgDag *dag = ag_dag_load(fixture->pool, directories, fixture->diag);
    assert_int_equal(dag == NULL, ag_diag_errors(fixture->diag) > before);
    return dag;
}

static GPtrArray *ids_of(Fixture *fixture, const char *words)
{
    GPtrArray *ids = ag_pool_array(fixture->pool);
    g_auto(GStrv) split = g_strsplit(words, " ", -1);
    for (size_t i = 0; split[i] != NULL; i++)
        if (split[i][0] != '\0')
            g_ptr_array_add(ids, (gpointer)(guintptr)ag_pool_name(fixture->pool, split[i]));
    return ids;
}

static char *join(Fixture *fixture, const GPtrArray *ids)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (const char *)ids->pdata[i]);
    return ag_pool_text(fixture->pool, text->str);
}

static char *join_revisions(Fixture *fixture, const GPtrArray *revisions)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < revisions->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               ((const AgRevision *)revisions->pdata[i])->id);
    return ag_pool_text(fixture->pool, text->str);
}
