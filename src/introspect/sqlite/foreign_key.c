/* SPDX-License-Identifier: MIT */
#include "model/foreign_key.h"

#include "introspect/sqlite/create_text.h"

/* "(a, b)"; SQLite lets a collation and an order stand behind a name and means nothing by them. */
static GPtrArray *read_names(AgCreateText *create)
{
    if (!ag_create_accept(create, "("))
        return NULL;
    GPtrArray *names = ag_pool_array(create->pool);
    do {
        const char *name = ag_create_name(create);
        if (name == NULL)
            return NULL;
        g_ptr_array_add(names, (gpointer)(guintptr)name);
        if (ag_create_accept(create, "COLLATE") && ag_create_name(create) == NULL)
            return NULL;
        if (!ag_create_accept(create, "ASC"))
            ag_create_accept(create, "DESC");
    } while (ag_create_accept(create, ","));
    return ag_create_accept(create, ")") ? names : NULL;
}

/* Own columns in the spelling of the column's definition. */
static void spell_as_defined(const AgTable *table, GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++) {
        AgObject *column = ag_create_column(table, g_ptr_array_index(names, i));
        if (column != NULL)
            names->pdata[i] = (gpointer)(guintptr)column->name;
    }
}

static bool read_action(AgCreateText *create, const char **out)
{
    *out = NULL;
    if (ag_create_accept_two(create, "NO", "ACTION"))
        return true;
    if (ag_create_accept(create, "RESTRICT"))
        *out = "restrict";
    else if (ag_create_accept(create, "CASCADE"))
        *out = "cascade";
    else if (ag_create_accept_two(create, "SET", "NULL"))
        *out = "set-null";
    else if (ag_create_accept_two(create, "SET", "DEFAULT"))
        *out = "set-default";
    return *out != NULL;
}

/* ON DELETE, ON UPDATE, MATCH in any order; ON INSERT is taken by the grammar and means nothing. */
static bool read_actions(AgCreateText *create, AgForeignKey *key)
{
    const char *unused;
    for (;;) {
        bool read = true;
        if (ag_create_accept_two(create, "ON", "DELETE"))
            read = read_action(create, &key->on_delete);
        else if (ag_create_accept_two(create, "ON", "UPDATE"))
            read = read_action(create, &key->on_update);
        else if (ag_create_accept_two(create, "ON", "INSERT"))
            read = read_action(create, &unused);
        else if (ag_create_accept(create, "MATCH"))
            read = ag_create_name(create) != NULL; /* SQLite does not look at it */
        else
            return true;
        if (!read)
            return false;
    }
}

static bool read_deferrable(AgCreateText *create, AgForeignKey *key)
{
    bool negated = ag_create_accept(create, "NOT");
    if (!ag_create_accept(create, "DEFERRABLE"))
        return false;
    bool deferred = false;
    if (ag_create_accept(create, "INITIALLY")) {
        deferred = ag_create_accept(create, "DEFERRED");
        if (!deferred && !ag_create_accept(create, "IMMEDIATE"))
            return false;
    }
    key->deferrable = negated ? NULL : deferred ? "initially-deferred" : "initially-immediate";
    return true;
}

static bool is_deferrable_next(const AgCreateText *create)
{
    return ag_create_is(create, "DEFERRABLE") ||
           (ag_create_is(create, "NOT") && ag_token_is(ag_create_peek(create, 1), "DEFERRABLE"));
}

bool ag_create_read_deferrable(AgCreateText *create, AgTable *table)
{
    create->constraint_name = NULL;
    for (guint i = table->object.parts->len; i > 0; i--) {
        AgObject *part = g_ptr_array_index(table->object.parts, i - 1);
        if (part->info->kind == AG_KIND_FOREIGN_KEY)
            return read_deferrable(create, (AgForeignKey *)part);
    }
    AgForeignKey nothing = {0}; /* SQLite passes over a clause without a key */
    return read_deferrable(create, &nothing);
}

bool ag_create_read_foreign_key(AgCreateText *create, AgTable *table, AgObject *column)
{
    const char *name = ag_create_take_constraint_name(create);
    AgForeignKey *key = (AgForeignKey *)ag_object_new(create->pool, &ag_kind_foreign_key,
                                                      &table->object, NULL, name);
    if (column != NULL) {
        key->columns = ag_pool_array(create->pool);
        g_ptr_array_add(key->columns, (gpointer)(guintptr)column->name);
    } else {
        if (!ag_create_accept_two(create, "FOREIGN", "KEY"))
            return false;
        key->columns = read_names(create);
        if (key->columns == NULL)
            return false;
        spell_as_defined(table, key->columns);
    }
    if (!ag_create_accept(create, "REFERENCES"))
        return false;
    key->references.name = ag_create_name(create);
    if (key->references.name == NULL)
        return false;
    if (ag_create_is(create, "(")) {
        key->ref_columns = read_names(create);
        if (key->ref_columns == NULL)
            return false;
    }
    if (!read_actions(create, key))
        return false;
    return column != NULL || !is_deferrable_next(create) || read_deferrable(create, key);
}
