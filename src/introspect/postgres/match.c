/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

static const char *former_namespace(const AgCanonical *c, const AgObject *namespace_object)
{
    for (guint i = 0; namespace_object->former != NULL && i < namespace_object->former->len; i++) {
        const AgQname *name = g_ptr_array_index(namespace_object->former, i);
        if (ag_schema_find(c->live, AG_KIND_NAMESPACE, NULL, name->name) != NULL)
            return name->name;
    }
    return NULL;
}

/* What the schema of a desired object is called in the database. */
static const char *live_schema(const AgCanonical *c, const char *schema)
{
    const AgObject *wanted = ag_schema_find(c->desired, AG_KIND_NAMESPACE, NULL, schema);
    if (wanted == NULL || ag_schema_find(c->live, AG_KIND_NAMESPACE, NULL, schema) != NULL)
        return schema;
    const char *former = former_namespace(c, wanted);
    return former != NULL ? former : schema;
}

const AgObject *ag_canonical_live(const AgCanonical *c, const AgObject *desired)
{
    AgKind kind = desired->info->kind;
    const char *schema = live_schema(c, desired->schema);
    const char *signature = desired->signature;
    const AgObject *found = ag_schema_find_signed(c->live, kind, schema, desired->name, signature);
    for (guint i = 0; found == NULL && desired->former != NULL && i < desired->former->len; i++) {
        const AgQname *name = g_ptr_array_index(desired->former, i);
        found = ag_schema_find_signed(c->live, kind,
                                      name->schema != NULL ? live_schema(c, name->schema) : schema,
                                      name->name, signature);
    }
    return found;
}

const AgObject *ag_canonical_part(const AgObject *live, const AgObject *desired)
{
    const AgObject *found = ag_object_part(live, desired->info->kind, desired->name);
    for (guint i = 0; found == NULL && desired->former != NULL && i < desired->former->len; i++) {
        const AgQname *name = g_ptr_array_index(desired->former, i);
        found = ag_object_part(live, desired->info->kind, name->name);
    }
    return found;
}

AgCanonicalTable *ag_canonical_table(const AgCanonical *c, AgTable *desired)
{
    AgCanonicalTable *table = ag_pool_new0(c->scratch_pool, AgCanonicalTable);
    table->desired = desired;
    table->live = ag_canonical_live(c, &desired->object);
    if (table->live == NULL)
        return table;
    table->live_column = ag_pool_table(c->scratch_pool, g_direct_hash, g_direct_equal);
    const GPtrArray *parts = desired->object.parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        AgObject *column = g_ptr_array_index(parts, i);
        if (column->info->kind != AG_KIND_COLUMN)
            continue;
        const AgObject *live = ag_canonical_part(table->live, column);
        if (live == NULL)
            continue;
        g_hash_table_insert(table->live_column, column, (gpointer)(guintptr)live);
        if (strcmp(live->name, column->name) == 0)
            continue;
        if (table->renamed == NULL)
            table->renamed = ag_pool_table(c->scratch_pool, g_str_hash, g_str_equal);
        g_hash_table_insert(table->renamed, (gpointer)(guintptr)live->name,
                            (gpointer)(guintptr)column->name);
    }
    return table;
}

const AgColumn *ag_canonical_live_column(const AgCanonicalTable *table, const AgColumn *desired)
{
    return table->live_column == NULL ? NULL : g_hash_table_lookup(table->live_column, desired);
}

/* --- a live text under the new names --- */

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static bool is_cast(AgToken before)
{
    return before.length > 0 && before.text[before.length - 1] == ':';
}

/* OLD and NEW in the condition of a trigger. */
static bool is_row_name(AgToken token)
{
    return ag_token_is(token, "old") || ag_token_is(token, "new");
}

/* Renaming a column makes the server print the new name wherever the expression means it. In a
 * print every bare name that is neither a function nor a type is a column; not so in a rule. */
const char *ag_canonical_respell(const AgCanonical *c, const AgCanonicalTable *table,
                                 const char *text, bool rule)
{
    text = ag_canonical_respell_enums(c, text);
    if (text == NULL || table->renamed == NULL)
        return text;
    g_autoptr(GString) out = g_string_new(NULL);
    AgLexer lexer;
    size_t copied = 0;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    AgToken before = {.type = AG_TOKEN_END, .text = ""}, beyond = before;
    AgToken token = ag_lexer_next_solid(&lexer);
    while (token.type != AG_TOKEN_END && token.type != AG_TOKEN_BAD) {
        AgToken next = ag_lexer_next_solid(&lexer);
        bool of_row = ag_token_is(before, ".") && is_row_name(beyond);
        bool of_other = !of_row && (rule || ag_token_is(before, "."));
        bool bare = is_name(token) && !is_cast(before) && !of_other && !ag_token_is(next, "(") &&
                    !ag_token_is(next, ".");
        const char *name = bare ? ag_sql_token_name(c->scratch_pool, AG_DIALECT_POSTGRESQL,
                                                    token.text, token.length)
                                : NULL;
        const char *now = name == NULL ? NULL : g_hash_table_lookup(table->renamed, name);
        if (now != NULL) {
            g_string_append_len(out, text + copied, (gssize)(token.offset - copied));
            ag_quote_name(&ag_dialect_postgres, out, now);
            copied = token.offset + token.length;
        }
        beyond = before;
        before = token;
        token = next;
    }
    if (copied == 0)
        return text;
    g_string_append(out, text + copied);
    return ag_pool_text(c->pool, out->str);
}

const char *ag_canonical_path(AgCanonical *c, const char *schema)
{
    if (schema == NULL)
        schema = ag_dialect_postgres.default_schema;
    const char *known = g_hash_table_lookup(c->paths, schema);
    if (known != NULL)
        return known;
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_name(&ag_dialect_postgres, out, schema);
    const GPtrArray *list = c->desired->search_path;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const char *name = g_ptr_array_index(list, i);
        if (strcmp(name, schema) == 0)
            continue;
        g_string_append(out, ", ");
        ag_quote_name(&ag_dialect_postgres, out, name);
    }
    const char *path = ag_pool_text(c->scratch_pool, out->str);
    g_hash_table_insert(c->paths, (gpointer)(guintptr)schema, (gpointer)(guintptr)path);
    return path;
}
