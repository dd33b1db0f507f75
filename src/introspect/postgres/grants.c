/* SPDX-License-Identifier: MIT */
/* The privileges a desired object ends with, as the database counts them. What models say of a role
 * holds; where a role is not managed and nothing is said, what it has it keeps. So the two sides
 * compare as they are, and an object that is made anew loses nothing. */
#include "introspect/postgres/canonical_private.h"
#include "model/default_privileges.h"
#include "model/grant.h"
#include "model/namespace.h"

#include <string.h>

static bool is_managed(const AgCanonical *c, const char *role)
{
    const GPtrArray *roles = c->desired->roles;
    for (guint i = 0; roles != NULL && i < roles->len; i++) {
        if (strcmp(g_ptr_array_index(roles, i), role) == 0)
            return true;
    }
    return false;
}

static const char *owner_of(const AgObject *desired, const AgObject *live)
{
    const AgObject *top = desired->parent != NULL ? desired->parent : desired;
    if (top->info->kind == AG_KIND_DEFAULT_PRIVILEGES)
        return ((const AgDefaultPrivileges *)top)->role;
    if (top->owner != NULL)
        return top->owner;
    return live == NULL ? NULL : (live->parent != NULL ? live->parent : live)->owner;
}

static bool server_has(const AgObject *object, const AgGrant *grant, long version)
{
    AgGrantClass grants = grant->column != NULL ? AG_GRANTS_COLUMN : ag_object_grants(object);
    return !grant->all || g_strv_contains(ag_privileges(grants, version), grant->privilege);
}

/* Without what says only what is given anyway. */
static void add_written(const AgCanonical *c, const AgObject *object, const char *owner,
                        GPtrArray *out)
{
    long version = c->live->server_version;
    for (guint i = 0; object->grants != NULL && i < object->grants->len; i++) {
        AgGrant *grant = ag_grant_copy(c->pool, g_ptr_array_index(object->grants, i));
        if (owner != NULL && strcmp(grant->role, owner) == 0)
            grant->role = AG_ROLE_OWNER;
        bool given = grant->column == NULL &&
                     ag_object_gives(object, grant->role, grant->privilege, version);
        bool idle = grant->revoked ? !given : given && !grant->option;
        if (!idle && server_has(object, grant, version) && ag_grants_find(out, grant) == NULL)
            g_ptr_array_add(out, grant);
    }
}

/* Whether the model says anything of that privilege, be it only what is given anyway. */
static bool is_said(const AgObject *object, const char *owner, const AgGrant *live)
{
    AgGrant other = *live;
    if (owner != NULL && strcmp(live->role, AG_ROLE_OWNER) == 0)
        other.role = owner;
    return ag_grants_find(object->grants, live) != NULL ||
           ag_grants_find(object->grants, &other) != NULL;
}

static void settle(const AgCanonical *c, AgObject *object, const AgObject *live)
{
    if (object->info->grants == AG_GRANTS_NONE)
        return;
    GPtrArray *out = ag_pool_array(c->pool);
    const char *owner = owner_of(object, live);
    add_written(c, object, owner, out);
    const GPtrArray *present = live == NULL ? NULL : live->grants;
    for (guint i = 0; present != NULL && i < present->len; i++) {
        AgGrant *grant = g_ptr_array_index(present, i);
        if (!is_managed(c, grant->role) && !is_said(object, owner, grant))
            g_ptr_array_add(out, grant);
    }
    ag_grants_sort(out);
    object->grants = out->len > 0 ? out : NULL;
}

/* --- roles that are not there --- */

static void note_roles(GHashTable *wanted, GPtrArray *names, const AgObject *object)
{
    for (guint i = 0; object->grants != NULL && i < object->grants->len; i++) {
        AgGrant *grant = g_ptr_array_index(object->grants, i);
        if (strcmp(grant->role, AG_ROLE_PUBLIC) == 0 || strcmp(grant->role, AG_ROLE_OWNER) == 0 ||
            g_hash_table_contains(wanted, grant->role))
            continue;
        g_hash_table_insert(wanted, (gpointer)(guintptr)grant->role, grant);
        g_ptr_array_add(names, (gpointer)(guintptr)grant->role);
    }
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++)
        note_roles(wanted, names, g_ptr_array_index(object->parts, i));
}

static void report_missing(const AgGrant *grant, AgDiag *diag)
{
    g_autoptr(GString) name = g_string_new(NULL);
    ag_quote_name(&ag_dialect_postgres, name, grant->role);
    ag_fail(diag, AG_PROBLEM_MISSING_ROLE, grant->place, "there is no role '%s'", grant->role);
    ag_hint(diag, "roles belong to the whole server, so revisions do not make them: CREATE ROLE %s",
            name->str);
}

static bool check_roles(AgCanonical *c, AgDiag *diag)
{
    static const char sql[] = "SELECT r.rolname FROM pg_catalog.pg_roles r"
                              " WHERE r.rolname = ANY ($1::pg_catalog.text[])";
    g_autoptr(GHashTable) wanted = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *names = ag_pool_array(c->scratch_pool);
    for (guint i = 0; i < c->desired->objects->len; i++)
        note_roles(wanted, names, g_ptr_array_index(c->desired->objects, i));
    if (names->len == 0)
        return true;
    const char *list = ag_pg_array_text(c->scratch_pool, names);
    AgRows *rows = ag_db_query(c->db, c->scratch_pool, sql, &list, 1, diag);
    for (guint row = 0; rows != NULL && row < rows->n_rows; row++)
        g_hash_table_remove(wanted, ag_rows_get(rows, row, 0));
    for (guint i = 0; rows != NULL && i < names->len; i++) {
        const AgGrant *grant = g_hash_table_lookup(wanted, g_ptr_array_index(names, i));
        if (grant != NULL)
            report_missing(grant, diag);
    }
    return rows != NULL && g_hash_table_size(wanted) == 0;
}

static bool may_have_column(const AgView *view, const char *name)
{
    return view->shape == NULL || ag_canonical_shape_type(view, name) != NULL;
}

/* A view's column is an object where something is said of it, be it only in the database. */
static void settle_view(const AgCanonical *c, AgObject *view, const AgObject *live)
{
    for (guint i = 0; live != NULL && live->parts != NULL && i < live->parts->len; i++) {
        const AgObject *column = g_ptr_array_index(live->parts, i);
        if (column->info->kind == AG_KIND_VIEW_COLUMN && column->grants != NULL &&
            may_have_column((const AgView *)view, column->name) &&
            ag_object_part(view, AG_KIND_VIEW_COLUMN, column->name) == NULL)
            ag_object_new(c->pool, &ag_kind_view_column, view, NULL, column->name);
    }
    for (guint i = view->parts == NULL ? 0 : view->parts->len; i > 0; i--) {
        AgObject *part = g_ptr_array_index(view->parts, i - 1);
        if (part->info->kind != AG_KIND_VIEW_COLUMN)
            continue;
        settle(c, part,
               live == NULL ? NULL : ag_object_part(live, AG_KIND_VIEW_COLUMN, part->name));
        if (ag_view_column_is_idle(part))
            g_ptr_array_remove_index(view->parts, i - 1);
    }
}

static void settle_table(const AgCanonical *c, const AgCanonicalTable *table)
{
    const GPtrArray *parts = table->desired->object.parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        AgObject *part = g_ptr_array_index(parts, i);
        const AgColumn *live = part->info->kind != AG_KIND_COLUMN
                                   ? NULL
                                   : ag_canonical_live_column(table, (AgColumn *)part);
        settle(c, part, live == NULL ? NULL : &live->object);
    }
}

/* Whether the models have it under another name: that of its schema, which is renamed. */
static bool is_former(const AgCanonical *c, const AgObject *live)
{
    for (guint i = 0; i < c->desired->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (object->info != live->info)
            continue;
        for (guint k = 0; object->former != NULL && k < object->former->len; k++)
            if (strcmp(((const AgQname *)g_ptr_array_index(object->former, k))->name, live->name) ==
                0)
                return true;
    }
    return false;
}

/* Of default privileges that no model speaks of nothing is said, as of a role that no model names:
 * only managed roles lose theirs. */
static void imply_defaults(AgCanonical *c)
{
    for (guint i = 0; i < c->live->objects->len; i++) {
        const AgObject *live = g_ptr_array_index(c->live->objects, i);
        if (live->info->kind != AG_KIND_DEFAULT_PRIVILEGES ||
            ag_schema_find_like(c->desired, live) != NULL || is_former(c, live))
            continue;
        AgObject *object = ag_object_new(c->pool, live->info, NULL, NULL, live->name);
        const AgDefaultPrivileges *d = (const AgDefaultPrivileges *)live;
        ((AgDefaultPrivileges *)object)->role = ag_pool_name(c->pool, d->role);
        ((AgDefaultPrivileges *)object)->in_schema = ag_pool_name(c->pool, d->in_schema);
        ((AgDefaultPrivileges *)object)->objects = d->objects;
        ag_schema_add(c->desired, object);
    }
    ag_schema_sort(c->desired);
}

/* The server keeps none that say only what is given anyway. */
static void drop_idle_defaults(AgCanonical *c)
{
    for (guint i = c->desired->objects->len; i > 0; i--) {
        const AgObject *object = g_ptr_array_index(c->desired->objects, i - 1);
        if (object->info->kind == AG_KIND_DEFAULT_PRIVILEGES && object->grants == NULL &&
            ag_schema_find_like(c->live, object) == NULL)
            g_ptr_array_remove_index(c->desired->objects, i - 1);
    }
}

bool ag_canonical_grants(AgCanonical *c, AgDiag *diag)
{
    imply_defaults(c);
    if (!check_roles(c, diag))
        return false;
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        settle(c, object, ag_canonical_live(c, object));
    }
    for (guint i = 0; i < c->tables->len; i++) {
        const AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        AgObject *object = &table->desired->object;
        if (object->info->kind == AG_KIND_TABLE)
            settle_table(c, table);
        else
            settle_view(c, object, table->live);
    }
    drop_idle_defaults(c);
    return true;
}
