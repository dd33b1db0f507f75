/* SPDX-License-Identifier: MIT */
#include "model/virtual_table.h"

#include "introspect/sqlite/create_text.h"

/* CREATE VIRTUAL TABLE [IF NOT EXISTS] [schema.]name USING module [(...)]; SQLite hands the text
 * between the parentheses to the module. */
AgVirtualTable *ag_create_read_virtual_table(AgPool *pool, const char *name, const char *text)
{
    g_auto(AgCreateText) create;
    if (!ag_create_init(&create, pool, text))
        return NULL;
    AgVirtualTable *table =
        (AgVirtualTable *)ag_object_new(pool, &ag_kind_virtual_table, NULL, NULL, name);
    if (!ag_create_accept_two(&create, "CREATE", "VIRTUAL") ||
        !ag_create_accept(&create, "TABLE") || !ag_create_head(&create) ||
        !ag_create_accept(&create, "USING"))
        return NULL;
    table->module = ag_create_name(&create);
    if (ag_create_is(&create, "(")) {
        const char *arguments = ag_create_parentheses(&create);
        if (arguments == NULL)
            return NULL;
        table->arguments.written = *arguments == '\0' ? NULL : arguments;
    }
    return table->module != NULL && ag_create_peek(&create, 0).type == AG_TOKEN_END ? table : NULL;
}
