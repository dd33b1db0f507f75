/* SPDX-License-Identifier: MIT */
#include "model/check.h"

#include "introspect/sqlite/create_text.h"

bool ag_create_read_check(AgCreateText *create, AgTable *table, bool in_column)
{
    const char *unused = NULL;
    if (!ag_create_accept(create, "CHECK"))
        return false;
    const char *name = ag_create_take_constraint_name(create);
    AgCheck *check =
        (AgCheck *)ag_object_new(create->pool, &ag_kind_check, &table->object, NULL, name);
    check->expression.written = ag_create_parentheses(create);
    if (check->expression.written == NULL)
        return false;
    /* A table's check may carry a conflict clause, which SQLite reads and forgets. */
    return in_column || ag_create_conflict(create, &unused);
}
