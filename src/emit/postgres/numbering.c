/* SPDX-License-Identifier: MIT */
/* Bounds of sequences and identity columns. The server keeps bounds and first value as numbers, and
 * refuses new bounds that leave out the number it has come to. */
#include "emit/postgres/postgres.h"

#include <inttypes.h>
#include <string.h>

AgNumbering ag_postgres_numbering(AgWriting *w, AgSql type, AgNumbering said)
{
    const char *name =
        type.written == NULL ? NULL : w->dialect->canonical_type(w->pool, type.written);
    bool small = g_strcmp0(name, "smallint") == 0, middle = g_strcmp0(name, "integer") == 0;
    int64_t low = small ? INT16_MIN : middle ? INT32_MIN : INT64_MIN;
    int64_t high = small ? INT16_MAX : middle ? INT32_MAX : INT64_MAX;
    AgNumbering full = said;
    if (full.increment == AG_INT_UNSET)
        full.increment = 1;
    bool down = full.increment < 0;
    if (full.min == AG_INT_UNSET)
        full.min = down ? low : 1;
    if (full.max == AG_INT_UNSET)
        full.max = down ? -1 : high;
    if (full.start == AG_INT_UNSET)
        full.start = down ? full.max : full.min;
    return full;
}

/* Bounds that have no number in common: whatever the sequence has come to, it begins anew. */
static bool is_elsewhere(const AgNumberingChange *change)
{
    return change->after.min > change->before.max || change->after.max < change->before.min;
}

static void put_number(const AgNumberingChange *change, GString *out, const char *clause,
                       int64_t value)
{
    g_string_append_printf(out, "%s%s %" PRId64, change->lead, clause, value);
}

static void put_bound(const AgNumberingChange *change, GString *out, const char *clause,
                      int64_t value)
{
    if (value == AG_INT_UNSET)
        g_string_append_printf(out, "%sNO %s", change->lead, clause);
    else
        put_number(change, out, clause, value);
}

/* What follows from another field, like the first value from the bounds, is said as well: the
 * server would leave it as it is. */
void ag_postgres_put_numbering(const AgNumberingChange *change, GString *out)
{
    const AgNumbering *before = &change->before, *after = &change->after;
    if (change->increment || before->increment != after->increment)
        put_number(change, out, "INCREMENT BY", after->increment);
    if (change->min || before->min != after->min)
        put_bound(change, out, "MINVALUE", change->said.min);
    if (change->max || before->max != after->max)
        put_bound(change, out, "MAXVALUE", change->said.max);
    if (change->start || before->start != after->start)
        put_number(change, out, "START WITH", after->start);
    if (is_elsewhere(change))
        g_string_append_printf(out, "%sRESTART WITH %" PRId64,
                               strcmp(change->lead, " SET ") == 0 ? " " : change->lead,
                               after->start);
}

/* A sequence of its own is read as the table it is; the one behind a column is looked up first. */
static const char *move_text(AgWriting *w, const AgNumberingChange *change, int64_t value,
                             const char *beyond, bool used_up)
{
    const char *used = used_up ? "true" : "false";
    if (change->sequence != NULL) {
        g_autoptr(GString) name = g_string_new(NULL);
        ag_quote_text(name, change->sequence);
        return ag_pool_printf(w->pool,
                              "SELECT setval(%s, %" PRId64 ", %s)\nFROM %s\n"
                              "WHERE last_value %s %" PRId64,
                              name->str, value, used, change->sequence, beyond, value);
    }
    g_autoptr(GString) tag = g_string_new("$$");
    while (strstr(change->behind, tag->str) != NULL)
        g_string_insert_c(tag, 1, 'a');
    return ag_pool_printf(w->pool,
                          "DO %s\nDECLARE\n    name text := %s;\nBEGIN\n    EXECUTE format(\n"
                          "        'SELECT setval(%%L, %" PRId64 ", %s) FROM %%s"
                          " WHERE last_value %s %" PRId64 "', name, name);\nEND\n%s",
                          tag->str, change->behind, value, used, beyond, value, tag->str);
}

/* Numbers that were handed out are not handed out again: behind its last bound a sequence is used
 * up. Written while the old bounds are in force, which hold the value unless all is elsewhere. */
void ag_postgres_move_numbering(AgWriting *w, const AgNumberingChange *change)
{
    const AgNumbering *before = &change->before, *after = &change->after;
    bool down = after->increment < 0;
    AgStatement *statement = NULL;
    if (is_elsewhere(change))
        return;
    if (after->min > before->min) {
        statement = ag_write(w, change->change, "%s", move_text(w, change, after->min, "<", down));
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, change->change->new);
    }
    if (after->max < before->max) {
        statement = ag_write(w, change->change, "%s", move_text(w, change, after->max, ">", !down));
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, change->change->new);
    }
}

void ag_postgres_mark_numbering(AgWriting *w, const AgNumberingChange *change,
                                AgStatement *statement)
{
    if (is_elsewhere(change))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_CHANGES_DATA, change->change->new);
}
