/* SPDX-License-Identifier: MIT */
#include "model/operator_class.h"

#include "emit/postgres/postgres.h"

const char *ag_postgres_index_method(AgWriting *w, const AgObject *object)
{
    const char *method = object->info == &ag_kind_operator_family
                             ? ((const AgOperatorFamily *)object)->method
                             : ((const AgOperatorClass *)object)->method;
    return ag_pool_printf(w->pool, " USING %s", ag_writing_name(w, method));
}

/* "shop.f" of a family, or of the class's family, which need not be in the models. */
static const char *family_name(AgWriting *w, const AgObject *object)
{
    const AgOperatorClass *c = (const AgOperatorClass *)object;
    if (object->info == &ag_kind_operator_family)
        return ag_writing_qname(w, object);
    const AgObject *family = ag_operator_family_find(ag_writing_side(w, object), c);
    return family != NULL ? ag_writing_qname(w, family) : ag_postgres_mention(w, object, c->family);
}

/* "shop.f USING btree" */
static const char *family_of(AgWriting *w, const AgObject *object)
{
    return ag_pool_printf(w->pool, "%s%s", family_name(w, object),
                          ag_postgres_index_method(w, object));
}

/* --- what belongs to them --- */

/* "OPERATOR 1 (integer, integer)": how the server tells it from others. */
static const char *member_key(AgWriting *w, const AgObject *part)
{
    const AgClassMember *member = (const AgClassMember *)part;
    return ag_pool_printf(w->pool, "%s %" G_GINT64_FORMAT " (%s, %s)",
                          part->info == &ag_kind_class_operator ? "OPERATOR" : "FUNCTION",
                          member->number, ag_postgres_type(w, part, member->left),
                          ag_postgres_type(w, part, member->right));
}

static void put_operator(AgWriting *w, GString *out, const AgClassMember *member)
{
    const AgObject *part = &member->object;
    g_string_append_printf(out, "OPERATOR %" G_GINT64_FORMAT " %s (%s, %s)", member->number,
                           ag_postgres_operator_name(w, part, member->member),
                           ag_postgres_type(w, part, member->left),
                           ag_postgres_type(w, part, member->right));
    if (member->order_by.name == NULL)
        return;
    AgOperatorClass like = {.family = member->order_by, .method = "btree"};
    const AgObject *family = ag_operator_family_find(ag_writing_side(w, part), &like);
    g_string_append_printf(out, " FOR ORDER BY %s",
                           family != NULL ? ag_writing_qname(w, family)
                                          : ag_postgres_mention(w, part, member->order_by));
}

static void put_member(AgWriting *w, GString *out, const AgObject *part)
{
    const AgClassMember *member = (const AgClassMember *)part;
    if (part->info == &ag_kind_class_operator) {
        put_operator(w, out, member);
        return;
    }
    g_string_append_printf(out, "%s %s", member_key(w, part),
                           ag_postgres_function_name(w, part, member->member));
    if (member->arguments != NULL)
        g_string_append_printf(out, "(%s)", member->arguments);
}

static const char *member_definition(AgWriting *w, const AgObject *part)
{
    g_autoptr(GString) out = g_string_new(NULL);
    put_member(w, out, part);
    return ag_pool_text(w->pool, out->str);
}

static AgStrategy choose_member_strategy(const AgChange *change)
{
    AgFieldSet key = AG_FIELD_BIT(AG_CLASS_MEMBER_NUMBER) | AG_FIELD_BIT(AG_CLASS_MEMBER_LEFT) |
                     AG_FIELD_BIT(AG_CLASS_MEMBER_RIGHT);
    return (change->changed & key) != 0 || ag_class_member_is_bound(change->new) ? AG_RECREATE
                                                                                 : AG_IN_PLACE;
}

static bool create_member(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER OPERATOR FAMILY %s ADD\n    %s", family_of(w, change->new->parent),
             member_definition(w, change->new));
    return true;
}

static bool drop_member(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER OPERATOR FAMILY %s DROP\n    %s", family_of(w, change->old->parent),
             member_key(w, change->old));
    return true;
}

static AgFieldSet alter_member(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    ag_postgres_take(change, AG_CLASS_OPERATOR_OPERATOR, &handled);
    ag_postgres_take(change, AG_CLASS_OPERATOR_ORDER_BY, &handled);
    if (handled != 0) {
        drop_member(w, change);
        create_member(w, change);
    }
    return handled;
}

const AgKindWriter ag_postgres_class_operator_writer = {
    .strategy = choose_member_strategy,
    .create = create_member,
    .alter = alter_member,
    .rename = ag_postgres_move_nothing,
    .drop = drop_member,
};

const AgKindWriter ag_postgres_class_function_writer = {
    .strategy = choose_member_strategy,
    .create = create_member,
    .alter = alter_member,
    .rename = ag_postgres_move_nothing,
    .drop = drop_member,
};

/* --- families --- */

static bool create_family(AgWriting *w, const AgChange *change)
{
    g_autoptr(GString) members = g_string_new(NULL);
    ag_write(w, change, "CREATE OPERATOR FAMILY %s", ag_postgres_called(w, change->new));
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgChange *part = g_ptr_array_index(change->folded, i);
        g_string_append(members, i > 0 ? ",\n    " : "\n    ");
        put_member(w, members, part->new);
    }
    if (members->len > 0)
        ag_write(w, change, "ALTER OPERATOR FAMILY %s ADD%s", ag_postgres_called(w, change->new),
                 members->str);
    return true;
}

static bool move_family(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "OPERATOR FAMILY");
}

static bool drop_family(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP OPERATOR FAMILY %s", ag_postgres_called(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_operator_family_writer = {
    .strategy = ag_postgres_keep_common,
    .create = create_family,
    .alter = ag_postgres_alter_nothing,
    .rename = move_family,
    .drop = drop_family,
};

/* --- classes --- */

static bool create_class(AgWriting *w, const AgChange *change)
{
    const AgObject *object = change->new;
    const AgOperatorClass *c = (const AgOperatorClass *)object;
    g_autoptr(GString) out = g_string_new(NULL);
    const char *type = ag_postgres_type(w, object, c->type);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgChange *part = g_ptr_array_index(change->folded, i);
        g_string_append(out, out->len > 0 ? ",\n    " : "");
        put_member(w, out, part->new);
    }
    /* Something has to stand there; the type itself says nothing. */
    if (c->storage.written != NULL || out->len == 0)
        g_string_append_printf(out, "%sSTORAGE %s", out->len > 0 ? ",\n    " : "",
                               c->storage.written != NULL ? ag_postgres_type(w, object, c->storage)
                                                          : type);
    ag_write(w, change, "CREATE OPERATOR CLASS %s\n    %sFOR TYPE %s%s FAMILY %s AS\n    %s",
             ag_writing_qname(w, object), c->is_default ? "DEFAULT " : "", type,
             ag_postgres_index_method(w, object), family_name(w, object), out->str);
    return true;
}

static bool move_class(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "OPERATOR CLASS");
}

/* What is not bound to the class would stay behind in its family. */
static void drop_loose(AgWriting *w, const AgChange *change)
{
    const AgObject *old = change->old;
    g_autoptr(GString) out = g_string_new(NULL);
    const AgObject *family =
        ag_operator_family_find(ag_writing_side(w, old), (const AgOperatorClass *)old);
    if (family != NULL && ag_writing_drops(w, family))
        return;
    for (guint i = 0; old->parts != NULL && i < old->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(old->parts, i);
        if (!ag_class_member_is_bound(part))
            g_string_append_printf(out, "%s%s", out->len > 0 ? ",\n    " : "", member_key(w, part));
    }
    if (out->len > 0)
        ag_write(w, change, "ALTER OPERATOR FAMILY %s DROP\n    %s", family_of(w, old), out->str);
}

static bool drop_class(AgWriting *w, const AgChange *change)
{
    drop_loose(w, change);
    ag_write(w, change, "DROP OPERATOR CLASS %s", ag_postgres_called(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_operator_class_writer = {
    .strategy = ag_postgres_keep_common,
    .create = create_class,
    .alter = ag_postgres_alter_nothing,
    .rename = move_class,
    .drop = drop_class,
};
