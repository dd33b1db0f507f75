/* SPDX-License-Identifier: MIT */
#include "diff/diff_private.h"

#include <string.h>

/* The name of what is gone although something else takes its name: equal to no name, so that
 * whatever used the old one counts as different. */
static const char gone[] = "\1gone";

char *ag_diff_key(const AgDiffing *d, AgKind kind, const char *a, const char *b)
{
    const char first[] = {(char)(0x80 + (int)kind), '\0'};
    char *key =
        ag_pool_concat(d->pool, first, "\1", a == NULL ? "" : a, "\1", b == NULL ? "" : b, NULL);
    for (char *p = key; d->fold && *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
    return key;
}

static AgPair *pair_new(AgDiffing *d, GPtrArray *pairs, const AgObject *old,
                        const AgObject *new_object)
{
    AgPair *pair = ag_pool_new0(d->pool, AgPair);
    pair->old = old;
    pair->new = new_object;
    pair->respelled = old;
    g_ptr_array_add(pairs, pair);
    return pair;
}

/* Pairs all objects of two lists that are (or are not) namespaces, or are columns. */
typedef bool (*Chooser)(const AgObject *object);

static bool is_namespace(const AgObject *object)
{
    return object->info->kind == AG_KIND_NAMESPACE;
}

static bool is_unsigned(const AgObject *object)
{
    return object->info->kind != AG_KIND_NAMESPACE && object->signature == NULL;
}

/* What is told apart by types comes last: these may be called otherwise now. */
static bool is_signed(const AgObject *object)
{
    return object->signature != NULL;
}

static bool is_column(const AgObject *object)
{
    return object->info->kind == AG_KIND_COLUMN;
}

static GPtrArray *choose(const GPtrArray *objects, Chooser chooser)
{
    GPtrArray *chosen = g_ptr_array_new();
    for (guint i = 0; objects != NULL && i < objects->len; i++) {
        if (chooser(g_ptr_array_index(objects, i)))
            g_ptr_array_add(chosen, g_ptr_array_index(objects, i));
    }
    return chosen;
}

static bool is_renamed(const AgDiffing *d, const AgObject *old, const AgObject *new_object)
{
    if (!ag_name_same(old->name, new_object->name, d->fold))
        return true;
    return old->parent == NULL &&
           !ag_name_same(ag_diff_schema_name(d, old->schema), new_object->schema, d->fold);
}

/* The usual case, told without a table of names: nothing was added, dropped, moved or renamed. */
static bool stand_alike(const GPtrArray *olds, const GPtrArray *news)
{
    for (guint i = 0; olds->len == news->len && i < news->len; i++) {
        const AgObject *old = g_ptr_array_index(olds, i), *object = g_ptr_array_index(news, i);
        if (old->info != object->info || old->parent == NULL || object->former != NULL ||
            old->name == NULL || g_strcmp0(old->name, object->name) != 0 ||
            old->signature != NULL || object->signature != NULL)
            return false;
    }
    return olds->len == news->len;
}

/* Appends the pairs in the order of the new objects, then what only the old ones have. */
static void match_named(AgDiffing *d, const GPtrArray *olds, const GPtrArray *news,
                        GPtrArray *pairs)
{
    if (stand_alike(olds, news)) {
        for (guint i = 0; i < news->len; i++)
            pair_new(d, pairs, g_ptr_array_index(olds, i), g_ptr_array_index(news, i));
        return;
    }
    AgScope scope;
    ag_scope_init(&scope, d);
    for (guint i = 0; i < olds->len; i++)
        ag_scope_add_old(&scope, g_ptr_array_index(olds, i));
    ag_scope_claim(&scope, news);
    for (guint i = 0; i < news->len; i++) {
        const AgObject *object = g_ptr_array_index(news, i);
        const AgObject *old = ag_scope_resolve(&scope, object);
        AgPair *pair = pair_new(d, pairs, old, object);
        pair->renamed = old != NULL && is_renamed(d, old, object);
    }
    for (guint i = 0; i < olds->len; i++) {
        const AgObject *old = g_ptr_array_index(olds, i);
        if (!g_hash_table_contains(scope.taken, old))
            pair_new(d, pairs, old, NULL);
    }
    ag_scope_end(&scope);
}

static void note_schemas(AgDiffing *d)
{
    for (guint i = 0; i < d->pairs->len; i++) {
        const AgPair *pair = g_ptr_array_index(d->pairs, i);
        if (!pair->renamed)
            continue;
        g_hash_table_insert(d->schemas, (gpointer)(guintptr)pair->old->name,
                            (gpointer)(guintptr)pair->new->name);
        d->any_renames = true;
    }
}

static bool is_overloaded(const AgDiffing *d, const AgObject *old)
{
    for (guint i = 0; i < d->from->objects->len; i++) {
        const AgObject *other = g_ptr_array_index(d->from->objects, i);
        if (other != old && other->info->kind == old->info->kind &&
            strcmp(other->name, old->name) == 0 && g_strcmp0(other->schema, old->schema) == 0)
            return true;
    }
    return false;
}

static void note_object(AgDiffing *d, const AgObject *old, const char *schema, const char *name)
{
    AgQname *now = ag_pool_new0(d->pool, AgQname);
    *now = (AgQname){schema, name};
    d->any_renames = true;
    /* Overloads share a name, so that a name alone does not tell what is meant. */
    if (old->signature == NULL || !is_overloaded(d, old))
        g_hash_table_insert(d->objects, ag_diff_key(d, old->info->kind, old->schema, old->name),
                            now);
}

/* Whether something of the new schema goes by the name that this old object had. */
static bool name_is_reused(const AgDiffing *d, const AgObject *old)
{
    return ag_schema_find_signed(d->to, old->info->kind, ag_diff_schema_name(d, old->schema),
                                 old->name, old->signature) != NULL;
}

static void note_objects(AgDiffing *d, guint begin)
{
    /* The schema map must be complete before the first object is looked at, and note_object sets
     * any_renames, which it consults; hence the two loops. */
    GPtrArray *reused = g_ptr_array_new();
    for (guint i = begin; i < d->pairs->len; i++) {
        AgPair *pair = g_ptr_array_index(d->pairs, i);
        if (pair->old == NULL)
            continue;
        if (pair->new == NULL && name_is_reused(d, pair->old))
            g_ptr_array_add(reused, (gpointer)(guintptr)pair->old);
        else if (pair->renamed && pair->old->info->kind != AG_KIND_NAMESPACE)
            note_object(d, pair->old, pair->new->schema, pair->new->name);
        if (pair->new != NULL && pair->old->info->kind == AG_KIND_ENUM)
            ag_diff_note_values(d, pair);
    }
    for (guint i = 0; i < reused->len; i++)
        note_object(d, g_ptr_array_index(reused, i), NULL, gone);
    g_ptr_array_free(reused, TRUE);
}

static void note_columns(AgDiffing *d, const AgPair *table)
{
    GHashTable *columns = NULL;
    for (guint i = 0; i < table->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(table->parts, i);
        if (pair->old == NULL)
            continue;
        const char *now = NULL;
        if (pair->renamed)
            now = pair->new->name;
        else if (pair->new == NULL &&
                 ag_object_part(table->new, AG_KIND_COLUMN, pair->old->name) != NULL)
            now = gone;
        if (now == NULL)
            continue;
        if (columns == NULL)
            columns = ag_pool_table(d->pool, g_str_hash, g_str_equal);
        g_hash_table_insert(columns, ag_diff_key(d, AG_KIND_COLUMN, NULL, pair->old->name),
                            (gpointer)(guintptr)now);
    }
    if (columns != NULL) {
        g_hash_table_insert(d->columns, (gpointer)(guintptr)table->old, columns);
        d->any_renames = true;
    }
}

static void match_columns(AgDiffing *d, AgPair *table)
{
    table->parts = ag_pool_array(d->pool);
    GPtrArray *olds = choose(table->old->parts, is_column);
    GPtrArray *news = choose(table->new->parts, is_column);
    match_named(d, olds, news, table->parts);
    g_ptr_array_free(olds, TRUE);
    g_ptr_array_free(news, TRUE);
    note_columns(d, table);
}

/* Those of the parents first, however deep. */
static void follow_renames(AgDiffing *d)
{
    for (bool again = d->any_renames; again;) {
        again = false;
        for (guint i = 0; i < d->pairs->len; i++) {
            AgPair *pair = g_ptr_array_index(d->pairs, i);
            if (pair->parts == NULL || !ag_diff_follow_renames(d, pair))
                continue;
            note_columns(d, pair);
            again = true;
        }
    }
}

static bool has_both(const AgPair *pair)
{
    return pair->old != NULL && pair->new != NULL;
}

static void respell_pairs(AgDiffing *d, GPtrArray *pairs)
{
    for (guint i = 0; i < pairs->len; i++) {
        AgPair *pair = g_ptr_array_index(pairs, i);
        if (has_both(pair))
            pair->respelled = ag_diff_respell(d, pair->old);
    }
}

void ag_diff_match(AgDiffing *d)
{
    d->pairs = ag_pool_array(d->pool);
    static const Chooser rounds[] = {is_namespace, is_unsigned, is_signed};
    for (size_t i = 0; i < G_N_ELEMENTS(rounds); i++) {
        guint begin = d->pairs->len;
        GPtrArray *olds = choose(d->from->objects, rounds[i]);
        GPtrArray *news = choose(d->to->objects, rounds[i]);
        match_named(d, olds, news, d->pairs);
        g_ptr_array_free(olds, TRUE);
        g_ptr_array_free(news, TRUE);
        if (i == 0)
            note_schemas(d);
        else
            note_objects(d, begin);
    }
    for (guint i = 0; i < d->pairs->len; i++) {
        AgPair *pair = g_ptr_array_index(d->pairs, i);
        if (has_both(pair) && ag_kind_has_parts(pair->old->info))
            match_columns(d, pair);
    }
    follow_renames(d);
    respell_pairs(d, d->pairs);
    for (guint i = 0; i < d->pairs->len; i++) {
        AgPair *pair = g_ptr_array_index(d->pairs, i);
        if (pair->parts == NULL)
            continue;
        ag_diff_suspect(d, pair);
        ag_diff_match_parts(d, pair);
        respell_pairs(d, pair->parts);
    }
    ag_diff_settle_names(d);
}
