/* SPDX-License-Identifier: MIT */
#include "model/column.h"

#include <string.h>

#include "introspect/sqlite/create_text.h"
#include "sql/tokens.h"

/* --- the type --- */

/* Words with which the type ends. All others may be part of it: `TEXT KEY` is a type. */
static bool ends_type(const AgCreateText *create)
{
    static const char *const words[] = {"CONSTRAINT", "PRIMARY", "NOT",        "NULL",
                                        "UNIQUE",     "CHECK",   "DEFAULT",    "COLLATE",
                                        "REFERENCES", "AS",      "DEFERRABLE", "ON"};
    AgToken token = ag_create_peek(create, 0);
    if (token.type != AG_TOKEN_WORD)
        return token.type != AG_TOKEN_QUOTED && token.type != AG_TOKEN_STRING;
    if (strchr("ACDGNOPRU", g_ascii_toupper(token.text[0])) == NULL)
        return false; /* as most words of types */
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (ag_token_is(token, words[i]))
            return true;
    }
    return ag_token_is(token, "GENERATED") && ag_token_is(ag_create_peek(create, 1), "ALWAYS");
}

/* As written, or token by token where comments or line ends stand in it. */
static const char *type_text(const AgCreateText *create, guint from, guint end)
{
    const char *span = ag_create_span(create, from, end);
    if (strpbrk(span, "\n\r\t") == NULL && strstr(span, "--") == NULL && strstr(span, "/*") == NULL)
        return span;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = from; i < end; i++) {
        AgToken token = create->tokens[i];
        bool word = token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
        if (i > from && word)
            g_string_append_c(out, ' ');
        g_string_append_len(out, token.text, (gssize)token.length);
    }
    return ag_pool_text(create->pool, out->str);
}

static bool read_type(AgCreateText *create, AgColumn *column)
{
    guint from = create->at;
    while (!ends_type(create))
        create->at++;
    if (create->at == from)
        return true;
    if (ag_create_is(create, "(") && ag_create_parentheses(create) == NULL)
        return false;
    column->type.written = type_text(create, from, create->at);
    return true;
}

/* --- DEFAULT --- */

static bool is_value_word(AgToken token)
{
    static const char *const words[] = {"NULL",         "TRUE",         "FALSE",
                                        "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (ag_token_is(token, words[i]))
            return true;
    }
    return false;
}

static bool read_default(AgCreateText *create, AgColumn *column)
{
    if (ag_create_is(create, "(")) {
        column->default_sql.written = ag_create_parentheses(create);
        return column->default_sql.written != NULL;
    }
    const char *sign = ag_create_accept(create, "-")   ? "-"
                       : ag_create_accept(create, "+") ? "+"
                                                       : "";
    AgToken token = ag_create_peek(create, 0);
    bool value =
        token.type == AG_TOKEN_NUMBER || token.type == AG_TOKEN_STRING || is_value_word(token);
    if (!value && token.type != AG_TOKEN_WORD && token.type != AG_TOKEN_QUOTED)
        return false;
    create->at++;
    if (value)
        column->default_sql.written =
            ag_pool_printf(create->pool, "%s%.*s", sign, (int)token.length, token.text);
    else /* DEFAULT now, DEFAULT "now": the text 'now' */
        column->default_sql.written =
            ag_sql_literal(create->pool, ag_create_token_name(create, token));
    return value || sign[0] == '\0';
}

/* --- GENERATED --- */

static bool read_generated(AgCreateText *create, AgColumn *column)
{
    column->generated.written = ag_create_parentheses(create);
    if (column->generated.written == NULL)
        return false;
    column->generated_kind = "virtual";
    if (ag_create_accept(create, "STORED"))
        column->generated_kind = "stored";
    else
        ag_create_accept(create, "VIRTUAL");
    return true;
}

/* --- constraints --- */

typedef enum { CLAUSE_READ, CLAUSE_NONE, CLAUSE_BAD } Clause;

static Clause outcome(bool read)
{
    return read ? CLAUSE_READ : CLAUSE_BAD;
}

static Clause read_own_clause(AgCreateText *create, AgColumn *column)
{
    const char *unused = NULL;
    if (ag_create_accept_two(create, "NOT", "NULL")) {
        column->null = false;
        return outcome(ag_create_conflict(create, &column->null_conflict));
    }
    if (ag_create_accept(create, "NULL"))
        return outcome(ag_create_conflict(create, &unused));
    if (ag_create_accept(create, "DEFAULT"))
        return outcome(read_default(create, column));
    if (ag_create_accept(create, "COLLATE")) {
        column->collation.name = ag_create_name(create);
        return outcome(column->collation.name != NULL);
    }
    if (ag_create_accept_two(create, "GENERATED", "ALWAYS"))
        return CLAUSE_READ; /* AS follows; without it SQLite takes the words for nothing */
    if (ag_create_accept(create, "AS"))
        return outcome(read_generated(create, column));
    return CLAUSE_NONE;
}

static Clause read_clause(AgCreateText *create, AgTable *table, AgColumn *column)
{
    if (ag_create_peek(create, 0).type != AG_TOKEN_WORD)
        return CLAUSE_NONE;
    if (ag_create_accept(create, "CONSTRAINT")) {
        create->constraint_name = ag_create_name(create);
        return outcome(create->constraint_name != NULL);
    }
    if (ag_create_is(create, "PRIMARY"))
        return outcome(ag_create_read_primary_key(create, table, &column->object));
    if (ag_create_is(create, "UNIQUE"))
        return outcome(ag_create_read_unique(create, table, &column->object));
    if (ag_create_is(create, "CHECK"))
        return outcome(ag_create_read_check(create, table, true));
    if (ag_create_is(create, "REFERENCES"))
        return outcome(ag_create_read_foreign_key(create, table, &column->object));
    if (ag_create_is(create, "DEFERRABLE") ||
        (ag_create_is(create, "NOT") && ag_token_is(ag_create_peek(create, 1), "DEFERRABLE")))
        return outcome(ag_create_read_deferrable(create, table));
    Clause clause = read_own_clause(create, column);
    if (clause == CLAUSE_READ)
        create->constraint_name = NULL;
    return clause;
}

bool ag_create_read_column(AgCreateText *create, AgTable *table)
{
    const char *name = ag_create_name(create);
    if (name == NULL)
        return false;
    AgColumn *column =
        (AgColumn *)ag_object_new(create->pool, &ag_kind_column, &table->object, NULL, name);
    column->null = true;
    create->constraint_name = NULL;
    if (!read_type(create, column))
        return false;
    Clause clause;
    do
        clause = read_clause(create, table, column);
    while (clause == CLAUSE_READ);
    return clause == CLAUSE_NONE;
}
