/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "introspect/sqlite/create_text.h"

/* CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name ( */
static bool read_head(AgCreateText *create)
{
    if (!ag_create_accept(create, "CREATE"))
        return false;
    if (!ag_create_accept(create, "TEMP"))
        ag_create_accept(create, "TEMPORARY");
    return ag_create_accept(create, "TABLE") && ag_create_head(create) &&
           ag_create_accept(create, "(");
}

static bool is_constraint_next(const AgCreateText *create)
{
    return ag_create_is(create, "CONSTRAINT") || ag_create_is(create, "PRIMARY") ||
           ag_create_is(create, "UNIQUE") || ag_create_is(create, "CHECK") ||
           ag_create_is(create, "FOREIGN");
}

/* The commas between constraints may be missing; a comma ends the reach of a CONSTRAINT name. */
static bool read_constraints(AgCreateText *create, AgTable *table)
{
    while (is_constraint_next(create)) {
        bool read = true;
        if (ag_create_accept(create, "CONSTRAINT")) {
            create->constraint_name = ag_create_name(create);
            read = create->constraint_name != NULL;
        } else if (ag_create_is(create, "PRIMARY")) {
            read = ag_create_read_primary_key(create, table, NULL);
        } else if (ag_create_is(create, "UNIQUE")) {
            read = ag_create_read_unique(create, table, NULL);
        } else if (ag_create_is(create, "CHECK")) {
            read = ag_create_read_check(create, table, false);
        } else {
            read = ag_create_read_foreign_key(create, table, NULL);
        }
        if (!read)
            return false;
        if (ag_create_accept(create, ","))
            create->constraint_name = NULL;
    }
    return true;
}

static bool read_body(AgCreateText *create, AgTable *table)
{
    bool more = true;
    while (more && (table->object.parts == NULL || !is_constraint_next(create))) {
        if (!ag_create_read_column(create, table))
            return false;
        more = ag_create_accept(create, ",");
    }
    create->constraint_name = NULL;
    return read_constraints(create, table) && ag_create_accept(create, ")");
}

static bool read_options(AgCreateText *create, AgTable *table)
{
    while (ag_create_peek(create, 0).type != AG_TOKEN_END) {
        if (ag_create_accept_two(create, "WITHOUT", "ROWID"))
            table->without_rowid = true;
        else if (ag_create_accept(create, "STRICT"))
            table->strict = true;
        else
            return false;
        if (!ag_create_accept(create, ","))
            break;
    }
    return ag_create_peek(create, 0).type == AG_TOKEN_END;
}

static gint by_kind(gconstpointer a, gconstpointer b)
{
    const AgObject *x = *(AgObject *const *)a, *y = *(AgObject *const *)b;
    return (x->info->kind > y->info->kind) - (x->info->kind < y->info->kind);
}

AgTable *ag_create_read_table(AgPool *pool, const char *name, const char *text)
{
    g_auto(AgCreateText) create;
    if (!ag_create_init(&create, pool, text))
        return NULL;
    AgTable *table = (AgTable *)ag_object_new(pool, &ag_kind_table, NULL, NULL, name);
    if (!read_head(&create) || !read_body(&create, table) || !read_options(&create, table))
        return NULL;
    /* Columns first, then keys and so on; the order within a kind is that of the text. The sort is
     * stable. */
    g_ptr_array_sort(table->object.parts, by_kind);
    return table;
}
