/* SPDX-License-Identifier: MIT */
/* How a database reaches data that lie elsewhere: foreign-data wrappers (the code), servers (the
 * place) and user mappings (who one is there). They stand in no schema; the tables are AgTable with
 * a server. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgQname handler, validator; /* functions; name NULL: none */
    GPtrArray *options;         /* of AgOption *; XML <option>; NULL: none */
    bool secrets;               /* introspected: there are options that are not shown */
} AgForeignDataWrapper;
enum {
    AG_FOREIGN_DATA_WRAPPER_HANDLER,
    AG_FOREIGN_DATA_WRAPPER_VALIDATOR,
    AG_FOREIGN_DATA_WRAPPER_OPTIONS,
};

typedef struct {
    AgObject object;
    const char *wrapper; /* its foreign-data wrapper */
    const char *type, *version;
    GPtrArray *options; /* of AgOption *; NULL: none */
    bool secrets;
} AgServer;
enum {
    AG_SERVER_WRAPPER,
    AG_SERVER_TYPE,
    AG_SERVER_VERSION,
    AG_SERVER_OPTIONS,
};

/* It is known by the names of the role and the server. */
typedef struct {
    AgObject object;
    const char *user; /* a role, or "public" for everybody */
    const char *server;
    GPtrArray *options; /* of AgOption *; NULL: none */
    bool secrets;
    bool hidden; /* introspected: its options may not be read */
} AgUserMapping;
enum {
    AG_USER_MAPPING_USER,
    AG_USER_MAPPING_SERVER,
    AG_USER_MAPPING_OPTIONS,
};

/* Whether an option of that name holds a password or the like, which no model carries and nobody is
 * shown. */
bool ag_option_is_secret(const char *name);
/* Complains about such options of an object; false then. The list may be NULL. */
bool ag_options_check(const AgObject *object, const GPtrArray *options, AgDiag *diag);
/* "bob@files". In the pool. */
const char *ag_user_mapping_name(AgPool *pool, const char *user, const char *server);
/* Whether ALTER SERVER cannot make the one out of the other. */
bool ag_server_is_replaced(const AgObject *old, const AgObject *new_server);
