/* SPDX-License-Identifier: MIT */
#include "model/needs.h"

#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

void ag_needs_init(AgNeeds *needs, AgPool *pool)
{
    needs->pool = pool;
    needs->list = ag_pool_array(pool);
}

static void add(AgNeeds *needs, AgNeed need)
{
    AgNeed *copy = ag_pool_new0(needs->pool, AgNeed);
    *copy = need;
    g_ptr_array_add(needs->list, copy);
}

void ag_needs_object(AgNeeds *needs, AgKind kind, const char *schema, const char *name)
{
    add(needs, (AgNeed){.kind = kind, .schema = schema, .name = name});
}

void ag_needs_column(AgNeeds *needs, const char *schema, const char *table, const char *column)
{
    add(needs, (AgNeed){.kind = AG_KIND_COLUMN, .schema = schema, .name = table, .part = column});
}

/* A name found in SQL text may be a type, a sequence, or a column of the object's own table. */
static void add_name(AgNeeds *needs, const AgObject *object, const char *schema, const char *name)
{
    add(needs, (AgNeed){.kind = AG_KIND_ENUM, .schema = schema, .name = name, .soft = true});
    add(needs, (AgNeed){.kind = AG_KIND_SEQUENCE, .schema = schema, .name = name, .soft = true});
    const AgObject *table = object->parent;
    if (schema != NULL || table == NULL || table->info->kind != AG_KIND_TABLE)
        return;
    const AgObject *column = ag_object_part(table, AG_KIND_COLUMN, name);
    if (column != NULL && column != object)
        add(needs, (AgNeed){.kind = AG_KIND_COLUMN,
                            .schema = table->schema,
                            .name = table->name,
                            .part = column->name,
                            .soft = true});
}

/* nextval('shop.orders_id_seq'::regclass) names an object inside a string. */
static void add_string(AgNeeds *needs, AgToken token)
{
    if (token.length < 3 || token.text[0] != '\'')
        return;
    g_autofree char *inside = g_strndup(token.text + 1, token.length - 2);
    AgQname name;
    if (ag_qname_split(needs->pool, inside, &name))
        add(needs, (AgNeed){.kind = AG_KIND_SEQUENCE,
                            .schema = name.schema,
                            .name = name.name,
                            .soft = true});
}

void ag_needs_sql(AgNeeds *needs, const AgObject *object, AgSql sql)
{
    const char *text = sql.canonical != NULL ? sql.canonical : sql.written;
    if (text == NULL)
        return;
    /* Both dialects spell plain names alike; PostgreSQL's folding to lower case is what its names
     * need. */
    AgDialectId dialect = object->parent != NULL && object->parent->schema == NULL
                              ? AG_DIALECT_SQLITE
                              : AG_DIALECT_POSTGRESQL;
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, strlen(text));
    const char *before = NULL; /* the name before the dot just read */
    bool dotted = false;
    for (AgToken token = ag_lexer_next_solid(&lexer);; token = ag_lexer_next_solid(&lexer)) {
        bool is_name = token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
        if (before != NULL && !dotted && !ag_token_is(token, ".")) {
            add_name(needs, object, NULL, before);
            before = NULL;
        }
        if (token.type == AG_TOKEN_END || token.type == AG_TOKEN_BAD)
            break;
        if (token.type == AG_TOKEN_STRING)
            add_string(needs, token);
        if (is_name) {
            const char *name = ag_sql_token_name(needs->pool, dialect, token.text, token.length);
            if (dotted)
                add_name(needs, object, before, name);
            before = dotted ? NULL : name;
        }
        dotted = !is_name && before != NULL && ag_token_is(token, ".");
    }
}
