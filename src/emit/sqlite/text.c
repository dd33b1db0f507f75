/* SPDX-License-Identifier: MIT */
#include "emit/sqlite/sqlite.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

static bool has_renamed_column(const AgWriting *w, const AgObject *table)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN &&
            !ag_name_same(ag_sqlite_current(w, part)->name, part->name, true))
            return true;
    }
    return false;
}

/* The column that a name means, unless it is a function or stands behind a dot. */
static const AgObject *column_of(const AgWriting *w, const AgObject *table, AgToken token,
                                 AgToken before, AgToken next)
{
    if ((token.type != AG_TOKEN_WORD && token.type != AG_TOKEN_QUOTED) ||
        ag_token_is(before, ".") || ag_token_is(next, "(") || ag_token_is(next, "."))
        return NULL;
    const char *name = ag_sql_token_name(w->pool, AG_DIALECT_SQLITE, token.text, token.length);
    return (const AgObject *)ag_sqlite_find_column((const AgTable *)table, name);
}

const char *ag_sqlite_expression(AgWriting *w, const AgObject *table, const char *text)
{
    if (text == NULL || !has_renamed_column(w, table))
        return text;
    g_autoptr(GString) out = g_string_new(NULL);
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_SQLITE, text, strlen(text));
    AgToken before = {.type = AG_TOKEN_END, .text = ""};
    for (AgToken token = ag_lexer_next(&lexer); token.type != AG_TOKEN_END;
         token = ag_lexer_next(&lexer)) {
        AgLexer ahead = lexer;
        const AgObject *column = column_of(w, table, token, before, ag_lexer_next_solid(&ahead));
        if (column != NULL)
            ag_quote_name(w->dialect, out, ag_sqlite_current(w, column)->name);
        else
            g_string_append_len(out, token.text, (gssize)token.length);
        if (token.type != AG_TOKEN_SPACE && token.type != AG_TOKEN_COMMENT)
            before = token;
    }
    return ag_pool_text(w->pool, out->str);
}
