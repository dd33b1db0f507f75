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

void ag_needs_named(AgNeeds *needs, const char *schema, const char *name)
{
    add(needs, (AgNeed){.schema = schema, .name = name, .any = true, .soft = true});
}

void ag_needs_column(AgNeeds *needs, const char *schema, const char *table, const char *column)
{
    add(needs, (AgNeed){.kind = AG_KIND_COLUMN, .schema = schema, .name = table, .part = column});
}

void ag_needs_name(AgNeeds *needs, const char *name)
{
    AgQname qname;
    if (ag_qname_split(needs->pool, name, &qname))
        add(needs, (AgNeed){.schema = qname.schema, .name = qname.name, .any = true});
}

/* What is being read: whose text it is, and how much its names count. */
typedef struct {
    AgNeeds *needs;
    const AgObject *object;
    bool weak;
} Reading;

/* Both dialects spell plain names alike; PostgreSQL's folding to lower case is what its names
 * need. */
static AgDialectId dialect_of(const AgObject *object)
{
    const AgObject *top = object->parent != NULL ? object->parent : object;
    return top->info->in_schema && top->schema == NULL ? AG_DIALECT_SQLITE : AG_DIALECT_POSTGRESQL;
}

/* SQLite's canonical text is in lower case, and its names are the same in either case. */
static const AgObject *own_column(const AgObject *object, const char *name)
{
    const GPtrArray *parts = object->parent == NULL ? NULL : object->parent->parts;
    bool fold = dialect_of(object) == AG_DIALECT_SQLITE;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ag_name_same(part->name, name, fold))
            return part;
    }
    return NULL;
}

static bool is_own_column(Reading *reading, const char *name)
{
    const AgObject *table = reading->object->parent;
    const AgObject *column = own_column(reading->object, name);
    if (column != NULL && column != reading->object)
        add(reading->needs, (AgNeed){.kind = AG_KIND_COLUMN,
                                     .schema = table->schema,
                                     .name = table->name,
                                     .part = column->name,
                                     .soft = true,
                                     .weak = reading->weak});
    return column != NULL;
}

/* OLD.a and NEW.a in the condition of a trigger, and in all of a rule, which knows no other columns
 * of its table without saying FROM. */
static bool is_row_name(const char *name)
{
    return strcmp(name, "old") == 0 || strcmp(name, "new") == 0;
}

/* A name is a column of the object's own table if it can be, unless it is called like a function.
 */
static void add_name(Reading *reading, const char *schema, const char *name, bool call)
{
    const AgObject *table = reading->object->parent;
    bool own =
        schema == NULL
            ? !call && reading->object->info->kind != AG_KIND_RULE
            : table != NULL && (is_row_name(schema) ||
                                ag_name_same(schema, table->name,
                                             dialect_of(reading->object) == AG_DIALECT_SQLITE));
    if (own && is_own_column(reading, name))
        return;
    add(reading->needs,
        (AgNeed){.schema = schema, .name = name, .any = true, .soft = true, .weak = reading->weak});
}

/* nextval('shop.orders_id_seq'::regclass) names an object inside a string. */
static void add_string(Reading *reading, AgToken token)
{
    if (token.length < 3 || token.text[0] != '\'')
        return;
    g_autofree char *inside = g_strndup(token.text + 1, token.length - 2);
    AgQname name;
    if (ag_qname_split(reading->needs->pool, inside, &name))
        add_name(reading, name.schema, name.name, true);
}

/* One of the schema may be called so; a star would be taken for all columns. */
static void add_operator(Reading *reading, const char *schema, AgToken token)
{
    if (!ag_token_is(token, "*"))
        add_name(reading, schema, ag_pool_text_n(reading->needs->pool, token.text, token.length),
                 true);
}

/* Whether a star behind that token means columns, rather than a product or count(*). */
static bool is_every_column(AgToken before)
{
    static const char *const words[] = {"select", "distinct", "all"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (before.type == AG_TOKEN_WORD && before.length == strlen(words[i]) &&
            g_ascii_strncasecmp(before.text, words[i], before.length) == 0)
            return true;
    }
    return ag_token_is(before, ".") || ag_token_is(before, ",");
}

static void read_names(Reading *reading, const char *text)
{
    AgDialectId dialect = dialect_of(reading->object);
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, text, strlen(text));
    const char *before = NULL; /* the name before the dot just read */
    bool dotted = false;
    AgToken last = {.type = AG_TOKEN_END, .text = ""};
    for (AgToken token = ag_lexer_next_solid(&lexer);; token = ag_lexer_next_solid(&lexer)) {
        bool is_name = token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
        if (before != NULL && !dotted && !ag_token_is(token, ".")) {
            add_name(reading, NULL, before, ag_token_is(token, "("));
            before = NULL;
        }
        if (token.type == AG_TOKEN_END || token.type == AG_TOKEN_BAD)
            break;
        if (token.type == AG_TOKEN_STRING)
            add_string(reading, token);
        if (ag_token_is(token, "*") && is_every_column(last))
            add_name(reading, NULL, "*", true);
        else if (token.type == AG_TOKEN_OPERATOR && dialect == AG_DIALECT_POSTGRESQL)
            add_operator(reading, dotted ? before : NULL, token);
        last = token;
        if (is_name) {
            const char *name =
                ag_sql_token_name(reading->needs->pool, dialect, token.text, token.length);
            if (dotted)
                add_name(reading, before, name, true);
            before = dotted ? NULL : name;
        }
        dotted = !is_name && before != NULL && ag_token_is(token, ".");
    }
}

void ag_needs_sql(AgNeeds *needs, const AgObject *object, AgSql sql)
{
    Reading reading = {.needs = needs, .object = object};
    const char *text = sql.canonical != NULL ? sql.canonical : sql.written;
    if (text != NULL)
        read_names(&reading, text);
}

void ag_needs_body(AgNeeds *needs, const AgObject *object, const char *body)
{
    Reading reading = {.needs = needs, .object = object, .weak = true};
    if (body != NULL)
        read_names(&reading, body);
}

bool ag_need_means(const AgNeed *need, const AgObject *object)
{
    return (need->any || need->kind == object->info->kind) && need->part == NULL &&
           strcmp(need->name, object->name) == 0 &&
           (need->schema == NULL || object->schema == NULL ||
            strcmp(need->schema, object->schema) == 0);
}
