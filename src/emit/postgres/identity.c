/* SPDX-License-Identifier: MIT */
/* Numbering of columns that hold rows already: whatever hands out the numbers has to go on behind
 * the highest one. */
#include "emit/postgres/postgres.h"
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

/* --- options of an identity that stays --- */

static void put_option(GString *out, const char *clause, int64_t value, int64_t otherwise)
{
    if (value == AG_INT_UNSET)
        value = otherwise;
    if (value == AG_INT_UNSET)
        g_string_append_printf(out, " SET NO %s", clause);
    else
        g_string_append_printf(out, " SET %s %" PRId64, clause, value);
}

static int64_t first_value(const AgColumn *column)
{
    bool down = column->identity_increment != AG_INT_UNSET && column->identity_increment < 0;
    if (column->identity_start != AG_INT_UNSET)
        return column->identity_start;
    if (down)
        return column->identity_max != AG_INT_UNSET ? column->identity_max : -1;
    return column->identity_min != AG_INT_UNSET ? column->identity_min : 1;
}

static void alter_identity(AgWriting *w, const AgChange *change)
{
    const AgColumn *new = (const AgColumn *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    AgFieldSet seen = 0;
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY, &seen))
        g_string_append_printf(out, " SET GENERATED %s",
                               g_str_equal(new->identity, "always") ? "ALWAYS" : "BY DEFAULT");
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_INCREMENT, &seen))
        put_option(out, "INCREMENT BY", new->identity_increment, 1);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_MIN, &seen))
        put_option(out, "MINVALUE", new->identity_min, AG_INT_UNSET);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_MAX, &seen))
        put_option(out, "MAXVALUE", new->identity_max, AG_INT_UNSET);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_START, &seen))
        put_option(out, "START WITH", first_value(new), 1);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_CACHE, &seen))
        put_option(out, "CACHE", new->identity_cache, 1);
    if (ag_postgres_take(change, AG_COLUMN_IDENTITY_CYCLE, &seen))
        g_string_append(out, new->identity_cycle ? " SET CYCLE" : " SET NO CYCLE");
    if (out->len == 0)
        return;
    AgStatement *statement = ag_write(w, change, "%s%s", head(w, change), out->str);
    AgFieldSet bounds = AG_FIELD_BIT(AG_COLUMN_IDENTITY_MIN) | AG_FIELD_BIT(AG_COLUMN_IDENTITY_MAX);
    if ((seen & bounds) != 0)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, change->new);
}

void ag_postgres_add_identity(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    if (new->identity == NULL)
        return;
    if (old->identity != NULL) {
        alter_identity(w, change);
        return;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_identity(out, new);
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

/* "greatest(coalesce(max(id) + 1, 1), 1)": never before the first value either. */
static const char *next_number(AgWriting *w, const AgColumn *numbering, const char *column)
{
    int64_t start = first_value(numbering);
    bool down = numbering->identity_increment != AG_INT_UNSET && numbering->identity_increment < 0;
    return down ? ag_pool_printf(w->pool, "least(min(%s) - 1, %" PRId64 ")", column, start)
                : ag_pool_printf(w->pool, "greatest(max(%s) + 1, %" PRId64 ")", column, start);
}

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
    if (sequence == NULL)
        return;
    ag_write(w, change, "SELECT setval(%s, %s, false)\nFROM %s", sequence,
             next_number(w, new->identity != NULL ? new : old, ag_writing_name(w, name)), table);
}
