/* SPDX-License-Identifier: MIT */
/* Functions and procedures: their arguments, bodies and signatures. */
#include "base/text.h"
#include "dialect/postgres/postgres.h"
#include "model/aggregate.h"
#include "model/routine.h"
#include "parser/parse.h"

#include <string.h>

static const char *const mode_words[] = {"in", "out", "inout", "variadic", "table", NULL};

/* The type of an argument or a result; "setof" may stand in front. */
void ag_bind_routine_type(AgParse *parse, AgSql *type, const char *what)
{
    const char *set = ag_routine_set_of(type->written);
    const char *text = set != NULL ? set : type->written;
    if (text == NULL)
        return;
    if (!ag_types_is_safe(parse, text)) {
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_TYPE, type->place, "'%s' of %s is not a type",
                type->written, what);
        return;
    }
    const char *known = ag_postgres_argument_type(parse->pool, text);
    if (known != NULL)
        type->canonical = set == NULL ? known : ag_pool_printf(parse->pool, "SETOF %s", known);
}

static bool bind_argument_type(AgParse *parse, const AgElement *child, const AgObject *object,
                               AgArgument *argument)
{
    const AgAttribute *type = ag_element_attribute(child, "type");
    if (type == NULL)
        return ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                       "<argument> needs attribute 'type'");
    argument->type =
        (AgSql){.written = ag_text_dedent(parse->pool, type->value), .place = type->value_place};
    const char *what = ag_pool_printf(parse->trees, "argument '%s' of %s '%s'",
                                      argument->name != NULL ? argument->name : "",
                                      object->info->noun, object->name != NULL ? object->name : "");
    ag_bind_routine_type(parse, &argument->type, what);
    return true;
}

void ag_bind_argument(AgParse *parse, const AgElement *child, AgObject *object, GPtrArray *list)
{
    static const char *const attributes[] = {"name", "type", "mode", "default-sql", NULL};
    ag_word_attributes(parse, child, attributes);
    ag_word_no_children(parse, child);
    ag_word_no_text(parse, child);
    const AgAttribute *name = ag_element_attribute(child, "name");
    const AgAttribute *mode = ag_element_attribute(child, "mode");
    const AgAttribute *value = ag_element_attribute(child, "default-sql");
    AgArgument *argument = ag_pool_new0(parse->pool, AgArgument);
    argument->place = child->place;
    if (name != NULL && ag_word_name(parse, name->value, "argument", name->value_place))
        argument->name = ag_pool_name(parse->pool, name->value);
    const char *word = mode == NULL ? NULL : ag_word_of(parse, mode, mode_words);
    argument->mode = word == mode_words[0] ? NULL : word;
    if (value != NULL)
        ag_bind_attribute_sql(parse, value, &argument->default_sql);
    if (value != NULL && !ag_argument_is_input(argument))
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, value->place,
                "only what is passed in has a default");
    if (bind_argument_type(parse, child, object, argument))
        g_ptr_array_add(list, argument);
}

/* verbatim="true": every blank and line end of the text counts. */
void ag_bind_body(AgParse *parse, const AgElement *child, AgObject *object, AgSql *slot)
{
    bool verbatim = ag_word_bool(parse, child, "verbatim");
    bool standard = ag_word_bool(parse, child, "standard");
    const char *text = ag_bind_text(parse, child);
    (void)object;
    if (text == NULL)
        return;
    const char *plain = ag_text_dedent(parse->pool, text);
    if (verbatim)
        plain = ag_pool_text(parse->pool, text);
    else if (!standard)
        plain = ag_routine_body_text(parse->pool, plain);
    *slot = (AgSql){.written = plain, .place = child->place};
}

void ag_bind_routine_end(AgParse *parse, AgObject *object)
{
    AgRoutine *routine = (AgRoutine *)object;
    ag_routine_settle(parse->pool, routine);
    object->signature =
        ag_pool_name(parse->pool, ag_routine_signature(parse->trees, routine->arguments));
    ag_bind_routine_type(parse, &routine->returns,
                         ag_pool_printf(parse->trees, "'returns' of %s '%s'", object->info->noun,
                                        object->name != NULL ? object->name : ""));
}

void ag_bind_aggregate_end(AgParse *parse, AgObject *object)
{
    AgAggregate *aggregate = (AgAggregate *)object;
    ag_aggregate_settle(aggregate);
    object->signature =
        ag_pool_name(parse->pool, ag_routine_signature(parse->trees, aggregate->arguments));
    const char *name = object->name != NULL ? object->name : "";
    ag_bind_routine_type(parse, &aggregate->stype,
                         ag_pool_printf(parse->trees, "'stype' of aggregate '%s'", name));
    ag_bind_routine_type(parse, &aggregate->mstype,
                         ag_pool_printf(parse->trees, "'mstype' of aggregate '%s'", name));
}
