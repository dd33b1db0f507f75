/* SPDX-License-Identifier: MIT */
#include "model/enum.h"

#include "emit/postgres/postgres.h"

#include <string.h>

/* A label that is added in place. */
typedef struct {
    const AgChange *change;
    AgStatement *statement;
    const char *literal;   /* 'label' */
    const char *early_sql; /* the statement as it reads before anything else is done */
} AgEnumLabel;

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* --- labels of two sides --- */

static const AgEnumValue *value_at(const AgEnum *type, guint i)
{
    return g_ptr_array_index(type->values, i);
}

static guint n_values(const AgEnum *type)
{
    return type->values == NULL ? 0 : type->values->len;
}

static bool has_value(const AgEnum *type, const char *name)
{
    for (guint i = 0; i < n_values(type); i++)
        if (g_str_equal(value_at(type, i)->name, name))
            return true;
    return false;
}

static bool was_called(const AgEnumValue *value, const char *name)
{
    for (guint i = 0; value->former != NULL && i < value->former->len; i++)
        if (g_str_equal(g_ptr_array_index(value->former, i), name))
            return true;
    return false;
}

/* What a label of `old` is called in `new`; NULL when it goes. A hint counts in both directions:
 * the downgrade finds it on its old side. */
static const char *new_name(const AgEnum *old, const AgEnum *new, const AgEnumValue *value)
{
    if (has_value(new, value->name))
        return value->name;
    for (guint i = 0; i < n_values(new); i++) {
        const AgEnumValue *other = value_at(new, i);
        if (!has_value(old, other->name) &&
            (was_called(other, value->name) || was_called(value, other->name)))
            return other->name;
    }
    return NULL;
}

/* What a label of `new` is called in `old`; NULL when it is added. */
static const char *old_name(const AgEnum *old, const AgEnum *new, const char *name)
{
    for (guint i = 0; i < n_values(old); i++)
        if (g_strcmp0(new_name(old, new, value_at(old, i)), name) == 0)
            return value_at(old, i)->name;
    return NULL;
}

static bool loses_values(const AgEnum *old, const AgEnum *new)
{
    for (guint i = 0; i < n_values(old); i++)
        if (new_name(old, new, value_at(old, i)) == NULL)
            return true;
    return false;
}

/* Whether what is kept keeps its order: then labels only have to be added between. */
static bool keeps_order(const AgEnum *old, const AgEnum *new)
{
    guint at = 0;
    for (guint i = 0; i < n_values(old); i++) {
        const char *name = new_name(old, new, value_at(old, i));
        while (at < n_values(new) && g_strcmp0(value_at(new, at)->name, name) != 0)
            at++;
        if (at++ == n_values(new))
            return false;
    }
    return true;
}

static const char *literal(AgWriting *w, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_text(out, text);
    return ag_pool_text(w->pool, out->str);
}

/* --- CREATE TYPE --- */

static const char *definition(AgWriting *w, const AgEnum *type)
{
    g_autoptr(GString) out = g_string_new("(");
    for (guint i = 0; i < n_values(type); i++) {
        g_string_append(out, i > 0 ? ",\n    " : "\n    ");
        ag_quote_text(out, value_at(type, i)->name);
    }
    g_string_append(out, n_values(type) > 0 ? "\n)" : ")");
    return ag_pool_text(w->pool, out->str);
}

static bool create(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "CREATE TYPE %s AS ENUM %s", ag_writing_qname(w, change->new),
             definition(w, (const AgEnum *)change->new));
    return true;
}

/* --- in place --- */

/* Always with its place: without one a label goes to the end. */
static const char *position(AgWriting *w, const AgEnum *old, const AgEnum *new, guint i)
{
    if (i > 0) {
        const char *before = value_at(new, i - 1)->name;
        const char *known = old_name(old, new, before);
        return ag_pool_printf(w->pool, " AFTER %s", literal(w, known != NULL ? known : before));
    }
    if (n_values(old) == 0)
        return "";
    return ag_pool_printf(w->pool, " BEFORE %s", literal(w, value_at(old, 0)->name));
}

static void add_label(AgWriting *w, const AgChange *change, guint i)
{
    const AgEnum *old = (const AgEnum *)change->old, *new = (const AgEnum *)change->new;
    const char *text = literal(w, value_at(new, i)->name);
    const char *where = position(w, old, new, i);
    g_autoptr(GString) first_name = g_string_new(NULL);
    ag_quote_qname(w->dialect, first_name, change->old->schema, change->old->name);
    AgEnumLabel *label = ag_pool_new0(w->pool, AgEnumLabel);
    label->change = change;
    label->literal = text;
    label->early_sql = ag_pool_printf(w->pool, "ALTER TYPE %s ADD VALUE IF NOT EXISTS %s%s",
                                      first_name->str, text, where);
    label->statement = ag_write(w, change, "ALTER TYPE %s ADD VALUE %s%s",
                                ag_writing_qname(w, change->old), text, where);
    g_ptr_array_add(w->state->labels, label);
}

/* Labels are added before others are renamed, so that all statements speak of the old names: the
 * first ones may have to move to the front of the script. */
static void add_labels(AgWriting *w, const AgChange *change)
{
    const AgEnum *old = (const AgEnum *)change->old, *new = (const AgEnum *)change->new;
    for (guint i = 0; i < n_values(new); i++)
        if (old_name(old, new, value_at(new, i)->name) == NULL)
            add_label(w, change, i);
}

static void rename_labels(AgWriting *w, const AgChange *change)
{
    const AgEnum *old = (const AgEnum *)change->old, *new = (const AgEnum *)change->new;
    for (guint i = 0; i < n_values(old); i++) {
        const AgEnumValue *value = value_at(old, i);
        const char *name = new_name(old, new, value);
        if (name != NULL && !g_str_equal(name, value->name))
            ag_write(w, change, "ALTER TYPE %s RENAME VALUE %s TO %s",
                     ag_writing_qname(w, change->old), literal(w, value->name), literal(w, name));
    }
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgEnum *old = (const AgEnum *)change->old, *new = (const AgEnum *)change->new;
    AgFieldSet handled = 0;
    if (!ag_postgres_take(change, AG_ENUM_VALUES, &handled))
        return 0;
    bool loses = loses_values(old, new);
    if (!loses && keeps_order(old, new)) {
        add_labels(w, change);
        rename_labels(w, change);
    } else {
        rename_labels(w, change);
        ag_postgres_rebuild_enum(w, change, definition(w, new), loses);
    }
    return handled;
}

/* --- labels that the script uses itself --- */

/* Whether a statement after the given one has the text; comments on objects do not use labels. */
static bool is_used_after(AgWriting *w, const AgStatement *statement, const char *text)
{
    bool after = false;
    for (guint i = 0; i < w->script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(w->script->steps, i);
        for (guint k = 0; k < step->statements->len; k++) {
            const AgStatement *other = g_ptr_array_index(step->statements, k);
            if (after && strstr(other->sql, text) != NULL &&
                strstr(other->sql, " ADD VALUE ") == NULL &&
                !g_str_has_prefix(other->sql, "COMMENT ON "))
                return true;
            after = after || other == statement;
        }
    }
    return false;
}

/* The remark stays with what is left of the change. */
static void take_out(AgWriting *w, AgStatement *statement)
{
    for (guint i = 0; i < w->script->steps->len; i++) {
        AgStep *step = g_ptr_array_index(w->script->steps, i);
        guint at;
        if (!g_ptr_array_find(step->statements, statement, &at))
            continue;
        g_ptr_array_remove_index(step->statements, at);
        AgStatement *next =
            at < step->statements->len ? g_ptr_array_index(step->statements, at) : NULL;
        if (next != NULL && next->what == NULL)
            next->what = statement->what;
        if (step->statements->len == 0)
            g_ptr_array_remove_index(w->script->steps, i);
        return;
    }
}

static void put_in_front(AgWriting *w, const AgEnumLabel *label, guint at)
{
    take_out(w, label->statement);
    AgStep *step = ag_script_add_step(w->script, AG_STEP_NO_TRANSACTION);
    g_ptr_array_remove_index(w->script->steps, w->script->steps->len - 1);
    g_ptr_array_insert(w->script->steps, (gint)at, step);
    label->statement->sql = label->early_sql;
    label->statement->what = ag_change_text(w->pool, label->change);
    g_ptr_array_add(step->statements, label->statement);
}

/* A new label cannot be used in the transaction that adds it. Labels of one enum stay together,
 * because each is placed next to another. */
void ag_postgres_move_labels(AgWriting *w)
{
    const GPtrArray *labels = w->state->labels;
    g_autoptr(GHashTable) used = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < labels->len; i++) {
        const AgEnumLabel *label = g_ptr_array_index(labels, i);
        if (is_used_after(w, label->statement, label->literal))
            g_hash_table_add(used, ag_as_key(label->change));
    }
    guint at = 0;
    for (guint i = 0; i < labels->len; i++) {
        const AgEnumLabel *label = g_ptr_array_index(labels, i);
        if (g_hash_table_contains(used, label->change))
            put_in_front(w, label, at++);
    }
}

/* --- the rest --- */

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "TYPE");
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TYPE %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_enum_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
