/* SPDX-License-Identifier: MIT */
/* Partitions as a model says them, from the server's texts. */
#include "parser/write_private.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* The texts between the commas of a list in parentheses; `text` stands behind the opening one. On
 * return `*end` stands behind the closing one. */
static GPtrArray *split_list(AgPool *pool, const char *text, const char **end)
{
    GPtrArray *items = ag_pool_array(pool);
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    size_t start = 0;
    int depth = 0;
    for (;;) {
        AgToken token = ag_lexer_next_solid(&lexer);
        bool closes = ag_token_is(token, ")") && depth == 0;
        if (token.type == AG_TOKEN_END || token.type == AG_TOKEN_BAD)
            return NULL;
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
        if (!closes && !(ag_token_is(token, ",") && depth == 0))
            continue;
        g_autofree char *item = g_strstrip(g_strndup(text + start, token.offset - start));
        g_ptr_array_add(items, ag_pool_text(pool, item));
        start = token.offset + token.length;
        if (closes) {
            *end = text + start;
            return items;
        }
    }
}

/* --- bounds --- */

/* A literal goes without quotes where it cannot be taken for anything else. */
static const char *plain_value(AgPool *pool, const char *sql)
{
    static const char *const words[] = {"minvalue", "maxvalue", "null", NULL};
    size_t length = strlen(sql);
    if (length < 3 || sql[0] != '\'' || sql[length - 1] != '\'')
        return sql;
    g_autofree char *inside = g_strndup(sql + 1, length - 2);
    g_autofree char *lower = g_ascii_strdown(inside, -1);
    g_autofree char *stripped = g_strstrip(g_strdup(inside));
    bool plain = strpbrk(inside, "'(),\\") == NULL && strcmp(stripped, inside) == 0 &&
                 !g_strv_contains(words, lower);
    return plain ? ag_pool_text(pool, inside) : sql;
}

static char *join_values(AgPool *pool, const GPtrArray *items)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < items->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               plain_value(pool, g_ptr_array_index(items, i)));
    return ag_pool_text(pool, out->str);
}

static const char *behind(const char *text, const char *start)
{
    return g_str_has_prefix(text, start) ? text + strlen(start) : NULL;
}

/* "FOR VALUES FROM (1) TO (2)" -> from="1" to="2". False: it is not what the server prints. */
static bool write_range(AgWrite *write, AgElement *element, const AgObject *object,
                        const char *text)
{
    const char *end = NULL;
    const char *first = behind(text, "FOR VALUES FROM (");
    GPtrArray *from = first == NULL ? NULL : split_list(write->pool, first, &end);
    const char *second = from == NULL ? NULL : behind(end, " TO (");
    GPtrArray *to = second == NULL ? NULL : split_list(write->pool, second, &end);
    if (to == NULL || *end != '\0')
        return false;
    ag_write_attribute(write, element, object, "from", join_values(write->pool, from));
    ag_write_attribute(write, element, object, "to", join_values(write->pool, to));
    return true;
}

static bool write_list(AgWrite *write, AgElement *element, const AgObject *object, const char *text)
{
    const char *end = NULL;
    const char *first = behind(text, "FOR VALUES IN (");
    GPtrArray *values = first == NULL ? NULL : split_list(write->pool, first, &end);
    if (values == NULL || *end != '\0')
        return false;
    ag_write_attribute(write, element, object, "in", join_values(write->pool, values));
    return true;
}

static bool write_hash(AgWrite *write, AgElement *element, const AgObject *object, const char *text)
{
    const char *rest = behind(text, "FOR VALUES WITH (modulus ");
    const char *comma = rest == NULL ? NULL : strstr(rest, ", remainder ");
    if (comma == NULL || !g_str_has_suffix(comma, ")"))
        return false;
    const char *second = comma + strlen(", remainder ");
    ag_write_attribute(write, element, object, "modulus",
                       ag_pool_text_n(write->pool, rest, (size_t)(comma - rest)));
    ag_write_attribute(write, element, object, "remainder",
                       ag_pool_text_n(write->pool, second, strlen(second) - 1));
    return true;
}

void ag_write_bound(AgWrite *write, AgElement *element, const AgTable *table)
{
    const AgObject *object = &table->object;
    const char *text = table->bound.written;
    if (text == NULL)
        return;
    if (strcmp(text, "DEFAULT") == 0)
        ag_write_attribute(write, element, object, "default", "true");
    else if (!write_range(write, element, object, text) &&
             !write_list(write, element, object, text) && !write_hash(write, element, object, text))
        ag_write_attribute(write, element, object, "bound", text);
}

/* --- parents --- */

/* A name that needs quotes of its own stands in another pair, as one item of the list. */
static const char *parent_text(AgWrite *write, const AgTable *table, AgQname name, bool in_list)
{
    if (g_strcmp0(name.schema, table->object.schema) == 0)
        name.schema = NULL;
    char *text = ag_qname_text(write->pool, name);
    if (!in_list || strpbrk(text, " \"") == NULL)
        return text;
    GPtrArray *list = ag_pool_array(write->pool);
    g_ptr_array_add(list, text);
    return ag_names_join(write->pool, list);
}

void ag_write_parents(AgWrite *write, AgElement *element, const AgTable *table, unsigned field)
{
    g_autoptr(GString) out = g_string_new(NULL);
    AgQname name;
    if (field == AG_TABLE_PARTITION_OF && table->partition_of.name != NULL)
        g_string_append(out, parent_text(write, table, table->partition_of, false));
    for (guint i = 0;
         field == AG_TABLE_INHERITS && table->inherits != NULL && i < table->inherits->len; i++)
        if (ag_qname_split(write->pool, g_ptr_array_index(table->inherits, i), &name))
            g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                                   parent_text(write, table, name, true));
    if (out->len > 0)
        ag_write_attribute(write, element, &table->object, table->object.info->fields[field].name,
                           out->str);
}

/* --- the key --- */

typedef struct {
    AgLexer lexer;
    AgToken token;
    AgPool *pool;
} Reading;

static void next(Reading *r)
{
    r->token = ag_lexer_next_solid(&r->lexer);
}

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static AgQname read_qname(Reading *r)
{
    AgQname name = {NULL, ag_sql_token_name(r->pool, AG_DIALECT_POSTGRESQL, r->token.text,
                                            r->token.length)};
    next(r);
    if (ag_token_is(r->token, ".")) {
        next(r);
        name.schema = name.name;
        name.name =
            ag_sql_token_name(r->pool, AG_DIALECT_POSTGRESQL, r->token.text, r->token.length);
        next(r);
    }
    return name;
}

/* Passes over a call or what stands in parentheses: the length of it. */
static size_t pass_expression(Reading *r, size_t whole)
{
    int depth = 0;
    for (; r->token.type != AG_TOKEN_END && r->token.type != AG_TOKEN_BAD; next(r)) {
        bool closes = ag_token_is(r->token, ")");
        if (depth == 0 && !closes && !ag_token_is(r->token, "(") && !ag_token_is(r->token, ".") &&
            (ag_token_is(r->token, "collate") || r->token.offset > 0) && is_name(r->token))
            return r->token.offset;
        depth += ag_token_is(r->token, "(") ? 1 : closes ? -1 : 0;
    }
    return whole;
}

/* An expression in one pair of parentheses of its own goes without them. */
static char *bare(AgPool *pool, char *text)
{
    size_t length = strlen(text);
    if (text[0] != '(' || text[length - 1] != ')')
        return text;
    const char *end = NULL;
    GPtrArray *items = split_list(pool, text + 1, &end);
    return items != NULL && *end == '\0' && items->len == 1 ? g_ptr_array_index(items, 0) : text;
}

static void write_key_part(AgWrite *write, AgElement *element, const AgObject *table,
                           const char *item)
{
    Reading r = {.pool = write->pool};
    AgElement *child;
    ag_lexer_init(&r.lexer, AG_DIALECT_POSTGRESQL, item, strlen(item));
    next(&r);
    AgToken first = r.token;
    AgLexer ahead = r.lexer;
    AgToken second = ag_lexer_next_solid(&ahead);
    if (is_name(first) && !ag_token_is(second, "(") && !ag_token_is(second, ".")) {
        child = ag_element_new(write->pool, "column", element);
        ag_element_add(write->pool, element, child);
        ag_write_attribute(write, child, table, "name",
                           ag_sql_token_name(write->pool, AG_DIALECT_POSTGRESQL, first.text,
                                             first.length));
        next(&r);
    } else {
        size_t length = pass_expression(&r, strlen(item));
        g_autofree char *text = g_strstrip(g_strndup(item, length));
        child = ag_write_text(write, element, table, "expression",
                              bare(write->pool, ag_pool_text(write->pool, text)));
    }
    if (ag_token_is(r.token, "collate")) {
        next(&r);
        ag_write_attribute(write, child, table, "collation",
                           ag_qname_text(write->pool, read_qname(&r)));
    }
    if (is_name(r.token))
        ag_write_attribute(write, child, table, "opclass",
                           ag_qname_text(write->pool, read_qname(&r)));
}

/* "a, b" as names; NULL when a part is more than a name. */
static GPtrArray *plain_names(AgPool *pool, const GPtrArray *items)
{
    GPtrArray *names = ag_pool_array(pool);
    for (guint i = 0; i < items->len; i++) {
        Reading r = {.pool = pool};
        const char *item = g_ptr_array_index(items, i);
        ag_lexer_init(&r.lexer, AG_DIALECT_POSTGRESQL, item, strlen(item));
        next(&r);
        if (!is_name(r.token))
            return NULL;
        g_ptr_array_add(names, ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, r.token.text,
                                                 r.token.length));
        next(&r);
        if (r.token.type != AG_TOKEN_END)
            return NULL;
    }
    return names;
}

/* --- partitions --- */

/* Whether nothing but bound and name would be written. */
static bool has_own(const AgObject *table)
{
    bool lines = table->comment != NULL && strchr(table->comment, '\n') != NULL;
    if (((const AgTable *)table)->partition_by.written != NULL || table->former != NULL || lines ||
        table->grants != NULL)
        return true;
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (ag_write_is_told(part) || (part->inherited && part->grants != NULL))
            return true;
    }
    for (unsigned i = 0; i < table->info->n_fields; i++)
        if (i != AG_TABLE_PARTITION_OF && i != AG_TABLE_BOUND &&
            ag_field_is_set(table, &table->info->fields[i]))
            return true;
    return false;
}

bool ag_write_is_inside(AgWrite *write, const AgObject *object)
{
    if (object->info->kind != AG_KIND_TABLE)
        return false;
    AgQname parent = ((const AgTable *)object)->partition_of;
    return parent.name != NULL && write->schema != NULL && !has_own(object) &&
           ag_schema_find(write->schema, AG_KIND_TABLE, parent.schema, parent.name) != NULL;
}

static void write_partitions(AgWrite *write, AgElement *element, const AgObject *table)
{
    for (guint i = 0; write->schema != NULL && i < write->schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(write->schema->objects, i);
        if (object->info->kind != AG_KIND_TABLE || !ag_write_is_inside(write, object))
            continue;
        AgQname parent = ((const AgTable *)object)->partition_of;
        if (strcmp(parent.name, table->name) != 0 || g_strcmp0(parent.schema, table->schema) != 0)
            continue;
        AgElement *child = ag_element_new(write->pool, "partition", element);
        ag_element_add(write->pool, element, child);
        ag_write_attribute(write, child, object, "name", object->name);
        if (g_strcmp0(object->schema, table->schema) != 0)
            ag_write_attribute(write, child, object, "schema", object->schema);
        ag_write_bound(write, child, (const AgTable *)object);
        if (object->comment != NULL)
            ag_write_attribute(write, child, object, "comment", object->comment);
    }
}

void ag_write_partition_by(AgWrite *write, AgElement *element, const AgTable *table)
{
    const AgObject *object = &table->object;
    const char *key = table->partition_by.written, *end = NULL;
    if (key == NULL)
        return;
    const char *open = strchr(key, '(');
    g_autofree char *strategy = g_ascii_strdown(key, open == NULL ? -1 : (gssize)(open - key));
    GPtrArray *items = open == NULL ? NULL : split_list(write->pool, open + 1, &end);
    AgElement *child = ag_element_new(write->pool, "partition-by", element);
    ag_element_add(write->pool, element, child);
    ag_write_attribute(write, child, object, "strategy", g_strstrip(strategy));
    GPtrArray *names = items == NULL ? NULL : plain_names(write->pool, items);
    if (names != NULL)
        ag_write_attribute(write, child, object, "columns", ag_names_join(write->pool, names));
    if (table->partitions_ignored)
        ag_write_attribute(write, child, object, "partitions", "ignore");
    for (guint i = 0; items != NULL && names == NULL && i < items->len; i++)
        write_key_part(write, child, object, g_ptr_array_index(items, i));
    write_partitions(write, child, object);
}
