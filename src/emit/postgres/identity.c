/* SPDX-License-Identifier: MIT */
/* Numbering of columns that hold rows already: whatever hands out the numbers has to go on behind
 * the highest one. */
#include "emit/postgres/postgres.h"
#include "model/sequence.h"
#include "sql/lexer.h"

#include <inttypes.h>
#include <string.h>

static const char *head(AgWriting *w, const AgChange *change)
{
    return ag_pool_printf(w->pool, "ALTER TABLE %s ALTER COLUMN %s",
                          ag_writing_qname(w, change->old),
                          ag_writing_name(w, ag_writing_current(w, change->old)->name));
}

void ag_postgres_drop_identity(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    if (old->identity != NULL && new->identity == NULL)
        ag_write(w, change, "%s DROP IDENTITY", head(w, change));
}

/* --- the sequence behind the column --- */

/* A serial column's old sequence may still hang on the column, where pg_get_serial_sequence would
 * find it instead of the new one: the identity's own is the one of internal dependency. */
static const char *identity_sequence(AgWriting *w, const char *table, const char *column_name,
                                     bool was_serial)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!was_serial) {
        g_string_append(out, "pg_get_serial_sequence(");
        ag_quote_text(out, table);
        g_string_append(out, ", ");
        ag_quote_text(out, column_name);
        g_string_append_c(out, ')');
        return ag_pool_text(w->pool, out->str);
    }
    g_string_append(out, "(\n        SELECT d.objid::regclass\n"
                         "        FROM pg_depend AS d\n"
                         "        JOIN pg_attribute AS a\n"
                         "            ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid\n"
                         "        WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i'\n"
                         "            AND a.attrelid = ");
    ag_quote_text(out, table);
    g_string_append(out, "::regclass AND a.attname = ");
    ag_quote_text(out, column_name);
    g_string_append(out, "\n    )");
    return ag_pool_text(w->pool, out->str);
}

/* --- options of an identity that stays --- */

static AgNumbering said_by(const AgColumn *column)
{
    return (AgNumbering){.start = column->identity_start,
                         .increment = column->identity_increment,
                         .min = column->identity_min,
                         .max = column->identity_max};
}

/* Its sequence takes the column's type; so both sides are told in the type that is in force. */
static AgNumberingChange numbering_of(AgWriting *w, const AgChange *change, AgSql type)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    AgFieldSet seen = 0;
    return (AgNumberingChange){.change = change,
                               .before = ag_postgres_numbering(w, type, said_by(old)),
                               .after = ag_postgres_numbering(w, type, said_by(new)),
                               .said = said_by(new),
                               .start = ag_postgres_take(change, AG_COLUMN_IDENTITY_START, &seen),
                               .increment =
                                   ag_postgres_take(change, AG_COLUMN_IDENTITY_INCREMENT, &seen),
                               .min = ag_postgres_take(change, AG_COLUMN_IDENTITY_MIN, &seen),
                               .max = ag_postgres_take(change, AG_COLUMN_IDENTITY_MAX, &seen),
                               .lead = " SET ",
                               .behind = identity_sequence(w, ag_writing_qname(w, change->old),
                                                           ag_writing_current(w, change->old)->name,
                                                           false)};
}

static void alter_identity(AgWriting *w, const AgChange *change, AgSql type)
{
    const AgColumn *new = (const AgColumn *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    AgFieldSet seen = 0;
    AgNumberingChange numbering = numbering_of(w, change, type);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY, &seen))
        g_string_append_printf(out, " SET GENERATED %s",
                               g_str_equal(new->identity, "always") ? "ALWAYS" : "BY DEFAULT");
    ag_postgres_put_numbering(&numbering, out);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_CACHE, &seen))
        g_string_append_printf(out, " SET CACHE %" PRId64,
                               new->identity_cache == AG_INT_UNSET ? 1 : new->identity_cache);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_CYCLE, &seen))
        g_string_append(out, new->identity_cycle ? " SET CYCLE" : " SET NO CYCLE");
    if (out->len == 0)
        return;
    ag_postgres_move_numbering(w, &numbering);
    ag_postgres_mark_numbering(w, &numbering,
                               ag_write(w, change, "%s%s", head(w, change), out->str));
}

/* Bounds beyond a narrower type have to go before the type changes. */
static bool is_altered_early(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    if (old->identity == NULL || new->identity == NULL ||
        (change->changed & AG_FIELD_BIT(AG_COLUMN_TYPE)) == 0)
        return false;
    AgNumbering nothing = {AG_INT_UNSET, AG_INT_UNSET, AG_INT_UNSET, AG_INT_UNSET};
    return ag_postgres_numbering(w, new->type, nothing).max <
           ag_postgres_numbering(w, old->type, nothing).max;
}

void ag_postgres_prepare_identity(AgWriting *w, const AgChange *change)
{
    if (is_altered_early(w, change))
        alter_identity(w, change, ((const AgColumn *)change->old)->type);
}

static void rename_sequence(AgWriting *w, const AgChange *change)
{
    AgFieldSet seen = 0;
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    if (!ag_postgres_take(change, AG_COLUMN_IDENTITY_SEQUENCE, &seen))
        return;
    g_autoptr(GString) name = g_string_new(NULL);
    ag_quote_qname(w->dialect, name, ag_writing_current(w, change->old->parent)->schema,
                   ag_column_sequence(w->pool, old));
    ag_write(w, change, "ALTER SEQUENCE %s RENAME TO %s", name->str,
             ag_writing_name(w, ag_column_sequence(w->pool, new)));
}

void ag_postgres_add_identity(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    if (new->identity == NULL)
        return;
    if (old->identity != NULL) {
        if (!is_altered_early(w, change))
            alter_identity(w, change, new->type);
        rename_sequence(w, change);
        return;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_identity(w, out, new);
    ag_write(w, change, "%s ADD %s", head(w, change), out->str);
}

/* --- going on behind the highest number --- */

/* The text between the quotes of nextval('...') with them, or NULL. */
static const char *sequence_literal(AgWriting *w, AgSql sql)
{
    if (sql.written == NULL)
        return NULL;
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, sql.written, strlen(sql.written));
    AgToken token = ag_lexer_next_solid(&lexer);
    if (ag_token_is(token, "pg_catalog")) {
        ag_lexer_next_solid(&lexer);
        token = ag_lexer_next_solid(&lexer);
    }
    if (!ag_token_is(token, "nextval") || !ag_token_is(ag_lexer_next_solid(&lexer), "("))
        return NULL;
    token = ag_lexer_next_solid(&lexer);
    return token.type == AG_TOKEN_STRING ? ag_pool_text_n(w->pool, token.text, token.length) : NULL;
}

/* "greatest(max(id) + 1, 1)": never before the first value either. */
static const char *next_number(AgWriting *w, const AgColumn *numbering, const char *column)
{
    AgNumbering full = ag_postgres_numbering(w, numbering->type, said_by(numbering));
    return full.increment < 0
               ? ag_pool_printf(w->pool, "least(min(%s) - 1, %" PRId64 ")", column, full.start)
               : ag_pool_printf(w->pool, "greatest(max(%s) + 1, %" PRId64 ")", column, full.start);
}

/* Others may use the sequence as well: it moves only where it is behind, and counts its own way. */
static void move_sequence(AgWriting *w, const AgChange *change, const AgSequence *sequence)
{
    const char *column = ag_writing_name(w, ag_writing_current(w, change->old)->name);
    const char *name = ag_writing_qname(w, &sequence->object);
    bool down = sequence->increment != AG_INT_UNSET && sequence->increment < 0;
    g_autoptr(GString) text = g_string_new(NULL);
    ag_quote_text(text, name);
    ag_write(w, change,
             "SELECT setval(%s, %s(%s) %c 1, false)\nFROM %s\n"
             "HAVING %s(%s) %s (SELECT last_value FROM %s)",
             text->str, down ? "min" : "max", column, down ? '-' : '+',
             ag_writing_qname(w, change->old), down ? "min" : "max", column,
             down ? "<=" : ">=", name);
}

void ag_postgres_continue_sequence(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    const char *sequence = NULL;
    const char *table = ag_writing_qname(w, change->old);
    const char *name = ag_writing_current(w, change->old)->name;
    if (old->identity == NULL && new->identity != NULL)
        sequence = identity_sequence(w, table, name, sequence_literal(w, old->default_sql) != NULL);
    else if (old->identity != NULL && new->identity == NULL)
        sequence = sequence_literal(w, new->default_sql);
    const AgObject *known =
        sequence == NULL || new->identity != NULL
            ? NULL
            : ag_postgres_sequence_of(w, change->new, sequence, strlen(sequence));
    if (known != NULL)
        move_sequence(w, change, (const AgSequence *)known);
    else if (sequence != NULL)
        ag_write(w, change, "SELECT setval(%s, %s, false)\nFROM %s", sequence,
                 next_number(w, new->identity != NULL ? new : old, ag_writing_name(w, name)),
                 table);
}
