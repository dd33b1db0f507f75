/* SPDX-License-Identifier: MIT */
/* What the server cannot alter (labels of an enum that go or move, the base type of a domain, an
 * attribute of a composite type that is in use, all of a range type or a collation) is made anew
 * under its name, with the types that are made of it; the columns of the old ones are converted. */
#include "emit/postgres/type_users.h"

#include "model/collation.h"
#include "model/composite.h"
#include "model/domain.h"
#include "model/range.h"
#include "model/table.h"

#include <string.h>

typedef struct {
    AgWriting *w;
    const AgChange *change;
    const AgObject *type;   /* the type that changes, on the old side */
    const char *definition; /* of an enum; NULL: others */
    unsigned cast;          /* how values get from the old type to the new one */
    AgTypeUsers users;
} Rebuild;

/* --- what is written --- */

/* The ALTER of the column's default or type, written already or still to come. */
static const AgChange *default_change(AgWriting *w, const AgColumn *column)
{
    AgFieldSet fields = AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL) | AG_FIELD_BIT(AG_COLUMN_TYPE);
    for (guint i = 0; i < w->state->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(w->state->changes, i);
        if (change->verb == AG_ALTER && change->old == &column->object &&
            (change->changed & fields) != 0)
            return change;
    }
    return NULL;
}

/* The column as the new side knows it, where it does. */
static const AgColumn *column_now(AgWriting *w, const AgColumn *column)
{
    const AgObject *found = ag_writing_twin(w, &column->object);
    return found != NULL ? (const AgColumn *)found : column;
}

static bool has_default(AgWriting *w, const AgColumn *column)
{
    const AgChange *change = default_change(w, column);
    bool changed = change != NULL && ag_writing_is_done(w, change);
    return (changed ? (const AgColumn *)change->new : column)->default_sql.written != NULL;
}

/* As the new side says it, since the old text may name what is gone. What a later ALTER sets anyway
 * is left to it. */
static void restore_default(Rebuild *r, const AgColumn *column, const char *head)
{
    const AgChange *change = default_change(r->w, column);
    const AgColumn *now = column_now(r->w, column);
    bool is_set_later = change != NULL && !ag_writing_is_done(r->w, change);
    if (now->default_sql.written != NULL && !is_set_later)
        ag_write(r->w, r->change, "%s SET DEFAULT %s", head,
                 ag_postgres_expression(r->w, &now->object, now->default_sql));
}

/* Whether the values are those of the type that changes, maybe by way of domains over it. */
static bool is_plain_value(const Rebuild *r, const AgObject *type)
{
    const char *rest;
    for (int depth = 0; type != NULL && depth < 64; depth++) {
        if (ag_postgres_member(&r->users, type) == ag_postgres_member(&r->users, r->type))
            return true;
        if (type->info->kind != AG_KIND_DOMAIN)
            return false;
        type = ag_postgres_type_of(r->w, type, ((const AgDomain *)type)->type, &rest);
    }
    return false;
}

static unsigned cast_of(const Rebuild *r, const AgColumn *column)
{
    const char *rest;
    const AgObject *type = ag_postgres_type_of(r->w, &column->object, column->type, &rest);
    if (ag_postgres_member(&r->users, type) == NULL)
        return AG_CAST_REBUILDS; /* only its collation */
    return is_plain_value(r, type)
               ? r->cast
               : AG_CAST_THROUGH_TEXT | AG_CAST_REWRITES | AG_CAST_CHANGES | AG_CAST_MAY_FAIL;
}

/* --- children --- */

/* Whether the table was detached, or given other parents, by what is written already. */
static bool has_moved(AgWriting *w, const AgObject *table)
{
    AgFieldSet ties = AG_FIELD_BIT(AG_TABLE_PARTITION_OF) | AG_FIELD_BIT(AG_TABLE_INHERITS);
    const GPtrArray *changes = ag_writing_changes_of(w, table);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (change->verb == AG_ALTER && change->old == table && (change->changed & ties) != 0 &&
            ag_writing_is_done(w, change))
            return true;
    }
    return false;
}

static bool is_child_of(AgWriting *w, const AgObject *table, const AgObject *parent)
{
    if (has_moved(w, table)) {
        table = ag_writing_twin(w, table);
        parent = ag_writing_twin(w, parent);
    }
    return table != NULL && ag_table_is_child(w->pool, ag_writing_side(w, table), table, parent);
}

/* The next column from `*place` on that its table has from the table of `above`. */
static const AgColumn *next_below(const Rebuild *r, const AgColumn *above, guint *place)
{
    const GPtrArray *columns = r->users.columns;
    while (*place < columns->len) {
        const AgObject *column = g_ptr_array_index(columns, (*place)++);
        if (strcmp(column->name, above->object.name) == 0 &&
            is_child_of(r->w, column->parent, above->object.parent))
            return (const AgColumn *)column;
    }
    return NULL;
}

/* Whether the server converts it with that of a parent. */
static bool is_below(const Rebuild *r, const AgColumn *column)
{
    const GPtrArray *columns = r->users.columns;
    for (guint i = 0; i < columns->len; i++) {
        const AgObject *above = g_ptr_array_index(columns, i);
        if (strcmp(above->name, column->object.name) == 0 &&
            is_child_of(r->w, column->object.parent, above->parent))
            return true;
    }
    return false;
}

static const char *head_of(AgWriting *w, const AgColumn *column)
{
    const AgObject *object = &column->object;
    return ag_pool_printf(w->pool, "ALTER TABLE %s ALTER COLUMN %s", ag_writing_qname(w, object),
                          ag_writing_name(w, ag_writing_current(w, object)->name));
}

static void drop_defaults_below(Rebuild *r, const AgColumn *column)
{
    guint place = 0;
    for (const AgColumn *below; (below = next_below(r, column, &place)) != NULL;) {
        if (has_default(r->w, below))
            ag_write(r->w, r->change, "%s DROP DEFAULT", head_of(r->w, below));
        drop_defaults_below(r, below);
    }
}

/* What is set at a parent is set below as well. */
static void restore_defaults_below(Rebuild *r, const AgColumn *column)
{
    guint place = 0;
    for (const AgColumn *below; (below = next_below(r, column, &place)) != NULL;) {
        const char *head = head_of(r->w, below);
        if (has_default(r->w, below))
            restore_default(r, below, head);
        else if (has_default(r->w, column))
            ag_write(r->w, r->change, "%s DROP DEFAULT", head);
        restore_defaults_below(r, below);
    }
}

static void convert_column(Rebuild *r, const AgColumn *column)
{
    AgWriting *w = r->w;
    const AgObject *object = &column->object;
    if (is_below(r, column))
        return;
    const char *type = ag_postgres_type(w, object, column->type);
    const char *name = ag_writing_name(w, ag_writing_current(w, object)->name);
    const char *head = head_of(w, column);
    unsigned cast = cast_of(r, column);
    const char *rest;
    ag_postgres_type_of(w, object, column->type, &rest);
    bool had_default = has_default(w, column);
    if (had_default)
        ag_write(w, r->change, "%s DROP DEFAULT", head);
    drop_defaults_below(r, column);
    g_autoptr(GString) out = g_string_new(type);
    ag_postgres_put_collation(w, out, object, column->collation);
    if ((cast & AG_CAST_THROUGH_TEXT) != 0)
        g_string_append_printf(out, " USING %s::%s::%s", name, *rest != '\0' ? "text[]" : "text",
                               type);
    else if ((cast & AG_CAST_EXPLICIT) != 0)
        g_string_append_printf(out, " USING %s::%s", name, type);
    AgStatement *statement = ag_write(w, r->change, "%s TYPE %s", head, out->str);
    ag_postgres_mark_cast(w, statement, &column_now(w, column)->object, cast);
    if (had_default)
        restore_default(r, column, head);
    restore_defaults_below(r, column);
}

static void write_dependants(Rebuild *r, AgVerb verb)
{
    for (guint i = 0; i < r->users.dependants->len; i++) {
        const AgObject *part = g_ptr_array_index(r->users.dependants, i);
        const AgKindWriter *writer = ag_postgres_writer(part->info->kind);
        AgChange *change = ag_change_new(r->w->pool, verb, verb == AG_DROP ? part : NULL,
                                         verb == AG_DROP ? NULL : part);
        change->recreate = true;
        if (verb == AG_DROP)
            writer->drop(r->w, change);
        else if (writer->create(r->w, change))
            ag_postgres_comment(r->w, change);
    }
}

/* --- the types --- */

static const char *word_of(const AgObject *type)
{
    return type->info->kind == AG_KIND_COLLATION ? "COLLATION"
           : type->info->kind == AG_KIND_DOMAIN  ? "DOMAIN"
                                                 : "TYPE";
}

/* At most as long as a name may be, cut between characters. */
static const char *old_type_name(AgWriting *w, const char *name)
{
    char *text = ag_pool_printf(w->pool, "__ag_old_%s", name);
    size_t length = strlen(text);
    if (length > w->dialect->name_bytes) {
        length = w->dialect->name_bytes;
        while (((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
        text[length] = '\0';
    }
    return text;
}

static const char *qualified(AgWriting *w, const AgObject *type, const char *name)
{
    const AgObject *now = ag_writing_current(w, type);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, ag_writing_side(w, now), now->schema),
                   name);
    return ag_pool_text(w->pool, out->str);
}

static void put_aside(Rebuild *r, AgTypeMember *member)
{
    AgWriting *w = r->w;
    const AgObject *now = ag_writing_current(w, member->object);
    const char *name = old_type_name(w, now->name);
    member->old_name = qualified(w, member->object, name);
    ag_postgres_keep_owner(w, r->change, member->object);
    ag_write(w, r->change, "ALTER %s %s RENAME TO %s", word_of(now),
             ag_writing_qname(w, member->object), ag_writing_name(w, name));
    if (now->info->kind != AG_KIND_RANGE)
        return;
    AgRangeNames from = {.schema = ag_writing_schema(w, ag_writing_side(w, now), now->schema),
                         .range = now->name,
                         .multirange = ag_range_multirange(w->pool, (const AgRange *)now)};
    AgRangeNames to = from;
    to.range = name;
    to.multirange = old_type_name(w, from.multirange);
    ag_postgres_range_follows(w, r->change, (const AgRange *)member->object, from, to);
}

/* As it is to be: the one that changes as the new side says it, the others as they are. */
static const AgObject *wanted(const Rebuild *r, const AgTypeMember *member)
{
    bool is_root = member == ag_postgres_member(&r->users, r->type);
    return is_root && r->change->new->parent == NULL ? r->change->new : member->object;
}

static const AgObject *wanted_part(const Rebuild *r, const AgObject *part)
{
    if (part == r->change->old)
        return r->change->new;
    const AgObject *twin = ag_writing_twin(r->w, part);
    return part->info->kind == AG_KIND_DOMAIN_CHECK && twin != NULL ? twin : part;
}

static void put_composite(const Rebuild *r, GString *out, const GPtrArray *parts)
{
    g_string_append(out, " AS (");
    for (guint i = 0; i < parts->len; i++) {
        g_string_append(out, i > 0 ? ",\n    " : "\n    ");
        ag_postgres_put_field(r->w, out, wanted_part(r, g_ptr_array_index(parts, i)));
    }
    g_string_append(out, parts->len > 0 ? "\n)" : ")");
}

static bool is_late(const AgObject *part)
{
    return part->info->kind == AG_KIND_DOMAIN_CHECK && ((const AgDomainCheck *)part)->not_valid;
}

static void put_domain(const Rebuild *r, GString *out, const AgObject *domain,
                       const GPtrArray *parts)
{
    ag_postgres_put_domain(r->w, out, (const AgDomain *)domain);
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (is_late(part))
            continue;
        g_string_append(out, "\n    ");
        ag_postgres_put_domain_check(r->w, out, wanted_part(r, part));
    }
}

static void put_definition(const Rebuild *r, GString *out, const AgTypeMember *member,
                           const GPtrArray *parts)
{
    const AgObject *type = wanted(r, member);
    AgKind kind = type->info->kind;
    if (kind == AG_KIND_ENUM) {
        g_string_append_printf(out, " AS ENUM %s", r->definition);
    } else if (kind == AG_KIND_DOMAIN) {
        put_domain(r, out, type, parts);
    } else if (kind == AG_KIND_COMPOSITE) {
        put_composite(r, out, parts);
    } else if (kind == AG_KIND_RANGE) {
        g_string_append(out, " AS RANGE ");
        ag_postgres_put_range(r->w, out, (const AgRange *)type);
    } else {
        g_assert(kind == AG_KIND_COLLATION);
        g_string_append_c(out, ' ');
        ag_postgres_put_collation_of(r->w, out, (const AgCollation *)type);
    }
}

/* What CREATE TYPE does not bring along. */
static void restore_common(const Rebuild *r, const AgTypeMember *member)
{
    AgWriting *w = r->w;
    const AgObject *object = member->object;
    bool is_root = object == r->change->old;
    const AgObject *twin = ag_writing_twin(w, object);
    const char *name = ag_writing_qname(w, object);
    if (object->comment != NULL && (!is_root || (r->change->changed & AG_FIELD_COMMENT) == 0)) {
        g_autoptr(GString) text = g_string_new(NULL);
        ag_quote_text(text, object->comment);
        ag_write(w, r->change, "COMMENT ON %s %s IS %s", word_of(object), name, text->str);
    }
    if (twin != NULL && (!is_root || (r->change->changed & AG_FIELD_OWNER) == 0))
        ag_postgres_give(w, r->change, twin, true);
}

static void restore_parts(const Rebuild *r, const GPtrArray *parts)
{
    for (guint i = 0; i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        AgChange *change = ag_change_new(r->w->pool, AG_CREATE, NULL, part);
        change->recreate = true;
        if (is_late(part))
            ag_postgres_writer(part->info->kind)->create(r->w, change);
        ag_postgres_comment(r->w, change);
    }
}

static const AgChange *folded_change(const Rebuild *r, const AgObject *old)
{
    const GPtrArray *folded = r->change->folded;
    for (guint i = 0; folded != NULL && i < folded->len; i++) {
        const AgChange *change = g_ptr_array_index(folded, i);
        if (change->old == old)
            return change;
    }
    return NULL;
}

/* Those that are there, and with the type that changes what changes inside of it. */
static const GPtrArray *parts_of(const Rebuild *r, const AgTypeMember *member)
{
    const GPtrArray *there = ag_postgres_parts_there(r->w, member->object);
    const GPtrArray *folded = r->change->folded;
    if (folded == NULL || member != ag_postgres_member(&r->users, r->type))
        return there;
    GPtrArray *parts = ag_pool_array(r->w->pool);
    for (guint i = 0; i < there->len; i++) {
        const AgObject *part = g_ptr_array_index(there, i);
        const AgChange *change = folded_change(r, part);
        const AgObject *now = change == NULL ? part : change->new;
        if (now != NULL)
            g_ptr_array_add(parts, ag_as_key(now));
    }
    for (guint i = 0; i < folded->len; i++) {
        const AgChange *change = g_ptr_array_index(folded, i);
        if (change->old == NULL)
            g_ptr_array_add(parts, ag_as_key(change->new));
    }
    return parts;
}

static void make_anew(const Rebuild *r, const AgTypeMember *member)
{
    const GPtrArray *parts = parts_of(r, member);
    g_autoptr(GString) out = g_string_new(NULL);
    put_definition(r, out, member, parts);
    ag_write(r->w, r->change, "CREATE %s %s%s", word_of(member->object),
             ag_writing_qname(r->w, member->object), out->str);
    if (member->object->info->kind == AG_KIND_DOMAIN)
        ag_postgres_shed_default(r->w, r->change, (const AgDomain *)wanted(r, member));
    restore_common(r, member);
    restore_parts(r, parts);
}

static void restore_rights(const Rebuild *r, const AgTypeMember *member)
{
    ag_postgres_grants_anew(r->w, r->change, member->object);
    ag_postgres_give_back(r->w, r->change, member->object);
}

static void rebuild(Rebuild *r)
{
    AgWriting *w = r->w;
    GPtrArray *members;
    ag_postgres_type_users(w, r->type, &r->users);
    members = r->users.members;
    w->state->together = true;
    write_dependants(r, AG_DROP);
    /* A range type takes functions along whose signatures name what it is made of. */
    for (guint i = members->len; i > 0; i--)
        put_aside(r, g_ptr_array_index(members, i - 1));
    for (guint i = 0; i < members->len; i++)
        make_anew(r, g_ptr_array_index(members, i));
    for (guint i = 0; i < r->users.columns->len; i++)
        convert_column(r, g_ptr_array_index(r->users.columns, i));
    for (guint i = members->len; i > 0; i--) {
        const AgTypeMember *member = g_ptr_array_index(members, i - 1);
        ag_write(w, r->change, "DROP %s %s", word_of(member->object), member->old_name);
    }
    for (guint i = 0; i < members->len; i++)
        restore_rights(r, g_ptr_array_index(members, i));
    write_dependants(r, AG_CREATE);
    w->state->together = false;
}

void ag_postgres_rebuild_enum(AgWriting *w, const AgChange *change, const char *definition,
                              bool loses)
{
    Rebuild r = {.w = w, .change = change, .type = change->old, .definition = definition};
    r.cast = AG_CAST_THROUGH_TEXT | AG_CAST_REWRITES | AG_CAST_CHANGES |
             (loses ? (unsigned)AG_CAST_MAY_FAIL : 0);
    rebuild(&r);
}

void ag_postgres_rebuild_type(AgWriting *w, const AgChange *change)
{
    const AgObject *old = change->old;
    Rebuild r = {.w = w, .change = change, .type = old->parent != NULL ? old->parent : old};
    r.cast = AG_CAST_THROUGH_TEXT | AG_CAST_REWRITES | AG_CAST_CHANGES | AG_CAST_MAY_FAIL;
    if (old->info->kind == AG_KIND_DOMAIN)
        r.cast = AG_CAST_REWRITES |
                 ag_postgres_cast_between(w, old, ((const AgDomain *)old)->type, change->new,
                                          ((const AgDomain *)change->new)->type);
    if (old->info->kind == AG_KIND_DOMAIN &&
        (change->folded != NULL || (change->changed & AG_FIELD_BIT(AG_DOMAIN_NULL)) != 0))
        r.cast |= AG_CAST_MAY_FAIL;
    rebuild(&r);
}
