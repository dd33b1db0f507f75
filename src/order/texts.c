/* SPDX-License-Identifier: MIT */
/* SQLite keeps views and triggers as texts. It alters none of them, so one that changes is dropped
 * and made again; and ALTER TABLE ... RENAME and DROP COLUMN look into all of them: they rewrite
 * those that name what is renamed, and fail where a text names something that is not there at that
 * moment. So all that may be touched is out of the way while tables change: every DROP comes before
 * everything else, every CREATE behind it. */
#include "order/order_private.h"

#include "model/trigger.h"
#include "model/view.h"
#include "model/virtual_table.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* A column that comes, goes or is renamed: both names of its table and of itself. */
typedef struct {
    const char *tables[2], *names[2];
} MovedColumn;

typedef struct {
    AgOrdering *o;
    AgTwins *twins;
    GPtrArray *again;     /* of const AgObject *: old objects; grows while it is worked through */
    GHashTable *asked;    /* the same as a set */
    GHashTable *ends;     /* tables (pointers) that are made or dropped */
    GHashTable *names;    /* in lower case: tables and views that are not there all the time */
    GArray *columns;      /* of MovedColumn */
    bool looks;           /* some statement looks into all texts */
    GHashTable *there[2]; /* in lower case: what can be read before and after; made when asked */
} Texts;

/* A full-text index over another table holds nothing of its own, and what it says of that table
 * nobody rewrites either. */
static bool is_index(const AgObject *object)
{
    return object->info->kind == AG_KIND_VIRTUAL_TABLE &&
           ag_virtual_table_is_index((const AgVirtualTable *)object);
}

static bool is_text(const AgObject *object)
{
    return is_index(object) || object->info->kind == AG_KIND_VIEW ||
           object->info->kind == AG_KIND_TRIGGER;
}

/* What it comes again as; itself when nobody wants it otherwise. */
static const AgObject *twin_of(const Texts *t, const AgObject *old)
{
    const AgObject *twin = ag_twins_find(t->twins, old);
    return twin != NULL ? twin : old;
}

static void ask_one(Texts *t, const AgObject *old)
{
    if (g_hash_table_contains(t->asked, old) || ag_twins_find(t->twins, old) == NULL)
        return;
    g_hash_table_add(t->asked, (gpointer)(guintptr)old);
    g_ptr_array_add(t->again, (gpointer)(guintptr)old);
}

/* The triggers of a view go with it. */
static void ask(Texts *t, const AgObject *old)
{
    ask_one(t, old);
    for (guint i = 0; old->parts != NULL && i < old->parts->len; i++)
        ask_one(t, g_ptr_array_index(old->parts, i));
}

static bool is_changed_text(const AgChange *change)
{
    bool was = change->old != NULL && is_text(change->old);
    if (!was && !is_text(ag_change_object(change)))
        return false;
    return change->verb == AG_RENAME ||
           (change->verb == AG_ALTER && (change->changed & ~AG_FIELD_COMMON) != 0);
}

/* --- what is not there, or called otherwise, for a while --- */

static void note_name(Texts *t, const AgObject *object)
{
    if (object == NULL)
        return;
    g_autofree char *lower = g_ascii_strdown(object->name, -1);
    g_hash_table_add(t->names, ag_pool_text(t->o->pool, lower));
}

static void note_column(Texts *t, const AgChange *change)
{
    const AgObject *old = change->old != NULL ? change->old : change->new;
    const AgObject *new_object = change->new != NULL ? change->new : change->old;
    MovedColumn column = {{old->parent->name, new_object->parent->name},
                          {old->name, new_object->name}};
    g_array_append_val(t->columns, column);
    t->looks = true;
}

static void note_ends(Texts *t)
{
    for (guint i = 0; i < t->o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(t->o->changes, i);
        if (change->verb == AG_CREATE || change->verb == AG_DROP)
            g_hash_table_add(t->ends, (gpointer)(guintptr)ag_change_object(change));
    }
}

static void note_moves(Texts *t)
{
    for (guint i = 0; i < t->o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(t->o->changes, i);
        const AgObject *object = ag_change_object(change);
        bool is_table =
            object->info->kind == AG_KIND_TABLE || object->info->kind == AG_KIND_VIRTUAL_TABLE;
        if (change->verb == AG_ALTER)
            continue;
        if (is_table || object->info->kind == AG_KIND_VIEW) {
            note_name(t, change->old);
            note_name(t, change->new);
            t->looks = t->looks || (is_table && change->verb == AG_RENAME);
        } else if (object->info->kind == AG_KIND_COLUMN &&
                   !g_hash_table_contains(t->ends, object->parent)) {
            note_column(t, change);
        }
    }
}

/* --- who speaks of it --- */

static void add_names(const Texts *t, GPtrArray *names, const char *text)
{
    const GPtrArray *more = text == NULL ? NULL : ag_sql_names(t->o->pool, AG_DIALECT_SQLITE, text);
    for (guint i = 0; more != NULL && i < more->len; i++)
        g_ptr_array_add(names, g_ptr_array_index(more, i));
}

static GPtrArray *names_in(const Texts *t, const AgObject *object)
{
    const AgTrigger *trigger = (const AgTrigger *)object;
    GPtrArray *names = ag_pool_array(t->o->pool);
    if (object->info->kind == AG_KIND_VIEW) {
        add_names(t, names, ((const AgView *)object)->query.written);
        return names;
    }
    if (is_index(object)) {
        const char *content;
        ag_virtual_table_rows(t->o->pool, (const AgVirtualTable *)object, &content);
        g_ptr_array_add(names, (gpointer)(guintptr)content);
        return names;
    }
    for (guint i = 0; trigger->update_of != NULL && i < trigger->update_of->len; i++)
        g_ptr_array_add(names, g_ptr_array_index(trigger->update_of, i));
    add_names(t, names, trigger->when.written);
    add_names(t, names, trigger->body.written);
    return names;
}

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++) {
        if (ag_name_same(g_ptr_array_index(names, i), name, true))
            return true;
    }
    return false;
}

static bool has_any(const GPtrArray *names, const char *const two[2])
{
    return has_name(names, two[0]) || has_name(names, two[1]);
}

static bool speaks_of_moved(const Texts *t, const AgObject *object)
{
    const GPtrArray *names = names_in(t, object);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *lower = g_ascii_strdown(g_ptr_array_index(names, i), -1);
        if (g_hash_table_contains(t->names, lower))
            return true;
    }
    const char *own = object->parent == NULL ? NULL : object->parent->name;
    for (guint i = 0; i < t->columns->len; i++) {
        const MovedColumn *column = &g_array_index(t->columns, MovedColumn, i);
        bool of_table =
            has_any(names, column->tables) || ag_name_same(own, column->tables[0], true);
        if (of_table && has_any(names, column->names))
            return true;
    }
    return false;
}

/* --- who reads what is not there at all --- */

static void add_there(Texts *t, GHashTable *names, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_hash_table_add(names, ag_pool_text(t->o->pool, lower));
}

static GHashTable *names_there(Texts *t, bool after)
{
    const AgSchema *schema = after ? t->o->to : t->o->from;
    const AgSchema *other = after ? t->o->from : t->o->to;
    if (t->there[after] != NULL)
        return t->there[after];
    GHashTable *names = ag_pool_table(t->o->pool, g_str_hash, g_str_equal);
    for (guint i = 0; i < schema->objects->len; i++)
        add_there(t, names, ((const AgObject *)g_ptr_array_index(schema->objects, i))->name);
    for (guint i = 0; i < schema->unmanaged->len; i++)
        add_there(t, names, ((const AgUnmanaged *)g_ptr_array_index(schema->unmanaged, i))->label);
    for (guint i = 0; i < other->unmanaged->len; i++)
        add_there(t, names, ((const AgUnmanaged *)g_ptr_array_index(other->unmanaged, i))->label);
    t->there[after] = names;
    return names;
}

/* Whether a common table expression begins at i: "name AS (", "name (a, b) AS (". */
static bool is_common_table(const GArray *tokens, guint i)
{
    AgToken before = ag_token_at(tokens, i - 1), next = ag_token_at(tokens, i + 1);
    if (!ag_token_is(before, "WITH") && !ag_token_is(before, "RECURSIVE") &&
        !ag_token_is(before, ","))
        return false;
    AgToken third = ag_token_at(tokens, i + 2);
    return ag_token_is(next, "(") ||
           (ag_token_is(next, "AS") && (ag_token_is(third, "(") || ag_token_is(third, "NOT") ||
                                        ag_token_is(third, "MATERIALIZED")));
}

static GPtrArray *common_tables(const Texts *t, const GArray *tokens)
{
    GPtrArray *names = ag_pool_array(t->o->pool);
    for (guint i = 1; i < tokens->len; i++) {
        AgToken token = ag_token_at(tokens, i);
        if (is_common_table(tokens, i))
            g_ptr_array_add(names, ag_sql_token_name(t->o->pool, AG_DIALECT_SQLITE, token.text,
                                                     token.length));
    }
    return names;
}

/* The place of a table's name behind a word that wants one; 0: the i-th token is no such word, or
 * something else follows. Functions are read from like tables. */
static guint table_at(const GArray *tokens, guint i)
{
    AgToken word = ag_token_at(tokens, i);
    bool writes = ag_token_is(word, "INTO") || ag_token_is(word, "UPDATE");
    bool reads =
        ag_token_is(word, "JOIN") ||
        (ag_token_is(word, "FROM") && !ag_token_is(ag_token_at(tokens, i - 1), "DISTINCT"));
    if (!reads && !writes)
        return 0;
    guint at = i + 1;
    if (ag_token_is(word, "UPDATE") && ag_token_is(ag_token_at(tokens, at), "OR"))
        at += 2;
    if (ag_token_is(ag_token_at(tokens, at + 1), "."))
        at += 2;
    AgToken name = ag_token_at(tokens, at);
    bool is_name =
        (name.type == AG_TOKEN_WORD && !ag_token_is(name, "SET")) || name.type == AG_TOKEN_QUOTED;
    return is_name && (writes || !ag_token_is(ag_token_at(tokens, at + 1), "(")) ? at : 0;
}

static bool reads_missing(Texts *t, const char *text, bool after)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_SQLITE, text);
    const GPtrArray *common = common_tables(t, tokens);
    bool missing = false;
    for (guint i = 0; i < tokens->len && !missing; i++) {
        guint at = table_at(tokens, i);
        if (at == 0)
            continue;
        AgToken token = ag_token_at(tokens, at);
        const char *name =
            ag_sql_token_name(t->o->pool, AG_DIALECT_SQLITE, token.text, token.length);
        g_autofree char *lower = g_ascii_strdown(name, -1);
        missing = !g_hash_table_contains(names_there(t, after), lower) && !has_name(common, name) &&
                  !g_str_has_prefix(lower, "sqlite_") && !g_str_has_prefix(lower, "pragma_");
    }
    return missing;
}

/* A view that is broken is nobody's trouble until something is renamed. */
static bool is_broken(Texts *t, const AgObject *object)
{
    if (is_index(object))
        return false;
    const char *text = object->info->kind == AG_KIND_VIEW
                           ? ((const AgView *)object)->query.written
                           : ((const AgTrigger *)object)->body.written;
    return text != NULL && (reads_missing(t, text, false) || reads_missing(t, text, true));
}

/* --- all of them --- */

/* What no model knows and nobody drops stays; only the broken has to be out of the way, since
 * SQLite rewrites the rest by itself. */
static bool is_kept(Texts *t, const AgObject *old)
{
    const AgObject *top = old->parent != NULL ? old->parent : old;
    return ag_twins_find(t->twins, old) == NULL && !g_hash_table_contains(t->ends, old) &&
           !g_hash_table_contains(t->ends, top);
}

static void ask_if(Texts *t, const AgObject *object, bool broken)
{
    if (broken && is_text(object) && is_kept(t, object) && is_broken(t, object)) {
        g_hash_table_add(t->asked, (gpointer)(guintptr)object);
        g_ptr_array_add(t->again, (gpointer)(guintptr)object);
    } else if (is_text(object) && !g_hash_table_contains(t->asked, object) &&
               (broken ? is_broken(t, object) : speaks_of_moved(t, object))) {
        ask(t, object);
    }
}

/* True when one more was found. */
static bool ask_each(Texts *t, bool broken)
{
    guint before = t->again->len;
    for (guint i = 0; i < t->o->from->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(t->o->from->objects, i);
        ask_if(t, object, broken);
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++)
            ask_if(t, g_ptr_array_index(object->parts, j), broken);
    }
    return t->again->len > before;
}

static void ask_all_speakers(Texts *t)
{
    bool more = true;
    ask_each(t, true);
    for (guint done = 0; more;) {
        for (; done < t->again->len; done++) {
            const AgObject *old = g_ptr_array_index(t->again, done);
            if (old->info->kind != AG_KIND_VIEW && old->info->kind != AG_KIND_VIRTUAL_TABLE)
                continue;
            note_name(t, old);
            note_name(t, twin_of(t, old));
        }
        more = ask_each(t, false);
    }
}

/* --- the new list --- */

static void rewrite_list(Texts *t)
{
    AgPool *pool = t->o->pool;
    GPtrArray *out = ag_pool_array(pool);
    for (guint i = 0; i < t->o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(t->o->changes, i);
        if (change->old == NULL || change->new == NULL ||
            !g_hash_table_contains(t->asked, change->old))
            g_ptr_array_add(out, change);
    }
    for (guint i = 0; i < t->again->len; i++) {
        const AgObject *old = g_ptr_array_index(t->again, i);
        AgChange *drop = ag_change_new(pool, AG_DROP, old, NULL);
        AgChange *create = ag_change_new(pool, AG_CREATE, NULL, twin_of(t, old));
        drop->recreate = create->recreate = true;
        g_ptr_array_add(out, drop);
        g_ptr_array_add(out, create);
        ag_ordering_pair(t->o, drop, create);
    }
    t->o->changes = out;
}

void ag_ordering_renew_texts(AgOrdering *o)
{
    Texts t = {.o = o, .twins = ag_twins_new(o), .again = ag_pool_array(o->pool)};
    t.asked = ag_pool_table(o->pool, NULL, NULL);
    t.ends = ag_pool_table(o->pool, NULL, NULL);
    t.names = ag_pool_table(o->pool, g_str_hash, g_str_equal);
    t.columns = g_array_new(FALSE, FALSE, sizeof(MovedColumn));
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        if (is_changed_text(change))
            ask(&t, change->old);
    }
    note_ends(&t);
    note_moves(&t);
    if (t.looks)
        ask_all_speakers(&t);
    g_array_free(t.columns, TRUE);
    rewrite_list(&t);
}

static void add_texts(GPtrArray *out, const GPtrArray *changes, AgVerb verb)
{
    for (guint i = 0; i < changes->len; i++) {
        AgChange *change = g_ptr_array_index(changes, i);
        if (is_text(ag_change_object(change)) && change->verb == verb)
            g_ptr_array_add(out, change);
    }
}

void ag_ordering_part_texts(AgOrdering *o)
{
    GPtrArray *out = ag_pool_array(o->pool);
    add_texts(out, o->changes, AG_DROP);
    for (guint i = 0; i < o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(o->changes, i);
        bool end = change->verb == AG_DROP || change->verb == AG_CREATE;
        if (!end || !is_text(ag_change_object(change)))
            g_ptr_array_add(out, change);
    }
    add_texts(out, o->changes, AG_CREATE);
    o->changes = out;
}
