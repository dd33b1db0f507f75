/* SPDX-License-Identifier: MIT */
/* Keys, checks, foreign keys and indexes. Those the model names are matched by name, or renamed
 * when only the name differs. Those it leaves unnamed are matched by what they are, and keep
 * whatever name the database has for them. */
#include "diff/diff_private.h"

#include <string.h>

typedef struct {
    AgDiffing *d;
    AgPair *table;
    AgScope scope;
    GPtrArray *olds, *news; /* of AgObject * */
    GHashTable *respelled;  /* old AgObject * -> as it reads after the renames */
    GHashTable *found;      /* new AgObject * -> AgPair * */
    GHashTable *by_shape;   /* signature -> GPtrArray * of old AgObject *; NULL until asked for */
} Matching;

static bool is_other_part(const AgObject *object)
{
    return object->info->kind != AG_KIND_COLUMN;
}

static void collect(const AgObject *table, GPtrArray *out)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        if (is_other_part(g_ptr_array_index(table->parts, i)))
            g_ptr_array_add(out, g_ptr_array_index(table->parts, i));
    }
}

static bool is_named(const AgObject *object)
{
    return object->name != NULL && object->name_given;
}

static void settle(Matching *m, const AgObject *old, const AgObject *new_object)
{
    AgPair *pair = ag_pool_new0(m->d->pool, AgPair);
    pair->old = old;
    pair->new = new_object;
    bool same = ag_name_same(old->name, new_object->name, m->d->fold);
    pair->renamed = !same && is_named(new_object);
    pair->kept = !same && !pair->renamed;
    g_hash_table_insert(m->found, (gpointer)(guintptr)new_object, pair);
    g_hash_table_add(m->scope.taken, (gpointer)(guintptr)old);
}

static const AgObject *respelled(Matching *m, const AgObject *old)
{
    const AgObject *copy = g_hash_table_lookup(m->respelled, old);
    if (copy == NULL) {
        copy = ag_diff_respell(m->d, old);
        g_hash_table_insert(m->respelled, (gpointer)(guintptr)old, (gpointer)(guintptr)copy);
    }
    return copy;
}

static bool is_open(const Matching *m, const AgObject *new_object)
{
    return !g_hash_table_contains(m->found, new_object);
}

/* What the model names, and what it says was called otherwise. */
static void match_given(Matching *m)
{
    for (guint i = 0; i < m->news->len; i++) {
        const AgObject *object = g_ptr_array_index(m->news, i);
        if (!is_named(object) && object->former == NULL)
            continue;
        const AgObject *old = ag_scope_resolve(&m->scope, object);
        if (old != NULL)
            settle(m, old, object);
    }
}

static AgObject *old_of_that_name(const Matching *m, const AgObject *object)
{
    AgObject *old = ag_scope_old(&m->scope, object);
    return old != NULL && !g_hash_table_contains(m->scope.taken, old) ? old : NULL;
}

/* Unnamed parts whose templated name the database has, equal in shape or not. */
static void match_templated(Matching *m, bool shape_counts)
{
    for (guint i = 0; i < m->news->len; i++) {
        const AgObject *object = g_ptr_array_index(m->news, i);
        if (is_named(object) || !is_open(m, object))
            continue;
        const AgObject *old = old_of_that_name(m, object);
        if (old != NULL && (!shape_counts || ag_diff_same_shape(m->d, respelled(m, old), object)))
            settle(m, old, object);
    }
}

static void index_shapes(Matching *m)
{
    m->by_shape = g_hash_table_new(g_str_hash, g_str_equal);
    ag_pool_keep(m->d->pool, m->by_shape, (GDestroyNotify)g_hash_table_destroy);
    for (guint i = 0; i < m->olds->len; i++) {
        const AgObject *old = g_ptr_array_index(m->olds, i);
        if (g_hash_table_contains(m->scope.taken, old))
            continue;
        char *signature = ag_diff_signature(m->d, respelled(m, old));
        GPtrArray *list = g_hash_table_lookup(m->by_shape, signature);
        if (list == NULL) {
            list = ag_pool_array(m->d->pool);
            g_hash_table_insert(m->by_shape, signature, list);
        }
        g_ptr_array_add(list, (gpointer)(guintptr)old);
    }
}

/* An attribute that goes and one of the same type that comes are two things. */
static bool holds_values(const AgObject *part)
{
    return part->info->kind == AG_KIND_COMPOSITE_FIELD;
}

static void match_shape(Matching *m, bool named)
{
    for (guint i = 0; i < m->news->len; i++) {
        const AgObject *object = g_ptr_array_index(m->news, i);
        if (is_named(object) != named || !is_open(m, object) || holds_values(object))
            continue;
        if (m->by_shape == NULL)
            index_shapes(m);
        const GPtrArray *list = g_hash_table_lookup(m->by_shape, ag_diff_signature(m->d, object));
        for (guint j = 0; list != NULL && j < list->len; j++) {
            const AgObject *old = g_ptr_array_index(list, j);
            if (g_hash_table_contains(m->scope.taken, old) ||
                !ag_diff_same_shape(m->d, respelled(m, old), object))
                continue;
            settle(m, old, object);
            break;
        }
    }
}

/* The pairs in the order of the new parts, then what only the old table has. */
static void append_pairs(Matching *m)
{
    for (guint i = 0; i < m->news->len; i++) {
        AgObject *object = g_ptr_array_index(m->news, i);
        AgPair *pair = g_hash_table_lookup(m->found, object);
        if (pair == NULL) {
            pair = ag_pool_new0(m->d->pool, AgPair);
            pair->new = object;
        }
        g_ptr_array_add(m->table->parts, pair);
    }
    for (guint i = 0; i < m->olds->len; i++) {
        const AgObject *old = g_ptr_array_index(m->olds, i);
        if (g_hash_table_contains(m->scope.taken, old))
            continue;
        AgPair *pair = ag_pool_new0(m->d->pool, AgPair);
        pair->old = pair->respelled = old;
        g_ptr_array_add(m->table->parts, pair);
    }
}

/* Whether by name, or as one of those that have none, the old part is what the new one is. */
static bool is_alike(const AgDiffing *d, const AgObject *old, const AgObject *new_object)
{
    if (old->info != new_object->info || new_object->former != NULL)
        return false;
    bool alike = old->name == NULL ? !is_named(new_object)
                                   : ag_name_same(old->name, new_object->name, d->fold);
    return alike && ag_diff_same_shape(d, old, new_object);
}

static gint by_kind(gconstpointer a, gconstpointer b)
{
    const AgObject *x = *(AgObject *const *)a, *y = *(AgObject *const *)b;
    return (x->info->kind > y->info->kind) - (x->info->kind < y->info->kind);
}

static GPtrArray *sort_by_kind(const GPtrArray *parts)
{
    GPtrArray *sorted = g_ptr_array_sized_new(parts->len);
    bool in_order = true;
    for (guint i = 0; i < parts->len; i++) {
        g_ptr_array_add(sorted, g_ptr_array_index(parts, i));
        in_order = in_order && (i == 0 || by_kind(&sorted->pdata[i - 1], &sorted->pdata[i]) <= 0);
    }
    if (!in_order)
        g_ptr_array_sort(sorted, by_kind); /* stable */
    return sorted;
}

/* The usual case, told without looking anything up: nothing has changed, and all is in its place.
 * What follows below would find the same pairs. */
static bool match_alike(AgDiffing *d, AgPair *table, const GPtrArray *olds, const GPtrArray *news)
{
    if (d->any_renames || olds->len != news->len)
        return false;
    g_autoptr(GPtrArray) before = sort_by_kind(olds);
    g_autoptr(GPtrArray) after = sort_by_kind(news);
    bool alike = true;
    for (guint i = 0; alike && i < after->len; i++)
        alike = is_alike(d, g_ptr_array_index(before, i), g_ptr_array_index(after, i));
    for (guint i = 0; alike && i < after->len; i++) {
        AgPair *pair = ag_pool_new0(d->pool, AgPair);
        pair->old = pair->respelled = g_ptr_array_index(before, i);
        pair->new = g_ptr_array_index(after, i);
        pair->kept = pair->old->name == NULL && pair->new->name != NULL;
        g_ptr_array_add(table->parts, pair);
    }
    return alike;
}

void ag_diff_match_parts(AgDiffing *d, AgPair *table)
{
    g_autoptr(GPtrArray) olds = g_ptr_array_new();
    g_autoptr(GPtrArray) news = g_ptr_array_new();
    collect(table->old, olds);
    collect(table->new, news);
    if (match_alike(d, table, olds, news))
        return;
    g_autoptr(GHashTable) copies = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) found = g_hash_table_new(NULL, NULL);
    Matching m = {.d = d, .table = table, .olds = olds, .news = news};
    m.respelled = copies;
    m.found = found;
    ag_scope_init(&m.scope, d);
    for (guint i = 0; i < olds->len; i++)
        ag_scope_add_old(&m.scope, g_ptr_array_index(olds, i));
    ag_scope_claim(&m.scope, news);
    match_given(&m);
    match_templated(&m, true);
    match_shape(&m, false);
    match_templated(&m, false);
    match_shape(&m, true);
    append_pairs(&m);
    ag_scope_end(&m.scope);
}

/* --- names that were kept and are wanted by others --- */

typedef struct {
    AgDiffing *d;
    GHashTable *kept;  /* name key -> AgPair * that keeps that name */
    GPtrArray *wanted; /* of char *: name keys something new takes */
} Settling;

/* The spaces of names an object's name stands in: indexes and the indexes behind keys share one
 * with the tables of the schema; constraints have one per table. */
static void name_keys(const AgDiffing *d, const AgObject *object, const char *name, char *keys[2])
{
    keys[0] = keys[1] = NULL;
    const AgObject *table = object->parent;
    unsigned spaces = object->info->names;
    if (name == NULL)
        return;
    if ((spaces & AG_NAMED_AS_RELATION) != 0)
        keys[0] =
            ag_diff_key(d, AG_KIND_INDEX, table != NULL ? table->schema : object->schema, name);
    if ((spaces & AG_NAMED_AS_CONSTRAINT) != 0) {
        char *owner = ag_diff_key(d, AG_KIND_TABLE, table->schema, table->name);
        keys[1] = ag_diff_key(d, AG_KIND_CHECK, owner, name);
    }
}

static void note_names(Settling *s, const AgPair *pair)
{
    char *keys[2];
    if (pair->new == NULL)
        return;
    if (pair->kept) {
        name_keys(s->d, pair->new, pair->old->name, keys);
        for (int i = 0; i < 2; i++) {
            if (keys[i] != NULL)
                g_hash_table_insert(s->kept, keys[i], (gpointer)(guintptr)pair);
        }
    } else if (pair->old == NULL || pair->renamed) {
        name_keys(s->d, pair->new, pair->new->name, keys);
        for (int i = 0; i < 2; i++) {
            if (keys[i] != NULL)
                g_ptr_array_add(s->wanted, keys[i]);
        }
    }
}

static void note_new_table(Settling *s, const AgObject *table)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        AgPair pair = {.new = g_ptr_array_index(table->parts, i)};
        note_names(s, &pair);
    }
}

void ag_diff_settle_names(AgDiffing *d)
{
    Settling s = {.d = d, .kept = g_hash_table_new(g_str_hash, g_str_equal)};
    s.wanted = g_ptr_array_new();
    for (guint i = 0; i < d->pairs->len; i++) {
        const AgPair *pair = g_ptr_array_index(d->pairs, i);
        note_names(&s, pair);
        if (pair->old == NULL)
            note_new_table(&s, pair->new);
        for (guint j = 0; pair->parts != NULL && j < pair->parts->len; j++)
            note_names(&s, g_ptr_array_index(pair->parts, j));
    }
    for (guint i = 0; i < s.wanted->len; i++) {
        AgPair *keeper = g_hash_table_lookup(s.kept, g_ptr_array_index(s.wanted, i));
        if (keeper == NULL || !keeper->kept || keeper->new->name == NULL)
            continue;
        keeper->kept = false;
        keeper->renamed = true;
        note_names(&s, keeper);
    }
    g_hash_table_destroy(s.kept);
    g_ptr_array_free(s.wanted, TRUE);
}
