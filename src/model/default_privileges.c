/* SPDX-License-Identifier: MIT */
#include "model/default_privileges.h"

#include "model/needs.h"

#include <string.h>

static const char *const object_words[] = {"tables", "sequences", "functions",
                                           "types",  "schemas",   NULL};

/* Which objects is always said: no word is what absence means. */
static const AgField fields[] = {
    [AG_DEFAULT_PRIVILEGES_ROLE] = {.name = "role",
                                    AG_FIELD_OF(AgDefaultPrivileges, role, NAME),
                                    .flags = AG_FIELD_REQUIRED,
                                    .about = "The role that makes the objects."},
    [AG_DEFAULT_PRIVILEGES_IN_SCHEMA] = {.name = "in-schema",
                                         AG_FIELD_OF(AgDefaultPrivileges, in_schema, NAME),
                                         .about = "Only what is made in this schema; absent: "
                                                  "wherever it is made."},
    [AG_DEFAULT_PRIVILEGES_OBJECTS] = {.name = "objects",
                                       AG_FIELD_OF(AgDefaultPrivileges, objects, WORD),
                                       .words = object_words,
                                       .flags = AG_FIELD_REQUIRED | AG_FIELD_IF_WRITTEN,
                                       .about = "Which objects: tables (and views), sequences, "
                                                "functions (and procedures), types or schemas."},
};

const char *ag_default_privileges_name(AgPool *pool, const char *role, const char *in_schema,
                                       const char *objects)
{
    if (role == NULL || objects == NULL)
        return NULL;
    return ag_pool_printf(pool, "%s of %s%s%s", objects, role, in_schema != NULL ? " in " : "",
                          in_schema != NULL ? in_schema : "");
}

static const char *derive_name(AgPool *pool, const AgObject *object)
{
    const AgDefaultPrivileges *d = (const AgDefaultPrivileges *)object;
    return ag_default_privileges_name(pool, d->role, d->in_schema, d->objects);
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgDefaultPrivileges *d = (const AgDefaultPrivileges *)object;
    const char *name = object->name == NULL ? "" : object->name;
    (void)dialect;
    if (object->comment != NULL)
        return ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                       "default privileges '%s': PostgreSQL keeps no comment of them", name);
    if (d->in_schema != NULL && g_strcmp0(d->objects, "schemas") == 0)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "default privileges '%s': schemas stand in no schema", name);
    if (object->name != NULL && (object->grants == NULL || object->grants->len == 0))
        return ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place,
                       "<default-privileges> needs <grant> or <revoke>");
    return true;
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const char *schema = ((const AgDefaultPrivileges *)object)->in_schema;
    if (schema != NULL)
        ag_needs_object(needs, AG_KIND_NAMESPACE, NULL, schema);
}

const AgKindInfo ag_kind_default_privileges = {
    .kind = AG_KIND_DEFAULT_PRIVILEGES,
    .noun = "default privileges",
    .element = "default-privileges",
    .dialects = AG_IN(POSTGRESQL),
    .grants = AG_GRANTS_TABLE,
    .size = sizeof(AgDefaultPrivileges),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "What is granted on objects that a role makes. Nothing that stands already changes.",
    .check = check,
    .derive_name = derive_name,
    .needs = collect_needs,
};
