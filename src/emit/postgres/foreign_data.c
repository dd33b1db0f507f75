/* SPDX-License-Identifier: MIT */
/* Foreign-data wrappers, servers and user mappings, and what they share with foreign tables. */
#include "model/foreign_data.h"

#include "emit/postgres/postgres.h"

#include <string.h>

/* --- options --- */

static void put_option(AgWriting *w, GString *out, const char *verb, const AgOption *option)
{
    g_string_append_printf(out, "%s%s%s ", out->len > 0 ? ", " : "", verb,
                           ag_writing_name(w, option->name));
    ag_quote_text(out, option->value);
}

void ag_postgres_put_foreign_options(AgWriting *w, GString *out, const char *lead,
                                     const GPtrArray *options)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; options != NULL && i < options->len; i++)
        put_option(w, list, "", g_ptr_array_index(options, i));
    if (list->len > 0)
        g_string_append_printf(out, "%sOPTIONS (%s)", lead, list->str);
}

static const AgOption *find_option(const GPtrArray *options, const char *name)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (strcmp(option->name, name) == 0)
            return option;
    }
    return NULL;
}

const char *ag_postgres_foreign_options(AgWriting *w, const GPtrArray *old, const GPtrArray *new)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; old != NULL && i < old->len; i++) {
        const AgOption *option = g_ptr_array_index(old, i);
        if (find_option(new, option->name) == NULL)
            g_string_append_printf(list, "%sDROP %s", list->len > 0 ? ", " : "",
                                   ag_writing_name(w, option->name));
    }
    for (guint i = 0; new != NULL &&i < new->len; i++) {
        const AgOption *option = g_ptr_array_index(new, i);
        const AgOption *before = find_option(old, option->name);
        if (before == NULL || strcmp(before->value, option->value) != 0)
            put_option(w, list, before == NULL ? "ADD " : "SET ", option);
    }
    return ag_pool_printf(w->pool, "OPTIONS (%s)", list->str);
}

const char *ag_postgres_foreign_name(AgWriting *w, const AgObject *object, AgKind kind,
                                     const char *name)
{
    const AgObject *known = ag_schema_find(ag_writing_side(w, object), kind, NULL, name);
    return ag_writing_name(w, known == NULL ? name : ag_writing_current(w, known)->name);
}

static const char *current_name(AgWriting *w, const AgObject *object)
{
    return ag_writing_name(w, ag_writing_current(w, object)->name);
}

static bool drop_as(AgWriting *w, const AgChange *change, const char *what, bool secrets)
{
    AgStatement *statement = ag_write(w, change, "DROP %s", what);
    if (secrets)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    return true;
}

static bool rename_as(AgWriting *w, const AgChange *change, const char *what)
{
    ag_write(w, change, "ALTER %s %s RENAME TO %s", what, ag_writing_name(w, change->old->name),
             ag_writing_name(w, change->new->name));
    return true;
}

static AgStrategy alter_in_place(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

/* --- foreign-data wrappers --- */

static void put_function(AgWriting *w, GString *out, const AgObject *object, const char *word,
                         AgQname name)
{
    if (name.name == NULL) {
        g_string_append_printf(out, " NO %s", word);
        return;
    }
    const AgSchema *side = ag_writing_side(w, object);
    const AgObject *known = NULL;
    for (guint i = 0; known == NULL && i < side->objects->len; i++) {
        const AgObject *other = g_ptr_array_index(side->objects, i);
        if (other->info->kind == AG_KIND_FUNCTION && strcmp(other->name, name.name) == 0 &&
            g_strcmp0(other->schema, name.schema) == 0)
            known = other;
    }
    if (name.schema == NULL && !ag_postgres_is_well_known(name.name))
        ag_postgres_want_path(w, object);
    g_string_append_printf(out, " %s ", word);
    if (known != NULL)
        g_string_append(out, ag_writing_qname(w, known));
    else
        ag_quote_qname(w->dialect, out, name.schema, name.name);
}

static bool create_wrapper(AgWriting *w, const AgChange *change)
{
    const AgForeignDataWrapper *wrapper = (const AgForeignDataWrapper *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    if (wrapper->handler.name != NULL)
        put_function(w, out, change->new, "HANDLER", wrapper->handler);
    if (wrapper->validator.name != NULL)
        put_function(w, out, change->new, "VALIDATOR", wrapper->validator);
    ag_postgres_put_foreign_options(w, out, "\n    ", wrapper->options);
    ag_write(w, change, "CREATE FOREIGN DATA WRAPPER %s%s", ag_writing_name(w, change->new->name),
             out->str);
    return true;
}

static AgFieldSet alter_wrapper(AgWriting *w, const AgChange *change)
{
    const AgForeignDataWrapper *old = (const AgForeignDataWrapper *)change->old;
    const AgForeignDataWrapper *new = (const AgForeignDataWrapper *)change->new;
    AgFieldSet handled = 0;
    g_autoptr(GString) out = g_string_new(NULL);
    if (ag_postgres_take(change, AG_FOREIGN_DATA_WRAPPER_HANDLER, &handled))
        put_function(w, out, change->new, "HANDLER", new->handler);
    if (ag_postgres_take(change, AG_FOREIGN_DATA_WRAPPER_VALIDATOR, &handled))
        put_function(w, out, change->new, "VALIDATOR", new->validator);
    if (ag_postgres_take(change, AG_FOREIGN_DATA_WRAPPER_OPTIONS, &handled))
        g_string_append_printf(out, " %s",
                               ag_postgres_foreign_options(w, old->options, new->options));
    if (out->len > 0)
        ag_write(w, change, "ALTER FOREIGN DATA WRAPPER %s%s", current_name(w, change->old),
                 out->str);
    return handled;
}

static bool rename_wrapper(AgWriting *w, const AgChange *change)
{
    return rename_as(w, change, "FOREIGN DATA WRAPPER");
}

static bool drop_wrapper(AgWriting *w, const AgChange *change)
{
    return drop_as(w, change,
                   ag_pool_printf(w->pool, "FOREIGN DATA WRAPPER %s", current_name(w, change->old)),
                   ((const AgForeignDataWrapper *)change->old)->secrets);
}

const AgKindWriter ag_postgres_foreign_data_wrapper_writer = {
    .strategy = alter_in_place,
    .create = create_wrapper,
    .alter = alter_wrapper,
    .rename = rename_wrapper,
    .drop = drop_wrapper,
};

/* --- servers --- */

static AgStrategy choose_server_strategy(const AgChange *change)
{
    return (change->changed & (AG_FIELD_BIT(AG_SERVER_WRAPPER) | AG_FIELD_BIT(AG_SERVER_TYPE))) != 0
               ? AG_RECREATE
               : AG_IN_PLACE;
}

static void put_word(GString *out, const char *word, const char *text)
{
    if (text == NULL)
        return;
    g_string_append(out, word);
    ag_quote_text(out, text);
}

static bool create_server(AgWriting *w, const AgChange *change)
{
    const AgServer *server = (const AgServer *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    put_word(out, " TYPE ", server->type);
    put_word(out, " VERSION ", server->version);
    g_string_append_printf(out, "\n    FOREIGN DATA WRAPPER %s",
                           ag_postgres_foreign_name(w, change->new, AG_KIND_FOREIGN_DATA_WRAPPER,
                                                    server->wrapper));
    ag_postgres_put_foreign_options(w, out, "\n    ", server->options);
    ag_write(w, change, "CREATE SERVER %s%s", ag_writing_name(w, change->new->name), out->str);
    return true;
}

static AgFieldSet alter_server(AgWriting *w, const AgChange *change)
{
    const AgServer *old = (const AgServer *)change->old, *new = (const AgServer *)change->new;
    AgFieldSet handled = 0;
    g_autoptr(GString) out = g_string_new(NULL);
    if (ag_postgres_take(change, AG_SERVER_VERSION, &handled)) {
        g_string_append(out, new->version == NULL ? " VERSION NULL" : "");
        put_word(out, " VERSION ", new->version);
    }
    if (ag_postgres_take(change, AG_SERVER_OPTIONS, &handled))
        g_string_append_printf(out, " %s",
                               ag_postgres_foreign_options(w, old->options, new->options));
    if (out->len > 0)
        ag_write(w, change, "ALTER SERVER %s%s", current_name(w, change->old), out->str);
    return handled;
}

static bool rename_server(AgWriting *w, const AgChange *change)
{
    return rename_as(w, change, "SERVER");
}

static bool drop_server(AgWriting *w, const AgChange *change)
{
    return drop_as(w, change, ag_pool_printf(w->pool, "SERVER %s", current_name(w, change->old)),
                   ((const AgServer *)change->old)->secrets);
}

const AgKindWriter ag_postgres_server_writer = {
    .strategy = choose_server_strategy,
    .create = create_server,
    .alter = alter_server,
    .rename = rename_server,
    .drop = drop_server,
};

/* --- user mappings --- */

/* "USER MAPPING FOR bob SERVER files" */
static const char *mapping_of(AgWriting *w, const AgObject *object)
{
    const AgUserMapping *mapping = (const AgUserMapping *)object;
    const char *user =
        strcmp(mapping->user, AG_ROLE_PUBLIC) == 0 ? "PUBLIC" : ag_writing_name(w, mapping->user);
    return ag_pool_printf(w->pool, "USER MAPPING FOR %s SERVER %s", user,
                          ag_postgres_foreign_name(w, object, AG_KIND_SERVER, mapping->server));
}

static AgStrategy choose_mapping_strategy(const AgChange *change)
{
    return change->changed == AG_FIELD_BIT(AG_USER_MAPPING_OPTIONS) ? AG_IN_PLACE : AG_RECREATE;
}

static bool create_mapping(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_postgres_put_foreign_options(w, out, "\n    ",
                                    ((const AgUserMapping *)change->new)->options);
    ag_write(w, change, "CREATE %s%s", mapping_of(w, change->new), out->str);
    return true;
}

static AgFieldSet alter_mapping(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_USER_MAPPING_OPTIONS, &handled))
        ag_write(w, change, "ALTER %s %s", mapping_of(w, change->old),
                 ag_postgres_foreign_options(w, ((const AgUserMapping *)change->old)->options,
                                             ((const AgUserMapping *)change->new)->options));
    return handled;
}

static bool drop_mapping(AgWriting *w, const AgChange *change)
{
    return drop_as(w, change, mapping_of(w, change->old),
                   ((const AgUserMapping *)change->old)->secrets);
}

const AgKindWriter ag_postgres_user_mapping_writer = {
    .strategy = choose_mapping_strategy,
    .create = create_mapping,
    .alter = alter_mapping,
    .rename = ag_postgres_move_nothing, /* it is called by its server's name */
    .drop = drop_mapping,
};
