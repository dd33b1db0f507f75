/* SPDX-License-Identifier: MIT */
#include "model/sequence.h"

#include "emit/postgres/postgres.h"

#include <inttypes.h>

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* --- clauses --- */

static const char *type_of(AgWriting *w, const AgSequence *sequence)
{
    return sequence->type.written == NULL ? "bigint"
                                          : ag_postgres_type(w, &sequence->object, sequence->type);
}

static void put_number(GString *out, const char *clause, int64_t value)
{
    g_string_append_printf(out, "\n    %s %" PRId64, clause, value);
}

static void put_set(GString *out, const char *clause, int64_t value)
{
    if (value != AG_INT_UNSET)
        put_number(out, clause, value);
}

/* The owner column under its current name; the table is one of the sequence's side. */
static const char *owner_text(AgWriting *w, const AgSequence *sequence)
{
    AgColumnName owner = sequence->owned_by;
    const AgSchema *side = ag_writing_side(w, &sequence->object);
    const char *schema = owner.table.schema != NULL ? owner.table.schema : sequence->object.schema;
    const AgObject *table = ag_schema_find(side, AG_KIND_TABLE, schema, owner.table.name);
    if (table != NULL)
        return ag_pool_printf(w->pool, "%s.%s", ag_writing_qname(w, table),
                              ag_postgres_column(w, table, owner.column));
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, side, schema), owner.table.name);
    g_string_append_c(out, '.');
    ag_quote_name(w->dialect, out, owner.column);
    return ag_pool_text(w->pool, out->str);
}

/* Whether an ALTER further on gives the sequence its owner, because the table comes after it. */
static bool is_owned_later(AgWriting *w, const AgObject *sequence)
{
    const GPtrArray *changes = ag_writing_changes_of(w, sequence);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_ALTER && change->new == sequence &&
            (change->changed & AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY)) != 0)
            return true;
    }
    return false;
}

/* A sequence has the owner of the table that it belongs to. */
static const char *role_of(AgWriting *w, const AgSequence *sequence)
{
    const AgObject *object = &sequence->object;
    if (sequence->owned_by.column != NULL)
        object = ag_schema_find(ag_writing_side(w, object), AG_KIND_TABLE,
                                sequence->owned_by.table.schema, sequence->owned_by.table.name);
    return object == NULL ? NULL : ag_postgres_owner_of(w, object);
}

static void give_to(AgWriting *w, const AgChange *change, const char *role)
{
    const AgObject *object = change->old != NULL ? change->old : change->new;
    ag_write(w, change, "ALTER SEQUENCE %s OWNER TO %s", ag_writing_qname(w, object),
             ag_writing_name(w, role));
}

/* The owner of its table, when that is not the role that makes the sequence; NULL otherwise. */
static const char *first_role(AgWriting *w, const AgSequence *sequence)
{
    const char *runs = ag_postgres_role(w);
    const char *role = role_of(w, sequence);
    return role != NULL && runs != NULL && strcmp(role, runs) != 0 ? role : NULL;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgSequence *sequence = (const AgSequence *)change->new;
    g_autoptr(GString) out = g_string_new("CREATE SEQUENCE ");
    g_string_append(out, ag_writing_qname(w, change->new));
    if (sequence->type.written != NULL)
        g_string_append_printf(out, "\n    AS %s", type_of(w, sequence));
    put_set(out, "INCREMENT BY", sequence->increment);
    put_set(out, "MINVALUE", sequence->min);
    put_set(out, "MAXVALUE", sequence->max);
    put_set(out, "START WITH", sequence->start);
    put_set(out, "CACHE", sequence->cache);
    if (sequence->cycle)
        g_string_append(out, "\n    CYCLE");
    bool owned = sequence->owned_by.column != NULL && !is_owned_later(w, change->new);
    const char *role = owned ? first_role(w, sequence) : NULL;
    if (owned && role == NULL)
        g_string_append_printf(out, "\n    OWNED BY %s", owner_text(w, sequence));
    ag_write(w, change, "%s", out->str);
    if (role == NULL)
        return true;
    give_to(w, change, role);
    ag_write(w, change, "ALTER SEQUENCE %s OWNED BY %s", ag_writing_qname(w, change->new),
             owner_text(w, sequence));
    return true;
}

static AgNumbering said_by(const AgSequence *sequence)
{
    return (AgNumbering){.start = sequence->start,
                         .increment = sequence->increment,
                         .min = sequence->min,
                         .max = sequence->max};
}

/* With another type NO MINVALUE means the least number of the type where it was so before, also for
 * a sequence that counts up from now on; and NO MAXVALUE likewise (init_params in the server's
 * sequence.c). */
static void say_ends(AgNumberingChange *numbering, bool retyped)
{
    if (retyped && numbering->said.min == AG_INT_UNSET && numbering->after.min == 1)
        numbering->said.min = 1;
    if (retyped && numbering->said.max == AG_INT_UNSET && numbering->after.max == -1)
        numbering->said.max = -1;
}

/* A type's own bounds follow the type by themselves; bounds that are given may be those of the old
 * type by chance, and would follow too, so they are said again. */
static AgNumberingChange numbering_of(AgWriting *w, const AgChange *change, AgFieldSet *handled)
{
    const AgSequence *old = (const AgSequence *)change->old;
    const AgSequence *new = (const AgSequence *)change->new;
    bool retyped = (change->changed & AG_FIELD_BIT(AG_SEQUENCE_TYPE)) != 0;
    AgNumberingChange numbering = {.change = change,
                                   .before = ag_postgres_numbering(w, old->type, said_by(old)),
                                   .after = ag_postgres_numbering(w, new->type, said_by(new)),
                                   .said = said_by(new),
                                   .lead = "\n    ",
                                   .sequence = ag_writing_qname(w, change->old)};
    say_ends(&numbering, retyped);
    numbering.increment = ag_postgres_take(change, AG_SEQUENCE_INCREMENT, handled);
    numbering.min =
        ag_postgres_take(change, AG_SEQUENCE_MIN, handled) || (retyped && new->min != AG_INT_UNSET);
    numbering.max =
        ag_postgres_take(change, AG_SEQUENCE_MAX, handled) || (retyped && new->max != AG_INT_UNSET);
    numbering.start = ag_postgres_take(change, AG_SEQUENCE_START, handled);
    return numbering;
}

static AgFieldSet put_changes(AgWriting *w, GString *out, const AgChange *change,
                              const AgNumberingChange *numbering)
{
    const AgSequence *sequence = (const AgSequence *)change->new;
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_SEQUENCE_TYPE, &handled))
        g_string_append_printf(out, "\n    AS %s", type_of(w, sequence));
    ag_postgres_put_numbering(numbering, out);
    if (ag_postgres_take(change, AG_SEQUENCE_CACHE, &handled))
        put_number(out, "CACHE", sequence->cache == AG_INT_UNSET ? 1 : sequence->cache);
    if (ag_postgres_take(change, AG_SEQUENCE_CYCLE, &handled))
        g_string_append(out, sequence->cycle ? "\n    CYCLE" : "\n    NO CYCLE");
    if (ag_postgres_take(change, AG_SEQUENCE_OWNED_BY, &handled))
        g_string_append_printf(out, "\n    OWNED BY %s",
                               sequence->owned_by.column == NULL ? "NONE"
                                                                 : owner_text(w, sequence));
    return handled;
}

/* The role that gets the sequence while it belongs to no column, because no table can have that of
 * another one and none alters the owner of what it has; NULL: it keeps its own. */
static const char *next_role(AgWriting *w, const AgChange *change)
{
    const char *old = role_of(w, (const AgSequence *)change->old);
    const char *now = role_of(w, (const AgSequence *)change->new);
    bool moves = (change->changed & AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY)) != 0;
    bool said = (change->changed & AG_FIELD_OWNER) != 0 &&
                ((const AgSequence *)change->new)->owned_by.column == NULL;
    return moves && !said && now != NULL && g_strcmp0(old, now) != 0 ? now : NULL;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const char *role = next_role(w, change);
    bool owned = ((const AgSequence *)change->new)->owned_by.column != NULL;
    AgFieldSet handled = 0;
    AgNumberingChange numbering = numbering_of(w, change, &handled);
    g_autoptr(GString) out = g_string_new(NULL);
    handled |= put_changes(w, out, change, &numbering);
    if (handled == 0)
        return 0;
    if (role != NULL && owned && ((const AgSequence *)change->old)->owned_by.column != NULL)
        ag_write(w, change, "ALTER SEQUENCE %s OWNED BY NONE", ag_writing_qname(w, change->old));
    if (role != NULL && owned)
        give_to(w, change, role);
    ag_postgres_move_numbering(w, &numbering);
    ag_postgres_mark_numbering(w, &numbering,
                               ag_write(w, change, "ALTER SEQUENCE %s%s",
                                        ag_writing_qname(w, change->old), out->str));
    if (role != NULL && !owned)
        give_to(w, change, role);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "SEQUENCE");
}

/* A sequence goes with the column that owns it; whether that was dropped before it depends on what
 * else held the two together. */
static bool drop(AgWriting *w, const AgChange *change)
{
    const AgSequence *sequence = (const AgSequence *)change->old;
    const AgObject *table = NULL;
    if (sequence->owned_by.column != NULL)
        table = ag_schema_find(ag_writing_side(w, change->old), AG_KIND_TABLE,
                               sequence->owned_by.table.schema, sequence->owned_by.table.name);
    const AgObject *column =
        table == NULL ? NULL : ag_object_part(table, AG_KIND_COLUMN, sequence->owned_by.column);
    bool may_be_gone = column != NULL && ag_writing_drops(w, column);
    AgStatement *statement =
        ag_write(w, change, "DROP SEQUENCE %s%s", may_be_gone ? "IF EXISTS " : "",
                 ag_writing_qname(w, change->old));
    if (!change->recreate)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    return true;
}

const AgKindWriter ag_postgres_sequence_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
