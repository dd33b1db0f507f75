/* SPDX-License-Identifier: MIT */
#include "model/index.h"

#include "introspect/sqlite/create_text.h"

/* CREATE [UNIQUE] INDEX [IF NOT EXISTS] [schema.]name ON table ( */
static bool read_head(AgCreateText *create, AgIndex *index)
{
    if (!ag_create_accept(create, "CREATE"))
        return false;
    index->unique = ag_create_accept(create, "UNIQUE");
    return ag_create_accept(create, "INDEX") && ag_create_head(create) &&
           ag_create_accept(create, "ON") && ag_create_name(create) != NULL &&
           ag_create_accept(create, "(");
}

static bool read_rest(AgCreateText *create, AgTable *table, AgIndex *index)
{
    index->parts = ag_pool_array(create->pool);
    do {
        AgPart *part = ag_create_read_part(create, table);
        if (part == NULL)
            return false;
        g_ptr_array_add(index->parts, part);
    } while (ag_create_accept(create, ","));
    if (!ag_create_accept(create, ")"))
        return false;
    if (ag_create_accept(create, "WHERE")) {
        index->where.written = ag_create_span(create, create->at, create->n_tokens - 1);
        return index->where.written[0] != '\0';
    }
    return ag_create_peek(create, 0).type == AG_TOKEN_END;
}

bool ag_create_read_index(AgPool *pool, AgTable *table, const char *name, const char *text)
{
    g_auto(AgCreateText) create;
    if (!ag_create_init(&create, pool, text))
        return false;
    AgIndex *index = (AgIndex *)ag_object_new(pool, &ag_kind_index, NULL, NULL, name);
    if (!read_head(&create, index) || !read_rest(&create, table, index))
        return false;
    index->object.parent = &table->object;
    g_ptr_array_add(table->object.parts, index);
    return true;
}
