/* SPDX-License-Identifier: MIT */
#include "revision/dag_private.h"

#include "base/text.h"

#include <string.h>

enum { SHORTEST_PREFIX = 4, MOST_CANDIDATES = 20, MOST_STEPS = 1000 * 1000 };

typedef struct {
    const AgDag *dag;
    const GPtrArray *current;
    AgDirection direction;
    AgDiag *diag;
    const char *text;         /* as the person wrote it */
    const AgRevision *branch; /* before the @, or NULL */
    AgMarks line;             /* the branch with its ancestors and descendants, or NULL */
} Query;

/* --- ids, labels, prefixes --- */

static bool is_on_line(const Query *query, const AgRevision *revision)
{
    return query->line == NULL || query->line[ag_dag_position(query->dag, revision->id)];
}

static void hint_nearest_id(const Query *query, const char *word)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; i < query->dag->revisions->len; i++) {
        const AgRevision *revision = ag_dag_at(query->dag, i);
        g_ptr_array_add(words, (gpointer)(guintptr)revision->id);
        for (guint j = 0; j < revision->labels->len; j++)
            g_ptr_array_add(words, g_ptr_array_index(revision->labels, j));
    }
    g_ptr_array_add(words, (gpointer)(guintptr) "head");
    g_ptr_array_add(words, (gpointer)(guintptr) "base");
    g_ptr_array_add(words, NULL);
    ag_hint_nearest(query->diag, word, (const char *const *)words->pdata);
}

static const AgRevision *fail_unknown(const Query *query, const char *word)
{
    g_autofree char *shown = ag_text_printable(word);
    ag_fail(query->diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE, "no revision '%s'", shown);
    if (strlen(word) < SHORTEST_PREFIX)
        ag_hint(query->diag, "the beginning of an id needs at least %d characters",
                SHORTEST_PREFIX);
    hint_nearest_id(query, word);
    ag_hint(query->diag, "`autogen history` lists the revisions");
    return NULL;
}

static bool fits(const AgRevision *revision, const char *prefix)
{
    if (g_str_has_prefix(revision->id, prefix))
        return true;
    for (guint i = 0; i < revision->labels->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(revision->labels, i), prefix))
            return true;
    return false;
}

static const AgRevision *find_by_prefix(const Query *query, const char *prefix)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    for (guint i = 0; strlen(prefix) >= SHORTEST_PREFIX && i < query->dag->revisions->len; i++) {
        AgRevision *revision = ag_dag_at(query->dag, i);
        if (fits(revision, prefix) && is_on_line(query, revision))
            g_ptr_array_add(found, revision);
    }
    if (found->len == 0)
        return fail_unknown(query, prefix);
    if (found->len == 1)
        return g_ptr_array_index(found, 0);
    ag_fail(query->diag, AG_PROBLEM_REVISION_AMBIGUOUS, AG_NOWHERE, "'%s' fits %u revisions",
            prefix, found->len);
    for (guint i = 0; i < MIN(found->len, MOST_CANDIDATES); i++)
        ag_hint_revision(query->diag, g_ptr_array_index(found, i));
    return NULL;
}

static const AgRevision *find_one(const Query *query, const char *word)
{
    const AgRevision *revision = ag_dag_find(query->dag, word);
    if (revision == NULL)
        revision = g_hash_table_lookup(query->dag->labels, word);
    if (revision == NULL)
        revision = find_by_prefix(query, word);
    if (revision == NULL || is_on_line(query, revision))
        return revision;
    ag_fail(query->diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
            "revision '%s' does not belong to the branch of '%s'", revision->id, query->branch->id);
    ag_hint(query->diag, "leave out the branch, or name a revision before or behind '%s'",
            query->branch->id);
    return NULL;
}

/* --- heads --- */

/* Heads nobody depends on; those of the branch when there is one. Of AgRevision *. */
static GPtrArray *heads_of(const Query *query)
{
    GPtrArray *heads = ag_dag_heads(query->dag);
    GPtrArray *wanted = ag_pool_array(query->dag->pool);
    for (guint i = 0; i < heads->len; i++) {
        const AgRevision *head = g_ptr_array_index(heads, i);
        bool needed = query->line == NULL && ag_dag_is_needed(query->dag, head->id);
        if (!needed && is_on_line(query, head))
            g_ptr_array_add(wanted, (gpointer)(guintptr)head);
    }
    return wanted;
}

static bool fail_heads(const Query *query, const GPtrArray *heads)
{
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint i = 0; i < heads->len; i++)
        g_string_append_printf(ids, "%s ", ((const AgRevision *)heads->pdata[i])->id);
    ag_fail(query->diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE,
            "'%s' is one of %u heads of the history", query->text, heads->len);
    for (guint i = 0; i < MIN(heads->len, MOST_CANDIDATES); i++)
        ag_hint_revision(query->diag, g_ptr_array_index(heads, i));
    ag_hint(query->diag,
            "join them with `autogen merge %s-m \"merge heads\"`, name one of them, "
            "or write 'heads'",
            ids->str);
    return false;
}

/* --- walking --- */

static const GPtrArray *roots_of(const Query *query)
{
    GPtrArray *roots = ag_pool_array(query->dag->pool);
    for (guint i = 0; i < query->dag->revisions->len; i++) {
        AgRevision *revision = ag_dag_at(query->dag, i);
        if (revision->parents->len == 0)
            g_ptr_array_add(roots, revision);
    }
    return roots;
}

static bool fail_too_far(const Query *query, guint64 done, const char *where)
{
    ag_fail(query->diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE, "'%s' goes %s", query->text,
            where);
    ag_hint(query->diag,
            done == 1 ? "there is 1 step to go" : "there are %" G_GUINT64_FORMAT " steps to go",
            done);
    return false;
}

static bool fail_fork(const Query *query, const char *where, const GPtrArray *choices)
{
    ag_fail(query->diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE,
            "'%s' is not one revision: the history forks at %s", query->text, where);
    for (guint i = 0; i < MIN(choices->len, MOST_CANDIDATES); i++)
        ag_hint_revision(query->diag, g_ptr_array_index(choices, i));
    ag_hint(query->diag, "name the revision, or put its branch and '@' before the steps");
    return false;
}

/* `*at` NULL: base. */
static bool walk_up(const Query *query, const AgRevision **at, guint64 steps)
{
    for (guint64 done = 0; done < steps; done++) {
        const GPtrArray *next =
            *at == NULL ? roots_of(query) : ag_dag_children(query->dag, (*at)->id);
        g_autoptr(GPtrArray) choices = g_ptr_array_new();
        for (guint i = 0; next != NULL && i < next->len; i++)
            if (is_on_line(query, next->pdata[i]))
                g_ptr_array_add(choices, next->pdata[i]);
        if (choices->len == 0)
            return fail_too_far(query, done, "beyond the newest revision");
        if (choices->len > 1)
            return fail_fork(query, *at == NULL ? "base" : (*at)->id, choices);
        *at = choices->pdata[0];
    }
    return true;
}

static bool walk_down(const Query *query, const AgRevision **at, guint64 steps)
{
    for (guint64 done = 0; done < steps; done++) {
        if (*at == NULL)
            return fail_too_far(query, done, "below base");
        g_autoptr(GPtrArray) choices = g_ptr_array_new();
        for (guint i = 0; i < (*at)->parents->len; i++) {
            const AgRevision *parent = ag_dag_find(query->dag, (*at)->parents->pdata[i]);
            if (is_on_line(query, parent))
                g_ptr_array_add(choices, (gpointer)(guintptr)parent);
        }
        if (choices->len > 1)
            return fail_fork(query, (*at)->id, choices);
        *at = choices->len == 0 ? NULL : choices->pdata[0];
    }
    return true;
}

/* --- where relative steps begin --- */

/* The newest applied revision of the branch when none of its own is recorded. */
static bool branch_start(const Query *query, const AgRevision **at)
{
    g_autofree AgMarks applied = ag_marks_applied(query->dag, query->current, query->diag);
    if (applied == NULL)
        return false;
    *at = NULL;
    for (guint i = 0; i < query->dag->revisions->len; i++)
        if (applied[i] && query->line[i])
            *at = ag_dag_at(query->dag, i);
    return true;
}

static bool current_start(const Query *query, const AgRevision **at)
{
    g_autofree AgMarks known = ag_marks_applied(query->dag, query->current, query->diag);
    if (known == NULL)
        return false;
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (guint i = 0; i < query->current->len; i++) {
        const AgRevision *row = ag_dag_find(query->dag, query->current->pdata[i]);
        if (is_on_line(query, row))
            g_ptr_array_add(rows, (gpointer)(guintptr)row);
    }
    if (rows->len == 0 && query->line != NULL)
        return branch_start(query, at);
    *at = rows->len == 0 ? NULL : rows->pdata[0];
    if (rows->len <= 1)
        return true;
    ag_fail(query->diag, AG_PROBLEM_REVISION_HEADS, AG_NOWHERE,
            "'%s' is not one revision: the database is at %u revisions", query->text, rows->len);
    for (guint i = 0; i < MIN(rows->len, MOST_CANDIDATES); i++)
        ag_hint_revision(query->diag, rows->pdata[i]);
    ag_hint(query->diag, "say which: '%s@%s'", ((const AgRevision *)rows->pdata[0])->id,
            query->text);
    return false;
}

/* --- results --- */

static GPtrArray *result_of(const Query *query, const AgRevision *revision)
{
    AgPool *pool = query->dag->pool;
    GPtrArray *ids = ag_pool_array(pool);
    const char *id = revision == NULL ? NULL : revision->id;
    if (query->branch != NULL && query->direction == AG_DOWNGRADE)
        id = ag_pool_printf(pool, "%s@%s", query->branch->id, id == NULL ? "base" : id);
    if (id != NULL)
        g_ptr_array_add(ids, (gpointer)(guintptr)id);
    return ids;
}

static GPtrArray *result_of_heads(const Query *query, bool one)
{
    GPtrArray *heads = heads_of(query);
    if (one && heads->len > 1) {
        fail_heads(query, heads);
        return NULL;
    }
    GPtrArray *ids = ag_pool_array(query->dag->pool);
    for (guint i = 0; i < heads->len; i++)
        g_ptr_array_add(ids, (gpointer)(guintptr)((const AgRevision *)heads->pdata[i])->id);
    return ids;
}

static GPtrArray *result_of_current(const Query *query)
{
    GPtrArray *ids = ag_pool_array(query->dag->pool);
    for (guint i = 0; i < query->current->len; i++)
        g_ptr_array_add(ids, query->current->pdata[i]);
    return ids;
}

/* --- the grammar --- */

/* The sign of a number that ends the text: "REV+2", "-1"; NULL when there is none. Ids have no
 * signs. */
static const char *find_steps(const char *word)
{
    const char *sign = strpbrk(word, "+-");
    if (sign == NULL || sign[1] == '\0' || strspn(sign + 1, "0123456789") != strlen(sign + 1))
        return NULL;
    return sign;
}

/* Where a relative identifier begins. `*at` NULL: base. */
static bool find_start(Query *query, const char *symbol, char sign, const AgRevision **at)
{
    *at = NULL;
    if (strcmp(symbol, "base") == 0)
        return true;
    if (strcmp(symbol, "head") == 0) {
        GPtrArray *heads = heads_of(query);
        if (heads->len > 1)
            return fail_heads(query, heads);
        *at = heads->len == 0 ? NULL : heads->pdata[0];
        return true;
    }
    if (symbol[0] != '\0' && strcmp(symbol, "current") != 0) {
        *at = find_one(query, symbol);
        /* Steps down from a revision lead down on its own branch. */
        if (*at != NULL && query->direction == AG_DOWNGRADE && query->branch == NULL) {
            query->branch = *at;
            query->line = ag_marks_line(query->dag, *at);
        }
        return *at != NULL;
    }
    if ((sign == '+') != (query->direction == AG_UPGRADE)) {
        ag_fail(query->diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
                "'%s' leads the other way than %s", query->text,
                query->direction == AG_UPGRADE ? "an upgrade" : "a downgrade");
        ag_hint(query->diag, "steps from the current revision are +N upwards and -N downwards");
        return false;
    }
    return current_start(query, at);
}

static GPtrArray *resolve_steps(Query *query, const char *word, const char *sign)
{
    g_autofree char *symbol = g_strndup(word, (gsize)(sign - word));
    const AgRevision *at;
    if (!find_start(query, symbol, *sign, &at))
        return NULL;
    guint64 steps = MIN(g_ascii_strtoull(sign + 1, NULL, 10), MOST_STEPS);
    bool found = *sign == '+' ? walk_up(query, &at, steps) : walk_down(query, &at, steps);
    return found ? result_of(query, at) : NULL;
}

static GPtrArray *resolve_word(Query *query, const char *word)
{
    if (strcmp(word, "head") == 0)
        return result_of_heads(query, true);
    if (strcmp(word, "heads") == 0)
        return result_of_heads(query, false);
    if (strcmp(word, "base") == 0)
        return result_of(query, NULL);
    if (strcmp(word, "current") == 0)
        return result_of_current(query);
    const char *sign = find_steps(word);
    if (sign != NULL)
        return resolve_steps(query, word, sign);
    const AgRevision *revision = find_one(query, word);
    return revision == NULL ? NULL : result_of(query, revision);
}

GPtrArray *ag_dag_resolve(const AgDag *dag, const char *text, const GPtrArray *current,
                          AgDirection direction, AgDiag *diag)
{
    Query query = {dag, current, direction, diag, text, NULL, NULL};
    const char *at = strchr(text, '@');
    const char *word = text;
    if (at != NULL) {
        g_autofree char *name = g_strndup(text, (gsize)(at - text));
        query.branch = find_one(&query, name);
        if (query.branch == NULL)
            return NULL;
        query.line = ag_marks_line(dag, query.branch);
        word = at + 1;
    }
    GPtrArray *ids = resolve_word(&query, word);
    g_free(query.line);
    return ids;
}
