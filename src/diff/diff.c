/* SPDX-License-Identifier: MIT */
#include "diff/diff_private.h"

#include "model/column.h"
#include "model/namespace.h"

#include <string.h>

/* Listed in a notice; the rest is counted. */
enum { MAX_LISTED = 5 };

typedef struct {
    AgDiffing *d;
    GHashTable *retained; /* names of schemas in which something stays */
    GHashTable *reported; /* new namespace (pointer) -> GPtrArray * of old AgObject * */
} Dropping;

static AgChange *add_change(AgDiffing *d, AgVerb verb, const AgObject *old,
                            const AgObject *new_object)
{
    AgChange *change = ag_change_new(d->pool, verb, old, new_object);
    g_ptr_array_add(d->changes, change);
    return change;
}

static void add_created(AgDiffing *d, const AgObject *object)
{
    add_change(d, AG_CREATE, NULL, object);
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(object->parts, i);
        if (!part->inherited)
            add_change(d, AG_CREATE, NULL, part);
    }
}

static void add_dropped(AgDiffing *d, const AgObject *object)
{
    add_change(d, AG_DROP, object, NULL);
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(object->parts, i);
        if (!part->inherited)
            add_change(d, AG_DROP, part, NULL);
    }
}

static void add_altered(AgDiffing *d, const AgPair *pair, AgFieldSet changed)
{
    if (changed != 0)
        add_change(d, AG_ALTER, pair->old, pair->new)->changed = changed;
}

static void add_pair(AgDiffing *d, const AgPair *pair)
{
    if (pair->renamed)
        add_change(d, AG_RENAME, pair->old, pair->new);
    add_altered(d, pair, ag_diff_differences(d, pair));
}

/* What a child says as well as its parent gets another name there, and by that one. */
static void add_part(AgDiffing *d, const AgPair *table, const AgPair *pair)
{
    bool column = pair->new->info->kind == AG_KIND_COLUMN;
    if (pair->renamed)
        add_change(d, AG_RENAME, pair->old, pair->new)->own_only =
            ag_diff_is_renamed_above(d, table, pair);
    add_altered(d, pair, column ? ag_diff_set_at(d, table, pair) : ag_diff_differences(d, pair));
}

/* A part that follows its parent's may still have something of its own. */
static void add_own(AgDiffing *d, const AgPair *table, const AgPair *pair)
{
    const AgObject *one = pair->old != NULL ? pair->old : pair->new;
    if (one->info->kind != AG_KIND_COLUMN)
        return;
    if (pair->renamed)
        add_change(d, AG_RENAME, pair->old, pair->new)->own_only = true;
    if (pair->old != NULL && pair->new != NULL)
        add_altered(d, pair, ag_diff_set_at(d, table, pair));
    else if (ag_column_has_own((const AgColumn *)one))
        add_change(d, pair->old == NULL ? AG_CREATE : AG_DROP, pair->old, pair->new)->own_only =
            true;
}

static bool is_public(const AgObject *object)
{
    return object->info->kind == AG_KIND_NAMESPACE && strcmp(object->name, "public") == 0;
}

static void add_parts(AgDiffing *d, const AgPair *table)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(table->parts, i);
        if (ag_diff_follows(d, table, pair)) {
            add_own(d, table, pair);
            continue;
        }
        if (pair->old == NULL)
            add_change(d, AG_CREATE, NULL, pair->new);
        else if (pair->new != NULL && ag_diff_is_in_the_way(d, pair))
            add_change(d, AG_DROP, pair->old, NULL);
        else if (pair->new != NULL)
            add_part(d, table, pair);
        else if (!ag_schema_ignores(d->to, pair->old->info->element, table->new->name,
                                    pair->old->name == NULL ? "" : pair->old->name))
            add_change(d, AG_DROP, pair->old, NULL);
    }
}

/* --- what only the database has --- */

static const AgObject *namespace_of(const AgDiffing *d, const AgObject *old)
{
    const char *schema = ag_diff_schema_name(d, old->schema);
    return schema == NULL ? NULL : ag_schema_find(d->to, AG_KIND_NAMESPACE, NULL, schema);
}

static void note_reported(Dropping *dropping, const AgObject *schema, const AgObject *old)
{
    GPtrArray *list = g_hash_table_lookup(dropping->reported, schema);
    if (list == NULL) {
        list = ag_pool_array(dropping->d->pool);
        g_hash_table_insert(dropping->reported, (gpointer)(guintptr)schema, list);
    }
    g_ptr_array_add(list, (gpointer)(guintptr)old);
}

static bool may_drop(Dropping *dropping, const AgObject *old)
{
    AgDiffing *d = dropping->d;
    if (!d->options->drop_unmanaged || ag_diff_is_left(d, old) ||
        ag_schema_ignores_object(d->to, old))
        return false;
    const AgObject *schema = namespace_of(d, old);
    const char *word = schema == NULL ? NULL : ((const AgNamespace *)schema)->unmanaged;
    if (word == NULL || strcmp(word, "drop") == 0)
        return true;
    if (strcmp(word, "report") == 0)
        note_reported(dropping, schema, old);
    return false;
}

static bool is_named_by_models(const AgDiffing *d, const char *schema)
{
    for (guint i = 0; d->to->namespaces != NULL && i < d->to->namespaces->len; i++) {
        if (strcmp(g_ptr_array_index(d->to->namespaces, i), schema) == 0)
            return true;
    }
    return false;
}

/* A schema goes only when nothing in it stays. */
static bool may_drop_namespace(Dropping *dropping, const AgObject *old)
{
    const AgDiffing *d = dropping->d;
    return d->options->drop_unmanaged && !is_public(old) && !is_named_by_models(d, old->name) &&
           !ag_schema_ignores(d->to, old->info->element, NULL, old->name) &&
           !g_hash_table_contains(dropping->retained, old->name);
}

static void add_drops(Dropping *dropping, bool namespaces)
{
    AgDiffing *d = dropping->d;
    for (guint i = 0; i < d->pairs->len; i++) {
        const AgPair *pair = g_ptr_array_index(d->pairs, i);
        if (pair->new != NULL || (pair->old->info->kind == AG_KIND_NAMESPACE) != namespaces)
            continue;
        bool goes =
            namespaces ? may_drop_namespace(dropping, pair->old) : may_drop(dropping, pair->old);
        if (goes)
            add_dropped(d, pair->old);
        else if (pair->old->schema != NULL)
            g_hash_table_add(dropping->retained, (gpointer)(guintptr)pair->old->schema);
    }
}

static void report_unmanaged(const Dropping *dropping)
{
    const AgDiffing *d = dropping->d;
    for (guint i = 0; i < d->to->objects->len; i++) {
        const AgObject *schema = g_ptr_array_index(d->to->objects, i);
        const GPtrArray *list = g_hash_table_lookup(dropping->reported, schema);
        if (list == NULL)
            continue;
        g_autoptr(GString) names = g_string_new(NULL);
        for (guint j = 0; j < list->len && j < MAX_LISTED; j++) {
            const AgObject *old = g_ptr_array_index(list, j);
            g_string_append_printf(names, "%s%s '%s'", j > 0 ? ", " : "", old->info->noun,
                                   ag_object_label(d->pool, old));
        }
        if (list->len > MAX_LISTED)
            g_string_append_printf(names, " and %u more", list->len - MAX_LISTED);
        ag_note(d->diag, AG_PROBLEM_REMARK, schema->place,
                "schema '%s' holds what no model names: %s", schema->name, names->str);
    }
}

static void add_all_drops(AgDiffing *d)
{
    Dropping dropping = {.d = d};
    dropping.retained = ag_pool_table(d->pool, g_str_hash, g_str_equal);
    dropping.reported = ag_pool_table(d->pool, NULL, NULL);
    for (guint i = 0; i < d->pairs->len; i++) {
        const AgPair *pair = g_ptr_array_index(d->pairs, i);
        if (pair->new != NULL && pair->new->schema != NULL)
            g_hash_table_add(dropping.retained, (gpointer)(guintptr)pair->new->schema);
    }
    add_drops(&dropping, false);
    add_drops(&dropping, true);
    report_unmanaged(&dropping);
}

GPtrArray *ag_diff(AgPool *pool, const AgSchema *from, const AgSchema *to,
                   const AgDiffOptions *options, AgDiag *diag)
{
    g_assert(from->dialect == to->dialect);
    guint errors = ag_diag_errors(diag);
    AgDiffing d = {.pool = pool, .from = from, .to = to, .options = options, .diag = diag};
    d.fold = to->dialect == AG_DIALECT_SQLITE;
    d.schemas = ag_pool_table(pool, g_str_hash, g_str_equal);
    d.objects = ag_pool_table(pool, g_str_hash, g_str_equal);
    d.columns = ag_pool_table(pool, NULL, NULL);
    d.values = ag_pool_table(pool, NULL, NULL);
    d.set = ag_pool_table(pool, NULL, NULL);
    d.changes = ag_pool_array(pool);
    ag_diff_match(&d);
    for (guint i = 0; i < d.pairs->len; i++) {
        const AgPair *pair = g_ptr_array_index(d.pairs, i);
        if (ag_diff_is_replaced(&d, pair)) {
            add_dropped(&d, pair->old);
            add_created(&d, pair->new);
        } else if (pair->old != NULL && pair->new != NULL) {
            add_pair(&d, pair);
            add_parts(&d, pair);
        } else if (pair->old == NULL && !is_public(pair->new)) {
            add_created(&d, pair->new);
        }
    }
    add_all_drops(&d);
    return ag_diag_errors(diag) == errors ? d.changes : NULL;
}
