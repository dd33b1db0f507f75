/* SPDX-License-Identifier: MIT */
#include "model/routine.h"

#include "dialect/postgres/postgres.h"
#include "emit/postgres/postgres.h"
#include "model/aggregate.h"

#include <string.h>

/* --- how it is called --- */

const char *ag_postgres_argument(AgWriting *w, const AgObject *object, AgSql type)
{
    const char *known = ag_postgres_argument_type(w->pool, type.written);
    if (known != NULL)
        return known[0] == '"' ? known : type.written; /* "any" is a keyword besides */
    return ag_postgres_type(w, object, type);
}

const char *ag_postgres_input_types(AgWriting *w, const AgObject *object)
{
    const GPtrArray *arguments = object->info->kind == AG_KIND_AGGREGATE
                                     ? ((const AgAggregate *)object)->arguments
                                     : ((const AgRoutine *)object)->arguments;
    g_autoptr(GString) out = g_string_new("(");
    for (guint i = 0; arguments != NULL && i < arguments->len; i++) {
        const AgArgument *argument = g_ptr_array_index(arguments, i);
        if (ag_argument_is_input(argument))
            g_string_append_printf(out, "%s%s", out->len > 1 ? ", " : "",
                                   ag_postgres_argument(w, object, argument->type));
    }
    g_string_append_c(out, ')');
    return ag_pool_text(w->pool, out->str);
}

const char *ag_postgres_signature(AgWriting *w, const AgObject *object)
{
    if (object->info->kind == AG_KIND_AGGREGATE)
        return ag_postgres_aggregate_arguments(w, object, false);
    if (object->info->kind == AG_KIND_OPERATOR_CLASS ||
        object->info->kind == AG_KIND_OPERATOR_FAMILY)
        return ag_postgres_index_method(w, object);
    return ag_is_routine(object) ? ag_postgres_input_types(w, object) : "";
}

const char *ag_postgres_called(AgWriting *w, const AgObject *object)
{
    return ag_pool_printf(w->pool, "%s%s", ag_writing_qname(w, object),
                          ag_postgres_signature(w, object));
}

static const char *word_of(const AgObject *object)
{
    if (object->info->kind == AG_KIND_AGGREGATE)
        return "AGGREGATE";
    return object->info->kind == AG_KIND_PROCEDURE ? "PROCEDURE" : "FUNCTION";
}

const char *ag_postgres_routine(AgWriting *w, const AgObject *object)
{
    return ag_pool_printf(w->pool, "%s %s", word_of(object), ag_postgres_called(w, object));
}

/* --- arguments and result --- */

static void put_argument(AgWriting *w, GString *out, const AgObject *object,
                         const AgArgument *argument)
{
    bool table = g_strcmp0(argument->mode, "table") == 0;
    if (argument->mode != NULL && !table) {
        g_autofree char *mode = g_ascii_strup(argument->mode, -1);
        g_string_append_printf(out, "%s ", mode);
    }
    if (argument->name != NULL) {
        ag_quote_name(w->dialect, out, argument->name);
        g_string_append_c(out, ' ');
    }
    g_string_append(out, ag_postgres_argument(w, object, argument->type));
    if (argument->default_sql.written != NULL)
        g_string_append_printf(out, " DEFAULT %s",
                               ag_postgres_expression(w, object, argument->default_sql));
}

/* Those of the list, or (`table`) the columns of the result; each on a line of its own when there
 * are several. False when there is none. */
static bool put_arguments(AgWriting *w, GString *out, const AgRoutine *routine, bool table)
{
    g_autoptr(GString) list = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; routine->arguments != NULL && i < routine->arguments->len; i++) {
        const AgArgument *argument = g_ptr_array_index(routine->arguments, i);
        if ((g_strcmp0(argument->mode, "table") == 0) != table)
            continue;
        g_string_append(list, n++ > 0 ? ",\n    " : "");
        put_argument(w, list, &routine->object, argument);
    }
    g_string_append_printf(out, n > 1 ? "(\n    %s\n)" : "(%s)", list->str);
    return n > 0;
}

static void put_result(AgWriting *w, GString *out, const AgRoutine *routine)
{
    const char *set = ag_routine_set_of(routine->returns.written);
    AgSql type = routine->returns;
    g_autoptr(GString) table = g_string_new(NULL);
    if (put_arguments(w, table, routine, true))
        g_string_append_printf(out, "\nRETURNS TABLE %s", table->str);
    if (type.written == NULL)
        return;
    if (set != NULL) {
        type.written = set;
        type.canonical = ag_routine_set_of(type.canonical);
    }
    g_string_append_printf(out, "\nRETURNS %s%s", set != NULL ? "SETOF " : "",
                           ag_postgres_argument(w, &routine->object, type));
}

/* --- properties --- */

static const char *number_or(const char *text, const char *usual)
{
    return text != NULL ? text : usual;
}

static const char *usual_cost(const AgRoutine *routine)
{
    bool native =
        g_strcmp0(routine->language, "c") == 0 || g_strcmp0(routine->language, "internal") == 0;
    return native ? "1" : "100";
}

static void put_word(GString *out, const char *before, const char *word, const char *usual)
{
    g_autofree char *upper = g_ascii_strup(word != NULL ? word : usual, -1);
    g_string_append_printf(out, "\n%s%s", before, upper);
}

static void put_support(AgWriting *w, GString *out, AgQname support)
{
    g_string_append(out, "\nSUPPORT ");
    ag_quote_qname(w->dialect, out, support.schema, support.name);
}

/* The settings whose value is a list of names: each goes in quotes by itself. */
static bool is_list_setting(const char *name)
{
    static const char *const names[] = {"search_path",
                                        "temp_tablespaces",
                                        "session_preload_libraries",
                                        "local_preload_libraries",
                                        "shared_preload_libraries",
                                        "unix_socket_directories",
                                        NULL};
    g_autofree char *lower = g_ascii_strdown(name, -1);
    return g_strv_contains(names, lower);
}

static char *unquoted(const char *item)
{
    g_autofree char *text = g_strstrip(g_strdup(item));
    size_t length = strlen(text);
    if (length < 2 || text[0] != '"')
        return g_ascii_strdown(text, -1);
    GString *out = g_string_new(NULL);
    for (size_t i = 1; i + 1 < length; i++) {
        g_string_append_c(out, text[i]);
        if (text[i] == '"' && text[i + 1] == '"')
            i++;
    }
    return g_string_free(out, FALSE);
}

static void put_list_value(GString *out, const char *value)
{
    bool quoted = false, first = true;
    const char *start = value;
    for (const char *p = value;; p++) {
        quoted = quoted != (*p == '"');
        if (*p != '\0' && (*p != ',' || quoted))
            continue;
        g_autofree char *item = g_strndup(start, (gsize)(p - start));
        g_autofree char *name = unquoted(item);
        g_string_append(out, first ? "" : ", ");
        ag_quote_text(out, name);
        first = false;
        start = p + 1;
        if (*p == '\0')
            return;
    }
}

/* app.user is two names. */
static void put_setting_name(AgWriting *w, GString *out, const char *name)
{
    const char *dot = strchr(name, '.');
    if (dot != NULL)
        g_string_append_printf(out, "%s.",
                               ag_writing_name(w, ag_pool_text_n(w->pool, name,
                                                                 (size_t)(dot - name))));
    ag_quote_name(w->dialect, out, dot != NULL ? dot + 1 : name);
}

static void put_setting(AgWriting *w, GString *out, const AgOption *option)
{
    g_string_append(out, "\nSET ");
    put_setting_name(w, out, option->name);
    g_string_append(out, " TO ");
    if (is_list_setting(option->name))
        put_list_value(out, option->value);
    else
        ag_quote_text(out, option->value);
}

static void put_function_properties(AgWriting *w, GString *out, const AgRoutine *routine)
{
    if (routine->window)
        g_string_append(out, "\nWINDOW");
    if (routine->volatility != NULL)
        put_word(out, "", routine->volatility, "volatile");
    if (routine->strict)
        g_string_append(out, "\nSTRICT");
    if (routine->leakproof)
        g_string_append(out, "\nLEAKPROOF");
    if (routine->parallel != NULL)
        put_word(out, "PARALLEL ", routine->parallel, "unsafe");
    if (routine->cost != NULL)
        g_string_append_printf(out, "\nCOST %s", routine->cost);
    if (routine->rows != NULL)
        g_string_append_printf(out, "\nROWS %s", routine->rows);
    if (routine->support.name != NULL)
        put_support(w, out, routine->support);
}

/* --- the body --- */

static bool ends_early(const char *body, const char *tag)
{
    g_autofree char *whole = g_strconcat(body, tag, NULL);
    return strstr(whole, tag) != whole + strlen(body);
}

static void put_quoted(GString *out, const char *body)
{
    g_autofree char *tag = g_strdup("$$");
    for (guint n = 0; ends_early(body, tag); n++) {
        g_free(tag);
        tag = n == 0 ? g_strdup("$body$") : g_strdup_printf("$body%u$", n);
    }
    g_string_append_printf(out, "\nAS %s%s%s", tag, body, tag);
}

static void put_body(AgWriting *w, GString *out, const AgRoutine *routine)
{
    if (routine->object_file != NULL) {
        g_string_append(out, "\nAS ");
        ag_quote_text(out, routine->object_file);
        g_string_append(out, ", ");
        ag_quote_text(out,
                      routine->link_symbol != NULL ? routine->link_symbol : routine->object.name);
    } else if (routine->standard) {
        g_string_append_printf(out, "\n%s",
                               ag_postgres_expression(w, &routine->object, routine->body));
    } else if (routine->body.written != NULL) {
        put_quoted(out, routine->body.written);
    }
}

/* --- statements --- */

static bool check_version(AgWriting *w, const AgRoutine *routine)
{
    const AgObject *object = &routine->object;
    bool good =
        !routine->standard || ag_postgres_needs(w, object, 140000, "a body of the SQL standard");
    for (guint i = 0; object->info->kind == AG_KIND_PROCEDURE && routine->arguments != NULL &&
                      i < routine->arguments->len;
         i++) {
        const AgArgument *argument = g_ptr_array_index(routine->arguments, i);
        if (g_strcmp0(argument->mode, "out") == 0)
            good = ag_postgres_needs(w, object, 140000, "an argument of mode out") && good;
    }
    return good;
}

/* Bodies are kept as text; whether they compile is seen when they run, so that they may speak of
 * what is made further on. */
static bool write_definition(AgWriting *w, const AgChange *change, const char *command)
{
    const AgRoutine *routine = (const AgRoutine *)change->new;
    g_autoptr(GString) out = g_string_new(command);
    if (!check_version(w, routine))
        return false;
    g_string_append_printf(out, " %s %s ", word_of(change->new), ag_writing_qname(w, change->new));
    put_arguments(w, out, routine, false);
    put_result(w, out, routine);
    g_string_append_printf(out, "\nLANGUAGE %s",
                           routine->language == NULL ? "sql"
                                                     : ag_writing_name(w, routine->language));
    put_function_properties(w, out, routine);
    if (routine->security_definer)
        g_string_append(out, "\nSECURITY DEFINER");
    for (guint i = 0; routine->params != NULL && i < routine->params->len; i++)
        put_setting(w, out, g_ptr_array_index(routine->params, i));
    put_body(w, out, routine);
    ag_write(w, change, "%s", out->str);
    if (!routine->standard && routine->object_file == NULL)
        ag_writing_set(w, "check_function_bodies", "off");
    return true;
}

static AgStrategy choose_strategy(const AgChange *change)
{
    return ag_routine_can_replace((const AgRoutine *)change->old, (const AgRoutine *)change->new)
               ? AG_IN_PLACE
               : AG_RECREATE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    return write_definition(w, change, "CREATE");
}

/* --- ALTER FUNCTION, for what it can --- */

static AgFieldSet small_fields(const AgChange *change)
{
    AgFieldSet fields = AG_FIELD_BIT(AG_ROUTINE_SECURITY_DEFINER) | AG_FIELD_BIT(AG_ROUTINE_PARAMS);
    if (change->new->info->kind == AG_KIND_PROCEDURE)
        return fields;
    fields |= AG_FIELD_BIT(AG_FUNCTION_VOLATILITY) | AG_FIELD_BIT(AG_FUNCTION_STRICT) |
              AG_FIELD_BIT(AG_FUNCTION_LEAKPROOF) | AG_FIELD_BIT(AG_FUNCTION_PARALLEL) |
              AG_FIELD_BIT(AG_FUNCTION_COST) | AG_FIELD_BIT(AG_FUNCTION_ROWS);
    if (((const AgRoutine *)change->new)->support.name != NULL)
        fields |= AG_FIELD_BIT(AG_FUNCTION_SUPPORT);
    return fields;
}

static const AgOption *find_setting(const GPtrArray *options, const char *name)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (g_ascii_strcasecmp(option->name, name) == 0)
            return option;
    }
    return NULL;
}

static void put_settings(AgWriting *w, GString *out, const AgRoutine *old,
                         const AgRoutine *new_routine)
{
    const GPtrArray *olds = old->params, *news = new_routine->params;
    for (guint i = 0; olds != NULL && i < olds->len; i++) {
        const AgOption *option = g_ptr_array_index(olds, i);
        if (find_setting(news, option->name) != NULL)
            continue;
        g_string_append(out, "\nRESET ");
        put_setting_name(w, out, option->name);
    }
    for (guint i = 0; news != NULL && i < news->len; i++) {
        const AgOption *option = g_ptr_array_index(news, i);
        const AgOption *before = find_setting(olds, option->name);
        if (before == NULL || strcmp(before->value, option->value) != 0)
            put_setting(w, out, option);
    }
}

static AgFieldSet put_function_changes(AgWriting *w, GString *out, const AgChange *change)
{
    const AgRoutine *routine = (const AgRoutine *)change->new;
    AgFieldSet handled = 0;
    if (change->new->info->kind == AG_KIND_PROCEDURE)
        return 0;
    if (ag_postgres_take(change, AG_FUNCTION_VOLATILITY, &handled))
        put_word(out, "", routine->volatility, "volatile");
    if (ag_postgres_take(change, AG_FUNCTION_STRICT, &handled))
        g_string_append(out, routine->strict ? "\nSTRICT" : "\nCALLED ON NULL INPUT");
    if (ag_postgres_take(change, AG_FUNCTION_LEAKPROOF, &handled))
        g_string_append(out, routine->leakproof ? "\nLEAKPROOF" : "\nNOT LEAKPROOF");
    if (ag_postgres_take(change, AG_FUNCTION_PARALLEL, &handled))
        put_word(out, "PARALLEL ", routine->parallel, "unsafe");
    if (ag_postgres_take(change, AG_FUNCTION_COST, &handled))
        g_string_append_printf(out, "\nCOST %s", number_or(routine->cost, usual_cost(routine)));
    if (ag_postgres_take(change, AG_FUNCTION_ROWS, &handled))
        g_string_append_printf(out, "\nROWS %s", number_or(routine->rows, "1000"));
    if (ag_postgres_take(change, AG_FUNCTION_SUPPORT, &handled))
        put_support(w, out, routine->support);
    return handled;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgRoutine *old = (const AgRoutine *)change->old;
    const AgRoutine *new = (const AgRoutine *)change->new;
    AgFieldSet fields = change->changed & ~AG_FIELD_COMMON;
    if ((fields & ~small_fields(change)) != 0)
        return write_definition(w, change, "CREATE OR REPLACE") ? fields : 0;
    g_autoptr(GString) out = g_string_new(NULL);
    AgFieldSet handled = put_function_changes(w, out, change);
    if (ag_postgres_take(change, AG_ROUTINE_SECURITY_DEFINER, &handled))
        g_string_append(out, new->security_definer ? "\nSECURITY DEFINER" : "\nSECURITY INVOKER");
    if (ag_postgres_take(change, AG_ROUTINE_PARAMS, &handled))
        put_settings(w, out, old, new);
    if (out->len > 0) {
        out->str[0] = ' '; /* the first clause stands on the first line */
        ag_write(w, change, "ALTER %s%s", ag_postgres_routine(w, change->old), out->str);
    }
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, word_of(change->old));
}

static bool drop(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP %s", ag_postgres_routine(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_function_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};

const AgKindWriter ag_postgres_procedure_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
