/* SPDX-License-Identifier: MIT */
#include "model/routine.h"

#include "base/text.h"
#include "model/needs.h"

#include <string.h>

static const char *const volatilities[] = {"volatile", "stable", "immutable", NULL};
static const char *const parallels[] = {"unsafe", "restricted", "safe", NULL};

static const AgField fields[] = {
    [AG_ROUTINE_ARGUMENTS] = {.name = "argument",
                              AG_FIELD_OF(AgRoutine, arguments, ARGUMENTS),
                              .form = AG_FORM_CHILDREN,
                              .about = "The arguments in their order."},
    [AG_ROUTINE_LANGUAGE] = {.name = "language",
                             AG_FIELD_OF(AgRoutine, language, NAME),
                             .about = "sql (the default), plpgsql, c, ..."},
    [AG_ROUTINE_SECURITY_DEFINER] = {.name = "security-definer",
                                     AG_FIELD_OF(AgRoutine, security_definer, BOOL),
                                     .about = "Runs with the rights of its owner."},
    [AG_ROUTINE_OBJECT_FILE] = {.name = "object-file",
                                AG_FIELD_OF(AgRoutine, object_file, TEXT),
                                .about = "Language c: the library."},
    [AG_ROUTINE_LINK_SYMBOL] = {.name = "link-symbol",
                                AG_FIELD_OF(AgRoutine, link_symbol, TEXT),
                                .about = "Language c: the symbol, where it is not the name."},
    [AG_ROUTINE_BODY] = {.name = "body",
                         AG_FIELD_OF(AgRoutine, body, BODY),
                         .form = AG_FORM_ELEMENT,
                         .about = "The code."},
    [AG_ROUTINE_BODY_STANDARD] = {.name = "body/standard",
                                  AG_FIELD_OF(AgRoutine, standard, BOOL),
                                  .about = "true: RETURN ... or BEGIN ATOMIC ... END."},
    [AG_ROUTINE_PARAMS] = {.name = "param",
                           AG_FIELD_OF(AgRoutine, params, OPTIONS),
                           .form = AG_FORM_CHILDREN,
                           .about = "Settings while it runs, search_path above all."},
    [AG_FUNCTION_RETURNS] = {.name = "returns",
                             AG_FIELD_OF(AgRoutine, returns, TYPE),
                             .about = "Type of the result, setof ... for many; arguments of mode "
                                      "out or table say it themselves."},
    [AG_FUNCTION_VOLATILITY] = {.name = "volatility",
                                AG_FIELD_OF(AgRoutine, volatility, WORD),
                                .words = volatilities,
                                .about = "What its result depends on."},
    [AG_FUNCTION_STRICT] = {.name = "strict",
                            AG_FIELD_OF(AgRoutine, strict, BOOL),
                            .about = "NULL for any argument gives NULL."},
    [AG_FUNCTION_LEAKPROOF] = {.name = "leakproof",
                               AG_FIELD_OF(AgRoutine, leakproof, BOOL),
                               .about = "Reveals nothing of its arguments."},
    [AG_FUNCTION_PARALLEL] = {.name = "parallel",
                              AG_FIELD_OF(AgRoutine, parallel, WORD),
                              .words = parallels,
                              .about = "Whether parallel workers may run it."},
    [AG_FUNCTION_COST] = {.name = "cost",
                          AG_FIELD_OF(AgRoutine, cost, TEXT),
                          .about = "Cost of one call for the planner."},
    [AG_FUNCTION_ROWS] = {.name = "rows",
                          AG_FIELD_OF(AgRoutine, rows, TEXT),
                          .about = "Rows the planner expects of a set."},
    [AG_FUNCTION_SUPPORT] = {.name = "support",
                             AG_FIELD_OF(AgRoutine, support, QNAME),
                             .about = "Function that helps the planner."},
    [AG_FUNCTION_WINDOW] = {.name = "window",
                            AG_FIELD_OF(AgRoutine, window, BOOL),
                            .about = "A window function."},
};

enum { N_PROCEDURE_FIELDS = AG_FUNCTION_RETURNS };

bool ag_is_routine(const AgObject *object)
{
    return object->info->kind == AG_KIND_FUNCTION || object->info->kind == AG_KIND_PROCEDURE;
}

bool ag_argument_is_input(const AgArgument *argument)
{
    return argument->mode == NULL || strcmp(argument->mode, "inout") == 0 ||
           strcmp(argument->mode, "variadic") == 0;
}

bool ag_argument_is_output(const AgArgument *argument)
{
    return argument->mode != NULL && strcmp(argument->mode, "variadic") != 0;
}

const char *ag_routine_set_of(const char *type)
{
    static const char word[] = "setof";
    size_t length = sizeof word - 1;
    if (type == NULL || g_ascii_strncasecmp(type, word, length) != 0 ||
        !g_ascii_isspace(type[length]))
        return NULL;
    type += length;
    while (g_ascii_isspace(*type))
        type++;
    return type;
}

char *ag_routine_signature(AgPool *pool, const GPtrArray *arguments)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; arguments != NULL && i < arguments->len; i++) {
        const AgArgument *argument = g_ptr_array_index(arguments, i);
        const char *type =
            argument->type.canonical != NULL ? argument->type.canonical : argument->type.written;
        if (ag_argument_is_input(argument))
            g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", type);
    }
    return ag_pool_text(pool, out->str);
}

char *ag_routine_body_text(AgPool *pool, const char *dedented)
{
    bool lines = strchr(dedented, '\n') != NULL;
    return ag_pool_concat(pool, lines ? "\n" : "", dedented, lines ? "\n" : "", NULL);
}

/* --- what goes without saying --- */

static bool has_outputs(const AgRoutine *routine)
{
    for (guint i = 0; routine->arguments != NULL && i < routine->arguments->len; i++) {
        if (ag_argument_is_output(g_ptr_array_index(routine->arguments, i)))
            return true;
    }
    return false;
}

static bool returns_table(const AgRoutine *routine)
{
    for (guint i = 0; routine->arguments != NULL && i < routine->arguments->len; i++) {
        const AgArgument *argument = g_ptr_array_index(routine->arguments, i);
        if (g_strcmp0(argument->mode, "table") == 0)
            return true;
    }
    return false;
}

/* As the server prints a float4; NULL for what it takes by itself. */
static const char *settled_number(AgPool *pool, const char *text, double usual)
{
    char *end = NULL, buffer[G_ASCII_DTOSTR_BUF_SIZE];
    if (text == NULL)
        return NULL;
    double value = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0')
        return text;
    if (value == usual)
        return NULL;
    return ag_pool_text(pool, g_ascii_formatd(buffer, sizeof buffer, "%.6g", value));
}

void ag_routine_settle(AgPool *pool, AgRoutine *routine)
{
    if (g_strcmp0(routine->language, "sql") == 0)
        routine->language = NULL;
    if (g_strcmp0(routine->volatility, volatilities[0]) == 0)
        routine->volatility = NULL;
    if (g_strcmp0(routine->parallel, parallels[0]) == 0)
        routine->parallel = NULL;
    bool native =
        g_strcmp0(routine->language, "c") == 0 || g_strcmp0(routine->language, "internal") == 0;
    routine->cost = settled_number(pool, routine->cost, native ? 1 : 100);
    routine->rows = settled_number(pool, routine->rows, 1000);
    if (g_strcmp0(routine->link_symbol, routine->object.name) == 0)
        routine->link_symbol = NULL;
    if (has_outputs(routine) && routine->returns.written != NULL &&
        ag_routine_set_of(routine->returns.written) == NULL)
        routine->returns = (AgSql){.written = NULL};
}

/* --- what cannot be --- */

static bool is_number(const char *text)
{
    char *end = NULL;
    return text == NULL || (g_ascii_strtod(text, &end) > 0 && *end == '\0');
}

static bool check_result(const AgRoutine *routine, AgDiag *diag)
{
    const AgObject *object = &routine->object;
    bool table = returns_table(routine);
    if (object->info->kind == AG_KIND_PROCEDURE)
        return true;
    if (routine->returns.written == NULL && !has_outputs(routine)) {
        ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place,
                "<function> needs attribute 'returns'");
        ag_hint(diag, "a function that returns nothing has returns=\"void\"");
        return false;
    }
    if (table && routine->returns.written != NULL)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, routine->returns.place,
                       "function '%s' has 'returns' and also arguments of mode table",
                       object->name);
    return true;
}

static bool check_body(const AgRoutine *routine, AgDiag *diag)
{
    const AgObject *object = &routine->object;
    if (routine->body.written == NULL && routine->object_file == NULL) {
        ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place, "<%s> needs a <body>",
                object->info->element);
        ag_hint(diag, "or object-file and link-symbol, when it is written in C");
        return false;
    }
    if (routine->body.written != NULL && routine->object_file != NULL)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "%s '%s' has a body and also 'object-file'", object->info->noun,
                       object->name);
    if (routine->standard && routine->language != NULL)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "%s '%s': only language sql has bodies of the standard", object->info->noun,
                       object->name);
    return true;
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgRoutine *routine = (const AgRoutine *)object;
    (void)dialect;
    bool good = check_result(routine, diag);
    good = check_body(routine, diag) && good;
    if (!is_number(routine->cost) || !is_number(routine->rows))
        good = ag_fail(diag, AG_PROBLEM_BAD_VALUE, object->place,
                       "'%s' of function '%s' is not a number greater than 0",
                       is_number(routine->cost) ? "rows" : "cost", object->name);
    return good;
}

/* --- needs --- */

static void add_needs(const AgObject *object, AgNeeds *needs)
{
    const AgRoutine *routine = (const AgRoutine *)object;
    for (guint i = 0; routine->arguments != NULL && i < routine->arguments->len; i++) {
        const AgArgument *argument = g_ptr_array_index(routine->arguments, i);
        ag_needs_sql(needs, object, argument->type);
        ag_needs_sql(needs, object, argument->default_sql);
    }
    ag_needs_sql(needs, object, routine->returns);
    if (routine->standard)
        ag_needs_sql(needs, object, routine->body);
    else
        ag_needs_body(needs, object, routine->body.written);
}

/* --- CREATE OR REPLACE --- */

/* The name of an input argument may be given where there was none, but not changed; defaults may be
 * added, but not removed; what the function returns must stay as it is. */
static bool can_become(const AgArgument *old, const AgArgument *new_argument)
{
    bool same_name = g_strcmp0(old->name, new_argument->name) == 0;
    bool named = old->name == NULL && !ag_argument_is_output(old);
    return g_strcmp0(old->mode, new_argument->mode) == 0 &&
           ag_sql_same(old->type, new_argument->type) && (same_name || named) &&
           (old->default_sql.written == NULL || new_argument->default_sql.written != NULL);
}

bool ag_routine_can_replace(const AgRoutine *old, const AgRoutine *new_routine)
{
    const GPtrArray *olds = old->arguments, *news = new_routine->arguments;
    guint n = olds == NULL ? 0 : olds->len, m = news == NULL ? 0 : news->len;
    if (n != m || !ag_sql_same(old->returns, new_routine->returns) ||
        old->window != new_routine->window)
        return false;
    for (guint i = 0; i < n; i++) {
        if (!can_become(g_ptr_array_index(olds, i), g_ptr_array_index(news, i)))
            return false;
    }
    return true;
}

/* clang-format off */
const AgKindInfo ag_kind_function = {
    .kind = AG_KIND_FUNCTION,
    .noun = "function",
    .element = "function",
    .in_schema = true,
    .names = AG_NAMED_AS_ROUTINE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_ROUTINE,
    .size = sizeof(AgRoutine),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A function.",
    .check = check,
    .needs = add_needs,
};

const AgKindInfo ag_kind_procedure = {
    .kind = AG_KIND_PROCEDURE,
    .noun = "procedure",
    .element = "procedure",
    .in_schema = true,
    .names = AG_NAMED_AS_ROUTINE,
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_ROUTINE,
    .size = sizeof(AgRoutine),
    .fields = fields,
    .n_fields = N_PROCEDURE_FIELDS,
    .about = "A procedure.",
    .check = check,
    .needs = add_needs,
};
/* clang-format on */
