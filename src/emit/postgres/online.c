/* SPDX-License-Identifier: MIT */
/* What keeps a busy database usable: indexes built CONCURRENTLY, constraints added NOT VALID and
 * validated in a transaction of their own. */
#include "emit/postgres/postgres.h"
#include "model/foreign_key.h"
#include "model/index.h"

static bool is_partitioned(const AgObject *table)
{
    return table->info->kind == AG_KIND_TABLE &&
           ((const AgTable *)table)->partition_by.written != NULL;
}

/* --- constraints --- */

bool ag_postgres_add_validated(AgWriting *w, const AgChange *change, const char *definition,
                               bool not_valid)
{
    const char *table = ag_writing_qname(w, change->new);
    /* Of rows that are not here nothing is looked at. */
    bool is_new = ag_writing_is_new(w, change->new) || ag_table_is_foreign(change->new->parent);
    /* A partitioned table takes no foreign key that is not valid. */
    bool partitioned =
        is_partitioned(change->new->parent) && change->new->info->kind == AG_KIND_FOREIGN_KEY;
    bool in_two =
        !partitioned && !is_new && !not_valid && w->options->not_valid && !w->state->together;
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s\n    ADD %s%s", table, definition,
                                      not_valid || in_two ? " NOT VALID" : "");
    if (in_two) {
        g_ptr_array_add(w->state->late, ag_as_key(change));
    } else if (!is_new && !not_valid) {
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, change->new->parent);
    }
    return true;
}

bool ag_postgres_add_unchecked(AgWriting *w, const AgChange *change, const char *definition)
{
    ag_write(w, change, "ALTER TABLE %s\n    ADD %s", ag_writing_qname(w, change->new), definition);
    return true;
}

static const char *validation(AgWriting *w, const AgChange *change)
{
    return ag_pool_printf(w->pool, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                          ag_writing_qname(w, change->new),
                          ag_writing_name(w, ag_writing_current(w, change->new)->name));
}

/* Outside the transaction of the rest, which would hold its stronger lock throughout the scan. */
void ag_postgres_validate(AgWriting *w, const AgChange *change)
{
    AgStatement *statement = ag_write_alone(w, change, "%s", validation(w, change));
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
}

void ag_postgres_validate_now(AgWriting *w, const AgChange *change)
{
    AgStatement *statement = ag_write(w, change, "%s", validation(w, change));
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
}

/* --- indexes --- */

bool ag_postgres_is_concurrent(const AgWriting *w, const AgObject *object)
{
    const AgIndex *index = (const AgIndex *)object;
    /* The server has no such thing for partitioned tables. */
    if (is_partitioned(object->parent))
        return false;
    return (index->concurrently || w->options->concurrent_indexes) && !w->state->together &&
           !ag_writing_is_new(w, object);
}

/* A foreign key may stand on a unique index instead of a key: then their order matters. */
static bool may_carry_key(const GPtrArray *changes, const AgObject *index)
{
    if (!((const AgIndex *)index)->unique)
        return false;
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        const AgObject *object = ag_change_object(change);
        if (object->info->kind == AG_KIND_FOREIGN_KEY &&
            g_strcmp0(((const AgForeignKey *)object)->references.name, index->parent->name) == 0)
            return true;
    }
    return false;
}

static bool is_movable(const AgWriting *w, const GPtrArray *changes, const AgChange *change,
                       AgVerb verb)
{
    const AgObject *object = ag_change_object(change);
    return change->verb == verb && object->info->kind == AG_KIND_INDEX &&
           ag_postgres_is_concurrent(w, object) && !may_carry_key(changes, object);
}

/* An index is gone before anything it needs changes, and comes when all it needs is there. So it
 * can go first and come last, and what is between is one transaction. */
const GPtrArray *ag_postgres_arrange(AgWriting *w, const GPtrArray *changes)
{
    GPtrArray *arranged = ag_pool_array(w->pool);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (is_movable(w, changes, change, AG_DROP))
            g_ptr_array_add(arranged, ag_as_key(change));
    }
    ag_postgres_untie(w, changes, arranged);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (!is_movable(w, changes, change, AG_DROP) && !is_movable(w, changes, change, AG_CREATE))
            g_ptr_array_add(arranged, ag_as_key(change));
    }
    ag_postgres_tie(w, changes, arranged);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (is_movable(w, changes, change, AG_CREATE))
            g_ptr_array_add(arranged, ag_as_key(change));
    }
    return arranged;
}
