/* SPDX-License-Identifier: MIT */
/* Arguments and bodies of functions and procedures. */
#include "base/text.h"
#include "model/routine.h"
#include "parser/write_private.h"
#include "parser/xml_print.h"

#include <string.h>

void ag_write_arguments(AgWrite *write, AgElement *element, const AgObject *object,
                        const GPtrArray *arguments)
{
    for (guint i = 0; i < arguments->len; i++) {
        const AgArgument *argument = g_ptr_array_index(arguments, i);
        AgElement *child = ag_element_new(write->pool, "argument", element);
        ag_element_add(write->pool, element, child);
        if (argument->name != NULL)
            ag_write_attribute(write, child, object, "name", argument->name);
        ag_write_attribute(write, child, object, "type", argument->type.written);
        if (argument->mode != NULL)
            ag_write_attribute(write, child, object, "mode", argument->mode);
        if (argument->default_sql.written != NULL)
            ag_write_attribute(write, child, object, "default-sql", argument->default_sql.written);
    }
}

/* A body that reading would dedent to something else is written as it stands. */
void ag_write_body(AgWrite *write, AgElement *element, const AgObject *object, const AgSql *body)
{
    const AgRoutine *routine = (const AgRoutine *)object;
    const char *text = body->written, *plain = ag_text_dedent(write->pool, text);
    const char *again = routine->standard ? plain : ag_routine_body_text(write->pool, plain);
    bool verbatim = strcmp(again, text) != 0 || plain[0] == '\0';
    AgElement *child = ag_write_text(write, element, object, "body", verbatim ? text : plain);
    child->verbatim = verbatim;
    if (verbatim)
        ag_write_attribute(write, child, object, "verbatim", "true");
}
