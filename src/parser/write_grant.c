/* SPDX-License-Identifier: MIT */
/* Privileges as <grant> and <revoke>, and the roles they speak of. */
#include "base/text.h"
#include "model/grant.h"
#include "parser/write_private.h"

#include <string.h>

/* One element in the making. */
typedef struct {
    const AgGrant *like;   /* role, option, revoked */
    GPtrArray *privileges; /* of const char * */
    GPtrArray *columns;    /* of const char *; NULL: the object itself */
} Line;

static Line *find_line(const GPtrArray *lines, const AgGrant *grant)
{
    for (guint i = 0; i < lines->len; i++) {
        Line *line = g_ptr_array_index(lines, i);
        if (strcmp(line->like->role, grant->role) == 0 && line->like->option == grant->option &&
            line->like->revoked == grant->revoked &&
            g_strcmp0(line->like->column, grant->column) == 0)
            return line;
    }
    return NULL;
}

/* One line for each role and column. */
static GPtrArray *lines_of(AgWrite *write, const GPtrArray *grants, const char *column)
{
    GPtrArray *lines = ag_pool_array(write->pool);
    for (guint i = 0; grants != NULL && i < grants->len; i++) {
        const AgGrant *grant = g_ptr_array_index(grants, i);
        Line *line = find_line(lines, grant);
        const char *in = column != NULL ? column : grant->column;
        if (line == NULL) {
            line = ag_pool_new0(write->pool, Line);
            line->like = grant;
            line->privileges = ag_pool_array(write->pool);
            line->columns = in == NULL ? NULL : ag_pool_array(write->pool);
            if (in != NULL)
                g_ptr_array_add(line->columns, (gpointer)(uintptr_t)in);
            g_ptr_array_add(lines, line);
        }
        g_ptr_array_add(line->privileges, (gpointer)(uintptr_t)grant->privilege);
    }
    return lines;
}

/* Columns of which a role has the same share one element. */
static void merge(GPtrArray *all, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        Line *line = g_ptr_array_index(lines, i);
        Line *twin = NULL;
        for (guint j = 0; j < all->len && twin == NULL; j++) {
            Line *other = g_ptr_array_index(all, j);
            if (line->columns != NULL && other->columns != NULL &&
                strcmp(other->like->role, line->like->role) == 0 &&
                other->like->option == line->like->option &&
                ag_names_same_set(other->privileges, line->privileges, false))
                twin = other;
        }
        if (twin != NULL)
            g_ptr_array_extend(twin->columns, line->columns, NULL, NULL);
        else
            g_ptr_array_add(all, line);
    }
}

static const char *privileges_text(AgWrite *write, const Line *line, AgGrantClass grants)
{
    long version = write->schema == NULL ? 0 : write->schema->server_version;
    const char *const *known = ag_privileges(grants, version);
    g_autoptr(GString) out = g_string_new(NULL);
    guint n = g_strv_length((char **)(uintptr_t)known);
    if (n > 1 && line->privileges->len == n)
        return "all";
    known = ag_privileges(grants, 0);
    for (size_t i = 0; known[i] != NULL; i++) {
        if (g_ptr_array_find_with_equal_func(line->privileges, known[i], g_str_equal, NULL))
            g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", known[i]);
    }
    return ag_pool_text(write->pool, out->str);
}

static const char *one_name(AgWrite *write, const char *name)
{
    GPtrArray *names = ag_pool_array(write->pool);
    g_ptr_array_add(names, (gpointer)(uintptr_t)name);
    return ag_names_join(write->pool, names);
}

static void write_line(AgWrite *write, AgElement *element, const AgObject *object, const Line *line)
{
    AgGrantClass grants = line->columns != NULL ? AG_GRANTS_COLUMN : ag_object_grants(object);
    AgElement *child =
        ag_element_new(write->pool, line->like->revoked ? "revoke" : "grant", element);
    ag_element_add(write->pool, element, child);
    ag_write_attribute(write, child, object, "privileges", privileges_text(write, line, grants));
    ag_write_attribute(write, child, object, line->like->revoked ? "from" : "to",
                       one_name(write, line->like->role));
    if (line->columns != NULL)
        ag_write_attribute(write, child, object, "columns",
                           ag_names_join(write->pool, line->columns));
    if (line->like->option)
        ag_write_attribute(write, child, object, "with-grant-option", "true");
}

void ag_write_grants(AgWrite *write, AgElement *element, const AgObject *object)
{
    GPtrArray *lines = lines_of(write, object->grants, NULL);
    if (object->info->grants == AG_GRANTS_NONE || object->info->grants == AG_GRANTS_COLUMN)
        return;
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(object->parts, i);
        if (part->info->grants == AG_GRANTS_COLUMN)
            merge(lines, lines_of(write, part->grants, part->name));
    }
    for (guint i = 0; i < lines->len; i++)
        write_line(write, element, object, g_ptr_array_index(lines, i));
}

static void note_roles(GHashTable *seen, GPtrArray *names, const AgObject *object)
{
    for (guint i = 0; object->grants != NULL && i < object->grants->len; i++) {
        const AgGrant *grant = g_ptr_array_index(object->grants, i);
        if (g_hash_table_add(seen, (gpointer)(uintptr_t)grant->role))
            g_ptr_array_add(names, (gpointer)(uintptr_t)grant->role);
    }
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++)
        note_roles(seen, names, g_ptr_array_index(object->parts, i));
}

/* Those the schema says, and all that are named: the models say all there is of them. */
void ag_write_roles(AgWrite *write, AgElement *model)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *names = ag_pool_array(write->pool);
    const GPtrArray *roles = write->schema->roles;
    for (guint i = 0; roles != NULL && i < roles->len; i++) {
        if (g_hash_table_add(seen, g_ptr_array_index(roles, i)))
            g_ptr_array_add(names, g_ptr_array_index(roles, i));
    }
    for (guint i = 0; i < write->schema->objects->len && write->schema->server_version != 0; i++)
        note_roles(seen, names, g_ptr_array_index(write->schema->objects, i));
    if (names->len == 0)
        return;
    g_ptr_array_sort(names, ag_text_order);
    AgElement *element = ag_element_new(write->pool, "managed-roles", model);
    ag_element_set(write->pool, element,
                   (AgAttribute){.name = "names", .value = ag_names_join(write->pool, names)});
    ag_element_add(write->pool, model, element);
}
