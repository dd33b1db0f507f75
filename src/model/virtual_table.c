/* SPDX-License-Identifier: MIT */
#include "model/virtual_table.h"

#include <string.h>

#include "model/needs.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

static const AgField fields[] = {
    [AG_VIRTUAL_TABLE_USING] = {.name = "using",
                                AG_FIELD_OF(AgVirtualTable, module, NAME),
                                .flags = AG_FIELD_REQUIRED,
                                .about = "The module: fts5, rtree, ..."},
    [AG_VIRTUAL_TABLE_ARGUMENTS] = {.name = "arguments",
                                    AG_FIELD_OF(AgVirtualTable, arguments, EXPR),
                                    .form = AG_FORM_ELEMENT,
                                    .about = "What stands between the module's parentheses: "
                                             "columns and options, with commas between."},
};

static bool is_module(const AgVirtualTable *table, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (g_ascii_strcasecmp(table->module, names[i]) == 0)
            return true;
    return false;
}

static bool is_search(const AgVirtualTable *table)
{
    static const char *const names[] = {"fts5", "fts4", "fts3", NULL};
    return is_module(table, names);
}

static bool is_tree(const AgVirtualTable *table)
{
    static const char *const names[] = {"rtree", "rtree_i32", NULL};
    return is_module(table, names);
}

/* --- arguments --- */

/* The tokens up to the next comma outside of parentheses: from `at`, which moves behind it. */
static bool next_argument(const GArray *tokens, guint *at, guint *from, guint *end)
{
    guint depth = 0;
    *from = *end = *at;
    for (; *end < tokens->len; (*end)++) {
        AgToken token = ag_token_at(tokens, *end);
        if (depth == 0 && ag_token_is(token, ","))
            break;
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")") && depth > 0)
            depth--;
    }
    *at = *end + 1;
    return *from < tokens->len;
}

/* 'text' and "text" without their quotes. */
static const char *value_of(AgPool *pool, AgToken token)
{
    if (token.type != AG_TOKEN_STRING || token.text[0] != '\'')
        return ag_sql_token_name(pool, AG_DIALECT_SQLITE, token.text, token.length);
    g_autofree char *inner = g_strndup(token.text + 1, token.length - 2);
    g_auto(GStrv) pieces = g_strsplit(inner, "''", -1);
    g_autofree char *text = g_strjoinv("'", pieces);
    return ag_pool_text(pool, text);
}

static GArray *tokens_of(const AgVirtualTable *table)
{
    const char *text = table->arguments.written;
    return ag_lexer_solid_tokens(AG_DIALECT_SQLITE, text == NULL ? "" : text);
}

/* The value of content=..., or NULL. */
static const char *content_of(AgPool *pool, const AgVirtualTable *table)
{
    g_autoptr(GArray) tokens = tokens_of(table);
    for (guint at = 0, from, end; next_argument(tokens, &at, &from, &end);)
        if (ag_token_is(ag_token_at(tokens, from), "content") &&
            ag_token_is(ag_token_at(tokens, from + 1), "="))
            return end > from + 2 ? value_of(pool, ag_token_at(tokens, from + 2)) : "";
    return NULL;
}

AgVirtualRows ag_virtual_table_rows(AgPool *pool, const AgVirtualTable *table, const char **content)
{
    *content = NULL;
    if (is_tree(table))
        return AG_ROWS_OWN;
    if (!is_search(table))
        return AG_ROWS_UNKNOWN;
    const char *other = content_of(pool, table);
    if (other == NULL)
        return AG_ROWS_OWN;
    *content = *other == '\0' ? NULL : other;
    return *other == '\0' ? AG_ROWS_NONE : AG_ROWS_OTHERS;
}

bool ag_virtual_table_is_index(const AgVirtualTable *table)
{
    const char *content;
    g_autoptr(AgPool) pool = ag_pool_new();
    return ag_virtual_table_rows(pool, table, &content) == AG_ROWS_OTHERS;
}

GPtrArray *ag_virtual_table_columns(AgPool *pool, const AgVirtualTable *table)
{
    GPtrArray *columns = ag_pool_array(pool);
    g_autoptr(GArray) tokens = tokens_of(table);
    if (!is_search(table) && !is_tree(table))
        return columns;
    for (guint at = 0, from, end; next_argument(tokens, &at, &from, &end);) {
        if (ag_token_is(ag_token_at(tokens, from), "+")) /* auxiliary, of an R-Tree */
            from++;
        bool option = is_search(table) && ag_token_is(ag_token_at(tokens, from + 1), "=");
        if (!option && from < end)
            g_ptr_array_add(columns, (gpointer)(guintptr)value_of(pool, ag_token_at(tokens, from)));
    }
    /* Without any, FTS3 and 4 have a column of that name; with content= those of the table. */
    if (columns->len == 0 && is_search(table) && content_of(pool, table) == NULL)
        g_ptr_array_add(columns, (gpointer)(guintptr) "content");
    return columns;
}

bool ag_virtual_table_has_rowid(const AgVirtualTable *table)
{
    return is_search(table);
}

/* Its rows come from there, and FTS4 may ask it for its columns. */
static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const char *content = NULL;
    const AgVirtualTable *table = (const AgVirtualTable *)object;
    if (table->module != NULL)
        ag_virtual_table_rows(needs->pool, table, &content);
    if (content != NULL)
        ag_needs_named(needs, NULL, content);
}

const AgKindInfo ag_kind_virtual_table = {
    .kind = AG_KIND_VIRTUAL_TABLE,
    .noun = "virtual table",
    .element = "virtual-table",
    .in_schema = true,
    .names = AG_NAMED_AS_RELATION,
    .dialects = AG_IN(SQLITE),
    .size = sizeof(AgVirtualTable),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A virtual table: a module that looks like a table.",
    .needs = collect_needs,
};
