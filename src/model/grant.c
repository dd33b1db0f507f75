/* SPDX-License-Identifier: MIT */
#include "model/grant.h"

#include <string.h>

enum { WITH_MAINTAIN = 170000, PUBLIC_CREATES_NOT = 150000 };

const char *const *ag_privileges(AgGrantClass grants, long version)
{
    static const char *const table[] = {"select",     "insert",  "update",   "delete", "truncate",
                                        "references", "trigger", "maintain", NULL};
    static const char *const old_table[] = {"select",   "insert",     "update",  "delete",
                                            "truncate", "references", "trigger", NULL};
    static const char *const column[] = {"select", "insert", "update", "references", NULL};
    static const char *const sequence[] = {"select", "update", "usage", NULL};
    static const char *const schema[] = {"usage", "create", NULL};
    static const char *const usage[] = {"usage", NULL};
    static const char *const execute[] = {"execute", NULL};
    static const char *const none[] = {NULL};
    switch (grants) {
    case AG_GRANTS_NONE:
        return none;
    case AG_GRANTS_TABLE:
        return version == 0 || version >= WITH_MAINTAIN ? table : old_table;
    case AG_GRANTS_COLUMN:
        return column;
    case AG_GRANTS_SEQUENCE:
        return sequence;
    case AG_GRANTS_SCHEMA:
        return schema;
    case AG_GRANTS_TYPE:
    case AG_GRANTS_SERVER:
    case AG_GRANTS_WRAPPER:
        return usage;
    case AG_GRANTS_ROUTINE:
        return execute;
    }
    g_assert_not_reached();
}

bool ag_privilege_is_given(AgGrantClass grants, const char *role, const char *privilege,
                           bool is_public_schema, long version)
{
    if (strcmp(role, AG_ROLE_OWNER) == 0)
        return grants != AG_GRANTS_COLUMN;
    if (strcmp(role, AG_ROLE_PUBLIC) != 0)
        return false;
    if (is_public_schema)
        return strcmp(privilege, "usage") == 0 || (version != 0 && version < PUBLIC_CREATES_NOT);
    return grants == AG_GRANTS_TYPE || grants == AG_GRANTS_ROUTINE;
}

static bool is_same_key(const AgGrant *a, const AgGrant *b)
{
    return strcmp(a->role, b->role) == 0 && strcmp(a->privilege, b->privilege) == 0 &&
           g_strcmp0(a->column, b->column) == 0;
}

const AgGrant *ag_grants_find(const GPtrArray *grants, const AgGrant *like)
{
    for (guint i = 0; grants != NULL && i < grants->len; i++) {
        const AgGrant *grant = g_ptr_array_index(grants, i);
        if (is_same_key(grant, like))
            return grant;
    }
    return NULL;
}

bool ag_grants_same(const GPtrArray *a, const GPtrArray *b)
{
    guint n = a == NULL ? 0 : a->len, m = b == NULL ? 0 : b->len;
    for (guint i = 0; n == m && i < n; i++) {
        const AgGrant *grant = g_ptr_array_index(a, i);
        const AgGrant *other = ag_grants_find(b, grant);
        if (other == NULL || other->option != grant->option || other->revoked != grant->revoked)
            return false;
    }
    return n == m;
}

static gint by_role(gconstpointer a, gconstpointer b)
{
    const AgGrant *x = *(AgGrant *const *)a, *y = *(AgGrant *const *)b;
    int order = strcmp(x->role, y->role);
    if (order == 0)
        order = g_strcmp0(x->column, y->column);
    return order != 0 ? order : strcmp(x->privilege, y->privilege);
}

void ag_grants_sort(GPtrArray *grants)
{
    if (grants != NULL)
        g_ptr_array_sort(grants, by_role);
}

AgGrant *ag_grant_copy(AgPool *pool, const AgGrant *grant)
{
    AgGrant *copy = ag_pool_new0(pool, AgGrant);
    *copy = *grant;
    return copy;
}
