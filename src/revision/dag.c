/* SPDX-License-Identifier: MIT */
#include "revision/dag_private.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

enum { MOST_IN_CYCLE = 20 };

static int compare_ids(const void *a, const void *b)
{
    return strcmp((*(const AgRevision *const *)a)->id, (*(const AgRevision *const *)b)->id);
}

static AgDag *new_dag(AgPool *pool)
{
    AgDag *dag = ag_pool_new0(pool, AgDag);
    dag->pool = pool;
    dag->revisions = ag_pool_array(pool);
    dag->by_id = ag_pool_table(pool, g_str_hash, g_str_equal);
    dag->labels = ag_pool_table(pool, g_str_hash, g_str_equal);
    dag->children = ag_pool_table(pool, g_str_hash, g_str_equal);
    dag->needed = ag_pool_table(pool, g_str_hash, g_str_equal);
    dag->order = ag_pool_table(pool, g_str_hash, g_str_equal);
    return dag;
}

const AgRevision *ag_dag_find(const AgDag *dag, const char *id)
{
    return g_hash_table_lookup(dag->by_id, id);
}

const GPtrArray *ag_dag_children(const AgDag *dag, const char *id)
{
    return g_hash_table_lookup(dag->children, id);
}

bool ag_dag_is_needed(const AgDag *dag, const char *id)
{
    return g_hash_table_contains(dag->needed, id);
}

GPtrArray *ag_dag_heads(const AgDag *dag)
{
    GPtrArray *heads = ag_pool_array(dag->pool);
    for (guint i = 0; i < dag->revisions->len; i++) {
        AgRevision *revision = ag_dag_at(dag, i);
        if (ag_dag_children(dag, revision->id) == NULL)
            g_ptr_array_add(heads, revision);
    }
    g_ptr_array_sort(heads, compare_ids);
    return heads;
}

/* --- files --- */

static bool add_revision(AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    const AgRevision *other = ag_dag_find(dag, revision->id);
    if (other != NULL) {
        ag_fail(diag, AG_PROBLEM_REVISION_DUPLICATE, (AgPlace){.file = revision->file},
                "revision '%s' is in two files, here and in '%s'", revision->id, other->file);
        ag_also(diag, (AgPlace){.file = other->file});
        ag_hint(diag, "delete the copy, or give it an id of its own");
        return false;
    }
    g_hash_table_insert(dag->by_id, (gpointer)(guintptr)revision->id, revision);
    g_ptr_array_add(dag->revisions, revision);
    return true;
}

/* A directory may lie inside another one of the list; `seen` NULL: there is only one. */
static bool read_directory(AgDag *dag, const char *directory, GHashTable *seen, AgKnown *known,
                           AgDiag *diag)
{
    if (!g_file_test(directory, G_FILE_TEST_EXISTS))
        return true;
    GPtrArray *files = ag_file_list(dag->pool, directory, ".sql", AG_LIMIT_REVISION_FILES, diag);
    if (files == NULL)
        return false;
    g_autofree char *here = g_get_current_dir();
    bool fine = true;
    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        if (seen != NULL && !g_hash_table_add(seen, g_canonicalize_filename(file, here)))
            continue;
        AgRevision *revision = known == NULL ? ag_revision_read(dag->pool, file, diag)
                                             : ag_known_read(known, file, diag);
        fine = revision != NULL && add_revision(dag, revision, diag) && fine;
    }
    return fine;
}

/* --- links --- */

static AgPlace header_place(const AgRevision *revision, int line)
{
    return (AgPlace){.file = revision->file, .line = line, .column = line > 0 ? 1 : 0};
}

static bool add_labels(AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    bool fine = true;
    for (guint i = 0; i < revision->labels->len; i++) {
        const char *label = g_ptr_array_index(revision->labels, i);
        const AgRevision *other = g_hash_table_lookup(dag->labels, label);
        if (other == NULL)
            other = ag_dag_find(dag, label);
        if (other == NULL) {
            g_hash_table_insert(dag->labels, (gpointer)(guintptr)label, revision);
            continue;
        }
        fine = ag_fail(diag, AG_PROBLEM_REVISION_DUPLICATE, header_place(revision, 0),
                       "label '%s' is also %s revision '%s'", label,
                       strcmp(other->id, label) == 0 ? "the id of" : "a label of", other->id);
        ag_also(diag, (AgPlace){.file = other->file});
        ag_hint(diag, "a label stands in one revision only; rename one of them");
    }
    return fine;
}

static void add_link(AgDag *dag, GHashTable *links, const char *from, AgRevision *to)
{
    GPtrArray *list = g_hash_table_lookup(links, from);
    if (list == NULL) {
        list = ag_pool_array(dag->pool);
        g_hash_table_insert(links, (gpointer)(guintptr)from, list);
    }
    g_ptr_array_add(list, to);
}

/* The one revision whose id begins with the text, to say that ids in files are whole; or NULL. */
static const AgRevision *only_with_prefix(const AgDag *dag, const char *prefix)
{
    const AgRevision *found = NULL;
    for (guint i = 0; i < dag->revisions->len; i++) {
        const AgRevision *revision = ag_dag_at(dag, i);
        if (!g_str_has_prefix(revision->id, prefix))
            continue;
        if (found != NULL)
            return NULL;
        found = revision;
    }
    return found;
}

static bool fail_missing(const AgDag *dag, const AgRevision *revision, const char *id, int line,
                         AgDiag *diag)
{
    bool parent = line == revision->parent_line;
    ag_fail(diag, AG_PROBLEM_REVISION_PARENT, header_place(revision, line),
            "revision '%s' %s '%s', which no revision file has", revision->id,
            parent ? "has the parent" : "depends on", id);
    const AgRevision *meant = only_with_prefix(dag, id);
    if (meant != NULL)
        ag_hint(diag, "write the whole id: '%s'", meant->id);
    else
        ag_hint(diag, "was its file deleted, not committed, or not pulled?");
    return false;
}

static bool link_parents(AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    bool fine = true;
    for (guint i = 0; i < revision->parents->len; i++) {
        const char *id = g_ptr_array_index(revision->parents, i);
        if (ag_dag_find(dag, id) != NULL)
            add_link(dag, dag->children, id, revision);
        else
            fine = fail_missing(dag, revision, id, revision->parent_line, diag);
    }
    return fine;
}

static bool link_depends(AgDag *dag, AgRevision *revision, AgDiag *diag)
{
    bool fine = true;
    for (guint i = 0; i < revision->depends->len; i++) {
        const char *name = g_ptr_array_index(revision->depends, i);
        const AgRevision *needed = ag_dag_find(dag, name);
        if (needed == NULL)
            needed = g_hash_table_lookup(dag->labels, name);
        if (needed == NULL) {
            fine = fail_missing(dag, revision, name, revision->depends_line, diag);
            continue;
        }
        revision->depends->pdata[i] = (gpointer)(guintptr)needed->id;
        add_link(dag, dag->needed, needed->id, revision);
    }
    return fine;
}

static bool link_all(AgDag *dag, AgDiag *diag)
{
    bool fine = true;
    for (guint i = 0; i < dag->revisions->len; i++)
        fine = add_labels(dag, ag_dag_at(dag, i), diag) && fine;
    for (guint i = 0; i < dag->revisions->len; i++) {
        AgRevision *revision = ag_dag_at(dag, i);
        fine = link_parents(dag, revision, diag) && fine;
        fine = link_depends(dag, revision, diag) && fine;
    }
    return fine;
}

/* --- order --- */

/* A link of `revision` to one that is not ordered yet. */
static const AgRevision *unordered_parent(const AgDag *dag, const AgRevision *revision)
{
    const GPtrArray *lists[] = {revision->parents, revision->depends};
    for (size_t k = 0; k < G_N_ELEMENTS(lists); k++)
        for (guint i = 0; i < lists[k]->len; i++) {
            const char *id = g_ptr_array_index(lists[k], i);
            if (!g_hash_table_contains(dag->order, id))
                return ag_dag_find(dag, id);
        }
    return NULL;
}

/* Whoever is left has a parent that is left, so going up ends in a circle. */
static bool fail_cycle(const AgDag *dag, const AgRevision *start, AgDiag *diag)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    while (g_hash_table_add(seen, (gpointer)(guintptr)start))
        start = unordered_parent(dag, start);
    g_autoptr(GString) circle = g_string_new(NULL);
    const AgRevision *at = start;
    int n = 0;
    do {
        if (n < MOST_IN_CYCLE)
            g_string_append_printf(circle, "'%s' -> ", at->id);
        else if (n == MOST_IN_CYCLE)
            g_string_append(circle, "... -> ");
        at = unordered_parent(dag, at);
        n++;
    } while (at != start);
    if (n == 1)
        ag_fail(diag, AG_PROBLEM_REVISION_CYCLE, header_place(start, start->parent_line),
                "revision '%s' names itself as parent or in depends", start->id);
    else
        ag_fail(diag, AG_PROBLEM_REVISION_CYCLE, header_place(start, start->parent_line),
                "revisions need each other: %s'%s'", circle->str, start->id);
    for (int i = 0; i < MIN(n, MOST_IN_CYCLE); i++, at = unordered_parent(dag, at))
        ag_hint(diag, "'%s' is in %s", at->id, at->file);
    return false;
}

/* Takes away one link to each revision of the list; those without any left are ready. */
static void release(const GPtrArray *list, GHashTable *links, GPtrArray *ready)
{
    for (guint i = 0; list != NULL && i < list->len; i++) {
        AgRevision *revision = g_ptr_array_index(list, i);
        guint left = GPOINTER_TO_UINT(g_hash_table_lookup(links, revision)) - 1;
        g_hash_table_insert(links, revision, GUINT_TO_POINTER(left));
        if (left == 0)
            g_ptr_array_add(ready, revision);
    }
}

/* Moves what is ready onto the stack, the smallest id on top. */
static void push_ready(GPtrArray *stack, GPtrArray *ready)
{
    g_ptr_array_sort(ready, compare_ids);
    for (guint i = ready->len; i > 0; i--)
        g_ptr_array_add(stack, g_ptr_array_index(ready, i - 1));
    g_ptr_array_set_size(ready, 0);
}

/* Parents first, and one branch as a whole before the next: what became ready last goes first. */
static bool sort_revisions(AgDag *dag, AgDiag *diag)
{
    g_autoptr(GHashTable) links = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    g_autoptr(GPtrArray) ready = g_ptr_array_new();
    GPtrArray *sorted = ag_pool_array(dag->pool);
    for (guint i = 0; i < dag->revisions->len; i++) {
        AgRevision *revision = ag_dag_at(dag, i);
        guint n = revision->parents->len + revision->depends->len;
        g_hash_table_insert(links, revision, GUINT_TO_POINTER(n));
        if (n == 0)
            g_ptr_array_add(ready, revision);
    }
    push_ready(stack, ready);
    while (stack->len > 0) {
        AgRevision *revision = g_ptr_array_steal_index(stack, stack->len - 1);
        g_hash_table_insert(dag->order, (gpointer)(guintptr)revision->id,
                            GUINT_TO_POINTER(sorted->len));
        g_ptr_array_add(sorted, revision);
        release(ag_dag_children(dag, revision->id), links, ready);
        release(g_hash_table_lookup(dag->needed, revision->id), links, ready);
        push_ready(stack, ready);
    }
    for (guint i = 0; i < dag->revisions->len; i++)
        if (!g_hash_table_contains(dag->order, ag_dag_at(dag, i)->id))
            return fail_cycle(dag, ag_dag_at(dag, i), diag);
    dag->revisions = sorted;
    return true;
}

AgDag *ag_dag_load(AgPool *pool, const GPtrArray *directories, AgDiag *diag)
{
    return ag_dag_load_known(pool, directories, NULL, diag);
}

AgDag *ag_dag_load_known(AgPool *pool, const GPtrArray *directories, AgKnown *known, AgDiag *diag)
{
    AgDag *dag = new_dag(pool);
    dag->known = known;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool fine = true;
    for (guint i = 0; i < directories->len; i++)
        fine = read_directory(dag, g_ptr_array_index(directories, i),
                              directories->len > 1 ? seen : NULL, known, diag) &&
               fine;
    if (known != NULL)
        ag_known_save(known);
    /* The order of the files must not decide which member of a circle or of a pair is named. */
    g_ptr_array_sort(dag->revisions, compare_ids);
    return fine && link_all(dag, diag) && sort_revisions(dag, diag) ? dag : NULL;
}

bool ag_dag_open(const AgDag *dag, const GPtrArray *revisions, AgDiag *diag)
{
    if (revisions == NULL)
        revisions = dag->revisions;
    for (guint i = 0; i < revisions->len; i++) {
        AgRevision *revision = g_ptr_array_index(revisions, i);
        if (revision->is_closed && !ag_known_open(dag->known, revision, diag))
            return false;
    }
    return true;
}
