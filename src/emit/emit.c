/* SPDX-License-Identifier: MIT */
#include "emit/emit.h"

#include "emit/postgres/postgres.h"
#include "emit/state.h"

static const AgKindWriter *writer_of(const AgWriting *w, const AgObject *object)
{
    switch (w->dialect->id) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_writer(object->info->kind);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_writer(object->info->kind);
    }
    g_assert_not_reached();
}

/* Comments, owners and privileges are the same for every kind. SQLite has none of them. */
static bool write_common(AgWriting *w, const AgChange *change, AgFieldSet fields)
{
    switch (w->dialect->id) {
    case AG_DIALECT_POSTGRESQL:
        return ((fields & AG_FIELD_COMMENT) == 0 || ag_postgres_comment(w, change)) &&
               ((fields & AG_FIELD_OWNER) == 0 || ag_postgres_owner(w, change)) &&
               ((fields & AG_FIELD_GRANTS) == 0 || ag_postgres_grants(w, change));
    case AG_DIALECT_SQLITE:
        return true;
    }
    g_assert_not_reached();
}

static bool describe_created(AgWriting *w, const AgChange *change)
{
    bool ok = ag_postgres_comment(w, change) &&
              ag_postgres_give(w, change, change->new, change->recreate) &&
              (change->new->grants == NULL || ag_postgres_grants(w, change));
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++)
        ok = describe_created(w, g_ptr_array_index(change->folded, i)) && ok;
    return ok;
}

/* What the statement that makes an object does not say. */
static bool finish_created(AgWriting *w, const AgChange *change)
{
    switch (w->dialect->id) {
    case AG_DIALECT_POSTGRESQL:
        if (!describe_created(w, change))
            return false;
        if (change->recreate)
            ag_postgres_give_back(w, change, change->new);
        return true;
    case AG_DIALECT_SQLITE:
        return true;
    }
    g_assert_not_reached();
}

static bool write_create(AgWriting *w, const AgKindWriter *writer, const AgChange *change)
{
    return writer->create(w, change) && finish_created(w, change);
}

static bool write_drop(AgWriting *w, const AgKindWriter *writer, const AgChange *change)
{
    switch (w->dialect->id) {
    case AG_DIALECT_POSTGRESQL:
        if (change->recreate)
            ag_postgres_keep_owner(w, change, change->old);
        break;
    case AG_DIALECT_SQLITE:
        break;
    }
    return writer->drop(w, change);
}

/* What cannot be altered and was not split when the changes were put in order, because only this
 * direction needs it. */
static bool write_recreate(AgWriting *w, const AgKindWriter *writer, const AgChange *change)
{
    AgChange *drop = ag_change_new(w->pool, AG_DROP, change->old, NULL);
    AgChange *create = ag_change_new(w->pool, AG_CREATE, NULL, change->new);
    drop->recreate = create->recreate = true;
    return write_drop(w, writer, drop) && write_create(w, writer, create);
}

/* A field that no writer deals with would be a change that silently never happens. */
static bool check_handled(AgWriting *w, const AgChange *change, AgFieldSet handled)
{
    const AgObject *object = change->new;
    AgFieldSet wrong = handled ^ (change->changed & ~AG_FIELD_COMMON);
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        if ((wrong & AG_FIELD_BIT(i)) != 0)
            ag_fail(w->diag, AG_PROBLEM_INTERNAL, object->place,
                    "%s: the writer of '%s' %s field '%s'", w->dialect->name, object->info->element,
                    (handled & AG_FIELD_BIT(i)) != 0 ? "claims the unchanged" : "passes over the",
                    object->info->fields[i].name);
    }
    return wrong == 0;
}

static bool write_alter(AgWriting *w, const AgKindWriter *writer, const AgChange *change)
{
    AgFieldSet fields = change->changed & ~AG_FIELD_COMMON;
    /* A table that is rebuilt for its parts has no changed field of its own. */
    if (fields == 0 && change->folded == NULL)
        return write_common(w, change, change->changed);
    switch (writer->strategy(change)) {
    case AG_RECREATE:
        return write_recreate(w, writer, change);
    case AG_IN_PLACE:
    case AG_REBUILD_TABLE:
    case AG_REFUSE: {
        guint errors = ag_diag_errors(w->diag);
        AgFieldSet handled = writer->alter(w, change);
        if (ag_diag_errors(w->diag) > errors)
            return false;
        return check_handled(w, change, handled) && write_common(w, change, change->changed);
    }
    }
    g_assert_not_reached();
}

static bool write_change(AgWriting *w, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    const AgKindWriter *writer = writer_of(w, object);
    if (writer == NULL)
        return ag_fail(w->diag, AG_PROBLEM_INTERNAL, object->place, "%s has no '%s'",
                       w->dialect->name, object->info->element);
    switch (change->verb) {
    case AG_CREATE:
        return write_create(w, writer, change);
    case AG_ALTER:
        return write_alter(w, writer, change);
    case AG_RENAME:
        if (!writer->rename(w, change))
            return false;
        ag_writing_renamed(w, change);
        return true;
    case AG_DROP:
        return write_drop(w, writer, change);
    }
    g_assert_not_reached();
}

static const GPtrArray *arrange(AgWriting *w, const GPtrArray *changes)
{
    switch (w->dialect->id) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_arrange(w, changes);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_fold_rebuilds(w->pool, w->from, w->to, changes);
    }
    g_assert_not_reached();
}

static bool finish(AgWriting *w)
{
    switch (w->dialect->id) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_finish(w);
    case AG_DIALECT_SQLITE:
        return true;
    }
    g_assert_not_reached();
}

static GHashTable *pointer_table(AgPool *pool)
{
    return ag_pool_table(pool, g_direct_hash, g_direct_equal);
}

AgScript *ag_emit(AgPool *pool, const AgSchema *from, const AgSchema *to, const GPtrArray *changes,
                  bool reversed, const AgEmitOptions *options, AgDiag *diag)
{
    AgEmitState state = {
        .sides = pointer_table(pool),
        .done = pointer_table(pool),
        .created = pointer_table(pool),
        .moves = ag_pool_array(pool),
        .late = ag_pool_array(pool),
        .labels = ag_pool_array(pool),
    };
    AgWriting w = {
        .pool = pool,
        .dialect = ag_dialect(to->dialect),
        .options = options,
        .from = from,
        .to = to,
        .script = ag_script_new(pool, to->dialect),
        .current = pointer_table(pool),
        .diag = diag,
        .state = &state,
    };
    ag_writing_begin(&w, changes, reversed);
    state.changes = changes;
    state.changes = arrange(&w, changes);
    bool ok = state.changes != NULL;
    for (guint i = 0; state.changes != NULL && i < state.changes->len; i++) {
        const AgChange *change = g_ptr_array_index(state.changes, i);
        ok = write_change(&w, change) && ok;
        g_hash_table_add(state.done, ag_as_key(change));
    }
    return ok && finish(&w) ? w.script : NULL;
}
