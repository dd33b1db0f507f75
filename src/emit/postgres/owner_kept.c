/* SPDX-License-Identifier: MIT */
/* Owners that no model names: what is made again belongs to whom it belonged. */
#include "emit/postgres/postgres.h"
#include "model/operator_class.h"
#include "model/routine.h"

#include <string.h>

/* --- whose it is --- */

static bool is_of_another(const AgSchema *side, const AgObject *object)
{
    return side->role != NULL && object->owner != NULL && strcmp(side->role, object->owner) != 0;
}

static bool was_called(const AgObject *object, const AgObject *old)
{
    for (guint i = 0; object->former != NULL && i < object->former->len; i++) {
        const AgQname *former = g_ptr_array_index(object->former, i);
        const char *schema = former->schema != NULL ? former->schema : object->schema;
        if (strcmp(former->name, old->name) == 0 && g_strcmp0(schema, old->schema) == 0)
            return true;
    }
    return false;
}

/* What is renamed and made anew is not renamed any more: then what it was called tells. */
static const AgObject *other_of(const AgWriting *w, const AgObject *object)
{
    bool old_side = ag_writing_side(w, object) == w->from;
    const AgSchema *side = old_side ? w->to : w->from;
    const AgObject *same =
        old_side ? ag_writing_twin(w, object) : ag_schema_find_like(w->from, object);
    for (guint i = 0; same == NULL && i < side->objects->len; i++) {
        const AgObject *other = g_ptr_array_index(side->objects, i);
        if (other->info == object->info &&
            (was_called(other, object) || was_called(object, other) ||
             (!old_side && ag_writing_twin(w, other) == object)))
            same = other;
    }
    return same;
}

/* The one in the database, when it has been another role's than the one that read it and no model
 * says whose it is; NULL: it need not be asked for. */
static const AgObject *kept(const AgWriting *w, const AgObject *object)
{
    bool old_side = ag_writing_side(w, object) == w->from, lives = w->from->server_version != 0;
    const AgObject *other = other_of(w, object);
    const AgObject *live = lives == old_side ? object : other;
    const AgObject *model = live == object ? other : object;
    bool is_kept = live != NULL && model != NULL && model->owner == NULL &&
                   ag_postgres_owned(live->info->kind).word != NULL &&
                   is_of_another(lives ? w->from : w->to, live);
    return is_kept ? live : NULL;
}

const char *ag_postgres_role(const AgWriting *w)
{
    return w->from->server_version != 0 ? w->from->role : w->to->role;
}

const char *ag_postgres_owner_of(const AgWriting *w, const AgObject *object)
{
    if (object->owner != NULL || ag_writing_side(w, object)->server_version != 0)
        return object->owner;
    /* Another one in the same place is not meant. */
    bool alone = ag_writing_is_new(w, object) || ag_writing_drops(w, object);
    const AgObject *other = alone ? NULL : other_of(w, object);
    return other == NULL ? ag_postgres_role(w) : other->owner;
}

const char *ag_postgres_new_owner(const AgWriting *w, const AgObject *object, bool recreate)
{
    if (w->to->server_version == 0)
        return object->owner;
    return is_of_another(w->to, object) && !(recreate && kept(w, object) != NULL) ? object->owner
                                                                                  : NULL;
}

/* --- given again --- */

/* The revision may run in another database, which need not have the role: that is told there. */
static void give_to_found(AgWriting *w, const AgChange *change, const AgObject *object,
                          const char *owner)
{
    const char *role = ag_writing_name(w, owner);
    g_autoptr(GString) name = g_string_new(NULL);
    g_autoptr(GString) body = g_string_new(NULL);
    g_autoptr(GString) warning = g_string_new(NULL);
    ag_quote_text(name, role);
    ag_quote_text(warning,
                  ag_pool_printf(w->pool,
                                 "role %s is not known here: %s '%s' stays with"
                                 " the role that made it",
                                 role, object->info->noun, ag_object_label(w->pool, object)));
    g_autofree char *block =
        g_strdup_printf("BEGIN IF to_regrole(%s) IS NOT NULL THEN %s%s;"
                        " ELSE RAISE WARNING USING MESSAGE = %s; END IF; END",
                        name->str, ag_postgres_alter_owner(w, object), role, warning->str);
    ag_quote_text(body, block);
    ag_write(w, change, "DO %s", body->str);
}

bool ag_postgres_give(AgWriting *w, const AgChange *change, const AgObject *object, bool recreate)
{
    const char *owner = ag_postgres_new_owner(w, object, recreate);
    if (owner == NULL)
        return true;
    if (w->to->server_version != 0)
        give_to_found(w, change, object, owner);
    else if (change->new == object)
        return ag_postgres_owner(w, change);
    else
        ag_write(w, change, "%s%s", ag_postgres_alter_owner(w, object), ag_writing_name(w, owner));
    return true;
}

/* --- made anew --- */

static void put_equal(GString *out, const char *column, const char *value)
{
    g_string_append_printf(out, "%s = ", column);
    ag_quote_text(out, value);
}

/* Its name as SQL has it, for the cast. */
static const char *spelled(AgWriting *w, const AgObject *object)
{
    AgKind kind = object->info->kind;
    if (kind == AG_KIND_OPERATOR)
        return ag_postgres_operator(w, object) + strlen("OPERATOR ");
    if (ag_is_routine(object) || kind == AG_KIND_AGGREGATE)
        return ag_pool_printf(w->pool, "%s%s", ag_writing_qname(w, object),
                              ag_postgres_input_types(w, object));
    return ag_writing_qname(w, object);
}

static const char *method_of(const AgObject *object)
{
    return object->info->kind == AG_KIND_OPERATOR_CLASS
               ? ((const AgOperatorClass *)object)->method
               : ((const AgOperatorFamily *)object)->method;
}

static void put_condition(AgWriting *w, GString *out, const AgObject *object, AgPgOwned place)
{
    const AgObject *now = ag_writing_current(w, object);
    AgKind kind = object->info->kind;
    if (place.cast != NULL) {
        put_equal(out, "oid", spelled(w, object));
        g_string_append_printf(out, "::%s", place.cast);
        return;
    }
    put_equal(out, ag_pool_printf(w->pool, "%sname", place.prefix), now->name);
    if (object->info->in_schema) {
        const char *schema = ag_writing_schema(w, ag_writing_side(w, now), now->schema);
        put_equal(out, ag_pool_printf(w->pool, " AND %snamespace", place.prefix),
                  ag_writing_name(w, schema));
        g_string_append(out, "::regnamespace");
    }
    if (kind == AG_KIND_OPERATOR_CLASS || kind == AG_KIND_OPERATOR_FAMILY) {
        g_string_append_printf(out, " AND %smethod = (SELECT oid FROM pg_am WHERE ", place.prefix);
        put_equal(out, "amname", method_of(object));
        g_string_append_c(out, ')');
    }
}

/* A revision may run in another database, with other roles: so who the owner is, is asked there. */
static const char *setting_of(AgWriting *w, const AgObject *live)
{
    const char *label =
        ag_pool_printf(w->pool, "%s %s", live->info->element, ag_object_label(w->pool, live));
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_MD5, label, -1);
    return ag_pool_printf(w->pool, "autogen.owner_%s", sum);
}

void ag_postgres_keep_owner(AgWriting *w, const AgChange *change, const AgObject *object)
{
    const AgObject *live = kept(w, object);
    if (live == NULL)
        return;
    AgPgOwned place = ag_postgres_owned(object->info->kind);
    g_autoptr(GString) condition = g_string_new(NULL);
    put_condition(w, condition, object, place);
    ag_write(w, change,
             "SELECT set_config('%s', pg_get_userbyid(%sowner), false)\n"
             "FROM %s\nWHERE %s",
             setting_of(w, live), place.prefix, place.catalog, condition->str);
}

void ag_postgres_give_back(AgWriting *w, const AgChange *change, const AgObject *object)
{
    const AgObject *live = kept(w, object);
    g_autoptr(GString) alter = g_string_new(NULL);
    g_autoptr(GString) body = g_string_new(NULL);
    if (live == NULL)
        return;
    ag_quote_text(alter, ag_postgres_alter_owner(w, object));
    g_autofree char *block =
        g_strdup_printf("BEGIN EXECUTE %s || quote_ident(current_setting('%s')); END", alter->str,
                        setting_of(w, live));
    ag_quote_text(body, block);
    ag_write(w, change, "DO %s", body->str);
}
