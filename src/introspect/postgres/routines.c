/* SPDX-License-Identifier: MIT */
/* Functions, procedures and aggregates of the models as the database would have them: types first,
 * which make the signatures, then what is compared with the live function of that signature. */
#include "introspect/postgres/canonical_private.h"

#include "dialect/postgres/postgres.h"
#include "introspect/postgres/catalog.h"
#include "model/aggregate.h"
#include "model/routine.h"
#include "sql/tokens.h"

#include "base/text.h"

#include <string.h>

/* A type that only the server knows. */
typedef struct {
    const AgObject *object;
    AgSql *type;
    AgPrint *print;
    bool set; /* of a result: setof */
} Asked;

/* --- types --- */

static void set_type(AgCanonical *c, AgSql *type, bool set, const char *canonical)
{
    type->canonical =
        set ? ag_pool_printf(c->pool, "SETOF %s", canonical) : ag_pool_text(c->pool, canonical);
}

static void resolve_type(AgCanonical *c, const AgObject *object, AgSql *type, GArray *asked)
{
    const char *set = ag_routine_set_of(type->written);
    const char *text = set != NULL ? set : type->written;
    if (text == NULL || type->canonical != NULL)
        return;
    const char *known = ag_postgres_argument_type(c->pool, text);
    if (known == NULL)
        known = ag_canonical_model_type(c, object->schema, text);
    if (known != NULL) {
        set_type(c, type, set != NULL, known);
        return;
    }
    AgPrint wish = {.kind = AG_PRINT_TYPE,
                    .text = text,
                    .path = ag_canonical_path(c, object->schema)};
    Asked entry = {.object = object, .type = type, .set = set != NULL};
    entry.print = ag_scratch_want(&c->scratch, &wish);
    ag_scratch_again(&c->scratch, entry.print);
    g_array_append_val(asked, entry);
}

static bool fail_type(const Asked *entry, AgDiag *diag)
{
    const AgObject *object = entry->object;
    AgPlace place = entry->type->place.file != NULL ? entry->type->place : object->place;
    ag_fail(diag, AG_PROBLEM_UNKNOWN_TYPE, place, "unknown type '%s' in %s '%s'",
            entry->type->written, object->info->noun, object->name);
    if (entry->print->problem != NULL)
        ag_hint(diag, "the server says: %s", entry->print->problem);
    return false;
}

static bool take_types(AgCanonical *c, const GArray *asked, AgDiag *diag)
{
    bool good = true, lenient = asked->len > 0 && ag_canonical_awaits_extension(c);
    for (guint i = 0; i < asked->len; i++) {
        const Asked *entry = &g_array_index(asked, Asked, i);
        if (entry->print->state == AG_PRINT_ANSWERED) {
            g_autofree char *base = ag_canonical_base_type(entry->print->answer);
            set_type(c, entry->type, entry->set, base);
        } else if (entry->print->state == AG_PRINT_FAILED && !lenient) {
            good = fail_type(entry, diag);
        }
    }
    return good;
}

static GPtrArray *arguments_of(const AgObject *object)
{
    return ag_is_routine(object) ? ((const AgRoutine *)object)->arguments
                                 : ((const AgAggregate *)object)->arguments;
}

static bool resign(AgCanonical *c, AgObject *object, AgDiag *diag)
{
    if (ag_schema_resign(c->desired, object,
                         ag_routine_signature(c->scratch_pool, arguments_of(object))))
        return true;
    return ag_fail(diag, AG_PROBLEM_DUPLICATE, object->place, "%s '%s' is defined twice",
                   object->info->noun, ag_object_label(c->scratch_pool, object));
}

/* --- what is compared with the live one --- */

static bool same_words(const AgCanonical *c, const char *a, const char *b)
{
    return g_strcmp0(a, b) == 0 ||
           (a != NULL && b != NULL &&
            strcmp(ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, a),
                   ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, b)) == 0);
}

/* 'x' is kept as 'x'::T. */
static bool is_cast_of(const char *written, const char *live, const char *type)
{
    size_t length = strlen(written);
    return strncmp(live, written, length) == 0 && strncmp(live + length, "::", 2) == 0 &&
           g_strcmp0(live + length + 2, type) == 0;
}

static AgArgument *argument_at(const AgRoutine *routine, guint i)
{
    return routine->arguments != NULL && i < routine->arguments->len
               ? g_ptr_array_index(routine->arguments, i)
               : NULL;
}

/* Takes over live defaults that say the same in other words. True: one must be asked about. */
static bool settle_defaults(AgCanonical *c, AgRoutine *routine, const AgRoutine *live)
{
    bool open = false;
    for (guint i = 0; argument_at(routine, i) != NULL; i++) {
        AgArgument *argument = argument_at(routine, i);
        const AgArgument *other = argument_at(live, i);
        AgSql *sql = &argument->default_sql;
        const char *text = other == NULL ? NULL : other->default_sql.written;
        if (sql->written == NULL || text == NULL)
            continue;
        text = ag_canonical_respell_enums(c, text);
        if (same_words(c, sql->written, text) ||
            is_cast_of(sql->written, text, argument->type.canonical))
            sql->canonical = ag_pool_text(c->pool, text);
        else
            open = true;
    }
    return open;
}

/* Indentation and blank lines round a body are no difference, unless the model says that they count
 * (then the text is not in the form that dedented ones get). A body of the standard is compared as
 * the server prints it. True: it must be asked about. */
static bool settle_body(AgCanonical *c, AgRoutine *routine, const AgRoutine *live)
{
    AgSql *body = &routine->body;
    const char *text = live->body.written;
    if (body->written == NULL || text == NULL || routine->standard != live->standard)
        return false;
    if (routine->standard) {
        bool same = same_words(c, body->written, text);
        if (same)
            body->canonical = ag_pool_text(c->pool, text);
        return !same;
    }
    const char *plain = ag_text_dedent(c->scratch_pool, body->written);
    bool loose = strcmp(ag_routine_body_text(c->scratch_pool, plain), body->written) == 0;
    if (loose && strcmp(plain, ag_text_dedent(c->scratch_pool, text)) == 0)
        body->canonical = ag_pool_text(c->pool, text);
    return false;
}

static const AgOption *same_option(const GPtrArray *options, const char *name)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (g_ascii_strcasecmp(option->name, name) == 0)
            return option;
    }
    return NULL;
}

/* A list of names without blanks, and without quotes where they do not matter. */
static char *plain_list(const char *value)
{
    GString *out = g_string_new(NULL);
    bool quoted = false;
    if (value[0] == '\0')
        g_string_append(out, "\"\"");
    for (const char *p = value; *p != '\0'; p++) {
        quoted = quoted != (*p == '"');
        if (quoted || (*p != ' ' && *p != '\t'))
            g_string_append_c(out, quoted ? *p : g_ascii_tolower(*p));
    }
    return g_string_free(out, FALSE);
}

/* Names of settings have no case, and lists have blanks of their own. */
static void settle_params(AgRoutine *routine, const AgRoutine *live)
{
    for (guint i = 0; routine->params != NULL && i < routine->params->len; i++) {
        AgOption *option = g_ptr_array_index(routine->params, i);
        const AgOption *other = same_option(live->params, option->name);
        if (other == NULL)
            continue;
        option->name = other->name;
        g_autofree char *a = plain_list(option->value);
        g_autofree char *b = plain_list(other->value);
        if (g_ascii_strcasecmp(option->name, "search_path") == 0 && strcmp(a, b) == 0)
            option->value = other->value;
    }
}

/* --- asking --- */

static void put_arguments(GString *out, const AgRoutine *routine, bool only_input, bool table)
{
    guint n = 0;
    g_string_append(out, " (");
    for (guint i = 0; argument_at(routine, i) != NULL; i++) {
        const AgArgument *argument = argument_at(routine, i);
        bool column = g_strcmp0(argument->mode, "table") == 0;
        if (column != table || (only_input && !ag_argument_is_input(argument)))
            continue;
        bool inout = only_input && g_strcmp0(argument->mode, "inout") == 0;
        g_string_append_printf(out, "%s%s ", n++ > 0 ? ", " : "",
                               argument->mode == NULL || column || inout ? "" : argument->mode);
        if (argument->name != NULL)
            ag_quote_name(&ag_dialect_postgres, out, argument->name);
        g_string_append_printf(out, " %s",
                               argument->type.canonical != NULL ? argument->type.canonical
                                                                : argument->type.written);
        if (argument->default_sql.written != NULL)
            g_string_append_printf(out, " DEFAULT (%s\n)", argument->default_sql.written);
    }
    g_string_append_c(out, ')');
}

static bool returns_table(const AgRoutine *routine)
{
    for (guint i = 0; argument_at(routine, i) != NULL; i++) {
        if (g_strcmp0(argument_at(routine, i)->mode, "table") == 0)
            return true;
    }
    return false;
}

/* What follows the name: with its body when that is one the server prints. */
static const char *definition(AgCanonical *c, const AgRoutine *routine)
{
    g_autoptr(GString) out = g_string_new(NULL);
    bool function = routine->object.info->kind == AG_KIND_FUNCTION;
    put_arguments(out, routine, !routine->standard, false);
    if (!routine->standard) {
        g_string_append(out, " RETURNS void LANGUAGE sql AS ''");
        return ag_pool_text(c->scratch_pool, out->str);
    }
    if (function && returns_table(routine)) {
        g_string_append(out, " RETURNS TABLE");
        put_arguments(out, routine, false, true);
    } else if (function && routine->returns.written != NULL) {
        g_string_append_printf(out, " RETURNS %s",
                               routine->returns.canonical != NULL ? routine->returns.canonical
                                                                  : routine->returns.written);
    }
    g_string_append_printf(out, " LANGUAGE sql %s", routine->body.written);
    return ag_pool_text(c->scratch_pool, out->str);
}

typedef struct {
    AgRoutine *routine;
    const AgRoutine *live;
    AgPrint *print;
} Question;

static void ask(AgCanonical *c, AgRoutine *routine, const AgRoutine *live, GArray *questions)
{
    bool procedure = routine->object.info->kind == AG_KIND_PROCEDURE && routine->standard;
    AgPrint wish = {.kind = AG_PRINT_ROUTINE,
                    .text = definition(c, routine),
                    .target = procedure ? "PROCEDURE" : "FUNCTION",
                    .table = routine->object.name,
                    .path = ag_canonical_path(c, routine->object.schema)};
    Question question = {.routine = routine, .live = live};
    question.print = ag_scratch_want(&c->scratch, &wish);
    ag_scratch_again(&c->scratch, question.print);
    g_array_append_val(questions, question);
}

/* Where the answer is what the database has, its bytes are taken. */
static void take_answer(AgCanonical *c, const Question *question)
{
    AgRoutine *routine = question->routine;
    const char *defaults, *body;
    if (question->print->state != AG_PRINT_ANSWERED ||
        !ag_scratch_routine(c->scratch_pool, question->print->answer, &defaults, &body))
        return;
    GPtrArray *list = ag_pg_array(c->scratch_pool, defaults);
    guint at = 0;
    for (guint i = 0; argument_at(routine, i) != NULL; i++) {
        AgArgument *argument = argument_at(routine, i);
        const AgArgument *live = argument_at(question->live, i);
        if (!routine->standard && !ag_argument_is_input(argument))
            continue;
        const char *print = at < list->len ? g_ptr_array_index(list, at) : NULL;
        at++;
        if (print == NULL || argument->default_sql.canonical != NULL)
            continue;
        const char *text = live == NULL ? NULL : live->default_sql.written;
        argument->default_sql.canonical =
            ag_pool_text(c->pool, same_words(c, print, text) ? text : print);
    }
    if (routine->standard && routine->body.canonical == NULL)
        routine->body.canonical =
            ag_pool_text(c->pool, same_words(c, body, question->live->body.written)
                                      ? question->live->body.written
                                      : body);
}

static void compare_with_live(AgCanonical *c, AgRoutine *routine, GArray *questions)
{
    const AgRoutine *live = (const AgRoutine *)ag_canonical_live(c, &routine->object);
    if (live == NULL)
        return;
    settle_params(routine, live);
    bool open = settle_defaults(c, routine, live);
    open = settle_body(c, routine, live) || open;
    if (open)
        ask(c, routine, live, questions);
}

static void resolve_types(AgCanonical *c, AgObject *object, GArray *asked)
{
    const GPtrArray *arguments = arguments_of(object);
    for (guint i = 0; arguments != NULL && i < arguments->len; i++)
        resolve_type(c, object, &((AgArgument *)g_ptr_array_index(arguments, i))->type, asked);
    if (ag_is_routine(object)) {
        resolve_type(c, object, &((AgRoutine *)object)->returns, asked);
        return;
    }
    resolve_type(c, object, &((AgAggregate *)object)->stype, asked);
    resolve_type(c, object, &((AgAggregate *)object)->mstype, asked);
}

bool ag_canonical_routines(AgCanonical *c, AgDiag *diag)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_new();
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(Asked));
    g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(Question));
    bool good = true;
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if ((object->info->names & AG_NAMED_AS_ROUTINE) == 0)
            continue;
        g_ptr_array_add(objects, object);
        resolve_types(c, object, asked);
    }
    if (!ag_scratch_run(&c->scratch, diag) || !take_types(c, asked, diag))
        return false;
    for (guint i = 0; i < objects->len; i++)
        good = resign(c, g_ptr_array_index(objects, i), diag) && good;
    for (guint i = 0; i < objects->len; i++) {
        AgObject *object = g_ptr_array_index(objects, i);
        if (ag_is_routine(object))
            compare_with_live(c, (AgRoutine *)object, questions);
    }
    if (!good || !ag_scratch_run(&c->scratch, diag))
        return false;
    for (guint i = 0; i < questions->len; i++)
        take_answer(c, &g_array_index(questions, Question, i));
    return true;
}
