/* SPDX-License-Identifier: MIT */
#include "model/index.h"

#include "emit/sqlite/sqlite.h"
#include "emit/state.h"

char *ag_sqlite_create_index(AgWriting *w, const AgIndex *index, const char *table)
{
    g_autoptr(GString) out = g_string_new(index->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    ag_quote_name(w->dialect, out, index->object.name);
    g_string_append_printf(out, " ON %s (", table);
    for (guint i = 0; i < index->parts->len; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        ag_sqlite_put_part(w, out, index->object.parent, g_ptr_array_index(index->parts, i));
    }
    g_string_append_c(out, ')');
    if (index->where.written != NULL)
        g_string_append_printf(out, " WHERE %s",
                               ag_sqlite_expression(w, index->object.parent, index->where.written));
    return ag_pool_text(w->pool, out->str);
}

/* What SQLite cannot alter is made anew by `alter`, which knows whether a rename does it already.
 */
static AgStrategy strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

static AgStatement *write_create(AgWriting *w, const AgChange *change)
{
    const AgIndex *index = (const AgIndex *)change->new;
    const char *sql = ag_sqlite_create_index(w, index, ag_writing_qname(w, change->new));
    return ag_write(w, change, "%s", sql);
}

static void write_drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP INDEX %s", ag_writing_name(w, change->old->name));
}

static bool create(AgWriting *w, const AgChange *change)
{
    AgStatement *statement = write_create(w, change);
    bool is_new = ag_writing_is_new(w, change->new);
    if (((const AgIndex *)change->new)->unique && !is_new)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
    if (change->recreate && !is_new)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REBUILDS_INDEX, change->new);
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    write_drop(w, change);
    return true;
}

/* SQLite has no statement that renames an index. */
static bool rename_index(AgWriting *w, const AgChange *change)
{
    write_drop(w, change);
    AgStatement *statement = write_create(w, change);
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REBUILDS_INDEX, change->new);
    return true;
}

/* A rename makes the index anew, and takes all that changes along. */
static bool is_renamed_too(const AgWriting *w, const AgChange *alter)
{
    const GPtrArray *changes = ag_writing_changes_of(w, alter->new);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_RENAME && change->old == alter->old && change->new == alter->new)
            return true;
    }
    return false;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    if (!is_renamed_too(w, change)) {
        AgChange *again = ag_change_new(w->pool, AG_CREATE, NULL, change->new);
        again->recreate = true;
        write_drop(w, change);
        create(w, again);
    }
    return change->changed & ~AG_FIELD_COMMON;
}

const AgKindWriter ag_sqlite_index = {
    .strategy = strategy,
    .create = create,
    .alter = alter,
    .rename = rename_index,
    .drop = drop,
};
