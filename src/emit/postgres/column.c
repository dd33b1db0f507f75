/* SPDX-License-Identifier: MIT */
#include "model/column.h"

#include "emit/postgres/postgres.h"
#include "sql/lexer.h"

#include <inttypes.h>
#include <string.h>

/* A column is made anew only when it becomes a generated one or its expression changes: the server
 * has no ALTER for that before version 17, and its values are computed anyway. */
static AgStrategy choose_strategy(const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    AgFieldSet generated =
        AG_FIELD_BIT(AG_COLUMN_GENERATED) | AG_FIELD_BIT(AG_COLUMN_GENERATED_KIND);
    if ((change->changed & generated) == 0)
        return AG_IN_PLACE;
    bool stored = g_strcmp0(old->generated_kind, "virtual") != 0;
    bool becomes_plain = old->generated.written != NULL && new->generated.written == NULL;
    if (becomes_plain && stored)
        return AG_IN_PLACE;
    /* The word alone says nothing about a column that is not generated. */
    bool is_plain = old->generated.written == NULL && new->generated.written == NULL;
    return is_plain ? AG_IN_PLACE : AG_RECREATE;
}

/* --- texts --- */

/* Words that DEFAULT of a column definition reads as the end of the expression or does not know
 * (b_expr of the grammar). */
static bool needs_parentheses(const char *text)
{
    static const char *const words[] = {"and",     "or",       "not",   "is",      "in",
                                        "between", "like",     "ilike", "at",      "similar",
                                        "any",     "some",     "all",   "collate", "isnull",
                                        "notnull", "overlaps", "escape"};
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    int depth = 0;
    for (AgToken token = ag_lexer_next_solid(&lexer); token.type != AG_TOKEN_END;
         token = ag_lexer_next_solid(&lexer)) {
        if (ag_token_is(token, "(") || ag_token_is(token, "["))
            depth++;
        else if (ag_token_is(token, ")") || ag_token_is(token, "]"))
            depth--;
        for (size_t i = 0; depth == 0 && i < G_N_ELEMENTS(words); i++)
            if (ag_token_is(token, words[i]))
                return true;
    }
    return false;
}

const char *ag_postgres_default(AgWriting *w, const AgObject *object, AgSql sql)
{
    const char *text = ag_postgres_expression(w, object, sql);
    return needs_parentheses(text) ? ag_pool_printf(w->pool, "(%s)", text) : text;
}

static void put_sequence_name(AgWriting *w, GString *out, const AgColumn *column)
{
    const AgObject *table = column->object.parent;
    if (ag_column_has_usual_sequence(column))
        return;
    g_string_append(out, "SEQUENCE NAME ");
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, ag_writing_side(w, table), table->schema),
                   column->identity_sequence);
}

static void put_identity_option(GString *out, const char *clause, int64_t value)
{
    if (value != AG_INT_UNSET)
        g_string_append_printf(out, "%s%s %" PRId64, out->len > 0 ? " " : "", clause, value);
}

static void put_identity_options(GString *options, const AgColumn *column)
{
    put_identity_option(options, "START WITH", column->identity_start);
    put_identity_option(options, "INCREMENT BY", column->identity_increment);
    put_identity_option(options, "MINVALUE", column->identity_min);
    put_identity_option(options, "MAXVALUE", column->identity_max);
    put_identity_option(options, "CACHE", column->identity_cache);
    if (column->identity_cycle)
        g_string_append(options, options->len > 0 ? " CYCLE" : "CYCLE");
}

void ag_postgres_put_identity(AgWriting *w, GString *out, const AgColumn *column)
{
    g_autoptr(GString) options = g_string_new(NULL);
    put_sequence_name(w, options, column);
    put_identity_options(options, column);
    g_string_append_printf(out, "GENERATED %s AS IDENTITY",
                           g_str_equal(column->identity, "always") ? "ALWAYS" : "BY DEFAULT");
    if (options->len > 0)
        g_string_append_printf(out, " (%s)", options->str);
}

/* The kind is always written out: the server's default is STORED up to 17, VIRTUAL from 18 on. */
static bool put_generated(AgWriting *w, GString *out, const AgColumn *column)
{
    bool is_virtual = g_strcmp0(column->generated_kind, "virtual") == 0;
    if (is_virtual && !ag_postgres_needs(w, &column->object, 180000, "a virtual generated column"))
        return false;
    g_string_append_printf(out, " GENERATED ALWAYS AS %s %s",
                           ag_postgres_wrapped(w, &column->object, column->generated),
                           is_virtual ? "VIRTUAL" : "STORED");
    return true;
}

bool ag_postgres_put_column(AgWriting *w, GString *out, const AgColumn *column)
{
    const AgObject *object = &column->object;
    ag_quote_name(w->dialect, out, object->name);
    g_string_append_printf(out, " %s", ag_postgres_type(w, object, column->type));
    ag_postgres_put_foreign_options(w, out, " ", column->options);
    ag_postgres_put_collation(w, out, object, column->collation);
    if (!ag_postgres_put_not_null(w, out, column))
        return false;
    if (column->default_sql.written != NULL)
        g_string_append_printf(out, " DEFAULT %s",
                               ag_postgres_default(w, object, column->default_sql));
    if (column->identity != NULL) {
        g_string_append_c(out, ' ');
        ag_postgres_put_identity(w, out, column);
    }
    return column->generated.written == NULL || put_generated(w, out, column);
}

/* --- verbs --- */

static void mark_create(AgWriting *w, AgStatement *statement, const AgColumn *column)
{
    bool stored =
        column->generated.written != NULL && g_strcmp0(column->generated_kind, "virtual") != 0;
    bool filled = column->default_sql.written != NULL || column->identity != NULL ||
                  column->generated.written != NULL;
    if (stored || column->identity != NULL || ag_postgres_is_volatile(w->pool, column->default_sql))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REWRITES_TABLE, column->object.parent);
    if (!column->null && !column->not_null_not_valid && !filled)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, &column->object);
}

/* The server adds no identity column to a table that has children; so the rows of all of them are
 * numbered by another sequence, behind which the column's own goes on. */
static bool create_above_children(AgWriting *w, const AgChange *change)
{
    static const char numbers[] = "pg_temp.__ag_numbers";
    const AgColumn *column = (const AgColumn *)change->new;
    const char *table = ag_writing_qname(w, change->new), *type;
    const char *name = ag_writing_name(w, column->object.name);
    g_autoptr(GString) options = g_string_new(NULL);
    g_autoptr(GString) identity = g_string_new(NULL);
    g_autoptr(GString) literals = g_string_new(NULL);
    AgColumn plain = *column;
    plain.identity = NULL;
    put_identity_options(options, column);
    type = ag_postgres_type(w, &column->object, column->type);
    ag_write(w, change, "CREATE TEMPORARY SEQUENCE %s AS %s%s%s", strchr(numbers, '.') + 1, type,
             options->len > 0 ? " " : "", options->str);
    g_autoptr(GString) definition = g_string_new(NULL);
    if (!ag_postgres_put_column(w, definition, &plain))
        return false;
    mark_create(w,
                ag_write(w, change, "ALTER TABLE %s ADD COLUMN %s DEFAULT nextval('%s')", table,
                         definition->str, numbers),
                column);
    ag_write(w, change, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name);
    ag_postgres_put_identity(w, identity, column);
    ag_write(w, change, "ALTER TABLE %s ALTER COLUMN %s ADD %s", table, name, identity->str);
    ag_quote_text(literals, table);
    g_string_append(literals, ", ");
    ag_quote_text(literals, column->object.name);
    ag_write(w, change, "SELECT setval(pg_get_serial_sequence(%s), nextval('%s'), false)",
             literals->str, numbers);
    ag_write(w, change, "DROP SEQUENCE %s", numbers);
    return ag_postgres_create_column_rest(w, change);
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgColumn *column = (const AgColumn *)change->new;
    if (change->own_only)
        return ag_postgres_set_own(w, column, ag_postgres_has_children(w, change->new->parent));
    if (column->identity != NULL && ag_postgres_has_children(w, change->new->parent))
        return create_above_children(w, change);
    g_autoptr(GString) out = g_string_new(NULL);
    if (!ag_postgres_put_column(w, out, column))
        return false;
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s ADD COLUMN %s",
                                      ag_writing_qname(w, change->new), out->str);
    if (!ag_writing_is_new(w, change->new) && !ag_table_is_foreign(change->new->parent))
        mark_create(w, statement, column);
    return ag_postgres_create_column_rest(w, change);
}

static bool move(AgWriting *w, const AgChange *change)
{
    if (!change->own_only && !g_str_equal(change->old->name, change->new->name))
        ag_write(w, change, "ALTER TABLE %s RENAME COLUMN %s TO %s",
                 ag_writing_qname(w, change->old), ag_writing_name(w, change->old->name),
                 ag_writing_name(w, change->new->name));
    return true;
}

/* Whether the column comes back in this script as one that holds what it is given. */
static bool comes_back_plain(AgWriting *w, const AgObject *column)
{
    const AgObject *table = ag_writing_current(w, column->parent);
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        const AgObject *new = change->new;
        if (change->verb == AG_CREATE && new->info->kind == AG_KIND_COLUMN &&
            g_str_equal(new->name, column->name) &&
            g_str_equal(ag_writing_current(w, new->parent)->name, table->name) &&
            g_strcmp0(ag_writing_current(w, new->parent)->schema, table->schema) == 0 &&
            ((const AgColumn *)new)->generated.written == NULL)
            return true;
    }
    return false;
}

/* Computed values come back by themselves; others are lost even when the column is made anew. */
static bool drop(AgWriting *w, const AgChange *change)
{
    const AgColumn *column = (const AgColumn *)change->old;
    if (change->own_only)
        return true;
    bool outlived = ag_postgres_outlived(w, change->old);
    AgStatement *statement = ag_write(w, change, "ALTER TABLE %s%s DROP COLUMN %s",
                                      outlived ? "ONLY " : "", ag_writing_qname(w, change->old),
                                      ag_writing_name(w, ag_writing_current(w, change->old)->name));
    if (!ag_table_is_foreign(change->old->parent) &&
        (column->generated.written == NULL || comes_back_plain(w, change->old)))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    if (outlived)
        ag_postgres_drop_others(w, change);
    return true;
}

const AgKindWriter ag_postgres_column_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = ag_postgres_alter_column,
    .rename = move,
    .drop = drop,
};
