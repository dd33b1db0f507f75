/* SPDX-License-Identifier: MIT */
/* GRANT and REVOKE, the same for every kind of object. */
#include "model/grant.h"
#include "emit/postgres/postgres.h"
#include "model/default_privileges.h"
#include "model/sequence.h"

#include <string.h>

/* What a role has of one privilege. */
typedef enum { HAS_NOT, HAS, HAS_OPTION } Holding;

/* One statement in the making: the same words for several privileges. */
typedef struct {
    bool grants;      /* else revokes */
    bool option_only; /* REVOKE GRANT OPTION FOR; WITH GRANT OPTION */
    const char *role, *column;
    GPtrArray *privileges; /* of const char * */
} Sentence;

typedef struct {
    AgWriting *w;
    const AgChange *change;
    const AgObject *object; /* that the statements name */
    const char *owner;      /* at this point; NULL: whoever runs the script */
    const GPtrArray *old, *new;
    GPtrArray *sentences; /* of Sentence * */
} Granting;

static long version_of(const AgWriting *w)
{
    return w->options->server_version;
}

static Holding holding(const Granting *g, const GPtrArray *grants, const AgGrant *like)
{
    const AgGrant *grant = ag_grants_find(grants, like);
    if (grant != NULL)
        return grant->revoked ? HAS_NOT : grant->option ? HAS_OPTION : HAS;
    return like->column == NULL &&
                   ag_object_gives(g->object, like->role, like->privilege, version_of(g->w))
               ? HAS
               : HAS_NOT;
}

static void say(Granting *g, const AgGrant *grant, bool grants, bool option_only)
{
    for (guint i = 0; i < g->sentences->len; i++) {
        Sentence *sentence = g_ptr_array_index(g->sentences, i);
        if (sentence->grants != grants || sentence->option_only != option_only ||
            strcmp(sentence->role, grant->role) != 0 ||
            g_strcmp0(sentence->column, grant->column) != 0)
            continue;
        g_ptr_array_add(sentence->privileges, (gpointer)(uintptr_t)grant->privilege);
        return;
    }
    Sentence *sentence = ag_pool_new0(g->w->pool, Sentence);
    *sentence =
        (Sentence){grants, option_only, grant->role, grant->column, ag_pool_array(g->w->pool)};
    g_ptr_array_add(sentence->privileges, (gpointer)(uintptr_t)grant->privilege);
    g_ptr_array_add(g->sentences, sentence);
}

static void settle(Granting *g, const AgGrant *grant)
{
    Holding before = holding(g, g->old, grant), after = holding(g, g->new, grant);
    if (before == after)
        return;
    if (after == HAS_NOT)
        say(g, grant, false, false);
    else if (after == HAS && before == HAS_OPTION)
        say(g, grant, false, true);
    else
        say(g, grant, true, after == HAS_OPTION);
}

/* What goes first, so that an owner's or everybody's privileges are never wider in between. */
static void compare(Granting *g)
{
    for (guint i = 0; g->old != NULL && i < g->old->len; i++) {
        const AgGrant *grant = g_ptr_array_index(g->old, i);
        if (ag_grants_find(g->new, grant) == NULL)
            settle(g, grant);
    }
    for (guint i = 0; g->new != NULL &&i < g->new->len; i++)
        settle(g, g_ptr_array_index(g->new, i));
}

/* --- words --- */

static bool is_default(const AgObject *object)
{
    return object->info->kind == AG_KIND_DEFAULT_PRIVILEGES;
}

/* What stands behind ON. */
static const char *target_of(const Granting *g)
{
    AgWriting *w = g->w;
    const AgObject *object = g->object;
    if (is_default(object)) {
        g_autofree char *word = g_ascii_strup(((const AgDefaultPrivileges *)object)->objects, -1);
        return ag_pool_text(w->pool, word);
    }
    switch (object->info->grants) {
    case AG_GRANTS_NONE:
        break;
    case AG_GRANTS_TABLE:
    case AG_GRANTS_COLUMN:
        return ag_pool_printf(w->pool, "TABLE %s", ag_writing_qname(w, object));
    case AG_GRANTS_SEQUENCE:
        return ag_pool_printf(w->pool, "SEQUENCE %s", ag_writing_qname(w, object));
    case AG_GRANTS_SCHEMA:
        return ag_pool_printf(w->pool, "SCHEMA %s",
                              ag_writing_name(w, ag_writing_current(w, object)->name));
    case AG_GRANTS_TYPE:
        return ag_pool_printf(w->pool, "TYPE %s", ag_writing_qname(w, object));
    case AG_GRANTS_ROUTINE:
        return ag_pool_printf(w->pool, "ROUTINE %s%s", ag_writing_qname(w, object),
                              ag_postgres_input_types(w, object));
    case AG_GRANTS_SERVER:
        return ag_pool_printf(w->pool, "FOREIGN SERVER %s",
                              ag_writing_name(w, ag_writing_current(w, object)->name));
    case AG_GRANTS_WRAPPER:
        return ag_pool_printf(w->pool, "FOREIGN DATA WRAPPER %s",
                              ag_writing_name(w, ag_writing_current(w, object)->name));
    }
    g_assert_not_reached();
}

static const AgObject *top_of(const AgObject *object)
{
    return object->parent != NULL ? object->parent : object;
}

/* The one it is given to, else whom it belongs to, else whoever makes it. */
static const char *owner_of(const AgWriting *w, const AgChange *change)
{
    if (change->verb == AG_CREATE)
        return ag_postgres_new_owner(w, top_of(change->new), change->recreate);
    const char *owner = top_of(change->new)->owner;
    return owner != NULL ? owner : top_of(change->old)->owner;
}

static const char *role_text(const Granting *g, const char *role)
{
    if (strcmp(role, AG_ROLE_PUBLIC) == 0)
        return "PUBLIC";
    if (strcmp(role, AG_ROLE_OWNER) != 0)
        return ag_writing_name(g->w, role);
    if (is_default(g->object))
        return ag_writing_name(g->w, ((const AgDefaultPrivileges *)g->object)->role);
    return g->owner == NULL ? "CURRENT_USER" : ag_writing_name(g->w, g->owner);
}

static bool has_all(const Granting *g, const Sentence *sentence)
{
    const char *const *all = ag_privileges(ag_object_grants(g->object), version_of(g->w));
    guint n = g_strv_length((char **)(uintptr_t)all);
    return n > 1 && sentence->privileges->len == n;
}

static bool has_name(const GPtrArray *names, const char *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(uintptr_t)names, name, g_str_equal, NULL);
}

/* In the server's order, whatever the order they were found in. */
static void put_privileges(const Granting *g, GString *out, const Sentence *sentence)
{
    const char *const *all = ag_privileges(ag_object_grants(g->object), 0);
    const char *column = sentence->column;
    if (ag_object_grants(g->object) == AG_GRANTS_COLUMN)
        column = ag_writing_current(g->w, g->object)->name;
    const char *in =
        column == NULL ? "" : ag_pool_printf(g->w->pool, " (%s)", ag_writing_name(g->w, column));
    size_t start = out->len;
    if (has_all(g, sentence)) {
        g_string_append_printf(out, "ALL%s", in);
        return;
    }
    for (size_t i = 0; all[i] != NULL; i++) {
        if (!has_name(sentence->privileges, all[i]))
            continue;
        g_autofree char *word = g_ascii_strup(all[i], -1);
        g_string_append_printf(out, "%s%s%s", out->len > start ? ", " : "", word, in);
    }
}

static void write_sentence(const Granting *g, const Sentence *sentence)
{
    g_autoptr(GString) out = g_string_new(
        is_default(g->object) ? ag_postgres_default_privileges(g->w, g->object) : NULL);
    g_string_append(out, sentence->grants ? "GRANT " : "REVOKE ");
    if (!sentence->grants && sentence->option_only)
        g_string_append(out, "GRANT OPTION FOR ");
    put_privileges(g, out, sentence);
    g_string_append_printf(out, " ON %s %s %s", target_of(g), sentence->grants ? "TO" : "FROM",
                           role_text(g, sentence->role));
    if (sentence->grants && sentence->option_only)
        g_string_append(out, " WITH GRANT OPTION");
    ag_write(g->w, g->change, "%s", out->str);
}

static bool needs_newer(const Granting *g)
{
    for (guint i = 0; g->new != NULL &&i < g->new->len; i++) {
        const AgGrant *grant = g_ptr_array_index(g->new, i);
        if (!grant->all && strcmp(grant->privilege, "maintain") == 0 &&
            !ag_postgres_needs(g->w, g->change->new, 170000, "privilege 'maintain'"))
            return true;
    }
    return false;
}

static bool write_all(Granting *g)
{
    if (needs_newer(g))
        return false;
    g->sentences = ag_pool_array(g->w->pool);
    compare(g);
    for (guint i = 0; i < g->sentences->len; i++)
        write_sentence(g, g_ptr_array_index(g->sentences, i));
    return true;
}

/* --- what a revocation on the whole takes away from its columns --- */

static bool is_former(const AgObject *object, const char *name)
{
    for (guint i = 0; object->former != NULL && i < object->former->len; i++) {
        if (strcmp(((const AgQname *)g_ptr_array_index(object->former, i))->name, name) == 0)
            return true;
    }
    return false;
}

/* The column as it was before the change, under whatever name. */
static const AgObject *column_before(const AgChange *change, const AgObject *column)
{
    const AgObject *same = ag_object_part(change->old, column->info->kind, column->name);
    for (guint i = 0; same == NULL && change->old->parts != NULL && i < change->old->parts->len;
         i++) {
        const AgObject *part = g_ptr_array_index(change->old->parts, i);
        if (part->info == column->info &&
            (is_former(column, part->name) || is_former(part, column->name)))
            same = part;
    }
    return same;
}

static bool is_revoked(const GPtrArray *sentences, const AgGrant *grant)
{
    for (guint i = 0; i < sentences->len; i++) {
        const Sentence *sentence = g_ptr_array_index(sentences, i);
        if (!sentence->grants && sentence->column == NULL &&
            strcmp(sentence->role, grant->role) == 0 &&
            has_name(sentence->privileges, grant->privilege) &&
            (!sentence->option_only || grant->option))
            return true;
    }
    return false;
}

static bool restore_columns(AgWriting *w, const AgChange *change, const GPtrArray *sentences)
{
    bool ok = true;
    const GPtrArray *parts = change->new->parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        const AgObject *before = part->grants == NULL || part->info->grants != AG_GRANTS_COLUMN
                                     ? NULL
                                     : column_before(change, part);
        GPtrArray *lost = before == NULL ? NULL : ag_pool_array(w->pool);
        for (guint k = 0; lost != NULL && k < part->grants->len; k++) {
            if (is_revoked(sentences, g_ptr_array_index(part->grants, k)))
                g_ptr_array_add(lost, g_ptr_array_index(part->grants, k));
        }
        Granting again = {.w = w, .change = change, .object = before, .new = lost};
        ok = (lost == NULL || write_all(&again)) && ok;
    }
    return ok;
}

bool ag_postgres_grants(AgWriting *w, const AgChange *change)
{
    bool alters = change->verb == AG_ALTER;
    Granting g = {.w = w,
                  .change = change,
                  .object = alters ? change->old : change->new,
                  .owner = owner_of(w, change),
                  .old = alters ? change->old->grants : NULL,
                  .new = change->new->grants};
    return write_all(&g) && (!alters || restore_columns(w, change, g.sentences));
}

bool ag_postgres_grants_anew(AgWriting *w, const AgChange *change, const AgObject *object)
{
    const AgObject *twin = ag_writing_twin(w, object);
    Granting g = {.w = w, .change = change, .object = object, .new = object->grants};
    g.owner = twin == NULL ? NULL : ag_postgres_new_owner(w, twin, true);
    return write_all(&g);
}

bool ag_postgres_revoke_all(AgWriting *w, const AgChange *change)
{
    Granting g = {.w = w, .change = change, .object = change->old, .old = change->old->grants};
    return write_all(&g);
}
