/* SPDX-License-Identifier: MIT */
#include "model/type_name.h"

#include "model/range.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static const char *name_of(AgPool *pool, AgToken token)
{
    return ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, token.text, token.length);
}

bool ag_type_name_split(AgPool *pool, const char *text, AgTypeName *out)
{
    AgLexer lexer;
    *out = (AgTypeName){.rest = text};
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    AgToken token = ag_lexer_next_solid(&lexer);
    if (!is_name(token))
        return false;
    out->name.name = name_of(pool, token);
    out->rest = token.text + token.length;
    token = ag_lexer_next_solid(&lexer);
    if (!ag_token_is(token, "."))
        return true;
    token = ag_lexer_next_solid(&lexer);
    if (!is_name(token))
        return false;
    out->name.schema = out->name.name;
    out->name.name = name_of(pool, token);
    out->rest = token.text + token.length;
    return true;
}

/* --- which object --- */

bool ag_type_is_multirange(const AgObject *type, const char *name)
{
    if (type->info->kind != AG_KIND_RANGE || strcmp(type->name, name) == 0)
        return false;
    const AgRange *range = (const AgRange *)type;
    g_autoptr(AgPool) pool = ag_pool_new();
    return strcmp(ag_range_multirange(pool, range), name) == 0;
}

static AgObject *find_multirange(const AgSchema *schema, const char *schema_name, const char *name)
{
    for (guint i = 0; i < schema->ranges->len; i++) {
        AgObject *object = g_ptr_array_index(schema->ranges, i);
        if (g_strcmp0(object->schema, schema_name) == 0 && ag_type_is_multirange(object, name))
            return object;
    }
    return NULL;
}

AgObject *ag_schema_type_in(const AgSchema *schema, const char *schema_name, const char *name)
{
    for (int kind = 0; kind < AG_N_KINDS; kind++) {
        if ((ag_kind_info((AgKind)kind)->names & AG_NAMED_AS_TYPE) == 0)
            continue;
        AgObject *found = ag_schema_find(schema, (AgKind)kind, schema_name, name);
        if (found != NULL)
            return found;
    }
    return find_multirange(schema, schema_name, name);
}

AgObject *ag_schema_type(const AgSchema *schema, const char *own, AgQname name)
{
    if (name.name == NULL)
        return NULL;
    if (name.schema != NULL)
        return ag_schema_type_in(schema, name.schema, name.name);
    const GPtrArray *path = schema->search_path;
    AgObject *found = own == NULL ? NULL : ag_schema_type_in(schema, own, name.name);
    for (guint i = 0; found == NULL && path != NULL && i < path->len; i++)
        found = ag_schema_type_in(schema, g_ptr_array_index(path, i), name.name);
    return found != NULL ? found : ag_schema_type_in(schema, "public", name.name);
}

bool ag_object_is_type(const AgObject *object)
{
    unsigned names = object->info->names;
    return (names & AG_NAMED_AS_TYPE) != 0 &&
           ((names & AG_NAMED_AS_RELATION) == 0 || object->info->kind == AG_KIND_COMPOSITE);
}

/* --- needs --- */

/* Soft: a type that changes in place and a column that moves to or from it may wait for each other.
 */
static void add_any(AgNeeds *needs, AgQname name)
{
    AgNeed *need = ag_pool_new0(needs->pool, AgNeed);
    *need = (AgNeed){.schema = name.schema, .name = name.name, .any = true};
    need->soft = true;
    g_ptr_array_add(needs->list, need);
}

void ag_needs_type(AgNeeds *needs, const AgObject *object, AgSql type)
{
    const char *text = type.canonical != NULL ? type.canonical : type.written;
    AgTypeName split;
    if (text != NULL && ag_type_name_split(needs->pool, text, &split) && split.name.schema != NULL)
        add_any(needs, split.name);
    else
        ag_needs_sql(needs, object, type);
}

void ag_needs_collation(AgNeeds *needs, AgQname collation)
{
    if (collation.name != NULL)
        ag_needs_object(needs, AG_KIND_COLLATION, collation.schema, collation.name);
}

void ag_needs_qname(AgNeeds *needs, AgQname name)
{
    if (name.name != NULL)
        add_any(needs, name);
}
