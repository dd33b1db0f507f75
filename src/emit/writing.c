/* SPDX-License-Identifier: MIT */
#include "emit/state.h"

/* --- statements --- */

/* The names of the path as SQL writes a list of names. */
static char *path_text(AgWriting *w, const GPtrArray *path)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_names(w->dialect, out, path);
    return ag_pool_text(w->pool, out->str);
}

void ag_writing_set(AgWriting *w, const char *name, const char *value)
{
    AgStep *step = g_ptr_array_index(w->script->steps, w->script->steps->len - 1);
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (g_str_equal(setting->name, name))
            return;
    }
    AgSetting *setting = ag_pool_new0(w->pool, AgSetting);
    setting->name = name;
    setting->value = value;
    g_ptr_array_add(step->settings, setting);
}

/* The step of the statement looks up unqualified names where the models do. */
static void set_path(AgWriting *w)
{
    const AgSchema *schema = w->state->path;
    w->state->path = NULL;
    if (schema != NULL)
        ag_writing_set(w, "search_path", path_text(w, schema->search_path));
}

/* A change says what it is above its first statement of each step. */
static AgStatement *add(AgWriting *w, const AgChange *change, AgStepMode mode, const char *sql)
{
    guint steps = w->script->steps->len;
    AgStatement *statement = ag_script_add(w->script, mode, NULL, sql);
    const AgStep *step = g_ptr_array_index(w->script->steps, w->script->steps->len - 1);
    bool first = step->statements->len == 1 || w->script->steps->len > steps;
    if (change != w->state->remarked || first)
        statement->what = ag_change_text(w->pool, change);
    w->state->remarked = change;
    set_path(w);
    return statement;
}

AgStatement *ag_write(AgWriting *w, const AgChange *change, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    return add(w, change, AG_STEP_TRANSACTIONAL, sql);
}

/* A step of its own for each: the runner records steps, and goes on after the last one done. */
AgStatement *ag_write_alone(AgWriting *w, const AgChange *change, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    ag_script_add_step(w->script, AG_STEP_NO_TRANSACTION);
    return add(w, change, AG_STEP_NO_TRANSACTION, sql);
}

/* --- names --- */

const AgObject *ag_writing_current(const AgWriting *w, const AgObject *object)
{
    const AgObject *twin = g_hash_table_lookup(w->current, object);
    return twin != NULL ? twin : object;
}

const AgSchema *ag_writing_side(const AgWriting *w, const AgObject *object)
{
    const AgObject *top = object->parent != NULL ? object->parent : object;
    const AgSchema *side = g_hash_table_lookup(w->state->sides, top);
    return side != NULL ? side : w->to;
}

static void note_change(const AgWriting *w, const AgObject *object, const AgChange *change)
{
    GPtrArray *list = g_hash_table_lookup(w->state->of, object);
    if (list == NULL) {
        list = ag_pool_array(w->pool);
        g_hash_table_insert(w->state->of, ag_as_key(object), list);
    }
    if (list->len == 0 || g_ptr_array_index(list, list->len - 1) != change)
        g_ptr_array_add(list, ag_as_key(change));
}

static void note_changes(const AgWriting *w)
{
    w->state->of = ag_pool_table(w->pool, g_direct_hash, g_direct_equal);
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        const AgObject *sides[] = {change->old, change->new};
        for (guint side = 0; side < G_N_ELEMENTS(sides); side++) {
            if (sides[side] == NULL)
                continue;
            note_change(w, sides[side], change);
            if (sides[side]->parent != NULL)
                note_change(w, sides[side]->parent, change);
        }
    }
}

const GPtrArray *ag_writing_changes_of(const AgWriting *w, const AgObject *object)
{
    if (w->state->of == NULL)
        note_changes(w);
    const GPtrArray *list = g_hash_table_lookup(w->state->of, object);
    return list != NULL ? list : ag_pool_array(w->pool);
}

/* The new side of its rename; NULL: it has none. */
static const AgObject *renamed_once(const AgWriting *w, const AgObject *object)
{
    const GPtrArray *changes = ag_writing_changes_of(w, object);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_RENAME && change->old == object)
            return change->new;
    }
    return NULL;
}

static const AgObject *renamed_to(const AgWriting *w, const AgObject *object)
{
    const AgObject *now = NULL;
    for (const AgObject *next = object; (next = renamed_once(w, next)) != NULL && next != object;)
        now = next;
    return now;
}

static const char *schema_at_last(const AgWriting *w, const char *schema)
{
    for (guint i = 0; i < w->state->moves->len; i++) {
        const AgChange *move = g_ptr_array_index(w->state->moves, i);
        if (g_strcmp0(move->old->name, schema) == 0)
            schema = move->new->name;
    }
    return schema;
}

const AgObject *ag_writing_twin(const AgWriting *w, const AgObject *object)
{
    if (ag_writing_side(w, object) == w->to)
        return object;
    const AgObject *renamed = renamed_to(w, object);
    if (renamed != NULL)
        return renamed;
    if (object->parent == NULL)
        return ag_schema_find_signed(w->to, object->info->kind, schema_at_last(w, object->schema),
                                     object->name, object->signature);
    const AgObject *table = ag_writing_twin(w, object->parent);
    return table == NULL || object->name == NULL
               ? NULL
               : ag_object_part(table, object->info->kind, object->name);
}

/* A namespace may go to its new name by way of a third one. */
const char *ag_writing_schema(const AgWriting *w, const AgSchema *side, const char *schema)
{
    const GPtrArray *moves = w->state->moves;
    for (guint i = 0; side == w->from && i < moves->len; i++) {
        const AgChange *move = g_ptr_array_index(moves, i);
        if (ag_writing_is_done(w, move) && g_strcmp0(move->old->name, schema) == 0)
            schema = move->new->name;
    }
    for (guint i = moves->len; side == w->to && i > 0; i--) {
        const AgChange *move = g_ptr_array_index(moves, i - 1);
        if (!ag_writing_is_done(w, move) && g_strcmp0(move->new->name, schema) == 0)
            schema = move->old->name;
    }
    return schema;
}

const char *ag_writing_qname(AgWriting *w, const AgObject *object)
{
    const AgObject *top = ag_writing_current(w, object->parent != NULL ? object->parent : object);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, ag_writing_side(w, top), top->schema),
                   top->name);
    return ag_pool_text(w->pool, out->str);
}

const char *ag_writing_name(AgWriting *w, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_name(w->dialect, out, name);
    return ag_pool_text(w->pool, out->str);
}

/* --- what is known about the script --- */

bool ag_writing_is_done(const AgWriting *w, const AgChange *change)
{
    return g_hash_table_contains(w->state->done, change);
}

bool ag_writing_is_new(const AgWriting *w, const AgObject *object)
{
    return g_hash_table_contains(w->state->created,
                                 object->parent != NULL ? object->parent : object);
}

bool ag_writing_drops(const AgWriting *w, const AgObject *object)
{
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        if (change->verb == AG_DROP && !change->recreate &&
            (change->old == object || change->old == object->parent))
            return true;
    }
    return false;
}

static void note_side(GHashTable *sides, const AgSchema *schema)
{
    for (guint i = 0; i < schema->objects->len; i++)
        g_hash_table_insert(sides, g_ptr_array_index(schema->objects, i), ag_as_key(schema));
}

/* Both twins stand for the one whose name the database knows. */
static void set_current(AgWriting *w, const AgChange *change, const AgObject *named)
{
    g_hash_table_insert(w->current, ag_as_key(change->old), ag_as_key(named));
    g_hash_table_insert(w->current, ag_as_key(change->new), ag_as_key(named));
}

/* Names are exchanged by way of a third one, so that more than two may stand for each other: what
 * stood for the old one stands for the new one now. */
void ag_writing_renamed(AgWriting *w, const AgChange *change)
{
    GHashTableIter iter;
    gpointer named;
    g_hash_table_iter_init(&iter, w->current);
    while (g_hash_table_iter_next(&iter, NULL, &named))
        if (named == change->old)
            g_hash_table_iter_replace(&iter, ag_as_key(change->new));
}

/* Copies that ordering made belong to the side in which an object of their name is found. */
static void note_copy(AgWriting *w, const AgObject *object)
{
    if (object == NULL || object->parent != NULL || g_hash_table_contains(w->state->sides, object))
        return;
    bool is_new = ag_schema_find_like(w->to, object) != NULL;
    g_hash_table_insert(w->state->sides, ag_as_key(object), ag_as_key(is_new ? w->to : w->from));
}

/* Ordering may have put copies into the change; texts speak of the schemas' own objects. */
static void note_original(AgWriting *w, const AgSchema *side, const AgObject *object,
                          const AgObject *named)
{
    const AgObject *own = object->parent != NULL ? NULL : ag_schema_find_like(side, object);
    if (own != NULL && own != object)
        g_hash_table_insert(w->current, ag_as_key(own), ag_as_key(named));
}

static void note_rename(AgWriting *w, const AgChange *change)
{
    const AgObject *named = ag_writing_current(w, change->old);
    set_current(w, change, named);
    note_original(w, w->from, change->old, named);
    note_original(w, w->to, change->new, named);
    if (change->new->info->kind == AG_KIND_NAMESPACE)
        g_ptr_array_add(w->state->moves, ag_as_key(change));
}

static void note_alter(AgWriting *w, const AgChange *change, bool reversed)
{
    if (g_hash_table_contains(w->current, change->old) ||
        g_strcmp0(change->old->name, change->new->name) == 0)
        return;
    /* Matched by shape: the database keeps its own name, and it is the downgrade's new side. */
    set_current(w, change, reversed ? change->new : change->old);
}

void ag_writing_begin(AgWriting *w, const GPtrArray *changes, bool reversed)
{
    note_side(w->state->sides, w->from);
    note_side(w->state->sides, w->to);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        note_copy(w, change->old);
        note_copy(w, change->new);
        if (change->verb == AG_CREATE && (change->new->info->kind == AG_KIND_TABLE ||
                                          change->new->info->kind == AG_KIND_MATERIALIZED_VIEW))
            g_hash_table_add(w->state->created, ag_as_key(change->new));
        if (change->verb == AG_RENAME)
            note_rename(w, change);
    }
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_ALTER)
            note_alter(w, change, reversed);
    }
}
