/* SPDX-License-Identifier: MIT */
#include "model/foreign_data.h"

#include "model/needs.h"

#include <string.h>

bool ag_option_is_secret(const char *name)
{
    static const char *const words[] = {"password",   "passwd",  "passphrase",  "secret", "token",
                                        "credential", "api_key", "private_key", NULL};
    g_autofree char *lower = g_ascii_strdown(name, -1);
    /* Of postgres_fdw: whether one must be given. */
    if (strcmp(lower, "password_required") == 0)
        return false;
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(lower, words[i]) != NULL)
            return true;
    return false;
}

bool ag_options_check(const AgObject *object, const GPtrArray *options, AgDiag *diag)
{
    bool good = true;
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (!ag_option_is_secret(option->name))
            continue;
        good = ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                       "%s '%s': option '%s' is a secret, which models do not carry",
                       object->info->noun, object->name == NULL ? "" : object->name, option->name);
        ag_hint(diag, "set it in the database; it is left alone there");
    }
    return good;
}

/* --- foreign-data wrappers --- */

static const AgField wrapper_fields[] = {
    [AG_FOREIGN_DATA_WRAPPER_HANDLER] = {.name = "handler",
                                         AG_FIELD_OF(AgForeignDataWrapper, handler, QNAME),
                                         .about = "Function that reads foreign data."},
    [AG_FOREIGN_DATA_WRAPPER_VALIDATOR] = {.name = "validator",
                                           AG_FIELD_OF(AgForeignDataWrapper, validator, QNAME),
                                           .about = "Function that checks options."},
    [AG_FOREIGN_DATA_WRAPPER_OPTIONS] = {.name = "option",
                                         AG_FIELD_OF(AgForeignDataWrapper, options, OPTIONS),
                                         .form = AG_FORM_CHILDREN,
                                         .about = "Options of the wrapper."},
};

static bool check_wrapper(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    (void)dialect;
    return ag_options_check(object, ((const AgForeignDataWrapper *)object)->options, diag);
}

static void collect_wrapper_needs(const AgObject *object, AgNeeds *needs)
{
    const AgForeignDataWrapper *wrapper = (const AgForeignDataWrapper *)object;
    if (wrapper->handler.name != NULL)
        ag_needs_named(needs, wrapper->handler.schema, wrapper->handler.name);
    if (wrapper->validator.name != NULL)
        ag_needs_named(needs, wrapper->validator.schema, wrapper->validator.name);
}

const AgKindInfo ag_kind_foreign_data_wrapper = {
    .kind = AG_KIND_FOREIGN_DATA_WRAPPER,
    .noun = "foreign-data wrapper",
    .element = "foreign-data-wrapper",
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_WRAPPER,
    .size = sizeof(AgForeignDataWrapper),
    .fields = wrapper_fields,
    .n_fields = G_N_ELEMENTS(wrapper_fields),
    .about = "A foreign-data wrapper that no extension brings. Wrappers are compared only where "
             "the models name any, or all schemas are managed.",
    .check = check_wrapper,
    .needs = collect_wrapper_needs,
};

/* --- servers --- */

static const AgField server_fields[] = {
    [AG_SERVER_WRAPPER] = {.name = "wrapper",
                           AG_FIELD_OF(AgServer, wrapper, NAME),
                           .flags = AG_FIELD_REQUIRED,
                           .about = "Its foreign-data wrapper, such as postgres_fdw."},
    [AG_SERVER_TYPE] = {.name = "type",
                        AG_FIELD_OF(AgServer, type, TEXT),
                        .about = "Type, a word of the wrapper."},
    [AG_SERVER_VERSION] = {.name = "version",
                           AG_FIELD_OF(AgServer, version, TEXT),
                           .about = "Version, a word of the wrapper."},
    [AG_SERVER_OPTIONS] = {.name = "option",
                           AG_FIELD_OF(AgServer, options, OPTIONS),
                           .form = AG_FORM_CHILDREN,
                           .about = "Options of the server: host, dbname and the like; no "
                                    "passwords."},
};

static bool check_server(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    (void)dialect;
    return ag_options_check(object, ((const AgServer *)object)->options, diag);
}

static void collect_server_needs(const AgObject *object, AgNeeds *needs)
{
    const AgServer *server = (const AgServer *)object;
    if (server->wrapper != NULL)
        ag_needs_object(needs, AG_KIND_FOREIGN_DATA_WRAPPER, NULL, server->wrapper);
}

bool ag_server_is_replaced(const AgObject *old, const AgObject *new_server)
{
    const AgServer *a = (const AgServer *)old, *b = (const AgServer *)new_server;
    return g_strcmp0(a->wrapper, b->wrapper) != 0 || g_strcmp0(a->type, b->type) != 0;
}

const AgKindInfo ag_kind_server = {
    .kind = AG_KIND_SERVER,
    .noun = "foreign server",
    .element = "server",
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_SERVER,
    .size = sizeof(AgServer),
    .fields = server_fields,
    .n_fields = G_N_ELEMENTS(server_fields),
    .about = "A foreign server. Servers are compared only where the models name any, or all "
             "schemas are managed.",
    .check = check_server,
    .needs = collect_server_needs,
};

/* --- user mappings --- */

static const AgField mapping_fields[] = {
    [AG_USER_MAPPING_USER] = {.name = "user",
                              AG_FIELD_OF(AgUserMapping, user, NAME),
                              .flags = AG_FIELD_REQUIRED,
                              .about = "The role; public: every role without a mapping of its "
                                       "own."},
    [AG_USER_MAPPING_SERVER] = {.name = "server",
                                AG_FIELD_OF(AgUserMapping, server, NAME),
                                .flags = AG_FIELD_REQUIRED,
                                .about = "The foreign server."},
    [AG_USER_MAPPING_OPTIONS] = {.name = "option",
                                 AG_FIELD_OF(AgUserMapping, options, OPTIONS),
                                 .form = AG_FORM_CHILDREN,
                                 .about = "Options: user and the like. Passwords are set in the "
                                          "database, and left alone there."},
};

const char *ag_user_mapping_name(AgPool *pool, const char *user, const char *server)
{
    if (user == NULL || server == NULL)
        return NULL;
    return ag_pool_printf(pool, strchr(user, '@') != NULL ? "\"%s\"@%s" : "%s@%s", user, server);
}

static const char *derive_name(AgPool *pool, const AgObject *object)
{
    const AgUserMapping *mapping = (const AgUserMapping *)object;
    return ag_user_mapping_name(pool, mapping->user, mapping->server);
}

static bool check_mapping(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    (void)dialect;
    bool good = ag_options_check(object, ((const AgUserMapping *)object)->options, diag);
    if (object->comment == NULL)
        return good;
    return ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                   "user mapping '%s': PostgreSQL keeps no comment of it",
                   object->name == NULL ? "" : object->name);
}

static void collect_mapping_needs(const AgObject *object, AgNeeds *needs)
{
    const AgUserMapping *mapping = (const AgUserMapping *)object;
    if (mapping->server != NULL)
        ag_needs_object(needs, AG_KIND_SERVER, NULL, mapping->server);
}

const AgKindInfo ag_kind_user_mapping = {
    .kind = AG_KIND_USER_MAPPING,
    .noun = "user mapping",
    .element = "user-mapping",
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgUserMapping),
    .fields = mapping_fields,
    .n_fields = G_N_ELEMENTS(mapping_fields),
    .about = "Who a role is on a foreign server. User mappings are compared only where the models "
             "name any, or all schemas are managed.",
    .check = check_mapping,
    .derive_name = derive_name,
    .needs = collect_mapping_needs,
};
