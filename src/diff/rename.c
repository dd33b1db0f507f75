/* SPDX-License-Identifier: MIT */
/* renamed-from. A hint acts when the new name is absent and an old one present, so it may stay in
 * the model after it has done its work. Chains (a to b while b to c) act together: a name counts as
 * absent when its owner is renamed away in the same step. */
#include "diff/diff_private.h"

#include "model/column.h"
#include "model/enum.h"
#include "sql/tokens.h"

#include <string.h>

/* An object's kind, name and signature, and the schema of one that stands on its own. */
typedef struct {
    AgKind kind;
    bool fold;
    const char *schema, *name, *signature;
} Key;

static guint hash_text(guint hash, const char *text, bool fold)
{
    for (const char *p = text; p != NULL && *p != '\0'; p++)
        hash = hash * 33 + (guchar)(fold ? g_ascii_tolower(*p) : *p);
    return hash * 33;
}

static guint hash_key(gconstpointer data)
{
    const Key *key = data;
    guint hash = hash_text((guint)key->kind, key->schema, key->fold);
    return hash_text(hash_text(hash, key->name, key->fold), key->signature, false);
}

static gboolean same_key(gconstpointer a, gconstpointer b)
{
    const Key *x = a, *y = b;
    return x->kind == y->kind && ag_name_same(x->name, y->name, x->fold) &&
           ag_name_same(x->schema, y->schema, x->fold) &&
           g_strcmp0(x->signature, y->signature) == 0;
}

static void insert(GHashTable *table, Key key, AgObject *object)
{
    Key *kept = g_new(Key, 1);
    *kept = key;
    g_hash_table_replace(table, kept, object);
}

void ag_scope_init(AgScope *scope, AgDiffing *d)
{
    scope->d = d;
    scope->olds = g_hash_table_new_full(hash_key, same_key, g_free, NULL);
    scope->news = NULL;
    scope->claims = NULL;
    scope->taken = g_hash_table_new(NULL, NULL);
}

void ag_scope_end(AgScope *scope)
{
    g_hash_table_destroy(scope->olds);
    g_hash_table_destroy(scope->taken);
    if (scope->news == NULL)
        return;
    g_hash_table_destroy(scope->news);
    g_hash_table_destroy(scope->claims);
}

/* Both sides are keyed by the names of the new schemas, so that the tables of a renamed schema are
 * found without a hint of their own. */
static Key old_key(const AgScope *scope, const AgObject *object)
{
    const char *schema =
        object->parent != NULL ? NULL : ag_diff_schema_name(scope->d, object->schema);
    return (Key){object->info->kind, scope->d->fold, schema, object->name,
                 ag_diff_signature_now(scope->d, object)};
}

/* In the form of ag_diff_signature_now. */
static const char *signature_of(const AgScope *scope, const AgObject *object)
{
    if (object->signature == NULL || !scope->d->any_renames)
        return object->signature;
    return ag_sql_normal(scope->d->pool, scope->d->to->dialect, object->signature);
}

static Key new_key(const AgScope *scope, const AgObject *object)
{
    const char *schema = object->parent != NULL ? NULL : object->schema;
    return (Key){object->info->kind, scope->d->fold, schema, object->name,
                 signature_of(scope, object)};
}

static Key former_key(const AgScope *scope, const AgObject *object, const AgQname *former)
{
    const char *schema = NULL;
    if (object->parent == NULL)
        schema =
            former->schema != NULL ? ag_diff_schema_name(scope->d, former->schema) : object->schema;
    return (Key){object->info->kind, scope->d->fold, schema, former->name,
                 signature_of(scope, object)};
}

void ag_scope_add_old(AgScope *scope, AgObject *object)
{
    if (object->name != NULL)
        insert(scope->olds, old_key(scope, object), object);
}

AgObject *ag_scope_old(const AgScope *scope, const AgObject *object)
{
    if (object->name == NULL)
        return NULL;
    const Key key = new_key(scope, object);
    return g_hash_table_lookup(scope->olds, &key);
}

/* The object that the newest of its former names which is still there belongs to. */
static AgObject *candidate(const AgScope *scope, const AgObject *object)
{
    for (guint i = 0; object->former != NULL && i < object->former->len; i++) {
        const AgQname *former = g_ptr_array_index(object->former, i);
        const Key key = former_key(scope, object, former);
        AgObject *old = g_hash_table_lookup(scope->olds, &key);
        if (old != NULL)
            return old;
    }
    return NULL;
}

static const char *label(const AgScope *scope, const AgObject *object)
{
    return ag_object_label(scope->d->pool, object);
}

/* The new object that goes by an old one's name. */
static AgObject *twin_of(const AgScope *scope, const AgObject *old)
{
    const Key key = old_key(scope, old);
    return g_hash_table_lookup(scope->news, &key);
}

static bool any_former(const GPtrArray *news)
{
    for (guint i = 0; i < news->len; i++) {
        const AgObject *object = g_ptr_array_index(news, i);
        if (object->former != NULL)
            return true;
    }
    return false;
}

void ag_scope_claim(AgScope *scope, const GPtrArray *news)
{
    if (!any_former(news))
        return;
    scope->news = g_hash_table_new_full(hash_key, same_key, g_free, NULL);
    scope->claims = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < news->len; i++) {
        AgObject *object = g_ptr_array_index(news, i);
        if (object->name != NULL)
            insert(scope->news, new_key(scope, object), object);
    }
    for (guint i = 0; i < news->len; i++) {
        AgObject *object = g_ptr_array_index(news, i);
        AgObject *old = candidate(scope, object);
        if (old == NULL || old == ag_scope_old(scope, object))
            continue;
        const AgObject *other = g_hash_table_lookup(scope->claims, old);
        if (other == NULL) {
            g_hash_table_insert(scope->claims, old, object);
        } else if (ag_scope_old(scope, other) == NULL && ag_scope_old(scope, object) == NULL) {
            ag_fail(scope->d->diag, AG_PROBLEM_RENAME_CONFLICT, object->place,
                    "%s '%s' and '%s' both say that they were '%s'", object->info->noun,
                    label(scope, other), label(scope, object), old->name);
            ag_also(scope->d->diag, other->place);
            ag_hint(scope->d->diag, "remove renamed-from=\"%s\" from one of them", old->name);
        } else if (ag_scope_old(scope, other) != NULL) {
            g_hash_table_insert(scope->claims, old, object);
        }
    }
}

/* Whether the new name is absent, or its owner is renamed away in turn. `loop` tells when following
 * the owners leads back: then names are exchanged. */
static bool is_free(const AgScope *scope, const AgObject *object, bool *loop)
{
    const AgObject *at = object;
    for (guint steps = g_hash_table_size(scope->claims) + 1; steps > 0; steps--) {
        const AgObject *owner = ag_scope_old(scope, at);
        if (owner == NULL)
            return true;
        at = g_hash_table_lookup(scope->claims, owner);
        if (at == NULL)
            return false;
        if (at == object) {
            *loop = true;
            return false;
        }
    }
    return false;
}

/* Whether the hint is to be followed: the new name is free, and whatever the model calls by the old
 * name is itself something renamed. */
static bool acts(const AgScope *scope, const AgObject *object, bool *loop)
{
    if (!is_free(scope, object, loop))
        return false;
    const AgObject *at = object;
    for (guint steps = g_hash_table_size(scope->claims) + 1; steps > 0; steps--) {
        const AgObject *old = candidate(scope, at);
        if (old == NULL)
            return false;
        at = twin_of(scope, old);
        if (at == NULL)
            return true;
    }
    return false;
}

static void note_stale(const AgScope *scope, const AgObject *object)
{
    const AgQname *former = g_ptr_array_index(object->former, 0);
    ag_note(scope->d->diag, AG_PROBLEM_STALE_HINT, object->place,
            "renamed-from=\"%s\" of %s '%s' has done its work", former->name, object->info->noun,
            label(scope, object));
    ag_hint(scope->d->diag, "remove it once every database has been upgraded");
}

static void refuse_both(const AgScope *scope, const AgObject *object, const AgObject *old)
{
    ag_fail(scope->d->diag, AG_PROBLEM_RENAME_CONFLICT, object->place,
            "%s '%s' is said to be the former '%s', but the database has both", object->info->noun,
            label(scope, object), label(scope, old));
    ag_hint(scope->d->diag, "if '%s' is to go, remove renamed-from=\"%s\"", old->name, old->name);
    ag_hint(scope->d->diag,
            "if '%s' is to take its place, drop the present '%s' first, by a "
            "revision of its own",
            old->name, object->name);
}

static void refuse_model(const AgScope *scope, const AgObject *object, const AgObject *twin)
{
    ag_fail(scope->d->diag, AG_PROBLEM_RENAME_CONFLICT, object->place,
            "%s '%s' is said to be the former '%s', which the models still have",
            object->info->noun, label(scope, object), label(scope, twin));
    ag_also(scope->d->diag, twin->place);
    ag_hint(scope->d->diag, "if it was renamed, remove '%s' from the models", twin->name);
    ag_hint(scope->d->diag, "if '%s' is new, remove renamed-from=\"%s\"", object->name, twin->name);
}

static void refuse_exchange(const AgScope *scope, const AgObject *object, const AgObject *old)
{
    ag_fail(scope->d->diag, AG_PROBLEM_RENAME_CONFLICT, object->place,
            "%s '%s' and '%s' are to exchange names; afterwards nothing tells that it was done",
            object->info->noun, label(scope, object), old->name);
    ag_hint(scope->d->diag, "rename one of them to a third name first, by a revision of its own");
}

AgObject *ag_scope_resolve(AgScope *scope, const AgObject *object)
{
    AgObject *same = ag_scope_old(scope, object);
    AgObject *old = candidate(scope, object);
    AgObject *found = same;
    bool loop = false;
    if (old == NULL) {
        if (same != NULL && object->former != NULL && object->former->len > 0)
            note_stale(scope, object);
    } else if (old != same && acts(scope, object, &loop)) {
        found = old;
    } else if (old != same) {
        const AgObject *twin = twin_of(scope, old);
        if (loop)
            refuse_exchange(scope, object, old);
        else if (same == NULL && twin != NULL)
            refuse_model(scope, object, twin);
        else if (same != NULL && twin == NULL)
            refuse_both(scope, object, old);
        else
            note_stale(scope, object);
    }
    if (found == NULL || g_hash_table_contains(scope->taken, found))
        return NULL;
    g_hash_table_add(scope->taken, found);
    return found;
}

static const AgEnumValue *value_named(GHashTable *values, const char *name)
{
    return g_hash_table_lookup(values, name);
}

static GHashTable *values_by_name(const AgEnum *type)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; type->values != NULL && i < type->values->len; i++) {
        AgEnumValue *value = g_ptr_array_index(type->values, i);
        g_hash_table_insert(table, (gpointer)(guintptr)value->name, value);
    }
    return table;
}

static void refuse_value(AgDiffing *d, const AgPair *pair, const AgEnumValue *value,
                         const char *former)
{
    ag_fail(d->diag, AG_PROBLEM_RENAME_CONFLICT, value->place,
            "value '%s' of enum '%s' is said to be the former '%s', but both exist", value->name,
            ag_object_label(d->pool, pair->new), former);
    ag_hint(d->diag, "if '%s' was renamed, keep one of the two", former);
    ag_hint(d->diag, "if '%s' is new, remove renamed-from=\"%s\"", value->name, former);
}

void ag_diff_note_values(AgDiffing *d, const AgPair *pair)
{
    const AgEnum *new_enum = (const AgEnum *)pair->new;
    g_autoptr(GHashTable) olds = values_by_name((const AgEnum *)pair->old);
    g_autoptr(GHashTable) news = values_by_name(new_enum);
    GHashTable *renamed = NULL;
    for (guint i = 0; new_enum->values != NULL && i < new_enum->values->len; i++) {
        const AgEnumValue *value = g_ptr_array_index(new_enum->values, i);
        for (guint j = 0; value->former != NULL && j < value->former->len; j++) {
            const char *former = g_ptr_array_index(value->former, j);
            if (value_named(olds, former) == NULL)
                continue;
            bool in_old = value_named(olds, value->name) != NULL;
            bool in_new = value_named(news, former) != NULL;
            if (in_old != in_new) {
                refuse_value(d, pair, value, former);
            } else if (!in_old) {
                if (renamed == NULL)
                    renamed = ag_pool_table(d->pool, g_str_hash, g_str_equal);
                g_hash_table_insert(renamed, (gpointer)(guintptr)former,
                                    (gpointer)(guintptr)value->name);
            }
            break;
        }
    }
    if (renamed != NULL) {
        g_hash_table_insert(d->values, (gpointer)(guintptr)pair->old, renamed);
        d->any_renames = true;
    }
}

static const char *type_key(const AgDiffing *d, const AgObject *object, bool old)
{
    const AgSql *type = &((const AgColumn *)object)->type;
    const char *text = type->canonical != NULL ? type->canonical : type->written;
    if (text == NULL)
        return "";
    if (!d->any_renames)
        return text;
    /* Respelling quotes by a rule of its own. */
    text = old ? ag_diff_respell_sql(d, text, NULL, true) : text;
    return ag_sql_normal(d->pool, d->to->dialect, text);
}

/* A generated column holds nothing of its own, so dropping it loses nothing. */
static bool has_data(const AgObject *object)
{
    return object->info->kind == AG_KIND_COLUMN &&
           ((const AgColumn *)object)->generated.written == NULL;
}

static void refuse_suspect(AgDiffing *d, const AgObject *column, const GPtrArray *dropped)
{
    const AgObject *first = g_ptr_array_index(dropped, 0);
    if (dropped->len == 1)
        ag_fail(d->diag, AG_PROBLEM_SUSPECTED_RENAME, column->place,
                "column '%s' is new and '%s' of the same type is gone: a rename?",
                ag_object_label(d->pool, column), first->name);
    else
        ag_fail(d->diag, AG_PROBLEM_SUSPECTED_RENAME, column->place,
                "column '%s' is new and %u columns of the same type are gone: a rename?",
                ag_object_label(d->pool, column), dropped->len);
    for (guint i = 0; i < dropped->len; i++) {
        const AgObject *old = g_ptr_array_index(dropped, i);
        ag_hint(d->diag, "if it was '%s', add to column '%s': renamed-from=\"%s\"", old->name,
                column->name, old->name);
    }
    ag_hint(d->diag, "if it is none, say so: the values of the dropped column are lost then");
}

void ag_diff_suspect(AgDiffing *d, const AgPair *table)
{
    if (d->options->suspects_allowed)
        return;
    g_autoptr(GHashTable) dropped = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(table->parts, i);
        if (pair->new != NULL || pair->old->inherited || !has_data(pair->old))
            continue;
        const char *type = type_key(d, pair->old, true);
        GPtrArray *list = g_hash_table_lookup(dropped, type);
        if (list == NULL) {
            list = ag_pool_array(d->pool);
            g_hash_table_insert(dropped, (gpointer)(guintptr)type, list);
        }
        g_ptr_array_add(list, (gpointer)(guintptr)pair->old);
    }
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgPair *pair = g_ptr_array_index(table->parts, i);
        if (pair->old != NULL || pair->new->inherited || !has_data(pair->new))
            continue;
        const GPtrArray *list = g_hash_table_lookup(dropped, type_key(d, pair->new, false));
        if (list != NULL)
            refuse_suspect(d, pair->new, list);
    }
}
