/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include "introspect/sqlite/create_text.h"
#include "model/column.h"

static AgKey *new_key(AgCreateText *create, AgTable *table, const AgKindInfo *info)
{
    const char *name = ag_create_take_constraint_name(create);
    AgKey *key = (AgKey *)ag_object_new(create->pool, info, &table->object, NULL, name);
    key->columns = ag_pool_array(create->pool);
    return key;
}

/* "(a, b COLLATE nocase DESC)". Order and collation are kept only where one of them is written. */
static bool read_list(AgCreateText *create, AgTable *table, AgKey *key)
{
    if (!ag_create_accept(create, "("))
        return false;
    GPtrArray *parts = ag_pool_array(create->pool);
    bool plain = true;
    do {
        AgPart *part = ag_create_read_part(create, table);
        if (part == NULL || part->column == NULL)
            return false;
        plain = plain && part->order == NULL && part->collation.name == NULL;
        g_ptr_array_add(parts, part);
        g_ptr_array_add(key->columns, (gpointer)(guintptr)part->column);
    } while (ag_create_accept(create, ","));
    if (!plain)
        key->parts = parts;
    return true;
}

/* PRIMARY KEY ... of a column. DESC keeps INTEGER PRIMARY KEY from being the rowid. */
static bool read_inline_primary_key(AgCreateText *create, AgKey *key, AgColumn *column)
{
    g_ptr_array_add(key->columns, (gpointer)(guintptr)column->object.name);
    if (ag_create_accept(create, "DESC")) {
        AgPart *part = ag_pool_new0(create->pool, AgPart);
        part->column = column->object.name;
        part->order = "desc";
        key->parts = ag_pool_array(create->pool);
        g_ptr_array_add(key->parts, part);
    } else {
        ag_create_accept(create, "ASC");
    }
    if (!ag_create_conflict(create, &key->on_conflict))
        return false;
    if (ag_create_accept(create, "AUTOINCREMENT"))
        column->identity = "always";
    return true;
}

static bool read_primary_key_list(AgCreateText *create, AgTable *table, AgKey *key)
{
    if (!read_list(create, table, key))
        return false;
    AgColumn *column = (AgColumn *)ag_create_column(table, g_ptr_array_index(key->columns, 0));
    if (ag_create_accept(create, "AUTOINCREMENT"))
        column->identity = "always";
    if (!ag_create_accept(create, ")"))
        return false;
    /* Of a rowid alias neither order nor collation mean anything, unlike inline. */
    if (key->columns->len == 1 && column->type.written != NULL &&
        g_ascii_strcasecmp(column->type.written, "INTEGER") == 0)
        key->parts = NULL;
    return ag_create_conflict(create, &key->on_conflict);
}

bool ag_create_read_primary_key(AgCreateText *create, AgTable *table, AgObject *column)
{
    if (!ag_create_accept_two(create, "PRIMARY", "KEY"))
        return false;
    AgKey *key = new_key(create, table, &ag_kind_primary_key);
    if (column != NULL)
        return read_inline_primary_key(create, key, (AgColumn *)column);
    return read_primary_key_list(create, table, key);
}

bool ag_create_read_unique(AgCreateText *create, AgTable *table, AgObject *column)
{
    if (!ag_create_accept(create, "UNIQUE"))
        return false;
    AgKey *key = new_key(create, table, &ag_kind_unique);
    if (column != NULL)
        g_ptr_array_add(key->columns, (gpointer)(guintptr)column->name);
    else if (!read_list(create, table, key) || !ag_create_accept(create, ")"))
        return false;
    return ag_create_conflict(create, &key->on_conflict);
}
